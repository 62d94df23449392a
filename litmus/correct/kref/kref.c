// SPDX-License-Identifier: MIT
/*
 * The last reference against a lookup. Who finds an object without holding a reference must
 * ask for one that may not be there any more, kref_get_unless_zero(), and see to it that the memory is
 * still there when it asks: by the lock of the table, or by RCU.
 */
#include "../../litmus.h"
#include <linux/kref.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

/* --- the count alone: the memory is the case's ------------------------------------- */

struct thing {
	struct kref ref;
	bool dead;
	bool used_dead;
	atomic_t released;
};

static void thing_release(struct kref *ref)
{
	struct thing *t = container_of(ref, struct thing, ref);

	WRITE_ONCE(t->dead, true);
	atomic_inc(&t->released);
}

static void drop_or_look_up(void *arg, unsigned int me)
{
	struct thing *t = arg;

	if (me && !kref_get_unless_zero(&t->ref))
		return;
	if (READ_ONCE(t->dead))
		WRITE_ONCE(t->used_dead, true);
	kref_put(&t->ref, thing_release);
}

static void kref(struct kunit *test, unsigned int tasks)
{
	struct thing *t = litmus_zalloc(test, struct thing);

	kref_init(&t->ref);
	litmus_run(test, tasks, drop_or_look_up, t);
	KUNIT_EXPECT_FALSE(test, t->used_dead);
	KUNIT_EXPECT_EQ(test, atomic_read(&t->released), 1);
}

#ifndef LITMUS_LARGE
LITMUS_SIZE(kref, 2)
LITMUS_SIZE(kref, 3)
LITMUS_SIZE(kref, 4)

/* Each user has a reference of its own; whoever is last frees. */
struct shared {
	struct kref ref;
	unsigned int users;
};

static void shared_release(struct kref *ref)
{
	kfree(container_of(ref, struct shared, ref));
}

static void use_and_put(void *arg, unsigned int me)
{
	struct shared *s = arg;

	WRITE_ONCE(s->users, me);
	kref_put(&s->ref, shared_release);
}

static void own_references(struct kunit *test)
{
	struct shared *s = litmus_new(test, struct shared);

	kref_init(&s->ref);
	kref_get(&s->ref);
	kref_get(&s->ref);
	litmus_run(test, 3, use_and_put, s);
}

/* --- found under the lock of the table ------------------------------------------------ */

struct table {
	spinlock_t lock;
	struct entry *slot;
};

struct entry {
	struct kref ref;
	struct table *table;
	struct rcu_head rcu;
	unsigned int used;
};

/* Called with the count at 0 and the table's lock held. */
static void entry_release_locked(struct kref *ref)
{
	struct entry *e = container_of(ref, struct entry, ref);
	struct table *t = e->table;

	t->slot = NULL;
	spin_unlock(&t->lock);
	kfree(e);
}

static void put_locked(void *arg, unsigned int me)
{
	struct table *t = arg;
	struct entry *e = me ? NULL : t->slot;

	if (me) { /* no reference yet */
		spin_lock(&t->lock);
		e = t->slot;
		if (e)
			kref_get(&e->ref);
		spin_unlock(&t->lock);
		if (!e)
			return;
		WRITE_ONCE(e->used, me);
	}
	kref_put_lock(&e->ref, entry_release_locked, &t->lock);
}

static struct table *table_new(struct kunit *test)
{
	struct table *t = litmus_zalloc(test, struct table);

	spin_lock_init(&t->lock);
	t->slot = litmus_new(test, struct entry);
	t->slot->table = t;
	kref_init(&t->slot->ref);
	return t;
}

static void table(struct kunit *test, unsigned int tasks)
{
	struct table *t = table_new(test);

	litmus_run(test, tasks, put_locked, t);
	KUNIT_EXPECT_NULL(test, t->slot);
}

LITMUS_SIZE(table, 2)
LITMUS_SIZE(table, 3)

/* --- found under RCU ----------------------------------------------------------------- */

static void entry_release_rcu(struct kref *ref)
{
	struct entry *e = container_of(ref, struct entry, ref);

	WRITE_ONCE(e->table->slot, NULL);
	kfree_rcu(e, rcu);
}

static void put_rcu(void *arg, unsigned int me)
{
	struct table *t = arg;
	struct entry *e;

	if (!me) {
		e = READ_ONCE(t->slot); /* the reference of the table is this task's to put */
	} else {
		rcu_read_lock();
		e = READ_ONCE(t->slot);
		if (e && !kref_get_unless_zero(&e->ref))
			e = NULL;
		rcu_read_unlock();
		if (!e)
			return;
		WRITE_ONCE(e->used, me);
	}
	kref_put(&e->ref, entry_release_rcu);
}

static void rcu(struct kunit *test, unsigned int tasks)
{
	struct table *t = table_new(test);

	litmus_run(test, tasks, put_rcu, t);
	rcu_barrier();
	KUNIT_EXPECT_NULL(test, t->slot);
}

LITMUS_SIZE(rcu, 2)
LITMUS_SIZE(rcu, 3)

LITMUS_SUITE(KUNIT_CASE(kref_2), KUNIT_CASE(kref_3), KUNIT_CASE(kref_4),
	     KUNIT_CASE(own_references), KUNIT_CASE(table_2), KUNIT_CASE(table_3),
	     KUNIT_CASE(rcu_2), KUNIT_CASE(rcu_3));
#else
LITMUS_SIZE(kref, 5)
LITMUS_SIZE(kref, 6)

LITMUS_SUITE(KUNIT_CASE(kref_5), KUNIT_CASE(kref_6));
#endif
