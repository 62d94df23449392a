// SPDX-License-Identifier: MIT
/* From broken checks to findings: one for each mistake, with the way there. See cause.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cause.h"

static size_t count_paths(const struct ls_analysis *a, const struct ls_context *c, int depth)
{
	size_t nr = c->root != NULL || c->arrival == LS_NONE;

	if (depth > 24)
		return 1;
	for (uint32_t i = c->arrival; i != LS_NONE && nr < 1000; i = a->arrival[i].next)
		if (a->arrival[i].from != c)
			nr += count_paths(a, a->arrival[i].from, depth + 1);
	return nr;
}

/* A lock held on entry: up to the frame that took it. Return: where it did, or NULL. */
static const struct ls_lock *taken_above(struct ls_analysis *a, struct ls_context **c,
					 ls_path lock, uint32_t *insn)
{
	struct ls_context *at = *c;

	for (int depth = 0; depth < 30 && at->arrival != LS_NONE && !(at->root && *at->root);
	     depth++) {
		const struct ls_arrival *in = &a->arrival[at->arrival];
		int k = 0;

		while (k < at->start.nr_locks && at->start.lock[k].path != lock)
			k++;
		if (k == at->start.nr_locks)
			return NULL;
		*insn = in->insn;
		at = *c = in->from;
		lock = in->lock[k].path;
		if (in->lock[k].fn != LS_NONE)
			return &in->lock[k];
	}
	return NULL;
}

/* --- confidence ---------------------------------------------------------------------------------
 */

static const char *mixed(const struct ls_context *c, const struct ls_check *check)
{
	for (size_t i = 0; i < c->nr_checks; i++)
		if (c->check[i].insn == check->insn && c->check[i].call == check->call &&
		    c->check[i].verdict == LS_KEPT && check->kind == LS_NOT_HELD)
			return "on other ways through the same function the lock is held there";
	return NULL;
}

static const char *chain_doubt(const struct ls_chain *chain)
{
	for (size_t i = 0; i < chain->nr; i++) {
		if (chain->from[i]->bounded)
			return "a function on the way was too large to be followed whole";
		for (size_t k = 0; k < i; k++) {
			const char *x = chain->by[i] ? chain->by[i]->via : NULL;
			const char *y = chain->by[k] ? chain->by[k]->via : NULL;

			if (chain->from[i] == chain->from[k])
				return "the way goes round in a circle";
			if (x && y && chain->by[i]->guessed && chain->by[k]->guessed &&
			    strcmp(x, y) && chain->nr > 8)
				return "two tables on the way may not be those of one object";
		}
	}
	return NULL;
}

static const char *doubt_of(const struct ls_analysis *a, const struct ls_blame *b)
{
	const struct ls_check *check = b->breach.check;
	const char *doubt = check->doubt;

	if (!doubt && !b->known)
		doubt = "nobody here is known to call the outermost function";
	if (!doubt)
		doubt = mixed(b->breach.c, check);
	if (!doubt && check->kind == LS_NOT_HELD)
		doubt = ls_settle_other_ways(a, &b->chain, check);
	return doubt ? doubt : chain_doubt(&b->chain);
}

/* --- one mistake out of many breaches ------------------------------------------------------------
 */

/* What has to be changed. */
struct place {
	uint32_t fn, insn;
	ls_path lock;
	uint32_t needed, mends;
};

struct blames {
	struct ls_search *s;
	struct ls_blame **blame;
	size_t nr, room;
	struct ls_map best;	/* of one group of breaches: place -> index + 1 */
	struct ls_names place;	/* struct place -> its number + 1 */
};

static struct place place_of(const struct ls_analysis *a, const struct ls_blame *b)
{
	const struct ls_chain *chain = &b->chain;
	int needed = b->breach.check->kind == LS_NOT_HELD;
	struct place p = { chain->from[b->at]->fn, chain->insn[b->at], LS_NO_PATH, needed,
			   b->mends };

	/* Two objects at one call are two mistakes; but not two names of some element of an array. */
	if (needed && ls_path_exact(&a->paths, b->lock))
		p.lock = b->lock;
	return p;
}

