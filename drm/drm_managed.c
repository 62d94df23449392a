// SPDX-License-Identifier: MIT
/*
 * Resources that go with a drm_device: drmm_*.
 */
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/module.h>
#include <drm/drm_device.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

/** struct drmres - one resource: memory (@action NULL) or an action with its argument */
struct drmres {
	struct list_head link;
	drmres_release_t action;
	const char *name;
	void *arg;
	u8 data[] __aligned(ARCH_KMALLOC_MINALIGN);
};

static struct drmres *add_resource(struct drm_device *dev, drmres_release_t action, void *arg,
				   size_t size, gfp_t gfp, const char *name)
{
	struct drmres *dr;
	size_t bytes;

	if (check_add_overflow(sizeof(*dr), size, &bytes))
		return NULL;
	dr = kmalloc(bytes, gfp);
	if (!dr)
		return NULL;
	dr->action = action;
	dr->arg = arg;
	dr->name = name;
	spin_lock(&dev->managed.lock);
	list_add(&dr->link, &dev->managed.resources);
	spin_unlock(&dev->managed.lock);
	return dr;
}

/* The last reference to the device is gone. */
void drm_managed_release(struct drm_device *dev)
{
	struct drmres *dr, *next;

	list_for_each_entry_safe(dr, next, &dev->managed.resources, link) {
		drm_dbg_drmres(dev, "release %s\n", dr->name);
		if (dr->action)
			dr->action(dev, dr->arg);
		list_del(&dr->link);
		kfree(dr);
	}
}

/* Memory that contains @dev: freed after everything else. */
void drmm_add_final_kfree(struct drm_device *dev, void *container)
{
	WARN_ON(dev->managed.final_kfree);
	dev->managed.final_kfree = container;
}

/**
 * __drmm_add_action() - call a function when the device goes
 * @dev: device
 * @action: function
 * @data: its argument
 * @name: for messages
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int __drmm_add_action(struct drm_device *dev, drmres_release_t action, void *data,
		      const char *name)
{
	return add_resource(dev, action, data, 0, GFP_KERNEL, name) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(__drmm_add_action);

/** __drmm_add_action_or_reset() - the same, but call it at once if there is no memory */
int __drmm_add_action_or_reset(struct drm_device *dev, drmres_release_t action, void *data,
			       const char *name)
{
	int ret = __drmm_add_action(dev, action, data, name);

	if (ret)
		action(dev, data);
	return ret;
}
EXPORT_SYMBOL(__drmm_add_action_or_reset);

/* Take the newest resource that matches off the list. */
static struct drmres *take(struct drm_device *dev, drmres_release_t action, void *data)
{
	struct drmres *dr, *found = NULL;

	spin_lock(&dev->managed.lock);
	list_for_each_entry(dr, &dev->managed.resources, link) {
		if (dr->action == action && (action ? dr->arg == data : dr->data == data)) {
			list_del(&dr->link);
			found = dr;
			break;
		}
	}
	spin_unlock(&dev->managed.lock);
	return found;
}

/**
 * drmm_release_action() - call an action before its time
 * @dev: device
 * @action: function
 * @data: its argument
 *
 * Context: may sleep.
 */
void drmm_release_action(struct drm_device *dev, drmres_release_t action, void *data)
{
	struct drmres *dr = take(dev, action, data);

	if (WARN_ON(!dr))
		return;
	action(dev, data);
	kfree(dr);
}
EXPORT_SYMBOL(drmm_release_action);

/**
 * drmm_kmalloc() - memory that goes with the device
 * @dev: device
 * @size: bytes
 * @gfp: how to allocate
 *
 * Context: may sleep if @gfp allows it.
 * Return: memory, or NULL.
 */
void *drmm_kmalloc(struct drm_device *dev, size_t size, gfp_t gfp)
{
	struct drmres *dr = add_resource(dev, NULL, NULL, size, gfp, "kmalloc");

	return dr ? dr->data : NULL;
}
EXPORT_SYMBOL(drmm_kmalloc);

/** drmm_kstrdup() - a string that goes with the device, or NULL */
char *drmm_kstrdup(struct drm_device *dev, const char *s, gfp_t gfp)
{
	size_t len = s ? strlen(s) + 1 : 0;
	char *p = s ? drmm_kmalloc(dev, len, gfp) : NULL;

	return p ? memcpy(p, s, len) : NULL;
}
EXPORT_SYMBOL_GPL(drmm_kstrdup);

/** drmm_kfree() - free memory of the device before its time */
void drmm_kfree(struct drm_device *dev, void *data)
{
	struct drmres *dr;

	if (!data)
		return;
	dr = take(dev, NULL, data);
	if (!WARN_ON(!dr))
		kfree(dr);
}
EXPORT_SYMBOL(drmm_kfree);

/* For drmm_mutex_init(). */
void __drmm_mutex_release(struct drm_device *dev, void *res)
{
	mutex_destroy(res);
}
EXPORT_SYMBOL(__drmm_mutex_release);
