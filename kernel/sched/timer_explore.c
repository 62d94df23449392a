// SPDX-License-Identifier: MIT
/*
 * Timers under an explorer: each that was started has a task, which waits for its time and
 * calls its function. So the function of one timer is not held up by that of another.
 *
 * The task keeps to its own memory, because the timer may be freed as soon as it is stopped. It
 * lasts as long as its timer is started again before it has noticed that it was stopped.
 */
#include <linux/timer.h>
#include <linux/slab.h>
#include "timer_internal.h"

/**
 * struct run - a started timer, or one whose function runs
 * @timer: may be freed memory unless @armed: for comparison only
 * @when: the time, if @armed
 * @changes: how often it was started or stopped
 * @seen: the same, when the task looked last
 */
struct run {
	struct list_head node;
	struct ls_timer *timer;
	struct task_struct *task;
	os_ns when;
	unsigned int changes;
	unsigned int seen;
	bool armed;
	bool running;
};

static LIST_HEAD(runs);

static struct run *find(const struct ls_timer *timer)
{
	struct run *r;

	list_for_each_entry(r, &runs, node)
		if (r->timer == timer)
			return r;
	return NULL;
}

static bool changed(const void *arg)
{
	const struct run *r = arg;

	return r->changes != r->seen;
}

static void fire(struct run *r)
{
	struct ls_timer *timer = r->timer;

	ls_touch(timer, LS_WRITE);
	ls_touch(ls_running(timer), LS_WRITE);
	r->armed = false;
	r->running = true;
	timer->pending = 0;
	timer->fire(timer);
	ls_touch(ls_running(timer), LS_WRITE);
	ls_touch(r, LS_READ);
	r->running = false;
}

static int run_main(void *arg)
{
	struct run *r = arg;
	int ret;

	do {
		ret = ls_point_wait(LS_OP_WAIT, r, LS_READ, changed, r,
				    r->armed ? r->when : OS_NEVER);
		if (ret == LS_WAIT_STUCK)
			ls_sleep_for_good();
		if (ret == LS_WAIT_TIMEOUT && r->armed && r->changes == r->seen)
			fire(r);
		r->seen = r->changes;
		ls_task_settled(0);
	} while (r->armed);
	/* From now on who starts the timer makes another task. */
	ls_touch(ls_running(r->timer), LS_WRITE);
	list_del(&r->node);
	os_free(r);
	return 0;
}

unsigned int ls_timer_explore_far(os_ns until)
{
	unsigned int nr = 0;
	struct run *r;

	list_for_each_entry(r, &runs, node)
		nr += r->armed && !r->running && r->when > until;
	return nr;
}

int ls_timer_explore_stop(struct ls_timer *timer)
{
	struct run *r;

	ls_touch(timer, timer->pending ? LS_WRITE : LS_READ);
	if (!timer->pending)
		return 0;
	timer->pending = 0;
	r = find(timer);
	r->armed = false;
	r->changes++;
	ls_touch(r, LS_WRITE);
	return 1;
}

void ls_timer_explore_start(struct ls_timer *timer, os_ns when)
{
	struct run *r = find(timer);

	ls_touch(timer, LS_WRITE);
	ls_touch(ls_running(timer), LS_READ);
	timer->when = when;
	timer->pending = 1;
	if (r) {
		r->changes++;
		ls_touch(r, LS_WRITE);
	} else {
		r = os_alloc(sizeof(*r));
		if (!r)
			ls_sleep_for_good();
		r->timer = timer;
		list_add_tail(&r->node, &runs);
	}
	r->when = when;
	r->armed = true;
	if (!r->task)
		r->task = ls_task_explore("timer", timer, run_main, r, "timer");
}

bool ls_timer_explore_runs(const struct ls_timer *timer)
{
	struct run *r = find(timer);

	ls_touch(ls_running(timer), LS_READ);
	return r && r->running;
}

bool ls_timer_explore_self(const struct ls_timer *timer)
{
	struct run *r = find(timer);

	return r && r->running && r->task == current;
}

static bool is_over(const void *timer)
{
	struct run *r = find(timer);

	return !r || !r->running;
}

void ls_timer_explore_wait(const struct ls_timer *timer)
{
	struct task_struct *t = current;

	ls_sleep_begin(t);
	if (ls_point_wait(LS_OP_FLUSH, ls_running(timer), LS_READ, is_over, timer, OS_NEVER) ==
	    LS_WAIT_STUCK)
		ls_sleep_for_good();
	ls_sleep_end(t);
}

/* A timer function ended in a fatal report. */
void ls_timer_explore_aborted(struct task_struct *t)
{
	struct run *r;

	list_for_each_entry(r, &runs, node) {
		if (r->task != t)
			continue;
		ls_touch(ls_running(r->timer), LS_WRITE);
		list_del(&r->node);
		if (r->armed)
			ls_timer_explore_start(r->timer, r->when);
		return;
	}
}
