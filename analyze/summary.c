// SPDX-License-Identifier: MIT
/*
 * From a caller's names to the callee's and back: what a call begins with, and what comes of it.
 * See context.h.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

#define DEPTH_MAX	120	/* calls within calls */
#define FACTS_TOLD_MAX	8	/* of a call: for advice */

/* --- a caller's path in the callee's terms --------------------------------------------------- */

struct naming {
	struct ls_walk *w;
	const struct ls_state *s;
	const ls_path *arg;
	size_t nr;
};

/* For values that lie in memory, and contexts of locks: by what the arguments reach. */
static ls_path name_in(struct naming *n, ls_path path)
{
	struct ls_paths *p = &n->w->a->paths;
	int64_t offset, at;
	ls_path base = ls_path_base(p, path, &offset);
	struct ls_path_node node = *ls_path_node(p, path);

	if (!path || ls_is_portable(ls_path_node(p, base)))
		return path;
	for (size_t i = 0; i < n->nr; i++)
		if (ls_path_base(p, n->arg[i], &at) == base)
			return ls_path_offset(p, ls_path_param(p, i), offset - at);
	if (node.kind == LS_PATH_OFFSET)
		return ls_path_offset(p, name_in(n, node.base), node.number);
	if (node.kind == LS_PATH_LOAD)
		return ls_path_load(p, name_in(n, node.base));
	return LS_NO_PATH;
}

/* --- and back -----------------------------------------------------------------------------------
 */

#define NAMED	64

struct back {
	struct ls_walk *w;
	const struct ls_state *s;	/* before the call */
	const ls_path *arg;
	size_t nr;
	ls_path result;
	uint32_t insn;
	/* What was named already: outcomes have much in common. */
	struct named { ls_path path, name; } named[NAMED];
};

static ls_path name_out(struct back *b, ls_path path);

static ls_path name_anew(struct back *b, ls_path path)
{
	struct ls_paths *p = &b->w->a->paths;
	struct ls_path_node n = *ls_path_node(p, path);
	ls_path base;

	switch (n.kind) {
	case LS_PATH_NUMBER:
	case LS_PATH_SYMBOL:
		return path;
	case LS_PATH_PARAM:
		return n.index < b->nr ? b->arg[n.index] : LS_NO_PATH;
	case LS_PATH_OFFSET:
		return ls_path_offset(p, name_out(b, n.base), n.number);
	case LS_PATH_LOAD:
		base = name_out(b, n.base);
		ls_path_mark(p, base, ls_path_marks(p, n.base));
		return base ? ls_state_load(p, b->s, base) : LS_NO_PATH;
	case LS_PATH_ELEMENT:
		return ls_path_element(p, name_out(b, n.base), n.index ? name_out(b, n.index) : 0);
	case LS_PATH_EXPR:
		base = name_out(b, n.base);
		if (!base)
			return LS_NO_PATH;
		if (n.index)
			return ls_path_relation(p, n.op - LS_EXPR_RELATION, base,
						name_out(b, n.index));
		return n.op < LS_EXPR_BINARY ? ls_path_compare(p, n.op, base, n.number) :
			ls_path_binary(p, n.op - LS_EXPR_BINARY, base, n.number);
	case LS_PATH_ANSWER:
		return ls_path_answer(p, n.index, name_out(b, n.base));
	case LS_PATH_RETURNED:
		return b->result;
	default:
		return LS_NO_PATH;
	}
}

static ls_path name_out(struct back *b, ls_path path)
{
	struct named *n = &b->named[path % NAMED];
	ls_path name;

	/* Who is read has to be noted each time. */
	if (path && n->path == path && !b->w->a->paths.read)
		return n->name;
	name = name_anew(b, path);
	*n = (struct named) { path, name };
	return name;
}

/* What a callee asks for, its caller asks for as well. */
static void pass_on(struct back *b, const struct ls_demands *d)
{
	struct ls_walk *w = b->w;
	struct ls_paths *p = &w->a->paths;

	for (size_t i = 0; i < d->nr_locks; i++)
		ls_summary_wish(w, ls_several_wish(w, b->s, name_out(b, d->lock[i])));
	for (size_t i = 0; i < d->nr_facts; i++)
		ls_state_ask(p, name_out(b, d->fact[i]));
	for (size_t i = 0; i < d->nr_cells; i++) {
		ls_path at = name_out(b, d->cell[i]);

		if (at)
			ls_state_load(p, b->s, at);
	}
}

