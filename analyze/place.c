// SPDX-License-Identifier: MIT
/*
 * What would have to be changed: from a broken check outwards, on all ways. A missing lock is
 * missing at the innermost call round which taking it harms nobody; one that is held too much is so
 * at the call made by who took it, or by the callback that begins with it.
 */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "cause.h"

#define NODES_MAX	20000	/* looked at for one breach */
#define CHAIN_MAX	60

static void reach(struct ls_search *s, struct ls_reached *list, int only_known)
{
	struct ls_analysis *a = s->a;
	uint32_t *queue = ls_arena_array(s->arena, a->nr_contexts + 1, sizeof(*queue));
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < a->nr_contexts; i++) {
		const struct ls_context *c = a->context[i];

		list[i] = (struct ls_reached) { LS_NONE, LS_NONE };
		if (!c->live || !c->root || (only_known && !c->root_known))
			continue;
		list[i].far = 0;
		queue[tail++] = i;
	}
	while (head < tail) {
		const struct ls_context *c = a->context[queue[head++]];

		for (uint32_t i = c->out; i != LS_NONE; i = a->arrival[i].next_out) {
			uint32_t to = a->arrival[i].to->id;

			if (list[to].far != LS_NONE || !a->arrival[i].to->live)
				continue;
			list[to] = (struct ls_reached) { i, list[c->id].far + 1 };
			queue[tail++] = to;
		}
	}
}

void ls_search_begin(struct ls_search *s, struct ls_analysis *a)
{
	size_t nr = a->nr_contexts + 1;

	s->a = a;
	s->nr = a->nr_contexts;
	s->arena = ls_arena_create();
	s->first = ls_arena_array(s->arena, a->p->nr_fns + 1, sizeof(*s->first));
	s->next = ls_arena_array(s->arena, nr, sizeof(*s->next));
	for (size_t i = a->nr_contexts; i-- > 0;) {
		struct ls_context *c = a->context[i];

		if (!c->live)
			continue;
		s->next[i] = s->first[c->fn];
		s->first[c->fn] = c;
	}
	s->known = ls_arena_array(s->arena, nr, sizeof(*s->known));
	s->any = ls_arena_array(s->arena, nr, sizeof(*s->any));
	s->leads = ls_arena_alloc(s->arena, nr);
	reach(s, s->known, 1);
	reach(s, s->any, 0);
}

void ls_search_end(struct ls_search *s)
{
	ls_arena_destroy(s->arena);
}

/* --- who else holds the lock there ----------------------------------------------------------- */

static int lock_of(const struct ls_context *c, ls_path path)
{
	for (int k = 0; k < c->start.nr_locks; k++)
		if (c->start.lock[k].path == path)
			return k;
	return -1;
}

/*
 * The lock of @c's start that goes by @path and is held. What is only asserted may be so because of
 * the very way that is looked at.
 */
static const struct ls_lock *held_on_entry(const struct ls_context *c, ls_path path)
{
	int k = lock_of(c, path);

	if (k < 0 || c->start.lock[k].hold != LS_HELD_NOW ||
	    c->start.lock[k].flags & LS_LOCK_ASSUMED)
		return NULL;
	return &c->start.lock[k];
}

static void add_name(struct ls_holders *list, const char *name)
{
	for (size_t i = 0; i < list->nr; i++)
		if (!strcmp(list->name[i], name))
			return;
	if (list->nr < LS_HOLDERS_MAX)
		list->name[list->nr++] = name;
}

/* Who took a lock that is held on entry of @c: the frames that did, up all ways. */
static void holders(struct ls_search *s, const struct ls_context *c, ls_path lock,
		    struct ls_holders *list, int depth)
{
	struct ls_analysis *a = s->a;
	int k = lock_of(c, lock);

	if (c->arrival == LS_NONE || k < 0) {
		add_name(list, ls_fn_name(a->p, c->fn));
		return;
	}
	for (uint32_t i = c->arrival; i != LS_NONE && list->nr < LS_HOLDERS_MAX && depth < 16;
	     i = a->arrival[i].next) {
		const struct ls_lock *taken = &a->arrival[i].lock[k];

		if (taken->fn != LS_NONE)
			add_name(list, ls_fn_name(a->p, a->arrival[i].from->fn));
		else
			holders(s, a->arrival[i].from, taken->path, list, depth + 1);
	}
}

