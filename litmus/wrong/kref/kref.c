// SPDX-License-Identifier: MIT
/*
 * References that are taken of an object which may be gone, or dropped by who has none.
 */
#include "../../litmus.h"
#include <linux/kref.h>
#include <linux/spinlock.h>

struct thing {
	struct kref ref;
	unsigned int used;
};

static void thing_release(struct kref *ref)
{
	kfree(container_of(ref, struct thing, ref));
}

struct slot {
	spinlock_t lock;
	struct thing *thing;
	struct kref ref; /* for cases about the count alone: it outlives them */
};

static void count_release(struct kref *ref)
{
}

static struct slot *slot_new(struct kunit *test)
{
	struct slot *s = litmus_zalloc(test, struct slot);

	spin_lock_init(&s->lock);
	kref_init(&s->ref);
	return s;
}

static struct slot *slot_with_thing(struct kunit *test)
{
	struct slot *s = slot_new(test);

	s->thing = litmus_new(test, struct thing);
	kref_init(&s->thing->ref);
	return s;
}

/* kref_get() of what a lookup found: after the last put it counts up from 0. */
static void drop_or_get(void *arg, unsigned int me)
{
	struct slot *s = arg;

	if (me)
		kref_get(&s->ref);
	kref_put(&s->ref, count_release);
}

static void plain_get(struct kunit *test, unsigned int tasks)
{
	litmus_run(test, tasks, drop_or_get, slot_new(test));
}

LITMUS_SIZE(plain_get, 2)
LITMUS_SIZE(plain_get, 3)
LITMUS_SIZE(plain_get, 4)
LITMUS_SIZE(plain_get, 5)

/* get_unless_zero() does not help when the memory may be gone before it is asked. */
static void drop_or_look_up(void *arg, unsigned int me)
{
	struct slot *s = arg;
	struct thing *t = READ_ONCE(s->thing);

	if (!me)
		WRITE_ONCE(s->thing, NULL);
	else if (!t || !kref_get_unless_zero(&t->ref))
		return;
	kref_put(&t->ref, thing_release);
}

static void lookup_unprotected(struct kunit *test)
{
	litmus_run(test, 2, drop_or_look_up, slot_with_thing(test));
}

/* One reference, and two tasks that each believe it to be theirs. */
static void put(void *arg, unsigned int me)
{
	struct slot *s = arg;

	kref_put(&s->ref, count_release);
}

static void put_twice(struct kunit *test)
{
	litmus_run(test, 2, put, slot_new(test));
}

/* The same, noticed as the memory is gone at the second time. */
static void put_thing(void *arg, unsigned int me)
{
	struct slot *s = arg;

	if (READ_ONCE(s->thing)) { /* "not yet put" */
		kref_put(&s->thing->ref, thing_release);
		WRITE_ONCE(s->thing, NULL);
	}
}

static void put_if_there(struct kunit *test)
{
	litmus_run(test, 2, put_thing, slot_with_thing(test));
}

/* Use after the own reference was put. */
static void put_then_use(void *arg, unsigned int me)
{
	struct slot *s = arg;
	struct thing *t = s->thing;

	kref_put(&t->ref, thing_release);
	if (me)
		WRITE_ONCE(t->used, me);
}

static void use_after_put(struct kunit *test)
{
	struct slot *s = slot_with_thing(test);

	kref_get(&s->thing->ref);
	litmus_run(test, 2, put_then_use, s);
}

/* The table is emptied at the last put, but by who does not hold its lock. */
static void thing_release_late(struct kref *ref)
{
	kfree(container_of(ref, struct thing, ref));
}

static void locked_lookup(void *arg, unsigned int me)
{
	struct slot *s = arg;
	struct thing *t = s->thing;

	if (me) {
		spin_lock(&s->lock);
		t = READ_ONCE(s->thing);
		if (t)
			kref_get(&t->ref);
		spin_unlock(&s->lock);
	}
	if (!t)
		return;
	if (kref_put(&t->ref, thing_release_late))
		WRITE_ONCE(s->thing, NULL);
}

static void removed_after_free(struct kunit *test)
{
	litmus_run(test, 2, locked_lookup, slot_with_thing(test));
}

LITMUS_SUITE(KUNIT_CASE(plain_get_2), KUNIT_CASE(plain_get_3), KUNIT_CASE(plain_get_4),
	     KUNIT_CASE(plain_get_5), KUNIT_CASE(lookup_unprotected), KUNIT_CASE(put_twice),
	     KUNIT_CASE(put_if_there), KUNIT_CASE(use_after_put), KUNIT_CASE(removed_after_free));
