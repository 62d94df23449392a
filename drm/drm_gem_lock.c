// SPDX-License-Identifier: MIT
/*
 * GEM and the reservation lock: pin, vmap, evict, sets of objects, and lists in order of
 * use. Each entry point and callback here is a row of the convention.
 */
#include <linux/dma-resv.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <drm/drm_drv.h>
#include <drm/drm_gem.h>
#include <lockstep/convention.h>
#include <lockstep/track.h>

static void describe(const void *p, char *buf, unsigned long size)
{
	const struct drm_gem_object *obj = p;

	snprintf(buf, size, "gem object of %s (%zu bytes%s%s)",
		 obj->dev && obj->dev->driver && obj->dev->driver->name ? obj->dev->driver->name :
		 "a driver", obj->size,
		 obj->import_attach ? ", imported from " : "",
		 obj->import_attach ? obj->import_attach->dmabuf->exp_name : "");
}

struct words {
	const struct dma_resv *resv;
	char *buf;
	unsigned long size;
};

static bool describe_if_its_own(const void *p, void *arg)
{
	const struct drm_gem_object *obj = p;
	struct words *words = arg;
	int len;

	if (obj->resv != words->resv)
		return false;
	len = scnprintf(words->buf, words->size, "resv#%u of ", words->resv->ls_id);
	describe(obj, words->buf + len, words->size - len);
	return true;
}

/* Name a reservation object by the object it belongs to; see ls_name_resv_owner. */
bool ls_drm_gem_name_resv(const struct dma_resv *resv, char *buf, unsigned long size)
{
	struct words words = { resv, buf, size };

	return ls_track_find(LS_KIND_GEM, describe_if_its_own, &words);
}

static bool enter(enum ls_rule_no no, struct drm_gem_object *obj)
{
	return ls_convention_enter_obj(no, obj->resv, describe, obj);
}

static void begin(struct ls_callback *cb, enum ls_rule_no no, struct drm_gem_object *obj,
		  const void *fn, bool entered)
{
	ls_callback_begin(cb, no, obj->resv, obj->dma_buf, fn, entered);
}

/* --- pin ------------------------------------------------------------------------- */

static int do_pin(struct drm_gem_object *obj, bool ok)
{
	struct ls_callback cb;
	int ret;

	if (!obj->funcs->pin)
		return 0;
	begin(&cb, LS_RULE_drm_gem_object_funcs__pin, obj, obj->funcs->pin, ok);
	ret = obj->funcs->pin(obj);
	ls_callback_end(&cb);
	return ret;
}

static void do_unpin(struct drm_gem_object *obj, bool ok)
{
	struct ls_callback cb;

	if (!obj->funcs->unpin)
		return;
	begin(&cb, LS_RULE_drm_gem_object_funcs__unpin, obj, obj->funcs->unpin, ok);
	obj->funcs->unpin(obj);
	ls_callback_end(&cb);
}

/**
 * drm_gem_pin_locked() - keep an object's storage in place
 * @obj: object
 *
 * Context: reservation lock held. May sleep.
 * Return: 0, or what &drm_gem_object_funcs.pin returned.
 */
int drm_gem_pin_locked(struct drm_gem_object *obj)
{
	return do_pin(obj, enter(LS_RULE_drm_gem_pin_locked, obj));
}
EXPORT_SYMBOL(drm_gem_pin_locked);

/**
 * drm_gem_unpin_locked() - undo drm_gem_pin_locked()
 * @obj: object
 *
 * Context: reservation lock held. May sleep.
 */
void drm_gem_unpin_locked(struct drm_gem_object *obj)
{
	do_unpin(obj, enter(LS_RULE_drm_gem_unpin_locked, obj));
}
EXPORT_SYMBOL(drm_gem_unpin_locked);

/**
 * drm_gem_pin() - keep an object's storage in place
 * @obj: object
 *
 * Context: reservation lock not held: it is taken. May sleep.
 * Return: 0, or what &drm_gem_object_funcs.pin returned.
 */
int drm_gem_pin(struct drm_gem_object *obj)
{
	bool ok = enter(LS_RULE_drm_gem_pin, obj);
	int ret;

	dma_resv_lock(obj->resv, NULL);
	ret = do_pin(obj, ok);
	dma_resv_unlock(obj->resv);
	return ret;
}
EXPORT_SYMBOL(drm_gem_pin);

