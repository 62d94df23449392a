// SPDX-License-Identifier: MIT
/*
 * A classic of the literature on partial orders: writer i of N makes a[i] = a[i - 1] + 1, and a reader
 * looks for the last zero from the end. How far the reader gets depends on who has written,
 * so that which steps depend on each other differs from one execution to the next. There are
 * (N + 3) * 2^(N - 2) classes, and source-DPOR explores many executions that turn out
 * to be seen already.
 */
#include "../../litmus.h"

#define LASTZERO_MAX 15

struct array {
	int a[LASTZERO_MAX + 1]; /* the first one stays 0 */
	unsigned int nr;
	int found;
};

static void lastzero_task(void *arg, unsigned int me)
{
	struct array *x = arg;

	if (me) {
		WRITE_ONCE(x->a[me], READ_ONCE(x->a[me - 1]) + 1);
		return;
	}
	x->found = x->nr;
	while (READ_ONCE(x->a[x->found]))
		x->found--;
}

static void lastzero(struct kunit *test, unsigned int nr)
{
	struct array *x = litmus_zalloc(test, struct array);

	x->nr = nr;
	litmus_run(test, nr + 1, lastzero_task, x);
	KUNIT_EXPECT_GE(test, x->found, 0);
	KUNIT_EXPECT_EQ(test, x->a[1], 1);
}

#ifndef LITMUS_LARGE
LITMUS_SIZE(lastzero, 2)
LITMUS_SIZE(lastzero, 3)
LITMUS_SIZE(lastzero, 4)
LITMUS_SIZE(lastzero, 5)
LITMUS_SIZE(lastzero, 6)
LITMUS_SIZE(lastzero, 7)
LITMUS_SIZE(lastzero, 8)

LITMUS_SUITE(KUNIT_CASE(lastzero_2), KUNIT_CASE(lastzero_3), KUNIT_CASE(lastzero_4),
	     KUNIT_CASE(lastzero_5), KUNIT_CASE(lastzero_6), KUNIT_CASE(lastzero_7),
	     KUNIT_CASE(lastzero_8));
#else
LITMUS_SIZE(lastzero, 10)
LITMUS_SIZE(lastzero, 12)

LITMUS_SUITE(KUNIT_CASE(lastzero_10), KUNIT_CASE(lastzero_12));
#endif
