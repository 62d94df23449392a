/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_DMA_FENCE_H
#define __LINUX_DMA_FENCE_H

#include <linux/err.h>
#include <linux/wait.h>
#include <linux/list.h>
#include <linux/bitops.h>
#include <linux/kref.h>
#include <linux/sched.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/timekeeping.h>
#include <linux/spinlock.h>
#include <linux/ktime.h>
#include <lockstep/track.h>

/**
 * DOC: fences
 *
 * A fence is a promise: "this piece of asynchronous work will be over". It goes
 * from unsignaled to signaled exactly once. Fences of one context are ordered
 * by their sequence number; fences of different contexts are not ordered.
 *
 *	dma_fence_init(&job->fence, &job_fence_ops, &ring->lock, ring->context, ++ring->seqno);
 *	...
 *	dma_fence_signal(&job->fence);		the producer, once
 *	dma_fence_put(&job->fence);
 *
 * and for a consumer with a reference, either of
 *
 *	ret = dma_fence_wait(fence, true);
 *	ret = dma_fence_add_callback(fence, &cb, func);
 *
 * Which locks each call needs is in docs/convention.md.
 */

struct dma_fence;
struct dma_fence_ops;
struct dma_fence_cb;
struct seq_file;

/** struct dma_fence - one point of completion */
struct dma_fence {
	/** @lock: guards @cb_list and the change to signaled; irq safe; often shared */
	spinlock_t *lock;
	/** @ops: the implementation; never NULL */
	const struct dma_fence_ops *ops;
	/*
	 * The three live one after the other: callbacks until the fence
	 * signals, the time of signaling until the last reference goes, then
	 * the link by which RCU frees the fence.
	 */
	union {
		/** @cb_list: &dma_fence_cb.node in the order they were added */
		struct list_head cb_list;
		/** @timestamp: when it signaled; valid with DMA_FENCE_FLAG_TIMESTAMP_BIT */
		ktime_t timestamp;
		/** @rcu: for dma_fence_free() */
		struct rcu_head rcu;
	};
	/** @context: timeline it lies on, from dma_fence_context_alloc() */
	u64 context;
	/** @seqno: position on that timeline */
	u64 seqno;
	/** @flags: enum dma_fence_flag_bits, changed with atomic bit operations only */
	unsigned long flags;
	/** @refcount: references; the last one calls dma_fence_release() */
	struct kref refcount;
	/** @error: 0 or -errno, set before signaling by dma_fence_set_error() */
	int error;
	/** @track: Lockstep: known to the leak check while initialised and not released */
	struct ls_track track;
};

enum dma_fence_flag_bits {
	DMA_FENCE_FLAG_SIGNALED_BIT,		/* over; never cleared again */
	DMA_FENCE_FLAG_TIMESTAMP_BIT,		/* @timestamp has been written */
	DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT,	/* enable_signaling has been asked for */
	DMA_FENCE_FLAG_USER_BITS,		/* from here on the implementation's own */
};

typedef void (*dma_fence_func_t)(struct dma_fence *fence, struct dma_fence_cb *cb);

/**
 * struct dma_fence_cb - one registered callback; embed it where the data is
 * @node: on &dma_fence.cb_list, or empty when not (any longer) registered
 * @func: called once, with the fence's lock held and interrupts off
 */
struct dma_fence_cb {
	struct list_head node;
	dma_fence_func_t func;
};

/** struct dma_fence_ops - what an implementation of fences provides */
struct dma_fence_ops {
	/** @use_64bit_seqno: compare all 64 bits of sequence numbers, not the low 32 */
	bool use_64bit_seqno;

	/** @get_driver_name: mandatory; any context */
	const char *(*get_driver_name)(struct dma_fence *fence);

	/** @get_timeline_name: mandatory; any context */
	const char *(*get_timeline_name)(struct dma_fence *fence);

	/**
	 * @enable_signaling: optional. The first consumer that needs to be told
	 * has come: see to it that dma_fence_signal() will be called. Runs with
	 * the fence's lock held and interrupts off. False means that the fence
	 * is over already (or failed: set &dma_fence.error before).
	 */
	bool (*enable_signaling)(struct dma_fence *fence);

	/**
	 * @signaled: optional, a quick look whether the work is over. May say
	 * no for too long, but never take back a yes. With or without the lock.
	 */
	bool (*signaled)(struct dma_fence *fence);

	/** @wait: optional and deprecated; dma_fence_default_wait() if NULL. May sleep. */
	signed long (*wait)(struct dma_fence *fence, bool intr, signed long timeout);

	/** @release: optional; the last reference is gone. Any context. Frees the fence. */
	void (*release)(struct dma_fence *fence);

