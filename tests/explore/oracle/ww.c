// SPDX-License-Identifier: MIT
/*
 * w/w mutexes for the oracle: contexts that take all locks, each beginning with another one,
 * and back off when they are told to.
 */
#include <linux/sched/signal.h>
#include <linux/ww_mutex.h>

#include "party.h"

#define LOCKS_MAX 3

static DEFINE_WD_CLASS(wait_die);
static DEFINE_WW_CLASS(wound_wait);

static struct ww_class *class;
static struct ww_mutex lock[LOCKS_MAX];
static unsigned int locks;

static void table(struct ww_class *c, unsigned int nr)
{
	unsigned int i;

	class = c;
	locks = nr;
	for (i = 0; i < nr; i++)
		ww_mutex_init(&lock[i], c);
}

static void drop(unsigned int held)
{
	unsigned int i;

	for (i = 0; i < locks; i++) {
		if (held & BIT(i))
			ww_mutex_unlock(&lock[i]);
	}
}

/* Take all of them, @first first; back off and begin again when told so. */
static void take_all(struct ww_acquire_ctx *ctx, unsigned int first, bool interruptible)
{
	unsigned int held = 0, i, n;
	int ret;

retry:
	for (n = 0; n < locks; n++) {
		i = (first + n) % locks;
		if (held & BIT(i))
			continue;
		ret = interruptible ? ww_mutex_lock_interruptible(&lock[i], ctx) :
				      ww_mutex_lock(&lock[i], ctx);
		if (ret == -EINTR)
			break;
		if (ret == -EDEADLK) {
			drop(held);
			ww_mutex_lock_slow(&lock[i], ctx);
			held = BIT(i);
			goto retry;
		}
		held |= BIT(i);
	}
	drop(held);
}

/* Who comes first is older. */
static void stamped(unsigned int me)
{
	struct ww_acquire_ctx ctx;

	ww_acquire_init(&ctx, class);
	take_all(&ctx, me, false);
	ww_acquire_fini(&ctx);
}

/* Task 0 is the oldest: the contexts are opened before anybody runs. */
static void take(unsigned int me, unsigned int first, bool interruptible)
{
	struct ww_acquire_ctx ctx;

	ls_quiet_begin();
	ww_acquire_init(&ctx, class);
	ls_quiet_end();
	take_all(&ctx, first, interruptible);
	ww_acquire_fini(&ctx);
}

static void from_mine(unsigned int me)
{
	take(me, me, false);
}

/* The youngest begins where the oldest does. */
static void from_same(unsigned int me)
{
	take(me, 0, false);
}

static void from_mine_interruptible(unsigned int me)
{
	take(me, me, true);
}

static void signal_first(unsigned int me)
{
	send_sig(SIGINT, party_task(0), 0);
}

static void signal_second(unsigned int me)
{
	send_sig(SIGINT, party_task(1), 0);
}

static void without_context(unsigned int me)
{
	ww_mutex_lock(&lock[0], NULL);
	ww_mutex_unlock(&lock[0]);
}

static void try(unsigned int me)
{
	if (ww_mutex_trylock(&lock[0], NULL))
		ww_mutex_unlock(&lock[0]);
}

#define WW_CASE(name, class, locks, tasks...)                                                      \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		table(class, locks);                                                               \
		party(test, tasks);                                                                \
	}

/* Each one for both classes. */
#define WW_CASES(name, locks, tasks...)                                                            \
	WW_CASE(wait_die_##name, &wait_die, locks, tasks)                                          \
	WW_CASE(wound_wait_##name, &wound_wait, locks, tasks)

WW_CASES(2x1, 1, from_mine, from_mine)
WW_CASES(3x1, 1, from_mine, from_mine, from_mine)
WW_CASES(2x2, 2, from_mine, from_mine)
WW_CASES(2x2_same, 2, from_same, from_same)
WW_CASES(2x2_stamps, 2, stamped, stamped)
WW_CASES(2x3, 3, from_mine, from_mine)
WW_CASES(3x2, 2, from_mine, from_mine, from_mine)
WW_CASES(3x2_same, 2, from_mine, from_same, from_mine)
WW_CASES(3x3, 3, from_mine, from_mine, from_mine)
WW_CASES(plain, 2, from_mine, from_mine, without_context)
WW_CASES(trylock, 2, from_mine, from_mine, try)
WW_CASES(signal_old, 2, from_mine_interruptible, from_mine, signal_first)
WW_CASES(signal_young, 2, from_mine, from_mine_interruptible, signal_second)

#define WW_BOTH(name) KUNIT_CASE(wait_die_##name), KUNIT_CASE(wound_wait_##name)

static struct kunit_case ww_cases[] = {
	WW_BOTH(2x1),
	WW_BOTH(3x1),
	WW_BOTH(2x2),
	WW_BOTH(2x2_same),
	WW_BOTH(2x2_stamps),
	WW_BOTH(2x3),
	WW_BOTH(3x2),
	WW_BOTH(3x2_same),
	WW_BOTH(3x3),
	WW_BOTH(plain),
	WW_BOTH(trylock),
	WW_BOTH(signal_old),
	WW_BOTH(signal_young),
	{}
};

static struct kunit_suite ww_suite = {
	.name = "oracle_ww",
	.test_cases = ww_cases,
};
kunit_test_suite(ww_suite);

MODULE_LICENSE("MIT");
