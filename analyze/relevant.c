// SPDX-License-Identifier: MIT
/*
 * What of a function has to do with locks: the calls that matter, what they are given, and the
 * decisions on which they depend. Only of that does a function ask its callers what they know (see
 * demands.c). A driver's code that programs its hardware decides a lot, which makes no difference
 * here.
 *
 * This is a slice: backwards from the calls that matter along values and control dependences.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

/* Block @block is reached or not by the decision at the end of @branch. */
struct depends {
	uint32_t branch, next;
};

struct slice {
	struct ls_analysis *a;
	const struct ls_unit *u;
	const struct ls_function *f;
	struct ls_flow *flow;
	struct ls_arena *arena;
	uint32_t *after;	/* immediate post-dominator, as a position; nr_blocks: the end */
	uint32_t *order;	/* of the blocks: what is nearer to the end is higher */
	struct depends *depends;
	size_t nr_depends, depends_room;
	uint32_t *first;	/* of each block's, or LS_NONE */
	uint8_t *needed;	/* blocks */
	uint32_t *made_by;	/* instruction of each SSA value, or LS_NONE: a parameter */
	uint32_t *queue;	/* instructions that are wanted, whose operands are not yet */
	size_t nr_queue;
};

static const struct ls_insn *last_of(const struct slice *s, uint32_t block)
{
	const struct ls_block *b = &s->u->blocks[s->f->block + block];

	return b->nr_insns ? &s->u->insns[b->insn + b->nr_insns - 1] : NULL;
}

#define NEXT_MAX	256

/* --- post-dominators ------------------------------------------------------------------------ */

/* Of two blocks: the first that all ways from both go through. */
static uint32_t meet(const struct slice *s, uint32_t x, uint32_t y)
{
	while (x != y) {
		while (s->order[x] < s->order[y])
			x = s->after[x];
		while (s->order[y] < s->order[x])
			y = s->after[y];
	}
	return x;
}

/* Blocks from which the function returns, in post-order from its end backwards, into @list. */
static uint32_t backwards(struct slice *s, uint32_t *list)
{
	uint32_t all = s->f->nr_blocks, next[NEXT_MAX], done = 0, top = 0;
	uint32_t *first = ls_arena_array(s->arena, all + 1, sizeof(*first));
	uint32_t *stack = ls_arena_array(s->arena, all + 1, sizeof(*stack));
	struct depends *from = NULL;
	size_t nr_from = 0, room = 0;

	memset(first, 0xff, (all + 1) * sizeof(*first));
	for (uint32_t i = 0; i < s->flow->nr_blocks; i++) {
		uint32_t block = s->flow->order[i];
		const struct ls_insn *last = last_of(s, block);
		size_t nr = ls_flow_successors(s->u, s->f, block, next, NEXT_MAX - 1);

		if (last && last->op == LS_RETURN)
			next[nr++] = all;
		for (size_t k = 0; k < nr; k++) {
			from = ls_grow(from, nr_from, &room, sizeof(*from));
			from[nr_from] = (struct depends) { block, first[next[k]] };
			first[next[k]] = nr_from++;
		}
	}
	stack[top++] = all;
	s->order[all] = 0;
	while (top) {
		uint32_t block = stack[top - 1], i = first[block];

		if (i == LS_NONE) {
			s->order[block] = done;
			list[done++] = block;
			top--;
			continue;
		}
		first[block] = from[i].next;
		if (s->order[from[i].branch] != LS_NONE)
			continue;
		s->order[from[i].branch] = 0;
		stack[top++] = from[i].branch;
	}
	free(from);
	return done;
}

/*
 * What does not lead to a return, BUG() for example, counts for nothing: nobody is meant to go
 * there.
 */
