// SPDX-License-Identifier: MIT
/* One function in one context: states go through its blocks until nothing new comes of it. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

#define STATES_MAX	16	/* sets of locks at one place */
#define STATES_SPARE	6	/* when that few are left, sets that differ in locks of many are one */
#define STEPS_MAX	60000	/* instructions walked in one context */
#define PATHS_MAX	8000000	/* of a group, each of some 50 bytes */

struct ls_state *ls_walk_copy(struct ls_walk *w, const struct ls_state *s)
{
	struct ls_state *copy = w->spare;

	if (!copy)
		return ls_state_copy(w->arena, s, w->f->nr_locals);
	w->spare = copy->next;
	ls_state_assign(copy, s, w->f->nr_locals);
	return copy;
}

void ls_walk_drop(struct ls_walk *w, struct ls_state *s)
{
	s->next = w->spare;
	w->spare = s;
}

void ls_states_add(struct ls_walk *w, struct ls_states *list, struct ls_state *s)
{
	if (list->nr == list->room) {
		size_t room = list->room ? list->room * 2 : 4;
		struct ls_state **more = ls_arena_array(w->arena, room, sizeof(*more));

		if (list->nr)
			memcpy(more, list->state, list->nr * sizeof(*more));
		list->state = more;
		list->room = room;
	}
	list->state[list->nr++] = s;
}

struct room {
	struct ls_state **state;	/* that come in, one for each set of locks */
	uint8_t *dirty;
	size_t nr, room;
};

struct blocks {
	struct ls_walk *w;
	const struct ls_flow *flow;
	struct room *room;	/* by position in the flow */
	uint32_t first;		/* no dirty one before it */
};

/* The former value of a loop's variable goes; what it is now has a name of its own. */
static void enter(struct ls_walk *w, struct ls_state *s, uint32_t from, uint32_t to, int header)
{
	struct ls_paths *p = &w->a->paths;
	const struct ls_block *b = &w->u->blocks[w->f->block + to];
	ls_path value[256];
	uint32_t nr = 0;

	for (; nr < b->nr_insns && nr < 256; nr++) {
		const struct ls_insn *insn = &w->u->insns[b->insn + nr];

		if (insn->op != LS_PHI)
			break;
		value[nr] = LS_NO_PATH;
		for (uint32_t i = 0; i + 1 < insn->nr_operands; i += 2)
			if (w->u->operands[insn->operand + i + 1] == from)
				value[nr] = ls_walk_operand(w, s, insn, i);
	}
	for (uint32_t i = 0; i < nr; i++) {
		const struct ls_insn *insn = &w->u->insns[b->insn + i];
		ls_path merged = ls_path_local(p, LS_PATH_MERGED, insn->dst, LS_NO_PATH);
		struct ls_range r;

		if (!value[i])
			value[i] = ls_path_local(p, LS_PATH_OPAQUE, insn->dst, LS_NO_PATH);
		if (!header || ls_path_is_number(p, value[i]) || s->env[insn->dst] == value[i]) {
			s->env[insn->dst] = value[i];
			continue;
		}
		r = ls_state_range(p, s, value[i]);
		ls_state_forget(p, s, merged);
		ls_state_learn(p, s, merged, r);
		s->env[insn->dst] = merged;
	}
}

/*
 * In the next round of a loop the same name may be another object's. What was let go is forgotten,
 * and what was taken is not taken twice.
 */
static void next_round(const struct blocks *b, struct ls_state *s, uint32_t header)
{
	int kept = 0;

	for (int i = 0; i < s->nr_facts; i++) {
		const struct ls_path_node *n = ls_path_node(&b->w->a->paths, s->fact[i].path);

		/* Is the list empty? */
		if (n->kind != LS_PATH_ANSWER &&
		    (n->kind != LS_PATH_EXPR || n->op < LS_EXPR_RELATION))
			s->fact[kept++] = s->fact[i];
	}
	s->nr_facts = kept;
	for (int i = 0; i < s->nr_locks; i++) {
		if (s->lock[i].fn == LS_NONE || ls_loop_is_from_before(b->w, s, s->lock[i].path, header))
			continue;
		if (s->lock[i].hold == LS_HELD_NOW)
			s->lock[i].flags |= LS_LOCK_FORMER;
		else
			ls_state_drop_lock(s, &s->lock[i--]);
	}
}

/*
 * Results are kept apart where ways meet, as long as there are few: 0 goes with one thing and an
 * error with another.
 */
