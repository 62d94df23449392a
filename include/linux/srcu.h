/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

/**
 * struct srcu_struct - a domain of sleepable readers
 * @nr: readers inside, for each of two phases; synchronize_srcu() parks on them
 * @idx: phase that new readers count in, in bit 0
 * @mutex: one grace period at a time
 * @seq: grace periods begun and ended, one each
 * @lock: guards @callbacks and @running
 * @callbacks: call_srcu() heads waiting, newest first
 * @work: runs them
 * @dep_map: for lockdep
 */
struct srcu_struct {
	unsigned int nr[2];
	unsigned int idx;
	struct mutex mutex;
	unsigned long seq;
	spinlock_t lock;
	struct rcu_head *callbacks;
	struct work_struct work;
	struct lockdep_map dep_map;
};

void ls_srcu_work(struct work_struct *work);

#define __LS_SRCU_INIT(name)                                                                       \
	{                                                                                          \
		.mutex = __MUTEX_INITIALIZER(name.mutex),                                          \
		.lock = __SPIN_LOCK_UNLOCKED(name.lock),                                           \
		.work = __WORK_INITIALIZER(name.work, ls_srcu_work),                               \
	}
#define DEFINE_SRCU(name)        struct srcu_struct name = __LS_SRCU_INIT(name)
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name = __LS_SRCU_INIT(name)

int init_srcu_struct(struct srcu_struct *ssp);
void cleanup_srcu_struct(struct srcu_struct *ssp);
int __srcu_read_lock(struct srcu_struct *ssp);
void __srcu_read_unlock(struct srcu_struct *ssp, int idx);
void synchronize_srcu(struct srcu_struct *ssp);
void call_srcu(struct srcu_struct *ssp, struct rcu_head *head, rcu_callback_t func);
void srcu_barrier(struct srcu_struct *ssp);
int srcu_read_lock_held(const struct srcu_struct *ssp);
unsigned long get_state_synchronize_srcu(struct srcu_struct *ssp);
bool poll_state_synchronize_srcu(struct srcu_struct *ssp, unsigned long cookie);
#define synchronize_srcu_expedited(ssp) synchronize_srcu(ssp)
#define srcu_read_lock(ssp)             __srcu_read_lock(ssp)
#define srcu_read_unlock(ssp, idx)      __srcu_read_unlock(ssp, idx)
#define srcu_dereference_check(p, ssp, c) __ls_rcu_dereference(p, (c) || srcu_read_lock_held(ssp))
#define srcu_dereference(p, ssp)        srcu_dereference_check(p, ssp, 0)

#endif
