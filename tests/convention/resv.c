// SPDX-License-Identifier: MIT
/*
 * Reservation objects: calls that need the lock, with it and without it, and the
 * locking calls themselves.
 */
#include <linux/sched/mm.h>
#include <linux/seq_file.h>

#include "mock.h"

struct setup {
	struct dma_resv resv;
	struct dma_resv other;
	struct dma_fence *fence;
	struct dma_fence *next;
	struct dma_resv_iter cursor;
	struct seq_file seq;
	char buf[256];
};

static void fence_done(void *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static struct dma_fence *managed_fence(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fence_done, fence), 0);
	return fence;
}

static void setup_fini(void *arg)
{
	struct setup *s = arg;

	dma_resv_fini(&s->resv);
	dma_resv_fini(&s->other);
}

/* One fence is in it, and there is room for more. */
static struct setup *setup_new(struct kunit *test)
{
	struct setup *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->fence = managed_fence(test);
	s->next = managed_fence(test);
	dma_resv_init(&s->resv);
	dma_resv_init(&s->other);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, setup_fini, s), 0);
	s->seq.buf = s->buf;
	s->seq.size = sizeof(s->buf);

	dma_resv_lock(&s->resv, NULL);
	KUNIT_ASSERT_EQ(test, dma_resv_reserve_fences(&s->resv, 4), 0);
	dma_resv_add_fence(&s->resv, s->fence, DMA_RESV_USAGE_WRITE);
	/* Not through dma_resv_unlock(): the slots stay, for calls without the lock. */
	ww_mutex_unlock(&s->resv.lock);
	dma_resv_iter_begin(&s->cursor, &s->resv, DMA_RESV_USAGE_BOOKKEEP);
	return s;
}

static int do_reserve(struct setup *s)
{
	return dma_resv_reserve_fences(&s->resv, 1);
}

static int do_add(struct setup *s)
{
	dma_resv_add_fence(&s->resv, s->next, DMA_RESV_USAGE_READ);
	return 0;
}

static int do_replace(struct setup *s)
{
	dma_resv_replace_fences(&s->resv, s->fence->context, s->next, DMA_RESV_USAGE_READ);
	return 0;
}

static int do_first(struct setup *s)
{
	return dma_resv_iter_first(&s->cursor) == s->fence ? 0 : -ENOENT;
}

static int do_next(struct setup *s)
{
	s->cursor.fences = NULL;
	return dma_resv_iter_next(&s->cursor) ? -EEXIST : 0;
}

static int do_copy(struct setup *s)
{
	return dma_resv_copy_fences(&s->resv, &s->other);
}

static int do_describe(struct setup *s)
{
	dma_resv_describe(&s->resv, &s->seq);
	return 0;
}

static int do_assert(struct setup *s)
{
	dma_resv_assert_held(&s->resv);
	return 0;
}

static const struct step {
	const char *rule;
	const char *name;
	int (*call)(struct setup *s);
} steps[] = {
	{ "resv-reserve-fences-held", "dma_resv_reserve_fences", do_reserve },
	{ "resv-add-fence-held", "dma_resv_add_fence", do_add },
	{ "resv-replace-fences-held", "dma_resv_replace_fences", do_replace },
	{ "resv-iter-first-held", "dma_resv_iter_first", do_first },
	{ "resv-iter-next-held", "dma_resv_iter_next", do_next },
	{ "resv-copy-fences-held", "dma_resv_copy_fences", do_copy },
	{ "resv-describe-held", "dma_resv_describe", do_describe },
	{ "resv-assert-held", "dma_resv_assert_held", do_assert },
};

