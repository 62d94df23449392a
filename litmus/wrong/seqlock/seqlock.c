// SPDX-License-Identifier: MIT
/*
 * Readers of a sequence who do not read again, and writers who do not keep each other out.
 */
#include "../../litmus.h"
#include <linux/seqlock.h>

struct clock {
	seqlock_t lock;
	seqcount_t seq;
	int hours, minutes; /* equal */
	bool torn;
};

static struct clock *clock_new(struct kunit *test)
{
	struct clock *c = litmus_zalloc(test, struct clock);

	seqlock_init(&c->lock);
	seqcount_init(&c->seq);
	return c;
}

static void compare(struct clock *c, int hours, int minutes)
{
	if (hours != minutes)
		WRITE_ONCE(c->torn, true);
}

static void tick(struct clock *c)
{
	WRITE_ONCE(c->hours, READ_ONCE(c->hours) + 1);
	WRITE_ONCE(c->minutes, READ_ONCE(c->minutes) + 1);
}

static void write_seqlocked(void *arg, unsigned int me)
{
	struct clock *c = arg;

	write_seqlock(&c->lock);
	tick(c);
	write_sequnlock(&c->lock);
}

/* It begins as one should, and never asks whether it must read again. */
static void read_once(void *arg, unsigned int me)
{
	struct clock *c = arg;
	int hours, minutes;

	read_seqbegin(&c->lock);
	hours = READ_ONCE(c->hours);
	minutes = READ_ONCE(c->minutes);
	compare(c, hours, minutes);
}

static void no_retry(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_seqlocked, read_once);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

/* It asks, but one of its reads comes after. */
static void read_late(void *arg, unsigned int me)
{
	struct clock *c = arg;
	unsigned int seq;
	int hours;

	do {
		seq = read_seqbegin(&c->lock);
		hours = READ_ONCE(c->hours);
	} while (read_seqretry(&c->lock, seq));
	compare(c, hours, READ_ONCE(c->minutes));
}

static void read_after_retry(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_seqlocked, read_late);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

/* Two writers of a plain count without a lock: together they make it even when it should be odd. */
static void write_unlocked(void *arg, unsigned int me)
{
	struct clock *c = arg;

	preempt_disable();
	write_seqcount_begin(&c->seq);
	tick(c);
	write_seqcount_end(&c->seq);
	preempt_enable();
}

static void read_counted(void *arg, unsigned int me)
{
	struct clock *c = arg;
	unsigned int seq;
	int hours, minutes;

	do {
		seq = read_seqcount_begin(&c->seq);
		hours = READ_ONCE(c->hours);
		minutes = READ_ONCE(c->minutes);
	} while (read_seqcount_retry(&c->seq, seq));
	compare(c, hours, minutes);
}

static void two_unlocked_writers(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_unlocked, write_unlocked, read_counted);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

LITMUS_SUITE(KUNIT_CASE(no_retry), KUNIT_CASE(read_after_retry),
	     KUNIT_CASE(two_unlocked_writers));
