// SPDX-License-Identifier: MIT
/*
 * The engine against what is known, and dpor against its oracle.
 *
 *   engine				   all problems, and some hundred generated ones
 *   engine NAME [STRATEGY]		   one problem, with figures
 *   engine --shrink			   shrinking only
 *   engine --generated FROM NR		   so many generated ones
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.h"

#define DFS_MAX 20000 /* executions for one generated program */

static unsigned int failures;

#define FAIL(...) (failures++, printf("not ok: " __VA_ARGS__), puts(""))

static const char *verdict_name(unsigned int v)
{
	static const char *const names[] = {
		[LS_VERDICT_OK] = "ok",		  [LS_VERDICT_FAILED] = "failed",
		[LS_VERDICT_DEADLOCK] = "deadlock", [LS_VERDICT_LOST] = "lost",
		[LS_VERDICT_LIVELOCK] = "livelock", [LS_VERDICT_STARVED] = "starved",
		[LS_VERDICT_SPIN] = "spin",	  [LS_VERDICT_CRASH] = "crash",
		[LS_VERDICT_CUT] = "cut",	  [LS_VERDICT_BOUND] = "bound",
	};

	return names[v];
}

static void figures(const char *name, const struct result *r)
{
	printf("%s: %llu executions, %llu blocked, %u classes, %u outcomes, depth %u, %.3f s (%.0f/s), %s |",
	       name, r->x.executions, r->x.blocked, r->nr, r->nr_outcomes, r->x.max_depth,
	       r->x.seconds, (double)(r->x.executions + r->x.blocked) / r->x.seconds,
	       r->x.exhaustive ? "exhaustive" : r->x.why_not ? r->x.why_not : "?");
	for (unsigned int v = 0; v < LS_VERDICT_NR; v++) {
		if (r->verdicts[v])
			printf(" %s %lu", verdict_name(v), r->verdicts[v]);
	}
	printf("%s%s\n", r->x.error[0] ? " | " : "", r->x.error);
}

static struct result *explore(const struct problem *p, enum ls_strategy_kind strategy, bool classes)
{
	struct ls_explore how = { .strategy = strategy, .keep_going = true, .seed = 1, .bound = 2,
				  .depth = 3, .fingerprints = classes };
	struct result *r;

	if (strategy > LS_BOUND)
		how.max_executions = 300;
	r = run(p, &how);
	if (!r)
		failures++;
	else if (r->ret)
		FAIL("%s: %s", p->name, r->x.error);
	return r;
}

/* Members of @a that @b has not. */
static unsigned int missing(const uint64_t *a, unsigned int nr_a, const uint64_t *b,
			    unsigned int nr_b)
{
	unsigned int n = 0, k = 0;

	for (unsigned int i = 0; i < nr_a; i++) {
		while (k < nr_b && b[k] < a[i])
			k++;
		n += k == nr_b || b[k] != a[i];
	}
	return n;
}

/* All orders, and one of each class: the same classes must come of it. */
static void compare(const struct problem *p, const struct result *dpor, const struct result *dfs)
{
	unsigned int n;

	if (!dfs->x.exhaustive || !dpor->x.exhaustive)
		return;
	n = missing(dfs->pair, dfs->nr, dpor->pair, dpor->nr);
	if (n)
		FAIL("%s: dpor misses %u of %u classes", p->name, n, dfs->nr);
	n = missing(dpor->pair, dpor->nr, dfs->pair, dfs->nr);
	if (n)
		FAIL("%s: dpor has %u classes that dfs has not", p->name, n);
	n = missing(dfs->outcome, dfs->nr_outcomes, dpor->outcome, dpor->nr_outcomes);
	if (n)
		FAIL("%s: dpor misses %u of %u outcomes", p->name, n, dfs->nr_outcomes);
	if (dfs->ambiguous)
		FAIL("%s: %lu of %llu executions end otherwise than another of their class",
		     p->name, dfs->ambiguous, dfs->x.executions);
}

