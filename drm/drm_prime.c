// SPDX-License-Identifier: MIT
/*
 * PRIME: GEM objects as dma-bufs, and dma-bufs as GEM objects.
 *
 * A client that imports the same buffer twice, or imports what it exported, must get the
 * handle it has. So each client remembers pairs of dma_buf and handle, found both ways;
 * a pair holds a reference on the dma_buf and goes with the handle.
 *
 * Locking, outermost first: prime.lock of the client, object_name_lock of the device.
 */
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/dma-mapping.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <lockstep/convention.h>
#include "drm_internal.h"

/* A buffer this client has a handle for. */
struct prime_pair {
	struct dma_buf *dma_buf;
	u32 handle;
	struct rb_node by_buf;
	struct rb_node by_handle;
};

#define pair_of(node, field) rb_entry(node, struct prime_pair, field)

static bool less_buf(struct rb_node *a, const struct rb_node *b)
{
	return (uintptr_t)pair_of(a, by_buf)->dma_buf < (uintptr_t)pair_of(b, by_buf)->dma_buf;
}

static bool less_handle(struct rb_node *a, const struct rb_node *b)
{
	return pair_of(a, by_handle)->handle < pair_of(b, by_handle)->handle;
}

/* With prime.lock held. */
static int pair_add(struct drm_prime_file_private *prime, struct dma_buf *dma_buf, u32 handle)
{
	struct prime_pair *pair = kmalloc(sizeof(*pair), GFP_KERNEL);

	if (!pair)
		return -ENOMEM;
	get_dma_buf(dma_buf);
	pair->dma_buf = dma_buf;
	pair->handle = handle;
	rb_add(&pair->by_buf, &prime->dmabufs, less_buf);
	rb_add(&pair->by_handle, &prime->handles, less_handle);
	return 0;
}

static struct prime_pair *pair_by_handle(struct drm_prime_file_private *prime, u32 handle)
{
	struct rb_node *node = prime->handles.rb_node;

	while (node) {
		struct prime_pair *pair = pair_of(node, by_handle);

		if (pair->handle == handle)
			return pair;
		node = pair->handle < handle ? node->rb_right : node->rb_left;
	}
	return NULL;
}

static struct prime_pair *pair_by_buf(struct drm_prime_file_private *prime,
				      struct dma_buf *dma_buf)
{
	struct rb_node *node = prime->dmabufs.rb_node;

	while (node) {
		struct prime_pair *pair = pair_of(node, by_buf);

		if (pair->dma_buf == dma_buf)
			return pair;
		node = (uintptr_t)pair->dma_buf < (uintptr_t)dma_buf ? node->rb_right :
									 node->rb_left;
	}
	return NULL;
}

/* A handle is closed. */
void drm_prime_remove_buf_handle(struct drm_prime_file_private *prime, u32 handle)
{
	struct prime_pair *pair;

	mutex_lock(&prime->lock);
	pair = pair_by_handle(prime, handle);
	if (pair) {
		rb_erase(&pair->by_handle, &prime->handles);
		rb_erase(&pair->by_buf, &prime->dmabufs);
		dma_buf_put(pair->dma_buf);
		kfree(pair);
	}
	mutex_unlock(&prime->lock);
}

void drm_prime_init_file_private(struct drm_prime_file_private *prime)
{
	mutex_init(&prime->lock);
	prime->dmabufs = RB_ROOT;
	prime->handles = RB_ROOT;
}

void drm_prime_destroy_file_private(struct drm_prime_file_private *prime)
{
	/* All handles are closed by now. */
	WARN_ON(!RB_EMPTY_ROOT(&prime->dmabufs));
}

/* --- export --------------------------------------------------------------------------- */

/**
 * drm_gem_dmabuf_export() - dma_buf_export() for a GEM object
 * @dev: device; the buffer holds a reference
 * @exp_info: its @priv is the object; the buffer holds a reference
 *
 * Context: may sleep.
 * Return: the buffer, or ERR_PTR: as dma_buf_export().
 */
struct dma_buf *drm_gem_dmabuf_export(struct drm_device *dev,
				      struct dma_buf_export_info *exp_info)
{
	struct drm_gem_object *obj = exp_info->priv;
	struct dma_buf *dma_buf = dma_buf_export(exp_info);

	if (IS_ERR(dma_buf))
		return dma_buf;
	drm_dev_get(dev);
	drm_gem_object_get(obj);
	ls_drm_gem_track(obj);
	/* Client mappings of the buffer are found with those of the device. */
	dma_buf->file->f_mapping = obj->dev->anon_inode->i_mapping;
	return dma_buf;
}
EXPORT_SYMBOL(drm_gem_dmabuf_export);

