/* SPDX-License-Identifier: MIT */
#ifndef TESTS_DRIVER_RIG_H
#define TESTS_DRIVER_RIG_H

#include <drm/drm_file.h>
#include <drm/drm_prime.h>
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/file.h>
#include <lockstep/test.h>

#include "../../drivers/refgem/refgem_paths.h"

#define OBJ_PAGES 4
#define OBJ_SIZE  (OBJ_PAGES * PAGE_SIZE)

/* A rig with the placement that keeps the convention (D), unless said otherwise. */
static inline struct refgem_rig *rig_create(struct kunit *test, enum refgem_placement placement,
					    bool ttm_imports)
{
	struct refgem_config cfg = {
		.placement = placement,
		.ttm_imports = ttm_imports,
		.local_pages = 2 * OBJ_PAGES,
	};
	struct refgem_rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, rig);
	KUNIT_ASSERT_EQ(test, refgem_rig_init(rig, &cfg), 0);
	return rig;
}

/* The object behind a handle, with a reference. */
static inline struct refgem_object *rig_lookup(struct kunit *test, struct refgem_side *side,
					       u32 handle)
{
	struct drm_gem_object *gem = drm_gem_object_lookup(side->file, handle);

	KUNIT_ASSERT_NOT_NULL(test, gem);
	return to_refgem_object(gem);
}

/* Make an object on the exporter and share it. Returns the importer's object. */
static inline struct refgem_object *rig_import(struct kunit *test, struct refgem_rig *rig,
					       struct refgem_object *obj, u32 *handle)
{
	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	KUNIT_ASSERT_EQ(test, refgem_rig_share(rig, obj, handle), 0);
	return rig_lookup(test, &rig->importer, *handle);
}

#endif /* TESTS_DRIVER_RIG_H */
