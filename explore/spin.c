// SPDX-License-Identifier: MIT
/*
 * Tasks that go round and round: waiting without sleeping, or getting nowhere.
 *
 * A round ends at a yield, or, for loops that have none, where a task's steps begin to repeat. A
 * task that has done the same again, in the same place and with the same values everywhere it
 * looked, steps aside until somebody else has changed one of them.
 *
 * A livelock is a lasso: at the end of a round all tasks stand where they stood before, with the same
 * on their stacks and in what they look at, and each that could go on has done so in between.
 * What they did once they will do for ever. Limits on the number of steps play no part in it.
 */
#include "internal.h"

#define SAME_MAX    3	/* rounds of the same, after which a task is going round */
#define IDLE_MAX    24	/* rounds in which all tasks poll and nothing changes but the time */
#define LOOK_EVERY  64	/* steps, for repetition */
#define PERIOD_MAX  32	/* steps in a round without a yield */
#define REPEATS	    3	/* of it before it counts */
#define NS_MS	    1000000ULL

static uint64_t event_signature(const struct event *e, bool *wrote)
{
	uint64_t sig = mix(e->op, (uint64_t)e->pc);

	for (unsigned int i = 0; i < e->nr_acc; i++) {
		const struct access *a = &T.accs[e->acc + i];

		sig = mix(sig, (uint64_t)a->object << 8 | a->kind);
		*wrote |= is_write_like(a->kind);
	}
	return sig;
}

/* What is where the events of @e's round looked. What lay on a stack may be out of scope by now. */
__attribute__((no_sanitize("address"))) static uint64_t values(const struct event *e)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < e->nr_acc; i++) {
		const volatile void *addr = T.objects[T.accs[e->acc + i].object].addr;
		enum os_heap_state state = os_heap_state(addr);
		unsigned long at;
		uint64_t word;

		if ((uintptr_t)addr & 7 ||
		    (state != OS_HEAP_LIVE && os_fibre_of(addr, &at) < 0))
			continue;
		word = *(const volatile uint64_t *)addr;
		sum = mix(sum, word);
	}
	return sum;
}

/*
 * Where the running task is, with everything it keeps on its stack: a counter in there makes each
 * round another one. The registers that calls preserve lie below @frame. Not sanitised: red zones
 * lie on it as well.
 */
__attribute__((no_sanitize("address"))) static uint64_t place(const struct task *t,
							      const void *frame)
{
	const uint64_t *w = (const uint64_t *)((uintptr_t)frame - 40);
	const uint64_t *end = (const uint64_t *)(t->fibre.low + t->fibre.size);
	uint64_t h = 7;

	while (w < end)
		h = mix(h, *w++);
	return h;
}

/* --- lassos ------------------------------------------------------------------------------ */

/* All that has been seen at the end of a round in this execution. */
static struct stood {
	uint64_t state;
	uint16_t step;
} *stood;
static unsigned int max_stood;

/* What the task looked at since its last round ended. */
static uint64_t last_looks(const struct task *t)
{
	uint64_t h = 3;

	for (unsigned int e = t->last; e && e >= t->round_from; e = T.events[e].prev)
		h = mix(h, values(&T.events[e]));
	return h;
}

static uint64_t state_now(const void *frame)
{
	uint64_t h = 1;

	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];

		if (t->state == TASK_NONE || t->state == TASK_OVER)
			continue;
		h = mix(h, mix(i, t->state == TASK_WAITS));
		h = mix(h, mix(t->op, t->object));
		h = mix(h, place(t, i == E.e.cur ? frame : t->frame));
		h = mix(h, last_looks(t));
	}
	return h;
}

/* Has each task that can go on done so since @step? */
static bool is_fair(unsigned int step)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];

		if ((t->state == TASK_READY || t->state == TASK_YIELDED) && t->last <= step)
			return false;
		if (t->state == TASK_WAITS && t->deadline != OS_NEVER)
			return false;
	}
	return true;
}

/* Who waits meanwhile could have come before what it waits for. */
static void livelock(void)
{
	if (E.strategy->blocked_at_end && E.have_snapshot && !E.e.stuck)
		E.strategy->blocked_at_end();
	end_execution(LS_VERDICT_LIVELOCK);
}

