// SPDX-License-Identifier: MIT
/* Sorting, searching, and bitmaps. */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/bsearch.h>
#include <linux/list_sort.h>
#include <linux/prandom.h>
#include <linux/sort.h>

static int by_int(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void sort_arrays(struct kunit *test)
{
	struct rnd_state rnd;
	int a[257], i, n;

	prandom_seed_state(&rnd, 4);
	for (n = 0; n <= 257; n++) {
		for (i = 0; i < n; i++)
			a[i] = prandom_u32_state(&rnd) % 100;
		sort(a, n, sizeof(a[0]), by_int, NULL);
		for (i = 1; i < n; i++)
			KUNIT_ASSERT_LE(test, a[i - 1], a[i]);
	}
	for (i = 0; i < 257; i++)
		a[i] = 2 * i;
	for (i = -1; i < 515; i++) {
		int *found = bsearch(&i, a, 257, sizeof(a[0]), by_int);

		if (i % 2 || i >= 514)
			KUNIT_ASSERT_NULL(test, found);
		else
			KUNIT_ASSERT_PTR_EQ(test, found, &a[i / 2]);
	}
}

struct ranked {
	struct list_head link;
	int key, born;
};

static int by_key(void *priv, const struct list_head *a, const struct list_head *b)
{
	return list_entry(a, struct ranked, link)->key - list_entry(b, struct ranked, link)->key;
}

static void sort_lists(struct kunit *test)
{
	struct ranked items[300], *item, *prev = NULL;
	struct rnd_state rnd;
	LIST_HEAD(list);
	int i, n = 0;

	prandom_seed_state(&rnd, 5);
	for (i = 0; i < 300; i++) {
		items[i].key = prandom_u32_state(&rnd) % 20;
		items[i].born = i;
		list_add_tail(&items[i].link, &list);
	}
	list_sort(NULL, &list, by_key);
	list_for_each_entry(item, &list, link) {
		if (prev)
			KUNIT_ASSERT_TRUE(test, prev->key < item->key ||
					  (prev->key == item->key && prev->born < item->born));
		prev = item;
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 300);
}

static void bitmaps(struct kunit *test)
{
	DECLARE_BITMAP(a, 150) = {};
	DECLARE_BITMAP(b, 150) = {};

	bitmap_set(a, 60, 70);
	KUNIT_EXPECT_EQ(test, bitmap_weight(a, 150), 70U);
	KUNIT_EXPECT_EQ(test, find_first_bit(a, 150), 60UL);
	KUNIT_EXPECT_EQ(test, find_last_bit(a, 150), 129UL);
	KUNIT_EXPECT_EQ(test, find_next_zero_bit(a, 150, 60), 130UL);
	KUNIT_EXPECT_EQ(test, find_next_bit(a, 150, 130), 150UL);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(a, 150, 50, 20, 0), 130UL);
	KUNIT_EXPECT_EQ(test, bitmap_find_next_zero_area(a, 150, 0, 8, 7), 0UL);
	KUNIT_EXPECT_GT(test, bitmap_find_next_zero_area(a, 150, 50, 21, 0), 129UL);
	bitmap_clear(a, 64, 64);
	KUNIT_EXPECT_EQ(test, bitmap_weight(a, 150), 6U);
	bitmap_set(b, 0, 62);
	KUNIT_EXPECT_TRUE(test, bitmap_and(b, a, b, 150));
	KUNIT_EXPECT_EQ(test, bitmap_weight(b, 150), 2U);
	KUNIT_EXPECT_TRUE(test, bitmap_subset(b, a, 150));
	KUNIT_EXPECT_FALSE(test, bitmap_equal(b, a, 150));
	KUNIT_EXPECT_FALSE(test, bitmap_full(a, 150));
	bitmap_zero(b, 150);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(b, 150));
	KUNIT_EXPECT_FALSE(test, bitmap_intersects(a, b, 150));
}

static struct kunit_case sort_cases[] = {
	KUNIT_CASE(sort_arrays),
	KUNIT_CASE(sort_lists),
	KUNIT_CASE(bitmaps),
	{}
};

static struct kunit_suite sort_suite = {
	.name = "sort",
	.test_cases = sort_cases,
};
kunit_test_suite(sort_suite);
