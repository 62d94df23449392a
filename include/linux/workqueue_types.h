/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_WORKQUEUE_TYPES_H
#define _LINUX_WORKQUEUE_TYPES_H

#include <linux/atomic.h>
#include <linux/lockdep_types.h>
#include <linux/timer.h>
#include <linux/types.h>

struct workqueue_struct;
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

/**
 * struct work_struct - a function to be called by a worker
 * @data: bit 0: pending; bits 1 to 15: nesting of disable_work(); above, while
 *	pending or after a run, nothing
 * @entry: link in the queue
 * @func: the function
 * @ls_wq: queue it waits in, ran in last or waits for a timer for; guarded by the pool's lock
 * @ls_seq: position among all items ever queued, for flush_workqueue()
 */
struct work_struct {
	atomic_long_t data;
	struct list_head entry;
	work_func_t func;
	struct workqueue_struct *ls_wq;
	u64 ls_seq;
	struct lockdep_map lockdep_map;
};

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
	int cpu;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
	struct workqueue_struct *wq;
};

#endif
