// SPDX-License-Identifier: MIT
/*
 * GEM objects: their life, handles, names and client mappings. The lock helpers and
 * lists of objects are in drm_gem_lock.c, backing pages in drm_gem_pages.c.
 *
 * References: a handle holds none by itself; the first handle of an object takes one,
 * the last one that goes drops it (handle_count, under object_name_lock). While an
 * object has handles it also holds a reference to its own dma_buf, which holds one to
 * the object: the cycle is cut with the last handle.
 */
#include <linux/dma-buf.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <drm/drm_vma_manager.h>
#include "drm_internal.h"

static void gem_init_release(struct drm_device *dev, void *unused)
{
	drm_vma_offset_manager_destroy(dev->vma_offset_manager);
	idr_destroy(&dev->object_name_idr);
}

/* Called for each device with DRIVER_GEM. 0 or -ENOMEM. */
int drm_gem_init(struct drm_device *dev)
{
	struct drm_vma_offset_manager *mgr;

	mutex_init(&dev->object_name_lock);
	idr_init_base(&dev->object_name_idr, 1);
	mgr = drmm_kzalloc(dev, sizeof(*mgr), GFP_KERNEL);
	if (!mgr)
		return -ENOMEM;
	dev->vma_offset_manager = mgr;
	drm_vma_offset_manager_init(mgr, DRM_FILE_PAGE_OFFSET_START, DRM_FILE_PAGE_OFFSET_SIZE);
	return drmm_add_action_or_reset(dev, gem_init_release, NULL);
}

/*
 * From here on somebody besides the code that made the object knows it, so that it
 * ends in drm_gem_object_free(). Before, drivers may free it by other means.
 */
void ls_drm_gem_track(struct drm_gem_object *obj)
{
	if (!obj->track.live)
		ls_track_add(&obj->track, LS_KIND_GEM, "gem object", obj, obj->size);
}

/**
 * drm_gem_private_object_init() - initialise an object that brings its own storage
 * @dev: device
 * @obj: zeroed object; @obj->resv may be set already
 * @size: bytes, a multiple of the page size
 *
 * Context: may sleep.
 */
void drm_gem_private_object_init(struct drm_device *dev, struct drm_gem_object *obj, size_t size)
{
	BUG_ON(!PAGE_ALIGNED(size));

	obj->dev = dev;
	obj->filp = NULL;
	kref_init(&obj->refcount);
	obj->handle_count = 0;
	obj->size = size;
	memset(&obj->track, 0, sizeof(obj->track));
	dma_resv_init(&obj->_resv);
	if (!obj->resv)
		obj->resv = &obj->_resv;
	if (drm_core_check_feature(dev, DRIVER_GEM_GPUVA))
		drm_gem_gpuva_init(obj);
	drm_vma_node_reset(&obj->vma_node);
	INIT_LIST_HEAD(&obj->lru_node);
}
EXPORT_SYMBOL(drm_gem_private_object_init);

/**
 * drm_gem_private_object_fini() - undo drm_gem_private_object_init()
 * @obj: object
 *
 * Context: may sleep.
 */
void drm_gem_private_object_fini(struct drm_gem_object *obj)
{
	WARN_ON(obj->dma_buf);
	ls_track_del(&obj->track);
	dma_resv_fini(&obj->_resv);
}
EXPORT_SYMBOL(drm_gem_private_object_fini);

/**
 * drm_gem_object_init() - initialise an object backed by shmem
 * @dev: device
 * @obj: zeroed object
 * @size: bytes, a multiple of the page size
 *
 * Context: may sleep.
 * Return: 0, or an error of shmem_file_setup(): -ENOMEM, -EINVAL. On failure the object
 * is to be undone with drm_gem_private_object_fini().
 */
int drm_gem_object_init(struct drm_device *dev, struct drm_gem_object *obj, size_t size)
{
	struct file *filp;

	drm_gem_private_object_init(dev, obj, size);
	filp = shmem_file_setup("drm mm object", size, VM_NORESERVE);
	if (IS_ERR(filp))
		return PTR_ERR(filp);
	obj->filp = filp;
	return 0;
}
EXPORT_SYMBOL(drm_gem_object_init);

/** drm_gem_object_init_with_mnt() - drm_gem_object_init(); there is one shmem mount only */
int drm_gem_object_init_with_mnt(struct drm_device *dev, struct drm_gem_object *obj, size_t size,
				 struct vfsmount *gemfs)
{
	return drm_gem_object_init(dev, obj, size);
}
EXPORT_SYMBOL(drm_gem_object_init_with_mnt);

