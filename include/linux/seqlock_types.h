/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SEQLOCK_TYPES_H
#define __LINUX_SEQLOCK_TYPES_H

#include <linux/lockdep_types.h>
#include <linux/mutex_types.h>
#include <linux/spinlock_types.h>

/** struct seqcount_t - even: stable, odd: a writer is at work */
typedef struct seqcount {
	unsigned int sequence;
	struct lockdep_map dep_map;
} seqcount_t;

/* Sequence counts that know the lock which serialises their writers. */
#define LS_SEQCOUNT_TYPE(lockname, locktype)                                                       \
	typedef struct seqcount_##lockname {                                                       \
		seqcount_t seqcount;                                                               \
		locktype *lock;                                                                    \
	} seqcount_##lockname##_t;

LS_SEQCOUNT_TYPE(raw_spinlock, raw_spinlock_t)
LS_SEQCOUNT_TYPE(spinlock, spinlock_t)
LS_SEQCOUNT_TYPE(rwlock, rwlock_t)
LS_SEQCOUNT_TYPE(mutex, struct mutex)

#undef LS_SEQCOUNT_TYPE

/** struct seqlock_t - a sequence count and the spinlock of its writers */
typedef struct {
	seqcount_spinlock_t seqcount;
	spinlock_t lock;
} seqlock_t;

#endif /* __LINUX_SEQLOCK_TYPES_H */
