// SPDX-License-Identifier: MIT
/*
 * lockstep-bench-explore: how fast interleavings are explored. The engine itself, in
 * executions a second; and whole litmus cases through `lockstep explore`, in the seconds that it
 * says they took. Rows and aims are explained in docs/benchmarks.md.
 */
#include <fnmatch.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_explore.h"
#include "rows.h"

static const char *lockstep, *modules, *filter = "*";

static int wanted(const char *name)
{
	return fnmatch(filter, name, 0) == 0;
}

/* Processor time of all children so far. */
static double children_seconds(void)
{
	struct rusage r;

	getrusage(RUSAGE_CHILDREN, &r);
	return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) +
	       (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

/*
 * One case through the command: the "exploration" of its results; the processor time that the
 * command took for it, with its start and end, or the wall clock time that it gives.
 */
static struct json_object *explore_case(const char *module, const char *cases, const char *more,
					double *seconds, int wall)
{
	struct json_object *all, *list, *one, *value;
	char command[2048], file[] = "/tmp/lockstep-bench-XXXXXX";
	int fd = mkstemp(file), status;
	double before;

	if (fd < 0)
		return NULL;
	close(fd);
	snprintf(command, sizeof(command),
		 "'%s' explore '%s/%s.so' --filter '%s' --time 0 --out /tmp --json %s %s >/dev/null",
		 lockstep, modules, module, cases, file, more);
	before = children_seconds();
	status = system(command);
	*seconds = children_seconds() - before;
	all = json_object_from_file(file);
	unlink(file);
	if (!WIFEXITED(status) || WEXITSTATUS(status) || !all ||
	    !json_object_object_get_ex(all, "cases", &list) || !json_object_array_length(list)) {
		fprintf(stderr, "bench: this did not work: %s\n", command);
		exit(2);
	}
	one = json_object_array_get_idx(list, 0);
	if (wall && json_object_object_get_ex(one, "seconds", &value))
		*seconds = json_object_get_double(value);
	json_object_object_get_ex(one, "exploration", &value);
	return value;
}

static double number(struct json_object *o, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(o, key, &value) ? json_object_get_double(value) : 0;
}

static void engine_row(const char *name, int dpor, unsigned long long executions, double aim)
{
	struct explore_sample best = { 0 }, s;

	if (!wanted(name))
		return;
	for (int i = 0; i < 3; i++) {
		if (explore_measure(dpor, executions, &s)) {
			fprintf(stderr, "bench: %s cannot be explored\n", name);
			exit(2);
		}
		if (!best.seconds || s.seconds < best.seconds)
			best = s;
	}
	rows_add(name, best.executions / best.seconds, aim, "1/s", "the aim", 1, BENCH_AT_LEAST);
}

static void memory_row(void)
{
	struct explore_sample s;

	if (!wanted("explore_rss_growth"))
		return;
	if (explore_measure(1, 1000000, &s)) {
		fprintf(stderr, "bench: explore_rss_growth cannot be explored\n");
		exit(2);
	}
	rows_add("explore_rss_growth", s.pages_late * 4.0 / 1024, s.pages_early * 4.0 / 1024, "MiB",
		 "after 10^4 of 10^6 executions", 1.0, BENCH_AT_MOST);
}

/* Best of three, against what the reference engine of the design took on another machine. */
static void case_row(const char *name, const char *module, const char *cases, double reference)
{
	double best = 0, seconds;

	if (!wanted(name))
		return;
	for (int i = 0; i < 3; i++) {
		explore_case(module, cases, "", &seconds, 0);
		if (!best || seconds < best)
			best = seconds;
	}
	rows_add(name, best, reference, "s", "reference engine", 2, BENCH_AT_MOST);
}

static void count_row(const char *name, const char *module, const char *cases, double optimum)
{
	struct json_object *e;
	double seconds;

	if (!wanted(name))
		return;
	e = explore_case(module, cases, "", &seconds, 0);
	rows_add(name, number(e, "executions") + number(e, "blocked"), optimum, "runs", "the optimum",
		 1, BENCH_AT_MOST);
}

static void rate_row(const char *name, const char *module, const char *cases, double aim)
{
	double best = 0, seconds;

	if (!wanted(name))
		return;
	for (int i = 0; i < 3; i++) {
		struct json_object *e = explore_case(module, cases, "--executions 20000",
						     &seconds, 0);
		double rate = (number(e, "executions") + number(e, "blocked")) / seconds;

		if (rate > best)
			best = rate;
	}
	rows_add(name, best, aim, "1/s", "the aim", 1, BENCH_AT_LEAST);
}

static void jobs_row(const char *module, const char *cases)
{
	double one = 0, two = 0, seconds;

	if (!wanted("explore_jobs_2"))
		return;
	for (int i = 0; i < 3; i++) {
		explore_case(module, cases, "--jobs 1", &seconds, 1);
		if (!one || seconds < one)
			one = seconds;
		explore_case(module, cases, "--jobs 2", &seconds, 1);
		if (!two || seconds < two)
			two = seconds;
	}
	rows_add("explore_jobs_2", one, two, "s", "two jobs on two cores", 1.8, BENCH_AT_LEAST);
}

int main(int argc, char **argv)
{
	if (argc != 4 && argc != 5) {
		fprintf(stderr, "usage: lockstep-bench-explore LOCKSTEP MODULES FILE.json [GLOB]\n");
		return 2;
	}
	lockstep = argv[1];
	modules = argv[2];
	filter = argc > 4 ? argv[4] : "*";
	rows_print_header();
	engine_row("explore_random_52x4", 0, 200000, 500000);
	engine_row("explore_dpor_52x4", 1, 200000, 150000);
	rate_row("explore_ref_free", "litmus_refgem", "*.free_against_shrinker", 20000);
	case_row("phil_14_s", "litmus_phil_large", "*.phil_14", .13);
	case_row("indexer_15_s", "litmus_indexer_large", "*.indexer_15", .15);
	case_row("lastzero_12_s", "litmus_lastzero_large", "*.lastzero_12", .37);
	case_row("kref_5_s", "litmus_kref_large", "*.kref_5", .22);
	count_row("phil_6_executions", "litmus_phil", "*.phil_6", 62);
	jobs_row("litmus_phil_large", "*.phil_16");
	memory_row();
	if (rows_write_json(argv[3])) {
		perror(argv[3]);
		return 2;
	}
	return 0;
}