/**
 * drm_gem_unpin() - undo drm_gem_pin()
 * @obj: object
 *
 * Context: reservation lock not held: it is taken. May sleep.
 */
void drm_gem_unpin(struct drm_gem_object *obj)
{
	bool ok = enter(LS_RULE_drm_gem_unpin, obj);

	dma_resv_lock(obj->resv, NULL);
	do_unpin(obj, ok);
	dma_resv_unlock(obj->resv);
}
EXPORT_SYMBOL(drm_gem_unpin);

/* --- vmap -------------------------------------------------------------------------- */

static int do_vmap(struct drm_gem_object *obj, struct iosys_map *map, bool ok)
{
	struct ls_callback cb;
	int ret;

	if (!obj->funcs->vmap)
		return -EOPNOTSUPP;
	begin(&cb, LS_RULE_drm_gem_object_funcs__vmap, obj, obj->funcs->vmap, ok);
	ret = obj->funcs->vmap(obj, map);
	ls_callback_end(&cb);
	if (!ret && iosys_map_is_null(map))
		ret = -ENOMEM;
	return ret;
}

static void do_vunmap(struct drm_gem_object *obj, struct iosys_map *map, bool ok)
{
	struct ls_callback cb;

	if (iosys_map_is_null(map))
		return;
	if (obj->funcs->vunmap) {
		begin(&cb, LS_RULE_drm_gem_object_funcs__vunmap, obj, obj->funcs->vunmap, ok);
		obj->funcs->vunmap(obj, map);
		ls_callback_end(&cb);
	}
	iosys_map_clear(map);
}

/**
 * drm_gem_vmap_locked() - map an object into the kernel
 * @obj: object
 * @map: the mapping
 *
 * Context: reservation lock held. May sleep.
 * Return: 0, -EOPNOTSUPP if the object has no vmap, -ENOMEM, or its error.
 */
int drm_gem_vmap_locked(struct drm_gem_object *obj, struct iosys_map *map)
{
	return do_vmap(obj, map, enter(LS_RULE_drm_gem_vmap, obj));
}
EXPORT_SYMBOL(drm_gem_vmap_locked);

/**
 * drm_gem_vunmap_locked() - undo drm_gem_vmap_locked()
 * @obj: object
 * @map: the mapping; cleared
 *
 * Context: reservation lock held. May sleep.
 */
void drm_gem_vunmap_locked(struct drm_gem_object *obj, struct iosys_map *map)
{
	do_vunmap(obj, map, enter(LS_RULE_drm_gem_vunmap, obj));
}
EXPORT_SYMBOL(drm_gem_vunmap_locked);

/** drm_gem_vmap() - drm_gem_vmap_locked(), by its name up to 6.15 */
int drm_gem_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	return do_vmap(obj, map, enter(LS_RULE_drm_gem_vmap, obj));
}
EXPORT_SYMBOL(drm_gem_vmap);

/** drm_gem_vunmap() - drm_gem_vunmap_locked(), by its name up to 6.15 */
void drm_gem_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	do_vunmap(obj, map, enter(LS_RULE_drm_gem_vunmap, obj));
}
EXPORT_SYMBOL(drm_gem_vunmap);

/**
 * drm_gem_vmap_unlocked() - map an object into the kernel
 * @obj: object
 * @map: the mapping
 *
 * Context: reservation lock not held: it is taken. May sleep.
 * Return: as drm_gem_vmap_locked().
 */
int drm_gem_vmap_unlocked(struct drm_gem_object *obj, struct iosys_map *map)
{
	bool ok = enter(LS_RULE_drm_gem_vmap_unlocked, obj);
	int ret;

	dma_resv_lock(obj->resv, NULL);
	ret = do_vmap(obj, map, ok);
	dma_resv_unlock(obj->resv);
	return ret;
}
EXPORT_SYMBOL(drm_gem_vmap_unlocked);

/**
 * drm_gem_vunmap_unlocked() - undo drm_gem_vmap_unlocked()
 * @obj: object
 * @map: the mapping; cleared
 *
 * Context: reservation lock not held: it is taken. May sleep.
 */
void drm_gem_vunmap_unlocked(struct drm_gem_object *obj, struct iosys_map *map)
{
	bool ok = enter(LS_RULE_drm_gem_vunmap_unlocked, obj);

	dma_resv_lock(obj->resv, NULL);
	do_vunmap(obj, map, ok);
	dma_resv_unlock(obj->resv);
}
EXPORT_SYMBOL(drm_gem_vunmap_unlocked);

