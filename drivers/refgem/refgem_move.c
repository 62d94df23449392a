// SPDX-License-Identifier: MIT
/**
 * DOC: the TTM-like backend, memory that moves
 *
 * Contents are in the local region or in system memory. Whoever needs room in
 * the region evicts its oldest tenants:
 *
 *   refgem_bo_validate                  our own lock held
 *     refgem_evict_one                  the other object's lock, by trylock
 *       refgem_bo_move
 *         refgem_move_notify            drop bindings and pages, then
 *           dma_buf_move_notify         every importer does the same, under
 *             refgem_move_notify        the very lock that we hold for it
 */
#include <linux/highmem.h>

#include "refgem.h"

static bool refgem_local_reserve(struct refgem_device *refgem, unsigned int nr)
{
	bool ok;

	spin_lock(&refgem->local.lock);
	ok = refgem->local.free >= nr;
	if (ok)
		refgem->local.free -= nr;
	spin_unlock(&refgem->local.lock);
	return ok;
}

static void refgem_local_unreserve(struct refgem_device *refgem, unsigned int nr)
{
	spin_lock(&refgem->local.lock);
	refgem->local.free += nr;
	spin_unlock(&refgem->local.lock);
}

static void refgem_resource_destroy(struct refgem_device *refgem, struct refgem_resource *res)
{
	unsigned int i;

	for (i = 0; i < res->nr; i++)
		if (res->pages[i])
			__free_page(res->pages[i]);
	if (res->local)
		refgem_local_unreserve(refgem, res->nr);
	kvfree(res);
}

static struct refgem_resource *refgem_resource_create(struct refgem_device *refgem, unsigned int nr,
						      bool local)
{
	struct refgem_resource *res;
	unsigned int i;

	if (local && !refgem_local_reserve(refgem, nr))
		return ERR_PTR(-ENOSPC);

	res = kvzalloc(struct_size(res, pages, nr), GFP_KERNEL);
	if (!res) {
		if (local)
			refgem_local_unreserve(refgem, nr);
		return ERR_PTR(-ENOMEM);
	}
	res->nr = nr;
	res->local = local;

	for (i = 0; i < nr; i++) {
		res->pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!res->pages[i]) {
			refgem_resource_destroy(refgem, res);
			return ERR_PTR(-ENOMEM);
		}
	}
	return res;
}

/* Make @res, which may be NULL, the object's memory. Reservation lock held. */
static void refgem_set_resource(struct refgem_object *obj, struct refgem_resource *res)
{
	struct refgem_device *refgem = refgem_dev(obj);
	struct refgem_resource *old = obj->bo.res;

	spin_lock(&refgem->local.lock);
	list_del_init(&obj->bo.lru);
	if (res && res->local)
		list_add_tail(&obj->bo.lru, &refgem->local.lru);
	spin_unlock(&refgem->local.lock);

	obj->bo.res = res;
	if (old)
		refgem_resource_destroy(refgem, old);
}

/**
 * refgem_resource_free - free the memory behind an object
 * @obj: object without pages
 *
 * Context: Reservation lock held.
 */
void refgem_resource_free(struct refgem_object *obj)
{
	refgem_set_resource(obj, NULL);
}

/**
 * refgem_move_notify - the memory behind an object is about to move
 * @obj: an object of ours that moves, or an import whose exporter moves it
 *
 * Context: Reservation lock held; for an import by the exporter, who calls us
 * from dma_buf_move_notify().
 * Return: 0, or -EBUSY if somebody needs the pages where they are.
 */
int refgem_move_notify(struct refgem_object *obj)
{
	struct dma_buf *dmabuf;
	int ret;

	refgem_unbind(obj);
	ret = refgem_put_pages(obj);
	if (ret)
		return ret;

	/*
	 * Exported, attached elsewhere, mapped there. The last handle clears the pointer under
	 * object_name_lock, which comes before the reservation lock.
	 */
	dmabuf = refgem_object_is_import(obj) ? NULL : READ_ONCE(obj->base.dma_buf);
	if (dmabuf)
		dma_buf_move_notify(dmabuf);
	return 0;
}

