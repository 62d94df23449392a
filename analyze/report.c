// SPDX-License-Identifier: MIT
/* A mistake as it is told: where, what, how one gets there, who does it right. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cause.h"

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

static const char *rule_of(const struct ls_check *check)
{
	return check->call->rule ? check->call->rule : check->call->name;
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
		    chain->by[at]->via ? ls_arena_strdup(arena, chain->by[at]->via) :
					 ls_fn_name(a->p, chain->from[at + 1]->fn);
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

/*
 * The same mistake, at another call or where it shows further in. What is not certain is no part of
 * what is.
 */
static void fill_also(struct ls_analysis *a, struct ls_arena *arena,
		      struct ls_blame *const *blame, size_t nr, struct ls_finding *f)
{
	struct ls_also *also = ls_arena_array(arena, nr + 1, sizeof(*also));

	for (size_t i = 1; i < nr; i++) {
		const struct ls_blame *b = blame[i];
		const struct ls_check *check = b->breach.check;
		struct ls_also x = { .key = b->key, .kind = check->kind, .rule = rule_of(check) };
		int known;

		if (b->doubt && !f->doubt)
			continue;
		if (b->place == blame[0]->place) {
			x.function = ls_fn_name(a->p, b->breach.c->fn);
			x.file = ls_name_file(a, b->breach.c->fn, check->insn, &x.line);
			x.callee = callee_of(a, check);
			x.lock = f->lock;
		} else {
			struct ls_finding title = { 0 };

			fill_title(a, arena, b, &title);
			x.function = title.function;
			x.file = title.file;
			x.line = title.line;
			x.callee = title.callee;
			x.lock = title.lock;
		}
		known = x.line == f->line && !strcmp(x.file, f->file) && !strcmp(x.callee, f->callee);
		for (size_t k = 0; k < f->nr_also && !known; k++)
			known = also[k].line == x.line && !strcmp(also[k].file, x.file) &&
				!strcmp(also[k].callee, x.callee);
		if (!known)
			also[f->nr_also++] = x;
	}
	f->also = also;
}

void ls_report(struct ls_search *s, struct ls_arena *arena, struct ls_blame *const *blame,
	       size_t nr, struct ls_finding *f)
{
	const struct ls_blame *b = blame[0];
	const struct ls_check *check = b->breach.check;

	*f = (struct ls_finding) { .kind = check->kind, .doubt = b->doubt, .key = b->key };
	f->confidence = f->doubt ? LS_CONFIDENCE_LOW : LS_CONFIDENCE_HIGH;
	for (size_t i = 0; i < nr; i++)
		if (blame[i]->paths > f->nr_paths)
			f->nr_paths = blame[i]->paths;
	f->rule = rule_of(check);
	f->text = check->call->text ? check->call->text : "";
	fill_title(s->a, arena, b, f);
	fill_steps(s->a, arena, b, f);
	fill_entry(s->a, arena, b, f);
	fill_also(s->a, arena, blame, nr, f);
	if (f->kind == LS_NOT_HELD) {
		ls_search_lead(s, b->breach.c->fn);
		fill_others(s, arena, b, f);
		ls_advice(s, arena, b, &f->advice);
	}
}
