// SPDX-License-Identifier: MIT
/* What the analysis knows of one function: contexts, outcomes, checks, callers. For maintainers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

static const char *text(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path)
{
	const struct ls_path_node *n = ls_path_node(&a->paths, path);

	if (!path)
		return "-";
	if (n->kind == LS_PATH_RETURNED)
		return "(returned)";
	if (n->kind == LS_PATH_UNKNOWN)
		return "(unknown)";
	if (n->kind == LS_PATH_EXPR)
		return ls_arena_printf(arena, "(%s op%u %lld)", text(a, arena, fn, n->base), n->op,
				       (long long)n->number);
	return ls_arena_printf(arena, "%s{%u}", ls_name_path(a, arena, fn, path), path);
}

static void state(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn,
		  const struct ls_state *s)
{
	for (int i = 0; i < s->nr_locks; i++)
		printf(" %s%s:%s%s%s%s%s ctx %s", s->lock[i].hold == LS_HELD_NOW ? "held" : "free",
		       s->lock[i].flags & LS_LOCK_OWN ? " (own)" : "",
		       text(a, arena, fn, s->lock[i].path),
		       s->lock[i].fn == LS_NONE ? "" : " by ",
		       s->lock[i].fn == LS_NONE ? "" : ls_fn_name(a->p, s->lock[i].fn),
		       s->lock[i].flags & LS_LOCK_ASSUMED ? " (assumed)" : "",
		       s->lock[i].flags & LS_LOCK_FORMER ? " (former)" : "",
		       text(a, arena, fn, s->lock[i].ctx));
	printf("%s%s%s", s->unheld ? " nothing else held" : " rest unknown",
	       s->others ? ", others" : "", s->lost ? ", lost" : "");
	for (int i = 0; i < s->nr_facts; i++)
		printf("; %s in [%lld, %lld]%s", text(a, arena, fn, s->fact[i].path),
		       (long long)s->fact[i].range.lo, (long long)s->fact[i].range.hi,
		       s->fact[i].range.nonzero ? " not 0" : "");
	for (int i = 0; i < s->nr_cells; i++)
		printf("; *%s = %s", text(a, arena, fn, s->cell[i].at),
		       text(a, arena, fn, s->cell[i].value));
	printf("\n");
}

static void context(struct ls_analysis *a, struct ls_arena *arena, const struct ls_context *c)
{
	static const char *const verdict[] = { "kept", "broken", "undecided" };
	unsigned int line;

	printf("context %u of %s%s%s%s:", c->id, ls_fn_name(a->p, c->fn), c->root ? ", root: " : "",
	       c->root ? c->root : "", c->bounded ? ", bounded" : !c->live ? ", not live" : "");
	for (uint32_t i = 0; i < a->p->fn[c->fn].f->nr_params; i++)
		printf(" (%s)", text(a, arena, c->fn, c->start.env[i]));
	state(a, arena, c->fn, &c->start);
	for (uint32_t i = c->arrival; i != LS_NONE; i = a->arrival[i].next) {
		const char *file =
			ls_name_file(a, a->arrival[i].from->fn, a->arrival[i].insn, &line);

		printf("  from context %u, %s at %s:%u%s%s\n", a->arrival[i].from->id,
		       ls_fn_name(a->p, a->arrival[i].from->fn), file, line,
		       a->arrival[i].via ? " via " : "",
		       a->arrival[i].via ? a->arrival[i].via : "");
	}
	for (size_t i = 0; c->demands && i < c->demands->nr_locks; i++)
		printf("  asks for lock %s\n", text(a, arena, c->fn, c->demands->lock[i]));
	for (size_t i = 0; c->demands && i < c->demands->nr_facts; i++)
		printf("  asks about %s\n", text(a, arena, c->fn, c->demands->fact[i]));
	for (size_t i = 0; c->demands && i < c->demands->nr_cells; i++)
		printf("  reads %s\n", text(a, arena, c->fn, c->demands->cell[i]));
	for (size_t i = 0; i < c->nr_outcomes; i++) {
		const struct ls_outcome *o = &c->outcome[i];

		printf("  returns %s in [%lld, %lld]%s:", text(a, arena, c->fn, o->ret),
		       (long long)o->range.lo, (long long)o->range.hi,
		       o->range.nonzero ? " not 0" : "");
		state(a, arena, c->fn, &o->state);
	}
	for (size_t i = 0; i < c->nr_checks; i++) {
		const struct ls_check *k = &c->check[i];
		const char *file = ls_name_file(a, c->fn, k->insn, &line);

		printf("  %s:%u: %s %s: %s%s%s\n", file, line, k->call->name,
		       text(a, arena, c->fn, k->lock), verdict[k->verdict], k->doubt ? ": " : "",
		       k->doubt ? k->doubt : "");
	}
}

/* What walking a function cost, in all its contexts. */
struct cost {
	uint32_t fn, contexts, generic, outcomes, bounded, why;	/* @why: enum ls_bound */
	size_t steps;
};