/* --- the start of a context ------------------------------------------------------------------ */

static int by_path(const void *a, const void *b)
{
	ls_path x = *(const ls_path *)a, y = *(const ls_path *)b;

	return x < y ? -1 : x > y;
}

/* What is said of a parameter or field is that it is NULL, not NULL or an error; no more. */
static int worth_telling(struct ls_range r, struct ls_range *told)
{
	*told = LS_RANGE_ALL;
	if (r.lo == r.hi)
		*told = r;
	else if (r.hi < 0)
		*told = (struct ls_range) { INT64_MIN, -1, 1, 0 };
	else if (r.lo > 0)
		*told = (struct ls_range) { 1, INT64_MAX, 1, 0 };
	else if (r.nonzero)
		told->nonzero = 1;
	else
		return 0;
	return 1;
}

static void start_fact(struct ls_state *start, ls_path path, struct ls_range range)
{
	struct ls_range told;

	if (!path || start->nr_facts == LS_FACTS_MAX || !worth_telling(range, &told))
		return;
	for (int i = 0; i < start->nr_facts; i++)
		if (start->fact[i].path == path)
			return;
	start->fact[start->nr_facts++] = (struct ls_fact) { path, told };
}

/* The locks that are asked for. @from: which lock of the caller each of them is. */
static void start_locks(struct naming *n, struct back *b, const struct ls_demands *d,
			struct ls_state *start, int *from)
{
	const struct ls_state *s = n->s;
	uint8_t used[LS_LOCKS_MAX] = { 0 };

	for (size_t i = 0; i < d->nr_locks; i++) {
		ls_path path = name_out(b, d->lock[i]);
		int k = 0, at = 0;
		struct ls_lock lock;

		while (k < s->nr_locks && s->lock[k].path != path)
			k++;
		if (path && k == s->nr_locks)
			k = ls_several_find(n->w, s, path);
		if (!path || k == s->nr_locks || start->nr_locks == LS_LOCKS_MAX)
			continue;
		used[k] = 1;
		lock = s->lock[k];
		if (lock.path != path)
			lock.flags |= LS_LOCK_FORMER;
		lock.path = d->lock[i];
		lock.ctx = lock.ctx ? name_in(n, lock.ctx) : LS_NO_PATH;
		lock.fn = lock.insn = LS_NONE;
		lock.flags &= LS_LOCK_ASSUMED | LS_LOCK_FORMER;
		ls_state_add_lock(start, &lock);
		while (start->lock[at].path != lock.path)
			at++;
		memmove(from + at + 1, from + at, (start->nr_locks - 1 - at) * sizeof(*from));
		from[at] = k;
	}
	for (int k = 0; k < s->nr_locks; k++)
		if (!used[k] && s->lock[k].hold == LS_HELD_NOW)
			start->others = 1;
	start->sets = ls_several_set(&n->w->a->paths, s);
}

/* Whether anything that is asked about depends on parameter @index itself. */
static int decides(const struct ls_paths *p, const struct ls_demands *d, uint32_t index)
{
	ls_path param = ls_path_param((struct ls_paths *)p, index);

	for (size_t i = 0; i < d->nr_facts; i++)
		if (ls_path_contains(p, d->fact[i], param) && !ls_path_node(p, d->fact[i])->depth)
			return 1;
	return 0;
}

/*
 * A function that has nothing to do with locks is walked once, knowing nothing: its outcomes say
 * under which conditions they come about, and the caller rules out those that cannot be.
 */
