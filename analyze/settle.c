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

static const char under_condition[] =
	"the assertion stands under a condition, which is not known to hold here";

/* The machinery of an assertion: looking at the lock, and the warning. */
static int is_machinery(const struct ls_walk *w, const struct ls_insn *insn)
{
	const struct ls_program *p = w->a->p;
	int64_t offset;
	uint32_t symbol;

	if (insn->op != LS_CALL)
		return insn->op != LS_STORE;
	symbol = ls_program_operand(p, p->fn[w->c->fn].unit, w->u->operands[insn->operand], &offset);
	return symbol != LS_NONE && (strstr(p->symbol[symbol].name, "warn") ||
				     (p->symbol[symbol].call &&
				      p->symbol[symbol].call->effect == LS_ASSERTS));
}

static int block_works(const struct ls_walk *w, uint32_t position, uint32_t after)
{
	const struct ls_block *b = &w->u->blocks[w->f->block + w->flow->order[position]];

	for (uint32_t i = b->insn; i < b->insn + b->nr_insns; i++)
		if (i > after && !is_machinery(w, &w->u->insns[i]))
			return 1;
	return 0;
}

/* Whether there is a call that has to do with locks in a block. */
static int block_locks(const struct ls_walk *w, uint32_t position)
{
	const struct ls_block *b = &w->u->blocks[w->f->block + w->flow->order[position]];
	const struct ls_program *p = w->a->p;

	for (uint32_t i = b->insn; i < b->insn + b->nr_insns; i++) {
		const struct ls_model_call *call;
		int64_t offset;
		uint32_t symbol;

		if (w->u->insns[i].op != LS_CALL)
			continue;
		symbol = ls_program_operand(p, p->fn[w->c->fn].unit,
					    w->u->operands[w->u->insns[i].operand], &offset);
		if (symbol == LS_NONE)
			return 1;
		call = p->symbol[symbol].call;
		if (call && (call->entry != LS_ENTRY_ANY || call->effect != LS_DOES_NOTHING))
			return 1;
		if (p->symbol[symbol].fn != LS_NONE && p->fn[p->symbol[symbol].fn].matters)
			return 1;
	}
	return 0;
}

/* Mark what leads to @to: blocks come after those that lead to them, but for loops. */
static uint8_t *leading_to(const struct ls_walk *w, uint32_t to)
{
	uint8_t *leads = ls_arena_alloc(w->arena, w->flow->nr_blocks + 1);
	int more = 1;

	leads[to] = 1;
	while (more) {
		more = 0;
		for (uint32_t i = w->flow->nr_blocks; i-- > 0;) {
			uint32_t next[64];
			size_t nr = ls_flow_successors(w->u, w->f, w->flow->order[i], next, 64);

			for (size_t k = 0; k < nr && !leads[i]; k++)
				more |= leads[i] = leads[w->flow->position[next[k]]];
		}
	}
	return leads;
}

/* Whether other ways than those to @to do something about locks. */
static int others_lock(const struct ls_walk *w, uint32_t to)
{
	const uint8_t *leads = leading_to(w, to);

	for (uint32_t i = 0; i < w->flow->nr_blocks; i++)
		if (w->reached[i] && !leads[i] && block_locks(w, i))
			return 1;
	return 0;
}

/*
 * Who fails an assertion gets no further. If only the assertion itself is missed by that, because
 * another way leads on behind it, it is one that can be gone round; if work is, then that work
 * needs the lock: "if (!obj) return; assert(); work();". Not so where the other way has locks of
 * its own: there the condition is about who holds it. And where ways that went round do work behind
 * it, too, the condition may be about who has to hold it.
 */
enum guards { GUARDS_NOTHING, GUARDS_WORK, GUARDS_PERHAPS };

static enum guards guards_work(const struct ls_walk *w, uint32_t insn)
{
	enum guards guards = GUARDS_NOTHING;
	uint32_t from;
	uint8_t *seen = ls_arena_alloc(w->arena, w->flow->nr_blocks + 1);
	uint32_t *stack = ls_arena_array(w->arena, w->flow->nr_blocks + 1, sizeof(*stack));
	size_t nr = 0;
	int again = 0;

	stack[nr++] = from = ls_loop_position(w, insn);
	if (others_lock(w, from))
		return GUARDS_NOTHING;
	if (block_works(w, from, insn))
		guards = GUARDS_WORK;
	while (nr) {
		uint32_t next[64];
		size_t all = ls_flow_successors(w->u, w->f, w->flow->order[stack[--nr]], next, 64);

		for (size_t i = 0; i < all; i++) {
			uint32_t at = w->flow->position[next[i]];

			if (seen[at])
				continue;
			seen[at] = 1;
			stack[nr++] = at;
			if (!block_works(w, at, 0))
				continue;
			if (w->reached[at] && at > from)
				again = 1;
			if (!w->reached[at])
				guards = GUARDS_WORK;
		}
	}
	return guards == GUARDS_WORK && again ? GUARDS_PERHAPS : guards;
}

