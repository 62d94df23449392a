/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_CONTEXT_H
#define LOCKSTEP_ANALYZE_CONTEXT_H

#include "finding.h"
#include "map.h"
#include "path.h"
#include "program.h"
#include "state.h"

/**
 * DOC: contexts
 *
 * A function is walked once for each *context* it is called in: which of the locks it asks for are
 * held, what is known of the parameters and fields it looks at, and whether anything else is held.
 * What comes of it is a list of outcomes, which each caller translates back to its own names.
 *
 * What a function asks for, its *demands*, is found by walking it once with nothing known. All the
 * rest that callers know makes no difference to it, and so no new context.
 */

struct ls_demands {
	ls_path *lock, *fact, *cell;	/* in terms of parameters */
	size_t nr_locks, nr_facts, nr_cells;
};

/* What a walk with nothing known collects. */
struct ls_wishes {
	struct ls_map lock, fact, cell;
};

struct ls_outcome {
	struct ls_state state;	/* in terms of parameters; env is unused */
	ls_path ret;
	struct ls_range range;
};

/* Why a context is bounded: it is not walked to its end. */
enum ls_bound {
	LS_BOUND_STATES	= 1,	/* too many sets of locks at one place */
	LS_BOUND_ENDS	= 2,	/* too many outcomes */
	LS_BOUND_STEPS	= 4,	/* too many instructions */
	LS_BOUND_GROUP	= 8,	/* the group's budget was used up before it */
	LS_BOUND_DEPTH	= 16,	/* too many calls within calls */
};

enum ls_verdict { LS_KEPT, LS_BROKEN, LS_UNDECIDED };

/* A rule that was looked at: by a call, in some state. */
struct ls_check {
	uint32_t insn;
	const struct ls_model_call *call;
	enum ls_finding_kind kind;
	enum ls_verdict verdict;
	ls_path lock;
	struct ls_lock held;	/* kept, or broken by: the lock as it was held */
	const char *doubt;
	ls_path argument;	/* first pointer on the way to the lock */
	struct ls_fact *fact;	/* what is known there: see ls_rule_facts() */
	size_t nr_facts;
	uint8_t asserted;	/* it is an assertion that says so */
	uint8_t assumed;	/* it is not known to be held, but asserted */
	uint8_t drop;
};

/* A call that led into a context. */
struct ls_arrival {
	struct ls_context *from;
	uint32_t insn;
	const char *via;	/* table and member, or NULL */
	uint8_t guessed;	/* one of several targets */
	uint8_t gone_round;	/* it only asserts, on some of the ways to what comes after it */
	struct ls_lock *lock;	/* for each lock of the start: as the caller holds it */
	ls_path *arg;		/* for each parameter: the caller's path */
	struct ls_fact *fact;	/* what the caller knows, each time that it calls */
	size_t nr_facts;
	struct ls_context *to;
	uint32_t next, next_out, next_here;	/* of the same @to; @from; @from and @insn; or LS_NONE */
};

struct ls_context {
	uint32_t fn, id;
	struct ls_state start;	/* env: of the parameters */
	struct ls_outcome *outcome;
	size_t nr_outcomes;
	struct ls_check *check;
	size_t nr_checks, check_room;
	uint32_t steps;		/* instructions that were walked in it */
	uint32_t arrival, out;	/* first that leads here, and away; or LS_NONE */
	const char *root;	/* who calls it from outside, or NULL */
	const struct ls_model_call *root_call;
	uint8_t root_known;	/* what it holds when it is called is known */
	uint8_t done, walking, bounded, recursive;
	struct ls_demands *demands;	/* of a generic walk; NULL while that goes on */
	uint8_t generic;	/* nothing is known: walked for the demands */
	uint8_t live;		/* a root leads to it */
};

/* A model path with offsets in place of names. */
struct ls_lock_path {
	int arg;
	int64_t start;		/* the argument points this far into the object */
	const struct ls_hop *hop;
	size_t nr;
	int usable;
};

