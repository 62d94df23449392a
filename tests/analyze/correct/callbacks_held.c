// SPDX-License-Identifier: MIT
/* Callbacks that run with the lock held need not take it. */
/* expect: none */
#include "../kernel.h"

static int case_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	if (obj->import_attach)
		return dma_buf_vmap(obj->import_attach->dmabuf, map);
	return drm_gem_pin_locked(obj);
}

static int case_pin(struct drm_gem_object *obj)
{
	return dma_resv_reserve_fences(obj->resv, 1);
}

static void case_release(struct dma_buf *dmabuf)
{
	struct drm_gem_object *obj = dmabuf->priv;

	/* Runs without the lock, so it may take it. */
	dma_resv_lock(dmabuf->resv, NULL);
	drm_gem_pin_locked(obj);
	dma_resv_unlock(dmabuf->resv);
	drm_gem_object_put(obj);
}

const struct drm_gem_object_funcs case_funcs = { .vmap = case_vmap, .pin = case_pin };
const struct dma_buf_ops case_dmabuf_ops = { .release = case_release };
