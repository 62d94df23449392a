// SPDX-License-Identifier: MIT
/* One group, from beginning to end. */
#include <stdlib.h>
#include <string.h>

#include "analyze.h"
#include "arena.h"
#include "context.h"

/* Instructions walked for one group: three times what the largest driver of Linux 6.12 takes. */
#define STEPS_MAX	25000000

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void count(struct ls_analysis *a, struct ls_arena *arena, struct ls_analysis_counts *counts)
{
	const char **names = ls_arena_array(arena, a->nr_contexts + 1, sizeof(*names));
	size_t nr = 0, kept = 0;

	for (size_t i = 0; i < a->nr_contexts; i++)
		if (a->context[i]->bounded)
			names[nr++] = ls_fn_name(a->p, a->context[i]->fn);
	qsort(names, nr, sizeof(*names), by_name);
	for (size_t i = 0; i < nr; i++)
		if (!kept || strcmp(names[kept - 1], names[i]))
			names[kept++] = names[i];
	counts->functions = a->contexts_of.nr;
	counts->contexts = a->nr_contexts;
	counts->bounded = kept;
	counts->bounded_names = names;
}

struct ls_findings *ls_analyze(const struct ls_analysis_options *o,
			       struct ls_analysis_counts *counts)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_findings *list = ls_arena_alloc(arena, sizeof(*list));
	struct ls_analysis a = {
		.p = o->program, .model = o->model, .judge = o->judge, .arena = ls_arena_create(),
		.steps_max = o->steps ? o->steps : STEPS_MAX,
	};
	struct ls_finding *finding;

	list->arena = arena;
	a.reached = ls_arena_alloc(a.arena, o->program->nr_fns + 1);
	ls_paths_init(&a.paths);
	ls_effect_compile_aliases(&a);
	ls_roots_walk(&a);
	ls_cause_findings(&a, list, arena);
	ls_contracts(&a, list, arena);
	finding = list->finding;
	list->finding =
		ls_arena_copy(arena, finding ? finding : (void *)&a, list->nr * sizeof(*finding));
	free(finding);
	if (counts)
		count(&a, arena, counts);
	if (o->explain)
		ls_explain(&a, o->explain);
	for (size_t i = 0; i < a.nr_contexts; i++)
		free(a.context[i]->check);
	free(a.context);
	free(a.arrival);
	ls_names_fini(&a.by_key);
	ls_map_fini(&a.flows);
	ls_map_fini(&a.contexts_of);
	ls_map_fini(&a.lock_paths);
	ls_map_fini(&a.called);
	ls_map_fini(&a.arrivals_at);
	for (size_t i = 0; i < a.nr_scratch; i++)
		ls_arena_destroy(a.scratch[i]);
	free(a.scratch);
	ls_map_fini(&a.looks);
	ls_paths_fini(&a.paths);
	ls_arena_destroy(a.arena);
	return list;
}
