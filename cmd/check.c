// SPDX-License-Identifier: MIT
/*
 * `lockstep check`: the convention proved or refuted over a kernel source tree.
 */
#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "jobs.h"
#include "lockstep/convention.h"
#include "ls_config.h"
#include "tools.h"

enum {
	OPT_RULES = 256, OPT_PATCH, OPT_BASELINE, OPT_WRITE_BASELINE, OPT_ANNOTATE, OPT_MODEL,
	OPT_CACHE, OPT_ARCH, OPT_CLANG, OPT_ANEW, OPT_STATS,
};

static const struct argp_option options[] = {
	{ "rules", OPT_RULES, "RELEASE", 0,
	  "hold it to the rules of 6.1, 6.12, 6.16 or 7.1 (those of the tree)", 0 },
	{ "patch", OPT_PATCH, "FILE", 0, "tell what this mail, mailbox or diff adds and mends", 0 },
	{ "baseline", OPT_BASELINE, "FILE", 0, "tell only what is not known there", 0 },
	{ "write-baseline", OPT_WRITE_BASELINE, "FILE", 0, "keep what was found as known", 0 },
	{ "format", 'f', "text|json|sarif", 0, "how to print it (text)", 0 },
	{ "all", 'a', NULL, 0, "tell of findings of low confidence, too", 0 },
	{ "annotate", OPT_ANNOTATE, NULL, 0, "suggest __must_hold() for functions that need it", 0 },
	{ "model", OPT_MODEL, "FILE", 0, "more rules (docs/check-rules.md); may be repeated", 0 },
	{ "output", 'o', "FILE", 0, "print into a file, written whole or not at all", 0 },
	{ "jobs", 'j', "N", 0, "processes at once (as many as processors)", 0 },
	{ "cache", OPT_CACHE, "DIR", 0, "where compiled files and results are kept", 0 },
	{ "arch", OPT_ARCH, "ARCH", 0, "compile for it, as Kbuild names it: x86, arm, arm64", 0 },
	{ "clang", OPT_CLANG, "PROGRAM", 0, "the clang to use", 0 },
	{ "anew", OPT_ANEW, NULL, 0, "analyse again what was analysed before", 0 },
	{ "stats", OPT_STATS, NULL, OPTION_HIDDEN, "", 0 },
	{ 0 },
};

static void format_option(struct check *c, const char *arg, const struct argp_state *state)
{
	static const char *const names[] = { "text", "json", "sarif" };

	for (int i = 0; i < 3; i++) {
		if (!strcmp(arg, names[i])) {
			c->format = i;
			return;
		}
	}
	usage_error(state, "--format %s: the formats are text, json and sarif", arg);
}

