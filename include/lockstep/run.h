/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_RUN_H
#define LOCKSTEP_RUN_H

#include "lockstep/module.h"
#include "lockstep/report.h"

/**
 * DOC: between the runner and the kernel world
 *
 * The host side (cmd/) decides which cases run, in which process and how often; the kernel
 * side (kernel/kunit/run.c) runs one case in tasks of its own and says how it ended.
 * What happens meanwhile leaves the kernel world as events through ls_event_hook.
 */

enum ls_event {
	LS_EVENT_LINE,		/* text, one line, no newline: printk(), KUnit messages */
	LS_EVENT_REPORT,	/* struct ls_report */
	LS_EVENT_FATAL,		/* struct ls_report; the worker ends after it */
	LS_EVENT_AGAIN,		/* struct ls_event_again: reports not sent again */
	LS_EVENT_PARAM,		/* struct ls_event_param: one parameter of a case is done */
	LS_EVENT_CASE,		/* struct ls_outcome: a case is done */
	LS_EVENT_SUITE_INIT,	/* int: result of suite_init */
	LS_EVENT_DONE,		/* the worker did all it was asked to */
};

/* Called in any context, by any task. NULL: reports and lines go to standard error. */
extern void (*ls_event_hook)(enum ls_event type, const void *data, unsigned long len);

enum ls_status {
	LS_PASS,
	LS_FAIL,
	LS_SKIP,
};

/**
 * struct ls_outcome - how a case, or one parameter of it, ended
 * @status: enum ls_status
 * @reports: unexpected ones
 * @runs: how often it ran
 * @fail_nth: allocation that was failed in the run that decided; 0 in a plain run
 * @ns: how long it took, nanoseconds
 * @comment: why it was skipped
 */
struct ls_outcome {
	int status;
	unsigned int reports;
	unsigned int runs;
	unsigned int fail_nth;
	unsigned long long ns;
	char comment[256];
};

struct ls_event_param {
	int index;
	char desc[128];
	struct ls_outcome outcome;
};

/* The same report came @count times more in this case. */
struct ls_event_again {
	enum ls_report_class class;
	const char *rule;
	unsigned long pc;
	unsigned int count;
};

/**
 * struct ls_progress - what a worker is doing; read by its parent when it dies
 * @module: index of the module
 * @suite: index of the suite; of the init function for a module without suites
 * @test: index of the case, -1 outside of cases
 * @param: index of the parameter, -1 without parameters
 * @run: number of the run of this case, from 1
 * @fail_nth: allocation that is made to fail, 0 if none
 * @phase: static text: "init", "case", "exit", "leak check", ...
 * @desc: of the parameter
 * @started: os_now() at the start of the run, 0 when nothing runs
 */
struct ls_progress {
	int module, suite, test, param;
	unsigned int run, fail_nth;
	const char *phase;
	char desc[128];
	unsigned long long started;
};

extern struct ls_progress *ls_progress; /* shared memory; never NULL */

/**
 * struct ls_run_options - how to run a case
 * @repeat: runs of each case, at least 1
 * @fail_nth: fail allocation 1, 2, ... in further runs until one is untouched
 * @first_param: skip parameters before this one
 * @nr_params: run so many of them; 0: all
 * @stay: go on in this process after a fatal report (--no-fork)
 */
struct ls_run_options {
	unsigned int repeat;
	int fail_nth;
	int first_param;
	int nr_params;
	int stay;
};

/* --- kernel/kunit/run.c ---------------------------------------------------- */

/* Plain reads: no kernel world needs to be up. */
struct kunit_suite *ls_suite_get(const struct lockstep_module *mod, unsigned int i);
const char *ls_suite_name(const struct kunit_suite *suite);
unsigned int ls_suite_nr_cases(const struct kunit_suite *suite);
const char *ls_case_name(const struct kunit_suite *suite, unsigned int i);
int ls_case_has_params(const struct kunit_suite *suite, unsigned int i);

/* In a booted process, from its first task. */
int ls_suite_begin(struct kunit_suite *suite);
void ls_suite_end(struct kunit_suite *suite);
/* Send an LS_EVENT_PARAM for each parameter of a case, which is not run. */
void ls_case_params(struct kunit_suite *suite, unsigned int i);
void ls_case_run(struct kunit_suite *suite, unsigned int i, const struct ls_run_options *opt,
		 struct ls_outcome *outcome);
/* A module's init function as a case of its own, with its leak check and the exit functions. */
void ls_init_run(const struct lockstep_module *mod, const struct ls_run_options *opt,
		 struct ls_outcome *outcome);
/* Init functions of a module with suites, before them; and its exit functions. */
void ls_module_begin(const struct lockstep_module *mod, struct ls_outcome *outcome);
void ls_module_end(const struct lockstep_module *mod, struct ls_outcome *outcome);

#endif /* LOCKSTEP_RUN_H */
