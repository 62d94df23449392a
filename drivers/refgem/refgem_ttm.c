// SPDX-License-Identifier: MIT
/**
 * DOC: the TTM-like backend, destruction
 *
 * A buffer object has a reference count of its own besides GEM's. When GEM's is
 * down to 0, the free worker drops the one that the object was born with:
 *
 *   refgem_ttm_delayed_free             free worker; no lock held
 *     refgem_bo_put
 *       refgem_bo_release               idle, and the lock free: right here
 *         refgem_bo_cleanup             lock HELD, GEM refcount 0
 *           refgem_object_pages_fini
 *       ... else, worker ...
 *   refgem_bo_delayed_delete            waits until idle, takes the lock
 *     refgem_bo_cleanup                 as above
 *
 * Either way the pages go with the reservation lock held by a caller two frames
 * up, and with a GEM refcount of 0. Code further down that takes "refcount 0"
 * to mean "not locked" hangs here. Buffers that belong to an exporter always
 * go through the worker, as TTM does since Linux 6.11.
 */
#include "refgem.h"

/**
 * refgem_bo_init - make the TTM-like half of an object
 * @obj: initialised object
 * @sg: its memory belongs to an exporter
 *
 * Context: Before anybody else can see @obj.
 */
void refgem_bo_init(struct refgem_object *obj, bool sg)
{
	kref_init(&obj->bo.kref);
	obj->bo.sg = sg;
}

/**
 * refgem_bo_get_unless_zero - take a reference on a buffer object
 * @obj: the object
 *
 * Context: Any; something must keep the memory, local.lock for instance.
 * Return: False if it is being destroyed.
 */
bool refgem_bo_get_unless_zero(struct refgem_object *obj)
{
	return kref_get_unless_zero(&obj->bo.kref);
}

/* The end of the memory. Reservation lock held. */
static void refgem_bo_cleanup(struct refgem_object *obj)
{
	dma_resv_assert_held(obj->base.resv);

	refgem_object_pages_fini(obj);
	refgem_resource_free(obj);
}

static void refgem_bo_delayed_delete(struct work_struct *work)
{
	struct refgem_object *obj = container_of(work, struct refgem_object, bo.delayed_delete);

	dma_resv_wait_timeout(obj->base.resv, DMA_RESV_USAGE_BOOKKEEP, false,
			      MAX_SCHEDULE_TIMEOUT);

	refgem_object_lock(obj);
	refgem_bo_cleanup(obj);
	refgem_object_unlock(obj);

	refgem_bo_put(obj);
}

static bool refgem_bo_delete_now(struct refgem_object *obj)
{
	if (obj->bo.sg)
		return false;
	if (!dma_resv_test_signaled(obj->base.resv, DMA_RESV_USAGE_BOOKKEEP))
		return false;
	if (!refgem_object_trylock(obj))
		return false;

	refgem_bo_cleanup(obj);
	refgem_object_unlock(obj);
	return true;
}

static void refgem_bo_release(struct kref *kref)
{
	struct refgem_object *obj = container_of(kref, struct refgem_object, bo.kref);

	if (!obj->bo.deleted && !refgem_bo_delete_now(obj)) {
		/* Back to life, for the delayed delete and whoever evicts it. */
		obj->bo.deleted = true;
		kref_init(&obj->bo.kref);
		INIT_WORK(&obj->bo.delayed_delete, refgem_bo_delayed_delete);
		queue_work(refgem_dev(obj)->wq, &obj->bo.delayed_delete);
		return;
	}

	refgem_object_destroy(obj);
}

/**
 * refgem_bo_put - give a reference on a buffer object back
 * @obj: the object
 *
 * Context: Process context, no reservation lock held.
 */
void refgem_bo_put(struct refgem_object *obj)
{
	kref_put(&obj->bo.kref, refgem_bo_release);
}

/**
 * refgem_ttm_delayed_free - &refgem_object_ops.delayed_free
 * @obj: object without GEM references
 *
 * Context: Process context, no reservation lock held.
 */
void refgem_ttm_delayed_free(struct refgem_object *obj)
{
	refgem_bo_put(obj);
}

static int refgem_ttm_get_pages(struct refgem_object *obj)
{
	struct sg_table *sgt;
	int ret;

	/* Where the contents are is good enough; a new object starts local. */
	if (!obj->bo.res) {
		ret = refgem_bo_validate(obj, true);
		if (ret)
			return ret;
	}

	sgt = refgem_map_page_array(obj, obj->bo.res->pages);
	if (IS_ERR(sgt))
		return PTR_ERR(sgt);

	refgem_set_pages(obj, sgt);
	return 0;
}

static const struct refgem_object_ops refgem_ttm_ops = {
	.name = "ttm",
	.get_pages = refgem_ttm_get_pages,
	.put_pages = refgem_unmap_sg,
	.delayed_free = refgem_ttm_delayed_free,
};

/**
 * refgem_ttm_create - make an object of the TTM-like backend
 * @refgem: the device
 * @size: bytes; rounded up to pages
 *
 * Context: Process context.
 * Return: The object with one reference, or an ERR_PTR() of -EINVAL for size 0,
 * -ENOMEM.
 */
struct refgem_object *refgem_ttm_create(struct refgem_device *refgem, size_t size)
{
	struct refgem_object *obj;

	size = PAGE_ALIGN(size);
	if (!size)
		return ERR_PTR(-EINVAL);

	obj = kzalloc(sizeof(*obj), GFP_KERNEL);
	if (!obj)
		return ERR_PTR(-ENOMEM);

	refgem_object_init(refgem, obj, &refgem_ttm_ops, size);
	refgem_bo_init(obj, false);
	return obj;
}
