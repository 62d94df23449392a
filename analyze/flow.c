// SPDX-License-Identifier: MIT
/* Order of a function's blocks. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

size_t ls_flow_successors(const struct ls_unit *u, const struct ls_function *f, uint32_t block,
			  uint32_t *next, size_t max)
{
	const struct ls_block *b = &u->blocks[f->block + block];
	const struct ls_insn *last;
	size_t nr = 0;

	if (!b->nr_insns)
		return 0;
	last = &u->insns[b->insn + b->nr_insns - 1];
	switch (last->op) {
	case LS_JUMP:
		next[nr++] = u->operands[last->operand];
		break;
	case LS_BRANCH:
		next[nr++] = u->operands[last->operand + 1];
		next[nr++] = u->operands[last->operand + 2];
		break;
	case LS_SWITCH:
		next[nr++] = u->operands[last->operand + 1];
		for (uint32_t i = 3; i < last->nr_operands && nr < max; i += 2)
			next[nr++] = u->operands[last->operand + i];
		break;
	}
	return nr;
}

#define SUCCESSORS_MAX 256

struct frame {
	uint32_t block, at, nr;
	uint32_t *next;
};

static void depth_first(const struct ls_unit *u, const struct ls_function *f, struct ls_flow *flow)
{
	uint32_t nr = f->nr_blocks, next[SUCCESSORS_MAX], top = 0, done = 0;
	struct frame *stack = calloc(nr + 1, sizeof(*stack));
	uint8_t *open = calloc(nr + 1, 1);
	uint32_t block = 0;

	if (!stack || !open)
		ls_no_memory();
	for (int enter = 1;; ) {
		struct frame *fr;

		if (enter) {
			fr = &stack[top++];
			open[block] = 1;
			fr->block = block;
			fr->at = 0;
			fr->nr = ls_flow_successors(u, f, block, next, SUCCESSORS_MAX);
			fr->next = malloc((fr->nr + 1) * sizeof(*next));
			if (!fr->next)
				ls_no_memory();
			memcpy(fr->next, next, fr->nr * sizeof(*next));
			enter = 0;
		}
		fr = &stack[top - 1];
		if (fr->at < fr->nr) {
			block = fr->next[fr->at++];
			if (open[block] == 1)
				flow->header[block] = 1;
			enter = !open[block];
			continue;
		}
		open[fr->block] = 2;
		flow->order[done++] = fr->block;
		free(fr->next);
		if (!--top)
			break;
	}
	free(stack);
	free(open);
	flow->nr_blocks = done;
}

/* Which loads read the first member of an alias. */
static void marks(struct ls_analysis *a, uint32_t fn, struct ls_flow *flow)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;

	for (uint32_t i = 0; i < f->nr_insns; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];
		const char *slot, *dot;

		if (insn->op != LS_LOAD || insn->width != 8)
			continue;
		slot = ls_type_slot(a->p, a->p->fn[fn].unit, f, u->operands[insn->operand]);
		dot = slot ? strchr(slot, '.') : NULL;
		if (dot)
			flow->marks[i] = ls_alias_marks(
				a, ls_arena_strndup(a->arena, slot, dot - slot), dot + 1);
	}
}

const struct ls_flow *ls_flow_of(struct ls_analysis *a, uint32_t fn)
{
	const struct ls_function *f = a->p->fn[fn].f;
	uint64_t *at = ls_map_put(&a->flows, fn, NULL);
	struct ls_flow *flow;

	if (*at)
		return (const struct ls_flow *)(uintptr_t)*at;
	flow = ls_arena_alloc(a->arena, sizeof(*flow));
	*at = (uintptr_t)flow;
	flow->order = ls_arena_array(a->arena, f->nr_blocks + 1, sizeof(uint32_t));
	flow->position = ls_arena_array(a->arena, f->nr_blocks + 1, sizeof(uint32_t));
	flow->header = ls_arena_alloc(a->arena, f->nr_blocks + 1);
	memset(flow->position, 0xff, (f->nr_blocks + 1) * sizeof(uint32_t));
	if (!f->nr_blocks)
		return flow;
	depth_first(ls_fn_unit(a->p, fn), f, flow);
	for (uint32_t i = 0; i < flow->nr_blocks / 2; i++) {
		uint32_t other = flow->order[flow->nr_blocks - 1 - i];

		flow->order[flow->nr_blocks - 1 - i] = flow->order[i];
		flow->order[i] = other;
	}
	flow->marks = ls_arena_array(a->arena, f->nr_insns + 1, sizeof(uint32_t));
	flow->made = ls_arena_array(a->arena, f->nr_locals + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < flow->nr_blocks; i++) {
		const struct ls_unit *u = ls_fn_unit(a->p, fn);
		const struct ls_block *b = &u->blocks[f->block + flow->order[i]];

		flow->position[flow->order[i]] = i;
		for (uint32_t k = 0; k < b->nr_insns; k++)
			if (u->insns[b->insn + k].dst != LS_NONE)
				flow->made[u->insns[b->insn + k].dst] = i;
	}
	marks(a, fn, flow);
	ls_loops_find(a, fn, flow);
	if (a->p->fn[fn].matters)
		ls_flow_relevant(a, fn, flow);
	return flow;
}
