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

/* Who took a lock that is held on entry of @c: the name of the frame, for the text. */
static const char *holder(struct ls_analysis *a, const struct ls_context *c, ls_path lock)
{
	for (int depth = 0; depth < 30; depth++) {
		const struct ls_arrival *in;
		int k = 0;

		while (k < c->start.nr_locks && c->start.lock[k].path != lock)
			k++;
		if (c->arrival == LS_NONE || k == c->start.nr_locks)
			break;
		in = &a->arrival[c->arrival];
		c = in->from;
		if (in->lock[k].fn != LS_NONE)
			break;
		lock = in->lock[k].path;
	}
	return ls_fn_name(a->p, c->fn);
}

static void add_name(const char **list, size_t *nr, const char *name)
{
	for (size_t i = 0; i < *nr; i++)
		if (!strcmp(list[i], name))
			return;
	if (*nr < 3)
		list[(*nr)++] = name;
}

/* Who gets to the call of frame @at with the lock held? */
static size_t who_holds(struct place *p, size_t at, ls_path inner, const char **list)
{
	struct ls_analysis *a = p->a;
	uint32_t fn = p->chain->from[at]->fn, insn = p->chain->insn[at];
	size_t nr = 0;

	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		if (!c->live)
			continue;
		if (at + 1 == p->chain->nr) {
			for (size_t k = 0; c->fn == fn && k < c->nr_checks; k++)
				if (c->check[k].insn == insn && c->check[k].verdict == LS_KEPT &&
				    c->check[k].kind == LS_NOT_HELD &&
				    !(c->check[k].held.flags & LS_LOCK_ASSUMED))
					add_name(list, &nr, c->check[k].held.fn == LS_NONE ?
						 holder(a, c, c->check[k].held.path) :
						 ls_fn_name(a->p, c->check[k].held.fn));
			continue;
		}
		if (c->fn != p->chain->from[at + 1]->fn || !holds(c, inner) || !p->reaches[c->id])
			continue;
		for (uint32_t k = c->arrival; k != LS_NONE; k = a->arrival[k].next)
			if (a->arrival[k].from->fn == fn && a->arrival[k].insn == insn)
				add_name(list, &nr, holder(a, c, inner));
	}
	return nr;
}

static const char *join(struct ls_arena *arena, const char **list, size_t nr)
{
	const char *text = nr ? list[0] : "";

	for (size_t i = 1; i < nr; i++)
		text = ls_arena_printf(arena, "%s%s%s", text, i + 1 < nr ? ", " : " and ", list[i]);
	return text;
}

/* Only objects with a certain pointer need the lock: where others come by as well, that is the condition. */
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
	const char *list[3];
	size_t nr, at = chain->nr;

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

		nr = who_holds(&p, at, inner, list);
		if (!nr) {
			advice->function = ls_fn_name(a->p, fn);
			advice->file = ls_name_file(a, fn, chain->insn[at], &advice->line);
			advice->callee = at + 1 < chain->nr ? ls_name_callee(a, fn, chain->insn[at]) :
				check->call->name;
			advice->lock = lock ? ls_name_path(a, arena, fn, lock) : check->call->lock.text;
			advice->condition = condition(&p, at, lock);
			return;
		}
		advice->why_not_inner = ls_arena_printf(arena,
			"%s: %s come%s there with the lock held, and would wait for %s",
			ls_fn_name(a->p, fn), join(arena, list, nr), nr == 1 ? "s" : "",
			nr == 1 ? "itself" : "themselves");
		if (!at || !lock)
			break;
		inner = lock;
		lock = ls_arrival_path(a, chain->by[at - 1], lock);
	}
	advice->why_none = lock ? "each frame on the way is also reached with the lock held" :
		"further out the object has no name yet";
}
