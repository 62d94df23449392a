// SPDX-License-Identifier: MIT
/* Instructions but calls. */
#include "bitcode.h"

static void operands(struct gen *g, LLVMValueRef v, int nr)
{
	for (int i = 0; i < nr; i++)
		gen_operand(g, gen_value(g, LLVMGetOperand(v, i)));
}

/* Of atomic operations too the address is the first operand. */
static void other(struct gen *g, LLVMValueRef v)
{
	gen_insn(g, v, LS_OTHER);
	operands(g, v, LLVMGetNumOperands(v));
	gen_result(g, v);
}

static void gen_binary(struct gen *g, LLVMValueRef v, enum ls_binary op)
{
	gen_insn(g, v, LS_BINARY)->extra = op;
	operands(g, v, 2);
	gen_result(g, v);
}

static void gen_compare(struct gen *g, LLVMValueRef v, LLVMValueRef truth, bool invert)
{
	static const uint8_t op[] = {
		[LLVMIntEQ] = LS_EQ, [LLVMIntNE] = LS_NE, [LLVMIntUGT] = LS_UGT, [LLVMIntUGE] = LS_UGE,
		[LLVMIntULT] = LS_ULT, [LLVMIntULE] = LS_ULE, [LLVMIntSGT] = LS_GT, [LLVMIntSGE] = LS_GE,
		[LLVMIntSLT] = LS_LT, [LLVMIntSLE] = LS_LE,
	};
	static const uint8_t opposite[] = {
		[LS_EQ] = LS_NE, [LS_NE] = LS_EQ, [LS_LT] = LS_GE, [LS_GE] = LS_LT, [LS_LE] = LS_GT,
		[LS_GT] = LS_LE, [LS_ULT] = LS_UGE, [LS_UGE] = LS_ULT, [LS_ULE] = LS_UGT,
		[LS_UGT] = LS_ULE,
	};
	uint8_t how = op[LLVMGetICmpPredicate(truth)];
	struct ls_insn *insn = gen_insn(g, v, LS_COMPARE);

	insn->extra = invert ? opposite[how] : how;
	insn->width = gen_width(g, LLVMTypeOf(LLVMGetOperand(truth, 0)));
	operands(g, truth, 2);
	gen_result(g, v);
}

/* A comparison, or the negation of a truth value: which is the opposite comparison, or one with 0. */
static void gen_condition(struct gen *g, LLVMValueRef v)
{
	bool invert = false;
	LLVMValueRef truth = gen_truth(g, v, &invert);

	if (truth != v && !invert)
		return;		/* gen_value() uses @truth in its place */
	if (LLVMIsAICmpInst(truth)) {
		gen_compare(g, v, truth, invert);
		return;
	}
	gen_insn(g, v, LS_COMPARE)->extra = LS_EQ;
	gen_operand(g, gen_value(g, truth));
	gen_operand(g, gen_constant(g, 0));
	gen_result(g, v);
}

static bool is_negation(LLVMValueRef v)
{
	LLVMTypeRef type = LLVMTypeOf(v);
	LLVMValueRef by = LLVMGetOperand(v, 1);

	return LLVMGetTypeKind(type) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(type) == 1 &&
	       LLVMIsAConstantInt(by) && LLVMConstIntGetZExtValue(by);
}

static void gen_copy(struct gen *g, LLVMValueRef v)
{
	uint32_t from = gen_value(g, LLVMGetOperand(v, 0));

	gen_insn(g, v, LS_COPY);
	gen_operand(g, from);
	gen_result(g, v);
	dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)), dtype_pointee(g, from));
}

/* What LLVM itself says that a pointer points to: nothing, since pointers are opaque. */
static struct dtype *llvm_pointee(struct gen *g, LLVMValueRef v)
{
#if LLVM_VERSION_MAJOR < 15
	if (LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMPointerTypeKind)
		return dtype_of_llvm(g, LLVMGetElementType(LLVMTypeOf(v)));
#endif
	return NULL;
}