	/** @fence_value_str: optional, for debugging */
	void (*fence_value_str)(struct dma_fence *fence, char *str, int size);

	/** @timeline_value_str: optional, for debugging */
	void (*timeline_value_str)(struct dma_fence *fence, char *str, int size);

	/**
	 * @set_deadline: optional hint when somebody would like the fence to be
	 * signaled. May come several times, from any context, without the lock.
	 */
	void (*set_deadline)(struct dma_fence *fence, ktime_t deadline);
};

void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		    u64 context, u64 seqno);
void dma_fence_release(struct kref *kref);
void dma_fence_free(struct dma_fence *fence);
void dma_fence_describe(struct dma_fence *fence, struct seq_file *seq);

bool dma_fence_begin_signalling(void);
void dma_fence_end_signalling(bool cookie);
void __dma_fence_might_wait(void);

int dma_fence_signal(struct dma_fence *fence);
int dma_fence_signal_locked(struct dma_fence *fence);
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp);
int dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp);
signed long dma_fence_default_wait(struct dma_fence *fence, bool intr, signed long timeout);
int dma_fence_add_callback(struct dma_fence *fence, struct dma_fence_cb *cb,
			   dma_fence_func_t func);
bool dma_fence_remove_callback(struct dma_fence *fence, struct dma_fence_cb *cb);
void dma_fence_enable_sw_signaling(struct dma_fence *fence);
int dma_fence_get_status(struct dma_fence *fence);
signed long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, signed long timeout);
signed long dma_fence_wait_any_timeout(struct dma_fence **fences, uint32_t count, bool intr,
				       signed long timeout, uint32_t *idx);
void dma_fence_set_deadline(struct dma_fence *fence, ktime_t deadline);
struct dma_fence *dma_fence_get_stub(void);
struct dma_fence *dma_fence_allocate_private_stub(ktime_t timestamp);
u64 dma_fence_context_alloc(unsigned num);

extern const struct dma_fence_ops dma_fence_array_ops;
extern const struct dma_fence_ops dma_fence_chain_ops;

/**
 * dma_fence_put - drop a reference
 * @fence: the fence, or NULL
 *
 * Context: any; the last reference calls &dma_fence_ops.release here.
 */
static inline void dma_fence_put(struct dma_fence *fence)
{
	if (!fence)
		return;
	kref_put(&fence->refcount, dma_fence_release);
}

/**
 * dma_fence_get - take another reference
 * @fence: a fence that the caller has a reference to, or NULL
 *
 * Context: any.
 * Return: @fence.
 */
static inline struct dma_fence *dma_fence_get(struct dma_fence *fence)
{
	if (!fence)
		return NULL;
	kref_get(&fence->refcount);
	return fence;
}

/**
 * dma_fence_get_rcu - take a reference where only RCU keeps the memory alive
 * @fence: the fence
 *
 * Context: inside an RCU read-side section.
 * Return: @fence, or NULL if the last reference had gone.
 */
static inline struct dma_fence *dma_fence_get_rcu(struct dma_fence *fence)
{
	return kref_get_unless_zero(&fence->refcount) ? fence : NULL;
}

/**
 * dma_fence_get_rcu_safe - take a reference to whatever a shared pointer points at
 * @fencep: pointer that others replace at any time
 *
 * Fences may come from a type-stable cache. Then the memory of the fence that
 * was read can be another fence by the time its count is raised. The pointer
 * is therefore read again afterwards: if it still says the same, the reference
 * is one to the fence that is there.
 *
 * Context: inside an RCU read-side section.
 * Return: the fence, or NULL if there is none.
 */
static inline struct dma_fence *dma_fence_get_rcu_safe(struct dma_fence __rcu **fencep)
{
	struct dma_fence *fence;

	while ((fence = rcu_dereference(*fencep)) != NULL) {
		if (!dma_fence_get_rcu(fence))
			continue;
		if (rcu_access_pointer(*fencep) == fence)
			return fence;
		dma_fence_put(fence);
	}
	return NULL;
}

/**
 * dma_fence_is_signaled_locked - is it over, asked with the lock held
 * @fence: the fence
 *
 * Context: &dma_fence.lock held.
 * Return: true if it is known to be over.
 */
static inline bool dma_fence_is_signaled_locked(struct dma_fence *fence)
{
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)) {
		if (!fence->ops->signaled || !fence->ops->signaled(fence))
			return false;
		dma_fence_signal_locked(fence);
	}
	return true;
}

/**
 * dma_fence_is_signaled - is it over
 * @fence: the fence
 *
 * Asks &dma_fence_ops.signaled too, and signals the fence if that says yes. Does
 * not enable signaling, so a fence that nobody waits for may stay unsignaled.
 *
 * Context: any, without &dma_fence.lock.
 * Return: true if it is known to be over.
 */
