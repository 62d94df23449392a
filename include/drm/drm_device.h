/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_DEVICE_H
#define _DRM_DRM_DEVICE_H

#include <linux/list.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/idr.h>
#include <drm/drm_mode_config.h>

struct address_space;
struct dentry;
struct device;
struct drm_driver;
struct drm_file;
struct drm_master;
struct drm_minor;
struct drm_vma_offset_manager;
struct inode;

enum switch_power_state {
	DRM_SWITCH_POWER_ON = 0,
	DRM_SWITCH_POWER_OFF = 1,
	DRM_SWITCH_POWER_CHANGING = 2,
	DRM_SWITCH_POWER_DYNAMIC_OFF = 3,
};

/**
 * struct drm_device - a DRM device
 * @ref: see drm_dev_get()
 * @dev: device underneath; a reference is held
 * @managed: resources freed with the device, in reverse order; drm/drm_managed.h
 * @driver: who drives it
 * @dev_private: for the driver; embedding is preferred
 * @primary: minor of the primary node, NULL before drm_dev_init() made it
 * @render: minor of the render node, NULL without DRIVER_RENDER
 * @registered: between drm_dev_register() and drm_dev_unregister()
 * @driver_features: mask for driver->driver_features
 * @unplugged: see drm_dev_unplug()
 * @anon_inode: shared by every open file, so that one mapping knows all client mappings
 * @open_count: open files
 * @filelist_mutex: protects @filelist
 * @filelist: open &struct drm_file
 * @object_name_lock: protects names, and an object's handle count and dma_buf
 * @object_name_idr: global names
 * @vma_offset_manager: fake offsets for mmap
 */
struct drm_device {
	int if_version;
	struct kref ref;
	struct device *dev;
	struct {
		struct list_head resources;
		void *final_kfree;
		spinlock_t lock;
	} managed;
	const struct drm_driver *driver;
	void *dev_private;
	struct drm_minor *primary;
	struct drm_minor *render;
	struct drm_minor *accel;
	bool registered;
	struct drm_master *master;
	u32 driver_features;
	bool unplugged;
	struct inode *anon_inode;
	char *unique;
	struct mutex struct_mutex;
	struct mutex master_mutex;
	atomic_t open_count;
	struct mutex filelist_mutex;
	struct list_head filelist;
	struct list_head filelist_internal;
	struct mutex clientlist_mutex;
	struct list_head clientlist;
	spinlock_t event_lock;
	unsigned int num_crtcs;
	struct drm_mode_config mode_config;
	struct mutex object_name_lock;
	struct idr object_name_idr;
	struct drm_vma_offset_manager *vma_offset_manager;
	enum switch_power_state switch_power_state;
	struct dentry *debugfs_root;
};

#endif /* _DRM_DRM_DEVICE_H */