static int results_differ(const struct blocks *b, const struct ls_state *x,
			  const struct ls_state *y, uint32_t to)
{
	const struct ls_walk *w = b->w;
	const struct ls_block *bb = &w->u->blocks[w->f->block + to];

	for (uint32_t i = 0; i < bb->nr_insns; i++) {
		const struct ls_insn *insn = &w->u->insns[bb->insn + i];
		struct ls_range r, q;

		if (insn->op != LS_PHI)
			break;
		if (x->env[insn->dst] == y->env[insn->dst])
			continue;
		r = ls_state_range(&w->a->paths, x, x->env[insn->dst]);
		q = ls_state_range(&w->a->paths, y, y->env[insn->dst]);
		if ((!r.lo && !r.hi && q.nonzero) || (!q.lo && !q.hi && r.nonzero))
			return 1;
	}
	return 0;
}

#define APART_MAX	3

static void arrive(struct blocks *b, const struct ls_state *from_state, uint32_t from, uint32_t to)
{
	struct ls_walk *w = b->w;
	uint32_t at = b->flow->position[to];
	struct room *room = &b->room[at];
	struct ls_state *s = ls_walk_copy(w, from_state);

	if (!ls_rounds_leave(w, s, b->flow->position[from], at)) {
		ls_walk_drop(w, s);
		return;
	}
	if (s->asserting && ++s->asserting > 4)
		s->asserting = s->failing = 0;
	if (b->flow->header[to] && at <= b->flow->position[from])
		next_round(b, s, at);
	if (b->flow->header[to])
		ls_rounds_enter(w, s, b->flow->position[from], at);
	enter(w, s, from, to, b->flow->header[to]);
	if (room->nr > STATES_MAX - STATES_SPARE)
		ls_several_blur(&w->a->paths, s);
	for (size_t i = 0, apart = 0; i < room->nr; i++) {
		if (!ls_state_same_locks(room->state[i], s))
			continue;
		if (!b->flow->header[to] && room->nr < STATES_MAX / 2 && ++apart < APART_MAX &&
		    results_differ(b, room->state[i], s, to))
			continue;
		if (ls_state_merge(&w->a->paths, room->state[i], s, w->f->nr_locals)) {
			room->dirty[i] = 1;
			if (at < b->first)
				b->first = at;
		}
		ls_walk_drop(w, s);
		return;
	}
	if (room->nr == STATES_MAX) {
		w->c->bounded |= LS_BOUND_STATES;
		ls_walk_drop(w, s);
		return;
	}
	if (!room->state) {
		room->state = ls_arena_array(w->arena, STATES_MAX, sizeof(*room->state));
		room->dirty = ls_arena_alloc(w->arena, STATES_MAX);
	}
	room->dirty[room->nr] = 1;
	room->state[room->nr++] = s;
	if (at < b->first)
		b->first = at;
}

/* Where both are the same set of locks and there are many, be content with one. */
static void thin(struct ls_walk *w, struct ls_states *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->nr; i++) {
		size_t k;

		if (kept > STATES_MAX - STATES_SPARE)
			ls_several_blur(&w->a->paths, list->state[i]);
		for (k = 0; k < kept; k++) {
			if (!ls_state_same_locks(list->state[k], list->state[i]))
				continue;
			ls_state_merge(&w->a->paths, list->state[k], list->state[i],
				       w->f->nr_locals);
			ls_walk_drop(w, list->state[i]);
			break;
		}
		if (k == kept && kept < STATES_MAX)
			list->state[kept++] = list->state[i];
		else if (k == kept)
			w->c->bounded |= LS_BOUND_STATES;
	}
	list->nr = kept;
}

/*
 * BUILD_BUG_ON(!__builtin_constant_p(x)) in an inline function: what is no constant where the
 * function stands is one where it is inlined. The compiler has left nothing of the rest, but it
 * does return.
 */
static int is_build_bug(const struct ls_walk *w, uint32_t block, const struct ls_insn *end)
{
	const struct ls_program *p = w->a->p;
	int64_t offset;
	uint32_t symbol;

	if (end - w->u->insns == w->u->blocks[w->f->block + block].insn || end[-1].op != LS_CALL)
		return 0;
	symbol = ls_program_operand(p, p->fn[w->c->fn].unit, w->u->operands[end[-1].operand],
				    &offset);
	return symbol != LS_NONE &&
		!strncmp(p->symbol[symbol].name, "__compiletime_assert_", 21);
}

