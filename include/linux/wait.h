/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

/**
 * DOC: wait queues
 *
 * A wait queue is a list of entries under a spinlock. A waiter puts itself on
 * the list, sets its state, checks its condition and calls schedule(); a waker
 * makes the condition true and calls wake_up(), which runs each entry's
 * function under the lock::
 *
 *	wait_event(wq, READ_ONCE(ready));	// one task
 *
 *	WRITE_ONCE(ready, true);		// another
 *	wake_up(&wq);
 *
 * The interruptible forms return -ERESTARTSYS when a signal is pending.
 */

#include <linux/list.h>
#include <linux/stddef.h>
#include <linux/spinlock.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>

typedef struct wait_queue_entry wait_queue_entry_t;
typedef int (*wait_queue_func_t)(struct wait_queue_entry *wq_entry, unsigned mode, int flags,
				 void *key);

int default_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int flags, void *key);

#define WQ_FLAG_EXCLUSIVE 0x01
#define WQ_FLAG_WOKEN     0x02
#define WQ_FLAG_CUSTOM    0x04
#define WQ_FLAG_DONE      0x08
#define WQ_FLAG_PRIORITY  0x10

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	wait_queue_func_t func;
	struct list_head entry;
};

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAITQUEUE_INITIALIZER(name, tsk)                                                         \
	{ .private = (tsk), .func = default_wake_function, .entry = { NULL, NULL } }
#define DECLARE_WAITQUEUE(name, tsk)                                                               \
	struct wait_queue_entry name = __WAITQUEUE_INITIALIZER(name, tsk)
#define __WAIT_QUEUE_HEAD_INITIALIZER(name)                                                        \
	{ .lock = __SPIN_LOCK_UNLOCKED(name.lock), .head = LIST_HEAD_INIT(name.head) }
#define DECLARE_WAIT_QUEUE_HEAD(name)                                                              \
	struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name)                                                      \
	struct wait_queue_head name = ({                                                           \
		init_waitqueue_head(&name);                                                        \
		name;                                                                              \
	})

void __init_waitqueue_head(struct wait_queue_head *wq_head, const char *name,
			   struct lock_class_key *key);
#define init_waitqueue_head(wq_head)                                                               \
	do {                                                                                       \
		static struct lock_class_key __ls_wq_key;                                          \
		__init_waitqueue_head((wq_head), #wq_head, &__ls_wq_key);                          \
	} while (0)

static inline void init_waitqueue_entry(struct wait_queue_entry *wq_entry, struct task_struct *p)
{
	wq_entry->flags = 0;
	wq_entry->private = p;
	wq_entry->func = default_wake_function;
}

static inline void init_waitqueue_func_entry(struct wait_queue_entry *wq_entry,
					     wait_queue_func_t func)
{
	wq_entry->flags = 0;
	wq_entry->private = NULL;
	wq_entry->func = func;
}

/* Without the lock these two answer for the past; order them against the condition. */
static inline int waitqueue_active(struct wait_queue_head *wq_head)
{
	ls_point(LS_OP_LOAD, wq_head);
	return __atomic_load_n(&wq_head->head.next, __ATOMIC_RELAXED) != &wq_head->head;
}

static inline bool wq_has_sleeper(struct wait_queue_head *wq_head)
{
	smp_mb();
	return waitqueue_active(wq_head);
}

static inline bool wq_has_single_sleeper(struct wait_queue_head *wq_head)
{
	ls_point(LS_OP_LOAD, wq_head);
	return list_is_singular(&wq_head->head);
}

void add_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void add_wait_queue_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void add_wait_queue_priority(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
void remove_wait_queue(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);

/* The lock is held for these. Entries with priority stay in front of all others. */
static inline void __add_wait_queue(struct wait_queue_head *wq_head,
				    struct wait_queue_entry *wq_entry)
{
	struct list_head *at = &wq_head->head;

	while (at->next != &wq_head->head &&
	       (container_of(at->next, struct wait_queue_entry, entry)->flags & WQ_FLAG_PRIORITY))
		at = at->next;
	list_add(&wq_entry->entry, at);
}

static inline void __add_wait_queue_entry_tail(struct wait_queue_head *wq_head,
					       struct wait_queue_entry *wq_entry)
{
	list_add_tail(&wq_entry->entry, &wq_head->head);
}

static inline void __add_wait_queue_exclusive(struct wait_queue_head *wq_head,
					      struct wait_queue_entry *wq_entry)
{
	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue(wq_head, wq_entry);
}

static inline void __add_wait_queue_entry_tail_exclusive(struct wait_queue_head *wq_head,
							 struct wait_queue_entry *wq_entry)
{
	wq_entry->flags |= WQ_FLAG_EXCLUSIVE;
	__add_wait_queue_entry_tail(wq_head, wq_entry);
}

static inline void __remove_wait_queue(struct wait_queue_head *wq_head,
				       struct wait_queue_entry *wq_entry)
{
	list_del(&wq_entry->entry);
}

int __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key);
void __wake_up_locked_key(struct wait_queue_head *wq_head, unsigned int mode, void *key);
void __wake_up_locked(struct wait_queue_head *wq_head, unsigned int mode, int nr);
void __wake_up_sync_key(struct wait_queue_head *wq_head, unsigned int mode, void *key);
void __wake_up_pollfree(struct wait_queue_head *wq_head);

#define wake_up(x)                   __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr)            __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x)               __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_locked(x)            __wake_up_locked((x), TASK_NORMAL, 1)
#define wake_up_all_locked(x)        __wake_up_locked((x), TASK_NORMAL, 0)
#define wake_up_sync(x)              __wake_up_sync_key((x), TASK_NORMAL, NULL)
#define wake_up_interruptible(x)     __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_nr(x, nr) __wake_up(x, TASK_INTERRUPTIBLE, nr, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)
#define wake_up_interruptible_sync(x) __wake_up_sync_key((x), TASK_INTERRUPTIBLE, NULL)

#define poll_to_key(m) ((void *)(uintptr_t)(__u32)(m))
#define key_to_poll(m) ((__poll_t)(uintptr_t)(m))
#define wake_up_poll(x, m)        __wake_up(x, TASK_NORMAL, 1, poll_to_key(m))
#define wake_up_locked_poll(x, m) __wake_up_locked_key((x), TASK_NORMAL, poll_to_key(m))
#define wake_up_interruptible_poll(x, m)                                                           \
	__wake_up(x, TASK_INTERRUPTIBLE, 1, poll_to_key(m))
#define wake_up_pollfree(x)       __wake_up_pollfree(x)

void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry, int state);
bool prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry,
			       int state);
