// SPDX-License-Identifier: MIT
/* States: locks, facts and cells of memory. See state.h. */
#include <string.h>

#include "arena.h"
#include "state.h"
#include "unit.h"

/* A state that can be added to. */
struct full {
	struct ls_state state;
	struct ls_lock lock[LS_LOCKS_MAX];
	struct ls_fact fact[LS_FACTS_MAX];
	struct ls_cell cell[LS_CELLS_MAX];
};

static struct ls_state *full(struct ls_arena *arena, size_t nr_locals)
{
	struct full *full = ls_arena_room(arena, sizeof(*full));

	full->state = (struct ls_state) {
		.env = ls_arena_room(arena, (nr_locals + 1) * sizeof(ls_path)),
		.lock = full->lock, .fact = full->fact, .cell = full->cell,
	};
	return &full->state;
}

struct ls_state *ls_state_create(struct ls_arena *arena, size_t nr_locals)
{
	struct ls_state *s = full(arena, nr_locals);

	memset(s->env, 0, (nr_locals + 1) * sizeof(*s->env));
	return s;
}

void ls_state_assign(struct ls_state *to, const struct ls_state *s, size_t nr_locals)
{
	struct ls_state was = *to;

	*to = *s;
	to->env = was.env;
	to->lock = was.lock;
	to->fact = was.fact;
	to->cell = was.cell;
	to->next = NULL;
	memcpy(to->lock, s->lock, s->nr_locks * sizeof(*s->lock));
	memcpy(to->fact, s->fact, s->nr_facts * sizeof(*s->fact));
	memcpy(to->cell, s->cell, s->nr_cells * sizeof(*s->cell));
	memcpy(to->env, s->env, nr_locals * sizeof(*s->env));
}

struct ls_state *ls_state_copy(struct ls_arena *arena, const struct ls_state *s, size_t nr_locals)
{
	struct ls_state *copy = full(arena, nr_locals);

	ls_state_assign(copy, s, nr_locals);
	return copy;
}

struct ls_state ls_state_keep(struct ls_arena *arena, const struct ls_state *s, size_t nr_locals)
{
	struct ls_state kept = *s;

	kept.env = ls_arena_copy(arena, s->env, nr_locals * sizeof(*s->env));
	kept.lock = ls_arena_copy(arena, s->lock, s->nr_locks * sizeof(*s->lock));
	kept.fact = ls_arena_copy(arena, s->fact, s->nr_facts * sizeof(*s->fact));
	kept.cell = ls_arena_copy(arena, s->cell, s->nr_cells * sizeof(*s->cell));
	return kept;
}

/* What is only assumed does not keep states apart: there would be one for each set of assertions. */
static const struct ls_lock *next_lock(const struct ls_state *s, int *i)
{
	while (*i < s->nr_locks && s->lock[*i].flags & LS_LOCK_ASSUMED)
		++*i;
	return *i < s->nr_locks ? &s->lock[(*i)++] : NULL;
}

int ls_state_same_locks(const struct ls_state *a, const struct ls_state *b)
{
	const struct ls_lock *x, *y;
	int i = 0, k = 0;

	if (a->others != b->others || a->unheld != b->unheld || a->lost != b->lost ||
	    a->nr_released != b->nr_released || !a->asserting != !b->asserting ||
	    a->failing != b->failing)
		return 0;
	do {
		x = next_lock(a, &i);
		y = next_lock(b, &k);
		if (!x != !y || (x && (x->path != y->path || x->ctx != y->ctx || x->hold != y->hold)))
			return 0;
	} while (x);
	return !memcmp(a->released, b->released, a->nr_released * sizeof(*a->released));
}

struct ls_lock *ls_state_lock(struct ls_state *s, ls_path path)
{
	for (int i = 0; i < s->nr_locks; i++)
		if (s->lock[i].path == path)
			return &s->lock[i];
	return NULL;
}

void ls_state_add_lock(struct ls_state *s, const struct ls_lock *lock)
{
	int i = 0;

	if (!lock->path || s->nr_locks == LS_LOCKS_MAX) {
		s->lost |= LS_LOST_MANY;
		return;
	}
	while (i < s->nr_locks && s->lock[i].path < lock->path)
		i++;
	if (i < s->nr_locks && s->lock[i].path == lock->path) {
		s->lock[i] = *lock;
		return;
	}
	memmove(&s->lock[i + 1], &s->lock[i], (s->nr_locks - i) * sizeof(*lock));
	s->lock[i] = *lock;
	s->nr_locks++;
}

