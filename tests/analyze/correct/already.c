// SPDX-License-Identifier: MIT
/* The same object twice with one context: -EALREADY, and it is held all the same. */
/* expect: none */
#include "../kernel.h"

static int lock_one(struct thing *thing, struct ww_acquire_ctx *ctx)
{
	int ret = dma_resv_lock(thing->base.resv, ctx);

	return ret == -EALREADY ? 0 : ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &reservation_ww_class);
	ret = lock_one(thing, &ctx);
	if (!ret) {
		ret = lock_one(thing, &ctx);
		if (!ret)
			ret = drm_gem_pin_locked(&thing->base);
		dma_resv_unlock(thing->base.resv);
	}
	ww_acquire_fini(&ctx);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
