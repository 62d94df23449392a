// SPDX-License-Identifier: MIT
/* A vmap callback runs with the lock held and uses the variant that takes it. */
/* expect: A vmap-unlocked-unheld taken_twice high */
#include "../kernel.h"

static int case_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	if (obj->import_attach)
		return dma_buf_vmap_unlocked(obj->import_attach->dmabuf, map); /* here: A */
	return -EINVAL;
}

const struct drm_gem_object_funcs case_funcs = { .vmap = case_vmap };
