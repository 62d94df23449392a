// SPDX-License-Identifier: MIT
/*
 * Acquire contexts used against the protocol: one report each, rule ww-context.
 */

#include "party.h"
#include <linux/ww_mutex.h>

static DEFINE_WD_CLASS(test_class);
static DEFINE_WW_CLASS(other_class);

static void expect_misuse(struct kunit *test, const void *lock, const char *what)
{
	const struct ls_report *r = expect_report(test, "ww-context", LS_CONTEXT, lock);

	KUNIT_EXPECT_NOT_NULL(test, strstr(r->what, what));
}

static void lock_after_done(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &test_class);
	ww_acquire_init(&ctx, &test_class);
	ww_acquire_done(&ctx);
	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	expect_misuse(test, &a, "ww_acquire_done");
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void done_twice(struct kunit *test)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &test_class);
	ww_acquire_done(&ctx);
	lockstep_expect_report(test, "ww-context");
	ww_acquire_done(&ctx);
	expect_misuse(test, NULL, "twice");
	ww_acquire_fini(&ctx);
}

static void done_after_fini(struct kunit *test)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &test_class);
	ww_acquire_fini(&ctx);
	ctx.done_acquire = 0;
	lockstep_expect_report(test, "assert-held");
	ww_acquire_done(&ctx);
	expect_report(test, "assert-held", LS_WARN, NULL);
}

static void class_mismatch(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &other_class);
	ww_acquire_init(&ctx, &test_class);
	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	expect_misuse(test, &a, "different classes");
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void fini_while_held(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &test_class);
	ww_acquire_init(&ctx, &test_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	lockstep_expect_report(test, "ww-context");
	ww_acquire_fini(&ctx);
	expect_misuse(test, NULL, "still holds");
	ww_mutex_unlock(&a);
}

static void slow_without_reason(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &test_class);
	ww_acquire_init(&ctx, &test_class);
	lockstep_expect_report(test, "ww-context");
	ww_mutex_lock_slow(&a, &ctx);
	expect_misuse(test, &a, "without -EDEADLK");
	ww_mutex_unlock(&a);

	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock_slow_interruptible(&a, &ctx), 0);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

/* Brings @ctx to -EDEADLK on @b while it holds @a. */
static void make_it_die(struct kunit *test, struct ww_acquire_ctx *ctx, struct ww_mutex *a,
			struct ww_mutex *b)
{
	int i, ret = 0;

	ls_ww_inject(1);
	ww_acquire_init(ctx, &test_class);
	ls_ww_inject(0);
	KUNIT_ASSERT_EQ(test, ww_mutex_lock(a, ctx), 0);
	for (i = 0; i < 20 && !ret; i++) {
		ret = ww_mutex_lock(b, ctx);
		if (!ret)
			ww_mutex_unlock(b);
	}
	KUNIT_ASSERT_EQ(test, ret, -EDEADLK);
	ctx->deadlock_inject_interval = 0;
}

static void another_than_the_contended(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;

	ww_mutex_init(&a, &test_class);
	ww_mutex_init(&b, &test_class);
	make_it_die(test, &ctx, &a, &b);
	ww_mutex_unlock(&a);
	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	expect_misuse(test, &a, "another lock than the contended");
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void before_all_are_released(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a, b;

	ww_mutex_init(&a, &test_class);
	ww_mutex_init(&b, &test_class);
	make_it_die(test, &ctx, &a, &b);
	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&b, &ctx), 0);
	expect_misuse(test, &b, "before all others were released");
	ww_mutex_unlock(&b);
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void released_by_mutex_unlock(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &test_class);
	ww_acquire_init(&ctx, &test_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	mutex_unlock(&a.base);
	ctx.acquired = 0;
	lockstep_expect_report(test, "ww-context");
	KUNIT_EXPECT_TRUE(test, ww_mutex_trylock(&a, &ctx));
	expect_misuse(test, &a, "still had a context");
	ww_mutex_unlock(&a);
	ww_acquire_fini(&ctx);
}

static void context_counts_none(struct kunit *test)
{
	struct ww_acquire_ctx ctx;
	struct ww_mutex a;

	ww_mutex_init(&a, &test_class);
	ww_acquire_init(&ctx, &test_class);
	KUNIT_EXPECT_EQ(test, ww_mutex_lock(&a, &ctx), 0);
	ctx.acquired = 0; /* made anew while it held a lock */
	lockstep_expect_report(test, "ww-context");
	ww_mutex_unlock(&a);
	expect_misuse(test, &a, "holds none");
	ww_acquire_fini(&ctx);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lock_after_done),
	KUNIT_CASE(done_twice),
	KUNIT_CASE(done_after_fini),
	KUNIT_CASE(class_mismatch),
	KUNIT_CASE(fini_while_held),
	KUNIT_CASE(slow_without_reason),
	KUNIT_CASE(another_than_the_contended),
	KUNIT_CASE(before_all_are_released),
	KUNIT_CASE(released_by_mutex_unlock),
	KUNIT_CASE(context_counts_none),
	{}
};

static struct kunit_suite suite = {
	.name = "ww_misuse",
	.test_cases = cases,
};
kunit_test_suites(&suite);
