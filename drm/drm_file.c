// SPDX-License-Identifier: MIT
/*
 * Clients of a device: open, release, poll, statistics.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/anon_inodes.h>
#include <linux/dma-resv.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_print.h>
#include "drm_internal.h"

/**
 * drm_file_alloc() - a client's state
 * @minor: node it opens
 *
 * Context: may sleep.
 * Return: the state, or ERR_PTR: -ENOMEM, or what &drm_driver.open returned.
 */
struct drm_file *drm_file_alloc(struct drm_minor *minor)
{
	static unsigned long long last_id;
	struct drm_device *dev = minor->dev;
	struct drm_file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int ret;

	if (!file)
		return ERR_PTR(-ENOMEM);
	file->client_id = __atomic_add_fetch(&last_id, 1, __ATOMIC_RELAXED);
	rcu_assign_pointer(file->pid, get_pid(task_tgid(current)));
	file->minor = minor;
	file->authenticated = capable(CAP_SYS_ADMIN);
	INIT_LIST_HEAD(&file->lhead);
	INIT_LIST_HEAD(&file->fbs);
	mutex_init(&file->fbs_lock);
	INIT_LIST_HEAD(&file->blobs);
	INIT_LIST_HEAD(&file->pending_event_list);
	INIT_LIST_HEAD(&file->event_list);
	init_waitqueue_head(&file->event_wait);
	file->event_space = 4096;
	spin_lock_init(&file->master_lookup_lock);
	mutex_init(&file->event_read_lock);
	if (drm_core_check_feature(dev, DRIVER_GEM))
		drm_gem_open(dev, file);
	drm_prime_init_file_private(&file->prime);

	if (dev->driver->open) {
		ret = dev->driver->open(dev, file);
		if (ret < 0)
			goto err_free;
	}
	return file;

err_free:
	drm_prime_destroy_file_private(&file->prime);
	if (drm_core_check_feature(dev, DRIVER_GEM))
		drm_gem_release(dev, file);
	put_pid(rcu_access_pointer(file->pid));
	kfree(file);
	return ERR_PTR(ret);
}

/**
 * drm_file_free() - a client is gone: close its handles
 * @file: state, or NULL
 *
 * Context: may sleep.
 */
void drm_file_free(struct drm_file *file)
{
	struct drm_device *dev;

	if (!file)
		return;
	dev = file->minor->dev;
	if (drm_core_check_feature(dev, DRIVER_GEM))
		drm_gem_release(dev, file);
	if (dev->driver->postclose)
		dev->driver->postclose(dev, file);
	drm_prime_destroy_file_private(&file->prime);
	WARN_ON(!list_empty(&file->event_list));
	put_pid(rcu_access_pointer(file->pid));
	kfree(file);
}

/**
 * drm_open_helper() - open a node for a file
 * @filp: file; private_data becomes the &struct drm_file
 * @minor: node
 *
 * Context: may sleep.
 * Return: 0, -EBUSY for O_EXCL, -EINVAL while the device is switched off, or an error of
 * drm_file_alloc().
 */
int drm_open_helper(struct file *filp, struct drm_minor *minor)
{
	struct drm_device *dev = minor->dev;
	struct drm_file *priv;

	if (filp->f_flags & O_EXCL)
		return -EBUSY;
	if (dev->switch_power_state != DRM_SWITCH_POWER_ON &&
	    dev->switch_power_state != DRM_SWITCH_POWER_DYNAMIC_OFF)
		return -EINVAL;
	priv = drm_file_alloc(minor);
	if (IS_ERR(priv))
		return PTR_ERR(priv);
	filp->private_data = priv;
	priv->filp = filp;
	mutex_lock(&dev->filelist_mutex);
	list_add(&priv->lhead, &dev->filelist);
	mutex_unlock(&dev->filelist_mutex);
	return 0;
}

/**
 * drm_open() - &file_operations.open
 * @inode: of the node
 * @filp: file
 *
 * Context: may sleep.
 * Return: 0, -ENODEV, or as drm_open_helper().
 */
int drm_open(struct inode *inode, struct file *filp)
{
	struct drm_minor *minor = drm_minor_acquire(iminor(inode));
	struct drm_device *dev;
	int ret;

	if (IS_ERR(minor))
		return PTR_ERR(minor);
	dev = minor->dev;
	atomic_fetch_inc(&dev->open_count);
	filp->f_mapping = dev->anon_inode->i_mapping;
	ret = drm_open_helper(filp, minor);
	if (ret) {
		atomic_dec(&dev->open_count);
		drm_minor_release(minor);
	}
	return ret;
}
EXPORT_SYMBOL(drm_open);

/**
 * drm_release() - &file_operations.release
 * @inode: of the node
 * @filp: file
 *
 * Context: may sleep.
 * Return: 0.
 */
int drm_release(struct inode *inode, struct file *filp)
{
	struct drm_file *priv = filp->private_data;
	struct drm_minor *minor = priv->minor;
	struct drm_device *dev = minor->dev;

	mutex_lock(&dev->filelist_mutex);
	list_del(&priv->lhead);
	mutex_unlock(&dev->filelist_mutex);
	drm_file_free(priv);
	if (atomic_dec_and_test(&dev->open_count) && dev->driver->lastclose)
		dev->driver->lastclose(dev);
	drm_minor_release(minor);
	return 0;
}
EXPORT_SYMBOL(drm_release);

/** drm_release_noglobal() - drm_release(), which has no global lock here */
int drm_release_noglobal(struct inode *inode, struct file *filp)
{
	return drm_release(inode, filp);
}
EXPORT_SYMBOL(drm_release_noglobal);

