// SPDX-License-Identifier: MIT
/* Paths in the words of the source: "obj->base.resv". */
#include <string.h>

#include "arena.h"
#include "context.h"

struct named {
	const char *text;
	const struct ls_unit *u;
	uint32_t type;		/* what it points to; of a variable, what it is */
	int is_variable;	/* its address is meant: members are reached by "." */
};

static struct named name(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path);

/* A declaration will not do where members are looked for. */
static void whole_type(struct ls_analysis *a, struct named *n)
{
	const struct ls_unit *u;
	uint32_t type;

	if (n->type >= n->u->head->types.nr || n->u->types[n->type].nr_members ||
	    n->u->types[n->type].kind != LS_TYPE_STRUCT)
		return;
	u = ls_type_named(a->p, ls_unit_string(n->u, n->u->types[n->type].name), &type);
	if (u) {
		n->u = u;
		n->type = type;
	}
}

static const char *type_name(const struct ls_unit *u, uint32_t type)
{
	if (type < u->head->types.nr && u->types[type].name)
		return ls_unit_string(u, u->types[type].name);
	return NULL;
}

/* What a value points to, as it is or as a cast has it. */
static uint32_t type_of_result(const struct ls_unit *u, const struct ls_function *f,
			       const struct ls_insn *insn)
{
	if (type_name(u, insn->type))
		return insn->type;
	for (uint32_t i = 0; i < f->nr_insns; i++) {
		const struct ls_insn *cast = &u->insns[f->insn + i];

		if (cast->op == LS_COPY &&
		    u->operands[cast->operand] == LS_VALUE(LS_LOCAL, insn->dst) &&
		    type_name(u, cast->type))
			return cast->type;
	}
	return LS_NONE;
}

/* A helper that does the container_of(): by how much it goes back. */
static int64_t goes_back(struct ls_analysis *a, uint32_t fn, const struct ls_insn *insn)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	int64_t offset;
	uint32_t symbol, callee;
	const struct ls_context *c;

	if (insn->op == LS_OFFSET)
		return insn->extra;
	symbol = insn->op == LS_CALL ? ls_program_operand(a->p, a->p->fn[fn].unit,
							  u->operands[insn->operand], &offset)
				     : LS_NONE;
	callee = symbol == LS_NONE ? LS_NONE : a->p->symbol[symbol].fn;
	if (callee == LS_NONE || a->p->fn[callee].matters || !a->p->fn[callee].small)
		return 0;
	c = ls_context_generic(a, callee, NULL, 0);
	if (!c->nr_outcomes || !c->outcome[0].ret)
		return 0;
	ls_path_base(&a->paths, c->outcome[0].ret, &offset);
	return offset;
}

/* container_of(): the type is that of a result with the same offset. */
static struct named container(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn,
			      struct named inner, int64_t *offset)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;

	for (uint32_t i = 0; i < f->nr_insns; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];
		int64_t back = goes_back(a, fn, insn);
		uint32_t type;

		if (back >= 0)
			continue;
		type = type_of_result(u, f, insn);
		if (type == LS_NONE || *offset - back < 0 || *offset - back >= u->types[type].size)
			continue;
		*offset -= back;
		return (struct named) {
			ls_arena_printf(arena, "container_of(%s)", inner.text), u, type, 0,
		};
	}
	return inner;
}

/* A pointer that lies where another points to: of a table of them, or one that was passed. */
static int through_pointer(struct ls_analysis *a, struct ls_arena *arena, ls_path address,
			   struct named *n)
{
	if (n->type >= n->u->head->types.nr || n->u->types[n->type].kind != LS_TYPE_POINTER)
		return 0;
	if (ls_path_node(&a->paths, address)->kind != LS_PATH_ELEMENT)
		n->text = ls_arena_printf(arena, "(*%s)", n->text);
	n->type = ls_type_target(n->u, n->type);
	return 1;
}

