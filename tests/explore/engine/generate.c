// SPDX-License-Identifier: MIT
/*
 * Small programs made of a number: what nobody thought of. Two or three tasks do some operations
 * each on few words and locks, so that they meet.
 */
#include <stdio.h>
#include <string.h>

#include "run.h"

enum op {
	OP_LOAD, OP_STORE, OP_ADD, OP_LOCK, OP_TRYLOCK, OP_UNLOCK, OP_SHARED, OP_TRY_SHARED,
	OP_EXCLUSIVE, OP_TRY_EXCLUSIVE, OP_RW_UNLOCK, OP_WAIT, OP_TIMEOUT, OP_EITHER, OP_SPAWN,
	OP_WORK, OP_CHOOSE, OP_SKIP, OP_NOW, OP_GATE, OP_PARK, OP_SIGNAL, OP_NR
};

#define LENGTH	  6
#define PROGRAMS  4 /* one for each task, and one for those that they spawn */
#define WORDS	  2
#define LOCKS	  2

static struct program {
	unsigned int nr_tasks, own_words;
	struct {
		unsigned int nr;
		struct {
			enum op op;
			int what, arg;
		} op[LENGTH];
	} of[PROGRAMS];
} g;

static unsigned long long rng;

static unsigned int below(unsigned int n)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (unsigned int)((rng * 0x2545f4914f6cdd1dULL >> 33) % n);
}

/* --- running one ---------------------------------------------------------------------- */

/* What the running task holds; its own, so nobody sees it. */
struct held {
	int *mutex[LENGTH], *rw[LENGTH];
	bool shared[LENGTH];
	unsigned int nr, nr_rw, nr_children;
	uint64_t seen;
};

/*
 * It saw @v. Work that runs twice at once is known by the same number, and which of the two is
 * first is not to be seen: so that is a sum.
 */
static void see(struct held *h, unsigned int me, uint64_t v)
{
	uint64_t before = h->seen;

	h->seen = (h->seen ^ (v + 1)) * 0x9e3779b97f4a7c15ULL;
	h->seen ^= h->seen >> 29;
	W->saw[me] += h->seen - before;
}

static void run_program(unsigned int which, unsigned int me);

static void spawned(void *arg)
{
	run_program(PROGRAMS - 1, (unsigned int)(long)arg);
}

static void unlock_last(struct held *h)
{
	if (h->nr)
		unlock(h->mutex[--h->nr]);
}

static void unlock_last_rw(struct held *h)
{
	if (!h->nr_rw)
		return;
	h->nr_rw--;
	if (h->shared[h->nr_rw])
		unlock_shared(h->rw[h->nr_rw]);
	else
		unlock_exclusive(h->rw[h->nr_rw]);
}

static void hold(struct held *h, int *mutex)
{
	h->mutex[h->nr++] = mutex;
}

static void hold_rw(struct held *h, int *rw, bool shared)
{
	h->rw[h->nr_rw] = rw;
	h->shared[h->nr_rw++] = shared;
}

static void on_locks(enum op op, int what, struct held *h, unsigned int me)
{
	int *mutex = &W->lock[what % LOCKS], *rw = &W->rw[0];
	bool ok = true;

	switch (op) {
	case OP_LOCK:
		lock(mutex);
		hold(h, mutex);
		return;
	case OP_TRYLOCK:
		ok = trylock(mutex);
		if (ok)
			hold(h, mutex);
		break;
	case OP_SHARED:
		lock_shared(rw);
		hold_rw(h, rw, true);
		return;
	case OP_TRY_SHARED:
		ok = trylock_shared(rw);
		if (ok)
			hold_rw(h, rw, true);
		break;
	case OP_EXCLUSIVE:
		lock_exclusive(rw);
		hold_rw(h, rw, false);
		return;
	case OP_TRY_EXCLUSIVE:
		ok = trylock_exclusive(rw);
		if (ok)
			hold_rw(h, rw, false);
		break;
	default:
		break;
	}
	see(h, me, ok);
}

static void on_words(enum op op, int what, int arg, struct held *h, unsigned int me)
{
	int *x = &W->x[what % WORDS], *other = &W->x[(what + 1) % WORDS];

	switch (op) {
	case OP_LOAD:
		see(h, me, (uint64_t)load(x));
		break;
	case OP_STORE:
		store(x, arg);
		break;
	case OP_ADD:
		see(h, me, (uint64_t)add(x, 1));
		break;
	case OP_WAIT:
		wait_for(x, OS_NEVER);
		see(h, me, (uint64_t)*x);
		break;
	case OP_TIMEOUT:
		see(h, me, wait_for(x, arg ? 5000000 : 1000000));
		break;
	case OP_EITHER:
		wait_for_either(x, other);
		see(h, me, (uint64_t)(*x * 10 + *other));
		break;
	case OP_NOW:
		load(x);
		see(h, me, ls_seam->now());
		break;
	case OP_CHOOSE:
		ls_point(LS_OP_ALLOC, NULL);
		see(h, me, choose(2));
		break;
	default:
		break;
	}
}

