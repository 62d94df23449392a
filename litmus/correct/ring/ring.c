// SPDX-License-Identifier: MIT
/*
 * Rings of N tasks and N spinlocks; task i needs locks i and i + 1. Each takes the one with the
 * lower number first: no circle of waiters can close. The classes are the orders in which the
 * neighbours get each lock, without the two that go round: 2^N - 2; for N = 2 there are 2.
 */
#include "../../litmus.h"
#include <linux/spinlock.h>

#define RING_MAX 5

struct ring {
	spinlock_t lock[RING_MAX];
	unsigned int nr;
	unsigned int taken[RING_MAX]; /* by its lock */
};

static void ordered(void *arg, unsigned int me)
{
	struct ring *r = arg;
	unsigned int next = (me + 1) % r->nr;
	unsigned int low = min(me, next), high = max(me, next);

	spin_lock(&r->lock[low]);
	spin_lock_nested(&r->lock[high], 1);
	r->taken[low]++;
	r->taken[high]++;
	spin_unlock(&r->lock[high]);
	spin_unlock(&r->lock[low]);
}

static void ring(struct kunit *test, unsigned int nr)
{
	struct ring *r = litmus_zalloc(test, struct ring);
	unsigned int i;

	r->nr = nr;
	for (i = 0; i < nr; i++)
		spin_lock_init(&r->lock[i]);
	litmus_run(test, nr, ordered, r);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, r->taken[i], 2);
}

LITMUS_SIZE(ring, 2)
LITMUS_SIZE(ring, 3)
LITMUS_SIZE(ring, 4)
LITMUS_SIZE(ring, 5)

LITMUS_SUITE(KUNIT_CASE(ring_2), KUNIT_CASE(ring_3), KUNIT_CASE(ring_4), KUNIT_CASE(ring_5));
