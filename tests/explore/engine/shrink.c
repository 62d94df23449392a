// SPDX-License-Identifier: MIT
/*
 * Failing schedules made short. What is found by chance among a lot of noise must come down to
 * the few steps that matter, whatever seed found it; and it must be the same failure.
 */
#include <stdio.h>

#include "run.h"

static void noise(long i, int n)
{
	while (n--) {
		add(&W->x[i + 1], 1);
		add(&W->x[30], 1);
	}
}

/* Three tasks, three locks, all in a ring; two more that only make noise. */
static void ring(long i)
{
	noise(i, 4);
	if (i > 2)
		return;
	lock(&W->lock[i]);
	noise(i, 1);
	lock(&W->lock[(i + 1) % 3]);
	unlock(&W->lock[(i + 1) % 3]);
	unlock(&W->lock[i]);
	noise(i, 2);
}

/* It looks, and then sleeps; the other wakes in between. */
static void lost(long i)
{
	noise(i, 4);
	if (i == 0) {
		if (!load(&W->x[0])) {
			store(&W->x[20], 0);
			wait_for(&W->x[20], OS_NEVER);
		}
	} else if (i == 1) {
		store(&W->x[0], 1);
		store(&W->x[20], 1);
	}
	noise(i, 3);
}

/* What one of them adds is lost. */
static void torn(long i)
{
	noise(i, 4);
	if (i < 2)
		store(&W->x[0], load(&W->x[0]) + 1);
	noise(i, 4);
}

static bool is_torn(void)
{
	return W->x[0] != 2;
}

/* It fails only when an allocation does, and somebody comes before that. */
static void unlucky(long i)
{
	noise(i, 3);
	if (i) {
		store(&W->x[0], 1);
	} else {
		ls_point(LS_OP_ALLOC, NULL);
		if (choose(2) && load(&W->x[0]))
			W->x[25] = 1;
	}
	noise(i, 3);
}

static bool is_unlucky(void)
{
	return W->x[25];
}

/*
 * What must be left: @switches from one task to another, and @steps before the failure. (Who
 * only makes noise runs, too: a deadlock is one when nobody else can go on, and the case looks
 * when all are through.)
 */
static const struct shrinking {
	struct problem p;
	unsigned int verdict, switches, steps;
} cases[] = {
	{ { "a ring", 5, ring }, LS_VERDICT_DEADLOCK, 4, 49 },
	{ { "a lost wake-up", 4, lost }, LS_VERDICT_LOST, 4, 54 },
	{ { "a torn addition", 4, torn, .fails = is_torn }, LS_VERDICT_FAILED, 5, 72 },
	{ { "an allocation", 2, unlucky, .fails = is_unlucky, .fail_alloc = 1 },
	  LS_VERDICT_FAILED, 2, 29 },
};

static void measure(const struct result *r, unsigned int *switches, unsigned int *steps)
{
	unsigned int last = 0;

	*switches = *steps = 0;
	for (unsigned int i = 0; i < r->nr_schedule; i++) {
		const struct ls_choice *c = &r->schedule[i];

		if (c->value != LS_STEP)
			continue;
		*switches += *steps && c->task != last;
		last = c->task;
		++*steps;
	}
}

static unsigned int check(const struct shrinking *s, const struct result *found)
{
	struct ls_explore how = { .strategy = LS_REPLAY, .shrink = true,
				  .schedule = found->schedule, .nr_schedule = found->nr_schedule };
	struct result *shorter = run(&s->p, &how), *again = NULL;
	unsigned int was_switches, was_steps, switches, steps, ret = 1;

	if (!shorter || shorter->ret || shorter->verdict != s->verdict) {
		printf("not ok: %s: shrunk: %s, verdict %d\n", s->p.name,
		       shorter ? shorter->x.error : "died", shorter ? shorter->verdict : -1);
		goto out;
	}
	measure(found, &was_switches, &was_steps);
	measure(shorter, &switches, &steps);
	printf("%s: %u switches, %u steps before, %u switches, %u steps now\n", s->p.name,
	       was_switches, was_steps, switches, steps);
	how.shrink = false;
	how.schedule = shorter->schedule;
	how.nr_schedule = shorter->nr_schedule;
	again = run(&s->p, &how);
	if (!again || again->ret || again->verdict != s->verdict)
		printf("not ok: %s: shrunk and replayed: %s, verdict %d\n", s->p.name,
		       again ? again->x.error : "died", again ? again->verdict : -1);
	else if (switches != s->switches || steps != s->steps)
		printf("not ok: %s: not %u switches and %u steps\n", s->p.name, s->switches,
		       s->steps);
	else
		ret = 0;
	if (again)
		run_free(again);
out:
	if (shorter)
		run_free(shorter);
	return ret;
}

unsigned int check_shrinking(void)
{
	unsigned int failures = 0;

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (unsigned int seed = 1; seed <= 3; seed++) {
			struct ls_explore how = { .strategy = LS_RANDOM, .seed = seed,
						  .max_executions = 100000, };
			struct result *r = run(&cases[i].p, &how);

			if (!r || r->ret || r->verdict != cases[i].verdict) {
				printf("not ok: %s: not found\n", cases[i].p.name);
				failures++;
			} else {
				failures += check(&cases[i], r);
			}
			if (r)
				run_free(r);
		}
	}
	return failures;
}
