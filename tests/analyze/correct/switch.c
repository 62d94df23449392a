// SPDX-License-Identifier: MIT
/* A switch over what the lock said. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ctx;
	int ret;

	ww_acquire_init(&ctx, &reservation_ww_class);
	switch (dma_resv_lock(thing->base.resv, &ctx)) {
	case 0:
	case -EALREADY:
		ret = drm_gem_pin_locked(&thing->base);
		dma_resv_unlock(thing->base.resv);
		break;
	case -EDEADLK:
		ret = -EBUSY;
		break;
	default:
		ret = -EINVAL;
	}
	ww_acquire_fini(&ctx);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