long prepare_to_wait_event(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry,
			   int state);
void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *wq_entry);
long wait_woken(struct wait_queue_entry *wq_entry, unsigned mode, long timeout);
int woken_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key);
int autoremove_wake_function(struct wait_queue_entry *wq_entry, unsigned mode, int sync, void *key);
void init_wait_entry(struct wait_queue_entry *wq_entry, int flags);
int do_wait_intr(struct wait_queue_head *wq_head, struct wait_queue_entry *wait);
int do_wait_intr_irq(struct wait_queue_head *wq_head, struct wait_queue_entry *wait);

#define DEFINE_WAIT_FUNC(name, function)                                                           \
	struct wait_queue_entry name = {                                                           \
		.private = current,                                                                \
		.func = (function),                                                                \
		.entry = LIST_HEAD_INIT((name).entry),                                             \
	}
#define DEFINE_WAIT(name) DEFINE_WAIT_FUNC(name, autoremove_wake_function)
#define init_wait_func(wait, function)                                                             \
	do {                                                                                       \
		(wait)->private = current;                                                         \
		(wait)->func = (function);                                                         \
		INIT_LIST_HEAD(&(wait)->entry);                                                    \
		(wait)->flags = 0;                                                                 \
	} while (0)
#define init_wait(wait) init_wait_func(wait, autoremove_wake_function)

/* A timeout that has run out still counts as success if the condition holds. */
#define ___wait_cond_timeout(condition)                                                            \
	({                                                                                         \
		bool __cond = (condition);                                                         \
		if (__cond && !__ret)                                                              \
			__ret = 1;                                                                 \
		__cond || !__ret;                                                                  \
	})

#define ___wait_is_interruptible(state)                                                            \
	(!__builtin_constant_p(state) || ((state) & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)))

/*
 * The loop under every wait_event. @condition is checked after the state is
 * set, so that a wake-up between the check and schedule() is not lost. @cmd
 * sleeps; it may leave its result in __ret.
 */
