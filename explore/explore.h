/* SPDX-License-Identifier: MIT */
#ifndef LS_EXPLORE_H
#define LS_EXPLORE_H

/**
 * DOC: exploring
 *
 * explore/ runs one function, the *case*, again and again, each time with another
 * interleaving of its tasks. Who wants that (cmd/explore.c, cmd/replay.c, tests, benchmarks)
 * fills in &struct ls_explore and calls ls_explore_run() from a thread's own stack, in a process
 * in which no kernel-world code has run yet.
 *
 *   engine.c	   tasks, steps and their footprints; points.c, what primitives call;
 *		   pick.c, who goes on; seam.c, tasks as fibres; base.c, execution after execution
 *   trace.c	   the steps of an execution, their footprints and clocks; races
 *   spin.c	   tasks that go round; livelock
 *   dpor.c, random.c, replay.c: strategies, each behind the same few calls (internal.h)
 *   job.c	   parts of a search, for other processes
 *   shrink.c	   a failing schedule made short
 *   schedule.c	   schedule files
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/explore.h"
#include "lockstep/report.h"

#define LS_TASKS_MAX 256 /* that one execution may have */

/* A task in all executions: the same creator made it as its n-th, or for the same work. */
struct ls_task_id {
	uint16_t index; /* 0 is the task of the case; small, the same in each execution */
	uint16_t parent;
	uint32_t count;
};

/**
 * struct ls_choice - one entry of a schedule
 * @task: index of the task that made a step, or chose a value
 * @value: what choose() returned, or LS_STEP
 * @op: enum ls_op of the point that the step begins with
 * @object: ordinal of its object in this execution, by first use; 0 for none
 */
struct ls_choice {
	uint16_t task;
	uint16_t value;
	uint16_t op;
	uint16_t unused;
	uint32_t object;
};

#define LS_STEP 0xffff

/**
 * struct ls_step - one step, as it is shown
 * @choice: who, what, on which object
 * @access: what it did to the object in the end
 * @result: of a wait: 0, LS_WAIT_TIMEOUT, LS_WAIT_STUCK
 * @blocked: it had to wait: index of the step at which it came to this point, else -1
 * @waited_for: task that held the object then, or -1
 * @time: virtual ns
 * @address: of the object
 * @name: of the object, "resv_lock", "" if nobody knows
 * @task_name: comm of the task
 * @stack: call chain of the point, as in reports
 * @text: what the primitive says of the outcome: "taken", "-EDEADLK"
 */
struct ls_step {
	struct ls_choice choice;
	int access, result;
	int blocked, waited_for;
	unsigned long long time;
	unsigned long address;
	char name[48];
	char task_name[16];
	struct ls_stack stack;
	char text[32];
};

enum ls_verdict {
	LS_VERDICT_OK,
	LS_VERDICT_FAILED,	/* a report, or the case itself says so */
	LS_VERDICT_DEADLOCK,	/* nobody can run, and somebody waits for a lock */
	LS_VERDICT_LOST,	/* nobody can run, and somebody waits to be woken */
	LS_VERDICT_LIVELOCK,	/* the same goes round for ever */
	LS_VERDICT_STARVED,	/* the oldest ww context was told to back off */
	LS_VERDICT_SPIN,	/* a task runs on and on without a scheduling point */
	LS_VERDICT_CRASH,
	LS_VERDICT_CUT,		/* given up: what follows was seen before (no finding) */
	LS_VERDICT_BOUND,	/* longer than the limit of steps (no finding, but not exhaustive) */
	LS_VERDICT_NR
};

enum ls_strategy_kind {
	LS_DPOR,
	LS_DFS,
	LS_BOUND,	/* dfs with at most @bound preemptions */
	LS_RANDOM,
	LS_POS,
	LS_PCT,		/* with @depth change points */
	LS_REPLAY,
};

/**
 * struct ls_explore - what to explore, and how
 */
struct ls_explore {
	/* what */
	void (*boot)(void *arg);	/* on the first fibre: start the kernel world */
	void (*run)(void *arg);		/* the same fibre: the case, from here on explored */
	void *arg;

