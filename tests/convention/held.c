// SPDX-License-Identifier: MIT
/*
 * Calls that need the reservation lock: each with it and without it.
 */
#include <linux/completion.h>
#include <linux/kthread.h>

#include "mock.h"

/**
 * struct step - one call under test
 * @rule: its rule
 * @name: its name, as the report has it
 * @fn: address of the function called
 * @before: what must have been done, with the lock held; may be NULL
 * @call: the call
 * @after: undoes it, with the lock held; may be NULL
 * @callback: the callback it makes
 * @dynamic: for a dynamic importer
 */
struct step {
	const char *rule;
	const char *name;
	const void *fn;
	void (*before)(struct mock *mock);
	void (*call)(struct mock *mock);
	void (*after)(struct mock *mock);
	enum mock_call callback;
	bool dynamic;
};

static noinline void do_pin(struct mock *mock)
{
	dma_buf_pin(mock->attach);
}

static noinline void do_unpin(struct mock *mock)
{
	dma_buf_unpin(mock->attach);
}

static noinline void do_map(struct mock *mock)
{
	mock->sgt = dma_buf_map_attachment(mock->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(mock->sgt))
		mock->sgt = NULL;
}

static noinline void do_unmap(struct mock *mock)
{
	if (mock->sgt)
		dma_buf_unmap_attachment(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
}

static noinline void do_vmap(struct mock *mock)
{
	WARN_ON(dma_buf_vmap(mock->dmabuf, &mock->map));
}

static noinline void do_vunmap(struct mock *mock)
{
	dma_buf_vunmap(mock->dmabuf, &mock->map);
}

static noinline void do_move_notify(struct mock *mock)
{
	dma_buf_move_notify(mock->dmabuf);
}

static const struct step steps[] = {
	{ "pin-held", "dma_buf_pin", dma_buf_pin, NULL, do_pin, do_unpin, MOCK_PIN, true },
	{ "unpin-held", "dma_buf_unpin", dma_buf_unpin, do_pin, do_unpin, NULL, MOCK_UNPIN, true },
	{ "map-held", "dma_buf_map_attachment", dma_buf_map_attachment, NULL, do_map, do_unmap,
	  MOCK_MAP, false },
	{ "map-held", "dma_buf_map_attachment", dma_buf_map_attachment, NULL, do_map, do_unmap,
	  MOCK_MAP, true },
	{ "unmap-held", "dma_buf_unmap_attachment", dma_buf_unmap_attachment, do_map, do_unmap,
	  NULL, MOCK_UNMAP, false },
	{ "unmap-held", "dma_buf_unmap_attachment", dma_buf_unmap_attachment, do_map, do_unmap,
	  NULL, MOCK_UNMAP, true },
	{ "vmap-held", "dma_buf_vmap", dma_buf_vmap, NULL, do_vmap, do_vunmap, MOCK_VMAP, false },
	{ "vunmap-held", "dma_buf_vunmap", dma_buf_vunmap, do_vmap, do_vunmap, NULL, MOCK_VUNMAP,
	  false },
	{ "move-notify-held", "dma_buf_move_notify", dma_buf_move_notify, NULL, do_move_notify, NULL,
	  MOCK_MOVE, true },
};

static void describe_step(const struct step *step, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s", step->name, step->dynamic ? ", dynamic" : "");
}

KUNIT_ARRAY_PARAM(steps, steps, describe_step);

static void keeps(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = mock_attached(test, step->dynamic);
	unsigned int before;

	dma_resv_lock(&mock->resv, NULL);
	if (step->before)
		step->before(mock);
	before = mock->calls[step->callback];
	step->call(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[step->callback], before + 1);
	KUNIT_EXPECT_TRUE(test, mock->held[step->callback]);
	if (step->after)
		step->after(mock);
	dma_resv_unlock(&mock->resv);
}

/* What stands in each report of a call without the lock. */
static const struct ls_report *check_breach(struct kunit *test, const struct step *step,
					    struct mock *mock)
{
	const struct ls_report *r = mock_check_report(test, step->rule, LS_BREACH);
	char want[120];

	snprintf(want, sizeof(want), "%s() called without the reservation lock", step->name);
	KUNIT_EXPECT_STREQ(test, r->what, want);
	snprintf(want, sizeof(want), "dma_buf#%u (exporter '%s') resv#%u", mock->dmabuf->ls_id,
		 mock->dmabuf->exp_name, mock->resv.ls_id);
	KUNIT_EXPECT_STREQ(test, r->object, want);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&mock->resv.lock);
	KUNIT_EXPECT_EQ(test, r->pid, current->pid);
	KUNIT_EXPECT_STREQ(test, r->comm, current->comm);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[0]), (unsigned long)step->fn);
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[1]), (unsigned long)step->call);
	return r;
}

