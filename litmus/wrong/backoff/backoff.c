// SPDX-License-Identifier: MIT
/*
 * Tasks that hold one lock, try for the other and back off for as long as they do not get it. Each has
 * its first one when the others try: they can go round for ever, and none gets anything done.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/ww_mutex.h>

#define BACKOFF_MAX 3

struct locks {
	struct mutex lock[BACKOFF_MAX];
	unsigned int nr;
};

static void polite(void *arg, unsigned int me)
{
	struct locks *l = arg;
	struct mutex *first = &l->lock[me], *second = &l->lock[(me + 1) % l->nr];

	for (;;) {
		mutex_lock(first);
		if (mutex_trylock(second))
			break;
		mutex_unlock(first);
		cond_resched();
	}
	mutex_unlock(second);
	mutex_unlock(first);
}

static void livelock(struct kunit *test, unsigned int nr)
{
	struct locks *l = litmus_zalloc(test, struct locks);
	unsigned int i;

	l->nr = nr;
	for (i = 0; i < nr; i++)
		mutex_init(&l->lock[i]);
	litmus_run(test, nr, polite, l);
}

LITMUS_SIZE(livelock, 2)
LITMUS_SIZE(livelock, 3)

/* The same in an acquire context, whose stamp a trylock takes no notice of. */
static DEFINE_WW_CLASS(polite_class);

struct ww_locks {
	struct ww_mutex lock[2];
};

static void polite_in_context(void *arg, unsigned int me)
{
	struct ww_locks *l = arg;
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, &polite_class);
	for (;;) {
		ww_mutex_lock(&l->lock[me], &ctx);
		if (ww_mutex_trylock(&l->lock[!me], &ctx))
			break;
		ww_mutex_unlock(&l->lock[me]);
		cond_resched();
	}
	ww_mutex_unlock(&l->lock[!me]);
	ww_mutex_unlock(&l->lock[me]);
	ww_acquire_fini(&ctx);
}

static void livelock_ww(struct kunit *test)
{
	struct ww_locks *l = litmus_zalloc(test, struct ww_locks);

	ww_mutex_init(&l->lock[0], &polite_class);
	ww_mutex_init(&l->lock[1], &polite_class);
	litmus_run(test, 2, polite_in_context, l);
}

/* Against the order by trylock, and after the miss without releasing: as good as no trylock. */
static void keeps_and_waits(void *arg, unsigned int me)
{
	struct locks *l = arg;

	if (!me) {
		mutex_lock(&l->lock[0]);
		mutex_lock_nested(&l->lock[1], 1);
	} else {
		mutex_lock_nested(&l->lock[1], 1);
		if (!mutex_trylock(&l->lock[0]))
			mutex_lock_nested(&l->lock[0], 2);
	}
	mutex_unlock(&l->lock[1]);
	mutex_unlock(&l->lock[0]);
}

static void wait_after_miss(struct kunit *test)
{
	struct locks *l = litmus_zalloc(test, struct locks);

	mutex_init(&l->lock[0]);
	mutex_init(&l->lock[1]);
	litmus_run(test, 2, keeps_and_waits, l);
}

LITMUS_SUITE(KUNIT_CASE(livelock_2), KUNIT_CASE(livelock_3), KUNIT_CASE(livelock_ww),
	     KUNIT_CASE(wait_after_miss));