/* What is known of objects of which one thing is known. */
struct ls_kind {
	uint32_t table; /* psymbol that lies at @offset from what is known; LS_NONE: several */
	int64_t offset;
	int seen;
};

struct ls_kinds {
	struct ls_kind made; /* went through the subsystem's own constructor: from its argument */
	struct ls_kind imported;	/* an alias's pointer was set: from that pointer's place */
};

struct ls_flow;

struct ls_analysis {
	struct ls_program *p;
	const struct ls_model *model;
	struct ls_arena *arena;
	struct ls_paths paths;
	const char *judge;
	struct ls_names by_key;
	struct ls_context **context;
	size_t nr_contexts, context_room;
	struct ls_arrival *arrival;
	size_t nr_arrivals, arrival_room;
	struct ls_map arrivals_at;	/* caller and instruction -> first + 1 */
	struct ls_map flows;		/* fn -> struct ls_flow */
	uint8_t *reached;		/* of each function: a live context of it is there */
	struct ls_map contexts_of;	/* fn -> number of contexts */
	struct ls_map lock_paths;	/* model call -> struct ls_lock_path [2] */
	struct ls_map called;		/* slots called on the way */
	struct ls_map looks;		/* fn -> 1: it only looks, 2: it does not */
	struct ls_kinds kinds;
	int depth;
	struct ls_arena **scratch;	/* of walks, @open of them in use */
	size_t nr_scratch, scratch_room, open;
	size_t walked, steps;
	size_t steps_max;	/* of the group: what is not walked by then is given up on */
};

/* --- flow.c ----------------------------------------------------------------------------- */

/* Blocks from which one gets back to a header. */
struct ls_loop {
	uint32_t header;	/* position */
	uint8_t *member;	/* by position */
	uint32_t size;
	uint8_t locks, unlocks;	/* seen so far: many objects, one in each round */
};

struct ls_flow {
	uint32_t nr_blocks;
	uint32_t *order;	/* blocks in reverse post-order */
	uint32_t *position;	/* of each block; LS_NONE: unreachable */
	uint8_t *header;	/* a loop goes back to it */
	uint32_t *made;		/* position of the block that makes each SSA value */
	uint32_t *marks;	/* of each instruction that loads: see ls_path_mark() */
	struct ls_loop *loop;
	uint32_t nr_loops;
	uint8_t *wanted;	/* of each instruction: enum ls_wanted */
};

enum ls_wanted {
	LS_WANTED = 1,		/* what it looks at makes a difference to a call that matters */
	LS_WANTED_RESULT = 2,	/* and so does its result */
};

/* Find out what is wanted (relevant.c). */
void ls_flow_relevant(struct ls_analysis *a, uint32_t fn, struct ls_flow *flow);

const struct ls_flow *ls_flow_of(struct ls_analysis *a, uint32_t fn);
/* Return: the blocks that may follow @block, in @next (room for @max), and how many. */
size_t ls_flow_successors(const struct ls_unit *u, const struct ls_function *f, uint32_t block,
			  uint32_t *next, size_t max);

/* --- walk.c ------------------------------------------------------------------------------ */

#define LS_FAILING_MAX	32

struct ls_walk {
	struct ls_analysis *a;
	struct ls_context *c;
	const struct ls_unit *u;
	const struct ls_function *f;
	const struct ls_flow *flow;
	struct ls_arena *arena;	/* until the function is done */
	struct ls_state *spare;	/* states that are not used any more, linked by @next */
	struct ls_outcome *exit;
	size_t nr_exits;
	size_t steps;
	struct ls_wishes *wishes;	/* of a generic walk, or NULL */
	struct ls_round *round;	/* of each loop: see loops.c */
	struct ls_check failing[LS_FAILING_MAX];	/* assertions, before their warning is seen */
	uint8_t nr_failing;
	uint8_t *reached;		/* blocks, by position in the flow; once it is done */
};

/* The states that come of one. */
struct ls_states {
	struct ls_state **state;
	size_t nr, room;
};

