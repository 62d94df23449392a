// SPDX-License-Identifier: MIT
/*
 * A failing schedule made short, for people to read.
 *
 * Candidates are run one after another from the snapshot, as executions of an exploration are.
 * Each is a list of tasks that is followed loosely: what cannot be done is left out, and
 * behind its end tasks go on without preemption. What it came to, if it is the same failure
 * and better than the best so far, is the best from then on. So the result is always an
 * execution that was seen.
 *
 * Better is: fewer preemptions, then fewer switches, then fewer steps before the failure, then
 * fewer tasks in them. Candidates are, over and over until none of them helps:
 *
 *   cone	the steps that the failure depends on
 *   order	another order of the same class, with fewer switches
 *   drop	the same without one of the tasks
 *   cut	the beginning, up to one of the switches
 *   join	two stretches of a task put together, at the place of the first or of the second
 */
#include "internal.h"

#define RUNS_MAX  400
#define STEPS_SUM 5000000 /* of all candidates: time, but the same on each machine */

enum phase { PHASE_FIRST, PHASE_CONE, PHASE_ORDER, PHASE_DROP, PHASE_CUT, PHASE_JOIN, PHASE_NR };

struct cost {
	unsigned int preemptions, switches, steps, tasks;
};

/* A list of steps and choices; choices stand behind the step that they were made in. */
struct list {
	struct ls_choice *c;
	unsigned int nr, max;
};

static struct {
	struct list best, next;
	struct cost cost;
	enum ls_verdict verdict;
	/* of the best: for each of its steps the task, its place in the list, what comes before it */
	unsigned int nr;
	uint16_t *task;
	uint32_t *place;
	clock_entry *clocks;
	bool *cone;
	unsigned int stride, begin;
	/* the candidate that runs */
	unsigned int at, max;
	bool *preempted; /* by step */
	enum phase phase;
	unsigned int index, runs;
	unsigned long long steps;
	bool improved, last;
} S;

static void *must(void *p)
{
	if (!p)
		engine_error("out of memory for shrinking");
	return p;
}

static void list_add(struct list *l, struct ls_choice c)
{
	if (l->nr == l->max) {
		l->max = l->max ? 2 * l->max : 256;
		l->c = must(realloc(l->c, l->max * sizeof(*l->c)));
	}
	l->c[l->nr++] = c;
}

/* --- following a list ------------------------------------------------------------ */

static int pick(const struct set *ready, unsigned int cur)
{
	unsigned int last = E.e.step ? T.events[E.e.step].task : cur;
	int next = -1;

	while (next < 0 && S.at < S.next.nr) {
		const struct ls_choice *c = &S.next.c[S.at++];

		if (c->value == LS_STEP && set_has(ready, c->task))
			next = c->task;
		else if (!S.runs && c->value == LS_STEP)
			engine_error("step %u: the schedule lets task %u go on, which cannot; the code "
				     "is another one, or not deterministic", E.e.step + 1, c->task);
	}
	if (next < 0)
		next = set_has(ready, last) ? (int)last : set_next(ready, -1);
	if (E.e.step + 1 < S.max)
		S.preempted[E.e.step + 1] = (unsigned int)next != last && set_has(ready, last);
	return next;
}

static unsigned int choose(unsigned int nr)
{
	const struct ls_choice *c = &S.next.c[S.at];

	if (S.at == S.next.nr || c->value == LS_STEP)
		return 0;
	S.at++;
	return c->value < nr ? c->value : 0;
}

/* The steps before the snapshot are not made again. */
static void first(void)
{
	unsigned int skip = engine_snapshot_step();

	S.begin = skip + 1;
	S.phase = PHASE_FIRST;
	S.index = S.runs = S.best.nr = S.next.nr = 0;
	S.steps = 0;
	S.last = S.improved = false;
	S.max = E.max_steps + 2;
	S.preempted = must(realloc(S.preempted, S.max * sizeof(*S.preempted)));
	for (unsigned int i = 0; i < E.x->nr_schedule; i++) {
		const struct ls_choice *c = &E.x->schedule[i];

		if (skip && c->value == LS_STEP)
			skip--;
		else
			list_add(&S.next, *c);
	}
}

static void begin(void)
{
	S.at = 0;
}

/* --- what came of it ---------------------------------------------------------------- */

/* The step with which it had failed. */
static unsigned int last_step(void)
{
	if (E.e.stuck)
		return E.e.stuck_at;
	return E.e.failed_at ? E.e.failed_at : E.e.step;
}

static struct cost cost_of(unsigned int end)
{
	struct cost c = { .steps = end };
	struct set tasks = { { 0 } };

	for (unsigned int i = S.begin; i <= end; i++) {
		c.preemptions += S.preempted[i];
		c.switches += i > S.begin && T.events[i].task != T.events[i - 1].task;
		set_add(&tasks, T.events[i].task);
	}
	c.tasks = set_count(&tasks);
	return c;
}

