// SPDX-License-Identifier: MIT
/* What was found in one walk of a function, looked at once it is done. */
#include <string.h>

#include "arena.h"
#include "context.h"

/*
 * Last look at what was found: an assertion that can be gone round (as one that is skipped once the
 * last reference is gone) proves nothing; and of objects in a loop, a list that is empty in one
 * loop and not in the next is none.
 */
static uint32_t position_of(const struct ls_walk *w, uint32_t insn)
{
	for (uint32_t i = 0; i < w->flow->nr_blocks; i++) {
		const struct ls_block *b = &w->u->blocks[w->f->block + w->flow->order[i]];

		if (insn >= b->insn && insn < b->insn + b->nr_insns)
			return i;
	}
	return 0;
}

static int reaches(const struct ls_walk *w, uint32_t from, uint32_t header, uint8_t *seen)
{
	uint32_t next[64];
	size_t nr = ls_flow_successors(w->u, w->f, w->flow->order[from], next, 64);

	seen[from] = 1;
	for (size_t i = 0; i < nr; i++) {
		uint32_t at = w->flow->position[next[i]];

		if (at == header || (at > header && !seen[at] && reaches(w, at, header, seen)))
			return 1;
	}
	return 0;
}

static int in_loop(const struct ls_walk *w, uint32_t at, uint32_t header)
{
	uint8_t *seen = ls_arena_alloc(w->arena, w->flow->nr_blocks + 1);

	return at == header || (at > header && reaches(w, at, header, seen));
}

/* The lock was taken in a loop that the call is behind: a loop of no rounds is not what is meant.
 */
static int taken_in_loop_before(const struct ls_walk *w, const struct ls_check *kept)
{
	uint32_t taken, at;

	if (kept->held.fn != w->c->fn)
		return 0;
	taken = position_of(w, kept->held.insn);
	at = position_of(w, kept->insn);
	for (uint32_t h = 0; h <= taken; h++)
		if (w->flow->header[w->flow->order[h]] && in_loop(w, taken, h) &&
		    !in_loop(w, at, h))
			return 1;
	return 0;
}

void ls_settle_checks(struct ls_walk *w)
{
	struct ls_context *c = w->c;
	size_t kept = 0;

	for (size_t i = 0; i < c->nr_checks; i++) {
		struct ls_check *k = &c->check[i];
		int drop = k->asserted && w->nr_exits;

		for (size_t o = 0; o < c->nr_checks && !drop; o++)
			drop = k->verdict == LS_BROKEN && k->kind == LS_NOT_HELD &&
				c->check[o].verdict == LS_KEPT && c->check[o].insn == k->insn &&
				(!ls_path_exact(&w->a->paths, k->lock) ||
				 taken_in_loop_before(w, &c->check[o]));
		c->check[i].drop = drop;
	}
	for (size_t i = 0; i < c->nr_checks; i++)
		if (!c->check[i].drop)
			c->check[kept++] = c->check[i];
	c->nr_checks = kept;
}
