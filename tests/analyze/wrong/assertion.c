// SPDX-License-Identifier: MIT
/* What the callee asserts is not so; that is said once, not again for what it goes on to call. */
/* expect: A resv-assert-held not_held high advice case_ioctl:thing_pin */
#include "../kernel.h"

static int thing_pin(struct thing *thing)
{
	dma_resv_assert_held(thing->base.resv);
	return drm_gem_pin_locked(&thing->base);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return thing_pin(file->private_data); /* here: A */
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
