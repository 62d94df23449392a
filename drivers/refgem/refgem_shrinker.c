// SPDX-License-Identifier: MIT
/**
 * DOC: the shrinker
 *
 * Under memory pressure any task may find itself here, with locks of its own
 * held. So nothing is waited for: a reference if the object is alive, the
 * reservation lock if it is free, and otherwise the next object.
 *
 * Imports are shrinkable too. Dropping the mapping lets the exporter move or
 * swap its pages. (i915 does not do this. It is why placement B looked
 * workable there.)
 */
#include <linux/shrinker.h>

#include "refgem.h"

/**
 * refgem_shrinker_add - offer an object's pages to the shrinker
 * @obj: the object, which has just got its pages
 *
 * Context: Reservation lock held.
 */
void refgem_shrinker_add(struct refgem_object *obj)
{
	struct refgem_device *refgem = refgem_dev(obj);
	unsigned long flags;

	spin_lock_irqsave(&refgem->shrink.lock, flags);
	list_add_tail(&obj->mm.link, &refgem->shrink.list);
	refgem->shrink.pages += refgem_object_nr_pages(obj);
	spin_unlock_irqrestore(&refgem->shrink.lock, flags);
}

/**
 * refgem_shrinker_del - withdraw an object's pages
 * @obj: the object; never having been offered is fine
 *
 * Context: Reservation lock held, or @obj is dead.
 */
void refgem_shrinker_del(struct refgem_object *obj)
{
	struct refgem_device *refgem = refgem_dev(obj);
	unsigned long flags;

	spin_lock_irqsave(&refgem->shrink.lock, flags);
	if (!list_empty(&obj->mm.link)) {
		list_del_init(&obj->mm.link);
		refgem->shrink.pages -= refgem_object_nr_pages(obj);
	}
	spin_unlock_irqrestore(&refgem->shrink.lock, flags);
}

/* Returns the number of pages that were dropped. Takes no reference. */
static unsigned long refgem_shrink_object(struct refgem_object *obj)
{
	unsigned long nr = 0;

	if (!refgem_object_trylock(obj))
		return 0;

	refgem_unbind(obj);
	if (obj->mm.pages && !refgem_put_pages(obj)) {
		nr = refgem_object_nr_pages(obj);
		if (obj->mm.purgeable && obj->ops->truncate)
			obj->ops->truncate(obj);
	}
	refgem_object_unlock(obj);
	return nr;
}

/**
 * refgem_shrink - drop pages of idle objects
 * @refgem: the device
 * @target: stop after that many pages
 * @scanned: how many pages were looked at is added here
 *
 * Context: Process context, reclaim included.
 * Return: Pages dropped.
 */
unsigned long refgem_shrink(struct refgem_device *refgem, unsigned long target,
			    unsigned long *scanned)
{
	unsigned long freed = 0, flags;
	struct refgem_object *obj;
	LIST_HEAD(seen);

	spin_lock_irqsave(&refgem->shrink.lock, flags);
	while (freed < target &&
	       (obj = list_first_entry_or_null(&refgem->shrink.list, struct refgem_object,
					       mm.link))) {
		/* refgem_shrinker_del() takes it off whichever list it is on. */
		list_move_tail(&obj->mm.link, &seen);

		/* A dead one's pages are as good as gone. */
		if (!kref_get_unless_zero(&obj->base.refcount))
			continue;
		spin_unlock_irqrestore(&refgem->shrink.lock, flags);

		freed += refgem_shrink_object(obj);
		*scanned += refgem_object_nr_pages(obj);
		refgem_object_put(obj);

		spin_lock_irqsave(&refgem->shrink.lock, flags);
	}
	list_splice_tail(&seen, &refgem->shrink.list);
	spin_unlock_irqrestore(&refgem->shrink.lock, flags);

	return freed;
}

static unsigned long refgem_shrinker_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct refgem_device *refgem = shrinker->private_data;
	unsigned long pages = READ_ONCE(refgem->shrink.pages);

	return pages ?: SHRINK_EMPTY;
}

static unsigned long refgem_shrinker_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct refgem_device *refgem = shrinker->private_data;
	unsigned long freed;

	sc->nr_scanned = 0;
	freed = refgem_shrink(refgem, sc->nr_to_scan, &sc->nr_scanned);

	return sc->nr_scanned ? freed : SHRINK_STOP;
}

/**
 * refgem_shrinker_init - register the device's shrinker
 * @refgem: the device
 *
 * Context: Process context.
 * Return: 0 or -ENOMEM.
 */
int refgem_shrinker_init(struct refgem_device *refgem)
{
	struct shrinker *shrinker;

	shrinker = shrinker_alloc(0, "drm-refgem");
	if (!shrinker)
		return -ENOMEM;

	shrinker->count_objects = refgem_shrinker_count;
	shrinker->scan_objects = refgem_shrinker_scan;
	shrinker->private_data = refgem;
	refgem->shrink.shrinker = shrinker;
	shrinker_register(shrinker);
	return 0;
}

/**
 * refgem_shrinker_fini - unregister it; waits for reclaim to leave it
 * @refgem: the device
 *
 * Context: Process context.
 */
void refgem_shrinker_fini(struct refgem_device *refgem)
{
	shrinker_free(refgem->shrink.shrinker);
}