/**
 * drm_gem_object_release() - undo drm_gem_object_init(), from the free callback
 * @obj: object that nobody refers to
 *
 * Context: may sleep.
 */
void drm_gem_object_release(struct drm_gem_object *obj)
{
	if (obj->filp)
		fput(obj->filp);
	drm_gem_private_object_fini(obj);
	drm_gem_free_mmap_offset(obj);
	drm_gem_lru_remove(obj);
}
EXPORT_SYMBOL(drm_gem_object_release);

/**
 * drm_gem_object_free() - the last reference is gone
 * @kref: of the object
 *
 * Context: see drm_gem_object_put().
 */
void drm_gem_object_free(struct kref *kref)
{
	struct drm_gem_object *obj = container_of(kref, struct drm_gem_object, refcount);

	if (WARN_ON(!obj->funcs->free))
		return;
	ls_track_del(&obj->track);
	obj->funcs->free(obj);
}
EXPORT_SYMBOL(drm_gem_object_free);

/* --- handles ----------------------------------------------------------------------- */

/* With object_name_lock held. */
static void handle_get(struct drm_gem_object *obj)
{
	drm_WARN_ON(obj->dev, !mutex_is_locked(&obj->dev->object_name_lock));
	if (obj->handle_count++ == 0)
		drm_gem_object_get(obj);
}

static void handle_put(struct drm_gem_object *obj)
{
	struct drm_device *dev = obj->dev;
	bool last;

	if (drm_WARN_ON(dev, READ_ONCE(obj->handle_count) == 0))
		return;

	mutex_lock(&dev->object_name_lock);
	last = --obj->handle_count == 0;
	if (last) {
		if (obj->name) {
			idr_remove(&dev->object_name_idr, obj->name);
			obj->name = 0;
		}
		if (obj->dma_buf) {
			dma_buf_put(obj->dma_buf);
			obj->dma_buf = NULL;
		}
	}
	mutex_unlock(&dev->object_name_lock);
	if (last)
		drm_gem_object_put(obj);
}

/* The handle is out of the table already, or the table is going away. */
static int release_handle(int id, void *ptr, void *data)
{
	struct drm_file *file_priv = data;
	struct drm_gem_object *obj = ptr;

	if (!obj)
		return 0;
	if (obj->funcs->close)
		obj->funcs->close(obj, file_priv);
	drm_prime_remove_buf_handle(&file_priv->prime, id);
	drm_vma_node_revoke(&obj->vma_node, file_priv);
	handle_put(obj);
	return 0;
}

/**
 * drm_gem_handle_delete() - close a handle
 * @filp: client
 * @handle: handle
 *
 * The number is reserved until everything that goes with it is gone.
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if there is no such handle.
 */
int drm_gem_handle_delete(struct drm_file *filp, u32 handle)
{
	struct drm_gem_object *obj;

	spin_lock(&filp->table_lock);
	obj = idr_replace(&filp->object_idr, NULL, handle);
	spin_unlock(&filp->table_lock);
	if (IS_ERR_OR_NULL(obj))
		return -EINVAL;

	release_handle(handle, obj, filp);

	spin_lock(&filp->table_lock);
	idr_remove(&filp->object_idr, handle);
	spin_unlock(&filp->table_lock);
	return 0;
}
EXPORT_SYMBOL(drm_gem_handle_delete);

/**
 * drm_gem_handle_create_tail() - make a handle
 * @file_priv: client
 * @obj: object
 * @handlep: the handle
 *
 * Context: may sleep. The device's object_name_lock is held, and dropped in any case.
 * Return: 0, -ENOMEM, -ENOSPC, or what &drm_gem_object_funcs.open returned.
 */
int drm_gem_handle_create_tail(struct drm_file *file_priv, struct drm_gem_object *obj,
			       u32 *handlep)
{
	struct drm_device *dev = obj->dev;
	struct drm_gem_object *old;
	int handle, ret;

	ls_drm_gem_track(obj);
	handle_get(obj);

	/* Nobody can look it up before everything is set up. */
	idr_preload(GFP_KERNEL);
	spin_lock(&file_priv->table_lock);
	handle = idr_alloc(&file_priv->object_idr, NULL, 1, 0, GFP_NOWAIT);
	spin_unlock(&file_priv->table_lock);
	idr_preload_end();

	mutex_unlock(&dev->object_name_lock);
	ret = handle;
	if (handle < 0)
		goto err_put;
	ret = drm_vma_node_allow(&obj->vma_node, file_priv);
	if (ret)
		goto err_remove;
	if (obj->funcs->open) {
		ret = obj->funcs->open(obj, file_priv);
		if (ret)
			goto err_revoke;
	}

	spin_lock(&file_priv->table_lock);
	old = idr_replace(&file_priv->object_idr, obj, handle);
	spin_unlock(&file_priv->table_lock);
	WARN_ON(old);
	*handlep = handle;
	return 0;

err_revoke:
	drm_vma_node_revoke(&obj->vma_node, file_priv);
err_remove:
	spin_lock(&file_priv->table_lock);
	idr_remove(&file_priv->object_idr, handle);
	spin_unlock(&file_priv->table_lock);
err_put:
	handle_put(obj);
	return ret;
}

