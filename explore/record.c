// SPDX-License-Identifier: MIT
/*
 * What an execution was: its schedule, for files, and with x->record its steps, for people.
 */
#include <stdio.h>

#include "lockstep/describe.h"
#include "internal.h"

static struct ls_choice *schedule;
static struct ls_step *steps;
static unsigned int nr_steps, max_steps;
static uint32_t last_ordinal;
static struct ls_stack stacks[LS_TASKS_MAX];
static unsigned long addresses[LS_TASKS_MAX];
static char names[LS_TASKS_MAX][sizeof(((struct ls_step *)0)->name)];

/* Objects by order of first use in this execution: the same in each run of the schedule. */
static uint32_t ordinal(uint32_t object, uint32_t *last)
{
	static uint32_t epoch;

	if (!*last)
		epoch++;
	if (!object)
		return 0;
	if (T.objects[object].ordinal_epoch != epoch) {
		T.objects[object].ordinal_epoch = epoch;
		T.objects[object].ordinal = ++*last;
	}
	return T.objects[object].ordinal;
}

const struct ls_choice *ls_explore_schedule(unsigned int *nr)
{
	unsigned int steps_nr = E.e.stuck ? E.e.stuck_at : E.e.step, n = 0, c = 0;
	uint32_t last = 0;

	*nr = 0;
	if (E.e.over_at && !E.e.stuck)
		steps_nr = E.e.over_at;
	if (E.x->shrink && E.e.failed_at && !E.e.stuck)
		steps_nr = E.e.failed_at; /* what comes behind is of no interest */
	free(schedule);
	schedule = calloc(steps_nr + E.e.nr_choices + 1UL, sizeof(*schedule));
	if (!schedule)
		return NULL;
	for (unsigned int i = 1; i <= steps_nr; i++) {
		const struct event *e = &T.events[i];
		uint16_t task = E.tasks[e->task].rank;

		schedule[n++] = (struct ls_choice){ .task = task, .value = LS_STEP, .op = e->op,
						    .object = ordinal(e->object, &last) };
		for (; c < E.e.nr_choices && E.choices[c].step == i; c++)
			schedule[n++] = (struct ls_choice){ .task = task,
							    .value = E.choices[c].value,
							    .op = LS_OP_ALLOC };
	}
	*nr = n;
	return schedule;
}

void record_first(void)
{
	free(steps);
	steps = NULL;
	nr_steps = max_steps = 0;
	last_ordinal = 0;
}

uint32_t record_ordinal(uint32_t object)
{
	return ordinal(object, &last_ordinal);
}

/* Where the running task stands now: its stack is its own, here and now. */
void record_stand(unsigned int task)
{
	ls_stack_save(&stacks[task], 2);
	addresses[task] = (unsigned long)T.objects[E.tasks[task].object].addr;
	ls_describe(E.tasks[task].op, E.tasks[task].object ? (void *)addresses[task] : NULL,
		    names[task], sizeof(names[task]));
}

static int holder_of(const struct object *o)
{
	const struct access *a = &T.accs[o->write];

	if (!o->write || (a->kind != LS_ACQUIRE && a->kind != LS_TRY))
		return -1;
	return T.events[a->event].task;
}

void record_begin(unsigned int task)
{
	const struct task *t = &E.tasks[task];
	struct ls_step *s;

	if (nr_steps == max_steps) {
		unsigned int max = max_steps ? 2 * max_steps : 256;
		void *p = realloc(steps, max * sizeof(*steps));

		if (!p)
			engine_error("out of memory for the steps of an execution");
		steps = p;
		max_steps = max;
	}
	s = &steps[nr_steps++];
	memset(s, 0, sizeof(*s));
	s->choice = (struct ls_choice){ .task = (uint16_t)task, .value = LS_STEP,
					.op = (uint16_t)t->op, .object = record_ordinal(t->object) };
	s->result = t->result;
	s->blocked = t->enabled_by || t->result ? t->arrived - 1 : -1; /* events count from 1 */
	s->waited_for = -1;
	s->time = E.e.now;
	s->address = addresses[task];
	snprintf(s->task_name, sizeof(s->task_name), "%s", t->name);
	memcpy(s->name, names[task], sizeof(s->name));
	s->stack = stacks[task];
	if (t->result == LS_WAIT_STUCK)
		s->waited_for = holder_of(&T.objects[t->object]);
}

void record_close(void)
{
	struct ls_step *s = &steps[nr_steps - 1];
	const struct event *e = &T.events[T.nr];

	for (unsigned int i = 0; i < e->nr_acc; i++) {
		const struct access *a = &T.accs[e->acc + i];

		if (a->object == e->object)
			s->access = a->kind;
	}
	/* It waited until somebody released: that one had it. */
	if (e->enabled_by && s->waited_for < 0)
		s->waited_for = T.events[e->enabled_by].task;
}

const struct ls_step *ls_explore_steps(unsigned int *nr)
{
	*nr = nr_steps;
	return steps;
}