static void refgem_copy(struct refgem_resource *to, struct refgem_resource *from)
{
	unsigned int i;

	for (i = 0; i < from->nr; i++)
		copy_highpage(to->pages[i], from->pages[i]);
}

/**
 * refgem_bo_move - move an object's contents
 * @obj: the object; it has contents
 * @local: to the local region, else to system memory
 *
 * Context: Reservation lock held.
 * Return: 0, -ENOMEM, -ENOSPC if the local region is full, -EBUSY if the pages
 * are pinned, -ERESTARTSYS if a signal came while the device was busy.
 */
int refgem_bo_move(struct refgem_object *obj, bool local)
{
	struct refgem_device *refgem = refgem_dev(obj);
	struct refgem_resource *res;
	long ret;

	dma_resv_assert_held(obj->base.resv);

	if (obj->bo.res->local == local)
		return 0;

	res = refgem_resource_create(refgem, obj->bo.res->nr, local);
	if (IS_ERR(res))
		return PTR_ERR(res);

	ret = refgem_move_notify(obj);
	if (ret)
		goto err_free;

	/* After the notification: importers add the fences of their last use. */
	ret = dma_resv_wait_timeout(obj->base.resv, DMA_RESV_USAGE_BOOKKEEP, true,
				    MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		goto err_free;

	refgem_copy(res, obj->bo.res);
	refgem_set_resource(obj, res);
	return 0;

err_free:
	refgem_resource_destroy(refgem, res);
	return ret;
}

/*
 * The oldest tenant of the local region that can be had at once, locked and with a
 * reference. The lock comes first: a reference cannot be given back in here.
 */
static struct refgem_object *refgem_evict_candidate(struct refgem_device *refgem,
						    struct refgem_object *not)
{
	struct refgem_object *obj;

	spin_lock(&refgem->local.lock);
	list_for_each_entry(obj, &refgem->local.lru, bo.lru) {
		if (obj == not || atomic_read(&obj->mm.pin_count))
			continue;
		if (!refgem_object_trylock(obj))
			continue;
		if (refgem_bo_get_unless_zero(obj)) {
			spin_unlock(&refgem->local.lock);
			return obj;
		}
		/* Being deleted: its last put takes it off the list. */
		refgem_object_unlock(obj);
	}
	spin_unlock(&refgem->local.lock);
	return NULL;
}

static int refgem_evict_one(struct refgem_device *refgem, struct refgem_object *not)
{
	struct refgem_object *obj;
	int ret;

	obj = refgem_evict_candidate(refgem, not);
	if (!obj)
		return -ENOSPC;

	ret = refgem_bo_move(obj, false);
	refgem_object_unlock(obj);
	refgem_bo_put(obj);
	return ret;
}

/**
 * refgem_bo_validate - see to it that an object has memory in the right place
 * @obj: the object
 * @local: in the local region, else in system memory
 *
 * Context: Reservation lock held.
 * Return: 0, -ENOMEM, -ENOSPC if no more can be evicted from the local region,
 * -EBUSY or -ERESTARTSYS as refgem_bo_move().
 */
int refgem_bo_validate(struct refgem_object *obj, bool local)
{
	struct refgem_device *refgem = refgem_dev(obj);
	struct refgem_resource *res;
	int ret;

	dma_resv_assert_held(obj->base.resv);

	for (;;) {
		if (obj->bo.res) {
			ret = refgem_bo_move(obj, local);
		} else {
			res = refgem_resource_create(refgem, refgem_object_nr_pages(obj), local);
			ret = PTR_ERR_OR_ZERO(res);
			if (!ret)
				refgem_set_resource(obj, res);
		}
		if (ret != -ENOSPC)
			return ret;

		ret = refgem_evict_one(refgem, obj);
		if (ret)
			return ret;
	}
}