static size_t guesses(const struct ls_blame *b)
{
	size_t nr = 0;

	for (size_t i = b->at; i + 1 < b->chain.nr; i++)
		nr += b->chain.by[i]->guessed;
	return nr;
}

/* Which of two blames for one mistake shows it best? Return: as qsort() wants it. */
static int by_clarity(const struct ls_blame *x, const struct ls_blame *y)
{
	const struct ls_check *cx = x->breach.check, *cy = y->breach.check;
	unsigned int line_x, line_y;
	int d;

	if (!x->doubt != !y->doubt)
		return x->doubt ? 1 : -1;
	if (guesses(x) != guesses(y))
		return guesses(x) < guesses(y) ? -1 : 1;
	if (cx->asserted != cy->asserted)
		return cx->asserted ? -1 : 1;
	if (x->chain.nr - x->at != y->chain.nr - y->at)
		return x->chain.nr - x->at < y->chain.nr - y->at ? -1 : 1;
	if (x->chain.nr != y->chain.nr)
		return x->chain.nr < y->chain.nr ? -1 : 1;
	if (x->breach.c->fn != y->breach.c->fn)
		return x->breach.c->fn < y->breach.c->fn ? -1 : 1;
	line_x = cx->insn;
	line_y = cy->insn;
	if (line_x != line_y)
		return line_x < line_y ? -1 : 1;
	d = strcmp(cx->call->name, cy->call->name);
	return d ? d : (int)cx->kind - (int)cy->kind;
}

static uint64_t place_number(struct blames *all, const struct place *p)
{
	int is_new;
	void **at = ls_names_put(&all->place, p, sizeof(*p), &is_new);

	if (is_new)
		*at = (void *)(uintptr_t)all->place.nr;
	return (uintptr_t)*at;
}

static void take(void *arg, const struct ls_blame *blame)
{
	struct blames *all = arg;
	struct place place = place_of(all->s->a, blame);
	uint64_t number = place_number(all, &place);
	uint64_t *best = ls_map_put(&all->best, number, NULL);
	struct ls_blame *mine;
	size_t paths;

	if (!*best) {
		all->blame = ls_grow(all->blame, all->nr, &all->room, sizeof(*all->blame));
		all->blame[all->nr] = ls_arena_copy(all->s->arena, blame, sizeof(*blame));
		all->blame[all->nr]->place = number;
		all->blame[all->nr]->doubt = doubt_of(all->s->a, blame);
		all->blame[all->nr]->paths = count_paths(all->s->a, blame->chain.from[blame->at], 0);
		*best = ++all->nr;
		return;
	}
	mine = all->blame[*best - 1];
	paths = mine->paths;
	if (paths < 1000)
		paths += count_paths(all->s->a, blame->chain.from[blame->at], 0);
	if (mine->doubt || blame->chain.nr < mine->chain.nr) {
		struct ls_blame other = *blame;

		other.doubt = doubt_of(all->s->a, blame);
		other.place = number;
		if (by_clarity(&other, mine) < 0)
			*mine = other;
	}
	mine->paths = paths < 1000 ? paths : 1000;
}

static int same_call(const struct ls_breach *x, const struct ls_breach *y)
{
	return x->c->fn == y->c->fn && x->check->insn == y->check->insn &&
		x->check->call == y->check->call && x->check->kind == y->check->kind;
}

static int in_order(const void *a, const void *b)
{
	const struct ls_breach *x = a, *y = b;

	if (x->c->fn != y->c->fn)
		return x->c->fn < y->c->fn ? -1 : 1;
	if (x->check->insn != y->check->insn)
		return x->check->insn < y->check->insn ? -1 : 1;
	if (x->check->call != y->check->call)
		return strcmp(x->check->call->name, y->check->call->name);
	if (x->check->kind != y->check->kind)
		return x->check->kind < y->check->kind ? -1 : 1;
	return x->c->id < y->c->id ? -1 : x->c->id > y->c->id;
}