void ls_who_holds(struct ls_search *s, uint32_t fn, uint32_t insn, uint32_t inner, ls_path lock,
		  struct ls_holders *list)
{
	struct ls_analysis *a = s->a;

	list->nr = 0;
	for (struct ls_context *c = s->first[inner == LS_NONE ? fn : inner]; c; c = s->next[c->id]) {
		int comes = 0;

		for (size_t k = 0; inner == LS_NONE && k < c->nr_checks; k++) {
			const struct ls_check *check = &c->check[k];

			if (check->insn != insn || check->verdict != LS_KEPT ||
			    check->kind != LS_NOT_HELD || check->held.flags & LS_LOCK_ASSUMED)
				continue;
			if (check->held.fn == LS_NONE)
				holders(s, c, check->held.path, list, 0);
			else
				add_name(list, ls_fn_name(a->p, check->held.fn));
		}
		if (inner == LS_NONE || !held_on_entry(c, lock) || !s->leads[c->id])
			continue;
		for (uint32_t k = c->arrival; k != LS_NONE && !comes; k = a->arrival[k].next)
			comes = a->arrival[k].from->fn == fn && a->arrival[k].insn == insn;
		if (comes)
			holders(s, c, lock, list, 0);
	}
}

/* --- outwards --------------------------------------------------------------------------------- */

/* A frame: @c gets to its call @insn, and there the lock goes by this name. */
struct node {
	struct ls_context *c;
	ls_path lock;
	uint32_t insn;
	uint32_t by;		/* arrival at the next frame */
	uint32_t inner;		/* that frame; LS_NONE: this one has the breach */
	const struct ls_breach *breach;
};

struct climb {
	struct ls_search *s;
	struct node *node;
	size_t nr, room;
	struct ls_names seen, free;	/* nodes; places round which the lock can be taken */
	struct ls_fact when;		/* only then, at the place that is told */
	void (*tell)(void *arg, const struct ls_blame *blame);
	void *arg;
};

static void add_node(struct climb *u, const struct node *n)
{
	uint32_t key[3] = { n->c->id, n->lock, n->insn };
	int is_new;

	ls_names_put(&u->seen, key, sizeof(key), &is_new);
	if (!is_new || u->nr == NODES_MAX)
		return;
	u->node = ls_grow(u->node, u->nr, &u->room, sizeof(*u->node));
	u->node[u->nr++] = *n;
}

/* From outside to the node. Return: whether what the outermost frame begins with is known. */
static int outer_chain(const struct ls_search *s, const struct ls_context *c,
		       struct ls_chain *chain)
{
	const struct ls_reached *from = s->known[c->id].far != LS_NONE ? s->known : s->any;
	size_t nr = 0;

	if (from[c->id].far == LS_NONE)
		return 0;
	for (const struct ls_context *at = c; from[at->id].by != LS_NONE && nr < CHAIN_MAX / 2;
	     nr++)
		at = s->a->arrival[from[at->id].by].from;
	chain->nr = nr;
	while (nr--) {
		const struct ls_arrival *in = &s->a->arrival[from[c->id].by];

		chain->from[nr] = in->from;
		chain->insn[nr] = in->insn;
		chain->by[nr] = in;
		c = in->from;
	}
	return from == s->known;
}

static void inner_chain(const struct climb *u, uint32_t node, struct ls_chain *chain)
{
	while (node != LS_NONE && chain->nr < CHAIN_MAX) {
		const struct node *n = &u->node[node];

		/* However long the way is, its end is told. */
		if (chain->nr == CHAIN_MAX - 1 && n->inner != LS_NONE) {
			node = n->inner;
			continue;
		}
		chain->from[chain->nr] = n->c;
		chain->insn[chain->nr] = n->insn;
		chain->by[chain->nr++] = n->by == LS_NONE ? NULL : &u->s->a->arrival[n->by];
		node = n->inner;
	}
}

