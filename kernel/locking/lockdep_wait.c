// SPDX-License-Identifier: MIT
/*
 * Who waits for whom: a cycle of waiters is reported before it forms.
 *
 * A task registers before it sleeps for a lock, and looks at the same time whether
 * the chain "I wait for a lock, its holder waits for another, ..." comes back to it.
 * Whichever task closes a cycle is the last of its members to register, so it
 * sees all the others. One word lock serialises this; it is only taken by tasks that are
 * about to sleep anyway.
 *
 * What a registered task holds cannot change, but for the spinlocks that it takes for a moment
 * to get to sleep: they stand above @blocked_depth. A holder that has not registered runs, and
 * ends the search; it is not even looked at, as it may be gone by now.
 */

#include "lockdep_internals.h"
#include <linux/export.h>

static arch_spinlock_t ls_wait_lock;
static struct ls_lockdep_task *ls_blocked;

#define LS_WAIT_MAX 64

/**
 * struct ls_wait_node - a task the search has come to
 * @task: waits for @task->lockdep.blocked
 * @from: node that waits for a lock this task holds
 */
struct ls_wait_node {
	struct task_struct *task;
	int from;
};

static struct task_struct *ls_task_of(struct ls_lockdep_task *lt)
{
	return container_of(lt, struct task_struct, lockdep);
}

/* The one task that has @map exclusive, or NULL if none or if it is shared. */
static struct task_struct *ls_exclusive_holder(const struct lockdep_map *map)
{
	switch (map->ls_kind) {
	case LS_LOCK_MUTEX:
		return ls_mutex_owner_now(container_of(map, struct mutex, dep_map));
	case LS_LOCK_SPIN:
		return __atomic_load_n(&container_of(map, raw_spinlock_t, dep_map)->owner,
				       __ATOMIC_RELAXED);
	case LS_LOCK_RWLOCK:
		return __atomic_load_n(&container_of(map, rwlock_t, dep_map)->owner,
				       __ATOMIC_RELAXED);
	case LS_LOCK_RWSEM:
		return __atomic_load_n(&container_of(map, struct rw_semaphore, dep_map)->owner,
				       __ATOMIC_RELAXED);
	default:
		return NULL;
	}
}

static bool ls_shares(const struct ls_lockdep_task *lt, const struct lockdep_map *map)
{
	unsigned int i, nr = lt->blocked_depth;
	bool waits = lt->blocked == map;

	/* the lock it waits for is noted as held already; below that may be an earlier hold */
	for (i = 0; i < nr; i++) {
		if (lt->held[i].instance == map && !(waits && i == nr - 1))
			return true;
	}
	return false;
}

static struct ww_acquire_ctx *ls_held_ctx(const struct lockdep_map *map)
{
	struct mutex *m = container_of(map, struct mutex, dep_map);

	return __atomic_load_n(&container_of(m, struct ww_mutex, base)->ctx, __ATOMIC_RELAXED);
}

/*
 * Will this wait end by itself? A signal, or the rules of its w/w class. @next is the
 * task that holds what @t waits for. Both are registered, so their contexts are there.
 */
static bool ls_wait_breaks(struct task_struct *t, struct task_struct *next)
{
	struct ls_lockdep_task *lt = &t->lockdep, *other;
	struct ww_acquire_ctx *ctx = lt->blocked_ww, *hold;

	if (signal_pending_state(lt->blocked_state, t))
		return true;
	if (!ctx || !ctx->acquired)
		return false;
	hold = ls_held_ctx(lt->blocked);
	if (ctx->is_wait_die) {
		if (hold && ls_ww_younger(ctx, hold))
			return true;
		/* an older context in the same queue kills it too */
		for (other = ls_blocked; other; other = other->blocked_next) {
			if (other != lt && other->blocked == lt->blocked && other->blocked_ww &&
			    ls_ww_younger(ctx, other->blocked_ww))
				return true;
		}
		return false;
	}
	if (__atomic_load_n(&ctx->wounded, __ATOMIC_RELAXED))
		return true;
	/* the holder waits with the context that this one wounds: that wait ends */
	return hold && hold == next->lockdep.blocked_ww && ls_ww_younger(hold, ctx);
}

static bool ls_cycle_breaks(const struct ls_wait_node *node, int last, struct task_struct *me)
{
	struct task_struct *next = me;
	int i;

	for (i = last; i >= 0; i = node[i].from) {
		if (ls_wait_breaks(node[i].task, next))
			return true;
		next = node[i].task;
	}
	return false;
}

