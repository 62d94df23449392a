// SPDX-License-Identifier: MIT
/*
 * Wait-die and wound-wait: how acquire contexts give way to each other.
 *
 * All of it happens with the wait_lock of one mutex held. Its wait list is sorted
 * by stamp, oldest first, with waiters that have no context left in between
 * where they arrived. A context gives way only while it holds something:
 * one without locks can wait for anybody.
 *
 * wait-die: a waiter dies when an older context holds the lock or waits before it.
 * wound-wait: a waiter wounds a younger holder, which dies at its own next wait.
 */

#include "locking.h"
#include "lockdep_internals.h"
#include <linux/export.h>
#include <linux/instruction_pointer.h>

static unsigned int ls_ww_inject_interval;

/**
 * ls_ww_inject() - make contexts fail now and then with -EDEADLK
 * @interval: what a new context starts with (1 in a kernel with
 *	CONFIG_DEBUG_WW_MUTEX_SLOWPATH), 0 for never
 *
 * The first injected failure of a context comes after (stamp & 0xf) acquisitions
 * of a second or later lock, the following ones after intervals that grow by 3.5.
 *
 * Context: Any. Contexts that are open already keep their setting.
 */
void ls_ww_inject(unsigned int interval)
{
	__atomic_store_n(&ls_ww_inject_interval, interval, __ATOMIC_RELAXED);
}

noinline void ls_ww_misuse(const void *lock, const char *what, const void *fp)
{
	struct ls_report r;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	ls_report_init(&r, LS_CONTEXT, "ww-context",
		       "an acquire context is used by the protocol of <linux/ww_mutex.h>");
	ls_report_stack(&r, fp);
	if (lock)
		snprintf(r.object, sizeof(r.object), "ww_mutex %p", lock);
	else
		snprintf(r.object, sizeof(r.object), "acquire context");
	snprintf(r.what, sizeof(r.what), "%s", what);
	r.lock = lock;
	ls_report_emit(&r);
}

#define ls_ww_expect(ok, lock, what)                                                               \
	do {                                                                                       \
		if (unlikely(!(ok)))                                                               \
			ls_ww_misuse((lock), (what), __builtin_frame_address(0));                  \
	} while (0)

/**
 * ww_mutex_init() - make a w/w mutex
 * @lock: memory of the mutex, must not be locked
 * @ww_class: its class
 *
 * Context: Any.
 */
void ww_mutex_init(struct ww_mutex *lock, struct ww_class *ww_class)
{
	__mutex_init(&lock->base, ww_class->mutex_name, &ww_class->mutex_key);
	lock->ctx = NULL;
	lock->ww_class = ww_class;
}
EXPORT_SYMBOL(ww_mutex_init);

static noinline void ls_ww_begin_checked(struct ww_acquire_ctx *ctx, struct ww_class *ww_class)
{
	debug_check_no_locks_freed(ctx, sizeof(*ctx));
	ctx->dep_map.ls_kind = LS_LOCK_MAP;
	lockdep_init_map(&ctx->dep_map, ww_class->acquire_name, &ww_class->acquire_key, 0);
	__ls_lock_acquire(&ctx->dep_map, 0, 0, 0, 1, NULL, NULL, ls_caller_frame());
}

/**
 * ww_acquire_init() - open an acquire context
 * @ctx: memory of the context, usually on the stack
 * @ww_class: class of the mutexes it will take
 *
 * Context: Task. Close it with ww_acquire_fini() in the same task.
 */
void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *ww_class)
{
	unsigned int inject = __atomic_load_n(&ls_ww_inject_interval, __ATOMIC_RELAXED);

	ls_point(LS_OP_RMW, &ww_class->stamp);
	ctx->task = current;
	ctx->stamp = __atomic_add_fetch(&ww_class->stamp.counter, 1, __ATOMIC_RELAXED);
	ctx->acquired = 0;
	ctx->wounded = 0;
	ctx->is_wait_die = ww_class->is_wait_die;
	ctx->done_acquire = 0;
	ctx->ww_class = ww_class;
	ctx->contending_lock = NULL;
	ctx->deadlock_inject_interval = inject;
	ctx->deadlock_inject_countdown = ctx->stamp & 0xf;

	if (ls_checking(LS_CHECK_LOCKDEP))
		ls_ww_begin_checked(ctx, ww_class);
}
EXPORT_SYMBOL(ww_acquire_init);