static void gen_cast(struct gen *g, LLVMValueRef v)
{
	uint32_t from = gen_value(g, v);

	/* A pointer that is cast to struct foo * points to one, if nobody knew better. */
	dtype_note(g, from, llvm_pointee(g, v));
	if (gen_changes_bits(g, v))
		gen_copy(g, v);
}

static void gen_load(struct gen *g, LLVMValueRef v)
{
	uint32_t from = gen_value(g, LLVMGetOperand(v, 0));

	gen_insn(g, v, LS_LOAD);
	gen_operand(g, from);
	gen_result(g, v);
	dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)), llvm_pointee(g, v));
	if (LLVMGetTypeKind(LLVMTypeOf(v)) == LLVMPointerTypeKind)
		dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)),
			   dtype_loaded(g, dtype_pointee(g, from)));
}

static void gen_store(struct gen *g, LLVMValueRef v)
{
	gen_insn(g, v, LS_STORE)->width = gen_width(g, LLVMTypeOf(LLVMGetOperand(v, 0)));
	operands(g, v, 2);
}

static void gen_alloca(struct gen *g, LLVMValueRef v)
{
	LLVMTypeRef type = LLVMGetAllocatedType(v);
	uint32_t local = gen_local(g, v);
	struct ls_insn *insn = gen_insn(g, v, LS_ALLOCA);

	insn->dst = local;
	insn->extra = LLVMTypeIsSized(type) ? LLVMABISizeOfType(g->layout, type) : 0;
	dtype_note(g, LS_VALUE(LS_LOCAL, local), dtype_of_llvm(g, type));
}

/* A walk along the indices of a GEP. */
struct walk {
	LLVMValueRef v;
	LLVMTypeRef type;	/* what the next index goes into */
	struct dtype *dtype;	/* the same in C, or NULL */
	uint32_t at;		/* the address so far */
	int64_t offset;		/* to be added */
};

/* The last step makes @v itself, those before it make nameless locals. */
static void step_to(struct gen *g, struct walk *w, uint32_t local)
{
	struct ls_insn *insn = GEN_AT(&g->insns, struct ls_insn, g->insns.nr - 1);

	insn->dst = local;
	insn->width = 8;
	w->at = LS_VALUE(LS_LOCAL, local);
	dtype_note(g, w->at, w->dtype);
}

static void flush_offset(struct gen *g, struct walk *w, uint32_t local)
{
	gen_insn(g, w->v, LS_OFFSET)->extra = w->offset;
	gen_operand(g, w->at);
	step_to(g, w, local);
	w->offset = 0;
}

static void walk_member(struct gen *g, struct walk *w, uint64_t member)
{
	uint64_t offset = LLVMOffsetOfElement(g->layout, w->type, member);

	w->offset += (int64_t)offset;
	w->type = LLVMStructGetTypeAtIndex(w->type, member);
	w->dtype = dtype_member_at(g, w->dtype, offset);
}

/* Return: whether this was the last step, and made @local. */
static bool walk_index(struct gen *g, struct walk *w, LLVMValueRef index, int64_t size, bool last)
{
	uint32_t value = gen_value(g, index), local;

	if (ls_value_kind(value) == LS_CONSTANT) {
		w->offset += *GEN_AT(&g->constants, int64_t, ls_value_index(value)) * size;
		return false;
	}
	if (w->offset) {
		struct dtype *to = w->dtype;

		w->dtype = NULL;	/* between members: no object of its own */
		flush_offset(g, w, gen_new_local(g));
		w->dtype = to;
	}
	local = last ? gen_local(g, w->v) : gen_new_local(g);
	gen_insn(g, w->v, LS_INDEX)->extra = size;
	gen_operand(g, w->at);
	gen_operand(g, value);
	step_to(g, w, local);
	return last;
}

/* The type that a GEP says its base has; what is known of the base, if they may be the same. */
static struct dtype *base_type(struct gen *g, LLVMTypeRef type, uint32_t base)
{
	struct dtype *known = dtype_pointee(g, base), *named = dtype_of_llvm(g, type);