static void make_start(struct naming *n, struct back *b, uint32_t fn, struct ls_state *start,
		       int *from)
{
	struct ls_paths *p = &n->w->a->paths;
	const struct ls_state *s = n->s;
	uint32_t nr_params = n->w->a->p->fn[fn].f->nr_params;
	int matters = n->w->a->p->fn[fn].matters;
	const struct ls_demands *d = matters ?
		ls_context_generic(n->w->a, fn, n->arg, n->nr)->demands : NULL;

	for (uint32_t i = 0; i < nr_params; i++) {
		int64_t offset;
		ls_path arg = i < n->nr ? n->arg[i] : LS_NO_PATH;

		start->env[i] = ls_path_param(p, i);
		if (d && arg && ls_is_portable(ls_path_node(p, ls_path_base(p, arg, &offset))) &&
		    (!ls_path_is_number(p, arg) || decides(p, d, i)))
			start->env[i] = arg;
	}
	if (!matters)
		return;
	start->unheld = s->unheld;
	start->others = s->others;
	start->lost = s->lost;
	if (!d)
		return;
	if (n->w->wishes)
		pass_on(b, d);
	start_locks(n, b, d, start, from);
	for (size_t i = 0; i < d->nr_facts; i++) {
		ls_path path = name_out(b, d->fact[i]);

		if (path)
			start_fact(start, d->fact[i], ls_state_range(p, s, path));
	}
	for (size_t i = 0; i < d->nr_cells; i++) {
		ls_path at = name_out(b, d->cell[i]), value = LS_NO_PATH;

		for (int k = 0; at && k < s->nr_cells; k++)
			if (s->cell[k].at == at && !ls_path_is_number(p, s->cell[k].value))
				value = name_in(n, s->cell[k].value);
		if (value && value != ls_path_load(p, d->cell[i]))
			start->cell[start->nr_cells++] =
				(struct ls_cell) { .at = d->cell[i], .value = value };
	}
	qsort(start->fact, start->nr_facts, sizeof(*start->fact), by_path);
	qsort(start->cell, start->nr_cells, sizeof(*start->cell), by_path);
}

static void note_arrival(struct naming *n, struct ls_context *c, uint32_t insn, const char *via,
			 int guessed, const int *from)
{
	struct ls_analysis *a = n->w->a;
	uint64_t *here = ls_map_put(&a->arrivals_at, (uint64_t)n->w->c->id << 32 | insn, NULL);
	struct ls_fact fact[FACTS_TOLD_MAX];
	size_t nr = ls_rule_facts(&a->paths, n->s, fact, FACTS_TOLD_MAX);
	struct ls_arrival *in;

	for (uint32_t i = *here - 1; i != LS_NONE; i = a->arrival[i].next_here) {
		in = &a->arrival[i];
		if (in->to != c)
			continue;
		in->nr_facts = ls_rule_facts_common(in->fact, in->nr_facts, fact, nr);
		return;
	}
	a->arrival = ls_grow(a->arrival, a->nr_arrivals, &a->arrival_room, sizeof(*a->arrival));
	in = &a->arrival[a->nr_arrivals];
	*in = (struct ls_arrival) {
		.from = n->w->c, .insn = insn, .via = via, .guessed = guessed,
		.to = c, .next = c->arrival, .next_out = n->w->c->out,
		.next_here = *here - 1,
		.lock = ls_arena_array(a->arena, c->start.nr_locks + 1, sizeof(*in->lock)),
		.fact = ls_arena_copy(a->arena, fact, nr * sizeof(*fact)), .nr_facts = nr,
	};
	for (int i = 0; i < c->start.nr_locks; i++)
		in->lock[i] = n->s->lock[from[i]];
	in->arg = ls_arena_array(a->arena, a->p->fn[c->fn].f->nr_params + 1, sizeof(*in->arg));
	for (uint32_t i = 0; i < a->p->fn[c->fn].f->nr_params && i < n->nr; i++)
		in->arg[i] = n->arg[i];
	*here = a->nr_arrivals + 1;
	n->w->c->out = a->nr_arrivals;
	c->arrival = a->nr_arrivals++;
	if (n->w->c->live)
		ls_context_revive(a, c);
}

/* --- outcomes ------------------------------------------------------------------------------- */

static int took(const struct ls_state *s, ls_path path)
{
	const struct ls_lock *lock = ls_state_lock((struct ls_state *)s, path);

	return lock && ((lock->hold == LS_HELD_NOW && lock->fn != LS_NONE &&
			 !(lock->flags & LS_LOCK_ASSUMED)) ||
			(lock->hold == LS_FREE_NOW && lock->flags & LS_LOCK_OWN));
}

