// SPDX-License-Identifier: MIT
/*
 * Fences of a reservation object: added under its lock after a slot was reserved, read under the lock or
 * under RCU. Waiting sees all that had been added by the time it began.
 */
#include "../../fence.h"
#include <linux/dma-resv.h>

#define FENCES_MAX 2

struct shared {
	struct dma_resv resv;
	struct dma_fence *fence[FENCES_MAX];
	unsigned int nr;
	bool published, too_early;
	long left;
};

static struct shared *shared_new(struct kunit *test, unsigned int nr)
{
	struct shared *s = litmus_zalloc(test, struct shared);
	unsigned int i;

	dma_resv_init(&s->resv);
	s->nr = nr;
	for (i = 0; i < nr; i++)
		s->fence[i] = litmus_fence_new(test);
	return s;
}

static void shared_fini(struct kunit *test, struct shared *s)
{
	unsigned int i;

	KUNIT_EXPECT_FALSE(test, s->too_early);
	for (i = 0; i < s->nr; i++) {
		dma_fence_signal(s->fence[i]);
		dma_fence_put(s->fence[i]);
	}
	dma_resv_fini(&s->resv);
}

static void add_mine(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	if (!dma_resv_reserve_fences(&s->resv, 1))
		dma_resv_add_fence(&s->resv, s->fence[me], DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(&s->resv);
}

static void add_publish_signal(void *arg, unsigned int me)
{
	struct shared *s = arg;

	add_mine(arg, me);
	WRITE_ONCE(s->published, true);
	dma_fence_signal(s->fence[me]);
}

/* If the fence was there before the wait began, it is signalled when the wait is over. */
static void wait_all(void *arg, unsigned int me)
{
	struct shared *s = arg;
	bool published = READ_ONCE(s->published);

	dma_resv_wait_timeout(&s->resv, DMA_RESV_USAGE_READ, false, MAX_SCHEDULE_TIMEOUT);
	if (published && !dma_fence_is_signaled(s->fence[0]))
		WRITE_ONCE(s->too_early, true);
}

static void add_against_wait(struct kunit *test)
{
	struct shared *s = shared_new(test, 1);

	litmus_run_each(test, s, add_publish_signal, wait_all);
	shared_fini(test, s);
}

static void add_against_2_waits(struct kunit *test)
{
	struct shared *s = shared_new(test, 1);

	litmus_run_each(test, s, add_publish_signal, wait_all, wait_all);
	shared_fini(test, s);
}

/* Two add at the same time; both fences are in the end. */
static void two_adders(struct kunit *test)
{
	struct shared *s = shared_new(test, 2);
	struct dma_fence **list;
	unsigned int nr = 0, i;

	litmus_run(test, 2, add_mine, s);
	KUNIT_ASSERT_EQ(test, dma_resv_get_fences(&s->resv, DMA_RESV_USAGE_WRITE, &nr, &list), 0);
	KUNIT_EXPECT_EQ(test, nr, 2);
	for (i = 0; i < nr; i++)
		dma_fence_put(list[i]);
	kfree(list);
	shared_fini(test, s);
}

/* Without the lock: what the iterator gives out has a reference, and may be the old list. */
static void walk_unlocked(void *arg, unsigned int me)
{
	struct shared *s = arg;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int nr = 0;

	dma_resv_iter_begin(&cursor, &s->resv, DMA_RESV_USAGE_READ);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor))
			nr = 0;
		nr++;
	}
	dma_resv_iter_end(&cursor);
	if (nr > s->nr)
		WRITE_ONCE(s->too_early, true);
}

static void add_against_walk(struct kunit *test)
{
	struct shared *s = shared_new(test, 1);

	litmus_run_each(test, s, add_mine, walk_unlocked);
	shared_fini(test, s);
}

static void two_adders_against_walk(struct kunit *test)
{
	struct shared *s = shared_new(test, 2);

	litmus_run_each(test, s, add_mine, add_mine, walk_unlocked);
	shared_fini(test, s);
}

/* The own reference goes as soon as the fence is in. */
static void add_and_forget(void *arg, unsigned int me)
{
	struct shared *s = arg;
	struct dma_fence *fence = s->fence[me];

	add_mine(arg, me);
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void get_all(void *arg, unsigned int me)
{
	struct shared *s = arg;
	struct dma_fence **list;
	unsigned int nr = 0, i;

	if (dma_resv_get_fences(&s->resv, DMA_RESV_USAGE_WRITE, &nr, &list))
		return;
	for (i = 0; i < nr; i++) {
		dma_fence_wait(list[i], false);
		dma_fence_put(list[i]);
	}
	kfree(list);
}

static void references_of_the_list(struct kunit *test)
{
	struct shared *s = shared_new(test, 1);

	litmus_run_each(test, s, add_and_forget, get_all);
	s->nr = 0; /* put by its task */
	shared_fini(test, s);
}

/* A fence is replaced while another task asks whether all are signalled. */
static void replace(void *arg, unsigned int me)
{
	struct shared *s = arg;

	dma_resv_lock(&s->resv, NULL);
	dma_resv_replace_fences(&s->resv, s->fence[0]->context, s->fence[1],
				DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(&s->resv);
}

static void must_not_be_signalled(void *arg, unsigned int me)
{
	struct shared *s = arg;

	if (dma_resv_test_signaled(&s->resv, DMA_RESV_USAGE_WRITE))
		WRITE_ONCE(s->too_early, true);
}

static void replace_against_test(struct kunit *test)
{
	struct shared *s = shared_new(test, 2);

	add_mine(s, 0);
	litmus_run_each(test, s, replace, must_not_be_signalled);
	shared_fini(test, s);
}

LITMUS_SUITE(KUNIT_CASE(add_against_wait), KUNIT_CASE(add_against_2_waits),
	     KUNIT_CASE(two_adders), KUNIT_CASE(add_against_walk),
	     KUNIT_CASE(two_adders_against_walk), KUNIT_CASE(references_of_the_list),
	     KUNIT_CASE(replace_against_test));
