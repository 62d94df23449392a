// SPDX-License-Identifier: MIT
/*
 * Loops that lock or unlock many objects, one in each round. Whoever leaves the first kind holds the
 * locks of all of them: that there were none is not what is meant, and such a way is not gone on
 * with. Whoever leaves the second kind holds none of them; within it, those that are still to come
 * are held.
 */
#include <string.h>

#include "arena.h"
#include "context.h"

/* From each block at @header or after it, can it be reached again by blocks after it? */
static void find_members(const struct ls_unit *u, const struct ls_function *f,
			 const struct ls_flow *flow, struct ls_loop *loop)
{
	uint32_t next[256];
	int changed = 1;

	while (changed) {
		changed = 0;
		for (uint32_t at = flow->nr_blocks; at-- > loop->header;) {
			size_t nr;

			if (loop->member[at])
				continue;
			nr = ls_flow_successors(u, f, flow->order[at], next, 256);
			for (size_t i = 0; i < nr && !loop->member[at]; i++) {
				uint32_t to = flow->position[next[i]];

				loop->member[at] = to == loop->header ||
					(to > loop->header && loop->member[to]);
			}
			changed |= loop->member[at];
		}
	}
	for (uint32_t at = loop->header; at < flow->nr_blocks; at++)
		loop->size += loop->member[at];
}

void ls_loops_find(struct ls_analysis *a, uint32_t fn, struct ls_flow *flow)
{
	const struct ls_function *f = a->p->fn[fn].f;
	uint32_t nr = 0;

	for (uint32_t at = 0; at < flow->nr_blocks; at++)
		nr += flow->header[flow->order[at]];
	flow->loop = ls_arena_array(a->arena, nr + 1, sizeof(*flow->loop));
	for (uint32_t at = 0; at < flow->nr_blocks; at++) {
		struct ls_loop *loop = &flow->loop[flow->nr_loops];

		if (!flow->header[flow->order[at]])
			continue;
		flow->nr_loops++;
		loop->header = at;
		loop->member = ls_arena_alloc(a->arena, flow->nr_blocks + 1);
		find_members(ls_fn_unit(a->p, fn), f, flow, loop);
	}
}

uint32_t ls_loop_position(const struct ls_walk *w, uint32_t insn)
{
	for (uint32_t i = 0; i < w->flow->nr_blocks; i++) {
		const struct ls_block *b = &w->u->blocks[w->f->block + w->flow->order[i]];

		if (insn >= b->insn && insn < b->insn + b->nr_insns)
			return i;
	}
	return 0;
}

int ls_loop_is_from_before(const struct ls_walk *w, const struct ls_state *s, ls_path lock,
			   uint32_t header)
{
	const struct ls_paths *p = &w->a->paths;
	const struct ls_path_node *n = ls_path_node(p, lock);
	int64_t offset;
	ls_path object = ls_path_base(p, n->kind == LS_PATH_LOAD ? n->base : lock, &offset);

	if (!ls_path_node(p, object)->local && !ls_path_node(p, object)->depth &&
	    ls_path_node(p, object)->kind != LS_PATH_ELEMENT)
		return 1;
	for (uint32_t i = 0; i < w->f->nr_locals; i++)
		if (s->env[i] && w->flow->made[i] < header &&
		    ls_path_base(p, s->env[i], &offset) == object)
			return 1;
	return 0;
}

/* --- one walk ------------------------------------------------------------------------------ */

struct ls_round {
	uint8_t entered, gained, open;
	int least;		/* locks of several, of those who come from outside */
	ls_path unlocks;	/* one of those that are let go in it */
	struct ls_states leaving;
	uint32_t *to;		/* where each of them goes */
	size_t room;
};

void ls_rounds_begin(struct ls_walk *w)
{
	w->round = ls_arena_array(w->arena, w->flow->nr_loops + 1, sizeof(*w->round));
}

static int nr_several(const struct ls_walk *w, const struct ls_state *s)
{
	int nr = s->others;

	for (int i = 0; i < s->nr_locks; i++)
		nr += s->lock[i].hold == LS_HELD_NOW && ls_several(&w->a->paths, &s->lock[i]);
	return nr;
}

void ls_rounds_enter(struct ls_walk *w, const struct ls_state *s, uint32_t from, uint32_t to)
{
	for (uint32_t l = 0; l < w->flow->nr_loops; l++) {
		struct ls_loop *loop = &w->flow->loop[l];
		struct ls_round *r = &w->round[l];
		int nr;

		if (loop->header != to)
			continue;
		nr = nr_several(w, s);
		if (loop->member[from]) {
			r->gained |= r->entered && nr > r->least;
			loop->locks |= r->gained;
		} else if (!r->entered || nr < r->least) {
			r->least = nr;
			r->entered = 1;
		}
	}
}

