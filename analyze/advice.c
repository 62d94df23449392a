// SPDX-License-Identifier: MIT
/*
 * Where a missing lock belongs: the innermost call on the way round which taking it harms nobody. A
 * caller that holds it already would wait for itself.
 */
#include <string.h>

#include "arena.h"
#include "context.h"

struct place {
	struct ls_analysis *a;
	struct ls_arena *arena;
	const struct ls_chain *chain;
	const struct ls_check *check;
	uint8_t *reaches;	/* contexts from which the broken call can be reached */
};

static void mark(struct place *p, struct ls_context *c)
{
	if (p->reaches[c->id])
		return;
	p->reaches[c->id] = 1;
	for (uint32_t i = c->arrival; i != LS_NONE; i = p->a->arrival[i].next)
		mark(p, p->a->arrival[i].from);
}

/* What is only asserted may be so because of the very way that is looked at. */
static int holds(const struct ls_context *c, ls_path lock)
{
	for (int i = 0; i < c->start.nr_locks; i++)
		if (c->start.lock[i].path == lock && c->start.lock[i].hold == LS_HELD_NOW &&
		    !(c->start.lock[i].flags & LS_LOCK_ASSUMED))
			return 1;
	return 0;
}

#define NAMES_MAX 3

struct names {
	const char *name[NAMES_MAX];
	size_t nr;
};

static void add_name(struct names *list, const char *name)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->name[i], name))
			return;
	if (list->nr < NAMES_MAX)
		list->name[list->nr++] = name;
}

/* Who took a lock that is held on entry of @c: the frames that did, up all ways. */
static void holders(struct place *p, const struct ls_context *c, ls_path lock, struct names *list,
		    int depth)
{
	struct ls_analysis *a = p->a;
	int k = 0;

	while (k < c->start.nr_locks && c->start.lock[k].path != lock)
		k++;
	if (c->arrival == LS_NONE || k == c->start.nr_locks) {
		add_name(list, ls_fn_name(a->p, c->fn));
		return;
	}
	for (uint32_t i = c->arrival; i != LS_NONE && list->nr < NAMES_MAX && depth < 16;
	     i = a->arrival[i].next) {
		const struct ls_lock *taken = &a->arrival[i].lock[k];

		if (taken->fn != LS_NONE)
			add_name(list, ls_fn_name(a->p, a->arrival[i].from->fn));
		else
			holders(p, a->arrival[i].from, taken->path, list, depth + 1);
	}
}

/* Who gets to the call of frame @at with the lock held? */
static void who_holds(struct place *p, size_t at, ls_path inner, struct names *list)
{
	struct ls_analysis *a = p->a;
	uint32_t fn = p->chain->from[at]->fn, insn = p->chain->insn[at];

	list->nr = 0;
	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];
		int comes = 0;

		if (!c->live)
			continue;
		for (size_t k = 0; at + 1 == p->chain->nr && c->fn == fn && k < c->nr_checks; k++) {
			const struct ls_check *check = &c->check[k];

			if (check->insn != insn || check->verdict != LS_KEPT ||
			    check->kind != LS_NOT_HELD || check->held.flags & LS_LOCK_ASSUMED)
				continue;
			if (check->held.fn == LS_NONE)
				holders(p, c, check->held.path, list, 0);
			else
				add_name(list, ls_fn_name(a->p, check->held.fn));
		}
		if (at + 1 == p->chain->nr || c->fn != p->chain->from[at + 1]->fn ||
		    !holds(c, inner) || !p->reaches[c->id])
			continue;
		for (uint32_t k = c->arrival; k != LS_NONE; k = a->arrival[k].next)
			comes |= a->arrival[k].from->fn == fn && a->arrival[k].insn == insn;
		if (comes)
			holders(p, c, inner, list, 0);
	}
}

static const char *join(struct ls_arena *arena, const struct names *list, const char *and)
{
	const char *text = list->nr ? list->name[0] : "";

	for (size_t i = 1; i < list->nr; i++)
		text = ls_arena_printf(arena, "%s%s%s", text, i + 1 < list->nr ? ", " : and,
				       list->name[i]);
	return text;
}

/* Only objects with a certain pointer need the lock: where others come by as well, that is the
 * condition. */
static const char *condition(struct place *p, size_t at, ls_path lock)
{
	struct ls_paths *paths = &p->a->paths;
	uint64_t *spelled = lock ? ls_map_find(&paths->spelled, lock) : NULL;
	int several = 0;
	ls_path pointer;
	int64_t offset;

	for (size_t i = at; i + 1 < p->chain->nr; i++)
		several |= p->chain->by[i]->guessed;
	if (!spelled || !several)
		return NULL;
	/* object->import_attach->dmabuf->resv: the first pointer. */
	pointer = *spelled;
	for (int loads = ls_path_node(paths, lock)->depth; loads-- >= 0;) {
		ls_path base = ls_path_base(paths, ls_path_node(paths, pointer)->base, &offset);

		if (ls_path_node(paths, base)->kind != LS_PATH_LOAD ||
		    ls_path_node(paths, base)->depth < ls_path_node(paths, lock)->depth)
			break;
		pointer = base;
	}
	return ls_name_path(p->a, p->arena, p->chain->from[at]->fn, pointer);
}

void ls_advice(struct ls_analysis *a, struct ls_arena *arena, const struct ls_chain *chain,
	       const struct ls_check *check, struct ls_advice *advice)
{
	struct place p = {
		.a = a, .arena = arena, .chain = chain, .check = check,
		.reaches = ls_arena_alloc(arena, a->nr_contexts + 1),
	};
	ls_path lock = check->lock, inner = LS_NO_PATH;
	struct names list, frames = { .nr = 0 };
	size_t at = chain->nr;

	/* What is asserted is asked of the caller. */
	if (check->asserted && chain->nr > 1) {
		at--;
		inner = lock;
		lock = ls_arrival_path(a, chain->by[at - 1], lock);
	}
	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		if (c->live && c->fn == chain->from[chain->nr - 1]->fn)
			mark(&p, c);
	}
	while (at-- > 0 && (lock || at + 1 == chain->nr)) {
		uint32_t fn = chain->from[at]->fn;

		who_holds(&p, at, inner, &list);
		if (!list.nr) {
			advice->function = ls_fn_name(a->p, fn);
			advice->file = ls_name_file(a, fn, chain->insn[at], &advice->line);
			advice->callee = at + 1 < chain->nr ? ls_name_callee(a, fn, chain->insn[at])
							    : check->call->name;
			advice->lock =
				lock ? ls_name_path(a, arena, fn, lock) : check->call->lock.text;
			advice->condition = condition(&p, at, lock);
			return;
		}
		add_name(&frames, ls_fn_name(a->p, fn));
		advice->why_not_inner = ls_arena_printf(
			arena, "%s: %s come%s there with the lock held, and would wait for %s",
			join(arena, &frames, " or "), join(arena, &list, " and "),
			list.nr == 1 ? "s" : "", list.nr == 1 ? "itself" : "themselves");
		if (!at || !lock)
			break;
		inner = lock;
		lock = ls_arrival_path(a, chain->by[at - 1], lock);
	}
	advice->why_none = lock ? "each frame on the way is also reached with the lock held" :
		"further out the object has no name yet";
}