static void tell(struct climb *u, uint32_t node, const char *why_none)
{
	const struct node *n = &u->node[node];
	const struct ls_check *check = n->breach->check;
	struct ls_blame blame = { .breach = *n->breach, .lock = n->lock, .why_none = why_none };

	blame.mends = !why_none;
	blame.when = u->when;
	blame.known = outer_chain(u->s, n->c, &blame.chain);
	/* What was let go in this very function is a way of its own. */
	if (check->held.path && check->held.fn != LS_NONE && n->inner == LS_NONE) {
		blame.taken = &check->held;
		blame.chain.nr = 0;
		blame.known = 1;
	}
	blame.at = blame.chain.nr;
	inner_chain(u, node, &blame.chain);
	u->tell(u->arg, &blame);
}

/* --- what takes it further in ---------------------------------------------------------------- */

#define INNER_MAX	4000	/* contexts looked into for one place */
#define INNER_DEPTH	24

/* Facts, as the place names what they are about. */
struct told {
	struct ls_fact fact[64];
	size_t nr;
};

struct within {
	struct ls_search *s;
	const struct told *needs;	/* what is known on the way to where the lock is needed */
	struct ls_fact when;	/* of these: what tells that way from all on which it is taken */
	uint8_t *seen;
	size_t visited;
	const struct ls_arrival *way[INNER_DEPTH];
	ls_path lock;		/* as the place names it */
	const struct ls_context *found;	/* where it is taken */
	const struct ls_check *check;
};

/* Note what is known in a frame that lies @depth calls, by @way, from the place. */
static void tell_facts(struct ls_analysis *a, struct told *told, const struct ls_fact *fact,
		       size_t nr, const struct ls_arrival *const *way, size_t depth)
{
	for (size_t k = 0; k < nr && told->nr < 64; k++) {
		ls_path path = fact[k].path;
		struct ls_range r = fact[k].range;

		for (size_t i = depth; i-- > 0 && path;)
			path = ls_arrival_path(a, way[i], path);
		if (r.lo != r.hi && r.nonzero)
			r = (struct ls_range) { INT64_MIN, INT64_MAX, 1, 0 };
		else if (r.lo != r.hi)
			continue;
		if (path && !ls_path_is_number(&a->paths, path) &&
		    !ls_path_node(&a->paths, path)->local)
			told->fact[told->nr++] = (struct ls_fact) { path, r };
	}
}

/* Whether what is known on two ways cannot be on one. */
static int excludes(struct ls_range x, struct ls_range y)
{
	if (x.lo == x.hi && y.lo == y.hi)
		return x.lo != y.lo;
	return (x.nonzero && !y.lo && !y.hi) || (y.nonzero && !x.lo && !x.hi);
}

/*
 * The lock is taken further in, but only where something is not so that is so where it is needed:
 * "if (obj->imported)". Return: whether that keeps them apart.
 */
static int kept_apart(struct within *in, const struct ls_check *check, size_t depth)
{
	struct told takes = { .nr = 0 };

	tell_facts(in->s->a, &takes, check->fact, check->nr_facts, in->way, depth);
	for (size_t i = depth; i-- > 0;)
		tell_facts(in->s->a, &takes, in->way[i]->fact, in->way[i]->nr_facts, in->way, i);
	for (size_t i = 0; i < in->needs->nr; i++) {
		const struct ls_fact *x = &in->needs->fact[i];

		if (in->when.path && in->when.path != x->path)
			continue;
		for (size_t k = 0; k < takes.nr; k++) {
			if (takes.fact[k].path != x->path || !excludes(takes.fact[k].range, x->range))
				continue;
			in->when = *x;
			return 1;
		}
	}
	return 0;
}

/* Something must not be called with the lock held in @c, the @depth'th frame from the place. */
static int takes_it(struct within *in, const struct ls_context *c, size_t depth)
{
	for (size_t k = 0; k < c->nr_checks; k++) {
		const struct ls_check *check = &c->check[k];
		ls_path lock = check->lock;

		if (check->kind == LS_NOT_HELD || check->verdict != LS_KEPT || !lock)
			continue;
		for (size_t i = depth; i-- > 0 && lock;)
			lock = ls_arrival_path(in->s->a, in->way[i], lock);
		if (lock != in->lock || kept_apart(in, check, depth))
			continue;
		in->found = c;
		in->check = check;
		return 1;
	}
	return 0;
}

