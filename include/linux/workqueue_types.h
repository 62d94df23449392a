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
 * @data: bit 0: pending; above: nesting of disable_work()
 * @entry: link in a queue while queued, else to itself
 * @func: the function
 * @ls_wq: workqueue it was queued to last
 * @ls_seq: its number among all items ever queued
 * @ls_active: queued, and counted in the workqueue's max_active
 * @ls_slot: of the workqueue's slots, the one it is counted in
 * @lockdep_map: for lockdep
 *
 * @entry and the ls_ fields are guarded by the lock of the pool.
 */
struct work_struct {
	atomic_long_t data;
	struct list_head entry;
	work_func_t func;
	struct workqueue_struct *ls_wq;
	u64 ls_seq;
	bool ls_active;
	u8 ls_slot;
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
