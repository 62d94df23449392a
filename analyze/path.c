// SPDX-License-Identifier: MIT
/* Access paths: interning, arithmetic, aliases. See path.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "path.h"
#include "unit.h"

static uint64_t hash_of(const struct ls_path_node *n)
{
	uint64_t what = (uint64_t)n->index << 32 | (uint32_t)n->kind << 8 | n->op;

	return ls_hash_u64((what * 0x9e3779b97f4a7c15ULL ^ (uint64_t)n->number) +
			   (uint64_t)n->base * 0xd6e8feb86659fd93ULL);
}

/* At most half full. A slot is the upper half of the hash and the path + 1; or 0. */
static void grow(struct ls_paths *p)
{
	size_t nr = p->nr_slots ? p->nr_slots * 2 : 1024;
	uint64_t *slot = calloc(nr, sizeof(*slot));

	if (!slot)
		ls_no_memory();
	for (size_t i = 0; i < p->nr; i++) {
		uint64_t hash = hash_of(ls_path_node(p, i));
		size_t at = hash & (nr - 1);

		while (slot[at])
			at = (at + 1) & (nr - 1);
		slot[at] = hash >> 32 << 32 | (i + 1);
	}
	free(p->slot);
	p->slot = slot;
	p->nr_slots = nr;
}

/* What is equal here is so in all of a node: the rest follows from it. */
static int equal(const struct ls_path_node *a, const struct ls_path_node *b)
{
	return a->kind == b->kind && a->op == b->op && a->index == b->index &&
	       a->base == b->base && a->number == b->number;
}

/* This is what the analysis spends most of its time with. */
static ls_path intern(struct ls_paths *p, const struct ls_path_node *key)
{
	struct ls_path_node **chunk;
	uint64_t hash = hash_of(key);
	size_t at;

	if ((p->nr + 1) * 2 > p->nr_slots)
		grow(p);
	for (at = hash & (p->nr_slots - 1); p->slot[at]; at = (at + 1) & (p->nr_slots - 1)) {
		ls_path path = (uint32_t)p->slot[at] - 1;

		if (p->slot[at] >> 32 == hash >> 32 && equal(ls_path_node(p, path), key))
			return path;
	}
	chunk = &p->chunk[p->nr / LS_CHUNK];
	if (p->nr / LS_CHUNK == LS_CHUNKS_MAX)
		ls_no_memory();
	if (!*chunk)
		*chunk = calloc(LS_CHUNK, sizeof(**chunk));
	if (!*chunk)
		ls_no_memory();
	(*chunk)[p->nr % LS_CHUNK] = *key;
	p->slot[at] = hash >> 32 << 32 | (p->nr + 1);
	return p->nr++;
}

void ls_paths_init(struct ls_paths *p)
{
	struct ls_path_node none = { .kind = LS_PATH_NONE };

	memset(p, 0, sizeof(*p));
	intern(p, &none);
}

void ls_paths_fini(struct ls_paths *p)
{
	for (size_t i = 0; i < LS_CHUNKS_MAX; i++)
		free(p->chunk[i]);
	free(p->slot);
	ls_map_fini(&p->spelled);
	ls_map_fini(&p->marks);
	memset(p, 0, sizeof(*p));
}

ls_path ls_path_number(struct ls_paths *p, int64_t number)
{
	struct ls_path_node key = { .kind = LS_PATH_NUMBER, .number = number };

	return intern(p, &key);
}

ls_path ls_path_param(struct ls_paths *p, uint32_t index)
{
	struct ls_path_node key = { .kind = LS_PATH_PARAM, .index = index };

	return intern(p, &key);
}

ls_path ls_path_symbol(struct ls_paths *p, uint32_t symbol)
{
	struct ls_path_node key = { .kind = LS_PATH_SYMBOL, .index = symbol };

	return intern(p, &key);
}

ls_path ls_path_plain(struct ls_paths *p, enum ls_path_kind kind)
{
	struct ls_path_node key = { .kind = kind };

	return intern(p, &key);
}

ls_path ls_path_answer(struct ls_paths *p, uint32_t fn, ls_path of)
{
	struct ls_path_node key = {
		.kind = LS_PATH_ANSWER, .index = fn, .base = of,
		.local = ls_path_node(p, of)->local, .depth = ls_path_node(p, of)->depth,
	};

	return of ? intern(p, &key) : LS_NO_PATH;
}