/**
 * drm_gem_dmabuf_release() - &dma_buf_ops.release: the buffer's file is gone
 * @dma_buf: buffer
 *
 * Context: may sleep. No lock of the buffer is held.
 */
void drm_gem_dmabuf_release(struct dma_buf *dma_buf)
{
	struct drm_gem_object *obj = dma_buf->priv;
	struct drm_device *dev = obj->dev;

	drm_gem_object_put(obj);
	drm_dev_put(dev);
}
EXPORT_SYMBOL(drm_gem_dmabuf_release);

/**
 * drm_gem_map_attach() - &dma_buf_ops.attach: pin the object
 * @dma_buf: buffer
 * @attach: attachment
 *
 * Context: reservation lock not held: it is taken.
 * Return: 0, -ENOSYS if the object has no sg table to give, or its pin error.
 */
int drm_gem_map_attach(struct dma_buf *dma_buf, struct dma_buf_attachment *attach)
{
	struct drm_gem_object *obj = dma_buf->priv;

	if (dma_buf->ops->map_dma_buf == drm_gem_map_dma_buf && !obj->funcs->get_sg_table)
		return -ENOSYS;
	return drm_gem_pin(obj);
}
EXPORT_SYMBOL(drm_gem_map_attach);

/**
 * drm_gem_map_detach() - &dma_buf_ops.detach: unpin the object
 * @dma_buf: buffer
 * @attach: attachment
 *
 * Context: reservation lock not held: it is taken.
 */
void drm_gem_map_detach(struct dma_buf *dma_buf, struct dma_buf_attachment *attach)
{
	drm_gem_unpin(dma_buf->priv);
}
EXPORT_SYMBOL(drm_gem_map_detach);

/**
 * drm_gem_map_dma_buf() - &dma_buf_ops.map_dma_buf
 * @attach: attachment
 * @dir: direction
 *
 * Context: reservation lock held.
 * Return: a mapped table, or ERR_PTR: -EINVAL for DMA_NONE, -ENOSYS, an error of
 * &drm_gem_object_funcs.get_sg_table or dma_map_sgtable().
 */
struct sg_table *drm_gem_map_dma_buf(struct dma_buf_attachment *attach,
				     enum dma_data_direction dir)
{
	struct drm_gem_object *obj = attach->dmabuf->priv;
	struct ls_callback cb;
	struct sg_table *sgt;
	int ret;

	if (WARN_ON(dir == DMA_NONE))
		return ERR_PTR(-EINVAL);
	if (WARN_ON(!obj->funcs->get_sg_table))
		return ERR_PTR(-ENOSYS);

	ls_callback_begin(&cb, LS_RULE_drm_gem_object_funcs__get_sg_table, obj->resv,
			  attach->dmabuf, obj->funcs->get_sg_table, true);
	sgt = obj->funcs->get_sg_table(obj);
	ls_callback_end(&cb);
	if (IS_ERR(sgt))
		return sgt;
	ret = dma_map_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	if (ret) {
		sg_free_table(sgt);
		kfree(sgt);
		return ERR_PTR(ret);
	}
	return sgt;
}
EXPORT_SYMBOL(drm_gem_map_dma_buf);

/**
 * drm_gem_unmap_dma_buf() - &dma_buf_ops.unmap_dma_buf
 * @attach: attachment
 * @sgt: table, or NULL; freed
 * @dir: direction
 *
 * Context: reservation lock held.
 */
void drm_gem_unmap_dma_buf(struct dma_buf_attachment *attach, struct sg_table *sgt,
			   enum dma_data_direction dir)
{
	if (!sgt)
		return;
	dma_unmap_sgtable(attach->dev, sgt, dir, DMA_ATTR_SKIP_CPU_SYNC);
	sg_free_table(sgt);
	kfree(sgt);
}
EXPORT_SYMBOL(drm_gem_unmap_dma_buf);

/**
 * drm_gem_dmabuf_vmap() - &dma_buf_ops.vmap
 * @dma_buf: buffer
 * @map: the mapping
 *
 * Context: reservation lock held.
 * Return: as drm_gem_vmap_locked().
 */
int drm_gem_dmabuf_vmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	return drm_gem_vmap_locked(dma_buf->priv, map);
}
EXPORT_SYMBOL(drm_gem_dmabuf_vmap);

