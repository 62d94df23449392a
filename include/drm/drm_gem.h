/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_GEM_H
#define _DRM_DRM_GEM_H

/**
 * DOC: GEM
 *
 * Buffer objects with reference counts, handles per client, a fake offset for
 * mmap and a reservation object. The helpers state in their kernel-doc where
 * the reservation lock must be held; the same is in the table of the
 * convention, which is enforced.
 */
#include <linux/kref.h>
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <drm/drm_vma_manager.h>
#include <lockstep/track.h>

struct drm_file;
struct drm_gem_object;
struct drm_printer;
struct iosys_map;

enum drm_gem_object_status {
	DRM_GEM_OBJECT_RESIDENT = BIT(0),
	DRM_GEM_OBJECT_PURGEABLE = BIT(1),
};

/**
 * struct drm_gem_object_funcs - operations of an object
 * @free: last reference dropped; frees the object. Mandatory
 * @open: a client got a handle
 * @close: a client's handle goes away
 * @print_info: extra lines for drm_gem_print_info()
 * @export: instead of drm_gem_prime_export()
 * @pin: keep backing storage in place; reservation lock held
 * @unpin: undo @pin; reservation lock held
 * @get_sg_table: table of the backing storage, for drm_gem_map_dma_buf()
 * @vmap: kernel address; reservation lock held
 * @vunmap: undo @vmap; reservation lock held
 * @mmap: set up a client mapping; no reservation lock
 * @evict: drop backing storage; reservation lock held
 * @status: for statistics; called under the client's table_lock
 * @rss: resident bytes, for statistics
 * @vm_ops: used for client mappings when @mmap is absent
 */
struct drm_gem_object_funcs {
	void (*free)(struct drm_gem_object *obj);
	int (*open)(struct drm_gem_object *obj, struct drm_file *file);
	void (*close)(struct drm_gem_object *obj, struct drm_file *file);
	void (*print_info)(struct drm_printer *p, unsigned int indent,
			   const struct drm_gem_object *obj);
	struct dma_buf *(*export)(struct drm_gem_object *obj, int flags);
	int (*pin)(struct drm_gem_object *obj);
	void (*unpin)(struct drm_gem_object *obj);
	struct sg_table *(*get_sg_table)(struct drm_gem_object *obj);
	int (*vmap)(struct drm_gem_object *obj, struct iosys_map *map);
	void (*vunmap)(struct drm_gem_object *obj, struct iosys_map *map);
	int (*mmap)(struct drm_gem_object *obj, struct vm_area_struct *vma);
	int (*evict)(struct drm_gem_object *obj);
	enum drm_gem_object_status (*status)(struct drm_gem_object *obj);
	size_t (*rss)(struct drm_gem_object *obj);
	const struct vm_operations_struct *vm_ops;
};

/**
 * struct drm_gem_lru - objects in order of use
 * @lock: shared by all lists an object moves between
 * @count: pages of the objects on @list
 * @list: least recently used first
 */
struct drm_gem_lru {
	struct mutex *lock;
	long count;
	struct list_head list;
};

/**
 * struct drm_gem_object - a buffer object; embed it
 * @refcount: references; drm_gem_object_get(), drm_gem_object_put()
 * @handle_count: handles of all clients; under object_name_lock
 * @dev: device
 * @filp: shmem file behind it, NULL for a private object
 * @vma_node: fake offset
 * @size: bytes, a multiple of the page size
 * @name: global name, 0 for none
 * @dma_buf: what it was exported as or imported from, while a handle exists
 * @import_attach: set for an imported object, for its whole life
 * @resv: reservation object; &@_resv, or the exporter's for an import
 * @_resv: storage for @resv
 * @funcs: operations
 * @lru_node: link in @lru
 * @lru: list it is on
 * @track: registration for the leak check; from its first handle, export or import on
 */
