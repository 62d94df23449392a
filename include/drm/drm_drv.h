/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_DRV_H
#define _DRM_DRM_DRV_H

#include <linux/list.h>
#include <linux/irqreturn.h>
#include <linux/bits.h>
#include <drm/drm_device.h>

struct dma_buf;
struct dma_buf_attachment;
struct drm_file;
struct drm_gem_object;
struct drm_ioctl_desc;
struct drm_minor;
struct drm_mode_create_dumb;
struct drm_printer;
struct file_operations;
struct sg_table;

/** enum drm_driver_feature - what a driver can do */
enum drm_driver_feature {
	DRIVER_GEM = BIT(0),
	DRIVER_MODESET = BIT(1),
	DRIVER_RENDER = BIT(3),
	DRIVER_ATOMIC = BIT(4),
	DRIVER_SYNCOBJ = BIT(5),
	DRIVER_SYNCOBJ_TIMELINE = BIT(6),
	DRIVER_COMPUTE_ACCEL = BIT(7),
	DRIVER_GEM_GPUVA = BIT(8),
	DRIVER_CURSOR_HOTSPOT = BIT(9),
	DRIVER_USE_AGP = BIT(25),
	DRIVER_LEGACY = BIT(26),
	DRIVER_PCI_DMA = BIT(27),
	DRIVER_SG = BIT(28),
	DRIVER_HAVE_DMA = BIT(29),
	DRIVER_HAVE_IRQ = BIT(30),
};

/**
 * struct drm_driver - callbacks of a driver
 * @open: a client opened the device; its private data goes to file->driver_priv
 * @postclose: the client's file is going away; its handles are closed already
 * @release: last reference to the device; drmm_* is preferred
 * @gem_create_object: allocate an object for the helpers; NULL for a plain one
 * @prime_handle_to_fd: instead of drm_gem_prime_handle_to_fd()
 * @prime_fd_to_handle: instead of drm_gem_prime_fd_to_handle()
 * @gem_prime_import: instead of drm_gem_prime_import()
 * @gem_prime_import_sg_table: make an object of a mapped import; called with the
 *	attachment mapped, without the reservation lock
 * @dumb_create: buffer for software rendering
 * @dumb_map_offset: instead of drm_gem_dumb_map_offset()
 * @driver_features: DRIVER_*
 */
struct drm_driver {
	int (*load)(struct drm_device *dev, unsigned long flags);
	int (*open)(struct drm_device *dev, struct drm_file *file);
	void (*postclose)(struct drm_device *dev, struct drm_file *file);
	void (*lastclose)(struct drm_device *dev);
	void (*unload)(struct drm_device *dev);
	void (*release)(struct drm_device *dev);
	void (*master_set)(struct drm_device *dev, struct drm_file *file, bool from_open);
	void (*master_drop)(struct drm_device *dev, struct drm_file *file);
	void (*debugfs_init)(struct drm_minor *minor);
	struct drm_gem_object *(*gem_create_object)(struct drm_device *dev, size_t size);
	int (*prime_handle_to_fd)(struct drm_device *dev, struct drm_file *file, u32 handle,
				  u32 flags, int *prime_fd);
	int (*prime_fd_to_handle)(struct drm_device *dev, struct drm_file *file, int prime_fd,
				  u32 *handle);
	struct drm_gem_object *(*gem_prime_import)(struct drm_device *dev, struct dma_buf *dma_buf);
	struct drm_gem_object *(*gem_prime_import_sg_table)(struct drm_device *dev,
							    struct dma_buf_attachment *attach,
							    struct sg_table *sgt);
	int (*gem_prime_mmap)(struct drm_gem_object *obj, struct vm_area_struct *vma);
	int (*dumb_create)(struct drm_file *file, struct drm_device *dev,
			   struct drm_mode_create_dumb *args);
	int (*dumb_map_offset)(struct drm_file *file, struct drm_device *dev, u32 handle,
			       u64 *offset);
	void (*show_fdinfo)(struct drm_printer *p, struct drm_file *f);
	int major;
	int minor;
	int patchlevel;
	char *name;
	char *desc;
	char *date;
	u32 driver_features;
	const struct drm_ioctl_desc *ioctls;
	int num_ioctls;
	const struct file_operations *fops;
};

void *__devm_drm_dev_alloc(struct device *parent, const struct drm_driver *driver, size_t size,
			   size_t offset);

/**
 * devm_drm_dev_alloc() - allocate a device that lives in a driver's structure
 * @parent: device underneath; drops the reference when it is unbound
 * @driver: driver
 * @type: structure
 * @member: its &struct drm_device
 *
 * Context: may sleep.
 * Return: a pointer to @type, or ERR_PTR: -ENOMEM.
 */
#define devm_drm_dev_alloc(parent, driver, type, member) \
	((type *)__devm_drm_dev_alloc(parent, driver, sizeof(type), offsetof(type, member)))

struct drm_device *drm_dev_alloc(const struct drm_driver *driver, struct device *parent);
void *__drm_dev_alloc(struct device *parent, const struct drm_driver *driver, size_t size,
		      size_t offset);
int drm_dev_register(struct drm_device *dev, unsigned long flags);
void drm_dev_unregister(struct drm_device *dev);
void drm_dev_get(struct drm_device *dev);
void drm_dev_put(struct drm_device *dev);
void drm_put_dev(struct drm_device *dev);
bool drm_dev_enter(struct drm_device *dev, int *idx);
void drm_dev_exit(int idx);
void drm_dev_unplug(struct drm_device *dev);
int drm_dev_set_unique(struct drm_device *dev, const char *name);

static inline bool drm_dev_is_unplugged(struct drm_device *dev)
{
	int idx;

	if (!drm_dev_enter(dev, &idx))
		return true;
	drm_dev_exit(idx);
	return false;
}

bool drm_core_check_all_features(const struct drm_device *dev, u32 features);

/**
 * drm_core_check_feature() - does driver and device have a feature?
 * @dev: device
 * @feature: one of DRIVER_*
 *
 * Context: any.
 * Return: true if so.
 */
static inline bool drm_core_check_feature(const struct drm_device *dev,
					  enum drm_driver_feature feature)
{
	return drm_core_check_all_features(dev, feature);
}

static inline bool drm_drv_uses_atomic_modeset(struct drm_device *dev)
{
	return drm_core_check_feature(dev, DRIVER_ATOMIC);
}

static inline bool drm_firmware_drivers_only(void)
{
	return false;
}

#endif /* _DRM_DRM_DRV_H */
