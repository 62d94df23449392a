// SPDX-License-Identifier: MIT
/* Instructions that call nobody: what values are, and what lies in memory. */
#include <string.h>

#include "arena.h"
#include "context.h"

ls_path ls_walk_value(struct ls_walk *w, const struct ls_state *s, uint32_t operand)
{
	struct ls_paths *p = &w->a->paths;
	uint32_t index = ls_value_index(operand), symbol;
	int64_t offset;

	switch (ls_value_kind(operand)) {
	case LS_LOCAL:
		if (s->env[index])
			return s->env[index];
		return ls_path_local(p, LS_PATH_OPAQUE, index, LS_NO_PATH);
	case LS_CONSTANT:
		return ls_path_number(p, w->u->constants[index]);
	case LS_SYMBOL:
	case LS_PLACE:
		symbol = ls_program_operand(w->a->p, w->a->p->fn[w->c->fn].unit, operand, &offset);
		return ls_path_offset(p, ls_path_symbol(p, symbol), offset);
	default:
		return ls_path_local(p, LS_PATH_OPAQUE, UINT32_MAX - 1, LS_NO_PATH);
	}
}

ls_path ls_walk_operand(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn,
			uint32_t n)
{
	return ls_walk_value(w, s, w->u->operands[insn->operand + n]);
}

/* What constant data contain: tables of operations above all. */
static ls_path load_constant(struct ls_walk *w, ls_path address)
{
	struct ls_paths *p = &w->a->paths;
	int64_t offset, inner;
	ls_path base = ls_path_base(p, address, &offset);
	const struct ls_path_node *n = ls_path_node(p, base);
	uint32_t unit, value, symbol;
	int zero;

	if (n->kind != LS_PATH_SYMBOL)
		return LS_NO_PATH;
	if (n->index == w->a->p->debug_locks)
		return ls_path_number(p, 1);
	value = ls_program_constant(w->a->p, n->index, offset, &unit, &zero);
	if (zero)
		return ls_path_number(p, 0);
	if (value == LS_NONE)
		return LS_NO_PATH;
	if (ls_value_kind(value) == LS_CONSTANT)
		return ls_path_number(p, w->a->p->unit[unit]->constants[ls_value_index(value)]);
	symbol = ls_program_operand(w->a->p, unit, value, &inner);
	if (symbol == LS_NONE)
		return LS_NO_PATH;
	return ls_path_offset(p, ls_path_symbol(p, symbol), inner);
}

static ls_path load(struct ls_walk *w, const struct ls_state *s, ls_path address)
{
	ls_path value = load_constant(w, address);

	return value ? value : ls_state_load(&w->a->paths, s, address);
}

/* Operands of a comparison as one path: a number on the right, both sides if they are the same. */
static ls_path compare(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	static const unsigned int swapped[] = {
		[LS_EQ] = LS_EQ, [LS_NE] = LS_NE, [LS_LT] = LS_GT, [LS_LE] = LS_GE,
		[LS_GT] = LS_LT, [LS_GE] = LS_LE, [LS_ULT] = LS_UGT, [LS_ULE] = LS_UGE,
		[LS_UGT] = LS_ULT, [LS_UGE] = LS_ULE,
	};
	struct ls_paths *p = &w->a->paths;
	ls_path x = ls_walk_operand(w, s, insn, 0), y = ls_walk_operand(w, s, insn, 1);
	unsigned int op = insn->extra;
	int64_t dx, dy, number;

	if (ls_path_is_number(p, x) && !ls_path_is_number(p, y)) {
		ls_path z = x;

		x = y;
		y = z;
		op = swapped[op];
	}
	if (!ls_path_is_number(p, y)) {
		if (ls_path_base(p, x, &dx) != ls_path_base(p, y, &dy))
			return ls_path_relation(p, op, x, y);
		x = ls_path_number(p, dx);
		y = ls_path_number(p, dy);
	}
	number = ls_path_node(p, y)->number;
	return ls_path_compare(p, op, x, number);
}

