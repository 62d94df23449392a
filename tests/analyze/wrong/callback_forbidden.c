// SPDX-License-Identifier: MIT
/* A callback that runs with the lock held calls what must not be called so. */
/* expect: A begin-cpu-access-unheld held high */
#include "../kernel.h"

static int case_vmap(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct thing *thing = dmabuf->priv;

	map->vaddr = thing;
	return dma_buf_begin_cpu_access(dmabuf, DMA_BIDIRECTIONAL); /* here: A */
}

const struct dma_buf_ops case_dmabuf_ops = { .vmap = case_vmap };
