/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_EXPLORING_H
#define LS_CMD_EXPLORING_H

#include <stdint.h>

#include "../explore/schedule.h"
#include "run.h"

/**
 * DOC: `lockstep explore`
 *
 * The parent (explore.c) lists the cases, each parameter of one as a case of its own, and has
 * each explored by workers (explore_run.c). A worker (explore_worker.c) runs one case in every
 * interleaving that the strategy wants and sends what it finds through a pipe; what it has done so
 * far stands in shared memory, so that it is known even if the case kills the worker.
 * explore_print.c says it in words.
 */

/* --- case.c: a case that runs again and again ---------------------------------- */

/**
 * struct one_case - what explorers run
 * @run: its modules and their settings
 * @item: the case
 * @param: index of the parameter, -1 for a case without
 * @unit: its number, the same in each process of one exploration
 * @failed: why nothing of it can run, "" if it can: filled in by one_case_boot()
 */
struct one_case {
	const struct run *run;
	const struct item *item;
	int param, unit;
	char failed[256];
};

/* For &struct ls_explore: its @boot and @run, with a &struct one_case as @arg. */
void one_case_boot(void *arg);
void one_case_run(void *arg);

/* --- what was asked for -------------------------------------------------------- */

/**
 * struct explore - one `lockstep explore`
 * @run: modules, cases and their settings
 * @how: strategy and limits, to be copied
 * @timeout: seconds that a case may spin without a scheduling point; 0: no limit
 * @jobs: workers at once
 * @shard, @nr_shards: which part of each case is explored, from 1, and how many there are; 0: all
 * @out: directory for schedule files
 * @classes: where to write the fingerprints of all classes, or NULL
 * @observe: called in the worker when an execution is over; the largest value is kept
 */
struct explore {
	struct run run;
	struct ls_explore how;
	unsigned int timeout, jobs, shard, nr_shards;
	const char *out, *classes;
	unsigned int (*observe)(const struct one_case *c);
};

/* --- what came of it ----------------------------------------------------------- */

struct replayed;

/**
 * struct finding - one kind of failure
 * @key: equal for failures of the same kind
 * @verdict: enum ls_verdict
 * @execution: in which it was found
 * @seen: how often in all
 * @reports: of that execution
 * @nr_reports: how many
 * @lines: what the case said, without its reports
 * @schedule: of that execution
 * @nr_schedule: how many choices
 * @replayed: that execution, step by step; NULL if it could not be had again
 * @file: where the schedule was written; NULL if it was not
 */
struct finding {
	uint64_t key;
	int verdict;
	unsigned long long execution, seen;
	struct ls_report *reports;
	unsigned int nr_reports;
	struct strv lines;
	struct ls_choice *schedule;
	unsigned int nr_schedule;
	struct replayed *replayed;
	char *file;
};

/**
 * struct explored - what exploring a case came to
 * @name: "suite.case", "suite.case/parameter"
 * @counts: results of the exploration, as in &struct ls_explore; and what @observe saw
 * @why_not: why it is not exhaustive, "" if it is
 * @error: the exploration itself went wrong, "" if it did not
 * @findings: one for each kind of failure
 * @nr_findings: how many
 * @classes: fingerprints, sorted, if they were asked for
 * @nr_classes: how many
 */
struct explored {
	char *name;
	struct explore_counts {
		unsigned long long executions, blocked, cut_by_bound, steps, classes, last_new;
		unsigned int max_depth, nr_tasks, observed;
		double seconds;
		bool exhaustive, complete;
	} counts;
	char why_not[128];
	char error[256];
	struct finding *findings;
	size_t nr_findings;
	uint64_t *classes;
	size_t nr_classes;
};

void explored_free(struct explored *e);

/* explore.c: EXIT_TROUBLE with the reason printed if this build cannot explore. */
int explore_refuses(void);

/* --- explore_pool.c: those who explore one case together --------------------------- */

