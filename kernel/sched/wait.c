// SPDX-License-Identifier: MIT
/* Wait queues. */
#include <linux/wait.h>
#include <linux/sched.h>
#include <linux/rcupdate.h>
#include "internal.h"

/**
 * __init_waitqueue_head() - initialise a wait queue
 * @wq_head: the queue
 * @name: for lockdep
 * @key: lock class
 *
 * Context: Any.
 */
void __init_waitqueue_head(struct wait_queue_head *wq_head, const char *name,
			   struct lock_class_key *key)
{
	spin_lock_init(&wq_head->lock);
	lockdep_set_class_and_name(&wq_head->lock, key, name);
	INIT_LIST_HEAD(&wq_head->head);
}

/**
 * add_wait_queue() - put an entry on a queue, in front
 * @wq_head: the queue
 * @wq_entry: the entry
 *
 * Context: Any. Takes the queue's lock.
 */
void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/**
 * add_wait_queue_exclusive() - put an entry at the end of those that are woken one by one
 * @wq_head: the queue
 * @wq_entry: the entry
 *
 * Context: Any. Takes the queue's lock.
 */
void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue_entry_tail(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/**
 * add_wait_queue_priority() - put an entry before all others; it is woken alone
 * @wq_head: the queue
 * @wq_entry: the entry
 *
 * Context: Any. Takes the queue's lock.
 */
void add_wait_queue_priority(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	wq_entry->flags |= WQ_FLAG_EXCLUSIVE | WQ_FLAG_PRIORITY;
	spin_lock_irqsave(&wq_head->lock, flags);
	__add_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/**
 * remove_wait_queue() - take an entry off a queue
 * @wq_head: the queue
 * @wq_entry: the entry
 *
 * Context: Any. Takes the queue's lock.
 */
void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	spin_lock_irqsave(&wq_head->lock, flags);
	__remove_wait_queue(wq_head, wq_entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/* Under the lock. An entry's function may take it off the list. How many exclusive ones woke. */
static int wake_entries(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive,
			int wake_flags, void *key)
{
	struct wait_queue_entry *curr, *next;
	int woken = 0, ret;
	unsigned int flags;

	list_for_each_entry_safe(curr, next, &wq_head->head, entry) {
		flags = curr->flags;
		ret = curr->func(curr, mode, wake_flags, key);
		if (ret < 0)
			break;
		if (!ret || !(flags & WQ_FLAG_EXCLUSIVE))
			continue;
		woken++;
		if (nr_exclusive && woken == nr_exclusive)
			break;
	}
	return woken;
}

/**
 * __wake_up() - wake tasks on a queue
 * @wq_head: the queue
 * @mode: TASK_* states to wake from
 * @nr_exclusive: how many exclusive waiters to wake, 0 for all
 * @key: for the entries' functions
 *
 * Context: Any. Takes the queue's lock.
 * Return: how many exclusive waiters were woken.
 */
int __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key)
{
	unsigned long flags;
	int woken;

	spin_lock_irqsave(&wq_head->lock, flags);
	woken = wake_entries(wq_head, mode, nr_exclusive, 0, key);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return woken;
}

/**
 * __wake_up_locked() - __wake_up() for who has the lock
 * @wq_head: the queue
 * @mode: TASK_* states to wake from
 * @nr: how many exclusive waiters to wake, 0 for all
 *
 * Context: Any, with the queue's lock held.
 */
void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr)
{
	wake_entries(wq_head, mode, nr, 0, NULL);
}

/**
 * __wake_up_locked_key() - wake one exclusive waiter and all others, with a key
 * @wq_head: the queue
 * @mode: TASK_* states to wake from
 * @key: for the entries' functions
 *
 * Context: Any, with the queue's lock held.
 */
void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)
{
	wake_entries(wq_head, mode, 1, 0, key);
}

