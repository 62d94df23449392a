// SPDX-License-Identifier: MIT
/*
 * Memory that is shared without a lock, by steps that are each atomic, and not together.
 */
#include "../../litmus.h"
#include <linux/atomic.h>
#include <linux/bitops.h>

struct memory {
	atomic_t count;
	int plain, want[2], turn;
	int x, y, seen[2];
	unsigned long bit;
	void *once;
};

/* Read, add, write: an increment of somebody else is lost. */
static void add_one(void *arg, unsigned int me)
{
	struct memory *m = arg;

	WRITE_ONCE(m->plain, READ_ONCE(m->plain) + 1);
}

static void lost_update(struct kunit *test, unsigned int nr)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, nr, add_one, m);
	KUNIT_EXPECT_EQ(test, m->plain, nr);
}

LITMUS_SIZE(lost_update, 2)
LITMUS_SIZE(lost_update, 3)

/* The same with an atomic_t that is read and set. */
static void read_and_set(void *arg, unsigned int me)
{
	struct memory *m = arg;

	atomic_set(&m->count, atomic_read(&m->count) + 1);
}

static void atomic_read_set(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, read_and_set, m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->count), 2);
}

/* Made on first use, by two at once: one of them is leaked. */
static void make_once(void *arg, unsigned int me)
{
	struct memory *m = arg;

	if (!READ_ONCE(m->once))
		WRITE_ONCE(m->once, kmalloc(16, GFP_KERNEL));
}

static void made_twice(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, make_once, m);
	kfree(m->once);
}

/* Asked first and then set: both come in. */
static void test_then_set(void *arg, unsigned int me)
{
	struct memory *m = arg;

	if (!test_bit(0, &m->bit)) {
		set_bit(0, &m->bit);
		atomic_inc(&m->count);
	}
}

static void test_set_apart(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, test_then_set, m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->count), 1);
}

/* Peterson's algorithm with two lines in the wrong order. */
static void turn_then_want(void *arg, unsigned int me)
{
	struct memory *m = arg;
	bool in;

	WRITE_ONCE(m->turn, !me);
	WRITE_ONCE(m->want[me], 1);
	in = !READ_ONCE(m->want[!me]) || READ_ONCE(m->turn) == me;
	if (in) {
		if (atomic_inc_return(&m->count) == 2)
			WRITE_ONCE(m->plain, 1); /* two inside */
		atomic_dec(&m->count);
	}
	WRITE_ONCE(m->want[me], 0);
}

static void peterson_reversed(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, turn_then_want, m);
	KUNIT_EXPECT_EQ(test, m->plain, 0);
}

/* The flag is set before the data. */
static void send(void *arg, unsigned int me)
{
	struct memory *m = arg;

	WRITE_ONCE(m->y, 1);
	WRITE_ONCE(m->x, 1);
}

static void receive(void *arg, unsigned int me)
{
	struct memory *m = arg;

	m->seen[0] = READ_ONCE(m->y);
	m->seen[1] = READ_ONCE(m->x);
}

static void flag_before_data(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run_each(test, m, send, receive);
	KUNIT_EXPECT_GE(test, m->seen[1], m->seen[0]);
}

/* Only three changes of the task in just these places show it. */
static void climb(void *arg, unsigned int me)
{
	struct memory *m = arg;
	int step;

	for (step = me; step < 4; step += 2) {
		if (READ_ONCE(m->turn) != step)
			return;
		WRITE_ONCE(m->turn, step + 1);
	}
}

static void four_in_a_row(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, climb, m);
	KUNIT_EXPECT_LT(test, m->turn, 4);
}

LITMUS_SUITE(KUNIT_CASE(lost_update_2), KUNIT_CASE(lost_update_3), KUNIT_CASE(atomic_read_set),
	     KUNIT_CASE(made_twice), KUNIT_CASE(test_set_apart), KUNIT_CASE(peterson_reversed),
	     KUNIT_CASE(flag_before_data), KUNIT_CASE(four_in_a_row));
