// SPDX-License-Identifier: MIT
/*
 * Fences: calls and callbacks with and without the lock of the fence, and what may
 * happen in a signalling section.
 */
#include <linux/slab.h>

#include "mock.h"

enum where { NOWHERE, ENABLE, WAIT, DEADLINE, FUNC };

/**
 * struct probe - a fence that notes the state of its lock
 * @base: the fence
 * @lock: its lock
 * @cb: for FUNC
 * @held: was the lock held in each callback
 * @flip: callback that leaves the lock in the other state
 */
struct probe {
	struct dma_fence base;
	spinlock_t lock;
	struct dma_fence_cb cb;
	bool held[FUNC + 1];
	enum where flip;
};

static void probe_note(struct dma_fence *fence, enum where where)
{
	struct probe *probe = container_of(fence, struct probe, base);

	probe->held[where] = lockdep_is_held(&probe->lock);
	if (probe->flip != where)
		return;
	if (probe->held[where])
		spin_unlock(&probe->lock);
	else
		spin_lock(&probe->lock);
}

static bool probe_enable(struct dma_fence *fence)
{
	probe_note(fence, ENABLE);
	return true;
}

static long probe_wait(struct dma_fence *fence, bool intr, long timeout)
{
	probe_note(fence, WAIT);
	return 1;
}

static void probe_deadline(struct dma_fence *fence, ktime_t deadline)
{
	probe_note(fence, DEADLINE);
}

static void probe_func(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	probe_note(fence, FUNC);
}

static const struct dma_fence_ops probe_ops = {
	.get_driver_name = mock_fence_name,
	.get_timeline_name = mock_fence_name,
	.enable_signaling = probe_enable,
	.wait = probe_wait,
	.set_deadline = probe_deadline,
};

static void probe_put(void *arg)
{
	struct probe *probe = arg;

	probe->flip = NOWHERE;
	dma_fence_signal(&probe->base);
	dma_fence_put(&probe->base);
}

static struct probe *probe_new(struct kunit *test)
{
	struct probe *probe = kzalloc(sizeof(*probe), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, probe);
	spin_lock_init(&probe->lock);
	dma_fence_init(&probe->base, &probe_ops, &probe->lock, dma_fence_context_alloc(1), 1);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, probe_put, probe), 0);
	return probe;
}

/* --- the _locked calls ------------------------------------------------------ */

static int signal_locked(struct dma_fence *fence)
{
	return dma_fence_signal_locked(fence);
}

static int signal_timestamp_locked(struct dma_fence *fence)
{
	return dma_fence_signal_timestamp_locked(fence, 5);
}

static const struct locked_call {
	const char *rule;
	const char *name;
	int (*call)(struct dma_fence *fence);
} locked_calls[] = {
	{ "fence-signal-locked-held", "dma_fence_signal_locked", signal_locked },
	{ "fence-signal-timestamp-locked-held", "dma_fence_signal_timestamp_locked",
	  signal_timestamp_locked },
};

static void describe_locked(const struct locked_call *call, char *desc)
{
	strscpy(desc, call->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(locked, locked_calls, describe_locked);

static void locked_keeps(struct kunit *test)
{
	const struct locked_call *call = test->param_value;
	struct probe *probe = probe_new(test);
	unsigned long flags;

	spin_lock_irqsave(&probe->lock, flags);
	KUNIT_EXPECT_EQ(test, call->call(&probe->base), 0);
	spin_unlock_irqrestore(&probe->lock, flags);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(&probe->base));
}

static void locked_breaks(struct kunit *test)
{
	const struct locked_call *call = test->param_value;
	struct probe *probe = probe_new(test);
	const struct ls_report *r;
	char want[120];

	lockstep_expect_report(test, call->rule);
	KUNIT_EXPECT_EQ(test, call->call(&probe->base), 0);
	r = mock_check_report(test, call->rule, LS_BREACH);
	snprintf(want, sizeof(want), "%s() called without the lock of the fence", call->name);
	KUNIT_EXPECT_STREQ(test, r->what, want);
	snprintf(want, sizeof(want), "fence mock:mock context %llu seqno 1", probe->base.context);
	KUNIT_EXPECT_STREQ(test, r->object, want);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&probe->lock);
	KUNIT_EXPECT_TRUE(test, dma_fence_is_signaled(&probe->base));
}

