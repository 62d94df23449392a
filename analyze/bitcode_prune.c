// SPDX-License-Identifier: MIT
/*
 * A function as LLVM has it without optimisation is full of blocks that only jump, and of values
 * that nobody uses any more since truth values were made plain (gen_truth()). Both cost whoever walks
 * the function, so they go.
 */
#include <stdlib.h>
#include <string.h>

#include "bitcode.h"

struct pblock {
	uint32_t first, end;	/* instructions */
	uint32_t preds;		/* edges that lead here */
	uint32_t next;		/* the block that was appended, or LS_NONE */
	uint32_t head;		/* the block that this one became part of; at first itself */
	uint32_t index;		/* new one, of heads */
	bool appended;
};

struct prune {
	struct ls_insn *insn;	/* of the function; nr_operands and operand as before */
	uint32_t nr_insns;
	uint32_t *op;		/* of the function */
	uint32_t base;		/* index of op[0] in the unit */
	bool *dead;		/* each instruction */
	struct pblock *block;
	uint32_t nr_blocks, nr_locals, nr_params;
	uint32_t *uses;		/* of each local */
	uint32_t *def;		/* instruction that sets it */
};

static uint32_t *operands(struct prune *p, const struct ls_insn *insn)
{
	return p->op + (insn->operand - p->base);
}

static struct ls_insn *last(struct prune *p, uint32_t block)
{
	return &p->insn[p->block[block].end - 1];
}

/* Which operands are blocks: every @step'th from @from. */
static void block_operands(const struct ls_insn *insn, uint32_t *from, uint32_t *step)
{
	*from = insn->op == LS_JUMP ? 0 : 1;
	*step = insn->op == LS_SWITCH || insn->op == LS_PHI ? 2 : 1;
	if (insn->op != LS_JUMP && insn->op != LS_BRANCH && insn->op != LS_SWITCH && insn->op != LS_PHI)
		*from = UINT32_MAX;
}

static bool is_block_operand(const struct ls_insn *insn, uint32_t i)
{
	uint32_t from, step;

	block_operands(insn, &from, &step);
	return i >= from && (i - from) % step == 0;
}

/* Where an edge to @b goes in the end: through blocks that only jump, if no phi looks at the way. */
static uint32_t thread(struct prune *p, uint32_t b)
{
	for (uint32_t i = 0; i < p->nr_blocks; i++) {
		const struct pblock *block = &p->block[b];
		uint32_t to;

		if (block->end - block->first != 1 || p->insn[block->first].op != LS_JUMP)
			return b;
		to = operands(p, &p->insn[block->first])[0];
		if (p->insn[p->block[to].first].op == LS_PHI || to == b)
			return b;
		b = to;
	}
	return b;
}

static void thread_edges(struct prune *p)
{
	for (uint32_t b = 0; b < p->nr_blocks; b++) {
		struct ls_insn *end = last(p, b);
		uint32_t *op = operands(p, end);

		for (uint32_t i = 0; i < end->nr_operands; i++)
			if (is_block_operand(end, i))
				op[i] = thread(p, op[i]);
		if (end->op == LS_BRANCH && op[1] == op[2] &&
		    p->insn[p->block[op[1]].first].op != LS_PHI) {
			end->op = LS_JUMP;
			op[0] = op[1];
			end->nr_operands = 1;
		}
	}
}

/* Blocks that can be reached from @b get their edges counted. */
static void count_edges(struct prune *p)
{
	uint32_t *todo = calloc(p->nr_blocks, sizeof(*todo)), nr = 1;

	if (!todo)
		ls_no_memory();
	p->block[0].preds = 1;
	while (nr) {
		struct ls_insn *end = last(p, todo[--nr]);
		uint32_t *op = operands(p, end);

		for (uint32_t i = 0; i < end->nr_operands; i++)
			if (is_block_operand(end, i) && !p->block[op[i]].preds++)
				todo[nr++] = op[i];
	}
	free(todo);
	for (uint32_t b = 0; b < p->nr_blocks; b++)
		for (uint32_t i = p->block[b].first; !p->block[b].preds && i < p->block[b].end; i++)
			p->dead[i] = true;
}

