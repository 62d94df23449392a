// SPDX-License-Identifier: MIT
/* The last reference: pages of an import go under the lock, others need none. As i915 does it. */
/* expect: none */
#include "../kernel.h"

static inline void assert_thing_held(struct thing *thing)
{
	if (kref_read(&thing->base.refcount) > 0)
		dma_resv_assert_held(thing->base.resv);
}

static int get_pages_dmabuf(struct thing *thing)
{
	struct sg_table *sgt;

	assert_thing_held(thing);
	sgt = dma_buf_map_attachment(thing->base.import_attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	thing->sgt = sgt;
	return 0;
}

static void put_pages_dmabuf(struct thing *thing)
{
	dma_buf_unmap_attachment(thing->base.import_attach, thing->sgt, DMA_BIDIRECTIONAL);
}

static const struct thing_ops dmabuf_ops = {
	.get_pages = get_pages_dmabuf,
	.put_pages = put_pages_dmabuf,
};

static int __thing_put_pages(struct thing *thing)
{
	if (!thing->sgt)
		return 0;
	assert_thing_held(thing);
	thing->ops->put_pages(thing);
	thing->sgt = NULL;
	return 0;
}

static void __thing_pages_fini(struct thing *thing)
{
	if (thing->base.import_attach)
		dma_resv_lock(thing->base.resv, NULL);
	__thing_put_pages(thing);
	if (thing->base.import_attach)
		dma_resv_unlock(thing->base.resv);
}

static void thing_free_work(struct work_struct *work)
{
	struct thing *thing = container_of(work, struct thing, work);

	__thing_pages_fini(thing);
	kfree(thing);
}

static void case_free(struct drm_gem_object *obj)
{
	struct thing *thing = to_thing(obj);

	INIT_WORK(&thing->work, thing_free_work);
	schedule_work(&thing->work);
}

static const struct drm_gem_object_funcs case_funcs = { .free = case_free };

struct thing *thing_import(struct dma_buf_attachment *attach);

struct thing *thing_import(struct dma_buf_attachment *attach)
{
	struct thing *thing = kzalloc(sizeof(*thing), 0);

	if (!thing)
		return NULL;
	thing->base.funcs = &case_funcs;
	thing->base.import_attach = attach;
	thing->base.resv = attach->dmabuf->resv;
	thing->ops = &dmabuf_ops;
	return thing;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret;

	dma_resv_lock(thing->base.resv, NULL);
	ret = thing->ops->get_pages(thing);
	if (!ret)
		ret = __thing_put_pages(thing);
	dma_resv_unlock(thing->base.resv);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
