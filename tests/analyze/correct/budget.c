// SPDX-License-Identifier: MIT
/*
 * What calls something that is given up on may be sure of nothing after it: it could have taken
 * the lock, as take_many() has, or have let it go.
 */
/* steps: 100 */
/* given up: take_many */
/* given up: case_ioctl */
/* expect: A gem-pin-locked-held not_held low */
#include "../kernel.h"

static __attribute__((noinline)) void take_many(struct thing *thing, volatile int *device)
{
	device[0] = 1;
	device[1] = 1;
	device[2] = 1;
	device[3] = 1;
	device[4] = 1;
	device[5] = 1;
	device[6] = 1;
	device[7] = 1;
	device[8] = 1;
	device[9] = 1;
	if (device[10])
		device[11] = 1;
	if (device[12])
		device[13] = 1;
	if (device[14])
		device[15] = 1;
	if (device[16])
		device[17] = 1;
	if (device[18])
		device[19] = 1;
	dma_resv_lock(thing->base.resv, NULL);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	take_many(thing, (volatile int *)arg);
	ret = drm_gem_pin_locked(&thing->base); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
