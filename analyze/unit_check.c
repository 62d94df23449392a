// SPDX-License-Identifier: MIT
/* Every index of a unit is looked at here, once, so that nobody has to do so again. */
#include "unit_check.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define DAMAGED	"damaged unit: remove it, and it is made again: "

/* A range of records lies in its table. */
static bool in(struct ls_table t, uint64_t first, uint64_t nr)
{
	return first <= t.nr && nr <= t.nr - first;
}

static bool is_string(const struct ls_unit *u, uint32_t s)
{
	return s < u->head->strings.nr;
}

static bool index_or_none(uint32_t i, struct ls_table t)
{
	return i == LS_NONE || i < t.nr;
}

const char *ls_unit_check_header(const struct ls_unit_header *h, size_t size)
{
	static const uint8_t record[] = {
		1, sizeof(uint32_t), sizeof(struct ls_type), sizeof(struct ls_member),
		sizeof(struct ls_symbol), sizeof(struct ls_function), sizeof(struct ls_param),
		sizeof(struct ls_block), sizeof(struct ls_insn), sizeof(uint32_t), sizeof(int64_t),
		sizeof(struct ls_place), sizeof(struct ls_variable), sizeof(struct ls_slot),
	};
	const struct ls_table *t = &h->strings;

	if (memcmp(h->magic, LS_UNIT_MAGIC, sizeof(h->magic)))
		return "not a unit: it does not begin like one";
	if (h->version != LS_UNIT_VERSION)
		return "unit of another version of lockstep: remove it, and it is made again";
	if (h->size != size)
		return "unit of the wrong length, cut short perhaps: remove it, and it is made again";
	for (size_t i = 0; i < sizeof(record); i++)
		if (t[i].at % 8 || t[i].at > size || t[i].nr > (size - t[i].at) / record[i])
			return DAMAGED "a table lies outside of it";
	if (!h->strings.nr || ((const char *)h)[h->strings.at] ||
	    ((const char *)h)[h->strings.at + h->strings.nr - 1])
		return DAMAGED "strings do not end";
	return NULL;
}

static const char *check_types(const struct ls_unit *u)
{
	const struct ls_unit_header *h = u->head;

	for (uint32_t i = 0; i < h->types.nr; i++) {
		const struct ls_type *t = &u->types[i];

		if (t->kind > LS_TYPE_ARRAY || !is_string(u, t->name) ||
		    !index_or_none(t->target, h->types) || !in(h->members, t->member, t->nr_members))
			return DAMAGED "types";
	}
	for (uint32_t i = 0; i < h->members.nr; i++) {
		const struct ls_member *m = &u->members[i];

		if (!is_string(u, m->name) || !index_or_none(m->type, h->types))
			return DAMAGED "members";
	}
	return NULL;
}

#define NEST_MAX 100

/* No type lies in itself: those that walk down from struct to member come to an end. */
static bool nests(const struct ls_unit *u, uint32_t i, uint8_t *state, int depth)
{
	const struct ls_type *t = i == LS_NONE ? NULL : &u->types[i];
	bool good = depth < NEST_MAX;

	if (!t || state[i] == 2 || (t->kind != LS_TYPE_STRUCT && t->kind != LS_TYPE_ARRAY))
		return true;
	if (state[i] == 1)
		return false;
	state[i] = 1;
	if (t->kind == LS_TYPE_ARRAY)
		good = good && nests(u, t->target, state, depth + 1);
	else
		for (uint32_t k = 0; good && k < t->nr_members; k++)
			good = nests(u, u->members[t->member + k].type, state, depth + 1);
	state[i] = 2;
	return good;
}

static const char *check_nesting(const struct ls_unit *u)
{
	uint8_t *state = calloc(u->head->types.nr + 1, 1);
	bool good = true;

	if (!state)
		ls_no_memory();
	for (uint32_t i = 0; good && i < u->head->types.nr; i++)
		good = nests(u, i, state, 0);
	free(state);
	return good ? NULL : DAMAGED "a type lies in itself";
}

static const char *check_symbols(const struct ls_unit *u)
{
	const struct ls_unit_header *h = u->head;

	for (uint32_t i = 0; i < h->symbols.nr; i++) {
		const struct ls_symbol *s = &u->symbols[i];
		bool good = is_string(u, s->name) && s->flags < LS_SYM_EXPORTED * 2;

		if (!(s->flags & LS_SYM_DEFINED))
			good = good && s->index == LS_NONE;
		else if (s->flags & LS_SYM_FUNCTION)
			good = good && s->index < h->functions.nr &&
			       u->functions[s->index].symbol == i;
		else
			good = good && s->index < h->variables.nr &&
			       u->variables[s->index].symbol == i;
		if (!good)
			return DAMAGED "symbols";
	}
	for (uint32_t i = 0; i < h->places.nr; i++)
		if (u->places[i].symbol >= h->symbols.nr)
			return DAMAGED "places";
	return NULL;
}

