// SPDX-License-Identifier: MIT
/*
 * What dma_fence promises its users. Every case passes on Lockstep's dma-fence.c and on
 * the kernel's own (scripts/oracle).
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "mock_fence.h"

static struct dma_fence *new_fence(struct kunit *test)
{
	return mock_fence_managed(test, dma_fence_context_alloc(1), 1);
}

static void fresh(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *fence = mock_fence_managed(test, context, 7);

	KUNIT_EXPECT_EQ(test, fence->context, context);
	KUNIT_EXPECT_EQ(test, fence->seqno, 7);
	KUNIT_EXPECT_EQ(test, fence->error, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&fence->refcount), 1);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), 0);
}

static void contexts_differ(struct kunit *test)
{
	u64 first = dma_fence_context_alloc(3), next = dma_fence_context_alloc(1);

	KUNIT_EXPECT_GE(test, next, first + 3);
}

static void signal_once(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);

	KUNIT_EXPECT_EQ(test, dma_fence_signal(fence), 0);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), 1);
	KUNIT_EXPECT_EQ(test, dma_fence_signal(fence), -EINVAL);
}

static void signal_locked_once(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	KUNIT_EXPECT_EQ(test, dma_fence_signal_locked(fence), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_signal_locked(fence), -EINVAL);
	spin_unlock_irqrestore(fence->lock, flags);
}

static void signal_timestamp(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	ktime_t when = ktime_set(12, 34);

	KUNIT_EXPECT_EQ(test, dma_fence_signal_timestamp(fence, when), 0);
	KUNIT_EXPECT_TRUE(test, test_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags));
	KUNIT_EXPECT_EQ(test, dma_fence_timestamp(fence), when);
}

static void error_is_status(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);

	dma_fence_set_error(fence, -EIO);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), 0);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(fence), -EIO);
}

struct counter {
	struct dma_fence_cb cb;
	int calls;
	bool pending; /* the list node, seen from inside */
};

static void count(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct counter *c = container_of(cb, struct counter, cb);

	c->calls++;
	c->pending = !list_empty(&cb->node);
}

static void callback_runs_once(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct counter c = {};

	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &c.cb, count), 0);
	KUNIT_EXPECT_EQ(test, c.calls, 0);
	dma_fence_signal(fence);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, c.calls, 1);
	KUNIT_EXPECT_FALSE(test, c.pending);
	KUNIT_EXPECT_FALSE(test, dma_fence_remove_callback(fence, &c.cb));
}

static void callback_too_late(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct counter c = {};

	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &c.cb, count), -ENOENT);
	KUNIT_EXPECT_TRUE(test, list_empty(&c.cb.node));
	KUNIT_EXPECT_EQ(test, c.calls, 0);
}

static void callback_removed(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct counter c = {};

	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &c.cb, count), 0);
	KUNIT_EXPECT_TRUE(test, dma_fence_remove_callback(fence, &c.cb));
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, c.calls, 0);
}

static void enable_once(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct counter a = {}, b = {};

	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(fence));
	KUNIT_EXPECT_EQ(test, to_mock(fence)->enabled, 0);
	dma_fence_add_callback(fence, &a.cb, count);
	dma_fence_add_callback(fence, &b.cb, count);
	dma_fence_enable_sw_signaling(fence);
	KUNIT_EXPECT_EQ(test, to_mock(fence)->enabled, 1);
	KUNIT_EXPECT_TRUE(test, test_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags));
	dma_fence_signal(fence);
}

/* .enable_signaling that says no means: done already. */
static void enable_refused(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct counter c = {};

	to_mock(fence)->refuse = true;
	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &c.cb, count), -ENOENT);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(fence));
}

static void wait_results(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);

	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, false, 0), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, true, 2), 0);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, false, 0), 1);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, false, 5), 5);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(fence, true), 0);
}

static void wait_any_index(struct kunit *test)
{
	struct dma_fence *fence[3];
	uint32_t idx = 99;
	int i;

	for (i = 0; i < ARRAY_SIZE(fence); i++)
		fence[i] = new_fence(test);

	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(fence, 3, false, 0, &idx), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(fence, 3, false, 2, &idx), 0);
	dma_fence_signal(fence[1]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(fence, 3, false, 0, &idx), 1);
	KUNIT_EXPECT_EQ(test, idx, 1);
	idx = 99;
	KUNIT_EXPECT_GT(test, dma_fence_wait_any_timeout(fence, 3, false, 10, &idx), 0);
	KUNIT_EXPECT_EQ(test, idx, 1);
}

struct waiter {
	struct dma_fence *fence;
	struct completion started, done;
	long ret;
};

