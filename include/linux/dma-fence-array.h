/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_DMA_FENCE_ARRAY_H
#define __LINUX_DMA_FENCE_ARRAY_H

#include <linux/dma-fence.h>
#include <linux/irq_work.h>

/** struct dma_fence_array_cb - link of one member fence back to its array */
struct dma_fence_array_cb {
	struct dma_fence_cb cb;
	struct dma_fence_array *array;
};

/**
 * struct dma_fence_array - one fence for several
 * @base: signals when all members have, or the first, as asked for
 * @lock: &dma_fence.lock of @base
 * @num_fences: members
 * @num_pending: members still to come until @base signals
 * @fences: the members, one reference each; the array itself is owned too
 * @work: signals @base; a member's callback runs under that member's lock, in
 *	which another fence must not be signaled
 * @callbacks: one for each member
 */
struct dma_fence_array {
	struct dma_fence base;

	spinlock_t lock;
	unsigned num_fences;
	atomic_t num_pending;
	struct dma_fence **fences;

	struct irq_work work;

	struct dma_fence_array_cb callbacks[];
};

/** to_dma_fence_array - the array a fence is, or NULL if it is none (or NULL) */
static inline struct dma_fence_array *to_dma_fence_array(struct dma_fence *fence)
{
	if (fence && dma_fence_is_array(fence))
		return container_of(fence, struct dma_fence_array, base);
	return NULL;
}

/**
 * dma_fence_array_for_each - walk over the members
 * @fence: cursor, &struct dma_fence
 * @index: cursor, unsigned int
 * @head: an array; any other fence counts as its own only member
 *
 * No references are taken. dma_fence_unwrap_for_each() also looks into chains.
 */
#define dma_fence_array_for_each(fence, index, head)                                               \
	for (index = 0, fence = dma_fence_array_first(head); fence;                                \
	     fence = dma_fence_array_next(head, ++(index)))

struct dma_fence_array *dma_fence_array_alloc(int num_fences);
void dma_fence_array_init(struct dma_fence_array *array, int num_fences, struct dma_fence **fences,
			  u64 context, unsigned seqno, bool signal_on_any);
struct dma_fence_array *dma_fence_array_create(int num_fences, struct dma_fence **fences,
					       u64 context, unsigned seqno, bool signal_on_any);
bool dma_fence_match_context(struct dma_fence *fence, u64 context);
struct dma_fence *dma_fence_array_first(struct dma_fence *head);
struct dma_fence *dma_fence_array_next(struct dma_fence *head, unsigned int index);

#endif /* __LINUX_DMA_FENCE_ARRAY_H */