/* @f: the function whose locals are meant; NULL: of none. */
static bool is_value(const struct ls_unit *u, const struct ls_function *f, uint32_t value)
{
	uint32_t i = ls_value_index(value);

	switch (ls_value_kind(value)) {
	case LS_LOCAL:
		return f && i < f->nr_locals;
	case LS_CONSTANT:
		return i < u->head->constants.nr;
	case LS_SYMBOL:
		return i < u->head->symbols.nr;
	case LS_PLACE:
		return i < u->head->places.nr;
	case LS_UNDEF:
		return f;
	}
	return false;
}

static bool are_values(const struct ls_unit *u, const struct ls_function *f,
		       const struct ls_insn *insn, uint32_t min, uint32_t max)
{
	bool good = insn->nr_operands >= min && insn->nr_operands <= max;

	for (uint32_t i = 0; good && i < insn->nr_operands; i++)
		good = is_value(u, f, u->operands[insn->operand + i]);
	return good;
}

/* Pairs of a value and a block, from operand @i on. */
static bool are_pairs(const struct ls_unit *u, const struct ls_function *f,
		      const struct ls_insn *insn, uint32_t i, bool constant)
{
	const uint32_t *op = u->operands + insn->operand;

	if (insn->nr_operands < i || (insn->nr_operands - i) % 2)
		return false;
	for (; i < insn->nr_operands; i += 2)
		if (!is_value(u, f, op[i]) || op[i + 1] >= f->nr_blocks ||
		    (constant && ls_value_kind(op[i]) != LS_CONSTANT))
			return false;
	return true;
}

static bool has_dst(enum ls_op op)
{
	return op <= LS_PHI && op != LS_STORE;
}

static bool check_operands(const struct ls_unit *u, const struct ls_function *f,
			   const struct ls_insn *insn)
{
	static const struct {
		uint32_t min, max;
	} nr[] = {
		[LS_ALLOCA] = {0, 0}, [LS_LOAD] = {1, 1}, [LS_STORE] = {2, 2}, [LS_OFFSET] = {1, 1},
		[LS_INDEX] = {2, 2}, [LS_COPY] = {1, 1}, [LS_BINARY] = {2, 2}, [LS_COMPARE] = {2, 2},
		[LS_SELECT] = {3, 3}, [LS_CALL] = {1, UINT32_MAX}, [LS_ASM] = {0, UINT32_MAX},
		[LS_OTHER] = {0, UINT32_MAX}, [LS_EXTRACT] = {1, 1}, [LS_RETURN] = {0, 1},
		[LS_UNREACHABLE] = {0, 0},
	};
	const uint32_t *op = u->operands + insn->operand;

	switch (insn->op) {
	case LS_PHI:
		return are_pairs(u, f, insn, 0, false);
	case LS_JUMP:
		return insn->nr_operands == 1 && op[0] < f->nr_blocks;
	case LS_BRANCH:
		return insn->nr_operands == 3 && is_value(u, f, op[0]) && op[1] < f->nr_blocks &&
		       op[2] < f->nr_blocks;
	case LS_SWITCH:
		return insn->nr_operands >= 2 && is_value(u, f, op[0]) && op[1] < f->nr_blocks &&
		       are_pairs(u, f, insn, 2, true);
	case LS_BINARY:
		if (insn->extra < 0 || insn->extra > LS_REMAINDER)
			return false;
		break;
	case LS_COMPARE:
		if (insn->extra < 0 || insn->extra > LS_UGE)
			return false;
		break;
	}
	return are_values(u, f, insn, nr[insn->op].min, nr[insn->op].max);
}

static const char *check_insn(const struct ls_unit *u, const struct ls_function *f,
			      const struct ls_insn *insn, uint8_t *defined)
{
	const struct ls_unit_header *h = u->head;

	if (insn->op > LS_UNREACHABLE || !in(h->operands, insn->operand, insn->nr_operands) ||
	    !index_or_none(insn->type, h->types) ||
	    (insn->file != UINT16_MAX && insn->file >= h->files.nr))
		return DAMAGED "instructions";
	if (!check_operands(u, f, insn))
		return DAMAGED "operands";
	if (insn->dst == LS_NONE)
		return has_dst(insn->op) ? DAMAGED "a result is missing" : NULL;
	if (insn->dst >= f->nr_locals || defined[insn->dst])
		return DAMAGED "results";
	defined[insn->dst] = 1;
	return NULL;
}

