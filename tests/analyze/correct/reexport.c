// SPDX-License-Identifier: MIT
/* An imported object that is exported again: the caller holds the lock of either buffer. */
/* expect: none */
#include "../kernel.h"

static struct sg_table *case_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct drm_gem_object *obj = attach->dmabuf->priv;

	if (obj->import_attach)
		return dma_buf_map_attachment(obj->import_attach, dir);
	return ERR_PTR(drm_gem_pin_locked(obj));
}

static int case_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct drm_gem_object *obj = dmabuf->priv;

	return drm_gem_vmap(obj, map);
}

const struct dma_buf_ops case_dmabuf_ops = { .map_dma_buf = case_map, .vmap = case_vmap };
