// SPDX-License-Identifier: MIT
/* The call graph: who calls whom, by name and through tables; which functions have to do with
 * locks. */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "program.h"

uint32_t ls_program_slot(struct ls_program *p, const char *name)
{
	int is_new;
	void **entry = ls_names_put_string(&p->by_name, name, &is_new);

	if (is_new) {
		p->slot = ls_grow(p->slot, p->nr_slots, &p->slot_room, sizeof(*p->slot));
		p->slot[p->nr_slots] = (struct ls_slot_info) {
			.name = ls_arena_strdup(p->arena, name),
			.call = ls_model_find(p->model, name),
			.holder = LS_NONE, .caller = LS_NONE,
		};
		*entry = (void *)(uintptr_t)++p->nr_slots;
	}
	return (uint32_t)((uintptr_t)*entry - 1);
}

static void add_holder(struct ls_program *p, const char *slot_name, uint32_t function,
		       uint32_t table, uint32_t by)
{
	uint32_t slot = ls_program_slot(p, slot_name);
	struct ls_holder *h;

	/* Stored in a hundred places, it is one all the same. */
	for (uint32_t i = p->symbol[function].holder; i != LS_NONE; i = p->holder[i].next_held)
		if (p->holder[i].slot == slot && p->holder[i].table == table)
			return;
	p->holder = ls_grow(p->holder, p->nr_holders, &p->holder_room, sizeof(*p->holder));
	h = &p->holder[p->nr_holders];
	*h = (struct ls_holder) {
		.slot = slot, .function = function, .table = table, .by = by,
		.next = p->slot[slot].holder, .next_held = p->symbol[function].holder,
	};
	p->slot[slot].holder = p->nr_holders;
	p->slot[slot].nr_holders++;
	p->symbol[function].holder = p->nr_holders++;
}

static void tables_of(struct ls_program *p, uint32_t unit)
{
	const struct ls_unit *u = p->unit[unit];

	for (uint32_t i = 0; i < u->head->variables.nr; i++) {
		const struct ls_variable *v = &u->variables[i];

		for (uint32_t s = 0; s < v->nr_slots; s++) {
			const struct ls_slot *slot = &u->slots[v->slot + s];
			const char *member = NULL, *name;
			uint32_t target, owner = LS_NONE;
			int64_t offset;

			target = ls_program_operand(p, unit, slot->value, &offset);
			if (target == LS_NONE || !p->symbol[target].is_function)
				continue;
			ls_type_member(u, v->type, slot->offset, NULL, NULL, &owner, &member);
			if (owner == LS_NONE || !u->types[owner].name)
				continue;
			name = ls_arena_printf(p->arena, "%s.%s",
					       ls_unit_string(u, u->types[owner].name), member);
			add_holder(p, name, target, p->symbol_of[unit][v->symbol], LS_NONE);
		}
	}
}

static void add_edge(struct ls_program *p, uint32_t fn, uint32_t insn, enum ls_edge_kind kind,
		     uint32_t to)
{
	p->edge = ls_grow(p->edge, p->nr_edges, &p->edge_room, sizeof(*p->edge));
	p->edge[p->nr_edges++] = (struct ls_edge) { .insn = insn, .to = to, .kind = kind };
	p->fn[fn].nr_edges++;
}

