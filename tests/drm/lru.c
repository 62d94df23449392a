// SPDX-License-Identifier: MIT
/* Lists of objects in order of use, and reclaim. */
#include <linux/dma-resv.h>
#include <linux/mutex.h>
#include "mock.h"

static DEFINE_MUTEX(lru_lock);
static struct drm_gem_lru active, purged;

static bool shrink(struct drm_gem_object *obj)
{
	dma_resv_assert_held(obj->resv);
	if (to_mock(obj)->pins)
		return false;
	drm_gem_lru_move_tail(&purged, obj);
	return true;
}

static void scan(struct kunit *test)
{
	struct drm_device *drm = mock_device(test, "lru");
	unsigned long remaining = 0;
	struct mock_bo *bo[4];
	int i;

	drm_gem_lru_init(&active, &lru_lock);
	drm_gem_lru_init(&purged, &lru_lock);
	for (i = 0; i < 4; i++) {
		bo[i] = mock_create(test, drm, 2 * PAGE_SIZE);
		drm_gem_lru_move_tail(&active, &bo[i]->base);
	}
	bo[0]->pins = 1;
	drm_gem_lock(&bo[1]->base);
	KUNIT_EXPECT_EQ(test, active.count, 8);
	KUNIT_EXPECT_EQ(test, drm_gem_lru_scan(&active, 1, &remaining, shrink), 2);
	KUNIT_EXPECT_PTR_EQ(test, bo[2]->base.lru, &purged);
	KUNIT_EXPECT_EQ(test, remaining, 4); /* one is pinned, one locked */
	KUNIT_EXPECT_EQ(test, active.count, 6);
	/* What was passed over is at the end now. */
	KUNIT_EXPECT_PTR_EQ(test, list_first_entry(&active.list, struct mock_bo, base.lru_node),
			    bo[3]);
	drm_gem_unlock(&bo[1]->base);
	bo[0]->pins = 0;
	remaining = 0;
	KUNIT_EXPECT_EQ(test, drm_gem_lru_scan(&active, 100, &remaining, shrink), 6);
	KUNIT_EXPECT_EQ(test, active.count, 0);
	KUNIT_EXPECT_EQ(test, purged.count, 8);
	for (i = 0; i < 4; i++)
		drm_gem_object_put(&bo[i]->base);
	KUNIT_EXPECT_EQ(test, purged.count, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(scan),
	{}
};

static struct kunit_suite suite = { .name = "drm_lru", .test_cases = cases };
kunit_test_suite(suite);
