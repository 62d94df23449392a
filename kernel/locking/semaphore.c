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
		set_current_state(state);
		raw_spin_unlock_irqrestore(&sem->lock, *flags);
		timeout = schedule_timeout(timeout);
		raw_spin_lock_irqsave(&sem->lock, *flags);
		if (w.up)
			return 0;
	}
}

static int ls_down(struct semaphore *sem, unsigned int state, long timeout)
{
	unsigned long flags;
	int ret = 0;

	might_sleep();
	raw_spin_lock_irqsave(&sem->lock, flags);
	if (likely(sem->count > 0))
		sem->count--;
	else
		ret = ls_down_wait(sem, state, timeout, &flags);
	raw_spin_unlock_irqrestore(&sem->lock, flags);
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

	raw_spin_lock_irqsave(&sem->lock, flags);
	got = sem->count > 0;
	if (got)
		sem->count--;
	raw_spin_unlock_irqrestore(&sem->lock, flags);
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

	raw_spin_lock_irqsave(&sem->lock, flags);
	if (list_empty(&sem->wait_list)) {
		sem->count++;
	} else {
		w = list_first_entry(&sem->wait_list, struct semaphore_waiter, list);
		list_del(&w->list);
		w->up = true;
		/* under the lock: once it is dropped the waiter may be gone */
		wake_up_process(w->task);
	}
	raw_spin_unlock_irqrestore(&sem->lock, flags);
}
EXPORT_SYMBOL(up);
