// SPDX-License-Identifier: MIT
/* See world.h. */
#include "world.h"

union world_memory world_memory __attribute__((aligned(4096)));

/* Nobody will ever let it go on: sleep for good, so that the engine says so. */
static void sleep_for_good(const int *word)
{
	for (;;)
		ls_seam->park((const unsigned int *)word, (unsigned int)*word, OS_NEVER);
}

static bool is_zero(const void *x)
{
	return !*(const int *)x;
}

static bool is_not_zero(const void *x)
{
	return *(const int *)x;
}

static bool has_no_writer(const void *x)
{
	return *(const int *)x >= 0;
}

/* --- locks -------------------------------------------------------------------- */

void lock(int *l)
{
	if (ls_point_wait(LS_OP_LOCK, l, LS_NONE, is_zero, l, OS_NEVER) == LS_WAIT_STUCK)
		sleep_for_good(l);
	*l = 1;
	ls_touch(l, LS_ACQUIRE);
}

void lock_named(int *l)
{
	if (ls_point_wait(LS_OP_LOCK, l, LS_ACQUIRE, is_zero, l, OS_NEVER) == LS_WAIT_STUCK)
		sleep_for_good(l);
	*l = 1;
}

bool trylock(int *l)
{
	ls_point(LS_OP_TRYLOCK, l);
	if (*l) {
		ls_touch(l, LS_TRY_FAILED);
		return false;
	}
	*l = 1;
	ls_touch(l, LS_TRY);
	return true;
}

void unlock(int *l)
{
	ls_point(LS_OP_UNLOCK, l);
	*l = 0;
	ls_touch(l, LS_RELEASE);
}

void lock_shared(int *l)
{
	if (ls_point_wait(LS_OP_LOCK, l, LS_NONE, has_no_writer, l, OS_NEVER) == LS_WAIT_STUCK)
		sleep_for_good(l);
	++*l;
	ls_touch(l, LS_ACQUIRE_SHARED);
}

bool trylock_shared(int *l)
{
	ls_point(LS_OP_TRYLOCK, l);
	if (*l < 0) {
		ls_touch(l, LS_TRY_FAILED);
		return false;
	}
	++*l;
	ls_touch(l, LS_TRY_SHARED);
	return true;
}

void unlock_shared(int *l)
{
	ls_point(LS_OP_UNLOCK, l);
	--*l;
	ls_touch(l, LS_RELEASE_SHARED);
}

void lock_exclusive(int *l)
{
	if (ls_point_wait(LS_OP_LOCK, l, LS_NONE, is_zero, l, OS_NEVER) == LS_WAIT_STUCK)
		sleep_for_good(l);
	*l = -1;
	ls_touch(l, LS_ACQUIRE);
}

bool trylock_exclusive(int *l)
{
	ls_point(LS_OP_TRYLOCK, l);
	if (*l) {
		ls_touch(l, LS_TRY_FAILED);
		return false;
	}
	*l = -1;
	ls_touch(l, LS_TRY);
	return true;
}

void unlock_exclusive(int *l)
{
	unlock(l);
}

/* --- words ------------------------------------------------------------------------ */

int load(const int *x)
{
	ls_point(LS_OP_LOAD, x);
	return *x;
}

void store(int *x, int v)
{
	ls_point(LS_OP_STORE, x);
	*x = v;
}

int add(int *x, int by)
{
	ls_point(LS_OP_RMW, x);
	return *x += by;
}

bool cas(int *x, int from, int to)
{
	ls_point(LS_OP_RMW, x);
	if (*x != from)
		return false;
	*x = to;
	return true;
}

void relax(void)
{
	ls_point(LS_OP_YIELD, NULL);
}

/* --- waiting, tasks ------------------------------------------------------------------ */

bool wait_for(const int *x, unsigned long long ns)
{
	unsigned long long deadline = ns == OS_NEVER ? OS_NEVER : ls_seam->now() + ns;

	switch (ls_point_wait(LS_OP_WAIT, x, LS_READ, is_not_zero, x, deadline)) {
	case LS_WAIT_TIMEOUT:
		/* What it did not see, it looked at all the same. */
		ls_touch(x, LS_READ);
		return false;
	case LS_WAIT_STUCK:
		sleep_for_good(x);
	}
	return true;
}

struct either {
	const int *a, *b;
};

static bool is_either(const void *arg)
{
	const struct either *e = arg;

	return *e->a || *e->b;
}

void wait_for_either(const int *x, const int *other)
{
	struct either e = { x, other };

	if (ls_explorer)
		ls_explorer->also(other);
	if (ls_point_wait(LS_OP_WAIT, x, LS_READ, is_either, &e, OS_NEVER) == LS_WAIT_STUCK)
		sleep_for_good(x);
	ls_touch(other, LS_READ);
}

void gate_down(int *count)
{
	if (ls_point_wait(LS_OP_LOCK, count, LS_WRITE, is_not_zero, count, OS_NEVER) ==
	    LS_WAIT_STUCK)
		sleep_for_good(count);
	--*count;
}

void gate_up(int *count)
{
	ls_point(LS_OP_RMW, count);
	++*count;
	ls_seam->unpark((const unsigned int *)count, 1);
}

void park_on(const int *x)
{
	while (!load(x))
		ls_seam->park((const unsigned int *)x, 0, OS_NEVER);
}

unsigned int choose(unsigned int nr)
{
	return ls_explorer ? ls_explorer->choose(LS_OP_ALLOC, nr) : 0;
}

void *spawn(void (*fn)(void *arg), long arg)
{
	return ls_seam->spawn(fn, (void *)arg, "t");
}

void join(void *task)
{
	ls_seam->join(task);
}

void saw(unsigned int task, uint64_t v)
{
	uint64_t x = (W->saw[task] ^ (v + 1)) * 0x9e3779b97f4a7c15ULL;

	W->saw[task] = x ^ x >> 29;
}

uint64_t world_digest(void)
{
	const uint64_t *word = (const void *)W;
	uint64_t sum = 1;

	for (unsigned long i = 0; i < sizeof(*W) / sizeof(*word); i++) {
		sum = (sum ^ word[i]) * 0x9e3779b97f4a7c15ULL;
		sum ^= sum >> 29;
	}
	return sum;
}
