/* SPDX-License-Identifier: MIT */
#ifndef REFGEM_H
#define REFGEM_H

/**
 * DOC: refgem, the reference driver
 *
 * refgem is a GEM driver without a GPU. It has what makes buffer sharing hard
 * in a real one, and nothing else: objects whose pages come and go, deferred
 * destruction, a shrinker, address spaces, import and export through PRIME, and
 * memory that moves. Its shape is that of i915's GEM. Read it in this order:
 *
 *   refgem_object.c    an object's life, from the last reference on
 *   refgem_pages.c     gathering and dropping an object's pages
 *   refgem_sysmem.c    the plain backend: pages of system memory
 *   refgem_dmabuf.c    the import backend, and export
 *   refgem_vm.c        binding an object into an address space
 *   refgem_shrinker.c  giving pages back under memory pressure
 *   refgem_ttm.c       the TTM-like backend: delayed delete
 *   refgem_move.c      the TTM-like backend: memory that moves, eviction
 *   refgem_drv.c       the device
 *
 * Locks, outermost first:
 *
 *   obj->base.resv    the reservation lock: pages, mapping, bindings. An import
 *                     has none of its own; it uses the exporter's.
 *   vm->mutex         one address space, and the bindings in it. Taken by reclaim
 *                     too, so no allocation that may reclaim happens under it.
 *   shrink.lock       the device's list of objects with pages to give back
 *   local.lock        the local region: its accounting and its LRU
 *
 * The one decision that is *not* fixed is where the reservation lock is taken
 * when an imported buffer is freed. That is enum refgem_placement.
 */

#include <drm/drm_device.h>
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <drm/drm_mm.h>
#include <drm/drm_print.h>
#include <linux/dma-buf.h>
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

struct refgem_bo;
struct refgem_device;
struct refgem_object;

/**
 * enum refgem_placement - where the free path of an import takes the lock
 * @REFGEM_LOCK_NONE: nowhere, as i915 in Linux 6.1
 * @REFGEM_LOCK_A: around the whole of pages_fini, in the free worker
 * @REFGEM_LOCK_B: inside the import's put_pages, always
 * @REFGEM_LOCK_C1: inside the import's put_pages, when the refcount is 0
 * @REFGEM_LOCK_C2: nowhere; put_pages returns early when the refcount is 0 and
 *	leaves the mapping to drm_prime_gem_destroy()
 * @REFGEM_LOCK_D: around put_pages, inside pages_fini, as i915 in Linux 6.12
 * @REFGEM_NR_PLACEMENTS: how many there are
 *
 * dma_buf_unmap_attachment() wants the lock held. Every path to it holds the
 * lock already, but the one that frees the object: nobody else can see the
 * object by then, so the driver had never needed a lock there.
 */
enum refgem_placement {
	REFGEM_LOCK_NONE,
	REFGEM_LOCK_A,
	REFGEM_LOCK_B,
	REFGEM_LOCK_C1,
	REFGEM_LOCK_C2,
	REFGEM_LOCK_D,
	REFGEM_NR_PLACEMENTS
};

/**
 * struct refgem_config - what a device is made like
 * @placement: where its free path takes the lock
 * @ttm_imports: imports are TTM buffer objects, as in amdgpu, nouveau and xe;
 *	in i915 an object is one or the other
 * @local_pages: size of the local region
 */
struct refgem_config {
	enum refgem_placement placement;
	bool ttm_imports;
	unsigned long local_pages;
};

/**
 * struct refgem_object_ops - a kind of backing memory
 * @name: for messages
 * @shrinkable: the shrinker may drop the pages of such objects
 * @get_pages: Gather the pages and hand them over with refgem_set_pages().
 *	Reservation lock held. 0 or a negative error code.
 * @put_pages: Give back what @get_pages gathered. Reservation lock held, or so
 *	the backend would like to think: see enum refgem_placement.
 * @truncate: Throw the contents away. Reservation lock held, no pages gathered.
 *	Optional.
 * @release: The object is going away; drop what the backend still has. No lock
 *	held. Optional.
 * @delayed_free: Take over the destruction of an object whose last reference
 *	is gone. No lock held. Optional.
 */
struct refgem_object_ops {
	const char *name;
	bool shrinkable;
	int (*get_pages)(struct refgem_object *obj);
	void (*put_pages)(struct refgem_object *obj, struct sg_table *pages);
	void (*truncate)(struct refgem_object *obj);
	void (*release)(struct refgem_object *obj);
	void (*delayed_free)(struct refgem_object *obj);
};

/**
 * struct refgem_resource - memory that backs a TTM-like object
 * @local: it counts against the local region, else it is system memory
 * @nr: pages in @pages
 * @pages: the pages
 */