static struct ls_breach *find_breaches(struct ls_analysis *a, size_t *nr)
{
	struct ls_breach *breach = NULL;
	size_t room = 0;

	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		if (!c->live || a->p->fn[c->fn].skipped ||
		    strcmp(ls_program_group_of(a->p, c->fn), a->judge))
			continue;
		for (size_t k = 0; k < c->nr_checks; k++) {
			if (c->check[k].verdict != LS_BROKEN)
				continue;
			breach = ls_grow(breach, *nr, &room, sizeof(*breach));
			breach[(*nr)++] = (struct ls_breach) { c, &c->check[k] };
		}
	}
	if (*nr)
		qsort(breach, *nr, sizeof(*breach), in_order);
	return breach;
}

/* --- one finding -------------------------------------------------------------------------------
 */

/* lock_is_held() is what is left of a macro. */
static const char *callee_of(const struct ls_analysis *a, const struct ls_check *check)
{
	for (size_t i = 0; check->asserted && i < a->model->nr_calls; i++) {
		const struct ls_model_call *m = &a->model->call[i];

		if (m->effect == LS_ASSERTS && !m->nr_outcomes && m->rule &&
		    !strcmp(m->rule, check->call->rule))
			return m->name;
	}
	return check->call->name;
}

static void fill_steps(struct ls_analysis *a, struct ls_arena *arena, const struct ls_blame *b,
		       struct ls_finding *f)
{
	const struct ls_chain *chain = &b->chain;
	struct ls_step *step = ls_arena_array(arena, chain->nr, sizeof(*step));

	for (size_t i = 0; i < chain->nr; i++) {
		uint32_t fn = chain->from[i]->fn;

		step[i].function = ls_fn_name(a->p, fn);
		step[i].file = ls_name_file(a, fn, chain->insn[i], &step[i].line);
		if (i + 1 < chain->nr) {
			step[i].callee = ls_fn_name(a->p, chain->from[i + 1]->fn);
			step[i].via = ls_arena_strdup(arena, chain->by[i]->via);
		} else {
			step[i].callee = callee_of(a, b->breach.check);
		}
	}
	f->steps = step;
	f->nr_steps = chain->nr;
}

static const char *entry_text(struct ls_arena *arena, const struct ls_context *start)
{
	const struct ls_model_call *call = start->root_call;
	const char *state = start->start.nr_locks || start->start.others ? "with" : "without";

	if (!start->root || !*start->root)
		return NULL;
	if (call && call->root && call->text)
		return ls_arena_printf(arena, "runs %s the lock: %s, %s", state, start->root,
				       call->text);
	return ls_arena_printf(arena, "runs %s the lock: %s", state, start->root);
}

static void fill_entry(struct ls_analysis *a, struct ls_arena *arena, const struct ls_blame *b,
		       struct ls_finding *f)
{
	if (b->taken) {
		f->taken_function = ls_fn_name(a->p, b->taken->fn);
		f->taken_file = ls_name_file(a, b->taken->fn, b->taken->insn, &f->taken_line);
	}
	if (f->kind == LS_NOT_HELD && f->taken_line)
		f->entry = ls_arena_printf(arena, "let go at %s:%u", f->taken_file, f->taken_line);
	else if (!f->taken_line)
		f->entry = entry_text(arena, b->chain.from[0]);
}

static void add_other(struct ls_other **other, struct ls_finding *f, size_t *room,
		      const struct ls_other *o)
{
	for (size_t i = 0; i < f->nr_others; i++)
		if ((*other)[i].line == o->line && !strcmp((*other)[i].file, o->file))
			return;
	*other = ls_grow(*other, f->nr_others, room, sizeof(**other));
	(*other)[f->nr_others++] = *o;
}

/* Callers who hold the lock where the same function is called, or the rule is the same. */
static void fill_others(struct ls_search *s, struct ls_arena *arena, const struct ls_blame *b,
			struct ls_finding *f)
{
	struct ls_analysis *a = s->a;
	struct ls_other *other = NULL;
	size_t room = 0;

