// SPDX-License-Identifier: MIT
/*
 * Round the call that needs the lock it cannot be taken, as another caller holds it there; and round
 * the one further out neither, as it is taken in there, before.
 */
/* expect: A gem-pin-locked-held not_held high advice none */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static void thing_mark(struct thing *thing)
{
	dma_resv_lock(thing->base.resv, NULL);
	thing->dead = true;
	dma_resv_unlock(thing->base.resv);
}

static int mark_and_pin(struct thing *thing, bool mark)
{
	if (mark)
		thing_mark(thing);
	return thing_pin(thing);
}

static int case_open(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = mark_and_pin(thing, false);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return mark_and_pin(file->private_data, true);
}

const struct file_operations case_fops = { .open = case_open, .unlocked_ioctl = case_ioctl };