/**
 * drm_gem_handle_create() - make a handle
 * @file_priv: client
 * @obj: object
 * @handlep: the handle
 *
 * Context: may sleep; takes the device's object_name_lock.
 * Return: as drm_gem_handle_create_tail().
 */
int drm_gem_handle_create(struct drm_file *file_priv, struct drm_gem_object *obj, u32 *handlep)
{
	mutex_lock(&obj->dev->object_name_lock);
	return drm_gem_handle_create_tail(file_priv, obj, handlep);
}
EXPORT_SYMBOL(drm_gem_handle_create);

/* Look up @count handles in one go; those before a missing one keep their reference. */
static int lookup_handles(struct drm_file *filp, const u32 *handles, int count,
			  struct drm_gem_object **objs)
{
	int i, ret = 0;

	spin_lock(&filp->table_lock);
	for (i = 0; i < count; i++) {
		objs[i] = idr_find(&filp->object_idr, handles[i]);
		if (!objs[i]) {
			ret = -ENOENT;
			break;
		}
		drm_gem_object_get(objs[i]);
	}
	spin_unlock(&filp->table_lock);
	return ret;
}

/**
 * drm_gem_objects_lookup() - look up an array of a client's handles
 * @filp: client
 * @bo_handles: array in client memory
 * @count: how many
 * @objs_out: array of objects with references, for kvfree(); set even on failure, with
 *	NULL from the first missing one on
 *
 * Context: may sleep.
 * Return: 0, -ENOENT if one is missing, -EFAULT, -ENOMEM (nothing set then).
 */
int drm_gem_objects_lookup(struct drm_file *filp, void __user *bo_handles, int count,
			   struct drm_gem_object ***objs_out)
{
	struct drm_gem_object **objs;
	u32 *handles;
	int ret;

	if (!count)
		return 0;
	objs = kvcalloc(count, sizeof(*objs), GFP_KERNEL);
	if (!objs)
		return -ENOMEM;
	*objs_out = objs;

	handles = vmemdup_array_user(bo_handles, count, sizeof(*handles));
	if (IS_ERR(handles))
		return PTR_ERR(handles);
	ret = lookup_handles(filp, handles, count, objs);
	kvfree(handles);
	return ret;
}
EXPORT_SYMBOL(drm_gem_objects_lookup);

/**
 * drm_gem_object_lookup() - look up a client's handle
 * @filp: client
 * @handle: handle
 *
 * Context: any that may take a spinlock.
 * Return: the object with a reference, or NULL.
 */
struct drm_gem_object *drm_gem_object_lookup(struct drm_file *filp, u32 handle)
{
	struct drm_gem_object *obj;

	return lookup_handles(filp, &handle, 1, &obj) ? NULL : obj;
}
EXPORT_SYMBOL(drm_gem_object_lookup);

/**
 * drm_gem_dma_resv_wait() - wait until an object is idle
 * @filep: client
 * @handle: handle
 * @wait_all: for readers too, not only for writers
 * @timeout: jiffies; 0 only looks
 *
 * Context: may sleep, interruptibly.
 * Return: 0; -EINVAL if there is no such handle; -ETIME; -ERESTARTSYS.
 */
long drm_gem_dma_resv_wait(struct drm_file *filep, u32 handle, bool wait_all,
			   unsigned long timeout)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(filep, handle);
	long ret;

	if (!obj)
		return -EINVAL;
	ret = dma_resv_wait_timeout(obj->resv, dma_resv_usage_rw(wait_all), true, timeout);
	drm_gem_object_put(obj);
	if (ret > 0)
		return 0;
	return ret ?: -ETIME;
}
EXPORT_SYMBOL(drm_gem_dma_resv_wait);

/* A client opens the device. */
void drm_gem_open(struct drm_device *dev, struct drm_file *file_priv)
{
	idr_init_base(&file_priv->object_idr, 1);
	spin_lock_init(&file_priv->table_lock);
}

