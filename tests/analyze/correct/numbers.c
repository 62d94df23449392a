// SPDX-License-Identifier: MIT
/*
 * A function that can come to a lock, and is called with many numbers and much else that makes no difference
 * to that: it is looked at once for each difference, not for each call. The mode makes one.
 */
/* expect: none */
/* contexts: 12 */
#include "../kernel.h"

void device_write(struct thing *thing, unsigned int reg, unsigned int value);
unsigned int device_read(struct thing *thing, unsigned int reg);

static int reset(struct thing *thing)
{
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = drm_gem_pin_locked(&thing->base);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

static __attribute__((noinline)) unsigned int write_reg(struct thing *thing, unsigned int reg,
							unsigned int value, int mode)
{
	unsigned int old = device_read(thing, reg);

	if (reg > 100)
		reg -= 100;
	if (value & 1)
		reg |= 1;
	device_write(thing, reg, value);
	if (device_read(thing, 1) == 0xff && mode == 2)
		reset(thing);
	return old == value;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	write_reg(thing, 1, 2, 1);
	write_reg(thing, 2, 3, 1);
	write_reg(thing, 3, 4, 1);
	write_reg(thing, 104, 5, 1);
	write_reg(thing, 105, 6, 1);
	write_reg(thing, 6, 7, 1);
	write_reg(thing, 7, 8, 1);
	write_reg(thing, 8, 9, 2);
	write_reg(thing, 109, 10, 2);
	write_reg(thing, 10, 11, 2);
	write_reg(thing, 11, 12, 2);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
