// SPDX-License-Identifier: MIT
/* What was found in one walk of a function, looked at once it is done. */
#include <string.h>

#include "arena.h"
#include "context.h"

/* The lock was taken in a loop that the call is behind: a loop of no rounds is not what is meant.
 */
static int taken_in_loop_before(const struct ls_walk *w, const struct ls_check *kept)
{
	uint32_t taken, at;

	if (kept->held.fn != w->c->fn)
		return 0;
	taken = ls_loop_position(w, kept->held.insn);
	at = ls_loop_position(w, kept->insn);
	for (uint32_t l = 0; l < w->flow->nr_loops; l++)
		if (w->flow->loop[l].member[taken] && !w->flow->loop[l].member[at])
			return 1;
	return 0;
}

/*
 * An assertion that can be gone round (as one that is skipped once the last reference is gone) proves
 * nothing; and of objects in a loop, a list that is empty in one loop and not in the next is none.
 */
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
