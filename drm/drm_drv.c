// SPDX-License-Identifier: MIT
/*
 * DRM devices: allocation, nodes, registration, unplugging.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <lockstep/convention.h>
#include <lockstep/boot.h>
#include "drm_internal.h"

/* Nodes by number; NULL while the device is not registered. */
static DEFINE_SPINLOCK(minors_lock);
static DEFINE_IDR(minors);

DEFINE_STATIC_SRCU(unplug_srcu);

static struct vfsmount *drm_fs_mnt;

static char *drm_devnode(const struct device *dev, umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "dri/%s", dev_name(dev));
}

static const struct class drm_class = { .name = "drm", .devnode = drm_devnode };

/* --- nodes ---------------------------------------------------------------------------- */

static void minor_alloc_release(struct drm_device *dev, void *data)
{
	struct drm_minor *minor = data;

	put_device(minor->kdev);
	spin_lock(&minors_lock);
	idr_remove(&minors, minor->index);
	spin_unlock(&minors_lock);
}

static void minor_kdev_release(struct device *dev)
{
	kfree(dev);
}

static int minor_alloc(struct drm_device *dev, int type, struct drm_minor **slot)
{
	struct drm_minor *minor = drmm_kzalloc(dev, sizeof(*minor), GFP_KERNEL);
	int index, first = 64 * type;

	if (!minor)
		return -ENOMEM;
	minor->type = type;
	minor->dev = dev;
	idr_preload(GFP_KERNEL);
	spin_lock(&minors_lock);
	index = idr_alloc(&minors, NULL, first, first + 64, GFP_NOWAIT);
	spin_unlock(&minors_lock);
	idr_preload_end();
	if (index < 0)
		return index;
	minor->index = index;

	minor->kdev = kzalloc(sizeof(*minor->kdev), GFP_KERNEL);
	if (!minor->kdev)
		goto err_index;
	device_initialize(minor->kdev);
	minor->kdev->release = minor_kdev_release;
	minor->kdev->class = &drm_class;
	minor->kdev->parent = dev->dev;
	minor->kdev->devt = MKDEV(DRM_MAJOR, index);
	dev_set_drvdata(minor->kdev, minor);
	if (dev_set_name(minor->kdev, type == DRM_MINOR_RENDER ? "renderD%d" : "card%d", index))
		goto err_kdev;
	if (drmm_add_action_or_reset(dev, minor_alloc_release, minor))
		return -ENOMEM;
	*slot = minor;
	return 0;

err_kdev:
	put_device(minor->kdev);
err_index:
	spin_lock(&minors_lock);
	idr_remove(&minors, index);
	spin_unlock(&minors_lock);
	return -ENOMEM;
}

static void minor_publish(struct drm_minor *minor, struct drm_minor *entry)
{
	spin_lock(&minors_lock);
	idr_replace(&minors, entry, minor->index);
	spin_unlock(&minors_lock);
}

static int minor_register(struct drm_minor *minor)
{
	int ret;

	if (!minor)
		return 0;
	ret = device_add(minor->kdev);
	if (!ret)
		minor_publish(minor, minor);
	return ret;
}

static void minor_unregister(struct drm_minor *minor)
{
	if (!minor || !device_is_registered(minor->kdev))
		return;
	minor_publish(minor, NULL);
	device_del(minor->kdev);
}

/*
 * The node with a number, with a reference on its device. ERR_PTR: -ENODEV if there is none,
 * or its device is unplugged.
 */
struct drm_minor *drm_minor_acquire(unsigned int index)
{
	struct drm_minor *minor;

	spin_lock(&minors_lock);
	minor = idr_find(&minors, index);
	if (minor)
		drm_dev_get(minor->dev);
	spin_unlock(&minors_lock);
	if (!minor)
		return ERR_PTR(-ENODEV);
	if (drm_dev_is_unplugged(minor->dev)) {
		drm_dev_put(minor->dev);
		return ERR_PTR(-ENODEV);
	}
	return minor;
}

void drm_minor_release(struct drm_minor *minor)
{
	drm_dev_put(minor->dev);
}

/* --- life ------------------------------------------------------------------------------ */

static void dev_init_release(struct drm_device *dev, void *unused)
{
	iput(dev->anon_inode);
	put_device(dev->dev);
	dev->dev = NULL;
	mutex_destroy(&dev->master_mutex);
	mutex_destroy(&dev->clientlist_mutex);
	mutex_destroy(&dev->filelist_mutex);
	mutex_destroy(&dev->struct_mutex);
}

