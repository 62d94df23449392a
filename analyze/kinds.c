// SPDX-License-Identifier: MIT
/*
 * A driver has several kinds of objects, told apart by the table of functions each is given when it
 * is made: imports, objects in the graphics card, ... Two facts are inferred for a group, each from
 * all places that make objects:
 *
 * - those that go through a subsystem's constructor, and so come back in its callbacks, have
 *   one certain table;
 * - those whose import_attach (the pointer of an alias) is set have one certain table.
 *
 * If the two tables differ, what a callback gets is never an import. Who makes objects, and what is
 * known of them from then on, is said by the model.
 */
#include <string.h>

#include "arena.h"
#include "context.h"

/* Return: the next statement of this kind behind @last, NULL: the first; or NULL. */
static const struct ls_model_object *next_of(const struct ls_analysis *a, enum ls_model_birth birth,
					     const struct ls_model_object *last)
{
	const struct ls_model *model = a->model;

	for (size_t i = last ? last - model->object + 1 : 0; i < model->nr_objects; i++)
		if (model->object[i].birth == birth)
			return &model->object[i];
	return NULL;
}

#define for_each_object(o, a, birth) \
	for (const struct ls_model_object *o = NULL; (o = next_of(a, birth, o)) != NULL;)

static int is_table(const struct ls_analysis *a, ls_path path, uint32_t *symbol)
{
	const struct ls_path_node *n = ls_path_node(&a->paths, path);
	const struct ls_psymbol *s;
	const struct ls_unit *u;
	int64_t offset;

	if (n->kind != LS_PATH_SYMBOL)
		return 0;
	*symbol = n->index;
	s = &a->p->symbol[n->index];
	if (s->is_function || s->variable == LS_NONE)
		return 0;
	u = a->p->unit[s->unit];
	for (uint32_t i = 0; i < u->variables[s->variable].nr_slots; i++) {
		uint32_t value = u->slots[u->variables[s->variable].slot + i].value;
		uint32_t target = ls_program_operand(a->p, s->unit, value, &offset);

		if (target != LS_NONE && a->p->symbol[target].is_function)
			return 1;
	}
	return 0;
}

int ls_kinds_given_table(const struct ls_analysis *a, const ls_path *arg, size_t nr_args)
{
	uint32_t symbol;

	for (size_t i = 0; i < nr_args; i++)
		if (is_table(a, arg[i], &symbol))
			return 1;
	return 0;
}

/* Tables that the object at @place holds now. Several births have to agree. */
static void learn(struct ls_walk *w, const struct ls_state *s, ls_path place, struct ls_kind *kind)
{
	struct ls_paths *p = &w->a->paths;
	int64_t at, offset;
	ls_path base = ls_path_base(p, place, &at);
	uint32_t table = LS_NONE, symbol;
	int64_t where = 0;

	for (int i = 0; i < s->nr_cells; i++) {
		if (ls_path_base(p, s->cell[i].at, &offset) != base ||
		    !is_table(w->a, s->cell[i].value, &symbol) ||
		    (kind->seen && offset - at != kind->offset))
			continue;
		table = symbol;
		where = offset - at;
		break;
	}
	if (!kind->seen)
		*kind = (struct ls_kind) { table, where, 1 };
	else if (kind->table != table)
		kind->table = LS_NONE;
}

static int ours(const struct ls_walk *w)
{
	return w->c->generic && !strcmp(ls_program_group_of(w->a->p, w->c->fn), w->a->judge);
}

void ls_kinds_call(struct ls_walk *w, const struct ls_state *s, const char *callee,
		   const ls_path *arg, size_t nr_args)
{
	for_each_object(o, w->a, LS_BIRTH_MAKES)
		if (!strcmp(callee, o->name) && (size_t)o->arg < nr_args && ours(w))
			learn(w, s, arg[o->arg], &w->a->kinds.made);
}

/* Return: whether @slot is the pointer of an alias: "drm_gem_object.import_attach". */
static int is_condition(const struct ls_analysis *a, const char *slot)
{
	for (size_t i = 0; i < a->paths.nr_aliases; i++) {
		const struct ls_path_alias *alias = &a->paths.alias[i];
		size_t len = strlen(alias->type);

		if (alias->if_set && !strncmp(slot, alias->type, len) && slot[len] == '.' &&
		    !strcmp(slot + len + 1, alias->if_set))
			return 1;
	}
	return 0;
}

