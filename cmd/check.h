/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_CHECK_H
#define LS_CMD_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd.h"
#include "model.h"
#include "output.h"
#include "judge.h"
#include "tree.h"

/* Between the files of `lockstep check`. */

enum check_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };

struct check {
	/* what was asked for */
	const char *tree, *rules, *patch, *baseline, *write_baseline, *out;
	const char *cache, *arch, *clang;
	struct strv paths, models;
	enum check_format format;
	bool all, annotate, anew, stats;
	bool nowhere;			/* the patch touches nothing that is checked */
	unsigned int jobs;

	/* how it goes on */
	int release;			/* enum ls_release */
	struct ls_model *model;
	struct ls_output output;
	size_t room;			/* of output.item */
	struct ls_arena *scratch;	/* of findings made for the output */
	size_t groups, groups_cached;	/* judged, and of those found in the cache */
	size_t functions, contexts;
	long peak_kib;
	double cpu_seconds, tree_seconds, run_seconds;
	bool lost;			/* a group has no result */
};

/* Bring the tree's units up to date. Returns NULL after the trouble was told. */
struct ls_tree *check_tree(struct check *c, const struct ls_overlay *overlay, size_t nr);
/* Choose the rules for a tree and load the model. Returns 0, or EXIT_TROUBLE. */
int check_model(struct check *c, const struct ls_tree *tree);
/* Plan a run. Returns NULL after the trouble was told. */
struct ls_judge *check_plan(struct check *c, const struct ls_tree *tree);
/* Judge what is planned, all at once: @nr runs. Returns 0, or EXIT_TROUBLE. */
int check_go(struct check *c, struct ls_judge *const *run, struct ls_findings **found, size_t nr);
/* Whether it is told: all, or those of high confidence. */
bool check_shows(const struct check *c, const struct ls_finding *f);
void check_add(struct check *c, const struct ls_finding *f, enum ls_change change);
/* Print what was found where it was asked for. Returns 0, or EXIT_TROUBLE. */
int check_print(const struct check *c);
/* Tell the output what was looked at: the tree, what does not compile, what was given up. */
void check_describe(struct check *c, const struct ls_tree *tree, const struct ls_judge *run);
/* Write a file whole or not at all. Returns 0, or EXIT_TROUBLE. */
int check_write(const char *path, void (*print)(const void *what, FILE *out), const void *what);
/* "one clear line" for @error, which may be NULL: interrupted. Returns EXIT_TROUBLE. */
int check_trouble(char *error);

/* What a patch adds and mends (check_patch.c). Returns the exit status. */
int check_patch(struct check *c);

/* On a terminal, how far it is; nothing in a pipe (check_tell.c). */
void check_progress(void *arg, const char *what, size_t done, size_t all);
void check_progress_end(void);
/* What was done and what was left out, on standard error. */
void check_summary(const struct check *c, const struct ls_tree *tree);

#endif