void ls_walk_context(struct ls_analysis *a, struct ls_context *c);
void ls_states_add(struct ls_walk *w, struct ls_states *list, struct ls_state *s);
/* Return: a copy of @s, perhaps in the place of one that was dropped. */
struct ls_state *ls_walk_copy(struct ls_walk *w, const struct ls_state *s);
/* @s, which was copied in this walk, is not used any more. */
void ls_walk_drop(struct ls_walk *w, struct ls_state *s);

/* --- loops.c: many objects, one in each round -------------------------------------------------- */

void ls_loops_find(struct ls_analysis *a, uint32_t fn, struct ls_flow *flow);
/* Return: the position of the block that @insn is in. */
uint32_t ls_loop_position(const struct ls_walk *w, uint32_t insn);
/* Return: whether the object that @lock belongs to is one from before the loop. */
int ls_loop_is_from_before(const struct ls_walk *w, const struct ls_state *s, ls_path lock,
			   uint32_t header);
void ls_rounds_begin(struct ls_walk *w);
/* @s comes from the block at @from to the one at @to. */
void ls_rounds_enter(struct ls_walk *w, const struct ls_state *s, uint32_t from, uint32_t to);
/* Return: whether @s goes there now: not if it never does, or has to wait for what the loop does. */
int ls_rounds_leave(struct ls_walk *w, struct ls_state *s, uint32_t from, uint32_t to);
/* Return: a state that has waited, to be sent from @from to @to again; NULL: there is none. */
struct ls_state *ls_rounds_next(struct ls_walk *w, uint32_t *from, uint32_t *to);
/* Note that @lock is let go. Return: whether it is one of many, and the others still are held. */
int ls_rounds_unlock(struct ls_walk *w, const struct ls_state *s, uint32_t insn, ls_path lock);
/* Return: whether it is, or may be, the lock of any of many objects. */
int ls_several(const struct ls_paths *p, const struct ls_lock *lock);
/* Return: whether it stands for objects of which nothing is known but the context of their locks. */
int ls_several_unnamed(const struct ls_paths *p, ls_path path);
/* Return: @path, or if it is local that of any element. */
ls_path ls_several_wish(struct ls_walk *w, const struct ls_state *s, ls_path path);
/* Return: which lock of @s stands for many of which @path is one; or their number. */
int ls_several_find(struct ls_walk *w, const struct ls_state *s, ls_path path);
/* Return: a name for @lock that a caller understands, for what is many; or LS_NO_PATH. */
ls_path ls_several_leave(struct ls_walk *w, const struct ls_state *s, struct ls_lock *lock);
/* Return: whether the locks of a whole list, or of all objects of a context, are held. */
int ls_several_set(const struct ls_paths *p, const struct ls_state *s);
/* Forget which many: some lock is held. */
void ls_several_blur(const struct ls_paths *p, struct ls_state *s);

/* --- settle.c: what was found in a walk, once it is done -------------------------------------- */

void ls_settle_checks(struct ls_walk *w);
/*
 * Return: why a check that is broken at the end of @chain may not be: the same call, from the same
 * callers in the same state, is also reached with the lock. What decides about the lock may decide
 * about the call as well. Else NULL.
 */
struct ls_chain;
const char *ls_settle_other_ways(const struct ls_analysis *a, const struct ls_chain *chain,
				 const struct ls_check *check);
/* Return: why an assertion at the end of @chain may not concern its callers; NULL: it does. */
const char *ls_settle_gone_round(const struct ls_chain *chain, const struct ls_check *check);

/* --- insn.c: instructions that call nobody -------------------------------------------------- */

ls_path ls_walk_value(struct ls_walk *w, const struct ls_state *s, uint32_t operand);
/* Return: what operand @n of @insn is in @s. */
ls_path ls_walk_operand(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn,
			uint32_t n);
void ls_walk_simple(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn);
/* Whoever is given the address of a local object may write to it: operands from @first. */
void ls_walk_exposed(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		     uint32_t first);
/* The result of @insn has a name of its own, of which nothing is known. */
void ls_walk_fresh(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		   enum ls_path_kind kind);
/* Return: whether @name is memset() and the like, whose effect is in @s then. */
int ls_walk_memory(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		   const char *name, const ls_path *arg, size_t nr_args);

