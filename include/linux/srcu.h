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

#define __LS_SRCU_INIT(srcu)                                                                       \
	{                                                                                          \
		.mutex = __MUTEX_INITIALIZER(srcu.mutex),                                          \
		.lock = __SPIN_LOCK_UNLOCKED(srcu.lock),                                           \
		.work = __WORK_INITIALIZER(srcu.work, ls_srcu_work),                               \
		.dep_map = { .name = #srcu },                                                      \
	}
#define DEFINE_SRCU(name)        struct srcu_struct name = __LS_SRCU_INIT(name)
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name = __LS_SRCU_INIT(name)

int __init_srcu_struct(struct srcu_struct *ssp, const char *name, struct lock_class_key *key);
#define init_srcu_struct(ssp)                                                                      \
	({                                                                                         \
		static struct lock_class_key __srcu_key;                                           \
                                                                                                   \
		__init_srcu_struct((ssp), #ssp, &__srcu_key);                                      \
	})
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

/* The validator sees the section as a lock of the task, held shared. */
static inline int srcu_read_lock(struct srcu_struct *ssp)
{
	int idx = __srcu_read_lock(ssp);

	lock_map_acquire_read(&ssp->dep_map);
	return idx;
}

static inline void srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	lock_map_release(&ssp->dep_map);
	__srcu_read_unlock(ssp, idx);
}

/* A section that one task begins and another may end. */
#define srcu_down_read(ssp)    __srcu_read_lock(ssp)
#define srcu_up_read(ssp, idx) __srcu_read_unlock(ssp, idx)

#define srcu_dereference_check(p, ssp, c) __ls_rcu_dereference(p, (c) || srcu_read_lock_held(ssp))
#define srcu_dereference(p, ssp)        srcu_dereference_check(p, ssp, 0)

#endif
