// SPDX-License-Identifier: MIT
/* Calls that the model knows: is the rule kept, and what becomes of the locks. */
#include <errno.h>
#include <string.h>

#include "arena.h"
#include "context.h"

/* --- lock paths: names of members become offsets ------------------------------------------------
 */

/* What argument @arg of @call points to, as declared by the function or by one in its slot. */
static const struct ls_unit *declared(struct ls_analysis *a, const struct ls_model_call *call,
				      int arg, uint32_t *type)
{
	const struct ls_program *p = a->p;
	void **entry = ls_names_find_string(&p->by_name, call->name);
	uint32_t id, fn = LS_NONE;
	const struct ls_function *f;

	if (!entry || arg < 0)
		return NULL;
	id = (uint32_t)((uintptr_t)*entry - 1);
	if (!call->is_callback) {
		fn = p->symbol[id].fn;
	} else {
		for (uint32_t h = p->slot[id].holder; h != LS_NONE && fn == LS_NONE;
		     h = p->holder[h].next)
			fn = p->symbol[p->holder[h].function].fn;
	}
	if (fn == LS_NONE)
		return NULL;
	f = p->fn[fn].f;
	if ((uint32_t)arg >= f->nr_params)
		return NULL;
	*type = ls_type_target(ls_fn_unit(p, fn), ls_fn_unit(p, fn)->params[f->param + arg].type);
	return ls_fn_unit(p, fn);
}

static int enter_type(struct ls_analysis *a, const char *name, const struct ls_unit **u,
		      uint32_t *type)
{
	const struct ls_unit *named;

	if (name) {
		named = ls_type_named(a->p, name, type);
		if (!named)
			return 0;
		*u = named;
	} else if (*u && *type < (*u)->head->types.nr && !(*u)->types[*type].nr_members) {
		/* Declared here, defined elsewhere. */
		named = ls_type_named(a->p, ls_unit_string(*u, (*u)->types[*type].name), type);
		if (named)
			*u = named;
	}
	return *u != NULL;
}

uint32_t ls_alias_marks(const struct ls_analysis *a, const char *type, const char *member)
{
	uint32_t marks = 0;

	for (size_t i = 0; i < a->paths.nr_aliases && i < 32; i++)
		if (!strcmp(a->paths.alias[i].type, type) &&
		    !strcmp(a->paths.alias[i].first, member))
			marks |= 1U << i;
	return marks;
}

static void compile(struct ls_analysis *a, const struct ls_model_call *call,
		    const struct ls_model_path *path, struct ls_lock_path *out)
{
	const struct ls_unit *u = NULL;
	struct ls_hop *hop = ls_arena_array(a->arena, path->nr_steps + 1, sizeof(*hop));
	uint32_t type = LS_NONE;
	int found = 1;

	out->arg = path->arg;
	out->hop = hop;
	out->nr = path->nr_steps;
	if (path->arg == LS_ARG_NONE || path->arg == LS_ARG_ANY)
		return;
	if (path->type) {
		if (path->inside || path->nr_steps)
			enter_type(a, path->type, &u, &type);
	} else if (call) {
		u = declared(a, call, path->arg, &type);
	}
	if (path->inside) {
		if (!u)
			return;
		ls_type_find(u, type, path->inside, &out->start, &found);
		if (!found)
			return;
	}
	for (size_t i = 0; i < path->nr_steps; i++) {
		const struct ls_path_step *s = &path->steps[i];

		hop[i].load = s->load;
		hop[i].each = s->each;
		if (!s->member)
			continue;
		if (!enter_type(a, s->type, &u, &type))
			return;
		hop[i].marks = ls_alias_marks(a, ls_unit_string(u, u->types[type].name), s->member);
		type = ls_type_find(u, type, s->member, &hop[i].offset, &found);
		if (!found)
			return;
		if (s->load)
			type = ls_type_target(u, type);
		if (s->each && type < u->head->types.nr && u->types[type].kind == LS_TYPE_ARRAY)
			type = ls_type_target(u, u->types[type].target);
	}
	out->usable = 1;
}