void ls_state_drop_lock(struct ls_state *s, struct ls_lock *lock)
{
	int i = lock - s->lock;

	s->nr_locks--;
	memmove(lock, lock + 1, (s->nr_locks - i) * sizeof(*lock));
}

static int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static const struct ls_fact *find_fact(const struct ls_state *s, ls_path path)
{
	for (int i = 0; i < s->nr_facts; i++)
		if (s->fact[i].path == path)
			return &s->fact[i];
	return NULL;
}

static int is_all(struct ls_range r)
{
	return r.lo == INT64_MIN && r.hi == INT64_MAX && !r.nonzero && !r.hole;
}

static void set_fact(struct ls_state *s, ls_path path, struct ls_range range)
{
	struct ls_fact *f = (struct ls_fact *)find_fact(s, path);

	if (f) {
		f->range = range;
		return;
	}
	if (is_all(range))
		return;
	if (s->nr_facts == LS_FACTS_MAX) {
		s->nr_facts--;
		memmove(s->fact, s->fact + 1, s->nr_facts * sizeof(*s->fact));
	}
	s->fact[s->nr_facts++] = (struct ls_fact) { path, range };
}

/* A pointer that is not NULL counts as positive, and an error as the number it is. */
#define SOMEWHERE	((struct ls_range) { 1, INT64_MAX, 1, 0 })

static struct ls_range of_compare(struct ls_range r, unsigned int op, int64_t n);

struct ls_range ls_state_range(const struct ls_paths *p, const struct ls_state *s, ls_path path)
{
	const struct ls_path_node *n = ls_path_node(p, path);
	const struct ls_fact *f;
	struct ls_range r;

	if (n->kind == LS_PATH_NUMBER)
		return (struct ls_range) { n->number, n->number, n->number != 0, 0 };
	f = find_fact(s, path);
	if (f)
		return f->range;
	switch (n->kind) {
	case LS_PATH_SYMBOL:
	case LS_PATH_OBJECT:
	case LS_PATH_ELEMENT:
		return SOMEWHERE;
	case LS_PATH_OFFSET:
		r = ls_state_range(p, s, n->base);
		if (r.nonzero && r.lo > 0)
			return SOMEWHERE;
		return LS_RANGE_ALL;
	case LS_PATH_EXPR:
		if (n->op < LS_EXPR_BINARY)
			return of_compare(ls_state_range(p, s, n->base), n->op, n->number);
		return LS_RANGE_ALL;
	default:
		return LS_RANGE_ALL;
	}
}

static int empty(struct ls_range r)
{
	return r.lo > r.hi || (r.nonzero && !r.lo && !r.hi) ||
	       (r.hole && r.lo == r.hole && r.hi == r.hole);
}

/* Numbers from -4095 to -1 are errors; as unsigned numbers they are the highest there are. */
static struct ls_range meeting(unsigned int op, int64_t n)
{
	struct ls_range r = LS_RANGE_ALL;

	switch (op) {
	case LS_EQ:
		r.lo = r.hi = n;
		r.nonzero = n != 0;
		break;
	case LS_NE:
		r.nonzero = n == 0;
		r.hole = n;
		break;
	case LS_LT:
		r.hi = n == INT64_MIN ? n : n - 1;
		break;
	case LS_LE:
		r.hi = n;
		break;
	case LS_GT:
		r.lo = n == INT64_MAX ? n : n + 1;
		break;
	case LS_GE:
		r.lo = n;
		break;
	case LS_ULT:
	case LS_ULE:
		if (n >= 0) {
			r.lo = 0;
			r.hi = op == LS_ULT ? n - 1 : n;
		} else {
			r.lo = 0;	/* not an error */
		}
		break;
	case LS_UGT:
	case LS_UGE:
		if (n < 0) {
			r.lo = op == LS_UGT ? n + 1 : n;
			r.hi = -1;
			r.nonzero = 1;
		} else if (n > 0 || op == LS_UGT) {
			r.nonzero = 1;
		}
		break;
	}
	return r;
}

static struct ls_range both(struct ls_range a, struct ls_range b)
{
	struct ls_range r = {
		max(a.lo, b.lo), min(a.hi, b.hi), a.nonzero || b.nonzero, a.hole ? a.hole : b.hole,
	};

