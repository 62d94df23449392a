// SPDX-License-Identifier: MIT
/*
 * `lockstep explore`: arguments and the order of things. See exploring.h.
 */
#include <argp.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "explore_ranks.h"
#include "ls_config.h"

#define DEFAULT_SECONDS 60 /* to explore a case */
#define DEFAULT_TIMEOUT 20 /* for a case that spins */
#define SATURATE	20000 /* executions without a new class, after which chance gives up */

/* --- arguments -------------------------------------------------------------------- */

enum {
	OPT_STRATEGY = OPT_RUN_END, OPT_BOUND, OPT_PCT, OPT_RANDOM, OPT_TIME, OPT_EXECUTIONS, OPT_SEED,
	OPT_FAIL_ALLOC, OPT_KEEP_GOING, OPT_MAX_STEPS, OPT_TIMEOUT, OPT_SHARD, OPT_CLASSES,
};

static const struct argp_option options[] = {
	RUN_OPTIONS,
	{ "strategy", OPT_STRATEGY, "NAME", 0, "dpor (default), dfs, random, pos or pct", 0 },
	{ "bound", OPT_BOUND, "N", 0, "all interleavings with at most N preemptions", 0 },
	{ "pct", OPT_PCT, "D", 0, "random priorities with D change points", 0 },
	{ "random", OPT_RANDOM, NULL, 0, "random walks: --strategy random", 0 },
	{ "time", OPT_TIME, "SECONDS", 0, "limit for each case (60; 0: none)", 0 },
	{ "executions", OPT_EXECUTIONS, "N", 0, "limit for each case (none)", 0 },
	{ "seed", OPT_SEED, "N", 0, "of random, pos and pct (0)", 0 },
	{ "fail-alloc", OPT_FAIL_ALLOC, "N", 0,
	  "in each execution up to N allocations may fail; each choice is explored", 0 },
	{ "keep-going", OPT_KEEP_GOING, NULL, 0, "go on after a failure, for those of other kinds", 0 },
	{ "max-steps", OPT_MAX_STEPS, "N", 0, "give up executions that are longer", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "for a case that spins without a scheduling point (20; 0: none)", 0 },
	{ "jobs", 'j', "N", 0, "so many workers at once (1)", 0 },
	{ "shard", OPT_SHARD, "I/N", 0, "part I of N of each case, for a machine of its own", 0 },
	{ "classes", OPT_CLASSES, "FILE", 0, "write the fingerprint of each class to FILE", 0 },
	{ "out", 'o', "DIR", 0, "directory for schedule files (.)", 0 },
	{ 0 },
};

static enum ls_strategy_kind strategy(const struct argp_state *state, const char *name)
{
	for (int kind = LS_DPOR; kind < LS_REPLAY; kind++) {
		if (!strcmp(ls_strategy_name(kind), name))
			return kind;
	}
	usage_error(state, "--strategy %s: there are dpor, dfs, bound, random, pos and pct", name);
}

static double seconds(const struct argp_state *state, const char *option, const char *arg)
{
	char *end;
	double n = strtod(arg, &end);

	if (*end || arg[0] < '0' || arg[0] > '9' || !(n >= 0 && n < 1e9))
		usage_error(state, "--%s %s: not a number of seconds", option, arg);
	return n;
}