/* --- call.c -------------------------------------------------------------------------------- */

/*
 * Return: whether the function does nothing but look at what it is given, and says something that no
 * other name tells: asked again it says the same.
 */
int ls_call_only_looks(struct ls_analysis *a, uint32_t fn);
/* The states after the call @insn go to @out. */
void ls_walk_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		  struct ls_states *out);

/* --- rule.c: is a rule kept? ----------------------------------------------------------------- */

/* ww_mutex_lock() and lock_is_held_type() are for any lock: only those of a dma_resv are ours. */
int ls_rule_concerns(struct ls_walk *w, const struct ls_insn *insn,
		     const struct ls_model_call *call);
void ls_rule_note(struct ls_walk *w, const struct ls_check *check);
void ls_rule_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check);
/* Return: whether the rule is broken. */
int ls_rule_not_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check, int takes);
/*
 * Parameters and members that are NULL, not NULL or a certain number, into @fact, which has room for
 * @max. Return: how many.
 */
size_t ls_rule_facts(const struct ls_paths *p, const struct ls_state *s, struct ls_fact *fact,
		     size_t max);
/* Keep those of @fact that are among @other. Return: how many. */
size_t ls_rule_facts_common(struct ls_fact *fact, size_t nr, const struct ls_fact *other,
			    size_t nr_other);
/* Note that the lock must not be held here, and is not: for whoever thinks of taking it before. */
void ls_rule_free(struct ls_walk *w, const struct ls_state *s, struct ls_check *check, int takes);
/* Return: why a lock that is not in the list might be held all the same; NULL: it is not. */
const char *ls_rule_doubt(struct ls_walk *w, const struct ls_state *s, ls_path lock);
/*
 * Of objects found in a list or an array, all are locked in one loop and used in another: one
 * stands for all. Return: that lock, or NULL.
 */
struct ls_lock *ls_rule_stands_for(const struct ls_paths *p, struct ls_state *s, ls_path lock);
/* Return: whether a pointer on the way to the lock is NULL: this call does not happen. */
int ls_rule_impossible(struct ls_walk *w, const struct ls_state *s, ls_path path);
int ls_rule_no_argument(struct ls_walk *w, const struct ls_state *s,
			const struct ls_lock_path *path, const ls_path *arg, size_t nr_args);

/* --- effect.c: calls that the model knows ------------------------------------------------- */

/* What the model's @call does to @s at @insn, with arguments @arg. The states after it go to @out.
 */
void ls_effect_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		    const struct ls_model_call *call, const ls_path *arg, size_t nr_args,
		    struct ls_states *out);

/* --- lock_path.c: where the model says that a lock lies -------------------------------------- */

enum ls_path_of { LS_PATH_OF_LOCK, LS_PATH_OF_CTX, LS_PATH_OF_REPEAT, LS_NR_PATHS_OF };
const struct ls_lock_path *ls_lock_path_of(struct ls_analysis *a, const struct ls_model_call *call,
					   enum ls_path_of which);
/* Names of members in @path become offsets. @call: whose arguments they are, or NULL. */
void ls_lock_path_compile(struct ls_analysis *a, const struct ls_model_call *call,
			  const struct ls_model_path *path, struct ls_lock_path *out);
/* Return: the lock (or context) of a call with these arguments, or LS_NO_PATH. */
ls_path ls_lock_path_eval(struct ls_paths *p, const struct ls_state *s,
			  const struct ls_lock_path *path, const ls_path *arg, size_t nr_args,
			  ls_path result);
/* Return: the aliases of objects of @type that begin with @member, a bit for each. */
uint32_t ls_alias_marks(const struct ls_analysis *a, const char *type, const char *member);
void ls_effect_compile_aliases(struct ls_analysis *a);