static inline bool dma_fence_is_signaled(struct dma_fence *fence)
{
	if (!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)) {
		if (!fence->ops->signaled || !fence->ops->signaled(fence))
			return false;
		dma_fence_signal(fence);
	}
	return true;
}

/**
 * __dma_fence_is_later - compare two sequence numbers of one context
 * @f1: one
 * @f2: the other
 * @ops: of either fence; says how many bits count
 *
 * Return: true if @f1 comes after @f2; 32-bit numbers may have wrapped.
 */
static inline bool __dma_fence_is_later(u64 f1, u64 f2, const struct dma_fence_ops *ops)
{
	if (ops->use_64bit_seqno)
		return f1 > f2;
	return (s32)((u32)f1 - (u32)f2) > 0;
}

/**
 * dma_fence_is_later - does one fence come after another
 * @f1: one
 * @f2: the other, of the same context
 *
 * Return: true if @f1 comes after @f2; false, with a warning, across contexts.
 */
static inline bool dma_fence_is_later(struct dma_fence *f1, struct dma_fence *f2)
{
	if (WARN_ON(f1->context != f2->context))
		return false;
	return __dma_fence_is_later(f1->seqno, f2->seqno, f1->ops);
}

/** dma_fence_is_later_or_same - as dma_fence_is_later(), and true for one and the same */
static inline bool dma_fence_is_later_or_same(struct dma_fence *f1, struct dma_fence *f2)
{
	return f1 == f2 || dma_fence_is_later(f1, f2);
}

/**
 * dma_fence_later - which of two fences of one context will be over last
 * @f1: one
 * @f2: the other
 *
 * Context: without &dma_fence.lock.
 * Return: the later one, or NULL if that is over (then both are).
 */
static inline struct dma_fence *dma_fence_later(struct dma_fence *f1, struct dma_fence *f2)
{
	struct dma_fence *last;

	if (WARN_ON(f1->context != f2->context))
		return NULL;
	last = dma_fence_is_later(f1, f2) ? f1 : f2;
	return dma_fence_is_signaled(last) ? NULL : last;
}

/**
 * dma_fence_get_status_locked - how did it end
 * @fence: the fence
 *
 * Context: &dma_fence.lock held.
 * Return: 0 not over, 1 over, -errno over with an error.
 */
static inline int dma_fence_get_status_locked(struct dma_fence *fence)
{
	if (!dma_fence_is_signaled_locked(fence))
		return 0;
	return fence->error ? fence->error : 1;
}

/**
 * dma_fence_set_error - say that the work failed
 * @fence: a fence that is not signaled yet
 * @error: -errno
 *
 * Context: before dma_fence_signal(), so that callbacks see it.
 */
static inline void dma_fence_set_error(struct dma_fence *fence, int error)
{
	WARN_ON(test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags));
	WARN_ON(error >= 0 || error < -MAX_ERRNO);
	fence->error = error;
}

/**
 * dma_fence_timestamp - when it signaled
 * @fence: a signaled fence
 *
 * The bit that says signaled is set a moment before the time is written, so
 * this spins for that moment.
 *
 * Return: the time; now, with a warning, if the fence is not signaled.
 */
static inline ktime_t dma_fence_timestamp(struct dma_fence *fence)
{
	if (WARN_ON(!test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags)))
		return ktime_get();

	while (!test_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags))
		cpu_relax();

	/* The bit was set after the time was written: order the reads likewise. */
	smp_rmb();
	return fence->timestamp;
}

/**
 * dma_fence_wait - wait without a limit
 * @fence: the fence; the caller has a reference
 * @intr: give up on a signal
 *
 * Context: may sleep.
 * Return: 0; -ERESTARTSYS if interrupted; what a custom &dma_fence_ops.wait says.
 */
static inline signed long dma_fence_wait(struct dma_fence *fence, bool intr)
{
	signed long ret = dma_fence_wait_timeout(fence, intr, MAX_SCHEDULE_TIMEOUT);

	return min(ret, 0L);
}

/** dma_fence_is_array - is it a &struct dma_fence_array */
static inline bool dma_fence_is_array(struct dma_fence *fence)
{
	return fence->ops == &dma_fence_array_ops;
}

/** dma_fence_is_chain - is it a &struct dma_fence_chain */
static inline bool dma_fence_is_chain(struct dma_fence *fence)
{
	return fence->ops == &dma_fence_chain_ops;
}

/** dma_fence_is_container - does it stand for other fences */
static inline bool dma_fence_is_container(struct dma_fence *fence)
{
	return dma_fence_is_array(fence) || dma_fence_is_chain(fence);
}

#endif /* __LINUX_DMA_FENCE_H */