struct refgem_resource {
	bool local;
	unsigned int nr;
	struct page *pages[] __counted_by(nr);
};

/**
 * struct refgem_bo - the TTM-like half of an object
 * @kref: TTM counts references of its own: the GEM refcount may be 0 while the
 *	buffer object lives on to finish its delayed delete
 * @sg: the memory belongs to an exporter
 * @deleted: on its way out, waiting for the delayed delete
 * @delayed_delete: does what could not be done at the last put
 * @res: where the contents are, NULL before the first use. Reservation lock.
 * @lru: link in the local region's LRU. local.lock.
 */
struct refgem_bo {
	struct kref kref;
	bool sg;
	bool deleted;
	struct work_struct delayed_delete;
	struct refgem_resource *res;
	struct list_head lru;
};

/**
 * struct refgem_object - a buffer
 * @base: the GEM object. base.resv is the exporter's for an import.
 * @ops: the backend
 * @mm: the pages
 * @mm.pages: the gathered pages, NULL if there are none. Reservation lock.
 * @mm.pin_count: users that need @mm.pages to stay. Raised with the reservation
 *	lock held, dropped without.
 * @mm.mapping: kernel mapping of all pages, or NULL. Reservation lock.
 * @mm.purgeable: the owner can live with losing the contents. Reservation lock.
 * @mm.link: link in the shrinker's list. shrink.lock.
 * @backing: the contents, for system memory objects; survives put_pages.
 *	Reservation lock.
 * @vmas: the bindings. vm->mutex.
 * @bo: the TTM-like half; unused by other objects
 * @freed: link in the list of objects to free
 * @rcu: for freeing the memory when no lockless lookup can see it any more
 */
struct refgem_object {
	struct drm_gem_object base;
	const struct refgem_object_ops *ops;
	struct {
		struct sg_table *pages;
		atomic_t pin_count;
		void *mapping;
		bool purgeable;
		struct list_head link;
	} mm;
	struct page **backing;
	struct list_head vmas;
	struct refgem_bo bo;
	struct llist_node freed;
	struct rcu_head rcu;
};

/**
 * struct refgem_vm - an address space of the device
 * @mutex: guards @mm and the bindings
 * @mm: allocates addresses
 */
struct refgem_vm {
	struct mutex mutex;
	struct drm_mm mm;
};

/**
 * struct refgem_vma - an object bound into an address space
 * @node: its addresses
 * @link: link in &refgem_object.vmas
 *
 * A binding pins the object's pages.
 */
struct refgem_vma {
	struct drm_mm_node node;
	struct list_head link;
};

/**
 * struct refgem_device - a device
 * @drm: the DRM device
 * @cfg: how it was made; constant
 * @wq: runs @free_work and delayed deletes
 * @free_list: objects whose last reference is gone
 * @free_work: frees them
 * @free_count: objects between their last reference and their memory's end
 * @shrink: what the shrinker can take
 * @shrink.lock: guards list and pages; taken with interrupts off
 * @shrink.list: objects with pages, oldest first
 * @shrink.pages: how many pages these are
 * @shrink.shrinker: ours
 * @vm: the one address space
 * @local: the local region, as of a card with memory of its own
 * @local.lock: guards what follows
 * @local.lru: objects in it, oldest first
 * @local.free: pages not in use
 * @wide_locks: times that bindings were destroyed with a *foreign* reservation lock held, only
 *	counted for the curious
 */
struct refgem_device {
	struct drm_device drm;
	struct refgem_config cfg;
	struct workqueue_struct *wq;
	struct llist_head free_list;
	struct work_struct free_work;
	atomic_t free_count;
	struct {
		spinlock_t lock;
		struct list_head list;
		unsigned long pages;
		struct shrinker *shrinker;
	} shrink;
	struct refgem_vm vm;
	struct {
		spinlock_t lock;
		struct list_head lru;
		unsigned long free;
	} local;
	atomic_t wide_locks;
};

static inline struct refgem_device *to_refgem_device(struct drm_device *drm)
{
	return container_of(drm, struct refgem_device, drm);
}

static inline struct refgem_object *to_refgem_object(struct drm_gem_object *gem)
{
	return container_of(gem, struct refgem_object, base);
}

static inline struct refgem_device *refgem_dev(const struct refgem_object *obj)
{
	return to_refgem_device(obj->base.dev);
}

/* The last reference is gone; nobody new can find the object. */
static inline bool refgem_object_is_dead(const struct refgem_object *obj)
{
	return kref_read(&obj->base.refcount) == 0;
}