/**
 * ww_acquire_done() - no further locks will be taken with this context
 * @ctx: the context
 *
 * Optional; from now on taking one is reported.
 *
 * Context: Task.
 */
void ww_acquire_done(struct ww_acquire_ctx *ctx)
{
	if (ls_checking(LS_CHECK_LOCKDEP))
		lockdep_assert_held(ctx);
	ls_ww_expect(!ctx->done_acquire, NULL, "ww_acquire_done() was called twice");
	ctx->done_acquire = 1;
}
EXPORT_SYMBOL(ww_acquire_done);

/**
 * ww_acquire_fini() - close an acquire context
 * @ctx: the context, with every lock released
 *
 * Context: Task, the one that opened it.
 */
void ww_acquire_fini(struct ww_acquire_ctx *ctx)
{
	ls_lock_release(&ctx->dep_map, __builtin_frame_address(0));
	ls_ww_expect(!ctx->acquired, NULL, "ww_acquire_fini() while the context still holds locks");
	ctx->done_acquire = 1;
}
EXPORT_SYMBOL(ww_acquire_fini);

/* Fill in who has the lock now. The context is still private to this task here. */
static __always_inline void ls_ww_account(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	ls_ww_expect(!__atomic_load_n(&ww->ctx, __ATOMIC_RELAXED), ww,
		     "the lock still had a context: released by mutex_unlock()?");
	ls_ww_expect(!ctx->done_acquire, ww, "a lock was taken after ww_acquire_done()");
	if (ctx->contending_lock) {
		ls_ww_expect(ctx->contending_lock == ww, ww,
			     "after -EDEADLK another lock than the contended one was taken");
		ls_ww_expect(ctx->acquired == 0, ww,
			     "after -EDEADLK a lock was taken before all others were released");
		ctx->contending_lock = NULL;
	}
	ls_ww_expect(ctx->ww_class == ww->ww_class, ww,
		     "context and lock are of different classes");
	ctx->acquired++;
}

/**
 * ls_ww_lock_acquired() - the slow path got the lock for a context
 * @ww: the lock, with wait_lock held
 * @ctx: the context
 */
void ls_ww_lock_acquired(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	ls_ww_account(ww, ctx);
	__atomic_store_n(&ww->ctx, ctx, __ATOMIC_RELEASE);
}

/**
 * ls_ww_hold_ctx() - the context the lock is held with
 * @ww: the lock, with wait_lock held and MUTEX_FLAG_WAITERS set
 *
 * Return: the context, which stays while wait_lock is held; NULL if there is none.
 */
struct ww_acquire_ctx *ls_ww_hold_ctx(struct ww_mutex *ww)
{
	struct ww_acquire_ctx *ctx;
	unsigned int i = 0;

	for (;;) {
		ctx = __atomic_load_n(&ww->ctx, __ATOMIC_ACQUIRE);
		if (ctx || !(__atomic_load_n(&ww->base.owner, __ATOMIC_ACQUIRE) & MUTEX_FLAG_CTX))
			return ctx;
		/* the holder is between its exchange and its store, or on its way out */
		if (i < LS_SPIN_ROUNDS) {
			i++;
			ls_pause();
		} else {
			ls_seam->yield();
		}
	}
}

/* An older context asks a waiter to go. Returns whether the class works that way. */
static bool ls_ww_die(struct mutex_waiter *waiter, struct ww_acquire_ctx *ctx,
		      struct wake_q_head *wake_q)
{
	if (!ctx->is_wait_die)
		return false;
	if (waiter->ww_ctx->acquired > 0 && ls_ww_younger(waiter->ww_ctx, ctx))
		ls_step_wake(wake_q, waiter->task);
	return true;
}

/*
 * A waiter's @ctx asks the holder's @hold_ctx to go. MUTEX_FLAG_WAITERS is set, so a
 * holder that is seen here comes to wait_lock before its context can end.
 */
static bool ls_ww_wound(struct mutex *lock, struct ww_acquire_ctx *ctx,
			struct ww_acquire_ctx *hold_ctx, struct wake_q_head *wake_q)
{
	struct task_struct *owner = ls_mutex_owner_now(lock);

	/* No context yet: the holder will look at the list itself once it has set it. */
	if (!hold_ctx || !owner)
		return false;
	if (ctx->acquired == 0 || !ls_ww_younger(hold_ctx, ctx))
		return false;

