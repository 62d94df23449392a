/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ANALYZE_KERNEL_H
#define TESTS_ANALYZE_KERNEL_H

/*
 * As much of the kernel as the cases need: types and wrappers of the kernel's shape and names, so
 * that their bitcode looks as that of a driver does. Nothing here is ever linked or run.
 */

typedef _Bool bool;
typedef long long s64;
typedef unsigned long size_t;

#define NULL ((void *)0)
#define true 1
#define false 0
#define EINTR 4
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22
#define EDEADLK 35
#define EALREADY 114
#define MAX_ERRNO 4095
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __must_check __attribute__((warn_unused_result))
#define offsetof(type, member) __builtin_offsetof(type, member)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static inline bool IS_ERR(const void *ptr)
{
	return (unsigned long)ptr >= (unsigned long)-MAX_ERRNO;
}

void *kzalloc(size_t size, unsigned int flags);
void kfree(const void *p);
void schedule(void);
bool maybe(void);			/* who knows */

#define WARN_ON(condition) ({						\
	int __ret = !!(condition);					\
									\
	if (unlikely(__ret))						\
		__asm__ volatile("ud2" : : "i"(__FILE__), "i"(__LINE__));	\
	unlikely(__ret);						\
})

/* --- lists, counts ------------------------------------------------------------------------- */

struct list_head {
	struct list_head *next, *prev;
};

#define list_entry(ptr, type, member) container_of(ptr, type, member)
#define list_for_each_entry(pos, head, member)				\
	for (pos = list_entry((head)->next, __typeof__(*pos), member);	\
	     &pos->member != (head);					\
	     pos = list_entry(pos->member.next, __typeof__(*pos), member))

struct kref {
	int refcount;
};

bool refcount_dec_and_test(int *refcount);

static inline unsigned int kref_read(const struct kref *kref)
{
	return *(const volatile int *)&kref->refcount;
}

static inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (refcount_dec_and_test(&kref->refcount)) {
		release(kref);
		return 1;
	}
	return 0;
}

/* --- locks ----------------------------------------------------------------------------------- */

struct lockdep_map {
	const char *name;
};

struct mutex {
	long owner;
	struct list_head wait_list;
	struct lockdep_map dep_map;
};

struct ww_acquire_ctx {
	void *task;
	unsigned long stamp;
	struct lockdep_map dep_map;
};

struct ww_mutex {
	struct mutex base;
	struct ww_acquire_ctx *ctx;
};

struct ww_class {
	long stamp;
};

extern int debug_locks;
extern struct ww_class reservation_ww_class;

int lock_is_held_type(const struct lockdep_map *lock, int read);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);
void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *class);
void ww_acquire_done(struct ww_acquire_ctx *ctx);
void ww_acquire_fini(struct ww_acquire_ctx *ctx);

static inline void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)
{
	int ret = ww_mutex_lock(lock, ctx);

	(void)ret;
}

static inline int lock_is_held(const struct lockdep_map *lock)
{
	return lock_is_held_type(lock, -1);
}

#define lockdep_is_held(lock)		lock_is_held(&(lock)->dep_map)
#define lockdep_assert(cond)		do { WARN_ON(debug_locks && !(cond)); } while (0)
#define lockdep_assert_held(lock)	lockdep_assert(lockdep_is_held(lock) != 0)
#define lockdep_assert_not_held(lock)	lockdep_assert(lockdep_is_held(lock) != 1)

struct dma_resv {
	struct ww_mutex lock;
	void *fences;
};

void dma_resv_reset_max_fences(struct dma_resv *obj);
int dma_resv_reserve_fences(struct dma_resv *obj, unsigned int num_fences);

#define dma_resv_held(obj)		lockdep_is_held(&(obj)->lock.base)
#define dma_resv_assert_held(obj)	lockdep_assert_held(&(obj)->lock.base)

static inline int dma_resv_lock(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	return ww_mutex_lock(&obj->lock, ctx);
}

static inline int dma_resv_lock_interruptible(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	return ww_mutex_lock_interruptible(&obj->lock, ctx);
}

