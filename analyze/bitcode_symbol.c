// SPDX-License-Identifier: MIT
/* Symbols, and constants as values of the unit. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bitcode.h"

#define DEPTH_MAX	64	/* of constant expressions and of casts */

/*
 * LLVM makes names unique by ".123", where C has one name, and kernels by __COUNTER__, which another
 * header may change.
 */
static size_t plain_len(const char *name, size_t len)
{
	static const char *const counted[] = {"__UNIQUE_ID_", "__compiletime_assert_"};
	size_t end = len;

	while (end && isdigit((unsigned char)name[end - 1]))
		end--;
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++)
		if (memmem(name, end, counted[i], strlen(counted[i])) && name[end - 1] != '.')
			return end;
	return end > 1 && end < len && name[end - 1] == '.' ? plain_len(name, end - 1) : len;
}

/* EXPORT_SYMBOL is assembly with a label that holds the name; or, on some machines, a variable. */
static void find_exports(struct gen *g, const char *text, size_t len, const char *prefix)
{
	const char *end = text + len;

	while ((text = memmem(text, end - text, prefix, strlen(prefix)))) {
		const char *name = text += strlen(prefix);

		while (text < end && (isalnum((unsigned char)*text) || *text == '_'))
			text++;
		ls_names_put(&g->exported, name, text - name, NULL);
	}
}

void gen_exports(struct gen *g)
{
	size_t len;
	const char *text = LLVMGetModuleInlineAsm(g->module, &len);

	find_exports(g, text, len, "__export_symbol_");
	find_exports(g, text, len, "__ksymtab_");
	for (LLVMValueRef v = LLVMGetFirstGlobal(g->module); v; v = LLVMGetNextGlobal(v)) {
		text = LLVMGetValueName2(v, &len);
		if (len > 10 && !strncmp(text, "__ksymtab_", 10))
			ls_names_put(&g->exported, text + 10, len - 10, NULL);
	}
}

bool gen_is_special(const char *name)
{
	return !strncmp(name, "llvm.", 5) || !strncmp(name, "__ksymtab_", 10) ||
	       !strncmp(name, "__kstrtab", 9) || !strncmp(name, "__crc_", 6);
}

/* Private, nameless in C: string literals. All are one symbol: nobody tells them apart. */
static bool is_literal(LLVMValueRef v)
{
	size_t len;

	return LLVMIsAGlobalVariable(v) && LLVMGetLinkage(v) == LLVMPrivateLinkage &&
	       !strncmp(LLVMGetValueName2(v, &len), ".str", 4);
}

bool gen_is_inline(struct gen *g, LLVMValueRef f)
{
	LLVMMetadataRef subprogram = LLVMGetSubprogram(f);
	uint32_t file = subprogram ? gen_file(g, subprogram) : LS_NONE;
	const char *path;

	if (file == LS_NONE || LLVMGetLinkage(f) != LLVMInternalLinkage)
		return false;
	path = g->strings.bytes + *GEN_AT(&g->files, uint32_t, file);
	return strlen(path) > 2 && !strcmp(path + strlen(path) - 2, ".h");
}

static uint32_t symbol_flags(struct gen *g, LLVMValueRef v)
{
	LLVMLinkage linkage = LLVMGetLinkage(v);
	uint32_t flags = LLVMIsAFunction(v) ? LS_SYM_FUNCTION : 0;
	const char *name;
	size_t len;

	if (linkage == LLVMInternalLinkage || linkage == LLVMPrivateLinkage)
		flags |= LS_SYM_STATIC;
	if (is_literal(v))
		return flags;
	if (!LLVMIsDeclaration(v) && linkage != LLVMAvailableExternallyLinkage)
		flags |= LS_SYM_DEFINED;
	if ((flags & LS_SYM_FUNCTION) && gen_is_inline(g, v))
		flags |= LS_SYM_INLINE;
	name = LLVMGetValueName2(v, &len);
	if (ls_names_find(&g->exported, name, len))
		flags |= LS_SYM_EXPORTED;
	return flags;
}

static uint32_t symbol_add(struct gen *g, LLVMValueRef v)
{
	struct ls_symbol *s;
	uint32_t flags = symbol_flags(g, v);
	const char *name;
	size_t len;

	g->symbol_value = ls_grow(g->symbol_value, g->symbols.nr, &g->symbol_room,
				  sizeof(*g->symbol_value));
	g->symbol_value[g->symbols.nr] = v;
	name = LLVMGetValueName2(v, &len);
	len = is_literal(v) ? strlen(".str") : plain_len(name, len);
	s = gen_add(&g->symbols);
	s->name = gen_string(g, name, len);
	s->flags = flags;
	s->index = LS_NONE;
	if (s->flags & LS_SYM_DEFINED)
		*(LLVMValueRef *)gen_add(&g->todo) = v;
	return g->symbols.nr - 1;
}

