// SPDX-License-Identifier: MIT
/*
 * By a schedule. Strictly: each entry must fit, so that a failure is the same failure. Loosely,
 * for shrinking: what does not fit is left out. Behind its end tasks go on without preemption.
 */
#include "internal.h"

static unsigned int at;

static void first(void)
{
	at = 0;
}

static void begin(void)
{
}

static int keep_going(const struct set *ready, unsigned int cur)
{
	return set_has(ready, cur) ? (int)cur : set_next(ready, -1);
}

static int pick(const struct set *ready, unsigned int cur)
{
	const struct ls_choice *c;

	while (at < E.x->nr_schedule) {
		c = &E.x->schedule[at];
		if (c->value == LS_STEP && set_has(ready, c->task) &&
		    (!E.x->loose || E.tasks[c->task].op == c->op)) {
			at++;
			if (!E.x->loose && E.tasks[c->task].op != c->op)
				engine_error("step %u: task %u (%s) is about to %s, the schedule says %s; "
					     "the code is another one, or not deterministic",
					     E.e.step + 1, c->task, E.tasks[c->task].name,
					     op_name(E.tasks[c->task].op), op_name(c->op));
			return c->task;
		}
		if (!E.x->loose)
			engine_error("step %u: the schedule lets task %u go on, which %s; the code is "
				     "another one, or not deterministic",
				     E.e.step + 1, c->task,
				     c->task < E.e.nr_tasks ? "waits or is over" : "does not exist");
		at++;
	}
	return keep_going(ready, cur);
}

static unsigned int choose(unsigned int nr)
{
	if (at < E.x->nr_schedule && E.x->schedule[at].value != LS_STEP &&
	    E.x->schedule[at].value < nr)
		return E.x->schedule[at++].value;
	return 0;
}

static bool end(void)
{
	return false;
}

const struct strategy strategy_replay = {
	.name = "replay",
	.first = first,
	.begin = begin,
	.pick = pick,
	.end = end,
	.choose = choose,
};
