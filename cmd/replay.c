// SPDX-License-Identifier: MIT
/*
 * `lockstep replay`: the execution that a schedule file keeps, once more and step by step.
 */
#include <argp.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/symbol.h"
#include "ls_abi.h"
#include "ls_config.h"
#include "replay.h"

#define DEFAULT_TIMEOUT 20

enum { OPT_TIMELINE = OPT_RUN_END, OPT_GDB, OPT_STEPS, OPT_MODULE, OPT_NO_FORK, OPT_TIMEOUT };

static const struct argp_option options[] = {
	{ "timeline", OPT_TIMELINE, "FILE.html", 0, "also write a page with a picture of it", 0 },
	{ "json", OPT_JSON, "FILE.json", 0, "also write a trace for Perfetto (ui.perfetto.dev)", 0 },
	{ "steps", OPT_STEPS, NULL, 0, "show each step: leave nothing out, fold nothing", 0 },
	{ "gdb", OPT_GDB, NULL, 0, "run it in gdb, stopped at the step that fails", 0 },
	{ "module", OPT_MODULE, "MODULE.so", 0, "where a module of the schedule lies now", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0, "for a case that spins (20; 0: none)", 0 },
	{ "no-fork", OPT_NO_FORK, NULL, 0, "run it in this process, for a debugger", 0 },
	{ 0 },
};

static struct {
	const char *file, *timeline, *json;
	bool gdb, steps, no_fork;
	unsigned int timeout;
	struct strv modules;
	struct ls_schedule schedule;
	struct run run;
} r = { .timeout = DEFAULT_TIMEOUT };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case OPT_TIMELINE:
		r.timeline = arg;
		return 0;
	case OPT_JSON:
		r.json = arg;
		return 0;
	case OPT_STEPS:
		r.steps = true;
		return 0;
	case OPT_GDB:
		r.gdb = true;
		return 0;
	case OPT_MODULE:
		strv_add(&r.modules, arg);
		return 0;
	case OPT_NO_FORK:
		r.no_fork = true;
		return 0;
	case OPT_TIMEOUT:
		r.timeout = option_number(state, "timeout", arg, 0, 1000000);
		return 0;
	case ARGP_KEY_ARG:
		if (r.file)
			usage_error(state, "one schedule at a time: %s and %s", r.file, arg);
		r.file = arg;
		return 0;
	case ARGP_KEY_NO_ARGS:
		usage_error(state, "no schedule given");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FILE.schedule",
	.doc = "Run a case once more, exactly as `lockstep explore` did when it failed.\v"
	       "Exit status: 1 it failed again, 0 it did not, 2 the schedule cannot be followed.",
};

/* --- what is replayed -------------------------------------------------------------- */

static const struct item *find_case(void)
{
	for (int i = 0; i < r.run.nr_items; i++) {
		const struct item *item = &r.run.items[i];
		size_t len = strlen(item->suite_name);

		if (!strncmp(r.schedule.test, item->suite_name, len) &&
		    r.schedule.test[len] == '.' && !strcmp(r.schedule.test + len + 1, item->name))
			return item;
	}
	return NULL;
}

static int prepare(struct one_case *c)
{
	struct ls_schedule *s = &r.schedule;
	char err[LS_SCHEDULE_ERR];
	int ret;

	if (ls_schedule_read(s, r.file, LOCKSTEP_ABI, err) ||
	    ls_schedule_find_modules(s, r.file, r.modules.v, r.modules.nr, err))
		return trouble("%s", err);
	for (unsigned int i = 0; i < s->nr_modules; i++)
		strv_add(&r.run.paths, s->modules[i].path);
	for (unsigned int i = 0; i < s->nr_params; i++)
		strv_add(&r.run.params, s->params[i]);
	r.run.rules = s->rules;
	ret = run_prepare(&r.run);
	if (ret)
		return ret;
	c->run = &r.run;
	c->item = find_case();
	c->param = s->param;
	if (!c->item)
		return trouble("%s: its module has no case %s; explore it again", r.file, s->test);
	return 0;
}

/* --- what is told --------------------------------------------------------------------- */

static void put_prefixed(void *arg, const char *text)
{
	printf("%s%s\n", (const char *)arg, text);
}

