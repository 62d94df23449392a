// SPDX-License-Identifier: MIT
/* The table stands in another file than its callback. */
/* expect: A resv-lock-unheld taken_twice high */
#include "../kernel.h"

int elsewhere_pin(struct drm_gem_object *obj);

int elsewhere_pin(struct drm_gem_object *obj)
{
	int ret = dma_resv_lock(obj->resv, NULL); /* here: A */

	if (!ret) {
		ret = dma_resv_reserve_fences(obj->resv, 1);
		dma_resv_unlock(obj->resv);
	}
	return ret;
}