struct drm_gem_object {
	struct kref refcount;
	unsigned int handle_count;
	struct drm_device *dev;
	struct file *filp;
	struct drm_vma_offset_node vma_node;
	size_t size;
	int name;
	struct dma_buf *dma_buf;
	struct dma_buf_attachment *import_attach;
	struct dma_resv *resv;
	struct dma_resv _resv;
	struct {
		struct list_head list;
		struct lockdep_map *lock_dep_map;
	} gpuva;
	const struct drm_gem_object_funcs *funcs;
	struct list_head lru_node;
	struct drm_gem_lru *lru;
	struct ls_track track;
};

#define DRM_GEM_FOPS					\
	.open = drm_open,				\
	.release = drm_release,				\
	.unlocked_ioctl = drm_ioctl,			\
	.compat_ioctl = drm_compat_ioctl,		\
	.poll = drm_poll,				\
	.read = drm_read,				\
	.llseek = noop_llseek,				\
	.mmap = drm_gem_mmap,				\
	.fop_flags = FOP_UNSIGNED_OFFSET

#define DEFINE_DRM_GEM_FOPS(name)			\
	static const struct file_operations name = {	\
		.owner = THIS_MODULE,			\
		DRM_GEM_FOPS,				\
	}

void drm_gem_object_release(struct drm_gem_object *obj);
void drm_gem_object_free(struct kref *kref);
int drm_gem_object_init(struct drm_device *dev, struct drm_gem_object *obj, size_t size);
int drm_gem_object_init_with_mnt(struct drm_device *dev, struct drm_gem_object *obj, size_t size,
				 struct vfsmount *gemfs);
void drm_gem_private_object_init(struct drm_device *dev, struct drm_gem_object *obj, size_t size);
void drm_gem_private_object_fini(struct drm_gem_object *obj);
void drm_gem_vm_open(struct vm_area_struct *vma);
void drm_gem_vm_close(struct vm_area_struct *vma);
int drm_gem_mmap_obj(struct drm_gem_object *obj, unsigned long obj_size,
		     struct vm_area_struct *vma);
int drm_gem_mmap(struct file *filp, struct vm_area_struct *vma);

/**
 * drm_gem_object_get() - take another reference
 * @obj: an object the caller has a reference to
 *
 * Context: any.
 */
static inline void drm_gem_object_get(struct drm_gem_object *obj)
{
	kref_get(&obj->refcount);
}

static inline void __drm_gem_object_put(struct drm_gem_object *obj)
{
	kref_put(&obj->refcount, drm_gem_object_free);
}

/**
 * drm_gem_object_put() - drop a reference
 * @obj: object, or NULL
 *
 * The last one frees the object through &drm_gem_object_funcs.free.
 *
 * Context: must not hold the object's reservation lock when this may be the last
 * reference, except where the driver's free path is made for it.
 */
static inline void drm_gem_object_put(struct drm_gem_object *obj)
{
	if (obj)
		__drm_gem_object_put(obj);
}

int drm_gem_handle_create(struct drm_file *file_priv, struct drm_gem_object *obj, u32 *handlep);
int drm_gem_handle_create_tail(struct drm_file *file_priv, struct drm_gem_object *obj,
			       u32 *handlep);
int drm_gem_handle_delete(struct drm_file *filp, u32 handle);
void drm_gem_free_mmap_offset(struct drm_gem_object *obj);
int drm_gem_create_mmap_offset(struct drm_gem_object *obj);
int drm_gem_create_mmap_offset_size(struct drm_gem_object *obj, size_t size);
struct page **drm_gem_get_pages(struct drm_gem_object *obj);
void drm_gem_put_pages(struct drm_gem_object *obj, struct page **pages, bool dirty,
		       bool accessed);
void drm_gem_lock(struct drm_gem_object *obj);
void drm_gem_unlock(struct drm_gem_object *obj);

/*
 * Kernel mappings. Up to 6.15 the plain names want the lock held and
 * *_unlocked take it; from 6.16 on the plain names take it and *_locked
 * want it held.
 */
