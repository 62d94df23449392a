// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "timing.h"

struct runner {
	pthread_t thread;
	pthread_barrier_t *start;
	struct contender *contender;
	unsigned int task;
	unsigned long iterations;
	double began, ended;
};

double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *runner_main(void *arg)
{
	struct runner *runner = arg;

	/* Warm up: the first call makes the thread known to the kernel world. */
	runner->contender->run(runner->contender->arg, runner->task, 1);
	pthread_barrier_wait(runner->start);
	runner->began = now_s();
	runner->contender->run(runner->contender->arg, runner->task, runner->iterations);
	runner->ended = now_s();
	return NULL;
}

static double run_once(struct contender *contender, unsigned int tasks, unsigned long iterations)
{
	pthread_barrier_t start;
	struct runner runners[64];
	double began = 1e18, ended = 0;
	unsigned int i;

	pthread_barrier_init(&start, NULL, tasks);
	for (i = 0; i < tasks; i++) {
		runners[i] = (struct runner){ .start = &start, .contender = contender, .task = i,
					      .iterations = iterations };
		if (pthread_create(&runners[i].thread, NULL, runner_main, &runners[i])) {
			fprintf(stderr, "bench: cannot start a thread\n");
			exit(2);
		}
	}
	/* From the first task's start to the last one's end, by their own clocks. */
	for (i = 0; i < tasks; i++) {
		pthread_join(runners[i].thread, NULL);
		began = runners[i].began < began ? runners[i].began : began;
		ended = runners[i].ended > ended ? runners[i].ended : ended;
	}
	pthread_barrier_destroy(&start);
	return ended - began;
}

void race(struct contender *contenders, unsigned int nr, unsigned int tasks,
	  unsigned long iterations)
{
	unsigned int run, i;

	for (i = 0; i < nr; i++)
		contenders[i].best = 1e9;
	for (run = 0; run < BENCH_RUNS; run++) {
		for (i = 0; i < nr; i++) {
			double took = run_once(&contenders[i], tasks, iterations);

			if (took < contenders[i].best)
				contenders[i].best = took;
		}
	}
}