static void describe_step(const struct step *step, char *desc)
{
	strscpy(desc, step->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(steps, steps, describe_step);

static void keeps(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct setup *s = setup_new(test);

	dma_resv_lock(&s->resv, NULL);
	KUNIT_EXPECT_EQ(test, step->call(s), 0);
	dma_resv_unlock(&s->resv);
}

static void breaks(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct setup *s = setup_new(test);
	const struct ls_report *r;
	char want[120];

	lockstep_expect_report(test, step->rule);
	KUNIT_EXPECT_EQ(test, step->call(s), 0);
	r = mock_check_report(test, step->rule, LS_BREACH);
	snprintf(want, sizeof(want), "%s() called without the reservation lock", step->name);
	KUNIT_EXPECT_STREQ(test, r->what, want);
	snprintf(want, sizeof(want), "resv#%u", s->resv.ls_id);
	KUNIT_EXPECT_STREQ(test, r->object, want);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&s->resv.lock);
	mock_expect_contains(test, r->holder, "this task released it last");
}

/* A call on the destination: the source may be in any state. */
static void copy_needs_destination_only(struct kunit *test)
{
	struct setup *s = setup_new(test);

	dma_resv_lock(&s->other, NULL);
	KUNIT_EXPECT_EQ(test, dma_resv_copy_fences(&s->other, &s->resv), 0);
	dma_resv_unlock(&s->other);
	KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(&s->other, DMA_RESV_USAGE_WRITE));
}

/* Calls that do not care. */
static void any_state(struct kunit *test)
{
	struct setup *s = setup_new(test);
	struct dma_fence **fences, *fence;
	unsigned int n;
	int locked;

	for (locked = 0; locked < 2; locked++) {
		fence = NULL;
		if (locked)
			dma_resv_lock(&s->resv, NULL);
		KUNIT_EXPECT_EQ(test, dma_resv_is_locked(&s->resv), locked);
		KUNIT_EXPECT_NULL(test, dma_resv_locking_ctx(&s->resv));
		KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(&s->resv, DMA_RESV_USAGE_WRITE));
		KUNIT_EXPECT_EQ(test,
				dma_resv_wait_timeout(&s->resv, DMA_RESV_USAGE_WRITE, true, 0), 0);
		dma_resv_set_deadline(&s->resv, DMA_RESV_USAGE_WRITE, ktime_get());
		KUNIT_EXPECT_EQ(test,
				dma_resv_get_singleton(&s->resv, DMA_RESV_USAGE_WRITE, &fence), 0);
		KUNIT_EXPECT_PTR_EQ(test, fence, s->fence);
		dma_fence_put(fence);
		KUNIT_EXPECT_EQ(test,
				dma_resv_get_fences(&s->resv, DMA_RESV_USAGE_WRITE, &n, &fences),
				0);
		KUNIT_EXPECT_EQ(test, n, 1);
		while (n)
			dma_fence_put(fences[--n]);
		kfree(fences);
		if (locked)
			dma_resv_unlock(&s->resv);
	}
}

/* --- the lock itself -------------------------------------------------------- */

static void call_lock(struct setup *s)
{
	if (!dma_resv_lock(&s->resv, NULL))
		dma_resv_unlock(&s->resv);
}

static void call_lock_interruptible(struct setup *s)
{
	if (!dma_resv_lock_interruptible(&s->resv, NULL))
		dma_resv_unlock(&s->resv);
}

static void call_lock_slow(struct setup *s)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &reservation_ww_class);
	ctx.contending_lock = &s->resv.lock; /* as -EDEADLK leaves it */
	dma_resv_lock_slow(&s->resv, &ctx);
	dma_resv_unlock(&s->resv);
	ww_acquire_fini(&ctx);
}

static void call_lock_slow_interruptible(struct setup *s)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &reservation_ww_class);
	ctx.contending_lock = &s->resv.lock;
	if (!dma_resv_lock_slow_interruptible(&s->resv, &ctx))
		dma_resv_unlock(&s->resv);
	ww_acquire_fini(&ctx);
}

static const struct lock_step {
	const char *rule; /* the row whose breach lockdep reports */
	void (*call)(struct setup *s);
} lock_steps[] = {
	{ "resv-lock-unheld", call_lock },
	{ "resv-lock-interruptible-unheld", call_lock_interruptible },
	{ "resv-lock-slow-unheld", call_lock_slow },
	{ "resv-lock-slow-interruptible-unheld", call_lock_slow_interruptible },
};

