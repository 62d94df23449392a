// SPDX-License-Identifier: MIT
/*
 * The object is put with its lock held. It is freed then only if that was the last reference, and who
 * unlocks it afterwards must have one more: not certain to be wrong.
 */
/* expect: A gem-cb-free-unheld held low */
#include "../kernel.h"

static void free_object(struct kref *kref)
{
	struct drm_gem_object *obj = container_of(kref, struct drm_gem_object, refcount);

	obj->funcs->free(obj);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	dma_resv_lock(thing->base.resv, NULL);
	kref_put(&thing->base.refcount, free_object); /* here: A */
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
