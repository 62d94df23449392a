// SPDX-License-Identifier: MIT
/* One function in one context: states go through its blocks until nothing new comes of it. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

#define STATES_MAX	16	/* sets of locks at one place */
#define STEPS_MAX	60000	/* instructions walked in one context */

void ls_states_add(struct ls_walk *w, struct ls_states *list, struct ls_state *s)
{
	if (list->nr == list->room) {
		size_t room = list->room ? list->room * 2 : 4;
		struct ls_state **more = ls_arena_array(w->arena, room, sizeof(*more));

		if (list->nr)
			memcpy(more, list->state, list->nr * sizeof(*more));
		list->state = more;
		list->room = room;
	}
	list->state[list->nr++] = s;
}

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

static ls_path operand(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn,
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
	ls_path x = operand(w, s, insn, 0), y = operand(w, s, insn, 1);
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
	ls_path x = operand(w, s, insn, 0), y = operand(w, s, insn, 1);
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
	ls_path cond = operand(w, s, insn, 0);
	struct ls_range r = ls_state_range(&w->a->paths, s, cond);
	ls_path x = operand(w, s, insn, 1), y = operand(w, s, insn, 2);

	ls_state_ask(&w->a->paths, ls_path_node(&w->a->paths, cond)->base);
	if (x == y || r.nonzero)
		return x;
	if (!r.lo && !r.hi)
		return y;
	return ls_path_local(&w->a->paths, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
}

/* Whoever is given the address of a local object may write to it. */
static void exposed(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		    uint32_t first)
{
	struct ls_paths *p = &w->a->paths;
	uint32_t at = insn - w->u->insns;

	for (uint32_t i = first; i < insn->nr_operands; i++) {
		ls_path arg = operand(w, s, insn, i);
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

static void fresh(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		  enum ls_path_kind kind)
{
	ls_path path;

	if (insn->dst == LS_NONE)
		return;
	path = ls_path_local(&w->a->paths, kind, insn->dst, LS_NO_PATH);
	ls_state_forget(&w->a->paths, s, path);
	s->env[insn->dst] = path;
}

static void simple(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn)
{
	struct ls_paths *p = &w->a->paths;
	ls_path x;

	switch (insn->op) {
	case LS_ALLOCA:
		define(w, s, insn, ls_path_local(p, LS_PATH_OBJECT, insn->dst, LS_NO_PATH));
		break;
	case LS_LOAD:
		x = operand(w, s, insn, 0);
		ls_path_mark(p, x, w->flow->marks[insn - w->u->insns - w->f->insn]);
		define(w, s, insn, load(w, s, x));
		break;
	case LS_STORE:
		ls_state_store(p, s, operand(w, s, insn, 1), operand(w, s, insn, 0));
		ls_kinds_store(w, s, insn);
		break;
	case LS_OFFSET:
		define(w, s, insn, ls_path_offset(p, operand(w, s, insn, 0), insn->extra));
		break;
	case LS_INDEX:
		x = ls_path_element(p, operand(w, s, insn, 0), operand(w, s, insn, 1));
		define(w, s, insn, x);
		break;
	case LS_COPY:
		define(w, s, insn, operand(w, s, insn, 0));
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
		exposed(w, s, insn, 0);
		fresh(w, s, insn, LS_PATH_RESULT);
		break;
	default:
		fresh(w, s, insn, LS_PATH_OPAQUE);
		break;
	}
}

/* memset() and memcpy(): what lies in the range is gone, or comes from elsewhere. */
static int memory_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
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

static void call_function(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
			  uint32_t symbol, const ls_path *arg, size_t nr_args, const char *via,
			  int guessed, struct ls_states *out)
{
	const struct ls_program *p = w->a->p;
	uint32_t fn = p->symbol[symbol].fn;

	if (fn != LS_NONE && p->fn[fn].f->nr_blocks &&
	    (p->fn[fn].matters || p->fn[fn].small || ls_kinds_given_table(w->a, arg, nr_args))) {
		ls_summary_call(w, s, insn, fn, arg, nr_args, via, guessed, out);
		return;
	}
	exposed(w, s, insn, 1);
	fresh(w, s, insn, LS_PATH_RESULT);
	ls_states_add(w, out, s);
}

static int same_group(const struct ls_walk *w, uint32_t fn)
{
	const char *group = ls_program_group_of(w->a->p, fn);

	return !strcmp(group, w->a->judge) ||
		!strcmp(group, ls_program_group_of(w->a->p, w->c->fn));
}

static void through_slot(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
			 uint32_t slot, const ls_path *arg, size_t nr_args, struct ls_states *out)
{
	const struct ls_program *p = w->a->p;
	const struct ls_slot_info *info = &p->slot[slot];
	uint32_t target[64];
	size_t nr = 0, before = out->nr;

	*ls_map_put(&w->a->called, slot, NULL) = 1;
	if (info->call &&
	    (info->call->entry != LS_ENTRY_ANY || info->call->effect != LS_DOES_NOTHING)) {
		ls_effect_call(w, s, insn, info->call, arg, nr_args, out);
		return;
	}
	for (uint32_t h = info->holder; h != LS_NONE && nr < 64; h = p->holder[h].next) {
		uint32_t fn = p->symbol[p->holder[h].function].fn;

		if (fn != LS_NONE && p->fn[fn].matters && same_group(w, fn))
			target[nr++] = h;
	}
	for (size_t i = 0; i < nr; i++) {
		const struct ls_holder *h = &p->holder[target[i]];
		const char *via = h->table == LS_NONE ? info->name :
			ls_arena_printf(w->a->arena, "%s.%s", p->symbol[h->table].name,
					strchr(info->name, '.') + 1);

		call_function(w, ls_state_copy(w->arena, s, w->f->nr_locals), insn, h->function,
			      arg, nr_args, via, nr > 1, out);
	}
	/* There may be others, which have nothing to do with locks. */
	if (out->nr == before || nr < info->nr_holders) {
		exposed(w, s, insn, 1);
		fresh(w, s, insn, LS_PATH_RESULT);
		ls_states_add(w, out, s);
	}
}

static uint32_t slot_of(const struct ls_walk *w, const struct ls_insn *insn)
{
	const struct ls_fn *fn = &w->a->p->fn[w->c->fn];
	uint32_t at = insn - w->u->insns;

	for (uint32_t e = fn->edge; e < fn->edge + fn->nr_edges; e++)
		if (w->a->p->edge[e].insn == at && w->a->p->edge[e].kind == LS_EDGE_SLOT)
			return w->a->p->edge[e].to;
	return LS_NONE;
}

/* Functions that the callee is given to call, with what is held now. */
static void call_passed(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn)
{
	const struct ls_program *p = w->a->p;
	const struct ls_fn *fn = &p->fn[w->c->fn];
	uint32_t at = insn - w->u->insns;
	struct ls_states ignored = { .nr = 0 };

	for (uint32_t e = fn->edge; e < fn->edge + fn->nr_edges; e++)
		if (p->edge[e].insn == at && p->edge[e].kind == LS_EDGE_PASSED)
			call_function(w, ls_state_copy(w->arena, s, w->f->nr_locals), insn,
				      p->edge[e].to, NULL, 0, "passed as an argument", 0, &ignored);
}

static void call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		 struct ls_states *out)
{
	struct ls_paths *p = &w->a->paths;
	ls_path callee = operand(w, s, insn, 0), arg[24];
	size_t nr_args = insn->nr_operands - 1;
	const struct ls_path_node *n = ls_path_node(p, callee);
	uint32_t slot = LS_NONE;

	if (nr_args > 24)
		nr_args = 24;
	for (size_t i = 0; i < nr_args; i++)
		arg[i] = operand(w, s, insn, i + 1);
	if (n->kind == LS_PATH_SYMBOL && w->a->p->symbol[n->index].is_function) {
		const struct ls_psymbol *symbol = &w->a->p->symbol[n->index];
		const struct ls_model_call *model = symbol->call;

		/* In a table that is known, yet the rule is the slot's. */
		if (!model || (model->entry == LS_ENTRY_ANY && model->effect == LS_DOES_NOTHING))
			slot = slot_of(w, insn);
		if (slot != LS_NONE && w->a->p->slot[slot].call) {
			through_slot(w, s, insn, slot, arg, nr_args, out);
			return;
		}
		if (memory_call(w, s, insn, symbol->name, arg, nr_args)) {
			ls_states_add(w, out, s);
			return;
		}
		call_passed(w, s, insn);
		ls_kinds_call(w, s, symbol->name, arg, nr_args);
		if (model && (model->opaque || model->entry != LS_ENTRY_ANY ||
			      model->effect != LS_DOES_NOTHING))
			ls_effect_call(w, s, insn, model, arg, nr_args, out);
		else
			call_function(w, s, insn, n->index, arg, nr_args,
				      slot == LS_NONE ? NULL : w->a->p->slot[slot].name, 0, out);
		return;
	}
	slot = slot_of(w, insn);
	if (slot != LS_NONE) {
		through_slot(w, s, insn, slot, arg, nr_args, out);
		return;
	}
	exposed(w, s, insn, 1);
	fresh(w, s, insn, LS_PATH_RESULT);
	ls_states_add(w, out, s);
}

/* --- blocks ------------------------------------------------------------------------------- */

struct room {
	struct ls_state **state;	/* that come in, one for each set of locks */
	uint8_t *dirty;
	size_t nr, room;
};

struct blocks {
	struct ls_walk *w;
	const struct ls_flow *flow;
	struct room *room;	/* by position in the flow */
	uint32_t first;		/* no dirty one before it */
};

/* The former value of a loop's variable goes; what it is now has a name of its own. */
static void enter(struct ls_walk *w, struct ls_state *s, uint32_t from, uint32_t to, int header)
{
	struct ls_paths *p = &w->a->paths;
	const struct ls_block *b = &w->u->blocks[w->f->block + to];
	ls_path value[256];
	uint32_t nr = 0;

	for (; nr < b->nr_insns && nr < 256; nr++) {
		const struct ls_insn *insn = &w->u->insns[b->insn + nr];

		if (insn->op != LS_PHI)
			break;
		value[nr] = LS_NO_PATH;
		for (uint32_t i = 0; i + 1 < insn->nr_operands; i += 2)
			if (w->u->operands[insn->operand + i + 1] == from)
				value[nr] = operand(w, s, insn, i);
	}
	for (uint32_t i = 0; i < nr; i++) {
		const struct ls_insn *insn = &w->u->insns[b->insn + i];
		ls_path merged = ls_path_local(p, LS_PATH_MERGED, insn->dst, LS_NO_PATH);
		struct ls_range r;

		if (!value[i])
			value[i] = ls_path_local(p, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
		if (!header || ls_path_is_number(p, value[i]) || s->env[insn->dst] == value[i]) {
			s->env[insn->dst] = value[i];
			continue;
		}
		r = ls_state_range(p, s, value[i]);
		ls_state_forget(p, s, merged);
		ls_state_learn(p, s, merged, r);
		s->env[insn->dst] = merged;
	}
}

/* Whether the object that a lock belongs to is one from before the loop. */
static int is_from_before(const struct blocks *b, const struct ls_state *s, ls_path lock,
			  uint32_t header)
{
	const struct ls_paths *p = &b->w->a->paths;
	const struct ls_path_node *n = ls_path_node(p, lock);
	int64_t offset;
	ls_path object = ls_path_base(p, n->kind == LS_PATH_LOAD ? n->base : lock, &offset);

	if (!ls_path_node(p, object)->local && !ls_path_node(p, object)->depth)
		return 1;
	for (uint32_t i = 0; i < b->w->f->nr_locals; i++)
		if (s->env[i] && b->flow->made[i] < header &&
		    ls_path_base(p, s->env[i], &offset) == object)
			return 1;
	return 0;
}

/*
 * In the next round of a loop the same name may be another object's. What was let go is forgotten,
 * and what was taken is not taken twice.
 */
static void next_round(const struct blocks *b, struct ls_state *s, uint32_t header)
{
	for (int i = 0; i < s->nr_locks; i++) {
		if (s->lock[i].fn == LS_NONE || is_from_before(b, s, s->lock[i].path, header))
			continue;
		if (s->lock[i].hold == LS_HELD_NOW)
			s->lock[i].flags |= LS_LOCK_FORMER;
		else
			ls_state_drop_lock(s, &s->lock[i--]);
	}
}

/*
 * Results are kept apart where ways meet, as long as there are few: 0 goes with one thing and an
 * error with another.
 */
static int results_differ(const struct blocks *b, const struct ls_state *x,
			  const struct ls_state *y, uint32_t to)
{
	const struct ls_walk *w = b->w;
	const struct ls_block *bb = &w->u->blocks[w->f->block + to];

	for (uint32_t i = 0; i < bb->nr_insns; i++) {
		const struct ls_insn *insn = &w->u->insns[bb->insn + i];
		struct ls_range r, q;

		if (insn->op != LS_PHI)
			break;
		if (x->env[insn->dst] == y->env[insn->dst])
			continue;
		r = ls_state_range(&w->a->paths, x, x->env[insn->dst]);
		q = ls_state_range(&w->a->paths, y, y->env[insn->dst]);
		if ((!r.lo && !r.hi && q.nonzero) || (!q.lo && !q.hi && r.nonzero))
			return 1;
	}
	return 0;
}

#define APART_MAX	3

static void arrive(struct blocks *b, const struct ls_state *from_state, uint32_t from, uint32_t to)
{
	struct ls_walk *w = b->w;
	uint32_t at = b->flow->position[to];
	struct room *room = &b->room[at];
	struct ls_state *s = ls_state_copy(w->arena, from_state, w->f->nr_locals);

	if (s->asserting && ++s->asserting > 4)
		s->asserting = 0;
	if (b->flow->header[to] && at <= b->flow->position[from])
		next_round(b, s, at);
	enter(w, s, from, to, b->flow->header[to]);
	for (size_t i = 0, apart = 0; i < room->nr; i++) {
		if (!ls_state_same_locks(room->state[i], s))
			continue;
		if (!b->flow->header[to] && room->nr < STATES_MAX / 2 && ++apart < APART_MAX &&
		    results_differ(b, room->state[i], s, to))
			continue;
		if (ls_state_merge(&w->a->paths, room->state[i], s, w->f->nr_locals)) {
			room->dirty[i] = 1;
			if (at < b->first)
				b->first = at;
		}
		return;
	}
	if (room->nr == STATES_MAX) {
		w->c->bounded = 1;
		return;
	}
	if (!room->state) {
		room->state = ls_arena_array(w->arena, STATES_MAX, sizeof(*room->state));
		room->dirty = ls_arena_alloc(w->arena, STATES_MAX);
	}
	room->dirty[room->nr] = 1;
	room->state[room->nr++] = s;
	if (at < b->first)
		b->first = at;
}

/* Where both are the same set of locks and there are many, be content with one. */
static void thin(struct ls_walk *w, struct ls_states *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->nr; i++) {
		size_t k;

		for (k = 0; k < kept; k++) {
			if (!ls_state_same_locks(list->state[k], list->state[i]))
				continue;
			ls_state_merge(&w->a->paths, list->state[k], list->state[i],
				       w->f->nr_locals);
			break;
		}
		if (k == kept && kept < STATES_MAX)
			list->state[kept++] = list->state[i];
		else if (k == kept)
			w->c->bounded = 1;
	}
	list->nr = kept;
}

static void jump(struct blocks *b, struct ls_state *s, uint32_t from, const struct ls_insn *insn)
{
	struct ls_walk *w = b->w;
	const uint32_t *op = &w->u->operands[insn->operand];
	struct ls_paths *p = &w->a->paths;
	ls_path value;

	switch (insn->op) {
	case LS_JUMP:
		arrive(b, s, from, op[0]);
		break;
	case LS_BRANCH:
		value = ls_walk_value(w, s, op[0]);
		for (int truth = 1; truth >= 0; truth--) {
			struct ls_state *t = ls_state_copy(w->arena, s, w->f->nr_locals);

			if (ls_state_assume(p, t, value, truth))
				arrive(b, t, from, op[truth ? 1 : 2]);
		}
		break;
	case LS_SWITCH:
		value = ls_walk_value(w, s, op[0]);
		for (uint32_t i = 2; i + 1 < insn->nr_operands; i += 2) {
			struct ls_state *t = ls_state_copy(w->arena, s, w->f->nr_locals);
			ls_path is = ls_path_compare(
				p, LS_EQ, value,
				ls_path_node(p, ls_walk_value(w, s, op[i]))->number);

			if (ls_state_assume(p, t, is, 1))
				arrive(b, t, from, op[i + 1]);
		}
		arrive(b, s, from, op[1]);
		break;
	case LS_RETURN:
		ls_summary_exit(w, s, insn->nr_operands ? ls_walk_value(w, s, op[0]) : LS_NO_PATH);
		break;
	}
}

static int is_warning(const struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	const struct ls_path_node *n;

	if (insn->op == LS_ASM)
		return 1;
	n = ls_path_node(&w->a->paths, ls_walk_value((struct ls_walk *)w, s,
						     w->u->operands[insn->operand]));
	return n->kind == LS_PATH_SYMBOL && strstr(w->a->p->symbol[n->index].name, "warn");
}

static void walk_block(struct blocks *b, uint32_t block, struct ls_state *s)
{
	struct ls_walk *w = b->w;
	const struct ls_block *bb = &w->u->blocks[w->f->block + block];
	struct ls_states now = { .nr = 0 };

	ls_states_add(w, &now, s);
	for (uint32_t i = 0; i < bb->nr_insns && now.nr; i++) {
		const struct ls_insn *insn = &w->u->insns[bb->insn + i];
		struct ls_states next = { .nr = 0 };

		if (insn->op == LS_PHI)
			continue;
		w->steps += now.nr;
		for (size_t k = 0; k < now.nr; k++) {
			s = now.state[k];
			if (s->asserting && (insn->op == LS_CALL || insn->op == LS_ASM)) {
				/* The warning of an assertion: nobody is meant to come here. */
				if (is_warning(w, s, insn))
					continue;
				s->asserting = 0;
			}
			if (insn->op >= LS_JUMP)
				jump(b, s, block, insn);
			else if (insn->op == LS_CALL)
				call(w, s, insn, &next);
			else
				simple(w, s, insn);
			if (insn->op != LS_CALL)
				ls_states_add(w, &next, s);
		}
		if (next.nr > 10)
			thin(w, &next);
		now = next;
	}
}

static int walk_next(struct blocks *b)
{
	for (uint32_t at = b->first; at < b->flow->nr_blocks; at++) {
		struct room *room = &b->room[at];

		for (size_t i = 0; i < room->nr; i++) {
			if (!room->dirty[i])
				continue;
			room->dirty[i] = 0;
			b->first = at;
			walk_block(b, b->flow->order[at],
				   ls_state_copy(b->w->arena, room->state[i], b->w->f->nr_locals));
			return 1;
		}
	}
	return 0;
}

/*
 * Last look at what was found: an assertion that can be gone round (as one that is skipped once the
 * last reference is gone) proves nothing; and of objects in a loop, a list that is empty in one
 * loop and not in the next is none.
 */
static uint32_t position_of(const struct ls_walk *w, uint32_t insn)
{
	for (uint32_t i = 0; i < w->flow->nr_blocks; i++) {
		const struct ls_block *b = &w->u->blocks[w->f->block + w->flow->order[i]];

		if (insn >= b->insn && insn < b->insn + b->nr_insns)
			return i;
	}
	return 0;
}

static int reaches(const struct ls_walk *w, uint32_t from, uint32_t header, uint8_t *seen)
{
	uint32_t next[64];
	size_t nr = ls_flow_successors(w->u, w->f, w->flow->order[from], next, 64);

	seen[from] = 1;
	for (size_t i = 0; i < nr; i++) {
		uint32_t at = w->flow->position[next[i]];

		if (at == header || (at > header && !seen[at] && reaches(w, at, header, seen)))
			return 1;
	}
	return 0;
}

static int in_loop(const struct ls_walk *w, uint32_t at, uint32_t header)
{
	uint8_t *seen = ls_arena_alloc(w->arena, w->flow->nr_blocks + 1);

	return at == header || (at > header && reaches(w, at, header, seen));
}

/* The lock was taken in a loop that the call is behind: a loop of no rounds is not what is meant.
 */
static int taken_in_loop_before(const struct ls_walk *w, const struct ls_check *kept)
{
	uint32_t taken, at;

	if (kept->held.fn != w->c->fn)
		return 0;
	taken = position_of(w, kept->held.insn);
	at = position_of(w, kept->insn);
	for (uint32_t h = 0; h <= taken; h++)
		if (w->flow->header[w->flow->order[h]] && in_loop(w, taken, h) &&
		    !in_loop(w, at, h))
			return 1;
	return 0;
}

static void settle_checks(struct ls_walk *w)
{
	struct ls_context *c = w->c;
	size_t kept = 0;

	for (size_t i = 0; i < c->nr_checks; i++) {
		struct ls_check *k = &c->check[i];
		int drop = k->asserted && w->nr_exits;

		for (size_t o = 0; o < c->nr_checks && !drop; o++)
			drop = k->verdict == LS_BROKEN && k->kind == LS_NOT_HELD &&
				c->check[o].verdict == LS_KEPT && c->check[o].insn == k->insn &&
				(!ls_path_exact(&w->a->paths, k->lock) ||
				 taken_in_loop_before(w, &c->check[o]));
		c->check[i].drop = drop;
	}
	for (size_t i = 0; i < c->nr_checks; i++)
		if (!c->check[i].drop)
			c->check[kept++] = c->check[i];
	c->nr_checks = kept;
}

void ls_walk_context(struct ls_analysis *a, struct ls_context *c)
{
	struct ls_walk w = {
		.a = a, .c = c, .u = ls_fn_unit(a->p, c->fn), .f = a->p->fn[c->fn].f,
		.arena = ls_arena_create(),
	};
	struct blocks b = { .w = &w, .flow = ls_flow_of(a, c->fn) };
	struct ls_state start = c->start;

	struct ls_map *asked = a->paths.asked, *read = a->paths.read;
	struct ls_wishes wishes;

	w.flow = b.flow;
	c->walking = 1;
	a->walked++;
	a->paths.asked = a->paths.read = NULL;
	if (c->generic && a->p->fn[c->fn].matters) {
		ls_summary_generic_begin(&w, &wishes);
		a->paths.asked = &wishes.fact;
		a->paths.read = &wishes.cell;
	}
	start.env = ls_arena_array(w.arena, w.f->nr_locals + 1, sizeof(ls_path));
	memcpy(start.env, c->start.env, w.f->nr_params * sizeof(ls_path));
	b.room = ls_arena_array(w.arena, b.flow->nr_blocks + 1, sizeof(*b.room));
	if (b.flow->nr_blocks) {
		b.room[0].state = ls_arena_array(w.arena, STATES_MAX, sizeof(*b.room[0].state));
		b.room[0].dirty = ls_arena_alloc(w.arena, STATES_MAX);
		b.room[0].state[0] = &start;
		b.room[0].dirty[0] = b.room[0].nr = 1;
	}
	while (walk_next(&b)) {
		if (w.steps > STEPS_MAX) {
			c->bounded = 1;
			break;
		}
	}
	settle_checks(&w);
	if (w.wishes)
		ls_summary_generic_end(&w);
	a->paths.asked = asked;
	a->paths.read = read;
	c->nr_outcomes = w.nr_exits;
	c->outcome = ls_arena_copy(a->arena, w.exit ? w.exit : (struct ls_outcome *)&start,
				   w.nr_exits * sizeof(*w.exit));
	ls_arena_destroy(w.arena);
	c->walking = 0;
	c->done = 1;
}