ls_path ls_path_local(struct ls_paths *p, enum ls_path_kind kind, uint32_t index, ls_path base)
{
	struct ls_path_node key = {
		.kind = kind, .index = index, .base = base, .local = 1,
		.depth = ls_path_node(p, base)->depth,
	};

	return intern(p, &key);
}

ls_path ls_path_offset(struct ls_paths *p, ls_path base, int64_t bytes)
{
	struct ls_path_node key = { .kind = LS_PATH_OFFSET };

	if (!base)
		return LS_NO_PATH;
	if (ls_path_node(p, base)->kind == LS_PATH_NUMBER)
		return ls_path_number(p, ls_path_node(p, base)->number + bytes);
	if (ls_path_node(p, base)->kind == LS_PATH_OFFSET) {
		bytes += ls_path_node(p, base)->number;
		base = ls_path_node(p, base)->base;
	}
	if (!bytes)
		return base;
	key.base = base;
	key.number = bytes;
	key.local = ls_path_node(p, base)->local;
	key.depth = ls_path_node(p, base)->depth;
	return intern(p, &key);
}

ls_path ls_path_base(const struct ls_paths *p, ls_path path, int64_t *offset)
{
	const struct ls_path_node *n = ls_path_node(p, path);

	*offset = 0;
	if (n->kind != LS_PATH_OFFSET)
		return path;
	*offset = n->number;
	return n->base;
}

void ls_path_mark(struct ls_paths *p, ls_path address, uint32_t marks)
{
	if (marks && address)
		*ls_map_put(&p->marks, address, NULL) |= marks;
}

uint32_t ls_path_marks(const struct ls_paths *p, ls_path address)
{
	uint64_t *marks = ls_map_find(&p->marks, address);

	return marks ? *marks : 0;
}

/*
 * Undo the steps of an alias from the end. Only the offset of the first step may differ: by how
 * much the object lies inside another.
 */
static ls_path match_hops(struct ls_paths *p, ls_path path, const struct ls_hop *hop, size_t nr,
			  uint32_t mark)
{
	while (nr--) {
		int64_t offset;
		ls_path base;

		if (hop[nr].load) {
			if (ls_path_node(p, path)->kind != LS_PATH_LOAD)
				return LS_NO_PATH;
			path = ls_path_node(p, path)->base;
		}
		base = ls_path_base(p, path, &offset);
		if (!nr)
			return ls_path_marks(p, path) & mark ?
				ls_path_offset(p, base, offset - hop[0].offset) : LS_NO_PATH;
		if (offset != hop[nr].offset)
			return LS_NO_PATH;
		path = base;
	}
	return LS_NO_PATH;
}

static ls_path raw_load(struct ls_paths *p, ls_path address)
{
	struct ls_path_node key = { .kind = LS_PATH_LOAD, .base = address };

	key.local = ls_path_node(p, address)->local;
	key.depth =
		ls_path_node(p, address)->depth < 255 ? ls_path_node(p, address)->depth + 1 : 255;
	return intern(p, &key);
}

/* A name that is too long to be of use is given up: loops over lists would make new ones for ever.
 */
#define DEPTH_MAX 12

ls_path ls_path_load(struct ls_paths *p, ls_path address)
{
	ls_path loaded;

	if (!address)
		return LS_NO_PATH;
	if (ls_path_node(p, address)->depth >= DEPTH_MAX)
		return ls_path_local(p, LS_PATH_OPAQUE, UINT32_MAX, LS_NO_PATH);
	loaded = raw_load(p, address);
	for (size_t i = 0; i < p->nr_aliases; i++) {
		const struct ls_path_alias *a = &p->alias[i];
		ls_path plain;

		if (!a->other[a->nr_other - 1].load)
			continue;
		plain = match_hops(p, loaded, a->other, a->nr_other, 1U << i);
		if (!plain)
			continue;
		/* What it is rewritten to may be the end of another alias. */
		for (size_t k = 0; k < a->nr_one; k++) {
			plain = ls_path_offset(p, plain, a->one[k].offset);
			ls_path_mark(p, plain, a->one[k].marks);
			if (a->one[k].load)
				plain = ls_path_load(p, plain);
		}
		if (plain != loaded)
			*ls_map_put(&p->spelled, plain, NULL) = loaded;
		return plain;
	}
	return loaded;
}

