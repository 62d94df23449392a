/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_JUDGE_H
#define LOCKSTEP_ANALYZE_JUDGE_H

#include "finding.h"
#include "model.h"
#include "tree.h"

/**
 * DOC: runs
 *
 * From the units of a tree to findings: group by group, each in a process of its own, so many at
 * once. What comes of a group is kept in the cache, named by all that it was made of: its units,
 * those that they call into, directly or not, the model and this very program. The groups' order and
 * the number of processes change nothing.
 */

struct ls_judge_options {
	const struct ls_tree *tree;
	const struct ls_model *model;
	unsigned int jobs;	/* 0: as many as processors */
	int anew;		/* do not look into the cache */
	/* Called now and then: "analysing", 3, 17. May be NULL. */
	void (*progress)(void *arg, const char *what, size_t done, size_t all);
	void *arg;
};

struct ls_judge_group {
	const char *name;
	char key[33];		/* hash of all that its result is made of */
	size_t *unit;		/* indices into the run's units: its own, and those called */
	size_t nr_units, size;	/* size: for how long it will take */
	int skip;		/* not wanted: see ls_judge_skip_same() */
	int cached;		/* its result was there */
	char *lost;		/* why it has no result, or NULL */
};

struct ls_judge {
	struct ls_judge_group *group;	/* sorted by name */
	size_t nr;
	size_t functions, contexts;	/* made in this run, not counting what was cached */
	const char **bounded;		/* functions given up on, sorted */
	size_t nr_bounded;
	long peak_kib;			/* of the largest process */
	double cpu_seconds;		/* of all processes */
	struct ls_judge_private *p;
};

/**
 * ls_judge_plan() - open the units, find out what each group is made of
 * @error: set to a line for the user on failure, to be freed by the caller
 *
 * The options' tree and model must outlive the run.
 * Return: the run, or NULL: a unit is damaged, the cache cannot be written.
 */
struct ls_judge *ls_judge_plan(const struct ls_judge_options *o, char **error);

/* Leave out of both runs what has the same key in both: it cannot make a difference. */
void ls_judge_skip_same(struct ls_judge *a, struct ls_judge *b);

/**
 * ls_judge_go() - judge all groups of one run, or of several together
 * @run: the runs; @nr of them
 * @found: set to the findings of each, to be freed with ls_findings_free()
 * @error: set to a line for the user on failure, to be freed by the caller; NULL if interrupted
 *
 * SIGINT and SIGTERM stop it: what was made by then stays in the cache. A group whose
 * process dies is lost, and the rest goes on. What processes cost is counted with the first run.
 * Return: 0; -1: interrupted, or no room on the disk.
 */
int ls_judge_go(struct ls_judge *const *run, struct ls_findings **found, size_t nr, char **error);

void ls_judge_free(struct ls_judge *run);

#endif