/* A block with one way in, by a jump, is the rest of the block before it. */
static void append_blocks(struct prune *p)
{
	for (uint32_t head = 0; head < p->nr_blocks; head++) {
		uint32_t tail = head;

		if (!p->block[head].preds || p->block[head].appended)
			continue;
		while (p->block[tail].next != LS_NONE)
			tail = p->block[tail].next;
		while (last(p, tail)->op == LS_JUMP) {
			uint32_t b = operands(p, last(p, tail))[0];

			if (!b || p->block[b].preds != 1 || p->block[b].head == p->block[head].head)
				break;
			p->dead[p->block[tail].end - 1] = true;
			p->block[tail].next = b;
			p->block[b].appended = true;
			for (uint32_t k = b; k != LS_NONE; k = p->block[k].next) {
				p->block[k].head = head;
				tail = k;
			}
		}
	}
}

/* With one way in, a phi has one value. */
static void plain_phis(struct prune *p)
{
	for (uint32_t i = 0; i < p->nr_insns; i++)
		if (p->insn[i].op == LS_PHI && p->insn[i].nr_operands == 2) {
			p->insn[i].op = LS_COPY;
			p->insn[i].nr_operands = 1;
		}
}

static bool is_pure(const struct ls_insn *insn)
{
	switch (insn->op) {
	case LS_ALLOCA:
	case LS_OFFSET:
	case LS_INDEX:
	case LS_COPY:
	case LS_BINARY:
	case LS_COMPARE:
	case LS_SELECT:
	case LS_PHI:
	case LS_EXTRACT:
		return true;
	default:
		return false;
	}
}

static void count_uses(struct prune *p, const struct ls_insn *insn, int by)
{
	const uint32_t *op = operands(p, insn);

	for (uint32_t i = 0; i < insn->nr_operands; i++)
		if (!is_block_operand(insn, i) && ls_value_kind(op[i]) == LS_LOCAL)
			p->uses[ls_value_index(op[i])] += by;
}

/* Remove @i if nobody uses what it makes, and then what only it used. */
static void drop_unused(struct prune *p, uint32_t i)
{
	uint32_t *todo = NULL;
	size_t nr = 0, room = 0;

	for (;;) {
		struct ls_insn *insn = &p->insn[i];

		if (!p->dead[i] && is_pure(insn) && !p->uses[insn->dst]) {
			const uint32_t *op = operands(p, insn);

			p->dead[i] = true;
			count_uses(p, insn, -1);
			for (uint32_t k = 0; k < insn->nr_operands; k++) {
				uint32_t local = ls_value_index(op[k]);

				if (is_block_operand(insn, k) || ls_value_kind(op[k]) != LS_LOCAL ||
				    local < p->nr_params)
					continue;
				todo = ls_grow(todo, nr, &room, sizeof(*todo));
				todo[nr++] = p->def[local];
			}
		}
		if (!nr)
			break;
		i = todo[--nr];
	}
	free(todo);
}

static void drop_values(struct prune *p)
{
	for (uint32_t i = 0; i < p->nr_insns; i++) {
		if (p->dead[i])
			continue;
		count_uses(p, &p->insn[i], 1);
		if (p->insn[i].dst != LS_NONE)
			p->def[p->insn[i].dst] = i;
	}
	for (uint32_t i = p->nr_insns; i--;)
		drop_unused(p, i);
}

static uint32_t renamed(const struct prune *p, const struct ls_insn *insn, uint32_t i, uint32_t value)
{
	if (is_block_operand(insn, i))
		return p->block[p->block[value].head].index;
	if (ls_value_kind(value) == LS_LOCAL)
		return LS_VALUE(LS_LOCAL, p->def[ls_value_index(value)]);
	return value;
}

