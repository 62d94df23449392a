// SPDX-License-Identifier: MIT
/* Is a rule kept here, and how sure is that? */
#include <string.h>

#include "arena.h"
#include "context.h"

static int is_resv(const struct ls_unit *u, uint32_t type)
{
	type = ls_type_target(u, type);
	return type < u->head->types.nr && !strcmp(ls_unit_string(u, u->types[type].name), "dma_resv");
}

/* Whether a load reads a member that is declared as a pointer to one: unions hide its type. */
static int reads_resv(struct ls_walk *w, const struct ls_insn *load)
{
	const char *slot = ls_type_slot(w->a->p, w->a->p->fn[w->c->fn].unit, w->f,
					w->u->operands[load->operand]);
	const char *dot = slot ? strchr(slot, '.') : NULL;
	const struct ls_unit *u;
	int64_t offset;
	uint32_t type;
	int found;

	if (!dot)
		return 0;
	u = ls_type_named(w->a->p, ls_arena_strndup(w->arena, slot, dot - slot), &type);
	if (!u)
		return 0;
	type = ls_type_find(u, type, dot + 1, &offset, &found);
	return found && is_resv(u, type);
}

static int points_to_resv(struct ls_walk *w, uint32_t operand)
{
	for (int depth = 0; depth < 8 && ls_value_kind(operand) == LS_LOCAL; depth++) {
		uint32_t type = ls_type_pointee(w->u, w->f, operand);
		const struct ls_insn *def;

		if (type != LS_NONE && is_resv(w->u, type))
			return 1;
		def = ls_unit_def(w->u, w->f, ls_value_index(operand));
		if (def && def->op == LS_LOAD && type == LS_NONE)
			return reads_resv(w, def);
		if (!def || (def->op != LS_OFFSET && def->op != LS_COPY && def->op != LS_INDEX))
			return 0;
		operand = w->u->operands[def->operand];
	}
	return 0;
}

int ls_rule_concerns(struct ls_walk *w, const struct ls_insn *insn,
		     const struct ls_model_call *call)
{
	int arg = call->lock.arg;

	if (strncmp(call->name, "ww_mutex_", 9) && strncmp(call->name, "lock_is_held", 12))
		return 1;
	return arg >= 0 && (uint32_t)arg + 1 < insn->nr_operands &&
		points_to_resv(w, w->u->operands[insn->operand + 1 + arg]);
}

#define FACTS_NOTED 8

static int same_fact(const struct ls_fact *x, const struct ls_fact *y)
{
	return x->path == y->path && x->range.lo == y->range.lo && x->range.hi == y->range.hi &&
		x->range.nonzero == y->range.nonzero;
}

size_t ls_rule_facts(const struct ls_paths *p, const struct ls_state *s, struct ls_fact *fact,
		     size_t max)
{
	size_t nr = 0;

	for (int i = 0; i < s->nr_facts && nr < max; i++) {
		const struct ls_path_node *n = ls_path_node(p, s->fact[i].path);
		struct ls_range r = s->fact[i].range;

		if (n->local || (n->kind != LS_PATH_LOAD && n->kind != LS_PATH_PARAM))
			continue;
		if (r.lo != r.hi && (r.nonzero || r.lo > 0 || r.hi < 0))
			r = (struct ls_range) { INT64_MIN, INT64_MAX, 1, 0 };
		else if (r.lo != r.hi)
			continue;
		fact[nr++] = (struct ls_fact) { s->fact[i].path, r };
	}
	return nr;
}

size_t ls_rule_facts_common(struct ls_fact *fact, size_t nr, const struct ls_fact *other,
			    size_t nr_other)
{
	size_t kept = 0;

	for (size_t i = 0; i < nr; i++)
		for (size_t k = 0; k < nr_other; k++)
			if (same_fact(&fact[i], &other[k])) {
				fact[kept++] = fact[i];
				break;
			}
	return kept;
}