static int dev_init(struct drm_device *dev, const struct drm_driver *driver, struct device *parent)
{
	struct inode *inode;
	int ret;

	if (WARN_ON(!parent))
		return -EINVAL;
	kref_init(&dev->ref);
	dev->dev = get_device(parent);
	dev->driver = driver;
	dev->driver_features = ~0u;
	INIT_LIST_HEAD(&dev->managed.resources);
	spin_lock_init(&dev->managed.lock);
	INIT_LIST_HEAD(&dev->filelist);
	INIT_LIST_HEAD(&dev->filelist_internal);
	INIT_LIST_HEAD(&dev->clientlist);
	spin_lock_init(&dev->event_lock);
	mutex_init(&dev->struct_mutex);
	mutex_init(&dev->filelist_mutex);
	mutex_init(&dev->clientlist_mutex);
	mutex_init(&dev->master_mutex);
	mutex_init(&dev->mode_config.mutex);

	ret = drmm_add_action_or_reset(dev, dev_init_release, NULL);
	if (ret)
		return ret;
	inode = alloc_anon_inode(drm_fs_mnt->mnt_sb);
	if (IS_ERR(inode)) {
		ret = PTR_ERR(inode);
		goto err_release;
	}
	dev->anon_inode = inode;
	if (drm_core_check_feature(dev, DRIVER_RENDER)) {
		ret = minor_alloc(dev, DRM_MINOR_RENDER, &dev->render);
		if (ret)
			goto err_release;
	}
	ret = minor_alloc(dev, DRM_MINOR_PRIMARY, &dev->primary);
	if (ret)
		goto err_release;
	if (drm_core_check_feature(dev, DRIVER_GEM)) {
		ret = drm_gem_init(dev);
		if (ret)
			goto err_release;
	}
	dev->unique = drmm_kstrdup(dev, dev_name(parent), GFP_KERNEL);
	if (!dev->unique) {
		ret = -ENOMEM;
		goto err_release;
	}
	return 0;

err_release:
	drm_managed_release(dev);
	return ret;
}

/**
 * __drm_dev_alloc() - allocate a device inside a larger structure, not bound to its parent
 * @parent: device underneath
 * @driver: driver
 * @size: bytes of the structure
 * @offset: of the &struct drm_device in it
 *
 * Context: may sleep.
 * Return: the structure, or ERR_PTR: -EINVAL, -ENOMEM, -ENOSPC.
 */
void *__drm_dev_alloc(struct device *parent, const struct drm_driver *driver, size_t size,
		      size_t offset)
{
	void *container = kzalloc(size, GFP_KERNEL);
	struct drm_device *drm;
	int ret;

	if (!container)
		return ERR_PTR(-ENOMEM);
	drm = container + offset;
	ret = dev_init(drm, driver, parent);
	if (ret) {
		kfree(container);
		return ERR_PTR(ret);
	}
	drmm_add_final_kfree(drm, container);
	return container;
}
EXPORT_SYMBOL(__drm_dev_alloc);

/** drm_dev_alloc() - allocate a plain device; ends with drm_dev_put() */
struct drm_device *drm_dev_alloc(const struct drm_driver *driver, struct device *parent)
{
	return __drm_dev_alloc(parent, driver, sizeof(struct drm_device), 0);
}
EXPORT_SYMBOL(drm_dev_alloc);

static void devm_dev_put(void *data)
{
	drm_dev_put(data);
}

void *__devm_drm_dev_alloc(struct device *parent, const struct drm_driver *driver, size_t size,
			   size_t offset)
{
	void *container = __drm_dev_alloc(parent, driver, size, offset);
	int ret;

	if (IS_ERR(container))
		return container;
	ret = devm_add_action_or_reset(parent, devm_dev_put, container + offset);
	return ret ? ERR_PTR(ret) : container;
}
EXPORT_SYMBOL(__devm_drm_dev_alloc);

/**
 * drm_dev_get() - take another reference
 * @dev: device
 *
 * Context: any.
 */
void drm_dev_get(struct drm_device *dev)
{
	if (dev)
		kref_get(&dev->ref);
}
EXPORT_SYMBOL(drm_dev_get);

static void dev_release(struct kref *ref)
{
	struct drm_device *dev = container_of(ref, struct drm_device, ref);

	if (dev->driver->release)
		dev->driver->release(dev);
	drm_managed_release(dev);
	kfree(dev->managed.final_kfree);
}

/**
 * drm_dev_put() - drop a reference
 * @dev: device, or NULL
 *
 * Context: may sleep.
 */
void drm_dev_put(struct drm_device *dev)
{
	if (dev)
		kref_put(&dev->ref, dev_release);
}
EXPORT_SYMBOL(drm_dev_put);

/**
 * drm_dev_set_unique() - name a device
 * @dev: device
 * @name: name
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int drm_dev_set_unique(struct drm_device *dev, const char *name)
{
	drmm_kfree(dev, dev->unique);
	dev->unique = drmm_kstrdup(dev, name, GFP_KERNEL);
	return dev->unique ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(drm_dev_set_unique);

/**
 * drm_dev_register() - open a device to clients
 * @dev: device
 * @flags: for &drm_driver.load
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, -EEXIST, or what &drm_driver.load returned.
 */
