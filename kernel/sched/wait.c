// SPDX-License-Identifier: MIT
/* Wait queues. */
#include <linux/wait.h>
#include <linux/sched.h>
#include <linux/rcupdate.h>
#include "internal.h"

/*
 * Under an explorer all that one call does to a queue is one step. It begins when the queue's
 * lock is free: a driver may hold it, too. The lock and its release are in the footprint by
 * themselves; they have the address of the queue.
 */
static inline unsigned long lock_queue(struct wait_queue_head *wq_head, enum ls_op op)
{
	unsigned long flags;
	bool quiet = false;

	if (ls_exploring() && !ls_point_wait(op, wq_head, LS_READ, ls_word_is_free,
					     &wq_head->lock.rlock.raw_lock, OS_NEVER)) {
		quiet = true;
		ls_quiet_begin();
	}
	spin_lock_irqsave(&wq_head->lock, flags);
	if (!quiet)
		ls_quiet_begin();
	return flags;
}

static inline void unlock_queue(struct wait_queue_head *wq_head, unsigned long flags)
{
	if (likely(!ls_exploring())) {
		spin_unlock_irqrestore(&wq_head->lock, flags);
		return;
	}
	spin_unlock(&wq_head->lock);
	ls_quiet_end();
	/* What waited for interrupts may be a driver's. */
	local_irq_restore(flags);
}

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
	flags = lock_queue(wq_head, LS_OP_QUEUE);
	__add_wait_queue(wq_head, wq_entry);
	unlock_queue(wq_head, flags);
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
	flags = lock_queue(wq_head, LS_OP_QUEUE);
	__add_wait_queue_entry_tail(wq_head, wq_entry);
	unlock_queue(wq_head, flags);
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
	flags = lock_queue(wq_head, LS_OP_QUEUE);
	__add_wait_queue(wq_head, wq_entry);
	unlock_queue(wq_head, flags);
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

	flags = lock_queue(wq_head, LS_OP_RMW);
	__remove_wait_queue(wq_head, wq_entry);
	unlock_queue(wq_head, flags);
}

/* Functions that wake a task and do no more: part of the step that wakes. */
static bool is_plain(wait_queue_func_t func)
{
	return func == default_wake_function || func == autoremove_wake_function ||
	       func == woken_wake_function || ls_is_bit_wake_function(func);
}

static int call_entry(struct wait_queue_entry *entry, unsigned int mode, int wake_flags, void *key)
{
	bool plain = ls_exploring() && is_plain(entry->func);
	int ret;

	if (plain)
		ls_quiet_begin();
	ret = entry->func(entry, mode, wake_flags, key);
	if (plain)
		ls_quiet_end();
	return ret;
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
		ret = call_entry(curr, mode, wake_flags, key);
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

/* The step of a wake-up that finds nobody only reads. */
static bool nobody_waits(struct wait_queue_head *wq_head)
{
	return !ls_point_wait(LS_OP_WAKE, wq_head, LS_READ, ls_word_is_free,
			      &wq_head->lock.rlock.raw_lock, OS_NEVER) &&
	       list_empty(&wq_head->head);
}

/* Under the queue's lock for as long as entries are visited; a driver's functions are steps. */
static int explore_wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive,
			   void *key)
{
	unsigned long flags;
	int woken;

	if (nobody_waits(wq_head))
		return 0;
	ls_quiet_begin();
	spin_lock_irqsave(&wq_head->lock, flags);
	ls_quiet_end();
	woken = wake_entries(wq_head, mode, nr_exclusive, 0, key);
	ls_quiet_begin();
	unlock_queue(wq_head, flags);
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

	if (ls_exploring())
		return explore_wake_up(wq_head, mode, nr_exclusive, key);
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
	ls_point(LS_OP_WAKE, wq_head);
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
	ls_point(LS_OP_WAKE, wq_head);
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
	flags = lock_queue(wq_head, LS_OP_QUEUE);
	if (list_empty(&wq_entry->entry))
		__add_wait_queue(wq_head, wq_entry);
	set_current_state(state);
	unlock_queue(wq_head, flags);
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
	flags = lock_queue(wq_head, LS_OP_QUEUE);
	if (list_empty(&wq_entry->entry)) {
		was_empty = list_empty(&wq_head->head);
		__add_wait_queue_entry_tail(wq_head, wq_entry);
	}
	set_current_state(state);
	unlock_queue(wq_head, flags);
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

	flags = lock_queue(wq_head, LS_OP_QUEUE);
	ls_touch(current, LS_READ);
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
	unlock_queue(wq_head, flags);
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

	/*
	 * Still on the queue: a waker may come between this look and the lock. Under an explorer
	 * it has to find the task asleep until then, as in a kernel it may.
	 */
	if (!ls_exploring() || list_empty_careful(&wq_entry->entry))
		__set_current_state(TASK_RUNNING);
	if (list_empty_careful(&wq_entry->entry))
		return;
	ls_touch(current, LS_READ);
	flags = lock_queue(wq_head, LS_OP_RMW);
	if (ls_exploring())
		__set_current_state(TASK_RUNNING);
	list_del_init(&wq_entry->entry);
	unlock_queue(wq_head, flags);
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
	bool sleep;

	set_current_state(mode);
	/* Whoever sets the flag wakes the task too, so that an explorer sees what depends on it. */
	ls_quiet_begin();
	sleep = !(__atomic_load_n(&wq_entry->flags, __ATOMIC_SEQ_CST) & WQ_FLAG_WOKEN) &&
		!kthread_should_stop_or_park();
	ls_quiet_end();
	if (sleep)
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