/**
 * drm_gem_dmabuf_vunmap() - &dma_buf_ops.vunmap
 * @dma_buf: buffer
 * @map: the mapping
 *
 * Context: reservation lock held.
 */
void drm_gem_dmabuf_vunmap(struct dma_buf *dma_buf, struct iosys_map *map)
{
	drm_gem_vunmap_locked(dma_buf->priv, map);
}
EXPORT_SYMBOL(drm_gem_dmabuf_vunmap);

/* Map an object as if a client of the device had asked at its fake offset. */
static int mmap_as_client(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	struct drm_file *priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	struct file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int ret = -ENOMEM;

	if (!priv || !file)
		goto out_free;
	priv->minor = obj->dev->primary;
	file->private_data = priv;
	ret = drm_vma_node_allow(&obj->vma_node, priv);
	if (ret)
		goto out_free;
	ret = obj->dev->driver->fops->mmap(file, vma);
	drm_vma_node_revoke(&obj->vma_node, priv);
out_free:
	kfree(file);
	kfree(priv);
	return ret;
}

/**
 * drm_gem_prime_mmap() - map an exported object
 * @obj: object
 * @vma: mapping; the object's fake offset is added to its own
 *
 * Context: from ->mmap(), reservation lock not held.
 * Return: 0, -ENOMEM, or what the object's or the driver's mmap returned.
 */
int drm_gem_prime_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	int ret;

	vma->vm_pgoff += drm_vma_node_start(&obj->vma_node);
	if (!obj->funcs || !obj->funcs->mmap)
		return mmap_as_client(obj, vma);

	vma->vm_ops = obj->funcs->vm_ops;
	drm_gem_object_get(obj);
	ret = obj->funcs->mmap(obj, vma);
	if (ret) {
		drm_gem_object_put(obj);
		return ret;
	}
	vma->vm_private_data = obj;
	return 0;
}
EXPORT_SYMBOL(drm_gem_prime_mmap);

/**
 * drm_gem_dmabuf_mmap() - &dma_buf_ops.mmap
 * @dma_buf: buffer
 * @vma: mapping
 *
 * Context: from ->mmap(), reservation lock not held.
 * Return: as drm_gem_prime_mmap().
 */
int drm_gem_dmabuf_mmap(struct dma_buf *dma_buf, struct vm_area_struct *vma)
{
	return drm_gem_prime_mmap(dma_buf->priv, vma);
}
EXPORT_SYMBOL(drm_gem_dmabuf_mmap);

static const struct dma_buf_ops drm_gem_prime_dmabuf_ops = {
	.cache_sgt_mapping = true,
	.attach = drm_gem_map_attach,
	.detach = drm_gem_map_detach,
	.map_dma_buf = drm_gem_map_dma_buf,
	.unmap_dma_buf = drm_gem_unmap_dma_buf,
	.release = drm_gem_dmabuf_release,
	.mmap = drm_gem_dmabuf_mmap,
	.vmap = drm_gem_dmabuf_vmap,
	.vunmap = drm_gem_dmabuf_vunmap,
};

/**
 * drm_gem_prime_export() - export an object with the helpers' operations
 * @obj: object
 * @flags: DRM_RDWR, DRM_CLOEXEC
 *
 * Context: may sleep.
 * Return: the buffer, or ERR_PTR: as dma_buf_export().
 */
struct dma_buf *drm_gem_prime_export(struct drm_gem_object *obj, int flags)
{
	const struct drm_driver *driver = obj->dev->driver;
	struct dma_buf_export_info exp_info = {
		.exp_name = driver->name ?: "drm",
		.owner = driver->fops ? driver->fops->owner : THIS_MODULE,
		.ops = &drm_gem_prime_dmabuf_ops,
		.size = obj->size,
		.flags = flags,
		.priv = obj,
		.resv = obj->resv,
	};

	return drm_gem_dmabuf_export(obj->dev, &exp_info);
}
EXPORT_SYMBOL(drm_gem_prime_export);

/* With object_name_lock held: export for the first time. The object keeps a reference. */
static struct dma_buf *export_first(struct drm_gem_object *obj, u32 flags)
{
	struct dma_buf *dma_buf;

	/* Closing the last handle would not find what is remembered now. */
	if (!obj->handle_count)
		return ERR_PTR(-ENOENT);
	if (obj->funcs && obj->funcs->export)
		dma_buf = obj->funcs->export(obj, flags);
	else
		dma_buf = drm_gem_prime_export(obj, flags);
	if (!IS_ERR(dma_buf)) {
		get_dma_buf(dma_buf);
		obj->dma_buf = dma_buf;
	}
	return dma_buf;
}