	if (named) {
		dtype_note(g, base, named);
		return named;
	}
	if (!known || !LLVMTypeIsSized(type) || known->size != LLVMABISizeOfType(g->layout, type))
		return NULL;
	return known;
}

static void gen_gep(struct gen *g, LLVMValueRef v)
{
	struct walk w = {.v = v, .type = LLVMGetGEPSourceElementType(v)};
	int nr = LLVMGetNumOperands(v);
	bool done = false;

	w.at = gen_value(g, LLVMGetOperand(v, 0));
	w.dtype = base_type(g, w.type, w.at);
	for (int i = 1; i < nr; i++) {
		LLVMValueRef index = LLVMGetOperand(v, i);

		if (i > 1 && LLVMGetTypeKind(w.type) == LLVMStructTypeKind) {
			walk_member(g, &w, LLVMConstIntGetZExtValue(index));
			continue;
		}
		if (i > 1) {
			w.type = LLVMGetElementType(w.type);
			w.dtype = w.dtype && w.dtype->kind == LS_TYPE_ARRAY ? dtype_target(g, w.dtype) :
									      NULL;
		}
		done = walk_index(g, &w, index, LLVMABISizeOfType(g->layout, w.type), i + 1 == nr);
	}
	if (!done)
		flush_offset(g, &w, gen_local(g, v));
}

static void gen_phi(struct gen *g, LLVMValueRef v)
{
	unsigned int nr = LLVMCountIncoming(v);
	struct dtype *type = NULL;

	gen_insn(g, v, LS_PHI);
	for (unsigned int i = 0; i < nr; i++) {
		LLVMBasicBlockRef from = LLVMGetIncomingBlock(v, i);
		LLVMBasicBlockRef only;
		LLVMValueRef end;
		uint32_t value;

		if (!ls_map_find(&g->f.blocks, (uintptr_t)from))
			continue;
		end = gen_block_end(from);
		only = gen_only_successor(g, end);
		if (gen_is_trap(end) || (only && only != LLVMGetInstructionParent(v)))
			continue;
		value = gen_value(g, LLVMGetIncomingValue(v, i));
		type = type ? type : dtype_pointee(g, value);
		gen_operand(g, value);
		gen_operand(g, gen_block(g, from));
	}
	gen_result(g, v);
	dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)), type);
}

static void gen_select(struct gen *g, LLVMValueRef v)
{
	struct dtype *type;

	gen_insn(g, v, LS_SELECT);
	operands(g, v, 3);
	gen_result(g, v);
	type = dtype_pointee(g, gen_value(g, LLVMGetOperand(v, 1)));
	type = type ? type : dtype_pointee(g, gen_value(g, LLVMGetOperand(v, 2)));
	dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)), type);
}

static void gen_extract(struct gen *g, LLVMValueRef v)
{
	const unsigned int *index = LLVMGetIndices(v);

	if (LLVMGetNumIndices(v) != 1) {
		other(g, v);
		return;
	}
	gen_insn(g, v, LS_EXTRACT)->extra = index[0];
	operands(g, v, 1);
	gen_result(g, v);
}

static void gen_branch(struct gen *g, LLVMValueRef v)
{
	LLVMBasicBlockRef only = gen_only_successor(g, v);

	if (only || !LLVMIsConditional(v)) {
		gen_insn(g, v, LS_JUMP);
		gen_operand(g, gen_block(g, only ? only : LLVMGetSuccessor(v, 0)));
		return;
	}
	gen_insn(g, v, LS_BRANCH);
	gen_operand(g, gen_value(g, LLVMGetCondition(v)));
	gen_operand(g, gen_block(g, LLVMGetSuccessor(v, 0)));
	gen_operand(g, gen_block(g, LLVMGetSuccessor(v, 1)));
}

static void gen_switch(struct gen *g, LLVMValueRef v)
{
	unsigned int nr = LLVMGetNumSuccessors(v);

	gen_insn(g, v, LS_SWITCH);
	gen_operand(g, gen_value(g, LLVMGetOperand(v, 0)));
	gen_operand(g, gen_block(g, LLVMGetSwitchDefaultDest(v)));
	for (unsigned int i = 1; i < nr; i++) {
		gen_operand(g, gen_value(g, LLVMGetOperand(v, 2 * i)));
		gen_operand(g, gen_block(g, LLVMGetSuccessor(v, i)));
	}
}