/* What means the same in every function. */
static inline int ls_is_portable(const struct ls_path_node *node)
{
	return node->kind == LS_PATH_NUMBER || node->kind == LS_PATH_SYMBOL;
}

/* Walks within walks at most: each takes some 4 KiB of stack. */
#define LS_OPEN_MAX	1000

/* --- summary.c, demands.c, outcome.c, contexts.c: contexts and their outcomes ---------------- */

/* Walk @fn as called from @s, and put the states after the call into @out. */
void ls_summary_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		     uint32_t fn, const ls_path *arg, size_t nr_args, const char *via, int guessed,
		     struct ls_states *out);
/* Return: the context of @fn that starts with @start (env: a path for each parameter). */
struct ls_context *ls_context_get(struct ls_analysis *a, uint32_t fn, const struct ls_state *start);
void ls_summary_generic_begin(struct ls_walk *w, struct ls_wishes *wishes);
void ls_summary_generic_end(struct ls_walk *w);
/* A lock is asked for in a walk. */
void ls_summary_wish(struct ls_walk *w, ls_path lock);
/* A root leads to @c, and so to all that it calls. */
void ls_context_revive(struct ls_analysis *a, struct ls_context *c);
/* Forget calls from where no root leads. */
void ls_contexts_prune(struct ls_analysis *a);
/*
 * Return: the context of @fn that knows nothing but which functions it is given in @arg, walked;
 * its demands are NULL while that goes on.
 */
struct ls_context *ls_context_generic(struct ls_analysis *a, uint32_t fn, const ls_path *arg,
				      size_t nr_args);
/* Who calls @c gets back what it had, and may be sure of nothing any more. */
void ls_summary_give_up(struct ls_walk *w);
/* Note that @ret is returned in state @s. */
void ls_summary_exit(struct ls_walk *w, struct ls_state *s, ls_path ret);

/* --- kinds.c: objects are told apart by the table they are given at birth -------------------- */

/* Return: whether a table of functions is among the arguments. */
int ls_kinds_given_table(const struct ls_analysis *a, const ls_path *arg, size_t nr_args);
void ls_kinds_call(struct ls_walk *w, const struct ls_state *s, const char *callee,
		   const ls_path *arg, size_t nr_args);
void ls_kinds_store(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn);
/* What is known of an object that a call of the model has just made. */
void ls_kinds_born(struct ls_walk *w, struct ls_state *s, const char *callee, const ls_path *arg,
		   size_t nr_args, ls_path result);
/* Walk what makes objects, so that the rest is known. */
void ls_kinds_find(struct ls_analysis *a);
/* Say in @start what is known of the object that callback @slot gets first. */
void ls_kinds_start(struct ls_analysis *a, const char *slot, struct ls_state *start);

/* --- roots.c, cause.c, advice.c, names.c --------------------------------------------------- */

void ls_roots_walk(struct ls_analysis *a);
/* Return: @path of a callee as the caller names it, by the arguments of @in; or LS_NO_PATH. */
ls_path ls_arrival_path(struct ls_analysis *a, const struct ls_arrival *in, ls_path path);
void ls_cause_findings(struct ls_analysis *a, struct ls_findings *list, struct ls_arena *arena);
/* Find functions that need a lock which all their callers hold (contract.c). */
void ls_contracts(struct ls_analysis *a, struct ls_findings *list, struct ls_arena *arena);
/* The way to a check, outermost first: from[i] calls from[i + 1] at insn[i]. */
struct ls_chain {
	struct ls_context *from[64];
	uint32_t insn[64];
	const struct ls_arrival *by[64];
	size_t nr;
};

/* Print contexts, outcomes and checks of @function to standard output. */
void ls_explain(struct ls_analysis *a, const char *function);
/* Return: @path in words, as function @fn would write it: "obj->base.resv". */
const char *ls_name_path(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path);
const char *ls_name_file(const struct ls_analysis *a, uint32_t fn, uint32_t insn,
			 unsigned int *line);
const char *ls_name_callee(struct ls_analysis *a, uint32_t fn, uint32_t insn);

#endif