static void note_facts(struct ls_walk *w, const struct ls_state *s, struct ls_check *check)
{
	struct ls_fact fact[FACTS_NOTED];

	check->nr_facts = ls_rule_facts(&w->a->paths, s, fact, FACTS_NOTED);
	check->fact = ls_arena_copy(w->a->arena, fact, check->nr_facts * sizeof(*fact));
}

void ls_rule_note(struct ls_walk *w, const struct ls_check *check)
{
	struct ls_context *c = w->c;

	for (size_t i = 0; i < c->nr_checks; i++) {
		struct ls_check *old = &c->check[i];

		if (old->insn == check->insn && old->call == check->call &&
		    old->kind == check->kind && old->verdict == check->verdict &&
		    old->lock == check->lock) {
			struct ls_fact *fact = old->fact;
			size_t nr = ls_rule_facts_common(fact, old->nr_facts, check->fact,
							 check->nr_facts);

			/* The surest way counts, and what is known on all of them. */
			if (!check->doubt)
				*old = *check;
			old->fact = fact;
			old->nr_facts = nr;
			return;
		}
	}
	c->check = ls_grow(c->check, c->nr_checks, &c->check_room, sizeof(*c->check));
	c->check[c->nr_checks++] = *check;
}

static const struct ls_lock *any_held(const struct ls_state *s)
{
	for (int i = 0; i < s->nr_locks; i++)
		if (s->lock[i].hold == LS_HELD_NOW)
			return &s->lock[i];
	return NULL;
}

/* Two members, or elements, of one object: different things. */
static int are_siblings(const struct ls_paths *p, ls_path a, ls_path b)
{
	int64_t x, y;
	const struct ls_path_node *n = ls_path_node(p, a), *m = ls_path_node(p, b);

	if (n->kind != LS_PATH_LOAD || m->kind != LS_PATH_LOAD || n->local || m->local)
		return 0;
	a = ls_path_base(p, n->base, &x);
	b = ls_path_base(p, m->base, &y);
	if (x != y || ls_path_node(p, a)->kind != LS_PATH_LOAD ||
	    ls_path_node(p, b)->kind != LS_PATH_LOAD)
		return 0;
	return ls_path_base(p, ls_path_node(p, a)->base, &x) ==
		       ls_path_base(p, ls_path_node(p, b)->base, &y) &&
	       x != y;
}

static const char given_up[] = "what was called before was too large to be followed to its end";

const char *ls_rule_doubt(struct ls_walk *w, const struct ls_state *s, ls_path lock)
{
	const struct ls_lock *held = NULL;

	for (int i = 0; i < s->nr_locks && !held; i++)
		if (s->lock[i].hold == LS_HELD_NOW &&
		    !are_siblings(&w->a->paths, s->lock[i].path, lock))
			held = &s->lock[i];
	if (held && (ls_path_alike(&w->a->paths, held->path, lock) || !lock))
		return "another reservation lock is held, which may be the same one under another "
		       "name";
	if (held)
		return "another reservation lock is held, and the two may be one";
	if (s->others)
		return "callers hold a reservation lock that has no name here";
	if (s->lost & LS_LOST_CALL)
		return given_up;
	if (s->lost)
		return "too many locks are held to follow each of them";
	return NULL;
}

static const char *doubt_held(struct ls_walk *w, const struct ls_lock *lock)
{
	if (lock->flags & LS_LOCK_ASSUMED)
		return "that it is held is known from an assertion only";
	if (lock->flags & LS_LOCK_FORMER)
		return "it was taken in an earlier round of a loop, perhaps on another object";
	if (!ls_path_exact(&w->a->paths, lock->path))
		return "the lock is one of several, or of an object found in a loop";
	return NULL;
}

