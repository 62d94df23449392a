// SPDX-License-Identifier: MIT
/*
 * What i915's other files would do for the ones under test: objects backed by
 * shmem, CPU domains, the shrinker's lists. Same locks and same order as in i915.
 */
#include <linux/pagemap.h>
#include <linux/scatterlist.h>
#include <linux/shmem_fs.h>

#include "i915_drv.h"
#include "i915_scatterlist.h"
#include "gem/i915_gem_mman.h"
#include "gem/i915_gem_object.h"
#include "mock.h"

static void set_pages(struct drm_i915_gem_object *obj, struct sg_table *st)
{
#if LOCKSTEP_LINUX >= KERNEL_VERSION(6, 2, 0)
	__i915_gem_object_set_pages(obj, st);
#else
	__i915_gem_object_set_pages(obj, st, i915_sg_dma_sizes(st->sgl));
#endif
}

static void put_page_list(struct sg_table *st, unsigned int nr)
{
	struct scatterlist *sg;
	unsigned int i;

	for_each_sg(st->sgl, sg, nr, i)
		put_page(sg_page(sg));
}

static int shmem_get_pages(struct drm_i915_gem_object *obj)
{
	struct address_space *mapping = obj->base.filp->f_mapping;
	unsigned int nr = obj->base.size >> PAGE_SHIFT, i;
	struct scatterlist *sg;
	struct sg_table *st;
	int err;

	st = kmalloc(sizeof(*st), GFP_KERNEL);
	if (!st)
		return -ENOMEM;

	err = sg_alloc_table(st, nr, GFP_KERNEL);
	if (err)
		goto err_free;

	for_each_sg(st->sgl, sg, nr, i) {
		struct page *page = shmem_read_mapping_page(mapping, i);

		if (IS_ERR(page)) {
			err = PTR_ERR(page);
			goto err_pages;
		}
		sg_set_page(sg, page, PAGE_SIZE, 0);
	}

	err = dma_map_sgtable(obj->base.dev->dev, st, DMA_BIDIRECTIONAL, 0);
	if (err)
		goto err_pages;

	set_pages(obj, st);
	return 0;

err_pages:
	put_page_list(st, i);
	sg_free_table(st);
err_free:
	kfree(st);
	return err;
}

static void shmem_put_pages(struct drm_i915_gem_object *obj, struct sg_table *st)
{
	dma_unmap_sgtable(obj->base.dev->dev, st, DMA_BIDIRECTIONAL, 0);
	put_page_list(st, st->orig_nents);
	sg_free_table(st);
	kfree(st);
	obj->mm.dirty = false;
}

static void shmem_release(struct drm_i915_gem_object *obj)
{
	fput(obj->base.filp);
}

const struct drm_i915_gem_object_ops i915_gem_shmem_ops = {
	.name = "i915_gem_object_shmem",
	.flags = I915_GEM_OBJECT_IS_SHRINKABLE,
	.get_pages = shmem_get_pages,
	.put_pages = shmem_put_pages,
	.release = shmem_release,
};

static struct drm_i915_gem_object *create_shmem(struct drm_i915_private *i915, u64 size,
						unsigned int flags)
{
	static struct lock_class_key lock_class;
	struct drm_i915_gem_object *obj;
	int err;

	obj = i915_gem_object_alloc();
	if (!obj)
		return ERR_PTR(-ENOMEM);

	err = drm_gem_object_init(&i915->drm, &obj->base, size);
	if (err) {
		i915_gem_object_free(obj);
		return ERR_PTR(err);
	}

	i915_gem_object_init(obj, &i915_gem_shmem_ops, &lock_class, flags);
	obj->mem_flags |= I915_BO_FLAG_STRUCT_PAGE;
	obj->mm.region = i915->mm.regions[INTEL_REGION_SMEM];
	obj->read_domains = I915_GEM_DOMAIN_CPU;
	obj->write_domain = I915_GEM_DOMAIN_CPU;
	i915_gem_object_set_cache_coherency(obj, I915_CACHE_LLC);
	return obj;
}

/**
 * i915_gem_object_create_shmem - object in swappable memory
 * @i915: device
 * @size: in bytes, rounded up to pages
 *
 * Context: may sleep.
 * Return: the object with one reference, or ERR_PTR: -ENOMEM.
 */
struct drm_i915_gem_object *i915_gem_object_create_shmem(struct drm_i915_private *i915,
							 resource_size_t size)
{
	return create_shmem(i915, PAGE_ALIGN(size), 0);
}

/**
 * __i915_gem_object_create_user - object as user space creates one
 * @i915: device
 * @size: in bytes, rounded up to pages
 * @placements: regions it may live in
 * @n_placements: how many; one, as there is only system memory
 *
 * Context: may sleep.
 * Return: the object with one reference, or ERR_PTR: -ENOMEM, -ENODEV.
 */
