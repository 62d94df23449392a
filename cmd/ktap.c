// SPDX-License-Identifier: MIT
/*
 * What `lockstep test` prints: KTAP version 1, with everything else as "# " lines.
 *
 * Findings with the same rule and the same suggested place have the same root cause, which is
 * told in full once. Without a suggestion the place of the breach stands for it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/os.h"
#include "lockstep/symbol.h"
#include "run.h"

#define SITES_MAX 64

/**
 * struct root - a root cause
 * @class: of its reports
 * @rule: of its reports
 * @place: suggested place, or the site of the first report
 * @sites: the places in the code under test that ran into it
 * @nr_sites: how many different ones
 * @innermost: address that repetitions are recognised by
 * @seen: how often
 * @where: case that saw it first
 */
struct root {
	enum ls_report_class class;
	const char *rule;
	unsigned long place;
	unsigned long sites[SITES_MAX];
	unsigned int nr_sites;
	unsigned long innermost;
	unsigned int seen;
	char where[256];
};

static struct {
	const char *suite;
	int suite_nr, case_nr, param_nr;
	const struct item *item; /* the running case */
	bool suite_failed, suite_passed, param_plan;
	unsigned int pass, fail, skip;
	struct root *roots;
	size_t nr_roots;
} k;

static const char *const word[] = { [LS_PASS] = "ok", [LS_FAIL] = "not ok", [LS_SKIP] = "ok" };

static const char *indent(void)
{
	if (!k.suite)
		return "";
	return k.item && k.item->has_params && k.param_plan ? "        " : "    ";
}

void ktap_begin(int nr_suites)
{
	printf("KTAP version 1\n1..%d\n", nr_suites);
}

void ktap_suite_begin(const char *name, int nr_cases)
{
	k.suite = name;
	k.case_nr = 0;
	k.suite_failed = k.suite_passed = false;
	printf("    KTAP version 1\n    # Subtest: %s\n    1..%d\n", name, nr_cases);
}

void ktap_suite_end(void)
{
	if (!k.suite)
		return;
	printf("%s %d %s%s\n", k.suite_failed ? "not ok" : "ok", ++k.suite_nr, k.suite,
	       k.suite_failed || k.suite_passed ? "" : " # SKIP");
	k.suite = NULL;
	fflush(stdout);
}

void ktap_case_begin(const struct item *item)
{
	k.item = item;
	k.param_nr = 0;
	k.param_plan = false;
}

/* KTAP wants the header of a nested test before anything else in it. */
static void begin_params(void)
{
	if (!k.item || !k.item->has_params || k.param_plan)
		return;
	printf("        KTAP version 1\n        # Subtest: %s\n", k.item->name);
	k.param_plan = true;
}

void ktap_line(const char *text)
{
	begin_params();
	printf("%s# %s\n", indent(), text);
}

static void result(const char *pad, int nr, const char *name, const struct verdict *v)
{
	printf("%s%s %d %s", pad, word[v->status], nr, name);
	if (v->status == LS_SKIP)
		printf(" # SKIP%s%s", v->comment && *v->comment ? " " : "",
		       v->comment ? v->comment : "");
	putchar('\n');
}

void ktap_param(const char *desc, const struct verdict *v)
{
	begin_params();
	result("        ", ++k.param_nr, desc, v);
}

void ktap_case_end(const struct verdict *v)
{
	if (k.param_plan)
		printf("        1..%d\n", k.param_nr);
	result("    ", ++k.case_nr, k.item->name, v);
	k.suite_failed |= v->status == LS_FAIL;
	k.suite_passed |= v->status == LS_PASS;
	k.pass += v->status == LS_PASS;
	k.fail += v->status == LS_FAIL;
	k.skip += v->status == LS_SKIP;
	k.item = NULL;
	fflush(stdout);
}

/* --- reports ------------------------------------------------------------------- */

unsigned long report_site(const struct ls_report *r)
{
	for (unsigned int i = 0; i < r->stack.nr; i++) {
		const char *object = os_object_name(r->stack.pc[i]);

		if (object && strcmp(object, "lockstep"))
			return r->stack.pc[i];
	}
	return r->stack.nr ? r->stack.pc[0] : 0;
}

