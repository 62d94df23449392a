// SPDX-License-Identifier: MIT
/*
 * As free_import.c; but what puts the pages also looks at very many things that no caller knows:
 * numbers that it was given, and flags of its own file. What the caller knows must not be lost
 * among them.
 */
/* expect: none */
#include "../kernel.h"

extern int warned[40];
void note(int what);

/* Called with numbers. */
static void look_at(unsigned long flags, unsigned long more)
{
	if (flags & 1)
		note(1);
	if (flags & 2)
		note(2);
	if (flags & 4)
		note(3);
	if (more & 1)
		note(4);
	if (more & 8)
		note(5);
}

#define ONCE(n) do { if (!warned[n]) { warned[n] = 1; note(n); } } while (0)

static void look_around(struct thing *thing)
{
	look_at(1, 2);
	look_at(3, 4);
	look_at(5, 6);
	look_at(7, 8);
	look_at(9, 10);
	look_at(11, 12);
	look_at(13, 14);
	look_at(15, 16);
	look_at(17, 18);
	ONCE(0); ONCE(1); ONCE(2); ONCE(3); ONCE(4); ONCE(5); ONCE(6); ONCE(7);
	ONCE(8); ONCE(9); ONCE(10); ONCE(11); ONCE(12); ONCE(13); ONCE(14); ONCE(15);
	ONCE(16); ONCE(17); ONCE(18); ONCE(19); ONCE(20); ONCE(21); ONCE(22); ONCE(23);
	ONCE(24); ONCE(25); ONCE(26); ONCE(27); ONCE(28); ONCE(29); ONCE(30); ONCE(31);
	ONCE(32); ONCE(33); ONCE(34); ONCE(35); ONCE(36); ONCE(37); ONCE(38); ONCE(39);
	dma_resv_assert_held(thing->base.resv);
}

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
	if (kref_read(&thing->base.refcount) > 0)
		look_around(thing);
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
