/* SPDX-License-Identifier: MIT */
#ifndef RUN_H
#define RUN_H

#include "world.h"

/**
 * struct problem - something to explore
 * @name: for messages
 * @nr: how many tasks run @task(0) to @task(@nr - 1); the case makes them and waits for them
 * @setup: before the exploration begins; may be NULL
 * @whole: instead of @task: the case itself; may be NULL
 * @fails: when all are through: was it a failure? May be NULL
 * @executions: that dpor needs, 0: not pinned
 * @verdicts: set of enum ls_verdict that is to come up, as bits
 * @no_oracle: too large for dfs, or not to be compared
 */
struct problem {
	const char *name;
	unsigned int nr;
	void (*task)(long i);
	void (*setup)(void);
	void (*whole)(void);
	bool (*fails)(void);
	unsigned long long executions;
	unsigned int verdicts;
	unsigned int fail_alloc, max_steps;
	bool no_oracle;
};

#define V(verdict) (1u << LS_VERDICT_##verdict)

#define PAIRS_MAX (1u << 21)

/**
 * struct result - what came out, in memory that parent and child share
 * @x: as the exploration left it
 * @ret: of ls_explore_run()
 * @verdicts: executions by verdict
 * @seen: verdicts as bits
 * @nr, @pair: class and verdict of each execution, sorted, without doubles
 * @nr_outcomes, @outcome: state of the world at its end, and verdict; the same
 * @ambiguous: executions of a class that was seen before with another outcome
 * @nr_schedule, @schedule, @failed, @class: the last execution, or the first of a failure
 */
struct result {
	struct ls_explore x;
	int ret;
	unsigned long verdicts[LS_VERDICT_NR];
	unsigned int seen, nr, nr_outcomes;
	unsigned long ambiguous;
	unsigned int nr_schedule;
	enum ls_verdict verdict;
	uint64_t class;
	struct ls_choice schedule[4096];
	uint64_t pair[PAIRS_MAX], outcome[PAIRS_MAX];
};

/* Keep the schedule of the first execution of this class and verdict; 0: of a failure. */
extern uint64_t wanted;

/* Run @p as @how says, in a process of its own. NULL if that one died; a message was printed. */
struct result *run(const struct problem *p, const struct ls_explore *how);
void run_free(struct result *r);

extern const struct problem problems[];
extern const unsigned int nr_problems;

/* shrink.c: how many of its checks failed */
unsigned int check_shrinking(void);

/* generate.c: a small program made of @seed. */
const struct problem *generate(unsigned long long seed);
void generated_print(void);

#endif /* RUN_H */
