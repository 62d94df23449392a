// SPDX-License-Identifier: MIT
/* Calls that the model knows: what becomes of the locks. */
#include <errno.h>
#include <string.h>

#include "arena.h"
#include "context.h"

struct effect {
	struct ls_walk *w;
	const struct ls_insn *insn;
	const struct ls_model_call *call;
	const ls_path *arg;
	size_t nr_args;
	ls_path lock, ctx, result;
	struct ls_states *out;
};

static struct ls_state *branch(struct effect *e, const struct ls_state *s, struct ls_range range)
{
	struct ls_state *t = ls_state_copy(e->w->arena, s, e->w->f->nr_locals);

	if (e->result && !ls_state_learn(&e->w->a->paths, t, e->result, range))
		return NULL;
	return t;
}

static void hold(struct effect *e, struct ls_state *s, int flags)
{
	struct ls_lock lock = {
		.path = e->lock, .ctx = e->ctx, .fn = e->w->c->fn, .insn = e->insn - e->w->u->insns,
		.hold = LS_HELD_NOW, .flags = flags,
	};

	ls_state_add_lock(s, &lock);
	/* Where a lock was taken there is one. */
	ls_state_learn(&e->w->a->paths, s, e->lock, (struct ls_range) { 1, INT64_MAX, 1, 0 });
}

/* What is left of an outcome's range after those before it. */
static struct ls_range remaining(const struct ls_model_call *call, size_t nth)
{
	const struct ls_model_outcome *o = &call->outcome[nth];
	struct ls_range r = { o->lo, o->hi, 0, 0 };

	for (size_t i = 0; i < nth; i++) {
		const struct ls_model_outcome *before = &call->outcome[i];

		if (!before->lo && !before->hi)
			r.nonzero = 1;
		if (r.lo >= before->lo && r.lo <= before->hi)
			r.lo = before->hi == INT64_MAX ? r.lo : before->hi + 1;
		if (r.hi <= before->hi && r.hi >= before->lo)
			r.hi = before->lo == INT64_MIN ? r.hi : before->lo - 1;
		if (before->lo == before->hi && before->lo)
			r.hole = before->lo;
	}
	return r;
}

static enum ls_model_then outcome_at(const struct ls_model_call *call, int64_t result)
{
	for (size_t i = 0; i < call->nr_outcomes; i++)
		if (result >= call->outcome[i].lo && result <= call->outcome[i].hi)
			return call->outcome[i].then;
	return LS_LOCK_UNKNOWN;
}

static void acquire(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	struct ls_range ctx = ls_state_range(p, s, e->ctx);
	struct ls_lock *lock = ls_state_lock(s, e->lock);
	int no_ctx, held, tries;

	ls_state_ask(p, e->ctx);
	no_ctx = ls_path_is_number(p, e->ctx) || (!ctx.lo && !ctx.hi);
	held = lock && lock->hold == LS_HELD_NOW;
	tries = e->call->nr_outcomes && outcome_at(e->call, 0) != LS_LOCK_HELD;

	if (no_ctx)
		e->ctx = ls_path_number(p, 0);
	for (size_t i = 0; i < e->call->nr_outcomes; i++) {
		const struct ls_model_outcome *o = &e->call->outcome[i];
		struct ls_range r = remaining(e->call, i);
		struct ls_state *t;

		/* With no context there is nothing to back off from: only a signal can stop it. */
		if (no_ctx && !tries && o->lo == o->hi && (o->lo == -EALREADY || o->lo == -EDEADLK))
			continue;
		if (no_ctx && !tries && (o->hi < 0 || o->then != LS_LOCK_HELD) &&
		    !e->call->interruptible && e->call->ctx.arg != LS_ARG_NONE)
			continue;
		if (!held && s->unheld && o->lo == -EALREADY && o->hi == -EALREADY)
			continue;
		if (held && tries && o->then == LS_LOCK_HELD)
			continue;
		if (held && !tries && !no_ctx && o->lo == 0 && o->hi == 0 && lock->ctx == e->ctx)
			continue;
		t = branch(e, s, r);
		if (!t)
			continue;
		if (o->then == LS_LOCK_HELD && !held)
			hold(e, t, 0);
		ls_states_add(e->w, e->out, t);
	}
}

/* Return: the lock that is meant, though it may go by another name. */
static struct ls_lock *meant(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	struct ls_lock *found = ls_state_lock(s, e->lock);

	if (found && found->hold == LS_HELD_NOW)
		return found;
	found = NULL;
	for (int i = 0; i < s->nr_locks; i++) {
		struct ls_lock *l = &s->lock[i];

		if (l->hold != LS_HELD_NOW || !ls_path_alike(p, l->path, e->lock))
			continue;
		if (found && ls_path_exact(p, found->path) && ls_path_exact(p, l->path))
			return NULL;
		found = l;
	}
	return found;
}

