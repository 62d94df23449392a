// SPDX-License-Identifier: MIT
/* Fences made of fences: arrays, chains, and what unwrapping and merging make of them. */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/module.h>

#include "mock_fence.h"

static struct dma_fence *new_fence(struct kunit *test)
{
	return mock_fence_managed(test, dma_fence_context_alloc(1), 1);
}

static void put_fence(void *fence)
{
	dma_fence_put(fence);
}

/* An array of @nr new fences, which @fence lists; put when the case ends. */
static struct dma_fence *new_array(struct kunit *test, struct dma_fence **fence, int nr, bool any)
{
	struct dma_fence **list = kcalloc(nr, sizeof(*list), GFP_KERNEL);
	struct dma_fence_array *array;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, list);
	for (i = 0; i < nr; i++)
		list[i] = dma_fence_get(fence[i]);

	array = dma_fence_array_create(nr, list, dma_fence_context_alloc(1), 1, any);
	if (!array) {
		for (i = 0; i < nr; i++)
			dma_fence_put(list[i]);
		kfree(list);
	}
	KUNIT_ASSERT_NOT_NULL(test, array);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_fence, &array->base), 0);
	return &array->base;
}

static void array_of_all(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f, 2, false);

	KUNIT_EXPECT_TRUE(test, dma_fence_is_array(array));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_container(array));
	KUNIT_EXPECT_FALSE(test, dma_fence_is_array(f[0]));
	KUNIT_EXPECT_NULL(test, to_dma_fence_array(f[0]));
	dma_fence_enable_sw_signaling(array);
	dma_fence_signal(f[0]);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(array));
	dma_fence_signal(f[1]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(array, false), 0);
}

static void array_of_any(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f, 2, true);

	dma_fence_enable_sw_signaling(array);
	dma_fence_signal(f[1]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(array, false), 0);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(f[0]));
	dma_fence_signal(f[0]);
}

/* The first error of a member is the array's. */
static void array_error(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f, 2, false);

	dma_fence_enable_sw_signaling(array);
	dma_fence_set_error(f[0], -EIO);
	dma_fence_signal(f[0]);
	dma_fence_set_error(f[1], -EAGAIN);
	dma_fence_signal(f[1]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(array, false), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(array), -EIO);
}

static void array_walk(struct kunit *test)
{
	struct dma_fence *f[3] = { new_fence(test), new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f, 3, false), *fence;
	unsigned int index;
	int n = 0;

	dma_fence_array_for_each(fence, index, array)
		KUNIT_EXPECT_PTR_EQ(test, fence, f[n++]);
	KUNIT_EXPECT_EQ(test, n, 3);

	n = 0;
	dma_fence_array_for_each(fence, index, f[0]) {
		KUNIT_EXPECT_PTR_EQ(test, fence, f[0]);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 1);
}

static void array_same_context(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *same[2], *f[2];

	same[0] = mock_fence_managed(test, context, 1);
	same[1] = mock_fence_managed(test, context, 2);
	f[0] = same[0];
	f[1] = new_fence(test);

	KUNIT_EXPECT_TRUE(test, dma_fence_match_context(new_array(test, same, 2, false), context));
	KUNIT_EXPECT_FALSE(test, dma_fence_match_context(new_array(test, f, 2, false), context));
	KUNIT_EXPECT_TRUE(test, dma_fence_match_context(f[0], context));
}

/* Link @fence behind @prev; both references go into the chain. */
static struct dma_fence *new_chain(struct kunit *test, struct dma_fence *prev,
				   struct dma_fence *fence, u64 seqno)
{
	struct dma_fence_chain *chain = dma_fence_chain_alloc();

	KUNIT_ASSERT_NOT_NULL(test, chain);
	dma_fence_chain_init(chain, dma_fence_get(prev), dma_fence_get(fence), seqno);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_fence, &chain->base), 0);
	return &chain->base;
}

static void chain_find(struct kunit *test)
{
	struct dma_fence *f[3] = { new_fence(test), new_fence(test), new_fence(test) };
	struct dma_fence *head = NULL, *link[3], *found;
	int i;

	for (i = 0; i < 3; i++)
		head = link[i] = new_chain(test, head, f[i], 10 * (i + 1));

	found = dma_fence_get(head);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&found, 15), 0);
	KUNIT_EXPECT_PTR_EQ(test, found, link[1]);
	dma_fence_put(found);

	found = dma_fence_get(head);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&found, 30), 0);
	KUNIT_EXPECT_PTR_EQ(test, found, link[2]);
	dma_fence_put(found);

	found = dma_fence_get(head);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&found, 31), -EINVAL);
	dma_fence_put(found);

	/* 0 asks for whatever there is. */
	found = dma_fence_get(head);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&found, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, found, head);
	dma_fence_put(found);

	found = dma_fence_get(f[0]);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&found, 1), -EINVAL);
	dma_fence_put(found);
}