/* Computed goto: to any of them. */
static void gen_indirect(struct gen *g, LLVMValueRef v)
{
	unsigned int nr = LLVMGetNumSuccessors(v);

	gen_insn(g, v, nr ? LS_SWITCH : LS_UNREACHABLE);
	if (!nr)
		return;
	gen_operand(g, LS_VALUE(LS_UNDEF, 0));
	gen_operand(g, gen_block(g, LLVMGetSuccessor(v, 0)));
	for (unsigned int i = 1; i < nr; i++) {
		gen_operand(g, gen_constant(g, i));
		gen_operand(g, gen_block(g, LLVMGetSuccessor(v, i)));
	}
}

static bool gen_arithmetic(struct gen *g, LLVMValueRef v)
{
	static const uint8_t op[] = {	/* + 1 */
		[LLVMAdd] = LS_ADD + 1, [LLVMSub] = LS_SUB + 1, [LLVMMul] = LS_MUL + 1,
		[LLVMUDiv] = LS_DIVIDE + 1, [LLVMSDiv] = LS_DIVIDE + 1,
		[LLVMURem] = LS_REMAINDER + 1, [LLVMSRem] = LS_REMAINDER + 1,
		[LLVMShl] = LS_SHIFT_LEFT + 1, [LLVMLShr] = LS_SHIFT_RIGHT + 1,
		[LLVMAShr] = LS_SHIFT_RIGHT + 1, [LLVMAnd] = LS_AND + 1, [LLVMOr] = LS_OR + 1,
		[LLVMXor] = LS_XOR + 1,
	};
	LLVMOpcode opcode = LLVMGetInstructionOpcode(v);

	if (opcode >= sizeof(op) || !op[opcode] ||
	    LLVMGetTypeKind(LLVMTypeOf(v)) != LLVMIntegerTypeKind)
		return false;
	gen_binary(g, v, op[opcode] - 1);
	return true;
}

static void gen_plain(struct gen *g, LLVMValueRef v)
{
	switch (LLVMGetInstructionOpcode(v)) {
	case LLVMAlloca:
		return gen_alloca(g, v);
	case LLVMLoad:
		return gen_load(g, v);
	case LLVMStore:
		return gen_store(g, v);
	case LLVMGetElementPtr:
		return gen_gep(g, v);
	case LLVMICmp:
		return gen_condition(g, v);
	case LLVMXor:
		return is_negation(v) ? gen_condition(g, v) : gen_binary(g, v, LS_XOR);
	case LLVMPHI:
		return gen_phi(g, v);
	case LLVMSelect:
		return gen_select(g, v);
	case LLVMExtractValue:
		return gen_extract(g, v);
	case LLVMTrunc:
	case LLVMZExt:
	case LLVMSExt:
	case LLVMFreeze:
		return gen_copy(g, v);
	case LLVMBitCast:
	case LLVMPtrToInt:
	case LLVMIntToPtr:
	case LLVMAddrSpaceCast:
		return gen_cast(g, v);
	case LLVMFence:
		return;
	default:
		if (!gen_arithmetic(g, v))
			other(g, v);
	}
}

void gen_instruction(struct gen *g, LLVMValueRef v)
{
	switch (LLVMGetInstructionOpcode(v)) {
	case LLVMCall:
		return gen_call(g, v);
	case LLVMCallBr:
		return gen_callbr(g, v);
	case LLVMBr:
		return gen_branch(g, v);
	case LLVMSwitch:
		return gen_switch(g, v);
	case LLVMIndirectBr:
		return gen_indirect(g, v);
	case LLVMRet:
		gen_insn(g, v, LS_RETURN);
		operands(g, v, LLVMGetNumOperands(v));
		return;
	case LLVMUnreachable:
		gen_insn(g, v, LS_UNREACHABLE);
		return;
	default:
		return gen_plain(g, v);
	}
}
