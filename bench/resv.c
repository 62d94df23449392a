// SPDX-License-Identifier: MIT
/* dma_resv locks: alone, contended, and many at once with an acquire context. */
#include <linux/dma-resv.h>
#include <linux/ww_mutex.h>

#include "bench.h"

static struct dma_resv bench_resv;
static struct dma_resv bench_objects[BENCH_OBJECTS];
static unsigned long bench_counter;

int bench_resv_init(void)
{
	int i;

	dma_resv_init(&bench_resv);
	for (i = 0; i < BENCH_OBJECTS; i++)
		dma_resv_init(&bench_objects[i]);
	return 0;
}

void bench_resv_lock(unsigned long iterations)
{
	/* A lock of its own for each task: only the cost of the calls is wanted. */
	struct dma_resv resv;

	dma_resv_init(&resv);
	while (iterations--) {
		dma_resv_lock(&resv, NULL);
		dma_resv_unlock(&resv);
	}
	dma_resv_fini(&resv);
}

void bench_resv_contended(unsigned long iterations)
{
	while (iterations--) {
		dma_resv_lock(&bench_resv, NULL);
		bench_counter++;
		dma_resv_unlock(&bench_resv);
	}
}

static void bench_unlock_set(const unsigned char *set, unsigned int locked)
{
	while (locked--)
		dma_resv_unlock(&bench_objects[set[locked]]);
}

/* Lock all of @set the way a driver does: back off on -EDEADLK, sleep on the contended one. */
static void bench_lock_set(const unsigned char *set, unsigned int objects,
			   struct ww_acquire_ctx *ctx)
{
	int contended = -1;
	unsigned int i;

	for (;;) {
		for (i = 0; i < objects; i++) {
			if ((int)i == contended)
				continue;
			if (dma_resv_lock(&bench_objects[set[i]], ctx) == -EDEADLK)
				break;
		}
		if (i == objects)
			return;

		/* Held: everything before i, and the one that the slow path locked. */
		bench_unlock_set(set, i);
		if (contended > (int)i)
			dma_resv_unlock(&bench_objects[set[contended]]);
		contended = i;
		dma_resv_lock_slow(&bench_objects[set[i]], ctx);
	}
}

void bench_ww(const bench_set *sets, unsigned int objects, unsigned long iterations)
{
	struct ww_acquire_ctx ctx;
	unsigned long n;

	for (n = 0; n < iterations; n++) {
		const unsigned char *set = sets[n % BENCH_SETS];

		ww_acquire_init(&ctx, &reservation_ww_class);
		bench_lock_set(set, objects, &ctx);
		ww_acquire_done(&ctx);
		bench_unlock_set(set, objects);
		ww_acquire_fini(&ctx);
	}
}
