// SPDX-License-Identifier: MIT
/* What values point to, as far as debug information says so. */
#include <stdlib.h>
#include <string.h>

#include "bitcode.h"

enum { SP_TYPE = 4, SP_RETAINED = 7 };		/* operands of DISubprogram */
enum { ROUTINE_TYPES = 3 };			/* of DISubroutineType */
enum { VAR_NAME = 1, VAR_TYPE = 3 };		/* of DIVariable */

static LLVMMetadataRef global_debug(LLVMValueRef global)
{
	LLVMMetadataRef expr = NULL;
	LLVMValueMetadataEntry *entry;
	size_t nr;

	entry = LLVMGlobalCopyAllMetadata(global, &nr);
	for (size_t i = 0; i < nr && !expr; i++) {
		LLVMMetadataRef md = LLVMValueMetadataEntriesGetMetadata(entry, i);

		if (LLVMGetMetadataKind(md) == LLVMDIGlobalVariableExpressionMetadataKind)
			expr = md;
	}
	LLVMDisposeValueMetadataEntries(entry);
	return expr ? LLVMDIGlobalVariableExpressionGetVariable(expr) : NULL;
}

struct dtype *dtype_of_global(struct gen *g, LLVMValueRef global)
{
	LLVMMetadataRef var;
	uint64_t *at;
	int is_new;

	if (!global || !LLVMIsAGlobalVariable(global))
		return NULL;
	at = ls_map_put(&g->global_type, (uintptr_t)global, &is_new);
	if (is_new) {
		var = global_debug(global);
		*at = var ? (uintptr_t)dtype_of(g, md_operand(g, var, VAR_TYPE)) : 0;
	}
	return (struct dtype *)(uintptr_t)*at;
}

LLVMMetadataRef dtype_global_file(LLVMValueRef global, uint32_t *line)
{
	LLVMMetadataRef var = global_debug(global);

	*line = var ? LLVMDIVariableGetLine(var) : 0;
	return var ? LLVMDIVariableGetFile(var) : NULL;
}

struct dtype *dtype_of_variable(struct gen *g, LLVMMetadataRef var)
{
	return dtype_of(g, md_operand(g, var, VAR_TYPE));
}

struct dtype *dtype_signature(struct gen *g, LLVMMetadataRef subprogram, struct dtype **params,
			      unsigned int *nr)
{
	LLVMMetadataRef routine = subprogram ? md_operand(g, subprogram, SP_TYPE) : NULL;
	LLVMMetadataRef types = routine ? md_operand(g, routine, ROUTINE_TYPES) : NULL;
	LLVMValueRef *op;
	unsigned int n, room = params ? *nr : 0;

	if (nr)
		*nr = 0;
	if (!types)
		return NULL;
	if (!params)
		return dtype_of(g, md_operand(g, types, 0));
	op = md_operands(g, types, &n);
	if (!n)
		return NULL;
	for (unsigned int i = 1; i < n && i <= room; i++)
		params[i - 1] = op[i] ? dtype_of(g, LLVMValueAsMetadata(op[i])) : NULL;
	*nr = n - 1 < room ? n - 1 : room;
	return op[0] ? dtype_of(g, LLVMValueAsMetadata(op[0])) : NULL;
}

struct dtype *dtype_of_llvm(struct gen *g, LLVMTypeRef type)
{
	const char *name, *dot;
	size_t len;
	void **t;

	if (LLVMGetTypeKind(type) != LLVMStructTypeKind)
		return NULL;
	name = LLVMGetStructName(type);
	dot = name ? strchr(name, '.') : NULL;		/* "struct.dma_buf.17" */
	if (!dot || (strncmp(name, "struct.", 7) && strncmp(name, "union.", 6)))
		return NULL;
	len = strcspn(dot + 1, ".");
	t = ls_names_find(&g->type_named, dot + 1, len);
	if (!t || !LLVMTypeIsSized(type) ||
	    ((struct dtype *)*t)->size != LLVMABISizeOfType(g->layout, type))
		return NULL;
	return *t;
}