	__atomic_store_n(&hold_ctx->wounded, 1, __ATOMIC_SEQ_CST);
	/* It may sleep on any other lock of the class, and looks when it wakes. */
	if (owner != current)
		ls_step_wake(wake_q, owner);
	return true;
}

/**
 * ls_ww_check_waiters() - a context got the lock past others: let them react
 * @ww: the lock, with wait_lock held
 * @ctx: the new holder
 * @wake_q: collects who has to look again
 */
void ls_ww_check_waiters(struct ww_mutex *ww, struct ww_acquire_ctx *ctx,
			 struct wake_q_head *wake_q)
{
	struct mutex_waiter *cur;

	list_for_each_entry(cur, &ww->base.wait_list, list) {
		if (!cur->ww_ctx)
			continue;
		if (ls_ww_die(cur, ctx, wake_q) ||
		    ls_ww_wound(&ww->base, cur->ww_ctx, ctx, wake_q))
			break;
	}
}

static noinline void ls_ww_meet_waiters(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	DEFINE_WAKE_Q(wake_q);

	ls_word_lock(&ww->base.wait_lock);
	if (ww->base.nr_waiters)
		ls_mutex_flag_waiters(&ww->base);
	ls_ww_check_waiters(ww, ctx, &wake_q);
	ls_word_unlock(&ww->base.wait_lock);
	wake_up_q(&wake_q);
}

/**
 * ls_ww_set_context_fastpath() - the lock was taken without wait_lock
 * @ww: the lock, held by the current task
 * @ctx: its context
 */
void ls_ww_set_context_fastpath(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	ls_ww_account(ww, ctx);
	__atomic_store_n(&ww->ctx, ctx, __ATOMIC_RELEASE);
	/*
	 * A waiter queues before it touches the owner word. If that was before we took the
	 * lock, it is seen here; if later, it saw MUTEX_FLAG_CTX and waits for our store.
	 */
	if (unlikely(__atomic_load_n(&ww->base.nr_waiters, __ATOMIC_ACQUIRE)))
		ls_ww_meet_waiters(ww, ctx);
}

/**
 * ls_ww_kill() - a context has to back off
 * @ww: the lock it cannot have
 * @ctx: the context
 *
 * Return: -EDEADLK; 0 if it holds nothing, and can wait for anybody.
 */
int ls_ww_kill(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	if (ctx->acquired == 0)
		return 0;
	ls_ww_expect(!ctx->contending_lock, ww,
		     "a context that was told to back off waits for another lock");
	ctx->contending_lock = ww;
	return -EDEADLK;
}

/**
 * ls_ww_check_kill() - must this waiter back off
 * @ww: the lock, with wait_lock held
 * @waiter: on its list, with a context
 *
 * Return: 0, or -EDEADLK.
 */
int ls_ww_check_kill(struct ww_mutex *ww, struct mutex_waiter *waiter)
{
	struct ww_acquire_ctx *ctx = waiter->ww_ctx;
	struct ww_acquire_ctx *hold_ctx;
	struct mutex_waiter *cur = waiter;

	if (ctx->acquired == 0)
		return 0;
	if (!ctx->is_wait_die)
		return __atomic_load_n(&ctx->wounded, __ATOMIC_SEQ_CST) ? ls_ww_kill(ww, ctx) : 0;

	/* the flag set by our trylock keeps the holder, and with it its context, in place */
	hold_ctx = ls_ww_hold_ctx(ww);
	if (hold_ctx && ls_ww_younger(ctx, hold_ctx))
		return ls_ww_kill(ww, ctx);

	list_for_each_entry_continue_reverse(cur, &ww->base.wait_list, list) {
		if (cur->ww_ctx)
			return ls_ww_kill(ww, ctx);
	}
	return 0;
}

/**
 * ls_ww_add_waiter() - queue a task by the age of its context
 * @ww: the lock, with wait_lock held
 * @waiter: the task, with a context
 * @wake_q: collects who has to die or was wounded
 *
 * Return: 0, or -EDEADLK if the context has to back off at once; it is then not queued.
 */
