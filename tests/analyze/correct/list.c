// SPDX-License-Identifier: MIT
/* All objects of a list are locked in one loop, used in a second and dropped in a third. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct list_head *list = file->private_data;
	struct ww_acquire_ctx ctx;
	struct thing *thing;

	ww_acquire_init(&ctx, &reservation_ww_class);
	list_for_each_entry(thing, list, link)
		dma_resv_lock(thing->base.resv, &ctx);
	ww_acquire_done(&ctx);
	list_for_each_entry(thing, list, link)
		drm_gem_pin_locked(&thing->base);
	list_for_each_entry(thing, list, link)
		dma_resv_unlock(thing->base.resv);
	ww_acquire_fini(&ctx);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
