// SPDX-License-Identifier: MIT
/*
 * What the groups are made of: their own units, and those that these call into, directly or not. Who calls
 * into a group from outside is no part of it: so what comes of a driver is the same whether it is
 * looked at alone or with the whole tree.
 */
#include <stdlib.h>
#include <string.h>

#include "map.h"
#include "judge_private.h"

/* Who defines a symbol that others can see: a list, as two files may both do. */
struct definer {
	size_t unit;
	struct definer *next;
};

struct closure {
	struct ls_judge_private *p;
	struct ls_names symbols;	/* to struct definer */
	size_t **calls;			/* of each unit: the units it calls into */
	size_t *nr_calls;
	unsigned char *seen;
	size_t *stack;
	struct ls_arena *scratch;
};

static int is_global_definition(const struct ls_symbol *s)
{
	return (s->flags & LS_SYM_DEFINED) && !(s->flags & (LS_SYM_STATIC | LS_SYM_INLINE));
}

static void note_definitions(struct closure *c)
{
	for (size_t i = 0; i < c->p->nr_units; i++) {
		const struct ls_unit *u = c->p->unit[i];

		for (uint32_t s = 0; s < u->head->symbols.nr; s++) {
			struct definer *d;
			void **head;

			if (!is_global_definition(&u->symbols[s]))
				continue;
			d = ls_arena_alloc(c->scratch, sizeof(*d));
			head = ls_names_put_string(&c->symbols,
						   ls_unit_string(u, u->symbols[s].name), NULL);
			d->unit = i;
			d->next = *head;
			*head = d;
		}
	}
}

/* Which units unit @i calls into, each once. */
static void note_calls(struct closure *c, size_t i)
{
	const struct ls_unit *u = c->p->unit[i];
	size_t *found = c->stack, nr = 0;

	for (uint32_t s = 0; s < u->head->symbols.nr; s++) {
		void **head;

		if (u->symbols[s].flags & LS_SYM_DEFINED)
			continue;
		head = ls_names_find_string(&c->symbols, ls_unit_string(u, u->symbols[s].name));
		for (struct definer *d = head ? *head : NULL; d; d = d->next) {
			if (!c->seen[d->unit])
				found[nr++] = d->unit;
			c->seen[d->unit] = 1;
		}
	}
	for (size_t j = 0; j < nr; j++)
		c->seen[found[j]] = 0;
	c->calls[i] = ls_arena_copy(c->scratch, found, nr * sizeof(*found));
	c->nr_calls[i] = nr;
}

static void visit(struct closure *c, size_t unit, size_t *depth)
{
	if (c->seen[unit])
		return;
	c->seen[unit] = 1;
	c->stack[(*depth)++] = unit;
}

static void close_group(struct closure *c, struct ls_judge_group *g)
{
	struct ls_judge_private *p = c->p;
	size_t depth = 0, nr = 0;

	memset(c->seen, 0, p->nr_units);
	for (size_t i = 0; i < p->nr_units; i++) {
		if (!strcmp(p->source[i]->group, g->name))
			visit(c, i, &depth);
	}
	while (depth) {
		size_t unit = c->stack[--depth];

		nr++;
		for (size_t j = 0; j < c->nr_calls[unit]; j++)
			visit(c, c->calls[unit][j], &depth);
	}
	/* In the order of the sources, which are sorted. */
	g->unit = ls_arena_array(p->arena, nr, sizeof(*g->unit));
	for (size_t i = 0; i < p->nr_units; i++) {
		if (!c->seen[i])
			continue;
		g->unit[g->nr_units++] = i;
		g->size += p->unit[i]->head->size;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct ls_judge_group *)a)->name, ((const struct ls_judge_group *)b)->name);
}

/* The groups that have a unit that was asked for, by name. */
static void list_groups(struct ls_judge *run)
{
	struct ls_judge_private *p = run->p;
	struct ls_names names = { 0 };

	run->group = ls_arena_array(p->arena, p->nr_units, sizeof(*run->group));
	for (size_t i = 0; i < p->nr_units; i++) {
		int is_new;

		if (!p->source[i]->asked)
			continue;
		ls_names_put_string(&names, p->source[i]->group, &is_new);
		if (is_new)
			run->group[run->nr++].name = p->source[i]->group;
	}
	ls_names_fini(&names);
	qsort(run->group, run->nr, sizeof(*run->group), by_name);
}

void ls_judge_find_groups(struct ls_judge *run)
{
	struct ls_judge_private *p = run->p;
	struct closure c = { .p = p, .scratch = ls_arena_create() };

	c.seen = ls_arena_alloc(c.scratch, p->nr_units);
	c.stack = ls_arena_array(c.scratch, p->nr_units, sizeof(*c.stack));
	c.calls = ls_arena_array(c.scratch, p->nr_units, sizeof(*c.calls));
	c.nr_calls = ls_arena_array(c.scratch, p->nr_units, sizeof(*c.nr_calls));
	note_definitions(&c);
	for (size_t i = 0; i < p->nr_units; i++)
		note_calls(&c, i);
	list_groups(run);
	for (size_t i = 0; i < run->nr; i++)
		close_group(&c, &run->group[i]);
	ls_names_fini(&c.symbols);
	ls_arena_destroy(c.scratch);
}