/* A link is done when it and all before it are; what is done falls off in a walk. */
static void chain_collects(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *first = new_chain(test, NULL, f[0], 1);
	struct dma_fence *second = new_chain(test, first, f[1], 2), *iter;
	int n = 0;

	dma_fence_enable_sw_signaling(second);
	dma_fence_signal(f[1]);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(second));
	dma_fence_signal(f[0]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(second, false), 0);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(first));

	dma_fence_chain_for_each(iter, second)
		n++;
	KUNIT_EXPECT_EQ(test, n, 1);
}

static void chain_contains(struct kunit *test)
{
	struct dma_fence *f = new_fence(test);
	struct dma_fence *chain = new_chain(test, NULL, f, 1);

	KUNIT_EXPECT_TRUE(test, dma_fence_is_chain(chain));
	KUNIT_EXPECT_PTR_EQ(test, dma_fence_chain_contained(chain), f);
	KUNIT_EXPECT_PTR_EQ(test, dma_fence_chain_contained(f), f);
	KUNIT_EXPECT_NULL(test, to_dma_fence_chain(f));
}

/* Seqnos that do not grow start a timeline of their own. */
static void chain_restarts(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *first = new_chain(test, NULL, f[0], 5);
	struct dma_fence *grown = new_chain(test, first, f[1], 6);
	struct dma_fence *shrunk = new_chain(test, first, f[1], 4);

	KUNIT_EXPECT_EQ(test, grown->context, first->context);
	KUNIT_EXPECT_NE(test, shrunk->context, first->context);
	KUNIT_EXPECT_EQ(test, to_dma_fence_chain(grown)->prev_seqno, 5);
	KUNIT_EXPECT_EQ(test, to_dma_fence_chain(shrunk)->prev_seqno, 0);
}

static void unwrap_all(struct kunit *test)
{
	struct dma_fence *f[3] = { new_fence(test), new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f + 1, 2, false);
	struct dma_fence *chain = new_chain(test, NULL, f[0], 1);
	struct dma_fence *head = new_chain(test, chain, array, 2), *fence;
	struct dma_fence_unwrap iter;
	unsigned int seen = 0, n = 0, i;

	dma_fence_unwrap_for_each(fence, &iter, head) {
		for (i = 0; i < 3; i++)
			if (fence == f[i])
				seen |= 1 << i;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 3);
	KUNIT_EXPECT_EQ(test, seen, 7);
}

/* Merging keeps the latest fence of each context and drops what is signalled. */
static void merge_latest(struct kunit *test)
{
	u64 context = dma_fence_context_alloc(1);
	struct dma_fence *old = mock_fence_managed(test, context, 1);
	struct dma_fence *new = mock_fence_managed(test, context, 2);
	struct dma_fence *other = new_fence(test), *done = new_fence(test), *fence;
	struct dma_fence_unwrap iter;
	struct dma_fence *merged;
	int n = 0;

	dma_fence_signal(done);
	merged = dma_fence_unwrap_merge(old, other, done, new);
	KUNIT_ASSERT_NOT_NULL(test, merged);
	dma_fence_unwrap_for_each(fence, &iter, merged) {
		KUNIT_EXPECT_TRUE(test, fence == new || fence == other);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 2);
	dma_fence_put(merged);

	merged = dma_fence_unwrap_merge(old, new);
	KUNIT_EXPECT_PTR_EQ(test, merged, new);
	dma_fence_put(merged);
}

static void merge_signaled(struct kunit *test)
{
	struct dma_fence *a = new_fence(test), *b = new_fence(test), *merged;

	dma_fence_signal_timestamp(a, ktime_set(3, 0));
	dma_fence_signal_timestamp(b, ktime_set(2, 0));
	merged = dma_fence_unwrap_merge(a, b);
	KUNIT_ASSERT_NOT_NULL(test, merged);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(merged));
	KUNIT_EXPECT_EQ(test, dma_fence_timestamp(merged), ktime_set(3, 0));
	dma_fence_put(merged);
}

/* --- asked without signaling enabled, and told about deadlines ------------------------- */

static void array_asked(struct kunit *test)
{
	struct dma_fence *f[3] = { new_fence(test), new_fence(test), new_fence(test) };
	struct dma_fence *all = new_array(test, f, 3, false), *any = new_array(test, f, 3, true);

	/* Nobody waits: the members are looked at. */
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(any));
	dma_fence_signal(f[0]);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(all));
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(any));
	dma_fence_signal(f[1]);
	dma_fence_signal(f[2]);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(all));
}

static void array_late(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *any, *all;

	dma_fence_set_error(f[0], -EIO);
	dma_fence_signal(f[0]);
	any = new_array(test, f, 2, true);
	dma_fence_enable_sw_signaling(any);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(any));
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(any), -EIO);
	all = new_array(test, f, 2, false);
	dma_fence_enable_sw_signaling(all);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(all));
	dma_fence_set_error(f[1], -ENOENT);
	dma_fence_signal(f[1]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(all, false), 0);
	/* The first error is the array's. */
	KUNIT_EXPECT_EQ(test, dma_fence_get_status(all), -EIO);
}

