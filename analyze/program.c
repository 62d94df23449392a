// SPDX-License-Identifier: MIT
/* All units as one program: symbols joined by name. See program.h; the call graph is in graph.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "program.h"

static uint32_t add_symbol(struct ls_program *p, const char *name, uint32_t unit, uint32_t symbol)
{
	struct ls_psymbol *s;

	p->symbol = ls_grow(p->symbol, p->nr_symbols, &p->symbol_room, sizeof(*p->symbol));
	s = &p->symbol[p->nr_symbols];
	*s = (struct ls_psymbol) {
		.name = name, .unit = unit, .symbol = symbol,
		.fn = LS_NONE, .variable = LS_NONE, .holder = LS_NONE,
	};
	return p->nr_symbols++;
}

static uint32_t named(struct ls_program *p, const void *key, size_t len, const char *name,
		      uint32_t unit, uint32_t symbol)
{
	int is_new;
	void **entry = ls_names_put(&p->by_name, key, len, &is_new);

	if (is_new)
		*entry = (void *)(uintptr_t)(add_symbol(p, name, unit, symbol) + 1);
	return (uint32_t)((uintptr_t)*entry - 1);
}

static uint32_t add_fn(struct ls_program *p, uint32_t unit, const struct ls_function *f,
		       uint32_t symbol, int is_inline)
{
	p->fn = ls_grow(p->fn, p->nr_fns, &p->fn_room, sizeof(*p->fn));
	p->fn[p->nr_fns] = (struct ls_fn) {
		.f = f, .unit = unit, .symbol = symbol, .caller = LS_NONE, .is_inline = is_inline,
	};
	return p->nr_fns++;
}

/* An inline function of a header is one function, though each unit has a copy. */
static uint32_t join_inline(struct ls_program *p, uint32_t unit, const struct ls_symbol *s,
			    uint32_t symbol)
{
	const struct ls_unit *u = p->unit[unit];
	const struct ls_function *f = &u->functions[s->index];
	char key[512];
	int len = snprintf(key, sizeof(key), "%s:%u:%s:%u", ls_unit_file(u, f->file), f->line,
			   ls_unit_string(u, s->name), f->nr_insns);

	if (len < 0 || (size_t)len >= sizeof(key))
		return add_symbol(p, ls_unit_string(u, s->name), unit, symbol);
	return named(p, key, len, ls_unit_string(u, s->name), unit, symbol);
}

static void join_symbol(struct ls_program *p, uint32_t unit, uint32_t index)
{
	const struct ls_unit *u = p->unit[unit];
	const struct ls_symbol *s = &u->symbols[index];
	const char *name = ls_unit_string(u, s->name);
	int defined = s->flags & LS_SYM_DEFINED && s->index != LS_NONE;
	struct ls_psymbol *ps;
	uint32_t id;

	if (s->flags & LS_SYM_STATIC && s->flags & LS_SYM_INLINE && s->flags & LS_SYM_FUNCTION &&
	    defined)
		id = join_inline(p, unit, s, index);
	else if (s->flags & LS_SYM_STATIC)
		id = add_symbol(p, name, unit, index);
	else
		id = named(p, name, strlen(name), name, unit, index);
	p->symbol_of[unit][index] = id;
	ps = &p->symbol[id];
	ps->is_function = !!(s->flags & LS_SYM_FUNCTION);
	ps->is_static = !!(s->flags & LS_SYM_STATIC);
	ps->exported |= !!(s->flags & LS_SYM_EXPORTED);
	if (ps->is_function && !ps->call)
		ps->call = ls_model_find(p->model, name);
	if (!defined)
		return;
	if (ps->is_function && ps->fn == LS_NONE) {
		ps->unit = unit;
		ps->symbol = index;
		ps->fn = add_fn(p, unit, &u->functions[s->index], id, !!(s->flags & LS_SYM_INLINE));
	} else if (!ps->is_function && ps->variable == LS_NONE) {
		ps->unit = unit;
		ps->symbol = index;
		ps->variable = s->index;
	}
}

static void join_types(struct ls_program *p, uint32_t unit)
{
	const struct ls_unit *u = p->unit[unit];

	for (uint32_t i = 0; i < u->head->types.nr; i++) {
		const struct ls_type *t = &u->types[i];
		void **entry;
		int is_new;

		if (t->kind != LS_TYPE_STRUCT || !t->name || !t->nr_members)
			continue;
		entry = ls_names_put_string(&p->types, ls_unit_string(u, t->name), &is_new);
		if (is_new)
			*entry = (void *)(uintptr_t)(((uint64_t)unit << 32 | i) + 1);
	}
}