static int waiter_run(void *arg)
{
	struct waiter *w = arg;

	complete(&w->started);
	w->ret = dma_fence_wait(w->fence, true);
	complete(&w->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static struct task_struct *waiter_start(struct kunit *test, struct waiter *w)
{
	struct task_struct *task;

	w->fence = new_fence(test);
	init_completion(&w->started);
	init_completion(&w->done);
	task = kthread_run(waiter_run, w, "waiter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, task);
	wait_for_completion(&w->started);
	return task;
}

static void wait_succeeds(struct kunit *test)
{
	struct waiter w = {};
	struct task_struct *task = waiter_start(test, &w);

	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&w.done, 2), 0);
	dma_fence_signal(w.fence);
	wait_for_completion(&w.done);
	KUNIT_EXPECT_EQ(test, w.ret, 0);
	kthread_stop(task);
}

static void wait_interrupted(struct kunit *test)
{
	struct waiter w = {};
	struct task_struct *task = waiter_start(test, &w);

	send_sig(SIGINT, task, 0);
	wait_for_completion(&w.done);
	KUNIT_EXPECT_EQ(test, w.ret, -ERESTARTSYS);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(w.fence));
	kthread_stop(task);
}

static void later(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *a = mock_fence_managed(test, context, 1);
	struct dma_fence *b = mock_fence_managed(test, context, 2);

	KUNIT_EXPECT_TRUE(test, dma_fence_is_later(b, a));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_later(a, b));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_later(a, a));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_later_or_same(a, a));
	KUNIT_EXPECT_PTR_EQ(test, dma_fence_later(a, b), b);
	dma_fence_signal(b);
	KUNIT_EXPECT_NULL(test, dma_fence_later(a, b));
}

/* 32-bit sequence numbers wrap round. */
static void later_wraps(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *a = mock_fence_managed(test, context, 0xfffffffe);
	struct dma_fence *b = mock_fence_managed(test, context, 3);

	KUNIT_EXPECT_TRUE(test, dma_fence_is_later(b, a));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_later(a, b));
}

static void stub_is_one(struct kunit *test)
{
	struct dma_fence *a = dma_fence_get_stub(), *b = dma_fence_get_stub();

	KUNIT_EXPECT_PTR_EQ(test, a, b);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(a));
	dma_fence_put(a);
	dma_fence_put(b);
}

static void stub_of_ones_own(struct kunit *test)
{
	ktime_t when = ktime_set(1, 2);
	struct dma_fence *a = dma_fence_allocate_private_stub(when);

	KUNIT_ASSERT_NOT_NULL(test, a);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(a));
	KUNIT_EXPECT_EQ(test, dma_fence_timestamp(a), when);
	dma_fence_put(a);
}

static void deadline_until_signaled(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);

	dma_fence_set_deadline(fence, 100);
	KUNIT_EXPECT_EQ(test, to_mock(fence)->deadline, 100);
	dma_fence_signal(fence);
	dma_fence_set_deadline(fence, 200);
	KUNIT_EXPECT_EQ(test, to_mock(fence)->deadline, 100);
}

static void references(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);

	KUNIT_EXPECT_PTR_EQ(test, dma_fence_get(fence), fence);
	KUNIT_EXPECT_EQ(test, kref_read(&fence->refcount), 2);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, dma_fence_get_rcu(fence), fence);
	rcu_read_unlock();
	dma_fence_put(fence);
	dma_fence_put(fence);
	dma_fence_put(NULL);
	KUNIT_EXPECT_NULL(test, dma_fence_get(NULL));
	KUNIT_EXPECT_EQ(test, kref_read(&fence->refcount), 1);
}

static struct kunit_case fence_cases[] = { KUNIT_CASE(fresh),
					   KUNIT_CASE(contexts_differ),
					   KUNIT_CASE(signal_once),
					   KUNIT_CASE(signal_locked_once),
					   KUNIT_CASE(signal_timestamp),
					   KUNIT_CASE(error_is_status),
					   KUNIT_CASE(callback_runs_once),
					   KUNIT_CASE(callback_too_late),
					   KUNIT_CASE(callback_removed),
					   KUNIT_CASE(enable_once),
					   KUNIT_CASE(enable_refused),
					   KUNIT_CASE(wait_results),
					   KUNIT_CASE(wait_any_index),
					   KUNIT_CASE(wait_succeeds),
					   KUNIT_CASE(wait_interrupted),
					   KUNIT_CASE(later),
					   KUNIT_CASE(later_wraps),
					   KUNIT_CASE(stub_is_one),
					   KUNIT_CASE(stub_of_ones_own),
					   KUNIT_CASE(deadline_until_signaled),
					   KUNIT_CASE(references),
					   {} };

static struct kunit_suite fence_suite = { .name = "behaviour_fence", .test_cases = fence_cases };
kunit_test_suites(&fence_suite);

MODULE_DESCRIPTION("Behaviour of fences, reservation objects and drm_exec");
MODULE_LICENSE("Dual MIT/GPL");
