// SPDX-License-Identifier: MIT
/*
 * Locks under an explorer: see step.h.
 */

#include "locking.h"

/**
 * struct ls_step_until - what a task waits for at a point
 * @ready: of the lock
 * @arg: for it
 * @state: a signal that this lets through will do too
 * @me: the task
 */
struct ls_step_until {
	ls_ready_fn ready;
	const void *arg;
	unsigned int state;
	struct task_struct *me;
};

static bool ls_step_ready(const void *arg)
{
	const struct ls_step_until *u = arg;

	return u->ready(u->arg) || signal_pending_state(u->state, u->me);
}

/**
 * ls_step_wait() - wait at a point until something can be done with a lock
 * @lock: the lock
 * @state: how the task would sleep: a signal may end it
 * @ready: can it be done now
 * @arg: for @ready
 * @deadline: when to give up
 *
 * Context: While exploring.
 * Return: as wait() of &struct ls_explorer.
 */
int ls_step_wait(const void *lock, unsigned int state, ls_ready_fn ready, const void *arg,
		 os_ns deadline)
{
	struct task_struct *me = current;
	struct ls_step_until until = { .ready = ready, .arg = arg, .state = state, .me = me };
	const void *outer = me->blocked_on;
	int ret;

	me->blocked_on = lock;
	if (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) {
		ls_explorer->also(me);
		ready = ls_step_ready;
		arg = &until;
	}
	ret = ls_explorer->wait(LS_OP_LOCK, lock, LS_NONE, ready, arg, deadline);
	me->blocked_on = outer;
	return ret;
}

/* Who could have been interrupted while the lock was held could have come before its release. */
enum ls_access ls_step_access(unsigned int state, enum ls_access access)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)))
		return access;
	return access == LS_ACQUIRE ? LS_TRY : access == LS_ACQUIRE_SHARED ? LS_TRY_SHARED : access;
}

/* Returns whether the lock can be taken; if not, a signal came or nobody will release it. */
noinline bool __ls_step_lock(const void *lock, unsigned int state, ls_ready_fn is_free,
			     enum ls_access access)
{
	int ret;

	if (!ls_stepping()) {
		ls_point(LS_OP_LOCK, lock);
		return true;
	}
	ret = ls_step_wait(lock, state, is_free, lock, OS_NEVER);
	if (is_free(lock)) {
		ls_explorer->touch(lock, ls_step_access(state, access));
		return true;
	}
	if (ret != LS_WAIT_STUCK) {
		/* it looked at both, and would have taken the lock had it been free */
		ls_explorer->touch(lock, LS_TRY_FAILED);
		ls_explorer->touch(current, LS_READ);
	}
	return false;
}

noinline void ls_step_release_point(const void *lock)
{
	ls_point(LS_OP_UNLOCK, lock);
}