static void post_dominators(struct slice *s)
{
	uint32_t all = s->f->nr_blocks, next[NEXT_MAX];
	uint32_t *list = ls_arena_array(s->arena, all + 1, sizeof(*list)), nr;
	int changed = 1;

	memset(s->after, 0xff, (all + 1) * sizeof(*s->after));
	memset(s->order, 0xff, (all + 1) * sizeof(*s->order));
	nr = backwards(s, list);
	s->after[all] = all;
	while (changed) {
		changed = 0;
		for (uint32_t i = nr - 1; i-- > 0;) {
			uint32_t block = list[i], to = LS_NONE;
			const struct ls_insn *last = last_of(s, block);
			size_t nr_next = ls_flow_successors(s->u, s->f, block, next, NEXT_MAX - 1);

			if (last->op == LS_RETURN)
				next[nr_next++] = all;
			for (size_t k = 0; k < nr_next; k++)
				if (s->after[next[k]] != LS_NONE)
					to = to == LS_NONE ? next[k] : meet(s, to, next[k]);
			changed |= s->after[block] != to;
			s->after[block] = to;
		}
	}
}

static void control_dependences(struct slice *s)
{
	uint32_t next[NEXT_MAX];

	memset(s->first, 0xff, (s->f->nr_blocks + 1) * sizeof(*s->first));
	for (uint32_t i = 0; i < s->flow->nr_blocks; i++) {
		uint32_t branch = s->flow->order[i];
		size_t nr = ls_flow_successors(s->u, s->f, branch, next, NEXT_MAX);

		for (size_t k = 0; k < nr && nr > 1; k++) {
			for (uint32_t at = next[k]; s->after[at] != LS_NONE &&
			     at != s->after[branch] && at != s->f->nr_blocks; at = s->after[at]) {
				s->depends = ls_grow(s->depends, s->nr_depends, &s->depends_room,
						     sizeof(*s->depends));
				s->depends[s->nr_depends] =
					(struct depends) { branch, s->first[at] };
				s->first[at] = s->nr_depends++;
			}
		}
	}
}

/* --- the slice ------------------------------------------------------------------------------ */

static void want(struct slice *s, uint32_t insn, uint8_t how)
{
	uint8_t *wanted = &s->flow->wanted[insn - s->f->insn];

	if (!*wanted)
		s->queue[s->nr_queue++] = insn;
	*wanted |= how;
}

static void need_block(struct slice *s, uint32_t block);

static void need_branch(struct slice *s, uint32_t block)
{
	const struct ls_insn *last = last_of(s, block);

	if (last && (last->op == LS_BRANCH || last->op == LS_SWITCH))
		want(s, last - s->u->insns, LS_WANTED);
	need_block(s, block);
}

static void need_block(struct slice *s, uint32_t block)
{
	if (s->needed[block])
		return;
	s->needed[block] = 1;
	for (uint32_t i = s->first[block]; i != LS_NONE; i = s->depends[i].next)
		need_branch(s, s->depends[i].branch);
}

static void need_value(struct slice *s, uint32_t value)
{
	uint32_t insn;

	if (ls_value_kind(value) != LS_LOCAL)
		return;
	insn = s->made_by[ls_value_index(value)];
	if (insn != LS_NONE)
		want(s, insn, LS_WANTED | LS_WANTED_RESULT);
}

static void need_operands(struct slice *s, uint32_t at)
{
	const struct ls_insn *insn = &s->u->insns[at];
	const uint32_t *op = &s->u->operands[insn->operand];

	switch (insn->op) {
	case LS_PHI:
		/* Which of its values it is depends on the way there. */
		for (uint32_t i = 0; i + 1 < insn->nr_operands; i += 2) {
			need_value(s, op[i]);
			need_branch(s, op[i + 1]);
		}
		break;
	case LS_BRANCH:
	case LS_SWITCH:
		need_value(s, op[0]);
		break;
	default:
		for (uint32_t i = 0; i < insn->nr_operands; i++)
			need_value(s, op[i]);
	}
}