	if (r.nonzero && !r.lo)
		r.lo = 1;
	if (r.nonzero && !r.hi)
		r.hi = -1;
	if (r.lo > 0 || r.hi < 0)
		r.nonzero = 1;
	return r;
}

static struct ls_range of_compare(struct ls_range r, unsigned int op, int64_t n)
{
	int can = !empty(both(r, meeting(op, n)));
	int can_not = !empty(both(r, meeting(ls_path_opposite(op), n)));

	if (op == LS_EQ && r.lo == n && r.hi == n)
		can_not = 0;
	if (op == LS_NE && r.lo == n && r.hi == n)
		can = 0;
	if (op == LS_EQ && r.hole && r.hole == n)
		can = 0;
	if (op == LS_NE && r.hole && r.hole == n)
		can_not = 0;
	return (struct ls_range) { can_not ? 0 : 1, can ? 1 : 0, !can_not, 0 };
}

/* For demands: see summary.c. What is made of numbers alone no caller knows better. */
static void ask(struct ls_map *map, const struct ls_paths *p, ls_path path)
{
	ls_path root = path;

	if (!map || ls_path_node(p, path)->local || ls_path_node(p, path)->kind == LS_PATH_SYMBOL)
		return;
	while (ls_path_node(p, root)->base)
		root = ls_path_node(p, root)->base;
	if (root && ls_path_node(p, root)->kind != LS_PATH_NUMBER)
		ls_map_put(map, path, NULL);
}

int ls_state_learn(struct ls_paths *p, struct ls_state *s, ls_path path, struct ls_range range)
{
	struct ls_range r = both(ls_state_range(p, s, path), range);

	ask(p->asked, p, path);
	if (empty(r))
		return 0;
	if (ls_path_node(p, path)->kind != LS_PATH_NUMBER)
		set_fact(s, path, r);
	return 1;
}

static int learn_equal(struct ls_paths *p, struct ls_state *s, ls_path path, int64_t n)
{
	return ls_state_learn(p, s, path, (struct ls_range) { n, n, n != 0, 0 });
}

int ls_state_assume(struct ls_paths *p, struct ls_state *s, ls_path path, int truth)
{
	struct ls_path_node n = *ls_path_node(p, path);
	struct ls_range r;

	if (n.kind == LS_PATH_EXPR && n.op < LS_EXPR_BINARY) {
		unsigned int op = truth ? n.op : ls_path_opposite(n.op);

		ask(p->asked, p, n.base);
		r = ls_state_range(p, s, n.base);
		if (op == LS_NE && r.lo == n.number && r.hi == n.number)
			return 0;
		/* At the edge of what is possible, a number that is excluded narrows the range. */
		if (op == LS_NE && r.lo == n.number &&
		    !ls_state_learn(p, s, n.base, meeting(LS_GT, n.number)))
			return 0;
		if (op == LS_NE && r.hi == n.number &&
		    !ls_state_learn(p, s, n.base, meeting(LS_LT, n.number)))
			return 0;
		return ls_state_learn(p, s, n.base, meeting(op, n.number));
	}
	if (truth)
		return ls_state_learn(p, s, path, (struct ls_range) { INT64_MIN, INT64_MAX, 1, 0 });
	return learn_equal(p, s, path, 0);
}

void ls_state_ask(struct ls_paths *p, ls_path path)
{
	ask(p->asked, p, path);
}

ls_path ls_state_load(struct ls_paths *p, const struct ls_state *s, ls_path address)
{
	ask(p->read, p, address);
	for (int i = 0; i < s->nr_cells; i++)
		if (s->cell[i].at == address)
			return s->cell[i].value;
	return ls_path_load(p, address);
}

/*
 * Something is stored in an array, and which element is not known: what is known of its memory may
 * be so no longer. Where an array of one is filled by an index this is how a lookup hands back what
 * it found.
 */
static void blur_array(struct ls_paths *p, struct ls_state *s, ls_path element)
{
	int64_t from, offset;
	ls_path array;

	element = ls_path_base(p, element, &offset);
	if (ls_path_node(p, element)->kind != LS_PATH_ELEMENT)
		return;
	array = ls_path_base(p, ls_path_node(p, element)->base, &from);
	for (int i = 0; i < s->nr_cells; i++) {
		struct ls_cell *c = &s->cell[i];

		if (ls_path_base(p, c->at, &offset) == array && offset >= from)
			c->value = ls_path_local(p, LS_PATH_CHANGED, UINT32_MAX, c->at);
	}
}

