// SPDX-License-Identifier: MIT
/*
 * What runs around the cases: suite hooks, and the init and exit functions of modules.
 * Each in a task of its own, so that a fatal report in one is not the end of the runner.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <lockstep/os.h>
#include <lockstep/run.h>
#include <lockstep/test.h>
#include <lockstep/track.h>
#include "../core/core.h"
#include "leak.h"

/* What the suite and the module make, as opposed to their cases. */
static unsigned int suite_epoch, module_epoch;

struct suite_call {
	struct kunit_suite *suite;
	int err;
};

static void suite_init_task(void *arg)
{
	struct suite_call *call = arg;

	call->err = call->suite->suite_init(call->suite);
}

static void suite_exit_task(void *arg)
{
	struct suite_call *call = arg;

	call->suite->suite_exit(call->suite);
}

int ls_suite_begin(struct kunit_suite *suite)
{
	struct suite_call call = { .suite = suite };
	int err;

	if (!suite->suite_init)
		return 0;
	ls_case_reports_begin(1);
	suite_epoch = ls_track_epoch_begin();
	WRITE_ONCE(ls_progress->phase, "suite_init");
	WRITE_ONCE(ls_progress->started, os_now());
	err = lockstep_run_task(suite_init_task, &call);
	WRITE_ONCE(ls_progress->started, 0);
	return err ? err : call.err;
}

void ls_suite_end(struct kunit_suite *suite)
{
	struct suite_call call = { .suite = suite };

	if (!suite->suite_exit && !suite->suite_init)
		return;
	ls_case_reports_begin(1);
	WRITE_ONCE(ls_progress->phase, "suite_exit");
	WRITE_ONCE(ls_progress->started, os_now());
	if (suite->suite_exit)
		lockstep_run_task(suite_exit_task, &call);
	if (suite->suite_init)
		ls_leak_check(suite_epoch);
	WRITE_ONCE(ls_progress->started, 0);
	ls_case_reports_end();
}

/* --- init and exit functions ------------------------------------------------ */

struct module_call {
	const struct lockstep_module *mod;
	const char *name;
	int err;
};

/* All of them, in order, until one fails. */
static void module_init_task(void *arg)
{
	struct module_call *call = arg;

	for (unsigned int i = 0; i < ls_module_nr_inits(call->mod); i++) {
		call->name = ls_module_init_name(call->mod, i);
		call->err = ls_module_init_call(call->mod, i);
		if (call->err)
			return;
	}
}

static void module_exit_task(void *arg)
{
	struct module_call *call = arg;

	ls_module_exit_call(call->mod);
}

void ls_module_begin(const struct lockstep_module *mod, struct ls_outcome *outcome)
{
	struct module_call call = { .mod = mod };
	int err;

	memset(outcome, 0, sizeof(*outcome));
	ls_crash_runner();
	module_epoch = ls_track_epoch_begin();
	WRITE_ONCE(ls_progress->phase, "module init");
	WRITE_ONCE(ls_progress->started, os_now());
	err = lockstep_run_task(module_init_task, &call);
	WRITE_ONCE(ls_progress->started, 0);

	outcome->runs = 1;
	if (!err && !call.err)
		return;
	outcome->status = LS_FAIL;
	if (err)
		scnprintf(outcome->comment, sizeof(outcome->comment), "%s was aborted", call.name);
	else
		scnprintf(outcome->comment, sizeof(outcome->comment), "%s returned %d", call.name,
			  call.err);
}

void ls_module_end(const struct lockstep_module *mod, struct ls_outcome *outcome)
{
	struct module_call call = { .mod = mod };

	if (ls_module_nr_suites(mod))
		ls_case_reports_begin(1);
	WRITE_ONCE(ls_progress->phase, "module exit");
	WRITE_ONCE(ls_progress->started, os_now());
	if (outcome->status != LS_FAIL && lockstep_run_task(module_exit_task, &call))
		outcome->status = LS_FAIL;

	WRITE_ONCE(ls_progress->phase, "leak check");
	ls_leak_check(module_epoch);
	WRITE_ONCE(ls_progress->started, 0);
	outcome->reports += ls_case_reports_end();
	if (ls_case_reports())
		outcome->status = LS_FAIL;
}

void ls_init_run(const struct lockstep_module *mod, const struct ls_run_options *opt,
		 struct ls_outcome *outcome)
{
	struct ls_outcome once;
	os_ns started = os_now();

	memset(outcome, 0, sizeof(*outcome));
	for (unsigned int i = 0; i < opt->repeat && outcome->status == LS_PASS; i++) {
		WRITE_ONCE(ls_progress->run, i + 1);
		ls_case_reports_begin(opt->stay);
		ls_module_begin(mod, &once);
		ls_module_end(mod, &once);
		once.runs = outcome->runs + 1;
		once.reports += outcome->reports;
		*outcome = once;
		outcome->ns = os_now() - started;
		if (outcome->status == LS_FAIL && outcome->comment[0])
			ls_event_line("%s", outcome->comment);
	}
}
