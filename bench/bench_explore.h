/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_BENCH_EXPLORE_H
#define LOCKSTEP_BENCH_EXPLORE_H

/**
 * struct explore_sample - what one exploration came to
 * @executions: those that were given up included
 * @seconds: of processor time
 * @points: steps of the longest execution
 * @pages_early: resident pages after a hundredth of the executions
 * @pages_late: at the end
 */
struct explore_sample {
	unsigned long long executions;
	double seconds;
	unsigned int points;
	unsigned long pages_early, pages_late;
};

/* 0, or -1 when it could not be explored. */
int explore_measure(int dpor, unsigned long long executions, struct explore_sample *out);

#endif /* LOCKSTEP_BENCH_EXPLORE_H */