/* A client goes: all its handles are closed. */
void drm_gem_release(struct drm_device *dev, struct drm_file *file_priv)
{
	idr_for_each(&file_priv->object_idr, release_handle, file_priv);
	idr_destroy(&file_priv->object_idr);
}

/* --- ioctls ---------------------------------------------------------------------------- */

int drm_gem_close_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_gem_close *args = data;

	if (!drm_core_check_feature(dev, DRIVER_GEM))
		return -EOPNOTSUPP;
	return drm_gem_handle_delete(file_priv, args->handle);
}

int drm_gem_flink_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_gem_flink *args = data;
	struct drm_gem_object *obj;
	int ret = 0;

	if (!drm_core_check_feature(dev, DRIVER_GEM))
		return -EOPNOTSUPP;
	obj = drm_gem_object_lookup(file_priv, args->handle);
	if (!obj)
		return -ENOENT;

	mutex_lock(&dev->object_name_lock);
	if (!obj->handle_count) {
		/* Its last handle was closed meanwhile: nobody would remove the name. */
		ret = -ENOENT;
	} else if (!obj->name) {
		ret = idr_alloc(&dev->object_name_idr, obj, 1, 0, GFP_KERNEL);
		if (ret > 0)
			obj->name = ret;
	}
	if (ret >= 0) {
		args->name = obj->name;
		ret = 0;
	}
	mutex_unlock(&dev->object_name_lock);
	drm_gem_object_put(obj);
	return ret;
}

int drm_gem_open_ioctl(struct drm_device *dev, void *data, struct drm_file *file_priv)
{
	struct drm_gem_open *args = data;
	struct drm_gem_object *obj;
	int ret;

	if (!drm_core_check_feature(dev, DRIVER_GEM))
		return -EOPNOTSUPP;
	mutex_lock(&dev->object_name_lock);
	obj = idr_find(&dev->object_name_idr, args->name);
	if (!obj) {
		mutex_unlock(&dev->object_name_lock);
		return -ENOENT;
	}
	drm_gem_object_get(obj);
	ret = drm_gem_handle_create_tail(file_priv, obj, &args->handle);
	if (!ret)
		args->size = obj->size;
	drm_gem_object_put(obj);
	return ret;
}

/* --- client mappings ---------------------------------------------------------------------- */

/**
 * drm_gem_free_mmap_offset() - take an object out of the offset space
 * @obj: object; need not have an offset
 *
 * Context: any that may take a spinlock.
 */
void drm_gem_free_mmap_offset(struct drm_gem_object *obj)
{
	drm_vma_offset_remove(obj->dev->vma_offset_manager, &obj->vma_node);
}
EXPORT_SYMBOL(drm_gem_free_mmap_offset);

/**
 * drm_gem_create_mmap_offset_size() - give an object a fake offset
 * @obj: object; one that has an offset keeps it
 * @size: bytes, may differ from the object's
 *
 * Context: any that may take a spinlock.
 * Return: 0, or -ENOSPC.
 */
int drm_gem_create_mmap_offset_size(struct drm_gem_object *obj, size_t size)
{
	return drm_vma_offset_add(obj->dev->vma_offset_manager, &obj->vma_node, size / PAGE_SIZE);
}
EXPORT_SYMBOL(drm_gem_create_mmap_offset_size);

/** drm_gem_create_mmap_offset() - the same for the object's own size */
int drm_gem_create_mmap_offset(struct drm_gem_object *obj)
{
	return drm_gem_create_mmap_offset_size(obj, obj->size);
}
EXPORT_SYMBOL(drm_gem_create_mmap_offset);

/**
 * drm_gem_dumb_map_offset() - the fake offset of a dumb buffer
 * @file: client
 * @dev: device
 * @handle: handle
 * @offset: the offset
 *
 * Context: may sleep.
 * Return: 0, -ENOENT if there is no such handle, -EINVAL if it was imported, -ENOSPC.
 */
int drm_gem_dumb_map_offset(struct drm_file *file, struct drm_device *dev, u32 handle,
			    u64 *offset)
{
	struct drm_gem_object *obj = drm_gem_object_lookup(file, handle);
	int ret;

	if (!obj)
		return -ENOENT;
	ret = drm_gem_is_imported(obj) ? -EINVAL : drm_gem_create_mmap_offset(obj);
	if (!ret)
		*offset = drm_vma_node_offset_addr(&obj->vma_node);
	drm_gem_object_put(obj);
	return ret;
}
EXPORT_SYMBOL_GPL(drm_gem_dumb_map_offset);

/**
 * drm_gem_vm_open() - &vm_operations_struct.open: one more mapping of an object
 * @vma: mapping
 *
 * Context: mmap_lock held.
 */