/* What cannot go together. */
static void check_choices(const struct check *c, const struct argp_state *state)
{
	if (c->patch && (c->baseline || c->write_baseline))
		usage_error(state, "--patch compares with the tree itself: it goes without a baseline");
	if (c->patch && c->annotate)
		usage_error(state, "--patch tells of changes only: --annotate needs a run without it");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct check *c = state->input;

	switch (key) {
	case OPT_RULES:
		c->rules = option_rules(state, arg);
		return 0;
	case OPT_PATCH:
		if (c->patch)
			usage_error(state, "one patch at a time; a mailbox may hold a series");
		c->patch = arg;
		return 0;
	case OPT_BASELINE:
		c->baseline = arg;
		return 0;
	case OPT_WRITE_BASELINE:
		c->write_baseline = arg;
		return 0;
	case 'f':
		format_option(c, arg, state);
		return 0;
	case 'a':
		c->all = true;
		return 0;
	case OPT_ANNOTATE:
		c->annotate = true;
		return 0;
	case OPT_MODEL:
		strv_add(&c->models, arg);
		return 0;
	case 'o':
		c->out = arg;
		return 0;
	case 'j':
		c->jobs = option_number(state, "jobs", arg, 1, 4096);
		return 0;
	case OPT_CACHE:
		c->cache = arg;
		return 0;
	case OPT_ARCH:
		c->arch = arg;
		return 0;
	case OPT_CLANG:
		c->clang = arg;
		return 0;
	case OPT_ANEW:
		c->anew = true;
		return 0;
	case OPT_STATS:
		c->stats = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!c->tree)
			c->tree = arg;
		else
			strv_add(&c->paths, arg);
		return 0;
	case ARGP_KEY_NO_ARGS:
		usage_error(state, "no kernel tree given");
	case ARGP_KEY_SUCCESS:
		check_choices(c, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "TREE [PATH...]\nCOMPILE_COMMANDS.json [PATH...]",
	.doc = "Check the locking convention of dma-buf and GEM over a kernel source tree, or over "
	       "directories or files of it. The tree need not be configured or built; nothing is "
	       "written into it.\v"
	       "Exit status: 0 nothing found, 1 findings, 2 it could not be done or was interrupted.",
};

/* --- steps ------------------------------------------------------------------------------ */

int check_trouble(char *error)
{
	int ret;

	check_progress_end();
	/* What goes wrong then goes wrong because of it. */
	ret = error && !ls_jobs_interrupted() ? trouble("%s", error) :
	      trouble("interrupted; what was done is in the cache, the same command goes on from there");
	free(error);
	return ret;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

struct ls_tree *check_tree(struct check *c, const struct ls_overlay *overlay, size_t nr)
{
	struct ls_tree_options o = {
		.tree = c->tree, .paths = (const char *const *)c->paths.v, .nr_paths = c->paths.nr,
		.cache = c->cache, .clang = c->clang, .arch = c->arch, .jobs = c->jobs,
		.overlay = overlay, .nr_overlays = nr, .progress = check_progress,
		.may_be_none = c->patch != NULL,
	};
	double begin = seconds();
	struct ls_tree *tree;
	char *error = NULL;

	tree = ls_tree_build(&o, &error);
	check_progress_end();
	c->tree_seconds += seconds() - begin;
	if (!tree) {
		check_trouble(error);
		return NULL;
	}
	return tree;
}

/* The rules of the release itself, or of the last one before it. */
static int rules_for(const char *release)
{
	int major, minor, best = LS_LINUX_6_1;

	if (!release || sscanf(release, "%d.%d", &major, &minor) != 2)
		return LS_LINUX_6_12;
	for (int i = 0; i < LS_NR_RELEASES; i++) {
		int table_major, table_minor;

		if (sscanf(ls_release_names[i], "%d.%d", &table_major, &table_minor) == 2 &&
		    (table_major < major || (table_major == major && table_minor <= minor)))
			best = i;
	}
	return best;
}

int check_model(struct check *c, const struct ls_tree *tree)
{
	char *error = NULL;

	c->release = c->rules ? ls_release_parse(c->rules) : rules_for(tree->release);
	c->model = ls_model_load(c->release, (const char *const *)c->models.v, c->models.nr, &error);
	return c->model ? 0 : check_trouble(error);
}

struct ls_judge *check_plan(struct check *c, const struct ls_tree *tree)
{
	struct ls_judge_options o = { .tree = tree, .model = c->model, .jobs = c->jobs,
				    .anew = c->anew, .progress = check_progress };
	char *error = NULL;
	struct ls_judge *run = ls_judge_plan(&o, &error);

	if (run && ls_jobs_interrupted()) {
		ls_judge_free(run);
		run = NULL;
	}
	if (!run)
		check_trouble(error);
	return run;
}

/* What a run did, for the summary; and what it could not do. */
static void note_run(struct check *c, const struct ls_judge *run, bool stopped)
{
	c->cpu_seconds += run->cpu_seconds;
	if (run->peak_kib > c->peak_kib)
		c->peak_kib = run->peak_kib;
	c->functions += run->functions;
	c->contexts += run->contexts;
	/* A group that is judged with and without a patch is one. */
	c->groups = c->groups_cached = 0;
	for (size_t i = 0; i < run->nr; i++) {
		c->groups += !run->group[i].skip;
		c->groups_cached += run->group[i].cached && !run->group[i].skip;
		/* If all of it stopped, that is told, and not whom it hit. */
		if (!run->group[i].lost || stopped)
			continue;
		trouble("%s was not analysed: %s", run->group[i].name, run->group[i].lost);
		c->lost = true;
	}
}

int check_go(struct check *c, struct ls_judge *const *run, struct ls_findings **found, size_t nr)
{
	double begin = seconds();
	char *error = NULL;
	int ret;

	ret = ls_judge_go(run, found, nr, &error);
	check_progress_end();
	c->run_seconds += seconds() - begin;
	for (size_t i = 0; i < nr; i++)
		note_run(c, run[i], ret);
	return ret ? check_trouble(error) : 0;
}

/* --- results ------------------------------------------------------------------------------ */

bool check_shows(const struct check *c, const struct ls_finding *f)
{
	return c->all || f->confidence == LS_CONFIDENCE_HIGH;
}

void check_add(struct check *c, const struct ls_finding *f, enum ls_change change)
{
	struct ls_output *o = &c->output;

	if (o->nr == c->room) {
		c->room = c->room ? c->room * 2 : 16;
		o->item = realloc(o->item, c->room * sizeof(*o->item));
		if (!o->item)
			exit(trouble("out of memory"));
	}
	o->item[o->nr++] = (struct ls_output_item){ f, change };
}

/* To a file beside it first: nobody ever sees half of one. A device or a pipe is just written. */
int check_write(const char *path, void (*print)(const void *what, FILE *out), const void *what)
{
	struct stat st;
	bool there = !lstat(path, &st) && !S_ISREG(st.st_mode);
	char *tmp = there ? xstrdup(path) : xprintf("%s.%d", path, (int)getpid());
	FILE *out = fopen(tmp, "we");
	int bad = !out, error = errno;

	if (out) {
		print(what, out);
		bad = fflush(out) || ferror(out);
		error = errno;
		if (fclose(out) && !bad) {
			bad = 1;
			error = errno;
		}
	}
	if (!bad && !there && rename(tmp, path)) {
		bad = 1;
		error = errno;
	}
	if (bad) {
		trouble("cannot write %s: %s", path, strerror(error));
		if (!there && out)
			unlink(tmp);
	}
	free(tmp);
	return bad ? EXIT_TROUBLE : 0;
}

static void print_output(const void *what, FILE *out)
{
	static void (*const print[])(const struct ls_output *o, FILE *out) = {
		[FORMAT_TEXT] = ls_output_text, [FORMAT_JSON] = ls_output_json,
		[FORMAT_SARIF] = ls_output_sarif,
	};
	const struct check *c = what;

	print[c->format](&c->output, out);
}

static void print_baseline(const void *what, FILE *out)
{
	ls_baseline_print(what, out);
}

int check_print(const struct check *c)
{
	if (c->out)
		return check_write(c->out, print_output, c);
	print_output(c, stdout);
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write the results: %s", strerror(errno));
	return 0;
}

static int looked_at(void *arg, const char *file)
{
	const struct ls_tree *tree = arg;
	size_t lo = 0, hi = tree->nr;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strcmp(tree->source[mid].path, file);

		if (!order)
			return tree->source[mid].asked && tree->source[mid].unit;
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return 0;
}

static int choose_findings(struct check *c, const struct ls_tree *tree,
			   const struct ls_findings *all)
{
	struct ls_baseline *known = NULL;
	char *error = NULL;

	if (c->baseline) {
		known = ls_baseline_read(c->baseline, &error);
		if (!known)
			return check_trouble(error);
		c->output.mended = ls_baseline_mended(known, all, looked_at, (void *)tree);
	}
	for (size_t i = 0; i < all->nr; i++) {
		const struct ls_finding *f = &all->finding[i];

		if (known && ls_baseline_has(known, f))
			c->output.known++;
		else if (check_shows(c, f))
			check_add(c, f, known ? LS_ADDS : LS_NO_CHANGE);
		else
			c->output.hidden++;
	}
	ls_baseline_free(known);
	return 0;
}

void check_describe(struct check *c, const struct ls_tree *tree, const struct ls_judge *run)
{
	struct ls_output *o = &c->output;
	struct ls_output_failed *failed = xalloc((tree->failed + 1) * sizeof(*failed));

	o->tree = tree->root;
	o->release = tree->release;
	o->rules = ls_release_names[c->release];
	o->version = LS_VERSION;
	for (size_t i = 0; i < tree->nr; i++) {
		if (!tree->source[i].unit && o->nr_failed < tree->failed)
			failed[o->nr_failed++] = (struct ls_output_failed){ tree->source[i].path,
									    tree->source[i].why };
	}
	o->failed = failed;
	o->bounded = run->bounded;
	o->nr_bounded = run->nr_bounded;
}

static int tell(struct check *c, const struct ls_tree *tree, const struct ls_judge *run,
		const struct ls_findings *found)
{
	int ret;

	check_describe(c, tree, run);
	if (c->annotate) {
		c->output.annotation = found->annotation;
		c->output.nr_annotations = found->nr_annotations;
	}
	ret = choose_findings(c, tree, found);
	if (!ret)
		ret = check_print(c);
	if (!ret && c->write_baseline)
		ret = check_write(c->write_baseline, print_baseline, found);
	if (ret)
		return ret;
	check_summary(c, tree);
	return c->lost ? EXIT_TROUBLE : c->output.nr ? EXIT_FINDINGS : EXIT_CLEAN;
}

static int check_whole(struct check *c)
{
	struct ls_tree *tree = check_tree(c, NULL, 0);
	struct ls_findings *found = NULL;
	struct ls_judge *run = NULL;
	int ret = EXIT_TROUBLE;

	if (tree && !check_model(c, tree))
		run = check_plan(c, tree);
	if (run && !check_go(c, &run, &found, 1))
		ret = tell(c, tree, run, found);
	free((void *)c->output.failed);
	ls_findings_free(found);
	ls_judge_free(run);
	ls_tree_free(tree);
	return ret;
}

/* A directory that a file of results can be put into. */
static int check_place(const char *path)
{
	char *copy, *dir;
	int bad;

	if (!path)
		return 0;
	copy = xstrdup(path);
	dir = dirname(copy);
	bad = access(dir, W_OK | X_OK) ? errno : 0;
	free(copy);
	return bad ? trouble("cannot write %s: %s", path, strerror(bad)) : 0;
}

/* What is wrong with these is told before minutes have gone into compiling. */
static int check_inputs(const struct check *c)
{
	int release = c->rules ? ls_release_parse(c->rules) : LS_LINUX_6_12;
	struct ls_baseline *known = NULL;
	struct ls_model *model = NULL;
	char *error = NULL;

	if (c->models.nr)
		model = ls_model_load(release, (const char *const *)c->models.v, c->models.nr, &error);
	ls_model_free(model);
	if (c->baseline && !error)
		known = ls_baseline_read(c->baseline, &error);
	ls_baseline_free(known);
	if (error)
		return check_trouble(error);
	return check_place(c->out) ?: check_place(c->write_baseline);
}

int cmd_check(int argc, char **argv)
{
	struct check c = { 0 };
	int ret;

	parse_args(&argp, argc, argv, &c);
	if (!ls_tool_clang())
		return trouble("check: this Lockstep was built without LLVM; install the packages clang "
			       "and llvm-dev, then build it again");
	ret = check_inputs(&c);
	if (ret)
		return ret;
	ls_jobs_signals_begin();
	ret = c.patch ? check_patch(&c) : check_whole(&c);
	ls_jobs_signals_end();
	free(c.output.item);
	if (c.model)
		ls_model_free(c.model);
	strv_free(&c.paths);
	strv_free(&c.models);
	return ret;
}
