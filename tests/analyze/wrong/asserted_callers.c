// SPDX-License-Identifier: MIT
/* What a callee asserts is told at each call that does not keep it, not at the assertion. */
/* expect: A resv-assert-held not_held high advice case_open:thing_pin */
/* expect: B resv-assert-held not_held high advice case_release:thing_pin */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
	return drm_gem_pin_locked(&thing->base);
}

static int case_open(struct inode *inode, struct file *file)
{
	return thing_pin(file->private_data); /* here: A */
}

static int case_release(struct inode *inode, struct file *file)
{
	struct thing *thing = file->private_data;

	thing->dead = true;
	return thing_pin(thing); /* here: B */
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = thing_pin(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = {
	.open = case_open, .release = case_release, .unlocked_ioctl = case_ioctl,
};
