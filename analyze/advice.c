// SPDX-License-Identifier: MIT
/* Where a missing lock belongs, and why not further in. */
#include <string.h>

#include "arena.h"
#include "cause.h"

static const char *join(struct ls_arena *arena, const struct ls_holders *list, const char *and)
{
	const char *text = list->nr ? list->name[0] : "";

	for (size_t i = 1; i < list->nr; i++)
		text = ls_arena_printf(arena, "%s%s%s", text, i + 1 < list->nr ? ", " : and,
				       list->name[i]);
	return text;
}

/* Only objects with a certain pointer need the lock: where others come by as well, that is the
 * condition. */
static const char *condition(struct ls_analysis *a, struct ls_arena *arena,
			     const struct ls_blame *b)
{
	struct ls_paths *paths = &a->paths;
	uint64_t *spelled = b->lock ? ls_map_find(&paths->spelled, b->lock) : NULL;
	int several = 0;
	ls_path pointer;
	int64_t offset;

	if (b->when.path) {
		const char *text = ls_name_path(a, arena, b->chain.from[b->at]->fn, b->when.path);

		if (b->when.range.nonzero && b->when.range.lo != b->when.range.hi)
			return text;
		if (!b->when.range.lo && !b->when.range.hi)
			return ls_arena_printf(arena, "!%s", text);
		return ls_arena_printf(arena, "%s == %lld", text, (long long)b->when.range.lo);
	}
	for (size_t i = b->at; i + 1 < b->chain.nr; i++)
		several |= b->chain.by[i]->guessed;
	if (!spelled || !several)
		return NULL;
	/* object->import_attach->dmabuf->resv: the first pointer. */
	pointer = *spelled;
	for (int loads = ls_path_node(paths, b->lock)->depth; loads-- >= 0;) {
		ls_path base = ls_path_base(paths, ls_path_node(paths, pointer)->base, &offset);

		if (ls_path_node(paths, base)->kind != LS_PATH_LOAD ||
		    ls_path_node(paths, base)->depth < ls_path_node(paths, b->lock)->depth)
			break;
		pointer = base;
	}
	return ls_name_path(a, arena, b->chain.from[b->at]->fn, pointer);
}

/* Frames further in, and who gets to the outermost of them with the lock held. */
static const char *not_inner(struct ls_search *s, struct ls_arena *arena, const struct ls_blame *b)
{
	const struct ls_chain *chain = &b->chain;
	struct ls_holders frames = { .nr = 0 }, list;
	size_t at = b->at + 1, last = chain->nr - 1;
	ls_path lock = b->breach.check->lock;

	/* An assertion is no call to put a lock round. */
	if (b->breach.check->asserted && last)
		last--;
	if (at > last)
		return NULL;
	for (size_t i = last + 1; i-- > at && frames.nr < LS_HOLDERS_MAX;)
		frames.name[frames.nr++] = ls_fn_name(s->a->p, chain->from[i]->fn);
	/* The lock as the frame inside of @at names it. */
	for (size_t i = chain->nr - 1; i > at + 1 && lock; i--)
		lock = ls_arrival_path(s->a, chain->by[i - 1], lock);
	ls_who_holds(s, chain->from[at]->fn, chain->insn[at],
		     at + 1 < chain->nr ? chain->from[at + 1]->fn : LS_NONE, lock, &list);
	if (!list.nr)
		return NULL;
	return ls_arena_printf(arena, "%s: %s come%s there with the lock held, and would wait for %s",
			       join(arena, &frames, " or "), join(arena, &list, " and "),
			       list.nr == 1 ? "s" : "", list.nr == 1 ? "itself" : "themselves");
}

void ls_advice(struct ls_search *s, struct ls_arena *arena, const struct ls_blame *blame,
	       struct ls_advice *advice)
{
	const struct ls_chain *chain = &blame->chain;
	uint32_t fn = chain->from[blame->at]->fn, insn = chain->insn[blame->at];
	const struct ls_check *check = blame->breach.check;

	if (!blame->mends) {
		advice->why_none = ls_arena_strdup(arena, blame->why_none);
		return;
	}
	advice->function = ls_fn_name(s->a->p, fn);
	advice->file = ls_name_file(s->a, fn, insn, &advice->line);
	advice->callee = blame->at + 1 < chain->nr ? ls_name_callee(s->a, fn, insn) :
						     check->call->name;
	advice->lock = blame->lock ? ls_name_path(s->a, arena, fn, blame->lock) :
				     check->call->lock.text;
	advice->condition = condition(s->a, arena, blame);
	advice->why_not_inner = not_inner(s, arena, blame);
}
