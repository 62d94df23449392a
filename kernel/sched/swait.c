// SPDX-License-Identifier: MIT
/* Simple wait queues. */
#include <linux/swait.h>
#include "internal.h"

/* As with wait queues: one call, one step. */
static inline unsigned long lock_queue(struct swait_queue_head *q, enum ls_op op)
{
	unsigned long flags;
	bool quiet = false;

	if (ls_exploring() &&
	    !ls_point_wait(op, q, LS_READ, ls_word_is_free, &q->lock.raw_lock, OS_NEVER)) {
		quiet = true;
		ls_quiet_begin();
	}
	raw_spin_lock_irqsave(&q->lock, flags);
	if (!quiet)
		ls_quiet_begin();
	return flags;
}

static inline void unlock_queue(struct swait_queue_head *q, unsigned long flags)
{
	raw_spin_unlock_irqrestore(&q->lock, flags);
	ls_quiet_end();
}

/**
 * __init_swait_queue_head() - initialise a simple wait queue
 * @q: the queue
 * @name: for lockdep
 * @key: lock class
 *
 * Context: Any.
 */
void __init_swait_queue_head(struct swait_queue_head *q, const char *name,
			     struct lock_class_key *key)
{
	raw_spin_lock_init(&q->lock);
	lockdep_set_class_and_name(&q->lock, key, name);
	INIT_LIST_HEAD(&q->task_list);
}

/**
 * swake_up_locked() - wake the first waiter
 * @q: the queue
 * @wake_flags: ignored
 *
 * Context: Any, with the queue's lock held.
 */
void swake_up_locked(struct swait_queue_head *q, int wake_flags)
{
	struct swait_queue *curr;

	if (list_empty(&q->task_list))
		return;
	curr = list_first_entry(&q->task_list, struct swait_queue, task_list);
	/* Off the list last: a waiter that finds itself off may leave without the lock. */
	try_to_wake_up(curr->task, TASK_NORMAL, wake_flags);
	list_del_init_careful(&curr->task_list);
}

/**
 * swake_up_all_locked() - wake all waiters
 * @q: the queue
 *
 * Context: Any, with the queue's lock held.
 */
void swake_up_all_locked(struct swait_queue_head *q)
{
	while (!list_empty(&q->task_list))
		swake_up_locked(q, 0);
}

/**
 * swake_up_one() - wake the first waiter
 * @q: the queue
 *
 * Context: Any. Takes the queue's lock.
 */
void swake_up_one(struct swait_queue_head *q)
{
	unsigned long flags;

	flags = lock_queue(q, LS_OP_WAKE);
	swake_up_locked(q, 0);
	unlock_queue(q, flags);
}

/**
 * swake_up_all() - wake all waiters
 * @q: the queue
 *
 * Context: Any. Takes the queue's lock.
 */
void swake_up_all(struct swait_queue_head *q)
{
	unsigned long flags;

	flags = lock_queue(q, LS_OP_WAKE);
	swake_up_all_locked(q);
	unlock_queue(q, flags);
}

/**
 * __prepare_to_swait() - get on a queue
 * @q: the queue
 * @wait: entry
 *
 * Context: Process context, the queue's lock held.
 */
void __prepare_to_swait(struct swait_queue_head *q, struct swait_queue *wait)
{
	wait->task = current;
	if (list_empty(&wait->task_list))
		list_add_tail(&wait->task_list, &q->task_list);
}

/**
 * prepare_to_swait_exclusive() - get on a queue and set the state to sleep in
 * @q: the queue
 * @wait: entry
 * @state: TASK_*
 *
 * Context: Process context. Takes the queue's lock.
 */
void prepare_to_swait_exclusive(struct swait_queue_head *q, struct swait_queue *wait, int state)
{
	unsigned long flags;

	flags = lock_queue(q, LS_OP_QUEUE);
	__prepare_to_swait(q, wait);
	set_current_state(state);
	unlock_queue(q, flags);
}

/**
 * prepare_to_swait_event() - the step of swait_event() before the condition is checked
 * @q: the queue
 * @wait: entry
 * @state: TASK_*
 *
 * Context: Process context. Takes the queue's lock.
 * Return: 0, or -ERESTARTSYS, off the queue, when a signal is pending.
 */
long prepare_to_swait_event(struct swait_queue_head *q, struct swait_queue *wait, int state)
{
	unsigned long flags;
	long ret = 0;

	flags = lock_queue(q, LS_OP_QUEUE);
	ls_touch(current, LS_READ);
	if (signal_pending_state((unsigned int)state, current)) {
		list_del_init(&wait->task_list);
		ret = -ERESTARTSYS;
	} else {
		__prepare_to_swait(q, wait);
		set_current_state(state);
	}
	unlock_queue(q, flags);
	return ret;
}

/**
 * __finish_swait() - run, and be off the queue
 * @q: the queue
 * @wait: entry
 *
 * Context: Process context, the queue's lock held.
 */
void __finish_swait(struct swait_queue_head *q, struct swait_queue *wait)
{
	__set_current_state(TASK_RUNNING);
	if (!list_empty(&wait->task_list))
		list_del_init(&wait->task_list);
}

/**
 * finish_swait() - run, and be off the queue
 * @q: the queue
 * @wait: entry; nobody looks at it afterwards
 *
 * Context: Process context. May take the queue's lock.
 */
void finish_swait(struct swait_queue_head *q, struct swait_queue *wait)
{
	unsigned long flags;

	/* Under an explorer as in finish_wait(). */
	if (!ls_exploring() || list_empty_careful(&wait->task_list))
		__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&wait->task_list))
		return;
	ls_touch(current, LS_READ);
	flags = lock_queue(q, LS_OP_RMW);
	if (ls_exploring())
		__set_current_state(TASK_RUNNING);
	list_del_init(&wait->task_list);
	unlock_queue(q, flags);
}
