// SPDX-License-Identifier: MIT
/* drm_mm: places, holes, eviction; against a map of units. */
#include <drm/drm_mm.h>
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>

static u64 put(struct kunit *test, struct drm_mm *mm, struct drm_mm_node *n, u64 size, u64 align,
	       enum drm_mm_insert_mode mode)
{
	memset(n, 0, sizeof(*n));
	KUNIT_ASSERT_EQ(test, drm_mm_insert_node_generic(mm, n, size, align, 0, mode), 0);
	return n->start;
}

static void modes(struct kunit *test)
{
	struct drm_mm_node n[6] = { };
	struct drm_mm mm;
	int i;

	drm_mm_init(&mm, 100, 100);
	KUNIT_EXPECT_TRUE(test, drm_mm_clean(&mm));
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[0], 10, 0, DRM_MM_INSERT_LOW), 100);
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[1], 10, 0, DRM_MM_INSERT_HIGH), 190);
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[2], 10, 32, DRM_MM_INSERT_LOW), 128);
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[3], 10, 32, DRM_MM_INSERT_HIGH), 160);
	/* Holes: [110,128) [138,160) [170,190). */
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[4], 15, 0, DRM_MM_INSERT_BEST), 110);
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node(&mm, &n[5], 23), -ENOSPC);
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node(&mm, &n[5], 0), -ENOSPC);
	n[5].start = 150;
	n[5].size = 11;
	KUNIT_EXPECT_EQ(test, drm_mm_reserve_node(&mm, &n[5]), -ENOSPC);
	n[5].size = 10;
	KUNIT_EXPECT_EQ(test, drm_mm_reserve_node(&mm, &n[5]), 0);
	for (i = 0; i < 6; i++)
		drm_mm_remove_node(&n[i]);
	KUNIT_EXPECT_TRUE(test, drm_mm_clean(&mm));
	KUNIT_EXPECT_EQ(test, put(test, &mm, &n[0], 100, 0, DRM_MM_INSERT_BEST), 100);
	drm_mm_remove_node(&n[0]);
	drm_mm_takedown(&mm);
}

static void ranges_and_once(struct kunit *test)
{
	struct drm_mm_node a = { .start = 4, .size = 4 }, n = { };
	struct drm_mm mm;

	drm_mm_init(&mm, 0, 16);
	KUNIT_ASSERT_EQ(test, drm_mm_reserve_node(&mm, &a), 0);
	/* The lowest hole is too small, and nothing else is looked at. */
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node_generic(&mm, &n, 8, 0, 0, DRM_MM_INSERT_LOWEST),
			-ENOSPC);
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node_generic(&mm, &n, 8, 0, 0, DRM_MM_INSERT_LOW), 0);
	KUNIT_EXPECT_EQ(test, n.start, 8);
	drm_mm_remove_node(&n);
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node_in_range(&mm, &n, 4, 0, 0, 2, 11,
							  DRM_MM_INSERT_BEST), -ENOSPC);
	KUNIT_EXPECT_EQ(test, drm_mm_insert_node_in_range(&mm, &n, 3, 0, 0, 2, 12,
							  DRM_MM_INSERT_HIGH), 0);
	KUNIT_EXPECT_EQ(test, n.start, 9);
	drm_mm_remove_node(&n);
	drm_mm_remove_node(&a);
	drm_mm_takedown(&mm);
}

static void eviction(struct kunit *test)
{
	struct drm_mm_node n[8] = { }, want = { };
	bool evict[8] = { };
	struct drm_mm_scan scan;
	struct drm_mm mm;
	int i, found = -1;

	drm_mm_init(&mm, 0, 8);
	for (i = 0; i < 8; i++)
		put(test, &mm, &n[i], 1, 0, DRM_MM_INSERT_LOW);
	drm_mm_scan_init(&scan, &mm, 2, 2, 0, DRM_MM_INSERT_EVICT);
	for (i = 1; i < 8 && found < 0; i++)
		if (drm_mm_scan_add_block(&scan, &n[i]))
			found = i;
	KUNIT_EXPECT_EQ(test, found, 3); /* 1 and 2 are adjacent, but not aligned */
	for (i = found; i >= 1; i--)
		evict[i] = drm_mm_scan_remove_block(&scan, &n[i]);
	KUNIT_EXPECT_FALSE(test, evict[1]);
	KUNIT_EXPECT_TRUE(test, evict[2]);
	KUNIT_EXPECT_TRUE(test, evict[3]);
	for (i = 0; i < 8; i++)
		if (evict[i])
			drm_mm_remove_node(&n[i]);
	KUNIT_EXPECT_EQ(test, put(test, &mm, &want, 2, 2, DRM_MM_INSERT_EVICT), 2);
	drm_mm_remove_node(&want);
	for (i = 0; i < 8; i++)
		if (!evict[i])
			drm_mm_remove_node(&n[i]);
	drm_mm_takedown(&mm);
}

#define UNITS 256

/* Random inserts and removals never overlap, and fail only when nothing fits. */
static void against_a_map(struct kunit *test)
{
	static const enum drm_mm_insert_mode mode[] = {
		DRM_MM_INSERT_BEST, DRM_MM_INSERT_LOW, DRM_MM_INSERT_HIGH, DRM_MM_INSERT_EVICT,
	};
	struct drm_mm_node *n = kunit_kzalloc(test, 64 * sizeof(*n), GFP_KERNEL), *at;
	u8 *map = kunit_kzalloc(test, UNITS, GFP_KERNEL);
	struct rnd_state rnd;
	struct drm_mm mm;
	int step, i;

	KUNIT_ASSERT_NOT_NULL(test, n);
	KUNIT_ASSERT_NOT_NULL(test, map);
	prandom_seed_state(&rnd, 1);
	drm_mm_init(&mm, 0, UNITS);
	for (step = 0; step < 5000; step++) {
		struct drm_mm_node *node = &n[prandom_u32_state(&rnd) % 64];
		u32 size = prandom_u32_state(&rnd) % 16 + 1, run = 0, longest = 0;

		if (drm_mm_node_allocated(node)) {
			memset(map + node->start, 0, node->size);
			drm_mm_remove_node(node);
			continue;
		}
		for (i = 0; i < UNITS; i++) {
			run = map[i] ? 0 : run + 1;
			longest = max(longest, run);
		}
		memset(node, 0, sizeof(*node));
		i = drm_mm_insert_node_generic(&mm, node, size, 0, 0, mode[step % 4]);
		KUNIT_ASSERT_EQ(test, i, longest >= size ? 0 : -ENOSPC);
		if (i)
			continue;
		KUNIT_ASSERT_LE(test, node->start + size, UNITS);
		KUNIT_ASSERT_NULL(test, memchr_inv(map + node->start, 0, size));
		memset(map + node->start, 1, size);
		at = __drm_mm_interval_first(&mm, node->start, node->start + size - 1);
		KUNIT_ASSERT_PTR_EQ(test, at, node);
	}
	for (i = 0; i < 64; i++)
		if (drm_mm_node_allocated(&n[i]))
			drm_mm_remove_node(&n[i]);
	drm_mm_takedown(&mm);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(modes),
	KUNIT_CASE(ranges_and_once),
	KUNIT_CASE(eviction),
	KUNIT_CASE(against_a_map),
	{}
};

static struct kunit_suite suite = { .name = "drm_mm", .test_cases = cases };
kunit_test_suite(suite);
