// SPDX-License-Identifier: MIT
/*
 * From one execution to the next, on a stack that no snapshot covers: what came out is counted,
 * memory goes back to where there was a choice for the first time, and the strategy says
 * whether there is another execution.
 */
#include <stdio.h>
#include <time.h>

#include "engine.h"

#define START_NS (1000ULL * 1000 * 1000000) /* virtual time at the start */

static struct {
	struct exec e;
	struct task *tasks;
	unsigned int nr;
} saved;

static bool save_engine(void)
{
	saved.e = E.e;
	saved.nr = E.e.nr_tasks;
	saved.tasks = malloc(saved.nr * sizeof(*saved.tasks));
	if (!saved.tasks)
		return false;
	memcpy(saved.tasks, E.tasks, saved.nr * sizeof(*saved.tasks));
	return true;
}

static void restore_engine(void)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++)
		count_waiting(&E.tasks[i], -1);
	memcpy(E.tasks, saved.tasks, saved.nr * sizeof(*saved.tasks));
	E.e = saved.e;
	E.me = &E.tasks[E.e.cur];
	for (unsigned int i = 0; i < E.e.nr_tasks; i++)
		count_waiting(&E.tasks[i], 1);
}

static void case_main(void *arg)
{
	struct ls_explore *x = arg;

	x->boot(x->arg);
	drain();
	E.active = true;
	races_begin();
	x->run(x->arg);
	ls_explore_end(false);
}

static void count_failure(void)
{
	if (!E.e.failures++)
		E.e.failed_at = E.e.step;
}

void ls_explore_end(bool failed)
{
	close_step();
	set_state(E.e.cur, TASK_OVER); /* it stands at no point */
	if (failed)
		count_failure();
	if (E.e.failures && !E.e.over_at)
		E.e.over_at = E.e.step;
	if (E.e.stuck || (E.e.failures && E.x->strategy == LS_REPLAY))
		finish();
	/*
	 * An execution is over when nobody can go on: or it would be a matter of when it is cut. That
	 * is so for one that failed as well. Only the task that cannot go on stops: what the others
	 * would still have done may come before that in another execution.
	 */
	E.e.ending = true;
	E.e.ends_at = E.e.now + RACE_NS;
	reschedule();
	abort(); /* nobody switches to a task that is over */
}

bool ls_explore_over(void)
{
	return E.e.over_at;
}

