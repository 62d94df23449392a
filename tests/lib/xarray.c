// SPDX-License-Identifier: MIT
/* XArray, idr, ida and radix tree, against plain arrays. */
#include <kunit/test.h>
#include <linux/idr.h>
#include <linux/prandom.h>
#include <linux/radix-tree.h>
#include <linux/xarray.h>

#define SLOTS 512

/* Spread over all levels of the tree, up to the very last index. */
static unsigned long place(unsigned int slot)
{
	return slot < 100 ? slot : slot < 300 ? (unsigned long)slot << 17 : ~0UL - (slot - 300) * 61;
}

static void xarray_model(struct kunit *test)
{
	void **model = kunit_kcalloc(test, SLOTS, sizeof(*model), GFP_KERNEL);
	bool *marked = kunit_kcalloc(test, SLOTS, sizeof(*marked), GFP_KERNEL);
	unsigned int step, slot, count, marks, n;
	struct rnd_state rnd;
	unsigned long index;
	DEFINE_XARRAY(xa);
	void *entry;

	KUNIT_ASSERT_NOT_NULL(test, model);
	KUNIT_ASSERT_NOT_NULL(test, marked);
	prandom_seed_state(&rnd, 3);
	for (step = 0; step < 6000; step++) {
		unsigned int what = prandom_u32_state(&rnd) % 4;

		slot = prandom_u32_state(&rnd) % SLOTS;
		if (what == 0) {
			KUNIT_ASSERT_PTR_EQ(test, xa_erase(&xa, place(slot)), model[slot]);
			model[slot] = NULL;
			marked[slot] = false;
		} else if (what == 1) {
			xa_set_mark(&xa, place(slot), XA_MARK_1);
			marked[slot] = model[slot];
		} else {
			entry = xa_mk_value(step);
			KUNIT_ASSERT_PTR_EQ(test, xa_store(&xa, place(slot), entry, GFP_KERNEL),
					    model[slot]);
			model[slot] = entry;
		}
		KUNIT_ASSERT_PTR_EQ(test, xa_load(&xa, place(slot)), model[slot]);
		KUNIT_ASSERT_EQ(test, xa_get_mark(&xa, place(slot), XA_MARK_1), marked[slot]);
	}

	for (slot = count = marks = 0; slot < SLOTS; slot++) {
		count += model[slot] != NULL;
		marks += marked[slot];
	}
	n = 0;
	xa_for_each(&xa, index, entry) {
		KUNIT_ASSERT_PTR_EQ(test, xa_load(&xa, index), entry);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, count);
	n = 0;
	xa_for_each_marked(&xa, index, entry, XA_MARK_1)
		n++;
	KUNIT_EXPECT_EQ(test, n, marks);
	KUNIT_EXPECT_EQ(test, xa_marked(&xa, XA_MARK_1), marks != 0);

	for (slot = 0; slot < SLOTS; slot++)
		xa_erase(&xa, place(slot));
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));
	KUNIT_EXPECT_FALSE(test, xa_marked(&xa, XA_MARK_1));
}

static void xarray_insert(struct kunit *test)
{
	DEFINE_XARRAY(xa);

	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 5, xa_mk_value(1), GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 5, xa_mk_value(2), GFP_KERNEL), -EBUSY);
	KUNIT_EXPECT_PTR_EQ(test, xa_cmpxchg(&xa, 5, xa_mk_value(9), NULL, GFP_KERNEL),
			    xa_mk_value(1));
	KUNIT_EXPECT_PTR_EQ(test, xa_cmpxchg(&xa, 5, xa_mk_value(1), NULL, GFP_KERNEL),
			    xa_mk_value(1));
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));

	/* A reservation reads as NULL, but is in the way of an insertion. */
	KUNIT_EXPECT_EQ(test, xa_reserve(&xa, 7, GFP_KERNEL), 0);
	KUNIT_EXPECT_NULL(test, xa_load(&xa, 7));
	KUNIT_EXPECT_EQ(test, xa_insert(&xa, 7, xa_mk_value(1), GFP_KERNEL), -EBUSY);
	xa_release(&xa, 7);
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));
}