#define ___wait_event(wq_head, condition, state, exclusive, ret, cmd)                              \
	({                                                                                         \
		__label__ __out;                                                                   \
		struct wait_queue_entry __wq_entry;                                                \
		long __ret = ret;                                                                  \
                                                                                                   \
		init_wait_entry(&__wq_entry, exclusive ? WQ_FLAG_EXCLUSIVE : 0);                   \
		for (;;) {                                                                         \
			long __int = prepare_to_wait_event(&wq_head, &__wq_entry, state);          \
                                                                                                   \
			if (condition)                                                             \
				break;                                                             \
			if (___wait_is_interruptible(state) && __int) {                            \
				__ret = __int;                                                     \
				goto __out;                                                        \
			}                                                                          \
			cmd;                                                                       \
		}                                                                                  \
		finish_wait(&wq_head, &__wq_entry);                                                \
__out:                                                                                             \
		__ret;                                                                             \
	})

#define __wait_event(wq_head, condition)                                                           \
	(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, schedule())
#define wait_event(wq_head, condition)                                                             \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (condition)                                                                     \
			break;                                                                     \
		__wait_event(wq_head, condition);                                                  \
	} while (0)
#define io_wait_event(wq_head, condition) wait_event(wq_head, condition)

#define wait_event_cmd(wq_head, condition, cmd1, cmd2)                                             \
	do {                                                                                       \
		if (condition)                                                                     \
			break;                                                                     \
		(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0, cmd1;          \
				    schedule(); cmd2);                                             \
	} while (0)
#define wait_event_exclusive_cmd(wq_head, condition, cmd1, cmd2)                                   \
	do {                                                                                       \
		if (condition)                                                                     \
			break;                                                                     \
		(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 1, 0, cmd1;          \
				    schedule(); cmd2);                                             \
	} while (0)

/* The error-returning forms share one shape: check first, then wait in @state. */
#define __ls_wait_event_err(wq_head, condition, state, exclusive)                                  \
	({                                                                                         \
		int __err = 0;                                                                     \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			__err = (int)___wait_event(wq_head, condition, state, exclusive, 0,        \
						   schedule());                                    \
		__err;                                                                             \
	})
