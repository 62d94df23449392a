// SPDX-License-Identifier: MIT
/**
 * DOC: the device
 *
 * A device lives as long as somebody holds a reference on its &drm_device: its
 * parent does (devres), and so does every dma_buf that it has exported.
 * What it is made of goes in drmm actions, so that it is taken apart after
 * the last of them, in reverse order.
 */
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_prime.h>
#include <linux/module.h>

#include "refgem.h"

#define REFGEM_LOCAL_PAGES 64

static char *placement = "D";
module_param(placement, charp, 0444);
MODULE_PARM_DESC(placement,
		 "where freeing an import takes the reservation lock: none, A, B, C1, C2 or D");

static bool ttm_imports;
module_param(ttm_imports, bool, 0444);
MODULE_PARM_DESC(ttm_imports, "imports are TTM-like buffer objects");

static const char *const refgem_placement_names[REFGEM_NR_PLACEMENTS] = {
	[REFGEM_LOCK_NONE] = "none",
	[REFGEM_LOCK_A] = "A",
	[REFGEM_LOCK_B] = "B",
	[REFGEM_LOCK_C1] = "C1",
	[REFGEM_LOCK_C2] = "C2",
	[REFGEM_LOCK_D] = "D",
};

/**
 * refgem_placement_name - what a placement is called
 * @placement: the placement
 *
 * Return: Its name, static storage.
 */
const char *refgem_placement_name(enum refgem_placement placement)
{
	return refgem_placement_names[placement];
}

/**
 * refgem_placement_parse - the placement of a name
 * @name: for example "C1"
 * @placement: the result
 *
 * Return: 0, or -EINVAL if there is none of that name.
 */
int refgem_placement_parse(const char *name, enum refgem_placement *placement)
{
	int i = match_string(refgem_placement_names, REFGEM_NR_PLACEMENTS, name);

	if (i < 0)
		return -EINVAL;
	*placement = i;
	return 0;
}

/**
 * refgem_config_default - the configuration that the module parameters ask for
 * @cfg: the result
 *
 * Return: 0, or -EINVAL if the parameter placement has no meaning.
 */
int refgem_config_default(struct refgem_config *cfg)
{
	cfg->ttm_imports = ttm_imports;
	cfg->local_pages = REFGEM_LOCAL_PAGES;
	return refgem_placement_parse(placement, &cfg->placement);
}

DEFINE_DRM_GEM_FOPS(refgem_fops);

static const struct drm_driver refgem_driver = {
	.driver_features = DRIVER_GEM,
	.gem_prime_import = refgem_prime_import,
	.fops = &refgem_fops,
	.name = "refgem",
	.desc = "reference GEM driver",
	.date = "20260101",
	.major = 1,
	.minor = 0,
};

static void refgem_mm_fini(struct drm_device *drm, void *unused)
{
	struct refgem_device *refgem = to_refgem_device(drm);

	/* Frees what is still queued, delayed deletes included. */
	destroy_workqueue(refgem->wq);
	rcu_barrier();

	drm_WARN_ON(drm, atomic_read(&refgem->free_count));
	drm_WARN_ON(drm, !list_empty(&refgem->shrink.list));
	drm_WARN_ON(drm, !list_empty(&refgem->local.lru));
	refgem_vm_fini(&refgem->vm);
}

static int refgem_mm_init(struct refgem_device *refgem)
{
	/*
	 * More than one at a time: a delayed delete may wait for fences for
	 * long, and others are to be freed meanwhile.
	 */
	refgem->wq = alloc_workqueue("refgem", WQ_UNBOUND | WQ_MEM_RECLAIM, 0);
	if (!refgem->wq)
		return -ENOMEM;

	init_llist_head(&refgem->free_list);
	INIT_WORK(&refgem->free_work, refgem_free_work);
	spin_lock_init(&refgem->shrink.lock);
	INIT_LIST_HEAD(&refgem->shrink.list);
	spin_lock_init(&refgem->local.lock);
	INIT_LIST_HEAD(&refgem->local.lru);
	refgem->local.free = refgem->cfg.local_pages;
	refgem_vm_init(&refgem->vm);

	return drmm_add_action_or_reset(&refgem->drm, refgem_mm_fini, NULL);
}

static void refgem_shrinker_action(struct drm_device *drm, void *unused)
{
	refgem_shrinker_fini(to_refgem_device(drm));
}

/**
 * refgem_device_create - make a device
 * @parent: what it hangs on; the device goes when this goes, or later if
 *	exported buffers need it
 * @cfg: what it shall be like; copied
 *
 * Context: Process context.
 * Return: The device, or an ERR_PTR() of -ENOMEM.
 */
struct refgem_device *refgem_device_create(struct device *parent, const struct refgem_config *cfg)
{
	struct refgem_device *refgem;
	int ret;

	refgem = devm_drm_dev_alloc(parent, &refgem_driver, struct refgem_device, drm);
	if (IS_ERR(refgem))
		return refgem;
	refgem->cfg = *cfg;

	ret = refgem_mm_init(refgem);
	if (ret)
		return ERR_PTR(ret);

	ret = refgem_shrinker_init(refgem);
	if (ret)
		return ERR_PTR(ret);
	ret = drmm_add_action_or_reset(&refgem->drm, refgem_shrinker_action, NULL);
	if (ret)
		return ERR_PTR(ret);

	return refgem;
}

MODULE_DESCRIPTION("Reference GEM driver");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(DMA_BUF);