/* Return: whether @s gets out of the loop at all. */
static int leave(struct ls_walk *w, const struct ls_loop *loop, const struct ls_round *r,
		 struct ls_state *s, uint32_t from)
{
	struct ls_paths *p = &w->a->paths;

	if (from == loop->header && r->gained && nr_several(w, s) <= r->least)
		return 0;
	for (int i = 0; i < s->nr_locks && r->unlocks; i++)
		if (s->lock[i].hold == LS_HELD_NOW && ls_several(p, &s->lock[i]) &&
		    (ls_several_unnamed(p, s->lock[i].path) ||
		     ls_path_alike(p, s->lock[i].path, r->unlocks)))
			ls_state_drop_lock(s, &s->lock[i--]);
	return 1;
}

int ls_rounds_leave(struct ls_walk *w, struct ls_state *s, uint32_t from, uint32_t to)
{
	for (uint32_t l = 0; l < w->flow->nr_loops; l++) {
		const struct ls_loop *loop = &w->flow->loop[l];
		struct ls_round *r = &w->round[l];

		if (!loop->member[from] || loop->member[to])
			continue;
		if (from != loop->header || r->open || !(loop->locks || loop->unlocks)) {
			if (!leave(w, loop, r, s, from))
				return 0;
			continue;
		}
		if (r->leaving.nr == r->room) {
			size_t room = r->room ? r->room * 2 : 4;
			uint32_t *more = ls_arena_array(w->arena, room, sizeof(*more));

			if (r->room)
				memcpy(more, r->to, r->room * sizeof(*more));
			r->to = more;
			r->room = room;
		}
		r->to[r->leaving.nr] = to;
		ls_states_add(w, &r->leaving, ls_state_copy(w->arena, s, w->f->nr_locals));
		return 0;
	}
	return 1;
}

struct ls_state *ls_rounds_next(struct ls_walk *w, uint32_t *from, uint32_t *to)
{
	for (uint32_t l = 0; l < w->flow->nr_loops; l++) {
		struct ls_round *r = &w->round[l];

		if (!r->leaving.nr)
			continue;
		r->open = 1;
		r->leaving.nr--;
		*from = w->flow->loop[l].header;
		*to = r->to[r->leaving.nr];
		return r->leaving.state[r->leaving.nr];
	}
	return NULL;
}

int ls_rounds_unlock(struct ls_walk *w, const struct ls_state *s, uint32_t insn, ls_path lock)
{
	uint32_t at = ls_loop_position(w, insn);
	struct ls_loop *in = NULL;

	for (uint32_t l = 0; l < w->flow->nr_loops; l++)
		if (w->flow->loop[l].member[at] && (!in || w->flow->loop[l].size < in->size))
			in = &w->flow->loop[l];
	if (!in || ls_loop_is_from_before(w, s, lock, in->header))
		return 0;
	in->unlocks = 1;
	w->round[in - w->flow->loop].unlocks = lock;
	return 1;
}

/* --- names ----------------------------------------------------------------------------------- */

int ls_several(const struct ls_paths *p, const struct ls_lock *lock)
{
	return lock->flags & LS_LOCK_FORMER || !ls_path_exact(p, lock->path);
}

int ls_several_unnamed(const struct ls_paths *p, ls_path path)
{
	return ls_path_node(p, path)->kind == LS_PATH_OPAQUE ||
		ls_path_node(p, path)->kind == LS_PATH_ELEMENT;
}

struct naming {
	struct ls_walk *w;
	const struct ls_state *s;
	int depth;
};

static ls_path name(struct naming *n, ls_path path);

/* What a loop goes through: a list, from its first link on, or an array. */
static ls_path name_variable(struct naming *n, uint32_t variable)
{
	struct ls_paths *p = &n->w->a->paths;
	const struct ls_insn *phi = variable < n->w->f->nr_locals ?
		ls_unit_def(n->w->u, n->w->f, variable) : NULL;
	ls_path found = LS_NO_PATH, now, before;

	if (!phi || phi->op != LS_PHI || n->depth > 3)
		return LS_NO_PATH;
	now = ls_path_local(p, LS_PATH_MERGED, variable, LS_NO_PATH);
	before = ls_path_local(p, LS_PATH_FORMER, variable, LS_NO_PATH);
	for (uint32_t i = 0; i + 1 < phi->nr_operands; i += 2) {
		ls_path from = ls_walk_value(n->w, n->s, n->w->u->operands[phi->operand + i]);
		int64_t offset;
		ls_path base = ls_path_base(p, from, &offset), head;
		const struct ls_path_node *node = ls_path_node(p, base);

		/* The next one is found by this one. */
		if (node->kind != LS_PATH_LOAD || ls_path_contains(p, base, now) ||
		    ls_path_contains(p, base, before))
			continue;
		n->depth++;
		head = name(n, node->base);
		n->depth--;
		if (head && !ls_path_node(p, head)->local)
			found = ls_path_offset(p, ls_path_element(p, head, LS_NO_PATH), offset);
	}
	return found;
}