	for (struct ls_context *c = s->first[b->breach.c->fn]; c; c = s->next[c->id]) {
		for (size_t k = 0; k < c->nr_checks && f->nr_others < 100; k++) {
			const struct ls_check *check = &c->check[k];
			const struct ls_lock *lock = &check->held;
			struct ls_context *top = c;
			uint32_t insn = check->insn;
			struct ls_other o = { 0 };

			if (check->insn != b->breach.check->insn || check->verdict != LS_KEPT ||
			    check->kind != LS_NOT_HELD)
				continue;
			if (lock->fn == LS_NONE)
				lock = taken_above(a, &top, lock->path, &insn);
			o.function = ls_fn_name(a->p, top->fn);
			o.file = ls_name_file(a, top->fn, insn, &o.line);
			if (lock)
				o.taken_file = ls_name_file(a, lock->fn, lock->insn, &o.taken_line);
			add_other(&other, f, &room, &o);
		}
	}
	f->others = ls_arena_copy(arena, other ? other : &(struct ls_other) { 0 },
				  f->nr_others * sizeof(*other));
	free(other);
}

/*
 * Where the lock is missing, the call that needs it; but an assertion says what its function's
 * callers have to do: they are to blame, not it. Where the lock is held, who calls with it held.
 */
static size_t title_frame(const struct ls_blame *b)
{
	const struct ls_check *check = b->breach.check;
	size_t last = b->chain.nr - 1;

	if (check->kind != LS_NOT_HELD)
		return b->at;
	if (check->asserted && last)
		return b->mends ? b->at : last - 1;
	return last;
}

static void fill_title(struct ls_analysis *a, struct ls_arena *arena, const struct ls_blame *b,
		       struct ls_finding *f)
{
	const struct ls_check *check = b->breach.check;
	const struct ls_chain *chain = &b->chain;
	size_t last = chain->nr - 1, at = title_frame(b);
	ls_path lock = check->lock;

	f->callee = at == last ? callee_of(a, check) :
		    chain->by[at]->via ? chain->by[at]->via : ls_fn_name(a->p, chain->from[at + 1]->fn);
	if (check->asserted && last) {
		f->asserted_function = ls_fn_name(a->p, chain->from[last]->fn);
		f->asserted_file =
			ls_name_file(a, chain->from[last]->fn, check->insn, &f->asserted_line);
	}
	if (at == b->at)
		lock = b->lock;
	else if (at + 1 == last)
		lock = ls_arrival_path(a, chain->by[at], lock);
	f->function = ls_fn_name(a->p, chain->from[at]->fn);
	f->file = ls_name_file(a, chain->from[at]->fn, chain->insn[at], &f->line);
	f->lock = lock ? ls_name_path(a, arena, chain->from[at]->fn, lock) :
		  check->call->lock.text ? check->call->lock.text : "a reservation lock";
}

static uint64_t hash_text(const char *text, uint64_t key)
{
	return ls_hash(text, strlen(text), key);
}

/* Of the place, by names: neither line numbers nor the way there may change it. */
static uint64_t key_of(const struct ls_analysis *a, const struct ls_blame *b,
		       const struct ls_finding *f)
{
	const struct ls_step *place = &f->steps[b->at];
	int needed = f->kind == LS_NOT_HELD;
	uint64_t key = ls_hash(&(uint32_t) { needed }, sizeof(uint32_t), b->mends);

	key = hash_text(place->function, key);
	key = hash_text(place->file, key);
	key = hash_text(place->callee, key);
	if (b->at + 1 == f->nr_steps)
		key = hash_text(f->rule, key);
	/* Where no place is known, what is broken has to do. */
	if (needed && !b->mends)
		key = hash_text(ls_fn_name(a->p, b->breach.c->fn),
				hash_text(callee_of(a, b->breach.check), key));
	return key;
}

/* The same mistake, where it shows further in. */
static void fill_also(struct ls_analysis *a, struct ls_arena *arena,
		      struct ls_blame *const *blame, size_t nr, struct ls_finding *f)
{
	struct ls_also *also = ls_arena_array(arena, nr + 1, sizeof(*also));

	for (size_t i = 1; i < nr; i++) {
		const struct ls_blame *b = blame[i];
		struct ls_also x = {
			.function = ls_fn_name(a->p, b->breach.c->fn),
			.callee = callee_of(a, b->breach.check),
			.rule = b->breach.check->call->rule ? b->breach.check->call->rule :
							      b->breach.check->call->name,
		};
		int known = 0;

		/* What is not certain is no part of what is. */
		if (b->doubt && !f->doubt)
			continue;
		x.file = ls_name_file(a, b->breach.c->fn, b->breach.check->insn, &x.line);
		for (size_t k = 0; k < f->nr_also && !known; k++)
			known = also[k].line == x.line && !strcmp(also[k].file, x.file) &&
				!strcmp(also[k].callee, x.callee);
		if (!known)
			also[f->nr_also++] = x;
	}
	f->also = also;
}

