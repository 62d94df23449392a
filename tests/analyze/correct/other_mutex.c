// SPDX-License-Identifier: MIT
/* A lock of another kind and of another object says nothing about this one. */
/* expect: none */
#include "../kernel.h"

struct pair {
	struct mutex mutex;
	struct thing *one, *other;
};

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pair *pair = file->private_data;

	mutex_lock(&pair->mutex);
	dma_resv_lock(pair->one->base.resv, NULL);
	/* Another buffer: nothing is known that forbids it. */
	dma_buf_put(pair->other->base.dma_buf);
	dma_resv_unlock(pair->one->base.resv);
	mutex_unlock(&pair->mutex);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
