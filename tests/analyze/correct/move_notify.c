// SPDX-License-Identifier: MIT
/* The importer hears of a move: of the lock of another object it only tries to get hold. */
/* expect: none */
#include "../kernel.h"

static void case_move(struct dma_buf_attachment *attach)
{
	struct thing *thing = attach->importer_priv;
	struct thing *other = list_entry(thing->link.next, struct thing, link);

	dma_resv_assert_held(attach->dmabuf->resv);
	dma_buf_unmap_attachment(attach, thing->sgt, DMA_BIDIRECTIONAL);
	if (dma_resv_trylock(other->base.resv)) {
		drm_gem_pin_locked(&other->base);
		dma_resv_unlock(other->base.resv);
	}
}

const struct dma_buf_attach_ops case_attach_ops = { .allow_peer2peer = true, .move_notify = case_move };