static void xarray_alloc(struct kunit *test)
{
	DEFINE_XARRAY_ALLOC1(one);
	DEFINE_XARRAY_ALLOC(xa);
	u32 id, i, next = 0;

	for (i = 0; i < 5000; i++) {
		KUNIT_ASSERT_EQ(test, xa_alloc(&xa, &id, xa_mk_value(i), xa_limit_32b, GFP_KERNEL),
				0);
		KUNIT_ASSERT_EQ(test, id, i);
	}
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, xa_mk_value(0), XA_LIMIT(10, 4999), GFP_KERNEL),
			-EBUSY);
	xa_erase(&xa, 4097);
	xa_erase(&xa, 63);
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, NULL, XA_LIMIT(64, 5000), GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 4097U);
	KUNIT_EXPECT_EQ(test, xa_alloc(&xa, &id, xa_mk_value(1), xa_limit_32b, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 63U);
	xa_destroy(&xa);
	KUNIT_EXPECT_TRUE(test, xa_empty(&xa));

	KUNIT_EXPECT_EQ(test, xa_alloc(&one, &id, xa_mk_value(1), xa_limit_31b, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 1U);
	KUNIT_EXPECT_EQ(test, xa_alloc_cyclic(&one, &id, xa_mk_value(1), XA_LIMIT(1, 3), &next,
					      GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 2U);
	KUNIT_EXPECT_EQ(test, xa_alloc_cyclic(&one, &id, xa_mk_value(1), XA_LIMIT(1, 3), &next,
					      GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, id, 3U);
	xa_erase(&one, 1);
	KUNIT_EXPECT_EQ(test, xa_alloc_cyclic(&one, &id, xa_mk_value(1), XA_LIMIT(1, 3), &next,
					      GFP_KERNEL), 1);
	KUNIT_EXPECT_EQ(test, id, 1U);
	xa_destroy(&one);
}

static void xarray_cursor(struct kunit *test)
{
	unsigned long sum = 0;
	DEFINE_XARRAY(xa);
	XA_STATE(xas, &xa, 10);
	void *entry;
	int i;

	for (i = 0; i < 200; i += 2)
		KUNIT_ASSERT_FALSE(test, xa_is_err(xa_store(&xa, i, xa_mk_value(i), GFP_KERNEL)));

	rcu_read_lock();
	xas_for_each(&xas, entry, 20)
		sum += xa_to_value(entry);
	KUNIT_EXPECT_EQ(test, sum, 10UL + 12 + 14 + 16 + 18 + 20);
	xas_set(&xas, 10);
	KUNIT_EXPECT_PTR_EQ(test, xas_load(&xas), xa_mk_value(10));
	KUNIT_EXPECT_NULL(test, xas_next(&xas));
	KUNIT_EXPECT_PTR_EQ(test, xas_next(&xas), xa_mk_value(12));
	KUNIT_EXPECT_NULL(test, xas_prev(&xas));
	xas_set(&xas, 0);
	KUNIT_EXPECT_PTR_EQ(test, xas_find(&xas, ULONG_MAX), xa_mk_value(0));
	xas_pause(&xas);
	KUNIT_EXPECT_PTR_EQ(test, xas_find(&xas, ULONG_MAX), xa_mk_value(2));
	rcu_read_unlock();
	xa_destroy(&xa);
}

static int idr_sum(int id, void *p, void *data)
{
	*(int *)data += id;
	return 0;
}

static void idr_basics(struct kunit *test)
{
	int i, sum = 0, id;
	DEFINE_IDR(idr);
	void *p;

	idr_init_base(&idr, 1);
	for (i = 1; i <= 100; i++)
		KUNIT_ASSERT_EQ(test, idr_alloc(&idr, i == 50 ? NULL : &sum, 1, 0, GFP_KERNEL), i);
	KUNIT_EXPECT_EQ(test, idr_alloc(&idr, &sum, 1, 101, GFP_KERNEL), -ENOSPC);
	KUNIT_EXPECT_PTR_EQ(test, idr_find(&idr, 49), &sum);
	KUNIT_EXPECT_NULL(test, idr_find(&idr, 50));
	KUNIT_EXPECT_NULL(test, idr_find(&idr, 101));
	KUNIT_EXPECT_PTR_EQ(test, idr_remove(&idr, 7), &sum);
	KUNIT_EXPECT_EQ(test, idr_alloc_cyclic(&idr, &sum, 1, 0, GFP_KERNEL), 7);
	KUNIT_EXPECT_EQ(test, idr_alloc_cyclic(&idr, &sum, 1, 0, GFP_KERNEL), 101);
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &idr, 50), NULL);
	KUNIT_EXPECT_PTR_EQ(test, idr_replace(&idr, &idr, 500), ERR_PTR(-ENOENT));
	KUNIT_EXPECT_EQ(test, idr_for_each(&idr, idr_sum, &sum), 0);
	KUNIT_EXPECT_EQ(test, sum, 101 * 102 / 2);
	i = 0;
	idr_for_each_entry(&idr, p, id)
		i++;
	KUNIT_EXPECT_EQ(test, i, 101);
	idr_destroy(&idr);
	KUNIT_EXPECT_TRUE(test, idr_is_empty(&idr));
}

static void ida_basics(struct kunit *test)
{
	DEFINE_IDA(ida);

	KUNIT_EXPECT_EQ(test, ida_alloc(&ida, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, ida_alloc_min(&ida, 5, GFP_KERNEL), 5);
	KUNIT_EXPECT_EQ(test, ida_alloc_range(&ida, 5, 5, GFP_KERNEL), -ENOSPC);
	ida_free(&ida, 5);
	KUNIT_EXPECT_EQ(test, ida_alloc_range(&ida, 5, 5, GFP_KERNEL), 5);
	ida_free(&ida, 0);
	ida_free(&ida, 5);
	KUNIT_EXPECT_TRUE(test, ida_is_empty(&ida));
	ida_destroy(&ida);
}

static void radix_tree_basics(struct kunit *test)
{
	RADIX_TREE(tree, GFP_KERNEL);
	struct radix_tree_iter iter;
	void __rcu **slot;
	int items[4], n = 0;

	KUNIT_EXPECT_EQ(test, radix_tree_insert(&tree, 1UL << 40, &items[0]), 0);
	KUNIT_EXPECT_EQ(test, radix_tree_insert(&tree, 3, &items[1]), 0);
	KUNIT_EXPECT_EQ(test, radix_tree_insert(&tree, 3, &items[2]), -EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, radix_tree_lookup(&tree, 1UL << 40), &items[0]);
	radix_tree_tag_set(&tree, 3, 0);
	KUNIT_EXPECT_TRUE(test, radix_tree_tag_get(&tree, 3, 0));
	KUNIT_EXPECT_TRUE(test, radix_tree_tagged(&tree, 0));
	rcu_read_lock();
	radix_tree_for_each_slot(slot, &tree, &iter, 0)
		n++;
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, n, 2);
	KUNIT_EXPECT_NULL(test, radix_tree_delete_item(&tree, 3, &items[0]));
	KUNIT_EXPECT_PTR_EQ(test, radix_tree_delete_item(&tree, 3, &items[1]), &items[1]);
	KUNIT_EXPECT_PTR_EQ(test, radix_tree_delete(&tree, 1UL << 40), &items[0]);
	KUNIT_EXPECT_TRUE(test, radix_tree_empty(&tree));
}

static struct kunit_case xarray_cases[] = {
	KUNIT_CASE(xarray_model),
	KUNIT_CASE(xarray_insert),
	KUNIT_CASE(xarray_alloc),
	KUNIT_CASE(xarray_cursor),
	KUNIT_CASE(idr_basics),
	KUNIT_CASE(ida_basics),
	KUNIT_CASE(radix_tree_basics),
	{}
};

static struct kunit_suite xarray_suite = {
	.name = "xarray",
	.test_cases = xarray_cases,
};
kunit_test_suite(xarray_suite);
