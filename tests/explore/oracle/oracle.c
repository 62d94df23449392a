// SPDX-License-Identifier: MIT
/*
 * The oracle: dpor leaves executions out, plain depth-first search leaves out none. Each case of
 * a module is explored by both, and they must find the same classes with the same verdicts.
 *
 *	oracle [--max N] [--walks N] [--dfs no] [--filter GLOB] [--show NR] MODULE.so...
 *	oracle [--max N] [--filter GLOB] [--show NR] --outcomes MODEL.so REAL.so
 *
 * --show prints the steps of the first NR executions that dpor, or the model, has missed.
 * A class that only dfs knows is a hole in a footprint or in the reduction. One that only dpor
 * knows is nondeterminism. The classes of --walks random walks, and as many by POS, must be among
 * those of dpor: that is dfs again, but for what a class is called, which must not depend on who
 * was there before. Where dfs would take too long, or is not wanted, they stand in for it.
 * Each search runs in a process of its own.
 *
 * --outcomes explores the same cases in two modules and compares what they can come to: the
 * verdict, and a number that the module calls oracle_outcome.
 */
#include <dlfcn.h>
#include <fnmatch.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockstep/boot.h"
#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "lockstep/module.h"
#include "lockstep/run.h"
#include "internal.h"

#define MAX_EXECUTIONS 1000000
#define WALKS	       300

static unsigned long long max_executions = MAX_EXECUTIONS, walks = WALKS, walks_now;
static bool with_dfs = true;
static const char *filter = "*";
static unsigned long long show;

/* --- one search, in a process of its own ---------------------------------------- */

/* What a search found out; @nr keys follow it in the pipe. */
struct found {
	unsigned long long executions, blocked;
	double seconds;
	bool exhaustive;
	char error[256];
	unsigned long nr;
};

static struct {
	const struct lockstep_module *mod;
	unsigned int suite, test;
	const unsigned long long *outcome; /* of the module; NULL: classes are compared */
	const uint64_t *known;		   /* sorted: what dpor has found */
	unsigned long nr_known;
	uint64_t *keys; /* open addressing; grows */
	unsigned long nr, mask;
	uint64_t rule;	/* of the first report of the running execution */
	bool exploring;
} search;

static bool insert(uint64_t *table, unsigned long mask, uint64_t key)
{
	unsigned long i = key & mask;

	for (; table[i]; i = (i + 1) & mask) {
		if (table[i] == key)
			return false;
	}
	table[i] = key;
	return true;
}