static void make_finding(struct ls_search *s, struct ls_arena *arena,
			 struct ls_blame *const *blame, size_t nr, struct ls_findings *list,
			 size_t *room)
{
	const struct ls_blame *b = blame[0];
	const struct ls_check *check = b->breach.check;
	struct ls_finding f = { .kind = check->kind, .doubt = b->doubt };

	f.confidence = f.doubt ? LS_CONFIDENCE_LOW : LS_CONFIDENCE_HIGH;
	for (size_t i = 0; i < nr; i++)
		if (blame[i]->paths > f.nr_paths)
			f.nr_paths = blame[i]->paths;
	f.rule = check->call->rule ? check->call->rule : check->call->name;
	f.text = check->call->text ? check->call->text : "";
	fill_title(s->a, arena, b, &f);
	fill_steps(s->a, arena, b, &f);
	fill_entry(s->a, arena, b, &f);
	fill_also(s->a, arena, blame, nr, &f);
	f.key = key_of(s->a, b, &f);
	if (f.kind == LS_NOT_HELD) {
		ls_search_lead(s, b->breach.c->fn);
		fill_others(s, arena, b, &f);
		ls_advice(s, arena, b, &f.advice);
	}
	list->finding = ls_grow(list->finding, list->nr, room, sizeof(*list->finding));
	list->finding[list->nr++] = f;
}

static int by_mistake(const void *a, const void *b)
{
	const struct ls_blame *x = *(struct ls_blame *const *)a;
	const struct ls_blame *y = *(struct ls_blame *const *)b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return by_clarity(x, y);
}

static int by_place(const void *a, const void *b)
{
	const struct ls_finding *x = a, *y = b;
	int d = strcmp(x->file, y->file);

	if (!d && x->line != y->line)
		d = x->line < y->line ? -1 : 1;
	if (!d)
		d = strcmp(x->rule, y->rule);
	if (!d)
		d = strcmp(x->callee, y->callee);
	return d ? d : x->key < y->key ? -1 : x->key > y->key;
}

/* Two calls of one function in another make two mistakes: the second has a key of its own. */
static void number_keys(struct ls_findings *list)
{
	struct ls_map seen = { 0 };

	for (size_t i = 0; i < list->nr; i++) {
		uint64_t *nth = ls_map_put(&seen, list->finding[i].key, NULL);

		if ((*nth)++)
			list->finding[i].key = ls_hash(nth, sizeof(*nth), list->finding[i].key);
	}
	ls_map_fini(&seen);
}

void ls_cause_findings(struct ls_analysis *a, struct ls_findings *list, struct ls_arena *arena)
{
	struct ls_search s;
	struct blames all = { .s = &s };
	struct ls_breach *breach;
	size_t nr = 0, room = 0;

	ls_search_begin(&s, a);
	breach = find_breaches(a, &nr);
	for (size_t i = 0, n; i < nr; i += n) {
		for (n = 1; i + n < nr && same_call(&breach[i], &breach[i + n]); n++)
			;
		ls_map_clear(&all.best);
		ls_places(&s, &breach[i], n, take, &all);
	}
	if (all.nr)
		qsort(all.blame, all.nr, sizeof(*all.blame), by_mistake);
	for (size_t i = 0, n; i < all.nr; i += n) {
		for (n = 1; i + n < all.nr && all.blame[i]->place == all.blame[i + n]->place; n++)
			;
		make_finding(&s, arena, &all.blame[i], n, list, &room);
	}
	if (list->nr)
		qsort(list->finding, list->nr, sizeof(*list->finding), by_place);
	number_keys(list);
	free(breach);
	free(all.blame);
	ls_map_fini(&all.best);
	ls_names_fini(&all.place);
	ls_search_end(&s);
}
