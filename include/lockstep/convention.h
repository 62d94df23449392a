/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_CONVENTION_H
#define LOCKSTEP_CONVENTION_H

/**
 * DOC: the convention
 *
 * convention/convention.tsv says for each function and callback of the
 * buffer-sharing stack which lock must (not) be held on entry, release by
 * release. ls_rules[] is that table, made by convention/gen.c. This header is
 * how the stack enforces it and how `lockstep rules` prints it.
 *
 * An entry point of the API:
 *
 *	ok = ls_convention_enter(LS_RULE_dma_buf_pin, dmabuf->resv, dmabuf);
 *
 * and round a callback:
 *
 *	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__pin, dmabuf->resv, dmabuf,
 *			  dmabuf->ops->pin, ok);
 *	ret = dmabuf->ops->pin(attach);
 *	ls_callback_end(&cb);
 *
 * A breach is reported and the call goes on, as in a kernel. Only where the
 * function would next wait for a lock that its own task holds does the report
 * end the task: it would hang.
 */

#include "lockstep/checks.h"
#include "ls_rules.h" /* enum ls_rule_no, generated */

/* Releases that differ from each other; index into &ls_rule.state. */
enum ls_release {
	LS_LINUX_6_1,
	LS_LINUX_6_12,
	LS_LINUX_6_16,
	LS_LINUX_7_1,
	LS_NR_RELEASES
};

enum ls_rule_state {
	LS_STATE_ANY,		/* the lock does not matter */
	LS_STATE_HELD,		/* held by the calling task */
	LS_STATE_NOT_HELD,	/* not held by the calling task */
	LS_STATE_HELD_DYNAMIC,	/* held if the exporter or the importer is dynamic */
	LS_STATE_ABSENT,	/* the release does not have it */
};

enum ls_rule_effect {
	LS_EFFECT_NONE,		/* leaves the lock alone */
	LS_EFFECT_LOCKS,	/* takes and drops it inside */
	LS_EFFECT_MAY_LOCK,	/* the same, on some paths */
	LS_EFFECT_ACQUIRES,	/* returns with it held */
	LS_EFFECT_TRIES,	/* returns with it held or not, and says so */
	LS_EFFECT_RELEASES,	/* held before, not after */
};

enum ls_rule_lock {
	LS_LOCK_RESV,		/* the buffer's reservation lock */
	LS_LOCK_FENCE,		/* dma_fence.lock */
	LS_LOCK_SIGNALLING,	/* a fence-signalling critical section */
};

enum ls_rule_check {
	LS_BY_CONVENTION,	/* by the convention: the report has this rule's id */
	LS_BY_LOCKDEP,		/* by lockdep: self-deadlock, lock-order, fence-signalling ... */
	LS_BY_NOBODY,		/* documented; a driver's function that Lockstep does not contain */
};

/**
 * struct ls_rule - one row of the table
 * @id: what a report prints
 * @name: function, or type.member of a callback
 * @renamed: "6.16:other_name" where a release has another name, or ""
 * @text: the rule in words, one line
 * @who: who calls it: importer, exporter, driver, core
 * @since: history
 * @source: file:line in 6.12
 * @remarks: or ""
 * @callback: it is a callback
 * @asserted: the kernel itself asserts it in 6.12
 * @lock: which lock (enum ls_rule_lock)
 * @effect: enum ls_rule_effect
 * @check: enum ls_rule_check
 * @state: enum ls_rule_state on entry, for each enum ls_release
 */
struct ls_rule {
	const char *id;
	const char *name;
	const char *renamed;
	const char *text;
	const char *who;
	const char *since;
	const char *source;
	const char *remarks;
	unsigned char callback;
	unsigned char asserted;
	unsigned char lock;
	unsigned char effect;
	unsigned char check;
	unsigned char state[LS_NR_RELEASES];
};

extern const struct ls_rule ls_rules[LS_NR_RULES];

/* Words for the enums above, as in the table. */
extern const char *const ls_release_names[LS_NR_RELEASES];
extern const char *const ls_state_names[];
extern const char *const ls_effect_names[];
extern const char *const ls_lock_names[];
extern const char *const ls_check_names[];

/**
 * ls_rules_version - release whose rules hold
 *
 * Change it only while no task runs. Default LS_LINUX_6_12.
 */
extern int ls_rules_version;

/* "6.12" or "6.12.117" -> LS_LINUX_6_12; -1 if the table has no such release. */
int ls_release_parse(const char *s);
/* Find a row by id; NULL if there is none. */
const struct ls_rule *ls_rule_find(const char *id);
/* The name that a release has for it, into @buf. Returns @buf. */
const char *ls_rule_name(const struct ls_rule *rule, int release, char *buf, unsigned long size);

/* --- enforcement: kernel world ------------------------------------------- */

/* A report's stack starts at the caller, in a build without optimisation too. */
#define LS_INLINE inline __attribute__((always_inline))

struct dma_resv;
struct dma_buf;
struct dma_fence;

/**
 * struct ls_subject - how a report names what a rule was broken for
 * @describe: writes one line about @obj
 * @obj: for @describe
 */
struct ls_subject {
	void (*describe)(const void *obj, char *buf, unsigned long size);
	const void *obj;
};

