// SPDX-License-Identifier: MIT
/*
 * Fences of a reservation object, added or read by who skips a step of the protocol.
 */
#include "../../fence.h"
#include <linux/dma-resv.h>

struct shared {
	struct dma_resv resv;
	struct dma_fence *fence[2];
	struct litmus_fence *raw;
	bool other;
	unsigned int walked;
};

static struct shared *shared_new(struct kunit *test)
{
	struct shared *s = litmus_zalloc(test, struct shared);

	dma_resv_init(&s->resv);
	s->fence[0] = litmus_fence_new(test);
	s->fence[1] = litmus_fence_new(test);
	return s;
}

static void shared_fini(struct shared *s)
{
	dma_fence_signal(s->fence[0]);
	dma_fence_signal(s->fence[1]);
	dma_fence_put(s->fence[0]);
	dma_fence_put(s->fence[1]);
	dma_resv_fini(&s->resv);
}

static void add_mine(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	if (!dma_resv_reserve_fences(&s->resv, 1))
		dma_resv_add_fence(&s->resv, s->fence[me], DMA_RESV_USAGE_READ);
	dma_resv_unlock(&s->resv);
}

/* Nothing is reserved, and the list is full only if somebody else was there before. */
static void add_without_slot(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	dma_resv_add_fence(&s->resv, s->fence[me], DMA_RESV_USAGE_READ);
	dma_resv_unlock(&s->resv);
}

static void not_reserved(struct kunit *test)
{
	struct shared *s = shared_new(test);

	litmus_run(test, 1, add_without_slot, s);
	shared_fini(s);
}

/* The slot was reserved, but the lock was released in between and with it the claim. */
static void reserve_relock_add(void *arg, unsigned int me)
{
	struct shared *s = arg;
	int ret;

	dma_resv_lock(&s->resv, NULL);
	ret = dma_resv_reserve_fences(&s->resv, 1);
	dma_resv_unlock(&s->resv);
	if (ret)
		return;
	dma_resv_lock(&s->resv, NULL);
	dma_resv_add_fence(&s->resv, s->fence[me], DMA_RESV_USAGE_READ);
	dma_resv_unlock(&s->resv);
}

static void reserved_too_early(struct kunit *test)
{
	struct shared *s = shared_new(test);

	litmus_run(test, 2, reserve_relock_add, s);
	shared_fini(s);
}

/* One path adds without the lock: only if it was told that nobody else is there. */
static void add_maybe_unlocked(void *arg, unsigned int me)
{
	struct shared *s = arg;

	if (READ_ONCE(s->other)) {
		add_mine(arg, me);
		return;
	}
	if (!dma_resv_reserve_fences(&s->resv, 1))
		dma_resv_add_fence(&s->resv, s->fence[me], DMA_RESV_USAGE_READ);
}

static void announce_and_add(void *arg, unsigned int me)
{
	struct shared *s = arg;

	WRITE_ONCE(s->other, true);
	add_mine(arg, me);
}

static void unlocked_on_one_path(struct kunit *test)
{
	struct shared *s = shared_new(test);

	litmus_run_each(test, s, announce_and_add, add_maybe_unlocked);
	shared_fini(s);
}

/* The pointer is out before there is a fence behind it. */
static void publish_and_init(void *arg, unsigned int me)
{
	struct shared *s = arg;
	struct litmus_fence *f = s->raw;

	WRITE_ONCE(s->walked, 1);
	spin_lock_init(&f->lock);
	dma_fence_init(&f->base, &litmus_fence_ops, &f->lock, dma_fence_context_alloc(1), 1);
}

static void use_published(void *arg, unsigned int me)
{
	struct shared *s = arg;

	if (READ_ONCE(s->walked))
		dma_fence_put(dma_fence_get(&s->raw->base));
}

static void published_before_init(struct kunit *test)
{
	struct shared *s = shared_new(test);

	s->raw = litmus_new(test, struct litmus_fence);
	litmus_run_each(test, s, publish_and_init, use_published);
	dma_fence_signal(&s->raw->base);
	dma_fence_put(&s->raw->base);
	shared_fini(s);
}

/* The iterator for holders of the lock, without it, unless the other task was seen. */
static void walk_as_if_locked(void *arg, unsigned int me)
{
	struct shared *s = arg;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	bool lock = READ_ONCE(s->other);

	if (lock)
		dma_resv_lock(&s->resv, NULL);
	dma_resv_for_each_fence(&cursor, &s->resv, DMA_RESV_USAGE_READ, fence)
		s->walked++;
	if (lock)
		dma_resv_unlock(&s->resv);
}

static void walked_without_lock(struct kunit *test)
{
	struct shared *s = shared_new(test);

	litmus_run_each(test, s, announce_and_add, walk_as_if_locked);
	shared_fini(s);
}

/* Waiting for the fences with the lock held, which the signaller takes before it signals. */
static void lock_and_wait(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	dma_resv_wait_timeout(&s->resv, DMA_RESV_USAGE_READ, false, MAX_SCHEDULE_TIMEOUT);
	dma_resv_unlock(&s->resv);
}

static void lock_and_signal(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	dma_fence_signal(s->fence[0]);
	dma_resv_unlock(&s->resv);
}

static void wait_with_lock(struct kunit *test)
{
	struct shared *s = shared_new(test);

	add_mine(s, 0);
	litmus_run_each(test, s, lock_and_wait, lock_and_signal);
	shared_fini(s);
}

/* A fence of a job that comes to be signalled only after its task has the lock itself. */
static void add_then_lock_again(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	if (!dma_resv_reserve_fences(&s->resv, 1))
		dma_resv_add_fence(&s->resv, s->fence[0], DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(&s->resv);
	dma_resv_lock(&s->resv, NULL); /* "just for the bookkeeping" */
	dma_resv_unlock(&s->resv);
	dma_fence_signal(s->fence[0]);
}

static void lock_between(struct kunit *test)
{
	struct shared *s = shared_new(test);

	litmus_run_each(test, s, add_then_lock_again, lock_and_wait);
	shared_fini(s);
}

/*
 * The fence that was replaced is signalled while somebody has it from the list: he sees it signalled,
 * and not the one that came in its place.
 */
static void replace_and_signal(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	dma_resv_replace_fences(&s->resv, s->fence[0]->context, s->fence[1],
				DMA_RESV_USAGE_READ);
	dma_resv_unlock(&s->resv);
	dma_fence_signal(s->fence[0]);
}

static void test_signalled(void *arg, unsigned int me)
{
	struct shared *s = arg;

	s->other = dma_resv_test_signaled(&s->resv, DMA_RESV_USAGE_READ);
}

static void replaced_then_signalled(struct kunit *test)
{
	struct shared *s = shared_new(test);

	add_mine(s, 0);
	litmus_run_each(test, s, replace_and_signal, test_signalled);
	KUNIT_EXPECT_FALSE(test, s->other);
	shared_fini(s);
}

LITMUS_SUITE(KUNIT_CASE(not_reserved), KUNIT_CASE(reserved_too_early),
	     KUNIT_CASE(unlocked_on_one_path), KUNIT_CASE(published_before_init),
	     KUNIT_CASE(walked_without_lock), KUNIT_CASE(wait_with_lock),
	     KUNIT_CASE(lock_between),
	     KUNIT_CASE(replaced_then_signalled));