/* What came out last can be had again, in a process that has seen nothing else. */
static void check_replay(const struct problem *p, const struct result *r, const char *strategy)
{
	struct ls_explore how = { .strategy = LS_REPLAY, .fingerprints = true,
				  .schedule = r->schedule, .nr_schedule = r->nr_schedule };
	struct result *again = run(p, &how);

	if (!again)
		FAIL("%s: replay of %s died", p->name, strategy);
	else if (again->ret)
		FAIL("%s: replay of %s: %s", p->name, strategy, again->x.error);
	else if (again->verdict != r->verdict || again->class != r->class)
		FAIL("%s: replay of %s is %s, not %s%s", p->name, strategy,
		     verdict_name(again->verdict), verdict_name(r->verdict),
		     again->class != r->class ? ", or of another class" : "");
	if (again)
		run_free(again);
}

static void check_random(const struct problem *p, unsigned long long seed)
{
	static const char *const names[] = { [LS_RANDOM] = "random", [LS_POS] = "pos",
					     [LS_PCT] = "pct", [LS_BOUND] = "bound",
					     [LS_DPOR] = "dpor", [LS_DFS] = "dfs" };

	for (enum ls_strategy_kind s = LS_DPOR; s <= LS_PCT; s++) {
		struct ls_explore how = { .strategy = s, .keep_going = true, .seed = seed,
					  .bound = 1, .depth = 3, .max_executions = 20 };
		struct result *r = run(p, &how);

		if (!r || r->ret)
			FAIL("%s: %s: %s", p->name, names[s], r ? r->x.error : "died");
		else if (r->verdicts[LS_VERDICT_BOUND] == 0)
			check_replay(p, r, names[s]);
		if (r)
			run_free(r);
	}
}

static void check_problem(const struct problem *p)
{
	struct result *dpor = explore(p, LS_DPOR, true), *dfs = NULL;

	if (!dpor)
		return;
	figures(p->name, dpor);
	if (dpor->seen != (p->verdicts | (dpor->seen & V(CUT))))
		FAIL("%s: verdicts are %#x, not %#x", p->name, dpor->seen, p->verdicts);
	if (p->executions && dpor->x.executions != p->executions)
		FAIL("%s: %llu executions, not %llu", p->name, dpor->x.executions, p->executions);
	if (!p->no_oracle)
		dfs = explore(p, LS_DFS, true);
	if (dfs) {
		figures("    dfs", dfs);
		compare(p, dpor, dfs);
		run_free(dfs);
	}
	run_free(dpor);
	check_random(p, 1);
}

static const char *const op_names[] = {
	"load", "store", "rmw", "lock", "trylock", "unlock", "wait", "wake", "queue", "flush", "rcu",
	"alloc", "yield", "done",
};

/* How an execution goes that has no like in dpor. */
static void show_missing(const struct problem *p, const struct result *dpor, const struct result *dfs)
{
	struct ls_explore how = { .strategy = LS_DFS, .keep_going = true, .fingerprints = true };
	unsigned int k = 0;
	struct result *r;

	for (unsigned int i = 0; i < dfs->nr && !wanted; i++) {
		while (k < dpor->nr && dpor->pair[k] < dfs->pair[i])
			k++;
		if (k == dpor->nr || dpor->pair[k] != dfs->pair[i])
			wanted = dfs->pair[i];
	}
	r = wanted ? run(p, &how) : NULL;
	wanted = 0;
	if (!r)
		return;
	printf("missing:");
	for (unsigned int i = 0; i < r->nr_schedule; i++) {
		const struct ls_choice *c = &r->schedule[i];

		if (c->value == LS_STEP)
			printf(" %u:%s(%u)", c->task, op_names[c->op], c->object);
		else
			printf("=%u", c->value);
	}
	printf(" (%s)\n", verdict_name(r->verdict));
	run_free(r);
}

