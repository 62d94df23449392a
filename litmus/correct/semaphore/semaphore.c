// SPDX-License-Identifier: MIT
/*
 * Semaphores: they count, and whoever likes may count up.
 */
#include "../../litmus.h"
#include <linux/semaphore.h>

struct room {
	struct semaphore seats, full, empty;
	atomic_t inside, most;
	int box, sum;
};

static struct room *room_new(struct kunit *test, int seats)
{
	struct room *r = litmus_zalloc(test, struct room);

	sema_init(&r->seats, seats);
	sema_init(&r->full, 0);
	sema_init(&r->empty, 1);
	return r;
}

static void sit_down(void *arg, unsigned int me)
{
	struct room *r = arg;
	int inside;

	down(&r->seats);
	inside = atomic_inc_return(&r->inside);
	if (inside > atomic_read(&r->most))
		atomic_set(&r->most, inside);
	atomic_dec(&r->inside);
	up(&r->seats);
}

/* Three tasks, two seats: never three inside. */
static void seats_2_of_3(struct kunit *test)
{
	struct room *r = room_new(test, 2);

	litmus_run(test, 3, sit_down, r);
	KUNIT_EXPECT_LE(test, atomic_read(&r->most), 2);
}

static void seats_1_of_3(struct kunit *test)
{
	struct room *r = room_new(test, 1);

	litmus_run(test, 3, sit_down, r);
	KUNIT_EXPECT_EQ(test, atomic_read(&r->most), 1);
}

/* A box for one thing, handed over twice. */
static void produce(void *arg, unsigned int me)
{
	struct room *r = arg;
	int i;

	for (i = 1; i <= 2; i++) {
		down(&r->empty);
		r->box = i;
		up(&r->full);
	}
}

static void consume(void *arg, unsigned int me)
{
	struct room *r = arg;
	int i;

	for (i = 1; i <= 2; i++) {
		down(&r->full);
		r->sum += r->box;
		up(&r->empty);
	}
}

static void producer_consumer(struct kunit *test)
{
	struct room *r = room_new(test, 1);

	litmus_run_each(test, r, produce, consume);
	KUNIT_EXPECT_EQ(test, r->sum, 3);
}

/* Who gets no seat at once goes away. */
static void try_seat(void *arg, unsigned int me)
{
	struct room *r = arg;

	if (down_trylock(&r->seats))
		return;
	atomic_inc(&r->most);
	up(&r->seats);
}

static void try_2_of_3(struct kunit *test)
{
	struct room *r = room_new(test, 2);

	litmus_run(test, 3, try_seat, r);
	KUNIT_EXPECT_GE(test, atomic_read(&r->most), 2);
}

LITMUS_SUITE(KUNIT_CASE(seats_2_of_3), KUNIT_CASE(seats_1_of_3), KUNIT_CASE(producer_consumer),
	     KUNIT_CASE(try_2_of_3));
