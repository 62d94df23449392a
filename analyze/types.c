// SPDX-License-Identifier: MIT
/* Types, as debug information tells them: for names of members and of slots. */
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "program.h"

uint32_t ls_type_target(const struct ls_unit *u, uint32_t type)
{
	if (type < u->head->types.nr && u->types[type].kind == LS_TYPE_POINTER)
		return u->types[type].target;
	return type;
}

static int64_t size_of(const struct ls_unit *u, uint32_t type)
{
	return type < u->head->types.nr ? u->types[type].size : 0;
}

/* The first member that @offset is in; where a union has several, the first. */
static const struct ls_member *member_at(const struct ls_unit *u, const struct ls_type *t,
					 int64_t offset)
{
	const struct ls_member *best = NULL;

	for (uint32_t i = 0; i < t->nr_members; i++) {
		const struct ls_member *m = &u->members[t->member + i];
		int64_t size = size_of(u, m->type);

		if (m->offset > offset)
			continue;
		if (size && offset < m->offset + size)
			return m;
		if (!size && (!best || m->offset > best->offset))
			best = m;
	}
	return best && best->offset == offset ? best : NULL;
}

uint32_t ls_type_member(const struct ls_unit *u, uint32_t type, int64_t offset,
			struct ls_arena *arena, const char **text, uint32_t *owner,
			const char **member)
{
	char path[256] = "";
	size_t len = 0;
	uint32_t found = LS_NONE;

	if (owner)
		*owner = LS_NONE;
	if (offset < 0)
		return LS_NONE;
	for (int depth = 0; depth < 16 && type < u->head->types.nr; depth++) {
		const struct ls_type *t = &u->types[type];
		const struct ls_member *m;
		const char *name;

		if (t->kind == LS_TYPE_ARRAY) {
			int64_t size = size_of(u, t->target);

			if (!size)
				break;
			len += snprintf(path + len, sizeof(path) - len, "[%lld]",
					(long long)(offset / size));
			if (len >= sizeof(path))
				return LS_NONE;
			offset %= size;
			type = found = t->target;
			continue;
		}
		if (t->kind != LS_TYPE_STRUCT)
			break;
		m = member_at(u, t, offset);
		if (!m)
			return LS_NONE;
		name = ls_unit_string(u, m->name);
		if (*name)
			len += snprintf(path + len, sizeof(path) - len, ".%s", name);
		if (len >= sizeof(path))
			return LS_NONE;
		if (owner && *name && (t->name || *owner == LS_NONE)) {
			*owner = type;
			*member = name;
		}
		offset -= m->offset;
		type = found = m->type;
		if (found == LS_NONE)
			break;
	}
	if (offset)
		return LS_NONE;
	if (text)
		*text = ls_arena_strdup(arena, path);
	return found == LS_NONE ? LS_NONE : found;
}

uint32_t ls_type_array(const struct ls_unit *u, uint32_t type, int64_t offset,
		       struct ls_arena *arena, const char **text)
{
	char path[256] = "";
	size_t len = 0;

	for (int depth = 0; depth < 16 && type < u->head->types.nr; depth++) {
		const struct ls_type *t = &u->types[type];
		const struct ls_member *m;

		if (t->kind == LS_TYPE_ARRAY && !offset) {
			*text = ls_arena_strdup(arena, path);
			return t->target;
		}
		if (t->kind != LS_TYPE_STRUCT)
			break;
		m = member_at(u, t, offset);
		if (!m)
			break;
		if (*ls_unit_string(u, m->name))
			len += snprintf(path + len, sizeof(path) - len, ".%s",
					ls_unit_string(u, m->name));
		if (len >= sizeof(path))
			break;
		offset -= m->offset;
		type = m->type;
	}
	return LS_NONE;
}

