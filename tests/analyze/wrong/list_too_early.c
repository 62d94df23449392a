// SPDX-License-Identifier: MIT
/* All objects of a list are dropped in a loop before they are used in the next. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct list_head *list = file->private_data;
	struct thing *thing;

	list_for_each_entry(thing, list, link) {
		dma_resv_lock(thing->base.resv, NULL);
		thing->dead = true;
		dma_resv_unlock(thing->base.resv);
	}
	list_for_each_entry(thing, list, link)
		drm_gem_pin_locked(&thing->base); /* here: A */
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