ls_path ls_path_element(struct ls_paths *p, ls_path base, ls_path index)
{
	struct ls_path_node key = { .kind = LS_PATH_ELEMENT, .base = base, .index = index };

	if (!base)
		return LS_NO_PATH;
	key.local = ls_path_node(p, base)->local || ls_path_node(p, index)->local;
	key.depth = ls_path_node(p, base)->depth;
	return intern(p, &key);
}

static ls_path expr(struct ls_paths *p, unsigned int op, ls_path base, int64_t number)
{
	struct ls_path_node key = {
		.kind = LS_PATH_EXPR, .op = op, .base = base, .number = number,
		.local = ls_path_node(p, base)->local, .depth = ls_path_node(p, base)->depth,
	};

	return base ? intern(p, &key) : LS_NO_PATH;
}

unsigned int ls_path_opposite(unsigned int op)
{
	static const unsigned int of[] = {
		[LS_EQ] = LS_NE, [LS_NE] = LS_EQ, [LS_LT] = LS_GE, [LS_LE] = LS_GT,
		[LS_GT] = LS_LE, [LS_GE] = LS_LT, [LS_ULT] = LS_UGE, [LS_ULE] = LS_UGT,
		[LS_UGT] = LS_ULE, [LS_UGE] = LS_ULT,
	};

	return of[op];
}

static int compare(unsigned int op, int64_t x, int64_t y)
{
	switch (op) {
	case LS_EQ:
		return x == y;
	case LS_NE:
		return x != y;
	case LS_LT:
		return x < y;
	case LS_LE:
		return x <= y;
	case LS_GT:
		return x > y;
	case LS_GE:
		return x >= y;
	case LS_ULT:
		return (uint64_t)x < (uint64_t)y;
	case LS_ULE:
		return (uint64_t)x <= (uint64_t)y;
	case LS_UGT:
		return (uint64_t)x > (uint64_t)y;
	default:
		return (uint64_t)x >= (uint64_t)y;
	}
}

ls_path ls_path_compare(struct ls_paths *p, unsigned int op, ls_path base, int64_t number)
{
	const struct ls_path_node *n = ls_path_node(p, base);

	if (n->kind == LS_PATH_NUMBER)
		return ls_path_number(p, compare(op, n->number, number));
	/* A comparison is 0 or 1: comparing it with them is the comparison itself, or its opposite.
	 */
	if (n->kind == LS_PATH_EXPR && n->op < LS_EXPR_BINARY && (op == LS_EQ || op == LS_NE) &&
	    (number == 0 || number == 1)) {
		if ((op == LS_EQ) == (number == 1))
			return base;
		return expr(p, ls_path_opposite(n->op), n->base, n->number);
	}
	return expr(p, op, base, number);
}

/* One spelling for "a == b" and "b != a", whose truth is the opposite. */
ls_path ls_path_relation(struct ls_paths *p, unsigned int op, ls_path x, ls_path y)
{
	static const unsigned int swapped[] = {
		[LS_EQ] = LS_EQ, [LS_NE] = LS_NE, [LS_LT] = LS_GT, [LS_LE] = LS_GE,
		[LS_GT] = LS_LT, [LS_GE] = LS_LE, [LS_ULT] = LS_UGT, [LS_ULE] = LS_UGE,
		[LS_UGT] = LS_ULT, [LS_UGE] = LS_ULE,
	};
	int odd = op == LS_NE || op == LS_GE || op == LS_GT || op == LS_UGE || op == LS_UGT;
	struct ls_path_node key = { .kind = LS_PATH_EXPR };
	ls_path relation;

	if (!x || !y)
		return LS_NO_PATH;
	if (odd)
		op = ls_path_opposite(op);
	if (x > y && op == LS_EQ) {
		ls_path z = x;

		x = y;
		y = z;
		op = swapped[op];
	}
	key.op = LS_EXPR_RELATION + op;
	key.base = x;
	key.index = y;
	key.local = ls_path_node(p, x)->local || ls_path_node(p, y)->local;
	key.depth = ls_path_node(p, x)->depth > ls_path_node(p, y)->depth
			    ? ls_path_node(p, x)->depth
			    : ls_path_node(p, y)->depth;
	relation = intern(p, &key);
	return odd ? expr(p, LS_EQ, relation, 0) : expr(p, LS_NE, relation, 0);
}