/* Blocks lie one behind the other, and each ends once. */
static const char *check_blocks(const struct ls_unit *u, const struct ls_function *f,
				uint8_t *defined)
{
	uint32_t at = f->insn;

	for (uint32_t b = 0; b < f->nr_blocks; b++) {
		const struct ls_block *block = &u->blocks[f->block + b];

		if (block->insn != at || !block->nr_insns ||
		    block->nr_insns > f->insn + f->nr_insns - at)
			return DAMAGED "blocks";
		for (uint32_t i = 0; i < block->nr_insns; i++, at++) {
			const char *why = check_insn(u, f, &u->insns[at], defined);
			bool ends = u->insns[at].op >= LS_JUMP;

			if (why)
				return why;
			if (ends != (i + 1 == block->nr_insns))
				return DAMAGED "ends of blocks";
		}
	}
	return at == f->insn + f->nr_insns ? NULL : DAMAGED "blocks";
}

static bool check_function_head(const struct ls_unit *u, uint32_t i)
{
	const struct ls_unit_header *h = u->head;
	const struct ls_function *f = &u->functions[i];
	uint32_t want = LS_SYM_FUNCTION | LS_SYM_DEFINED;

	return f->symbol < h->symbols.nr && (u->symbols[f->symbol].flags & want) == want &&
	       u->symbols[f->symbol].index == i && index_or_none(f->file, h->files) &&
	       index_or_none(f->result, h->types) && in(h->params, f->param, f->nr_params) &&
	       f->nr_blocks && in(h->blocks, f->block, f->nr_blocks) &&
	       in(h->insns, f->insn, f->nr_insns) && f->nr_params <= f->nr_locals &&
	       f->nr_locals - f->nr_params <= f->nr_insns;
}

static const char *check_functions(const struct ls_unit *u)
{
	const char *why = NULL;

	for (uint32_t i = 0; i < u->head->params.nr; i++)
		if (!is_string(u, u->params[i].name) ||
		    !index_or_none(u->params[i].type, u->head->types))
			return DAMAGED "parameters";
	for (uint32_t i = 0; i < u->head->functions.nr && !why; i++) {
		const struct ls_function *f = &u->functions[i];
		uint8_t *defined;

		if (!check_function_head(u, i))
			return DAMAGED "functions";
		defined = calloc(f->nr_locals + 1, 1);
		if (!defined)
			ls_no_memory();
		memset(defined, 1, f->nr_params);
		why = check_blocks(u, f, defined);
		if (!why && memchr(defined, 0, f->nr_locals))
			why = DAMAGED "a local is never set";
		free(defined);
	}
	return why;
}

static const char *check_variables(const struct ls_unit *u)
{
	const struct ls_unit_header *h = u->head;

	for (uint32_t i = 0; i < h->variables.nr; i++) {
		const struct ls_variable *v = &u->variables[i];
		uint32_t want = LS_SYM_DEFINED;

		if (v->symbol >= h->symbols.nr ||
		    (u->symbols[v->symbol].flags & (LS_SYM_FUNCTION | LS_SYM_DEFINED)) != want ||
		    u->symbols[v->symbol].index != i || !index_or_none(v->file, h->files) ||
		    !index_or_none(v->type, h->types) || !in(h->slots, v->slot, v->nr_slots))
			return DAMAGED "variables";
		for (uint32_t k = 0; k < v->nr_slots; k++) {
			const struct ls_slot *s = &u->slots[v->slot + k];

			if (!is_value(u, NULL, s->value) || (k && s[-1].offset >= s->offset))
				return DAMAGED "slots";
		}
	}
	return NULL;
}

const char *ls_unit_check(const struct ls_unit *u)
{
	const char *why = NULL;

	if (!is_string(u, u->head->source))
		return DAMAGED "name of the source";
	for (uint32_t i = 0; i < u->head->files.nr; i++)
		if (!is_string(u, u->files[i]))
			return DAMAGED "files";
	why = check_types(u);
	why = why ? why : check_nesting(u);
	why = why ? why : check_symbols(u);
	why = why ? why : check_functions(u);
	return why ? why : check_variables(u);
}
