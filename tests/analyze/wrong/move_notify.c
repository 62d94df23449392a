// SPDX-License-Identifier: MIT
/* The importer hears of a move with the lock held, and waits for that same lock. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

static void case_move(struct dma_buf_attachment *attach)
{
	struct thing *thing = attach->importer_priv;

	dma_resv_lock(attach->dmabuf->resv, NULL); /* here: A */
	dma_buf_unmap_attachment(attach, thing->sgt, DMA_BIDIRECTIONAL);
	dma_resv_unlock(attach->dmabuf->resv);
}

const struct dma_buf_attach_ops case_attach_ops = { .allow_peer2peer = true, .move_notify = case_move };
