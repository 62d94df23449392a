// SPDX-License-Identifier: MIT
/* What reservation objects promise: fences by usage, and the lock with its contexts. */
#include <linux/completion.h>
#include <linux/dma-fence-array.h>
#include <linux/dma-resv.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/signal.h>

#include "mock_fence.h"

static int resv_test_init(struct kunit *test)
{
	struct dma_resv *resv = kunit_kzalloc(test, sizeof(*resv), GFP_KERNEL);

	if (!resv)
		return -ENOMEM;
	dma_resv_init(resv);
	test->priv = resv;
	return 0;
}

static void resv_test_exit(struct kunit *test)
{
	if (test->priv)
		dma_resv_fini(test->priv);
}

static struct dma_fence *new_fence(struct kunit *test)
{
	return mock_fence_managed(test, dma_fence_context_alloc(1), 1);
}

/* Locked, one slot, add, unlocked. */
static void add(struct kunit *test, struct dma_fence *fence, enum dma_resv_usage usage)
{
	struct dma_resv *resv = test->priv;
	int err;

	dma_resv_lock(resv, NULL);
	err = dma_resv_reserve_fences(resv, 1);
	if (!err)
		dma_resv_add_fence(resv, fence, usage);
	dma_resv_unlock(resv);
	KUNIT_ASSERT_EQ(test, err, 0);
}

static int count_fences(struct dma_resv *resv, enum dma_resv_usage usage)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	int n = 0;

	dma_resv_lock(resv, NULL);
	dma_resv_for_each_fence(&cursor, resv, usage, fence)
		n++;
	dma_resv_unlock(resv);
	return n;
}

static const enum dma_resv_usage usages[] = {
	DMA_RESV_USAGE_KERNEL,
	DMA_RESV_USAGE_WRITE,
	DMA_RESV_USAGE_READ,
	DMA_RESV_USAGE_BOOKKEEP,
};

/* Asking for a usage gives it and all stronger ones. */
static void usage_order(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(usages); i++)
		add(test, new_fence(test), usages[i]);
	for (i = 0; i < ARRAY_SIZE(usages); i++)
		KUNIT_EXPECT_EQ(test, count_fences(test->priv, usages[i]), i + 1);

	KUNIT_EXPECT_EQ(test, (int)dma_resv_usage_rw(true), (int)DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_EQ(test, (int)dma_resv_usage_rw(false), (int)DMA_RESV_USAGE_WRITE);
}

static void later_replaces(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *old = mock_fence_managed(test, context, 1);
	struct dma_fence *new = mock_fence_managed(test, context, 2);

	add(test, old, DMA_RESV_USAGE_READ);
	add(test, new, DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_EQ(test, count_fences(test->priv, DMA_RESV_USAGE_BOOKKEEP), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&old->refcount), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&new->refcount), 2);
}

static void many_slots(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	int i, err;

	dma_resv_lock(resv, NULL);
	err = dma_resv_reserve_fences(resv, 40);
	for (i = 0; i < 40 && !err; i++) {
		struct dma_fence *fence = mock_fence();

		if (!fence) {
			err = -ENOMEM;
			break;
		}
		dma_resv_add_fence(resv, fence, DMA_RESV_USAGE_READ);
		dma_fence_signal(fence);
		dma_fence_put(fence);
	}
	dma_resv_unlock(resv);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_TRUE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_BOOKKEEP));
}

static void test_by_usage(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_fence *fence = new_fence(test);

	KUNIT_EXPECT_TRUE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_BOOKKEEP));
	add(test, fence, DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_TRUE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_WRITE));
	KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_READ));
	dma_fence_signal(fence);
	KUNIT_EXPECT_TRUE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_READ));
}

static void wait_by_usage(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_fence *fence = new_fence(test);

	add(test, fence, DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_GT(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_WRITE, false, 1), 0);
	KUNIT_EXPECT_EQ(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_READ, false, 1), 0);
	dma_fence_signal(fence);
	KUNIT_EXPECT_GT(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_READ, false, 0), 0);
}

static void get_all(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_fence *a = new_fence(test), *b = new_fence(test), **list;
	unsigned int nr;

	KUNIT_EXPECT_EQ(test, dma_resv_get_fences(resv, DMA_RESV_USAGE_READ, &nr, &list), 0);
	KUNIT_EXPECT_EQ(test, nr, 0);
	KUNIT_EXPECT_NULL(test, list);

	add(test, a, DMA_RESV_USAGE_WRITE);
	add(test, b, DMA_RESV_USAGE_READ);
	KUNIT_ASSERT_EQ(test, dma_resv_get_fences(resv, DMA_RESV_USAGE_READ, &nr, &list), 0);
	KUNIT_EXPECT_EQ(test, nr, 2);
	KUNIT_EXPECT_EQ(test, kref_read(&a->refcount), 3);
	while (nr--)
		dma_fence_put(list[nr]);
	kfree(list);
}

