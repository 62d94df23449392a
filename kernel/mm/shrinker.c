// SPDX-License-Identifier: MIT
/*
 * Shrinkers. Nothing runs them by itself: ls_shrink_all() does what reclaim in an
 * allocation would, under the same contexts.
 */
#include <linux/kernel.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include "internal.h"

static LIST_HEAD(shrinkers);
static DECLARE_RWSEM(shrinker_rwsem); /* @shrinkers; held for reading while they run */

static void set_name(struct shrinker *s, const char *fmt, va_list args)
{
	vscnprintf(s->ls_name, sizeof(s->ls_name), fmt, args);
}

static void add(struct shrinker *s)
{
	down_write(&shrinker_rwsem);
	list_add_tail(&s->list, &shrinkers);
	s->flags |= SHRINKER_REGISTERED;
	s->ls_registered = true;
	up_write(&shrinker_rwsem);
}

static void del(struct shrinker *s)
{
	down_write(&shrinker_rwsem);
	if (s->ls_registered)
		list_del(&s->list);
	s->flags &= ~SHRINKER_REGISTERED;
	s->ls_registered = false;
	up_write(&shrinker_rwsem);
}

/**
 * shrinker_alloc() - make a shrinker
 * @flags: SHRINKER_*
 * @fmt: its name
 *
 * Context: Sleeps.
 * Return: shrinker that is not registered yet, or NULL.
 */
struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	struct shrinker *s = kzalloc(sizeof(*s), GFP_KERNEL);
	va_list args;

	if (!s)
		return NULL;
	va_start(args, fmt);
	set_name(s, fmt, args);
	va_end(args);
	s->flags = flags | SHRINKER_ALLOCATED;
	s->seeks = DEFAULT_SEEKS;
	return s;
}

/**
 * shrinker_register() - let a shrinker run from now on
 * @shrinker: from shrinker_alloc(), with its callbacks
 *
 * Context: Sleeps.
 */
void shrinker_register(struct shrinker *shrinker)
{
	if (WARN_ON(!(shrinker->flags & SHRINKER_ALLOCATED)))
		return;
	add(shrinker);
}

/**
 * shrinker_free() - end of a shrinker
 * @shrinker: from shrinker_alloc(), registered or not, may be NULL
 *
 * Context: Sleeps until it does not run any more.
 */
void shrinker_free(struct shrinker *shrinker)
{
	if (!shrinker)
		return;
	del(shrinker);
	kfree(shrinker);
}

/**
 * prealloc_shrinker() - first half of register_shrinker()
 * @shrinker: the shrinker, with its callbacks
 * @fmt: its name
 *
 * Context: Sleeps.
 * Return: 0.
 */
int prealloc_shrinker(struct shrinker *shrinker, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set_name(shrinker, fmt, args);
	va_end(args);
	return 0;
}

/**
 * register_shrinker_prepared() - second half of register_shrinker()
 * @shrinker: from prealloc_shrinker()
 *
 * Context: Sleeps.
 */
void register_shrinker_prepared(struct shrinker *shrinker)
{
	add(shrinker);
}

/**
 * register_shrinker() - let a shrinker run that its owner embeds
 * @shrinker: the shrinker, with its callbacks
 * @fmt: its name
 *
 * Context: Sleeps.
 * Return: 0.
 */
int register_shrinker(struct shrinker *shrinker, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	set_name(shrinker, fmt, args);
	va_end(args);
	add(shrinker);
	return 0;
}

/**
 * unregister_shrinker() - end of a shrinker that its owner embeds
 * @shrinker: from register_shrinker()
 *
 * Context: Sleeps until it does not run any more.
 */
void unregister_shrinker(struct shrinker *shrinker)
{
	if (shrinker->ls_registered)
		del(shrinker);
}

/**
 * free_prealloced_shrinker() - undo prealloc_shrinker()
 * @shrinker: the shrinker
 */
void free_prealloced_shrinker(struct shrinker *shrinker)
{
	shrinker->ls_name[0] = '\0';
}

/**
 * synchronize_shrinkers() - wait for shrinkers that run now
 *
 * Context: Sleeps.
 */
void synchronize_shrinkers(void)
{
	down_write(&shrinker_rwsem);
	up_write(&shrinker_rwsem);
}

static unsigned long shrink_one(struct shrinker *s)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL };
	unsigned long batch = s->batch ?: 128, freed = 0, left, ret;

	left = s->count_objects(s, &sc);
	if (left == SHRINK_EMPTY)
		return 0;
	while (left) {
		sc.nr_to_scan = sc.nr_scanned = min(batch, left);
		ret = s->scan_objects(s, &sc);
		if (ret == SHRINK_STOP || !sc.nr_scanned)
			break;
		freed += ret;
		left -= min(left, sc.nr_scanned);
		cond_resched();
	}
	return freed;
}

/**
 * ls_shrink_all() - run every shrinker over all it counts
 *
 * As direct reclaim does: inside the fs_reclaim context, with PF_MEMALLOC, so that
 * allocations in a shrinker do not reclaim again.
 *
 * Context: Sleeps. Locks that are held here must allow an allocation with GFP_KERNEL.
 * Return: objects freed.
 */
unsigned long ls_shrink_all(void)
{
	unsigned long freed = 0;
	unsigned int flags;
	struct shrinker *s;

	might_sleep();
	fs_reclaim_acquire(GFP_KERNEL);
	flags = memalloc_noreclaim_save();
	down_read(&shrinker_rwsem);
	list_for_each_entry(s, &shrinkers, list)
		freed += shrink_one(s);
	up_read(&shrinker_rwsem);
	memalloc_noreclaim_restore(flags);
	fs_reclaim_release(GFP_KERNEL);
	return freed;
}