/* The cell that is missed least: not a table of functions, by which kinds of objects are told
 * apart. */
static void evict(const struct ls_paths *p, struct ls_state *s)
{
	int at = 0;

	while (at < s->nr_cells - 1 && ls_path_node(p, s->cell[at].value)->kind == LS_PATH_SYMBOL)
		at++;
	s->nr_cells--;
	memmove(&s->cell[at], &s->cell[at + 1], (s->nr_cells - at) * sizeof(*s->cell));
}

struct ls_cell *ls_state_store(struct ls_paths *p, struct ls_state *s, ls_path address,
			       ls_path value)
{
	int i = 0;

	if (!address)
		return NULL;
	blur_array(p, s, address);
	while (i < s->nr_cells && s->cell[i].at != address)
		i++;
	if (i == LS_CELLS_MAX) {
		evict(p, s);
		i--;
	}
	if (i == s->nr_cells)
		s->nr_cells++;
	s->cell[i] = (struct ls_cell) { .at = address, .value = value };
	return &s->cell[i];
}

void ls_state_forget(struct ls_paths *p, struct ls_state *s, ls_path path)
{
	ls_path former = LS_NO_PATH;
	int kept = 0;

	for (int i = 0; i < s->nr_facts; i++)
		if (!ls_path_contains(p, s->fact[i].path, path))
			s->fact[kept++] = s->fact[i];
	s->nr_facts = kept;
	kept = 0;
	for (int i = 0; i < s->nr_cells; i++)
		if (!ls_path_contains(p, s->cell[i].at, path) &&
		    !ls_path_contains(p, s->cell[i].value, path))
			s->cell[kept++] = s->cell[i];
	s->nr_cells = kept;
	for (int i = 0; i < s->nr_locks; i++) {
		struct ls_lock lock = s->lock[i];

		if (!ls_path_contains(p, lock.path, path))
			continue;
		if (!former)
			former = ls_path_local(p, LS_PATH_FORMER, ls_path_node(p, path)->index,
					       LS_NO_PATH);
		ls_state_drop_lock(s, &s->lock[i]);
		lock.path = ls_path_replace(p, lock.path, path, former);
		lock.flags |= LS_LOCK_FORMER;
		if (lock.hold == LS_HELD_NOW && !ls_path_contains(p, lock.path, path))
			ls_state_add_lock(s, &lock);
		i = -1;
	}
}

int ls_range_has(struct ls_range r, int64_t n)
{
	return n >= r.lo && n <= r.hi && (n ? r.hole != n : !r.nonzero);
}

static struct ls_range hull(struct ls_range a, struct ls_range b)
{
	struct ls_range r = { min(a.lo, b.lo), max(a.hi, b.hi), a.nonzero && b.nonzero, 0 };

	if (a.hole && !ls_range_has(b, a.hole))
		r.hole = a.hole;
	else if (b.hole && !ls_range_has(a, b.hole))
		r.hole = b.hole;
	return r;
}

static int same_range(struct ls_range a, struct ls_range b)
{
	return a.lo == b.lo && a.hi == b.hi && a.nonzero == b.nonzero && a.hole == b.hole;
}

/* Ranges of values that were merged, learnt once the facts of both are merged too. */
struct merged {
	struct ls_fact fact[LS_FACTS_MAX];
	int nr;
};

static int merge_env(struct ls_paths *p, struct ls_state *into, const struct ls_state *b,
		     size_t nr_locals, struct merged *m)
{
	int changed = 0;

	for (size_t i = 0; i < nr_locals; i++) {
		struct ls_range mine, r;
		ls_path merged;

		if (into->env[i] == b->env[i] || !into->env[i])
			continue;
		if (!b->env[i]) {
			into->env[i] = LS_NO_PATH;
			changed = 1;
			continue;
		}
		merged = ls_path_local(p, LS_PATH_MERGED, i, LS_NO_PATH);
		mine = ls_state_range(p, into, into->env[i]);
		r = hull(mine, ls_state_range(p, b, b->env[i]));
		changed |= into->env[i] != merged || !same_range(r, mine);
		into->env[i] = merged;
		if (m->nr < LS_FACTS_MAX)
			m->fact[m->nr++] = (struct ls_fact) { merged, r };
	}
	return changed;
}

