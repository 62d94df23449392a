/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_BENCH_ROWS_H
#define LOCKSTEP_BENCH_ROWS_H

#include <stdio.h>

/**
 * enum bench_aim - what the ratio should be
 * @BENCH_AT_MOST: a cost
 * @BENCH_AT_LEAST: a throughput
 */
enum bench_aim { BENCH_AT_MOST, BENCH_AT_LEAST };

/**
 * struct bench_row - one line of the table
 * @name: as in the table of docs/benchmarks.md
 * @value: ours, in @unit
 * @reference: theirs, in @unit
 * @against: what the reference is
 * @ratio: @value / @reference, the best of ours by the best of theirs
 * @aim: bound on @ratio; 0: none is set
 * @sense: how to read @aim
 */
struct bench_row {
	char name[40];
	double value;
	double reference;
	double ratio;
	const char *unit;
	const char *against;
	double aim;
	enum bench_aim sense;
};

void rows_add(const char *name, double value, double reference, const char *unit,
	      const char *against, double aim, enum bench_aim sense);
void rows_print_header(void);
/* Write all rows as a JSON array. Returns 0, or -1 with errno set. */
int rows_write_json(const char *path);

#endif /* LOCKSTEP_BENCH_ROWS_H */
