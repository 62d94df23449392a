// SPDX-License-Identifier: MIT
/*
 * judge [--model FILE] UNIT...: analyse these units together, one line for each finding
 * (but core.c, which is along only):
 *
 *	FILE:LINE RULE KIND CONFIDENCE FUNCTION:CALLEE[?CONDITION]
 *
 * the last is where the lock belongs, or "none". Rules are those of 6.12. With DOUBT in the environment
 * why the confidence is low is said on standard error, with LOCKS how each lock is named, and with
 * CONTEXTS how many contexts there were. STEPS is the budget.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze.h"
#include "lockstep/convention.h"

static const char *const kinds[] = { "not_held", "held", "taken_twice" };

static void die(char *error)
{
	fprintf(stderr, "judge: %s\n", error);
	free(error);
	exit(2);
}

/* Each text is there, and not given back with something else. */
static void look_at_texts(const struct ls_finding *f)
{
	const char *const text[] = {
		f->lock, f->entry, f->doubt, f->advice.lock, f->advice.condition,
		f->advice.why_not_inner, f->advice.why_none,
	};

	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		if (text[i] && !*text[i]) {
			fprintf(stderr, "judge: %s:%u: text %zu is empty\n", f->file, f->line, i);
			exit(1);
		}
}

static void print(const struct ls_finding *f)
{
	look_at_texts(f);
	printf("%s:%u %s %s %s ", f->file, f->line, f->rule, kinds[f->kind],
	       f->confidence == LS_CONFIDENCE_HIGH ? "high" : "low");
	if (f->advice.line)
		printf("%s:%s%s%s\n", f->advice.function, f->advice.callee,
		       f->advice.condition ? "?" : "", f->advice.condition ? f->advice.condition : "");
	else
		printf("none\n");
	if (f->doubt && getenv("DOUBT"))
		fprintf(stderr, "  %s:%u: %s\n", f->file, f->line, f->doubt);
	if (getenv("LOCKS"))
		fprintf(stderr, "%s\n", f->lock);
}

int main(int argc, char **argv)
{
	const char *user[] = { NULL };
	struct ls_analysis_options o = { .judge = "cases" };
	struct ls_analysis_counts counts = { 0 };
	struct ls_findings *found;
	struct ls_model *model;
	struct ls_unit **unit;
	const char **group, *source;
	size_t nr;
	char *error = NULL;
	int first = 1;

	if (argc > 3 && !strcmp(argv[1], "--model")) {
		user[0] = argv[2];
		first = 3;
	}
	model = ls_model_load(LS_LINUX_6_12, user, user[0] ? 1 : 0, &error);
	if (!model)
		die(error);
	o.model = model;
	if (getenv("STEPS"))
		o.steps = strtoul(getenv("STEPS"), NULL, 10);
	nr = (size_t)(argc - first);
	unit = calloc(nr + 1, sizeof(*unit));
	group = calloc(nr + 1, sizeof(*group));
	for (size_t i = 0; i < nr; i++) {
		unit[i] = ls_unit_open(argv[first + i], &error);
		if (!unit[i])
			die(error);
		source = ls_unit_string(unit[i], unit[i]->head->source);
		group[i] = strcmp(source, "core.c") ? "cases" : "core";
	}
	o.program = ls_program_create(model, unit, group, nr);
	found = ls_analyze(&o, &counts);
	for (size_t i = 0; i < found->nr; i++)
		print(&found->finding[i]);
	for (size_t i = 0; i < counts.bounded; i++)
		printf("given up: %s\n", counts.bounded_names[i]);
	if (getenv("CONTEXTS"))
		fprintf(stderr, "%zu\n", counts.contexts);
	ls_findings_free(found);
	ls_program_free(o.program);
	for (size_t i = 0; i < nr; i++)
		ls_unit_close(unit[i]);
	free(unit);
	free(group);
	ls_model_free(model);
	return 0;
}