/* Explore one case. 0, or EXIT_TROUBLE with the reason printed. */
int explore_case(const struct explore *x, const struct one_case *c, struct explored *out);

/* --- explore_params.c -------------------------------------------------------------- */

/* The parameters of a case: their descriptions. 0, or EXIT_TROUBLE with the reason printed. */
int explore_params(const struct run *run, const struct item *item, struct strv *out);

/* --- explore_worker.c -------------------------------------------------------------- */

#define SCHEDULE_MAX (1 << 16)

/**
 * struct explore_shared - between a worker and its parent
 * @stop: the parent wants an end
 * @split: somebody is idle: give part of the work away
 * @generous: give away all that can be given
 * @alive: grows while the worker gets on
 * @counts: so far
 * @nr_live: length of the schedule of the running execution
 * @live: that schedule, without objects
 */
struct explore_shared {
	volatile int stop, split;
	bool generous;
	volatile unsigned long long alive;
	struct explore_counts counts;
	unsigned int nr_live;
	struct ls_choice live[SCHEDULE_MAX];
};

/* Records of a worker, beside LS_EVENT_LINE and LS_EVENT_REPORT, which precede their finding. */
enum {
	EXPLORE_CHOICES = 64,	/* struct ls_choice[], likewise */
	EXPLORE_FINDING,	/* struct explore_found */
	EXPLORE_SEEN,		/* struct explore_seen */
	EXPLORE_JOB,		/* a part that another worker can do */
	EXPLORE_CLASSES,	/* uint64_t[]: fingerprints */
	EXPLORE_END,		/* struct explore_end, the last one */
};

struct explore_found {
	uint64_t key;
	int verdict;
	unsigned long long execution;
};

struct explore_seen {
	uint64_t key;
	unsigned long long seen;
};

struct explore_end {
	struct explore_counts counts;
	int failed; /* @error says why */
	char why_not[128];
	char error[256];
};

/* @how: strategy, limits, job; to be copied. */
void explore_worker(const struct explore *x, const struct ls_explore *how, const struct one_case *c,
		    struct explore_shared *shared, int fd) __attribute__((noreturn));
/* Send an LS_EVENT_PARAM for each parameter of a case. */
void explore_param_worker(const struct one_case *c, int fd) __attribute__((noreturn));

/* --- explore_again.c --------------------------------------------------------------- */

/* Make the schedule of a finding shorter, if that can be. */
void explore_shrink(const struct explore *x, const struct one_case *c, struct finding *f);
/* Run the execution of a finding once more, to have its steps. */
void explore_again(const struct explore *x, const struct one_case *c, struct finding *f);
/* These as a ladder up to the failure, each line behind @prefix. */
void explore_ladder(const struct finding *f, const char *title, const char *prefix);

/* --- explore_print.c --------------------------------------------------------------- */

void explore_print_begin(int nr_cases);
void explore_print_case(const struct explore *x, int nr, const struct explored *e);
/* The last lines; the exit status they mean. */
int explore_print_summary(void);

/* A line of progress on a terminal, over and over; gone again with NULL. */
void explore_progress(const char *name, const struct explore_counts *counts);

/* --- explore_file.c ----------------------------------------------------------------- */

/* Write a schedule file for each finding. 0, or EXIT_TROUBLE with the reason printed. */
int explore_write_schedules(const struct explore *x, const struct one_case *c, struct explored *e);

/* --- explore_classes.c: --classes ---------------------------------------------------- */

/* 0, or EXIT_TROUBLE with the reason printed. */
int explore_classes_open(const struct explore *x);
void explore_classes_add(const struct explored *e);
int explore_classes_close(const struct explore *x);

/* --- explore_json.c ----------------------------------------------------------------- */

void explore_json(const struct explore *x, const struct one_case *c, const struct explored *e);

#endif /* LS_CMD_EXPLORING_H */
