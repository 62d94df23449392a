// SPDX-License-Identifier: MIT
/**
 * DOC: the life of an object
 *
 * The last reference may be dropped anywhere: under a spinlock, in the middle of
 * reclaim, with some other reservation lock held. Freeing needs locks and
 * sleeps. So the last put only moves the object to a list, and a worker does
 * the rest:
 *
 *   drm_gem_object_put
 *     refgem_gem_free                 refcount is 0; any context
 *       ... worker ...
 *   refgem_free_work
 *     refgem_free_objects
 *       refgem_object_pages_fini      bindings, then pages
 *         refgem_put_pages
 *           ops->put_pages            for an import: dma_buf_unmap_attachment()
 *       refgem_object_destroy         attachment, GEM, memory after a grace period
 *
 * A TTM-like object takes the branch ops->delayed_free and reaches
 * refgem_object_pages_fini() from refgem_ttm.c, with its reservation lock held.
 */
#include <drm/drm_prime.h>

#include "refgem.h"

static void refgem_gem_free(struct drm_gem_object *gem);

static const struct drm_gem_object_funcs refgem_gem_funcs = {
	.free = refgem_gem_free,
	.export = refgem_prime_export,
	.vmap = refgem_vmap,
	.vunmap = refgem_vunmap,
};

/**
 * refgem_object_init - prepare a zeroed object
 * @refgem: device it will belong to
 * @obj: the object
 * @ops: its backend
 * @size: bytes, a multiple of the page size
 *
 * The caller owns the first reference. Until somebody else can see the object,
 * dropping that reference is the way to undo this.
 */
void refgem_object_init(struct refgem_device *refgem, struct refgem_object *obj,
			const struct refgem_object_ops *ops, size_t size)
{
	obj->base.funcs = &refgem_gem_funcs;
	obj->ops = ops;
	atomic_set(&obj->mm.pin_count, 0);
	INIT_LIST_HEAD(&obj->mm.link);
	INIT_LIST_HEAD(&obj->vmas);
	INIT_LIST_HEAD(&obj->bo.lru);
	drm_gem_private_object_init(&refgem->drm, &obj->base, size);
}

/**
 * refgem_object_pages_fini - take a dead object's bindings and pages away
 * @obj: object without references
 *
 * Context: Process context. Comes from the free worker with no lock held, and
 * from the TTM-like delete path with @obj's reservation lock held. That the
 * two share this function is what makes placement D wrong for TTM-backed
 * imports: an import takes the lock here although TTM has it already.
 */
void refgem_object_pages_fini(struct refgem_object *obj)
{
	bool lock = refgem_dev(obj)->cfg.placement == REFGEM_LOCK_D && refgem_object_is_import(obj);

	refgem_unbind(obj);

	/*
	 * Placement D: as late and as briefly as can be. -EBUSY would be a pin
	 * without a reference, of which there are none now that nothing is bound.
	 */
	if (lock)
		refgem_object_lock(obj);
	drm_WARN_ON(obj->base.dev, refgem_put_pages(obj));
	if (lock)
		refgem_object_unlock(obj);
}

static void refgem_object_free_rcu(struct rcu_head *head)
{
	struct refgem_object *obj = container_of(head, struct refgem_object, rcu);

	atomic_dec(&refgem_dev(obj)->free_count);
	kfree(obj);
}

/**
 * refgem_object_destroy - the end of an object whose pages are gone
 * @obj: object without references, pages and bindings
 *
 * Context: Process context, no reservation lock held: detaching from the
 * exporter takes it.
 */
void refgem_object_destroy(struct refgem_object *obj)
{
	/*
	 * NULL: put_pages has unmapped. Under placement C2 it has not, and the
	 * table that ought to be handed over here is no longer known.
	 */
	if (refgem_object_is_import(obj))
		drm_prime_gem_destroy(&obj->base, NULL);

	if (obj->ops->release)
		obj->ops->release(obj);

	drm_gem_object_release(&obj->base);

	/* The shrinker may still be looking at the refcount, under RCU only. */
	call_rcu(&obj->rcu, refgem_object_free_rcu);
}

static void refgem_free_objects(struct refgem_device *refgem, struct llist_node *freed)
{
	bool placement_a = refgem->cfg.placement == REFGEM_LOCK_A;
	struct refgem_object *obj, *next;

	llist_for_each_entry_safe(obj, next, freed, freed) {
		bool lock = placement_a && refgem_object_is_import(obj);

		might_sleep();

		if (obj->ops->delayed_free) {
			obj->ops->delayed_free(obj);
			continue;
		}

		/*
		 * Placement A, version 4 of the patch. It keeps the rule, but
		 * the exporter's lock is held while bindings are destroyed.
		 */
		if (lock)
			refgem_object_lock(obj);
		refgem_object_pages_fini(obj);
		if (lock)
			refgem_object_unlock(obj);

		refgem_object_destroy(obj);
		cond_resched();
	}
}

/**
 * refgem_free_work - free what is on the list
 * @work: &refgem_device.free_work
 */
void refgem_free_work(struct work_struct *work)
{
	struct refgem_device *refgem = container_of(work, struct refgem_device, free_work);
	struct llist_node *freed = llist_del_all(&refgem->free_list);

	if (freed)
		refgem_free_objects(refgem, freed);
}

/**
 * refgem_flush_free - wait until dead objects are gone
 * @refgem: the device
 *
 * Everything whose last reference was dropped before this call has been freed
 * when it returns, its memory included.
 *
 * Context: Process context; no reservation lock held.
 */
void refgem_flush_free(struct refgem_device *refgem)
{
	/* The free worker queues delayed deletes on the same queue. */
	flush_work(&refgem->free_work);
	flush_workqueue(refgem->wq);
	rcu_barrier();
}

static void refgem_gem_free(struct drm_gem_object *gem)
{
	struct refgem_object *obj = to_refgem_object(gem);
	struct refgem_device *refgem = refgem_dev(obj);

	atomic_inc(&refgem->free_count);

	/* Whoever finds the list empty starts the worker; the others ride along. */
	if (llist_add(&obj->freed, &refgem->free_list))
		queue_work(refgem->wq, &refgem->free_work);
}
