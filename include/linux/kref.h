/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KREF_H
#define _LINUX_KREF_H

#include <linux/spinlock.h>
#include <linux/refcount.h>

/**
 * DOC: kref
 *
 * A reference count with a release function. kref_init() gives the first
 * reference; kref_put() returns 1 and calls @release when it dropped the last.
 * The _mutex and _lock forms call @release with the lock held, which release
 * drops: nobody can then find the object by way of what the lock protects.
 */
struct kref {
	refcount_t refcount;
};

#define KREF_INIT(n) { .refcount = REFCOUNT_INIT(n), }

static inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static inline unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

static inline int kref_put_mutex(struct kref *kref, void (*release)(struct kref *kref),
				 struct mutex *mutex)
{
	if (!refcount_dec_and_mutex_lock(&kref->refcount, mutex))
		return 0;
	release(kref);
	return 1;
}

static inline int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref),
				spinlock_t *lock)
{
	if (!refcount_dec_and_lock(&kref->refcount, lock))
		return 0;
	release(kref);
	return 1;
}

static inline int __must_check kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

#endif