/* With prime.lock held: the buffer of an object this client has not shared yet. */
static struct dma_buf *export_object(struct drm_file *file_priv, struct drm_gem_object *obj,
				     u32 handle, u32 flags)
{
	struct drm_device *dev = obj->dev;
	struct dma_buf *dma_buf;
	int ret;

	mutex_lock(&dev->object_name_lock);
	if (obj->import_attach)
		dma_buf = obj->import_attach->dmabuf;
	else
		dma_buf = obj->dma_buf;
	if (dma_buf)
		get_dma_buf(dma_buf);
	else
		dma_buf = export_first(obj, flags);
	if (!IS_ERR(dma_buf)) {
		ret = pair_add(&file_priv->prime, dma_buf, handle);
		if (ret) {
			dma_buf_put(dma_buf);
			dma_buf = ERR_PTR(ret);
		}
	}
	mutex_unlock(&dev->object_name_lock);
	return dma_buf;
}

/**
 * drm_gem_prime_handle_to_dmabuf() - the buffer of a client's handle
 * @dev: device
 * @file_priv: client
 * @handle: handle
 * @flags: DRM_RDWR, DRM_CLOEXEC; for a first export
 *
 * Exporting twice gives the same buffer; exporting an import gives the original one.
 *
 * Context: may sleep; takes prime.lock and object_name_lock.
 * Return: the buffer with a reference, or ERR_PTR: -ENOENT, -ENOMEM, or as dma_buf_export().
 */
struct dma_buf *drm_gem_prime_handle_to_dmabuf(struct drm_device *dev, struct drm_file *file_priv,
					       u32 handle, u32 flags)
{
	struct dma_buf *dma_buf = ERR_PTR(-ENOENT);
	struct drm_gem_object *obj;
	struct prime_pair *pair;

	mutex_lock(&file_priv->prime.lock);
	obj = drm_gem_object_lookup(file_priv, handle);
	if (!obj)
		goto out_unlock;
	pair = pair_by_handle(&file_priv->prime, handle);
	if (pair) {
		dma_buf = pair->dma_buf;
		get_dma_buf(dma_buf);
	} else {
		dma_buf = export_object(file_priv, obj, handle, flags);
	}
	drm_gem_object_put(obj);
out_unlock:
	mutex_unlock(&file_priv->prime.lock);
	return dma_buf;
}
EXPORT_SYMBOL(drm_gem_prime_handle_to_dmabuf);

/**
 * drm_gem_prime_handle_to_fd() - a descriptor for a client's handle
 * @dev: device
 * @file_priv: client
 * @handle: handle
 * @flags: DRM_RDWR, DRM_CLOEXEC
 * @prime_fd: the descriptor
 *
 * Context: as drm_gem_prime_handle_to_dmabuf().
 * Return: 0, -EMFILE, or as drm_gem_prime_handle_to_dmabuf().
 */
int drm_gem_prime_handle_to_fd(struct drm_device *dev, struct drm_file *file_priv, u32 handle,
			       u32 flags, int *prime_fd)
{
	int fd = get_unused_fd_flags(flags);
	struct dma_buf *dma_buf;

	if (fd < 0)
		return fd;
	dma_buf = drm_gem_prime_handle_to_dmabuf(dev, file_priv, handle, flags);
	if (IS_ERR(dma_buf)) {
		put_unused_fd(fd);
		return PTR_ERR(dma_buf);
	}
	fd_install(fd, dma_buf->file);
	*prime_fd = fd;
	return 0;
}
EXPORT_SYMBOL(drm_gem_prime_handle_to_fd);

int drm_prime_handle_to_fd_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_prime_handle *args = data;

	if (args->flags & ~(DRM_CLOEXEC | DRM_RDWR))
		return -EINVAL;
	if (dev->driver->prime_handle_to_fd)
		return dev->driver->prime_handle_to_fd(dev, file_priv, args->handle, args->flags,
						       &args->fd);
	return drm_gem_prime_handle_to_fd(dev, file_priv, args->handle, args->flags, &args->fd);
}

/* --- import ------------------------------------------------------------------------------ */