static inline void dma_resv_lock_slow(struct dma_resv *obj, struct ww_acquire_ctx *ctx)
{
	ww_mutex_lock_slow(&obj->lock, ctx);
}

static inline bool dma_resv_trylock(struct dma_resv *obj)
{
	return ww_mutex_trylock(&obj->lock, NULL);
}

static inline void dma_resv_unlock(struct dma_resv *obj)
{
	dma_resv_reset_max_fences(obj);
	ww_mutex_unlock(&obj->lock);
}

/* --- files, work ------------------------------------------------------------------------------ */

struct file {
	void *private_data;
};

struct inode;

struct file_operations {
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
};

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	long data;
	work_func_t func;
};

#define INIT_WORK(work, fn) do { (work)->data = 0; (work)->func = (fn); } while (0)

bool schedule_work(struct work_struct *work);

/* --- dma-buf ------------------------------------------------------------------------------------ */

struct dma_buf;
struct dma_buf_attachment;
struct sg_table;
struct device;

struct iosys_map {
	void *vaddr;
};

enum dma_data_direction { DMA_BIDIRECTIONAL };

struct dma_buf_ops {
	int (*attach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
	void (*detach)(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
	int (*pin)(struct dma_buf_attachment *attach);
	void (*unpin)(struct dma_buf_attachment *attach);
	struct sg_table *(*map_dma_buf)(struct dma_buf_attachment *attach,
					enum dma_data_direction dir);
	void (*unmap_dma_buf)(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir);
	void (*release)(struct dma_buf *dmabuf);
	int (*vmap)(struct dma_buf *dmabuf, struct iosys_map *map);
	void (*vunmap)(struct dma_buf *dmabuf, struct iosys_map *map);
};

struct dma_buf_attach_ops {
	bool allow_peer2peer;
	void (*move_notify)(struct dma_buf_attachment *attach);
};

struct dma_buf {
	size_t size;
	struct file *file;
	const struct dma_buf_ops *ops;
	void *priv;
	struct dma_resv *resv;
};

struct dma_buf_attachment {
	struct dma_buf *dmabuf;
	struct device *dev;
	const struct dma_buf_attach_ops *importer_ops;
	void *importer_priv;
	void *priv;
};

struct dma_buf *dma_buf_get(int fd);
void dma_buf_put(struct dma_buf *dmabuf);
int dma_buf_pin(struct dma_buf_attachment *attach);
void dma_buf_unpin(struct dma_buf_attachment *attach);
struct sg_table *dma_buf_map_attachment(struct dma_buf_attachment *attach,
					enum dma_data_direction dir);
void dma_buf_unmap_attachment(struct dma_buf_attachment *attach, struct sg_table *sgt,
			      enum dma_data_direction dir);
struct sg_table *dma_buf_map_attachment_unlocked(struct dma_buf_attachment *attach,
						 enum dma_data_direction dir);
void dma_buf_unmap_attachment_unlocked(struct dma_buf_attachment *attach, struct sg_table *sgt,
				       enum dma_data_direction dir);
int dma_buf_vmap(struct dma_buf *dmabuf, struct iosys_map *map);
void dma_buf_vunmap(struct dma_buf *dmabuf, struct iosys_map *map);
int dma_buf_vmap_unlocked(struct dma_buf *dmabuf, struct iosys_map *map);
struct dma_buf_attachment *dma_buf_attach(struct dma_buf *dmabuf, struct device *dev);
struct dma_buf_attachment *
dma_buf_dynamic_attach(struct dma_buf *dmabuf, struct device *dev,
		       const struct dma_buf_attach_ops *ops, void *priv);
void dma_buf_detach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach);
void dma_buf_move_notify(struct dma_buf *dmabuf);
int dma_buf_begin_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir);

/* --- GEM ------------------------------------------------------------------------------------------ */

struct drm_gem_object;

struct drm_gem_object_funcs {
	void (*free)(struct drm_gem_object *obj);
	int (*pin)(struct drm_gem_object *obj);
	void (*unpin)(struct drm_gem_object *obj);
	int (*vmap)(struct drm_gem_object *obj, struct iosys_map *map);
	void (*vunmap)(struct drm_gem_object *obj, struct iosys_map *map);
};

