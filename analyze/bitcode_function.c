// SPDX-License-Identifier: MIT
/* Functions: blocks that can be reached, and the values that are numbered in them. */
#include <stdlib.h>
#include <string.h>

#include "bitcode.h"

#define DEPTH_MAX	1000

uint32_t gen_new_local(struct gen *g)
{
	struct gen_function *f = &g->f;

	f->type = ls_grow(f->type, f->nr_locals, &f->type_room, sizeof(*f->type));
	f->type[f->nr_locals] = NULL;
	return f->nr_locals++;
}

uint32_t gen_local(struct gen *g, LLVMValueRef v)
{
	int is_new;
	uint64_t *at = ls_map_put(&g->f.locals, (uintptr_t)v, &is_new);

	if (is_new)
		*at = gen_new_local(g);
	return *at;
}

uint32_t gen_block(struct gen *g, LLVMBasicBlockRef block)
{
	return *ls_map_find(&g->f.blocks, (uintptr_t)block);
}

bool gen_changes_bits(struct gen *g, LLVMValueRef v)
{
	LLVMTypeRef from = LLVMTypeOf(LLVMGetOperand(v, 0)), to = LLVMTypeOf(v);

	return gen_width(g, from) != gen_width(g, to) || !gen_width(g, to);
}

static bool is_truth(LLVMValueRef v)
{
	LLVMTypeRef type = LLVMTypeOf(v);

	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 1;
}

static bool is_number(LLVMValueRef v, unsigned long long n)
{
	if (n == 0 && LLVMIsAConstant(v))
		return LLVMIsNull(v);
	return LLVMIsAConstantInt(v) && LLVMConstIntGetZExtValue(v) == n;
}

/* Return: the truth value that @v is, extended perhaps; NULL if it is none. */
static LLVMValueRef extended_truth(struct gen *g, LLVMValueRef v, int depth)
{
	for (; depth < DEPTH_MAX; depth++) {
		if (is_truth(v))
			return v;
		if (!LLVMIsAZExtInst(v) && !LLVMIsASExtInst(v) && !gen_is_same(v))
			return NULL;
		v = LLVMGetOperand(v, 0);
	}
	return NULL;
}

/*
 * C makes of a condition what is hard to read again: !!(a == b), extended to long, given to
 * __builtin_expect() and compared to 0. Return: what of that says the same as @v, if it is a truth
 * value; with @invert changed if it says the opposite.
 */
LLVMValueRef gen_truth(struct gen *g, LLVMValueRef v, bool *invert)
{
	LLVMValueRef from;
	bool eq;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		if (gen_is_same(v)) {
			v = LLVMGetOperand(v, 0);
		} else if (LLVMIsAInstruction(v) && LLVMGetInstructionOpcode(v) == LLVMXor &&
			   is_truth(v) && is_number(LLVMGetOperand(v, 1), 1)) {
			*invert = !*invert;
			v = LLVMGetOperand(v, 0);
		} else if (LLVMIsAICmpInst(v) && is_number(LLVMGetOperand(v, 1), 0) &&
			   LLVMGetICmpPredicate(v) <= LLVMIntNE) {
			from = extended_truth(g, LLVMGetOperand(v, 0), depth);
			eq = LLVMGetICmpPredicate(v) == LLVMIntEQ;
			if (!from)
				return v;
			*invert ^= eq;
			v = from;
		} else {
			return v;
		}
	}
	return v;
}

/*
 * What changes no bit has no instruction: its operand stands in its place. In code that cannot be
 * reached such casts may go in circles, hence the limit.
 */
uint32_t gen_value(struct gen *g, LLVMValueRef v)
{
	bool invert = false;
	LLVMValueRef truth;
	uint32_t value;

	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		if (LLVMIsAArgument(v))
			return LS_VALUE(LS_LOCAL, gen_local(g, v));
		if (LLVMIsConstant(v))
			return gen_const_value(g, v, false);
		if (!LLVMIsAInstruction(v))
			break;
		switch (LLVMGetInstructionOpcode(v)) {
		case LLVMBitCast:
		case LLVMPtrToInt:
		case LLVMIntToPtr:
		case LLVMAddrSpaceCast:
			if (gen_changes_bits(g, v))
				return LS_VALUE(LS_LOCAL, gen_local(g, v));
			v = LLVMGetOperand(v, 0);
			continue;
		case LLVMXor:
		case LLVMICmp:
			truth = gen_truth(g, v, &invert);
			if (truth == v || invert)
				return LS_VALUE(LS_LOCAL, gen_local(g, v));
			v = truth;
			continue;
		case LLVMCall:
			if (gen_folded_call(g, v, &value))
				return value;
			return LS_VALUE(LS_LOCAL, gen_local(g, v));
		default:
			return LS_VALUE(LS_LOCAL, gen_local(g, v));
		}
	}
	return LS_VALUE(LS_UNDEF, 0);
}

LLVMBasicBlockRef gen_only_successor(struct gen *g, LLVMValueRef t)
{
	uint32_t value;
	int64_t n;

	if (LLVMGetInstructionOpcode(t) != LLVMBr || !LLVMIsConditional(t))
		return NULL;
	value = gen_value(g, LLVMGetCondition(t));
	if (ls_value_kind(value) != LS_CONSTANT)
		return NULL;
	n = *GEN_AT(&g->constants, int64_t, ls_value_index(value));
	return LLVMGetSuccessor(t, n ? 0 : 1);
}

/* The instruction behind which nothing of the block is done: its terminator, or a trap. */
LLVMValueRef gen_block_end(LLVMBasicBlockRef block)
{
	LLVMValueRef v = LLVMGetFirstInstruction(block);

	while (v && !gen_is_trap(v) && v != LLVMGetBasicBlockTerminator(block))
		v = LLVMGetNextInstruction(v);
	return v;
}

