// SPDX-License-Identifier: MIT
/* A unit as text. */
#include <inttypes.h>
#include <stdio.h>

#include "unit.h"

static const char *const op_name[] = {
	"alloca", "load", "store", "offset", "index", "copy", "binary", "compare", "select", "phi",
	"call", "asm", "other", "extract", "jump", "branch", "switch", "return", "unreachable",
};
static const char *const binary_name[] = {"+", "-", "*", "&", "|", "^", "<<", ">>", "/", "%"};
static const char *const compare_name[] = {"==", "!=", "<", "<=", ">", ">=", "u<", "u<=", "u>", "u>="};

static const char *symbol_name(const struct ls_unit *u, uint32_t symbol)
{
	return ls_unit_string(u, u->symbols[symbol].name);
}

static void print_type(const struct ls_unit *u, uint32_t type, FILE *out, int depth)
{
	const struct ls_type *t = type == LS_NONE ? NULL : &u->types[type];

	if (!t) {
		fputs("?", out);
		return;
	}
	switch (t->kind) {
	case LS_TYPE_POINTER:
	case LS_TYPE_ARRAY:
		if (depth < 10)
			print_type(u, t->target, out, depth + 1);
		if (t->kind == LS_TYPE_POINTER)
			fputs(" *", out);
		else
			fprintf(out, "[%u]", t->size);
		break;
	case LS_TYPE_STRUCT:
		if (t->name)
			fputs(ls_unit_string(u, t->name), out);
		else
			fprintf(out, "{%" PRIu32 "}", type);
		break;
	default:
		fprintf(out, "%u", t->size);
	}
}

static void print_value(const struct ls_unit *u, uint32_t value, FILE *out)
{
	uint32_t i = ls_value_index(value);

	switch (ls_value_kind(value)) {
	case LS_LOCAL:
		fprintf(out, "%%%" PRIu32, i);
		break;
	case LS_CONSTANT:
		fprintf(out, "%" PRId64, u->constants[i]);
		break;
	case LS_SYMBOL:
		fprintf(out, "&%s", symbol_name(u, i));
		break;
	case LS_PLACE:
		fprintf(out, "&%s%+" PRId64, symbol_name(u, u->places[i].symbol),
			u->places[i].offset);
		break;
	case LS_UNDEF:
		fputs("undef", out);
		break;
	}
}

static void print_types(const struct ls_unit *u, FILE *out)
{
	for (uint32_t i = 0; i < u->head->types.nr; i++) {
		const struct ls_type *t = &u->types[i];

		if (t->kind != LS_TYPE_STRUCT)
			continue;
		fputs("type ", out);
		print_type(u, i, out, 0);
		fprintf(out, " size %" PRIu32 "\n", t->size);
		for (uint32_t k = 0; k < t->nr_members; k++) {
			const struct ls_member *m = &u->members[t->member + k];

			fprintf(out, "  +%" PRIu32 " %s: ", m->offset, ls_unit_string(u, m->name));
			print_type(u, m->type, out, 0);
			fputc('\n', out);
		}
	}
}

static void print_symbol(const struct ls_unit *u, uint32_t i, FILE *out)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} flags[] = {
		{LS_SYM_STATIC, "static"}, {LS_SYM_INLINE, "inline"}, {LS_SYM_TAKEN, "taken"},
		{LS_SYM_EXPORTED, "exported"},
	};

	for (size_t k = 0; k < sizeof(flags) / sizeof(*flags); k++)
		if (u->symbols[i].flags & flags[k].flag)
			fprintf(out, " %s", flags[k].name);
}

static void print_place(const struct ls_unit *u, uint32_t file, uint32_t line, FILE *out)
{
	if (line)
		fprintf(out, "  ; %s:%" PRIu32, ls_unit_file(u, file), line);
	fputc('\n', out);
}