	/* how */
	enum ls_strategy_kind strategy;
	unsigned int bound, depth;
	unsigned int fail_alloc;	/* at most so many allocations fail in an execution */
	unsigned long long seed;
	unsigned long long max_executions;	/* 0: no limit */
	double max_seconds;			/* 0: no limit */
	unsigned int max_steps;			/* of an execution; 0: a default */
	unsigned int saturate;	/* stop when the last N seeds of 100 executions saw no new class */
	bool keep_going;	/* after a failure */
	bool record;		/* collect struct ls_step (replay) */
	bool fingerprints;	/* collect the set of classes (oracle) */
	const struct ls_choice *schedule; /* replay: the schedule; otherwise a prefix to stay in */
	unsigned int nr_schedule;
	/* The running execution so far, without objects; memory to share with who buries us. */
	struct ls_choice *live;
	unsigned int *nr_live, max_live;
	/*
	 * Parts of the work (dpor and dfs): a job is the beginning of executions, who sleeps there,
	 * and which tasks are still to be tried. NULL: all of it.
	 */
	const void *job;
	size_t job_size;
	/*
	 * @split becomes non-zero: somebody is idle. Between two executions @give is then called
	 * with a part that is not done here, if there is one; it is valid during the call.
	 */
	volatile int *split;
	void (*give)(struct ls_explore *x, const void *job, size_t size);
	bool loose;	/* replay: leave out entries that cannot be followed */
	/*
	 * With LS_REPLAY: make the schedule shorter. done() is called once, for the best that came of
	 * it; @same after each try: is it the same failure (the verdict is compared anyway)? What
	 * was collected of it is to be forgotten then. NULL: the verdict is enough.
	 */
	bool shrink;
	bool (*same)(struct ls_explore *x, enum ls_verdict verdict);
	volatile int *stop;		/* becomes non-zero: end soon */

	/*
	 * Called on the base stack after each execution that ended. Cheap for LS_VERDICT_OK.
	 * Return false to stop.
	 */
	bool (*done)(struct ls_explore *x, enum ls_verdict verdict);
	void (*tick)(struct ls_explore *x);	/* now and then, for progress */
	/* Called on the fibre of the task when a step begins; NULL is cheaper. */
	void (*step_begins)(struct ls_explore *x, unsigned int step);

	/* what came out */
	unsigned long long executions, blocked, cut_by_bound, steps;
	unsigned long long classes, last_new;	/* distinct classes; execution of the last new one */
	unsigned int max_depth, nr_tasks;
	bool exhaustive;	/* the strategy has seen everything */
	bool complete;		/* or all that is in its bound */
	const char *why_not;	/* text: why not, NULL if it is exhaustive */
	char error[256];	/* the exploration itself went wrong: nondeterminism, no memory */
	double seconds;
};

/*
 * Run it. Boots, explores, returns: 0, or -1 with @error filled in. The process is not to be
 * used for anything of the kernel world afterwards.
 */
int ls_explore_run(struct ls_explore *x);

/*
 * The case is over, or the running task cannot go on; called by @run at its end, does not return.
 * @failed: it says so itself.
 */
void ls_explore_end(bool failed) __attribute__((noreturn));

/*
 * The running execution has failed and is over for who looks at failures: a task has come to where it
 * cannot go on, or the case to its end. The others still go on, to see what they do; what they
 * report follows from the failure.
 */
bool ls_explore_over(void);

/* A report was emitted in the running execution, one that counts. */
void ls_explore_failed(const struct ls_report *r);

/* --- during done() ----------------------------------------------------------- */

/* The schedule of the execution that just ended, as far as it came. */
const struct ls_choice *ls_explore_schedule(unsigned int *nr);
/* Its steps, with @record. */
const struct ls_step *ls_explore_steps(unsigned int *nr);
/* Its class: equal for executions that differ only in the order of independent steps. */
uint64_t ls_explore_fingerprint(void);
/* All classes seen so far, sorted, with @fingerprints. */
const uint64_t *ls_explore_classes(unsigned long *nr);

#endif /* LS_EXPLORE_H */
