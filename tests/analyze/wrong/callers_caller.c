// SPDX-License-Identifier: MIT
/* None of three frames takes it; the innermost one can, as nobody else calls it. */
/* expect: A gem-pin-locked-held not_held high advice pin:drm_gem_pin_locked */
#include "../kernel.h"

static int pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static int prepare(struct thing *thing)
{
	return pin(thing);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return prepare(file->private_data);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