static int by_steps(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	if (x->steps != y->steps)
		return x->steps < y->steps ? 1 : -1;
	return x->fn < y->fn ? -1 : x->fn > y->fn;
}

static void costs(struct ls_analysis *a, struct ls_arena *arena)
{
	struct cost *cost = ls_arena_array(arena, a->p->nr_fns + 1, sizeof(*cost));
	size_t outcomes = 0, locks = 0, facts = 0, cells = 0;

	for (uint32_t fn = 0; fn < a->p->nr_fns; fn++)
		cost[fn].fn = fn;
	for (size_t i = 0; i < a->nr_contexts; i++) {
		const struct ls_context *c = a->context[i];

		cost[c->fn].contexts++;
		cost[c->fn].generic += c->generic;
		cost[c->fn].outcomes += c->nr_outcomes;
		cost[c->fn].bounded += !!c->bounded;
		cost[c->fn].why |= c->bounded;
		cost[c->fn].steps += c->steps;
		for (size_t k = 0; k < c->nr_outcomes; k++) {
			locks += c->outcome[k].state.nr_locks;
			facts += c->outcome[k].state.nr_facts;
			cells += c->outcome[k].state.nr_cells;
		}
		outcomes += c->nr_outcomes;
	}
	qsort(cost, a->p->nr_fns, sizeof(*cost), by_steps);
	printf("%zu steps in %zu contexts, %zu paths, %zu MiB\n", a->steps, a->nr_contexts,
	       a->paths.nr, ls_arena_size(a->arena) >> 20);
	printf("%zu outcomes with %zu locks, %zu facts, %zu cells\n", outcomes, locks, facts, cells);
	printf("   steps contexts generic outcomes bounded insns\n");
	for (uint32_t i = 0; i < a->p->nr_fns && cost[i].contexts; i++) {
		const struct ls_fn *fn = &a->p->fn[cost[i].fn];

		printf("%8zu %8u %7u %8u %5u:%x %5u %s, %s%s\n", cost[i].steps, cost[i].contexts,
		       cost[i].generic, cost[i].outcomes, cost[i].bounded, cost[i].why,
		       fn->f->nr_insns,
		       ls_fn_name(a->p, cost[i].fn), ls_program_group_of(a->p, cost[i].fn),
		       fn->matters ? "" : ", does not matter");
	}
}

void ls_explain(struct ls_analysis *a, const char *function)
{
	struct ls_arena *arena = ls_arena_create();

	for (size_t i = 0; i < a->nr_contexts; i++)
		if (!strcmp(ls_fn_name(a->p, a->context[i]->fn), function))
			context(a, arena, a->context[i]);
	if (!strcmp(function, "*"))
		costs(a, arena);
	for (uint32_t fn = 0; fn < a->p->nr_fns; fn++)
		if (!strcmp(ls_fn_name(a->p, fn), function))
			printf("%s: %s, %s, %u insns, %s, %s, %s callers\n", function,
			       ls_program_file(a->p, fn), ls_program_group_of(a->p, fn),
			       a->p->fn[fn].f->nr_insns,
			       a->p->fn[fn].matters ? "matters" : "does not matter",
			       a->p->fn[fn].skipped ? "skipped" : "judged",
			       a->p->fn[fn].caller == LS_NONE ? "no" : "has");
	fflush(stdout);
	ls_arena_destroy(arena);
}
