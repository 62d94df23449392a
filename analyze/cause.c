// SPDX-License-Identifier: MIT
/* From broken checks to findings: one for each mistake, with the way there. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

/* A check that is broken, in a context. */
struct breach {
	struct ls_context *c;
	const struct ls_check *check;
};

struct search {
	struct ls_analysis *a;
	uint32_t *arrival;	/* by which each context was reached, from the breach upwards */
	uint32_t *stamp, now;
	struct ls_context **queue;
};

/*
 * Where a way may begin. A lock that is missing: where the outside calls. A lock that is there: at
 * the frame that took it, or at a callback that begins with it.
 */
static int is_start(const struct ls_context *c, const struct ls_check *check, int want_known)
{
	if (check->held.path && check->held.fn != LS_NONE)
		return 1;
	return c->root && (c->root_known || !want_known);
}

/* Breadth first: the shortest way. Return: the context it begins at, or NULL. */
static struct ls_context *climb(struct search *s, struct ls_context *c,
				const struct ls_check *check, int want_known)
{
	size_t head = 0, tail = 0;

	s->now++;
	s->stamp[c->id] = s->now;
	s->arrival[c->id] = LS_NONE;
	s->queue[tail++] = c;
	while (head < tail) {
		struct ls_context *at = s->queue[head++];

		if (is_start(at, check, want_known))
			return at;
		for (uint32_t i = at->arrival; i != LS_NONE; i = s->a->arrival[i].next) {
			struct ls_context *from = s->a->arrival[i].from;

			if (s->stamp[from->id] == s->now)
				continue;
			s->stamp[from->id] = s->now;
			s->arrival[from->id] = i;
			s->queue[tail++] = from;
		}
	}
	return NULL;
}

static void make_chain(const struct search *s, struct ls_context *start, struct ls_context *c,
		       const struct ls_check *check, struct ls_chain *chain)
{
	chain->nr = 0;
	for (struct ls_context *at = start; at != c && chain->nr < 62;) {
		uint32_t in = s->arrival[at->id];

		chain->from[chain->nr] = at;
		chain->insn[chain->nr] = s->a->arrival[in].insn;
		chain->by[chain->nr++] = &s->a->arrival[in];
		at = s->a->arrival[in].to;
	}
	chain->from[chain->nr] = c;
	chain->insn[chain->nr] = check->insn;
	chain->by[chain->nr++] = NULL;
}

static size_t count_paths(struct search *s, const struct ls_context *c, int depth)
{
	size_t nr = c->root != NULL || c->arrival == LS_NONE;

	if (depth > 24)
		return 1;
	for (uint32_t i = c->arrival; i != LS_NONE && nr < 1000; i = s->a->arrival[i].next)
		if (s->a->arrival[i].from != c)
			nr += count_paths(s, s->a->arrival[i].from, depth + 1);
	return nr;
}

/* A lock held on entry: up to the frame that took it. Return: that frame's number in the chain. */
static const struct ls_lock *taken_above(struct search *s, struct ls_context **c, ls_path lock,
					 struct ls_chain *chain)
{
	struct ls_analysis *a = s->a;
	struct ls_context *at = *c;

