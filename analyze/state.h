/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_STATE_H
#define LOCKSTEP_ANALYZE_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "path.h"

struct ls_arena;

/**
 * DOC: states
 *
 * What is known at one point of a function on some of the ways that lead there. States with
 * different locks are kept apart; those with equal locks are merged where ways meet, and what they
 * do not agree on is forgotten. So "if (a) lock(); ... if (a) unlock();" stays exact, at the
 * cost of one state for each set of locks.
 */

enum ls_hold {
	LS_HELD_NOW,
	LS_FREE_NOW,		/* known not to be held: it was let go */
};

enum ls_lock_flags {
	LS_LOCK_ASSUMED	= 1,	/* because of an assertion */
	LS_LOCK_FORMER	= 2,	/* taken in an earlier round of a loop */
	LS_LOCK_OWN	= 4,	/* free: whoever let it go had taken it before */
};

enum ls_lost {
	LS_LOST_MANY	= 1,	/* too many locks to follow */
	LS_LOST_CALL	= 2,	/* something was called that is given up on */
};

struct ls_lock {
	ls_path path, ctx; /* of the dma_resv; of the acquire context: LS_NO_PATH if not known */
	uint32_t fn, insn;	/* where it was taken; LS_NONE: held on entry */
	uint8_t hold, flags;
};

struct ls_range {
	int64_t lo, hi;
	int nonzero;
	int64_t hole;		/* one more number that it is not; 0: none */
};

struct ls_fact {
	ls_path path;
	struct ls_range range;
};

struct ls_cell {
	ls_path at, value;
	uint32_t narrow;	/* too small for a pointer */
};

#define LS_LOCKS_MAX	24
#define LS_FACTS_MAX	40
#define LS_CELLS_MAX	64

struct ls_state {
	ls_path *env;		/* of each SSA value; LS_NO_PATH: not made yet */
	uint16_t nr_locks, nr_facts, nr_cells;
	uint8_t unheld;		/* a lock that is not listed is not held; else nobody knows */
	uint8_t others;		/* the callers hold locks that have no name here */
	uint8_t sets;		/* on entry: among them those of a whole list, by its context */
	uint8_t lost;		/* enum ls_lost: what is listed may not be all, or not be so */
	uint8_t asserting;	/* blocks since a condition that leads to a warning */
	uint8_t failing;	/* then: which assertion fails, by its number in the walk; 0: none */
	ls_path released[4];	/* acquire contexts whose locks were let go */
	uint8_t nr_released;
	struct ls_lock *lock;	/* sorted by path; room for LS_LOCKS_MAX, if it is not a kept one */
	struct ls_fact *fact;
	struct ls_cell *cell;
	struct ls_state *next;	/* for whoever has it in a list */
};

/* Return: a state in @arena of which nothing is known, with an env of @nr_locals. */
struct ls_state *ls_state_create(struct ls_arena *arena, size_t nr_locals);
/* Return: a copy of @s in @arena, with its own env of @nr_locals. */
struct ls_state *ls_state_copy(struct ls_arena *arena, const struct ls_state *s, size_t nr_locals);
/* Make @to, which is one of as many locals, the same as @s. */
void ls_state_assign(struct ls_state *to, const struct ls_state *s, size_t nr_locals);
/* Return: a copy in @arena that is not added to any more, and takes no more room than it needs. */
struct ls_state ls_state_keep(struct ls_arena *arena, const struct ls_state *s, size_t nr_locals);
/* Return: whether the same locks are held. */
int ls_state_same_locks(const struct ls_state *a, const struct ls_state *b);
/**
 * ls_state_merge() - forget what @b does not agree with
 * @into: has the same locks as @b
 * Return: whether @into changed.
 */
int ls_state_merge(struct ls_paths *p, struct ls_state *into, const struct ls_state *b,
		   size_t nr_locals);

struct ls_lock *ls_state_lock(struct ls_state *s, ls_path path);
void ls_state_add_lock(struct ls_state *s, const struct ls_lock *lock);
void ls_state_drop_lock(struct ls_state *s, struct ls_lock *lock);

/* Return: what is known of the number @path. */
struct ls_range ls_state_range(const struct ls_paths *p, const struct ls_state *s, ls_path path);
/* Return: whether @number may be in @range. */
int ls_range_has(struct ls_range range, int64_t number);
/* Learn that @path is in @range. Return: whether that is possible. */
int ls_state_learn(struct ls_paths *p, struct ls_state *s, ls_path path, struct ls_range range);
/* Learn that the condition @path is true or false. Return: whether that is possible. */
int ls_state_assume(struct ls_paths *p, struct ls_state *s, ls_path path, int truth);

/* Note that a decision depends on @path. */
void ls_state_ask(struct ls_paths *p, ls_path path);
/* Return: what lies at @address. */
ls_path ls_state_load(struct ls_paths *p, const struct ls_state *s, ls_path address);
/* Return: where @s has it now; NULL if there is no @address. */
struct ls_cell *ls_state_store(struct ls_paths *p, struct ls_state *s, ls_path address,
			       ls_path value);
/* A local path is about to mean something else: nothing is known of it any more. */
void ls_state_forget(struct ls_paths *p, struct ls_state *s, ls_path path);

#define LS_RANGE_ALL	((struct ls_range) { INT64_MIN, INT64_MAX, 0, 0 })

#endif