static void array_deadline(struct kunit *test)
{
	struct dma_fence *f[2] = { new_fence(test), new_fence(test) };
	struct dma_fence *array = new_array(test, f, 2, false);

	dma_fence_set_deadline(array, 55);
	KUNIT_EXPECT_EQ(test, to_mock(f[0])->deadline, 55);
	KUNIT_EXPECT_EQ(test, to_mock(f[1])->deadline, 55);
}

static struct dma_fence *new_link(struct kunit *test, struct dma_fence *prev,
				  struct dma_fence *fence, u64 seqno)
{
	struct dma_fence_chain *chain = dma_fence_chain_alloc();

	KUNIT_ASSERT_NOT_NULL(test, chain);
	dma_fence_chain_init(chain, dma_fence_get(prev), dma_fence_get(fence), seqno);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_fence, &chain->base), 0);
	return &chain->base;
}

static void chain_deadline(struct kunit *test)
{
	struct dma_fence *a = new_fence(test), *b = new_fence(test);
	struct dma_fence *tip = new_link(test, new_link(test, NULL, a, 1), b, 2);

	dma_fence_set_deadline(tip, 66);
	KUNIT_EXPECT_EQ(test, to_mock(a)->deadline, 66);
	KUNIT_EXPECT_EQ(test, to_mock(b)->deadline, 66);
}

/* A chain may grow on a fence that is none, and on a point with a higher number. */
static void chain_on_others(struct kunit *test)
{
	struct dma_fence *a = new_fence(test), *b = new_fence(test), *tip, *again;

	tip = new_link(test, a, b, 5);
	KUNIT_EXPECT_EQ(test, to_dma_fence_chain(tip)->prev_seqno, 0);
	again = new_link(test, tip, b, 3);
	KUNIT_EXPECT_NE(test, again->context, tip->context);
	KUNIT_EXPECT_EQ(test, again->seqno, 5);
	dma_fence_signal(b);
	KUNIT_EXPECT_FALSE(test, dma_fence_is_signaled(again));
	dma_fence_signal(a);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(again));
}

/* Points that nobody else refers to go one by one, however many there are. */
static void chain_long(struct kunit *test)
{
	struct dma_fence *tip = NULL, *fence = new_fence(test);
	int i;

	for (i = 1; i <= 60; i++) {
		struct dma_fence_chain *chain = dma_fence_chain_alloc();

		if (!chain)
			break;
		dma_fence_chain_init(chain, tip, dma_fence_get(fence), i);
		tip = &chain->base;
	}
	KUNIT_EXPECT_EQ(test, i, 61);
	dma_fence_put(tip);
	KUNIT_EXPECT_EQ(test, kref_read(&fence->refcount), 1);
}

/* What is over is cut out, what comes before it stays. */
static void chain_cut(struct kunit *test)
{
	struct dma_fence *f[3] = { new_fence(test), new_fence(test), new_fence(test) };
	struct dma_fence *p[3], *at;

	p[0] = new_link(test, NULL, f[0], 1);
	p[1] = new_link(test, p[0], f[1], 2);
	p[2] = new_link(test, p[1], f[2], 3);
	dma_fence_signal(f[1]);
	at = dma_fence_chain_walk(dma_fence_get(p[2]));
	KUNIT_EXPECT_PTR_EQ(test, at, p[0]);
	dma_fence_put(at);
	dma_fence_signal(f[0]);
	KUNIT_EXPECT_NULL(test, dma_fence_chain_walk(dma_fence_get(p[2])));
	at = dma_fence_get(p[2]);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&at, 0), 0);
	KUNIT_EXPECT_PTR_EQ(test, at, p[2]);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&at, 4), -EINVAL);
	dma_fence_put(at);
	at = dma_fence_get(f[2]);
	KUNIT_EXPECT_EQ(test, dma_fence_chain_find_seqno(&at, 1), -EINVAL);
	dma_fence_put(at);
}

static struct kunit_case container_cases[] = { KUNIT_CASE(array_asked),
					       KUNIT_CASE(array_late),
					       KUNIT_CASE(array_deadline),
					       KUNIT_CASE(chain_deadline),
					       KUNIT_CASE(chain_on_others),
					       KUNIT_CASE(chain_long),
					       KUNIT_CASE(chain_cut),
					       KUNIT_CASE(array_of_all),
					       KUNIT_CASE(array_of_any),
					       KUNIT_CASE(array_error),
					       KUNIT_CASE(array_walk),
					       KUNIT_CASE(array_same_context),
					       KUNIT_CASE(chain_find),
					       KUNIT_CASE(chain_collects),
					       KUNIT_CASE(chain_contains),
					       KUNIT_CASE(chain_restarts),
					       KUNIT_CASE(unwrap_all),
					       KUNIT_CASE(merge_latest),
					       KUNIT_CASE(merge_signaled),
					       {} };

static struct kunit_suite container_suite = {
	.name = "behaviour_containers",
	.test_cases = container_cases,
};
kunit_test_suites(&container_suite);
