// SPDX-License-Identifier: MIT
/* From broken checks to findings: one for each mistake, with the way there. See cause.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cause.h"

#define PATHS_MAX 1000

static size_t count_paths(const struct ls_analysis *a, const struct ls_context *c, int depth)
{
	size_t nr = c->root != NULL || c->arrival == LS_NONE;

	if (depth > 24)
		return 1;
	for (uint32_t i = c->arrival; i != LS_NONE && nr < PATHS_MAX; i = a->arrival[i].next)
		if (a->arrival[i].from != c)
			nr += count_paths(a, a->arrival[i].from, depth + 1);
	return nr;
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
	if (!doubt)
		doubt = ls_settle_gone_round(&b->chain, check);
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
	struct ls_names place, mistake;	/* struct place, struct mistake -> its number */
	uint64_t *key;		/* of each place */
};

/*
 * A function that makes several calls without the one lock, or with it, makes one mistake. Which
 * lock: as it is named there, or where it was taken.
 */
struct mistake {
	uint32_t fn, needed;
	ls_path lock;
	uint32_t taken_fn, taken_insn;
};

static int is_certain(const struct ls_paths *p, ls_path lock)
{
	for (ls_path at = lock; at; at = ls_path_node(p, at)->base)
		if (ls_path_node(p, at)->kind == LS_PATH_CHANGED)
			return 0;
	return ls_path_exact(p, lock);
}

static struct place place_of(const struct ls_analysis *a, const struct ls_blame *b)
{
	const struct ls_chain *chain = &b->chain;
	int needed = b->breach.check->kind == LS_NOT_HELD;
	struct place p = { chain->from[b->at]->fn, chain->insn[b->at], LS_NO_PATH, needed,
			   b->mends };

	/* Two objects at one call are two mistakes; but not two names of some element of an array. */
	if (needed && is_certain(&a->paths, b->lock))
		p.lock = b->lock;
	return p;
}

static struct mistake mistake_of(const struct ls_analysis *a, const struct ls_blame *b)
{
	struct place p = place_of(a, b);
	int taken = !p.needed && b->taken;

	return (struct mistake) { p.fn, p.needed, p.lock, taken ? b->taken->fn : LS_NONE,
				  taken ? b->taken->insn : LS_NONE };
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

static uint64_t number(struct ls_names *names, const void *what, size_t size)
{
	int is_new;
	void **at = ls_names_put(names, what, size, &is_new);

	if (is_new)
		*at = (void *)(uintptr_t)names->nr;
	return (uintptr_t)*at;
}

static void take(void *arg, const struct ls_blame *blame)
{
	struct blames *all = arg;
	struct ls_analysis *a = all->s->a;
	struct place place = place_of(a, blame);
	struct mistake mistake = mistake_of(a, blame);
	struct ls_blame b = *blame, *mine;
	uint64_t *best;
	size_t paths = 0;

	b.place = number(&all->place, &place, sizeof(place));
	b.mistake = number(&all->mistake, &mistake, sizeof(mistake));
	best = ls_map_put(&all->best, b.place, NULL);
	if (!*best) {
		all->blame = ls_grow(all->blame, all->nr, &all->room, sizeof(*all->blame));
		b.doubt = doubt_of(a, blame);
		all->blame[all->nr] = ls_arena_copy(all->s->arena, &b, sizeof(b));
		*best = ++all->nr;
	}
	mine = all->blame[*best - 1];
	if (mine->paths < PATHS_MAX)
		paths = count_paths(a, blame->chain.from[blame->at], 0);
	paths = mine->paths + paths < PATHS_MAX ? mine->paths + paths : PATHS_MAX;
	if (mine->doubt || blame->chain.nr < mine->chain.nr) {
		b.doubt = doubt_of(a, blame);
		if (by_clarity(&b, mine) < 0)
			*mine = b;
	}
	mine->paths = paths;
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

/* --- keys ------------------------------------------------------------------------------------ */

static uint64_t hash_text(const char *text, uint64_t key)
{
	return ls_hash(text, strlen(text), key);
}

/* Of the place, by names: neither line numbers nor the way there may change it. */
static uint64_t key_of(struct ls_analysis *a, const struct ls_blame *b)
{
	const struct ls_chain *chain = &b->chain;
	const struct ls_model_call *call = b->breach.check->call;
	uint32_t needed = b->breach.check->kind == LS_NOT_HELD, fn = chain->from[b->at]->fn;
	uint64_t key = ls_hash(&needed, sizeof(needed), b->mends);
	unsigned int line;

	key = hash_text(ls_fn_name(a->p, fn), key);
	key = hash_text(ls_name_file(a, fn, chain->insn[b->at], &line), key);
	if (b->at + 1 < chain->nr)
		key = hash_text(ls_fn_name(a->p, chain->from[b->at + 1]->fn), key);
	else
		key = hash_text(call->rule ? call->rule : "", hash_text(call->name, key));
	/* Where no place is known, what is broken has to do. */
	if (needed && !b->mends)
		key = hash_text(ls_fn_name(a->p, b->breach.c->fn), hash_text(call->name, key));
	return key;
}

struct keyed {
	uint64_t key, place;
	const char *file;
	unsigned int line;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int d;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	d = strcmp(x->file, y->file);
	if (d)
		return d;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* Two calls of one function in another are two places: the second has a key of its own. */
static void make_keys(struct blames *all)
{
	struct ls_analysis *a = all->s->a;
	struct keyed *list = ls_arena_array(all->s->arena, all->place.nr + 1, sizeof(*list));
	size_t nr = 0;

	all->key = ls_arena_array(all->s->arena, all->place.nr + 1, sizeof(*all->key));
	for (size_t i = 0; i < all->nr; i++) {
		const struct ls_blame *b = all->blame[i];
		struct keyed *k = &list[nr];

		/* The clearest of a place comes first. */
		if (all->key[b->place])
			continue;
		all->key[b->place] = 1;
		k->key = key_of(a, b);
		k->place = b->place;
		k->file = ls_name_file(a, b->chain.from[b->at]->fn, b->chain.insn[b->at], &k->line);
		nr++;
	}
	if (nr)
		qsort(list, nr, sizeof(*list), by_key);
	for (size_t i = 0, nth = 0; i < nr; i++) {
		nth = i && list[i].key == list[i - 1].key ? nth + 1 : 0;
		all->key[list[i].place] = nth ? ls_hash(&nth, sizeof(nth), list[i].key) : list[i].key;
	}
}

/* --- findings --------------------------------------------------------------------------------- */

static int by_mistake(const void *a, const void *b)
{
	const struct ls_blame *x = *(struct ls_blame *const *)a;
	const struct ls_blame *y = *(struct ls_blame *const *)b;

	if (x->mistake != y->mistake)
		return x->mistake < y->mistake ? -1 : 1;
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
	make_keys(&all);
	for (size_t i = 0, n; i < all.nr; i += n) {
		for (n = 0; i + n < all.nr && all.blame[i]->mistake == all.blame[i + n]->mistake; n++)
			all.blame[i + n]->key = all.key[all.blame[i + n]->place];
		list->finding = ls_grow(list->finding, list->nr, &room, sizeof(*list->finding));
		ls_report(&s, arena, &all.blame[i], n, &list->finding[list->nr++]);
	}
	if (list->nr)
		qsort(list->finding, list->nr, sizeof(*list->finding), by_place);
	free(breach);
	free(all.blame);
	ls_map_fini(&all.best);
	ls_names_fini(&all.place);
	ls_names_fini(&all.mistake);
	ls_search_end(&s);
}