static int holds(const struct ls_outcome *o, ls_path path)
{
	for (int i = 0; i < o->state.nr_locks; i++)
		if (o->state.lock[i].path == path)
			return o->state.lock[i].hold == LS_HELD_NOW;
	return 0;
}

/* Exchange the locks that the callee knew for those it left. */
static void locks_after(struct back *b, struct ls_state *s, const struct ls_context *c,
			const struct ls_outcome *o, const int *from)
{
	struct ls_paths *p = &b->w->a->paths;
	const struct ls_state *before = b->s;

	for (int i = 0; i < c->start.nr_locks; i++) {
		struct ls_lock *lock = ls_state_lock(s, before->lock[from[i]].path);
		ls_path theirs = name_out(b, c->start.lock[i].path);

		/* One of many, which all are let go in a loop. */
		if (lock && (theirs == lock->path || holds(o, c->start.lock[i].path) ||
			     !ls_rounds_unlock(b->w, s, b->insn, theirs)))
			ls_state_drop_lock(s, lock);
	}
	for (int i = 0; i < o->state.nr_released; i++) {
		int64_t offset;
		ls_path ctx = ls_path_base(p, name_out(b, o->state.released[i]), &offset);

		for (int k = 0; ctx && k < s->nr_locks; k++)
			if (ls_path_base(p, s->lock[k].ctx, &offset) == ctx)
				ls_state_drop_lock(s, &s->lock[k--]);
		if (ctx && s->nr_released < 4)
			s->released[s->nr_released++] = ctx;
	}
	for (int i = 0; i < o->state.nr_locks; i++) {
		struct ls_lock lock = o->state.lock[i];

		if (lock.fn == LS_NONE) {
			/* Held before and after: as the caller held it. */
			int k = 0;

			while (k < c->start.nr_locks && (c->start.lock[k].path != lock.path ||
							 c->start.lock[k].hold != lock.hold))
				k++;
			if (k < c->start.nr_locks) {
				ls_state_add_lock(s, &before->lock[from[k]]);
				continue;
			}
		}
		lock.path = name_out(b, lock.path);
		lock.ctx = lock.ctx ? name_out(b, lock.ctx) : LS_NO_PATH;
		if (lock.hold == LS_FREE_NOW && took(before, lock.path))
			lock.flags |= LS_LOCK_OWN;
		if (lock.hold == LS_FREE_NOW && b->w->c->generic)
			ls_rounds_unlock(b->w, s, b->insn, lock.path);
		if (lock.path)
			ls_state_add_lock(s, &lock);
		else if (lock.hold == LS_HELD_NOW)
			s->others = 1;
	}
	s->others |= o->state.others && !c->start.others;
	s->lost |= o->state.lost;
}

/* Of a comparison that is returned it is the condition that is learnt. */
static int learn_result(struct ls_paths *p, struct ls_state *s, ls_path ret, struct ls_range r)
{
	const struct ls_path_node *n = ls_path_node(p, ret);

	if (n->kind != LS_PATH_EXPR || n->op >= LS_EXPR_BINARY)
		return ls_state_learn(p, s, ret, r);
	if (r.nonzero || r.lo > 0)
		return ls_state_assume(p, s, ret, 1);
	return r.hi > 0 || ls_state_assume(p, s, ret, 0);
}

static struct ls_state *impossible(struct ls_walk *w, struct ls_state *s)
{
	ls_walk_drop(w, s);
	return NULL;
}

