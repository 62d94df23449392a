// SPDX-License-Identifier: MIT
/*
 * The functions that lock and unlock an array of objects, themselves: what the model says of them is
 * for their callers.
 */
/* expect: none */
#include "../kernel.h"

int drm_gem_lock_reservations(struct drm_gem_object **objs, int count, struct ww_acquire_ctx *ctx)
{
	int contended = -1;
	int i, ret;

	ww_acquire_init(ctx, &reservation_ww_class);
retry:
	if (contended != -1)
		dma_resv_lock_slow(objs[contended]->resv, ctx);
	for (i = 0; i < count; i++) {
		if (i == contended)
			continue;
		ret = dma_resv_lock_interruptible(objs[i]->resv, ctx);
		if (ret) {
			for (int j = 0; j < i; j++)
				dma_resv_unlock(objs[j]->resv);
			if (contended != -1 && contended >= i)
				dma_resv_unlock(objs[contended]->resv);
			if (ret == -EDEADLK) {
				contended = i;
				goto retry;
			}
			ww_acquire_fini(ctx);
			return ret;
		}
	}
	ww_acquire_done(ctx);
	return 0;
}

void drm_gem_unlock_reservations(struct drm_gem_object **objs, int count,
				 struct ww_acquire_ctx *ctx)
{
	for (int i = 0; i < count; i++)
		dma_resv_unlock(objs[i]->resv);
	ww_acquire_fini(ctx);
}
