// SPDX-License-Identifier: MIT
/* One mistake, two ways to it: one report. */
/* expect: A gem-pin-locked-held not_held high advice pin:drm_gem_pin_locked */
#include "../kernel.h"

static int pin(struct thing *thing)
{
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

static int case_open(struct inode *inode, struct file *file)
{
	return pin(file->private_data);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return pin(file->private_data);
}

const struct file_operations case_fops = { .open = case_open, .unlocked_ioctl = case_ioctl };
