/* SPDX-License-Identifier: MIT */
/*
 * lockstep-bitcode: from bitcode to a unit. The only program that knows LLVM.
 *
 *	bitcode.c		main: reads, runs mem2reg, writes
 *	bitcode_table.c		the unit's tables, strings, files
 *	bitcode_type.c		debug information's types
 *	bitcode_typeof.c	what values point to
 *	bitcode_symbol.c	symbols, constant expressions
 *	bitcode_data.c		initialised variables
 *	bitcode_function.c	functions, blocks
 *	bitcode_insn.c		instructions
 *	bitcode_call.c		calls, intrinsics, inline assembly
 *	bitcode_prune.c		blocks that only jump, values that nobody uses
 */
#ifndef LOCKSTEP_ANALYZE_BITCODE_H
#define LOCKSTEP_ANALYZE_BITCODE_H

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/Target.h>
#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "map.h"
#include "unit.h"

struct gen_table {
	char *bytes;
	size_t nr, room;
	size_t size;	/* of a record */
};

/* A type of debug information, with typedefs and qualifiers looked through. */
struct dtype {
	LLVMMetadataRef md;
	enum ls_type_kind kind;
	const char *name;
	size_t name_len;
	uint64_t size;		/* bytes */
	struct dtype *target;	/* see dtype_target() */
	struct dmember *member;	/* see dtype_members() */
	size_t nr_members;
	bool has_target, has_members;
	bool needed;		/* its members are to be in the unit */
	uint32_t index;		/* in the unit, or LS_NONE */
};

struct dmember {
	const char *name;
	size_t name_len;
	uint64_t offset;	/* bytes */
	struct dtype *type;	/* NULL: nothing known */
};

/* A function being translated. */
struct gen_function {
	LLVMValueRef value;
	struct ls_map blocks;	/* basic block: its index */
	struct ls_map locals;	/* value: its index */
	struct dtype **type;	/* of each local: what it points to */
	size_t type_room;
	uint32_t nr_locals;
	LLVMMetadataRef scope;	/* of the last instruction, and its file */
	uint16_t file;
};

struct gen {
	LLVMContextRef context;
	LLVMModuleRef module;
	LLVMTargetDataRef layout;
	const char *const *prefix;	/* of the tree, to take off paths */
	size_t nr_prefixes;
	const char *directory;		/* in which the compiler ran */
	struct ls_arena *arena;

	/* In the order of the header. */
	struct gen_table strings, files, types, members, symbols, functions, params, blocks, insns,
		operands, constants, places, variables, slots;

	struct ls_names string_at, file_at, place_at, exported, type_named;
	struct ls_map symbol_at, constant_at, dtype_at, file_of_scope, pointer_to, global_type;
	LLVMValueRef *symbol_value;	/* of each symbol */
	size_t symbol_room;
	uint32_t literal;		/* the symbol of all string literals, or LS_NONE */
	struct gen_table todo;		/* LLVMValueRef: functions and variables found in use */
	struct dtype **dtype_queue;	/* in the unit, by index */
	size_t nr_dtypes, dtype_room;
	struct gen_function f;
};

/* --- tables --- */
void gen_init_tables(struct gen *g);
/* Return: the new record, all zeroes; until the next one is added. */
void *gen_add(struct gen_table *t);
/* Record @i of @t. */
#define GEN_AT(t, type, i) (&((type *)(t)->bytes)[i])
uint32_t gen_string(struct gen *g, const char *s, size_t len);
/* Return: the index of the file that this scope or file of debug information names. */
uint32_t gen_file(struct gen *g, LLVMMetadataRef scope);
uint32_t gen_constant(struct gen *g, int64_t n);
uint32_t gen_place(struct gen *g, uint32_t symbol, int64_t offset);
/* Return: the path relative to the tree, in the arena. */
const char *gen_path(struct gen *g, const char *directory, const char *file);
/* Return: 0, or -1 after a message on standard error. */
int gen_write(struct gen *g, const char *path, uint32_t source);

/* --- debug information --- */
/* Return: the operands of a metadata node; an element may be NULL. */
LLVMValueRef *md_operands(struct gen *g, LLVMMetadataRef md, unsigned int *nr);
LLVMMetadataRef md_operand(struct gen *g, LLVMMetadataRef md, unsigned int i);
/* Return: the type; NULL for NULL (void) and for what is none. */
struct dtype *dtype_of(struct gen *g, LLVMMetadataRef md);
struct dtype *dtype_target(struct gen *g, struct dtype *t);
const struct dmember *dtype_members(struct gen *g, struct dtype *t, size_t *nr);
/* Return: the outermost type that starts at @offset in @t, @t itself for 0; or NULL. */
struct dtype *dtype_at(struct gen *g, struct dtype *t, uint64_t offset);
/* Return: the type of the member at @offset exactly; or NULL. */
struct dtype *dtype_member_at(struct gen *g, struct dtype *t, uint64_t offset);
/* Return: what a pointer read from the start of @t points to; or NULL. */
struct dtype *dtype_loaded(struct gen *g, struct dtype *t);
/* Return: the type's index in the unit; with @whole, its members come too. */
uint32_t dtype_index(struct gen *g, struct dtype *t, bool whole);
/* Write out all types that have an index. */
void gen_types(struct gen *g);