static inline bool refgem_object_is_import(const struct refgem_object *obj)
{
	return obj->base.import_attach != NULL;
}

static inline unsigned int refgem_object_nr_pages(const struct refgem_object *obj)
{
	return obj->base.size >> PAGE_SHIFT;
}

/*
 * No acquire context: refgem never holds two reservation locks but by trylock.
 * The free path could not use one anyway where, as in i915, a context holds a
 * reference on each object it has locked: there is none left to take.
 */
static inline void refgem_object_lock(struct refgem_object *obj)
{
	dma_resv_lock(obj->base.resv, NULL);
}

static inline int refgem_object_lock_interruptible(struct refgem_object *obj)
{
	return dma_resv_lock_interruptible(obj->base.resv, NULL);
}

static inline bool refgem_object_trylock(struct refgem_object *obj)
{
	return dma_resv_trylock(obj->base.resv);
}

static inline void refgem_object_unlock(struct refgem_object *obj)
{
	dma_resv_unlock(obj->base.resv);
}

/*
 * A dead object is exempt, as in i915: nobody can race with us for it. Just that
 * hid the missing lock from lockdep for years: the object needs no lock any
 * more, but the attachment, which the exporter can see, does.
 */
static inline void refgem_assert_held(const struct refgem_object *obj)
{
	if (!refgem_object_is_dead(obj))
		dma_resv_assert_held(obj->base.resv);
}

/* refgem_object.c */
void refgem_object_init(struct refgem_device *refgem, struct refgem_object *obj,
			const struct refgem_object_ops *ops, size_t size);
void refgem_object_pages_fini(struct refgem_object *obj);
void refgem_object_destroy(struct refgem_object *obj);
void refgem_free_work(struct work_struct *work);
void refgem_flush_free(struct refgem_device *refgem);

static inline void refgem_object_put(struct refgem_object *obj)
{
	drm_gem_object_put(&obj->base);
}

/* refgem_pages.c */
void refgem_set_pages(struct refgem_object *obj, struct sg_table *pages);
int refgem_pin_pages(struct refgem_object *obj);
int refgem_pin_pages_unlocked(struct refgem_object *obj);
void refgem_unpin_pages(struct refgem_object *obj);
int refgem_put_pages(struct refgem_object *obj);
int refgem_vmap(struct drm_gem_object *gem, struct iosys_map *map);
void refgem_vunmap(struct drm_gem_object *gem, struct iosys_map *map);

/* refgem_sysmem.c */
struct refgem_object *refgem_sysmem_create(struct refgem_device *refgem, size_t size);
struct sg_table *refgem_map_page_array(struct refgem_object *obj, struct page **pages);
void refgem_unmap_sg(struct refgem_object *obj, struct sg_table *sgt);

/* refgem_dmabuf.c */
struct dma_buf *refgem_prime_export(struct drm_gem_object *gem, int flags);
struct drm_gem_object *refgem_prime_import(struct drm_device *drm, struct dma_buf *dmabuf);

/* refgem_vm.c */
void refgem_vm_init(struct refgem_vm *vm);
void refgem_vm_fini(struct refgem_vm *vm);
int refgem_bind(struct refgem_object *obj);
void refgem_unbind(struct refgem_object *obj);

/* refgem_shrinker.c */
int refgem_shrinker_init(struct refgem_device *refgem);
void refgem_shrinker_fini(struct refgem_device *refgem);
void refgem_shrinker_add(struct refgem_object *obj);
void refgem_shrinker_del(struct refgem_object *obj);
unsigned long refgem_shrink(struct refgem_device *refgem, unsigned long target,
			    unsigned long *scanned);

/* refgem_ttm.c */
struct refgem_object *refgem_ttm_create(struct refgem_device *refgem, size_t size);
void refgem_bo_init(struct refgem_object *obj, bool sg);
bool refgem_bo_get_unless_zero(struct refgem_object *obj);
void refgem_bo_put(struct refgem_object *obj);
void refgem_ttm_delayed_free(struct refgem_object *obj);

/* refgem_move.c */
int refgem_bo_validate(struct refgem_object *obj, bool local);
int refgem_bo_move(struct refgem_object *obj, bool local);
int refgem_move_notify(struct refgem_object *obj);
void refgem_resource_free(struct refgem_object *obj);

/* refgem_drv.c */
struct refgem_device *refgem_device_create(struct device *parent, const struct refgem_config *cfg);
int refgem_placement_parse(const char *name, enum refgem_placement *placement);
const char *refgem_placement_name(enum refgem_placement placement);
int refgem_config_default(struct refgem_config *cfg);

#endif /* REFGEM_H */