static ls_path name(struct naming *n, ls_path path)
{
	struct ls_paths *p = &n->w->a->paths;
	struct ls_path_node node = *ls_path_node(p, path);
	ls_path base;

	switch (node.kind) {
	case LS_PATH_OFFSET:
		return ls_path_offset(p, name(n, node.base), node.number);
	case LS_PATH_LOAD:
		base = name(n, node.base);
		ls_path_mark(p, base, ls_path_marks(p, node.base));
		return base ? ls_path_load(p, base) : LS_NO_PATH;
	case LS_PATH_ELEMENT:
		return ls_path_element(p, name(n, node.base), LS_NO_PATH);
	case LS_PATH_CHANGED:
		base = node.base ? name(n, node.base) : LS_NO_PATH;
		return base ? ls_path_load(p, base) : LS_NO_PATH;
	case LS_PATH_MERGED:
	case LS_PATH_FORMER:
		return name_variable(n, node.index);
	default:
		return path;
	}
}

/* @path with any element in place of each; it is local if it still depends on a walk. */
static ls_path several_name(struct ls_walk *w, const struct ls_state *s, ls_path path)
{
	struct naming n = { .w = w, .s = s };

	return path ? name(&n, path) : LS_NO_PATH;
}

ls_path ls_several_wish(struct ls_walk *w, const struct ls_state *s, ls_path path)
{
	return path && ls_path_node(&w->a->paths, path)->local ? several_name(w, s, path) : path;
}

/* Return: whether @one is any of @several: perhaps the first of a list. */
static int is_one_of(const struct ls_paths *p, ls_path several, ls_path one)
{
	while (several != one) {
		const struct ls_path_node *n = ls_path_node(p, several), *m = ls_path_node(p, one);
		int first = n->kind == LS_PATH_ELEMENT && !n->index && m->kind == LS_PATH_LOAD;

		if (!n->base || !m->base || (n->kind != m->kind && !first) ||
		    n->number != m->number || (!first && n->index != m->index))
			return 0;
		several = n->base;
		one = m->base;
	}
	return 1;
}

int ls_several_find(struct ls_walk *w, const struct ls_state *s, ls_path path)
{
	ls_path wanted = several_name(w, s, path);

	for (int i = 0; i < s->nr_locks && wanted; i++)
		if (s->lock[i].hold == LS_HELD_NOW && ls_several(&w->a->paths, &s->lock[i]) &&
		    is_one_of(&w->a->paths, several_name(w, s, s->lock[i].path), wanted))
			return i;
	return s->nr_locks;
}

ls_path ls_several_leave(struct ls_walk *w, const struct ls_state *s, struct ls_lock *lock)
{
	struct ls_paths *p = &w->a->paths;
	ls_path several = several_name(w, s, lock->path);

	if (several && !ls_path_node(p, several)->local) {
		lock->flags |= LS_LOCK_FORMER;
		return several;
	}
	if (lock->hold == LS_HELD_NOW && lock->ctx && !ls_path_node(p, lock->ctx)->local &&
	    !ls_path_is_number(p, lock->ctx) && ls_path_node(p, lock->ctx)->kind != LS_PATH_UNKNOWN)
		return ls_path_element(p, lock->ctx, LS_NO_PATH);
	return LS_NO_PATH;
}

int ls_several_set(const struct ls_paths *p, const struct ls_state *s)
{
	int set = s->sets;

	for (int i = 0; i < s->nr_locks; i++)
		set |= s->lock[i].hold == LS_HELD_NOW && ls_several_unnamed(p, s->lock[i].path);
	return set;
}

void ls_several_blur(const struct ls_paths *p, struct ls_state *s)
{
	for (int i = 0; i < s->nr_locks; i++) {
		if (!ls_several(p, &s->lock[i]))
			continue;
		s->others |= s->lock[i].hold == LS_HELD_NOW;
		ls_state_drop_lock(s, &s->lock[i--]);
	}
}
