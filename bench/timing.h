/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_BENCH_TIMING_H
#define LOCKSTEP_BENCH_TIMING_H

#include "bench.h"

#define BENCH_RUNS 5

/* One contender: @run(@arg, task number, iterations). */
struct contender {
	void (*run)(void *arg, unsigned int task, unsigned long iterations);
	void *arg;
	double best; /* seconds for all iterations of all tasks; set by race() */
};

double now_s(void);

/*
 * Run every contender BENCH_RUNS times, taking turns so that a noisy moment
 * hits all of them, and keep the best time of each.
 */
void race(struct contender *contenders, unsigned int nr, unsigned int tasks,
	  unsigned long iterations);

#endif /* LOCKSTEP_BENCH_TIMING_H */
