/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_DMA_FENCE_CHAIN_H
#define __LINUX_DMA_FENCE_CHAIN_H

#include <linux/dma-fence.h>
#include <linux/irq_work.h>
#include <linux/slab.h>

/** struct dma_fence_chain - one point of a timeline, linked to the point before it */
struct dma_fence_chain {
	/** @base: signals when @fence and everything before it has */
	struct dma_fence base;
	/** @prev: the point before, one reference; walks cut signaled ones out */
	struct dma_fence __rcu *prev;
	/** @prev_seqno: sequence number @prev had at first, 0 if it was none of ours */
	u64 prev_seqno;
	/** @fence: the fence of this very point, one reference; never a chain */
	struct dma_fence *fence;
	union {
		/** @cb: sits on the first unsignaled fence of the chain ... */
		struct dma_fence_cb cb;
		/** @work: ... and, once that signaled, looks for the next one */
		struct irq_work work;
	};
	/** @lock: &dma_fence.lock of @base */
	spinlock_t lock;
};

/** to_dma_fence_chain - the chain node a fence is, or NULL if it is none (or NULL) */
static inline struct dma_fence_chain *to_dma_fence_chain(struct dma_fence *fence)
{
	if (fence && dma_fence_is_chain(fence))
		return container_of(fence, struct dma_fence_chain, base);
	return NULL;
}

/** dma_fence_chain_contained - the fence of a chain node; any other fence itself */
static inline struct dma_fence *dma_fence_chain_contained(struct dma_fence *fence)
{
	struct dma_fence_chain *node = to_dma_fence_chain(fence);

	if (!node)
		return fence;
	return node->fence;
}

/**
 * dma_fence_chain_alloc - memory for a node
 *
 * Context: may sleep.
 * Return: the node, for dma_fence_chain_init(), or NULL.
 */
static inline struct dma_fence_chain *dma_fence_chain_alloc(void)
{
	return kmalloc(sizeof(struct dma_fence_chain), GFP_KERNEL);
}

/** dma_fence_chain_free - undo dma_fence_chain_alloc(); after init use dma_fence_put() */
static inline void dma_fence_chain_free(struct dma_fence_chain *chain)
{
	kfree(chain);
}

/**
 * dma_fence_chain_for_each - walk a chain from its newest point to its oldest
 * @iter: cursor, &struct dma_fence; a reference is held while in the body
 * @head: where to start
 *
 * Who leaves the loop early has to dma_fence_put(@iter).
 */
#define dma_fence_chain_for_each(iter, head)                                                       \
	for (iter = dma_fence_get(head); iter; iter = dma_fence_chain_walk(iter))

struct dma_fence *dma_fence_chain_walk(struct dma_fence *fence);
int dma_fence_chain_find_seqno(struct dma_fence **pfence, uint64_t seqno);
void dma_fence_chain_init(struct dma_fence_chain *chain, struct dma_fence *prev,
			  struct dma_fence *fence, uint64_t seqno);

#endif /* __LINUX_DMA_FENCE_CHAIN_H */