const struct ls_lock_path *ls_lock_path_of(struct ls_analysis *a, const struct ls_model_call *call,
					   int ctx)
{
	uint64_t *at = ls_map_put(&a->lock_paths, (uintptr_t)call, NULL);
	struct ls_lock_path *two = (struct ls_lock_path *)(uintptr_t)*at;

	if (!two) {
		two = ls_arena_array(a->arena, 2, sizeof(*two));
		*at = (uintptr_t)two;
		compile(a, call, &call->lock, &two[0]);
		compile(a, call, &call->ctx, &two[1]);
	}
	return &two[ctx];
}

void ls_effect_compile_aliases(struct ls_analysis *a)
{
	struct ls_path_alias *alias =
		ls_arena_array(a->arena, a->model->nr_aliases + 1, sizeof(*alias));
	size_t nr = 0;

	for (size_t i = 0; i < a->model->nr_aliases; i++) {
		const struct ls_model_alias *m = &a->model->alias[i];
		struct ls_model_path one = m->one, other = m->other;
		struct ls_lock_path x = { 0 }, y = { 0 };

		one.type = one.type ? one.type : m->type;
		other.type = other.type ? other.type : m->type;
		if (nr == 32 || !one.nr_steps || !other.nr_steps || !other.steps[0].member)
			continue;
		/* The marks of the hops are those of the aliases so far, and its own. */
		a->paths.alias = alias;
		a->paths.nr_aliases = nr;
		compile(a, NULL, &one, &x);
		compile(a, NULL, &other, &y);
		if (!x.usable || !y.usable)
			continue;
		alias[nr++] = (struct ls_path_alias) {
			.one = x.hop, .nr_one = x.nr, .other = y.hop, .nr_other = y.nr,
			.type = m->type, .if_set = m->if_set, .first = other.steps[0].member,
		};
	}
	a->paths.alias = alias;
	a->paths.nr_aliases = nr;
}

ls_path ls_lock_path_eval(struct ls_paths *p, const struct ls_state *s,
			  const struct ls_lock_path *path, const ls_path *arg, size_t nr_args,
			  ls_path result)
{
	ls_path at;

	if (!path->usable)
		return LS_NO_PATH;
	if (path->arg == LS_ARG_RESULT)
		at = result;
	else if (path->arg >= 0 && (size_t)path->arg < nr_args)
		at = arg[path->arg];
	else
		return LS_NO_PATH;
	at = ls_path_offset(p, at, -path->start);
	for (size_t i = 0; i < path->nr && at; i++) {
		at = ls_path_offset(p, at, path->hop[i].offset);
		ls_path_mark(p, at, path->hop[i].marks);
		if (path->hop[i].each)
			at = ls_path_element(p, at, LS_NO_PATH);
		if (path->hop[i].load)
			at = ls_state_load(p, s, at);
	}
	return at;
}

/* --- is it a reservation lock at all? ------------------------------------------------------------
 */

static int points_to_resv(struct ls_walk *w, uint32_t operand)
{
	for (int depth = 0; depth < 8 && ls_value_kind(operand) == LS_LOCAL; depth++) {
		uint32_t type = ls_type_pointee(w->u, w->f, operand);
		const struct ls_insn *def;

		if (type < w->u->head->types.nr &&
		    !strcmp(ls_unit_string(w->u, w->u->types[type].name), "dma_resv"))
			return 1;
		def = ls_unit_def(w->u, w->f, ls_value_index(operand));
		if (!def || (def->op != LS_OFFSET && def->op != LS_COPY && def->op != LS_INDEX))
			return 0;
		operand = w->u->operands[def->operand];
	}
	return 0;
}

/* ww_mutex_lock() and lock_is_held_type() are for any lock: only those of a dma_resv are ours. */
static int concerns_us(struct ls_walk *w, const struct ls_insn *insn,
		       const struct ls_model_call *call)
{
	int arg = call->lock.arg;

	if (strncmp(call->name, "ww_mutex_", 9) && strncmp(call->name, "lock_is_held", 12))
		return 1;
	return arg >= 0 && (uint32_t)arg + 1 < insn->nr_operands &&
		points_to_resv(w, w->u->operands[insn->operand + 1 + arg]);
}

/* --- rules
 * ----------------------------------------------------------------------------------------- */

