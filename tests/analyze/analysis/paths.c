// SPDX-License-Identifier: MIT
/* Access paths: equal values have equal numbers, however they were come by. */
#include <stdio.h>
#include <stdlib.h>

#include "path.h"
#include "unit.h"

static void check(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "paths: %s\n", what);
	exit(1);
}

static void arithmetic(struct ls_paths *p)
{
	ls_path obj = ls_path_param(p, 0), base = ls_path_offset(p, obj, 64);
	ls_path resv = ls_path_load(p, ls_path_offset(p, base, 184));
	int64_t offset;

	check(ls_path_offset(p, base, -64) == obj, "container_of() undoes the address of a member");
	check(ls_path_load(p, ls_path_offset(p, obj, 248)) == resv, "offsets add up");
	check(ls_path_load(p, ls_path_offset(p, ls_path_param(p, 1), 248)) != resv,
	      "parameters differ");
	check(ls_path_base(p, base, &offset) == obj && offset == 64, "an address is split");
	check(ls_path_node(p, resv)->depth == 1, "loads are counted");
	check(ls_path_offset(p, ls_path_number(p, 3), 4) == ls_path_number(p, 7), "numbers add up");
	check(ls_path_contains(p, resv, obj) && !ls_path_contains(p, obj, resv), "contains");
	check(ls_path_replace(p, resv, obj, ls_path_offset(p, ls_path_param(p, 1), 8)) ==
	      ls_path_load(p, ls_path_offset(p, ls_path_param(p, 1), 256)), "replace adds up too");
}

static void comparisons(struct ls_paths *p)
{
	ls_path x = ls_path_load(p, ls_path_param(p, 2)), y = ls_path_param(p, 3);
	ls_path is_null = ls_path_compare(p, LS_EQ, x, 0);

	check(ls_path_compare(p, LS_EQ, is_null, 0) == ls_path_compare(p, LS_NE, x, 0),
	      "!(x == 0) is x != 0");
	check(ls_path_compare(p, LS_NE, is_null, 0) == is_null, "(x == 0) != 0 is x == 0");
	check(ls_path_compare(p, LS_LT, ls_path_number(p, -5), 0) == ls_path_number(p, 1),
	      "-5 < 0");
	check(ls_path_compare(p, LS_ULT, ls_path_number(p, -5), 0) == ls_path_number(p, 0),
	      "not unsigned");
	check(ls_path_relation(p, LS_EQ, x, y) == ls_path_relation(p, LS_EQ, y, x),
	      "x == y is y == x");
	check(ls_path_compare(p, LS_EQ, ls_path_relation(p, LS_EQ, x, y), 0) ==
	      ls_path_relation(p, LS_NE, y, x), "!(x == y) is y != x");
}

static void locals(struct ls_paths *p)
{
	ls_path found = ls_path_local(p, LS_PATH_MERGED, 7, LS_NO_PATH);
	ls_path one = ls_path_load(p, ls_path_offset(p, found, 16));
	ls_path two = ls_path_load(p, ls_path_offset(p, ls_path_param(p, 0), 16));

	check(ls_path_node(p, one)->local && !ls_path_node(p, two)->local,
	      "what is local stays local");
	check(!ls_path_exact(p, one) && ls_path_exact(p, two), "a merged value is not exact");
	check(ls_path_alike(p, one, two), "the same member of another object is alike");
	check(!ls_path_alike(p, one, ls_path_load(p, ls_path_offset(p, found, 24))),
	      "another is not");
}

/* obj->import_attach->dmabuf->resv is obj->resv; but only if that first member is what it seems. */
static void aliases(struct ls_paths *p)
{
	static const struct ls_hop one[] = { { .offset = 184, .load = 1 } };
	static const struct ls_hop other[] = {
		{ .offset = 240, .load = 1, .marks = 1 },
		{ .offset = 8, .load = 1 },
		{ .offset = 32, .load = 1 },
	};
	static const struct ls_path_alias alias = {
		.one = one, .nr_one = 1, .other = other, .nr_other = 3,
		.type = "drm_gem_object", .if_set = "import_attach", .first = "import_attach",
	};
	ls_path bo = ls_path_param(p, 5), attach = ls_path_offset(p, bo, 1000 + 240), resv;

	p->alias = &alias;
	p->nr_aliases = 1;
	resv = ls_path_load(p, ls_path_offset(p, bo, 1000 + 184));
#define SPELLED(first) ls_path_load(p, ls_path_offset(p, ls_path_load(p, ls_path_offset(p, \
		ls_path_load(p, first), 8)), 32))
	check(SPELLED(attach) != resv, "an offset alone is no alias");
	ls_path_mark(p, attach, 1);
	check(SPELLED(attach) == resv, "an object within another has its alias");
	check(ls_map_find(&p->spelled, resv) != NULL, "how it was spelled is remembered");
}

int main(void)
{
	struct ls_paths paths;

	ls_paths_init(&paths);
	arithmetic(&paths);
	comparisons(&paths);
	locals(&paths);
	aliases(&paths);
	ls_paths_fini(&paths);
	return 0;
}
