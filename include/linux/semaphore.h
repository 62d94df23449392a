/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SEMAPHORE_H
#define __LINUX_SEMAPHORE_H

#include <linux/list.h>
#include <linux/spinlock.h>

/**
 * struct semaphore - a counter that tasks wait on while it is zero; has no owner
 * @lock: protects the rest
 * @count: how many down() will not wait
 * @wait_list: who waits, first come first served
 */
struct semaphore {
	raw_spinlock_t lock;
	unsigned int count;
	struct list_head wait_list;
};

#define __SEMAPHORE_INITIALIZER(name, n)                                                           \
	{                                                                                          \
		.lock = ___RAW_SPIN_LOCK_INIT((name).lock), .count = n,                            \
		.wait_list = LIST_HEAD_INIT((name).wait_list),                                     \
	}

#define DEFINE_SEMAPHORE(_name, _n) struct semaphore _name = __SEMAPHORE_INITIALIZER(_name, _n)

void sema_init(struct semaphore *sem, int val);
void down(struct semaphore *sem);
int __must_check down_interruptible(struct semaphore *sem);
int __must_check down_killable(struct semaphore *sem);
int __must_check down_trylock(struct semaphore *sem);
int __must_check down_timeout(struct semaphore *sem, long timeout);
void up(struct semaphore *sem);

#endif /* __LINUX_SEMAPHORE_H */
