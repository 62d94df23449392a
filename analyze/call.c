// SPDX-License-Identifier: MIT
/* Calls: of functions here, through tables, and of what nothing is known of. */
#include <string.h>

#include "arena.h"
#include "context.h"

static int only_looks(struct ls_analysis *a, uint32_t fn, int depth)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	const struct ls_fn *info = &a->p->fn[fn];

	if (!f->nr_blocks || info->matters || !info->small || f->nr_params != 1 || depth > 3)
		return 0;
	for (uint32_t i = 0; i < f->nr_insns; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];

		if (insn->op == LS_STORE || insn->op == LS_ASM || insn->op == LS_OTHER ||
		    insn->op == LS_ALLOCA)
			return 0;
	}
	for (uint32_t e = info->edge; e < info->edge + info->nr_edges; e++) {
		uint32_t callee = a->p->edge[e].kind == LS_EDGE_CALL ?
			a->p->symbol[a->p->edge[e].to].fn : LS_NONE;

		if (callee == LS_NONE || !only_looks(a, callee, depth + 1))
			return 0;
	}
	return 1;
}

/* Whether one of its results has no name. */
static int says_more(struct ls_analysis *a, uint32_t fn)
{
	const struct ls_context *c = ls_context_generic(a, fn, NULL, 0);

	for (size_t i = 0; i < c->nr_outcomes; i++)
		if (!c->outcome[i].ret)
			return 1;
	return 0;
}

int ls_call_only_looks(struct ls_analysis *a, uint32_t fn)
{
	int is_new;
	uint64_t *known = ls_map_put(&a->looks, fn, &is_new);

	if (!*known) {
		int looks = only_looks(a, fn, 0) && says_more(a, fn);

		*ls_map_put(&a->looks, fn, NULL) = looks ? 1 : 2;
		return looks;
	}
	return *known == 1;
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
	ls_walk_exposed(w, s, insn, 1);
	ls_walk_fresh(w, s, insn, LS_PATH_RESULT);
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
		ls_walk_exposed(w, s, insn, 1);
		ls_walk_fresh(w, s, insn, LS_PATH_RESULT);
		ls_states_add(w, out, s);
	}
}

static uint32_t slot_of(const struct ls_walk *w, const struct ls_insn *insn)
{
	const struct ls_program *p = w->a->p;
	const struct ls_fn *fn = &p->fn[w->c->fn];
	uint32_t at = insn - w->u->insns;

	for (uint32_t e = ls_program_edge(p, w->c->fn, at);
	     e < fn->edge + fn->nr_edges && p->edge[e].insn == at; e++)
		if (p->edge[e].kind == LS_EDGE_SLOT)
			return p->edge[e].to;
	return LS_NONE;
}

/* Functions that the callee is given to call, with what is held now. */
static void call_passed(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn)
{
	const struct ls_program *p = w->a->p;
	const struct ls_fn *fn = &p->fn[w->c->fn];
	uint32_t at = insn - w->u->insns;
	struct ls_states ignored = { .nr = 0 };

	for (uint32_t e = ls_program_edge(p, w->c->fn, at);
	     e < fn->edge + fn->nr_edges && p->edge[e].insn == at; e++)
		if (p->edge[e].kind == LS_EDGE_PASSED)
			call_function(w, ls_state_copy(w->arena, s, w->f->nr_locals), insn,
				      p->edge[e].to, NULL, 0, "passed as an argument", 0, &ignored);
}

static void call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		 struct ls_states *out)
{
	struct ls_paths *p = &w->a->paths;
	ls_path callee = ls_walk_operand(w, s, insn, 0), arg[24];
	size_t nr_args = insn->nr_operands - 1;
	const struct ls_path_node *n = ls_path_node(p, callee);
	uint32_t slot = LS_NONE;

	if (nr_args > 24)
		nr_args = 24;
	for (size_t i = 0; i < nr_args; i++)
		arg[i] = ls_walk_operand(w, s, insn, i + 1);
	if (n->kind == LS_PATH_SYMBOL && w->a->p->symbol[n->index].is_function) {
		const struct ls_psymbol *symbol = &w->a->p->symbol[n->index];
		const struct ls_model_call *model = symbol->call;
		const struct ls_range error = { -4095, 0, 0, 0 };

		if (model && model->error && nr_args && !ls_state_learn(p, s, arg[0], error))
			return;
		/* In a table that is known, yet the rule is the slot's. */
		if (!model || (model->entry == LS_ENTRY_ANY && model->effect == LS_DOES_NOTHING))
			slot = slot_of(w, insn);
		if (slot != LS_NONE && w->a->p->slot[slot].call) {
			through_slot(w, s, insn, slot, arg, nr_args, out);
			return;
		}
		if (ls_walk_memory(w, s, insn, symbol->name, arg, nr_args)) {
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
	ls_walk_exposed(w, s, insn, 1);
	ls_walk_fresh(w, s, insn, LS_PATH_RESULT);
	ls_states_add(w, out, s);
}

static int held_by(const struct ls_state *s)
{
	int nr = 0;

	for (int i = 0; i < s->nr_locks; i++)
		nr += s->lock[i].hold == LS_HELD_NOW;
	return nr;
}

/* Does anybody look at the result of @insn? */
static int is_looked_at(const struct ls_walk *w, const struct ls_insn *insn)
{
	const struct ls_insn *end = w->u->insns + w->f->insn + w->f->nr_insns;

	for (const struct ls_insn *i = w->u->insns + w->f->insn; i < end; i++)
		for (uint32_t k = 0; k < i->nr_operands; k++)
			if (w->u->operands[i->operand + k] == LS_VALUE(LS_LOCAL, insn->dst))
				return 1;
	return 0;
}

/*
 * Who takes a lock and does not look at the result knows that it cannot fail there, as the first one of
 * an acquire context that no signal interrupts.
 */
static void expect_success(struct ls_walk *w, const struct ls_insn *insn, int before,
			   struct ls_states *out, size_t first)
{
	size_t kept = first;
	int most = before;

	for (size_t i = first; i < out->nr; i++)
		if (held_by(out->state[i]) > most)
			most = held_by(out->state[i]);
	if (most == before || insn->dst == LS_NONE || is_looked_at(w, insn))
		return;
	for (size_t i = first; i < out->nr; i++) {
		struct ls_state *s = out->state[i];
		struct ls_range r = ls_state_range(&w->a->paths, s, s->env[insn->dst]);

		if (held_by(s) > before || ls_range_has(r, 0))
			out->state[kept++] = s;
	}
	out->nr = kept;
}

void ls_walk_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		  struct ls_states *out)
{
	size_t first = out->nr;
	int before = held_by(s);

	call(w, s, insn, out);
	expect_success(w, insn, before, out, first);
}
