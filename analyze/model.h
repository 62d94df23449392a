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
 * A path from an argument to a lock, written as C writes it, with the struct that a pointer points to
 * behind a colon where it has to be said. "arg0:dma_buf_attachment->dmabuf->resv" is argument 0,
 * member "dmabuf" of struct dma_buf_attachment, load, member "resv", load.
 *
 * Each step adds the offset of @member, then loads if @load. "->a.b" does not load after a; "&" in
 * front of the path: the last step does not load either. "[]" makes a step @each: behind a member that
 * is an array of pointers, or an argument that points to one; any element of it is loaded, and how
 * many there are is not looked at. "container_of(arg0, dma_resv, lock.base.dep_map)" begins
 * at the struct that the argument points into the middle of.
 */
struct ls_path_step {
	const char *type;	/* struct that @member is of; NULL: as debug information says */
	const char *member;	/* NULL: none, offset 0 */
	int load;		/* dereference after adding the member's offset */
	int each;		/* "[]": of an array: see above; @load is set too */
};

#define LS_ARG_RESULT	(-1)	/* what the call returns */
#define LS_ARG_NONE	(-2)	/* no path is known: the rule cannot be checked */
#define LS_ARG_ANY	(-3)	/* no path names them all, "any": for an entry state, every reservation
				   lock; for what is acquired, locks of unknown objects (of a list) */

struct ls_model_path {
	int arg;
	const char *type;	/* struct that the argument points to, or is in the middle of */
	const char *inside;	/* NULL, or member of @type that the argument points to: "lock.base.dep_map" */
	const struct ls_path_step *steps;
	size_t nr_steps;
	const char *text;	/* as written, for messages */
};

enum ls_model_effect {
	LS_DOES_NOTHING,
	LS_ACQUIRES,		/* @outcome says for which results */
	LS_RELEASES,
	LS_RELEASES_ALL,	/* that were taken with the context at @ctx */
	LS_ASSERTS,		/* held, or it is a bug: a contract if at the beginning of a function */
	LS_LOCKS_INSIDE,	/* takes and drops it */
	LS_MAY_LOCK_INSIDE,	/* the same, on some paths */
};

enum ls_model_then { LS_LOCK_UNCHANGED, LS_LOCK_HELD, LS_LOCK_NOT_HELD, LS_LOCK_UNKNOWN };

/*
 * What holds after the call if it returned a value in [@lo, @hi]. First match counts; the last one
 * matches everything. Error pointers are -4095 to -1.
 */
struct ls_model_outcome {
	int64_t lo, hi;
	enum ls_model_then then;
};

/**
 * struct ls_model_call - what is known of a function or a callback
 * @name: "dma_buf_pin", or "dma_buf_ops.pin" (type.member of an ops table); "drm_crtc_funcs.*" is
 *	every member
 * @rule: id of the rule in the convention; NULL: it has none (a lock itself, a root)
 * @text: the rule in words; of a root: who calls it
 * @is_callback: @name is type.member
 * @entry: what the lock must be (function) or is (callback) on entry, in the release asked for
 * @effect: what the call does to the lock at @lock
 * @lock: where the reservation lock (address of the struct dma_resv) lies. A lock's address is that
 *	of its dma_resv: &resv->lock is the same, as it is the first member.
 * @ctx: where the ww acquire context lies (LS_RELEASES_ALL, LS_ACQUIRES), or LS_ARG_NONE. Where an
 *	acquisition has one that is not NULL, a lock that is held with the same one is no
 *	deadlock: the call says -EALREADY.
 * @repeat: where a loop's condition keeps whether it goes round: the result is not 0 while what lies
 *	there is not 0; or LS_ARG_NONE
 * @outcome: for LS_ACQUIRES; never empty then. For LS_ASSERTS: what a result says about the lock,
 *	if there are any. For LS_RELEASES_ALL: LS_LOCK_NOT_HELD or LS_LOCK_UNCHANGED; none: always.
 * @opaque: do not look into its body: it is a primitive, or its body would only confuse
 * @root: callback that code outside of what is analysed calls, with no reservation lock held that it
 *	could rely on: a system call, the driver core, a work queue. @lock is LS_ARG_ANY, @entry
 *	LS_ENTRY_NOT_HELD, unless the name has a rule, which then counts.
 * @interruptible: a signal may stop it while it waits for the lock
 * @refcount_zero: callback: runs when the last reference is gone, on argument 0
 * @error: its first argument is 0 or an error, -4095 to -1
 * @source: "convention.tsv" or "FILE:LINE", for messages
 */
struct ls_model_call {
	const char *name, *rule, *text, *source;
	int is_callback;
	enum ls_model_state entry;
	enum ls_model_effect effect;
	struct ls_model_path lock, ctx, repeat;
	const struct ls_model_outcome *outcome;
	size_t nr_outcomes;
	int opaque;
	int root;
	int refcount_zero;
	int interruptible;
	int error;
};

/* A function that is given another one to call. */
struct ls_model_passed {
	const char *name;	/* of the function that gets it: "kthread_create_on_node" */
	int arg;		/* which argument */
	int now;		/* called before it returns, with the locks of the caller; else a root */
	const char *text;	/* who calls it */
};

enum ls_model_birth {
	LS_BIRTH_MAKES,	/* @name makes the object at @arg, which callbacks of @type get first */
	LS_BIRTH_KEEPS,	/* the object that @name returns, a @type, keeps @arg in @member */
	LS_BIRTH_NULL,	/* callback @name never gets an object where @path is not NULL */
};

/* How an object comes to be, and what is known of it from then on. */
struct ls_model_object {
	enum ls_model_birth birth;
	const char *name, *type, *member;
	int arg;
	struct ls_model_path path;
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
	struct ls_model_passed *passed;	/* sorted by name, argument */
	size_t nr_passed;
	struct ls_model_object *object;
	size_t nr_objects;
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
/* Return: what is known of @name, or NULL; "type.member" is found as "type.*" too. */
const struct ls_model_call *ls_model_find(const struct ls_model *model, const char *name);

#endif