/**
 * drm_gem_prime_import_dev() - make an object of a buffer
 * @dev: device
 * @dma_buf: buffer
 * @attach_dev: device to attach with
 *
 * One's own export gives the original object. Otherwise the buffer is attached and
 * mapped, and the object shares its reservation object.
 *
 * Context: may sleep; takes the reservation lock.
 * Return: an object with a reference, or ERR_PTR: -EINVAL if the driver cannot import, errors
 * of dma_buf_attach(), dma_buf_map_attachment() and the driver.
 */
struct drm_gem_object *drm_gem_prime_import_dev(struct drm_device *dev, struct dma_buf *dma_buf,
						struct device *attach_dev)
{
	struct dma_buf_attachment *attach;
	struct drm_gem_object *obj;
	struct sg_table *sgt;

	if (dma_buf->ops == &drm_gem_prime_dmabuf_ops) {
		obj = dma_buf->priv;
		if (obj->dev == dev) {
			/* A reference on the buffer would never go away. */
			drm_gem_object_get(obj);
			return obj;
		}
	}
	if (!dev->driver->gem_prime_import_sg_table)
		return ERR_PTR(-EINVAL);

	attach = dma_buf_attach(dma_buf, attach_dev);
	if (IS_ERR(attach))
		return ERR_CAST(attach);
	get_dma_buf(dma_buf);
	sgt = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(sgt)) {
		obj = ERR_CAST(sgt);
		goto err_detach;
	}
	obj = dev->driver->gem_prime_import_sg_table(dev, attach, sgt);
	if (IS_ERR(obj))
		goto err_unmap;
	obj->import_attach = attach;
	obj->resv = dma_buf->resv;
	ls_drm_gem_track(obj);
	return obj;

err_unmap:
	dma_buf_unmap_attachment_unlocked(attach, sgt, DMA_BIDIRECTIONAL);
err_detach:
	dma_buf_detach(dma_buf, attach);
	dma_buf_put(dma_buf);
	return obj;
}
EXPORT_SYMBOL(drm_gem_prime_import_dev);

/** drm_gem_prime_import() - drm_gem_prime_import_dev() with the device's own */
struct drm_gem_object *drm_gem_prime_import(struct drm_device *dev, struct dma_buf *dma_buf)
{
	return drm_gem_prime_import_dev(dev, dma_buf, dev->dev);
}
EXPORT_SYMBOL(drm_gem_prime_import);

/* With prime.lock held: import what this client does not know, and make a handle. */
static int import_new(struct drm_device *dev, struct drm_file *file_priv, struct dma_buf *dma_buf,
		      u32 *handle)
{
	struct drm_gem_object *obj;
	int ret;

	mutex_lock(&dev->object_name_lock);
	if (dev->driver->gem_prime_import)
		obj = dev->driver->gem_prime_import(dev, dma_buf);
	else
		obj = drm_gem_prime_import(dev, dma_buf);
	if (IS_ERR(obj)) {
		mutex_unlock(&dev->object_name_lock);
		return PTR_ERR(obj);
	}
	if (obj->dma_buf) {
		WARN_ON(obj->dma_buf != dma_buf);
	} else {
		obj->dma_buf = dma_buf;
		get_dma_buf(dma_buf);
	}
	ret = drm_gem_handle_create_tail(file_priv, obj, handle); /* drops object_name_lock */
	drm_gem_object_put(obj);
	return ret;
}

/**
 * drm_gem_prime_fd_to_handle() - a handle for a buffer's descriptor
 * @dev: device
 * @file_priv: client
 * @prime_fd: descriptor
 * @handle: the handle
 *
 * Importing twice gives the same handle.
 *
 * Context: may sleep; takes prime.lock, object_name_lock and the reservation lock.
 * Return: 0, -EBADF, -EINVAL if it is no dma-buf, -ENOMEM, or an error of the import.
 */
int drm_gem_prime_fd_to_handle(struct drm_device *dev, struct drm_file *file_priv, int prime_fd,
			       u32 *handle)
{
	struct dma_buf *dma_buf = dma_buf_get(prime_fd);
	struct prime_pair *pair;
	bool undo = false;
	int ret = 0;

	if (IS_ERR(dma_buf))
		return PTR_ERR(dma_buf);
	mutex_lock(&file_priv->prime.lock);
	pair = pair_by_buf(&file_priv->prime, dma_buf);
	if (pair) {
		*handle = pair->handle;
	} else {
		ret = import_new(dev, file_priv, dma_buf, handle);
		if (!ret) {
			ret = pair_add(&file_priv->prime, dma_buf, *handle);
			undo = ret;
		}
	}
	mutex_unlock(&file_priv->prime.lock);
	if (undo)
		drm_gem_handle_delete(file_priv, *handle);
	dma_buf_put(dma_buf);
	return ret;
}
EXPORT_SYMBOL(drm_gem_prime_fd_to_handle);

