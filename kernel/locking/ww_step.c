// SPDX-License-Identifier: MIT
/*
 * w/w mutexes under an explorer: taking one is a step, and so is being told to back off.
 *
 * That a task queues is no step. It stands at its point, and who looks at the queue may find
 * it there or not, since it may come early or late:
 *
 * wait-die: who holds locks and is younger *may* die while an older context stands at the same
 * lock. If it goes on waiting, then the older one came later.
 *
 * wound-wait: who holds a lock at which an older context stands, itself with locks, *may* die
 * where it would have to wait. If it does not, then it was not wounded yet.
 *
 * What makes it a matter of steps again is that one can only stand there after the step before.
 * So a task that comes to a lock says so in that step (arrivals commute), and one that may die looks.
 */

#include "locking.h"

/**
 * struct ls_ww_stand - a context that stands at a lock; on the stack of its task
 * @next: further ones
 * @ctx: the context
 * @ww: the lock
 */
struct ls_ww_stand {
	struct ls_ww_stand *next;
	struct ww_acquire_ctx *ctx;
	struct ww_mutex *ww;
};

static struct ls_ww_stand *ls_ww_stands;

/* What stands for arrivals that can make @ctx back off: at this lock, or at any that it holds. */
static const void *ls_ww_arrivals(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	return ctx->is_wait_die ? (const void *)&ww->ctx : &ctx->ww_class->mutex_key;
}

static bool ls_ww_may_die(const struct ls_ww_stand *me)
{
	const struct ww_acquire_ctx *ctx = me->ctx, *hold = me->ww->ctx;
	const struct ls_ww_stand *s;

	if (!ctx->acquired)
		return false;
	if (ctx->is_wait_die ? hold && ls_ww_younger(ctx, hold) : ctx->wounded)
		return true;
	for (s = ls_ww_stands; s; s = s->next) {
		if (!ls_ww_younger(ctx, s->ctx) || s->ctx->ww_class != ctx->ww_class)
			continue;
		if (ctx->is_wait_die ? s->ww == me->ww : s->ctx->acquired && s->ww->ctx == ctx)
			return true;
	}
	return false;
}

static bool ls_ww_ready(const void *arg)
{
	const struct ls_ww_stand *me = arg;

	return ls_mutex_is_free(&me->ww->base) || ls_ww_may_die(me);
}

static void ls_ww_leave(const struct ls_ww_stand *me)
{
	struct ls_ww_stand **p = &ls_ww_stands;

	while (*p != me)
		p = &(*p)->next;
	*p = me->next;
}

/* The lock is not free, and the task was let go on all the same: what does it return? */
static int ls_ww_give_up(const struct ls_ww_stand *me, unsigned int state, bool may_die)
{
	struct task_struct *task = current;
	bool signal = signal_pending_state(state, task);

	ls_step_touch(&me->ww->base, LS_TRY_FAILED);
	/* Nobody can wait for this one any more; in wait-die who could has a reason that stays. */
	if (signal || !me->ctx->is_wait_die)
		ls_step_touch(ls_ww_arrivals(me->ww, me->ctx), LS_RELEASE_SHARED);
	if (signal)
		ls_step_touch(task, LS_READ);
	/* Both: it depends on which it saw first. */
	if (signal && (!may_die || !ls_explorer->choose(LS_OP_LOCK, 2)))
		return -EINTR;
	return ls_ww_kill(me->ww, me->ctx);
}

/**
 * ls_ww_step() - about to take a w/w mutex: a scheduling point
 * @ww: the mutex
 * @ctx: acquire context, or NULL
 * @state: how the task would sleep
 *
 * Return: 0: it is free now, or nobody will ever release it; -EDEADLK or -EINTR.
 */
noinline int ls_ww_step(struct ww_mutex *ww, struct ww_acquire_ctx *ctx, unsigned int state)
{
	struct ls_ww_stand me = { .next = ls_ww_stands, .ctx = ctx, .ww = ww };
	enum ls_access take;
	bool may_die;
	int ret;

	if (!ctx || !ls_stepping()) {
		__ls_step_lock(&ww->base, state, ls_mutex_is_free, LS_ACQUIRE);
		return 0;
	}
	ls_ww_stands = &me;
	if (ctx->acquired)
		ls_explorer->also(ls_ww_arrivals(ww, ctx));
	if (ctx->acquired || ctx->is_wait_die)
		ls_step_touch(ls_ww_arrivals(ww, ctx), LS_RELEASE_SHARED);
	ret = ls_step_wait(&ww->base, state, ls_ww_ready, &me, OS_NEVER);
	may_die = ls_ww_may_die(&me);
	ls_ww_leave(&me);
	if (ls_mutex_is_free(&ww->base)) {
		take = ctx->acquired ? LS_TRY : ls_step_access(state, LS_ACQUIRE);
		ls_step_touch(&ww->base, take);
		return 0;
	}
	return ret == LS_WAIT_STUCK ? 0 : ls_ww_give_up(&me, state, may_die);
}

/**
 * ls_ww_step_unlock() - about to release a w/w mutex: a scheduling point
 * @ww: the mutex
 * @ctx: the context it is held with, or NULL
 *
 * With locks left, a wound that came because of this one may still show later.
 */
noinline void ls_ww_step_unlock(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	const struct ls_ww_stand *s;

	ls_step_release(&ww->base, ls_mutex_owner_now(&ww->base) == current, LS_RELEASE);
	/* A context of somebody else, whose lock this is, is none of ours: it changes as that one goes on. */
	if (!ls_stepping() || !ctx || ls_mutex_owner_now(&ww->base) != current)
		return;
	if (ctx->is_wait_die || ctx->acquired < 2 || ctx->done_acquire)
		return;
	ls_step_touch(ls_ww_arrivals(ww, ctx), LS_READ);
	for (s = ls_ww_stands; s; s = s->next) {
		if (s->ww == ww && s->ctx->acquired && ls_ww_younger(ctx, s->ctx))
			ctx->wounded = 1;
	}
}
