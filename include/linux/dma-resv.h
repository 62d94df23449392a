/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RESERVATION_H
#define _LINUX_RESERVATION_H

#include <linux/ww_mutex.h>
#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/seqlock.h>
#include <linux/rcupdate.h>
#include <linux/lockdep.h>
#include <lockstep/checks.h>

/**
 * DOC: reservation objects
 *
 * A reservation object guards one buffer, or several that move together: its
 * lock is the lock of the dma-buf convention, and it lists the fences of whoever
 * uses the buffer.
 *
 *	dma_resv_lock(resv, NULL);
 *	ret = dma_resv_reserve_fences(resv, 1);		may fail: before the point of no return
 *	if (!ret)
 *		dma_resv_add_fence(resv, fence, DMA_RESV_USAGE_WRITE);	cannot fail
 *	dma_resv_unlock(resv);				unused slots are lost here
 *
 * To lock several, give each call the same &struct ww_acquire_ctx and back off
 * on -EDEADLK. Readers need no lock: the list is read under RCU.
 */

extern struct ww_class reservation_ww_class;

struct dma_resv_list;

/**
 * enum dma_resv_usage - what a fence means for the buffer
 *
 * Ordered: who asks for one usage gets the fences of the smaller ones as well.
 * A fence can be added again with a smaller value, never with a larger one.
 */
enum dma_resv_usage {
	/** @DMA_RESV_USAGE_KERNEL: the kernel moves or clears memory; everybody has to wait */
	DMA_RESV_USAGE_KERNEL,
	/** @DMA_RESV_USAGE_WRITE: a writer under implicit synchronisation */
	DMA_RESV_USAGE_WRITE,
	/** @DMA_RESV_USAGE_READ: a reader under implicit synchronisation */
	DMA_RESV_USAGE_READ,
	/** @DMA_RESV_USAGE_BOOKKEEP: in use, but nobody waits for it implicitly */
	DMA_RESV_USAGE_BOOKKEEP
};

/**
 * dma_resv_usage_rw - which fences a new access has to wait for
 * @write: it writes
 *
 * Return: a reader waits for writers, a writer waits for readers too.
 */
static inline enum dma_resv_usage dma_resv_usage_rw(bool write)
{
	if (write)
		return DMA_RESV_USAGE_READ;
	return DMA_RESV_USAGE_WRITE;
}

/** struct dma_resv - lock and fences of a buffer */
struct dma_resv {
	/** @lock: the reservation lock; use the dma_resv_lock() family */
	struct ww_mutex lock;
	/** @fences: read under RCU, replaced with @lock held; may be NULL */
	struct dma_resv_list __rcu *fences;
	/** @ls_id: Lockstep: ordinal for reports, 0 if unknown */
	unsigned int ls_id;
};

/** struct dma_resv_iter - cursor; all fields but those read through helpers are private */
struct dma_resv_iter {
	/** @obj: what is walked over */
	struct dma_resv *obj;
	/** @usage: largest usage to report */
	enum dma_resv_usage usage;
	/** @fence: current fence, referenced (unlocked walk only) */
	struct dma_fence *fence;
	/** @fence_usage: usage of the current fence */
	enum dma_resv_usage fence_usage;
	/** @index: next slot to look at */
	unsigned int index;
	/** @fences: list the walk is in */
	struct dma_resv_list *fences;
	/** @num_fences: slots of that list (unlocked walk only) */
	unsigned int num_fences;
	/** @is_restarted: the current fence is the first one, perhaps once more */
	bool is_restarted;
};

struct dma_fence *dma_resv_iter_first_unlocked(struct dma_resv_iter *cursor);
struct dma_fence *dma_resv_iter_next_unlocked(struct dma_resv_iter *cursor);
struct dma_fence *dma_resv_iter_first(struct dma_resv_iter *cursor);
struct dma_fence *dma_resv_iter_next(struct dma_resv_iter *cursor);

/** dma_resv_iter_begin - set a cursor up to see fences of @obj up to @usage */
static inline void dma_resv_iter_begin(struct dma_resv_iter *cursor, struct dma_resv *obj,
				       enum dma_resv_usage usage)
{
	*cursor = (struct dma_resv_iter){ .obj = obj, .usage = usage };
}

/** dma_resv_iter_end - drop what the cursor of an unlocked walk holds */
static inline void dma_resv_iter_end(struct dma_resv_iter *cursor)
{
	dma_fence_put(cursor->fence);
}

/** dma_resv_iter_usage - usage of the current fence */
static inline enum dma_resv_usage dma_resv_iter_usage(struct dma_resv_iter *cursor)
{
	return cursor->fence_usage;
}

/** dma_resv_iter_is_restarted - has an unlocked walk begun (again) with this fence */
static inline bool dma_resv_iter_is_restarted(struct dma_resv_iter *cursor)
{
	return cursor->is_restarted;
}

/**
 * dma_resv_for_each_fence_unlocked - walk over unsignaled fences without the lock
 * @cursor: &struct dma_resv_iter after dma_resv_iter_begin()
 * @fence: current fence; referenced while in the body
 *
 * Starts again when the list changed: what is collected on the way has to be
 * thrown away when dma_resv_iter_is_restarted(). Finish with dma_resv_iter_end().
 */
#define dma_resv_for_each_fence_unlocked(cursor, fence)                                            \
	for (fence = dma_resv_iter_first_unlocked(cursor); fence;                                  \
	     fence = dma_resv_iter_next_unlocked(cursor))