ls_path ls_path_binary(struct ls_paths *p, unsigned int op, ls_path base, int64_t number)
{
	const struct ls_path_node *n = ls_path_node(p, base);

	if (n->kind == LS_PATH_NUMBER && op == LS_AND)
		return ls_path_number(p, n->number & number);
	if (n->kind == LS_PATH_NUMBER && op == LS_OR)
		return ls_path_number(p, n->number | number);
	/* A counter would make a new name in each round. */
	if (n->kind == LS_PATH_EXPR && n->op >= LS_EXPR_BINARY &&
	    ls_path_node(p, n->base)->kind == LS_PATH_EXPR)
		return ls_path_local(p, LS_PATH_OPAQUE, UINT32_MAX, LS_NO_PATH);
	return expr(p, LS_EXPR_BINARY + op, base, number);
}

static ls_path inner(const struct ls_paths *p, ls_path path)
{
	return ls_path_node(p, path)->base;
}

int ls_path_contains(const struct ls_paths *p, ls_path path, ls_path part)
{
	for (; path; path = inner(p, path)) {
		if (path == part)
			return 1;
		if ((ls_path_node(p, path)->kind == LS_PATH_ELEMENT ||
		     ls_path_node(p, path)->kind == LS_PATH_EXPR) &&
		    ls_path_node(p, path)->index &&
		    ls_path_contains(p, ls_path_node(p, path)->index, part))
			return 1;
	}
	return 0;
}

ls_path ls_path_replace(struct ls_paths *p, ls_path path, ls_path from, ls_path to)
{
	struct ls_path_node n = *ls_path_node(p, path);
	ls_path base;

	if (path == from)
		return to;
	if (!n.base)
		return path;
	base = ls_path_replace(p, n.base, from, to);
	switch (n.kind) {
	case LS_PATH_OFFSET:
		return ls_path_offset(p, base, n.number);
	case LS_PATH_LOAD:
		return ls_path_load(p, base);
	case LS_PATH_ELEMENT:
		return ls_path_element(p, base,
				       n.index ? ls_path_replace(p, n.index, from, to) : n.index);
	case LS_PATH_EXPR:
		if (n.index)
			return ls_path_relation(p, n.op - LS_EXPR_RELATION, base,
						ls_path_replace(p, n.index, from, to));
		return n.op < LS_EXPR_BINARY ? ls_path_compare(p, n.op, base, n.number) :
			expr(p, n.op, base, n.number);
	case LS_PATH_CHANGED:
		return ls_path_local(p, LS_PATH_CHANGED, n.index, base);
	case LS_PATH_ANSWER:
		return ls_path_answer(p, n.index, base);
	default:
		return path;
	}
}

int ls_path_alike(const struct ls_paths *p, ls_path a, ls_path b)
{
	int64_t x, y;

	a = ls_path_base(p, a, &x);
	b = ls_path_base(p, b, &y);
	if (x != y || (ls_path_node(p, a)->kind == LS_PATH_LOAD) !=
			      (ls_path_node(p, b)->kind == LS_PATH_LOAD))
		return 0;
	if (ls_path_node(p, a)->kind != LS_PATH_LOAD)
		return 1;
	ls_path_base(p, ls_path_node(p, a)->base, &x);
	ls_path_base(p, ls_path_node(p, b)->base, &y);
	return x == y;
}

int ls_path_exact(const struct ls_paths *p, ls_path path)
{
	for (; path; path = inner(p, path)) {
		switch (ls_path_node(p, path)->kind) {
		case LS_PATH_ELEMENT:
		case LS_PATH_MERGED:
		case LS_PATH_OPAQUE:
		case LS_PATH_FORMER:
		case LS_PATH_UNKNOWN:
			return 0;
		}
	}
	return 1;
}
