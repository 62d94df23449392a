// SPDX-License-Identifier: MIT
/* At refcount 0 the assertion says nothing: the free path does not hold the lock. */
/* expect: A unmap-held not_held high */
#include "../kernel.h"

static void put_pages(struct thing *thing)
{
	if (kref_read(&thing->base.refcount) > 0)
		dma_resv_assert_held(thing->base.resv);
	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL); /* here: A */
}

static void case_free(struct drm_gem_object *obj)
{
	put_pages(to_thing(obj));
	kfree(to_thing(obj));
}

const struct drm_gem_object_funcs case_funcs = { .free = case_free };
