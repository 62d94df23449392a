// SPDX-License-Identifier: MIT
/*
 * Contracts that nobody wrote down: functions that need a lock which all their callers hold.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

struct contract {
	uint32_t fn;
	ls_path lock;
	const struct ls_model_call *call;
	int broken;
};

/* What a function is told from its entry on, by a parameter: only that can be written beside it. */
static int is_promise(const struct ls_analysis *a, const struct ls_check *check)
{
	return check->lock && !ls_path_node(&a->paths, check->lock)->local &&
		ls_path_node(&a->paths, check->lock)->depth && check->kind == LS_NOT_HELD &&
		!check->doubt;
}

static struct contract *find(struct contract *list, size_t nr, uint32_t fn, ls_path lock)
{
	for (size_t i = 0; i < nr; i++)
		if (list[i].fn == fn && list[i].lock == lock)
			return &list[i];
	return NULL;
}

static int by_place(const void *a, const void *b)
{
	const struct ls_must_hold *x = a, *y = b;
	int d = strcmp(x->file, y->file);

	if (!d && x->line != y->line)
		d = x->line < y->line ? -1 : 1;
	return d ? d : strcmp(x->lock, y->lock);
}

void ls_contracts(struct ls_analysis *a, struct ls_findings *list, struct ls_arena *arena)
{
	struct contract *found = NULL;
	size_t nr = 0, room = 0;
	struct ls_must_hold *out;

	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		if (!c->live || c->generic || a->p->fn[c->fn].skipped || c->root ||
		    strcmp(ls_program_group_of(a->p, c->fn), a->judge))
			continue;
		for (size_t k = 0; k < c->nr_checks; k++) {
			const struct ls_check *check = &c->check[k];
			struct contract *known;
			int kept = check->verdict == LS_KEPT && check->held.fn == LS_NONE;

			if (!is_promise(a, check))
				continue;
			known = find(found, nr, c->fn, check->lock);
			if (!known) {
				found = ls_grow(found, nr, &room, sizeof(*found));
				known = &found[nr++];
				*known = (struct contract) { c->fn, check->lock, check->call, 0 };
			}
			known->broken |= !kept;
		}
	}
	out = ls_arena_array(arena, nr + 1, sizeof(*out));
	for (size_t i = 0; i < nr; i++) {
		if (found[i].broken)
			continue;
		out[list->nr_annotations++] = (struct ls_must_hold) {
			.function = ls_fn_name(a->p, found[i].fn),
			.file = ls_program_file(a->p, found[i].fn),
			.line = a->p->fn[found[i].fn].f->line,
			.lock = ls_arena_printf(arena, "%s->lock.base",
						ls_name_path(a, arena, found[i].fn, found[i].lock)),
			.because = found[i].call->name,
		};
	}
	qsort(out, list->nr_annotations, sizeof(*out), by_place);
	list->annotation = out;
	free(found);
}
