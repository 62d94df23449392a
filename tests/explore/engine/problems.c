// SPDX-License-Identifier: MIT
/*
 * Problems whose answers are known: the classics of the literature on partial orders, what kernel
 * code is made of, and what an engine can get wrong.
 */
#include "run.h"

/* --- locks -------------------------------------------------------------------- */

static void take_two(int a, int b)
{
	lock(&W->lock[a]);
	lock(&W->lock[b]);
	unlock(&W->lock[b]);
	unlock(&W->lock[a]);
}

/* Dining philosophers. The last one is left-handed; in a ring nobody is. */
#define PHILOSOPHERS(n)                                                                            \
	static void phil_##n(long i)                                                               \
	{                                                                                          \
		take_two(i == (n) - 1 ? 0 : (int)i, i == (n) - 1 ? (int)i : (int)i + 1);           \
	}

#define RING(n)                                                                                    \
	static void ring_##n(long i)                                                               \
	{                                                                                          \
		take_two((int)i, (int)(i + 1) % (n));                                              \
	}

PHILOSOPHERS(2)
PHILOSOPHERS(3)
PHILOSOPHERS(4)
PHILOSOPHERS(6)
PHILOSOPHERS(10)
RING(2)
RING(3)
RING(6)

static void named(long i)
{
	lock_named(&W->lock[0]);
	W->x[0]++;
	unlock(&W->lock[0]);
	lock_named(&W->lock[1]);
	W->x[1] = W->x[0];
	unlock(&W->lock[1]);
}

static void try_all(long i, int n)
{
	for (int k = 0; k < n; k++) {
		if (trylock(&W->lock[(i + k) % n]))
			continue;
		while (--k >= 0)
			unlock(&W->lock[(i + k) % n]);
		return;
	}
	saw((unsigned int)i, 1);
	for (int k = n; --k >= 0;)
		unlock(&W->lock[(i + k) % n]);
}

static void try_2(long i)
{
	try_all(i, 2);
}

static void try_3(long i)
{
	try_all(i, 3);
}

/* Locks, trylocks and words that decide which of them are taken. */
static void mixed(long i)
{
	int v;

	lock(&W->lock[0]);
	v = load(&W->x[0]);
	unlock(&W->lock[0]);
	saw((unsigned int)i, (uint64_t)v);
	if (v == i) {
		lock(&W->lock[1]);
		store(&W->x[0], v + 1);
		unlock(&W->lock[1]);
	} else if (trylock(&W->lock[1])) {
		saw((unsigned int)i, (uint64_t)load(&W->x[1]));
		lock(&W->lock[0]);
		store(&W->x[0], 7);
		unlock(&W->lock[0]);
		unlock(&W->lock[1]);
	}
}

/* Readers and writers. */
static void readers_writer(long i)
{
	if (i) {
		lock_shared(&W->rw[0]);
		saw((unsigned int)i, (uint64_t)load(&W->x[0]));
		unlock_shared(&W->rw[0]);
	} else {
		lock_exclusive(&W->rw[0]);
		store(&W->x[0], 1);
		store(&W->x[0], 2);
		unlock_exclusive(&W->rw[0]);
	}
}

static void rw_try(long i)
{
	if (i == 2) {
		if (trylock_exclusive(&W->rw[0])) {
			saw(2, 1);
			unlock_exclusive(&W->rw[0]);
		}
	} else if (i) {
		lock_shared(&W->rw[0]);
		unlock_shared(&W->rw[0]);
	} else if (trylock_shared(&W->rw[0])) {
		saw(0, 1);
		unlock_shared(&W->rw[0]);
	}
}

/* Two readers who both want to write: each waits for the other to go. */
static void rw_upgrade(long i)
{
	lock_shared(&W->rw[0]);
	lock(&W->lock[i ? 0 : 1]);
	lock_exclusive(&W->rw[0]);
	unlock_exclusive(&W->rw[0]);
}

/* --- words -------------------------------------------------------------------------- */

#define LASTZERO(n)                                                                                \
	static void lastzero_##n(long i)                                                           \
	{                                                                                          \
		int k = (n) - 1;                                                                   \
                                                                                                   \
		if (i) {                                                                           \
			store(&W->x[i], load(&W->x[i - 1]) + 1);                                   \
		} else {                                                                           \
			while (load(&W->x[k]))                                                     \
				k--;                                                               \
			saw(0, (uint64_t)k);                                                       \
		}                                                                                  \
	}

LASTZERO(4)
LASTZERO(10)

static void indexer(long t)
{
	for (int m = 1; m <= 4; m++) {
		int w = m * 11 + (int)t, h = w * 7 % 128;

		while (!cas(&W->x[h], 0, w))
			h = (h + 1) % 128;
	}
}

/* The last reference is dropped against those who look it up. */
static void kref_setup(void)
{
	W->x[0] = 1;
}

