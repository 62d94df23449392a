/* SPDX-License-Identifier: MIT */
#ifndef BEHAVIOUR_MOCK_FENCE_H
#define BEHAVIOUR_MOCK_FENCE_H

#include <kunit/test.h>
#include <linux/dma-fence.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

/**
 * struct mock_fence - a fence that says what was done to it
 * @base: the fence
 * @lock: its lock
 * @refuse: what .enable_signaling is to say no to: the fence is done already
 * @enabled: calls of .enable_signaling
 * @deadline: last one set, 0 if none
 */
struct mock_fence {
	struct dma_fence base;
	spinlock_t lock;
	bool refuse;
	int enabled;
	ktime_t deadline;
};

static inline struct mock_fence *to_mock(struct dma_fence *fence)
{
	return container_of(fence, struct mock_fence, base);
}

static inline const char *mock_driver_name(struct dma_fence *fence)
{
	return "mock";
}

static inline bool mock_enable_signaling(struct dma_fence *fence)
{
	to_mock(fence)->enabled++;
	return !to_mock(fence)->refuse;
}

static inline void mock_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	to_mock(fence)->deadline = deadline;
}

static const struct dma_fence_ops mock_fence_ops = {
	.get_driver_name = mock_driver_name,
	.get_timeline_name = mock_driver_name,
	.enable_signaling = mock_enable_signaling,
	.set_deadline = mock_set_deadline,
};

/* NULL when out of memory. */
static inline struct dma_fence *mock_fence_at(u64 context, u64 seqno)
{
	struct mock_fence *mock = kzalloc(sizeof(*mock), GFP_KERNEL);

	if (!mock)
		return NULL;
	spin_lock_init(&mock->lock);
	dma_fence_init(&mock->base, &mock_fence_ops, &mock->lock, context, seqno);
	return &mock->base;
}

static inline struct dma_fence *mock_fence(void)
{
	return mock_fence_at(dma_fence_context_alloc(1), 1);
}

static inline void mock_fence_signal_put(struct dma_fence *fence)
{
	if (!fence)
		return;
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static inline void mock_fence_release(void *fence)
{
	mock_fence_signal_put(fence);
}

/* A fence that the case need not put: signalled and put when it ends. */
static inline struct dma_fence *mock_fence_managed(struct kunit *test, u64 context, u64 seqno)
{
	struct dma_fence *fence = mock_fence_at(context, seqno);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, mock_fence_release, fence), 0);
	return fence;
}

#endif
