// SPDX-License-Identifier: MIT
/*
 * Dining philosophers, the last of whom takes the right fork first. Nothing is left of a schedule
 * but who of two neighbours has their common fork first: 2^N choices, without the two
 * that go round in a circle. So there are 2^N - 2 classes.
 */
#include "../../phil.h"

static void last_one_is_left_handed(void *arg, unsigned int me)
{
	struct table *t = arg;

	if (me == t->seats - 1)
		phil_eat(t, 0, me);
	else
		phil_eat(t, me, me + 1);
}

static void phil(struct kunit *test, unsigned int seats)
{
	struct table *t = phil_table(test, seats);
	unsigned int i, meals = 0;

	litmus_run(test, seats, last_one_is_left_handed, t);
	for (i = 0; i < seats; i++)
		meals += t->meals[i];
	KUNIT_EXPECT_EQ(test, meals, seats);
}

#ifndef LITMUS_LARGE
LITMUS_SIZE(phil, 3)
LITMUS_SIZE(phil, 4)
LITMUS_SIZE(phil, 5)
LITMUS_SIZE(phil, 6)
LITMUS_SIZE(phil, 7)
LITMUS_SIZE(phil, 8)
LITMUS_SIZE(phil, 9)
LITMUS_SIZE(phil, 10)

LITMUS_SUITE(KUNIT_CASE(phil_3), KUNIT_CASE(phil_4), KUNIT_CASE(phil_5), KUNIT_CASE(phil_6),
	     KUNIT_CASE(phil_7), KUNIT_CASE(phil_8), KUNIT_CASE(phil_9), KUNIT_CASE(phil_10));
#else
LITMUS_SIZE(phil, 11)
LITMUS_SIZE(phil, 12)
LITMUS_SIZE(phil, 13)
LITMUS_SIZE(phil, 14)
LITMUS_SIZE(phil, 16)

LITMUS_SUITE(KUNIT_CASE(phil_11), KUNIT_CASE(phil_12), KUNIT_CASE(phil_13),
	     KUNIT_CASE(phil_14), KUNIT_CASE(phil_16));
#endif
