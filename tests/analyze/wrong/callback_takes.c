// SPDX-License-Identifier: MIT
/* A callback that runs with the lock held takes it again. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static struct sg_table *case_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct thing *thing = attach->dmabuf->priv;

	dma_resv_lock(attach->dmabuf->resv, NULL); /* here: A */
	drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(attach->dmabuf->resv);
	return thing->sgt;
}

const struct dma_buf_ops case_dmabuf_ops = { .map_dma_buf = case_map };