int ls_ww_add_waiter(struct ww_mutex *ww, struct mutex_waiter *waiter, struct wake_q_head *wake_q)
{
	struct ww_acquire_ctx *ctx = waiter->ww_ctx;
	struct list_head *pos = &ww->base.wait_list;
	struct mutex_waiter *cur;
	int ret;

	/* wounded before it came to wait: do not queue at all */
	if (!ctx->is_wait_die && __atomic_load_n(&ctx->wounded, __ATOMIC_SEQ_CST)) {
		ret = ls_ww_kill(ww, ctx);
		if (ret)
			return ret;
	}

	list_for_each_entry_reverse(cur, &ww->base.wait_list, list) {
		if (!cur->ww_ctx)
			continue;
		if (ls_ww_younger(ctx, cur->ww_ctx)) {
			/* behind somebody older: waiting here is what wait-die forbids */
			ret = ctx->is_wait_die ? ls_ww_kill(ww, ctx) : 0;
			if (ret)
				return ret;
			break;
		}
		pos = &cur->list;
		ls_ww_die(cur, ctx, wake_q);
	}

	ls_mutex_add_waiter(&ww->base, waiter, pos);
	if (!ctx->is_wait_die && ls_mutex_flag_waiters(&ww->base))
		ls_ww_wound(&ww->base, ctx, ls_ww_hold_ctx(ww), wake_q);
	return 0;
}

static noinline int ls_ww_injected(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	unsigned int next = ctx->deadlock_inject_interval;

	next = next > UINT_MAX / 4 ? UINT_MAX : next * 3 + next / 2;
	ctx->deadlock_inject_interval = next;
	ctx->deadlock_inject_countdown = next;
	ctx->contending_lock = lock;
	ww_mutex_unlock(lock);
	return -EDEADLK;
}

static noinline int ls_ww_mutex_lock_long(struct ww_mutex *ww, struct ww_acquire_ctx *ctx,
					  unsigned int state)
{
	const void *fp = ls_caller_frame();
	struct mutex *lock = &ww->base;
	struct task_struct *me = current;
	int ret;

	if (unlikely(lock->magic != lock))
		ls_mutex_bad_magic(lock);
	if (ctx) {
		/* nobody but the caller can change that: no point, no step */
		if (unlikely(ctx == __atomic_load_n(&ww->ctx, __ATOMIC_RELAXED)))
			return -EALREADY;
		/* it backed off; without locks nobody can have a reason to wound it now */
		if (ctx->acquired == 0)
			__atomic_store_n(&ctx->wounded, 0, __ATOMIC_RELAXED);
	}

	ls_lock_acquire(&lock->dep_map, 0, 0, 0, ctx ? &ctx->dep_map : NULL, &lock->acquired, fp);
	if (unlikely(ls_step_hook())) {
		ret = ls_ww_step(ww, ctx, state);
		if (ret) {
			ls_lock_release(&lock->dep_map, fp);
			return ret;
		}
	}
	if (likely(ls_mutex_trylock_fast(lock, ls_owner_word(me, ctx)))) {
		if (ctx)
			ls_ww_set_context_fastpath(ww, ctx);
	} else {
		ret = ls_mutex_lock_slow(lock, state, ctx, fp);
		if (ret) {
			ls_lock_release(&lock->dep_map, fp);
			return ret;
		}
	}
	if (ls_checking(LS_CHECK_LOCKDEP | LS_CHECK_CONVENTION)) {
		if (ctx)
			ls_mutex_note_acquired(lock, ctx, me, fp);
		else
			ls_trace_fill(&lock->acquired, me, fp);
	}
	if (ctx && ctx->acquired > 1 && unlikely(ctx->deadlock_inject_interval) &&
	    ctx->deadlock_inject_countdown-- == 0)
		return ls_ww_injected(ww, ctx);
	return 0;
}

/* A free lock, and nobody who looks. False: take the long way. */
static __always_inline bool ls_ww_lock_quick(struct ww_mutex *ww, struct ww_acquire_ctx *ctx)
{
	struct task_struct *me = ls_current;

	if (unlikely(!me) || !ls_unwatched() || unlikely(ww->base.magic != &ww->base))
		return false;
	if (!ctx)
		return ls_mutex_trylock_fast(&ww->base, ls_owner_word(me, NULL));

	if (unlikely(ctx == __atomic_load_n(&ww->ctx, __ATOMIC_RELAXED)) ||
	    unlikely(ctx->deadlock_inject_interval))
		return false;
	if (ctx->acquired == 0)
		__atomic_store_n(&ctx->wounded, 0, __ATOMIC_RELAXED);
	if (unlikely(!ls_mutex_trylock_fast(&ww->base, ls_owner_word(me, ctx))))
		return false;
	ctx->contending_lock = NULL;
	ctx->acquired++;
	__atomic_store_n(&ww->ctx, ctx, __ATOMIC_RELEASE);
	/* as in ls_ww_set_context_fastpath() */
	if (unlikely(__atomic_load_n(&ww->base.nr_waiters, __ATOMIC_ACQUIRE)))
		ls_ww_meet_waiters(ww, ctx);
	return true;
}

