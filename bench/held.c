// SPDX-License-Identifier: MIT
/* What one more lock costs while many are held, with every check on. */
#include <linux/lockdep.h>
#include <linux/mutex.h>

#include "bench.h"

#define BENCH_HELD_MAX 47

static struct mutex bench_chain[BENCH_HELD_MAX + 1];
static struct lock_class_key bench_keys[BENCH_HELD_MAX + 1];

int bench_held_init(void)
{
	int i;

	for (i = 0; i <= BENCH_HELD_MAX; i++)
		__mutex_init(&bench_chain[i], "bench_chain", &bench_keys[i]);
	return 0;
}

void bench_held(unsigned int held, unsigned long iterations)
{
	unsigned int i;

	if (held > BENCH_HELD_MAX)
		held = BENCH_HELD_MAX;
	for (i = 0; i < held; i++)
		mutex_lock(&bench_chain[i]);
	while (iterations--) {
		mutex_lock(&bench_chain[BENCH_HELD_MAX]);
		mutex_unlock(&bench_chain[BENCH_HELD_MAX]);
	}
	while (held--)
		mutex_unlock(&bench_chain[held]);
}
