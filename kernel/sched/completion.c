// SPDX-License-Identifier: MIT
/*
 * Completions.
 *
 * A waiter decides under the lock, and complete() ends with the release of the
 * lock. So when a waiter returns, nobody will touch the completion again, and
 * it may lie on the waiter's stack.
 */
#include <linux/completion.h>
#include <linux/limits.h>
#include "internal.h"

/* --- under an explorer: no queue, no lock; an operation is one step ------------ */

struct await {
	const struct completion *x;
	struct task_struct *task;
	unsigned int state;
};

static bool is_done(const void *arg)
{
	const struct await *a = arg;

	return a->x->done || signal_pending_state(a->state, a->task);
}

/*
 * The caller goes on: it takes one, unless there are enough for all. @strict: it could not have
 * gone on without.
 */
static void take_one(struct completion *x, bool strict)
{
	if (x->done == UINT_MAX)
		ls_touch(x, strict ? LS_ACQUIRE_SHARED : LS_READ);
	else
		ls_touch(x, strict ? LS_ACQUIRE : LS_WRITE);
	if (x->done != UINT_MAX)
		x->done--;
}

static void explore_complete(struct completion *x, bool all)
{
	ls_point(LS_OP_DONE, x);
	/* Nobody waits for more than the first of several. */
	if (x->done)
		ls_touch(x, LS_WRITE);
	if (all)
		x->done = UINT_MAX;
	else if (x->done != UINT_MAX)
		x->done++;
}

static long explore_wait(struct completion *x, long timeout, unsigned int state)
{
	struct await a = { .x = x, .task = current, .state = state };
	bool signals = state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL);
	os_ns now = 0, deadline = OS_NEVER;
	int ret;

	if (timeout != MAX_SCHEDULE_TIMEOUT) {
		now = os_now();
		deadline = now + (os_ns)timeout * TICK_NSEC;
	}
	if (signals)
		ls_explorer->also(a.task);
	ls_sleep_begin(a.task);
	ret = ls_point_wait(LS_OP_WAIT, x, LS_NONE, is_done, &a, deadline);
	ls_sleep_end(a.task);
	if (ret == LS_WAIT_STUCK)
		ls_sleep_for_good();
	if (signals)
		ls_touch(a.task, LS_READ);
	if (x->done) {
		take_one(x, !signals && deadline == OS_NEVER);
	} else if (ret == LS_WAIT_TIMEOUT) {
		ls_touch(x, LS_READ);
		return 0;
	} else {
		ls_touch(x, LS_READ);
		return -ERESTARTSYS;
	}
	if (timeout != MAX_SCHEDULE_TIMEOUT)
		timeout -= (long)((os_now() - now) / TICK_NSEC);
	return timeout > 0 ? timeout : 1;
}

/* --- natively -------------------------------------------------------------------- */

/**
 * complete() - let one waiter go
 * @x: the completion
 *
 * Context: Any. Takes the completion's lock.
 */
void complete(struct completion *x)
{
	unsigned long flags;

	if (ls_exploring()) {
		explore_complete(x, false);
		return;
	}
	raw_spin_lock_irqsave(&x->wait.lock, flags);
	if (x->done != UINT_MAX)
		x->done++;
	swake_up_locked(&x->wait, 0);
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
}

/**
 * complete_on_current_cpu() - complete()
 * @x: the completion
 *
 * Context: Any. Takes the completion's lock.
 */
void complete_on_current_cpu(struct completion *x)
{
	complete(x);
}

/**
 * complete_all() - let every waiter go, those to come as well
 * @x: the completion
 *
 * Context: Any. Takes the completion's lock.
 */
void complete_all(struct completion *x)
{
	unsigned long flags;

	if (ls_exploring()) {
		explore_complete(x, true);
		return;
	}
	raw_spin_lock_irqsave(&x->wait.lock, flags);
	x->done = UINT_MAX;
	swake_up_all_locked(&x->wait);
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
}

/* Jiffies left (at least 1) when done, 0 at the timeout, -ERESTARTSYS. */
static long wait_common(struct completion *x, long timeout, unsigned int state)
{
	DECLARE_SWAITQUEUE(wait);

	might_sleep();
	if (ls_exploring())
		return explore_wait(x, timeout, state);
	raw_spin_lock_irq(&x->wait.lock);
	while (!x->done && timeout) {
		if (signal_pending_state(state, current)) {
			timeout = -ERESTARTSYS;
			break;
		}
		__prepare_to_swait(&x->wait, &wait);
		set_current_state(state);
		raw_spin_unlock_irq(&x->wait.lock);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irq(&x->wait.lock);
	}
	__finish_swait(&x->wait, &wait);
	if (timeout >= 0 && x->done) {
		if (x->done != UINT_MAX)
			x->done--;
		timeout = timeout ? timeout : 1;
	}
	raw_spin_unlock_irq(&x->wait.lock);
	return timeout;
}

