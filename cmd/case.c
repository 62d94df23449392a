// SPDX-License-Identifier: MIT
/*
 * One case, for an explorer: everything up to it once, then the case alone, again and again.
 */
#include <stdio.h>
#include <string.h>

#include "lockstep/boot.h"
#include "lockstep/fibre.h"
#include "exploring.h"

static const struct loaded *module_of(const struct one_case *c)
{
	return &c->run->mods[c->item->mod];
}

static struct kunit_suite *suite_of(const struct one_case *c)
{
	return ls_suite_get(module_of(c)->info, c->item->suite);
}

static void begin_module(struct one_case *c, const struct loaded *m)
{
	struct ls_outcome outcome;

	ls_module_begin(m->info, &outcome);
	if (outcome.status == LS_FAIL)
		snprintf(c->failed, sizeof(c->failed), "%s", outcome.comment);
}

void one_case_boot(void *arg)
{
	struct one_case *c = arg;
	const struct loaded *m = module_of(c);
	int err;

	for (int i = 0; i < c->run->nr_mods; i++) {
		if (os_snapshot_object(c->run->mods[i].info))
			snprintf(c->failed, sizeof(c->failed), "no memory for a snapshot of %s",
				 c->run->mods[i].path);
	}
	ls_boot();
	__atomic_store_n(&ls_progress->phase, "start", __ATOMIC_RELAXED);
	worker_settings(c->run, m);
	if (c->item->suite < 0)
		return; /* the init function is the case */
	if (!c->failed[0])
		begin_module(c, m);
	if (c->failed[0])
		return;
	err = ls_suite_begin(suite_of(c));
	if (err)
		snprintf(c->failed, sizeof(c->failed), "the suite's own init failed with %d", err);
}

void one_case_run(void *arg)
{
	const struct one_case *c = arg;
	const struct ls_run_options opt = {
		.repeat = 1,
		.first_param = c->param < 0 ? 0 : c->param,
		.nr_params = c->param >= 0,
		.stay = 1,
	};
	struct ls_outcome outcome;

	if (c->failed[0])
		ls_explore_end(true);
	__atomic_store_n(&ls_progress->test, 0, __ATOMIC_RELAXED);
	if (c->item->suite < 0)
		ls_init_run(module_of(c)->info, &opt, &outcome);
	else
		ls_case_run(suite_of(c), c->item->test, &opt, &outcome);
	ls_explore_end(outcome.status == LS_FAIL);
}
