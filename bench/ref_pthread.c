// SPDX-License-Identifier: MIT
/* The references in C: pthread mutexes, and malloc with free. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static pthread_mutex_t ref_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t ref_objects[BENCH_OBJECTS] = {
	[0 ... BENCH_OBJECTS - 1] = PTHREAD_MUTEX_INITIALIZER
};
static unsigned long ref_counter;

void ref_pthread_lock(unsigned long iterations)
{
	pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

	while (iterations--) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
}

void ref_pthread_contended(unsigned long iterations)
{
	while (iterations--) {
		pthread_mutex_lock(&ref_mutex);
		ref_counter++;
		pthread_mutex_unlock(&ref_mutex);
	}
}

/* The limit: an order known beforehand needs no back-off. @sets are sorted. */
void ref_pthread_ordered(const bench_set *sets, unsigned int objects, unsigned long iterations)
{
	unsigned long n;
	unsigned int i;

	for (n = 0; n < iterations; n++) {
		const unsigned char *set = sets[n % BENCH_SETS];

		for (i = 0; i < objects; i++)
			pthread_mutex_lock(&ref_objects[set[i]]);
		for (i = objects; i--;)
			pthread_mutex_unlock(&ref_objects[set[i]]);
	}
}

static void __attribute__((noinline)) ref_called(void *p)
{
	__asm__ volatile("" : : "r"(p) : "memory");
}

void ref_malloc_cycle(unsigned long size, unsigned long iterations)
{
	void (*volatile call)(void *) = ref_called;

	while (iterations--) {
		void *p = malloc(size);

		call(p);
		free(p);
	}
}