static void release(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	struct ls_lock *lock;
	struct ls_lock gone = {
		.path = e->lock, .fn = LS_NONE, .insn = LS_NONE, .hold = LS_FREE_NOW
	};
	int own = 0;

	if (e->w->c->generic)
		ls_rounds_unlock(e->w, s, e->insn - e->w->u->insns, e->lock);
	/* Of a loop that unlocks one after the other, one round stands for all. */
	while ((lock = meant(e, s)) != NULL) {
		int several = ls_several(p, lock);

		/* The others are held until the loop is left. */
		if (several && (lock->path != e->lock || lock->flags & LS_LOCK_FORMER) &&
		    ls_rounds_unlock(e->w, s, e->insn - e->w->u->insns, e->lock))
			goto out;
		own |= lock->fn != LS_NONE && !(lock->flags & LS_LOCK_ASSUMED);
		ls_state_drop_lock(s, lock);
		if (!several)
			break;
	}
	gone.flags = own ? LS_LOCK_OWN : 0;
	gone.fn = e->w->c->fn;
	gone.insn = e->insn - e->w->u->insns;
	if (!s->unheld && e->lock)
		ls_state_add_lock(s, &gone);
out:
	ls_states_add(e->w, e->out, s);
}

static void drop_ctx(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	int64_t offset;
	ls_path ctx = ls_path_base(p, e->ctx, &offset);
	int known = 0, none;

	/* Without a context those of the list are meant, and not all that have none. */
	none = ls_path_is_number(p, ctx);
	for (int i = 0; i < s->nr_locks; i++) {
		struct ls_lock *l = &s->lock[i];

		if (l->hold == LS_HELD_NOW && l->ctx && ls_path_base(p, l->ctx, &offset) == ctx &&
		    (!none || ls_several_unnamed(p, l->path)))
			ls_state_drop_lock(s, &s->lock[i--]);
	}
	if (none)
		return;
	for (int i = 0; i < s->nr_released; i++)
		known |= s->released[i] == ctx;
	if (!known && ctx && s->nr_released < 4)
		s->released[s->nr_released++] = ctx;
}

/* Where the loop of a call keeps whether it goes round; LS_NO_PATH: nothing is known of that. */
static ls_path repeat_place(struct effect *e, const struct ls_state *s)
{
	const struct ls_lock_path *at = ls_lock_path_of(e->w->a, e->call, LS_PATH_OF_REPEAT);

	return ls_lock_path_eval(&e->w->a->paths, s, at, e->arg, e->nr_args, e->result);
}

/* The loop has begun, or begins again. What makes it go round once more is what it does from here. */
static void begin_round(struct effect *e, struct ls_state *s, ls_path place)
{
	struct ls_paths *p = &e->w->a->paths;
	ls_path value = ls_path_local(p, LS_PATH_CHANGED, e->insn - e->w->u->insns, place);

	ls_state_forget(p, s, value);
	ls_state_store(p, s, place, value);
}

static void release_all(struct effect *e, struct ls_state *s)
{
	ls_path place = repeat_place(e, s);
	int repeats = place && !ls_range_has(ls_state_range(&e->w->a->paths, s,
					     ls_state_load(&e->w->a->paths, s, place)), 0);

	if (!e->call->nr_outcomes) {
		drop_ctx(e, s);
		ls_states_add(e->w, e->out, s);
		return;
	}
	for (size_t i = 0; i < e->call->nr_outcomes; i++) {
		struct ls_range r = remaining(e->call, i);
		struct ls_state *t;

		if (repeats && !r.lo && !r.hi)
			continue;
		t = branch(e, s, r);
		if (!t)
			continue;
		if (e->call->outcome[i].then == LS_LOCK_NOT_HELD) {
			drop_ctx(e, t);
			if (place)
				begin_round(e, t, place);
		}
		ls_states_add(e->w, e->out, t);
	}
}

/*
 * An assertion is a contract: who calls this holds the lock. Where it is known that it is not held,
 * the contract is broken, and nobody is meant to get any further; unless there is a way round the
 * assertion, which ls_walk_context() sees. Where it might be held it is from here on.
 *
 * Return: whether to go on.
 */