static void on_tasks(enum op op, struct held *h, unsigned int me)
{
	switch (op) {
	case OP_SPAWN:
		/* None of a child. */
		if (me < 4 && h->nr_children < 2)
			spawn(spawned, 4 + (long)me * 2 + h->nr_children++);
		break;
	case OP_WORK:
		if (me >= 4)
			break;
		ls_explorer->spawn_id("work", &W->x[3]);
		spawn(spawned, 12);
		break;
	case OP_GATE: /* a semaphore's way: nobody knows who lets whom in */
		gate_down(&W->x[4]);
		break;
	case OP_SIGNAL:
		gate_up(&W->x[4]);
		break;
	case OP_PARK:
		park_on(&W->x[0]);
		break;
	default:
		break;
	}
}

static void run_program(unsigned int which, unsigned int me)
{
	struct held h = { .nr = 0 };
	uint64_t before;

	for (unsigned int i = 0; i < g.of[which].nr; i++) {
		enum op op = g.of[which].op[i].op;
		int what = g.of[which].op[i].what, arg = g.of[which].op[i].arg;

		if (op == OP_UNLOCK)
			unlock_last(&h);
		else if (op == OP_RW_UNLOCK)
			unlock_last_rw(&h);
		else if (op >= OP_LOCK && op <= OP_TRY_EXCLUSIVE)
			on_locks(op, what, &h, me);
		else if (op == OP_SPAWN || op == OP_WORK || op >= OP_GATE)
			on_tasks(op, &h, me);
		before = h.seen;
		on_words(op, what, arg, &h, me);
		/* What it saw decides how it goes on. */
		if (op == OP_SKIP && before & 2)
			i++;
	}
	while (h.nr_rw)
		unlock_last_rw(&h);
	while (h.nr)
		unlock_last(&h);
}

static void task(long i)
{
	run_program((unsigned int)i, (unsigned int)i);
}

/* --- making one ----------------------------------------------------------------------------- */

static const char *const names[] = {
	"load", "store", "add", "lock", "trylock", "unlock", "lock shared", "trylock shared",
	"lock exclusive", "trylock exclusive", "unlock rw", "wait", "wait, timeout", "wait for either",
	"spawn", "work", "choose", "skip one if", "now", "down", "park", "up",
};

static void setup(void)
{
	W->x[4] = (int)g.own_words;
}

/* Few kinds of operations in one program, so that they have to do with each other. */
const struct problem *generate(unsigned long long seed)
{
	static char name[64];
	static struct problem p;
	enum op kinds[5];
	unsigned int nr_kinds = 2 + (unsigned int)(seed % 4);

	memset(&g, 0, sizeof(g));
	rng = (seed + 1) * 0x9e3779b97f4a7c15ULL;
	below(2);
	g.nr_tasks = 2 + below(2);
	g.own_words = below(3);
	for (unsigned int i = 0; i < nr_kinds; i++)
		kinds[i] = below(OP_NR);
	for (unsigned int t = 0; t < PROGRAMS; t++) {
		unsigned int most = t == PROGRAMS - 1 ? 2 : g.nr_tasks == 2 ? LENGTH - 1 : 3;

		if (t >= g.nr_tasks && t < PROGRAMS - 1)
			continue;
		g.of[t].nr = 1 + below(most);
		for (unsigned int i = 0; i < g.of[t].nr; i++) {
			g.of[t].op[i].op = below(4) ? kinds[below(nr_kinds)] : below(OP_NR);
			g.of[t].op[i].what = (int)below(2);
			g.of[t].op[i].arg = (int)below(2);
		}
	}
	snprintf(name, sizeof(name), "generated %llu", seed);
	p = (struct problem){ .name = name, .nr = g.nr_tasks, .task = task, .setup = setup,
			      .fail_alloc = 1 };
	return &p;
}

void generated_print(void)
{
	printf("%u tasks, semaphore %u\n", g.nr_tasks, g.own_words);
	for (unsigned int t = 0; t < PROGRAMS; t++) {
		for (unsigned int i = 0; i < g.of[t].nr; i++)
			printf("  %s %u: %s %d (%d)\n", t == PROGRAMS - 1 ? "child" : "task", t,
			       names[g.of[t].op[i].op], g.of[t].op[i].what, g.of[t].op[i].arg);
	}
}
