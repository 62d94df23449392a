// SPDX-License-Identifier: MIT
/*
 * w/w mutexes and the order of locks.
 */

#include "party.h"
#include <linux/ww_mutex.h>

static DEFINE_WD_CLASS(first_class);
static DEFINE_WD_CLASS(second_class);
static DEFINE_WD_CLASS(third_class);
static DEFINE_MUTEX(plain);

static int order_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static void any_order_in_a_context(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex lock[40];
	int i, round;

	for (i = 0; i < ARRAY_SIZE(lock); i++)
		ww_mutex_init(&lock[i], &first_class);
	for (round = 0; round < 2; round++) {
		ww_acquire_init(&ctx, &first_class);
		for (i = 0; i < ARRAY_SIZE(lock); i++)
			KUNIT_EXPECT_EQ(test,
					ww_mutex_lock(&lock[round ? i : ARRAY_SIZE(lock) - 1 - i],
						      &ctx),
					0);
		/* the context and one entry for all of its locks */
		KUNIT_EXPECT_EQ(test, lockdep_depth(current), 2);
		for (i = 0; i < ARRAY_SIZE(lock); i++)
			ww_mutex_unlock(&lock[(i * 7) % ARRAY_SIZE(lock)]);
		KUNIT_EXPECT_EQ(test, lockdep_depth(current), 1);
		ww_acquire_fini(&ctx);
	}
}

static void two_without_context(struct kunit *test)
{
	struct ww_mutex a, b;

	ww_mutex_init(&a, &first_class);
	ww_mutex_init(&b, &first_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, NULL), 0);
	lockstep_expect_report(test, "recursion");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&b, NULL), 0);
	expect_report(test, "recursion", LS_ORDER, &b);
	ww_mutex_unlock(&b);
	ww_mutex_unlock(&a);
}

static void one_more_without_context(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;

	ww_mutex_init(&a, &first_class);
	ww_mutex_init(&b, &first_class);
	ww_acquire_init(&ctx, &first_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	lockstep_expect_report(test, "recursion");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&b, NULL), 0);
	expect_report(test, "recursion", LS_ORDER, &b);
	ww_mutex_unlock(&b);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void trylock_without_context(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;

	ww_mutex_init(&a, &first_class);
	ww_mutex_init(&b, &first_class);
	ww_acquire_init(&ctx, &first_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(&b, NULL));
	ww_mutex_unlock(&b);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void context_inside_a_lock(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &first_class);
	ww_acquire_init(&ctx, &first_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);

	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, NULL), 0);
	lockstep_expect_report(test, "lock-order");
	ww_acquire_init(&ctx, &first_class);
	expect_report(test, "lock-order", LS_ORDER, NULL);
	ww_acquire_fini(&ctx);
	ww_mutex_unlock(&a);
}

static void plain_and_ww(struct kunit *test)
{
	const struct ls_report *r;
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &first_class);
	ww_acquire_init(&ctx, &first_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	mutex_lock(&plain);
	mutex_unlock(&plain);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);

	mutex_lock(&plain);
	lockstep_expect_report(test, "lock-order");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, NULL), 0);
	r = expect_report(test, "lock-order", LS_ORDER, &a);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->object, "first_class_mutex"));
	ww_mutex_unlock(&a);
	mutex_unlock(&plain);
}

static void three_classes_in_a_circle(struct kunit *test)
{
	struct ww_mutex a, b, c;

	ww_mutex_init(&a, &first_class);
	ww_mutex_init(&b, &second_class);
	ww_mutex_init(&c, &third_class);
	ww_mutex_lock(&a, NULL);
	ww_mutex_lock(&b, NULL);
	ww_mutex_unlock(&b);
	ww_mutex_unlock(&a);
	ww_mutex_lock(&b, NULL);
	ww_mutex_lock(&c, NULL);
	ww_mutex_unlock(&c);
	ww_mutex_unlock(&b);
	ww_mutex_lock(&c, NULL);
	lockstep_expect_report(test, "lock-order");
	ww_mutex_lock(&a, NULL);
	KUNIT_EXPECT_EQ(test, expect_report(test, "lock-order", LS_ORDER, &a)->nr_parts, 3);
	ww_mutex_unlock(&a);
	ww_mutex_unlock(&c);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(any_order_in_a_context),
	KUNIT_CASE(two_without_context),
	KUNIT_CASE(one_more_without_context),
	KUNIT_CASE(trylock_without_context),
	KUNIT_CASE(context_inside_a_lock),
	KUNIT_CASE(plain_and_ww),
	KUNIT_CASE(three_classes_in_a_circle),
	{}
};

static struct kunit_suite suite = {
	.name = "ww_order",
	.init = order_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