/**
 * __wake_up_sync_key() - wake-up by a task that is about to sleep itself
 * @wq_head: the queue, may be NULL
 * @mode: TASK_* states to wake from
 * @key: for the entries' functions
 *
 * Context: Any. Takes the queue's lock.
 */
void __wake_up_sync_key(struct wait_queue_head *wq_head, unsigned int mode, void *key)
{
	if (wq_head)
		__wake_up(wq_head, mode, 1, key);
}

/**
 * __wake_up_pollfree() - tell pollers that the queue goes away
 * @wq_head: the queue; must be freed after a grace period
 *
 * Context: Any. Takes the queue's lock.
 */
void __wake_up_pollfree(struct wait_queue_head *wq_head)
{
	/* EPOLLHUP and the bit that says the queue is about to be freed. */
	__wake_up(wq_head, TASK_NORMAL, 0, poll_to_key(0x00000010u | 0x40000000u));
	WARN_ON_ONCE(waitqueue_active(wq_head));
}

/**
 * prepare_to_wait() - get on a queue and set the state to sleep in
 * @wq_head: the queue
 * @wq_entry: the entry; nothing happens to it if it is on the queue already
 * @state: TASK_*
 *
 * Context: Process context. Takes the queue's lock.
 */
void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state)
{
	unsigned long flags;

	wq_entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	if (list_empty(&wq_entry->entry))
		__add_wait_queue(wq_head, wq_entry);
	set_current_state(state);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/**
 * prepare_to_wait_exclusive() - prepare_to_wait() for one that is woken alone
 * @wq_head: the queue
 * @wq_entry: the entry
 * @state: TASK_*
 *
 * Context: Process context. Takes the queue's lock.
 * Return: true if the queue was empty before.
 */
bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry,
			       int state)
{
	bool was_empty = false;
	unsigned long flags;

	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	spin_lock_irqsave(&wq_head->lock, flags);
	if (list_empty(&wq_entry->entry)) {
		was_empty = list_empty(&wq_head->head);
		__add_wait_queue_entry_tail(wq_head, wq_entry);
	}
	set_current_state(state);
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return was_empty;
}

/**
 * init_wait_entry() - make an entry that takes itself off the queue when woken
 * @wq_entry: the entry
 * @flags: WQ_FLAG_*
 *
 * Context: Process context.
 */
void init_wait_entry(struct wait_queue_entry *wq_entry, int flags)
{
	wq_entry->flags = (unsigned int)flags;
	wq_entry->private = current;
	wq_entry->func = autoremove_wake_function;
	INIT_LIST_HEAD(&wq_entry->entry);
}

/**
 * prepare_to_wait_event() - the step of wait_event() before the condition is checked
 * @wq_head: the queue
 * @wq_entry: the entry
 * @state: TASK_*
 *
 * With a signal pending that @state lets through the entry is taken off: an
 * exclusive waiter that leaves must not swallow a wake-up.
 *
 * Context: Process context. Takes the queue's lock.
 * Return: 0, or -ERESTARTSYS.
 */
long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry,
			   int state)
{
	unsigned long flags;
	long ret = 0;

	spin_lock_irqsave(&wq_head->lock, flags);
	if (signal_pending_state((unsigned int)state, current)) {
		list_del_init(&wq_entry->entry);
		ret = -ERESTARTSYS;
	} else {
		if (list_empty(&wq_entry->entry)) {
			if (wq_entry->flags & WQ_FLAG_EXCLUSIVE)
				__add_wait_queue_entry_tail(wq_head, wq_entry);
			else
				__add_wait_queue(wq_head, wq_entry);
		}
		set_current_state(state);
	}
	spin_unlock_irqrestore(&wq_head->lock, flags);
	return ret;
}