/* Whether a struct of this type has something at @offset. */
static int reaches(const struct ls_unit *u, uint32_t type, int64_t offset)
{
	return type_name(u, type) && type < u->head->types.nr && offset < u->types[type].size;
}

/* "T.m" of the member that a load reads; NULL: it is not known. */
static const char *slot_of(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path)
{
	int64_t offset;
	ls_path base = ls_path_base(&a->paths, ls_path_node(&a->paths, path)->base, &offset);
	struct named n = name(a, arena, fn, base);
	const char *member = NULL;
	uint32_t owner = LS_NONE;

	whole_type(a, &n);
	if (offset < 0 || n.is_variable)
		return NULL;
	ls_type_member(n.u, n.type, offset, arena, NULL, &owner, &member);
	if (owner == LS_NONE || !type_name(n.u, owner))
		return NULL;
	return ls_arena_printf(arena, "%s.%s", type_name(n.u, owner), member);
}

/*
 * What is declared as a pointer to anything, or to what lies at the beginning of another struct, is
 * cast where it is used. Return: whether @n was made the struct that @path points to, of which
 * something lies at @offset.
 */
static int cast(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path,
		int64_t offset, struct named *n)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	const struct ls_path_node node = *ls_path_node(&a->paths, path);
	const char *slot = node.kind == LS_PATH_LOAD ? slot_of(a, arena, fn, path) : NULL;

	for (uint32_t i = 0; i < f->nr_insns && (slot || node.kind == LS_PATH_PARAM); i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];
		uint32_t type = insn->type;
		const char *read;

		if (slot && insn->op == LS_LOAD) {
			type = type_of_result(u, f, insn);
			if (type == LS_NONE || !reaches(u, type, offset))
				continue;
			read = ls_type_slot(a->p, a->p->fn[fn].unit, f, u->operands[insn->operand]);
			if (!read || strcmp(read, slot))
				continue;
		} else if (slot || (insn->op != LS_COPY && (insn->op != LS_OFFSET || insn->extra)) ||
			   u->operands[insn->operand] != LS_VALUE(LS_LOCAL, node.index) ||
			   !reaches(u, type, offset)) {
			continue;
		}
		n->u = u;
		n->type = type;
		n->is_variable = 0;
		return 1;
	}
	return 0;
}

static const char *as_argument(struct ls_analysis *a, uint32_t fn, uint32_t local, uint32_t type);

/* A member of something unknown goes by what it points to, as it is loaded. */
static int loaded(struct ls_analysis *a, uint32_t fn, ls_path base, int64_t offset,
		  struct named *out)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	const struct ls_path_node *node = ls_path_node(&a->paths, base);

	for (uint32_t i = 0; i < f->nr_insns && node->kind == LS_PATH_PARAM; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i], *at;
		uint32_t address, type;

		if (insn->op != LS_LOAD)
			continue;
		address = u->operands[insn->operand];
		at = ls_value_kind(address) == LS_LOCAL ?
			ls_unit_def(u, f, ls_value_index(address)) : NULL;
		type = type_of_result(u, f, insn);
		if (!at || at->op != LS_OFFSET || at->extra != offset || !type_name(u, type) ||
		    u->operands[at->operand] != LS_VALUE(LS_LOCAL, node->index))
			continue;
		out->text = as_argument(a, fn, insn->dst, type);
		if (!out->text)
			out->text = type_name(u, type);
		out->u = u;
		out->type = type;
		return 1;
	}
	return 0;
}