int drm_gem_vmap_locked(struct drm_gem_object *obj, struct iosys_map *map);
void drm_gem_vunmap_locked(struct drm_gem_object *obj, struct iosys_map *map);
int drm_gem_vmap_unlocked(struct drm_gem_object *obj, struct iosys_map *map);
void drm_gem_vunmap_unlocked(struct drm_gem_object *obj, struct iosys_map *map);
#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX >= 0x061000
#define drm_gem_vmap	drm_gem_vmap_unlocked
#define drm_gem_vunmap	drm_gem_vunmap_unlocked
#else
int drm_gem_vmap(struct drm_gem_object *obj, struct iosys_map *map);
void drm_gem_vunmap(struct drm_gem_object *obj, struct iosys_map *map);
#endif

/* For drm_prime.c and drm_ioctl.c; not for drivers. */
int drm_gem_pin_locked(struct drm_gem_object *obj);
void drm_gem_unpin_locked(struct drm_gem_object *obj);
int drm_gem_pin(struct drm_gem_object *obj);
void drm_gem_unpin(struct drm_gem_object *obj);
int drm_gem_init(struct drm_device *dev);
void drm_gem_open(struct drm_device *dev, struct drm_file *file);
void drm_gem_release(struct drm_device *dev, struct drm_file *file);
void drm_gem_print_info(struct drm_printer *p, unsigned int indent,
			const struct drm_gem_object *obj);
void ls_drm_gem_track(struct drm_gem_object *obj);
bool ls_drm_gem_name_resv(const struct dma_resv *resv, char *buf, unsigned long size);

int drm_gem_objects_lookup(struct drm_file *filp, void __user *bo_handles, int count,
			   struct drm_gem_object ***objs_out);
struct drm_gem_object *drm_gem_object_lookup(struct drm_file *filp, u32 handle);
long drm_gem_dma_resv_wait(struct drm_file *filep, u32 handle, bool wait_all,
			   unsigned long timeout);
int drm_gem_lock_reservations(struct drm_gem_object **objs, int count,
			      struct ww_acquire_ctx *acquire_ctx);
void drm_gem_unlock_reservations(struct drm_gem_object **objs, int count,
				 struct ww_acquire_ctx *acquire_ctx);
int drm_gem_dumb_map_offset(struct drm_file *file, struct drm_device *dev, u32 handle,
			    u64 *offset);
void drm_gem_lru_init(struct drm_gem_lru *lru, struct mutex *lock);
void drm_gem_lru_remove(struct drm_gem_object *obj);
void drm_gem_lru_move_tail_locked(struct drm_gem_lru *lru, struct drm_gem_object *obj);
void drm_gem_lru_move_tail(struct drm_gem_lru *lru, struct drm_gem_object *obj);
unsigned long drm_gem_lru_scan(struct drm_gem_lru *lru, unsigned int nr_to_scan,
			       unsigned long *remaining,
			       bool (*shrink)(struct drm_gem_object *obj));
int drm_gem_evict(struct drm_gem_object *obj);

static inline bool drm_gem_object_is_shared_for_memory_stats(struct drm_gem_object *obj)
{
	return obj->handle_count > 1 || obj->dma_buf;
}

static inline bool drm_gem_is_imported(const struct drm_gem_object *obj)
{
	return !!obj->import_attach;
}

#define drm_gem_gpuva_set_lock(obj, lock)					\
	do {									\
		if (!WARN((obj)->gpuva.lock_dep_map,				\
			  "GEM GPUVA lock should be set only once."))		\
			(obj)->gpuva.lock_dep_map = &(lock)->dep_map;		\
	} while (0)
#define drm_gem_gpuva_assert_lock_held(obj)					\
	lockdep_assert((obj)->gpuva.lock_dep_map ?				\
		       lock_is_held((obj)->gpuva.lock_dep_map) :		\
		       dma_resv_held((obj)->resv))

static inline void drm_gem_gpuva_init(struct drm_gem_object *obj)
{
	INIT_LIST_HEAD(&obj->gpuva.list);
}

#endif /* _DRM_DRM_GEM_H */