	for (int depth = 0; depth < 30 && at->arrival != LS_NONE && !(at->root && *at->root);
	     depth++) {
		const struct ls_arrival *in = &a->arrival[at->arrival];
		int k = 0;

		while (k < at->start.nr_locks && at->start.lock[k].path != lock)
			k++;
		if (k == at->start.nr_locks || chain->nr >= 60)
			return NULL;
		memmove(chain->from + 1, chain->from, chain->nr * sizeof(*chain->from));
		memmove(chain->insn + 1, chain->insn, chain->nr * sizeof(*chain->insn));
		memmove(chain->by + 1, chain->by, chain->nr * sizeof(*chain->by));
		chain->from[0] = in->from;
		chain->insn[0] = in->insn;
		chain->by[0] = in;
		chain->nr++;
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

/* --- one finding -------------------------------------------------------------------------------
 */

static void fill_steps(struct ls_analysis *a, struct ls_arena *arena, const struct ls_chain *chain,
		       const struct ls_check *check, struct ls_finding *f)
{
	struct ls_step *step = ls_arena_array(arena, chain->nr, sizeof(*step));

	for (size_t i = 0; i < chain->nr; i++) {
		uint32_t fn = chain->from[i]->fn;

		step[i].function = ls_fn_name(a->p, fn);
		step[i].file = ls_name_file(a, fn, chain->insn[i], &step[i].line);
		if (i + 1 < chain->nr) {
			step[i].callee = ls_fn_name(a->p, chain->from[i + 1]->fn);
			step[i].via = ls_arena_strdup(arena, chain->by[i]->via);
		} else {
			step[i].callee = check->call->name;
			step[i].via = NULL;
		}
	}
	f->steps = step;
	f->nr_steps = chain->nr;
}

static void fill_taken(struct ls_analysis *a, const struct ls_lock *lock, struct ls_finding *f)
{
	if (!lock || lock->fn == LS_NONE)
		return;
	f->taken_function = ls_fn_name(a->p, lock->fn);
	f->taken_file = ls_name_file(a, lock->fn, lock->insn, &f->taken_line);
}

static uint64_t key_of(const struct ls_finding *f)
{
	uint64_t key = ls_hash(f->rule, strlen(f->rule), f->kind);

	key = ls_hash(f->function, strlen(f->function), key);
	key = ls_hash(f->file, strlen(f->file), key);
	key = ls_hash(f->callee, strlen(f->callee), key);
	for (size_t i = 0; i < f->nr_steps; i++)
		key = ls_hash(f->steps[i].function, strlen(f->steps[i].function), key);
	return key;
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

static void better(struct search *s, const struct breach *b, struct ls_finding *best,
		   struct ls_chain *best_chain, struct ls_arena *arena, int *have)
{
	const struct ls_check *check = b->check;
	struct ls_analysis *a = s->a;
	struct ls_finding f = { .kind = check->kind };
	struct ls_chain chain = { .nr = 0 };
	struct ls_context *start = climb(s, b->c, check, 1), *top;
	const struct ls_lock *taken = NULL;
	int known = start != NULL;

	if (!start)
		start = climb(s, b->c, check, 0);
	if (!start)
		return;
	make_chain(s, start, b->c, check, &chain);
	if (check->held.path)
		taken = &check->held;
	top = start;
	if (check->held.path && check->held.fn == LS_NONE) {
		chain.nr = 1;
		chain.from[0] = top = b->c;
		chain.insn[0] = check->insn;
		chain.by[0] = NULL;
		taken = taken_above(s, &top, check->held.path, &chain);
		known = taken || (top->root && top->root_known);
	}
	f.doubt = check->doubt;
	if (!f.doubt && !known)
		f.doubt = "nobody here is known to call the outermost function";
	if (!f.doubt)
		f.doubt = mixed(b->c, check);
	if (!f.doubt)
		f.doubt = chain_doubt(&chain);
	f.confidence = f.doubt ? LS_CONFIDENCE_LOW : LS_CONFIDENCE_HIGH;
	if (*have && (f.confidence > best->confidence ||
		      (f.confidence == best->confidence && chain.nr >= best_chain->nr)))
		return;
	fill_taken(a, taken, &f);
	if (check->kind == LS_NOT_HELD && f.taken_line)
		f.entry = ls_arena_printf(arena, "let go at %s:%u", f.taken_file, f.taken_line);
	else if (!f.taken_line)
		f.entry = entry_text(arena, top);
	*best = f;
	*best_chain = chain;
	*have = 1;
}

static int same_place(const struct breach *x, const struct breach *y)
{
	return x->c->fn == y->c->fn && x->check->insn == y->check->insn &&
		x->check->call == y->check->call && x->check->kind == y->check->kind;
}

static void fill_others(struct search *s, struct ls_arena *arena, const struct breach *b,
			struct ls_finding *f)
{
	struct ls_analysis *a = s->a;
	struct ls_other *other = NULL;
	size_t room = 0;

	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		for (size_t k = 0;
		     c->live && c->fn == b->c->fn && k < c->nr_checks && f->nr_others < 8; k++) {
			const struct ls_check *check = &c->check[k];
			struct ls_chain chain = { .nr = 1 };
			const struct ls_lock *lock = &check->held;
			struct ls_context *top = c;
			struct ls_other o = { 0 };
			int known = 0;

			if (check->insn != b->check->insn || check->verdict != LS_KEPT)
				continue;
			chain.from[0] = c;
			chain.insn[0] = check->insn;
			if (lock->fn == LS_NONE)
				lock = taken_above(s, &top, lock->path, &chain);
			o.function = ls_fn_name(a->p, chain.from[0]->fn);
			o.file = ls_name_file(a, chain.from[0]->fn, chain.insn[0], &o.line);
			if (lock)
				o.taken_file = ls_name_file(a, lock->fn, lock->insn, &o.taken_line);
			for (size_t x = 0; x < f->nr_others; x++)
				known |= other[x].line == o.line && !strcmp(other[x].file, o.file);
			if (known)
				continue;
			other = ls_grow(other, f->nr_others, &room, sizeof(*other));
			other[f->nr_others++] = o;
		}
	}
	f->others = ls_arena_copy(arena, other ? other : &(struct ls_other) { 0 },
				  f->nr_others * sizeof(*other));
	free(other);
}

/* lock_is_held() is what is left of a macro. */
static const char *asserting(const struct ls_analysis *a, const struct ls_model_call *call)
{
	for (size_t i = 0; i < a->model->nr_calls; i++) {
		const struct ls_model_call *m = &a->model->call[i];

		if (m->effect == LS_ASSERTS && !m->nr_outcomes && m->rule &&
		    !strcmp(m->rule, call->rule))
			return m->name;
	}
	return call->name;
}

static void make_finding(struct search *s, struct ls_arena *arena, const struct breach *b,
			 size_t nr, struct ls_findings *list, size_t *room)
{
	struct ls_analysis *a = s->a;
	struct ls_finding f = { 0 };
	struct ls_chain chain = { .nr = 0 };
	const struct breach *first = b;
	int have = 0;
	size_t paths = 0;

	for (size_t i = 0; i < nr; i++) {
		int before = have ? (int)chain.nr : -1;
		enum ls_confidence c = f.confidence;

		better(s, &b[i], &f, &chain, arena, &have);
		if (have && (before != (int)chain.nr || c != f.confidence))
			first = &b[i];
		paths += count_paths(s, b[i].c, 0);
	}
	if (!have)
		return;
	f.nr_paths = paths < 1000 ? paths : 1000;
	f.rule = first->check->call->rule ? first->check->call->rule : first->check->call->name;
	f.text = first->check->call->text ? first->check->call->text : "";
	f.function = ls_fn_name(a->p, first->c->fn);
	f.file = ls_name_file(a, first->c->fn, first->check->insn, &f.line);
	f.callee = first->check->asserted ? asserting(a, first->check->call)
					  : first->check->call->name;
	f.lock = first->check->lock ? ls_name_path(a, arena, first->c->fn, first->check->lock)
		 : first->check->call->lock.text ? first->check->call->lock.text
						 : "a reservation lock";
	fill_steps(a, arena, &chain, first->check, &f);
	f.key = key_of(&f);
	if (f.kind == LS_NOT_HELD) {
		fill_others(s, arena, first, &f);
		ls_advice(a, arena, &chain, first->check, &f.advice);
	}
	list->finding = ls_grow(list->finding, list->nr, room, sizeof(*list->finding));
	list->finding[list->nr++] = f;
}

static int in_order(const void *a, const void *b)
{
	const struct breach *x = a, *y = b;

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
	struct search s = { .a = a };
	struct breach *breach = NULL;
	size_t nr = 0, room = 0, list_room = 0, kept = 0;

	s.arrival = calloc(a->nr_contexts + 1, sizeof(*s.arrival));
	s.stamp = calloc(a->nr_contexts + 1, sizeof(*s.stamp));
	s.queue = calloc(a->nr_contexts + 1, sizeof(*s.queue));
	if (!s.arrival || !s.stamp || !s.queue)
		ls_no_memory();
	for (size_t i = 0; i < a->nr_contexts; i++) {
		struct ls_context *c = a->context[i];

		if (!c->live || a->p->fn[c->fn].skipped ||
		    strcmp(ls_program_group_of(a->p, c->fn), a->judge))
			continue;
		for (size_t k = 0; k < c->nr_checks; k++) {
			if (c->check[k].verdict != LS_BROKEN)
				continue;
			breach = ls_grow(breach, nr, &room, sizeof(*breach));
			breach[nr++] = (struct breach) { c, &c->check[k] };
		}
	}
	if (nr)
		qsort(breach, nr, sizeof(*breach), in_order);
	for (size_t i = 0, n; i < nr; i += n) {
		for (n = 1; i + n < nr && same_place(&breach[i], &breach[i + n]); n++)
			;
		make_finding(&s, arena, &breach[i], n, list, &list_room);
	}
	if (list->nr)
		qsort(list->finding, list->nr, sizeof(*list->finding), by_place);
	for (size_t i = 0; i < list->nr; i++)
		if (!kept || list->finding[kept - 1].key != list->finding[i].key)
			list->finding[kept++] = list->finding[i];
	list->nr = kept;
	free(breach);
	free(s.arrival);
	free(s.stamp);
	free(s.queue);
}