static uint32_t find_member(const struct ls_unit *u, uint32_t type, const char *name, size_t len,
			    int64_t *offset, int *found)
{
	const struct ls_type *t = &u->types[type];

	for (uint32_t i = 0; i < t->nr_members && !*found; i++) {
		const struct ls_member *m = &u->members[t->member + i];
		const char *s = ls_unit_string(u, m->name);

		if (strlen(s) == len && !memcmp(s, name, len) && len) {
			*offset += m->offset;
			*found = 1;
			return m->type;
		}
		if (!*s && m->type < u->head->types.nr &&
		    u->types[m->type].kind == LS_TYPE_STRUCT) {
			int64_t inner = 0;
			uint32_t r = find_member(u, m->type, name, len, &inner, found);

			if (*found) {
				*offset += m->offset + inner;
				return r;
			}
		}
	}
	return LS_NONE;
}

uint32_t ls_type_find(const struct ls_unit *u, uint32_t type, const char *member, int64_t *offset,
		      int *found)
{
	*offset = 0;
	*found = 0;
	while (type < u->head->types.nr && u->types[type].kind == LS_TYPE_STRUCT) {
		size_t len = strcspn(member, ".");

		*found = 0;
		type = find_member(u, type, member, len, offset, found);
		if (!*found || !member[len])
			return type;
		member += len + 1;
	}
	*found = 0;
	return LS_NONE;
}

const struct ls_unit *ls_type_named(const struct ls_program *p, const char *name, uint32_t *type)
{
	void **entry = ls_names_find_string(&p->types, name);
	uint64_t packed;

	if (!entry)
		return NULL;
	packed = (uintptr_t)*entry - 1;
	*type = (uint32_t)packed;
	return p->unit[packed >> 32];
}

const struct ls_insn *ls_unit_def(const struct ls_unit *u, const struct ls_function *f,
				  uint32_t local)
{
	if (local < f->nr_params)
		return NULL;
	for (uint32_t i = 0; i < f->nr_insns; i++)
		if (u->insns[f->insn + i].dst == local)
			return &u->insns[f->insn + i];
	return NULL;
}

uint32_t ls_type_pointee(const struct ls_unit *u, const struct ls_function *f, uint32_t value)
{
	const struct ls_insn *insn;
	uint32_t i = ls_value_index(value);

	if (ls_value_kind(value) != LS_LOCAL)
		return LS_NONE;
	if (i < f->nr_params)
		return ls_type_target(u, u->params[f->param + i].type);
	insn = ls_unit_def(u, f, i);
	return insn ? insn->type : LS_NONE;
}

static const char *slot_name(struct ls_program *p, const struct ls_unit *u, uint32_t type,
			     int64_t offset)
{
	const char *member = NULL;
	uint32_t owner;

	if (type == LS_NONE)
		return NULL;
	ls_type_member(u, type, offset, NULL, NULL, &owner, &member);
	if (owner == LS_NONE || !u->types[owner].name)
		return NULL;
	return ls_arena_printf(p->arena, "%s.%s", ls_unit_string(u, u->types[owner].name), member);
}

const char *ls_type_slot(struct ls_program *p, uint32_t unit, const struct ls_function *f,
			 uint32_t address)
{
	const struct ls_unit *u = p->unit[unit];
	int64_t offset = 0;

	for (int depth = 0; depth < 8; depth++) {
		const struct ls_insn *insn;
		const char *name;
		int64_t o;
		uint32_t symbol = ls_program_operand(p, unit, address, &o);

		if (symbol != LS_NONE) {
			const struct ls_psymbol *s = &p->symbol[symbol];

			if (s->variable == LS_NONE)
				return NULL;
			u = p->unit[s->unit];
			return slot_name(p, u, u->variables[s->variable].type, o + offset);
		}
		if (ls_value_kind(address) != LS_LOCAL)
			return NULL;
		name = slot_name(p, u, ls_type_pointee(u, f, address), offset);
		if (name)
			return name;
		insn = ls_unit_def(u, f, ls_value_index(address));
		if (!insn || (insn->op != LS_OFFSET && insn->op != LS_COPY))
			return NULL;
		address = u->operands[insn->operand];
		offset += insn->op == LS_OFFSET ? insn->extra : 0;
	}
	return NULL;
}
