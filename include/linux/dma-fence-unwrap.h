/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_DMA_FENCE_UNWRAP_H
#define __LINUX_DMA_FENCE_UNWRAP_H

#include <linux/kernel.h>

struct dma_fence;

/** struct dma_fence_unwrap - where dma_fence_unwrap_for_each() stands */
struct dma_fence_unwrap {
	/** @chain: current point of a chain, referenced; or the one plain fence */
	struct dma_fence *chain;
	/** @array: what that point contains, an array or a plain fence */
	struct dma_fence *array;
	/** @index: position in @array */
	unsigned int index;
};

struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head, struct dma_fence_unwrap *cursor);
struct dma_fence *dma_fence_unwrap_next(struct dma_fence_unwrap *cursor);

/**
 * dma_fence_unwrap_for_each - walk over the plain fences inside containers
 * @fence: cursor, &struct dma_fence
 * @cursor: &struct dma_fence_unwrap
 * @head: chain, array, or a plain fence
 *
 * The loop must run to its end: the cursor holds a reference.
 */
#define dma_fence_unwrap_for_each(fence, cursor, head)                                             \
	for (fence = dma_fence_unwrap_first(head, cursor); fence;                                  \
	     fence = dma_fence_unwrap_next(cursor))

struct dma_fence *__dma_fence_unwrap_merge(unsigned int num_fences, struct dma_fence **fences,
					   struct dma_fence_unwrap *cursors);

/**
 * dma_fence_unwrap_merge - one fence that stands for all the given ones
 *
 * Containers among the arguments are taken apart, so that the result contains
 * plain fences only. References of the arguments stay with the caller.
 *
 * Context: may sleep.
 * Return: a new reference, or NULL when out of memory.
 */
#define dma_fence_unwrap_merge(...)                                                                \
	({                                                                                         \
		struct dma_fence *__in[] = { __VA_ARGS__ };                                        \
		struct dma_fence_unwrap __at[ARRAY_SIZE(__in)];                                    \
                                                                                                   \
		__dma_fence_unwrap_merge(ARRAY_SIZE(__in), __in, __at);                            \
	})

#endif /* __LINUX_DMA_FENCE_UNWRAP_H */