static int keep_contract(struct effect *e, struct ls_state *s, struct ls_check *check)
{
	struct ls_lock *lock = ls_state_lock(s, e->lock);
	int held = (lock && lock->hold == LS_HELD_NOW) ||
		ls_rule_stands_for(&e->w->a->paths, s, e->lock);

	check->doubt = held ? "it is held" : ls_rule_doubt(e->w, s, check->lock);
	if (check->doubt) {
		/* Nothing to tell, but that one may come here with the lock. */
		check->assumed = (!held || !lock || lock->flags & LS_LOCK_ASSUMED) &&
			!ls_several_set(&e->w->a->paths, s);
		check->kind = LS_NOT_HELD;
		check->verdict = LS_UNDECIDED;
		ls_rule_note(e->w, check);
	}
	if (!held && ((!lock && !s->unheld) || check->doubt))
		hold(e, s, LS_LOCK_ASSUMED);
	if (held || (!lock && !s->unheld) || check->doubt)
		return 1;
	if (check->call->rule) {
		check->kind = LS_NOT_HELD;
		check->verdict = LS_BROKEN;
		check->asserted = 1;
	}
	return 0;
}

/*
 * lock_is_held() says no, and it is known that it does. Whether that is an assertion is seen when
 * there is a warning of it: RCU asks whether this or that lock is held, and others take it if not.
 */
static void fail(struct effect *e, struct ls_state *s, const struct ls_check *check)
{
	struct ls_walk *w = e->w;

	s->asserting = 1;
	if (check->verdict == LS_BROKEN && w->nr_failing < LS_FAILING_MAX) {
		w->failing[w->nr_failing] = *check;
		s->failing = ++w->nr_failing;
	}
	ls_states_add(w, e->out, s);
}

/*
 * lockdep answers 0, 1, or -1 if it does not know. Who asserts that a lock is held compares with 0,
 * who asserts that it is not, with 1.
 */
static int asserts_not_held(const struct effect *e)
{
	const struct ls_unit *u = e->w->u;
	const struct ls_function *f = e->w->f;

	for (const struct ls_insn *i = e->insn + 1; i < u->insns + f->insn + f->nr_insns; i++) {
		const uint32_t *op = u->operands + i->operand;

		if (i->op == LS_COMPARE && op[0] == LS_VALUE(LS_LOCAL, e->insn->dst) &&
		    ls_value_kind(op[1]) == LS_CONSTANT && u->constants[ls_value_index(op[1])] == 1)
			return 1;
	}
	return 0;
}

static void assertion(struct effect *e, struct ls_state *s, struct ls_check *check)
{
	const struct ls_range one = { 1, 1, 1, 0 }, zero = { 0, 0, 0, 0 };
	int asks = e->call->nr_outcomes != 0;
	struct ls_state *t;

	if (asks && e->insn->dst != LS_NONE && asserts_not_held(e)) {
		t = branch(e, s, zero);
		if (t)
			ls_states_add(e->w, e->out, t);
		return;
	}
	if (asks && !ls_state_lock(s, e->lock) && !s->unheld) {
		/* If it is not held there is a warning, which nobody is meant to see. */
		t = branch(e, s, zero);
		if (t) {
			t->asserting = 1;
			ls_states_add(e->w, e->out, t);
		}
	}
	t = asks ? branch(e, s, one) : s;
	check->verdict = LS_UNDECIDED;
	if (t && keep_contract(e, t, check)) {
		ls_states_add(e->w, e->out, t);
	} else if (t && asks) {
		t = branch(e, s, zero);
		if (t)
			fail(e, t, check);
	} else if (t && check->verdict == LS_BROKEN) {
		ls_rule_note(e->w, check);
	}
}

static void named_result(struct effect *e, struct ls_state *s)
{
	if (e->insn->dst == LS_NONE)
		return;
	e->result = ls_path_local(&e->w->a->paths, LS_PATH_RESULT, e->insn->dst, LS_NO_PATH);
	ls_state_forget(&e->w->a->paths, s, e->result);
	s->env[e->insn->dst] = e->result;
}

static void exposed_objects(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	uint32_t at = e->insn - e->w->u->insns;

	for (size_t i = 0; i < e->nr_args; i++) {
		int64_t offset;

		if (ls_path_node(p, ls_path_base(p, e->arg[i], &offset))->kind == LS_PATH_OBJECT)
			ls_state_store(p, s, e->arg[i],
				       ls_path_local(p, LS_PATH_CHANGED, at, e->arg[i]));
	}
}

/*
 * The lock is held with an acquire context. To take it again without one is wrong, and with one it is
 * not; and that there is none here is what was decided on the way, not what anybody wrote.
 */