void ls_kinds_store(struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	struct ls_analysis *a = w->a;
	uint32_t unit = a->p->fn[w->c->fn].unit;
	const char *slot;
	ls_path value;

	if (insn->width != 8 || !ours(w))
		return;
	value = ls_walk_value(w, s, w->u->operands[insn->operand]);
	if (ls_path_is_number(&a->paths, value))
		return;
	slot = ls_type_slot(a->p, unit, w->f, w->u->operands[insn->operand + 1]);
	if (slot && is_condition(a, slot))
		learn(w, s, ls_walk_value(w, s, w->u->operands[insn->operand + 1]),
		      &a->kinds.imported);
}

void ls_kinds_born(struct ls_walk *w, struct ls_state *s, const char *callee, const ls_path *arg,
		   size_t nr_args, ls_path result)
{
	for_each_object(o, w->a, LS_BIRTH_KEEPS) {
		const struct ls_unit *u;
		uint32_t type;
		int64_t offset;
		int found;

		if (!result || strcmp(callee, o->name) || (size_t)o->arg >= nr_args)
			continue;
		u = ls_type_named(w->a->p, o->type, &type);
		if (!u)
			continue;
		ls_type_find(u, type, o->member, &offset, &found);
		if (found)
			ls_state_store(&w->a->paths, s,
				       ls_path_offset(&w->a->paths, result, offset),
				       arg[o->arg]);
	}
}

static int makes(const struct ls_analysis *a, uint32_t fn)
{
	for (uint32_t e = a->p->fn[fn].edge; e < a->p->fn[fn].edge + a->p->fn[fn].nr_edges; e++) {
		if (a->p->edge[e].kind != LS_EDGE_CALL)
			continue;
		for_each_object(o, a, LS_BIRTH_MAKES)
			if (!strcmp(a->p->symbol[a->p->edge[e].to].name, o->name))
				return 1;
	}
	return 0;
}

static int imports(const struct ls_analysis *a, uint32_t fn)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;

	for (uint32_t i = 0; i < f->nr_insns; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];
		const char *slot;

		if (insn->op != LS_STORE || insn->width != 8)
			continue;
		slot = ls_type_slot(a->p, a->p->fn[fn].unit, f, u->operands[insn->operand + 1]);
		if (slot && is_condition(a, slot))
			return 1;
	}
	return 0;
}

void ls_kinds_find(struct ls_analysis *a)
{
	for (uint32_t fn = 0; fn < a->p->nr_fns; fn++)
		if (a->p->fn[fn].matters && !strcmp(ls_program_group_of(a->p, fn), a->judge) &&
		    (makes(a, fn) || imports(a, fn)))
			ls_context_generic(a, fn, NULL, 0);
}

/* What the model says that a callback never gets. */
static void is_null(struct ls_analysis *a, const char *slot, struct ls_state *start)
{
	for_each_object(o, a, LS_BIRTH_NULL) {
		struct ls_lock_path path = { 0 };
		ls_path object = ls_path_param(&a->paths, 0), at;

		if (strcmp(slot, o->name) || o->path.arg)
			continue;
		ls_lock_path_compile(a, NULL, &o->path, &path);
		at = ls_lock_path_eval(&a->paths, start, &path, &object, 1, LS_NO_PATH);
		if (at)
			ls_state_learn(&a->paths, start, at, (struct ls_range) { 0, 0, 0, 0 });
	}
}

void ls_kinds_start(struct ls_analysis *a, const char *slot, struct ls_state *start)
{
	const struct ls_kind *made = &a->kinds.made, *imported = &a->kinds.imported;
	struct ls_paths *p = &a->paths;
	ls_path object = ls_path_param(p, 0), table, pointer;

	is_null(a, slot, start);
	for_each_object(o, a, LS_BIRTH_MAKES) {
		size_t len = strlen(o->type);

		if (strncmp(slot, o->type, len) || slot[len] != '.' || !made->seen ||
		    made->table == LS_NONE || !start->env[0])
			continue;
		table = ls_path_offset(p, object, made->offset);
		ls_state_store(p, start, table, ls_path_symbol(p, made->table));
		if (!imported->seen || imported->table == LS_NONE || imported->table == made->table)
			return;
		/* The same member holds both tables; from there it is as far to the pointer as
		 * ever. */
		pointer = ls_path_offset(p, table, -imported->offset);
		ls_state_learn(p, start, ls_path_load(p, pointer), (struct ls_range){ 0, 0, 0, 0 });
		return;
	}
}
