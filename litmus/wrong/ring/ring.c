// SPDX-License-Identifier: MIT
/*
 * Rings of N tasks and N locks; task i takes lock i, then lock i + 1. When each has its first
 * one, nobody gets a second one.
 *
 * The inner lock is taken as a subclass of its own, which is how drivers silence lockdep in such
 * a place. So the deadlock is found by getting into it, and not by the order of classes.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>

#define RING_MAX 5

struct ring {
	struct mutex lock[RING_MAX];
	unsigned int nr;
};

static void in_a_circle(void *arg, unsigned int me)
{
	struct ring *r = arg;

	mutex_lock(&r->lock[me]);
	mutex_lock_nested(&r->lock[(me + 1) % r->nr], 1);
	mutex_unlock(&r->lock[(me + 1) % r->nr]);
	mutex_unlock(&r->lock[me]);
}

static void ring(struct kunit *test, unsigned int nr)
{
	struct ring *r = litmus_zalloc(test, struct ring);
	unsigned int i;

	r->nr = nr;
	for (i = 0; i < nr; i++)
		mutex_init(&r->lock[i]);
	litmus_run(test, nr, in_a_circle, r);
}

LITMUS_SIZE(ring, 2)
LITMUS_SIZE(ring, 3)
LITMUS_SIZE(ring, 4)
LITMUS_SIZE(ring, 5)

/* Two locks of two classes, in both orders: lockdep knows without any deadlock. */
struct pair {
	struct mutex a;
	struct mutex b;
};

static void a_then_b(void *arg, unsigned int me)
{
	struct pair *p = arg;

	mutex_lock(&p->a);
	mutex_lock(&p->b);
	mutex_unlock(&p->b);
	mutex_unlock(&p->a);
}

static void b_then_a(void *arg, unsigned int me)
{
	struct pair *p = arg;

	mutex_lock(&p->b);
	mutex_lock(&p->a);
	mutex_unlock(&p->a);
	mutex_unlock(&p->b);
}

static void abba_classes(struct kunit *test)
{
	struct pair *p = litmus_zalloc(test, struct pair);

	mutex_init(&p->a);
	mutex_init(&p->b);
	litmus_run_each(test, p, a_then_b, b_then_a);
}

/* The same with semaphores, of which lockdep knows nothing. */
struct sem_pair {
	struct semaphore sem[2];
};

static void crosswise(void *arg, unsigned int me)
{
	struct sem_pair *p = arg;

	down(&p->sem[me]);
	down(&p->sem[!me]);
	up(&p->sem[!me]);
	up(&p->sem[me]);
}

static void abba_semaphores(struct kunit *test)
{
	struct sem_pair *p = litmus_zalloc(test, struct sem_pair);

	sema_init(&p->sem[0], 1);
	sema_init(&p->sem[1], 1);
	litmus_run(test, 2, crosswise, p);
}

/* Three kinds of lock in one circle: a mutex, a rwsem held by a reader, a semaphore. */
struct mixed {
	struct mutex mutex;
	struct rw_semaphore rwsem;
	struct semaphore sem;
};

static void mutex_then_rwsem(void *arg, unsigned int me)
{
	struct mixed *m = arg;

	mutex_lock(&m->mutex);
	down_write(&m->rwsem);
	up_write(&m->rwsem);
	mutex_unlock(&m->mutex);
}

static void rwsem_then_semaphore(void *arg, unsigned int me)
{
	struct mixed *m = arg;

	down_read(&m->rwsem);
	down(&m->sem);
	up(&m->sem);
	up_read(&m->rwsem);
}

static void semaphore_then_mutex(void *arg, unsigned int me)
{
	struct mixed *m = arg;

	down(&m->sem);
	mutex_lock(&m->mutex);
	mutex_unlock(&m->mutex);
	up(&m->sem);
}

static void mixed_kinds(struct kunit *test)
{
	struct mixed *m = litmus_zalloc(test, struct mixed);

	mutex_init(&m->mutex);
	init_rwsem(&m->rwsem);
	sema_init(&m->sem, 1);
	litmus_run_each(test, m, mutex_then_rwsem, rwsem_then_semaphore, semaphore_then_mutex);
}

LITMUS_SUITE(KUNIT_CASE(ring_2), KUNIT_CASE(ring_3), KUNIT_CASE(ring_4), KUNIT_CASE(ring_5),
	     KUNIT_CASE(abba_classes), KUNIT_CASE(abba_semaphores), KUNIT_CASE(mixed_kinds));
