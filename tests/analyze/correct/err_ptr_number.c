// SPDX-License-Identifier: MIT
/* What ERR_PTR() is made of is an error, though a number that is only not 0 could be anything. */
/* expect: none */
#include "../kernel.h"

int place(struct thing *thing);

static struct thing *get_locked(struct file *file)
{
	struct thing *thing = file->private_data;
	int err = place(thing);

	if (err)
		return ERR_PTR(err);
	dma_resv_lock(thing->base.resv, NULL);
	return thing;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = get_locked(file);

	if (IS_ERR(thing))
		return PTR_ERR(thing);
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