static struct root *find_root(const struct ls_report *r, bool *first)
{
	unsigned long place = r->suggest_pc ? r->suggest_pc : report_site(r);
	struct root *root;

	*first = false;
	for (size_t i = 0; i < k.nr_roots; i++) {
		root = &k.roots[i];
		if (place && root->class == r->class && root->place == place && !strcmp(root->rule, r->rule))
			return root;
	}
	k.roots = realloc(k.roots, (k.nr_roots + 1) * sizeof(*k.roots));
	if (!k.roots)
		exit(trouble("out of memory"));
	root = &k.roots[k.nr_roots++];
	*root = (struct root){ .class = r->class, .rule = r->rule, .place = place };
	*first = true;
	return root;
}

static void add_site(struct root *root, unsigned long site)
{
	for (unsigned int i = 0; i < root->nr_sites; i++) {
		if (root->sites[i] == site)
			return;
	}
	if (root->nr_sites < SITES_MAX)
		root->sites[root->nr_sites++] = site;
}

static void report_line(void *arg, const char *text)
{
	ktap_line(text);
}

void ktap_report(const struct ls_report *r, const char *where, bool in_case)
{
	bool first;
	struct root *root = find_root(r, &first);
	char line[512], title[80];

	root->seen++;
	root->innermost = r->stack.nr ? r->stack.pc[0] : 0;
	add_site(root, report_site(r));
	if (first) {
		snprintf(root->where, sizeof(root->where), "%s", where);
		ls_report_render(r, report_line, NULL);
	} else {
		snprintf(line, sizeof(line), "%s: again, by the same root cause as in %s",
			 ls_report_title(r->class, r->rule, title, sizeof(title)), root->where);
		ktap_line(line);
	}
	json_report(r, root - k.roots + 1, in_case);
	fflush(stdout);
}

void ktap_again(const struct ls_event_again *again)
{
	char line[256], title[80];

	snprintf(line, sizeof(line), "%s: %u more like it",
		 ls_report_title(again->class, again->rule, title, sizeof(title)), again->count);
	ktap_line(line);
	for (size_t i = k.nr_roots; i--;) {
		if (k.roots[i].rule == again->rule && k.roots[i].innermost == again->pc) {
			k.roots[i].seen += again->count;
			break;
		}
	}
}

/* One line for each class of finding: "# 2 breaches (1 root cause): unmap-held; seen 9 times". */
static bool summarise_class(enum ls_report_class class)
{
	unsigned int count = 0, roots = 0, seen = 0;
	const char *name = ls_report_class_name(class);
	const char *rules[8];
	char what[40];
	size_t nr_rules = 0;

	for (size_t i = 0; i < k.nr_roots; i++) {
		size_t j;

		if (k.roots[i].class != class)
			continue;
		count += k.roots[i].nr_sites;
		seen += k.roots[i].seen;
		roots++;
		for (j = 0; j < nr_rules && strcmp(rules[j], k.roots[i].rule); j++)
			;
		if (j == nr_rules && nr_rules < 8)
			rules[nr_rules++] = k.roots[i].rule;
	}
	if (!count)
		return false;
	/* "2 breaches", "2 deadlocks", but "2 lock order findings" */
	if (class == LS_ORDER || class == LS_CONTEXT)
		snprintf(what, sizeof(what), "%s finding", name);
	else
		snprintf(what, sizeof(what), "%s%s", name,
			 count > 1 && strchr("hx", name[strlen(name) - 1]) ? "e" : "");
	printf("# %u %s%s (%u root cause%s):", count, what, count == 1 ? "" : "s", roots,
	       roots == 1 ? "" : "s");
	for (size_t j = 0; j < nr_rules; j++)
		printf("%s %s", j ? "," : "", rules[j]);
	if (seen > count)
		printf("; seen %u times", seen);
	putchar('\n');
	return true;
}

bool ktap_findings(void)
{
	bool found = false;

	k.item = NULL;
	k.suite = NULL;
	for (int class = LS_BREACH; class <= LS_RACE; class++)
		found |= summarise_class(class);
	return found;
}

int ktap_summary(void)
{
	bool found = ktap_findings();

	printf("# cases: %u passed, %u failed, %u skipped\n", k.pass, k.fail, k.skip);
	fflush(stdout);
	return found || k.fail ? EXIT_FINDINGS : EXIT_CLEAN;
}
