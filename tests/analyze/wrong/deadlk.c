// SPDX-License-Identifier: MIT
/* -EDEADLK is taken for success. */
/* Low: on other ways through the same function it is held. */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &reservation_ww_class);
	ret = dma_resv_lock(thing->base.resv, &ctx);
	if (ret && ret != -EDEADLK)
		goto out;
	drm_gem_pin_locked(&thing->base); /* here: A */
	if (!ret)
		dma_resv_unlock(thing->base.resv);
out:
	ww_acquire_fini(&ctx);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