static void jump(struct blocks *b, struct ls_state *s, uint32_t from, const struct ls_insn *insn)
{
	struct ls_walk *w = b->w;
	const uint32_t *op = &w->u->operands[insn->operand];
	struct ls_paths *p = &w->a->paths;
	ls_path value;

	switch (insn->op) {
	case LS_JUMP:
		arrive(b, s, from, op[0]);
		break;
	case LS_BRANCH:
		value = ls_walk_value(w, s, op[0]);
		for (int truth = 1; truth >= 0; truth--) {
			struct ls_state *t = ls_walk_copy(w, s);

			if (ls_state_assume(p, t, value, truth))
				arrive(b, t, from, op[truth ? 1 : 2]);
			ls_walk_drop(w, t);
		}
		break;
	case LS_SWITCH:
		value = ls_walk_value(w, s, op[0]);
		for (uint32_t i = 2; i + 1 < insn->nr_operands; i += 2) {
			struct ls_state *t = ls_walk_copy(w, s);
			ls_path is = ls_path_compare(
				p, LS_EQ, value,
				ls_path_node(p, ls_walk_value(w, s, op[i]))->number);

			if (ls_state_assume(p, t, is, 1))
				arrive(b, t, from, op[i + 1]);
			ls_walk_drop(w, t);
		}
		arrive(b, s, from, op[1]);
		break;
	case LS_RETURN:
		ls_summary_exit(w, s, insn->nr_operands ? ls_walk_value(w, s, op[0]) : LS_NO_PATH);
		break;
	case LS_UNREACHABLE:
		if (is_build_bug(w, from, insn))
			ls_summary_exit(w, s, LS_NO_PATH);
		break;
	}
}

static int is_warning(const struct ls_walk *w, const struct ls_state *s, const struct ls_insn *insn)
{
	const struct ls_path_node *n;

	if (insn->op == LS_ASM)
		return 1;
	n = ls_path_node(&w->a->paths, ls_walk_value((struct ls_walk *)w, s,
						     w->u->operands[insn->operand]));
	return n->kind == LS_PATH_SYMBOL && strstr(w->a->p->symbol[n->index].name, "warn");
}

/*
 * BUG() and WARN() are an instruction that is given the name of the file. Nobody is meant to come
 * here, so what breaks a rule only from here on is not worth telling.
 */
static int is_trap(const struct ls_walk *w, const struct ls_insn *insn)
{
	int64_t offset;

	for (uint32_t i = 0; i < insn->nr_operands && insn->op == LS_ASM; i++) {
		uint32_t symbol = ls_program_operand(w->a->p, w->a->p->fn[w->c->fn].unit,
						     w->u->operands[insn->operand + i], &offset);

		if (symbol != LS_NONE && !strncmp(w->a->p->symbol[symbol].name, ".str", 4))
			return 1;
	}
	return 0;
}

/* In a walk for the demands: whether what is asked now counts. */
static void listen(struct ls_walk *w, int wanted)
{
	int counts = w->wishes && wanted;

	w->a->paths.asked = counts ? &w->wishes->fact : NULL;
	w->a->paths.read = counts ? &w->wishes->cell : NULL;
}

static int is_among(const struct ls_states *list, const struct ls_state *s)
{
	for (size_t i = 0; i < list->nr; i++)
		if (list->state[i] == s)
			return 1;
	return 0;
}

/* Return: whether @s goes on to @insn: not if it is a warning that nobody is meant to see. */
static int goes_on(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn)
{
	if (s->asserting && (insn->op == LS_CALL || insn->op == LS_ASM)) {
		/* The warning of an assertion: nobody is meant to come here. */
		if (is_warning(w, s, insn)) {
			if (s->failing)
				ls_rule_note(w, &w->failing[s->failing - 1]);
			return 0;
		}
		s->asserting = s->failing = 0;
	}
	return !is_trap(w, insn);
}

/* What comes of the states in @now. @next is empty before and after. */
static void step(struct blocks *b, uint32_t block, const struct ls_insn *insn,
		 struct ls_states *now, struct ls_states *next)
{
	struct ls_walk *w = b->w;
	struct ls_states was;

	for (size_t k = 0; k < now->nr; k++) {
		struct ls_state *s = now->state[k];

		if (!goes_on(w, s, insn)) {
			ls_walk_drop(w, s);
			continue;
		}
		if (insn->op == LS_CALL) {
			ls_walk_call(w, s, insn, next);
			if (!is_among(next, s))
				ls_walk_drop(w, s);
		} else if (insn->op >= LS_JUMP) {
			jump(b, s, block, insn);
			ls_walk_drop(w, s);
		} else {
			ls_walk_simple(w, s, insn);
			ls_states_add(w, next, s);
		}
	}
	was = *now;
	*now = *next;
	*next = was;
	next->nr = 0;
}

static void walk_block(struct blocks *b, uint32_t block, struct ls_state *s)
{
	struct ls_walk *w = b->w;
	const struct ls_block *bb = &w->u->blocks[w->f->block + block];
	struct ls_states now = { .nr = 0 }, next = { .nr = 0 };

	ls_states_add(w, &now, s);
	for (uint32_t i = 0; i < bb->nr_insns && now.nr; i++) {
		const struct ls_insn *insn = &w->u->insns[bb->insn + i];

		if (insn->op == LS_PHI)
			continue;
		w->steps += now.nr;
		listen(w, w->flow->wanted ? w->flow->wanted[bb->insn + i - w->f->insn] : 0);
		step(b, block, insn, &now, &next);
		if (now.nr > 10)
			thin(w, &now);
	}
}

