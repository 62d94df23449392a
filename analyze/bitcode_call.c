// SPDX-License-Identifier: MIT
/* Calls, intrinsics and inline assembly. */
#include <string.h>

#include "bitcode.h"

static LLVMValueRef callee_of(LLVMValueRef v, const char **intrinsic)
{
	LLVMValueRef callee = LLVMGetCalledValue(v);
	size_t len;

	*intrinsic = NULL;
	if (LLVMIsAFunction(callee) && LLVMGetIntrinsicID(callee))
		*intrinsic = LLVMGetValueName2(callee, &len);
	return callee;
}

static bool begins(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static bool begins_any(const char *name, const char *const *prefix)
{
	for (; *prefix; prefix++)
		if (begins(name, *prefix))
			return true;
	return false;
}

bool gen_is_same(LLVMValueRef v)
{
	static const char *const same[] = {
		"llvm.expect.", "llvm.ptr.annotation.", "llvm.annotation.",
		"llvm.launder.invariant.group.", "llvm.threadlocal.address.", NULL};
	const char *name;

	if (!LLVMIsACallInst(v))
		return false;
	callee_of(v, &name);
	return name && begins_any(name, same);
}

bool gen_is_trap(LLVMValueRef v)
{
	const char *name;

	if (!LLVMIsACallInst(v))
		return false;
	callee_of(v, &name);
	return name && (!strcmp(name, "llvm.trap") || begins(name, "llvm.ubsantrap"));
}

bool gen_folded_call(struct gen *g, LLVMValueRef v, uint32_t *value)
{
	const char *name;

	callee_of(v, &name);
	if (!name)
		return false;
	if (gen_is_same(v)) {
		*value = gen_value(g, LLVMGetOperand(v, 0));
		return true;
	}
	if (begins(name, "llvm.is.constant.")) {
		*value = gen_value(g, LLVMGetOperand(v, 0));
		*value = gen_constant(g, ls_value_kind(*value) == LS_CONSTANT);
		return true;
	}
	if (begins(name, "llvm.objectsize.")) {
		/* Not known: the largest, or the smallest if that was asked for. */
		*value = gen_const_value(g, LLVMGetOperand(v, 1), false);
		*value = gen_constant(g, *value == gen_constant(g, 1) ? 0 : -1);
		return true;
	}
	return false;
}

/* The local that stands for what debug information calls @v; LS_NONE: none yet. */
static uint32_t described_local(struct gen *g, LLVMValueRef v)
{
	uint64_t *local;

	for (int depth = 0; depth < 100 && v && LLVMIsAInstruction(v); depth++) {
		if (!LLVMIsABitCastInst(v) || gen_changes_bits(g, v))
			break;
		v = LLVMGetOperand(v, 0);
	}
	local = v ? ls_map_find(&g->f.locals, (uintptr_t)v) : NULL;
	return local ? *local : LS_NONE;
}

/* A local variable of C is this value: so its type is known. */
static void note_variable(struct gen *g, LLVMValueRef v, const char *name)
{
	bool declare = begins(name, "llvm.dbg.declare");
	LLVMValueRef what = LLVMGetOperand(v, 0), var = LLVMGetOperand(v, 1), value;
	struct dtype *type;
	uint32_t local;

	if ((!declare && !begins(name, "llvm.dbg.value")) ||
	    LLVMGetMetadataKind(LLVMValueAsMetadata(what)) != LLVMLocalAsMetadataMetadataKind)
		return;
	LLVMGetMDNodeOperands(what, &value);
	local = described_local(g, value);
	if (local == LS_NONE)
		return;
	type = dtype_of_variable(g, LLVMValueAsMetadata(var));
	dtype_note(g, LS_VALUE(LS_LOCAL, local), declare ? type : dtype_target(g, type));
}

static void gen_args(struct gen *g, LLVMValueRef v, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++) {
		LLVMValueRef arg = LLVMGetOperand(v, i);

		if (!LLVMIsABlockAddress(arg))
			gen_operand(g, gen_value(g, arg));
	}
}

