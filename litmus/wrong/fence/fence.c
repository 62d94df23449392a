// SPDX-License-Identifier: MIT
/*
 * A fence is signalled while somebody thinks that it cannot be, or that it is over already.
 */
#include "../../fence.h"
#include <linux/completion.h>
#include <linux/mutex.h>

struct waiter {
	struct dma_fence_cb cb;
	struct completion done;
	unsigned int calls;
};

struct fences {
	struct dma_fence *fence[2];
	struct waiter *waiter;
	struct mutex lock;
	bool cancelled;
	bool ready[2]; /* what a fence is about: set before it is signalled */
	bool seen;
};

static struct fences *fences_new(struct kunit *test)
{
	struct fences *f = litmus_zalloc(test, struct fences);

	f->fence[0] = litmus_fence_new(test);
	f->fence[1] = litmus_fence_new(test);
	mutex_init(&f->lock);
	return f;
}

static void fences_put(struct fences *f)
{
	dma_fence_put(f->fence[0]);
	dma_fence_put(f->fence[1]);
}

static void note_call(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	WRITE_ONCE(container_of(cb, struct waiter, cb)->calls, 1);
}

static struct fences *fences_with_waiter(struct kunit *test, dma_fence_func_t fn)
{
	struct fences *f = fences_new(test);

	f->waiter = litmus_new(test, struct waiter);
	init_completion(&f->waiter->done);
	KUNIT_ASSERT_EQ(test, dma_fence_add_callback(f->fence[0], &f->waiter->cb, fn), 0);
	return f;
}

static void signal_first(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_signal(f->fence[0]);
}

/* A fence is signalled before its callbacks have run: only removing them says that they have. */
static void free_if_signalled(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (!dma_fence_is_signaled(f->fence[0]))
		dma_fence_remove_callback(f->fence[0], &f->waiter->cb);
	kfree(f->waiter);
}

static void signalled_is_not_called(struct kunit *test)
{
	struct fences *f = fences_with_waiter(test, note_call);

	litmus_run_each(test, f, signal_first, free_if_signalled);
	fences_put(f);
}

/* The callback frees itself, and so does who failed to remove it. */
static void call_and_free(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	kfree(container_of(cb, struct waiter, cb));
}

static void free_anyway(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_remove_callback(f->fence[0], &f->waiter->cb);
	kfree(f->waiter);
}

static void free_after_failed_removal(struct kunit *test)
{
	struct fences *f = fences_with_waiter(test, call_and_free);

	litmus_run_each(test, f, signal_first, free_anyway);
	fences_put(f);
}

/* The waiter's memory goes, and the fence still has it on its list. */
static void free_only(void *arg, unsigned int me)
{
	struct fences *f = arg;

	kfree(f->waiter);
}

static void not_removed(struct kunit *test)
{
	struct fences *f = fences_with_waiter(test, note_call);

	litmus_run_each(test, f, signal_first, free_only);
	fences_put(f);
}

/* The adder does not look at -ENOENT, and waits for a call that never comes. */
static void call_and_complete(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	complete(&container_of(cb, struct waiter, cb)->done);
}

static void add_and_wait(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_add_callback(f->fence[0], &f->waiter->cb, call_and_complete);
	wait_for_completion(&f->waiter->done);
}

static void enoent_ignored(struct kunit *test)
{
	struct fences *f = fences_new(test);

	f->waiter = litmus_new(test, struct waiter);
	init_completion(&f->waiter->done);
	litmus_run_each(test, f, signal_first, add_and_wait);
	kfree(f->waiter);
	fences_put(f);
}

/* One of two has come, and the wrong one is looked at. */
static void set_and_signal(void *arg, unsigned int me)
{
	struct fences *f = arg;

	WRITE_ONCE(f->ready[me], true);
	dma_fence_signal(f->fence[me]);
}

static void wait_any_use_first(void *arg, unsigned int me)
{
	struct fences *f = arg;
	u32 index;

	dma_fence_wait_any_timeout(f->fence, 2, false, MAX_SCHEDULE_TIMEOUT, &index);
	f->seen = READ_ONCE(f->ready[0]);
}

static void index_ignored(struct kunit *test)
{
	struct fences *f = fences_new(test);

	litmus_run_each(test, f, set_and_signal, set_and_signal, wait_any_use_first);
	KUNIT_EXPECT_TRUE(test, f->seen);
	fences_put(f);
}

/* On the path of an error nobody signals. */
static void signal_unless_cancelled(void *arg, unsigned int me)
{
	struct fences *f = arg;

	if (!READ_ONCE(f->cancelled))
		dma_fence_signal(f->fence[0]);
}

static void cancel_and_wait(void *arg, unsigned int me)
{
	struct fences *f = arg;

	WRITE_ONCE(f->cancelled, true);
	dma_fence_wait(f->fence[0], false);
}

static void never_signalled(struct kunit *test)
{
	struct fences *f = fences_new(test);

	litmus_run_each(test, f, signal_unless_cancelled, cancel_and_wait);
	fences_put(f);
}

/* The wait is under a lock that the signaller needs before it gets to signal. */
static void lock_and_signal(void *arg, unsigned int me)
{
	struct fences *f = arg;

	mutex_lock(&f->lock);
	dma_fence_signal(f->fence[0]);
	mutex_unlock(&f->lock);
}

static void lock_and_wait(void *arg, unsigned int me)
{
	struct fences *f = arg;

	mutex_lock(&f->lock);
	dma_fence_wait(f->fence[0], false);
	mutex_unlock(&f->lock);
}

static void wait_under_lock(struct kunit *test)
{
	struct fences *f = fences_new(test);

	litmus_run_each(test, f, lock_and_signal, lock_and_wait);
	fences_put(f);
}

/* Waiting without a reference, while the signaller drops the only one. */
static void signal_and_put(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_signal(f->fence[0]);
	dma_fence_put(f->fence[0]);
	WRITE_ONCE(f->cancelled, true);
}

static void wait_without_reference(void *arg, unsigned int me)
{
	struct fences *f = arg;

	dma_fence_wait(f->fence[0], false);
}

static void no_reference(struct kunit *test)
{
	struct fences *f = fences_new(test);

	litmus_run_each(test, f, signal_and_put, wait_without_reference);
	dma_fence_put(f->fence[1]);
}

LITMUS_SUITE(KUNIT_CASE(signalled_is_not_called), KUNIT_CASE(free_after_failed_removal),
	     KUNIT_CASE(not_removed), KUNIT_CASE(enoent_ignored), KUNIT_CASE(index_ignored),
	     KUNIT_CASE(never_signalled), KUNIT_CASE(wait_under_lock), KUNIT_CASE(no_reference));