void print_ladder(const struct ls_view *v, bool all, const char *prefix)
{
	struct ls_ladder l = { .all = all };

	ls_ladder_terminal(&l);
	l.width -= strlen(prefix);
	if (ls_ladder(v, &l, put_prefixed, (void *)prefix))
		exit(trouble("out of memory"));
}

static unsigned int count_steps(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < r.schedule.nr; i++)
		n += r.schedule.choices[i].value == LS_STEP;
	return n;
}

static void print_head(void)
{
	const struct ls_schedule *s = &r.schedule;
	unsigned int switches = 0;
	int last = -1;

	for (unsigned int i = 0; i < s->nr; i++) {
		switches += last >= 0 && last != s->choices[i].task;
		last = s->choices[i].task;
	}
	printf("%s", s->test);
	if (s->param >= 0)
		printf(", parameter %d", s->param);
	printf(": %u steps, %u switches\n\n", count_steps(), switches);
}

static void print_reports(const struct replayed *out)
{
	for (size_t i = 0; i < out->lines.nr; i++)
		puts(out->lines.v[i]);
	for (unsigned int i = 0; i < out->nr_reports; i++) {
		ls_report_render(&out->reports[i], put_prefixed, "");
		putchar('\n');
	}
}

/* The last line, and the exit status. */
static int print_result(const struct replayed *out)
{
	const struct ls_schedule *s = &r.schedule;
	const char *rule = out->nr_reports ? out->reports[0].rule : "";
	const char *was = s->rule && *s->rule ? s->rule : ls_verdict_name(s->verdict);
	const char *is = *rule ? rule : ls_verdict_name(out->verdict);

	if (out->verdict == LS_VERDICT_OK) {
		printf("The schedule ran to its end without a failure; it was made of one: %s.\n", was);
		return EXIT_CLEAN;
	}
	/* A process that died without a word left no rule behind. */
	if (out->verdict == s->verdict && (!s->rule || !*s->rule || !strcmp(rule, s->rule)))
		printf("The failure came again: %s.\n", is);
	else
		printf("It failed in another way: %s, where the schedule was made of %s.\n", is, was);
	return EXIT_FINDINGS;
}

static int show(const struct replayed *out, const struct ls_view *v)
{
	char err[LS_VIEW_ERR];
	int ret = 0;

	print_head();
	print_ladder(v, r.steps, "");
	putchar('\n');
	print_reports(out);
	if (r.timeline && ls_timeline_html(v, r.timeline, err))
		ret = trouble("%s", err);
	if (r.json && !ret && ls_timeline_json(v, r.json, err))
		ret = trouble("%s", err);
	return ret ? ret : print_result(out);
}

static int tell(const struct replayed *out, char **argv)
{
	struct ls_view v;
	int ret;

	if (out->error[0])
		return trouble("%s: %s", r.file, out->error);
	if (replayed_view(out, r.schedule.test, &v))
		return trouble("out of memory");
	if (r.gdb)
		ret = replay_in_gdb(out, &v, out->failed_step ? out->failed_step : count_steps(), argv);
	else
		ret = show(out, &v);
	ls_view_fini(&v);
	return ret;
}

int cmd_replay(int argc, char **argv)
{
	struct ls_explore how = { 0 };
	struct replayed out;
	struct one_case c = { 0 };
	int ret;

	fix_addresses(argc, argv);
	setlocale(LC_CTYPE, "");
	parse_args(&argp, argc, argv, &r);
	if (strstr(LS_SANITIZE, "thread"))
		return trouble("replay: built with ThreadSanitizer, which does not follow fibres; use a "
			       "plain or ASan build");
	ret = prepare(&c);
	if (ret)
		return ret;
	catch_interrupts();
	how.schedule = r.schedule.choices;
	how.nr_schedule = r.schedule.nr;
	how.fail_alloc = r.schedule.fail_alloc;
	if (r.no_fork)
		how.step_begins = replay_step_hook;
	ret = replay(&c, &how, r.timeout, r.no_fork, &out);
	if (!ret && interrupted())
		ret = 128 + interrupted();
	if (!ret)
		ret = tell(&out, argv);
	replayed_free(&out);
	return ret;
}