static struct named member(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn,
			   ls_path address, int load)
{
	int64_t offset;
	ls_path base = ls_path_base(&a->paths, address, &offset);
	struct named n = name(a, arena, fn, base), out;
	const char *text = NULL;
	uint32_t type;
	int dot;

	if (load && !offset && !n.is_variable && through_pointer(a, arena, base, &n))
		return n;
	if (offset < 0)
		n = container(a, arena, fn, n, &offset);
	whole_type(a, &n);
	type = ls_type_member(n.u, n.type, offset, arena, &text, NULL, NULL);
	if ((!text || !*text) && offset >= 0 && cast(a, arena, fn, base, offset, &n)) {
		whole_type(a, &n);
		type = ls_type_member(n.u, n.type, offset, arena, &text, NULL, NULL);
	}
	out = n;
	if (!text || !*text) {
		out.type = n.is_variable ? ls_type_target(n.u, n.type) : LS_NONE;
		out.is_variable = 0;
		if (load && loaded(a, fn, base, offset, &out))
			return out;
		if (offset)
			out.text = ls_arena_printf(arena, "%s + %lld", n.text, (long long)offset);
		else if (load && !n.is_variable)
			out.text = ls_arena_printf(arena, "*%s", n.text);
		return out;
	}
	dot = n.is_variable || *text == '[' ||
		ls_path_node(&a->paths, base)->kind == LS_PATH_ELEMENT;
	out.text = ls_arena_printf(arena, "%s%s%s%s", load ? "" : "&", n.text, dot ? "" : "->",
				   dot ? text : text + 1);
	out.type = load ? ls_type_target(n.u, type) : type;
	out.is_variable = 0;
	return out;
}

/* A local value goes by the name that a function gives it that it is passed to. */
static const char *as_argument(struct ls_analysis *a, uint32_t fn, uint32_t local, uint32_t type)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	const char *wanted = type_name(u, type);

	for (uint32_t i = 0; i < f->nr_insns && wanted; i++) {
		const struct ls_insn *insn = &u->insns[f->insn + i];
		int64_t offset;
		uint32_t symbol, callee;

		if (insn->op != LS_CALL)
			continue;
		symbol = ls_program_operand(a->p, a->p->fn[fn].unit, u->operands[insn->operand],
					    &offset);
		callee = symbol == LS_NONE ? LS_NONE : a->p->symbol[symbol].fn;
		if (callee == LS_NONE)
			continue;
		for (uint32_t k = 1; k < insn->nr_operands && k <= a->p->fn[callee].f->nr_params;
		     k++) {
			const struct ls_unit *cu = ls_fn_unit(a->p, callee);
			const struct ls_param *param =
				&cu->params[a->p->fn[callee].f->param + k - 1];
			const char *name = type_name(cu, ls_type_target(cu, param->type));

			if (u->operands[insn->operand + k] == LS_VALUE(LS_LOCAL, local) && name &&
			    !strcmp(name, wanted) && *ls_unit_string(cu, param->name))
				return ls_unit_string(cu, param->name);
		}
	}
	return NULL;
}

static struct named of_local(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn,
			     const struct ls_path_node *n)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	const struct ls_insn *def = n->index < f->nr_locals ? ls_unit_def(u, f, n->index) : NULL;
	struct named out = { "it", u, LS_NONE, n->kind == LS_PATH_OBJECT };
	const char *type;

	if (!def)
		return out;
	out.type = def->type;
	type = type_name(u, def->type);
	out.text = as_argument(a, fn, n->index, def->type);
	if (out.text)
		return out;
	out.text = "it";
	if (n->kind == LS_PATH_RESULT && def->op == LS_CALL)
		out.text = ls_arena_printf(arena, "%s()", ls_name_callee(a, fn, def - u->insns));
	else if (type)
		out.text = type;
	return out;
}

/* Of an array in a struct, or of one that something points to. */
static struct named element(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn,
			    ls_path array)
{
	struct named e;
	const char *text;
	int64_t offset;
	ls_path base = ls_path_base(&a->paths, array, &offset);

	if (offset > 0) {
		uint32_t type;

		e = name(a, arena, fn, base);
		whole_type(a, &e);
		type = ls_type_array(e.u, e.type, offset, arena, &text);
		if (type != LS_NONE) {
			e.text = ls_arena_printf(arena, "%s%s%s[]", e.text,
						 e.is_variable ? "" : "->",
						 e.is_variable ? text : text + 1);
			e.type = type;
			e.is_variable = 0;
			return e;
		}
	}
	e = name(a, arena, fn, array);
	e.text = ls_arena_printf(arena, "%s[]", e.text);
	return e;
}