void ls_explore_failed(const struct ls_report *r)
{
	count_failure();
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static const struct strategy *strategy_of(const struct ls_explore *x)
{
	switch (x->strategy) {
	case LS_DFS:	return &strategy_dfs;
	case LS_BOUND:	return &strategy_bound;
	case LS_RANDOM: return &strategy_random;
	case LS_POS:	return &strategy_pos;
	case LS_PCT:	return &strategy_pct;
	case LS_REPLAY: return x->shrink ? &strategy_shrink : &strategy_replay;
	default:	return &strategy_dpor;
	}
}

/* Count the execution that ended. False: no more are wanted. */
static bool account(struct ls_explore *x, double start)
{
	bool go_on = true, finding = false;

	switch (E.e.verdict) {
	case LS_VERDICT_CUT:
		x->blocked++;
		break;
	case LS_VERDICT_BOUND:
		x->cut_by_bound++;
		x->executions++;
		break;
	default:
		x->executions++;
		finding = E.e.verdict != LS_VERDICT_OK;
	}
	if (T.nr > x->max_depth)
		x->max_depth = T.nr;
	if (E.e.nr_tasks > x->nr_tasks)
		x->nr_tasks = E.e.nr_tasks;
	if (E.e.verdict != LS_VERDICT_CUT)
		go_on = classes_add(x);
	if (x->done && !x->done(x, E.e.verdict))
		go_on = false;
	if (finding && !x->keep_going) {
		go_on = false;
		x->why_not = "stopped at the first failure";
	}
	if (x->stop && *x->stop) {
		go_on = false;
		x->why_not = "interrupted";
	}
	if (x->max_executions && x->executions >= x->max_executions) {
		go_on = false;
		x->why_not = "limit of executions";
	}
	if (!((x->executions + x->blocked) & 255)) {
		x->seconds = seconds() - start;
		if (x->max_seconds && x->seconds > x->max_seconds) {
			go_on = false;
			x->why_not = "limit of time";
		}
		if (x->tick)
			x->tick(x);
	}
	return go_on;
}

static int take_snapshot(struct ls_explore *x)
{
	if (!save_engine() || os_snapshot_take()) {
		snprintf(x->error, sizeof(x->error), "no memory for a snapshot");
		return -1;
	}
	E.have_snapshot = true;
	if (E.strategy->first)
		E.strategy->first();
	if (x->job && (!E.strategy->start || !E.strategy->start())) {
		snprintf(x->error, sizeof(x->error), "this part of the work belongs to another case");
		return -1;
	}
	E.strategy->begin();
	return 0;
}

static int base_loop(struct ls_explore *x, double start)
{
	for (;;) {
		struct task *t = me();
		bool more;

		E.request = BASE_NONE;
		os_heap_owner = E.e.cur;
		ls_current = t->kernel_task;
		os_fibre_switch(&E.base, &t->fibre);
		if (E.request == BASE_ERROR)
			return -1;
		if (E.request == BASE_SNAPSHOT) {
			if (take_snapshot(x))
				return -1;
			continue;
		}
		if (E.strategy->judge && E.have_snapshot)
			more = E.strategy->judge();
		else
			more = account(x, start);
		if (!more)
			return 0;
		if (x->split && *x->split && x->give && E.strategy->give && E.have_snapshot)
			E.strategy->give();
		if (!E.have_snapshot || (E.strategy->end && !E.strategy->end())) {
			x->complete = true;
			/* Without a choice there is just one execution. */
			x->exhaustive = (E.strategy->exhaustive || !E.have_snapshot) &&
					!x->cut_by_bound;
			if (x->cut_by_bound)
				x->why_not = "executions were longer than the limit of steps";
			else if (!x->exhaustive)
				x->why_not = "more preemptions may show more";
			return 0;
		}
		os_snapshot_restore();
		restore_engine();
		E.kept = T.nr;
		E.strategy->begin();
	}
}

unsigned int engine_snapshot_step(void)
{
	return saved.e.step;
}

static int start(struct ls_explore *x)
{
	memset(&E, 0, sizeof(E));
	E.me = &E.tasks[0];
	ids_first();
	E.x = x;
	E.strategy = strategy_of(x);
	E.may_snapshot = x->strategy != LS_REPLAY || x->shrink;
	E.max_steps = x->max_steps && x->max_steps < STEPS_MAX ? x->max_steps : STEPS_MAX;
	E.rng = x->seed * 2 + 0x9e3779b97f4a7c15ULL;
	E.e.now = START_NS;
	E.e.prologue = -1;
	E.e.allocs_left = x->fail_alloc;
	if (trace_init(E.max_steps, E.strategy->clocks || x->record))
		return -1;
	E.clock_object = trace_object(&E.e.now);
	if (os_fibre_reserve(LS_TASKS_MAX) || os_heap_on() || os_snapshot_object(&ls_explorer) ||
	    races_init())
		return -1;
	return 0;
}

int ls_explore_run(struct ls_explore *x)
{
	struct task *t = &E.tasks[0];
	double begun;
	int ret;

	x->error[0] = '\0';
	if (start(x)) {
		snprintf(x->error, sizeof(x->error), "no memory to explore in");
		return -1;
	}
	if (!E.may_snapshot) {
		E.strategy->first();
		record_first();
	}
	os_fibre_self(&E.base);
	E.e.nr_tasks = 1;
	t->deadline = OS_NEVER;
	snprintf(t->name, sizeof(t->name), "case");
	os_fibre_make(&t->fibre, 0, case_main, x);
	set_state(0, TASK_READY);
	ls_seam = &engine_seam;
	__atomic_store_n(&ls_explorer, &engine_explorer, __ATOMIC_RELEASE);
	__atomic_store_n(&ls_point_hook, engine_point, __ATOMIC_RELEASE);
	begun = seconds();
	ret = base_loop(x, begun);
	x->seconds = seconds() - begun;
	__atomic_store_n(&ls_point_hook, NULL, __ATOMIC_RELEASE);
	return ret;
}
