// SPDX-License-Identifier: MIT
/* Each object of a list is locked, used and dropped in turn. */
/* expect: none */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct list_head *list = file->private_data;
	struct thing *thing;

	list_for_each_entry(thing, list, link) {
		if (thing->dead)
			continue;
		dma_resv_lock(thing->base.resv, NULL);
		if (drm_gem_pin_locked(&thing->base)) {
			dma_resv_unlock(thing->base.resv);
			break;
		}
		dma_resv_unlock(thing->base.resv);
	}
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
