/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_RWLOCK_TYPES_H
#define __LINUX_RWLOCK_TYPES_H

#include <linux/spinlock_types_raw.h>

#define RWLOCK_MAGIC 0xdeaf1eedu

/** struct rwlock_t - a spinlock that readers share; recursive for readers */
typedef struct {
	arch_rwlock_t raw_lock;
	unsigned int magic;
	void *owner;
	struct lockdep_map dep_map;
} rwlock_t;

#define ___RW_LOCK_INIT(lockname)                                                                  \
	{                                                                                          \
		.raw_lock = __ARCH_RW_LOCK_UNLOCKED, .magic = RWLOCK_MAGIC,                        \
		.dep_map = {                                                                       \
			.name = #lockname,                                                         \
			.wait_type_inner = LD_WAIT_CONFIG,                                         \
			.ls_kind = LS_LOCK_RWLOCK,                                                 \
		},                                                                                 \
	}
#define __RW_LOCK_UNLOCKED(lockname) ((rwlock_t)___RW_LOCK_INIT(lockname))
#define DEFINE_RWLOCK(x)	     rwlock_t x = ___RW_LOCK_INIT(x)

#endif /* __LINUX_RWLOCK_TYPES_H */