/**
 * drm_read() - &file_operations.read: events
 * @filp: file
 * @buffer: client memory
 * @count: bytes
 * @offset: unused
 *
 * Nothing sends events here, so this waits for a signal.
 *
 * Context: may sleep, interruptibly.
 * Return: -EAGAIN with O_NONBLOCK, else -ERESTARTSYS.
 */
ssize_t drm_read(struct file *filp, char __user *buffer, size_t count, loff_t *offset)
{
	struct drm_file *priv = filp->private_data;

	if (filp->f_flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(priv->event_wait, !list_empty(&priv->event_list));
}
EXPORT_SYMBOL(drm_read);

/** drm_poll() - &file_operations.poll: EPOLLIN when there are events */
__poll_t drm_poll(struct file *filp, struct poll_table_struct *wait)
{
	struct drm_file *priv = filp->private_data;

	poll_wait(filp, &priv->event_wait, wait);
	return list_empty(&priv->event_list) ? 0 : EPOLLIN | EPOLLRDNORM;
}
EXPORT_SYMBOL(drm_poll);

/**
 * mock_drm_getfile() - a client without a node in a directory, for selftests
 * @minor: node
 * @flags: O_*
 *
 * Context: may sleep.
 * Return: an open file, or ERR_PTR: an error of drm_file_alloc(), -ENOMEM.
 */
struct file *mock_drm_getfile(struct drm_minor *minor, unsigned int flags)
{
	struct drm_device *dev = minor->dev;
	struct drm_file *priv = drm_file_alloc(minor);
	struct file *file;

	if (IS_ERR(priv))
		return ERR_CAST(priv);
	file = anon_inode_getfile("drm", dev->driver->fops, priv, flags);
	if (IS_ERR(file)) {
		drm_file_free(priv);
		return file;
	}
	/* Released by drm_release() like any other. */
	file->f_mapping = dev->anon_inode->i_mapping;
	mutex_lock(&dev->filelist_mutex);
	list_add(&priv->lhead, &dev->filelist);
	mutex_unlock(&dev->filelist_mutex);
	atomic_inc(&dev->open_count);
	drm_dev_get(dev);
	priv->filp = file;
	return file;
}
EXPORT_SYMBOL_FOR_TESTS_ONLY(mock_drm_getfile);

/* --- statistics ---------------------------------------------------------------------- */

static void print_size(struct drm_printer *p, const char *stat, const char *region, u64 size)
{
	static const char *const units[] = { "", " KiB", " MiB" };
	unsigned int u = 0;

	while (u < ARRAY_SIZE(units) - 1 && size && !(size % 1024)) {
		size /= 1024;
		u++;
	}
	drm_printf(p, "drm-%s-%s:\t%llu%s\n", stat, region, size, units[u]);
}

/** drm_print_memory_stats() - lines of fdinfo for one memory region */
void drm_print_memory_stats(struct drm_printer *p, const struct drm_memory_stats *stats,
			    enum drm_gem_object_status supported_status, const char *region)
{
	print_size(p, "total", region, stats->private + stats->shared);
	print_size(p, "shared", region, stats->shared);
	print_size(p, "active", region, stats->active);
	if (supported_status & DRM_GEM_OBJECT_RESIDENT)
		print_size(p, "resident", region, stats->resident);
	if (supported_status & DRM_GEM_OBJECT_PURGEABLE)
		print_size(p, "purgeable", region, stats->purgeable);
}
EXPORT_SYMBOL(drm_print_memory_stats);

/** drm_show_memory_stats() - sum over the objects a client has handles for */
void drm_show_memory_stats(struct drm_printer *p, struct drm_file *file)
{
	enum drm_gem_object_status supported = 0;
	struct drm_memory_stats sum = { };
	struct drm_gem_object *obj;
	int id;

	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, obj, id) {
		enum drm_gem_object_status s = 0;
		size_t add = obj->funcs && obj->funcs->rss ? obj->funcs->rss(obj) : obj->size;

		if (obj->funcs && obj->funcs->status) {
			s = obj->funcs->status(obj);
			supported = DRM_GEM_OBJECT_RESIDENT | DRM_GEM_OBJECT_PURGEABLE;
		}
		if (drm_gem_object_is_shared_for_memory_stats(obj))
			sum.shared += obj->size;
		else
			sum.private += obj->size;
		if (s & DRM_GEM_OBJECT_RESIDENT)
			sum.resident += add;
		else
			s &= ~DRM_GEM_OBJECT_PURGEABLE; /* nothing there to purge */
		if (!dma_resv_test_signaled(obj->resv, dma_resv_usage_rw(true))) {
			sum.active += add;
			s &= ~DRM_GEM_OBJECT_PURGEABLE; /* still in use */
		}
		if (s & DRM_GEM_OBJECT_PURGEABLE)
			sum.purgeable += add;
	}
	spin_unlock(&file->table_lock);
	drm_print_memory_stats(p, &sum, supported, "memory");
}
EXPORT_SYMBOL(drm_show_memory_stats);

/** drm_show_fdinfo() - &file_operations.show_fdinfo */
void drm_show_fdinfo(struct seq_file *m, struct file *f)
{
	struct drm_file *file = f->private_data;
	struct drm_device *dev = file->minor->dev;
	struct drm_printer p = drm_seq_file_printer(m);

	drm_printf(&p, "drm-driver:\t%s\n", dev->driver->name);
	drm_printf(&p, "drm-client-id:\t%llu\n", file->client_id);
	if (dev->driver->show_fdinfo)
		dev->driver->show_fdinfo(&p, file);
}
EXPORT_SYMBOL(drm_show_fdinfo);