void drm_gem_vm_open(struct vm_area_struct *vma)
{
	drm_gem_object_get(vma->vm_private_data);
}
EXPORT_SYMBOL(drm_gem_vm_open);

/**
 * drm_gem_vm_close() - &vm_operations_struct.close: a mapping goes
 * @vma: mapping
 *
 * Context: mmap_lock held.
 */
void drm_gem_vm_close(struct vm_area_struct *vma)
{
	drm_gem_object_put(vma->vm_private_data);
}
EXPORT_SYMBOL(drm_gem_vm_close);

/**
 * drm_gem_mmap_obj() - map an object
 * @obj: object; the mapping takes a reference, which its vm_ops->close drops
 * @obj_size: bytes
 * @vma: mapping
 *
 * Context: from ->mmap(), without the reservation lock.
 * Return: 0; -EINVAL if the mapping is larger than the object or it cannot be mapped; what
 * &drm_gem_object_funcs.mmap returned.
 */
int drm_gem_mmap_obj(struct drm_gem_object *obj, unsigned long obj_size,
		     struct vm_area_struct *vma)
{
	int ret;

	if (vma->vm_end - vma->vm_start > obj_size)
		return -EINVAL;

	drm_gem_object_get(obj);
	vma->vm_private_data = obj;
	vma->vm_ops = obj->funcs->vm_ops;
	if (obj->funcs->mmap) {
		ret = obj->funcs->mmap(obj, vma);
		if (ret)
			goto err_put;
		WARN_ON(!(vma->vm_flags & VM_DONTEXPAND));
		return 0;
	}
	ret = -EINVAL;
	if (!vma->vm_ops)
		goto err_put;
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = pgprot_writecombine(vm_get_page_prot(vma->vm_flags));
	return 0;

err_put:
	drm_gem_object_put(obj);
	return ret;
}
EXPORT_SYMBOL(drm_gem_mmap_obj);

/* The object at a fake offset, with a reference, unless it is being freed. */
static struct drm_gem_object *object_at(struct drm_device *dev, struct vm_area_struct *vma)
{
	struct drm_vma_offset_manager *mgr = dev->vma_offset_manager;
	struct drm_gem_object *obj = NULL;
	struct drm_vma_offset_node *node;

	drm_vma_offset_lock_lookup(mgr);
	node = drm_vma_offset_exact_lookup_locked(mgr, vma->vm_pgoff, vma_pages(vma));
	if (node) {
		obj = container_of(node, struct drm_gem_object, vma_node);
		/* Freeing waits for the lock before it takes the node away. */
		if (!kref_get_unless_zero(&obj->refcount))
			obj = NULL;
	}
	drm_vma_offset_unlock_lookup(mgr);
	return obj;
}

/**
 * drm_gem_mmap() - &file_operations.mmap of a GEM driver
 * @filp: client's file
 * @vma: mapping at an object's fake offset
 *
 * Context: mmap_lock held.
 * Return: 0; -ENODEV if the device is gone; -EINVAL if nothing is at the offset; -EACCES
 * if the client has no handle of the object; or as drm_gem_mmap_obj().
 */
int drm_gem_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct drm_file *priv = filp->private_data;
	struct drm_device *dev = priv->minor->dev;
	struct drm_gem_object *obj;
	int ret = -EACCES;

	if (drm_dev_is_unplugged(dev))
		return -ENODEV;
	obj = object_at(dev, vma);
	if (!obj)
		return -EINVAL;
	if (drm_vma_node_is_allowed(&obj->vma_node, priv))
		ret = drm_gem_mmap_obj(obj, drm_vma_node_size(&obj->vma_node) << PAGE_SHIFT, vma);
	drm_gem_object_put(obj);
	return ret;
}
EXPORT_SYMBOL(drm_gem_mmap);

/* What debugfs shows of an object. */
void drm_gem_print_info(struct drm_printer *p, unsigned int indent,
			const struct drm_gem_object *obj)
{
	drm_printf_indent(p, indent, "name=%d\n", obj->name);
	drm_printf_indent(p, indent, "refcount=%u\n", kref_read(&obj->refcount));
	drm_printf_indent(p, indent, "start=%08lx\n", drm_vma_node_start(&obj->vma_node));
	drm_printf_indent(p, indent, "size=%zu\n", obj->size);
	drm_printf_indent(p, indent, "imported=%s\n", drm_gem_is_imported(obj) ? "yes" : "no");
	if (obj->funcs->print_info)
		obj->funcs->print_info(p, indent, obj);
}