static int wait_intr(struct wait_queue_head *wq_head, struct wait_queue_entry *wait, bool irq)
{
	if (likely(list_empty(&wait->entry)))
		__add_wait_queue_entry_tail(wq_head, wait);
	set_current_state(TASK_INTERRUPTIBLE);
	if (signal_pending(current))
		return -ERESTARTSYS;
	if (irq)
		spin_unlock_irq(&wq_head->lock);
	else
		spin_unlock(&wq_head->lock);
	schedule();
	if (irq)
		spin_lock_irq(&wq_head->lock);
	else
		spin_lock(&wq_head->lock);
	return 0;
}

/**
 * do_wait_intr() - one sleep of wait_event_interruptible_locked()
 * @wq_head: the queue
 * @wait: entry
 *
 * Context: Process context, the queue's lock held; dropped while asleep.
 * Return: 0, or -ERESTARTSYS.
 */
int do_wait_intr(struct wait_queue_head *wq_head, struct wait_queue_entry *wait)
{
	return wait_intr(wq_head, wait, false);
}

/**
 * do_wait_intr_irq() - do_wait_intr() with interrupts off
 * @wq_head: the queue
 * @wait: entry
 *
 * Context: Process context, the queue's lock held; dropped while asleep.
 * Return: 0, or -ERESTARTSYS.
 */
int do_wait_intr_irq(struct wait_queue_head *wq_head, struct wait_queue_entry *wait)
{
	return wait_intr(wq_head, wait, true);
}

/**
 * finish_wait() - the wait is over: run, and be off the queue
 * @wq_head: the queue
 * @wq_entry: the entry; nobody looks at it afterwards
 *
 * Context: Process context. Takes the queue's lock unless a waker has taken the
 * entry off and is done with it.
 */
void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&wq_entry->entry))
		return;
	spin_lock_irqsave(&wq_head->lock, flags);
	list_del_init(&wq_entry->entry);
	spin_unlock_irqrestore(&wq_head->lock, flags);
}

/**
 * default_wake_function() - wake the task of an entry
 * @wq_entry: the entry; its private is the task
 * @mode: TASK_* states
 * @flags: ignored
 * @key: ignored
 *
 * Context: Any.
 * Return: 1 if the task was woken.
 */
int default_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int flags, void *key)
{
	return try_to_wake_up(wq_entry->private, mode, flags);
}

/**
 * autoremove_wake_function() - wake the task of an entry and take the entry off
 * @wq_entry: the entry
 * @mode: TASK_* states
 * @sync: ignored
 * @key: ignored
 *
 * Context: Any, with the queue's lock held.
 * Return: 1 if the task was woken.
 */
int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)
{
	int ret = default_wake_function(wq_entry, mode, sync, key);

	/* Careful: once the entry is off, the owner may be gone without taking the lock. */
	if (ret)
		list_del_init_careful(&wq_entry->entry);
	return ret;
}

/**
 * wait_woken() - sleep unless woken since the last call
 * @wq_entry: entry on a queue, with woken_wake_function()
 * @mode: TASK_* to sleep in
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: jiffies left.
 */
long wait_woken(struct wait_queue_entry *wq_entry, unsigned mode, long timeout)
{
	set_current_state(mode);
	if (!(__atomic_load_n(&wq_entry->flags, __ATOMIC_SEQ_CST) & WQ_FLAG_WOKEN) &&
	    !kthread_should_stop_or_park())
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	/* Full barrier: what the waker wrote before it set the flag is seen after this. */
	__atomic_fetch_and(&wq_entry->flags, ~WQ_FLAG_WOKEN, __ATOMIC_SEQ_CST);
	return timeout;
}

/**
 * woken_wake_function() - remember the wake-up, then wake the task
 * @wq_entry: the entry
 * @mode: TASK_* states
 * @sync: ignored
 * @key: ignored
 *
 * Context: Any.
 * Return: 1 if the task was woken.
 */
int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key)
{
	__atomic_fetch_or(&wq_entry->flags, WQ_FLAG_WOKEN, __ATOMIC_SEQ_CST);
	return default_wake_function(wq_entry, mode, sync, key);
}