static struct named name(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_function *f = a->p->fn[fn].f;
	struct ls_path_node n = *ls_path_node(&a->paths, path);
	const struct ls_psymbol *s;
	const char *text;

	switch (n.kind) {
	case LS_PATH_NUMBER:
		return (struct named) {
			ls_arena_printf(arena, "%lld", (long long)n.number), u, LS_NONE, 0 };
	case LS_PATH_PARAM:
		if (n.index >= f->nr_params)
			break;
		text = ls_unit_string(u, u->params[f->param + n.index].name);
		if (!*text)
			text = ls_arena_printf(arena, "argument %u", n.index + 1);
		return (struct named){ text, u,
				       ls_type_target(u, u->params[f->param + n.index].type), 0 };
	case LS_PATH_SYMBOL:
		s = &a->p->symbol[n.index];
		return (struct named) {
			s->name, a->p->unit[s->unit],
			s->variable == LS_NONE ? LS_NONE :
				a->p->unit[s->unit]->variables[s->variable].type, 1 };
	case LS_PATH_LOAD:
		return member(a, arena, fn, n.base, 1);
	case LS_PATH_OFFSET:
		return member(a, arena, fn, path, 0);
	case LS_PATH_ELEMENT:
		return element(a, arena, fn, n.base);
	case LS_PATH_CHANGED:
		return member(a, arena, fn, n.base, 1);
	default:
		if (n.local)
			return of_local(a, arena, fn, &n);
	}
	return (struct named) { "it", u, LS_NONE, 0 };
}

/* An alias is undone where the object is none of the alias's type: it was another with a like
 * member. */
const char *ls_name_path(struct ls_analysis *a, struct ls_arena *arena, uint32_t fn, ls_path path)
{
	uint64_t *spelled = path ? ls_map_find(&a->paths.spelled, path) : NULL;
	const struct ls_path_node *n = ls_path_node(&a->paths, path);

	if (spelled && n->kind == LS_PATH_LOAD) {
		int64_t offset;
		ls_path base = ls_path_base(&a->paths, n->base, &offset);
		struct named o = name(a, arena, fn, base);
		uint32_t owner = LS_NONE;
		const char *m = NULL;
		int fits = 0;

		if (offset < 0)
			o = container(a, arena, fn, o, &offset);
		whole_type(a, &o);
		ls_type_member(o.u, o.type, offset, arena, NULL, &owner, &m);
		for (size_t i = 0; i < a->paths.nr_aliases && owner != LS_NONE; i++)
			fits |= !strcmp(type_name(o.u, owner) ? type_name(o.u, owner) : "",
					a->paths.alias[i].type);
		if (!fits)
			path = *spelled;
	}
	return path ? name(a, arena, fn, path).text : "a reservation lock";
}

const char *ls_name_file(const struct ls_analysis *a, uint32_t fn, uint32_t insn,
			 unsigned int *line)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_insn *i = &u->insns[insn];

	*line = i->line ? i->line : a->p->fn[fn].f->line;
	return ls_unit_file(u, i->file == UINT16_MAX ? a->p->fn[fn].f->file : i->file);
}

const char *ls_name_callee(struct ls_analysis *a, uint32_t fn, uint32_t insn)
{
	const struct ls_unit *u = ls_fn_unit(a->p, fn);
	const struct ls_fn *f = &a->p->fn[fn];
	int64_t offset;
	uint32_t symbol =
		ls_program_operand(a->p, f->unit, u->operands[u->insns[insn].operand], &offset);

	if (symbol != LS_NONE)
		return a->p->symbol[symbol].name;

	for (uint32_t e = f->edge; e < f->edge + f->nr_edges; e++)
		if (a->p->edge[e].insn == insn && a->p->edge[e].kind == LS_EDGE_SLOT)
			return a->p->slot[a->p->edge[e].to].name;
	return "a function";
}
