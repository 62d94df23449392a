// SPDX-License-Identifier: MIT
/*
 * What was found, once more: with its steps, which are not kept while exploring.
 */
#include <stdlib.h>

#include "replay.h"

void explore_again(const struct explore *x, const struct one_case *c, struct finding *f)
{
	struct ls_explore how = {
		.schedule = f->schedule,
		.nr_schedule = f->nr_schedule,
		.fail_alloc = x->how.fail_alloc,
		.max_steps = x->how.max_steps,
	};
	struct replayed *r;

	if (!f->nr_schedule)
		return;
	r = xalloc(sizeof(*r));
	if (!replay(c, &how, x->timeout, false, r) && !r->error[0] && r->nr_steps) {
		f->replayed = r;
		return;
	}
	replayed_free(r);
	free(r);
}

void explore_ladder(const struct finding *f, const char *title, const char *prefix)
{
	struct replayed upto;
	struct ls_view v;

	if (!f->replayed)
		return;
	/* What comes behind the failure is no part of the story. */
	upto = *f->replayed;
	if (upto.failed >= 0 && upto.failed + 1U < upto.nr_steps)
		upto.nr_steps = upto.failed + 1;
	if (replayed_view(&upto, title, &v))
		return;
	print_ladder(&v, false, prefix);
	ls_view_fini(&v);
}
