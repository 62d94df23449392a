// SPDX-License-Identifier: MIT
/*
 * The device that the i915 files under test believe in: as much of struct
 * drm_i915_private as they touch, with its workqueue, its one memory region and
 * its shrinker. There is no hardware behind it.
 */
#include <linux/device.h>
#include <linux/file.h>
#include <linux/rcupdate.h>
#include <linux/sizes.h>
#include <drm/drm_managed.h>

#include "i915_drv.h"
#include "gem/i915_gem_dmabuf.h"
#include "gem/i915_gem_mman.h"
#include "mock.h"

static const struct intel_device_info mock_info = {
	.cachelevel_to_pat = { 0, 1, 2, 3 },
};

static const struct drm_driver mock_driver = {
	.name = "i915",
	.driver_features = DRIVER_GEM | DRIVER_RENDER,
	.gem_prime_import = i915_gem_prime_import,
};

/**
 * i915_gem_drain_freed_objects - wait until what was put is gone
 * @i915: device
 *
 * The last reference to an object only queues it for the free worker; the memory
 * goes after a grace period. Neither may outlive the device. Releasing an import
 * puts a dma-buf, which may put an object of this device again: hence the loop.
 *
 * Context: may sleep; no reservation lock may be held.
 */
void i915_gem_drain_freed_objects(struct drm_i915_private *i915)
{
	do {
		flush_work(&i915->mm.free_work);
		rcu_barrier();
		flush_delayed_fput();
	} while (atomic_read(&i915->mm.free_count));
}

static unsigned long mock_shrinker_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct drm_i915_private *i915 = shrinker->private_data;

	return READ_ONCE(i915->mm.shrink_memory) >> PAGE_SHIFT ?: SHRINK_EMPTY;
}

static unsigned long mock_shrinker_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	return mock_shrink(shrinker->private_data, sc->nr_to_scan) ?: SHRINK_STOP;
}

static int mock_shrinker_register(struct drm_i915_private *i915)
{
	i915->shrinker = shrinker_alloc(0, "drm-i915_gem");
	if (!i915->shrinker)
		return -ENOMEM;

	i915->shrinker->count_objects = mock_shrinker_count;
	i915->shrinker->scan_objects = mock_shrinker_scan;
	i915->shrinker->private_data = i915;
	shrinker_register(i915->shrinker);
	return 0;
}

static void mock_memory_init(struct drm_i915_private *i915)
{
	init_llist_head(&i915->mm.free_list);
	atomic_set(&i915->mm.free_count, 0);
	spin_lock_init(&i915->mm.obj_lock);
	INIT_LIST_HEAD(&i915->mm.purge_list);
	INIT_LIST_HEAD(&i915->mm.shrink_list);
	i915_gem_init__objects(i915);

	i915->smem.i915 = i915;
	i915->smem.type = INTEL_MEMORY_SYSTEM;
	i915->smem.id = INTEL_REGION_SMEM;
	i915->smem.min_page_size = PAGE_SIZE;
	i915->mm.regions[INTEL_REGION_SMEM] = &i915->smem;
}

/**
 * mock_gem_device - make a device
 *
 * Context: may sleep.
 * Return: the device, or NULL when out of memory, as i915's selftests expect.
 */
struct drm_i915_private *mock_gem_device(void)
{
	static atomic_t ordinal = ATOMIC_INIT(0);
	struct drm_i915_private *i915;
	struct device *parent;
	char name[32];

	snprintf(name, sizeof(name), "i915-mock-%d", atomic_inc_return(&ordinal));
	parent = root_device_register(name);
	if (IS_ERR(parent))
		return NULL;

	i915 = devm_drm_dev_alloc(parent, &mock_driver, struct drm_i915_private, drm);
	if (IS_ERR(i915))
		goto err_parent;

	i915->parent = parent;
	i915->info = &mock_info;
	i915->runtime.page_sizes = I915_GTT_PAGE_SIZE_4K | SZ_64K | I915_GTT_MAX_PAGE_SIZE;
	mock_memory_init(i915);

	i915->gt[0] = drmm_kzalloc(&i915->drm, sizeof(*i915->gt[0]), GFP_KERNEL);
	if (!i915->gt[0])
		goto err_parent;
	i915->gt[0]->i915 = i915;

	i915->wq = alloc_workqueue("i915", 0, 0);
	if (!i915->wq)
		goto err_parent;

	if (mock_shrinker_register(i915))
		goto err_wq;

	return i915;

err_wq:
	destroy_workqueue(i915->wq);
err_parent:
	root_device_unregister(parent);
	return NULL;
}

/**
 * mock_destroy_device - undo mock_gem_device()
 * @i915: device, or NULL; all references to its objects are put
 *
 * Context: may sleep.
 */
void mock_destroy_device(struct drm_i915_private *i915)
{
	struct device *parent;

	if (!i915)
		return;

	i915_gem_drain_freed_objects(i915);
	shrinker_free(i915->shrinker);
	WARN_ON(!list_empty(&i915->mm.shrink_list) || !list_empty(&i915->mm.purge_list));
	destroy_workqueue(i915->wq);

	/* The DRM device belongs to the parent and goes with it. */
	parent = i915->parent;
	root_device_unregister(parent);
}
