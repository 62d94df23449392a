// SPDX-License-Identifier: MIT
/* What a function asks its callers for, found by walking it with nothing known. See context.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

#define LOCKS_ASKED_MAX	16
#define FACTS_ASKED_MAX	32
#define CELLS_ASKED_MAX	48
#define ASKED_DEPTH	5 /* loads: what is further away makes no difference in practice */

static int is_global(const struct ls_paths *p, ls_path path)
{
	while (ls_path_node(p, path)->base)
		path = ls_path_node(p, path)->base;
	return ls_path_node(p, path)->kind == LS_PATH_SYMBOL;
}

static ls_path *keep(struct ls_analysis *a, struct ls_map *map, size_t max, size_t *nr)
{
	ls_path *list = ls_arena_array(a->arena, max + 1, sizeof(*list));

	/*
	 * The shallow ones first, and those of parameters before those of global variables: they are
	 * what a caller knows something of.
	 */
	for (int rank = 0; rank <= 2 * ASKED_DEPTH + 1; rank++)
		for (size_t i = 0; i < map->nr && *nr < max; i++)
			if (ls_path_node(&a->paths, map->entry[i].key)->depth == rank / 2 &&
			    is_global(&a->paths, map->entry[i].key) == rank % 2)
				list[(*nr)++] = map->entry[i].key;
	ls_map_fini(map);
	return list;
}

static int is_function(const struct ls_analysis *a, ls_path path)
{
	const struct ls_path_node *n = ls_path_node(&a->paths, path);

	return n->kind == LS_PATH_SYMBOL && a->p->symbol[n->index].is_function;
}

struct ls_context *ls_context_generic(struct ls_analysis *a, uint32_t fn, const ls_path *arg,
				      size_t nr_args)
{
	uint32_t nr = a->p->fn[fn].f->nr_params;
	struct ls_arena *arena = ls_arena_create();
	struct ls_state *start = ls_state_create(arena, nr);
	struct ls_context *c;

	for (uint32_t i = 0; i < nr; i++)
		start->env[i] = i < nr_args && is_function(a, arg[i]) ? arg[i]
								     : ls_path_param(&a->paths, i);
	c = ls_context_get(a, fn, start);
	ls_arena_destroy(arena);
	if (!c->done && !c->walking && a->open < LS_OPEN_MAX) {
		c->generic = 1;
		ls_walk_context(a, c);
	}
	return c;
}

/* The generic walk of a function is done. */
static struct ls_demands *settle_demands(struct ls_analysis *a, struct ls_wishes *wishes)
{
	struct ls_demands *d = ls_arena_alloc(a->arena, sizeof(*d));

	d->lock = keep(a, &wishes->lock, LOCKS_ASKED_MAX, &d->nr_locks);
	d->fact = keep(a, &wishes->fact, FACTS_ASKED_MAX, &d->nr_facts);
	d->cell = keep(a, &wishes->cell, CELLS_ASKED_MAX, &d->nr_cells);
	return d;
}

void ls_summary_generic_begin(struct ls_walk *w, struct ls_wishes *wishes)
{
	memset(wishes, 0, sizeof(*wishes));
	w->wishes = wishes;
}

void ls_summary_generic_end(struct ls_walk *w)
{
	w->c->demands = settle_demands(w->a, w->wishes);
}

void ls_summary_wish(struct ls_walk *w, ls_path lock)
{
	if (w->wishes && lock && !ls_path_node(&w->a->paths, lock)->local &&
	    !ls_path_is_number(&w->a->paths, lock))
		ls_map_put(&w->wishes->lock, lock, NULL);
}