/**
 * dma_resv_for_each_fence - walk over the fences with the lock held
 * @cursor: &struct dma_resv_iter
 * @obj: the reservation object, locked by the caller
 * @usage: largest usage wanted
 * @fence: current fence; no reference; may be signaled
 */
#define dma_resv_for_each_fence(cursor, obj, usage, fence)                                         \
	for (dma_resv_iter_begin(cursor, obj, usage), fence = dma_resv_iter_first(cursor); fence;  \
	     fence = dma_resv_iter_next(cursor))

void ls_resv_assert_held(struct dma_resv *obj);

/** dma_resv_held - does the current task hold the lock (for RCU checks) */
#define dma_resv_held(obj) lockdep_is_held(&(obj)->lock.base)

/** dma_resv_assert_held - report a breach unless the current task holds the lock */
#define dma_resv_assert_held(obj)                                                                  \
	do {                                                                                       \
		if (ls_checking(LS_CHECK_CONVENTION))                                              \
			ls_resv_assert_held(obj);                                                  \
	} while (0)

void dma_resv_reset_max_fences(struct dma_resv *obj);

/**
 * dma_resv_lock - take the reservation lock
 * @obj: the reservation object
 * @ctx: acquire context when several are taken, else NULL
 *
 * Context: may sleep; @obj not held; with a NULL @ctx no other reservation held.
 * Return: 0; -EDEADLK: let go of everything taken with @ctx and start with
 * dma_resv_lock_slow() on this one; -EALREADY: held with @ctx already.
 */
static __always_inline int dma_resv_lock(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	return ww_mutex_lock(&obj->lock, ctx);
}

/**
 * dma_resv_lock_interruptible - as dma_resv_lock(), but a signal ends the wait
 * @obj: the reservation object
 * @ctx: acquire context or NULL
 *
 * Context: as dma_resv_lock().
 * Return: as dma_resv_lock(), and -EINTR.
 */
static __always_inline int dma_resv_lock_interruptible(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	return ww_mutex_lock_interruptible(&obj->lock, ctx);
}

/**
 * dma_resv_lock_slow - take the lock that gave -EDEADLK, first of all
 * @obj: the reservation object
 * @ctx: acquire context with nothing held
 *
 * Context: may sleep.
 */
static __always_inline void dma_resv_lock_slow(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	ww_mutex_lock_slow(&obj->lock, ctx);
}

/**
 * dma_resv_lock_slow_interruptible - as dma_resv_lock_slow(), but a signal ends the wait
 * @obj: the reservation object
 * @ctx: acquire context with nothing held
 *
 * Context: may sleep.
 * Return: 0 or -EINTR.
 */
static __always_inline int __must_check dma_resv_lock_slow_interruptible(struct dma_resv *obj,
								struct ww_acquire_ctx *ctx)
{
	return ww_mutex_lock_slow_interruptible(&obj->lock, ctx);
}

/** dma_resv_trylock - take the lock if it is free; true if taken; does not sleep */
static __always_inline bool __must_check dma_resv_trylock(struct dma_resv *obj)
{
	return ww_mutex_trylock(&obj->lock, NULL);
}

/** dma_resv_is_locked - does anybody hold the lock; not an answer to "do I" */
static inline bool dma_resv_is_locked(struct dma_resv *obj)
{
	return ww_mutex_is_locked(&obj->lock);
}

/** dma_resv_locking_ctx - acquire context of the holder, or NULL */
static inline struct ww_acquire_ctx *dma_resv_locking_ctx(struct dma_resv *obj)
{
	return READ_ONCE(obj->lock.ctx);
}

/**
 * dma_resv_unlock - release the lock
 * @obj: the reservation object, held
 *
 * Slots reserved and not used are taken back, so that nobody can rely on them.
 */
static __always_inline void dma_resv_unlock(struct dma_resv *obj)
{
	if (rcu_access_pointer(obj->fences) && ls_checking(LS_CHECK_CONVENTION))
		dma_resv_reset_max_fences(obj);
	ww_mutex_unlock(&obj->lock);
}

void dma_resv_init(struct dma_resv *obj);
void dma_resv_fini(struct dma_resv *obj);
int dma_resv_reserve_fences(struct dma_resv *obj, unsigned int num_fences);
void dma_resv_add_fence(struct dma_resv *obj, struct dma_fence *fence, enum dma_resv_usage usage);
void dma_resv_replace_fences(struct dma_resv *obj, uint64_t context,
			     struct dma_fence *replacement, enum dma_resv_usage usage);
int dma_resv_get_fences(struct dma_resv *obj, enum dma_resv_usage usage, unsigned int *num_fences,
			struct dma_fence ***fences);
int dma_resv_get_singleton(struct dma_resv *obj, enum dma_resv_usage usage,
			   struct dma_fence **fence);
int dma_resv_copy_fences(struct dma_resv *dst, struct dma_resv *src);
long dma_resv_wait_timeout(struct dma_resv *obj, enum dma_resv_usage usage, bool intr,
			   unsigned long timeout);
void dma_resv_set_deadline(struct dma_resv *obj, enum dma_resv_usage usage, ktime_t deadline);
bool dma_resv_test_signaled(struct dma_resv *obj, enum dma_resv_usage usage);
void dma_resv_describe(struct dma_resv *obj, struct seq_file *seq);

#endif /* _LINUX_RESERVATION_H */
