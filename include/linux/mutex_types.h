/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_MUTEX_TYPES_H
#define __LINUX_MUTEX_TYPES_H

#include <linux/types.h>
#include <linux/lockdep_types.h>
#include <linux/spinlock_types_raw.h>

struct task_struct;

/**
 * struct mutex - a sleeping lock with an owner
 * @dep_map: for the validator
 * @acquired: who took it last, and where
 * @released: who released it last, and where
 * @ww_link: in the holder's list of mutexes held with a context
 * @owner: the task that holds it, with flags in the low bits; see kernel/locking/mutex.c
 * @wait_lock: protects the list
 * @nr_waiters: length of @wait_list, to be read without @wait_lock
 * @wait_list: tasks that sleep; with acquire contexts in the order of their stamps
 * @magic: the mutex itself while it is initialised and not destroyed
 *
 * What every locking touches stands last, next to the context in a &struct ww_mutex: with
 * checks off that is one or two cache lines.
 *
 * @acquired and @released are filled in while locking or the convention is checked.
 */
struct mutex {
	struct lockdep_map dep_map;
	struct ls_trace acquired;
	struct ls_trace released;
	struct ls_ww_link ww_link;
	unsigned long owner;
	arch_spinlock_t wait_lock;
	unsigned int nr_waiters;
	struct list_head wait_list;
	void *magic;
};

#endif /* __LINUX_MUTEX_TYPES_H */
