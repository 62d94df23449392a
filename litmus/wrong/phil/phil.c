// SPDX-License-Identifier: MIT
/*
 * Dining philosophers who all take the left fork first. Besides the 2^N - 2 classes of the correct
 * table there is one more: each has one fork and waits for the other.
 */
#include "../../phil.h"

static void all_left_first(void *arg, unsigned int me)
{
	struct table *t = arg;

	phil_eat(t, me, (me + 1) % t->seats);
}

static void phil(struct kunit *test, unsigned int seats)
{
	litmus_run(test, seats, all_left_first, phil_table(test, seats));
}

LITMUS_SIZE(phil, 3)
LITMUS_SIZE(phil, 4)
LITMUS_SIZE(phil, 5)
LITMUS_SIZE(phil, 6)

LITMUS_SUITE(KUNIT_CASE(phil_3), KUNIT_CASE(phil_4), KUNIT_CASE(phil_5), KUNIT_CASE(phil_6));
