/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_UNIT_H
#define LOCKSTEP_ANALYZE_UNIT_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: units
 *
 * A unit is what the checker needs to know of one source file: its functions as SSA, its
 * initialised data, and the names of types and members that paths are printed with. It is made of
 * bitcode by the one program that knows LLVM (analyze/bitcode.c), and is a file that is mapped, not
 * parsed: a header, then tables of fixed-size records, which refer to each other by index.
 * Nothing in it depends on the machine's state, on addresses or on the order of work, so equal
 * input makes equal bytes.
 *
 * All tables have their position and length in the header. Index 0 of @strings is "".
 */

#define LS_UNIT_MAGIC	"lsunit\n"	/* 8 bytes with the final 0 */
#define LS_UNIT_VERSION	2		/* part of the cache's key: count up at each change here */
#define LS_NONE		UINT32_MAX	/* no index */

/* Where a table lies: @at bytes from the start of the file, @nr records. */
struct ls_table {
	uint32_t at;
	uint32_t nr;
};

struct ls_unit_header {
	char magic[8];
	uint32_t version;
	uint32_t size;			/* of the whole file, in bytes */
	uint32_t source;		/* string: path of the source file, relative to the tree */
	struct ls_table strings;	/* bytes, each string ends with 0 */
	struct ls_table files;		/* uint32_t: string, path relative to the tree */
	struct ls_table types;		/* struct ls_type */
	struct ls_table members;	/* struct ls_member */
	struct ls_table symbols;	/* struct ls_symbol */
	struct ls_table functions;	/* struct ls_function */
	struct ls_table params;		/* struct ls_param */
	struct ls_table blocks;		/* struct ls_block */
	struct ls_table insns;		/* struct ls_insn */
	struct ls_table operands;	/* uint32_t: value, see ls_value_kind() */
	struct ls_table constants;	/* int64_t */
	struct ls_table places;		/* struct ls_place: address of a symbol plus an offset */
	struct ls_table variables;	/* struct ls_variable */
	struct ls_table slots;		/* struct ls_slot: contents of initialised data */
};

/* --- types: from debug information; for naming paths and ops tables, never for semantics --- */

enum ls_type_kind {
	LS_TYPE_OTHER,		/* integer, enum, function, ...: no members, no target */
	LS_TYPE_POINTER,	/* @target */
	LS_TYPE_STRUCT,		/* members; union too: members then overlap */
	LS_TYPE_ARRAY,		/* @target; @size of the whole */
};

/*
 * typedef and qualifiers are looked through. Anonymous structs have name 0. What has members has
 * them all; but a struct that the unit only has pointers to, and never looks into, has none here.
 */
struct ls_type {
	uint32_t kind;
	uint32_t name;		/* string: "dma_buf", without "struct" */
	uint32_t size;		/* bytes; 0 if unknown, or a struct without members here */
	uint32_t target;	/* type or LS_NONE */
	uint32_t member;	/* first */
	uint32_t nr_members;
};

struct ls_member {
	uint32_t name;		/* string; 0: anonymous, its members are reached through it */
	uint32_t offset;	/* bytes from the start of the struct (bit-fields: rounded down) */
	uint32_t type;		/* type or LS_NONE */
};

/* --- symbols ------------------------------------------------------------------------- */

enum ls_symbol_flags {
	LS_SYM_FUNCTION = 1,
	LS_SYM_STATIC	= 2,	/* internal linkage */
	LS_SYM_DEFINED	= 4,	/* in this unit: @index is its function or variable */
	LS_SYM_INLINE	= 8,	/* static inline from a header: each unit has its own copy */
	LS_SYM_TAKEN	= 16,	/* the function's address is used, other than by EXPORT_SYMBOL */
	LS_SYM_EXPORTED	= 32,	/* by EXPORT_SYMBOL */
};

struct ls_symbol {
	uint32_t name;		/* string, without LLVM's ".123" */
	uint32_t flags;
	uint32_t index;		/* function or variable; LS_NONE if only declared */
};