struct pair {
	struct ls_unit *unit;
	const char *group;
};

static int by_source(const void *a, const void *b)
{
	const struct ls_unit *x = ((const struct pair *)a)->unit,
			     *y = ((const struct pair *)b)->unit;

	return strcmp(ls_unit_string(x, x->head->source), ls_unit_string(y, y->head->source));
}

struct ls_program *ls_program_create(const struct ls_model *model, struct ls_unit *const *unit,
				     const char *const *group, size_t nr)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_program *p = ls_arena_alloc(arena, sizeof(*p));
	struct pair *pair = ls_arena_array(arena, nr + 1, sizeof(*pair));
	uint32_t debug_locks;

	p->arena = arena;
	p->model = model;
	p->nr_units = nr;
	p->unit = ls_arena_array(arena, nr + 1, sizeof(*p->unit));
	p->group = ls_arena_array(arena, nr + 1, sizeof(*p->group));
	p->symbol_of = ls_arena_array(arena, nr + 1, sizeof(*p->symbol_of));
	for (size_t i = 0; i < nr; i++)
		pair[i] = (struct pair) { unit[i], group ? group[i] : "" };
	qsort(pair, nr, sizeof(*pair), by_source);
	for (size_t i = 0; i < nr; i++) {
		p->unit[i] = pair[i].unit;
		p->group[i] = pair[i].group;
	}
	for (size_t i = 0; i < nr; i++) {
		uint32_t nr_symbols = p->unit[i]->head->symbols.nr;

		p->symbol_of[i] = ls_arena_array(arena, nr_symbols + 1, sizeof(uint32_t));
		for (uint32_t s = 0; s < nr_symbols; s++)
			join_symbol(p, i, s);
		join_types(p, i);
	}
	p->debug_locks = LS_NONE;
	if (ls_names_find_string(&p->by_name, "debug_locks")) {
		debug_locks =
			(uint32_t)((uintptr_t)*ls_names_find_string(&p->by_name, "debug_locks") -
				   1);
		p->debug_locks = debug_locks;
	}
	ls_program_graph(p);
	return p;
}

void ls_program_free(struct ls_program *p)
{
	if (!p)
		return;
	free(p->symbol);
	free(p->fn);
	free(p->edge);
	free(p->slot);
	free(p->holder);
	free(p->caller);
	ls_names_fini(&p->by_name);
	ls_names_fini(&p->types);
	ls_arena_destroy(p->arena);
}

uint32_t ls_program_operand(const struct ls_program *p, uint32_t unit, uint32_t value,
			    int64_t *offset)
{
	const struct ls_unit *u = p->unit[unit];
	uint32_t index = ls_value_index(value);

	*offset = 0;
	switch (ls_value_kind(value)) {
	case LS_SYMBOL:
		return p->symbol_of[unit][index];
	case LS_PLACE:
		*offset = u->places[index].offset;
		return p->symbol_of[unit][u->places[index].symbol];
	default:
		return LS_NONE;
	}
}

uint32_t ls_program_constant(const struct ls_program *p, uint32_t symbol, int64_t offset,
			     uint32_t *unit_out, int *is_zero)
{
	const struct ls_psymbol *s = &p->symbol[symbol];
	const struct ls_unit *u = p->unit[s->unit];
	const struct ls_variable *v;
	uint32_t lo, hi;

	*unit_out = s->unit;
	*is_zero = 0;
	if (s->is_function || s->variable == LS_NONE)
		return LS_NONE;
	v = &u->variables[s->variable];
	if (!v->is_const || offset < 0)
		return LS_NONE;
	lo = v->slot;
	hi = v->slot + v->nr_slots;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (u->slots[mid].offset < offset)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < v->slot + v->nr_slots && u->slots[lo].offset == offset)
		return u->slots[lo].value;
	*is_zero = 1;
	return LS_NONE;
}

const char *ls_fn_name(const struct ls_program *p, uint32_t fn)
{
	return p->symbol[p->fn[fn].symbol].name;
}

const char *ls_program_group_of(const struct ls_program *p, uint32_t fn)
{
	return p->group[p->fn[fn].unit];
}

const char *ls_program_file(const struct ls_program *p, uint32_t fn)
{
	return ls_unit_file(p->unit[p->fn[fn].unit], p->fn[fn].f->file);
}

uint32_t ls_program_edge(const struct ls_program *p, uint32_t fn, uint32_t insn)
{
	uint32_t lo = p->fn[fn].edge, hi = lo + p->fn[fn].nr_edges;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (p->edge[mid].insn < insn)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}
