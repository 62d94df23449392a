// SPDX-License-Identifier: MIT
/*
 * Running one case: its tasks, its leak check, its verdict. See lockstep/run.h.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <lockstep/fault.h>
#include <lockstep/os.h>
#include <lockstep/run.h>
#include <lockstep/track.h>
#include "../core/core.h"
#include "leak.h"

/* fail-nth gives up here: such a case has no end. */
#define FAIL_NTH_MAX 100000

struct kunit_suite *ls_suite_get(const struct lockstep_module *mod, unsigned int i)
{
	for (struct kunit_suite *const *s = mod->suites; s < mod->suites_end; s++) {
		if (*s && !i--)
			return *s;
	}
	return NULL;
}

const char *ls_suite_name(const struct kunit_suite *suite)
{
	return suite->name;
}

unsigned int ls_suite_nr_cases(const struct kunit_suite *suite)
{
	const struct kunit_case *c;
	unsigned int nr = 0;

	kunit_suite_for_each_test_case(suite, c)
		nr++;
	return nr;
}

const char *ls_case_name(const struct kunit_suite *suite, unsigned int i)
{
	return suite->test_cases[i].name;
}

int ls_case_has_params(const struct kunit_suite *suite, unsigned int i)
{
	return suite->test_cases[i].generate_params != NULL;
}

static void set_phase(const char *phase)
{
	__atomic_store_n(&ls_progress->phase, phase, __ATOMIC_RELAXED); /* no scheduling point */
}

static void init_test(struct kunit *test, struct kunit_suite *suite, struct kunit_case *c)
{
	memset(test, 0, sizeof(*test));
	spin_lock_init(&test->lock);
	INIT_LIST_HEAD(&test->resources);
	test->suite = suite;
	test->test_case = c;
	test->name = c->name;
}

/* --- the two tasks of a case ------------------------------------------------ */

static void case_try(void *context)
{
	struct kunit *test = context;

	if (test->suite->init) {
		int err;

		set_phase("init");
		err = test->suite->init(test);
		if (err) {
			ls_event_line("init failed with %d", err);
			kunit_set_failure(test);
			return;
		}
	}
	set_phase("case");
	test->test_case->run_case(test);
}

/*
 * A skip is thrown too, and keeps its status. A fatal report has been counted; whether it
 * was expected is for the verdict to find out.
 */
static void case_catch(void *context)
{
	struct kunit *test = context;

	if (test->try_catch.try_result == -ENOMEM) {
		ls_event_line("no memory for the task of the case");
		kunit_set_failure(test);
	}
}

static void cleanup_try(void *context)
{
	struct kunit *test = context;

	set_phase("exit");
	if (test->suite->exit)
		test->suite->exit(test);
	kunit_cleanup(test);
}

static void cleanup_catch(void *context)
{
	struct kunit *test = context;

	ls_event_line("the exit function of the suite was aborted");
	kunit_set_failure(test);
}

/* --- verdict ---------------------------------------------------------------- */

/* @failed: the case itself said so. With an injected failure it may, but nothing else. */
static void judge(struct ls_outcome *outcome, bool failed, bool injected)
{
	const char *unmet = ls_case_unmet();

	outcome->reports += ls_case_reports_end();
	if (unmet && !injected) {
		ls_event_line("expected a report of rule '%s', which did not come", unmet);
		failed = true;
	}
	if (ls_case_reports() || (failed && !injected))
		outcome->status = LS_FAIL;
}

static void run_once(struct kunit_suite *suite, struct kunit_case *c, const void *param,
		     int param_index, struct ls_outcome *outcome, bool injected)
{
	/* One case runs at a time, and struct kunit is large: no need for more than one. */
	static struct kunit test;
	unsigned int epoch = ls_track_epoch_begin();

	init_test(&test, suite, c);
	test.param_value = param;
	test.param_index = param_index;
	outcome->runs++;
	__atomic_store_n(&ls_progress->started, os_now(), __ATOMIC_RELAXED);

	kunit_try_catch_init(&test.try_catch, &test, case_try, case_catch);
	kunit_try_catch_run(&test.try_catch, &test);
	kunit_try_catch_init(&test.try_catch, &test, cleanup_try, cleanup_catch);
	kunit_try_catch_run(&test.try_catch, &test);

	set_phase("leak check");
	ls_task_settle();
	ls_leak_check(epoch);
	__atomic_store_n(&ls_progress->started, 0, __ATOMIC_RELAXED);

	if (test.status == KUNIT_SKIPPED && !ls_case_reports()) {
		outcome->status = LS_SKIP;
		strscpy(outcome->comment, test.status_comment, sizeof(outcome->comment));
	}
	judge(outcome, test.status == KUNIT_FAILURE, injected || ls_fail_chosen());
}

