// SPDX-License-Identifier: MIT
/*
 * Reports: what a report holds when it comes out, and what expectations do with it.
 */
#include <kunit/test.h>
#include <linux/bug.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <lockstep/report.h>
#include <lockstep/symbol.h>
#include <lockstep/test.h>

static noinline void find_fault(const char *what)
{
	struct ls_report r;

	ls_report_init(&r, LS_MISUSE, "test-rule", "tests do as they say");
	strscpy(r.what, what, sizeof(r.what));
	ls_report_emit(&r);
}

static noinline void make_fault(const char *what)
{
	find_fault(what);
}

static void expected_report_is_kept(struct kunit *test)
{
	const struct ls_report *r;

	KUNIT_EXPECT_NULL(test, lockstep_last_report(test));
	lockstep_expect_report(test, "test-rule");
	make_fault("seen");
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_MISUSE);
	KUNIT_EXPECT_STREQ(test, r->rule, "test-rule");
	KUNIT_EXPECT_STREQ(test, r->text, "tests do as they say");
	KUNIT_EXPECT_STREQ(test, r->what, "seen");
	KUNIT_EXPECT_EQ(test, r->pid, current->pid);
	KUNIT_EXPECT_STREQ(test, r->comm, current->comm);
}

/* The chain starts in the function that found the fault. */
static void chain_starts_at_the_fault(struct kunit *test)
{
	struct os_frame frames[8];
	const struct ls_report *r;
	int n;

	lockstep_expect_report(test, "test-rule");
	make_fault("chain");
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_GE(test, r->stack.nr, 2);
	n = os_symbolize(r->stack.pc[0], frames, 8);
	KUNIT_ASSERT_GE(test, n, 1);
	KUNIT_EXPECT_STREQ(test, frames[0].func, "find_fault");
	KUNIT_EXPECT_NOT_NULL(test, strstr(frames[0].file, "report.c"));
	KUNIT_EXPECT_GT(test, frames[0].line, 0);
	n = os_symbolize(r->stack.pc[1], frames, 8);
	KUNIT_ASSERT_GE(test, n, 1);
	KUNIT_EXPECT_STREQ(test, frames[0].func, "make_fault");
	KUNIT_EXPECT_EQ(test, os_function_start(r->stack.pc[0]), (unsigned long)find_fault);
}

static void each_expectation_is_met_once(struct kunit *test)
{
	lockstep_expect_report(test, "test-rule");
	lockstep_expect_report(test, "test-rule");
	lockstep_expect_report(test, "warn");
	make_fault("one");
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
	WARN_ON(test);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->rule, "warn");
	make_fault("two");
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 3);
	KUNIT_EXPECT_STREQ(test, lockstep_last_report(test)->what, "two");
}

static void bug_in_task(void *arg)
{
	BUG();
}

static void fatal_report_ends_the_task(struct kunit *test)
{
	lockstep_expect_report(test, "bug");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(bug_in_task, NULL), -EDEADLK);
	KUNIT_EXPECT_EQ(test, lockstep_last_report(test)->class, LS_BUG);
}

/* --- rendering ----------------------------------------------------------------- */

struct lines {
	char text[2048];
	size_t len;
};

static void add_line(void *arg, const char *text)
{
	struct lines *l = arg;

	l->len += scnprintf(l->text + l->len, sizeof(l->text) - l->len, "%s\n", text);
}

static noinline void breach(struct ls_report *r)
{
	ls_report_init(r, LS_BREACH, "some-rule", "hold the lock");
	ls_trace_save(&r->holder_trace, 0);
}

static void rendered_report_is_complete(struct kunit *test)
{
	struct lines *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);
	struct ls_report *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, l);
	KUNIT_ASSERT_NOT_NULL(test, r);
	breach(r);
	strscpy(r->object, "dma_buf#1", sizeof(r->object));
	strscpy(r->what, "not held", sizeof(r->what));
	strscpy(r->holder, "held by nobody", sizeof(r->holder));
	r->suggest_pc = r->stack.pc[1];
	strscpy(r->suggest_why, "because", sizeof(r->suggest_why));
	r->nr_parts = 1;
	strscpy(r->parts[0].label, "elsewhere, at", sizeof(r->parts[0].label));
	r->parts[0].stack = r->stack;

	ls_report_render(r, add_line, l);
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "breach: some-rule: hold the lock\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "  object   dma_buf#1\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "  seen     not held\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "  lock     held by nobody\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "    rendered_report_is_complete "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "  elsewhere, at\n"));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "  take it  in rendered_report_is_complete, "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(l->text, "because\n"));
	/* The runner's own frames are no part of the story. */
	KUNIT_EXPECT_NULL(test, strstr(l->text, "case_try"));
}

static struct kunit_case report_cases[] = {
	KUNIT_CASE(expected_report_is_kept),
	KUNIT_CASE(chain_starts_at_the_fault),
	KUNIT_CASE(each_expectation_is_met_once),
	KUNIT_CASE(fatal_report_ends_the_task),
	KUNIT_CASE(rendered_report_is_complete),
	{}
};

static struct kunit_suite report_suite = { .name = "report", .test_cases = report_cases };
kunit_test_suite(report_suite);