/* --- where it begins ------------------------------------------------------------------------- */

static int modelled(const struct ls_model_call *call)
{
	return call && (call->opaque || call->entry != LS_ENTRY_ANY ||
			call->effect != LS_DOES_NOTHING);
}

static int symbol_matters(const struct ls_program *p, uint32_t symbol)
{
	uint32_t fn = p->symbol[symbol].fn;

	return modelled(p->symbol[symbol].call) || (fn != LS_NONE && p->fn[fn].matters);
}

static int edge_matters(const struct ls_program *p, const struct ls_edge *e)
{
	switch (e->kind) {
	case LS_EDGE_SLOT:
		if (modelled(p->slot[e->to].call))
			return 1;
		for (uint32_t h = p->slot[e->to].holder; h != LS_NONE; h = p->holder[h].next)
			if (symbol_matters(p, p->holder[h].function))
				return 1;
		return 0;
	case LS_EDGE_UNKNOWN:
		return 1;
	default:
		return symbol_matters(p, e->to);
	}
}

static void begin(struct slice *s, uint32_t fn)
{
	const struct ls_program *p = s->a->p;
	uint32_t e = p->fn[fn].edge, end = e + p->fn[fn].nr_edges;

	for (uint32_t i = 0; i < s->flow->nr_blocks; i++) {
		const struct ls_block *b = &s->u->blocks[s->f->block + s->flow->order[i]];

		for (uint32_t k = b->insn; k < b->insn + b->nr_insns; k++) {
			const struct ls_insn *insn = &s->u->insns[k];

			if (insn->dst != LS_NONE)
				s->made_by[insn->dst] = k;
		}
	}
	for (uint32_t i = 0; i < s->f->nr_blocks; i++) {
		const struct ls_block *b = &s->u->blocks[s->f->block + i];

		for (uint32_t k = b->insn; k < b->insn + b->nr_insns; k++) {
			/* What is stored may be what a lock lies in: pointers only. */
			int matters = s->u->insns[k].op == LS_STORE && s->u->insns[k].width == 8;

			for (; e < end && p->edge[e].insn == k; e++)
				matters |= edge_matters(p, &p->edge[e]);
			if (!matters || s->flow->position[i] == LS_NONE)
				continue;
			want(s, k, LS_WANTED);
			need_block(s, i);
		}
	}
}

void ls_flow_relevant(struct ls_analysis *a, uint32_t fn, struct ls_flow *flow)
{
	const struct ls_function *f = a->p->fn[fn].f;
	struct slice s = {
		.a = a, .u = ls_fn_unit(a->p, fn), .f = f, .flow = flow,
		.arena = ls_arena_create(),
	};
	uint32_t nr = f->nr_blocks + 1;

	flow->wanted = ls_arena_alloc(a->arena, f->nr_insns + 1);
	s.after = ls_arena_array(s.arena, nr, sizeof(*s.after));
	s.order = ls_arena_array(s.arena, nr, sizeof(*s.order));
	s.first = ls_arena_array(s.arena, nr, sizeof(*s.first));
	s.needed = ls_arena_alloc(s.arena, nr);
	s.made_by = ls_arena_array(s.arena, f->nr_locals + 1, sizeof(*s.made_by));
	s.queue = ls_arena_array(s.arena, f->nr_insns + 1, sizeof(*s.queue));
	memset(s.made_by, 0xff, (f->nr_locals + 1) * sizeof(*s.made_by));
	post_dominators(&s);
	if (f->nr_blocks && s.after[0] != LS_NONE) {
		control_dependences(&s);
		begin(&s, fn);
		while (s.nr_queue)
			need_operands(&s, s.queue[--s.nr_queue]);
	} else {
		/* It goes on for ever. */
		memset(flow->wanted, LS_WANTED | LS_WANTED_RESULT, f->nr_insns);
	}
	free(s.depends);
	ls_arena_destroy(s.arena);
}