int drm_dev_register(struct drm_device *dev, unsigned long flags)
{
	int ret;

	ret = minor_register(dev->render);
	if (ret)
		goto err_minors;
	ret = minor_register(dev->primary);
	if (ret)
		goto err_minors;
	dev->registered = true;
	if (dev->driver->load) {
		ret = dev->driver->load(dev, flags);
		if (ret)
			goto err_minors;
	}
	drm_info(dev, "Initialized %s %d.%d.%d for %s on minor %d\n", dev->driver->name,
		 dev->driver->major, dev->driver->minor, dev->driver->patchlevel,
		 dev_name(dev->dev), dev->primary->index);
	return 0;

err_minors:
	dev->registered = false;
	minor_unregister(dev->primary);
	minor_unregister(dev->render);
	return ret;
}
EXPORT_SYMBOL(drm_dev_register);

/**
 * drm_dev_unregister() - close a device to new clients
 * @dev: device
 *
 * Context: may sleep.
 */
void drm_dev_unregister(struct drm_device *dev)
{
	dev->registered = false;
	if (dev->driver->unload)
		dev->driver->unload(dev);
	minor_unregister(dev->primary);
	minor_unregister(dev->render);
}
EXPORT_SYMBOL(drm_dev_unregister);

/** drm_put_dev() - drm_dev_unregister() and drm_dev_put() */
void drm_put_dev(struct drm_device *dev)
{
	drm_dev_unregister(dev);
	drm_dev_put(dev);
}
EXPORT_SYMBOL(drm_put_dev);

/**
 * drm_dev_enter() - begin to use hardware that may be unplugged
 * @dev: device
 * @idx: for drm_dev_exit()
 *
 * Context: any; may sleep inside.
 * Return: false if it is gone: no drm_dev_exit() then.
 */
bool drm_dev_enter(struct drm_device *dev, int *idx)
{
	*idx = srcu_read_lock(&unplug_srcu);
	if (!READ_ONCE(dev->unplugged))
		return true;
	srcu_read_unlock(&unplug_srcu, *idx);
	return false;
}
EXPORT_SYMBOL(drm_dev_enter);

/**
 * drm_dev_exit() - end what drm_dev_enter() began
 * @idx: from there
 *
 * Context: any.
 */
void drm_dev_exit(int idx)
{
	srcu_read_unlock(&unplug_srcu, idx);
}
EXPORT_SYMBOL(drm_dev_exit);

/**
 * drm_dev_unplug() - the hardware is gone
 * @dev: device
 *
 * On return nobody is between drm_dev_enter() and drm_dev_exit() any more, and client
 * mappings are removed.
 *
 * Context: may sleep.
 */
void drm_dev_unplug(struct drm_device *dev)
{
	WRITE_ONCE(dev->unplugged, true);
	synchronize_srcu(&unplug_srcu);
	drm_dev_unregister(dev);
	unmap_mapping_range(dev->anon_inode->i_mapping, 0, 0, 1);
}
EXPORT_SYMBOL(drm_dev_unplug);

/* Does driver and device have all of @features? */
bool drm_core_check_all_features(const struct drm_device *dev, u32 features)
{
	u32 both = dev->driver->driver_features & dev->driver_features;

	return features && (both & features) == features;
}
EXPORT_SYMBOL(drm_core_check_all_features);

/* --- start ------------------------------------------------------------------------------- */

/* Opening a node: the driver's operations take over. */
static int drm_stub_open(struct inode *inode, struct file *filp)
{
	struct drm_minor *minor = drm_minor_acquire(iminor(inode));
	const struct file_operations *fops;
	int err = -ENODEV;

	if (IS_ERR(minor))
		return PTR_ERR(minor);
	fops = minor->dev->driver->fops;
	if (fops && try_module_get(fops->owner)) {
		module_put(filp->f_op->owner);
		filp->f_op = fops;
		err = fops->open ? fops->open(inode, filp) : 0;
	}
	drm_minor_release(minor);
	return err;
}

static const struct file_operations drm_stub_fops = {
	.owner = THIS_MODULE,
	.open = drm_stub_open,
	.llseek = noop_llseek,
};

static int drm_fs_init_fs_context(struct fs_context *fc)
{
	return init_pseudo(fc, DRM_FS_MAGIC) ? 0 : -ENOMEM;
}

static struct file_system_type drm_fs_type = {
	.name = "drm",
	.init_fs_context = drm_fs_init_fs_context,
	.kill_sb = kill_anon_super,
};

int ls_drm_init(void)
{
	static struct cdev cdev;

	ls_name_resv_owner = ls_drm_gem_name_resv;
	ls_drm_describe_init();
	drm_fs_mnt = kern_mount(&drm_fs_type);
	if (IS_ERR(drm_fs_mnt))
		return PTR_ERR(drm_fs_mnt);
	cdev_init(&cdev, &drm_stub_fops);
	return cdev_add(&cdev, MKDEV(DRM_MAJOR, 0), 256);
}
