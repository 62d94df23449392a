/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_JUDGE_PRIVATE_H
#define LOCKSTEP_ANALYZE_JUDGE_PRIVATE_H

#include "arena.h"
#include "judge.h"
#include "unit.h"

/* Between the files of a run: judge.c, closure.c, pool.c, result.c. */

struct ls_judge_private {
	struct ls_judge_options o;
	struct ls_arena *arena;
	struct ls_unit **unit;		/* of the tree's sources, those that have one */
	const struct ls_source **source;	/* of each unit */
	size_t nr_units;
	char *dir;			/* where results are kept */
};

/* Find the groups, the units of each and those that they call into (closure.c). */
void ls_judge_find_groups(struct ls_judge *run);

/* --- processes (pool.c) -------------------------------------------------------------- */

/**
 * struct ls_pool - work in forked processes
 * @nr: at once
 * @all: pieces of work
 * @work: does piece @i, in its own process; what it returns is the exit status, what it prints
 *	on standard error is the reason if that is not 0
 * @done: piece @i is done; @why: the reason if it failed, else NULL. Return: 0, or -1 to stop.
 */
struct ls_pool {
	unsigned int nr;
	size_t all;
	void *arg;
	int (*work)(void *arg, size_t i);
	int (*done)(void *arg, size_t i, const char *why);
	long peak_kib;		/* out: of the largest */
	double cpu_seconds;	/* out: of all */
};

/* Return: 0; -ECANCELED if done() said so; -EINTR if a signal came; -EAGAIN and the like. */
int ls_pool_run(struct ls_pool *pool);

/* --- results (result.c) ----------------------------------------------------------------- */

/* Path of a group's result in the cache, to be freed. */
char *ls_result_path(const struct ls_judge *run, const struct ls_judge_group *g);
/* Judge a group and put the result into the cache. Return: 0, or 2 after a line on stderr. */
int ls_result_make(const struct ls_judge *run, const struct ls_judge_group *g);

struct ls_collected;

struct ls_collected *ls_collect_begin(void);
/* Add a group's result from the cache. Return: 0; -1: there is none, or it is damaged. */
int ls_collect(struct ls_collected *c, struct ls_judge *run, const struct ls_judge_group *g);
/* Return: all that was collected, in order, without doubles. The bounded go into @run. */
struct ls_findings *ls_collect_end(struct ls_collected *c, struct ls_judge *run);
void ls_collect_drop(struct ls_collected *c);

#endif