static void look_for_lasso(const void *frame)
{
	uint64_t state = state_now(frame);

	for (unsigned int i = 0; i < E.e.nr_stood; i++) {
		if (stood[i].state == state && is_fair(stood[i].step))
			livelock();
	}
	if (E.e.nr_stood == max_stood) {
		unsigned int max = max_stood ? 2 * max_stood : 64;
		void *p = realloc(stood, max * sizeof(*stood));

		if (!p)
			engine_error("out of memory for tasks that spin");
		stood = p;
		max_stood = max;
	}
	stood[E.e.nr_stood++] = (struct stood){ state, (uint16_t)E.e.step };
}

static void went_round(struct task *t, uint64_t sig, unsigned int from, bool only_looked,
		       const void *frame)
{
	t->same = sig == t->sig ? t->same + 1 : 0;
	t->sig = sig;
	t->round_from = (uint16_t)from;
	if (t->same)
		set_state(E.e.cur, TASK_YIELDED);
	/* Who only looks may be waiting for a time to come: see spin_idle(). */
	if (!only_looked && t->nr_rounds++ > 1)
		look_for_lasso(frame);
}

void spin_yield(struct task *t, const void *frame)
{
	uint64_t sig = 1;
	bool wrote = false;

	for (unsigned int e = t->last; e && e >= t->yield_from; e = T.events[e].prev)
		sig = mix(sig, event_signature(&T.events[e], &wrote) + values(&T.events[e]));
	went_round(t, mix(sig, place(t, frame)), t->yield_from, sig != 1 && !wrote,
		   frame);
	t->yield_from = (uint16_t)(E.e.step + 1);
	t->look_at = t->nr_steps + LOOK_EVERY;
}

/* The number of steps after which the last ones repeat, or 0. */
static unsigned int period_of(const struct task *t)
{
	uint64_t h[PERIOD_MAX * (REPEATS + 1)];
	unsigned int n = 0;
	bool wrote = false;

	for (unsigned int e = t->last; e && n < PERIOD_MAX * (REPEATS + 1); e = T.events[e].prev)
		h[n++] = event_signature(&T.events[e], &wrote);
	for (unsigned int p = 1; p <= PERIOD_MAX && p * (REPEATS + 1) <= n; p++) {
		unsigned int i = 0;

		while (i < p * REPEATS && h[i] == h[i + p])
			i++;
		if (i == p * REPEATS)
			return p;
	}
	return 0;
}

void spin_look(struct task *t, const void *frame)
{
	unsigned int p = period_of(t), e = t->last;
	bool wrote = false;
	uint64_t sig = 2;

	t->look_at = t->nr_steps + LOOK_EVERY;
	if (!p) {
		t->same = 0;
		return;
	}
	t->look_at = t->nr_steps + p;
	for (unsigned int i = 0; i < p; i++, e = T.events[e].prev) {
		sig = mix(sig, event_signature(&T.events[e], &wrote) + values(&T.events[e]));
		t->round_from = (uint16_t)e;
	}
	went_round(t, mix(sig, place(t, frame)), t->round_from, !wrote, frame);
}

/* --- stepping in again ----------------------------------------------------------------- */

/* Has somebody else changed what the task saw in its last round? */
static bool saw_change(unsigned int i)
{
	const struct task *t = &E.tasks[i];

	for (unsigned int e = t->last; e && e >= t->round_from; e = T.events[e].prev) {
		const struct event *ev = &T.events[e];

		for (unsigned int k = 0; k < ev->nr_acc; k++) {
			uint32_t w = T.objects[T.accs[ev->acc + k].object].write;

			/* In a step that is made again, objects have come further than the task. */
			while (T.accs[w].event > E.e.step)
				w = T.accs[w].prev;
			if (w && T.accs[w].event > e && T.events[T.accs[w].event].task != i)
				return true;
		}
	}
	return false;
}

/* What it stands at may have become impossible meanwhile. */
static void step_in(unsigned int i)
{
	const struct task *t = &E.tasks[i];

	set_state(i, t->is_wait && !t->ready(t->ready_arg) ? TASK_WAITS : TASK_READY);
}

void spin_look_around(void)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state != TASK_YIELDED || !saw_change(i))
			continue;
		/* One that goes round and round lets those go first who do not. */
		if (E.tasks[i].same < SAME_MAX || !E.e.nr_ready) {
			E.e.idle_rounds = 0;
			step_in(i);
		}
	}
}

void spin_idle(void)
{
	if (++E.e.idle_rounds > IDLE_MAX)
		livelock();
	E.e.now += NS_MS << E.e.idle_rounds;
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		if (E.tasks[i].state == TASK_YIELDED)
			step_in(i);
	}
}