#define wait_event_interruptible(wq_head, condition)                                               \
	__ls_wait_event_err(wq_head, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(wq_head, condition)                                     \
	__ls_wait_event_err(wq_head, condition, TASK_INTERRUPTIBLE, 1)
#define wait_event_killable(wq_head, condition)                                                    \
	__ls_wait_event_err(wq_head, condition, TASK_KILLABLE, 0)
#define wait_event_killable_exclusive(wq_head, condition)                                          \
	__ls_wait_event_err(wq_head, condition, TASK_KILLABLE, 1)
#define wait_event_state(wq_head, condition, state)                                                \
	__ls_wait_event_err(wq_head, condition, state, 0)
#define wait_event_idle(wq_head, condition)                                                        \
	(void)__ls_wait_event_err(wq_head, condition, TASK_IDLE, 0)
#define wait_event_idle_exclusive(wq_head, condition)                                              \
	(void)__ls_wait_event_err(wq_head, condition, TASK_IDLE, 1)

#define __ls_wait_event_timeout(wq_head, condition, state, exclusive, timeout)                     \
	({                                                                                         \
		long __ls_timeout = (timeout), __ret = __ls_timeout;                               \
		might_sleep();                                                                     \
		if (!___wait_cond_timeout(condition))                                              \
			__ret = ___wait_event(wq_head, ___wait_cond_timeout(condition), state,     \
					      exclusive, __ls_timeout,                             \
					      __ret = schedule_timeout(__ret));                    \
		__ret;                                                                             \
	})
#define wait_event_timeout(wq_head, condition, timeout)                                            \
	__ls_wait_event_timeout(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, timeout)
#define wait_event_interruptible_timeout(wq_head, condition, timeout)                              \
	__ls_wait_event_timeout(wq_head, condition, TASK_INTERRUPTIBLE, 0, timeout)
#define wait_event_killable_timeout(wq_head, condition, timeout)                                   \
	__ls_wait_event_timeout(wq_head, condition, TASK_KILLABLE, 0, timeout)
#define wait_event_idle_timeout(wq_head, condition, timeout)                                       \
	__ls_wait_event_timeout(wq_head, condition, TASK_IDLE, 0, timeout)
#define wait_event_idle_exclusive_timeout(wq_head, condition, timeout)                             \
	__ls_wait_event_timeout(wq_head, condition, TASK_IDLE, 1, timeout)

/* @timeout is a ktime_t; -ETIME when it runs out. */
#define __ls_wait_event_hrtimeout(wq_head, condition, timeout, state)                              \
	({                                                                                         \
		int __err = 0;                                                                     \
		ktime_t __end = (timeout) == KTIME_MAX ? KTIME_MAX :                               \
							 ktime_add_safe(ktime_get(), (timeout));   \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			__err = (int)___wait_event(wq_head, condition, state, 0, 0,                \
				if (!ls_schedule_until(__end == KTIME_MAX ? OS_NEVER :             \
									    (os_ns)__end) &&       \
				    !(condition)) {                                                \
					__ret = -ETIME;                                            \
					break;                                                     \
				});                                                                \
		__err;                                                                             \
	})
#define wait_event_hrtimeout(wq_head, condition, timeout)                                          \
	__ls_wait_event_hrtimeout(wq_head, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_hrtimeout(wq, condition, timeout)                                 \
	__ls_wait_event_hrtimeout(wq, condition, timeout, TASK_INTERRUPTIBLE)

/* The caller holds wq.lock; it is dropped while asleep and held again afterwards. */
#define __ls_wait_event_locked(wq, condition, exclusive, fn)                                       \
	({                                                                                         \
		int __err = 0;                                                                     \
		DEFINE_WAIT(__wait);                                                               \
		if (exclusive)                                                                     \
			__wait.flags |= WQ_FLAG_EXCLUSIVE;                                         \
		while (!(condition)) {                                                             \
			__err = fn(&(wq), &__wait);                                                \
			if (__err)                                                                 \
				break;                                                             \
		}                                                                                  \
		__remove_wait_queue(&(wq), &__wait);                                               \
		__set_current_state(TASK_RUNNING);                                                 \
		__err;                                                                             \
	})
#define wait_event_interruptible_locked(wq, condition)                                             \
	((condition) ? 0 : __ls_wait_event_locked(wq, condition, 0, do_wait_intr))
#define wait_event_interruptible_locked_irq(wq, condition)                                         \
	((condition) ? 0 : __ls_wait_event_locked(wq, condition, 0, do_wait_intr_irq))
#define wait_event_interruptible_exclusive_locked(wq, condition)                                   \
	((condition) ? 0 : __ls_wait_event_locked(wq, condition, 1, do_wait_intr))
#define wait_event_interruptible_exclusive_locked_irq(wq, condition)                               \
	((condition) ? 0 : __ls_wait_event_locked(wq, condition, 1, do_wait_intr_irq))

/* The caller holds @lock (irqs off); it is dropped round @cmd and the sleep. */
#define wait_event_lock_irq_cmd(wq_head, condition, lock, cmd)                                     \
	do {                                                                                       \
		if (condition)                                                                     \
			break;                                                                     \
		(void)___wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, 0,                \
				    spin_unlock_irq(&lock);                                        \
				    cmd; schedule(); spin_lock_irq(&lock));                        \
	} while (0)
#define wait_event_lock_irq(wq_head, condition, lock)                                              \
	wait_event_lock_irq_cmd(wq_head, condition, lock, )
#define wait_event_interruptible_lock_irq_cmd(wq_head, condition, lock, cmd)                       \
	({                                                                                         \
		int __err = 0;                                                                     \
		if (!(condition))                                                                  \
			__err = (int)___wait_event(wq_head, condition, TASK_INTERRUPTIBLE, 0, 0,   \
						   spin_unlock_irq(&lock);                         \
						   cmd; schedule(); spin_lock_irq(&lock));         \
		__err;                                                                             \
	})
#define wait_event_interruptible_lock_irq(wq_head, condition, lock)                                \
	wait_event_interruptible_lock_irq_cmd(wq_head, condition, lock, )
#define __ls_wait_event_lock_irq_timeout(wq_head, condition, lock, timeout, state)                 \
	({                                                                                         \
		long __ls_timeout = (timeout), __ret = __ls_timeout;                               \
		if (!___wait_cond_timeout(condition))                                              \
			__ret = ___wait_event(wq_head, ___wait_cond_timeout(condition), state, 0,  \
					      __ls_timeout, spin_unlock_irq(&lock);                \
					      __ret = schedule_timeout(__ret);                     \
					      spin_lock_irq(&lock));                               \
		__ret;                                                                             \
	})
#define wait_event_interruptible_lock_irq_timeout(wq_head, condition, lock, timeout)               \
	__ls_wait_event_lock_irq_timeout(wq_head, condition, lock, timeout, TASK_INTERRUPTIBLE)
#define wait_event_lock_irq_timeout(wq_head, condition, lock, timeout)                             \
	__ls_wait_event_lock_irq_timeout(wq_head, condition, lock, timeout, TASK_UNINTERRUPTIBLE)

#include <linux/wait_bit.h>

#endif
