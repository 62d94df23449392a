/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_FENCE_H
#define LITMUS_FENCE_H

#include "litmus.h"
#include <linux/dma-fence.h>
#include <linux/spinlock.h>

/* A fence without hardware: somebody calls dma_fence_signal(). */
struct litmus_fence {
	struct dma_fence base;
	spinlock_t lock;
};

static inline const char *litmus_fence_name(struct dma_fence *fence)
{
	return "litmus";
}

static const struct dma_fence_ops litmus_fence_ops = {
	.get_driver_name = litmus_fence_name,
	.get_timeline_name = litmus_fence_name,
};

static inline struct dma_fence *litmus_fence_new(struct kunit *test)
{
	struct litmus_fence *f = litmus_new(test, struct litmus_fence);

	spin_lock_init(&f->lock);
	dma_fence_init(&f->base, &litmus_fence_ops, &f->lock, dma_fence_context_alloc(1), 1);
	return &f->base;
}

#endif /* LITMUS_FENCE_H */
