// SPDX-License-Identifier: MIT
/* States: what is learnt from conditions, and what is left of two states that are merged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "state.h"
#include "unit.h"

static void check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "states: %s\n", what);
	exit(1);
}

static struct ls_arena *arena;

static void blank(struct ls_state *s)
{
	*s = *ls_state_create(arena, 4);
	s->unheld = 1;
}

static void conditions(struct ls_paths *p)
{
	ls_path x = ls_path_load(p, ls_path_param(p, 0));
	ls_path is_error = ls_path_compare(p, LS_UGT, x, -4096),
		is_null = ls_path_compare(p, LS_EQ, x, 0);
	ls_path is_already = ls_path_compare(p, LS_EQ, x, -114);
	struct ls_state s;

	blank(&s);
	check(ls_state_assume(p, &s, is_null, 0), "it can be something");
	check(!ls_state_assume(p, &s, is_null, 1), "and then not nothing");
	check(ls_state_assume(p, &s, is_already, 0), "it may not be -EALREADY");
	check(!ls_state_assume(p, &s, is_already, 1), "which is remembered");
	check(ls_state_assume(p, &s, is_error, 1), "but another error");
	check(ls_state_range(p, &s, x).hi == -1, "errors are negative");
	blank(&s);
	check(ls_state_assume(p, &s, is_error, 0) && !ls_state_assume(p, &s, is_already, 1),
	      "what is no error is not -EALREADY");
	check(ls_state_assume(p, &s, ls_path_compare(p, LS_EQ, is_null, 0), 1),
	      "a condition of a condition");
	check(ls_state_range(p, &s, x).lo > 0, "it is a pointer");
}

static void merging(struct ls_paths *p)
{
	ls_path x = ls_path_load(p, ls_path_param(p, 0)), at = ls_path_param(p, 1), merged;
	struct ls_state a, b;
	struct ls_lock lock = { .path = x, .hold = LS_HELD_NOW };

	blank(&a);
	blank(&b);
	a.env[0] = ls_path_number(p, 0);
	b.env[0] = ls_path_number(p, -22);
	a.env[1] = b.env[1] = x;
	ls_state_learn(p, &a, x, (struct ls_range) { 1, INT64_MAX, 1, 0 });
	ls_state_learn(p, &b, x, (struct ls_range) { 5, 5, 1, 0 });
	ls_state_store(p, &a, at, x);
	check(ls_state_same_locks(&a, &b), "the same locks: none");
	check(ls_state_merge(p, &a, &b, 4), "merging changes it");
	merged = a.env[0];
	check(ls_path_node(p, merged)->kind == LS_PATH_MERGED && a.env[1] == x,
	      "what differs is merged");
	check(ls_state_range(p, &a, merged).lo == -22 && !ls_state_range(p, &a, merged).hi,
	      "0 or -22");
	check(ls_state_range(p, &a, x).nonzero && ls_state_range(p, &a, x).hi == INT64_MAX,
	      "the wider range");
	check(ls_state_load(p, &a, at) != x, "what was stored on one way only is not known");
	check(!ls_state_merge(p, &a, &b, 4), "merging again changes nothing");
	ls_state_add_lock(&a, &lock);
	check(!ls_state_same_locks(&a, &b), "a lock keeps them apart");
}

static void rounds(struct ls_paths *p)
{
	ls_path it = ls_path_local(p, LS_PATH_RESULT, 3, LS_NO_PATH);
	struct ls_lock lock = { .path = ls_path_load(p, ls_path_offset(p, it, 8)),
				.hold = LS_HELD_NOW };
	struct ls_state s;

	blank(&s);
	ls_state_add_lock(&s, &lock);
	ls_state_learn(p, &s, it, (struct ls_range) { 1, INT64_MAX, 1, 0 });
	ls_state_forget(p, &s, it);
	check(!ls_state_lock(&s, lock.path) && s.nr_locks == 1,
	      "the lock of the round before has another name");
	check(s.lock[0].flags & LS_LOCK_FORMER, "and says so");
	check(!s.nr_facts, "nothing is known of the new one");
}

int main(void)
{
	struct ls_paths paths;

	arena = ls_arena_create();
	ls_paths_init(&paths);
	conditions(&paths);
	merging(&paths);
	rounds(&paths);
	ls_paths_fini(&paths);
	ls_arena_destroy(arena);
	return 0;
}