/* One run with allocation @n failing. Returns false when there were fewer than @n. */
static bool run_nth(struct kunit_suite *suite, struct kunit_case *c, const void *param,
		    int param_index, struct ls_outcome *outcome, unsigned int n,
		    const struct ls_run_options *opt)
{
	bool delivered;

	WRITE_ONCE(ls_progress->fail_nth, n);
	ls_case_reports_begin(opt->stay);
	ls_quiet = true;
	ls_fail_nth(n);
	run_once(suite, c, param, param_index, outcome, true);
	delivered = ls_fail_nth_seen() >= n;
	ls_fail_nth(0);
	ls_quiet = false;
	WRITE_ONCE(ls_progress->fail_nth, 0);
	return delivered;
}

static void run_fail_nth(struct kunit_suite *suite, struct kunit_case *c, const void *param,
			 int param_index, struct ls_outcome *outcome,
			 const struct ls_run_options *opt)
{
	for (unsigned int n = 1; n < FAIL_NTH_MAX; n++) {
		if (!run_nth(suite, c, param, param_index, outcome, n, opt))
			return;
		if (outcome->status == LS_FAIL) {
			outcome->fail_nth = n;
			return;
		}
	}
	ls_event_line("fail-nth: still allocating after %d failures", FAIL_NTH_MAX);
	outcome->status = LS_FAIL;
}

static void run_repeated(struct kunit_suite *suite, struct kunit_case *c, const void *param,
			 int param_index, struct ls_outcome *outcome,
			 const struct ls_run_options *opt)
{
	memset(outcome, 0, sizeof(*outcome));
	for (unsigned int i = 0; i < opt->repeat && outcome->status == LS_PASS; i++) {
		__atomic_store_n(&ls_progress->run, i + 1, __ATOMIC_RELAXED);
		ls_case_reports_begin(opt->stay);
		run_once(suite, c, param, param_index, outcome, false);
		if (opt->fail_nth && outcome->status == LS_PASS)
			run_fail_nth(suite, c, param, param_index, outcome, opt);
	}
}

static void merge(struct ls_outcome *sum, const struct ls_outcome *one, bool first)
{
	sum->reports += one->reports;
	sum->runs += one->runs;
	if (one->status == LS_FAIL && sum->status != LS_FAIL) {
		sum->status = LS_FAIL;
		sum->fail_nth = one->fail_nth;
	} else if (first) {
		sum->status = one->status;
	} else if (sum->status == LS_SKIP) {
		sum->status = one->status; /* skipped only if all of them are */
	}
}

static void name_param(char *desc, size_t size, int i)
{
	if (!desc[0])
		scnprintf(desc, size, "param %d", i);
}

static void run_params(struct kunit_suite *suite, struct kunit_case *c,
		       const struct ls_run_options *opt, struct ls_outcome *sum)
{
	struct ls_event_param event;
	const void *param = NULL;
	bool first = true;

	for (int i = 0;; i++) {
		event.desc[0] = '\0';
		param = c->generate_params(param, event.desc);
		if (!param)
			break;
		if (i < opt->first_param)
			continue;
		if (opt->nr_params && i >= opt->first_param + opt->nr_params)
			break;
		event.index = i;
		name_param(event.desc, sizeof(event.desc), i);
		strscpy(ls_progress->desc, event.desc, sizeof(ls_progress->desc));
		WRITE_ONCE(ls_progress->param, i);

		run_repeated(suite, c, param, i, &event.outcome, opt);
		merge(sum, &event.outcome, first);
		first = false;
		ls_event_send(LS_EVENT_PARAM, &event, sizeof(event));
	}
	WRITE_ONCE(ls_progress->param, -1);
}

void ls_case_params(struct kunit_suite *suite, unsigned int i)
{
	struct kunit_case *c = &suite->test_cases[i];
	struct ls_event_param event = { 0 };
	const void *param = NULL;

	while ((param = c->generate_params(param, event.desc))) {
		name_param(event.desc, sizeof(event.desc), event.index);
		ls_event_send(LS_EVENT_PARAM, &event, sizeof(event));
		event.index++;
		event.desc[0] = '\0';
	}
}

void ls_case_run(struct kunit_suite *suite, unsigned int i, const struct ls_run_options *opt,
		 struct ls_outcome *outcome)
{
	struct kunit_case *c = &suite->test_cases[i];

	os_ns started = os_now();

	memset(outcome, 0, sizeof(*outcome));
	ls_crash_runner();
	if (c->generate_params)
		run_params(suite, c, opt, outcome);
	else
		run_repeated(suite, c, NULL, 0, outcome, opt);
	outcome->ns = os_now() - started;
}