static void get_one(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_fence *a = new_fence(test), *b = new_fence(test), *one;

	KUNIT_EXPECT_EQ(test, dma_resv_get_singleton(resv, DMA_RESV_USAGE_READ, &one), 0);
	KUNIT_EXPECT_NULL(test, one);

	add(test, a, DMA_RESV_USAGE_READ);
	KUNIT_ASSERT_EQ(test, dma_resv_get_singleton(resv, DMA_RESV_USAGE_READ, &one), 0);
	KUNIT_EXPECT_PTR_EQ(test, one, a);
	dma_fence_put(one);

	add(test, b, DMA_RESV_USAGE_READ);
	KUNIT_ASSERT_EQ(test, dma_resv_get_singleton(resv, DMA_RESV_USAGE_READ, &one), 0);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_array(one));
	dma_fence_put(one);
}

static void replace(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_fence *a = new_fence(test), *b = new_fence(test), *one;

	add(test, a, DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_lock(resv, NULL);
	dma_resv_replace_fences(resv, a->context, b, DMA_RESV_USAGE_KERNEL);
	dma_resv_unlock(resv);
	KUNIT_ASSERT_EQ(test, dma_resv_get_singleton(resv, DMA_RESV_USAGE_KERNEL, &one), 0);
	KUNIT_EXPECT_PTR_EQ(test, one, b);
	dma_fence_put(one);
	KUNIT_EXPECT_EQ(test, kref_read(&a->refcount), 1);
}

static void copy(struct kunit *test)
{
	struct dma_resv *resv = test->priv, dst;
	int err;

	dma_resv_init(&dst);
	add(test, new_fence(test), DMA_RESV_USAGE_WRITE);
	add(test, new_fence(test), DMA_RESV_USAGE_BOOKKEEP);
	dma_resv_lock(&dst, NULL);
	err = dma_resv_copy_fences(&dst, resv);
	dma_resv_unlock(&dst);
	KUNIT_EXPECT_EQ(test, err, 0);
	if (!err) {
		KUNIT_EXPECT_EQ(test, count_fences(&dst, DMA_RESV_USAGE_READ), 1);
		KUNIT_EXPECT_EQ(test, count_fences(&dst, DMA_RESV_USAGE_BOOKKEEP), 2);
	}
	dma_resv_fini(&dst);
}

/* The iterator that needs no lock starts over when the list changes under it. */
static void unlocked_restarts(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct dma_resv_iter cursor;
	struct dma_fence *fence, *more[8];
	int i, err = 0, n = 0, restarts = 0;

	for (i = 0; i < ARRAY_SIZE(more); i++)
		more[i] = new_fence(test);
	add(test, new_fence(test), DMA_RESV_USAGE_READ);
	dma_resv_iter_begin(&cursor, resv, DMA_RESV_USAGE_READ);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		restarts += dma_resv_iter_is_restarted(&cursor);
		if (n++)
			continue;
		/* Enough of them that the list must be reallocated. */
		dma_resv_lock(resv, NULL);
		err = dma_resv_reserve_fences(resv, ARRAY_SIZE(more));
		for (i = 0; !err && i < ARRAY_SIZE(more); i++)
			dma_resv_add_fence(resv, more[i], DMA_RESV_USAGE_BOOKKEEP);
		dma_resv_unlock(resv);
	}
	dma_resv_iter_end(&cursor);
	KUNIT_ASSERT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, restarts, 2);
	KUNIT_EXPECT_EQ(test, n, 2);
}

static void lock_contexts(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &reservation_ww_class);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(resv, &ctx), 0);
	KUNIT_EXPECT_TRUE(test, dma_resv_is_locked(resv));
	KUNIT_EXPECT_PTR_EQ(test, dma_resv_locking_ctx(resv), &ctx);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(resv, &ctx), -EALREADY);
	KUNIT_EXPECT_EQ(test, dma_resv_lock_interruptible(resv, &ctx), -EALREADY);
	KUNIT_EXPECT_FALSE(test, dma_resv_trylock(resv));
	dma_resv_unlock(resv);
	ww_acquire_fini(&ctx);

	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(resv));
	KUNIT_EXPECT_TRUE(test, dma_resv_trylock(resv));
	KUNIT_EXPECT_NULL(test, dma_resv_locking_ctx(resv));
	dma_resv_unlock(resv);
}

struct locker {
	struct dma_resv *resv;
	struct completion done;
	int err;
};

static int locker_run(void *arg)
{
	struct locker *l = arg;

	l->err = dma_resv_lock_interruptible(l->resv, NULL);
	if (!l->err)
		dma_resv_unlock(l->resv);
	complete(&l->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void lock_interrupted(struct kunit *test)
{
	struct locker l = { .resv = test->priv };
	struct task_struct *task;

	init_completion(&l.done);
	dma_resv_lock(l.resv, NULL);
	task = kthread_run(locker_run, &l, "locker");
	if (!IS_ERR(task)) {
		KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&l.done, 2), 0);
		send_sig(SIGINT, task, 0);
		wait_for_completion(&l.done);
		kthread_stop(task);
		KUNIT_EXPECT_EQ(test, l.err, -EINTR);
	}
	dma_resv_unlock(l.resv);
	KUNIT_EXPECT_FALSE(test, IS_ERR(task));
}