static const char *doubt_without_ctx(const struct effect *e, const struct ls_lock *held)
{
	const struct ls_paths *p = &e->w->a->paths;
	const ls_path *param = e->w->c->start.env;
	uint32_t given = e->w->u->operands[e->insn->operand + 1 + e->call->ctx.arg];

	/* A context of a caller's has no name here, but NULL has. */
	if ((held->ctx && ls_path_is_number(p, held->ctx)) || !ls_path_is_number(p, e->ctx) ||
	    ls_value_kind(given) == LS_CONSTANT)
		return NULL;
	for (uint32_t i = 0; i < e->w->f->nr_params; i++)
		if (ls_path_is_number(p, param[i]) && !ls_path_node(p, param[i])->number &&
		    e->w->u->params[e->w->f->param + i].type != LS_NONE)
			return NULL;
	return "it is held with an acquire context, which is perhaps given here, too";
}

/* Return: whether taking it again may be answered by -EALREADY: with the same context, or perhaps. */
static int is_again(const struct effect *e, const struct ls_lock *held)
{
	const struct ls_paths *p = &e->w->a->paths;

	if (e->call->effect != LS_ACQUIRES || !held)
		return 0;
	return !ls_path_is_number(p, e->ctx) && (held->ctx == e->ctx || !held->ctx ||
						 ls_path_node(p, e->ctx)->local);
}

void ls_effect_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		    const struct ls_model_call *call, const ls_path *arg, size_t nr_args,
		    struct ls_states *out)
{
	struct ls_analysis *a = w->a;
	const struct ls_lock_path *lock = ls_lock_path_of(a, call, LS_PATH_OF_LOCK);
	const struct ls_lock_path *ctx = ls_lock_path_of(a, call, LS_PATH_OF_CTX);
	struct effect e = {
		.w = w, .insn = insn, .call = call, .arg = arg, .nr_args = nr_args, .out = out
	};
	struct ls_check check = { .insn = insn - w->u->insns, .call = call };
	int takes = call->effect == LS_ACQUIRES || call->effect == LS_LOCKS_INSIDE;

	named_result(&e, s);
	e.lock = ls_lock_path_eval(&a->paths, s, lock, arg, nr_args, e.result);
	e.ctx = ls_lock_path_eval(&a->paths, s, ctx, arg, nr_args, e.result);
	if (!e.ctx && call->ctx.arg == LS_ARG_NONE)
		e.ctx = ls_path_number(&a->paths, 0);
	check.lock = e.lock;
	check.argument =
		lock->arg >= 0 && (size_t)lock->arg < nr_args ? arg[lock->arg] : LS_NO_PATH;
	if (!ls_rule_concerns(w, insn, call)) {
		ls_states_add(w, out, s);
		return;
	}
	ls_summary_wish(w, ls_several_wish(w, s, e.lock));
	if (call->entry == LS_ENTRY_HELD && call->effect != LS_ASSERTS &&
	    (e.lock || lock->arg == LS_ARG_ANY || (lock->arg >= 0 && !lock->usable)) &&
	    !(call->effect == LS_RELEASES && !ls_path_exact(&a->paths, e.lock))) {
		if (ls_rule_impossible(w, s, e.lock) || ls_rule_no_argument(w, s, lock, arg, nr_args))
			return;
		ls_rule_held(w, s, &check);
	}
	if (call->entry == LS_ENTRY_NOT_HELD && (e.lock || lock->arg == LS_ARG_ANY)) {
		struct ls_lock *held = e.lock ? ls_state_lock(s, e.lock) : NULL;
		int tries = call->effect == LS_ACQUIRES && outcome_at(call, 0) != LS_LOCK_HELD;

		if (held && e.ctx && call->ctx.arg >= 0)
			check.doubt = doubt_without_ctx(&e, held);
		/* Who takes it twice waits for ever: nothing comes after that. */
		if (!tries && !is_again(&e, held)) {
			int broken = ls_rule_not_held(w, s, &check, takes);

			if (broken && takes)
				return;
			/* Who comes here with the lock held would wait for itself. */
			if (!broken && e.lock &&
			    (call->effect != LS_ACQUIRES || ls_path_is_number(&a->paths, e.ctx)))
				ls_rule_free(w, s, &check, takes);
		}
	}
	switch (call->effect) {
	case LS_ACQUIRES:
		if (!e.lock)
			e.lock = ls_path_local(&a->paths, LS_PATH_OPAQUE, insn - w->u->insns,
					       LS_NO_PATH);
		acquire(&e, s);
		break;
	case LS_RELEASES:
		release(&e, s);
		break;
	case LS_RELEASES_ALL:
		release_all(&e, s);
		break;
	case LS_ASSERTS:
		assertion(&e, s, &check);
		break;
	default:
		exposed_objects(&e, s);
		ls_kinds_born(w, s, call->name, arg, nr_args, e.result);
		ls_states_add(w, out, s);
	}
}
