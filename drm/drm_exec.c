// SPDX-License-Identifier: MIT
/**
 * DOC: locking several objects
 *
 *	struct drm_exec exec;
 *
 *	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT, 0);
 *	drm_exec_until_all_locked(&exec) {
 *		ret = drm_exec_prepare_obj(&exec, a, 1);
 *		drm_exec_retry_on_contention(&exec);
 *		if (!ret) {
 *			ret = drm_exec_prepare_obj(&exec, b, 1);
 *			drm_exec_retry_on_contention(&exec);
 *		}
 *		if (ret)
 *			goto err_fini;
 *	}
 *	... add fences, use the objects ...
 *	drm_exec_fini(&exec);
 *
 * An object that would deadlock becomes the contended one: everything is unlocked,
 * the block starts over, and its first lock call waits for the contended object by the
 * slow path, before any other. Every locked object has a reference of the set.
 */
#include <drm/drm_exec.h>
#include <drm/drm_gem.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>

/* drm_exec.contended before the first round, when the ticket is not in use yet. */
#define NOT_STARTED ((struct drm_gem_object *)~0UL)

#define SLOTS_PER_PAGE (PAGE_SIZE / sizeof(struct drm_gem_object *))

static void put_prelocked(struct drm_exec *exec)
{
	struct drm_gem_object *obj = exec->prelocked;

	if (!obj)
		return;
	exec->prelocked = NULL;
	dma_resv_unlock(obj->resv);
	drm_gem_object_put(obj);
}

static void unlock_everything(struct drm_exec *exec)
{
	while (exec->num_objects) {
		struct drm_gem_object *obj = exec->objects[--exec->num_objects];

		dma_resv_unlock(obj->resv);
		drm_gem_object_put(obj);
	}
	put_prelocked(exec);
}

/**
 * drm_exec_init() - begin with an empty set
 * @exec: set, on the stack as a rule
 * @flags: DRM_EXEC_*
 * @nr: how many objects are expected, 0 if unknown
 *
 * Context: may sleep.
 */
void drm_exec_init(struct drm_exec *exec, u32 flags, unsigned int nr)
{
	nr = nr ?: SLOTS_PER_PAGE;
	exec->flags = flags;
	exec->num_objects = 0;
	exec->contended = NOT_STARTED;
	exec->prelocked = NULL;
	/* Without memory now, the first lock tries again and can say so. */
	exec->objects = kvmalloc_array(nr, sizeof(*exec->objects), GFP_KERNEL);
	exec->max_objects = exec->objects ? nr : 0;
}
EXPORT_SYMBOL(drm_exec_init);

/**
 * drm_exec_fini() - unlock everything, and end
 * @exec: set
 *
 * Context: may sleep: references are dropped.
 */
void drm_exec_fini(struct drm_exec *exec)
{
	bool started = exec->contended != NOT_STARTED;

	unlock_everything(exec);
	kvfree(exec->objects);
	if (started) {
		drm_gem_object_put(exec->contended);
		ww_acquire_fini(&exec->ticket);
	}
}
EXPORT_SYMBOL(drm_exec_fini);

/**
 * drm_exec_cleanup() - between two rounds of drm_exec_until_all_locked()
 * @exec: set
 *
 * Context: may sleep.
 * Return: true if a round is to be made; false if the last one came through.
 */
bool drm_exec_cleanup(struct drm_exec *exec)
{
	if (exec->contended == NOT_STARTED) {
		exec->contended = NULL;
		ww_acquire_init(&exec->ticket, &reservation_ww_class);
		return true;
	}
	if (exec->contended) {
		unlock_everything(exec);
		return true;
	}
	/* The block may have lost interest in the object that was contended. */
	put_prelocked(exec);
	ww_acquire_done(&exec->ticket);
	return false;
}
EXPORT_SYMBOL(drm_exec_cleanup);

/* Put a locked object on the list, with a reference. */
static int add_locked(struct drm_exec *exec, struct drm_gem_object *obj)
{
	if (exec->num_objects == exec->max_objects) {
		unsigned int nr = exec->max_objects + SLOTS_PER_PAGE;
		struct drm_gem_object **bigger;

		bigger = kvmalloc_array(nr, sizeof(*bigger), GFP_KERNEL);
		if (!bigger)
			return -ENOMEM;
		if (exec->num_objects)
			memcpy(bigger, exec->objects, exec->num_objects * sizeof(*bigger));
		kvfree(exec->objects);
		exec->objects = bigger;
		exec->max_objects = nr;
	}
	drm_gem_object_get(obj);
	exec->objects[exec->num_objects++] = obj;
	return 0;
}

/*
 * Nothing is locked when there is a contended object: wait for it first. Its
 * reference moves to @exec->prelocked.
 */
