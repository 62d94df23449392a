// SPDX-License-Identifier: MIT
/*
 * Locks by trylock, against the order or without one. What fails to get a lock releases what it has,
 * and either gives up or goes on in the right order: it never tries for ever.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/spinlock.h>

#define BACKOFF_MAX 3

struct locks {
	spinlock_t lock[BACKOFF_MAX];
	unsigned int nr;
	atomic_t all, none; /* tasks that got all, that gave up */
};

/* All of them by trylock, each task starting with another one; one miss and it gives up. */
static void try_all(void *arg, unsigned int me)
{
	struct locks *l = arg;
	unsigned int got, i;

	for (got = 0; got < l->nr; got++) {
		if (!spin_trylock(&l->lock[(me + got) % l->nr]))
			break;
	}
	atomic_inc(got == l->nr ? &l->all : &l->none);
	for (i = 0; i < got; i++)
		spin_unlock(&l->lock[(me + i) % l->nr]);
}

static void give_up(struct kunit *test, unsigned int tasks, unsigned int nr)
{
	struct locks *l = litmus_zalloc(test, struct locks);
	unsigned int i;

	l->nr = nr;
	for (i = 0; i < nr; i++)
		spin_lock_init(&l->lock[i]);
	litmus_run(test, tasks, try_all, l);
	KUNIT_EXPECT_EQ(test, atomic_read(&l->all) + atomic_read(&l->none), tasks);
}

#define GIVE_UP(tasks, nr)                                                                         \
	static void give_up_##tasks##x##nr(struct kunit *test)                                     \
	{                                                                                          \
		give_up(test, tasks, nr);                                                          \
	}

#ifndef LITMUS_LARGE
GIVE_UP(2, 2)
GIVE_UP(2, 3)
GIVE_UP(3, 2)

/* Against the order by trylock; on a miss, in the order. */
struct pair {
	struct mutex low, high;
	unsigned int both; /* by both */
};

static void in_order(void *arg, unsigned int me)
{
	struct pair *p = arg;

	mutex_lock(&p->low);
	mutex_lock(&p->high);
	p->both++;
	mutex_unlock(&p->high);
	mutex_unlock(&p->low);
}

static void against_order(void *arg, unsigned int me)
{
	struct pair *p = arg;

	mutex_lock(&p->high);
	if (mutex_trylock(&p->low)) {
		p->both++;
		mutex_unlock(&p->low);
		mutex_unlock(&p->high);
		return;
	}
	mutex_unlock(&p->high);
	in_order(p, me);
}

static void then_in_order(struct kunit *test)
{
	struct pair *p = litmus_zalloc(test, struct pair);

	mutex_init(&p->low);
	mutex_init(&p->high);
	litmus_run_each(test, p, in_order, against_order, against_order);
	KUNIT_EXPECT_EQ(test, p->both, 3);
}

/* One of the two waits in the order: so the other's tries come to an end. */
static void tries_until(void *arg, unsigned int me)
{
	struct pair *p = arg;

	for (;;) {
		mutex_lock(&p->high);
		if (mutex_trylock(&p->low))
			break;
		mutex_unlock(&p->high);
		cond_resched();
	}
	p->both++;
	mutex_unlock(&p->low);
	mutex_unlock(&p->high);
}

static void one_insists(struct kunit *test)
{
	struct pair *p = litmus_zalloc(test, struct pair);

	mutex_init(&p->low);
	mutex_init(&p->high);
	litmus_run_each(test, p, in_order, tries_until);
	KUNIT_EXPECT_EQ(test, p->both, 2);
}

LITMUS_SUITE(KUNIT_CASE(give_up_2x2), KUNIT_CASE(give_up_2x3), KUNIT_CASE(give_up_3x2),
	     KUNIT_CASE(then_in_order), KUNIT_CASE(one_insists));
#else
GIVE_UP(3, 3)

LITMUS_SUITE(KUNIT_CASE(give_up_3x3));
#endif