static void put_block(struct gen *g, struct prune *p, const struct pblock *block)
{
	for (uint32_t i = block->first; i < block->end; i++) {
		const struct ls_insn *insn = &p->insn[i];
		const uint32_t *op = operands(p, insn);
		struct ls_insn *to;

		if (p->dead[i])
			continue;
		to = gen_add(&g->insns);
		*to = *insn;
		to->operand = g->operands.nr;
		if (insn->dst != LS_NONE) {
			to->dst = p->def[insn->dst];
			to->type = dtype_index(g, g->f.type[insn->dst], true);
		}
		for (uint32_t k = 0; k < insn->nr_operands; k++)
			*(uint32_t *)gen_add(&g->operands) = renamed(p, insn, k, op[k]);
	}
}

/* @def becomes the new number of each local: in the order in which they are set. */
static uint32_t number(struct prune *p)
{
	uint32_t nr_blocks = 0, nr_locals = p->nr_params;

	for (uint32_t i = 0; i < p->nr_params; i++)
		p->def[i] = i;
	for (uint32_t head = 0; head < p->nr_blocks; head++) {
		if (!p->block[head].preds || p->block[head].appended)
			continue;
		p->block[head].index = nr_blocks++;
		for (uint32_t b = head; b != LS_NONE; b = p->block[b].next)
			for (uint32_t i = p->block[b].first; i < p->block[b].end; i++)
				if (!p->dead[i] && p->insn[i].dst != LS_NONE)
					p->def[p->insn[i].dst] = nr_locals++;
	}
	return nr_locals;
}

static void put_back(struct gen *g, struct prune *p, struct ls_function *f)
{
	f->nr_locals = number(p);
	g->insns.nr = f->insn;
	g->operands.nr = p->base;
	g->blocks.nr = f->block;
	for (uint32_t head = 0; head < p->nr_blocks; head++) {
		struct ls_block *out;
		uint32_t first = g->insns.nr;

		if (!p->block[head].preds || p->block[head].appended)
			continue;
		for (uint32_t b = head; b != LS_NONE; b = p->block[b].next)
			put_block(g, p, &p->block[b]);
		out = gen_add(&g->blocks);
		out->insn = first;
		out->nr_insns = g->insns.nr - first;
	}
	f->nr_blocks = g->blocks.nr - f->block;
	f->nr_insns = g->insns.nr - f->insn;
}

void gen_prune(struct gen *g, struct ls_function *f, uint32_t first_operand)
{
	struct ls_arena *arena = ls_arena_create();
	struct prune p = {.base = first_operand, .nr_insns = f->nr_insns, .nr_blocks = f->nr_blocks,
			  .nr_locals = f->nr_locals, .nr_params = f->nr_params};

	p.insn = ls_arena_copy(arena, GEN_AT(&g->insns, struct ls_insn, f->insn),
			       f->nr_insns * sizeof(*p.insn));
	p.op = ls_arena_copy(arena, GEN_AT(&g->operands, uint32_t, first_operand),
			     (g->operands.nr - first_operand) * sizeof(*p.op));
	p.dead = ls_arena_array(arena, p.nr_insns, sizeof(*p.dead));
	p.uses = ls_arena_array(arena, p.nr_locals, sizeof(*p.uses));
	p.def = ls_arena_array(arena, p.nr_locals, sizeof(*p.def));
	p.block = ls_arena_array(arena, p.nr_blocks, sizeof(*p.block));
	for (uint32_t b = 0; b < p.nr_blocks; b++) {
		const struct ls_block *block = GEN_AT(&g->blocks, struct ls_block, f->block + b);

		p.block[b].first = block->insn - f->insn;
		p.block[b].end = p.block[b].first + block->nr_insns;
		p.block[b].next = LS_NONE;
		p.block[b].head = b;
	}
	thread_edges(&p);
	count_edges(&p);
	append_blocks(&p);
	plain_phis(&p);
	drop_values(&p);
	put_back(g, &p, f);
	ls_arena_destroy(arena);
}