static const struct ls_model_passed *passed_to(const struct ls_program *p, const char *name,
					       int arg)
{
	size_t lo = 0, hi = p->model->nr_passed;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = strcmp(p->model->passed[mid].name, name);

		if (!d)
			d = p->model->passed[mid].arg - arg;
		if (!d)
			return &p->model->passed[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void passed(struct ls_program *p, uint32_t fn, uint32_t insn, uint32_t callee, int arg,
		   uint32_t function)
{
	const struct ls_model_passed *m = passed_to(p, p->symbol[callee].name, arg);

	/* Perhaps it calls it itself: kref_put() does. */
	if (!m && p->symbol[callee].fn != LS_NONE)
		add_edge(p, fn, insn, LS_EDGE_GIVEN, function);
	if (!m)
		return;
	if (m->now)
		add_edge(p, fn, insn, LS_EDGE_PASSED, function);
	else if (p->symbol[function].fn != LS_NONE)
		p->fn[p->symbol[function].fn].root = m->text;
}

static void call(struct ls_program *p, uint32_t fn, uint32_t at)
{
	uint32_t unit = p->fn[fn].unit;
	const struct ls_function *f = p->fn[fn].f;
	const struct ls_unit *u = p->unit[unit];
	const struct ls_insn *insn = &u->insns[at], *def;
	uint32_t callee = u->operands[insn->operand];
	int64_t offset;
	uint32_t to = ls_program_operand(p, unit, callee, &offset);
	const char *slot;

	if (to != LS_NONE) {
		add_edge(p, fn, at, LS_EDGE_CALL, to);
	} else {
		def = ls_value_kind(callee) == LS_LOCAL ?
			ls_unit_def(u, f, ls_value_index(callee)) : NULL;
		while (def && def->op == LS_COPY &&
		       ls_value_kind(u->operands[def->operand]) == LS_LOCAL)
			def = ls_unit_def(u, f, ls_value_index(u->operands[def->operand]));
		slot = def && def->op == LS_LOAD ?
			ls_type_slot(p, unit, f, u->operands[def->operand]) : NULL;
		if (slot) {
			uint32_t id = ls_program_slot(p, slot);

			p->slot[id].called = 1;
			add_edge(p, fn, at, LS_EDGE_SLOT, id);
		} else {
			add_edge(p, fn, at, LS_EDGE_UNKNOWN, 0);
		}
		return;
	}
	for (uint32_t a = 1; a < insn->nr_operands; a++) {
		uint32_t function =
			ls_program_operand(p, unit, u->operands[insn->operand + a], &offset);

		if (function != LS_NONE && p->symbol[function].is_function)
			passed(p, fn, at, to, a - 1, function);
	}
}

static void store(struct ls_program *p, uint32_t fn, uint32_t at)
{
	uint32_t unit = p->fn[fn].unit;
	const struct ls_unit *u = p->unit[unit];
	const struct ls_insn *insn = &u->insns[at];
	int64_t offset;
	uint32_t function = ls_program_operand(p, unit, u->operands[insn->operand], &offset);
	const char *slot;

	if (function == LS_NONE || !p->symbol[function].is_function)
		return;
	slot = ls_type_slot(p, unit, p->fn[fn].f, u->operands[insn->operand + 1]);
	if (slot)
		add_holder(p, slot, function, LS_NONE, fn);
}

#define SMALL_INSNS 300

static void scan(struct ls_program *p, uint32_t fn)
{
	const struct ls_unit *u = ls_fn_unit(p, fn);
	const struct ls_function *f = p->fn[fn].f;

	p->fn[fn].edge = p->nr_edges;
	p->fn[fn].small = f->nr_insns <= SMALL_INSNS;
	for (size_t i = 0; i < p->model->nr_skip; i++)
		if (!fnmatch(p->model->skip[i], ls_program_file(p, fn), 0))
			p->fn[fn].skipped = 1;
	for (uint32_t i = 0; i < f->nr_insns; i++) {
		switch (u->insns[f->insn + i].op) {
		case LS_CALL:
			call(p, fn, f->insn + i);
			break;
		case LS_STORE:
			store(p, fn, f->insn + i);
			break;
		}
	}
}

static void add_caller(struct ls_program *p, uint32_t fn, uint32_t edge, uint32_t *first)
{
	p->caller = ls_grow(p->caller, p->nr_callers, &p->caller_room, sizeof(*p->caller));
	p->caller[p->nr_callers] = (struct ls_caller) { .fn = fn, .edge = edge, .next = *first };
	*first = p->nr_callers++;
}

static int call_matters(const struct ls_model_call *c)
{
	return c && !c->root && (c->effect != LS_DOES_NOTHING || c->entry != LS_ENTRY_ANY);
}

/* What matters: functions with rules and effects, and all that call them, directly or by a table.
 */
struct spread {
	uint32_t *queue;
	size_t nr;
	uint8_t *slot_done;
};

static void matter(struct ls_program *p, struct spread *s, uint32_t fn)
{
	if (p->fn[fn].matters)
		return;
	p->fn[fn].matters = 1;
	s->queue[s->nr++] = fn;
}

static void slot_matters(struct ls_program *p, struct spread *s, uint32_t slot)
{
	if (s->slot_done[slot])
		return;
	s->slot_done[slot] = 1;
	for (uint32_t c = p->slot[slot].caller; c != LS_NONE; c = p->caller[c].next)
		matter(p, s, p->caller[c].fn);
}

static void spread_all(struct ls_program *p, struct spread *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		uint32_t fn = s->queue[i];

		for (uint32_t c = p->fn[fn].caller; c != LS_NONE; c = p->caller[c].next)
			matter(p, s, p->caller[c].fn);
		for (uint32_t h = p->symbol[p->fn[fn].symbol].holder; h != LS_NONE;
		     h = p->holder[h].next_held) {
			const struct ls_model_call *m = p->slot[p->holder[h].slot].call;

			if (!m || m->entry == LS_ENTRY_ANY)
				slot_matters(p, s, p->holder[h].slot);
		}
	}
}

/* Of whoever calls what it is given, the given function is a callee. */
static void given(struct ls_program *p, uint32_t fn, uint32_t e)
{
	const struct ls_unit *u = ls_fn_unit(p, fn);
	int64_t offset;
	uint32_t callee = ls_program_operand(
		p, p->fn[fn].unit, u->operands[u->insns[p->edge[e].insn].operand], &offset);
	uint32_t function = p->symbol[p->edge[e].to].fn;
	uint32_t to = callee == LS_NONE ? LS_NONE : p->symbol[callee].fn;

	if (to == LS_NONE || function == LS_NONE)
		return;
	for (uint32_t i = p->fn[to].edge; i < p->fn[to].edge + p->fn[to].nr_edges; i++) {
		if (p->edge[i].kind != LS_EDGE_UNKNOWN)
			continue;
		add_caller(p, to, i, &p->fn[function].caller);
		return;
	}
}

static void what_matters(struct ls_program *p)
{
	struct spread s = {
		.queue = malloc((p->nr_fns + 1) * sizeof(uint32_t)),
		.slot_done = calloc(p->nr_slots + 1, 1),
	};

	if (!s.queue || !s.slot_done)
		ls_no_memory();
	for (size_t fn = 0; fn < p->nr_fns; fn++) {
		for (uint32_t e = p->fn[fn].edge; e < p->fn[fn].edge + p->fn[fn].nr_edges; e++) {
			const struct ls_edge *edge = &p->edge[e];
			const struct ls_model_call *m = NULL;

			if (edge->kind == LS_EDGE_CALL || edge->kind == LS_EDGE_PASSED) {
				uint32_t callee = p->symbol[edge->to].fn;

				m = p->symbol[edge->to].call;
				if (callee != LS_NONE && !(m && m->opaque))
					add_caller(p, fn, e, &p->fn[callee].caller);
			} else if (edge->kind == LS_EDGE_SLOT) {
				m = p->slot[edge->to].call;
				add_caller(p, fn, e, &p->slot[edge->to].caller);
			} else if (edge->kind == LS_EDGE_GIVEN) {
				given(p, fn, e);
			}
			if (call_matters(m))
				matter(p, &s, fn);
		}
	}
	spread_all(p, &s);
	free(s.queue);
	free(s.slot_done);
}

void ls_program_graph(struct ls_program *p)
{
	for (size_t i = 0; i < p->nr_units; i++)
		tables_of(p, i);
	for (size_t fn = 0; fn < p->nr_fns; fn++)
		scan(p, fn);
	what_matters(p);
}
