// SPDX-License-Identifier: MIT
/* The ends of a function, in terms that a caller understands. See context.h. */
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "context.h"

#define CHANGED_DEPTH	1

static int nameless(const struct ls_paths *p, ls_path path)
{
	return !path || ls_path_node(p, path)->local;
}

/*
 * That something far away has changed is nothing that a caller could use; and of numbers, that one
 * of many or one in another object has. A driver's code that programs its hardware changes hundreds
 * of them.
 */
static int is_far(const struct ls_paths *p, const struct ls_cell *cell)
{
	ls_path path = cell->at;

	if (ls_path_node(p, path)->depth > (cell->narrow ? 0 : CHANGED_DEPTH))
		return 1;
	for (; path && cell->narrow; path = ls_path_node(p, path)->base)
		if (ls_path_node(p, path)->kind == LS_PATH_ELEMENT)
			return 1;
	return 0;
}

/* Say what is left in terms that a caller understands. */
static void externalise(struct ls_walk *w, struct ls_state *s, ls_path *ret)
{
	struct ls_paths *p = &w->a->paths;
	ls_path returned = ls_path_plain(p, LS_PATH_RETURNED), unknown;
	int64_t offset;
	ls_path base = *ret ? ls_path_base(p, *ret, &offset) : LS_NO_PATH;
	struct ls_state *locks = ls_walk_copy(w, s);
	int kept = 0;

	unknown = ls_path_plain(p, LS_PATH_UNKNOWN);
	s->nr_locks = 0;
	for (int i = 0; i < locks->nr_locks; i++) {
		struct ls_lock lock = locks->lock[i];

		/* Taken and let go: a caller that did not have it has nothing to learn. */
		if (lock.hold == LS_FREE_NOW && lock.flags & LS_LOCK_OWN &&
		    !ls_state_lock(&w->c->start, lock.path))
			continue;
		if (nameless(p, lock.path) && base && nameless(p, base))
			lock.path = ls_path_replace(p, lock.path, base,
						    ls_path_offset(p, returned, -offset));
		/* Of an element that was asserted to be locked nobody knows which it was. */
		if (lock.flags & LS_LOCK_ASSUMED && lock.fn != LS_NONE &&
		    (nameless(p, lock.path) || ls_several(p, &lock)))
			continue;
		if (nameless(p, lock.path) || ls_several(p, &lock)) {
			ls_path several = ls_several_leave(w, locks, &lock);

			if (several || nameless(p, lock.path))
				lock.path = several;
		}
		if (!lock.path) {
			s->others |= lock.hold == LS_HELD_NOW;
			continue;
		}
		if (nameless(p, lock.ctx))
			lock.ctx = lock.ctx ? unknown : LS_NO_PATH;
		ls_state_add_lock(s, &lock);
	}
	for (int i = 0; i < s->nr_facts; i++)
		if (!nameless(p, s->fact[i].path))
			s->fact[kept++] = s->fact[i];
	s->nr_facts = kept;
	kept = 0;
	for (int i = 0; i < s->nr_cells; i++) {
		struct ls_cell c = s->cell[i];
		ls_path object = ls_path_base(p, c.at, &offset);

		/* Of global variables nothing is worth remembering; and nothing lies at NULL. */
		if (nameless(p, c.at) || ls_is_portable(ls_path_node(p, object)))
			continue;
		if (nameless(p, c.value))
			c.value = base && base == ls_path_base(p, c.value, &offset) &&
				c.value == *ret ? returned : unknown;
		if (c.value == unknown && is_far(p, &c))
			continue;
		s->cell[kept++] = c;
	}
	s->nr_cells = kept;
	kept = 0;
	for (int i = 0; i < s->nr_released; i++)
		if (!nameless(p, s->released[i]))
			s->released[kept++] = s->released[i];
	s->nr_released = kept;
	if (nameless(p, *ret))
		*ret = LS_NO_PATH;
	ls_walk_drop(w, locks);
}

static int class_of(struct ls_range r)
{
	if (!r.lo && !r.hi)
		return 1;
	if (r.lo == r.hi && r.hi < 0)
		return 2 + (int)(-r.lo & 0xfff);
	if (r.hi < 0)
		return 2;
	if (r.lo > 0)
		return -1;
	return r.nonzero ? 3 << 12 : 0;
}

#define EXITS_MAX 12

void ls_summary_exit(struct ls_walk *w, struct ls_state *from, ls_path ret)
{
	struct ls_paths *p = &w->a->paths;
	struct ls_state *s = ls_walk_copy(w, from);
	struct ls_range range = ret ? ls_state_range(p, s, ret) : LS_RANGE_ALL;
	struct ls_outcome *o;
	size_t same = SIZE_MAX;

	if (!w->exit)
		w->exit = ls_arena_array(w->arena, EXITS_MAX, sizeof(*w->exit));
	externalise(w, s, &ret);
	for (size_t i = 0; i < w->nr_exits; i++) {
		o = &w->exit[i];
		if (!ls_state_same_locks(&o->state, s))
			continue;
		same = i;
		if (class_of(o->range) == class_of(range) && o->ret == ret)
			break;
		same = w->nr_exits < EXITS_MAX - 4 ? SIZE_MAX : i;
	}
	if (same == SIZE_MAX) {
		if (w->nr_exits == EXITS_MAX) {
			w->c->bounded |= LS_BOUND_ENDS;
			ls_walk_drop(w, s);
			return;
		}
		o = &w->exit[w->nr_exits++];
		o->state = *s;
		o->ret = ret;
		o->range = range;
		return;
	}
	o = &w->exit[same];
	ls_state_merge(p, &o->state, s, 0);
	ls_walk_drop(w, s);
	if (o->ret != ret)
		o->ret = LS_NO_PATH;
	o->range.lo = o->range.lo < range.lo ? o->range.lo : range.lo;
	o->range.hi = o->range.hi > range.hi ? o->range.hi : range.hi;
	o->range.nonzero &= range.nonzero;
	o->range.hole = o->range.hole == range.hole ? range.hole : 0;
	for (int i = 0; i < o->state.nr_cells; i++)
		if (ls_path_node(p, o->state.cell[i].value)->local)
			o->state.cell[i].value = ls_path_plain(p, LS_PATH_UNKNOWN);
}

void ls_summary_give_up(struct ls_walk *w)
{
	struct ls_state *s = ls_state_create(w->arena, w->f->nr_locals);

	ls_state_assign(s, &w->c->start, w->f->nr_params);
	if (w->a->p->fn[w->c->fn].matters)
		s->lost |= LS_LOST_CALL;
	/* In the place of the last, if there is no room. */
	if (w->nr_exits == EXITS_MAX)
		w->nr_exits--;
	ls_summary_exit(w, s, LS_NO_PATH);
}
