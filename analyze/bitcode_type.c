// SPDX-License-Identifier: MIT
/*
 * Types of debug information. LLVM-C has no access to tags and few to operands, so nodes are
 * read as lists of operands, in the order in which LLVM writes them, and told apart by what they
 * have: of derived types, a pointer has a size and no name; a typedef a name and no size; a
 * qualifier neither.
 */
#include <stdlib.h>

#include "bitcode.h"

enum { DI_NAME = 2, DI_BASE = 3, DI_ELEMENTS = 4 };	/* operands of types */

LLVMValueRef *md_operands(struct gen *g, LLVMMetadataRef md, unsigned int *nr)
{
	LLVMValueRef node = LLVMMetadataAsValue(g->context, md), *op;

	*nr = LLVMGetMDNodeNumOperands(node);
	op = ls_arena_array(g->arena, *nr, sizeof(*op));
	if (*nr)
		LLVMGetMDNodeOperands(node, op);
	return op;
}

LLVMMetadataRef md_operand(struct gen *g, LLVMMetadataRef md, unsigned int i)
{
	LLVMValueRef buf[24], *op = buf, node = LLVMMetadataAsValue(g->context, md);
	unsigned int nr = LLVMGetMDNodeNumOperands(node);

	if (i >= nr)
		return NULL;
	if (nr > sizeof(buf) / sizeof(*buf))
		op = md_operands(g, md, &nr);
	else
		LLVMGetMDNodeOperands(node, op);
	return op[i] ? LLVMValueAsMetadata(op[i]) : NULL;
}

static enum ls_type_kind composite_kind(struct gen *g, LLVMMetadataRef md)
{
	LLVMMetadataRef elements = md_operand(g, md, DI_ELEMENTS);
	LLVMMetadataRef first = elements ? md_operand(g, elements, 0) : NULL;

	if (!first)
		return LS_TYPE_STRUCT;	/* empty, or only declared */
	switch (LLVMGetMetadataKind(first)) {
	case LLVMDISubrangeMetadataKind:
	case LLVMDIGenericSubrangeMetadataKind:
		return LS_TYPE_ARRAY;
	case LLVMDIEnumeratorMetadataKind:
		return LS_TYPE_OTHER;
	default:
		return LS_TYPE_STRUCT;
	}
}

static struct dtype *dtype_create(struct gen *g, LLVMMetadataRef md, enum ls_type_kind kind)
{
	struct dtype *t = ls_arena_alloc(g->arena, sizeof(*t));
	void **named;

	t->md = md;
	t->kind = kind;
	t->name = LLVMDITypeGetName(md, &t->name_len);
	t->size = LLVMDITypeGetSizeInBits(md) / 8;
	t->index = LS_NONE;
	if (kind == LS_TYPE_STRUCT && t->name_len && t->size) {
		named = ls_names_put(&g->type_named, t->name, t->name_len, NULL);
		if (!*named)
			*named = t;
	}
	return t;
}

static struct dtype *dtype_make(struct gen *g, LLVMMetadataRef md)
{
	size_t name_len;

	switch (LLVMGetMetadataKind(md)) {
	case LLVMDICompositeTypeMetadataKind:
		return dtype_create(g, md, composite_kind(g, md));
	case LLVMDIDerivedTypeMetadataKind:
		LLVMDITypeGetName(md, &name_len);
		if (LLVMDITypeGetSizeInBits(md) && !name_len)
			return dtype_create(g, md, LS_TYPE_POINTER);
		return dtype_of(g, md_operand(g, md, DI_BASE));
	case LLVMDIBasicTypeMetadataKind:
		return dtype_create(g, md, LS_TYPE_OTHER);
	default:
		return NULL;
	}
}

struct dtype *dtype_of(struct gen *g, LLVMMetadataRef md)
{
	struct dtype *t;
	uint64_t *at;
	int is_new;

	if (!md)
		return NULL;
	at = ls_map_put(&g->dtype_at, (uintptr_t)md, &is_new);
	if (!is_new)
		return (struct dtype *)(uintptr_t)*at;
	t = dtype_make(g, md);
	*ls_map_find(&g->dtype_at, (uintptr_t)md) = (uintptr_t)t;
	return t;
}

struct dtype *dtype_target(struct gen *g, struct dtype *t)
{
	if (!t || (t->kind != LS_TYPE_POINTER && t->kind != LS_TYPE_ARRAY))
		return NULL;
	if (!t->has_target) {
		t->has_target = true;
		t->target = dtype_of(g, md_operand(g, t->md, DI_BASE));
	}
	return t->target;
}

const struct dmember *dtype_members(struct gen *g, struct dtype *t, size_t *nr)
{
	LLVMMetadataRef elements;
	LLVMValueRef *op;
	unsigned int n = 0;

	if (!t->has_members && t->kind == LS_TYPE_STRUCT) {
		t->has_members = true;
		elements = md_operand(g, t->md, DI_ELEMENTS);
		op = elements ? md_operands(g, elements, &n) : NULL;
		t->member = ls_arena_array(g->arena, n, sizeof(*t->member));
		for (unsigned int i = 0; i < n; i++) {
			LLVMMetadataRef md = op[i] ? LLVMValueAsMetadata(op[i]) : NULL;
			struct dmember *m = &t->member[t->nr_members];

			if (!md || LLVMGetMetadataKind(md) != LLVMDIDerivedTypeMetadataKind)
				continue;
			m->name = LLVMDITypeGetName(md, &m->name_len);
			m->offset = LLVMDITypeGetOffsetInBits(md) / 8;
			m->type = dtype_of(g, md_operand(g, md, DI_BASE));
			t->nr_members++;
		}
	}
	*nr = t->nr_members;
	return t->member;
}

