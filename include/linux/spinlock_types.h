/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SPINLOCK_TYPES_H
#define __LINUX_SPINLOCK_TYPES_H

#include <linux/spinlock_types_raw.h>
#include <linux/rwlock_types.h>

/* The second view lets lockdep_is_held() and kin take a spinlock_t as well. */
typedef struct spinlock {
	union {
		struct raw_spinlock rlock;
		struct {
			u8 __padding[__builtin_offsetof(struct raw_spinlock, dep_map)];
			struct lockdep_map dep_map;
		};
	};
} spinlock_t;

#define ___SPIN_LOCK_INITIALIZER(lockname) { { .rlock = ___RAW_SPIN_LOCK_INIT(lockname) } }
#define __SPIN_LOCK_INITIALIZER(lockname)  ___SPIN_LOCK_INITIALIZER(lockname)
#define __SPIN_LOCK_UNLOCKED(lockname)	   ((spinlock_t)___SPIN_LOCK_INITIALIZER(lockname))
#define DEFINE_SPINLOCK(x)		   spinlock_t x = ___SPIN_LOCK_INITIALIZER(x)

#endif /* __LINUX_SPINLOCK_TYPES_H */