static void visit(struct gen *g, LLVMBasicBlockRef block)
{
	ls_map_put(&g->f.blocks, (uintptr_t)block, NULL);
}

/* The blocks that can be reached are numbered in the order of the source. */
static void find_blocks(struct gen *g, LLVMValueRef function)
{
	struct ls_map *seen = &g->f.blocks;
	struct ls_map order = {0};
	uint64_t nr = 0;

	ls_map_clear(seen);
	visit(g, LLVMGetEntryBasicBlock(function));
	for (size_t i = 0; i < seen->nr; i++) {
		LLVMBasicBlockRef block = (LLVMBasicBlockRef)(uintptr_t)seen->entry[i].key;
		LLVMValueRef t = gen_block_end(block);
		LLVMBasicBlockRef only = gen_only_successor(g, t);

		if (gen_is_trap(t))
			continue;
		for (unsigned int k = 0; !only && k < LLVMGetNumSuccessors(t); k++)
			visit(g, LLVMGetSuccessor(t, k));
		if (only)
			visit(g, only);
	}
	for (LLVMBasicBlockRef b = LLVMGetFirstBasicBlock(function); b; b = LLVMGetNextBasicBlock(b))
		if (ls_map_find(seen, (uintptr_t)b))
			*ls_map_put(&order, (uintptr_t)b, NULL) = nr++;
	ls_map_fini(seen);
	*seen = order;
}

struct ls_insn *gen_insn(struct gen *g, LLVMValueRef v, enum ls_op op)
{
	LLVMMetadataRef loc = LLVMInstructionGetDebugLoc(v), scope;
	struct ls_insn *insn = gen_add(&g->insns);
	uint32_t file;

	insn->op = op;
	insn->dst = LS_NONE;
	insn->type = LS_NONE;
	insn->operand = g->operands.nr;
	insn->file = UINT16_MAX;
	if (!loc)
		return insn;
	insn->line = LLVMDILocationGetLine(loc);
	scope = LLVMDILocationGetScope(loc);
	if (scope != g->f.scope) {
		file = gen_file(g, scope);
		g->f.scope = scope;
		g->f.file = file < UINT16_MAX ? file : UINT16_MAX;
	}
	insn->file = g->f.file;
	return insn;
}

void gen_operand(struct gen *g, uint32_t value)
{
	*(uint32_t *)gen_add(&g->operands) = value;
	GEN_AT(&g->insns, struct ls_insn, g->insns.nr - 1)->nr_operands++;
}

uint8_t gen_width(struct gen *g, LLVMTypeRef type)
{
	uint64_t size;

	if (LLVMGetTypeKind(type) == LLVMVoidTypeKind || !LLVMTypeIsSized(type))
		return 0;
	size = LLVMStoreSizeOfType(g->layout, type);
	return size <= UINT8_MAX ? size : 0;
}

void gen_result(struct gen *g, LLVMValueRef v)
{
	struct ls_insn *insn;
	uint32_t local;

	if (LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMVoidTypeKind)
		return;
	local = gen_local(g, v);
	insn = GEN_AT(&g->insns, struct ls_insn, g->insns.nr - 1);
	insn->dst = local;
	if (!insn->width)
		insn->width = gen_width(g, LLVMTypeOf(v));
}

static void gen_body(struct gen *g, LLVMValueRef function)
{
	for (size_t i = 0; i < g->f.blocks.nr; i++) {
		LLVMBasicBlockRef b = (LLVMBasicBlockRef)(uintptr_t)g->f.blocks.entry[i].key;
		LLVMValueRef v = LLVMGetFirstInstruction(b), end = gen_block_end(b);
		struct ls_block *out;
		uint32_t first = g->insns.nr;

		for (; v != end; v = LLVMGetNextInstruction(v))
			gen_instruction(g, v);
		if (gen_is_trap(end))
			gen_insn(g, end, LS_UNREACHABLE);
		else
			gen_instruction(g, end);
		out = gen_add(&g->blocks);
		out->insn = first;
		out->nr_insns = g->insns.nr - first;
	}
}

void gen_function(struct gen *g, LLVMValueRef function, uint32_t symbol)
{
	LLVMMetadataRef subprogram = LLVMGetSubprogram(function);
	struct ls_function out = {.symbol = symbol, .file = LS_NONE};
	unsigned int nr_params = LLVMCountParams(function);
	uint32_t first_operand;

	g->f.nr_locals = 0;
	g->f.scope = NULL;
	g->f.file = UINT16_MAX;
	ls_map_clear(&g->f.locals);
	for (unsigned int i = 0; i < nr_params; i++)
		gen_local(g, LLVMGetParam(function, i));
	if (subprogram) {
		out.file = gen_file(g, subprogram);
		out.line = LLVMDISubprogramGetLine(subprogram);
	}
	gen_params(g, function, &out);
	find_blocks(g, function);
	out.block = g->blocks.nr;
	out.nr_blocks = g->f.blocks.nr;
	out.insn = g->insns.nr;
	first_operand = g->operands.nr;
	gen_body(g, function);
	out.nr_insns = g->insns.nr - out.insn;
	out.nr_locals = g->f.nr_locals;
	gen_prune(g, &out, first_operand);
	for (unsigned int i = 0; i < nr_params; i++)
		dtype_index(g, g->f.type[i], true);
	GEN_AT(&g->symbols, struct ls_symbol, symbol)->index = g->functions.nr;
	*(struct ls_function *)gen_add(&g->functions) = out;
}