struct dtype *dtype_member_at(struct gen *g, struct dtype *t, uint64_t offset)
{
	size_t nr;
	const struct dmember *m;

	if (!t || t->kind != LS_TYPE_STRUCT)
		return NULL;
	m = dtype_members(g, t, &nr);
	for (size_t i = 0; i < nr; i++)
		if (m[i].offset == offset && m[i].type && m[i].type->size)
			return m[i].type;
	return NULL;
}

/* The only member of @t that @offset lies in; @offset becomes relative to it. Not one of a union. */
static struct dtype *descend(struct gen *g, struct dtype *t, uint64_t *offset)
{
	const struct dmember *m, *found = NULL;
	size_t nr;

	if (t->kind == LS_TYPE_ARRAY) {
		t = dtype_target(g, t);
		if (t && t->size)
			*offset %= t->size;
		return t;
	}
	if (t->kind != LS_TYPE_STRUCT)
		return NULL;
	m = dtype_members(g, t, &nr);
	for (size_t i = 0; i < nr; i++) {
		if (!m[i].type || m[i].offset > *offset || *offset - m[i].offset >= m[i].type->size)
			continue;
		if (found)
			return NULL;
		found = &m[i];
	}
	if (!found)
		return NULL;
	*offset -= found->offset;
	return found->type;
}

struct dtype *dtype_at(struct gen *g, struct dtype *t, uint64_t offset)
{
	while (t && offset)
		t = descend(g, t, &offset);
	return t;
}

struct dtype *dtype_loaded(struct gen *g, struct dtype *t)
{
	uint64_t offset = 0;

	while (t && (t->kind == LS_TYPE_STRUCT || t->kind == LS_TYPE_ARRAY))
		t = descend(g, t, &offset);
	return dtype_target(g, t);
}

static void enqueue(struct gen *g, struct dtype *t)
{
	g->dtype_queue = ls_grow(g->dtype_queue, g->nr_dtypes, &g->dtype_room,
				 sizeof(*g->dtype_queue));
	t->index = g->nr_dtypes;
	g->dtype_queue[g->nr_dtypes++] = t;
}

/* What has no name and no members is not worth a record, and of pointers to one type, one is enough. */
uint32_t dtype_index(struct gen *g, struct dtype *t, bool whole)
{
	int is_new;
	uint64_t *at;

	if (!t || t->kind == LS_TYPE_OTHER)
		return LS_NONE;
	if (whole)
		t->needed = true;
	if (t->index != LS_NONE)
		return t->index;
	if (t->kind == LS_TYPE_POINTER) {
		at = ls_map_put(&g->pointer_to, (uintptr_t)dtype_target(g, t), &is_new);
		if (!is_new)
			return t->index = *at;
		*at = g->nr_dtypes;
	}
	enqueue(g, t);
	return t->index;
}

static void write_type(struct gen *g, struct dtype *t, uint32_t i)
{
	bool by_value = t->kind == LS_TYPE_ARRAY && t->needed;
	struct ls_type out = {.kind = t->kind};
	const struct dmember *m;
	size_t nr = 0;

	out.name = t->kind == LS_TYPE_STRUCT ? gen_string(g, t->name, t->name_len) : 0;
	out.target = dtype_index(g, dtype_target(g, t), by_value);
	/* Of a type that is not looked into, nothing says whether it is declared only, here. */
	if (t->kind != LS_TYPE_STRUCT || t->needed || !t->name_len)
		out.size = t->size;
	if (t->kind == LS_TYPE_STRUCT && out.size) {
		m = dtype_members(g, t, &nr);
		out.member = g->members.nr;
		out.nr_members = nr;
		for (size_t k = 0; k < nr; k++) {
			struct dtype *mt = m[k].type;
			bool inside = mt && mt->kind != LS_TYPE_POINTER;
			struct ls_member *to = gen_add(&g->members);

			to->name = gen_string(g, m[k].name, m[k].name_len);
			to->offset = m[k].offset;
			to->type = dtype_index(g, mt, inside);
		}
	}
	*GEN_AT(&g->types, struct ls_type, i) = out;
}

void gen_types(struct gen *g)
{
	bool again = true;
	bool *done = NULL;
	size_t room = 0;

	/* A type that was only named may turn out to be needed by a later one. */
	while (again) {
		again = false;
		for (size_t i = 0; i < g->nr_dtypes; i++) {
			struct dtype *t = g->dtype_queue[i];

			if (i == g->types.nr) {
				gen_add(&g->types);
				done = ls_grow(done, i, &room, sizeof(*done));
				done[i] = false;
			} else if (done[i] || !t->needed) {
				continue;
			}
			done[i] = t->needed;
			write_type(g, t, i);
			again = true;
		}
	}
	free(done);
}