/* --- types of values --- */
struct dtype *dtype_of_global(struct gen *g, LLVMValueRef global);
/* Return: the type of a variable of debug information. */
struct dtype *dtype_of_variable(struct gen *g, LLVMMetadataRef var);
/* Return: the file and, in @line, the line it is declared in; or NULL. */
LLVMMetadataRef dtype_global_file(LLVMValueRef global, uint32_t *line);
/* Return: the type of the result of @function; and @nr parameters into @params, if not NULL. */
struct dtype *dtype_signature(struct gen *g, LLVMMetadataRef subprogram, struct dtype **params,
			      unsigned int *nr);
struct dtype *dtype_of_llvm(struct gen *g, LLVMTypeRef type);
/* Return: what the value (of the unit) points to; or NULL. */
struct dtype *dtype_pointee(struct gen *g, uint32_t value);
/* Say what a local points to, if nobody said so before. */
void dtype_note(struct gen *g, uint32_t value, struct dtype *t);
void gen_params(struct gen *g, LLVMValueRef function, struct ls_function *out);

/* --- symbols and constants --- */
void gen_exports(struct gen *g);
uint32_t gen_symbol(struct gen *g, LLVMValueRef global, bool taken);
/* Return: the symbol of a function that the module need not mention. */
uint32_t gen_named_function(struct gen *g, const char *name);
/* Return: whether it is a static function of a header. */
bool gen_is_inline(struct gen *g, LLVMValueRef function);
/* Return: whether a variable is of the compiler's or of EXPORT_SYMBOL's making. */
bool gen_is_special(const char *name);
/* Return: a value of the unit; @callee: it is only called, its address is not taken. */
uint32_t gen_const_value(struct gen *g, LLVMValueRef v, bool callee);
void gen_variable(struct gen *g, LLVMValueRef global, uint32_t symbol);
/* Return: whether the initialiser has the address of a function in it. */
bool gen_has_function(LLVMValueRef init, int depth);

/* --- code --- */
void gen_function(struct gen *g, LLVMValueRef function, uint32_t symbol);
/* Rewrite the function that was added last, whose operands begin at @first_operand. */
void gen_prune(struct gen *g, struct ls_function *f, uint32_t first_operand);
/* Return: an LLVM value as a value of the unit. */
uint32_t gen_value(struct gen *g, LLVMValueRef v);
/* Return: what truth value @v comes down to; *@invert is changed if it says the opposite. */
LLVMValueRef gen_truth(struct gen *g, LLVMValueRef v, bool *invert);
/* Return: whether it is a call of an intrinsic whose result is its first argument. */
bool gen_is_same(LLVMValueRef v);
/* Return: whether it is a trap, from which nobody comes back. */
bool gen_is_trap(LLVMValueRef v);
/* Return: the last instruction of the block that is executed: its terminator, or a trap. */
LLVMValueRef gen_block_end(LLVMBasicBlockRef block);
uint32_t gen_block(struct gen *g, LLVMBasicBlockRef block);
/* Return: the condition if it is constant: the only successor; else NULL. */
LLVMBasicBlockRef gen_only_successor(struct gen *g, LLVMValueRef terminator);
/* Return: the number of the local that stands for @v. */
uint32_t gen_local(struct gen *g, LLVMValueRef v);
uint32_t gen_new_local(struct gen *g);
/* Return: a new instruction of this kind at the place of @v; until the next one is added. */
struct ls_insn *gen_insn(struct gen *g, LLVMValueRef v, enum ls_op op);
/* One operand more of the last instruction. */
void gen_operand(struct gen *g, uint32_t value);
/* The last instruction makes @v, if that is not void. */
void gen_result(struct gen *g, LLVMValueRef v);
/* Return: whether a cast is more than another view of the same bits. */
bool gen_changes_bits(struct gen *g, LLVMValueRef v);
uint8_t gen_width(struct gen *g, LLVMTypeRef type);
void gen_instruction(struct gen *g, LLVMValueRef v);
void gen_call(struct gen *g, LLVMValueRef v);
void gen_callbr(struct gen *g, LLVMValueRef v);
/*
 * Return: whether the call is of an intrinsic that stands for a value known now; then @value is
 * that value.
 */
bool gen_folded_call(struct gen *g, LLVMValueRef v, uint32_t *value);

#endif
