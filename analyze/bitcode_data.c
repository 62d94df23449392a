// SPDX-License-Identifier: MIT
/* Initialised variables: pointers and numbers by offset. */
#include "bitcode.h"

static void walk(struct gen *g, LLVMValueRef v, uint64_t offset, int depth);

static void walk_struct(struct gen *g, LLVMValueRef v, uint64_t offset, int depth)
{
	LLVMTypeRef type = LLVMTypeOf(v);
	int nr = LLVMGetNumOperands(v);

	for (int i = 0; i < nr; i++)
		walk(g, LLVMGetOperand(v, i), offset + LLVMOffsetOfElement(g->layout, type, i),
		     depth + 1);
}

static void walk_array(struct gen *g, LLVMValueRef v, uint64_t offset, int depth)
{
	uint64_t size = LLVMABISizeOfType(g->layout, LLVMGetElementType(LLVMTypeOf(v)));
	int nr = LLVMGetNumOperands(v);

	for (int i = 0; i < nr; i++)
		walk(g, LLVMGetOperand(v, i), offset + i * size, depth + 1);
}

static LLVMValueRef element(LLVMValueRef v, unsigned int i)
{
#if LLVM_VERSION_MAJOR >= 15
	return LLVMGetAggregateElement(v, i);
#else
	return LLVMGetElementAsConstant(v, i);
#endif
}

/* Texts are left out. */
static void walk_data(struct gen *g, LLVMValueRef v, uint64_t offset)
{
	LLVMTypeRef type = LLVMTypeOf(v), elem = LLVMGetElementType(type);
	uint64_t size = LLVMABISizeOfType(g->layout, elem);

	if (LLVMGetTypeKind(type) != LLVMArrayTypeKind || LLVMGetTypeKind(elem) != LLVMIntegerTypeKind ||
	    size == 1)
		return;
	for (unsigned int i = 0; i < LLVMGetArrayLength(type); i++)
		walk(g, element(v, i), offset + i * size, 1);
}

static void walk(struct gen *g, LLVMValueRef v, uint64_t offset, int depth)
{
	struct ls_slot *slot;
	uint32_t value;

	if (LLVMIsNull(v) || LLVMIsUndef(v) || depth > 64)
		return;
	switch (LLVMGetValueKind(v)) {
	case LLVMConstantStructValueKind:
		walk_struct(g, v, offset, depth);
		return;
	case LLVMConstantArrayValueKind:
		walk_array(g, v, offset, depth);
		return;
	case LLVMConstantDataArrayValueKind:
		walk_data(g, v, offset);
		return;
	default:
		break;
	}
	value = gen_const_value(g, v, false);
	if (ls_value_kind(value) == LS_UNDEF)
		return;
	slot = gen_add(&g->slots);
	slot->offset = offset;
	slot->value = value;
}

void gen_variable(struct gen *g, LLVMValueRef global, uint32_t symbol)
{
	struct dtype *type = dtype_of_global(g, global);
	struct ls_variable var = {.symbol = symbol, .file = LS_NONE, .type = LS_NONE};
	LLVMValueRef init = LLVMGetInitializer(global);
	LLVMMetadataRef file = dtype_global_file(global, &var.line);

	if (file)
		var.file = gen_file(g, file);
	var.type = dtype_index(g, type, true);
	var.is_const = LLVMIsGlobalConstant(global);
	var.slot = g->slots.nr;
	if (init)
		walk(g, init, 0, 0);
	var.nr_slots = g->slots.nr - var.slot;
	GEN_AT(&g->symbols, struct ls_symbol, symbol)->index = g->variables.nr;
	*(struct ls_variable *)gen_add(&g->variables) = var;
}

bool gen_has_function(LLVMValueRef v, int depth)
{
	int nr;

	if (!v || depth > 64 || LLVMIsAGlobalVariable(v) || LLVMIsNull(v))
		return false;
	if (LLVMIsAFunction(v))
		return true;
	switch (LLVMGetValueKind(v)) {
	case LLVMConstantStructValueKind:
	case LLVMConstantArrayValueKind:
	case LLVMConstantExprValueKind:
		nr = LLVMGetNumOperands(v);
		for (int i = 0; i < nr; i++)
			if (gen_has_function(LLVMGetOperand(v, i), depth + 1))
				return true;
		return false;
	default:
		return false;
	}
}
