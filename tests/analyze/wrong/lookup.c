// SPDX-License-Identifier: MIT
/*
 * The object comes from a lookup that writes an array of results, here of one. What is stored by an
 * index may be any element.
 */
/* expect: A map-held not_held high */
#include "../kernel.h"

void *table_find(struct file *file, unsigned int handle);

static int objects_lookup(struct file *file, unsigned int *handle, int count,
			  struct drm_gem_object **objs)
{
	for (int i = 0; i < count; i++) {
		struct drm_gem_object *obj = table_find(file, handle[i]);

		if (!obj)
			return -EINVAL;
		objs[i] = obj;
	}
	return 0;
}

static struct drm_gem_object *object_lookup(struct file *file, unsigned int handle)
{
	struct drm_gem_object *obj = NULL;

	objects_lookup(file, &handle, 1, &obj);
	return obj;
}

static inline struct thing *thing_lookup(struct file *file, unsigned int handle)
{
	struct drm_gem_object *obj = object_lookup(file, handle);

	return obj ? to_thing(obj) : NULL;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = thing_lookup(file, arg);

	if (!thing)
		return -EINVAL;
	if (thing->base.import_attach && !thing->sgt)
		thing->sgt = dma_buf_map_attachment(thing->base.import_attach, DMA_BIDIRECTIONAL); /* here: A */
	drm_gem_object_put(&thing->base);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
