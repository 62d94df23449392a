/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_REPLAY_H
#define LS_CMD_REPLAY_H

#include "../explore/schedule.h"
#include "../explore/view.h"
#include "exploring.h"

/**
 * DOC: replaying a schedule
 *
 * replay.c is the verb, replay_run.c runs one execution in a worker and brings back what it
 * did, replay_gdb.c puts a debugger around that.
 */

/**
 * struct replayed - one execution, step by step
 * @verdict: how it ended
 * @steps: what it did
 * @nr_steps: how many
 * @failed: index of the step of the first report, or of the last one; -1: nothing failed
 * @report_row: index of the step that is none, but the place of the first report; -1: there is none
 * @failed_step: number, from 1, of the step that ran when it failed; 0: none
 * @reports: what was found
 * @nr_reports: how many
 * @lines: what the case said
 * @error: why the schedule could not be followed, "" if it could
 */
struct replayed {
	enum ls_verdict verdict;
	struct ls_step *steps;
	unsigned int nr_steps;
	int failed, report_row;
	unsigned int failed_step;
	struct ls_report *reports;
	unsigned int nr_reports;
	struct strv lines;
	char error[256];
};

/**
 * replay() - run a case once, by a schedule
 * @c: the case
 * @how: @schedule and @nr_schedule, @fail_alloc, @max_steps
 * @timeout: seconds without a step after which it is given up
 * @here: in this process and not in one of its own, for a debugger; after that nothing of the
 *	kernel world may be used in it
 * @out: filled in; replayed_free() gives back what it has
 *
 * Return: 0, also if the schedule could not be followed, or EXIT_TROUBLE with the reason
 * printed.
 */
int replay(const struct one_case *c, const struct ls_explore *how, unsigned int timeout, bool here,
	   struct replayed *out);
void replayed_free(struct replayed *r);

/* A view of it; @title is kept by reference. ls_view_fini() gives back. 0, or -1. */
int replayed_view(const struct replayed *r, const char *title, struct ls_view *v);

/* Each line of the ladder to standard output, behind @prefix. */
void print_ladder(const struct ls_view *v, bool all, const char *prefix);

/* --- replay_gdb.c ------------------------------------------------------------------ */

/*
 * Run gdb, and `lockstep replay --no-fork` with @argv in it, stopped at @step. @out and @v are the
 * same replay, already done. The exit status.
 */
int replay_in_gdb(const struct replayed *out, const struct ls_view *v, unsigned int step,
		  char **argv);
/* Called at each step if a debugger may be there. */
void replay_step_hook(struct ls_explore *x, unsigned int step);

#endif /* LS_CMD_REPLAY_H */