struct ls_function {
	uint32_t symbol;
	uint32_t file;		/* index into files */
	uint32_t line;		/* of the declarator */
	uint32_t result;	/* type or LS_NONE */
	uint32_t param, nr_params;
	uint32_t block, nr_blocks;	/* the first is the entry */
	uint32_t insn, nr_insns;	/* all blocks' instructions, in order */
	uint32_t nr_locals;		/* SSA values: parameters first, then results */
};

struct ls_param {
	uint32_t name;
	uint32_t type;
};

struct ls_block {
	uint32_t insn, nr_insns;	/* insn: from the start of the unit's table */
};

/* --- code ------------------------------------------------------------------------------ */

/**
 * enum ls_op - what an instruction does
 *
 * @LS_ALLOCA:	dst = address of a new local object. (Those that mem2reg left.)
 * @LS_LOAD:	dst = *(op0)
 * @LS_STORE:	*(op1) = op0
 * @LS_OFFSET:	dst = op0 + @extra bytes
 * @LS_INDEX:	dst = op0 + op1 * @extra bytes, with op1 not constant
 * @LS_COPY:	dst = op0: extensions, truncations, freeze. What changes no bit (casts of pointers,
 *		llvm.expect) has no instruction: its operand is used in its place.
 * @LS_BINARY:	dst = op0 OP op1; @extra is enum ls_binary
 * @LS_COMPARE:	dst = op0 OP op1; @extra is enum ls_compare. Conditions are plain: !!x, extensions
 *		and __builtin_expect() around a truth value are looked through, and a negation is the
 *		opposite comparison (of a truth value that is none: LS_EQ with 0).
 * @LS_SELECT:	dst = op0 ? op1 : op2
 * @LS_PHI:	operands are pairs: value, then the index of the block it comes from (plain, from
 *		the function's first)
 * @LS_CALL:	op0 is the function called; then its arguments. Debug intrinsics, lifetime
 *		markers and the like are left out; __builtin_constant_p() and
 *		__builtin_object_size() are constants; llvm.memcpy, llvm.memmove and llvm.memset stay,
 *		as calls of "memcpy", "memmove" and "memset" with three arguments.
 *		A struct that is returned through memory is the first argument; one that is passed in
 *		two registers is two arguments, and the second parameter has no name.
 * @LS_ASM:	inline assembly; its operands are what it is given, but for numbers. asm goto
 *		ends its block by an LS_SWITCH on an unknown value; the default is to fall through.
 * @LS_OTHER:	dst = something the checker knows nothing of (floating point, vectors, ...);
 *		atomicrmw and cmpxchg: op0 is the address
 * @LS_EXTRACT:	dst = part of an aggregate in op0 (struct returned by value), @extra its index
 * @LS_JUMP:	ends a block; op0 is a block
 * @LS_BRANCH:	ends a block; op0 is the condition, op1 the block if true, op2 if false
 * @LS_SWITCH:	ends a block; op0 the value, op1 the default block, then pairs: constant, block
 * @LS_RETURN:	ends a block; op0 if there is a value
 * @LS_UNREACHABLE: ends a block (BUG() among others)
 *
 * Blocks that only jump, blocks that nobody reaches and values without effect that nobody uses are
 * left out.
 */
enum ls_op {
	LS_ALLOCA, LS_LOAD, LS_STORE, LS_OFFSET, LS_INDEX, LS_COPY, LS_BINARY, LS_COMPARE,
	LS_SELECT, LS_PHI, LS_CALL, LS_ASM, LS_OTHER, LS_EXTRACT,
	LS_JUMP, LS_BRANCH, LS_SWITCH, LS_RETURN, LS_UNREACHABLE,
};

enum ls_binary { LS_ADD, LS_SUB, LS_MUL, LS_AND, LS_OR, LS_XOR, LS_SHIFT_LEFT, LS_SHIFT_RIGHT,
		 LS_DIVIDE, LS_REMAINDER };