static bool better(const struct cost *a, const struct cost *b)
{
	if (a->preemptions != b->preemptions)
		return a->preemptions < b->preemptions;
	if (a->switches != b->switches)
		return a->switches < b->switches;
	if (a->steps != b->steps)
		return a->steps < b->steps;
	return a->tasks < b->tasks;
}

/* Add step @event, and the steps before it. */
static void into_cone(unsigned int event)
{
	const clock_entry *c = clock_of(event);

	for (unsigned int i = S.begin; i <= event; i++) {
		if (c[T.events[i].task] >= (clock_entry)i)
			S.cone[i - S.begin] = true;
	}
}

/* What the failure depends on. Who waits depends on who holds what he waits for. */
static void find_cone(unsigned int end)
{
	memset(S.cone, !E.e.stuck && !E.e.failed_at, S.nr);
	if (E.e.failed_at && !E.e.stuck)
		into_cone(end);
	for (unsigned int i = end + 1; E.e.stuck && i <= T.nr; i++) {
		const struct event *e = &T.events[i];
		uint32_t w = T.objects[e->object].write;

		if (e->result != LS_WAIT_STUCK)
			continue;
		if (e->prev >= S.begin && e->prev <= end)
			into_cone(e->prev);
		while (T.accs[w].event > end)
			w = T.accs[w].prev;
		if (T.accs[w].event >= S.begin)
			into_cone(T.accs[w].event);
	}
}

/* The execution that just ended is the best one. */
static void keep(unsigned int end, const struct cost *cost)
{
	unsigned int c = 0;

	S.cost = *cost;
	S.nr = end + 1 - S.begin;
	S.stride = T.stride;
	S.task = must(realloc(S.task, (S.nr + 1UL) * sizeof(*S.task)));
	S.place = must(realloc(S.place, (S.nr + 1UL) * sizeof(*S.place)));
	S.cone = must(realloc(S.cone, (S.nr + 1UL) * sizeof(*S.cone)));
	S.clocks = must(realloc(S.clocks, (S.nr + 1UL) * S.stride * sizeof(*S.clocks)));
	S.best.nr = 0;
	for (unsigned int i = 0; i < S.nr; i++) {
		const struct event *e = &T.events[S.begin + i];

		S.task[i] = e->task;
		S.place[i] = S.best.nr;
		memcpy(S.clocks + (unsigned long)i * S.stride, clock_of(S.begin + i),
		       S.stride * sizeof(*S.clocks));
		list_add(&S.best, (struct ls_choice){ .task = e->task, .value = LS_STEP, .op = e->op });
		while (c < E.e.nr_choices && E.choices[c].step < S.begin + i)
			c++;
		for (; c < E.e.nr_choices && E.choices[c].step == S.begin + i; c++)
			list_add(&S.best, (struct ls_choice){ .task = e->task,
							      .value = E.choices[c].value,
							      .op = LS_OP_ALLOC });
	}
	S.place[S.nr] = S.best.nr;
	find_cone(end);
}

/* --- candidates ------------------------------------------------------------------------ */

/* Step @i of the best one goes into the next one, with its choices. */
static void take(unsigned int i)
{
	for (uint32_t k = S.place[i]; k < S.place[i + 1]; k++)
		list_add(&S.next, S.best.c[k]);
}

static bool make_cone(unsigned int index)
{
	bool less = false;

	for (unsigned int i = 0; i < S.nr && !index; i++) {
		if (S.cone[i])
			take(i);
		else
			less = true;
	}
	return !index && less;
}

/* The first step of @task from @from on that is not @taken, or S.nr. */
static unsigned int next_of(unsigned int task, const bool *taken)
{
	unsigned int i = 0;

	while (i < S.nr && (taken[i] || S.task[i] != task))
		i++;
	return i;
}

static bool can_come(unsigned int i, const bool *taken)
{
	const clock_entry *c = S.clocks + (unsigned long)i * S.stride;

	for (unsigned int k = 0; k < i; k++) {
		if (!taken[k] && S.task[k] != S.task[i] && c[S.task[k]] >= (clock_entry)(S.begin + k))
			return false;
	}
	return true;
}

/* How far @task gets without the others. */
static unsigned int how_far(unsigned int task, bool *taken, bool really)
{
	unsigned int n = 0, i;
	unsigned int *undo = must(malloc((S.nr + 1UL) * sizeof(*undo)));

	while ((i = next_of(task, taken)) < S.nr && can_come(i, taken)) {
		taken[i] = true;
		if (really)
			take(i);
		undo[n++] = i;
	}
	for (unsigned int k = 0; k < n && !really; k++)
		taken[undo[k]] = false;
	free(undo);
	return n;
}

