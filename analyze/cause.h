/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_CAUSE_H
#define LOCKSTEP_ANALYZE_CAUSE_H

#include "context.h"

/**
 * DOC: causes
 *
 * A rule that is broken is a symptom. The mistake is the place in the code that would have to be
 * changed: the call to put a lock around; or the call that is made with the lock held. One finding
 * is told for each such place, however many rules are broken further in, and on however many ways.
 */

/* A check that is broken, in a context. */
struct ls_breach {
	struct ls_context *c;
	const struct ls_check *check;
};

/* A breach, and what is to blame for it. */
struct ls_blame {
	struct ls_breach breach;
	struct ls_chain chain;
	size_t at;		/* frame whose call has to be changed */
	uint8_t mends;		/* a lock taken there mends it */
	uint8_t known;		/* what its outermost frame begins with is known */
	ls_path lock;		/* as that frame names it */
	const char *why_none;	/* if nothing mends it */
	struct ls_fact when;	/* it is to be taken only then; no path: always */
	const struct ls_lock *taken;	/* what is held was taken here; or let go, if it is not */
	const char *doubt;
	uint64_t place;		/* number of what has to be changed, */
	uint64_t mistake;	/* and of the mistake, which may take several changes */
	uint64_t key;		/* of the place */
	size_t paths;
};

/* How a context is reached from outside. */
struct ls_reached {
	uint32_t by;		/* arrival; LS_NONE: it is a root */
	uint32_t far;		/* calls; LS_NONE: it is not */
};

struct ls_search {
	struct ls_analysis *a;
	struct ls_arena *arena;		/* of the search */
	size_t nr;		/* contexts; those that naming makes later are not looked at */
	struct ls_context **first;	/* of each function's contexts; by the next: */
	struct ls_context **next;	/* by id */
	struct ls_reached *known, *any;	/* by id: from known roots, from any */
	uint8_t *leads;			/* by id: to the breach that is looked at */
};

/* --- place.c ------------------------------------------------------------------------------ */

void ls_search_begin(struct ls_search *s, struct ls_analysis *a);
void ls_search_end(struct ls_search *s);
/* Mark the contexts from which @fn is reached. ls_places() does it for the breach's function. */
void ls_search_lead(struct ls_search *s, uint32_t fn);
/*
 * Find what is to blame for @nr breaches that are one call of one function in several contexts.
 * @tell is called for each place, perhaps several times.
 */
void ls_places(struct ls_search *s, const struct ls_breach *breach, size_t nr,
	       void (*tell)(void *arg, const struct ls_blame *blame), void *arg);

#define LS_HOLDERS_MAX 3

struct ls_holders {
	const char *name[LS_HOLDERS_MAX];
	size_t nr;
};

/*
 * Who gets to the call @insn of @fn with the lock held, on a way to the breach? @inner: the
 * function that is called, or LS_NONE if it is the breach itself; @lock: as that function names it.
 */
void ls_who_holds(struct ls_search *s, uint32_t fn, uint32_t insn, uint32_t inner, ls_path lock,
		  struct ls_holders *list);

/* --- report.c ----------------------------------------------------------------------------- */

/* Tell @nr blames that are one mistake, the clearest first. */
void ls_report(struct ls_search *s, struct ls_arena *arena, struct ls_blame *const *blame,
	       size_t nr, struct ls_finding *f);

/* --- advice.c ----------------------------------------------------------------------------- */

void ls_advice(struct ls_search *s, struct ls_arena *arena, const struct ls_blame *blame,
	       struct ls_advice *advice);

#endif
