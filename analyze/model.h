/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_MODEL_H
#define LOCKSTEP_ANALYZE_MODEL_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: the model
 *
 * What the checker knows about functions without looking into them. States and texts come from
 * the table of the convention (convention/convention.tsv); where in the arguments the lock lies,
 * what a return value says about it, and which calls are locks themselves, from
 * convention/model.txt. A user's file (--model FILE) has the syntax of the latter and may add
 * rules of its own. Names of drivers' wrappers are in none of them: they are inferred.
 */

enum ls_model_state {		/* of the lock on entry */
	LS_ENTRY_ANY,
	LS_ENTRY_HELD,
	LS_ENTRY_NOT_HELD,
};

/*
 * A path from an argument to a lock: the argument (or the result), then steps. "arg0->dmabuf->resv"
 * is argument 0, member "dmabuf", load, member "resv", load. "&" in front, or a last "." step: no load.
 * "arg0[]": each element of the array of pointers at arg0; the count is not looked at.
 */
struct ls_path_step {
	const char *member;	/* NULL: none */
	int load;		/* dereference after adding the member's offset */
	int each;		/* "[]" */
};

#define LS_ARG_RESULT	(-1)
#define LS_ARG_NONE	(-2)	/* no path is known: the rule cannot be checked */

struct ls_model_path {
	int arg;
	const char *type;	/* struct that the argument points to: whose members the first step means */
	const struct ls_path_step *steps;
	size_t nr_steps;
	const char *text;	/* "arg0->dmabuf->resv", for messages */
};

enum ls_model_effect {
	LS_DOES_NOTHING,
	LS_ACQUIRES,		/* @outcome says for which results */
	LS_RELEASES,
	LS_RELEASES_ALL,	/* that were taken with the context at @ctx */
	LS_ASSERTS,		/* held, or it is a bug: a contract if at the beginning of a function */
	LS_LOCKS_INSIDE,	/* takes and drops it, always or on some paths */
};

/* What holds after the call if it returned a value in [@lo, @hi]. First match counts. */
struct ls_model_outcome {
	int64_t lo, hi;
	enum { LS_LOCK_UNCHANGED, LS_LOCK_HELD, LS_LOCK_NOT_HELD, LS_LOCK_UNKNOWN } then;
};

/**
 * struct ls_model_call - what is known of a function or a callback
 * @name: "dma_buf_pin", or "dma_buf_ops.pin" (type.member of an ops table)
 * @rule: id of the rule in the convention; NULL: it has none (a lock itself)
 * @text: the rule in words
 * @is_callback: @name is type.member
 * @entry: what the lock must be (function) or is (callback) on entry, in the release asked for
 * @effect: what the call does to the lock at @lock
 * @lock: where the reservation lock (address of the struct dma_resv) lies
 * @ctx: where the ww acquire context lies (LS_RELEASES_ALL, LS_ACQUIRES), or LS_ARG_NONE
 * @outcome: for LS_ACQUIRES; never empty then
 * @opaque: do not look into its body: it is a primitive, or its body would only confuse
 * @refcount_zero: callback: runs when the last reference is gone, on argument 0
 * @source: "convention.tsv" or "FILE:LINE", for messages
 */
struct ls_model_call {
	const char *name, *rule, *text, *source;
	int is_callback;
	enum ls_model_state entry;
	enum ls_model_effect effect;
	struct ls_model_path lock, ctx;
	const struct ls_model_outcome *outcome;
	size_t nr_outcomes;
	int opaque;
	int refcount_zero;
};

/*
 * Two paths that name one lock: for a "drm_gem_object" whose import_attach is not NULL,
 * resv and import_attach->dmabuf->resv are the same lock.
 */
struct ls_model_alias {
	const char *type;
	struct ls_model_path one, other;	/* from an object of @type, as argument 0 */
	const char *if_set;			/* member that must not be NULL; or NULL: always */
};

struct ls_model {
	struct ls_model_call *call;	/* sorted by name */
	size_t nr_calls;
	struct ls_model_alias *alias;
	size_t nr_aliases;
	const char *const *skip;	/* globs of files that are not judged: selftests, KUnit */
	size_t nr_skip;
	uint64_t hash;			/* of all of it: part of the key of cached results */
	void *arena;
};

/**
 * ls_model_load() - make the model for a kernel release
 * @release: enum ls_release of the rules to hold code to
 * @files: of the user, with more rules; NULL if @nr is 0
 * @nr: number of @files
 * @error: set to a line for the user on failure, to be freed by the caller
 *
 * Return: the model, or NULL: a file is not there, a line is wrong ("FILE:LINE: ..."), a
 * function has two different descriptions.
 */
struct ls_model *ls_model_load(int release, const char *const *files, size_t nr, char **error);
void ls_model_free(struct ls_model *model);
/* Return: what is known of @name, or NULL. */
const struct ls_model_call *ls_model_find(const struct ls_model *model, const char *name);

#endif