/* Name a reservation object by what it belongs to, if that is known: set by GEM. */
extern _Bool (*ls_name_resv_owner)(const struct dma_resv *resv, char *buf, unsigned long size);

_Bool __ls_convention_enter(enum ls_rule_no no, struct dma_resv *resv, struct dma_buf *dmabuf,
			    const struct ls_subject *subject, _Bool dynamic);
_Bool __ls_convention_enter_fence(enum ls_rule_no no, struct dma_fence *fence);

/**
 * ls_convention_enter - an entry point of the API has been called
 * @no: its rule
 * @resv: reservation object the rule is about; NULL: nothing to check
 * @dmabuf: buffer, for the report; may be NULL
 *
 * Context: any. Does not return if the call would deadlock against its own task.
 * Return: true if the rule is kept.
 */
static LS_INLINE _Bool ls_convention_enter(enum ls_rule_no no, struct dma_resv *resv,
					struct dma_buf *dmabuf)
{
	if (!ls_checking(LS_CHECK_CONVENTION) || !resv)
		return 1;
	return __ls_convention_enter(no, resv, dmabuf, (const struct ls_subject *)0, 1);
}

/**
 * ls_convention_enter_obj - the same for what is not a dma_buf, e.g. a GEM object
 * @no: its rule
 * @resv: reservation object
 * @describe: writes one line about @obj for the report: "gem object#2 (...)"
 * @obj: for @describe
 *
 * Context: as ls_convention_enter().
 * Return: true if the rule is kept.
 */
static LS_INLINE _Bool ls_convention_enter_obj(enum ls_rule_no no, struct dma_resv *resv,
					    void (*describe)(const void *obj, char *buf,
							     unsigned long size),
					    const void *obj)
{
	struct ls_subject subject = { describe, obj };

	if (!ls_checking(LS_CHECK_CONVENTION) || !resv)
		return 1;
	return __ls_convention_enter(no, resv, (struct dma_buf *)0, &subject, 1);
}

/** ls_convention_enter_fence - the same for rules about &dma_fence.lock */
static LS_INLINE _Bool ls_convention_enter_fence(enum ls_rule_no no, struct dma_fence *fence)
{
	if (!ls_checking(LS_CHECK_CONVENTION))
		return 1;
	return __ls_convention_enter_fence(no, fence);
}

/**
 * struct ls_callback - a callback that runs now; on the caller's stack, private
 */
struct ls_callback {
	enum ls_rule_no no;
	struct dma_resv *resv;
	struct dma_buf *dmabuf;
	const struct ls_subject *subject;
	const void *fn;
	_Bool held;
	_Bool active;
};

void __ls_callback_begin(struct ls_callback *cb, _Bool check);
void __ls_callback_end(struct ls_callback *cb);

/**
 * ls_callback_begin - about to call a callback
 * @cb: on the stack
 * @no: the callback's rule
 * @resv: reservation object the rule is about; NULL: nothing to check
 * @dmabuf: for the report; may be NULL
 * @fn: the callback, for the report
 * @entered: what the entry point's ls_convention_enter() returned: after a
 *	breach there the callback's own rule is not reported a second time
 */
static LS_INLINE void ls_callback_begin(struct ls_callback *cb, enum ls_rule_no no,
				     struct dma_resv *resv, struct dma_buf *dmabuf, const void *fn,
				     _Bool entered)
{
	cb->active = ls_checking(LS_CHECK_CONVENTION) && resv;
	if (!cb->active)
		return;
	cb->no = no;
	cb->resv = resv;
	cb->dmabuf = dmabuf;
	cb->subject = (const struct ls_subject *)0;
	cb->fn = fn;
	__ls_callback_begin(cb, entered);
}

/** ls_callback_end - it returned: has it left the lock as the rule says */
static LS_INLINE void ls_callback_end(struct ls_callback *cb)
{
	if (cb->active)
		__ls_callback_end(cb);
}

_Bool __ls_fence_callback_begin(enum ls_rule_no no, struct dma_fence *fence, const void *fn);
void __ls_fence_callback_end(enum ls_rule_no no, struct dma_fence *fence, const void *fn,
			     _Bool held);

/** ls_fence_callback_begin - ls_callback_begin() for rules about &dma_fence.lock */
static LS_INLINE _Bool ls_fence_callback_begin(enum ls_rule_no no, struct dma_fence *fence,
					    const void *fn)
{
	return ls_checking(LS_CHECK_CONVENTION) ? __ls_fence_callback_begin(no, fence, fn) : 0;
}

/** ls_fence_callback_end - @held is what ls_fence_callback_begin() returned */
static LS_INLINE void ls_fence_callback_end(enum ls_rule_no no, struct dma_fence *fence,
					 const void *fn, _Bool held)
{
	if (ls_checking(LS_CHECK_CONVENTION))
		__ls_fence_callback_end(no, fence, fn, held);
}

/**
 * ls_dma_buf_mangle_sg - garble the page links of tables handed to importers
 *
 * As CONFIG_DMABUF_DEBUG: importers must use DMA addresses only. Off by default.
 */
extern _Bool ls_dma_buf_mangle_sg;

#endif /* LOCKSTEP_CONVENTION_H */