static ls_path binary(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	struct ls_paths *p = &w->a->paths;
	ls_path x = ls_walk_operand(w, s, insn, 0), y = ls_walk_operand(w, s, insn, 1);
	unsigned int op = insn->extra;

	if (ls_path_is_number(p, x) && op != LS_SUB && op < LS_SHIFT_LEFT) {
		ls_path z = x;

		x = y;
		y = z;
	}
	if (!ls_path_is_number(p, y))
		return ls_path_local(p, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
	if (ls_path_node(p, x)->kind == LS_PATH_EXPR && ls_path_node(p, x)->op < LS_EXPR_BINARY) {
		int64_t n = ls_path_node(p, y)->number;

		if (op == LS_XOR && (n == 1 || n == -1))
			return ls_path_compare(p, LS_EQ, x, 0);
		if (op == LS_AND && (n & 1))
			return x;
	}
	if (op == LS_AND && ls_path_is_number(p, x))
		return ls_path_number(p, ls_path_node(p, x)->number & ls_path_node(p, y)->number);
	if (op == LS_OR && ls_path_is_number(p, x))
		return ls_path_number(p, ls_path_node(p, x)->number | ls_path_node(p, y)->number);
	return ls_path_binary(p, op, x, ls_path_node(p, y)->number);
}

static ls_path choose(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	ls_path cond = ls_walk_operand(w, s, insn, 0);
	struct ls_range r = ls_state_range(&w->a->paths, s, cond);
	ls_path x = ls_walk_operand(w, s, insn, 1), y = ls_walk_operand(w, s, insn, 2);

	ls_state_ask(&w->a->paths, ls_path_node(&w->a->paths, cond)->base);
	if (x == y || r.nonzero)
		return x;
	if (!r.lo && !r.hi)
		return y;
	return ls_path_local(&w->a->paths, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
}

void ls_walk_exposed(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		     uint32_t first)
{
	struct ls_paths *p = &w->a->paths;
	uint32_t at = insn - w->u->insns;

	for (uint32_t i = first; i < insn->nr_operands; i++) {
		ls_path arg = ls_walk_operand(w, s, insn, i);
		int64_t offset;
		ls_path base = ls_path_base(p, arg, &offset);

		if (ls_path_node(p, base)->kind != LS_PATH_OBJECT)
			continue;
		for (int c = 0; c < s->nr_cells; c++)
			if (ls_path_base(p, s->cell[c].at, &offset) == base)
				s->cell[c].value =
					ls_path_local(p, LS_PATH_CHANGED, at, s->cell[c].at);
		ls_state_store(p, s, arg, ls_path_local(p, LS_PATH_CHANGED, at, arg));
	}
}

static void define(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn, ls_path value)
{
	if (insn->dst != LS_NONE)
		s->env[insn->dst] = value ? value :
			ls_path_local(&w->a->paths, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
}

void ls_walk_fresh(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		   enum ls_path_kind kind)
{
	ls_path path;

	if (insn->dst == LS_NONE)
		return;
	path = ls_path_local(&w->a->paths, kind, insn->dst, LS_NO_PATH);
	ls_state_forget(&w->a->paths, s, path);
	s->env[insn->dst] = path;
}

void ls_walk_simple(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn)
{
	struct ls_paths *p = &w->a->paths;
	struct ls_cell *cell;
	ls_path x;

	switch (insn->op) {
	case LS_ALLOCA:
		define(w, s, insn, ls_path_local(p, LS_PATH_OBJECT, insn->dst, LS_NO_PATH));
		break;
	case LS_LOAD:
		x = ls_walk_operand(w, s, insn, 0);
		ls_path_mark(p, x, w->flow->marks[insn - w->u->insns - w->f->insn]);
		define(w, s, insn, load(w, s, x));
		break;
	case LS_STORE:
		cell = ls_state_store(p, s, ls_walk_operand(w, s, insn, 1),
				      ls_walk_operand(w, s, insn, 0));
		if (cell)
			cell->narrow = insn->width && insn->width < 8;
		ls_kinds_store(w, s, insn);
		break;
	case LS_OFFSET:
		define(w, s, insn, ls_path_offset(p, ls_walk_operand(w, s, insn, 0), insn->extra));
		break;
	case LS_INDEX:
		x = ls_path_element(p, ls_walk_operand(w, s, insn, 0), ls_walk_operand(w, s, insn, 1));
		define(w, s, insn, x);
		break;
	case LS_COPY:
		define(w, s, insn, ls_walk_operand(w, s, insn, 0));
		break;
	case LS_COMPARE:
		define(w, s, insn, compare(w, s, insn));
		break;
	case LS_BINARY:
		define(w, s, insn, binary(w, s, insn));
		break;
	case LS_SELECT:
		define(w, s, insn, choose(w, s, insn));
		break;
	case LS_ASM:
		ls_walk_exposed(w, s, insn, 0);
		ls_walk_fresh(w, s, insn, LS_PATH_RESULT);
		break;
	default:
		ls_walk_fresh(w, s, insn, LS_PATH_OPAQUE);
		break;
	}
}

/* memset() and memcpy(): what lies in the range is gone, or comes from elsewhere. */
int ls_walk_memory(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		   const char *name, const ls_path *arg, size_t nr_args)
{
	struct ls_paths *p = &w->a->paths;
	int copies = !strcmp(name, "memcpy") || !strcmp(name, "memmove");
	uint32_t at = insn - w->u->insns;
	int64_t to, from, size, offset;
	ls_path dst, src;

	if (nr_args < 3 || (!copies && strcmp(name, "memset")))
		return 0;
	dst = ls_path_base(p, arg[0], &to);
	src = ls_path_base(p, arg[1], &from);
	size = ls_path_is_number(p, arg[2]) ? ls_path_node(p, arg[2])->number : INT32_MAX;
	for (int i = 0; i < s->nr_cells; i++)
		if (ls_path_base(p, s->cell[i].at, &offset) == dst && offset >= to &&
		    offset < to + size)
			s->cell[i].value = !copies && arg[1] == ls_path_number(p, 0) ? arg[1] :
				ls_path_local(p, LS_PATH_CHANGED, at, s->cell[i].at);
	for (int i = 0, nr = s->nr_cells; copies && i < nr; i++)
		if (ls_path_base(p, s->cell[i].at, &offset) == src && offset >= from &&
		    offset < from + size)
			ls_state_store(p, s, ls_path_offset(p, dst, offset - from + to),
				       s->cell[i].value);
	if (insn->dst != LS_NONE)
		s->env[insn->dst] = arg[0];
	return 1;
}
