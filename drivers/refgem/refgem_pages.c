// SPDX-License-Identifier: MIT
/**
 * DOC: pages
 *
 * An object has pages only while somebody needs them. refgem_pin_pages() gathers
 * them on first use and keeps them; when the last pin is gone they stay, until
 * the shrinker, a move or the end of the object drops them with
 * refgem_put_pages(). Both ends call the backend with the reservation lock held.
 */
#include <linux/highmem.h>
#include <linux/vmalloc.h>

#include "refgem.h"

/**
 * refgem_set_pages - a backend has gathered the pages
 * @obj: the object
 * @pages: its pages, mapped for the device
 *
 * Context: Reservation lock held. Called by ops->get_pages only.
 */
void refgem_set_pages(struct refgem_object *obj, struct sg_table *pages)
{
	refgem_assert_held(obj);

	obj->mm.pages = pages;
	if (obj->ops->shrinkable)
		refgem_shrinker_add(obj);
}

static struct sg_table *refgem_unset_pages(struct refgem_object *obj)
{
	struct sg_table *pages = obj->mm.pages;

	if (!pages)
		return NULL;

	obj->mm.pages = NULL;
	refgem_shrinker_del(obj);
	if (obj->mm.mapping) {
		vunmap(obj->mm.mapping);
		obj->mm.mapping = NULL;
	}
	return pages;
}

/**
 * refgem_pin_pages - gather the pages, unless they are there, and keep them
 * @obj: the object
 *
 * Context: Reservation lock held.
 * Return: 0, or what the backend's get_pages returned: -ENOMEM, -ENOSPC if the
 * local region is full of what cannot move, or an error of the exporter.
 */
int refgem_pin_pages(struct refgem_object *obj)
{
	int ret;

	refgem_assert_held(obj);

	if (!obj->mm.pages) {
		ret = obj->ops->get_pages(obj);
		if (ret)
			return ret;
	}
	atomic_inc(&obj->mm.pin_count);
	return 0;
}

/**
 * refgem_pin_pages_unlocked - refgem_pin_pages() for callers without the lock
 * @obj: the object
 *
 * Context: Process context, reservation lock not held.
 * Return: as refgem_pin_pages(), or -EINTR if a signal came.
 */
int refgem_pin_pages_unlocked(struct refgem_object *obj)
{
	int ret;

	ret = refgem_object_lock_interruptible(obj);
	if (ret)
		return ret;
	ret = refgem_pin_pages(obj);
	refgem_object_unlock(obj);
	return ret;
}

/**
 * refgem_unpin_pages - give back one pin
 * @obj: the object
 *
 * Context: Any. The pages stay for the next user; nothing is freed here.
 */
void refgem_unpin_pages(struct refgem_object *obj)
{
	int left = atomic_dec_return(&obj->mm.pin_count);

	drm_WARN_ON(obj->base.dev, left < 0);
}

/**
 * refgem_put_pages - drop the pages
 * @obj: the object; having no pages is fine
 *
 * Context: Reservation lock held, but for a dead object. For a dead import it
 * has to be held as well: not for the object's sake, but for the exporter's.
 * Return: 0, or -EBUSY if somebody needs the pages.
 */
int refgem_put_pages(struct refgem_object *obj)
{
	struct sg_table *pages;

	if (atomic_read(&obj->mm.pin_count))
		return -EBUSY;

	refgem_assert_held(obj);

	pages = refgem_unset_pages(obj);
	if (pages)
		obj->ops->put_pages(obj, pages);
	return 0;
}

static void *refgem_map_pages(struct refgem_object *obj)
{
	unsigned int nr = refgem_object_nr_pages(obj);
	struct sg_page_iter iter;
	struct page **pages;
	unsigned int i = 0;
	void *vaddr;

	pages = kvmalloc_array(nr, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;

	for_each_sgtable_page(obj->mm.pages, &iter, 0)
		pages[i++] = sg_page_iter_page(&iter);
	vaddr = vmap(pages, nr, VM_MAP, PAGE_KERNEL);

	kvfree(pages);
	return vaddr;
}

/**
 * refgem_vmap - &drm_gem_object_funcs.vmap
 * @gem: the object
 * @map: where to put the address
 *
 * The mapping is made once and lives as long as the pages; the caller's pin
 * keeps both. An import is mapped by its exporter.
 *
 * Context: Reservation lock held.
 * Return: 0, -ENOMEM, or as refgem_pin_pages().
 */
int refgem_vmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct refgem_object *obj = to_refgem_object(gem);
	int ret;

	if (refgem_object_is_import(obj))
		return dma_buf_vmap(gem->import_attach->dmabuf, map);

	ret = refgem_pin_pages(obj);
	if (ret)
		return ret;

	if (!obj->mm.mapping)
		obj->mm.mapping = refgem_map_pages(obj);
	if (!obj->mm.mapping) {
		refgem_unpin_pages(obj);
		return -ENOMEM;
	}
	iosys_map_set_vaddr(map, obj->mm.mapping);
	return 0;
}

/**
 * refgem_vunmap - &drm_gem_object_funcs.vunmap
 * @gem: the object
 * @map: what refgem_vmap() gave
 *
 * Context: Reservation lock held.
 */
void refgem_vunmap(struct drm_gem_object *gem, struct iosys_map *map)
{
	struct refgem_object *obj = to_refgem_object(gem);

	if (refgem_object_is_import(obj))
		dma_buf_vunmap(gem->import_attach->dmabuf, map);
	else
		refgem_unpin_pages(obj);
}