static void note(struct ls_walk *w, const struct ls_check *check)
{
	struct ls_context *c = w->c;

	for (size_t i = 0; i < c->nr_checks; i++) {
		struct ls_check *old = &c->check[i];

		if (old->insn == check->insn && old->call == check->call &&
		    old->kind == check->kind && old->verdict == check->verdict &&
		    old->lock == check->lock) {
			/* The surest way counts. */
			if (!check->doubt)
				*old = *check;
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

/* Why a lock that is not in the list might be held all the same; NULL: it is not. */
static const char *doubt_not_held(struct ls_walk *w, const struct ls_state *s, ls_path lock)
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

/*
 * Of objects found in a list or an array, all are locked in one loop and used in another: one
 * stands for all.
 */
static struct ls_lock *stands_for(const struct ls_paths *p, struct ls_state *s, ls_path lock)
{
	for (int i = 0; i < s->nr_locks && lock; i++) {
		struct ls_lock *l = &s->lock[i];

		/* Taken by one call for a whole list. */
		if (l->hold == LS_HELD_NOW && ls_path_node(p, l->path)->kind == LS_PATH_OPAQUE)
			return l;
		if (l->hold == LS_HELD_NOW && ls_path_alike(p, l->path, lock) &&
		    (l->flags & LS_LOCK_FORMER || !ls_path_exact(p, l->path) ||
		     !ls_path_exact(p, lock)))
			return l;
	}
	return NULL;
}

static void check_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check)
{
	const struct ls_lock *lock = check->lock ? ls_state_lock(s, check->lock) : any_held(s);

	if (!lock)
		lock = stands_for(&w->a->paths, s, check->lock);

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
		check->doubt = doubt_not_held(w, s, check->lock);
		if (lock && !ls_path_exact(&w->a->paths, lock->path) && !check->doubt)
			check->doubt =
				"the lock is one of several, or of an object found in a loop";
	} else {
		check->verdict = LS_UNDECIDED;
	}
	note(w, check);
}

/* Return: whether the rule is broken. */
static int check_not_held(struct ls_walk *w, struct ls_state *s, struct ls_check *check, int takes)
{
	const struct ls_lock *lock = check->lock ? ls_state_lock(s, check->lock) : any_held(s);

	if (!lock || lock->hold != LS_HELD_NOW)
		return 0;
	check->kind = takes && check->lock ? LS_TAKEN_TWICE : LS_HELD;
	check->verdict = LS_BROKEN;
	check->held = *lock;
	check->doubt = doubt_held(w, lock);
	note(w, check);
	return 1;
}

/* A pointer on the way to the lock is NULL: this call does not happen. */
static int impossible(struct ls_walk *w, const struct ls_state *s, ls_path path)
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

static int argument_impossible(struct ls_walk *w, const struct ls_state *s,
			       const struct ls_lock_path *path, const ls_path *arg, size_t nr_args)
{
	struct ls_range r;

	if (path->arg < 0 || (size_t)path->arg >= nr_args || !path->nr)
		return 0;
	ls_state_ask(&w->a->paths, arg[path->arg]);
	r = ls_state_range(&w->a->paths, s, arg[path->arg]);
	return (!r.lo && !r.hi) || (r.hi < 0 && r.lo >= -4095);
}

/* --- effects
 * ----------------------------------------------------------------------------------------- */

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
		    !strstr(e->call->name, "interruptible") && e->call->ctx.arg != LS_ARG_NONE)
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
			hold(e, t, tries ? LS_LOCK_TRIED : 0);
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

	/* Of a loop that unlocks one after the other, one round stands for all. */
	while ((lock = meant(e, s)) != NULL) {
		int several = !ls_path_exact(p, lock->path);

		ls_state_drop_lock(s, lock);
		if (!several)
			break;
	}
	gone.fn = e->w->c->fn;
	gone.insn = e->insn - e->w->u->insns;
	if (!s->unheld && e->lock)
		ls_state_add_lock(s, &gone);
	ls_states_add(e->w, e->out, s);
}