int drm_prime_fd_to_handle_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_prime_handle *args = data;

	if (dev->driver->prime_fd_to_handle)
		return dev->driver->prime_fd_to_handle(dev, file_priv, args->fd, &args->handle);
	return drm_gem_prime_fd_to_handle(dev, file_priv, args->fd, &args->handle);
}

/**
 * drm_prime_gem_destroy() - let go of the buffer behind an imported object
 * @obj: object, in its free callback
 * @sg: its table, or NULL if it is not mapped
 *
 * Context: reservation lock not held: it is taken. May sleep.
 */
void drm_prime_gem_destroy(struct drm_gem_object *obj, struct sg_table *sg)
{
	struct dma_buf_attachment *attach = obj->import_attach;
	struct dma_buf *dma_buf = attach->dmabuf;

	ls_convention_enter(LS_RULE_drm_prime_gem_destroy, dma_buf->resv, dma_buf);
	if (sg)
		dma_buf_unmap_attachment_unlocked(attach, sg, DMA_BIDIRECTIONAL);
	dma_buf_detach(dma_buf, attach);
	dma_buf_put(dma_buf);
}
EXPORT_SYMBOL(drm_prime_gem_destroy);

/* --- tables of pages ------------------------------------------------------------------------- */

/**
 * drm_prime_pages_to_sg() - an sg table of pages
 * @dev: device, or NULL
 * @pages: pages
 * @nr_pages: how many
 *
 * Context: may sleep.
 * Return: a table for sg_free_table() and kfree(), or ERR_PTR: -ENOMEM, -EINVAL.
 */
struct sg_table *drm_prime_pages_to_sg(struct drm_device *dev, struct page **pages,
				       unsigned int nr_pages)
{
	struct sg_table *sgt = kmalloc(sizeof(*sgt), GFP_KERNEL);
	size_t segment = dev ? dma_max_mapping_size(dev->dev) : 0;
	int err;

	if (!sgt)
		return ERR_PTR(-ENOMEM);
	if (!segment || segment > UINT_MAX)
		segment = UINT_MAX;
	err = sg_alloc_table_from_pages_segment(sgt, pages, nr_pages, 0,
						(unsigned long)nr_pages << PAGE_SHIFT, segment,
						GFP_KERNEL);
	if (err) {
		kfree(sgt);
		return ERR_PTR(err);
	}
	return sgt;
}
EXPORT_SYMBOL(drm_prime_pages_to_sg);

/**
 * drm_prime_get_contiguous_size() - how much of a mapped table is contiguous
 * @sgt: table
 *
 * Context: any.
 * Return: bytes from its start on.
 */
unsigned long drm_prime_get_contiguous_size(struct sg_table *sgt)
{
	dma_addr_t next = sg_dma_address(sgt->sgl);
	struct scatterlist *sg;
	unsigned long size = 0;
	int i;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		unsigned int len = sg_dma_len(sg);

		if (!len || sg_dma_address(sg) != next)
			break;
		next += len;
		size += len;
	}
	return size;
}
EXPORT_SYMBOL(drm_prime_get_contiguous_size);

/** drm_prime_sg_to_page_array() - the pages of a table; 0, or -1 if there are too many */
int drm_prime_sg_to_page_array(struct sg_table *sgt, struct page **pages, int max_pages)
{
	struct sg_page_iter iter;
	int nr = 0;

	for_each_sgtable_page(sgt, &iter, 0) {
		if (WARN_ON(nr >= max_pages))
			return -1;
		pages[nr++] = sg_page_iter_page(&iter);
	}
	return 0;
}
EXPORT_SYMBOL(drm_prime_sg_to_page_array);

/** drm_prime_sg_to_dma_addr_array() - the DMA addresses of its pages; 0, or -1 if too many */
int drm_prime_sg_to_dma_addr_array(struct sg_table *sgt, dma_addr_t *addrs, int max_pages)
{
	struct sg_dma_page_iter iter;
	int nr = 0;

	for_each_sgtable_dma_page(sgt, &iter, 0) {
		if (WARN_ON(nr >= max_pages))
			return -1;
		addrs[nr++] = sg_page_iter_dma_address(&iter);
	}
	return 0;
}
EXPORT_SYMBOL(drm_prime_sg_to_dma_addr_array);
