/* SPDX-License-Identifier: MIT */
#ifndef WORLD_H
#define WORLD_H

/*
 * A world small enough to know all about: primitives written straight against what
 * lockstep/explore.h asks of them, and some memory for them. No kernel world is needed, so that
 * what these tests find lies in explore/.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lockstep/explore.h"
#include "lockstep/os.h"
#include "explore.h"

#define TASKS_MAX 64

/* All that a snapshot has to bring back, and all that one execution can leave behind. */
struct world {
	int lock[16];
	int rw[8];		/* readers that hold it, or -1 */
	int x[160];
	uint64_t saw[TASKS_MAX];	/* what each task saw, in its order */
};

extern union world_memory {
	struct world w;
	char bytes[16384]; /* whole pages */
} world_memory;

#define W (&world_memory.w)

void lock(int *l);
bool trylock(int *l);
void unlock(int *l);
/* The same by a wait that names its access itself. */
void lock_named(int *l);

void lock_shared(int *l);
bool trylock_shared(int *l);
void unlock_shared(int *l);
void lock_exclusive(int *l);
bool trylock_exclusive(int *l);
void unlock_exclusive(int *l);

int load(const int *x);
void store(int *x, int v);
int add(int *x, int by);
bool cas(int *x, int from, int to);
void relax(void);

/* Wait until *@x is not zero. @ns from now it gives up, unless that is OS_NEVER: false. */
bool wait_for(const int *x, unsigned long long ns);
/* The same, but asked again also when *@other changes: either will do. */
void wait_for_either(const int *x, const int *other);

/* A semaphore. */
void gate_down(int *count);
void gate_up(int *count);
/* Sleep on the word while it is zero, as a task that the seam puts to sleep. */
void park_on(const int *x);

unsigned int choose(unsigned int nr);
void *spawn(void (*fn)(void *arg), long arg);
void join(void *task);

/* The running task saw @v: belongs to what the execution has as its result. */
void saw(unsigned int task, uint64_t v);
uint64_t world_digest(void);

#endif /* WORLD_H */
