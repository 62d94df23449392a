/* SPDX-License-Identifier: MIT */
#ifndef _DRM_DRM_EXEC_H
#define _DRM_DRM_EXEC_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/ww_mutex.h>

/* Wait interruptibly; -EINTR or -ERESTARTSYS then. */
#define DRM_EXEC_INTERRUPTIBLE_WAIT	BIT(0)
/* An object that is locked twice is no error. */
#define DRM_EXEC_IGNORE_DUPLICATES	BIT(1)

struct drm_gem_object;

/**
 * struct drm_exec - a set of objects that are locked together
 * @flags: DRM_EXEC_*
 * @ticket: acquire context; idle until the first lock
 * @num_objects: locked objects
 * @max_objects: slots in @objects
 * @objects: locked, each with a reference
 * @contended: object to begin with in the next round, or NULL
 * @prelocked: that object, locked by the slow path and not yet asked for again
 */
struct drm_exec {
	u32 flags;
	struct ww_acquire_ctx ticket;
	unsigned int num_objects;
	unsigned int max_objects;
	struct drm_gem_object **objects;
	struct drm_gem_object *contended;
	struct drm_gem_object *prelocked;
};

static inline struct drm_gem_object *drm_exec_obj(struct drm_exec *exec, unsigned long index)
{
	return index < exec->num_objects ? exec->objects[index] : NULL;
}

#define __drm_exec_for_each_locked_object(exec, obj, __index) \
	for (unsigned long __index = 0; ((obj) = drm_exec_obj(exec, __index)); ++__index)
#define drm_exec_for_each_locked_object(exec, obj) \
	__drm_exec_for_each_locked_object(exec, obj, __UNIQUE_ID(drm_exec))

#define __drm_exec_for_each_locked_object_reverse(exec, obj, __index)		\
	for (unsigned long __index = (exec)->num_objects - 1;			\
	     ((obj) = drm_exec_obj(exec, __index)); --__index)
#define drm_exec_for_each_locked_object_reverse(exec, obj) \
	__drm_exec_for_each_locked_object_reverse(exec, obj, __UNIQUE_ID(drm_exec))

/**
 * drm_exec_until_all_locked() - repeat a block until it locked what it wants
 * @exec: set
 *
 * Inside, drm_exec_retry_on_contention() goes back to the start with nothing
 * locked but the object that was contended. The loop ends when a round comes
 * through without contention.
 */
#define drm_exec_until_all_locked(exec)						\
__PASTE(__drm_exec_, __LINE__):							\
	for (void *__drm_exec_retry_ptr; ({					\
		__drm_exec_retry_ptr = &&__PASTE(__drm_exec_, __LINE__);	\
		(void)__drm_exec_retry_ptr;					\
		drm_exec_cleanup(exec);						\
	});)

#define drm_exec_retry_on_contention(exec)					\
	do {									\
		if (unlikely(drm_exec_is_contended(exec)))			\
			goto *__drm_exec_retry_ptr;				\
	} while (0)

static inline bool drm_exec_is_contended(struct drm_exec *exec)
{
	return !!exec->contended;
}

#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060800
#define drm_exec_init(exec, flags)	__ls_drm_exec_init_old(exec, flags)
void __ls_drm_exec_init(struct drm_exec *exec, u32 flags, unsigned int nr) __asm__("drm_exec_init");
static inline void __ls_drm_exec_init_old(struct drm_exec *exec, u32 flags)
{
	__ls_drm_exec_init(exec, flags, 0);
}
#else
void drm_exec_init(struct drm_exec *exec, u32 flags, unsigned int nr);
#endif
void drm_exec_fini(struct drm_exec *exec);
bool drm_exec_cleanup(struct drm_exec *exec);
int drm_exec_lock_obj(struct drm_exec *exec, struct drm_gem_object *obj);
void drm_exec_unlock_obj(struct drm_exec *exec, struct drm_gem_object *obj);
int drm_exec_prepare_obj(struct drm_exec *exec, struct drm_gem_object *obj,
			 unsigned int num_fences);
int drm_exec_prepare_array(struct drm_exec *exec, struct drm_gem_object **objects,
			   unsigned int num_objects, unsigned int num_fences);

#endif /* _DRM_DRM_EXEC_H */
