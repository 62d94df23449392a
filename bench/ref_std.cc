// SPDX-License-Identifier: MIT
/* What C++ programs use to take several locks at once: std::lock. */
#include <mutex>
#include <utility>

#include "bench.h"

static std::mutex ref_objects[BENCH_OBJECTS];

template <std::size_t... I>
static void lock_set(const unsigned char *set, std::index_sequence<I...>)
{
	std::lock(ref_objects[set[I]]...);
}

template <std::size_t N>
static void cycle(const bench_set *sets, unsigned long iterations)
{
	for (unsigned long n = 0; n < iterations; n++) {
		const unsigned char *set = sets[n % BENCH_SETS];

		lock_set(set, std::make_index_sequence<N>{});
		for (std::size_t i = N; i--;)
			ref_objects[set[i]].unlock();
	}
}

void ref_std_lock(const bench_set *sets, unsigned int objects, unsigned long iterations)
{
	switch (objects) {
	case 2: return cycle<2>(sets, iterations);
	case 8: return cycle<8>(sets, iterations);
	case 32: return cycle<32>(sets, iterations);
	}
}
