// SPDX-License-Identifier: MIT
/* The same, by the object that was exported: it has the lock of its buffer. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static int case_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct drm_gem_object *obj = dmabuf->priv;
	int ret;

	dma_resv_lock(obj->resv, NULL); /* here: A */
	ret = drm_gem_vmap(obj, map);
	dma_resv_unlock(obj->resv);
	return ret;
}

const struct dma_buf_ops case_dmabuf_ops = { .vmap = case_vmap };
