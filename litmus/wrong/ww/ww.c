// SPDX-License-Identifier: MIT
/*
 * Ways to get the protocol of acquire contexts wrong. Most need a second context that gets in
 * the way, so a test of one task, or of two that do not meet, sees nothing.
 */
#include "../../ww.h"

/* What to do when told to back off, with @held still held. Returns what is held then. */
typedef unsigned long (*back_off_fn)(struct ww_table *t, struct ww_acquire_ctx *ctx,
				     unsigned long held, unsigned int contended);

static void take_all(struct ww_table *t, unsigned int me, back_off_fn back_off)
{
	unsigned long held = 0, all = BIT(t->nr) - 1;
	struct ww_acquire_ctx ctx;
	unsigned int i;

	ww_acquire_init(&ctx, t->class);
	while (held != all) {
		i = ww_missing(t, me, held);
		if (ww_mutex_lock(&t->lock[i], &ctx))
			held = back_off(t, &ctx, held, i);
		else
			held |= BIT(i);
	}
	ww_drop(t, held);
	ww_acquire_fini(&ctx);
}

/* No back-off: try again, and keep what the other one waits for. */
static unsigned long keep_all(struct ww_table *t, struct ww_acquire_ctx *ctx, unsigned long held,
			      unsigned int contended)
{
	return held;
}

static void keeps_all(void *arg, unsigned int me)
{
	take_all(arg, me, keep_all);
}

static void no_back_off(struct kunit *test)
{
	litmus_run(test, 2, keeps_all, ww_table_new(test, &litmus_wait_die, 2));
}

/* Everything is released, but then the first lock is taken again and not the contended one. */
static unsigned long start_over(struct ww_table *t, struct ww_acquire_ctx *ctx, unsigned long held,
				unsigned int contended)
{
	ww_drop(t, held);
	return 0;
}

static void starts_over(void *arg, unsigned int me)
{
	take_all(arg, me, start_over);
}

static void slow_forgotten(struct kunit *test)
{
	litmus_run(test, 2, starts_over, ww_table_new(test, &litmus_wait_die, 2));
}

/* It sleeps for the contended lock while it still holds others. */
static unsigned long sleep_holding(struct ww_table *t, struct ww_acquire_ctx *ctx,
				   unsigned long held, unsigned int contended)
{
	ww_mutex_lock_slow(&t->lock[contended], ctx);
	return held | BIT(contended);
}

static void sleeps_holding(void *arg, unsigned int me)
{
	take_all(arg, me, sleep_holding);
}

static void slow_while_holding(struct kunit *test)
{
	litmus_run(test, 2, sleeps_holding, ww_table_new(test, &litmus_wound_wait, 2));
}

/* Another lock than the contended one is slept for. */
static unsigned long sleep_for_other(struct ww_table *t, struct ww_acquire_ctx *ctx,
				     unsigned long held, unsigned int contended)
{
	ww_drop(t, held);
	ww_mutex_lock_slow(&t->lock[!contended], ctx);
	return BIT(!contended);
}

static void sleeps_for_other(void *arg, unsigned int me)
{
	take_all(arg, me, sleep_for_other);
}

static void slow_for_another(struct kunit *test)
{
	litmus_run(test, 2, sleeps_for_other, ww_table_new(test, &litmus_wait_die, 2));
}

/* Two locks without any context are two plain mutexes, here in both orders. */
static void two_without(void *arg, unsigned int me)
{
	struct ww_table *t = arg;

	ww_mutex_lock(&t->lock[me], NULL);
	mutex_lock_nested(&t->lock[!me].base, 1);
	ww_mutex_unlock(&t->lock[!me]);
	ww_mutex_unlock(&t->lock[me]);
}

static void no_context(struct kunit *test)
{
	litmus_run(test, 2, two_without, ww_table_new(test, &litmus_wound_wait, 2));
}

/* It says that it has all it needs, and takes one more when the other task asked for it. */
static void done_too_early(void *arg, unsigned int me)
{
	struct ww_table *t = arg;
	struct ww_acquire_ctx ctx;

	if (me) {
		WRITE_ONCE(t->taken[0], 1);
		return;
	}
	ww_acquire_init(&ctx, t->class);
	ww_mutex_lock(&t->lock[0], &ctx);
	ww_acquire_done(&ctx);
	if (READ_ONCE(t->taken[0])) {
		if (!ww_mutex_lock(&t->lock[1], &ctx))
			ww_mutex_unlock(&t->lock[1]);
	}
	ww_mutex_unlock(&t->lock[0]);
	ww_acquire_fini(&ctx);
}

static void lock_after_done(struct kunit *test)
{
	litmus_run(test, 2, done_too_early, ww_table_new(test, &litmus_wound_wait, 2));
}

/* The context is closed on the path of the error, before the lock that it holds is released. */
static void closes_first(void *arg, unsigned int me)
{
	struct ww_table *t = arg;
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, t->class);
	ww_mutex_lock(&t->lock[me], &ctx);
	if (ww_mutex_lock(&t->lock[!me], &ctx)) {
		ww_acquire_fini(&ctx);
		ww_mutex_unlock(&t->lock[me]);
		return;
	}
	ww_drop(t, 3);
	ww_acquire_fini(&ctx);
}

static void fini_while_holding(struct kunit *test)
{
	litmus_run(test, 2, closes_first, ww_table_new(test, &litmus_wait_die, 2));
}

LITMUS_SUITE(KUNIT_CASE(no_back_off), KUNIT_CASE(slow_forgotten), KUNIT_CASE(slow_while_holding),
	     KUNIT_CASE(slow_for_another), KUNIT_CASE(no_context), KUNIT_CASE(lock_after_done),
	     KUNIT_CASE(fini_while_holding));