static int look_within(struct within *in, const struct ls_context *c, uint32_t insn, size_t depth)
{
	struct ls_analysis *a = in->s->a;

	for (uint32_t k = c->out; k != LS_NONE && depth < INNER_DEPTH; k = a->arrival[k].next_out) {
		const struct ls_context *to = a->arrival[k].to;

		if ((insn != LS_NONE && a->arrival[k].insn != insn) || in->seen[to->id] ||
		    in->visited++ > INNER_MAX)
			continue;
		in->seen[to->id] = 1;
		in->way[depth] = &a->arrival[k];
		if (takes_it(in, to, depth + 1) || look_within(in, to, LS_NONE, depth + 1))
			return 1;
	}
	return 0;
}

/*
 * Whoever comes to the call would have the lock then: also those that need it not, or for whom it
 * is taken further in. Return: who takes it, or NULL.
 */
static const char *taken_within(struct climb *u, const struct node *n, struct ls_fact *when)
{
	struct ls_analysis *a = u->s->a;
	struct told needs = { .nr = 0 };
	struct within in = { .s = u->s, .seen = calloc(a->nr_contexts + 1, 1), .lock = n->lock,
			     .needs = &needs };
	const char *why = NULL;
	size_t depth = 0;

	for (const struct node *at = n; at->inner != LS_NONE && depth < INNER_DEPTH;) {
		in.way[depth] = &a->arrival[at->by];
		tell_facts(a, &needs, in.way[depth]->fact, in.way[depth]->nr_facts, in.way, depth);
		depth++;
		at = &u->node[at->inner];
		if (at->inner == LS_NONE)
			tell_facts(a, &needs, n->breach->check->fact, n->breach->check->nr_facts,
				   in.way, depth);
	}

	if (!in.seen)
		ls_no_memory();
	for (struct ls_context *c = u->s->first[n->c->fn]; c && n->lock && !why; c = u->s->next[c->id]) {
		unsigned int line;
		const char *file;

		if (held_on_entry(c, n->lock) || !look_within(&in, c, n->insn, 0))
			continue;
		file = ls_name_file(a, in.found->fn, in.check->insn, &line);
		why = ls_arena_printf(u->s->arena, "%s() calls %s() without it, at %s:%u",
				      ls_fn_name(a->p, in.found->fn), in.check->call->name, file,
				      line);
	}
	free(in.seen);
	*when = why ? (struct ls_fact) { .path = LS_NO_PATH } : in.when;
	return why;
}

/* Does taking the lock round the node's call harm nobody? */
static int is_free(struct climb *u, const struct node *n)
{
	const struct node *inner = n->inner == LS_NONE ? NULL : &u->node[n->inner];
	uint32_t key[4] = { n->c->fn, n->insn, inner ? inner->c->fn : LS_NONE,
			    inner ? inner->lock : LS_NO_PATH };
	struct ls_holders list;
	int is_new;
	void **is = ls_names_put(&u->free, key, sizeof(key), &is_new);

	if (is_new) {
		ls_who_holds(u->s, key[0], key[1], key[2], key[3], &list);
		*is = list.nr ? NULL : u;
	}
	return *is != NULL;
}

/* A lock that is missing. */
static void climb_needed(struct climb *u)
{
	struct ls_analysis *a = u->s->a;

	for (size_t i = 0; i < u->nr; i++) {
		struct node n = u->node[i];
		/* What is asserted is asked of the caller. */
		int asserted = n.inner == LS_NONE && n.breach->check->asserted;
		const struct ls_lock *let_go = &n.breach->check->held;
		int nameless = 0, out = 0;

		if (!asserted && is_free(u, &n)) {
			const char *why = NULL;

			u->when.path = LS_NO_PATH;
			if (n.inner != LS_NONE)
				why = taken_within(u, &n, &u->when);
			if (why)
				why = ls_arena_printf(u->s->arena, "others reach %s() with the lock "
						      "held, and further out %s",
						      ls_fn_name(a->p, u->node[n.inner].c->fn), why);
			tell(u, i, why);
			u->when.path = LS_NO_PATH;
			continue;
		}
		if (n.inner == LS_NONE && let_go->path && let_go->fn != LS_NONE) {
			tell(u, i, "it is let go before, and others get there with the lock held");
			continue;
		}
		for (uint32_t k = n.c->arrival; n.lock && k != LS_NONE; k = a->arrival[k].next) {
			struct node outer = { a->arrival[k].from, LS_NO_PATH, a->arrival[k].insn, k,
					      i, n.breach };

			outer.lock = ls_arrival_path(a, &a->arrival[k], n.lock);
			nameless |= !outer.lock;
			out = 1;
			if (outer.lock)
				add_node(u, &outer);
		}
		if (!n.lock || nameless)
			tell(u, i, "further out the object has no name yet");
		else if (n.c->root || !out)
			tell(u, i, asserted ? "it is asserted by the callback itself, which is called without it" :
				   "each frame on the way is also reached with the lock held");
	}
}