/* Whether a function does nothing but assert. */
static int only_asserts(const struct ls_walk *w, const struct ls_context *c)
{
	const struct ls_walk there = {
		.a = w->a, .c = (struct ls_context *)c, .u = ls_fn_unit(w->a->p, c->fn),
		.f = w->a->p->fn[c->fn].f,
	};

	for (uint32_t i = 0; i < there.f->nr_insns; i++)
		if (!is_machinery(&there, &there.u->insns[there.f->insn + i]))
			return 0;
	return 1;
}

/* A callee from which nobody comes back, because of what it asserts. */
static void settle_calls(struct ls_walk *w)
{
	const struct ls_analysis *a = w->a;

	for (uint32_t i = w->c->out; i != LS_NONE && w->nr_exits; i = a->arrival[i].next_out) {
		struct ls_arrival *in = &a->arrival[i];

		for (size_t k = 0; k < in->to->nr_checks && !in->to->nr_outcomes; k++)
			if (in->to->check[k].asserted && only_asserts(w, in->to))
				in->gone_round = guards_work(w, in->insn) != GUARDS_WORK;
	}
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
		enum guards guards = k->asserted && w->nr_exits ? guards_work(w, k->insn) :
			GUARDS_WORK;
		int drop = guards == GUARDS_NOTHING;

		if (guards == GUARDS_PERHAPS && !k->doubt)
			k->doubt = under_condition;

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
	settle_calls(w);
}

const char *ls_settle_gone_round(const struct ls_chain *chain, const struct ls_check *check)
{
	for (size_t i = chain->nr - 1; check->asserted && i-- > 0;) {
		if (chain->by[i]->gone_round)
			return under_condition;
		if (chain->from[i]->nr_outcomes)
			break;
	}
	return NULL;
}

/* --- other ways --------------------------------------------------------------------------- */

/*
 * A lock is held at the call, or one that could be it: without that there would be no doubt.
 * @near: or what is asserted there is only assumed to be held.
 */
static int may_hold(const struct ls_context *c, const struct ls_check *check, int near)
{
	for (size_t i = 0; i < c->nr_checks; i++)
		if (c->check[i].insn == check->insn && c->check[i].call == check->call &&
		    c->check[i].kind == check->kind &&
		    (c->check[i].verdict == LS_KEPT ||
		     (c->check[i].doubt && (near || !c->check[i].assumed))))
			return 1;
	return 0;
}

static int add(struct ls_context **list, size_t nr, struct ls_context *c)
{
	for (size_t i = 0; i < nr; i++)
		if (list[i] == c)
			return 0;
	list[nr] = c;
	return 1;
}

#define NEAR	4	/* calls; from further away anything may be held */

static int other_ways(const struct ls_analysis *a, const struct ls_chain *chain,
		      const struct ls_check *check, int near)
{
	struct ls_arena *arena = ls_arena_create();
	struct ls_context **at = ls_arena_array(arena, a->nr_contexts + 1, sizeof(*at));
	struct ls_context **above = ls_arena_array(arena, a->nr_contexts + 1, sizeof(*above));
	size_t nr = 0, found = 0;

	for (size_t i = 0; i < a->nr_contexts; i++)
		if (a->context[i]->live && a->context[i]->fn == chain->from[chain->nr - 1]->fn &&
		    may_hold(a->context[i], check, near))
			at[nr++] = a->context[i];
	for (size_t level = chain->nr - 1, end = near && level > NEAR ? level - NEAR : 0;
	     level-- > end && nr && !found;) {
		struct ls_context **swap = at;
		size_t nr_above = 0;

		for (size_t i = 0; i < nr; i++) {
			for (uint32_t k = at[i]->arrival; k != LS_NONE; k = a->arrival[k].next) {
				const struct ls_arrival *in = &a->arrival[k];

				if (in->insn != chain->insn[level] ||
				    in->from->fn != chain->from[level]->fn || !in->from->live)
					continue;
				found |= in->from == chain->from[level];
				nr_above += add(above, nr_above, in->from);
			}
		}
		at = above;
		above = swap;
		nr = nr_above;
	}
	ls_arena_destroy(arena);
	return found;
}

const char *ls_settle_other_ways(const struct ls_analysis *a, const struct ls_chain *chain,
				 const struct ls_check *check)
{
	if (other_ways(a, chain, check, 0) || (check->asserted && other_ways(a, chain, check, 1)))
		return "on other ways to the same call the lock is held, or one that may be it";
	return NULL;
}