struct ls_lock *ls_rule_stands_for(const struct ls_paths *p, struct ls_state *s, ls_path lock)
{
	for (int i = 0; i < s->nr_locks && lock; i++) {
		struct ls_lock *l = &s->lock[i];

		/* Taken by one call for a whole list. */
		if (l->hold == LS_HELD_NOW && ls_several_unnamed(p, l->path))
			return l;
		if (l->hold == LS_HELD_NOW && ls_path_alike(p, l->path, lock) &&
		    (l->flags & LS_LOCK_FORMER || !ls_path_exact(p, l->path) ||
		     !ls_path_exact(p, lock)))
			return l;
	}
	return NULL;
}

void ls_rule_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check)
{
	const struct ls_lock *lock = check->lock ? ls_state_lock(s, check->lock) : any_held(s);

	if (!lock)
		lock = ls_rule_stands_for(&w->a->paths, s, check->lock);

	check->kind = LS_NOT_HELD;
	if (lock && lock->hold == LS_HELD_NOW) {
		check->verdict = LS_KEPT;
		check->held = *lock;
	} else if (!check->lock && (s->others || s->lost)) {
		check->verdict = LS_UNDECIDED;
	} else if (lock || s->unheld) {
		check->verdict = LS_BROKEN;
		if (lock)
			check->held = *lock;
		check->doubt = ls_rule_doubt(w, s, check->lock);
		if (lock && !ls_path_exact(&w->a->paths, lock->path) && !check->doubt)
			check->doubt =
				"the lock is one of several, or of an object found in a loop";
	} else {
		check->verdict = LS_UNDECIDED;
	}
	if (check->verdict == LS_BROKEN)
		note_facts(w, s, check);
	ls_rule_note(w, check);
}

int ls_rule_not_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check, int takes)
{
	const struct ls_lock *lock = check->lock ? ls_state_lock(s, check->lock) : any_held(s);

	if (!lock || lock->hold != LS_HELD_NOW)
		return 0;
	check->kind = takes && check->lock ? LS_TAKEN_TWICE : LS_HELD;
	check->verdict = LS_BROKEN;
	check->held = *lock;
	if (!check->doubt)
		check->doubt = doubt_held(w, lock);
	if (!check->doubt && s->lost & LS_LOST_CALL)
		check->doubt = given_up;
	if (!check->doubt && check->call->refcount_zero)
		check->doubt = "only if that was the last reference: who unlocks it later must have one";
	ls_rule_note(w, check);
	return 1;
}

void ls_rule_free(struct ls_walk *w, const struct ls_state *s, struct ls_check *check, int takes)
{
	check->kind = takes ? LS_TAKEN_TWICE : LS_HELD;
	check->verdict = LS_KEPT;
	check->doubt = NULL;
	note_facts(w, s, check);
	ls_rule_note(w, check);
}

int ls_rule_impossible(struct ls_walk *w, const struct ls_state *s, ls_path path)
{
	struct ls_paths *p = &w->a->paths;

	while (path) {
		const struct ls_path_node *n = ls_path_node(p, path);
		int64_t offset;

		if (n->kind == LS_PATH_LOAD) {
			ls_path pointer = ls_path_base(p, n->base, &offset);

			ls_state_ask(p, pointer);
			n = ls_path_node(p, path);
			struct ls_range r = ls_state_range(p, s, pointer);

			if (!r.lo && !r.hi && ls_path_node(p, pointer)->kind != LS_PATH_NUMBER)
				return 1;
			if (ls_path_is_number(p, pointer) && r.lo > -4096 && r.hi < 4096)
				return 1;
		}
		path = n->base;
	}
	return 0;
}

int ls_rule_no_argument(struct ls_walk *w, const struct ls_state *s,
			const struct ls_lock_path *path, const ls_path *arg, size_t nr_args)
{
	struct ls_range r;

	if (path->arg < 0 || (size_t)path->arg >= nr_args || !path->nr)
		return 0;
	ls_state_ask(&w->a->paths, arg[path->arg]);
	r = ls_state_range(&w->a->paths, s, arg[path->arg]);
	return (!r.lo && !r.hi) || (r.hi < 0 && r.lo >= -4095);
}