/* --- calls that take the lock ------------------------------------------------ */

static void call_signal(struct probe *probe)
{
	dma_fence_signal(&probe->base);
}

static void call_signal_timestamp(struct probe *probe)
{
	dma_fence_signal_timestamp(&probe->base, 5);
}

static void call_add_callback(struct probe *probe)
{
	dma_fence_add_callback(&probe->base, &probe->cb, probe_func);
}

static void call_remove_callback(struct probe *probe)
{
	INIT_LIST_HEAD(&probe->cb.node);
	dma_fence_remove_callback(&probe->base, &probe->cb);
}

static void call_enable(struct probe *probe)
{
	dma_fence_enable_sw_signaling(&probe->base);
}

static void call_get_status(struct probe *probe)
{
	dma_fence_get_status(&probe->base);
}

static void call_default_wait(struct probe *probe)
{
	dma_fence_default_wait(&probe->base, true, 0);
}

static void call_wait(struct probe *probe)
{
	dma_fence_wait_timeout(&probe->base, false, 1);
}

static bool over(struct dma_fence *fence)
{
	return true;
}

/* Found out to be over, it is signaled. */
static const struct dma_fence_ops over_ops = {
	.get_driver_name = mock_fence_name,
	.get_timeline_name = mock_fence_name,
	.signaled = over,
};

static void call_is_signaled(struct probe *probe)
{
	probe->base.ops = &over_ops;
	dma_fence_is_signaled(&probe->base);
}

static const struct taking_call {
	const char *rule; /* the row whose breach lockdep reports */
	void (*call)(struct probe *probe);
	bool sleeps; /* which is reported on its own */
} taking_calls[] = {
	{ "fence-signal-unheld", call_signal },
	{ "fence-signal-timestamp-unheld", call_signal_timestamp },
	{ "fence-add-callback-unheld", call_add_callback },
	{ "fence-remove-callback-unheld", call_remove_callback },
	{ "fence-enable-sw-signaling-unheld", call_enable },
	{ "fence-get-status-unheld", call_get_status },
	{ "fence-default-wait-unheld", call_default_wait },
	{ "fence-wait-timeout-unheld", call_wait, true },
	{ "fence-is-signaled-unheld", call_is_signaled },
};

static void describe_taking(const struct taking_call *call, char *desc)
{
	strscpy(desc, call->rule, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(taking, taking_calls, describe_taking);

static void taking_keeps(struct kunit *test)
{
	const struct taking_call *call = test->param_value;
	struct probe *probe = probe_new(test);

	KUNIT_ASSERT_EQ(test, ls_rule_find(call->rule)->check, LS_BY_LOCKDEP);
	call->call(probe);
	KUNIT_EXPECT_FALSE(test, lockdep_is_held(&probe->lock));
}

struct taking_attempt {
	const struct taking_call *call;
	struct probe *probe;
};

static void call_with_lock(void *arg)
{
	struct taking_attempt *attempt = arg;
	unsigned long flags;

	spin_lock_irqsave(&attempt->probe->lock, flags);
	attempt->call->call(attempt->probe);
	spin_unlock_irqrestore(&attempt->probe->lock, flags);
}

static void taking_breaks(struct kunit *test)
{
	const struct taking_call *call = test->param_value;
	struct taking_attempt attempt = { call, probe_new(test) };
	const struct ls_report *r;

	/* A class of its own, so that lockdep learns no order between this and other cases. */
	spin_lock_init(&attempt.probe->lock);
	if (call->sleeps)
		lockstep_expect_report(test, "sleep-in-atomic");
	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(call_with_lock, &attempt), -EDEADLK);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_STREQ(test, r->rule, "self-deadlock");
	KUNIT_EXPECT_EQ(test, r->class, LS_DEADLOCK);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&attempt.probe->lock);
	spin_lock_init(&attempt.probe->lock);
}

