// SPDX-License-Identifier: MIT
/* The free callback holds the lock across a variant that takes it itself. */
/* expect: A unmap-unlocked-unheld taken_twice high */
#include "../kernel.h"

static void case_free(struct drm_gem_object *obj)
{
	struct thing *thing = to_thing(obj);

	if (obj->import_attach) {
		dma_resv_lock(obj->resv, NULL);
		dma_buf_unmap_attachment_unlocked(obj->import_attach, thing->sgt, DMA_BIDIRECTIONAL); /* here: A */
		dma_resv_unlock(obj->resv);
	}
	kfree(thing);
}

const struct drm_gem_object_funcs case_funcs = { .free = case_free };
