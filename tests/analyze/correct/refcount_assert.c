// SPDX-License-Identifier: MIT
/* The assertion is skipped where nobody else can have the object. */
/* expect: none */
#include "../kernel.h"

static inline void assert_thing_held(struct thing *thing)
{
	if (kref_read(&thing->base.refcount) > 0)
		dma_resv_assert_held(thing->base.resv);
}

static void put_pages(struct thing *thing)
{
	assert_thing_held(thing);
	kfree(thing->sgt);
	thing->sgt = NULL;
}

static void case_free(struct drm_gem_object *obj)
{
	put_pages(to_thing(obj));
	kfree(to_thing(obj));
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	dma_resv_lock(thing->base.resv, NULL);
	put_pages(thing);
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
const struct drm_gem_object_funcs case_funcs = { .free = case_free };
