// SPDX-License-Identifier: MIT
/*
 * The first lock of an acquire context, taken where no signal interrupts it, cannot fail: its result is
 * ignored, through a wrapper.
 */
/* expect: none */
#include "../kernel.h"

static int lock_thing(struct thing *thing, struct ww_acquire_ctx *ww)
{
	int ret = dma_resv_lock(thing->base.resv, ww);

	return ret == -EALREADY ? 0 : ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct ww_acquire_ctx ww;
	int ret;

	ww_acquire_init(&ww, &reservation_ww_class);
	lock_thing(thing, &ww);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	ww_acquire_fini(&ww);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
