/* SPDX-License-Identifier: MIT */
#ifndef LS_WORKQUEUE_INTERNAL_H
#define LS_WORKQUEUE_INTERNAL_H

#include <linux/workqueue.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include "internal.h"

/**
 * struct workqueue_struct - a domain of items
 * @slots: items by the processor they were queued on; all in the first if it is unbound
 * @max_active: at most so many active ones in each slot, as in a kernel
 * @nr_inflight: all that were queued and have not returned
 * @flushers: who waits for all of these
 *
 * Guarded by the lock of the pool, but for what never changes.
 */
struct workqueue_struct {
	struct ls_wq_slot {
		struct list_head waiting; /* beyond max_active, oldest first */
		unsigned int nr_active;	  /* a worker may take them, or has */
	} slots[NR_CPUS];
	unsigned int max_active;
	unsigned int nr_inflight;
	unsigned int flags;
	unsigned int drainers;
	struct list_head flushers;
	struct lockdep_map lockdep_map;
	char name[32];
};

/**
 * struct worker - a task that runs items
 * @node: in the list of busy or idle workers
 * @scheduled: items that must not run elsewhere while @current_work runs
 * @current_work: item that runs; its memory may be gone
 * @busy: taken from the idle list; counted in nr_running unless @sleeping
 * @sleeping: sleeps in an item; only the worker itself changes it
 */
struct worker {
	struct list_head node;
	struct list_head scheduled;
	struct task_struct *task;
	struct work_struct *current_work;
	work_func_t current_func;
	struct workqueue_struct *current_wq;
	u64 current_seq;
	unsigned int current_slot;
	bool busy;
	bool sleeping;
};

/**
 * struct ls_flusher - a task that waits for items
 * @seq: number of the item; for a whole workqueue: items before this one
 * @remaining: how many of these are left
 */
struct ls_flusher {
	struct list_head node;
	struct task_struct *task;
	u64 seq;
	unsigned int remaining;
	bool done;
};

struct ls_pool {
	raw_spinlock_t lock;
	struct list_head queue; /* active items that wait for a worker */
	struct list_head idle;
	struct list_head busy;
	struct list_head flushers; /* of single items */
	u64 next_seq;
	unsigned int nr_queued; /* in @queue; also read without the lock */
	int nr_running;		/* busy workers that do not sleep; atomic */
	unsigned int nr_workers;
	unsigned int nr_idle;
	u64 nr_taken;	   /* items ever taken from @queue */
	u64 nr_taken_seen; /* the same, when @stall was started */
	struct ls_timer stall;
};

extern struct ls_pool ls_pool;

/* Explored tasks run one at a time, and there is no point in what this guards. */
static inline unsigned long ls_pool_lock(void)
{
	unsigned long flags = 0;

	if (likely(!ls_exploring()))
		raw_spin_lock_irqsave(&ls_pool.lock, flags);
	return flags;
}

static inline void ls_pool_unlock(unsigned long flags)
{
	if (likely(!ls_exploring()))
		raw_spin_unlock_irqrestore(&ls_pool.lock, flags);
}

static inline void ls_pool_lock_irq(void)
{
	if (likely(!ls_exploring()))
		raw_spin_lock_irq(&ls_pool.lock);
}

static inline void ls_pool_unlock_irq(void)
{
	if (likely(!ls_exploring()))
		raw_spin_unlock_irq(&ls_pool.lock);
}

/* Set the pending bit. False if it was set, or if the item is disabled. */
bool ls_work_claim(struct work_struct *work);
/* Queue a claimed item; @cpu: a processor or WORK_CPU_UNBOUND. */
void ls_work_insert(int cpu, struct workqueue_struct *wq, struct work_struct *work);
/* Under the lock: take a queued item back; it stays claimed. */
void ls_work_remove(struct work_struct *work);
/* Under the lock: the worker that runs @work, or NULL. */
struct worker *ls_work_worker(struct work_struct *work);
/* Under the lock: run an item in the calling worker. The lock is dropped meanwhile. */
void ls_work_run(struct worker *w, struct work_struct *work);

/* workqueue_explore.c: an item that max_active lets run gets a task of its own */
void ls_work_explore_start(struct work_struct *work);
/* It is taken back. */
void ls_work_explore_remove(struct work_struct *work);
/* An item has returned, or was taken back. */
void ls_work_explore_gone(struct workqueue_struct *wq, const void *work);
/* To queue an item or to end one: what that is to its workqueue. */
enum ls_access ls_work_explore_access(const struct workqueue_struct *wq);
/* Wait for a flusher's items; a point on @object. */
void ls_work_explore_wait(struct ls_flusher *f, const void *object);

#endif