/**
 * ww_mutex_lock() - take a w/w mutex
 * @lock: the mutex
 * @ctx: acquire context, or NULL to take just this one
 *
 * Context: Task; sleeps.
 * Return: 0; -EALREADY if @ctx holds @lock already; -EDEADLK if @ctx has to release
 * everything and come back for @lock by ww_mutex_lock_slow().
 */
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	if (ls_ww_lock_quick(lock, ctx))
		return 0;
	ls_long_way(lock);
	ls_long_way(ctx);
	might_sleep();
	return ls_ww_mutex_lock_long(lock, ctx, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock);

/**
 * ww_mutex_lock_interruptible() - take a w/w mutex unless a signal comes first
 * @lock: the mutex
 * @ctx: acquire context, or NULL
 *
 * Context: Task; sleeps.
 * Return: 0; -EINTR; -EALREADY and -EDEADLK as ww_mutex_lock().
 */
int ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	if (ls_ww_lock_quick(lock, ctx))
		return 0;
	ls_long_way(lock);
	ls_long_way(ctx);
	might_sleep();
	return ls_ww_mutex_lock_long(lock, ctx, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock_interruptible);

/**
 * ww_mutex_lock_slow() - after -EDEADLK: wait for the contended lock
 * @lock: the lock that returned -EDEADLK
 * @ctx: the context, which holds no lock now
 *
 * Context: Task; sleeps.
 */
void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	ls_ww_expect(ctx->contending_lock, lock, "ww_mutex_lock_slow() without -EDEADLK before");
	might_sleep();
	ls_ww_mutex_lock_long(lock, ctx, TASK_UNINTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock_slow);

/**
 * ww_mutex_lock_slow_interruptible() - the same unless a signal comes first
 * @lock: the lock that returned -EDEADLK
 * @ctx: the context, which holds no lock now
 *
 * Context: Task; sleeps.
 * Return: 0; -EINTR; -EALREADY if @ctx holds @lock.
 */
int ww_mutex_lock_slow_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	ls_ww_expect(ctx->contending_lock, lock, "ww_mutex_lock_slow() without -EDEADLK before");
	might_sleep();
	return ls_ww_mutex_lock_long(lock, ctx, TASK_INTERRUPTIBLE);
}
EXPORT_SYMBOL(ww_mutex_lock_slow_interruptible);

/**
 * ww_mutex_trylock() - take a w/w mutex if it is free
 * @lock: the mutex
 * @ctx: acquire context, or NULL
 *
 * Context: Task; does not sleep.
 * Return: 1 if it was taken, 0 if not, also when @ctx holds it already.
 */
int ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	const void *fp = __builtin_frame_address(0);
	struct task_struct *me = current;

	ls_point(LS_OP_TRYLOCK, &lock->base);
	if (unlikely(lock->base.magic != &lock->base))
		ls_mutex_bad_magic(&lock->base);
	if (ctx && ctx->acquired == 0)
		__atomic_store_n(&ctx->wounded, 0, __ATOMIC_RELAXED);
	if (!ls_mutex_trylock_fast(&lock->base, ls_owner_word(me, ctx))) {
		ls_step_touch(&lock->base, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(&lock->base, LS_TRY);
	if (ctx)
		ls_ww_set_context_fastpath(lock, ctx);
	ls_lock_acquire(&lock->base.dep_map, 0, 1, 0, ctx ? &ctx->dep_map : NULL,
			&lock->base.acquired, fp);
	if (ls_checking(LS_CHECK_LOCKDEP | LS_CHECK_CONVENTION)) {
		if (ctx)
			ls_mutex_note_acquired(&lock->base, ctx, me, fp);
		else
			ls_trace_fill(&lock->base.acquired, me, fp);
	}
	return 1;
}
EXPORT_SYMBOL(ww_mutex_trylock);