uint32_t gen_symbol(struct gen *g, LLVMValueRef v, bool taken)
{
	uint64_t *at, i;
	int is_new;

	if (is_literal(v)) {
		if (g->literal == LS_NONE)
			g->literal = symbol_add(g, v);
		return g->literal;
	}
	at = ls_map_put(&g->symbol_at, (uintptr_t)v, &is_new);
	if (is_new)
		*at = symbol_add(g, v);
	i = *at;
	if (taken && LLVMIsAFunction(v))
		GEN_AT(&g->symbols, struct ls_symbol, i)->flags |= LS_SYM_TAKEN;
	return i;
}

uint32_t gen_named_function(struct gen *g, const char *name)
{
	LLVMValueRef f = LLVMGetNamedFunction(g->module, name);

	if (!f)
		f = LLVMAddFunction(g->module, name,
				    LLVMFunctionType(LLVMVoidTypeInContext(g->context), NULL, 0, 0));
	return gen_symbol(g, f, false);
}

/* A constant that is a number, or an address plus a number. */
struct folded {
	bool known;
	LLVMValueRef base;	/* NULL: a number */
	int64_t n;
};

static struct folded fold(struct gen *g, LLVMValueRef v, int depth);

static struct folded fold_gep(struct gen *g, LLVMValueRef v, int depth)
{
	struct folded r = fold(g, LLVMGetOperand(v, 0), depth + 1);
	LLVMTypeRef type = LLVMGetGEPSourceElementType(v);
	int nr = LLVMGetNumOperands(v);

	for (int i = 1; i < nr && r.known; i++) {
		struct folded index = fold(g, LLVMGetOperand(v, i), depth + 1);

		if (!index.known || index.base)
			return (struct folded){0};
		if (i == 1) {
			r.n += index.n * (int64_t)LLVMABISizeOfType(g->layout, type);
		} else if (LLVMGetTypeKind(type) == LLVMStructTypeKind) {
			r.n += (int64_t)LLVMOffsetOfElement(g->layout, type, index.n);
			type = LLVMStructGetTypeAtIndex(type, index.n);
		} else {
			type = LLVMGetElementType(type);
			r.n += index.n * (int64_t)LLVMABISizeOfType(g->layout, type);
		}
	}
	return r;
}

static struct folded fold_sum(struct gen *g, LLVMValueRef v, int depth)
{
	struct folded a = fold(g, LLVMGetOperand(v, 0), depth + 1);
	struct folded b = fold(g, LLVMGetOperand(v, 1), depth + 1);
	bool add = LLVMGetConstOpcode(v) == LLVMAdd;

	if (!a.known || !b.known || (b.base && !add) || (a.base && b.base))
		return (struct folded){0};
	a.n = (int64_t)(add ? (uint64_t)a.n + (uint64_t)b.n : (uint64_t)a.n - (uint64_t)b.n);
	a.base = a.base ? a.base : b.base;
	return a;
}

static struct folded fold_int(LLVMValueRef v)
{
	unsigned int width = LLVMGetIntTypeWidth(LLVMTypeOf(v));

	if (width > 64)
		return (struct folded){0};
	return (struct folded){.known = true, .n = width == 1 ? (int64_t)LLVMConstIntGetZExtValue(v) :
							       LLVMConstIntGetSExtValue(v)};
}

static struct folded fold(struct gen *g, LLVMValueRef v, int depth)
{
	if (depth > DEPTH_MAX)
		return (struct folded){0};
	switch (LLVMGetValueKind(v)) {
	case LLVMFunctionValueKind:
	case LLVMGlobalVariableValueKind:
		return (struct folded){.known = true, .base = v};
	case LLVMGlobalAliasValueKind:
		return fold(g, LLVMAliasGetAliasee(v), depth + 1);
	case LLVMConstantIntValueKind:
		return fold_int(v);
	case LLVMConstantPointerNullValueKind:
	case LLVMConstantAggregateZeroValueKind:
		return (struct folded){.known = true};
	case LLVMConstantExprValueKind:
		break;
	default:
		return (struct folded){0};
	}
	switch (LLVMGetConstOpcode(v)) {
	case LLVMBitCast:
	case LLVMPtrToInt:
	case LLVMIntToPtr:
	case LLVMAddrSpaceCast:
		return fold(g, LLVMGetOperand(v, 0), depth + 1);
	case LLVMGetElementPtr:
		return fold_gep(g, v, depth);
	case LLVMAdd:
	case LLVMSub:
		return fold_sum(g, v, depth);
	default:
		return (struct folded){0};
	}
}

uint32_t gen_const_value(struct gen *g, LLVMValueRef v, bool callee)
{
	struct folded r = fold(g, v, 0);
	uint32_t symbol;

	if (!r.known)
		return LS_VALUE(LS_UNDEF, 0);
	if (!r.base)
		return gen_constant(g, r.n);
	symbol = gen_symbol(g, r.base, !callee);
	return r.n ? gen_place(g, symbol, r.n) : LS_VALUE(LS_SYMBOL, symbol);
}
