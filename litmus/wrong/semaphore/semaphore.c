// SPDX-License-Identifier: MIT
/*
 * Semaphores that are counted up too seldom, too often or by the wrong ones. Nobody owns
 * a semaphore, so no check of locks can tell.
 */
#include "../../litmus.h"
#include <linux/semaphore.h>

struct room {
	struct semaphore sem;
	int stop, inside, crowded;
};

static struct room *room_new(struct kunit *test)
{
	struct room *r = litmus_zalloc(test, struct room);

	sema_init(&r->sem, 1);
	return r;
}

static void set_stop(void *arg, unsigned int me)
{
	struct room *r = arg;

	WRITE_ONCE(r->stop, 1);
}

/* The way out on a stop keeps the seat. */
static void leave_early(void *arg, unsigned int me)
{
	struct room *r = arg;

	down(&r->sem);
	if (READ_ONCE(r->stop))
		return;
	up(&r->sem);
}

static void up_forgotten(struct kunit *test)
{
	litmus_run_each(test, room_new(test), leave_early, leave_early, set_stop);
}

/* The way out without a seat gives one back: from then on there are two. */
static void give_back_anyway(void *arg, unsigned int me)
{
	struct room *r = arg;
	bool got = !down_trylock(&r->sem);

	if (got) {
		if (READ_ONCE(r->inside))
			WRITE_ONCE(r->crowded, 1);
		WRITE_ONCE(r->inside, 1);
		WRITE_ONCE(r->inside, 0);
	}
	up(&r->sem);
}

static void up_too_often(struct kunit *test)
{
	struct room *r = room_new(test);

	litmus_run(test, 3, give_back_anyway, r);
	KUNIT_EXPECT_EQ(test, r->crowded, 0);
}

/* Two seats are needed by each of two tasks, which take one after the other. */
static void take_two(void *arg, unsigned int me)
{
	struct room *r = arg;

	down(&r->sem);
	down(&r->sem);
	up(&r->sem);
	up(&r->sem);
}

static void two_of_two(struct kunit *test)
{
	struct room *r = room_new(test);

	sema_init(&r->sem, 2);
	litmus_run(test, 2, take_two, r);
}

LITMUS_SUITE(KUNIT_CASE(up_forgotten), KUNIT_CASE(up_too_often), KUNIT_CASE(two_of_two));