static void kref(long i)
{
	int v;

	if (i) {
		do {
			v = load(&W->x[0]);
			saw((unsigned int)i, (uint64_t)v);
			if (!v)
				return;
		} while (!cas(&W->x[0], v, v + 1));
	}
	saw((unsigned int)i, !add(&W->x[0], -1));
}

static void two_words(long i)
{
	for (int k = 0; k < 2; k++) {
		store(&W->x[i], k + 1);
		saw((unsigned int)i, (uint64_t)load(&W->x[!i]));
	}
}

/* Nothing is shared: one execution. */
static void alone(long i)
{
	for (int k = 0; k < 3; k++)
		add(&W->x[i], 1);
}

/* --- spinning ------------------------------------------------------------------------- */

static void spin(long i)
{
	if (i) {
		while (!load(&W->x[0]))
			relax();
		saw((unsigned int)i, 1);
	} else {
		store(&W->x[0], 1);
	}
}

static void spin_for_nobody(long i)
{
	if (i)
		add(&W->x[1], 1);
	while (i && !load(&W->x[0]))
		relax();
}

/* Back off from the second lock, and try again: both may do so for ever. */
static void back_off(long i)
{
	int a = (int)(i & 1), b = !a;

	for (;;) {
		lock(&W->lock[a]);
		if (trylock(&W->lock[b]))
			break;
		unlock(&W->lock[a]);
		relax();
	}
	unlock(&W->lock[b]);
	unlock(&W->lock[a]);
}

/* --- waiting, time -------------------------------------------------------------------------- */

static void flag(long i)
{
	if (i) {
		wait_for(&W->x[0], OS_NEVER);
		saw((unsigned int)i, (uint64_t)load(&W->x[1]));
	} else {
		store(&W->x[1], 1);
		store(&W->x[0], 1);
		store(&W->x[1], 2);
	}
}

static void either(long i)
{
	if (i == 2)
		wait_for_either(&W->x[0], &W->x[1]);
	else
		store(&W->x[i], 1);
}

/* Who waits looks first, and sleeps then: the wake-up in between is lost. */
static void lost(long i)
{
	if (i) {
		if (load(&W->x[0]))
			return;
		store(&W->x[1], 0);
		wait_for(&W->x[1], OS_NEVER);
	} else {
		store(&W->x[0], 1);
		store(&W->x[1], 1);
	}
}

static void timeout(long i)
{
	if (i) {
		bool came = wait_for(&W->x[0], 1000000);

		saw((unsigned int)i, came);
		saw((unsigned int)i, (uint64_t)load(&W->x[1]));
	} else {
		store(&W->x[1], 1);
		store(&W->x[0], 1);
	}
}

/* Shorter and longer, and one that is a guard: it comes when nobody else can run. */
static void timeouts(long i)
{
	if (i == 3)
		store(&W->x[0], 1);
	else
		saw((unsigned int)i, wait_for(&W->x[i == 2 ? 1 : 0],
					      i == 2 ? 5000000000ULL : 1000000ULL * (i + 1)));
}

static void stuck(long i)
{
	add(&W->x[1], 1);
	if (i)
		wait_for(&W->x[0], OS_NEVER);
}

/* --- choices, tasks ---------------------------------------------------------------------- */

static void allocates(long i)
{
	for (int k = 0; k < 2; k++) {
		ls_point(LS_OP_ALLOC, NULL);
		if (choose(2)) {
			saw((unsigned int)i, (uint64_t)k);
			store(&W->x[0], (int)i + 1);
			return;
		}
		lock(&W->lock[0]);
		unlock(&W->lock[0]);
	}
}

static void child(void *arg)
{
	saw((unsigned int)(long)arg, (uint64_t)add(&W->x[0], (int)(long)arg));
}

static void parent(long i)
{
	void *a, *b;

	saw((unsigned int)i, (uint64_t)load(&W->x[0]));
	a = spawn(child, 2 * i + 2);
	b = spawn(child, 2 * i + 3);
	store(&W->x[1], (int)i);
	join(b);
	join(a);
	saw((unsigned int)i, (uint64_t)load(&W->x[0]));
}

/* A work item: whoever finds it idle queues it; it is a task of its own, known by its work. */
static void work(void *arg)
{
	add(&W->x[1], -1);
	saw(9, (uint64_t)load(&W->x[0]));
	add(&W->x[2], 1);
}

static void queue_work(long i)
{
	add(&W->x[0], (int)i + 1);
	if (add(&W->x[1], 1) > 1) {
		add(&W->x[1], -1);
		return;
	}
	ls_explorer->spawn_id("work", &W->x[1]);
	spawn(work, 0);
}

/* The case ends while others still stand somewhere. */
static void leaves_others(void)
{
	spawn(child, 1);
	spawn(child, 2);
	store(&W->x[1], 1);
	saw(0, (uint64_t)load(&W->x[0]));
}

