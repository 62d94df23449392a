// SPDX-License-Identifier: MIT
/* The caller, with wrappers of its own. */
#include "../kernel.h"

int two_files_pin(struct thing *thing);

static inline void thing_lock(struct thing *thing)
{
	dma_resv_lock(thing->base.resv, NULL);
}

static inline void thing_unlock(struct thing *thing)
{
	dma_resv_unlock(thing->base.resv);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	thing_lock(thing);
	ret = two_files_pin(thing);
	thing_unlock(thing);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
