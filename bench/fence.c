// SPDX-License-Identifier: MIT
/* Fences: the life of one, and many of them in one reservation object. */
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "bench.h"

struct bench_fence {
	struct dma_fence base;
	struct dma_fence_cb cb;
	spinlock_t lock;
};

static struct kmem_cache *bench_fences;

static const char *bench_fence_name(struct dma_fence *fence)
{
	return "bench";
}

/* As drivers do that make many: type-stable memory, so no grace period for each. */
static void bench_fence_release(struct dma_fence *fence)
{
	kmem_cache_free(bench_fences, container_of(fence, struct bench_fence, base));
}

static const struct dma_fence_ops bench_fence_ops = {
	.get_driver_name = bench_fence_name,
	.get_timeline_name = bench_fence_name,
	.release = bench_fence_release,
};

static void bench_fence_called(struct dma_fence *fence, struct dma_fence_cb *cb)
{
}

int bench_fence_init(void)
{
	bench_fences = KMEM_CACHE(bench_fence, SLAB_TYPESAFE_BY_RCU | SLAB_HWCACHE_ALIGN);
	return bench_fences ? 0 : -ENOMEM;
}

unsigned long bench_fence_size(void)
{
	return sizeof(struct bench_fence);
}

static struct bench_fence *bench_fence_new(u64 context, u64 seqno)
{
	struct bench_fence *fence = kmem_cache_alloc(bench_fences, GFP_KERNEL);

	if (!fence)
		return NULL;
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &bench_fence_ops, &fence->lock, context, seqno);
	return fence;
}

void bench_fence_cycle(unsigned long iterations)
{
	while (iterations--) {
		struct bench_fence *fence = bench_fence_new(1, iterations + 1);

		if (!fence)
			return;
		dma_fence_add_callback(&fence->base, &fence->cb, bench_fence_called);
		dma_fence_signal(&fence->base);
		dma_fence_put(&fence->base);
	}
}

/* Add @fences fences of as many contexts, iterate them, wait for them. */
int bench_resv_fences(unsigned int fences)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	struct dma_resv resv;
	u64 context = dma_fence_context_alloc(fences);
	unsigned int i, seen = 0;
	int ret = 0;

	dma_resv_init(&resv);
	dma_resv_lock(&resv, NULL);
	for (i = 0; i < fences && !ret; i++) {
		struct bench_fence *new = bench_fence_new(context + i, 1);

		ret = new ? dma_resv_reserve_fences(&resv, 1) : -ENOMEM;
		if (!ret)
			dma_resv_add_fence(&resv, &new->base, DMA_RESV_USAGE_BOOKKEEP);
		if (new)
			dma_fence_put(&new->base);
	}
	dma_resv_for_each_fence(&cursor, &resv, DMA_RESV_USAGE_BOOKKEEP, fence) {
		dma_fence_signal(fence);
		seen++;
	}
	dma_resv_unlock(&resv);
	if (!ret && seen != fences)
		ret = -EINVAL;
	if (dma_resv_wait_timeout(&resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT) <= 0)
		ret = -ETIME;
	dma_resv_fini(&resv);
	return ret;
}
