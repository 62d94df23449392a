/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_PROGRAM_H
#define LOCKSTEP_ANALYZE_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "analyze.h"
#include "map.h"
#include "model.h"
#include "unit.h"

struct ls_arena;

/**
 * DOC: programs
 *
 * All units as one: symbols joined by name, one copy of each inline function of a header, and who
 * calls whom. Made once, before groups are judged, perhaps in processes of their own; nothing in
 * it is written to afterwards.
 */

struct ls_psymbol {
	const char *name;
	uint32_t unit, symbol;	/* where it is defined, or first seen */
	uint32_t fn;		/* its function, or LS_NONE */
	uint32_t variable;	/* its initialised data in @unit, or LS_NONE */
	const struct ls_model_call *call;	/* what the model knows, or NULL */
	uint32_t holder;	/* of a function: first of its places in tables, or LS_NONE */
	uint8_t is_function, exported, is_static;
};

enum ls_edge_kind {
	LS_EDGE_CALL,	 /* @to: psymbol */
	LS_EDGE_SLOT,	 /* @to: slot called through */
	LS_EDGE_UNKNOWN, /* a pointer of unknown origin is called */
	LS_EDGE_GIVEN,	 /* @to: psymbol of a function that the callee may call */
	LS_EDGE_PASSED,	 /* @to: psymbol of a function that the callee calls before it returns */
};

struct ls_edge {
	uint32_t insn;		/* from the start of the unit's table */
	uint32_t to;
	uint8_t kind;
};

/* A function that lies in a slot: in a table, or stored by code. */
struct ls_holder {
	uint32_t slot;
	uint32_t function;	/* psymbol */
	uint32_t table;		/* psymbol of the variable, or LS_NONE: stored by code */
	uint32_t by;		/* function that stores it, or LS_NONE */
	uint32_t next;		/* of the same slot */
	uint32_t next_held;	/* of the same function */
};

/* A member of a struct that holds function pointers: "dma_buf_ops.pin". */
struct ls_slot_info {
	const char *name;
	const struct ls_model_call *call;	/* what the model knows, or NULL */
	uint32_t holder;	/* first, or LS_NONE */
	uint32_t nr_holders;
	uint32_t caller;	/* first, or LS_NONE */
	uint8_t called;		/* by somebody here */
};

/* Somebody who calls a function. */
struct ls_caller {
	uint32_t fn, edge;
	uint32_t next;
};

struct ls_fn {
	const struct ls_function *f;
	uint32_t unit, symbol;	/* psymbol */
	uint32_t edge, nr_edges;
	uint32_t caller;	/* first of direct ones, or LS_NONE */
	uint8_t matters;	/* it, or what it calls, has to do with locks */
	uint8_t small;		/* looked into even if it does not matter: what it returns */
	uint8_t is_inline;
	uint8_t skipped;	/* in a file that is not judged */
	const char *root;	/* it is passed to somebody who calls it later: who that is */
};

struct ls_program {
	struct ls_arena *arena;
	const struct ls_model *model;
	struct ls_unit **unit;	/* sorted by source */
	const char **group;
	size_t nr_units;
	uint32_t **symbol_of;	/* per unit: psymbol of each symbol */
	struct ls_psymbol *symbol;
	size_t nr_symbols, symbol_room;
	struct ls_fn *fn;
	size_t nr_fns, fn_room;
	struct ls_edge *edge;
	size_t nr_edges, edge_room;
	struct ls_slot_info *slot;
	size_t nr_slots, slot_room;
	struct ls_holder *holder;
	size_t nr_holders, holder_room;
	struct ls_caller *caller;
	size_t nr_callers, caller_room;
	struct ls_names by_name;	/* external symbols, inline functions, slots */
	struct ls_names types;		/* struct name -> a unit that has its members */
	uint32_t debug_locks;		/* psymbol, or LS_NONE */
};

/* Make the call graph: edges, slots, holders, what matters. Part of ls_program_create(). */
void ls_program_graph(struct ls_program *p);

/* Return: the slot with this name, made if needed. */
uint32_t ls_program_slot(struct ls_program *p, const char *name);
const char *ls_program_group_of(const struct ls_program *p, uint32_t fn);
const char *ls_program_file(const struct ls_program *p, uint32_t fn);
const char *ls_fn_name(const struct ls_program *p, uint32_t fn);

/* Return: the first edge of @fn at @insn or after it; the end of its edges if there is none. */
uint32_t ls_program_edge(const struct ls_program *p, uint32_t fn, uint32_t insn);

static inline const struct ls_unit *ls_fn_unit(const struct ls_program *p, uint32_t fn)
{
	return p->unit[p->fn[fn].unit];
}

/* Return: the psymbol that an LS_SYMBOL or LS_PLACE operand means, with the offset; else LS_NONE.
 */
uint32_t ls_program_operand(const struct ls_program *p, uint32_t unit, uint32_t value,
			    int64_t *offset);
/**
 * ls_program_constant() - what initialised, constant data contain
 * @is_zero: set if it is constant and nothing but zeroes lies there; LS_NONE is returned then
 * Return: an operand value of @unit_out; LS_NONE if it is not constant or not known.
 */
uint32_t ls_program_constant(const struct ls_program *p, uint32_t symbol, int64_t offset,
			     uint32_t *unit_out, int *is_zero);

/* --- types (types.c) -------------------------------------------------------------------- */

/* Return: a type of @u with the targets of pointers looked through if it is one. */
uint32_t ls_type_target(const struct ls_unit *u, uint32_t type);
/**
 * ls_type_member() - which member lies at an offset
 * @text: set to ".base.import_attach", in @arena; may be NULL
 * @owner: set to the innermost struct that has a name; may be NULL
 * @member: set to the member's name in it; may be NULL
 * Return: the member's type, or LS_NONE.
 */
uint32_t ls_type_member(const struct ls_unit *u, uint32_t type, int64_t offset,
			struct ls_arena *arena, const char **text, uint32_t *owner,
			const char **member);
/* Return: the type of an element of the array that begins at @offset, with its name, or LS_NONE. */
uint32_t ls_type_array(const struct ls_unit *u, uint32_t type, int64_t offset,
		       struct ls_arena *arena, const char **text);
/* Find member "a.b" of a struct. Return: its type, or LS_NONE with @found = 0. */
uint32_t ls_type_find(const struct ls_unit *u, uint32_t type, const char *member, int64_t *offset,
		      int *found);
/* Return: the unit in which struct @name has members, and the type in @type; NULL if nowhere. */
const struct ls_unit *ls_type_named(const struct ls_program *p, const char *name, uint32_t *type);
/* Return: "type.member" of the function pointer at @address of function @fn, or NULL. */
const char *ls_type_slot(struct ls_program *p, uint32_t unit, const struct ls_function *f,
			 uint32_t address);
/* Return: what a value points to, or LS_NONE. */
uint32_t ls_type_pointee(const struct ls_unit *u, const struct ls_function *f, uint32_t value);
/* Return: the instruction that makes SSA value @local, or NULL: a parameter. */
const struct ls_insn *ls_unit_def(const struct ls_unit *u, const struct ls_function *f,
				  uint32_t local);

#endif