static void gen_plain_call(struct gen *g, LLVMValueRef v, LLVMValueRef callee)
{
	uint32_t value = LLVMIsConstant(callee) ? gen_const_value(g, callee, true) :
						  gen_value(g, callee);
	struct dtype *result = NULL;

	gen_insn(g, v, LS_CALL);
	gen_operand(g, value);
	gen_args(g, v, LLVMGetNumArgOperands(v));
	gen_result(g, v);
	if (LLVMGetTypeKind(LLVMTypeOf(v)) != LLVMPointerTypeKind)
		return;
	if (ls_value_kind(value) == LS_SYMBOL) {
		LLVMValueRef f = g->symbol_value[ls_value_index(value)];

		if (LLVMIsAFunction(f) && LLVMGetSubprogram(f))
			result = dtype_signature(g, LLVMGetSubprogram(f), NULL, NULL);
	}
	dtype_note(g, LS_VALUE(LS_LOCAL, gen_local(g, v)), dtype_target(g, result));
}

/* memcpy and its like are calls as in C, of three arguments. */
static bool gen_memory(struct gen *g, LLVMValueRef v, const char *name)
{
	static const char *const plain[] = {"memcpy", "memmove", "memset"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
		size_t len = strlen(plain[i]);

		if (strncmp(name + 5, plain[i], len) || name[5 + len] != '.')
			continue;
		gen_insn(g, v, LS_CALL);
		gen_operand(g, LS_VALUE(LS_SYMBOL, gen_named_function(g, plain[i])));
		gen_args(g, v, 3);
		return true;
	}
	return false;
}

static void gen_intrinsic(struct gen *g, LLVMValueRef v, const char *name)
{
	static const char *const nothing[] = {
		"llvm.assume", "llvm.lifetime.", "llvm.invariant.", "llvm.donothing",
		"llvm.experimental.noalias", "llvm.var.annotation", "llvm.prefetch",
		"llvm.debugtrap", "llvm.pseudoprobe", "llvm.stackrestore",
		"llvm.va_end", "llvm.fake.use", NULL};
	uint32_t value;

	if (begins(name, "llvm.dbg."))
		note_variable(g, v, name);
	else if (!begins_any(name, nothing) && !gen_folded_call(g, v, &value) &&
		 !gen_memory(g, v, name)) {
		gen_insn(g, v, LS_OTHER);
		gen_args(g, v, LLVMGetNumArgOperands(v));
		gen_result(g, v);
	}
}

/* Numbers are left out: they are of __COUNTER__ and line numbers, and change with any header. */
static void gen_asm(struct gen *g, LLVMValueRef v)
{
	unsigned int nr = LLVMGetNumArgOperands(v);

	gen_insn(g, v, LS_ASM);
	for (unsigned int i = 0; i < nr; i++) {
		LLVMValueRef arg = LLVMGetOperand(v, i);
		uint32_t value;

		if (LLVMIsABlockAddress(arg) || LLVMIsAConstantInt(arg))
			continue;
		value = gen_value(g, arg);
		gen_operand(g, value);
	}
	gen_result(g, v);
}

void gen_call(struct gen *g, LLVMValueRef v)
{
	const char *intrinsic;
	LLVMValueRef callee = callee_of(v, &intrinsic);

	if (intrinsic)
		gen_intrinsic(g, v, intrinsic);
	else if (LLVMIsAInlineAsm(callee))
		gen_asm(g, v);
	else
		gen_plain_call(g, v, callee);
}

/* asm goto: falls through, or goes to one of its labels. */
void gen_callbr(struct gen *g, LLVMValueRef v)
{
	unsigned int nr = LLVMGetNumSuccessors(v);

	gen_asm(g, v);
	gen_insn(g, v, LS_SWITCH);
	gen_operand(g, LS_VALUE(LS_UNDEF, 0));
	gen_operand(g, gen_block(g, LLVMGetSuccessor(v, 0)));
	for (unsigned int i = 1; i < nr; i++) {
		gen_operand(g, gen_constant(g, i));
		gen_operand(g, gen_block(g, LLVMGetSuccessor(v, i)));
	}
}