/* Begin with the task of this number; then always with the one that gets furthest. */
static bool make_order(unsigned int index)
{
	bool *taken = must(calloc(S.nr + 1UL, sizeof(*taken)));
	struct set tasks = { { 0 } };
	unsigned int left = S.nr;
	int start = -1;

	for (unsigned int i = 0; i < S.nr; i++)
		set_add(&tasks, S.task[i]);
	for (unsigned int i = 0; i <= index; i++)
		start = set_next(&tasks, start);
	if (start >= 0)
		left -= how_far((unsigned int)start, taken, true);
	while (start >= 0 && left) {
		unsigned int best = 0, most = 0;

		set_for_each(t, &tasks) {
			unsigned int n = how_far((unsigned int)t, taken, false);

			if (n > most) {
				most = n;
				best = (unsigned int)t;
			}
		}
		left -= how_far(best, taken, true);
	}
	free(taken);
	return start >= 0;
}

static bool make_drop(unsigned int index)
{
	struct set tasks = { { 0 } };
	int task = -1;

	for (unsigned int i = 0; i < S.nr; i++)
		set_add(&tasks, S.task[i]);
	for (unsigned int i = 0; i <= index; i++)
		task = set_next(&tasks, task);
	for (unsigned int i = 0; i < S.nr && task >= 0; i++) {
		if (S.task[i] != task)
			take(i);
	}
	return task >= 0;
}

/* Where stretch number @n begins: steps of one task in a row. */
static unsigned int stretch(unsigned int n)
{
	unsigned int i = 0;

	for (; i < S.nr; i++) {
		if (i && S.task[i] != S.task[i - 1] && !n--)
			return i;
		if (!i && !n--)
			return 0;
	}
	return S.nr;
}

static bool make_cut(unsigned int index)
{
	unsigned int end = stretch(index);

	for (unsigned int i = 0; i < end; i++)
		take(i);
	return end < S.nr;
}

static bool make_join(unsigned int index)
{
	unsigned int a = stretch(index / 2), a_end = stretch(index / 2 + 1), b, b_end;

	for (b = a_end; b < S.nr && S.task[b] != S.task[a]; b++)
		;
	for (b_end = b; b_end < S.nr && S.task[b_end] == S.task[a]; b_end++)
		;
	if (a == S.nr)
		return false;
	for (unsigned int i = 0; i < S.nr; i++) {
		if (index & 1) {
			if (i == b)
				for (unsigned int k = a; k < a_end; k++)
					take(k);
			if (i >= a && i < a_end)
				continue;
		} else {
			if (i == a_end)
				for (unsigned int k = b; k < b_end; k++)
					take(k);
			if (i >= b && i < b_end)
				continue;
		}
		take(i);
	}
	return true;
}

static bool make(enum phase phase, unsigned int index)
{
	S.next.nr = 0;
	switch (phase) {
	case PHASE_CONE:  return make_cone(index);
	case PHASE_ORDER: return make_order(index);
	case PHASE_DROP:  return make_drop(index);
	case PHASE_CUT:	  return make_cut(index);
	case PHASE_JOIN:  return make_join(index);
	default:	  return false;
	}
}

/* The next candidate. False: there is none that was not tried. */
static bool next_candidate(void)
{
	while (S.runs < RUNS_MAX && S.steps < STEPS_SUM) {
		if (make(S.phase, S.index++))
			return true;
		S.index = 0;
		if (++S.phase < PHASE_NR)
			continue;
		if (!S.improved)
			return false;
		S.improved = false;
		S.phase = PHASE_CONE;
	}
	return false;
}

/* --- the engine asks --------------------------------------------------------------------- */

/* The candidate is over. False: enough. */
static bool judge(void)
{
	unsigned int end = last_step();
	struct ls_explore *x = E.x;
	struct cost cost;
	bool same;

	S.steps += T.nr;
	if (S.last) {
		x->executions++;
		if (x->done)
			x->done(x, E.e.verdict);
		return false;
	}
	same = S.runs ? E.e.verdict == S.verdict : E.e.verdict != LS_VERDICT_OK;
	if (x->same && !x->same(x, E.e.verdict))
		same = false;
	if (!S.runs && !same) {
		S.last = true; /* it does not fail: that is what there is to say */
	} else {
		cost = cost_of(end);
		if (same && (!S.runs || better(&cost, &S.cost))) {
			S.verdict = E.e.verdict;
			keep(end, &cost);
			S.improved = S.runs;
		}
		S.runs++;
		S.last = !next_candidate();
		if (S.last) {
			S.next.nr = 0;
			for (unsigned int i = 0; i < S.best.nr; i++)
				list_add(&S.next, S.best.c[i]);
		}
	}
	trace_pop(engine_snapshot_step());
	return true;
}

const struct strategy strategy_shrink = {
	.name = "shrink",
	.first = first,
	.begin = begin,
	.pick = pick,
	.choose = choose,
	.judge = judge,
	.clocks = true,
};