static void drop_ctx(struct effect *e, struct ls_state *s)
{
	struct ls_paths *p = &e->w->a->paths;
	int64_t offset;
	ls_path ctx = ls_path_base(p, e->ctx, &offset);
	int known = 0;

	for (int i = 0; i < s->nr_locks; i++) {
		struct ls_lock *l = &s->lock[i];

		if (l->hold == LS_HELD_NOW && l->ctx && ls_path_base(p, l->ctx, &offset) == ctx)
			ls_state_drop_lock(s, &s->lock[i--]);
	}
	for (int i = 0; i < s->nr_released; i++)
		known |= s->released[i] == ctx;
	if (!known && ctx && s->nr_released < 4)
		s->released[s->nr_released++] = ctx;
}

static void release_all(struct effect *e, struct ls_state *s)
{
	if (!e->call->nr_outcomes) {
		drop_ctx(e, s);
		ls_states_add(e->w, e->out, s);
		return;
	}
	for (size_t i = 0; i < e->call->nr_outcomes; i++) {
		struct ls_range r = remaining(e->call, i);
		struct ls_state *t = branch(e, s, r);

		if (!t)
			continue;
		if (e->call->outcome[i].then == LS_LOCK_NOT_HELD)
			drop_ctx(e, t);
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

	if ((lock && lock->hold == LS_HELD_NOW) || stands_for(&e->w->a->paths, s, e->lock))
		return 1;
	check->doubt = doubt_not_held(e->w, s, check->lock);
	if ((!lock && !s->unheld) || check->doubt) {
		hold(e, s, LS_LOCK_ASSUMED);
		return 1;
	}
	if (check->call->rule) {
		check->kind = LS_NOT_HELD;
		check->verdict = LS_BROKEN;
		check->asserted = 1;
		note(e->w, check);
	}
	return 0;
}

static void assertion(struct effect *e, struct ls_state *s, struct ls_check *check)
{
	const struct ls_range one = { 1, 1, 1, 0 }, zero = { 0, 0, 0, 0 };
	int asks = e->call->nr_outcomes != 0;
	struct ls_state *t;

	if (asks && !ls_state_lock(s, e->lock) && !s->unheld) {
		/* If it is not held there is a warning, which nobody is meant to see. */
		t = branch(e, s, zero);
		if (t) {
			t->asserting = 1;
			ls_states_add(e->w, e->out, t);
		}
	}
	t = asks ? branch(e, s, one) : s;
	if (t && keep_contract(e, t, check))
		ls_states_add(e->w, e->out, t);
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

void ls_effect_call(struct ls_walk *w, struct ls_state *s, const struct ls_insn *insn,
		    const struct ls_model_call *call, const ls_path *arg, size_t nr_args,
		    struct ls_states *out)
{
	struct ls_analysis *a = w->a;
	const struct ls_lock_path *lock = ls_lock_path_of(a, call, 0);
	const struct ls_lock_path *ctx = ls_lock_path_of(a, call, 1);
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
	ls_summary_wish(w, e.lock);
	check.argument =
		lock->arg >= 0 && (size_t)lock->arg < nr_args ? arg[lock->arg] : LS_NO_PATH;
	if (!concerns_us(w, insn, call)) {
		ls_states_add(w, out, s);
		return;
	}
	if (call->entry == LS_ENTRY_HELD && call->effect != LS_ASSERTS &&
	    (e.lock || lock->arg == LS_ARG_ANY || (lock->arg >= 0 && !lock->usable)) &&
	    !(call->effect == LS_RELEASES && !ls_path_exact(&a->paths, e.lock))) {
		if (impossible(w, s, e.lock) || argument_impossible(w, s, lock, arg, nr_args))
			return;
		check_held(w, s, &check);
	}
	if (call->entry == LS_ENTRY_NOT_HELD && (e.lock || lock->arg == LS_ARG_ANY)) {
		struct ls_lock *held = e.lock ? ls_state_lock(s, e.lock) : NULL;
		int tries = call->effect == LS_ACQUIRES && outcome_at(call, 0) != LS_LOCK_HELD;
		/* With a context it says -EALREADY, or nobody can tell. */
		int again = call->effect == LS_ACQUIRES && held &&
			!ls_path_is_number(&a->paths, e.ctx) &&
			(held->ctx == e.ctx || !held->ctx || !e.ctx ||
			 ls_path_node(&a->paths, e.ctx)->kind == LS_PATH_MERGED);

		/* Who takes it twice waits for ever: nothing comes after that. */
		if (!tries && !again && check_not_held(w, s, &check, takes) && takes)
			return;
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