static void spawned_at_once(void *arg)
{
	long n = (long)arg;

	lock(&W->lock[0]);
	W->x[n]++;
	unlock(&W->lock[0]);
}

/*
 * More tasks than clocks have room for at first; one after the other but for the first, which
 * can take the lock at any place.
 */
static void many_tasks(void)
{
	void *first = spawn(spawned_at_once, 0);

	for (long i = 1; i < 40; i++)
		join(spawn(spawned_at_once, i));
	join(first);
}

static void long_way(long i)
{
	for (int k = 0; k < 20; k++)
		add(&W->x[i], 1);
}

const struct problem problems[] = {
	{ "phil 2", 2, phil_2, .executions = 2, .verdicts = V(OK) },
	{ "phil 3", 3, phil_3, .executions = 6, .verdicts = V(OK) },
	{ "phil 4", 4, phil_4, .executions = 14, .verdicts = V(OK), .no_oracle = true },
	{ "phil 6", 6, phil_6, .executions = 62, .verdicts = V(OK), .no_oracle = true },
	{ "phil 10", 10, phil_10, .executions = 1022, .verdicts = V(OK), .no_oracle = true },
	{ "ring 2", 2, ring_2, .executions = 3, .verdicts = V(OK) | V(DEADLOCK) },
	{ "ring 3", 3, ring_3, .executions = 7, .verdicts = V(OK) | V(DEADLOCK) },
	{ "ring 6", 6, ring_6, .executions = 63, .verdicts = V(OK) | V(DEADLOCK), .no_oracle = true },
	{ "named", 3, named, .verdicts = V(OK) },
	{ "try 2", 2, try_2, .verdicts = V(OK) },
	{ "try 3", 3, try_3, .verdicts = V(OK), .no_oracle = true },
	{ "mixed 2", 2, mixed, .verdicts = V(OK) },
	{ "mixed 3", 3, mixed, .verdicts = V(OK), .no_oracle = true },
	{ "readers and a writer", 3, readers_writer, .verdicts = V(OK) },
	{ "rw trylock", 3, rw_try, .verdicts = V(OK) },
	{ "rw upgrade", 2, rw_upgrade, .executions = 1, .verdicts = V(DEADLOCK) },
	{ "lastzero 4", 4, lastzero_4, .verdicts = V(OK) },
	{ "lastzero 10", 10, lastzero_10, .executions = 1536, .verdicts = V(OK), .no_oracle = true },
	{ "indexer 12", 12, indexer, .executions = 8, .verdicts = V(OK), .no_oracle = true },
	{ "indexer 2", 2, indexer, .executions = 1, .verdicts = V(OK) },
	{ "kref 2", 2, kref, kref_setup, .verdicts = V(OK) },
	{ "kref 3", 3, kref, kref_setup, .verdicts = V(OK) },
	{ "two words", 2, two_words, .verdicts = V(OK) },
	{ "alone", 3, alone, .executions = 1, .verdicts = V(OK) },
	{ "spin 2", 2, spin, .verdicts = V(OK) },
	{ "spin 3", 3, spin, .verdicts = V(OK) },
	{ "spin for nobody", 2, spin_for_nobody, .verdicts = V(LIVELOCK) },
	{ "back off", 2, back_off, .verdicts = V(OK) | V(LIVELOCK), .no_oracle = true },
	{ "flag", 3, flag, .verdicts = V(OK) },
	{ "either", 3, either, .verdicts = V(OK) },
	{ "lost", 2, lost, .verdicts = V(OK) | V(LOST) },
	{ "timeout", 2, timeout, .verdicts = V(OK) },
	{ "timeouts", 4, timeouts, .verdicts = V(OK) },
	{ "stuck", 2, stuck, .verdicts = V(LOST) },
	{ "allocates, never fails", 2, allocates, .verdicts = V(OK) },
	{ "allocates, fails once", 2, allocates, .verdicts = V(OK), .fail_alloc = 1 },
	{ "allocates, fails twice", 2, allocates, .verdicts = V(OK), .fail_alloc = 2 },
	{ "parents 1", 1, parent, .verdicts = V(OK) },
	{ "parents 2", 2, parent, .verdicts = V(OK), .no_oracle = true },
	{ "work 2", 2, queue_work, .verdicts = V(OK) },
	{ "work 3", 3, queue_work, .verdicts = V(OK), .no_oracle = true },
	{ "leaves others", .whole = leaves_others, .verdicts = V(OK) },
	{ "many tasks", .whole = many_tasks, .executions = 40, .verdicts = V(OK) },
	{ "step limit", 2, long_way, .executions = 1, .verdicts = V(BOUND), .max_steps = 30,
	  .no_oracle = true },
};

const unsigned int nr_problems = sizeof(problems) / sizeof(problems[0]);