static void set_shard(const struct argp_state *state, struct explore *x, const char *arg)
{
	char extra;

	if (sscanf(arg, "%u/%u%c", &x->shard, &x->nr_shards, &extra) != 2 || arg[0] == '-' ||
	    !x->shard || x->shard > x->nr_shards || x->nr_shards > 100000)
		usage_error(state, "--shard %s: not I/N, part I of N parts, such as 1/4", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explore *x = state->input;
	struct ls_explore *how = &x->how;

	switch (key) {
	case OPT_STRATEGY:
		how->strategy = strategy(state, arg);
		break;
	case OPT_BOUND:
		how->strategy = LS_BOUND;
		how->bound = option_number(state, "bound", arg, 0, 1000);
		break;
	case OPT_PCT:
		how->strategy = LS_PCT;
		how->depth = option_number(state, "pct", arg, 1, 1000);
		break;
	case OPT_RANDOM:
		how->strategy = LS_RANDOM;
		break;
	case OPT_TIME:
		how->max_seconds = seconds(state, "time", arg);
		break;
	case OPT_EXECUTIONS:
		how->max_executions = option_number(state, "executions", arg, 1, OPTION_MAX);
		break;
	case OPT_SEED:
		how->seed = option_number(state, "seed", arg, 0, OPTION_MAX);
		break;
	case OPT_FAIL_ALLOC:
		how->fail_alloc = option_number(state, "fail-alloc", arg, 0, 1000);
		break;
	case OPT_KEEP_GOING:
		how->keep_going = true;
		break;
	case OPT_MAX_STEPS:
		how->max_steps = option_number(state, "max-steps", arg, 1, SCHEDULE_MAX);
		break;
	case OPT_TIMEOUT:
		x->timeout = option_number(state, "timeout", arg, 0, 1000000);
		break;
	case 'j':
		x->jobs = option_number(state, "jobs", arg, 1, 1024);
		break;
	case OPT_SHARD:
		set_shard(state, x, arg);
		break;
	case OPT_CLASSES:
		x->classes = arg;
		how->fingerprints = true;
		break;
	case 'o':
		x->out = arg;
		break;
	default:
		return run_option(key, arg, state, &x->run);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "MODULE.so...",
	.doc = "Run the cases of modules in every interleaving of their tasks.\v"
	       "Exit status: 0 nothing was found, 1 something was, 2 the cases could not be explored, "
	       "130 interrupted.",
};

int explore_refuses(void)
{
	if (strstr(LS_SANITIZE, "thread"))
		return trouble("explore: built with ThreadSanitizer, which does not follow fibres; use a "
			       "plain or ASan build");
	return 0;
}

static int check(const struct explore *x)
{
	struct stat st;
	bool chance = x->how.strategy == LS_RANDOM || x->how.strategy == LS_POS ||
		      x->how.strategy == LS_PCT;

	if (explore_refuses())
		return EXIT_TROUBLE;
	if (x->nr_shards && chance)
		return trouble("--shard: chance has no parts; give each machine a --seed of its own");
	if (stat(x->out, &st))
		return trouble("--out %s: %s", x->out, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return trouble("--out %s: not a directory", x->out);
	if (access(x->out, W_OK | X_OK))
		return trouble("--out %s: %s", x->out, strerror(errno));
	return 0;
}

/* --- cases and their parameters --------------------------------------------------------- */

struct unit {
	struct one_case c;
	char *name;
};

static struct {
	struct unit *unit;
	int nr;
} list;

static void add_unit(const struct run *run, const struct item *item, int param, const char *desc)
{
	list.unit = realloc(list.unit, (list.nr + 1) * sizeof(*list.unit));
	if (!list.unit)
		exit(trouble("out of memory"));
	list.unit[list.nr] = (struct unit){
		.c = { .run = run, .item = item, .param = param, .unit = list.nr },
		.name = desc ? xprintf("%s.%s/%s", item->suite_name, item->name, desc) :
			       xprintf("%s.%s", item->suite_name, item->name),
	};
	list.nr++;
}

static int list_units(const struct run *run)
{
	for (int i = 0; i < run->nr_items; i++) {
		const struct item *item = &run->items[i];
		struct strv params = { 0 };
		int ret;

		if (!item->has_params) {
			add_unit(run, item, -1, NULL);
			continue;
		}
		ret = explore_params(run, item, &params);
		if (ret)
			return ret;
		for (size_t p = 0; p < params.nr; p++)
			add_unit(run, item, p, params.v[p]);
		strv_free(&params);
	}
	return 0;
}

static int explore_one(const struct explore *x, int nr, const struct unit *unit)
{
	struct explored e = { .name = xstrdup(unit->name) };
	int ret = explore_case(x, &unit->c, &e), err;

	if (ret) {
		explored_free(&e);
		return ret;
	}
	for (size_t i = 0; i < e.nr_findings && !interrupted(); i++) {
		explore_shrink(x, &unit->c, &e.findings[i]);
		explore_again(x, &unit->c, &e.findings[i]);
	}
	err = explore_write_schedules(x, &unit->c, &e);
	explore_print_case(x, nr, &e);
	explore_json(x, &unit->c, &e);
	explore_classes_add(&e);
	explored_free(&e);
	return err;
}

static int explore_all(const struct explore *x)
{
	for (int i = 0; i < list.nr && !interrupted(); i++) {
		int ret = explore_one(x, i + 1, &list.unit[i]);

		if (ret)
			return ret;
	}
	return 0;
}

static const struct one_case *find_unit(int unit)
{
	return &list.unit[unit].c;
}

int cmd_explore(int argc, char **argv)
{
	static struct explore x = { .how = { .max_seconds = DEFAULT_SECONDS, .bound = 2, .depth = 3,
					     .saturate = SATURATE },
				    .timeout = DEFAULT_TIMEOUT, .out = "." };
	int ret;

	fix_addresses(argc, argv);
	setlocale(LC_CTYPE, "");
	parse_args(&argp, argc, argv, &x);
	ret = check(&x);
	if (!ret)
		ret = run_prepare(&x.run);
	if (ret)
		return ret;
	catch_interrupts();
	ret = list_units(&x.run);
	if (ret)
		return ret;
	ret = ranks_begin();
	if (ret)
		return ret;
	if (ranks_serving()) {
		ranks_serve(&x, find_unit);
		return EXIT_CLEAN;
	}
	if (x.run.json_file)
		json_begin(&x.run);
	ret = explore_classes_open(&x);
	if (ret)
		return ret;
	explore_print_begin(list.nr);
	ret = explore_all(&x);
	if (!ret)
		ret = explore_classes_close(&x);
	if (!ret)
		ret = run_finish(&x.run, explore_print_summary());
	/* Nothing is lost with a rank that dies here: all is written. */
	fflush(stdout);
	ranks_end();
	return ret;
}
