// SPDX-License-Identifier: MIT
/* The other caller. */
#include "../kernel.h"

int two_files_pin(struct thing *thing);

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return two_files_pin(file->private_data);
}

const struct file_operations case_fops_there = { .unlocked_ioctl = case_ioctl };
