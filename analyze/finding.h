/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_FINDING_H
#define LOCKSTEP_ANALYZE_FINDING_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: findings
 *
 * What the analysis says and the outputs print. Strings are owned by the list's arena and live as
 * long as the list. Paths of files are relative to the tree.
 */

enum ls_finding_kind {
	LS_NOT_HELD,		/* called without the lock */
	LS_HELD,		/* called with it held, where that is forbidden */
	LS_TAKEN_TWICE,		/* self-deadlock: taken again on the same object */
};

enum ls_confidence {
	LS_CONFIDENCE_HIGH,	/* shown by default */
	LS_CONFIDENCE_LOW,	/* shown by --all */
};

/* One frame of the path, outermost first; the last is the call that breaks the rule. */
struct ls_step {
	const char *function;	/* that contains the call */
	const char *file;
	unsigned int line;	/* of the call */
	const char *callee;
	const char *via;	/* NULL, or the ops table slot: "i915_gem_object_dmabuf_ops.put_pages" */
};

/* Another caller of the same place, which keeps the rule. */
struct ls_other {
	const char *function;
	const char *file;
	unsigned int line;	/* of its call */
	const char *taken_file;	/* where it took the lock; NULL: its own caller did */
	unsigned int taken_line;
};

/* The same mistake, as it shows at another call. */
struct ls_also {
	enum ls_finding_kind kind;
	const char *function, *file, *callee, *rule, *lock;
	unsigned int line;
	uint64_t key;		/* that of the finding: mended by the same change */
};

/* Where the lock belongs. */
struct ls_advice {
	const char *function;
	const char *file;
	unsigned int line;	/* of the call to put it around; 0: no place was found */
	const char *callee;	/* that call */
	const char *condition;	/* e.g. "obj->base.import_attach"; NULL: always */
	const char *lock;	/* as named there: "obj->base.resv" */
	const char *why_not_inner;	/* why not further in, or NULL */
	const char *why_none;		/* if line is 0 */
};

struct ls_finding {
	enum ls_finding_kind kind;
	enum ls_confidence confidence;
	const char *doubt;	/* for low confidence: why; else NULL */
	const char *rule;	/* id: "map-held" */
	const char *text;	/* the rule in words */
	const char *function;	/* where the call stands that is to blame */
	const char *file;
	unsigned int line;
	const char *callee;	/* function or "type.member" */
	const char *lock;	/* as named at the call: "obj->base.resv" */
	const char *asserted_function, *asserted_file;	/* an assertion says so, here; or NULL */
	unsigned int asserted_line;
	const char *taken_function, *taken_file;	/* LS_HELD, LS_TAKEN_TWICE: where it was taken */
	unsigned int taken_line;	/* 0: held on entry, see @entry */
	const char *entry;	/* state of the outermost frame: "runs without the lock: file ops .release", or NULL */
	const struct ls_step *steps;
	size_t nr_steps;
	size_t nr_paths;	/* that lead here, all told */
	const struct ls_other *others;
	size_t nr_others;
	const struct ls_also *also;
	size_t nr_also;
	struct ls_advice advice;
	/* Without line numbers or the way there, so that it survives edits elsewhere: what would have to
	 * be changed. */
	uint64_t key;
};

/* A function whose callers all hold a lock that it needs: what --annotate prints. */
struct ls_must_hold {
	const char *function, *file;
	unsigned int line;
	const char *lock;	/* in terms of its parameters: "obj->base.resv->lock.base" */
	const char *because;	/* the callee that needs it, or the assertion */
};

/* Sorted by file, line, rule, callee; no two with the same key. */
struct ls_findings {
	struct ls_finding *finding;
	size_t nr;
	struct ls_must_hold *annotation;
	size_t nr_annotations;
	void *arena;
};

void ls_findings_free(struct ls_findings *list);

#endif
