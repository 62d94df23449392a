// SPDX-License-Identifier: MIT
/*
 * A shrinker that waits where it must not, or works on what its owner frees.
 */
#include "../../litmus.h"
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

struct cache {
	struct shrinker *shrinker;
	spinlock_t lock;
	struct mutex mutex;
	struct semaphore sem;
	struct object *object;
};

struct object {
	int pages;
};

static unsigned long count_one(struct shrinker *shrinker, struct shrink_control *sc)
{
	return 1;
}

static struct cache *cache_new(struct kunit *test,
			       unsigned long (*scan)(struct shrinker *, struct shrink_control *))
{
	struct cache *c = litmus_zalloc(test, struct cache);

	spin_lock_init(&c->lock);
	mutex_init(&c->mutex);
	sema_init(&c->sem, 1);
	c->object = litmus_new(test, struct object);
	c->shrinker = shrinker_alloc(0, "litmus");
	KUNIT_ASSERT_NOT_NULL(test, c->shrinker);
	c->shrinker->count_objects = count_one;
	c->shrinker->scan_objects = scan;
	c->shrinker->private_data = c;
	shrinker_register(c->shrinker);
	return c;
}

static void cache_fini(struct cache *c)
{
	shrinker_free(c->shrinker);
	kfree(c->object);
}

static void reclaim(void *arg, unsigned int me)
{
	ls_shrink_all();
}

/* It waits for the lock under which the owner asks for memory. */
static unsigned long scan_mutex(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;

	mutex_lock(&c->mutex);
	mutex_unlock(&c->mutex);
	return SHRINK_STOP;
}

static void alloc_under_mutex(void *arg, unsigned int me)
{
	struct cache *c = arg;

	mutex_lock(&c->mutex);
	kfree(kmalloc(16, GFP_KERNEL));
	mutex_unlock(&c->mutex);
}

static void waits_for_mutex(struct kunit *test)
{
	struct cache *c = cache_new(test, scan_mutex);

	litmus_run_each(test, c, alloc_under_mutex, reclaim);
	cache_fini(c);
}

/* The same with a lock that lockdep does not know, and memory that is really short. */
static unsigned long scan_semaphore(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;

	down(&c->sem);
	up(&c->sem);
	return SHRINK_STOP;
}

static void reclaim_under_semaphore(void *arg, unsigned int me)
{
	struct cache *c = arg;

	down(&c->sem);
	ls_shrink_all();
	up(&c->sem);
}

static void waits_for_itself(struct kunit *test)
{
	struct cache *c = cache_new(test, scan_semaphore);

	litmus_run(test, 1, reclaim_under_semaphore, c);
	cache_fini(c);
}

/* The object is looked up under the lock of the list, and used after that. */
static unsigned long scan_without_reference(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;
	struct object *o;

	spin_lock(&c->lock);
	o = c->object;
	spin_unlock(&c->lock);
	if (o)
		WRITE_ONCE(o->pages, 0);
	return SHRINK_STOP;
}

static void free_object(void *arg, unsigned int me)
{
	struct cache *c = arg;
	struct object *o;

	spin_lock(&c->lock);
	o = c->object;
	c->object = NULL;
	spin_unlock(&c->lock);
	kfree(o);
}

static void no_reference(struct kunit *test)
{
	struct cache *c = cache_new(test, scan_without_reference);

	litmus_run_each(test, c, reclaim, free_object);
	cache_fini(c);
}

/* The owner is freed before its shrinker: reclaim comes by once more. */
static void free_then_unregister(void *arg, unsigned int me)
{
	struct cache *c = arg;

	kfree(c->object);
	shrinker_free(c->shrinker);
}

static unsigned long scan_object(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;

	WRITE_ONCE(c->object->pages, 0);
	return SHRINK_STOP;
}

static void freed_before_unregistered(struct kunit *test)
{
	struct cache *c = cache_new(test, scan_object);

	litmus_run_each(test, c, reclaim, free_then_unregister);
}

LITMUS_SUITE(KUNIT_CASE(waits_for_mutex), KUNIT_CASE(waits_for_itself), KUNIT_CASE(no_reference),
	     KUNIT_CASE(freed_before_unregistered));
