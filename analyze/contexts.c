// SPDX-License-Identifier: MIT
/* The ways a function is called, each once, and who calls it so. See context.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

static size_t put(uint32_t *key, size_t at, uint64_t x)
{
	key[at] = (uint32_t)x;
	return at + 1;
}

struct ls_context *ls_context_get(struct ls_analysis *a, uint32_t fn, const struct ls_state *start)
{
	uint32_t key[1024];
	uint32_t nr_params = a->p->fn[fn].f->nr_params;
	struct ls_context *c;
	size_t nr = 0;
	void **entry;
	int is_new;

	nr = put(key, nr, fn);
	nr = put(key, nr, start->unheld | start->others << 1 | start->lost << 2 | start->sets << 4 |
		 start->nr_locks << 8 | start->nr_facts << 16 | (uint32_t)start->nr_cells << 24);
	for (uint32_t i = 0; i < nr_params && nr < 256; i++)
		nr = put(key, nr, start->env[i]);
	for (int i = 0; i < start->nr_locks; i++) {
		nr = put(key, nr, start->lock[i].path);
		nr = put(key, nr, start->lock[i].ctx);
		nr = put(key, nr, start->lock[i].hold | start->lock[i].flags << 8);
	}
	for (int i = 0; i < start->nr_facts; i++) {
		const struct ls_range *r = &start->fact[i].range;

		nr = put(key, nr, start->fact[i].path);
		nr = put(key, nr, r->lo);
		nr = put(key, nr, r->hi);
		nr = put(key, nr, r->nonzero);
	}
	for (int i = 0; i < start->nr_cells; i++) {
		nr = put(key, nr, start->cell[i].at);
		nr = put(key, nr, start->cell[i].value);
	}
	entry = ls_names_put(&a->by_key, key, nr * sizeof(*key), &is_new);
	if (!is_new)
		return *entry;
	c = ls_arena_alloc(a->arena, sizeof(*c));
	*entry = c;
	c->fn = fn;
	c->id = a->nr_contexts;
	c->start = ls_state_keep(a->arena, start, nr_params);
	c->arrival = c->out = LS_NONE;
	a->context = ls_grow(a->context, a->nr_contexts, &a->context_room, sizeof(*a->context));
	a->context[a->nr_contexts++] = c;
	++*ls_map_put(&a->contexts_of, fn, NULL);
	return c;
}

ls_path ls_arrival_path(struct ls_analysis *a, const struct ls_arrival *in, ls_path path)
{
	struct ls_paths *p = &a->paths;
	struct ls_path_node n = *ls_path_node(p, path);
	ls_path base;

	switch (n.kind) {
	case LS_PATH_PARAM:
		return in->arg[n.index];
	case LS_PATH_OFFSET:
		return ls_path_offset(p, ls_arrival_path(a, in, n.base), n.number);
	case LS_PATH_LOAD:
		base = ls_arrival_path(a, in, n.base);
		ls_path_mark(p, base, ls_path_marks(p, n.base));
		return base ? ls_path_load(p, base) : LS_NO_PATH;
	case LS_PATH_NUMBER:
	case LS_PATH_SYMBOL:
		return path;
	default:
		return LS_NO_PATH;
	}
}

void ls_context_revive(struct ls_analysis *a, struct ls_context *c)
{
	if (c->live)
		return;
	c->live = 1;
	a->reached[c->fn] = 1;
	for (uint32_t k = c->out; k != LS_NONE; k = a->arrival[k].next_out)
		ls_context_revive(a, a->arrival[k].to);
}

void ls_contexts_prune(struct ls_analysis *a)
{
	for (size_t i = 0; i < a->nr_contexts; i++) {
		uint32_t *at = &a->context[i]->arrival;

		while (*at != LS_NONE) {
			if (a->arrival[*at].from->live)
				at = &a->arrival[*at].next;
			else
				*at = a->arrival[*at].next;
		}
	}
}
