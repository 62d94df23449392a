// SPDX-License-Identifier: MIT
/* See run.h. A process can explore once, so each exploration has one of its own. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockstep/crash.h"
#include "lockstep/fibre.h"
#include "run.h"

uint64_t wanted;

static const struct problem *problem;
static struct result *result;

/* Classes with their outcome: by open addressing, large enough for all that is explored here. */
static struct seen {
	uint64_t pair, outcome;
} *seen;

static void task_main(void *arg)
{
	problem->task((long)arg);
}

static void boot(void *arg)
{
	if (os_snapshot_range(&world_memory, sizeof(world_memory)))
		abort();
	if (problem->setup)
		problem->setup();
}

static void case_main(void *arg)
{
	void *task[TASKS_MAX];

	if (problem->whole) {
		problem->whole();
		ls_explore_end(false);
	}
	for (unsigned int i = 0; i < problem->nr; i++)
		task[i] = spawn(task_main, i);
	for (unsigned int i = 0; i < problem->nr; i++)
		join(task[i]);
	ls_explore_end(problem->fails && problem->fails());
}

static uint64_t with(uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ (b + 1) * 0x9e3779b97f4a7c15ULL) * 0xff51afd7ed558ccdULL;

	return (x ^ x >> 32) | 1;
}

static void note(uint64_t pair, uint64_t outcome)
{
	unsigned long i = pair & (PAIRS_MAX - 1);

	while (seen[i].pair && seen[i].pair != pair)
		i = (i + 1) & (PAIRS_MAX - 1);
	if (!seen[i].pair) {
		if (result->nr == PAIRS_MAX / 2)
			abort();
		seen[i] = (struct seen){ pair, outcome };
		result->pair[result->nr] = pair;
		result->outcome[result->nr++] = outcome;
	}
	result->ambiguous += seen[i].outcome != outcome;
}

static bool done(struct ls_explore *x, enum ls_verdict verdict)
{
	bool finding = verdict != LS_VERDICT_OK && verdict != LS_VERDICT_CUT;
	const struct ls_choice *schedule;
	unsigned int nr;

	if (wanted)
		finding = wanted == with(ls_explore_fingerprint(), verdict);
	result->verdicts[verdict]++;
	result->seen |= 1u << verdict;
	if (verdict == LS_VERDICT_CUT)
		return true;
	if (x->fingerprints)
		note(with(ls_explore_fingerprint(), verdict), with(world_digest(), verdict));
	/* The first failure; without a set of classes: the last execution. */
	if ((finding && !result->nr_schedule) || !x->fingerprints || x->strategy == LS_REPLAY) {
		schedule = ls_explore_schedule(&nr);
		if (schedule && nr <= sizeof(result->schedule) / sizeof(*schedule)) {
			memcpy(result->schedule, schedule, nr * sizeof(*schedule));
			result->nr_schedule = nr;
			result->verdict = verdict;
			result->class = ls_explore_fingerprint();
		}
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void *shared(unsigned long size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		perror("no memory for the result of an exploration");
		exit(1);
	}
	return p;
}

static void explore(const struct ls_explore *how)
{
	struct ls_explore x = *how;

	os_crash_init(0);
	x.boot = boot;
	x.run = case_main;
	x.done = done;
	x.fail_alloc = problem->fail_alloc;
	if (problem->max_steps)
		x.max_steps = problem->max_steps;
	seen = x.fingerprints ? shared(PAIRS_MAX * sizeof(*seen)) : NULL;
	result->ret = ls_explore_run(&x);
	result->x = x;
	qsort(result->pair, result->nr, sizeof(uint64_t), compare);
	qsort(result->outcome, result->nr, sizeof(uint64_t), compare);
	for (unsigned int i = 0; i < result->nr; i++) {
		if (!i || result->outcome[i] != result->outcome[i - 1])
			result->outcome[result->nr_outcomes++] = result->outcome[i];
	}
}

struct result *run(const struct problem *p, const struct ls_explore *how)
{
	int status;
	pid_t pid;

	problem = p;
	result = shared(sizeof(*result));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		explore(how);
		fflush(stdout);
		_exit(0);
	}
	if (pid > 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		if (WIFEXITED(status) && !WEXITSTATUS(status))
			return result;
	}
	printf("%s: the exploring process ended with status %#x\n", p->name, pid > 0 ? status : -1);
	run_free(result);
	return NULL;
}

void run_free(struct result *r)
{
	munmap(r, sizeof(*r));
}