struct dtype *dtype_pointee(struct gen *g, uint32_t value)
{
	uint32_t i = ls_value_index(value);
	const struct ls_place *place;

	switch (ls_value_kind(value)) {
	case LS_LOCAL:
		return i < g->f.nr_locals ? g->f.type[i] : NULL;
	case LS_SYMBOL:
		return dtype_of_global(g, g->symbol_value[i]);
	case LS_PLACE:
		place = GEN_AT(&g->places, struct ls_place, i);
		if (place->offset < 0)
			return NULL;
		return dtype_at(g, dtype_of_global(g, g->symbol_value[place->symbol]), place->offset);
	default:
		return NULL;
	}
}

void dtype_note(struct gen *g, uint32_t value, struct dtype *t)
{
	uint32_t i = ls_value_index(value);

	if (t && ls_value_kind(value) == LS_LOCAL && !g->f.type[i])
		g->f.type[i] = t;
}

/* Whether a parameter of this type fills this LLVM argument and the next one. */
static bool takes_two(const struct dtype *t, LLVMValueRef arg)
{
	unsigned int byval = LLVMGetEnumAttributeKindForName("byval", 5);
	unsigned int i = 0;

	if (!t || t->kind != LS_TYPE_STRUCT || t->size <= 8)
		return false;
	while (LLVMGetParam(LLVMGetParamParent(arg), i) != arg)
		i++;
	return !LLVMGetEnumAttributeAtIndex(LLVMGetParamParent(arg), i + 1, byval);
}

static const char *param_name(LLVMValueRef *var, struct gen *g, unsigned int nr, unsigned int i,
			      unsigned int *len)
{
	LLVMValueRef name;
	unsigned int n;
	LLVMValueRef *op;

	*len = 0;
	if (i >= nr || !var[i])
		return "";
	op = md_operands(g, LLVMValueAsMetadata(var[i]), &n);
	name = n > VAR_NAME ? op[VAR_NAME] : NULL;
	return name ? LLVMGetMDString(name, len) : "";
}

/*
 * LLVM's arguments are not quite those of C: a struct that is returned may be the first of them, and
 * a struct by value fills two.
 */
void gen_params(struct gen *g, LLVMValueRef function, struct ls_function *out)
{
	unsigned int nr = LLVMCountParams(function), nr_types = nr, nr_vars = 0, len, c = 0, first;
	unsigned int sret = LLVMGetEnumAttributeKindForName("sret", 4);
	LLVMMetadataRef subprogram = LLVMGetSubprogram(function), retained = NULL;
	struct dtype **type = ls_arena_array(g->arena, nr + 1, sizeof(*type));
	LLVMValueRef *var = NULL;
	bool two;
	struct dtype *result = dtype_signature(g, subprogram, type, &nr_types);

	if (subprogram)
		retained = md_operand(g, subprogram, SP_RETAINED);
	if (retained)
		var = md_operands(g, retained, &nr_vars);
	out->result = dtype_index(g, result, false);
	out->param = g->params.nr;
	out->nr_params = nr;
	for (unsigned int i = 0; i < nr; i++)
		((struct ls_param *)gen_add(&g->params))->type = LS_NONE;
	first = nr && LLVMGetEnumAttributeAtIndex(function, 1, sret) ? 1 : 0;
	two = nr - first > nr_types;
	for (unsigned int i = first; i < nr && c < nr_types; i++, c++) {
		LLVMValueRef arg = LLVMGetParam(function, i);
		struct ls_param *p = GEN_AT(&g->params, struct ls_param, out->param + i);
		const char *name = param_name(var, g, nr_vars, c, &len);

		p->name = gen_string(g, name, len);
		p->type = dtype_index(g, type[c], false);
		dtype_note(g, i, dtype_target(g, type[c]));
		if (two && takes_two(type[c], arg))
			i++;
	}
}