/**
 * drm_gem_evict() - drop an idle object's storage
 * @obj: object
 *
 * Context: reservation lock held. May sleep.
 * Return: 0, -EBUSY if it is in use by a device, or what &drm_gem_object_funcs.evict
 * returned.
 */
int drm_gem_evict(struct drm_gem_object *obj)
{
	bool ok = enter(LS_RULE_drm_gem_evict, obj);
	struct ls_callback cb;
	int ret;

	if (!dma_resv_test_signaled(obj->resv, DMA_RESV_USAGE_READ))
		return -EBUSY;
	if (!obj->funcs->evict)
		return 0;
	begin(&cb, LS_RULE_drm_gem_object_funcs__evict, obj, obj->funcs->evict, ok);
	ret = obj->funcs->evict(obj);
	ls_callback_end(&cb);
	return ret;
}
EXPORT_SYMBOL(drm_gem_evict);

/* --- the lock itself ------------------------------------------------------------------ */

/**
 * drm_gem_lock() - take an object's reservation lock
 * @obj: object
 *
 * Context: not held. May sleep.
 */
void drm_gem_lock(struct drm_gem_object *obj)
{
	dma_resv_lock(obj->resv, NULL);
}
EXPORT_SYMBOL(drm_gem_lock);

/**
 * drm_gem_unlock() - drop an object's reservation lock
 * @obj: object
 *
 * Context: held.
 */
void drm_gem_unlock(struct drm_gem_object *obj)
{
	dma_resv_unlock(obj->resv);
}
EXPORT_SYMBOL(drm_gem_unlock);

/* Unlock all of @objs[0..@count) and @objs[@extra], if that is further up. */
static void unlock_first(struct drm_gem_object **objs, int count, int extra)
{
	int i;

	for (i = 0; i < count; i++)
		dma_resv_unlock(objs[i]->resv);
	if (extra >= count)
		dma_resv_unlock(objs[extra]->resv);
}

/**
 * drm_gem_lock_reservations() - lock a set of objects, backing off as often as needed
 * @objs: objects, each once
 * @count: how many
 * @acquire_ctx: initialised here; ended by drm_gem_unlock_reservations()
 *
 * Context: none of them held. May sleep, interruptibly.
 * Return: 0, or -EINTR, -EALREADY: nothing is locked then and the context has ended.
 */
int drm_gem_lock_reservations(struct drm_gem_object **objs, int count,
			      struct ww_acquire_ctx *acquire_ctx)
{
	int first = -1; /* the one that was contended: already locked */
	int i, ret;

	ww_acquire_init(acquire_ctx, &reservation_ww_class);
	do {
		ret = 0;
		if (first >= 0) {
			ret = dma_resv_lock_slow_interruptible(objs[first]->resv, acquire_ctx);
			if (ret)
				break;
		}
		for (i = 0; i < count && !ret; i++) {
			if (i == first)
				continue;
			ret = dma_resv_lock_interruptible(objs[i]->resv, acquire_ctx);
			if (ret) {
				unlock_first(objs, i, first);
				first = i;
			}
		}
	} while (ret == -EDEADLK);

	if (ret)
		ww_acquire_fini(acquire_ctx);
	else
		ww_acquire_done(acquire_ctx);
	return ret;
}
EXPORT_SYMBOL(drm_gem_lock_reservations);

/**
 * drm_gem_unlock_reservations() - undo drm_gem_lock_reservations()
 * @objs: objects
 * @count: how many
 * @acquire_ctx: context; ended
 *
 * Context: all of them held.
 */
void drm_gem_unlock_reservations(struct drm_gem_object **objs, int count,
				 struct ww_acquire_ctx *acquire_ctx)
{
	unlock_first(objs, count, -1);
	ww_acquire_fini(acquire_ctx);
}
EXPORT_SYMBOL(drm_gem_unlock_reservations);

/* --- order of use ----------------------------------------------------------------------- */

/**
 * drm_gem_lru_init() - an empty list
 * @lru: list
 * @lock: protects it, and all lists that objects move between
 *
 * Context: any.
 */
void drm_gem_lru_init(struct drm_gem_lru *lru, struct mutex *lock)
{
	lru->lock = lock;
	lru->count = 0;
	INIT_LIST_HEAD(&lru->list);
}
EXPORT_SYMBOL(drm_gem_lru_init);

