// SPDX-License-Identifier: MIT
/*
 * Who goes on: those who stand at a point and can, those whose time has come, and, when nobody
 * is left, one after the other of those who never will. Before the case begins there is no
 * choice: one task runs until it waits.
 */
#include "engine.h"

/* --- time ---------------------------------------------------------------------------- */

/* Add those whose deadline is the next one. @guards: also if it is far away. */
static void add_timed(struct set *s, bool guards)
{
	unsigned long long first = OS_NEVER;

	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];

		if (t->state == TASK_WAITS && t->deadline < first)
			first = t->deadline;
	}
	if (first == OS_NEVER || (!guards && first > E.e.now + RACE_NS) ||
	    (E.e.ending && first > E.e.ends_at))
		return;
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state == TASK_WAITS && E.tasks[i].deadline == first)
			set_add(s, i);
	}
}

/* --- picking ------------------------------------------------------------------------- */

void finish(void)
{
	if (E.strategy->blocked_at_end && E.have_snapshot && !E.e.stuck)
		E.strategy->blocked_at_end();
	end_execution(E.e.failures ? LS_VERDICT_FAILED : LS_VERDICT_OK);
}

/* Everybody stands where nothing goes on. Let one after the other find out what it waits for. */
static int pick_stuck(void)
{
	if (!E.e.stuck) {
		if (E.strategy->blocked_at_end && E.have_snapshot)
			E.strategy->blocked_at_end();
		E.e.stuck = true;
		E.e.stuck_at = E.e.step;
	}
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		struct task *t = &E.tasks[i];

		if (t->state != TASK_WAITS || t->was_stuck)
			continue;
		t->was_stuck = true;
		t->result = LS_WAIT_STUCK;
		set_state(i, TASK_READY);
		return (int)i;
	}
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state == TASK_WAITS && E.tasks[i].stuck_op == LS_OP_LOCK)
			end_execution(LS_VERDICT_DEADLOCK);
	}
	end_execution(LS_VERDICT_LOST);
}

/* With those who spin, or whose time comes; moves time and spinners if nobody else can go on. */
static bool rare_candidates(struct set *s)
{
	if (E.e.nr_yielded)
		spin_look_around();
	*s = E.e.ready;
	if (E.e.nr_timed)
		add_timed(s, !E.e.nr_ready);
	if (E.e.nr_ready || (E.e.nr_timed && set_next(s, -1) >= 0))
		return true;
	if (!E.e.nr_yielded || E.e.ending)
		return false;
	/* All poll. Whatever they poll for may come with time. */
	spin_idle();
	*s = E.e.ready;
	return true;
}

/* Those who can go on, perhaps in @s; NULL: nobody. */
step_inline const struct set *candidates(struct set *s)
{
	if (likely(E.e.nr_ready && !E.e.nr_yielded && !E.e.nr_timed))
		return &E.e.ready;
	return rare_candidates(s) ? s : NULL;
}

static int pick_replayed(void)
{
	const struct event *e = &T.events[E.e.step + 1];
	struct task *t = &E.tasks[e->task];
	struct set s;

	/* Who polls is let in, and time moved, as it was then. */
	if (unlikely(E.e.nr_yielded))
		rare_candidates(&s);
	if (e->result) {
		t->result = e->result;
		if (e->result == LS_WAIT_TIMEOUT && E.e.now < t->deadline)
			E.e.now = t->deadline;
	}
	set_state(e->task, TASK_READY);
	return e->task;
}

/* Is there nothing to decide between? */
static bool no_choice(const struct set *ready)
{
	int first = set_next(ready, -1);

	return set_next(ready, first) < 0 &&
	       (E.tasks[first].op != LS_OP_ALLOC || !E.e.allocs_left);
}

static int pick(void)
{
	const struct set *ready;
	struct set s;
	int next;

again:
	E.picked_node = 0;
	if (replaying())
		return pick_replayed();
	if (unlikely(E.x->stop && *E.x->stop))
		end_execution(LS_VERDICT_CUT);
	ready = candidates(&s);
	if (unlikely(!ready)) {
		if (E.e.ending)
			finish();
		return pick_stuck();
	}
	if (unlikely(E.e.stuck))
		return set_next(ready, -1);
	if (unlikely(!E.have_snapshot && E.may_snapshot)) {
		if (no_choice(ready))
			return set_next(ready, -1);
		ask_base(BASE_SNAPSHOT);
		goto again; /* each execution comes by here */
	}
	next = E.strategy->pick(ready, E.e.cur);
	if (unlikely(next < 0 && E.have_snapshot)) {
		/* Who waits now will not be seen to be kept from going on where they sleep. */
		if (E.strategy->blocked_at_end)
			E.strategy->blocked_at_end();
		end_execution(LS_VERDICT_CUT);
	}
	return next;
}

/* The running task stands at a point, described in its struct task. Returns in its next step. */
void reschedule(void)
{
	struct task *t = me();
	int next;

	if (unlikely(E.e.prologue == (int)E.e.cur)) {
		unsigned int parent = (unsigned int)E.e.prologue_parent;

		E.e.prologue = -1;
		switch_to(parent);
		return;
	}
	next = pick();
	if (unlikely(next < 0))
		engine_error("the schedule ends where tasks could still go on");
	t = &E.tasks[next];
	if (unlikely(t->state == TASK_WAITS) && !replaying()) {
		t->result = LS_WAIT_TIMEOUT;
		if (E.e.now < t->deadline)
			E.e.now = t->deadline;
		set_state((unsigned int)next, TASK_READY);
	}
	begin_step((unsigned int)next);
	switch_to((unsigned int)next);
}

/* --- before the case: one task at a time, no choices ------------------------------------ */

static int boot_pick(void)
{
	struct set s = { 0 };

	for (unsigned int i = E.draining ? 1 : 0; i < E.e.nr_tasks; i++) {
		struct task *t = &E.tasks[i];

		if (t->state == TASK_READY ||
		    (t->state == TASK_WAITS && t->is_wait && t->ready(t->ready_arg)))
			return (int)i;
	}
	if (E.draining)
		return 0;
	add_timed(&s, true);
	return set_next(&s, -1);
}

void boot_reschedule(void)
{
	int next;

	if (E.e.prologue == (int)E.e.cur) {
		E.e.prologue = -1;
		switch_to((unsigned int)E.e.prologue_parent);
		return;
	}
	next = boot_pick();
	if (next < 0)
		engine_error("before the case begins, all tasks wait and none can go on");
	if (E.tasks[next].state == TASK_WAITS && !E.tasks[next].ready(E.tasks[next].ready_arg)) {
		E.tasks[next].result = LS_WAIT_TIMEOUT;
		if (E.e.now < E.tasks[next].deadline)
			E.e.now = E.tasks[next].deadline;
	}
	count_waiting(&E.tasks[next], -1);
	E.tasks[next].is_wait = false;
	if (E.tasks[next].deadline != OS_NEVER)
		E.e.nr_timed--;
	E.tasks[next].deadline = OS_NEVER;
	set_state((unsigned int)next, TASK_READY);
	switch_to((unsigned int)next);
}

/* Let what boot has started come to rest. */
void drain(void)
{
	E.draining = true;
	set_state(0, TASK_READY);
	boot_reschedule();
	E.draining = false;
}