/* "fence-wait-any-timeout-unheld": found before anything waits, but it might have slept. */
static void wait_any_breaks(struct kunit *test)
{
	struct probe *probe = probe_new(test);
	struct dma_fence *fence = &probe->base;
	const struct ls_report *r;
	unsigned long flags;
	uint32_t first = 1;

	dma_fence_signal(fence);
	KUNIT_EXPECT_GT(test, dma_fence_wait_any_timeout(&fence, 1, false, 1, &first), 0);
	KUNIT_EXPECT_EQ(test, first, 0);

	spin_lock_init(&probe->lock); /* a class of its own */
	lockstep_expect_report(test, "sleep-in-atomic");
	spin_lock_irqsave(&probe->lock, flags);
	dma_fence_wait_any_timeout(&fence, 1, false, 0, NULL);
	dma_fence_wait_any_timeout(&fence, 1, false, 1, NULL);
	spin_unlock_irqrestore(&probe->lock, flags);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_CONTEXT);
	spin_lock_init(&probe->lock);
}

/* --- callbacks ---------------------------------------------------------------- */

static void callbacks_keep(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(&probe->base, &probe->cb, probe_func), 0);
	KUNIT_EXPECT_TRUE(test, probe->held[ENABLE]);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(&probe->base, false, 1), 1);
	KUNIT_EXPECT_FALSE(test, probe->held[WAIT]);
	dma_fence_set_deadline(&probe->base, 1);
	KUNIT_EXPECT_FALSE(test, probe->held[DEADLINE]);
	dma_fence_signal(&probe->base);
	KUNIT_EXPECT_TRUE(test, probe->held[FUNC]);
}

static void check_flip(struct kunit *test, const char *rule, const char *func, const char *what)
{
	const struct ls_report *r = mock_check_report(test, rule, LS_BREACH);

	mock_expect_contains(test, r->what, func);
	mock_expect_contains(test, r->what, what);
}

static void wait_keeps_lock(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	probe->flip = WAIT;
	lockstep_expect_report(test, "fence-cb-wait-unheld");
	dma_fence_wait_timeout(&probe->base, false, 1);
	spin_unlock(&probe->lock);
	check_flip(test, "fence-cb-wait-unheld", "probe_wait",
		   "returned with the lock of the fence held");
}

static void deadline_keeps_lock(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	probe->flip = DEADLINE;
	lockstep_expect_report(test, "fence-cb-set-deadline-unheld");
	dma_fence_set_deadline(&probe->base, 1);
	spin_unlock(&probe->lock);
	check_flip(test, "fence-cb-set-deadline-unheld", "probe_deadline",
		   "returned with the lock of the fence held");
}

/* The row "fence-set-deadline"; the callback's own is what is reported. */
static void deadline_under_lock(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	lockstep_expect_report(test, "fence-cb-set-deadline-unheld");
	spin_lock_irq(&probe->lock);
	dma_fence_set_deadline(&probe->base, 1);
	spin_unlock_irq(&probe->lock);
	check_flip(test, "fence-cb-set-deadline-unheld", "probe_deadline",
		   "runs with the lock of the fence held");
}

