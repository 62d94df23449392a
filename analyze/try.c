// SPDX-License-Identifier: MIT
/*
 * Not installed. Judges units that are there already, plainly: for tests and maintainers.
 *
 *	try --rules 6.12 [--judge GROUP] [--explain FUNCTION] [--all] UNIT...
 *
 * The group of a unit is the directory of its source.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze.h"
#include "arena.h"
#include "lockstep/convention.h"

struct options {
	const char *judge, *explain;
	int release, all;
	size_t steps;
	const char **path;
	size_t nr;
};

static const struct argp_option option[] = {
	{ "rules", 'r', "RELEASE", 0, "6.1, 6.12, 6.16 or 7.1", 0 },
	{ "judge", 'j', "GROUP", 0, "report on this group", 0 },
	{ "explain", 'e', "FUNCTION", 0, "print its contexts and outcomes", 0 },
	{ "all", 'a', NULL, 0, "findings of low confidence too", 0 },
	{ "steps", 's', "NUMBER", 0, "give up after so many", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const char *const release[] = { "6.1", "6.12", "6.16", "7.1" };
	struct options *o = state->input;

	switch (key) {
	case 'r':
		for (o->release = 0; o->release < LS_NR_RELEASES; o->release++)
			if (!strcmp(arg, release[o->release]))
				return 0;
		argp_error(state, "%s: no such release", arg);
		break;
	case 'j':
		o->judge = arg;
		break;
	case 'e':
		o->explain = arg;
		break;
	case 'a':
		o->all = 1;
		break;
	case 's':
		o->steps = strtoul(arg, NULL, 0);
		break;
	case ARGP_KEY_ARG:
		o->path[o->nr++] = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static char *group_of(const char *source)
{
	static const char *const known[] = { "drivers/gpu/drm/", "drivers/gpu/", "drivers/" };
	const char *slash;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t len = strlen(known[i]);

		if (strncmp(source, known[i], len))
			continue;
		slash = strchr(source + len, '/');
		return slash ? strndup(source, slash - source) : strndup(source, len - 1);
	}
	slash = strrchr(source, '/');
	return slash ? strndup(source, slash - source) : strdup("");
}

static void print(const struct ls_finding *f)
{
	static const char *const kind[] = { "needs %s held", "must not be called with %s held",
					    "takes %s, which is held already" };

	printf("%s:%u: %s() ", f->file, f->line, f->callee);
	printf(kind[f->kind], f->lock);
	printf(" [%s]%s\n", f->rule, f->confidence ? " (low)" : "");
	if (f->doubt)
		printf("  doubt: %s\n", f->doubt);
	if (f->entry)
		printf("  %s\n", f->entry);
	for (size_t i = 0; i < f->nr_steps; i++)
		printf("  %s:%u: %s() calls %s%s%s\n", f->steps[i].file, f->steps[i].line,
		       f->steps[i].function, f->steps[i].callee, f->steps[i].via ? " via " : "",
		       f->steps[i].via ? f->steps[i].via : "");
	if (f->taken_line)
		printf("  taken by %s() at %s:%u\n", f->taken_function, f->taken_file,
		       f->taken_line);
	for (size_t i = 0; i < f->nr_others; i++)
		printf("  kept by %s() at %s:%u, taken at %s:%u\n", f->others[i].function,
		       f->others[i].file, f->others[i].line,
		       f->others[i].taken_file ? f->others[i].taken_file : "-",
		       f->others[i].taken_line);
	if (f->advice.line)
		printf("  take %s in %s() at %s:%u, round %s%s%s\n", f->advice.lock,
		       f->advice.function, f->advice.file, f->advice.line, f->advice.callee,
		       f->advice.condition ? ", if " : "",
		       f->advice.condition ? f->advice.condition : "");
	if (f->advice.why_not_inner)
		printf("  not in %s\n", f->advice.why_not_inner);
	if (f->advice.why_none)
		printf("  no place: %s\n", f->advice.why_none);
	printf("  %zu ways\n", f->nr_paths);
}

int main(int argc, char **argv)
{
	struct options o = { .path = calloc(argc, sizeof(char *)), .release = LS_LINUX_6_12 };
	struct argp argp = { option, parse, "UNIT...", NULL, NULL, NULL, NULL };
	struct ls_analysis_options ao = { 0 };
	struct ls_analysis_counts counts;
	struct ls_findings *list;
	struct ls_unit **unit = calloc(argc, sizeof(*unit));
	const char **group = calloc(argc, sizeof(*group));
	char *error = NULL;
	size_t shown = 0, nr = 0;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	ao.model = ls_model_load(o.release, NULL, 0, &error);
	for (size_t i = 0; i < o.nr && ao.model; i++) {
		unit[i] = ls_unit_open(o.path[i], &error);
		if (!unit[i])
			break;
		group[i] = group_of(ls_unit_string(unit[i], unit[i]->head->source));
		nr++;
	}
	if (error) {
		fprintf(stderr, "try: %s\n", error);
		return 2;
	}
	ao.judge = o.judge ? o.judge : o.nr ? group[0] : "";
	ao.explain = o.explain;
	ao.steps = o.steps;
	ao.program = ls_program_create(ao.model, unit, group, nr);
	list = ls_analyze(&ao, &counts);
	for (size_t i = 0; i < list->nr; i++) {
		if (list->finding[i].confidence == LS_CONFIDENCE_HIGH || o.all) {
			print(&list->finding[i]);
			shown++;
		}
	}
	for (size_t i = 0; i < list->nr_annotations && o.all; i++)
		printf("%s:%u: %s() __must_hold(%s): %s\n", list->annotation[i].file,
		       list->annotation[i].line, list->annotation[i].function,
		       list->annotation[i].lock, list->annotation[i].because);
	fprintf(stderr, "%zu shown of %zu; %zu functions, %zu contexts, %zu bounded\n", shown,
		list->nr, counts.functions, counts.contexts, counts.bounded);
	for (size_t i = 0; i < counts.bounded; i++)
		fprintf(stderr, "bounded: %s\n", counts.bounded_names[i]);
	ls_findings_free(list);
	return shown ? 1 : 0;
}
