// SPDX-License-Identifier: MIT
/*
 * What was found, once more: made short, and with its steps, which are not kept while exploring.
 */
#include <stdlib.h>

#include "explore_pool.h"
#include "replay.h"

/* An execution that ends its process cannot be tried again and again. */
static bool can_shrink(const struct finding *f)
{
	return f->nr_schedule && f->verdict != LS_VERDICT_CRASH && f->verdict != LS_VERDICT_SPIN;
}

/* The shorter one takes the place of the other, with what it said and reported. */
static void take_shorter(struct finding *f, struct finding *shorter)
{
	struct finding old = *f;

	*f = *shorter;
	f->execution = old.execution;
	f->seen = old.seen;
	old.replayed = NULL;
	*shorter = old;
}

void explore_shrink(const struct explore *x, const struct one_case *c, struct finding *f)
{
	struct ls_explore how = {
		.strategy = LS_REPLAY,
		.shrink = true,
		.schedule = f->schedule,
		.nr_schedule = f->nr_schedule,
		.fail_alloc = x->how.fail_alloc,
		.max_steps = x->how.max_steps,
	};
	struct explored out = { 0 };
	struct worker *w;

	if (!can_shrink(f))
		return;
	w = explore_start(x, &how, c, (struct job){ 0 }, &out, NULL, false);
	while (w && explore_wait(&w, 1) < 0)
		;
	if (out.nr_findings && out.findings[0].key == f->key && out.findings[0].nr_schedule)
		take_shorter(f, &out.findings[0]);
	explored_free(&out);
}

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