static struct ls_state *after(struct back *b, const struct ls_context *c,
			      const struct ls_outcome *o, const struct ls_insn *insn,
			      const int *from)
{
	struct ls_walk *w = b->w;
	struct ls_paths *p = &w->a->paths;
	struct ls_state *s = ls_walk_copy(w, b->s);
	struct ls_map *read = p->read;
	ls_path ret = LS_NO_PATH;

	if (b->result) {
		ls_state_forget(p, s, b->result);
		ret = o->ret ? name_out(b, o->ret) : LS_NO_PATH;
		if (ls_call_only_looks(w->a, c->fn) && b->nr == 1)
			ret = ls_path_answer(p, c->fn, b->arg[0]);
		if (!ret)
			ret = b->result;
		s->env[insn->dst] = ret;
		if (!learn_result(p, s, ret, o->range))
			return impossible(w, s);
	}
	for (int i = 0; i < o->state.nr_facts; i++) {
		ls_path path = name_out(b, o->state.fact[i].path);

		if (path && !learn_result(p, s, path, o->state.fact[i].range))
			return impossible(w, s);
	}
	if (w->a->p->fn[c->fn].matters) {
		/* What locks are called always counts. */
		p->read = w->wishes ? &w->wishes->cell : NULL;
		locks_after(b, s, c, o, from);
		p->read = read;
	}
	for (int i = 0; i < o->state.nr_cells; i++) {
		ls_path at = name_out(b, o->state.cell[i].at);
		ls_path value = name_out(b, o->state.cell[i].value);

		if (at)
			ls_state_store(p, s, at, value ? value :
				       ls_path_local(p, LS_PATH_CHANGED, b->insn, at))
				->narrow = o->state.cell[i].narrow;
	}
	return s;
}

/* Whether it makes a difference here which of the outcomes it is. */
static int is_open(const struct back *b, const struct ls_context *c)
{
	const struct ls_walk *w = b->w;

	if (!w->wishes || w->flow->wanted[b->insn - w->f->insn] & LS_WANTED_RESULT)
		return 1;
	for (size_t i = 1; i < c->nr_outcomes; i++)
		if (!ls_state_same_locks(&c->outcome[0].state, &c->outcome[i].state))
			return 1;
	return 0;
}

static void outcomes(struct back *b, const struct ls_context *c, const struct ls_insn *insn,
		     const int *from, struct ls_states *out)
{
	struct ls_paths *p = &b->w->a->paths;
	struct ls_map *asked = p->asked, *read = p->read;

	if (!is_open(b, c))
		p->asked = p->read = NULL;
	for (size_t i = 0; i < c->nr_outcomes; i++) {
		struct ls_state *t = after(b, c, &c->outcome[i], insn, from);

		if (t)
			ls_states_add(b->w, out, t);
	}
	p->asked = asked;
	p->read = read;
}

static void too_deep(struct ls_walk *w, struct ls_state *s, uint32_t fn)
{
	if (!w->a->p->fn[fn].matters)
		return;
	w->c->bounded |= LS_BOUND_DEPTH;
	s->lost |= LS_LOST_CALL;
}

void ls_summary_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		     uint32_t fn, const ls_path *arg, size_t nr_args, const char *via, int guessed,
		     struct ls_states *out)
{
	struct ls_analysis *a = w->a;
	struct naming n = { .w = w, .s = s, .arg = arg, .nr = nr_args };
	struct back b = { .w = w, .s = s, .arg = arg, .nr = nr_args, .insn = insn - w->u->insns };
	struct ls_state *start = ls_state_create(w->arena, a->p->fn[fn].f->nr_params);
	int from[LS_LOCKS_MAX + 1];
	struct ls_context *c;

	make_start(&n, &b, fn, start, from);
	c = ls_context_get(a, fn, start);
	if (a->p->fn[fn].matters)
		note_arrival(&n, c, b.insn, via, guessed, from);
	if (!c->done && !c->walking && a->depth < DEPTH_MAX && a->open < LS_OPEN_MAX) {
		a->depth++;
		ls_walk_context(a, c);
		a->depth--;
	}
	if (insn->dst != LS_NONE)
		b.result = ls_path_local(&a->paths, LS_PATH_RESULT, insn->dst, LS_NO_PATH);
	if (!c->done) {
		/* It calls itself, or is too deep: as if it did nothing. */
		if (c->walking)
			c->recursive = 1;
		else
			too_deep(w, s, fn);
		if (b.result) {
			ls_state_forget(&a->paths, s, b.result);
			s->env[insn->dst] = b.result;
		}
		ls_states_add(w, out, s);
		return;
	}
	outcomes(&b, c, insn, from, out);
}