/* The core unlocks next, which lockdep tells too. */
static void enable_drops_lock(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	probe->flip = ENABLE;
	lockstep_expect_report(test, "fence-cb-enable-signaling-held");
	lockstep_expect_report(test, "unlock-not-held");
	dma_fence_enable_sw_signaling(&probe->base);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

static void func_drops_lock(struct kunit *test)
{
	struct probe *probe = probe_new(test);

	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(&probe->base, &probe->cb, probe_func), 0);
	probe->flip = FUNC;
	lockstep_expect_report(test, "fence-cb-func-held");
	lockstep_expect_report(test, "unlock-not-held");
	dma_fence_signal(&probe->base);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

/* --- signalling sections ------------------------------------------------------ */

static void section_keeps(struct kunit *test)
{
	struct probe *probe = probe_new(test);
	bool outer, inner;

	outer = dma_fence_begin_signalling();
	inner = dma_fence_begin_signalling();
	dma_fence_signal(&probe->base);
	/* Work may depend on earlier work. */
	dma_fence_wait(&probe->base, false);
	dma_fence_end_signalling(inner);
	dma_fence_end_signalling(outer);
}

/* A section belongs to its task: "fence-begin-signalling" and "fence-end-signalling". */
static void section_ends_twice(struct kunit *test)
{
	bool cookie = dma_fence_begin_signalling();

	KUNIT_EXPECT_FALSE(test, cookie);
	dma_fence_end_signalling(cookie);
	lockstep_expect_report(test, "unlock-not-held");
	dma_fence_end_signalling(cookie);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
}

/* Whoever waits with the lock held would wait for us, who wait for the lock. */
static void section_takes_resv(struct kunit *test)
{
	struct dma_resv resv;
	bool cookie;

	dma_resv_init(&resv);
	cookie = dma_fence_begin_signalling();
	lockstep_expect_report(test, "fence-signalling");
	dma_resv_lock(&resv, NULL);
	dma_resv_unlock(&resv);
	dma_fence_end_signalling(cookie);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
	dma_resv_fini(&resv);
}

static void section_allocates(struct kunit *test)
{
	bool cookie = dma_fence_begin_signalling();

	kfree(kmalloc(16, GFP_ATOMIC));
	lockstep_expect_report(test, "fence-signalling");
	kfree(kmalloc(16, GFP_KERNEL));
	dma_fence_end_signalling(cookie);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
}

/* --- the end of a fence that was forgotten ------------------------------------- */

static void note_error(struct dma_fence *fence, struct dma_fence_cb *cb)
{
}

static void released_unsignaled(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);
	struct dma_fence_cb cb;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_EQ(test, dma_fence_add_callback(fence, &cb, note_error), 0);
	lockstep_expect_report(test, "warn");
	dma_fence_put(fence);
	mock_expect_contains(test, lockstep_last_report(test)->what, "released with pending signals");
	/* The callback has run, so nobody hangs. */
	KUNIT_EXPECT_TRUE(test, list_empty(&cb.node));
}

static struct kunit_case fence_cases[] = {
	KUNIT_CASE_PARAM(locked_keeps, locked_gen_params),
	KUNIT_CASE_PARAM(locked_breaks, locked_gen_params),
	KUNIT_CASE_PARAM(taking_keeps, taking_gen_params),
	KUNIT_CASE_PARAM(taking_breaks, taking_gen_params),
	KUNIT_CASE(wait_any_breaks),
	KUNIT_CASE(callbacks_keep),
	KUNIT_CASE(wait_keeps_lock),
	KUNIT_CASE(deadline_keeps_lock),
	KUNIT_CASE(deadline_under_lock),
	KUNIT_CASE(enable_drops_lock),
	KUNIT_CASE(func_drops_lock),
	KUNIT_CASE(section_keeps),
	KUNIT_CASE(section_ends_twice),
	KUNIT_CASE(section_takes_resv),
	KUNIT_CASE(section_allocates),
	KUNIT_CASE(released_unsignaled),
	{}
};

static struct kunit_suite fence_suite = {
	.name = "convention-fence",
	.test_cases = fence_cases,
};
kunit_test_suite(fence_suite);

MODULE_LICENSE("MIT");