/* Signed and unsigned are told apart, as in C. */
enum ls_compare { LS_EQ, LS_NE, LS_LT, LS_LE, LS_GT, LS_GE, LS_ULT, LS_ULE, LS_UGT, LS_UGE };

struct ls_insn {
	uint8_t op;		/* enum ls_op */
	uint8_t width;		/* bytes loaded, stored, compared or produced; 0 if it makes no sense */
	uint16_t file;		/* index into files; UINT16_MAX: unknown */
	uint32_t line;		/* 0: unknown */
	uint32_t dst;		/* SSA value, or LS_NONE */
	uint32_t operand;	/* first, in operands */
	uint32_t nr_operands;
	uint32_t type;		/* what dst points to, if debug information says so; LS_NONE */
	int64_t extra;
};

/*
 * A value is 32 bits: the kind in the upper three, an index in the rest. Blocks in operands of
 * branches and phis are plain indices, counted from the function's first block.
 */
enum ls_value_kind {
	LS_LOCAL,	/* SSA value of this function: parameters are 0, 1, ... */
	LS_CONSTANT,	/* index into constants: integers (signed but for truth values), NULL,
			   (char *)-EINVAL */
	LS_SYMBOL,	/* address of a function or variable: index into symbols */
	LS_PLACE,	/* index into places */
	LS_UNDEF,	/* undef, poison, and constants that are none of the above */
};

#define LS_VALUE_BITS 29
#define LS_VALUE(kind, index)	((uint32_t)(kind) << LS_VALUE_BITS | (uint32_t)(index))

static inline enum ls_value_kind ls_value_kind(uint32_t value)
{
	return value >> LS_VALUE_BITS;
}

static inline uint32_t ls_value_index(uint32_t value)
{
	return value & ((1U << LS_VALUE_BITS) - 1);
}

struct ls_place {
	uint32_t symbol;
	uint32_t pad;
	int64_t offset;
};

/* --- data ------------------------------------------------------------------------------ */

/* A variable of this unit. Its slots are sorted by offset; what is not there is 0. */
struct ls_variable {
	uint32_t symbol;
	uint32_t file, line;
	uint32_t type;		/* from debug information, or LS_NONE */
	uint32_t is_const;
	uint32_t slot, nr_slots;
};

/* A pointer or a non-zero integer in it. Texts are left out, all literals are one symbol, ".str". */
struct ls_slot {
	uint32_t offset;	/* bytes from the start of the variable */
	uint32_t value;		/* LS_CONSTANT, LS_SYMBOL or LS_PLACE */
};

/* --- a mapped unit --------------------------------------------------------------------- */

/**
 * struct ls_unit - a unit in memory
 * @head: start of the mapping
 * @path: of the unit's own file, for messages
 *
 * The tables, typed; each has head->X.nr records.
 */
struct ls_unit {
	const struct ls_unit_header *head;
	const char *path;
	const char *strings;
	const uint32_t *files;
	const struct ls_type *types;
	const struct ls_member *members;
	const struct ls_symbol *symbols;
	const struct ls_function *functions;
	const struct ls_param *params;
	const struct ls_block *blocks;
	const struct ls_insn *insns;
	const uint32_t *operands;
	const int64_t *constants;
	const struct ls_place *places;
	const struct ls_variable *variables;
	const struct ls_slot *slots;
};

/**
 * ls_unit_open() - map a unit and check it
 * @path: its file
 * @error: set to a line for the user on failure, to be freed by the caller
 *
 * Every index in it is looked at once: nobody has to check again.
 * Return: the unit, or NULL: not there, cut short, of another version, damaged.
 */
struct ls_unit *ls_unit_open(const char *path, char **error);
void ls_unit_close(struct ls_unit *unit);
/* Print it as text, for people and tests. */
void ls_unit_print(const struct ls_unit *unit, void *file);

static inline const char *ls_unit_string(const struct ls_unit *u, uint32_t string)
{
	return u->strings + string;
}

static inline const char *ls_unit_file(const struct ls_unit *u, uint32_t file)
{
	return file < u->head->files.nr ? u->strings + u->files[file] : "?";
}

#endif