/* True if it is new. */
static bool add_key(uint64_t key)
{
	if (2 * (search.nr + 1) > search.mask) {
		unsigned long mask = search.mask ? 2 * search.mask + 1 : 4095;
		uint64_t *keys = calloc(mask + 1, sizeof(*keys));

		if (!keys)
			_exit(2);
		for (unsigned long i = 0; search.mask && i <= search.mask; i++) {
			if (search.keys[i])
				insert(keys, mask, search.keys[i]);
		}
		free(search.keys);
		search.keys = keys;
		search.mask = mask;
	}
	if (!insert(search.keys, search.mask, key))
		return false;
	search.nr++;
	return true;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool is_known(uint64_t key)
{
	return bsearch(&key, search.known, search.nr_known, sizeof(key), compare);
}

/* One step a word: task, operation, and what it did to which object. */
static void show_steps(const struct ls_explore *x, enum ls_verdict verdict)
{
	static const char *const kinds[LS_ACCESS_NR] = { "", "read", "write", "take", "share", "try",
							 "try-share", "failed", "drop", "unshare" };

	printf("# %d: %llu: verdict %d, class %016llx:", x->strategy, x->executions, verdict,
	       (unsigned long long)ls_explore_fingerprint());
	for (unsigned int i = engine_snapshot_step() + 1; i <= T.nr; i++) {
		const struct event *e = &T.events[i];

		printf(" %u.%s(", e->task, op_name(e->op));
		for (unsigned int k = 0; k < e->nr_acc; k++)
			printf("%s%s %u", k ? "," : "", kinds[T.accs[e->acc + k].kind],
			       T.accs[e->acc + k].object);
		printf(")%s", e->result ? "*" : "");
	}
	printf("\n");
}

/*
 * An execution that was cut short, because somebody goes round in circles, may have gone more or
 * less far in tasks that had nothing to do with it: only the verdict counts. All others went as
 * far as they can.
 */
static bool on_done(struct ls_explore *x, enum ls_verdict verdict)
{
	if (verdict != LS_VERDICT_CUT) {
		uint64_t key = mix(mix(1, verdict), search.rule);

		if (search.outcome)
			key = mix(key, *search.outcome);
		else if (verdict != LS_VERDICT_LIVELOCK && verdict != LS_VERDICT_SPIN &&
			 verdict != LS_VERDICT_BOUND)
			key = mix(key, ls_explore_fingerprint());
		if (add_key(key | 1) && search.known && show && !is_known(key | 1)) {
			show_steps(x, verdict);
			show--;
		}
	}
	search.rule = 0;
	return true;
}

static void on_event(enum ls_event type, const void *data, unsigned long len)
{
	const struct ls_report *r = data;

	if (!search.exploring) {
		if (type == LS_EVENT_LINE)
			fprintf(stderr, "# %s\n", (const char *)data);
		return;
	}
	if (type != LS_EVENT_REPORT && type != LS_EVENT_FATAL)
		return;
	if (!search.rule) {
		for (const char *c = r->rule; *c; c++)
			search.rule = mix(search.rule, (unsigned char)*c);
	}
	ls_explore_failed(r);
	if (type != LS_EVENT_FATAL)
		return;
	if (r->class == LS_CRASH || r->class == LS_HANG) {
		fprintf(stderr, "# the case crashed: %s: %s\n", r->rule, r->what);
		_exit(2);
	}
	ls_explore_end(true);
}

static void boot(void *arg)
{
	struct ls_outcome outcome;

	ls_boot();
	ls_module_begin(search.mod, &outcome);
	ls_suite_begin(ls_suite_get(search.mod, search.suite));
	search.exploring = true;
}

static void run(void *arg)
{
	const struct ls_run_options opt = { .repeat = 1, .stay = 1 };
	struct ls_outcome outcome;

	ls_case_run(ls_suite_get(search.mod, search.suite), search.test, &opt, &outcome);
	ls_explore_end(outcome.status == LS_FAIL);
}

static void write_all(int fd, const void *data, size_t len)
{
	for (const char *p = data; len;) {
		ssize_t n = write(fd, p, len);

		if (n <= 0)
			_exit(2);
		p += n;
		len -= (size_t)n;
	}
}

static bool is_walk(enum ls_strategy_kind strategy)
{
	return strategy == LS_RANDOM || strategy == LS_POS;
}

static void search_main(enum ls_strategy_kind strategy, int fd)
{
	static struct ls_explore x;
	struct found found = { .nr = 0 };

	x.boot = boot;
	x.run = run;
	x.strategy = strategy;
	x.keep_going = true;
	x.max_executions = is_walk(strategy) ? walks_now : max_executions;
	x.done = on_done;
	ls_event_hook = on_event;
	os_snapshot_object(search.mod);
	os_crash_init(1);
	ls_explore_run(&x);
	found.executions = x.executions;
	found.blocked = x.blocked;
	found.seconds = x.seconds;
	found.exhaustive = x.exhaustive;
	snprintf(found.error, sizeof(found.error), "%s", x.error);
	found.nr = search.nr;
	write_all(fd, &found, sizeof(found));
	for (unsigned long i = 0; search.mask && i <= search.mask; i++) {
		if (search.keys[i])
			write_all(fd, &search.keys[i], sizeof(search.keys[i]));
	}
	fflush(stdout);
	_exit(0);
}

/* --- both, compared ---------------------------------------------------------------- */

static bool read_all(int fd, void *data, size_t len)
{
	for (char *p = data; len;) {
		ssize_t n = read(fd, p, len);

		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Keys of what @strategy found, sorted; NULL if it did not come to an end. */
static uint64_t *explore(enum ls_strategy_kind strategy, struct found *found)
{
	uint64_t *keys = NULL;
	int fds[2], status;
	pid_t pid;

	memset(found, 0, sizeof(*found));
	if (pipe(fds))
		return NULL;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		close(fds[0]);
		search_main(strategy, fds[1]);
	}
	close(fds[1]);
	if (pid > 0 && read_all(fds[0], found, sizeof(*found)))
		keys = calloc(found->nr + 1, sizeof(*keys));
	if (keys && !read_all(fds[0], keys, found->nr * sizeof(*keys))) {
		free(keys);
		keys = NULL;
	}
	close(fds[0]);
	if (pid > 0)
		waitpid(pid, &status, 0);
	if (keys)
		qsort(keys, found->nr, sizeof(*keys), compare);
	return keys;
}

/* How many of @a are not in @b; both are sorted. */
static unsigned long missing(const uint64_t *a, unsigned long nr_a, const uint64_t *b,
			     unsigned long nr_b)
{
	unsigned long n = 0, k = 0;

	for (unsigned long i = 0; i < nr_a; i++) {
		while (k < nr_b && b[k] < a[i])
			k++;
		n += k == nr_b || b[k] != a[i];
	}
	return n;
}

static bool came_to_an_end(const char *name, const char *what, const struct found *f,
			   const uint64_t *keys)
{
	if (keys && !f->error[0])
		return true;
	printf("not ok %s: %s: %s\n", name, what, keys ? f->error : "its process died");
	return false;
}

/* @all: of a search without reduction; complete only if @f says so. */
static bool judge(const char *name, const char *what, const struct found *f, const uint64_t *all,
		  const struct found *dpor, const uint64_t *some)
{
	unsigned long lost = missing(all, f->nr, some, dpor->nr);
	unsigned long invented = f->exhaustive ? missing(some, dpor->nr, all, f->nr) : 0;

	printf("%s %s: %lu classes in %llu + %llu executions, %.2f s; %s%s: %lu in %llu, %.2f s",
	       lost || invented ? "not ok" : "ok", name, dpor->nr, dpor->executions, dpor->blocked,
	       dpor->seconds, what, f->exhaustive ? "" : " (not all)", f->nr, f->executions,
	       f->seconds);
	if (lost)
		printf("; dpor misses %lu", lost);
	if (invented)
		printf("; %lu are invented", invented);
	printf("\n");
	fflush(stdout);
	return !lost && !invented;
}

static bool against(const char *name, enum ls_strategy_kind strategy, const char *what,
		    const struct found *dpor, const uint64_t *some, bool *exhaustive)
{
	struct found f;
	uint64_t *all;
	bool ok;

	search.known = some;
	search.nr_known = dpor->nr;
	all = explore(strategy, &f);
	search.known = NULL;
	ok = came_to_an_end(name, what, &f, all) &&
	     judge(name, what, &f, all, dpor, some);

	*exhaustive = f.exhaustive;
	free(all);
	return ok;
}

static bool one_case(const char *name)
{
	struct found dpor;
	uint64_t *some = explore(LS_DPOR, &dpor);
	bool ok = came_to_an_end(name, "dpor", &dpor, some), exhaustive;

	if (ok && !dpor.exhaustive) {
		printf("not ok %s: dpor needs more than %llu executions\n", name, max_executions);
		ok = false;
	}
	if (with_dfs)
		ok = ok && against(name, LS_DFS, "dfs", &dpor, some, &exhaustive);
	walks_now = with_dfs && ok && !exhaustive && walks < max_executions ? max_executions : walks;
	if (walks) {
		ok = ok && against(name, LS_RANDOM, "random", &dpor, some, &exhaustive);
		ok = ok && against(name, LS_POS, "pos", &dpor, some, &exhaustive);
	}
	free(some);
	fflush(stdout);
	return ok;
}

static const struct lockstep_module *map(const char *path, void **handle)
{
	const struct lockstep_module *mod;

	*handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	mod = *handle ? dlsym(*handle, "lockstep_module_info") : NULL;
	if (!mod)
		fprintf(stderr, "oracle: cannot map %s: %s\n", path,
			*handle ? "it is no module" : dlerror());
	return mod;
}

/* Calls @fn for each case of @mod that the filter lets through. */
static int each_case(const struct lockstep_module *mod, bool (*fn)(const char *name))
{
	unsigned int cases = 0, bad = 0;

	for (unsigned int s = 0; s < ls_module_nr_suites(mod); s++) {
		struct kunit_suite *suite = ls_suite_get(mod, s);

		for (unsigned int c = 0; c < ls_suite_nr_cases(suite); c++) {
			char name[256];

			snprintf(name, sizeof(name), "%s.%s", ls_suite_name(suite),
				 ls_case_name(suite, c));
			if (fnmatch(filter, name, 0))
				continue;
			search.suite = s;
			search.test = c;
			cases++;
			bad += !fn(name);
		}
	}
	if (!cases)
		fprintf(stderr, "oracle: no case is like '%s'\n", filter);
	return bad || !cases;
}

static int classes_of(const char *path)
{
	void *handle;

	search.mod = map(path, &handle);
	if (!search.mod)
		return 2;
	ls_modules_set(&search.mod, 1);
	return each_case(search.mod, one_case);
}

/* --- a model and what it stands for ------------------------------------------------------ */

static struct {
	const struct lockstep_module *mod;
	const unsigned long long *outcome;
} model, real;

static uint64_t *outcomes(const char *name, const char *what, bool of_model,
			  enum ls_strategy_kind strategy, struct found *f)
{
	uint64_t *keys;

	search.mod = of_model ? model.mod : real.mod;
	search.outcome = of_model ? model.outcome : real.outcome;
	ls_modules_set(&search.mod, 1);
	keys = explore(strategy, f);
	if (!came_to_an_end(name, what, f, keys)) {
		free(keys);
		return NULL;
	}
	return keys;
}

/* What dpor, within its limit, and as many random executions of the real thing come to. */
static uint64_t *real_outcomes(const char *name, struct found *f)
{
	uint64_t *keys = outcomes(name, "real", false, LS_DPOR, f), *more, *both;
	struct found g;

	if (!keys || f->exhaustive)
		return keys;
	walks_now = max_executions;
	more = outcomes(name, "real, random", false, LS_RANDOM, &g);
	both = more ? calloc(f->nr + g.nr + 1, sizeof(*both)) : NULL;
	if (both) {
		memcpy(both, keys, f->nr * sizeof(*keys));
		for (unsigned long i = 0; i < g.nr; i++) {
			if (!bsearch(&more[i], keys, f->nr, sizeof(*keys), compare))
				both[f->nr++] = more[i];
		}
		qsort(both, f->nr, sizeof(*both), compare);
		f->executions += g.executions;
		f->seconds += g.seconds;
	}
	free(keys);
	free(more);
	return both;
}

static bool same_outcomes(const char *name)
{
	struct found a, b;
	uint64_t *in_model = outcomes(name, "model", true, LS_DPOR, &a), *in_real;
	unsigned long lost, invented;
	bool ok = false;

	search.known = in_model;
	search.nr_known = a.nr;
	in_real = real_outcomes(name, &b);
	search.known = NULL;
	if (in_model && in_real) {
		lost = missing(in_real, b.nr, in_model, a.nr);
		invented = b.exhaustive ? missing(in_model, a.nr, in_real, b.nr) : 0;
		ok = !lost && !invented && a.exhaustive;
		printf("%s %s: %lu outcomes in %llu executions; real%s: %lu in %llu + %llu, %.2f s",
		       ok ? "ok" : "not ok", name, a.nr, a.executions,
		       b.exhaustive ? "" : " (not all)", b.nr, b.executions, b.blocked, b.seconds);
		if (lost)
			printf("; the model misses %lu", lost);
		if (invented)
			printf("; the model invents %lu", invented);
		printf("\n");
	}
	fflush(stdout);
	free(in_model);
	free(in_real);
	return ok;
}

static int outcomes_of(const char *model_path, const char *real_path)
{
	void *a, *b;

	model.mod = map(model_path, &a);
	real.mod = model.mod ? map(real_path, &b) : NULL;
	if (!real.mod)
		return 2;
	model.outcome = dlsym(a, "oracle_outcome");
	real.outcome = dlsym(b, "oracle_outcome");
	if (!model.outcome || !real.outcome) {
		fprintf(stderr, "oracle: a module has no oracle_outcome\n");
		return 2;
	}
	return each_case(model.mod, same_outcomes);
}

static int usage(void)
{
	fprintf(stderr, "usage: oracle [--max N] [--walks N] [--dfs no] [--filter GLOB] "
		"[--show NR] MODULE.so...\n"
		"       oracle [--max N] [--filter GLOB] [--show NR] --outcomes MODEL.so REAL.so\n");
	return 2;
}

int main(int argc, char **argv)
{
	int at = 1, ret = 0;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		if (!strcmp(argv[at], "--max"))
			max_executions = strtoull(argv[at + 1], NULL, 10);
		else if (!strcmp(argv[at], "--walks"))
			walks = strtoull(argv[at + 1], NULL, 10);
		else if (!strcmp(argv[at], "--dfs"))
			with_dfs = strcmp(argv[at + 1], "no");
		else if (!strcmp(argv[at], "--filter"))
			filter = argv[at + 1];
		else if (!strcmp(argv[at], "--show"))
			show = strtoull(argv[at + 1], NULL, 10);
		else
			break;
	}
	if (at + 3 == argc && !strcmp(argv[at], "--outcomes"))
		return outcomes_of(argv[at + 1], argv[at + 2]);
	if (at >= argc || argv[at][0] == '-')
		return usage();
	for (; at < argc; at++)
		ret |= classes_of(argv[at]);
	return ret;
}