static int wait_for_contended(struct drm_exec *exec)
{
	struct drm_gem_object *obj = exec->contended;
	int ret = 0;

	if (!obj)
		return 0;
	exec->contended = NULL;
	if (exec->flags & DRM_EXEC_INTERRUPTIBLE_WAIT)
		ret = dma_resv_lock_slow_interruptible(obj->resv, &exec->ticket);
	else
		dma_resv_lock_slow(obj->resv, &exec->ticket);
	if (ret) {
		drm_gem_object_put(obj);
		return ret;
	}
	put_prelocked(exec);
	exec->prelocked = obj;
	return 0;
}

static int lock_one(struct drm_exec *exec, struct drm_gem_object *obj)
{
	if (exec->flags & DRM_EXEC_INTERRUPTIBLE_WAIT)
		return dma_resv_lock_interruptible(obj->resv, &exec->ticket);
	return dma_resv_lock(obj->resv, &exec->ticket);
}

/**
 * drm_exec_lock_obj() - lock an object and add it to the set
 * @exec: set, inside drm_exec_until_all_locked()
 * @obj: object
 *
 * Context: may sleep. The reservation lock of @obj is held on return, unless it
 * failed; it must not be held outside the set before.
 * Return: 0; -EDEADLK: contention, start over (drm_exec_retry_on_contention());
 * -EALREADY: it is in the set, unless DRM_EXEC_IGNORE_DUPLICATES; -ENOMEM; -EINTR.
 */
int drm_exec_lock_obj(struct drm_exec *exec, struct drm_gem_object *obj)
{
	int ret = wait_for_contended(exec);

	if (ret)
		return ret;
	if (exec->prelocked == obj) {
		/* The caller has a reference, so this is not the last. */
		drm_gem_object_put(obj);
		exec->prelocked = NULL;
		goto locked;
	}
	ret = lock_one(exec, obj);
	switch (ret) {
	case 0:
		goto locked;
	case -EDEADLK:
		drm_gem_object_get(obj);
		exec->contended = obj;
		return ret;
	case -EALREADY:
		return exec->flags & DRM_EXEC_IGNORE_DUPLICATES ? 0 : ret;
	default:
		return ret;
	}

locked:
	ret = add_locked(exec, obj);
	if (ret)
		dma_resv_unlock(obj->resv);
	return ret;
}
EXPORT_SYMBOL(drm_exec_lock_obj);

/**
 * drm_exec_unlock_obj() - unlock one object of the set
 * @exec: set
 * @obj: object; nothing happens if it is not in the set
 *
 * Context: may sleep: a reference is dropped.
 */
void drm_exec_unlock_obj(struct drm_exec *exec, struct drm_gem_object *obj)
{
	unsigned int i = exec->num_objects;

	while (i && exec->objects[i - 1] != obj)
		i--;
	if (!i)
		return;
	dma_resv_unlock(obj->resv);
	memmove(&exec->objects[i - 1], &exec->objects[i],
		(exec->num_objects - i) * sizeof(*exec->objects));
	exec->num_objects--;
	drm_gem_object_put(obj);
}
EXPORT_SYMBOL(drm_exec_unlock_obj);

/**
 * drm_exec_prepare_obj() - lock an object and make room for fences
 * @exec: set
 * @obj: object
 * @num_fences: fences that will be added
 *
 * Context: as drm_exec_lock_obj().
 * Return: as drm_exec_lock_obj(); if there is no room the object is not locked.
 */
int drm_exec_prepare_obj(struct drm_exec *exec, struct drm_gem_object *obj,
			 unsigned int num_fences)
{
	int ret = drm_exec_lock_obj(exec, obj);

	if (ret)
		return ret;
	ret = dma_resv_reserve_fences(obj->resv, num_fences);
	if (ret)
		drm_exec_unlock_obj(exec, obj);
	return ret;
}
EXPORT_SYMBOL(drm_exec_prepare_obj);

/**
 * drm_exec_prepare_array() - drm_exec_prepare_obj() for several objects
 * @exec: set
 * @objects: objects
 * @num_objects: how many; with none a contended object is still waited for, so that
 *	a loop with no objects ends
 * @num_fences: fences that will be added to each
 *
 * Objects that were locked before the failing one stay in the set.
 *
 * Context: as drm_exec_lock_obj().
 * Return: as drm_exec_prepare_obj().
 */
int drm_exec_prepare_array(struct drm_exec *exec, struct drm_gem_object **objects,
			   unsigned int num_objects, unsigned int num_fences)
{
	unsigned int i;
	int ret = 0;

	if (!num_objects)
		return wait_for_contended(exec);
	for (i = 0; i < num_objects && !ret; i++)
		ret = drm_exec_prepare_obj(exec, objects[i], num_fences);
	return ret;
}
EXPORT_SYMBOL(drm_exec_prepare_array);