/* --- many contexts -------------------------------------------------------------------- */

#define MANY 40

/* The newest fence of each of many contexts is what counts, however many there are. */
static void newest_of_many(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	u64 context = dma_fence_context_alloc(MANY);
	int i, round;

	for (round = 1; round <= 3; round++)
		for (i = 0; i < MANY; i++)
			add(test, mock_fence_managed(test, context + i, round),
			    i % 2 ? DMA_RESV_USAGE_READ : DMA_RESV_USAGE_WRITE);
	KUNIT_EXPECT_EQ(test, count_fences(resv, DMA_RESV_USAGE_READ), MANY);
	KUNIT_EXPECT_EQ(test, count_fences(resv, DMA_RESV_USAGE_WRITE), MANY / 2);
	/* An earlier one is not put in place of a later, a weaker not in place of a stronger. */
	add(test, mock_fence_managed(test, context, 2), DMA_RESV_USAGE_WRITE);
	KUNIT_EXPECT_EQ(test, count_fences(resv, DMA_RESV_USAGE_READ), MANY + 1);
	add(test, mock_fence_managed(test, context + 2, 4), DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_EQ(test, count_fences(resv, DMA_RESV_USAGE_READ), MANY + 2);
}

/* What is over makes room. */
static void many_over(struct kunit *test)
{
	struct dma_resv *resv = test->priv;
	u64 context = dma_fence_context_alloc(2 * MANY);
	struct dma_fence *fence[MANY];
	int i;

	for (i = 0; i < MANY; i++) {
		fence[i] = mock_fence_managed(test, context + i, 1);
		add(test, fence[i], DMA_RESV_USAGE_READ);
	}
	for (i = 0; i < MANY; i += 2)
		dma_fence_signal(fence[i]);
	for (i = 0; i < MANY; i++)
		add(test, mock_fence_managed(test, context + MANY + i, 1), DMA_RESV_USAGE_READ);
	for (i = 1; i < MANY; i += 2)
		dma_fence_signal(fence[i]);
	KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(resv, DMA_RESV_USAGE_READ));
	for (i = 0; i < 2 * MANY; i++)
		add(test, mock_fence_managed(test, context + i, 2), DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_GE(test, count_fences(resv, DMA_RESV_USAGE_READ), 2 * MANY);
}

static void deadlines(struct kunit *test)
{
	struct dma_fence *write = new_fence(test), *read = new_fence(test);

	dma_resv_set_deadline(test->priv, DMA_RESV_USAGE_READ, 5);
	add(test, write, DMA_RESV_USAGE_WRITE);
	add(test, read, DMA_RESV_USAGE_READ);
	dma_resv_set_deadline(test->priv, DMA_RESV_USAGE_WRITE, 7);
	KUNIT_EXPECT_EQ(test, to_mock(write)->deadline, 7);
	KUNIT_EXPECT_EQ(test, to_mock(read)->deadline, 0);
}

static void wait_signal(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct dma_resv *resv = test->priv;

	add(test, fence, DMA_RESV_USAGE_WRITE);
	send_sig(SIGINT, current, 0);
	KUNIT_EXPECT_EQ(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_WRITE, true, 100),
			-ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(&fence, 1, true, 100, NULL), -ERESTARTSYS);
	flush_signals(current);
	KUNIT_EXPECT_EQ(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_WRITE, true, 1), 0);
	dma_fence_signal(fence);
	KUNIT_EXPECT_GT(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_WRITE, true, 1), 0);
	KUNIT_EXPECT_GT(test, dma_resv_wait_timeout(resv, DMA_RESV_USAGE_WRITE, true, 0), 0);
}

static struct kunit_case resv_cases[] = { KUNIT_CASE(newest_of_many),
					  KUNIT_CASE(many_over),
					  KUNIT_CASE(deadlines),
					  KUNIT_CASE(wait_signal),
					  KUNIT_CASE(usage_order),
					  KUNIT_CASE(later_replaces),
					  KUNIT_CASE(many_slots),
					  KUNIT_CASE(test_by_usage),
					  KUNIT_CASE(wait_by_usage),
					  KUNIT_CASE(get_all),
					  KUNIT_CASE(get_one),
					  KUNIT_CASE(replace),
					  KUNIT_CASE(copy),
					  KUNIT_CASE(unlocked_restarts),
					  KUNIT_CASE(lock_contexts),
					  KUNIT_CASE(lock_interrupted),
					  {} };

static struct kunit_suite resv_suite = {
	.name = "behaviour_resv",
	.init = resv_test_init,
	.exit = resv_test_exit,
	.test_cases = resv_cases,
};
kunit_test_suites(&resv_suite);