static int merge_facts(const struct ls_paths *p, struct ls_state *into, const struct ls_state *b,
		       const struct merged *m)
{
	int changed = 0, kept = 0;

	for (int i = 0; i < into->nr_facts; i++) {
		struct ls_fact f = into->fact[i];
		struct ls_range r = hull(f.range, ls_state_range(p, b, f.path));
		int done = 0;

		for (int k = 0; k < m->nr && !done; k++)
			done = m->fact[k].path == f.path;
		if (done)
			continue;
		if (!same_range(r, f.range)) {
			changed = 1;
			/* Growing step by step would not end soon. */
			if (r.lo != f.range.lo && r.lo < -4095)
				r.lo = INT64_MIN;
			if (r.hi != f.range.hi && r.hi > 1)
				r.hi = INT64_MAX;
		}
		f.range = r;
		if (!is_all(r))
			into->fact[kept++] = f;
	}
	into->nr_facts = kept;
	for (int k = 0; k < m->nr; k++)
		set_fact(into, m->fact[k].path, m->fact[k].range);
	return changed;
}

static int undecided(const struct ls_paths *p, ls_path value)
{
	return ls_path_node(p, value)->kind == LS_PATH_CHANGED &&
	       ls_path_node(p, value)->index == UINT32_MAX;
}

/*
 * One of two values lies at @at: of it is known, at most, that it is not 0.
 *
 * Return: whether less is known than before.
 */
static int merge_values(struct ls_paths *p, const struct ls_state *into, ls_path mine,
			const struct ls_state *b, ls_path theirs, ls_path merged, struct merged *m)
{
	int was = !ls_range_has(ls_state_range(p, into, mine), 0);
	int is = was && !ls_range_has(ls_state_range(p, b, theirs), 0);

	if (m->nr < LS_FACTS_MAX)
		m->fact[m->nr++] = (struct ls_fact) {
			merged, { INT64_MIN, INT64_MAX, is, 0 }
		};
	return mine != merged || was != is;
}

static int merge_cells(struct ls_paths *p, struct ls_state *into, const struct ls_state *b,
		       struct merged *m)
{
	struct ls_map *read = p->read;
	int changed = 0;

	p->read = NULL;

	for (int i = 0; i < into->nr_cells; i++) {
		struct ls_cell *c = &into->cell[i];
		ls_path theirs = ls_state_load(p, b, c->at);
		ls_path merged = ls_path_local(p, LS_PATH_CHANGED, UINT32_MAX, c->at);

		if (c->value == theirs)
			continue;
		changed |= merge_values(p, into, c->value, b, theirs, merged, m);
		c->value = merged;
	}
	for (int i = 0; i < b->nr_cells && into->nr_cells < LS_CELLS_MAX; i++) {
		ls_path at = b->cell[i].at, mine = ls_state_load(p, into, at);
		ls_path merged = ls_path_local(p, LS_PATH_CHANGED, UINT32_MAX, at);

		if (undecided(p, mine) || mine == b->cell[i].value)
			continue;
		changed |= merge_values(p, into, mine, b, b->cell[i].value, merged, m);
		ls_state_store(p, into, at, merged)->narrow = b->cell[i].narrow;
	}
	p->read = read;
	return changed;
}

/* Both are the same, but for what is assumed: that stays where both assume it. */
static int merge_locks(struct ls_state *into, const struct ls_state *b)
{
	int changed = 0;

	for (int i = 0; i < into->nr_locks; i++) {
		const struct ls_lock *other = ls_state_lock((struct ls_state *)b, into->lock[i].path);

		if (other) {
			into->lock[i].flags |= other->flags;
			continue;
		}
		ls_state_drop_lock(into, &into->lock[i--]);
		changed = 1;
	}
	return changed;
}

int ls_state_merge(struct ls_paths *p, struct ls_state *into, const struct ls_state *b,
		   size_t nr_locals)
{
	struct merged m = { .nr = 0 };
	int changed = merge_env(p, into, b, nr_locals, &m);

	changed |= merge_cells(p, into, b, &m);
	changed |= merge_facts(p, into, b, &m);
	changed |= merge_locks(into, b);
	if (b->asserting > into->asserting)
		into->asserting = b->asserting;
	return changed;
}
