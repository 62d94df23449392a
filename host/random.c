// SPDX-License-Identifier: MIT
/*
 * Random numbers: a counter, whitened (splitmix64). One word of state, shared by
 * all threads, so that one thread sees the same sequence for the same seed.
 */
#include <sys/random.h>
#include "heap.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"

/*
 * Under an explorer each task has a sequence of its own: what one draws must not depend on how
 * often others have drawn before.
 */
static unsigned long long drawn[OS_HEAP_OWNERS];

static unsigned long long state;
static int seeded;

void os_random_seed(unsigned long long seed)
{
	__atomic_store_n(&state, seed, __ATOMIC_RELAXED);
	__atomic_store_n(&seeded, 1, __ATOMIC_RELEASE);
}

static unsigned long long whiten(unsigned long long z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

unsigned long long os_random(void)
{
	if (ls_heap_base)
		return whiten(whiten(os_heap_owner + 1) +
			      ++drawn[os_heap_owner] * 0x9e3779b97f4a7c15ULL);
	if (!__atomic_load_n(&seeded, __ATOMIC_ACQUIRE)) {
		unsigned long long seed = 0;

		if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
			seed = os_now_real();
		os_random_seed(seed);
	}
	return whiten(__atomic_add_fetch(&state, 0x9e3779b97f4a7c15ULL, __ATOMIC_RELAXED));
}