/* A lock that is there: up to the frames that took it, or to callbacks that begin with it. */
static void climb_held(struct climb *u)
{
	struct ls_analysis *a = u->s->a;

	for (size_t i = 0; i < u->nr; i++) {
		struct node n = u->node[i];
		struct ls_blame blame = { .breach = *n.breach, .lock = n.lock };
		const struct ls_lock *mine = &n.breach->check->held;
		int k = lock_of(n.c, n.lock), out = 0;

		if (n.inner == LS_NONE && mine->fn != LS_NONE) {
			blame.taken = mine;
			blame.known = 1;
			inner_chain(u, i, &blame.chain);
			u->tell(u->arg, &blame);
			continue;
		}
		for (uint32_t e = n.c->arrival; k >= 0 && e != LS_NONE; e = a->arrival[e].next) {
			const struct ls_lock *lock = &a->arrival[e].lock[k];
			struct node outer = { a->arrival[e].from, lock->path, a->arrival[e].insn, e,
					      i, n.breach };

			out = 1;
			if (lock->fn == LS_NONE) {
				add_node(u, &outer);
				continue;
			}
			/* The node is not kept: nobody comes by it. */
			blame.taken = lock;
			blame.known = 1;
			blame.lock = lock->path;
			blame.chain.nr = 1;
			blame.chain.from[0] = outer.c;
			blame.chain.insn[0] = outer.insn;
			blame.chain.by[0] = &a->arrival[e];
			inner_chain(u, i, &blame.chain);
			u->tell(u->arg, &blame);
		}
		if ((n.c->root && *n.c->root) || !out) {
			blame.taken = NULL;
			blame.lock = n.lock;
			blame.known = n.c->root && n.c->root_known;
			blame.chain.nr = 0;
			inner_chain(u, i, &blame.chain);
			u->tell(u->arg, &blame);
		}
	}
}

void ls_search_lead(struct ls_search *s, uint32_t fn)
{
	struct ls_analysis *a = s->a;
	struct ls_context **stack = calloc(s->nr + 1, sizeof(*stack));
	size_t nr = 0;

	if (!stack)
		ls_no_memory();
	memset(s->leads, 0, s->nr + 1);
	for (struct ls_context *c = s->first[fn]; c; c = s->next[c->id]) {
		s->leads[c->id] = 1;
		stack[nr++] = c;
	}
	while (nr) {
		const struct ls_context *c = stack[--nr];

		for (uint32_t i = c->arrival; i != LS_NONE; i = a->arrival[i].next) {
			struct ls_context *from = a->arrival[i].from;

			if (from->id >= s->nr || s->leads[from->id])
				continue;
			stack[nr++] = from;
			s->leads[from->id] = 1;
		}
	}
	free(stack);
}

void ls_places(struct ls_search *s, const struct ls_breach *breach, size_t nr,
	       void (*tell)(void *arg, const struct ls_blame *blame), void *arg)
{
	struct climb u = { .s = s, .tell = tell, .arg = arg };
	int needed = breach->check->kind == LS_NOT_HELD;

	for (size_t i = 0; i < nr; i++) {
		const struct ls_check *check = breach[i].check;
		struct node n = { breach[i].c, needed ? check->lock : check->held.path, check->insn,
				  LS_NONE, LS_NONE, &breach[i] };

		add_node(&u, &n);
	}
	ls_search_lead(s, breach->c->fn);
	if (needed)
		climb_needed(&u);
	else
		climb_held(&u);
	free(u.node);
	ls_names_fini(&u.seen);
	ls_names_fini(&u.free);
}
