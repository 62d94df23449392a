/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_RIG_H
#define LITMUS_RIG_H

#include "litmus.h"
#include <linux/shrinker.h>

#include "../drivers/refgem/refgem_paths.h"

#define RIG_OBJ_SIZE (4 * PAGE_SIZE)

/* Two devices of the reference driver, and a buffer of the one that the other has bound. */
struct shared_rig {
	struct refgem_rig rig;
	struct refgem_object *obj; /* the exporter's, with a reference */
	u32 handle; /* the importer's */
};

static inline struct shared_rig *rig_new(struct kunit *test, enum refgem_placement placement,
					 bool moves)
{
	struct refgem_config cfg = { .placement = placement, .local_pages = 8 };
	struct shared_rig *r = litmus_zalloc(test, struct shared_rig);

	KUNIT_ASSERT_EQ(test, refgem_rig_init(&r->rig, &cfg), 0);
	r->obj = moves ? refgem_ttm_create(r->rig.exporter.refgem, RIG_OBJ_SIZE)
		       : refgem_sysmem_create(r->rig.exporter.refgem, RIG_OBJ_SIZE);
	KUNIT_ASSERT_FALSE(test, IS_ERR(r->obj));
	drm_gem_object_get(&r->obj->base);
	KUNIT_ASSERT_EQ(test, refgem_rig_share(&r->rig, r->obj, &r->handle), 0);
	KUNIT_ASSERT_EQ(test, refgem_rig_bind(&r->rig.importer, r->handle), 0);
	return r;
}

static inline void rig_free(struct shared_rig *r)
{
	refgem_object_put(r->obj);
	refgem_rig_fini(&r->rig);
}

/* What the tasks of a case do. */
static inline void close_import(void *arg, unsigned int me)
{
	struct shared_rig *r = arg;

	refgem_rig_close(&r->rig.importer, r->handle);
}

static inline void reclaim(void *arg, unsigned int me)
{
	ls_shrink_all();
}

static inline void move_out(void *arg, unsigned int me)
{
	struct shared_rig *r = arg;

	refgem_object_lock(r->obj);
	refgem_bo_move(r->obj, false);
	refgem_object_unlock(r->obj);
}

#endif /* LITMUS_RIG_H */