static void describe_lock(const struct lock_step *step, char *desc)
{
	strscpy(desc, step->rule, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(locks, lock_steps, describe_lock);

static void locking_keeps(struct kunit *test)
{
	const struct lock_step *step = test->param_value;
	struct setup *s = setup_new(test);

	KUNIT_ASSERT_EQ(test, ls_rule_find(step->rule)->check, LS_BY_LOCKDEP);
	step->call(s);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&s->resv));
}

int ls_dma_resv_lockdep(void);

static void learn_anew(struct kunit *test)
{
	ls_lockdep_reset();
	KUNIT_ASSERT_EQ(test, ls_dma_resv_lockdep(), 0);
}

struct lock_attempt {
	const struct lock_step *step;
	struct setup *s;
};

static void lock_again(void *arg)
{
	struct lock_attempt *a = arg;

	dma_resv_lock(&a->s->resv, NULL);
	a->step->call(a->s);
}

static void locking_breaks(struct kunit *test)
{
	struct lock_attempt a = { test->param_value, setup_new(test) };
	const struct ls_report *r;

	lockstep_expect_report(test, "self-deadlock");
	ls_lockdep_reset(); /* a context under a lock breaks the order too: not our subject */
	KUNIT_EXPECT_EQ(test, lockstep_run_task(lock_again, &a), -EDEADLK);
	learn_anew(test);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_DEADLOCK);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&a.s->resv.lock);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&a.s->resv));
}

static void lock_keeps(struct kunit *test)
{
	struct setup *s = setup_new(test);
	struct ww_acquire_ctx ctx;

	KUNIT_EXPECT_EQ(test, dma_resv_lock_interruptible(&s->resv, NULL), 0);
	dma_resv_unlock(&s->resv);
	KUNIT_EXPECT_TRUE(test, dma_resv_trylock(&s->resv));
	KUNIT_EXPECT_FALSE(test, dma_resv_trylock(&s->resv));
	dma_resv_unlock(&s->resv);

	ww_acquire_init(&ctx, &reservation_ww_class);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(&s->resv, &ctx), 0);
	KUNIT_EXPECT_PTR_EQ(test, dma_resv_locking_ctx(&s->resv), &ctx);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(&s->resv, &ctx), -EALREADY);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(&s->other, &ctx), 0);
	dma_resv_unlock(&s->other);
	dma_resv_unlock(&s->resv);
	ww_acquire_fini(&ctx);
}

/* "resv-unlock-held", and "resv-reset-max-fences-held", which unlock calls first. */
static void unlock_breaks(struct kunit *test)
{
	struct setup *s = setup_new(test);
	const struct ls_report *r;

	lockstep_expect_report(test, "unlock-not-held");
	dma_resv_unlock(&s->resv);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&s->resv));
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_CONTEXT);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&s->resv.lock);
	/* The slots are those of nobody, and stay. */
	dma_resv_reset_max_fences(&s->resv);
	dma_resv_lock(&s->resv, NULL);
	do_add(s);
	dma_resv_unlock(&s->resv);
}

