// SPDX-License-Identifier: MIT
/*
 * Readers that look at a sequence before and after, and read again if it has changed or was odd: they
 * never see half of a change, and never keep the writer waiting.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/seqlock.h>

struct clock {
	seqlock_t lock;
	seqcount_mutex_t seq;
	struct mutex mutex; /* of writers of seq */
	int hours, minutes; /* equal */
	bool torn;
};

static struct clock *clock_new(struct kunit *test)
{
	struct clock *c = litmus_zalloc(test, struct clock);

	seqlock_init(&c->lock);
	mutex_init(&c->mutex);
	seqcount_mutex_init(&c->seq, &c->mutex);
	return c;
}

static void compare(struct clock *c, int hours, int minutes)
{
	if (hours != minutes)
		WRITE_ONCE(c->torn, true);
}

static void tick(struct clock *c)
{
	WRITE_ONCE(c->hours, c->hours + 1);
	WRITE_ONCE(c->minutes, c->minutes + 1);
}

static void write_seqlocked(void *arg, unsigned int me)
{
	struct clock *c = arg;

	write_seqlock(&c->lock);
	tick(c);
	write_sequnlock(&c->lock);
}

static void read_seqlocked(void *arg, unsigned int me)
{
	struct clock *c = arg;
	unsigned int seq;
	int hours, minutes;

	do {
		seq = read_seqbegin(&c->lock);
		hours = READ_ONCE(c->hours);
		minutes = READ_ONCE(c->minutes);
	} while (read_seqretry(&c->lock, seq));
	compare(c, hours, minutes);
}

static void reader_writer(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_seqlocked, read_seqlocked);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

static void two_writers(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_seqlocked, write_seqlocked, read_seqlocked);
	KUNIT_EXPECT_FALSE(test, c->torn);
	KUNIT_EXPECT_EQ(test, c->hours, 2);
}

static void two_readers(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_seqlocked, read_seqlocked, read_seqlocked);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

/* A count whose writers have a lock of their own. */
static void write_counted(void *arg, unsigned int me)
{
	struct clock *c = arg;

	mutex_lock(&c->mutex);
	write_seqcount_begin(&c->seq);
	tick(c);
	write_seqcount_end(&c->seq);
	mutex_unlock(&c->mutex);
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

static void counted(struct kunit *test)
{
	struct clock *c = clock_new(test);

	litmus_run_each(test, c, write_counted, read_counted);
	KUNIT_EXPECT_FALSE(test, c->torn);
}

LITMUS_SUITE(KUNIT_CASE(reader_writer), KUNIT_CASE(two_writers), KUNIT_CASE(two_readers),
	     KUNIT_CASE(counted));
