// SPDX-License-Identifier: MIT
/*
 * By a schedule. Strictly: each entry must fit, so that a failure is the same failure. Loosely,
 * for shrinking: what does not fit is left out. Behind its end tasks go on without preemption.
 */
#include <stdio.h>

#include "lockstep/describe.h"
#include "internal.h"

#define OTHER "the code is another one, or not deterministic"

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

static const char *name_of(const struct task *t, char *buf, size_t size)
{
	if (t->object)
		ls_describe(t->op, (void *)(unsigned long)T.objects[t->object].addr, buf, size);
	else
		snprintf(buf, size, "nothing");
	return buf;
}

/* Does the task that @c names stand where it stood then? Ends the replay if not. */
static void check(const struct ls_choice *c, const struct set *ready)
{
	const struct task *t = &E.tasks[c->task];
	unsigned int step = E.e.step + 1;
	char name[48];
	uint32_t object;

	if (c->value != LS_STEP)
		engine_error("step %u: the schedule chooses a value for task %u, which does not ask for "
			     "one; " OTHER, step, c->task);
	if (!set_has(ready, c->task))
		engine_error("step %u: the schedule lets task %u go on, which %s; " OTHER, step, c->task,
			     c->task < E.e.nr_tasks ? "waits or is over" : "does not exist");
	if (t->op != c->op)
		engine_error("step %u: task %u (%s) is about to %s, the schedule says %s; " OTHER, step,
			     c->task, t->name, op_name(t->op), op_name(c->op));
	object = record_ordinal(t->object);
	/* What a process left behind that died has no objects. */
	if (c->object && object != c->object)
		engine_error("step %u: task %u (%s) is about to %s object %u (%s), the schedule says "
			     "object %u; " OTHER, step, c->task, t->name, op_name(t->op), object,
			     name_of(t, name, sizeof(name)), c->object);
}

static int pick(const struct set *ready, unsigned int cur)
{
	const struct ls_choice *c;

	while (at < E.x->nr_schedule) {
		c = &E.x->schedule[at++];
		if (!E.x->loose)
			check(c, ready);
		else if (c->value != LS_STEP || !set_has(ready, c->task) ||
			 E.tasks[c->task].op != c->op)
			continue;
		return c->task;
	}
	return keep_going(ready, cur);
}

static unsigned int choose(unsigned int nr)
{
	if (at < E.x->nr_schedule && E.x->schedule[at].value != LS_STEP &&
	    E.x->schedule[at].value < nr)
		return E.x->schedule[at++].value;
	if (at < E.x->nr_schedule && !E.x->loose)
		engine_error("step %u: task %u (%s) asks for one of %u values, the schedule has none; "
			     OTHER, E.e.step, E.e.cur, E.tasks[E.e.cur].name, nr);
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