/* Follow holders from node 0, the current task. Returns the node whose wait leads back, or -1. */
static int ls_wait_search(struct ls_wait_node *node, struct task_struct *me)
{
	struct ls_lockdep_task *other;
	int nr = 1, at, i;

	for (at = 0; at < nr; at++) {
		const struct lockdep_map *map = node[at].task->lockdep.blocked;
		struct task_struct *owner = ls_exclusive_holder(map);

		for (other = ls_blocked; other; other = other->blocked_next) {
			struct task_struct *t = ls_task_of(other);

			if (owner ? t != owner : !ls_shares(other, map))
				continue;
			if (t == me) {
				if (!ls_cycle_breaks(node, at, me))
					return at;
				continue;
			}
			/* it has the lock it registered for, and runs */
			if (t == ls_exclusive_holder(other->blocked))
				continue;
			for (i = 1; i < nr && node[i].task != t; i++)
				;
			if (i < nr || nr == LS_WAIT_MAX)
				continue;
			node[nr].task = t;
			node[nr].from = at;
			nr++;
		}
	}
	return -1;
}

static const struct ls_trace *ls_where_taken(struct task_struct *holder,
					     const struct lockdep_map *map)
{
	struct ls_lockdep_task *lt = &holder->lockdep;
	unsigned int i;

	if (map->ls_kind == LS_LOCK_MUTEX)
		return &container_of(map, struct mutex, dep_map)->acquired;
	for (i = 0; i < lt->blocked_depth; i++) {
		if (lt->held[i].instance == map)
			return lt->held[i].trace;
	}
	return NULL;
}

static void ls_cycle_parts(struct ls_report *r, const struct ls_wait_node *node, int last,
			   struct task_struct *me)
{
	struct task_struct *holder = me;
	struct ls_report_part *part;
	const struct ls_trace *at;
	char lock[64];
	int i;

	/* from the wait that leads back to us to our own */
	for (i = last; i >= 0; i = node[i].from) {
		struct task_struct *t = node[i].task;
		const struct lockdep_map *map = t->lockdep.blocked;

		ls_map_describe(lock, sizeof(lock), map);
		if (t != me && (part = ls_report_add_part(r))) {
			snprintf(part->label, sizeof(part->label),
				 "task %d (%.15s) waits for %s, held by task %d, at", t->pid,
				 t->comm, lock, holder->pid);
			part->stack = t->lockdep.blocked_at;
		}
		/* Where the one we want was taken is said with its holder. */
		at = t == me ? NULL : ls_where_taken(holder, map);
		if (at && at->nr && (part = ls_report_add_part(r))) {
			snprintf(part->label, sizeof(part->label),
				 "%s was taken by task %d (%.15s) at", lock, holder->pid,
				 holder->comm);
			ls_trace_to_stack(&part->stack, at);
		}
		holder = t;
	}
}

/* Fill in the report while ls_wait_lock keeps everybody in place. */
static void ls_cycle_report(struct ls_report *r, const struct ls_wait_node *node, int last,
			    struct task_struct *me, const void *fp)
{
	const struct lockdep_map *map = me->lockdep.blocked;
	struct task_struct *holder = me;
	const struct ls_trace *at;
	int i, nr = 0;

	for (i = last; i >= 0; i = node[i].from)
		nr++;
	/* the first step from us leads to who holds what we want */
	for (i = last; i > 0 && node[i].from > 0; i = node[i].from)
		;
	holder = i > 0 ? node[i].task : me;

	if (nr == 1)
		ls_report_init(r, LS_DEADLOCK, "self-deadlock",
			       "a task does not wait for a lock that it holds itself");
	else
		ls_report_init(r, LS_DEADLOCK, "lock-cycle",
			       "tasks do not wait for each other in a circle");
	ls_report_stack(r, fp);
	ls_map_describe(r->object, sizeof(r->object), map);
	r->lock = ls_map_lock(map);
	at = ls_where_taken(holder, map);
	if (at)
		r->holder_trace = *at;
	ls_report_say_holder(r, holder->pid);
	if (nr == 1)
		snprintf(r->what, sizeof(r->what), "the task waits for itself");
	else
		snprintf(r->what, sizeof(r->what), "a circle of %d tasks, each holds what another "
			 "one waits for", nr);
	ls_cycle_parts(r, node, last, me);
}

