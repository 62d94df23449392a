// SPDX-License-Identifier: MIT
/*
 * Counting semaphores. No owner, so nothing for the validator to see.
 */

#include <linux/semaphore.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/limits.h>
#include <linux/jiffies.h>
#include "locking.h"

struct semaphore_waiter {
	struct list_head list;
	struct task_struct *task;
	bool up; /* up() gave its count to us */
};

/**
 * sema_init() - make a semaphore
 * @sem: memory of the semaphore
 * @val: how many may hold it at once
 *
 * Context: Any.
 */
void sema_init(struct semaphore *sem, int val)
{
	raw_spin_lock_init(&sem->lock);
	sem->count = val;
	INIT_LIST_HEAD(&sem->wait_list);
}
EXPORT_SYMBOL(sema_init);

/* A step is atomic as it is; the spinlock would only make failed attempts depend on each other. */
static unsigned long ls_sem_lock(struct semaphore *sem)
{
	unsigned long flags = 0;

	if (!ls_stepping())
		raw_spin_lock_irqsave(&sem->lock, flags);
	return flags;
}

static void ls_sem_unlock(struct semaphore *sem, unsigned long flags)
{
	if (!ls_stepping())
		raw_spin_unlock_irqrestore(&sem->lock, flags);
}

static bool ls_sem_is_free(const void *sem)
{
	return ((const struct semaphore *)sem)->count > 0;
}

/*
 * Under an explorer: wait until down() can be done, as one step. up() gives its count to the
 * first that waits; that is the same as if that one came right then. Returns what is left
 * of @timeout.
 */
static noinline long ls_down_step(struct semaphore *sem, unsigned int state, long timeout)
{
	os_ns deadline = OS_NEVER;
	int ret;

	if (timeout != MAX_SCHEDULE_TIMEOUT)
		deadline = ls_jiffies_to_deadline(jiffies + (unsigned long)timeout);
	ret = ls_step_wait(sem, state, ls_sem_is_free, sem, deadline);
	if (ret == LS_WAIT_STUCK)
		return timeout;
	/* No access of a lock: with a count above one, down() and up() can change places. */
	ls_step_touch(sem, ls_sem_is_free(sem) ? LS_WRITE : LS_READ);
	if (ret == LS_WAIT_TIMEOUT)
		return 0;
	if (!ls_sem_is_free(sem))
		ls_step_touch(current, LS_READ);
	return timeout;
}

/* Called and returns with @sem->lock held. */
static int ls_down_wait(struct semaphore *sem, unsigned int state, long timeout,
			unsigned long *flags)
{
	struct semaphore_waiter w = { .task = current };

	list_add_tail(&w.list, &sem->wait_list);
	for (;;) {
		if (signal_pending_state(state, w.task)) {
			list_del(&w.list);
			return -EINTR;
		}
		if (timeout <= 0) {
			list_del(&w.list);
			return -ETIME;
		}
		ls_state_set(w.task, state);
		ls_sem_unlock(sem, *flags);
		timeout = schedule_timeout(timeout);
		*flags = ls_sem_lock(sem);
		if (w.up)
			return 0;
	}
}

static int ls_down(struct semaphore *sem, unsigned int state, long timeout)
{
	unsigned long flags;
	int ret = 0;

	might_sleep();
	if (ls_stepping())
		timeout = ls_down_step(sem, state, timeout);
	flags = ls_sem_lock(sem);
	if (likely(sem->count > 0))
		sem->count--;
	else
		ret = ls_down_wait(sem, state, timeout, &flags);
	ls_sem_unlock(sem, flags);
	return ret;
}

/**
 * down() - count down, waiting while it is zero
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 */
void down(struct semaphore *sem)
{
	ls_down(sem, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down);

/**
 * down_interruptible() - down() unless a signal comes first
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_interruptible(struct semaphore *sem)
{
	return ls_down(sem, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_interruptible);

/**
 * down_killable() - down() unless a fatal signal comes first
 * @sem: the semaphore
 *
 * Context: Task; sleeps.
 * Return: 0 or -EINTR.
 */
int down_killable(struct semaphore *sem)
{
	return ls_down(sem, TASK_KILLABLE, MAX_SCHEDULE_TIMEOUT);
}
EXPORT_SYMBOL(down_killable);

/**
 * down_timeout() - down() for a limited time
 * @sem: the semaphore
 * @timeout: in jiffies
 *
 * Context: Task; sleeps.
 * Return: 0 or -ETIME.
 */
int down_timeout(struct semaphore *sem, long timeout)
{
	return ls_down(sem, TASK_UNINTERRUPTIBLE, timeout);
}
EXPORT_SYMBOL(down_timeout);

/**
 * down_trylock() - count down if it is not zero
 * @sem: the semaphore
 *
 * Context: Any; does not sleep.
 * Return: 0 if it was taken, 1 if not: the opposite of mutex_trylock().
 */
int down_trylock(struct semaphore *sem)
{
	unsigned long flags;
	bool got;

	if (ls_stepping())
		ls_point(LS_OP_TRYLOCK, sem);
	flags = ls_sem_lock(sem);
	got = sem->count > 0;
	if (got)
		sem->count--;
	ls_step_touch(sem, got ? LS_WRITE : LS_READ);
	ls_sem_unlock(sem, flags);
	return !got;
}
EXPORT_SYMBOL(down_trylock);

/**
 * up() - count up, or let the first waiter have it
 * @sem: the semaphore
 *
 * Context: Any, and any task.
 */
void up(struct semaphore *sem)
{
	struct semaphore_waiter *w;
	unsigned long flags;

	if (ls_stepping())
		ls_point(LS_OP_UNLOCK, sem);
	ls_step_touch(sem, LS_WRITE); /* whoever counts down may find a count without this one */
	flags = ls_sem_lock(sem);
	ls_quiet_begin();
	if (list_empty(&sem->wait_list)) {
		sem->count++;
	} else {
		w = list_first_entry(&sem->wait_list, struct semaphore_waiter, list);
		list_del(&w->list);
		w->up = true;
		/* under the lock: once it is dropped the waiter may be gone */
		wake_up_process(w->task);
	}
	ls_quiet_end();
	ls_sem_unlock(sem, flags);
}
EXPORT_SYMBOL(up);
