// SPDX-License-Identifier: MIT
/*
 * Contexts that each take all objects, starting with another one, by the protocol: whoever is told
 * -EDEADLK releases everything, sleeps for the lock in question and goes on from there.
 * Nobody hangs, the oldest context is never turned away.
 */
#include "../../ww.h"

static void take_all(void *arg, unsigned int me)
{
	struct ww_table *t = arg;
	unsigned long held = 0, all = BIT(t->nr) - 1;
	struct ww_acquire_ctx ctx;
	unsigned int i;

	ww_acquire_init(&ctx, t->class);
	while (held != all) {
		i = ww_missing(t, me, held);
		if (!ww_mutex_lock(&t->lock[i], &ctx)) {
			held |= BIT(i);
			continue;
		}
		ww_drop(t, held);
		ww_mutex_lock_slow(&t->lock[i], &ctx);
		held = BIT(i);
	}
	ww_acquire_done(&ctx);
	for (i = 0; i < t->nr; i++)
		t->taken[i]++;
	ww_drop(t, held);
	ww_acquire_fini(&ctx);
}

static void take(struct kunit *test, struct ww_class *class, unsigned int tasks, unsigned int nr)
{
	struct ww_table *t = ww_table_new(test, class, nr);
	unsigned int i;

	litmus_run(test, tasks, take_all, t);
	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ(test, t->taken[i], tasks);
}

#define TAKE(class, tasks, nr)                                                                     \
	static void class##_##tasks##x##nr(struct kunit *test)                                     \
	{                                                                                          \
		take(test, &litmus_##class, tasks, nr);                                            \
	}

TAKE(wait_die, 2, 2)
TAKE(wait_die, 2, 3)
TAKE(wait_die, 3, 2)
TAKE(wait_die, 3, 3)
TAKE(wound_wait, 2, 2)
TAKE(wound_wait, 2, 3)
TAKE(wound_wait, 3, 2)
TAKE(wound_wait, 3, 3)

/* Somebody without a context takes one lock at a time: he waits for anybody and harms nobody. */
static void without_context(void *arg, unsigned int me)
{
	struct ww_table *t = arg;
	unsigned int i;

	for (i = 0; i < t->nr; i++) {
		ww_mutex_lock(&t->lock[i], NULL);
		t->taken[i]++;
		ww_mutex_unlock(&t->lock[i]);
	}
}

static void bystander(struct kunit *test)
{
	struct ww_table *t = ww_table_new(test, &litmus_wound_wait, 2);

	litmus_run_each(test, t, take_all, take_all, without_context);
	KUNIT_EXPECT_EQ(test, t->taken[0], 3);
	KUNIT_EXPECT_EQ(test, t->taken[1], 3);
}

LITMUS_SUITE(KUNIT_CASE(wait_die_2x2), KUNIT_CASE(wait_die_2x3), KUNIT_CASE(wait_die_3x2),
	     KUNIT_CASE(wait_die_3x3), KUNIT_CASE(wound_wait_2x2), KUNIT_CASE(wound_wait_2x3),
	     KUNIT_CASE(wound_wait_3x2), KUNIT_CASE(wound_wait_3x3), KUNIT_CASE(bystander));