struct drm_gem_object {
	struct kref refcount;
	size_t size;
	struct dma_buf *dma_buf;
	struct dma_buf_attachment *import_attach;
	struct dma_resv *resv;
	struct dma_resv _resv;
	const struct drm_gem_object_funcs *funcs;
};

int drm_gem_pin_locked(struct drm_gem_object *obj);
int drm_gem_pin(struct drm_gem_object *obj);
int drm_gem_vmap(struct drm_gem_object *obj, struct iosys_map *map);
int drm_gem_lock_reservations(struct drm_gem_object **objs, int count, struct ww_acquire_ctx *ctx);
void drm_gem_unlock_reservations(struct drm_gem_object **objs, int count,
				 struct ww_acquire_ctx *ctx);
void drm_gem_object_put(struct drm_gem_object *obj);

struct drm_exec {
	unsigned int flags;
	struct ww_acquire_ctx ticket;
	unsigned int num_objects;
	struct drm_gem_object **objects;
	struct drm_gem_object *contended;
};

void drm_exec_init(struct drm_exec *exec, unsigned int flags, unsigned int nr);
void drm_exec_fini(struct drm_exec *exec);
bool drm_exec_cleanup(struct drm_exec *exec);
int drm_exec_lock_obj(struct drm_exec *exec, struct drm_gem_object *obj);
int drm_exec_prepare_obj(struct drm_exec *exec, struct drm_gem_object *obj, unsigned int fences);
void drm_exec_unlock_obj(struct drm_exec *exec, struct drm_gem_object *obj);

static inline bool drm_exec_is_contended(struct drm_exec *exec)
{
	return !!exec->contended;
}

#define CASE_PASTE_(a, b) a##b
#define CASE_PASTE(a, b) CASE_PASTE_(a, b)
/* The label is kept in a variable, for a computed goto out of the body: as the kernel does. */
#define drm_exec_until_all_locked(exec)						\
CASE_PASTE(drm_exec_again_, __LINE__):						\
	for (void *drm_exec_again; ({						\
		drm_exec_again = &&CASE_PASTE(drm_exec_again_, __LINE__);	\
		(void)drm_exec_again;						\
		drm_exec_cleanup(exec);						\
	});)
#define drm_exec_retry_on_contention(exec) do {					\
	if (unlikely(drm_exec_is_contended(exec)))				\
		goto *drm_exec_again;						\
} while (0)

/* --- TTM -------------------------------------------------------------------------------------------- */

struct ttm_buffer_object {
	struct drm_gem_object base;
	struct list_head lru;
};

void ttm_bo_pin(struct ttm_buffer_object *bo);
int ttm_eu_reserve_buffers(struct ww_acquire_ctx *ticket, struct list_head *list, bool intr,
			   struct list_head *dups);
void ttm_eu_backoff_reservation(struct ww_acquire_ctx *ticket, struct list_head *list);

static inline int ttm_bo_reserve(struct ttm_buffer_object *bo, bool interruptible, bool no_wait,
				 struct ww_acquire_ctx *ticket)
{
	int ret;

	if (no_wait)
		return dma_resv_trylock(bo->base.resv) ? 0 : -EBUSY;
	if (interruptible)
		ret = dma_resv_lock_interruptible(bo->base.resv, ticket);
	else
		ret = dma_resv_lock(bo->base.resv, ticket);
	return ret;
}

static inline void ttm_bo_unreserve(struct ttm_buffer_object *bo)
{
	dma_resv_unlock(bo->base.resv);
}

/* --- what the cases are about --------------------------------------------------------------------------- */

/* A driver's object. */
struct thing {
	struct drm_gem_object base;
	struct sg_table *sgt;
	struct list_head link;
	struct work_struct work;
	const struct thing_ops *ops;
	bool dead;
};

struct thing_ops {
	int (*get_pages)(struct thing *thing);
	void (*put_pages)(struct thing *thing);
};

#define to_thing(obj) container_of(obj, struct thing, base)

#endif
