/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_OUTPUT_H
#define LOCKSTEP_ANALYZE_OUTPUT_H

#include <stdio.h>

#include "finding.h"

/**
 * DOC: outputs
 *
 * Findings as text, JSON (docs/check-json.md) or SARIF 2.1.0. All three say the same in the same
 * order, and nothing that changes from run to run.
 */

enum ls_change {
	LS_NO_CHANGE,		/* nothing to compare with, or not asked */
	LS_ADDS,		/* the patch adds it; or the baseline does not have it */
	LS_MENDS,		/* the patch mends it */
};

struct ls_output_item {
	const struct ls_finding *finding;
	enum ls_change change;
};

/* A file that was left out. */
struct ls_output_failed {
	const char *path, *why;
};

/**
 * struct ls_output - what is told
 * @tree: absolute path of the tree
 * @release: of the tree; NULL: unknown
 * @rules: release whose rules it is held to
 * @version: of Lockstep
 * @item: findings to show
 * @hidden: of low confidence, not in @item
 * @known: in the baseline, not in @item
 * @mended: entries of the baseline that were not found any more
 * @failed: files that do not compile
 * @bounded: functions that are too large to follow
 * @annotation: suggestions to print
 */
struct ls_output {
	const char *tree, *release, *rules, *version;
	struct ls_output_item *item;
	size_t nr;
	size_t hidden, known, mended;
	const struct ls_output_failed *failed;
	size_t nr_failed;
	const char *const *bounded;
	size_t nr_bounded;
	const struct ls_must_hold *annotation;
	size_t nr_annotations;
};

/* Print them. What could not be written is to be seen by ferror(). */
void ls_output_text(const struct ls_output *o, FILE *file);
void ls_output_json(const struct ls_output *o, FILE *file);
void ls_output_sarif(const struct ls_output *o, FILE *file);

/* Return: what is wrong there, in one line: "dma_buf_pin() needs obj->resv held". To be freed. */
char *ls_finding_message(const struct ls_finding *f);
/* Return: what the @nth of those that are also reached would be as a finding of its own. */
struct ls_finding ls_finding_of_also(const struct ls_finding *f, size_t nth);
/* Return: id of its rule; a lock that is taken twice has none of the convention's. */
const char *ls_finding_rule(const struct ls_finding *f);

struct json_object;
struct ls_arena;

/* The JSON of one finding or annotation, as in ls_output_json() but for the change. */
struct json_object *ls_finding_to_json(const struct ls_finding *f);
struct json_object *ls_must_hold_to_json(const struct ls_must_hold *m);
/* @text as a JSON string, null if NULL. Bytes that are no UTF-8 become U+FFFD. */
struct json_object *ls_json_text(const char *text);

/**
 * ls_finding_from_json() - the way back, for results that were kept
 * @f: filled in; its strings and lists are taken from @arena
 *
 * Return: 0; -1 if that is no finding.
 */
int ls_finding_from_json(struct json_object *obj, struct ls_finding *f, struct ls_arena *arena);
int ls_must_hold_from_json(struct json_object *obj, struct ls_must_hold *m,
			   struct ls_arena *arena);

/* --- baselines (baseline.c) ------------------------------------------------------------- */

struct ls_baseline;

/**
 * ls_baseline_read() - read a list of known findings
 * @error: set to a line for the user on failure, to be freed by the caller
 * Return: the baseline, or NULL: not there, no baseline, of another version.
 */
struct ls_baseline *ls_baseline_read(const char *path, char **error);
/* Return: whether @f is known. */
int ls_baseline_has(const struct ls_baseline *b, const struct ls_finding *f);
/**
 * ls_baseline_mended() - count what is known and was not found
 * @looked_at: whether a file was looked at in this run; what is known in others does not count
 */
size_t ls_baseline_mended(const struct ls_baseline *b, const struct ls_findings *all,
			  int (*looked_at)(void *arg, const char *file), void *arg);
void ls_baseline_free(struct ls_baseline *b);
/* Print all of @all as a baseline. */
void ls_baseline_print(const struct ls_findings *all, FILE *out);

#endif