struct drm_i915_gem_object *__i915_gem_object_create_user(struct drm_i915_private *i915, u64 size,
							  struct intel_memory_region **placements,
							  unsigned int n_placements)
{
	struct drm_i915_gem_object *obj;

	if (n_placements != 1 || placements[0] != &i915->smem)
		return ERR_PTR(-ENODEV);

	obj = create_shmem(i915, PAGE_ALIGN(size), I915_BO_ALLOC_USER);
	if (IS_ERR(obj))
		return obj;

	obj->mm.placements = &i915->mm.regions[INTEL_REGION_SMEM];
	obj->mm.n_placements = 1;
	return obj;
}

static int set_domain(struct drm_i915_gem_object *obj, u16 domain, bool write)
{
	long ret;

	assert_object_held(obj);

	ret = dma_resv_wait_timeout(obj->base.resv, dma_resv_usage_rw(write), true,
				    MAX_SCHEDULE_TIMEOUT);
	if (ret < 0)
		return ret;

	if (write) {
		obj->read_domains = domain;
		obj->write_domain = domain;
		obj->mm.dirty = true;
	} else {
		obj->read_domains |= domain;
	}
	return 0;
}

int i915_gem_object_set_to_cpu_domain(struct drm_i915_gem_object *obj, bool write)
{
	return set_domain(obj, I915_GEM_DOMAIN_CPU, write);
}

int i915_gem_object_set_to_gtt_domain(struct drm_i915_gem_object *obj, bool write)
{
	return set_domain(obj, I915_GEM_DOMAIN_GTT, write);
}

int i915_gem_object_wait_migration(struct drm_i915_gem_object *obj, unsigned int flags)
{
	might_sleep();
	return i915_gem_object_wait_moving_fence(obj, true);
}

int i915_gem_object_wait(struct drm_i915_gem_object *obj, unsigned int flags, long timeout)
{
	i915_unmodelled("i915_gem_object_wait");
	return -ENODEV;
}

/* No case maps an object through the device's aperture or gives it an mmap offset. */
void i915_gem_object_release_mmap_gtt(struct drm_i915_gem_object *obj)
{
	i915_unmodelled("i915_gem_object_release_mmap_gtt");
}

void i915_gem_object_release_mmap_offset(struct drm_i915_gem_object *obj)
{
	if (obj->ops->unmap_virtual)
		obj->ops->unmap_virtual(obj);

	spin_lock(&obj->mmo.lock);
	if (!RB_EMPTY_ROOT(&obj->mmo.offsets))
		i915_unmodelled("i915_gem_object_release_mmap_offset with offsets");
	spin_unlock(&obj->mmo.lock);
}

void i915_gem_object_make_unshrinkable(struct drm_i915_gem_object *obj)
{
	struct drm_i915_private *i915 = to_i915(obj->base.dev);
	unsigned long flags;

	spin_lock_irqsave(&i915->mm.obj_lock, flags);
	if (atomic_inc_return(&obj->mm.shrink_pin) == 1 && !list_empty(&obj->mm.link)) {
		list_del_init(&obj->mm.link);
		i915->mm.shrink_count--;
		i915->mm.shrink_memory -= obj->base.size;
	}
	spin_unlock_irqrestore(&i915->mm.obj_lock, flags);
}

/**
 * mock_shrink_object - what i915's shrinker does with one object it chose
 * @obj: object, with a reference of the caller's
 *
 * The shrinker may run below get_pages of another object, so it only tries the
 * lock.
 *
 * Context: may sleep.
 * Return: true if the pages were dropped.
 */
bool mock_shrink_object(struct drm_i915_gem_object *obj)
{
	bool dropped;

	if (!i915_gem_object_trylock(obj, NULL))
		return false;

	dropped = i915_gem_object_has_pages(obj) && !__i915_gem_object_put_pages(obj);
	i915_gem_object_unlock(obj);
	return dropped;
}

static unsigned long shrink_list(struct drm_i915_private *i915, struct list_head *list,
				 unsigned long target)
{
	struct drm_i915_gem_object *obj;
	unsigned long freed = 0, flags;
	LIST_HEAD(seen);

	spin_lock_irqsave(&i915->mm.obj_lock, flags);
	while (freed < target &&
	       (obj = list_first_entry_or_null(list, struct drm_i915_gem_object, mm.link))) {
		list_move_tail(&obj->mm.link, &seen);
		if (i915_gem_object_has_pinned_pages(obj) ||
		    !kref_get_unless_zero(&obj->base.refcount))
			continue;
		spin_unlock_irqrestore(&i915->mm.obj_lock, flags);

		if (mock_shrink_object(obj))
			freed += obj->base.size >> PAGE_SHIFT;
		i915_gem_object_put(obj);

		spin_lock_irqsave(&i915->mm.obj_lock, flags);
	}
	list_splice_tail(&seen, list);
	spin_unlock_irqrestore(&i915->mm.obj_lock, flags);
	return freed;
}

/**
 * mock_shrink - drop the pages of idle objects
 * @i915: device
 * @target: how many pages to free
 *
 * Context: may sleep; may be called with reservation locks held.
 * Return: pages freed.
 */
unsigned long mock_shrink(struct drm_i915_private *i915, unsigned long target)
{
	unsigned long freed = shrink_list(i915, &i915->mm.purge_list, target);

	if (freed < target)
		freed += shrink_list(i915, &i915->mm.shrink_list, target - freed);
	return freed;
}