/**
 * wait_for_completion() - wait until something is done
 * @x: the completion
 *
 * Context: Process context. Sleeps.
 */
void wait_for_completion(struct completion *x)
{
	wait_common(x, MAX_SCHEDULE_TIMEOUT, TASK_UNINTERRUPTIBLE);
}

/**
 * wait_for_completion_io() - wait_for_completion() for input or output
 * @x: the completion
 *
 * Context: Process context. Sleeps.
 */
void wait_for_completion_io(struct completion *x)
{
	wait_for_completion(x);
}

/**
 * wait_for_completion_state() - wait until something is done, in a given state
 * @x: the completion
 * @state: TASK_*
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -ERESTARTSYS when a signal came that @state lets through.
 */
int wait_for_completion_state(struct completion *x, unsigned int state)
{
	long ret = wait_common(x, MAX_SCHEDULE_TIMEOUT, state);

	return ret == -ERESTARTSYS ? (int)ret : 0;
}

/**
 * wait_for_completion_interruptible() - wait until something is done, or for a signal
 * @x: the completion
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -ERESTARTSYS when a signal came.
 */
int wait_for_completion_interruptible(struct completion *x)
{
	return wait_for_completion_state(x, TASK_INTERRUPTIBLE);
}

/**
 * wait_for_completion_killable() - wait until something is done, or for a fatal signal
 * @x: the completion
 *
 * Context: Process context. Sleeps.
 * Return: 0, or -ERESTARTSYS when a fatal signal came.
 */
int wait_for_completion_killable(struct completion *x)
{
	return wait_for_completion_state(x, TASK_KILLABLE);
}

/* A time that does not fit a long would be a wait for ever anyway. */
static long clamp_timeout(unsigned long timeout)
{
	return timeout > LONG_MAX ? MAX_SCHEDULE_TIMEOUT : (long)timeout;
}

/**
 * wait_for_completion_timeout() - wait until something is done, for a time
 * @x: the completion
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: 0 at the timeout, else jiffies left, at least 1.
 */
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
{
	return (unsigned long)wait_common(x, clamp_timeout(timeout), TASK_UNINTERRUPTIBLE);
}

/**
 * wait_for_completion_io_timeout() - wait_for_completion_timeout() for input or output
 * @x: the completion
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: 0 at the timeout, else jiffies left, at least 1.
 */
unsigned long wait_for_completion_io_timeout(struct completion *x, unsigned long timeout)
{
	return wait_for_completion_timeout(x, timeout);
}

/**
 * wait_for_completion_interruptible_timeout() - wait until done, for a time, or for a signal
 * @x: the completion
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: 0 at the timeout, -ERESTARTSYS when a signal came, else jiffies left, at least 1.
 */
long wait_for_completion_interruptible_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, clamp_timeout(timeout), TASK_INTERRUPTIBLE);
}

/**
 * wait_for_completion_killable_timeout() - wait until done, for a time, or for a fatal signal
 * @x: the completion
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: 0 at the timeout, -ERESTARTSYS when a fatal signal came, else jiffies left, at least 1.
 */
long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)
{
	return wait_common(x, clamp_timeout(timeout), TASK_KILLABLE);
}

/**
 * try_wait_for_completion() - consume one completion if there is one
 * @x: the completion
 *
 * Context: Any. Takes the completion's lock.
 * Return: true if there was.
 */
bool try_wait_for_completion(struct completion *x)
{
	unsigned long flags;
	bool done;

	if (ls_exploring()) {
		ls_point(LS_OP_LOAD, x);
		done = x->done != 0;
		if (done)
			take_one(x, false);
		return done;
	}
	raw_spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done != 0;
	if (done && x->done != UINT_MAX)
		x->done--;
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}

/**
 * completion_done() - is it done, and would a waiter go at once?
 * @x: the completion
 *
 * After true nobody inside complete() touches @x any more.
 *
 * Context: Any. Takes the completion's lock.
 * Return: true if it is.
 */
bool completion_done(struct completion *x)
{
	unsigned long flags;
	bool done;

	if (ls_exploring()) {
		ls_point(LS_OP_LOAD, x);
		return x->done != 0;
	}
	raw_spin_lock_irqsave(&x->wait.lock, flags);
	done = x->done != 0;
	raw_spin_unlock_irqrestore(&x->wait.lock, flags);
	return done;
}
