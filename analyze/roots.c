// SPDX-License-Identifier: MIT
/*
 * Where walking begins. What a callback of the model holds is known. A table's function that nobody
 * here calls is called from outside, where there are no reservation locks. Of all others, nothing
 * is known.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

static struct ls_state *blank(struct ls_analysis *a, uint32_t fn)
{
	uint32_t nr = a->p->fn[fn].f->nr_params;
	struct ls_state *s = ls_state_create(a->arena, nr);

	for (uint32_t i = 0; i < nr; i++)
		s->env[i] = ls_path_param(&a->paths, i);
	return s;
}

static void begin(struct ls_analysis *a, uint32_t fn, struct ls_state *s, const char *root,
		  const struct ls_model_call *call, int known)
{
	struct ls_context *c = ls_context_get(a, fn, s);

	/* What its loops do is seen where nothing is known. */
	if (a->p->fn[fn].matters)
		ls_context_generic(a, fn, NULL, 0);
	if (!c->root || !*c->root || (known && !c->root_known)) {
		c->root = root;
		c->root_call = call;
		c->root_known = known;
	}
	ls_context_revive(a, c);
	if (!c->done)
		ls_walk_context(a, c);
}

/* What the model says of a callback's, or a function's, beginning. */
static void begin_as_modelled(struct ls_analysis *a, uint32_t fn, const struct ls_model_call *call,
			      const char *slot)
{
	const struct ls_lock_path *path = ls_lock_path_of(a, call, LS_PATH_OF_LOCK);
	struct ls_state *s = blank(a, fn);
	struct ls_lock lock = { .fn = LS_NONE, .insn = LS_NONE, .hold = LS_HELD_NOW };

	if (call->entry == LS_ENTRY_ANY)
		return;
	s->unheld = 1;
	if (call->entry == LS_ENTRY_HELD) {
		lock.path = ls_lock_path_eval(&a->paths, s, path, s->env, a->p->fn[fn].f->nr_params,
					      LS_NO_PATH);
		if (lock.path)
			ls_state_add_lock(s, &lock);
		else
			s->others = 1;
	} else if (!path->usable && path->arg != LS_ARG_ANY) {
		s->unheld = 0;
	}
	if (call->is_callback)
		ls_kinds_start(a, slot, s);
	begin(a, fn, s, slot, call, s->unheld);
}

/* A primitive of the model is known by what it does: its own body is not looked at. */
static int judged(const struct ls_analysis *a, uint32_t fn)
{
	const struct ls_model_call *call = a->p->symbol[a->p->fn[fn].symbol].call;

	return !a->p->fn[fn].skipped && !(call && call->opaque) &&
	       !strcmp(ls_program_group_of(a->p, fn), a->judge);
}

/* Functions of which everything that leads to the group's begins. */
struct upwards {
	struct ls_analysis *a;
	uint8_t *seen;
	uint32_t *queue;
	size_t nr;
};

static void go_up(struct upwards *up, uint32_t fn)
{
	if (up->seen[fn] || up->a->p->fn[fn].skipped)
		return;
	up->seen[fn] = 1;
	up->queue[up->nr++] = fn;
}

static void known_roots(struct upwards *up, uint32_t fn)
{
	struct ls_analysis *a = up->a;
	const struct ls_program *p = a->p;
	const struct ls_psymbol *symbol = &p->symbol[p->fn[fn].symbol];

	if (symbol->call)
		begin_as_modelled(a, fn, symbol->call, symbol->name);
	for (uint32_t h = symbol->holder; h != LS_NONE; h = p->holder[h].next_held) {
		const struct ls_slot_info *slot = &p->slot[p->holder[h].slot];

		if (slot->call) {
			begin_as_modelled(a, fn, slot->call, slot->name);
		} else if (!slot->called) {
			struct ls_state *s = blank(a, fn);

			s->unheld = 1;
			begin(a, fn, s, slot->name, NULL, 1);
		}
	}
	if (p->fn[fn].root) {
		struct ls_state *s = blank(a, fn);

		s->unheld = 1;
		begin(a, fn, s, p->fn[fn].root, NULL, 1);
	}
}

static void climb(struct upwards *up, uint32_t fn)
{
	struct ls_analysis *a = up->a;
	const struct ls_program *p = a->p;
	const struct ls_psymbol *symbol = &p->symbol[p->fn[fn].symbol];
	const char *group = ls_program_group_of(p, fn);

	for (uint32_t c = p->fn[fn].caller; c != LS_NONE; c = p->caller[c].next) {
		uint32_t from = p->caller[c].fn;
		const char *theirs = ls_program_group_of(p, from);

		if (!strcmp(theirs, group) || !strcmp(theirs, a->judge))
			go_up(up, from);
	}
	for (uint32_t h = symbol->holder; h != LS_NONE; h = p->holder[h].next_held) {
		const struct ls_slot_info *slot = &p->slot[p->holder[h].slot];

		if (slot->call && slot->call->entry != LS_ENTRY_ANY)
			continue;
		for (uint32_t c = slot->caller; c != LS_NONE; c = p->caller[c].next)
			go_up(up, p->caller[c].fn);
	}
}

/* Whoever was not reached begins a way of its own, of which nothing is known. */
static void unknown_roots(struct ls_analysis *a)
{
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t fn = 0; fn < a->p->nr_fns; fn++) {
			const struct ls_fn *f = &a->p->fn[fn];
			struct ls_context *c;

			if (!f->matters || !f->f->nr_blocks || !judged(a, fn) ||
			    (!pass && f->caller != LS_NONE))
				continue;
			if (a->reached[fn])
				continue;
			c = ls_context_generic(a, fn, NULL, 0);
			c->root = "";
			ls_context_revive(a, c);
		}
	}
	ls_contexts_prune(a);
}

void ls_roots_walk(struct ls_analysis *a)
{
	struct upwards up = { .a = a };

	up.seen = calloc(a->p->nr_fns + 1, 1);
	up.queue = malloc((a->p->nr_fns + 1) * sizeof(*up.queue));
	if (!up.seen || !up.queue)
		ls_no_memory();
	for (uint32_t fn = 0; fn < a->p->nr_fns; fn++)
		if (a->p->fn[fn].matters && judged(a, fn) && !a->p->fn[fn].is_inline)
			go_up(&up, fn);
	for (size_t i = 0; i < up.nr; i++)
		climb(&up, up.queue[i]);
	ls_kinds_find(a);
	for (size_t i = 0; i < up.nr; i++)
		known_roots(&up, up.queue[i]);
	unknown_roots(a);
	free(up.seen);
	free(up.queue);
}