static void lru_remove_locked(struct drm_gem_object *obj)
{
	obj->lru->count -= obj->size >> PAGE_SHIFT;
	WARN_ON(obj->lru->count < 0);
	list_del(&obj->lru_node);
	obj->lru = NULL;
}

/**
 * drm_gem_lru_remove() - take an object off its list
 * @obj: object; need not be on one
 *
 * Context: may sleep; takes the list's lock.
 */
void drm_gem_lru_remove(struct drm_gem_object *obj)
{
	struct drm_gem_lru *lru = obj->lru;

	if (!lru)
		return;
	mutex_lock(lru->lock);
	lru_remove_locked(obj);
	mutex_unlock(lru->lock);
}
EXPORT_SYMBOL(drm_gem_lru_remove);

/**
 * drm_gem_lru_move_tail_locked() - an object was used: last to be reclaimed
 * @lru: list it moves to
 * @obj: object
 *
 * Context: the list's lock held.
 */
void drm_gem_lru_move_tail_locked(struct drm_gem_lru *lru, struct drm_gem_object *obj)
{
	lockdep_assert_held_once(lru->lock);
	if (obj->lru)
		lru_remove_locked(obj);
	lru->count += obj->size >> PAGE_SHIFT;
	list_add_tail(&obj->lru_node, &lru->list);
	obj->lru = lru;
}
EXPORT_SYMBOL(drm_gem_lru_move_tail_locked);

/** drm_gem_lru_move_tail() - the same; takes the lock */
void drm_gem_lru_move_tail(struct drm_gem_lru *lru, struct drm_gem_object *obj)
{
	mutex_lock(lru->lock);
	drm_gem_lru_move_tail_locked(lru, obj);
	mutex_unlock(lru->lock);
}
EXPORT_SYMBOL(drm_gem_lru_move_tail);

/*
 * Try one object, to which the caller has a reference. Only trylock: reclaim can happen
 * below an allocation that is made with this very lock held.
 */
static unsigned long scan_one(struct drm_gem_lru *lru, struct drm_gem_lru *seen,
			      struct drm_gem_object *obj, unsigned long *remaining,
			      bool (*shrink)(struct drm_gem_object *obj))
{
	unsigned long pages = obj->size >> PAGE_SHIFT, freed = 0;

	if (!dma_resv_trylock(obj->resv)) {
		*remaining += pages;
		return 0;
	}
	if (shrink(obj)) {
		freed = pages;
		/* Having lost its pages it belongs on another list. */
		WARN_ON(obj->lru == seen || obj->lru == lru);
	} else if (READ_ONCE(obj->lru) == seen) {
		*remaining += pages;
	}
	dma_resv_unlock(obj->resv);
	return freed;
}

/**
 * drm_gem_lru_scan() - reclaim, beginning with what was not used for longest
 * @lru: list
 * @nr_to_scan: pages wanted
 * @remaining: pages that were looked at and could still be reclaimed are added
 * @shrink: frees an object's pages and moves it to another list; called with the
 *	reservation lock and a reference held; returns whether it did
 *
 * Context: may sleep; takes the list's lock and tries reservation locks.
 * Return: pages freed.
 */
unsigned long drm_gem_lru_scan(struct drm_gem_lru *lru, unsigned int nr_to_scan,
			       unsigned long *remaining,
			       bool (*shrink)(struct drm_gem_object *obj))
{
	struct drm_gem_lru seen;
	struct drm_gem_object *obj;
	unsigned long freed = 0;

	drm_gem_lru_init(&seen, lru->lock);
	mutex_lock(lru->lock);
	while (freed < nr_to_scan) {
		obj = list_first_entry_or_null(&lru->list, struct drm_gem_object, lru_node);
		if (!obj)
			break;
		drm_gem_lru_move_tail_locked(&seen, obj);
		/* One that is being freed will take itself off. */
		if (!kref_get_unless_zero(&obj->refcount))
			continue;
		mutex_unlock(lru->lock);
		freed += scan_one(lru, &seen, obj, remaining, shrink);
		drm_gem_object_put(obj);
		mutex_lock(lru->lock);
	}
	/* What was looked at and kept counts as used. */
	list_for_each_entry(obj, &seen.list, lru_node)
		obj->lru = lru;
	list_splice_tail(&seen.list, &lru->list);
	lru->count += seen.count;
	mutex_unlock(lru->lock);
	return freed;
}
EXPORT_SYMBOL(drm_gem_lru_scan);
