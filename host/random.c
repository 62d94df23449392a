// SPDX-License-Identifier: MIT
/*
 * Random numbers: a counter, whitened (splitmix64). One word of state, shared by
 * all threads, so that one thread sees the same sequence for the same seed.
 */
#include <sys/random.h>
#include "lockstep/os.h"

static unsigned long long state;
static int seeded;

void os_random_seed(unsigned long long seed)
{
	__atomic_store_n(&state, seed, __ATOMIC_RELAXED);
	__atomic_store_n(&seeded, 1, __ATOMIC_RELEASE);
}

unsigned long long os_random(void)
{
	unsigned long long z;

	if (!__atomic_load_n(&seeded, __ATOMIC_ACQUIRE)) {
		unsigned long long seed = 0;

		if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
			seed = os_now_real();
		os_random_seed(seed);
	}
	z = __atomic_add_fetch(&state, 0x9e3779b97f4a7c15ULL, __ATOMIC_RELAXED);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}
