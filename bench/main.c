// SPDX-License-Identifier: MIT
/*
 * lockstep-bench: ratios of Lockstep to what a program would use instead, both
 * measured in one run. The rows and their aims are explained in docs/benchmarks.md.
 */
#include <fcntl.h>
#include <fnmatch.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "rows.h"
#include "timing.h"

void ls_boot(void);

static bench_set shuffled[8][BENCH_SETS];
static bench_set sorted[8][BENCH_SETS];
static const char *filter = "*";

static int wanted(const char *name)
{
	return fnmatch(filter, name, 0) == 0;
}

static int by_value(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

/* Choose objects for every task and step; seeded, so that every run has the same work. */
static void choose_sets(unsigned int objects)
{
	unsigned int task, n, i;

	srand48(42);
	for (task = 0; task < 8; task++) {
		for (n = 0; n < BENCH_SETS; n++) {
			unsigned char pool[BENCH_OBJECTS];

			for (i = 0; i < BENCH_OBJECTS; i++)
				pool[i] = i;
			for (i = 0; i < objects; i++) {
				unsigned int j = i + lrand48() % (BENCH_OBJECTS - i);
				unsigned char t = pool[i];

				pool[i] = pool[j];
				pool[j] = t;
			}
			memcpy(shuffled[task][n], pool, objects);
			qsort(pool, objects, 1, by_value);
			memcpy(sorted[task][n], pool, objects);
		}
	}
}

#define RUNS(name, call)                                                                           \
	static void name(void *arg, unsigned int task, unsigned long iterations)                   \
	{                                                                                          \
		(void)arg, (void)task;                                                             \
		call;                                                                              \
	}

RUNS(run_resv_lock, bench_resv_lock(iterations))
RUNS(run_pthread_lock, ref_pthread_lock(iterations))
RUNS(run_resv_contended, bench_resv_contended(iterations))
RUNS(run_pthread_contended, ref_pthread_contended(iterations))
RUNS(run_ww, bench_ww(shuffled[task], *(unsigned int *)arg, iterations))
RUNS(run_ordered, ref_pthread_ordered(sorted[task], *(unsigned int *)arg, iterations))
RUNS(run_std, ref_std_lock(shuffled[task], *(unsigned int *)arg, iterations))
RUNS(run_fence, bench_fence_cycle(iterations))
RUNS(run_malloc, ref_malloc_cycle(bench_fence_size(), iterations))

static void row_pair(const char *name, void (*ours)(void *, unsigned int, unsigned long),
		     void (*theirs)(void *, unsigned int, unsigned long), unsigned long iterations,
		     int checks, const char *against, double aim)
{
	struct contender c[2] = { { .run = ours }, { .run = theirs } };

	if (!wanted(name))
		return;
	bench_checks(checks);
	race(c, 2, 1, iterations);
	rows_add(name, c[0].best / iterations * 1e9, c[1].best / iterations * 1e9, "ns", against,
		 aim, BENCH_AT_MOST);
}

static void rows_contended(unsigned int tasks)
{
	struct contender c[2] = { { .run = run_resv_contended }, { .run = run_pthread_contended } };
	unsigned long iterations = 2000000 / tasks;
	double all = (double)iterations * tasks;
	char name[40];

	snprintf(name, sizeof(name), "contended_%u", tasks);
	if (!wanted(name))
		return;
	bench_checks(0);
	race(c, 2, tasks, iterations);
	rows_add(name, all / c[0].best / 1e6, all / c[1].best / 1e6, "Mlocks/s", "pthread_mutex",
		 1.0, BENCH_AT_LEAST);
}

static void rows_ww(unsigned int objects, unsigned int tasks)
{
	struct contender c[3] = { { .run = run_ww, .arg = &objects },
				  { .run = run_ordered, .arg = &objects },
				  { .run = run_std, .arg = &objects } };
	unsigned long iterations = 400000 / objects / tasks;
	double all = (double)iterations * tasks / 1e3;
	char name[40], std[48];

	snprintf(name, sizeof(name), "ww_%u_of_64_%u", objects, tasks);
	snprintf(std, sizeof(std), "%s_std", name);
	if (!wanted(name) && !wanted(std))
		return;
	bench_checks(0);
	choose_sets(objects);
	race(c, 3, tasks, iterations);
	rows_add(name, all / c[0].best, all / c[1].best, "ksets/s", "pthread_mutex, ordered", 0.8,
		 BENCH_AT_LEAST);
	rows_add(std, all / c[0].best, all / c[2].best, "ksets/s", "std::lock",
		 objects >= 8 ? 1.0 : 0, BENCH_AT_LEAST);
}

/* Rows whose reference is their own first one: what grows with @n, and how. */
struct growth {
	const char *family;
	const unsigned int *sizes;
	unsigned int nr;
	const char *against;
	double aim;
	double (*measure)(unsigned int n); /* seconds for one operation */
};

static double best_of(double (*once)(unsigned int), unsigned int n)
{
	double best = 1e9;
	int i;

	for (i = 0; i < BENCH_RUNS; i++) {
		double took = once(n);

		if (took < best)
			best = took;
	}
	return best;
}

static double attach_once(unsigned int n)
{
	unsigned long iterations = 2000;
	double began, took;

	/* n - 1 others, and the one that comes and goes. */
	if (bench_attach_prepare(n - 1)) {
		fprintf(stderr, "bench: attach_cycle_%u: out of memory\n", n);
		exit(2);
	}
	began = now_s();
	if (bench_attach_cycle(iterations))
		exit(2);
	took = (now_s() - began) / iterations;
	bench_attach_finish();
	return took;
}

static double fences_once(unsigned int n)
{
	unsigned int i, rounds = n < 1000 ? 2000 / n : 1;
	double began = now_s();

	for (i = 0; i < rounds; i++) {
		if (bench_resv_fences(n)) {
			fprintf(stderr, "bench: resv_fences_%u failed\n", n);
			exit(2);
		}
	}
	return (now_s() - began) / rounds / n;
}

static double held_once(unsigned int n)
{
	unsigned long iterations = 200000;
	double began = now_s();

	bench_held(n - 1, iterations);
	return (now_s() - began) / iterations;
}

static void rows_growth(const struct growth *g)
{
	double first = 0;
	unsigned int i;

	bench_checks(1);
	for (i = 0; i < g->nr; i++) {
		double aim = g->aim < 0 ? g->sizes[i] : g->aim;
		char name[40];
		double best;

		snprintf(name, sizeof(name), "%s_%u", g->family, g->sizes[i]);
		if (!wanted(name))
			continue;
		best = best_of(g->measure, g->sizes[i]);
		if (!first)
			first = best;
		rows_add(name, best * 1e9, first * 1e9, "ns", g->against, i ? aim : 0,
			 BENCH_AT_MOST);
	}
}

/* Seconds from the start of a program to the first line that has @mark, or to its end. */
static double start_once(char *const argv[], const char *mark)
{
	int out[2], status, null = open("/dev/null", O_WRONLY);
	double began = now_s(), took = 0;
	char line[4096];
	FILE *f;
	pid_t pid;

	if (pipe(out) || (pid = fork()) < 0) {
		perror("bench: cannot start a program");
		exit(2);
	}
	if (!pid) {
		dup2(out[1], 1);
		dup2(null, 2);
		execv(argv[0], argv);
		_exit(127);
	}
	close(out[1]);
	close(null);
	f = fdopen(out[0], "r");
	while (fgets(line, sizeof(line), f))
		if (mark && !took && strstr(line, mark))
			took = now_s() - began;
	fclose(f);
	waitpid(pid, &status, 0);
	if (!mark)
		took = now_s() - began;
	if (!WIFEXITED(status) || WEXITSTATUS(status) || !took) {
		fprintf(stderr, "bench: %s failed\n", argv[0]);
		exit(2);
	}
	return took;
}

static void row_start(const char *lockstep, const char *module, const char *nothing)
{
	char *const ours[] = { (char *)lockstep, "test", (char *)module, NULL };
	char *const theirs[] = { (char *)nothing, NULL };
	double best = 1e9, reference = 1e9;
	int i;

	if (!wanted("test_start_ms"))
		return;
	for (i = 0; i < BENCH_RUNS * 2; i++) {
		double took = start_once(ours, "ok 1 ");

		best = took < best ? took : best;
		took = start_once(theirs, NULL);
		reference = took < reference ? took : reference;
	}
	rows_add("test_start_ms", best * 1e3, reference * 1e3, "ms", "an empty program", 0,
		 BENCH_AT_MOST);
	printf("%-22s %12.4g %12s %-9s %7s  %-9s\n", "  above the reference",
	       (best - reference) * 1e3, "", "ms", "", "<= 30");
}

static void usage(FILE *f)
{
	fprintf(f, "usage: lockstep-bench [--json FILE] [--filter GLOB] "
		   "[--start LOCKSTEP MODULE NOTHING]\n");
}

int main(int argc, char **argv)
{
	static const unsigned int decades[] = { 1, 10, 100, 1000, 10000 };
	static const unsigned int depths[] = { 1, 2, 4, 8, 16, 32, 48 };
	static const struct growth growths[] = {
		{ "attach_cycle", decades, 5, "attach_cycle_1", 1.5, attach_once },
		{ "resv_fences", decades, 5, "resv_fences_1", 1.5, fences_once },
		{ "lockdep_held", depths, 7, "lockdep_held_1", -1, held_once },
	};
	static const struct option options[] = { { "json", 1, 0, 'j' }, { "filter", 1, 0, 'f' },
						 { "start", 1, 0, 's' }, { "help", 0, 0, 'h' },
						 {} };
	const char *json = NULL, *start = NULL;
	unsigned int objects, tasks;
	size_t i;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'j': json = optarg; break;
		case 'f': filter = optarg; break;
		case 's': start = optarg; break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	if (start && argc - optind != 2) {
		usage(stderr);
		return 2;
	}

	rows_print_header();
	/* First: the child must not inherit the threads that booting starts. */
	if (start)
		row_start(start, argv[optind], argv[optind + 1]);

	ls_boot();
	if (bench_resv_init() || bench_fence_init() || bench_held_init()) {
		fprintf(stderr, "bench: out of memory\n");
		return 2;
	}
	row_pair("resv_lock", run_resv_lock, run_pthread_lock, 2000000, 0, "pthread_mutex", 1.2);
	row_pair("resv_lock_enforced", run_resv_lock, run_pthread_lock, 2000000, 1,
		 "pthread_mutex", 4);
	for (objects = 2; objects <= 32; objects *= 4)
		for (tasks = 1; tasks <= 8; tasks *= 2)
			rows_ww(objects, tasks);
	rows_contended(2);
	rows_contended(8);
	row_pair("fence_cycle", run_fence, run_malloc, 1000000, 0, "malloc + free + a call", 3);
	row_pair("fence_cycle_enforced", run_fence, run_malloc, 200000, 1,
		 "malloc + free + a call", 0);
	for (i = 0; i < sizeof(growths) / sizeof(growths[0]); i++)
		rows_growth(&growths[i]);

	if (json && rows_write_json(json)) {
		fprintf(stderr, "bench: cannot write %s: name a file that can be written\n", json);
		return 2;
	}
	return 0;
}