static void breaks(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = mock_attached(test, step->dynamic);
	const struct ls_report *r;

	dma_resv_lock(&mock->resv, NULL);
	if (step->before)
		step->before(mock);
	dma_resv_unlock(&mock->resv);

	lockstep_expect_report(test, step->rule);
	step->call(mock);
	r = check_breach(test, step, mock);

	/* This very task let go of it a moment ago. */
	mock_expect_contains(test, r->holder, "held by nobody; this task released it last");
	KUNIT_EXPECT_EQ(test, r->holder_trace.pid, current->pid);
	KUNIT_EXPECT_GT(test, r->holder_trace.nr, 0);

	/* As in a kernel, the call was made all the same. */
	KUNIT_EXPECT_FALSE(test, mock->held[step->callback]);
	KUNIT_EXPECT_GT(test, mock->calls[step->callback], 0);

	dma_resv_lock(&mock->resv, NULL);
	if (step->after)
		step->after(mock);
	dma_resv_unlock(&mock->resv);
}

/* --- who holds it ---------------------------------------------------------- */

struct other {
	struct mock *mock;
	struct completion locked, done;
	int pid;
};

static int hold_lock(void *arg)
{
	struct other *other = arg;

	other->pid = current->pid;
	dma_resv_lock(&other->mock->resv, NULL);
	complete(&other->locked);
	wait_for_completion(&other->done);
	dma_resv_unlock(&other->mock->resv);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* Locked is not enough: it must be this task that holds the lock. */
static void held_by_another(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);
	struct other other = { .mock = mock };
	const struct ls_report *r;
	struct task_struct *task;
	char want[80];

	init_completion(&other.locked);
	init_completion(&other.done);
	task = kthread_run(hold_lock, &other, "holder");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&other.locked);

	lockstep_expect_report(test, "move-notify-held");
	dma_buf_move_notify(mock->dmabuf);
	r = lockstep_last_report(test);
	if (r) {
		snprintf(want, sizeof(want), "held by task %d (holder)", other.pid);
		mock_expect_contains(test, r->holder, want);
		KUNIT_EXPECT_EQ(test, r->holder_trace.pid, other.pid);
		KUNIT_EXPECT_STREQ(test, r->holder_trace.comm, "holder");
		KUNIT_EXPECT_EQ(test, os_function_start(r->holder_trace.pc[0]),
				(unsigned long)hold_lock);
	}
	complete(&other.done);
	kthread_stop(task);
	KUNIT_EXPECT_NOT_NULL(test, r);
}

static void never_taken(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_dynamic_ops);
	const struct ls_report *r;

	lockstep_expect_report(test, "move-notify-held");
	dma_buf_move_notify(mock->dmabuf);
	r = mock_check_report(test, "move-notify-held", LS_BREACH);
	KUNIT_EXPECT_STREQ(test, r->holder, "held by nobody; never taken so far");
	KUNIT_EXPECT_EQ(test, r->holder_trace.nr, 0);
}

/* A name given by user space is part of the description. */
static void named_buffer(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_dynamic_ops);
	const struct ls_report *r;

	mock->dmabuf->name = kstrdup("frame", GFP_KERNEL);
	lockstep_expect_report(test, "move-notify-held");
	dma_buf_move_notify(mock->dmabuf);
	r = mock_check_report(test, "move-notify-held", LS_BREACH);
	mock_expect_contains(test, r->object, " 'frame' (exporter '");
}

static struct kunit_case held_cases[] = {
	KUNIT_CASE_PARAM(keeps, steps_gen_params),
	KUNIT_CASE_PARAM(breaks, steps_gen_params),
	KUNIT_CASE(held_by_another),
	KUNIT_CASE(never_taken),
	KUNIT_CASE(named_buffer),
	{}
};

static struct kunit_suite held_suite = {
	.name = "convention-held",
	.test_cases = held_cases,
};
kunit_test_suite(held_suite);

MODULE_LICENSE("MIT");
