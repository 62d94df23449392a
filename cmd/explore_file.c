// SPDX-License-Identifier: MIT
/*
 * Schedule files of what was found: SUITE.CASE-1.schedule, -2 for the second kind of failure.
 */
#include <stdlib.h>
#include <string.h>

#include "ls_abi.h"
#include "replay.h"

static char *file_name(const struct explore *x, const struct one_case *c, size_t nr)
{
	const char *dir = strcmp(x->out, ".") ? x->out : "";
	const char *slash = *dir && dir[strlen(dir) - 1] != '/' ? "/" : "";
	char *name, *base;

	if (c->param >= 0)
		name = xprintf("%s%s%s.%s.%d-%zu.schedule", dir, slash, c->item->suite_name,
			       c->item->name, c->param, nr);
	else
		name = xprintf("%s%s%s.%s-%zu.schedule", dir, slash, c->item->suite_name,
			       c->item->name, nr);
	/* A suite may be called anything. */
	base = name + strlen(dir) + strlen(slash);
	for (char *s = base; *s; s++) {
		if (*s == '/' || *s == ' ')
			*s = '_';
	}
	return name;
}

static void fill(struct ls_schedule *s, const struct explore *x, const struct one_case *c,
		 const struct finding *f)
{
	const struct run *run = c->run;

	s->abi = LOCKSTEP_ABI;
	s->nr_modules = run->nr_mods;
	s->modules = xalloc(s->nr_modules * sizeof(*s->modules));
	for (int i = 0; i < run->nr_mods; i++)
		s->modules[i].path = (char *)run->mods[i].path;
	s->test = xprintf("%s.%s", c->item->suite_name, c->item->name);
	s->param = c->param;
	s->rules = (char *)module_rules(run, &run->mods[c->item->mod]);
	s->params = run->params.v;
	s->nr_params = run->params.nr;
	s->strategy = x->how.strategy;
	s->bound = x->how.strategy == LS_PCT ? x->how.depth : x->how.bound;
	s->seed = x->how.seed;
	s->fail_alloc = x->how.fail_alloc;
	s->verdict = f->verdict;
	s->rule = f->nr_reports ? (char *)f->reports[0].rule : "";
	s->choices = f->schedule;
	s->nr = f->nr_schedule;
}

int explore_write_schedules(const struct explore *x, const struct one_case *c, struct explored *e)
{
	int ret = 0;

	for (size_t i = 0; i < e->nr_findings; i++) {
		struct finding *f = &e->findings[i];
		char err[LS_SCHEDULE_ERR], *path;
		struct ls_schedule s = { 0 };
		struct ls_view v = { 0 };
		bool told;

		if (!f->nr_schedule)
			continue; /* the process died without a word */
		told = f->replayed && !replayed_view(f->replayed, e->name, &v);
		path = file_name(x, c, i + 1);
		fill(&s, x, c, f);
		if (ls_schedule_write(&s, path, told ? &v : NULL, err)) {
			ret = trouble("%s", err);
			free(path);
		} else {
			f->file = path;
		}
		ls_view_fini(&v);
		free(s.modules);
		free(s.test);
	}
	return ret;
}
