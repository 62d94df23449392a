// SPDX-License-Identifier: MIT
/*
 * A shrinker walks a list of objects whose owners free them at the same time. It does not wait for a
 * lock (its caller may hold it), and works on an object only with a reference or off the list.
 */
#include "../../litmus.h"
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>

#define OBJECTS 2

struct cache {
	spinlock_t lock; /* of the list */
	struct list_head list;
	unsigned int nr;
	struct shrinker *shrinker;
	struct object *object[OBJECTS];
};

struct object {
	struct kref ref;
	struct list_head link;
	struct mutex lock; /* of the pages */
	struct cache *cache;
	void *pages;
};

/* Two may want to at the same time. */
static void cache_remove(struct object *o)
{
	struct cache *c = o->cache;

	spin_lock(&c->lock);
	if (!list_empty(&o->link))
		WRITE_ONCE(c->nr, c->nr - 1);
	list_del_init(&o->link);
	spin_unlock(&c->lock);
}

static void object_free(struct kref *ref)
{
	struct object *o = container_of(ref, struct object, ref);

	cache_remove(o);
	kfree(o->pages);
	kfree(o);
}

static unsigned long cache_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;

	return READ_ONCE(c->nr) ?: SHRINK_EMPTY;
}

/* One object: a reference, then the lock if it is free. */
static unsigned long cache_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct cache *c = shrinker->private_data;
	struct object *o, *found = NULL;
	unsigned long freed = 0;

	spin_lock(&c->lock);
	list_for_each_entry(o, &c->list, link) {
		if (kref_get_unless_zero(&o->ref)) {
			found = o;
			break;
		}
	}
	spin_unlock(&c->lock);
	if (!found)
		return SHRINK_STOP;
	if (mutex_trylock(&found->lock)) {
		freed = found->pages != NULL;
		kfree(found->pages);
		found->pages = NULL;
		cache_remove(found);
		mutex_unlock(&found->lock);
	}
	kref_put(&found->ref, object_free);
	return freed ?: SHRINK_STOP;
}

static struct cache *cache_new(struct kunit *test, unsigned int objects)
{
	struct cache *c = litmus_zalloc(test, struct cache);
	struct object *o;
	unsigned int i;

	spin_lock_init(&c->lock);
	INIT_LIST_HEAD(&c->list);
	for (i = 0; i < objects; i++) {
		o = litmus_new(test, struct object);
		kref_init(&o->ref);
		mutex_init(&o->lock);
		o->cache = c;
		o->pages = kmalloc(64, GFP_KERNEL);
		list_add_tail(&o->link, &c->list);
		c->nr++;
		c->object[i] = o;
	}
	c->shrinker = shrinker_alloc(0, "litmus");
	KUNIT_ASSERT_NOT_NULL(test, c->shrinker);
	c->shrinker->count_objects = cache_count;
	c->shrinker->scan_objects = cache_scan;
	c->shrinker->private_data = c;
	shrinker_register(c->shrinker);
	return c;
}

static void cache_fini(struct kunit *test, struct cache *c)
{
	shrinker_free(c->shrinker);
	KUNIT_EXPECT_TRUE(test, list_empty(&c->list));
	KUNIT_EXPECT_EQ(test, c->nr, 0);
}

static void reclaim(void *arg, unsigned int me)
{
	ls_shrink_all();
}

static void put_mine(void *arg, unsigned int me)
{
	struct cache *c = arg;

	kref_put(&c->object[me - 1]->ref, object_free);
}

static void shrink_against_free(struct kunit *test)
{
	struct cache *c = cache_new(test, 1);

	litmus_run_each(test, c, reclaim, put_mine);
	cache_fini(test, c);
}

static void shrink_against_2_frees(struct kunit *test)
{
	struct cache *c = cache_new(test, 2);

	litmus_run_each(test, c, reclaim, put_mine, put_mine);
	cache_fini(test, c);
}

/* Memory is short while the owner holds the object's lock: the trylock fails, nobody waits. */
static void reclaim_and_put(void *arg, unsigned int me)
{
	struct cache *c = arg;
	struct object *o = c->object[me - 1];

	mutex_lock(&o->lock);
	ls_shrink_all();
	mutex_unlock(&o->lock);
	kref_put(&o->ref, object_free);
}

static void shrink_under_lock(struct kunit *test)
{
	struct cache *c = cache_new(test, 1);

	litmus_run_each(test, c, reclaim, reclaim_and_put);
	cache_fini(test, c);
}

LITMUS_SUITE(KUNIT_CASE(shrink_against_free), KUNIT_CASE(shrink_against_2_frees),
	     KUNIT_CASE(shrink_under_lock));