static void ls_unlink_blocked(struct task_struct *me)
{
	struct ls_lockdep_task *lt = &me->lockdep;

	if (!lt->blocked)
		return;
	if (lt->blocked_prev)
		lt->blocked_prev->blocked_next = lt->blocked_next;
	else
		ls_blocked = lt->blocked_next;
	if (lt->blocked_next)
		lt->blocked_next->blocked_prev = lt->blocked_prev;
	lt->blocked = NULL;
	lt->blocked_ww = NULL;
	__atomic_store_n(&me->blocked_on, NULL, __ATOMIC_RELEASE);
}

/* Not even a validator is needed to see that the task has it already. */
static noinline void ls_self_deadlock(struct lockdep_map *map, struct task_struct *me,
				      const void *fp)
{
	struct ls_report r;

	ls_report_init(&r, LS_DEADLOCK, "self-deadlock",
		       "a task does not wait for a lock that it holds itself");
	ls_report_stack(&r, fp);
	ls_map_describe(r.object, sizeof(r.object), map);
	r.lock = ls_map_lock(map);
	snprintf(r.what, sizeof(r.what), "the task waits for itself");
	ls_report_say_holder(&r, me->pid);
	ls_report_fatal(&r);
}

static noinline void ls_block_search(struct task_struct *me, const void *fp)
{
	struct lockdep_map *map = me->lockdep.blocked;
	struct ls_wait_node node[LS_WAIT_MAX];
	struct ls_report r;
	int last;

	node[0].task = me;
	node[0].from = -1;
	last = ls_wait_search(node, me);
	if (last < 0)
		return;
	ls_cycle_report(&r, node, last, me, fp);
	ls_unlink_blocked(me);
	ls_word_unlock(&ls_wait_lock);
	/* what we were about to take is not held */
	if (me->lockdep.depth)
		__ls_lock_release(map, fp);
	ls_report_fatal(&r);
}

/**
 * ls_block_begin() - the current task is about to sleep for a lock
 * @map: the lock
 * @ctx: acquire context it waits with, or NULL
 * @state: task state it will sleep in
 * @read: it wants the lock shared
 * @fp: frame of the public function
 *
 * Does not return if the wait could never end.
 */
void ls_block_begin(struct lockdep_map *map, struct ww_acquire_ctx *ctx, unsigned int state,
		    int read, const void *fp)
{
	struct task_struct *me = current;
	struct ls_lockdep_task *lt = &me->lockdep;

	if (!ls_checking(LS_CHECK_LOCKDEP)) {
		if (!ctx && ls_exclusive_holder(map) == me)
			ls_self_deadlock(map, me, fp);
		return;
	}
	/* an interrupt on top of a wait cannot happen, but the validator may be at work */
	if (lt->recursion)
		return;
	/*
	 * On its way to sleep, schedule() may have to wait for a spinlock of the scheduler's,
	 * whose holder never sleeps. The task stays registered for what it sleeps for.
	 */
	if (lt->blocked) {
		lt->blocked_nested++;
		return;
	}
	/* Locks of the scheduler's own, see ls_workqueue_boot(). */
	if (lockdep_match_key(map, &__lockdep_no_validate__))
		return;
	ls_word_lock(&ls_wait_lock);
	lt->blocked = map;
	lt->blocked_ww = ctx;
	lt->blocked_state = state;
	lt->blocked_read = read;
	lt->blocked_depth = lt->depth;
	ls_stack_from(&lt->blocked_at, fp);
	__atomic_store_n(&me->blocked_on, ls_map_lock(map), __ATOMIC_RELEASE);
	lt->blocked_prev = NULL;
	lt->blocked_next = ls_blocked;
	if (ls_blocked)
		ls_blocked->blocked_prev = lt;
	ls_blocked = lt;
	ls_block_search(me, fp);
	ls_word_unlock(&ls_wait_lock);
}

/**
 * ls_block_end() - the current task does not wait any more
 */
void ls_block_end(void)
{
	struct task_struct *me = current;

	if (me->lockdep.blocked_nested) {
		me->lockdep.blocked_nested--;
		return;
	}
	if (!me->lockdep.blocked)
		return;
	ls_word_lock(&ls_wait_lock);
	ls_unlink_blocked(me);
	ls_word_unlock(&ls_wait_lock);
}
