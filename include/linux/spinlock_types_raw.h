/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SPINLOCK_TYPES_RAW_H
#define __LINUX_SPINLOCK_TYPES_RAW_H

#include <linux/types.h>
#include <linux/lockdep_types.h>

/* 0 free, 1 taken, 2 taken and somebody may be parked on the word. */
typedef struct {
	unsigned int val;
} arch_spinlock_t;

#define __ARCH_SPIN_LOCK_UNLOCKED { 0 }

/* Readers counted from 4 up; bit 0: a writer has it; bit 1: somebody may be parked. */
typedef struct {
	unsigned int val;
} arch_rwlock_t;

#define __ARCH_RW_LOCK_UNLOCKED { 0 }

#define SPINLOCK_MAGIC	    0xdead4eadu
#define SPINLOCK_OWNER_INIT ((void *)0)

/**
 * struct raw_spinlock - a lock that is held for a short time, with preemption off
 * @raw_lock: the word
 * @magic: SPINLOCK_MAGIC once initialised
 * @owner: the task that has it; only that task finds itself here
 * @dep_map: for the validator
 */
typedef struct raw_spinlock {
	arch_spinlock_t raw_lock;
	unsigned int magic;
	void *owner;
	struct lockdep_map dep_map;
} raw_spinlock_t;

#define ___RAW_SPIN_LOCK_INIT(lockname)                                                            \
	{                                                                                          \
		.raw_lock = __ARCH_SPIN_LOCK_UNLOCKED, .magic = SPINLOCK_MAGIC,                    \
		.dep_map = {                                                                       \
			.name = #lockname,                                                         \
			.wait_type_inner = LD_WAIT_SPIN,                                           \
			.ls_kind = LS_LOCK_SPIN,                                                   \
		},                                                                                 \
	}
#define __RAW_SPIN_LOCK_INITIALIZER(lockname) ___RAW_SPIN_LOCK_INIT(lockname)
#define __RAW_SPIN_LOCK_UNLOCKED(lockname)    ((raw_spinlock_t)___RAW_SPIN_LOCK_INIT(lockname))
#define DEFINE_RAW_SPINLOCK(x)		      raw_spinlock_t x = ___RAW_SPIN_LOCK_INIT(x)

#endif /* __LINUX_SPINLOCK_TYPES_RAW_H */
