// SPDX-License-Identifier: MIT
/*
 * A fence is signalled while somebody adds a callback, takes it back or waits. What
 * dma_fence_add_callback() and dma_fence_remove_callback() return says whether the callback runs; once
 * remove has returned it is not running any more, so that its memory can go.
 */
#include "../../fence.h"
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>

#define FENCES_MAX 3

struct waiter {
	struct dma_fence_cb cb;
	atomic_t *calls;
};

struct fences {
	struct dma_fence *fence[FENCES_MAX], *container;
	struct waiter *waiter;
	atomic_t calls;
	atomic_t first; /* signals that came first */
	unsigned int nr;
	u32 index;
};

static struct fences *fences_new(struct kunit *test, unsigned int nr)
{
	struct fences *f = litmus_zalloc(test, struct fences);
	unsigned int i;

	f->nr = nr;
	for (i = 0; i < nr; i++)
		f->fence[i] = litmus_fence_new(test);
	return f;
}

static void fences_put(struct fences *f)
{
	unsigned int i;

	for (i = 0; i < f->nr; i++)
		dma_fence_put(f->fence[i]);
	dma_fence_put(f->container);
}

static void count_call(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	atomic_inc(container_of(cb, struct waiter, cb)->calls);
}

static void waiter_add(struct kunit *test, struct fences *f, dma_fence_func_t fn)
{
	f->waiter = litmus_new(test, struct waiter);
	f->waiter->calls = &f->calls;
	KUNIT_ASSERT_EQ(test, dma_fence_add_callback(f->fence[0], &f->waiter->cb, fn), 0);
}

static void signal_mine(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_signal(f->fence[me % f->nr]);
}

/* Removed or called, it is over: free it. */
static void remove_and_free(void *arg, unsigned int me)
{
	struct fences *f = arg;
	bool removed = dma_fence_remove_callback(f->fence[0], &f->waiter->cb);

	kfree(f->waiter);
	if (removed)
		atomic_inc(&f->calls);
}

static void remove_then_free(struct kunit *test)
{
	struct fences *f = fences_new(test, 1);

	waiter_add(test, f, count_call);
	litmus_run_each(test, f, signal_mine, remove_and_free);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	fences_put(f);
}

/* The callback frees itself, whichever of two signals it runs for. */
static void call_and_free(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct waiter *w = container_of(cb, struct waiter, cb);

	atomic_inc(w->calls);
	kfree(w);
}

static void callback_frees(struct kunit *test)
{
	struct fences *f = fences_new(test, 1);

	waiter_add(test, f, call_and_free);
	litmus_run(test, 2, signal_mine, f);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	fences_put(f);
}

/* Two want to take it back while a third signals: it is called once or removed once. */
static void remove_and_count(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (dma_fence_remove_callback(f->fence[0], &f->waiter->cb))
		atomic_inc(&f->calls);
}

static void removed_or_called(struct kunit *test)
{
	struct fences *f = fences_new(test, 1);

	waiter_add(test, f, count_call);
	litmus_run_each(test, f, signal_mine, remove_and_count, remove_and_count);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	kfree(f->waiter);
	fences_put(f);
}

/* Added too late, it is not called: the adder does itself what the callback would have done. */
static void add_or_call(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (dma_fence_add_callback(f->fence[0], &f->waiter->cb, count_call))
		atomic_inc(&f->calls);
}

static void add_against_signal(struct kunit *test)
{
	struct fences *f = fences_new(test, 1);

	f->waiter = litmus_new(test, struct waiter);
	f->waiter->calls = &f->calls;
	litmus_run_each(test, f, signal_mine, add_or_call);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	kfree(f->waiter);
	fences_put(f);
}

/* Of all who signal one fence, one is first. */
static void signal_and_count(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (!dma_fence_signal(f->fence[0]))
		atomic_inc(&f->first);
}

static void signal(struct kunit *test, unsigned int tasks)
{
	struct fences *f = fences_new(test, 1);

	waiter_add(test, f, count_call);
	litmus_run(test, tasks, signal_and_count, f);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->first), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	kfree(f->waiter);
	fences_put(f);
}

LITMUS_SIZE(signal, 2)
LITMUS_SIZE(signal, 3)

/* --- waiting --------------------------------------------------------------------------- */

static void wait_for_first(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_wait(f->fence[0], false);
	atomic_inc(&f->calls);
}

static void wait(struct kunit *test)
{
	struct fences *f = fences_new(test, 1);

	litmus_run_each(test, f, signal_mine, wait_for_first, wait_for_first);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 2);
	fences_put(f);
}

/* Any of them ends the wait, and the index says which. */
static void wait_any_or_signal(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (me < f->nr) {
		dma_fence_signal(f->fence[me]);
	} else if (dma_fence_wait_any_timeout(f->fence, f->nr, false, MAX_SCHEDULE_TIMEOUT,
					      &f->index) > 0) {
		if (dma_fence_is_signaled(f->fence[f->index]))
			atomic_inc(&f->calls);
	}
}

static void wait_any(struct kunit *test, unsigned int nr)
{
	struct fences *f = fences_new(test, nr);

	litmus_run(test, nr + 1, wait_any_or_signal, f);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	fences_put(f);
}

LITMUS_SIZE(wait_any, 2)
LITMUS_SIZE(wait_any, 3)

/* --- containers ------------------------------------------------------------------------- */

static void wait_for_container(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_wait(f->container, false);
	if (dma_fence_is_signaled(f->fence[0]) && dma_fence_is_signaled(f->fence[1]))
		atomic_inc(&f->calls);
}

static void array_of_2(struct kunit *test)
{
	struct fences *f = fences_new(test, 2);
	struct dma_fence **list = kmalloc_array(2, sizeof(*list), GFP_KERNEL);
	struct dma_fence_array *array;

	KUNIT_ASSERT_NOT_NULL(test, list);
	list[0] = dma_fence_get(f->fence[0]);
	list[1] = dma_fence_get(f->fence[1]);
	array = dma_fence_array_create(2, list, dma_fence_context_alloc(1), 1, false);
	KUNIT_ASSERT_NOT_NULL(test, array);
	f->container = &array->base;
	litmus_run_each(test, f, signal_mine, signal_mine, wait_for_container);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	fences_put(f);
}

static void chain_of_2(struct kunit *test)
{
	struct fences *f = fences_new(test, 2);
	struct dma_fence_chain *first = dma_fence_chain_alloc(), *second = dma_fence_chain_alloc();

	KUNIT_ASSERT_TRUE(test, first && second);
	dma_fence_chain_init(first, NULL, dma_fence_get(f->fence[0]), 1);
	dma_fence_chain_init(second, &first->base, dma_fence_get(f->fence[1]), 2);
	f->container = &second->base;
	litmus_run_each(test, f, signal_mine, signal_mine, wait_for_container);
	KUNIT_EXPECT_EQ(test, atomic_read(&f->calls), 1);
	fences_put(f);
}

LITMUS_SUITE(KUNIT_CASE(remove_then_free), KUNIT_CASE(callback_frees), KUNIT_CASE(removed_or_called),
	     KUNIT_CASE(add_against_signal), KUNIT_CASE(signal_2), KUNIT_CASE(signal_3),
	     KUNIT_CASE(wait), KUNIT_CASE(wait_any_2), KUNIT_CASE(wait_any_3),
	     KUNIT_CASE(array_of_2), KUNIT_CASE(chain_of_2));