/* Each of @nr generated programs from @from on, unless dfs would take too long. */
static void check_generated(unsigned long long from, unsigned long long nr)
{
	unsigned long long skipped = 0;

	for (unsigned long long seed = from; seed < from + nr; seed++) {
		const struct problem *p = generate(seed);
		unsigned int before = failures;
		struct ls_explore how = { .strategy = LS_DFS, .keep_going = true,
					  .fingerprints = true, .max_executions = DFS_MAX };
		struct result *dfs = run(p, &how), *dpor;

		if (!dfs || dfs->ret) {
			FAIL("%s: dfs: %s", p->name, dfs ? dfs->x.error : "died");
			generated_print();
			continue;
		}
		skipped += !dfs->x.exhaustive;
		dpor = dfs->x.exhaustive ? explore(p, LS_DPOR, true) : NULL;
		if (dpor)
			compare(p, dpor, dfs);
		if (failures != before && dpor) {
			figures("dpor", dpor);
			figures("dfs ", dfs);
			generated_print();
			show_missing(p, dpor, dfs);
		}
		if (dpor)
			run_free(dpor);
		run_free(dfs);
	}
	printf("%llu generated programs from %llu on, %llu of them too large for dfs\n", nr, from,
	       skipped);
}

/* A clock, an address, uninitialised data: the engine must not explore on as if nothing were. */
static unsigned int clock_of_the_host;

static void looks_at_the_clock(long i)
{
	add(&W->x[8 + i], 1); /* what comes before the first point is not done again */
	add(&W->x[2 + 2 * i + (clock_of_the_host++ / 2) % 2], 1);
	add(&W->x[0], 1);
	add(&W->x[1], 1);
}

static void check_nondeterminism(void)
{
	static const struct problem p = { .name = "nondeterminism", .nr = 2,
					  .task = looks_at_the_clock };
	struct ls_explore how = { .strategy = LS_DPOR, .keep_going = true };
	struct result *r = run(&p, &how);

	if (!r || !r->ret || !strstr(r->x.error, "not deterministic"))
		FAIL("nondeterminism is not seen: %s", r ? r->x.error : "died");
	if (r)
		run_free(r);
}

/* The schedule of an execution, and each way in which it can belong to another one. */
static void check_other_schedule(void)
{
	static const struct problem p = { .name = "another schedule", .nr = 2,
					  .task = looks_at_the_clock };
	static const char *const says[] = { "schedule says object", "schedule says load",
					    "which does not exist", "does not ask for one" };
	struct ls_explore how = { .strategy = LS_DPOR, .max_executions = 1 };
	struct result *r = run(&p, &how), *again;
	struct ls_choice *c;

	if (!r || r->ret || r->nr_schedule < 4) {
		FAIL("%s: %s", p.name, r ? r->x.error : "died");
		return;
	}
	how = (struct ls_explore){ .strategy = LS_REPLAY, .schedule = r->schedule,
				   .nr_schedule = r->nr_schedule };
	for (unsigned int i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		struct ls_choice was;

		for (c = &r->schedule[r->nr_schedule - 1]; c->op != LS_OP_RMW || !c->object; c--)
			;
		was = *c;
		if (i == 0)
			c->object++;
		else if (i == 1)
			c->op = LS_OP_LOAD;
		else if (i == 2)
			c->task = 200;
		else
			c->value = 1;
		again = run(&p, &how);
		if (!again || !again->ret || !strstr(again->x.error, says[i]))
			FAIL("%s: not '%s': %s", p.name, says[i], again ? again->x.error : "died");
		if (again)
			run_free(again);
		*c = was;
	}
	run_free(r);
}

/* They are about the algorithm: under a sanitizer a few show that the engine itself is clean. */
#ifdef __SANITIZE_ADDRESS__
#define GENERATED 50
#else
#define GENERATED 300
#endif

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 4 && !strcmp(argv[1], "--generated")) {
		check_generated(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
		return failures ? 1 : 0;
	}
	for (unsigned int i = 0; i < nr_problems; i++) {
		if (argc < 2 || !strcmp(argv[1], problems[i].name))
			check_problem(&problems[i]);
	}
	if (argc < 2 || !strcmp(argv[1], "--shrink"))
		failures += check_shrinking();
	if (argc < 2) {
		check_nondeterminism();
		check_other_schedule();
	}
	if (argc < 2)
		check_generated(1, GENERATED);
	for (unsigned int seed = 1; seed < 30 && argc < 2; seed++)
		check_random(generate(seed), seed);
	if (failures)
		printf("%u failures\n", failures);
	return failures ? 1 : 0;
}
