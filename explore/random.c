// SPDX-License-Identifier: MIT
/*
 * By chance: a random walk, POS and PCT. Each execution has a seed of its own, made of the seed
 * of the exploration and its number, so that one can be had again.
 *
 * POS (Yuan, Yang, Gu: "Partial order aware concurrency sampling", CAV 2018): each step that could
 * be next has a random priority, which is drawn anew when it loses a race.
 * PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010): each task has one, and d - 1
 * times in an execution the running task falls below all others.
 */
#include "internal.h"

#define ALLOC_FAILS 16 /* one in so many */
#define FEW	    12 /* tasks that can go on */

static uint64_t priority[LS_TASKS_MAX];
static unsigned int change_at[64], length;

static void seed_execution(void)
{
	E.rng = mix(E.x->seed + 1, E.x->executions + E.x->blocked + 1) | 1;
	rng_next();
}

static bool end(void)
{
	trace_pop(engine_snapshot_step());
	return true;
}

static unsigned int choose(unsigned int nr)
{
	return rng_below(ALLOC_FAILS) ? 0 : 1 + rng_below(nr - 1);
}

/* --- random walk ----------------------------------------------------------------- */

static int random_pick(const struct set *ready, unsigned int cur)
{
	unsigned int nr = E.e.nr_timed ? set_count(ready) : E.e.nr_ready;
	unsigned int k = rng_below(nr);

	/* Usually there are few, and which one it is, no processor guesses: without a branch on it. */
	if (likely(nr <= FEW && E.e.nr_tasks <= 64)) {
		uint64_t w = ready->w[0];

		for (unsigned int i = 0; i + 1 < nr; i++)
			w &= w - (i < k);
		return __builtin_ctzll(w);
	}
	for (unsigned int i = 0;; i++) {
		for (uint64_t w = ready->w[i]; w; w &= w - 1) {
			if (!k--)
				return (int)(64 * i) + __builtin_ctzll(w);
		}
	}
}

const struct strategy strategy_random = {
	.name = "random",
	.begin = seed_execution,
	.pick = random_pick,
	.end = end,
	.choose = choose,
};

/* --- POS and PCT -------------------------------------------------------------------- */

static int highest(const struct set *ready)
{
	int best = -1;

	set_for_each(i, ready) {
		if (!priority[i])
			priority[i] = rng_next() | 1ULL << 63;
		if (best < 0 || priority[i] > priority[best])
			best = i;
	}
	return best;
}

static void pos_begin(void)
{
	seed_execution();
	memset(priority, 0, sizeof(priority));
}

static int pos_pick(const struct set *ready, unsigned int cur)
{
	return highest(ready);
}

static void pos_stepped(unsigned int event)
{
	const struct event *e = &T.events[event];

	priority[e->task] = 0;
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		for (unsigned int k = 0; k < e->nr_acc && E.tasks[i].object; k++) {
			const struct access *a = &T.accs[e->acc + k];

			if (a->object == E.tasks[i].object &&
			    access_conflict(a->kind, E.tasks[i].access ?: LS_WRITE))
				priority[i] = 0;
		}
	}
}

const struct strategy strategy_pos = {
	.name = "pos",
	.begin = pos_begin,
	.pick = pos_pick,
	.end = end,
	.choose = choose,
	.stepped = pos_stepped,
};

static void pct_begin(void)
{
	unsigned int steps = length > 1 ? length : 100;

	seed_execution();
	memset(priority, 0, sizeof(priority));
	for (unsigned int i = 0; i + 1 < E.x->depth && i < 64; i++)
		change_at[i] = engine_snapshot_step() + 1 + rng_below(steps);
}

static int pct_pick(const struct set *ready, unsigned int cur)
{
	for (unsigned int i = 0; i + 1 < E.x->depth && i < 64; i++) {
		if (change_at[i] == E.e.step)
			priority[cur] = E.x->depth - i; /* below all that were drawn */
	}
	return highest(ready);
}

/* Change points are drawn from an execution as long as the longest so far. */
static bool pct_end(void)
{
	if (T.nr - engine_snapshot_step() > length)
		length = T.nr - engine_snapshot_step();
	return end();
}

const struct strategy strategy_pct = {
	.name = "pct",
	.begin = pct_begin,
	.pick = pct_pick,
	.end = pct_end,
	.choose = choose,
};
