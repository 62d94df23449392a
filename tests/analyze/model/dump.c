// SPDX-License-Identifier: MIT
/*
 * dump RELEASE [FILE]...: print the model, one fact a line, or the error
 */
#include <stdio.h>
#include <stdlib.h>
#include <inttypes.h>

#include "model.h"
#include "lockstep/convention.h"

static const char *const entries[] = { "any", "held", "not_held" };
static const char *const effects[] = { "nothing", "acquires", "releases", "releases-all", "asserts",
				       "locks-inside", "may-lock-inside" };
static const char *const thens[] = { "unchanged", "held", "not_held", "unknown" };

static void print_path(const char *what, const struct ls_model_path *path)
{
	if (path->arg == LS_ARG_NONE)
		return;
	printf(" %s=", what);
	if (path->arg == LS_ARG_ANY)
		printf("any");
	else if (path->arg == LS_ARG_RESULT)
		printf("result");
	else
		printf("%d", path->arg);
	if (path->type)
		printf(":%s", path->type);
	if (path->inside)
		printf("<-%s", path->inside);
	for (size_t i = 0; i < path->nr_steps; i++) {
		const struct ls_path_step *s = &path->steps[i];

		printf("/%s%s%s%s%s", s->type ? s->type : "", s->type && s->member ? "." : "",
		       s->member ? s->member : "", s->each ? "[]" : "", s->load ? "*" : "");
	}
}

static void print_call(const struct ls_model_call *c)
{
	printf("%s: %s %s%s%s%s%s%s", c->name, c->rule ? c->rule : "-", entries[c->entry],
	       c->effect ? " " : "", c->effect ? effects[c->effect] : "", c->opaque ? " opaque" : "",
	       c->root ? " root" : "", c->refcount_zero ? " refcount-zero" : "");
	print_path("lock", &c->lock);
	print_path("ctx", &c->ctx);
	for (size_t i = 0; i < c->nr_outcomes; i++) {
		const struct ls_model_outcome *o = &c->outcome[i];

		if (o->lo == INT64_MIN)
			printf(" any=%s", thens[o->then]);
		else if (o->lo == o->hi)
			printf(" %" PRId64 "=%s", o->lo, thens[o->then]);
		else
			printf(" %" PRId64 "..%" PRId64 "=%s", o->lo, o->hi, thens[o->then]);
	}
	printf(" (%s)\n", c->source ? c->source : "?");
}

int main(int argc, char **argv)
{
	int release = argc > 1 ? ls_release_parse(argv[1]) : -1;
	struct ls_model *m;
	char *error = NULL;

	if (release < 0)
		return 2;
	m = ls_model_load(release, (const char *const *)argv + 2, (size_t)argc - 2, &error);
	if (!m) {
		printf("error: %s\n", error);
		free(error);
		return 1;
	}
	for (size_t i = 0; i < m->nr_calls; i++)
		print_call(&m->call[i]);
	for (size_t i = 0; i < m->nr_aliases; i++)
		printf("alias %s %s = %s if %s\n", m->alias[i].type, m->alias[i].one.text,
		       m->alias[i].other.text, m->alias[i].if_set ? m->alias[i].if_set : "");
	for (size_t i = 0; i < m->nr_passed; i++)
		printf("%s %s arg%d\n", m->passed[i].now ? "calls" : "starts", m->passed[i].name,
		       m->passed[i].arg);
	for (size_t i = 0; i < m->nr_skip; i++)
		printf("skip %s\n", m->skip[i]);
	printf("hash %016" PRIx64 "\n", m->hash);
	ls_model_free(m);
	return 0;
}