/* "resv-for-each-fence-held": the loop's first step notices. */
static void loop_breaks(struct kunit *test)
{
	struct setup *s = setup_new(test);
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	int n = 0;

	dma_resv_lock(&s->resv, NULL);
	dma_resv_for_each_fence(&cursor, &s->resv, DMA_RESV_USAGE_READ, fence)
		n++;
	dma_resv_unlock(&s->resv);
	KUNIT_EXPECT_EQ(test, n, 1);
	lockstep_expect_report(test, "resv-iter-first-held");
	lockstep_expect_report(test, "resv-iter-next-held");
	dma_resv_for_each_fence(&cursor, &s->resv, DMA_RESV_USAGE_READ, fence)
		n++;
	KUNIT_EXPECT_EQ(test, n, 2);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

/* "resv-lockdep": the order that all drivers share is known before any driver runs. */
static void taught_order(struct kunit *test)
{
	struct setup *s = setup_new(test);
	struct mm_struct *mm = mm_alloc();
	const struct ls_report *r;

	KUNIT_ASSERT_NOT_NULL(test, mm);
	ls_lockdep_reset();
	if (ls_dma_resv_lockdep()) {
		mmput(mm);
		KUNIT_FAIL_AND_ABORT(test, "out of memory");
	}
	mmap_read_lock(mm);
	dma_resv_lock(&s->resv, NULL);
	dma_resv_unlock(&s->resv);
	mmap_read_unlock(mm);

	lockstep_expect_report(test, "lock-order");
	dma_resv_lock(&s->resv, NULL);
	mmap_read_lock(mm);
	mmap_read_unlock(mm);
	dma_resv_unlock(&s->resv);
	mmput(mm);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_ORDER);
	learn_anew(test);
}

/* --- slots ------------------------------------------------------------------ */

/* A reservation does not outlive the hold of the lock it was made under. */
static void add_without_slot(void *arg)
{
	struct setup *s = arg;

	dma_resv_lock(&s->resv, NULL);
	if (dma_resv_reserve_fences(&s->resv, 1))
		goto out;
	dma_resv_unlock(&s->resv);
	dma_resv_lock(&s->resv, NULL);
	dma_resv_add_fence(&s->resv, s->next, DMA_RESV_USAGE_READ);
out:
	dma_resv_unlock(&s->resv);
}

static void slots_are_lost(struct kunit *test)
{
	struct setup *s = setup_new(test);
	const struct ls_report *r;
	char want[32];

	lockstep_expect_report(test, "resv-no-slot");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(add_without_slot, s), -EDEADLK);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_BUG);
	snprintf(want, sizeof(want), "resv#%u", s->resv.ls_id);
	KUNIT_EXPECT_STREQ(test, r->object, want);
	/* Nothing was added, and no reference leaked. */
	KUNIT_EXPECT_EQ(test, kref_read(&s->next->refcount), 1);
}

static void add_to_nothing(void *arg)
{
	struct setup *s = arg;

	dma_resv_lock(&s->other, NULL);
	dma_resv_add_fence(&s->other, s->next, DMA_RESV_USAGE_READ);
}

static void never_reserved(struct kunit *test)
{
	struct setup *s = setup_new(test);

	lockstep_expect_report(test, "resv-no-slot");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(add_to_nothing, s), -EDEADLK);
	KUNIT_EXPECT_EQ(test, kref_read(&s->next->refcount), 1);
}

static void reserve_nothing(struct kunit *test)
{
	struct setup *s = setup_new(test);

	lockstep_expect_report(test, "warn");
	dma_resv_lock(&s->resv, NULL);
	KUNIT_EXPECT_EQ(test, dma_resv_reserve_fences(&s->resv, 0), -EINVAL);
	dma_resv_unlock(&s->resv);
}

static struct kunit_case resv_cases[] = {
	KUNIT_CASE_PARAM(keeps, steps_gen_params),
	KUNIT_CASE_PARAM(breaks, steps_gen_params),
	KUNIT_CASE(copy_needs_destination_only),
	KUNIT_CASE(any_state),
	KUNIT_CASE(lock_keeps),
	KUNIT_CASE_PARAM(locking_keeps, locks_gen_params),
	KUNIT_CASE_PARAM(locking_breaks, locks_gen_params),
	KUNIT_CASE(unlock_breaks),
	KUNIT_CASE(loop_breaks),
	KUNIT_CASE(taught_order),
	KUNIT_CASE(slots_are_lost),
	KUNIT_CASE(never_reserved),
	KUNIT_CASE(reserve_nothing),
	{}
};

static struct kunit_suite resv_suite = {
	.name = "convention-resv",
	.test_cases = resv_cases,
};
kunit_test_suite(resv_suite);

MODULE_LICENSE("MIT");