static void print_variables(const struct ls_unit *u, FILE *out)
{
	for (uint32_t i = 0; i < u->head->variables.nr; i++) {
		const struct ls_variable *v = &u->variables[i];

		fprintf(out, "variable %s: ", symbol_name(u, v->symbol));
		print_type(u, v->type, out, 0);
		print_symbol(u, v->symbol, out);
		fputs(v->is_const ? " const" : "", out);
		print_place(u, v->file, v->line, out);
		for (uint32_t k = 0; k < v->nr_slots; k++) {
			fprintf(out, "  +%" PRIu32 " = ", u->slots[v->slot + k].offset);
			print_value(u, u->slots[v->slot + k].value, out);
			fputc('\n', out);
		}
	}
}

/* Operands that are blocks, not values: all after the @from'th, or each other one. */
static int is_block(const struct ls_insn *insn, uint32_t i)
{
	switch (insn->op) {
	case LS_JUMP:
		return 1;
	case LS_BRANCH:
		return i > 0;
	case LS_PHI:
	case LS_SWITCH:
		return i % 2;
	default:
		return 0;
	}
}

static void print_insn(const struct ls_unit *u, const struct ls_insn *insn, FILE *out)
{
	const uint32_t *op = u->operands + insn->operand;

	fputs("    ", out);
	if (insn->dst != LS_NONE)
		fprintf(out, "%%%" PRIu32 " = ", insn->dst);
	fputs(op_name[insn->op], out);
	if (insn->width)
		fprintf(out, ".%u", insn->width);
	if (insn->op == LS_BINARY)
		fprintf(out, " %s", binary_name[insn->extra]);
	else if (insn->op == LS_COMPARE)
		fprintf(out, " %s", compare_name[insn->extra]);
	else if (insn->op == LS_OFFSET || insn->op == LS_INDEX || insn->op == LS_EXTRACT ||
		 insn->op == LS_ALLOCA)
		fprintf(out, " [%" PRId64 "]", insn->extra);
	for (uint32_t i = 0; i < insn->nr_operands; i++) {
		fputc(' ', out);
		if (is_block(insn, i))
			fprintf(out, "@%" PRIu32, op[i]);
		else
			print_value(u, op[i], out);
	}
	if (insn->type != LS_NONE) {
		fputs(" -> ", out);
		print_type(u, insn->type, out, 0);
	}
	print_place(u, insn->file, insn->line, out);
}

static void print_function(const struct ls_unit *u, const struct ls_function *f, FILE *out)
{
	fprintf(out, "function %s(", symbol_name(u, f->symbol));
	for (uint32_t i = 0; i < f->nr_params; i++) {
		const struct ls_param *p = &u->params[f->param + i];

		fprintf(out, "%s%%%" PRIu32 " %s: ", i ? ", " : "", i, ls_unit_string(u, p->name));
		print_type(u, p->type, out, 0);
	}
	fputs("): ", out);
	print_type(u, f->result, out, 0);
	print_symbol(u, f->symbol, out);
	print_place(u, f->file, f->line, out);
	for (uint32_t b = 0; b < f->nr_blocks; b++) {
		const struct ls_block *block = &u->blocks[f->block + b];

		fprintf(out, "  @%" PRIu32 "\n", b);
		for (uint32_t i = 0; i < block->nr_insns; i++)
			print_insn(u, &u->insns[block->insn + i], out);
	}
}

void ls_unit_print(const struct ls_unit *u, void *file)
{
	fprintf(file, "unit %s\n", ls_unit_string(u, u->head->source));
	print_types(u, file);
	print_variables(u, file);
	for (uint32_t i = 0; i < u->head->symbols.nr; i++) {
		if (u->symbols[i].flags & LS_SYM_DEFINED)
			continue;
		fprintf(file, "declared %s", symbol_name(u, i));
		print_symbol(u, i, file);
		fputc('\n', file);
	}
	for (uint32_t i = 0; i < u->head->functions.nr; i++)
		print_function(u, &u->functions[i], file);
}