static int walk_next(struct blocks *b)
{
	for (uint32_t at = b->first; at < b->flow->nr_blocks; at++) {
		struct room *room = &b->room[at];

		for (size_t i = 0; i < room->nr; i++) {
			if (!room->dirty[i])
				continue;
			room->dirty[i] = 0;
			b->first = at;
			walk_block(b, b->flow->order[at],
				   ls_walk_copy(b->w, room->state[i]));
			return 1;
		}
	}
	return 0;
}

/* Those who wait to leave a loop go on when all its rounds are done. */
static int go_on(struct blocks *b)
{
	uint32_t from, to;
	struct ls_state *s;

	if (walk_next(b))
		return 1;
	s = ls_rounds_next(b->w, &from, &to);
	if (s)
		arrive(b, s, b->flow->order[from], b->flow->order[to]);
	return s != NULL;
}

/* Walks go on within walks: each has an arena of its own, used again by the next. */
static struct ls_arena *scratch(struct ls_analysis *a)
{
	if (a->open == a->nr_scratch) {
		a->scratch = ls_grow(a->scratch, a->nr_scratch, &a->scratch_room,
				     sizeof(*a->scratch));
		a->scratch[a->nr_scratch++] = ls_arena_create();
	}
	return a->scratch[a->open++];
}

/*
 * Budgets are counted in what was done, never in time: the same is given up on everywhere. A
 * group's is spent in the order of its walks, which is that of its sources.
 */
static int is_too_much(const struct ls_walk *w)
{
	const struct ls_analysis *a = w->a;

	if (w->steps > STEPS_MAX)
		w->c->bounded |= LS_BOUND_STEPS;
	if (a->steps + w->steps >= a->steps_max || a->paths.nr > PATHS_MAX)
		w->c->bounded |= LS_BOUND_GROUP;
	return w->c->bounded & (LS_BOUND_STEPS | LS_BOUND_GROUP);
}

void ls_walk_context(struct ls_analysis *a, struct ls_context *c)
{
	struct ls_walk w = {
		.a = a, .c = c, .u = ls_fn_unit(a->p, c->fn), .f = a->p->fn[c->fn].f,
		.arena = scratch(a),
	};
	struct blocks b = { .w = &w, .flow = ls_flow_of(a, c->fn) };
	struct ls_state *start;

	struct ls_map *asked = a->paths.asked, *read = a->paths.read;
	struct ls_wishes wishes;

	w.flow = b.flow;
	ls_rounds_begin(&w);
	c->walking = 1;
	a->walked++;
	a->paths.asked = a->paths.read = NULL;
	if (c->generic && a->p->fn[c->fn].matters)
		ls_summary_generic_begin(&w, &wishes);
	start = ls_state_create(w.arena, w.f->nr_locals);
	ls_state_assign(start, &c->start, w.f->nr_params);
	b.room = ls_arena_array(w.arena, b.flow->nr_blocks + 1, sizeof(*b.room));
	if (b.flow->nr_blocks) {
		b.room[0].state = ls_arena_array(w.arena, STATES_MAX, sizeof(*b.room[0].state));
		b.room[0].dirty = ls_arena_alloc(w.arena, STATES_MAX);
		b.room[0].state[0] = start;
		b.room[0].dirty[0] = b.room[0].nr = 1;
	}
	while (!is_too_much(&w) && go_on(&b))
		;
	if (c->bounded & (LS_BOUND_STEPS | LS_BOUND_GROUP))
		ls_summary_give_up(&w);
	c->steps = w.steps;
	a->steps += w.steps;
	w.reached = ls_arena_alloc(w.arena, b.flow->nr_blocks + 1);
	for (uint32_t i = 0; i < b.flow->nr_blocks; i++)
		w.reached[i] = b.room[i].nr != 0;
	ls_settle_checks(&w);
	if (w.wishes)
		ls_summary_generic_end(&w);
	a->paths.asked = asked;
	a->paths.read = read;
	c->nr_outcomes = w.nr_exits;
	c->outcome = ls_arena_array(a->arena, w.nr_exits, sizeof(*c->outcome));
	for (size_t i = 0; i < w.nr_exits; i++) {
		c->outcome[i] = w.exit[i];
		c->outcome[i].state = ls_state_keep(a->arena, &w.exit[i].state, 0);
	}
	a->open--;
	ls_arena_clear(w.arena);
	c->walking = 0;
	c->done = 1;
}
