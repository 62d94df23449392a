// SPDX-License-Identifier: MIT
/* Two objects with an acquire context: back off at -EDEADLK, wait for the contended one first. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing **pair = file->private_data;
	struct thing *a = pair[0], *b = pair[1], *swap;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &reservation_ww_class);
	ret = dma_resv_lock(a->base.resv, &ctx);
	if (ret)
		goto out;
	for (;;) {
		ret = dma_resv_lock(b->base.resv, &ctx);
		if (!ret)
			break;
		dma_resv_unlock(a->base.resv);
		if (ret != -EDEADLK)
			goto out;
		dma_resv_lock_slow(b->base.resv, &ctx);
		swap = a;
		a = b;
		b = swap;
	}
	ww_acquire_done(&ctx);
	ret = drm_gem_pin_locked(&a->base);
	if (!ret)
		ret = drm_gem_pin_locked(&b->base);
	dma_resv_unlock(b->base.resv);
	dma_resv_unlock(a->base.resv);
out:
	ww_acquire_fini(&ctx);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
