// SPDX-License-Identifier: MIT
/*
 * Sequence counts and sequence locks.
 */

#include "party.h"
#include <linux/seqlock.h>

static int seq_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static void a_writer_makes_readers_retry(struct kunit *test)
{
	seqlock_t sl;
	unsigned int seq;

	seqlock_init(&sl);
	seq = read_seqbegin(&sl);
	KUNIT_EXPECT_FALSE(test, read_seqretry(&sl, seq));
	write_seqlock(&sl);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&sl.lock));
	write_sequnlock(&sl);
	KUNIT_EXPECT_TRUE(test, read_seqretry(&sl, seq));
	seq = read_seqbegin(&sl);
	KUNIT_EXPECT_EQ(test, seq & 1, 0);
	KUNIT_EXPECT_FALSE(test, read_seqretry(&sl, seq));
}

static void contexts(struct kunit *test)
{
	unsigned long flags;
	seqlock_t sl;

	seqlock_init(&sl);
	write_seqlock_irqsave(&sl, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	write_sequnlock_irqrestore(&sl, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	write_seqlock_irq(&sl);
	write_sequnlock_irq(&sl);
	write_seqlock_bh(&sl);
	KUNIT_EXPECT_TRUE(test, in_softirq());
	write_sequnlock_bh(&sl);
	read_seqlock_excl_irqsave(&sl, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	read_sequnlock_excl_irqrestore(&sl, flags);
}

static void the_second_time_with_the_lock(struct kunit *test)
{
	int seq = 0, rounds = 0;
	seqlock_t sl;

	seqlock_init(&sl);
retry:
	read_seqbegin_or_lock(&sl, &seq);
	rounds++;
	if (!(seq & 1)) {
		write_seqlock(&sl);
		write_sequnlock(&sl);
	} else {
		KUNIT_EXPECT_TRUE(test, spin_is_locked(&sl.lock));
	}
	if (need_seqretry(&sl, seq)) {
		seq = 1;
		goto retry;
	}
	done_seqretry(&sl, seq);
	KUNIT_EXPECT_EQ(test, rounds, 2);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&sl.lock));
}

static void raw_forms(struct kunit *test)
{
	seqcount_t s;
	unsigned int seq;

	seqcount_init(&s);
	preempt_disable();
	write_seqcount_begin(&s);
	KUNIT_EXPECT_EQ(test, raw_read_seqcount(&s), 1);
	/* does not wait for the writer: the reader will have to retry */
	KUNIT_EXPECT_EQ(test, raw_seqcount_begin(&s), 0);
	KUNIT_EXPECT_FALSE(test, raw_seqcount_try_begin(&s, seq));
	write_seqcount_end(&s);
	KUNIT_EXPECT_TRUE(test, raw_seqcount_try_begin(&s, seq));
	KUNIT_EXPECT_EQ(test, seq, 2);
	write_seqcount_invalidate(&s);
	KUNIT_EXPECT_TRUE(test, read_seqcount_retry(&s, seq));
	seq = raw_read_seqcount_begin(&s);
	raw_write_seqcount_barrier(&s);
	KUNIT_EXPECT_TRUE(test, __read_seqcount_retry(&s, seq));
	raw_write_seqcount_begin(&s);
	raw_write_seqcount_end(&s);
	KUNIT_EXPECT_EQ(test, s.sequence, 8);
	preempt_enable();
}

static void with_a_mutex(struct kunit *test)
{
	seqcount_mutex_t s;
	DEFINE_MUTEX(lock);
	unsigned int seq;

	seqcount_mutex_init(&s, &lock);
	mutex_lock(&lock);
	seq = read_seqcount_begin(&s);
	write_seqcount_begin(&s);
	/* a reader must not find the writer put aside */
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	write_seqcount_end(&s);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
	KUNIT_EXPECT_TRUE(test, read_seqcount_retry(&s, seq));
	mutex_unlock(&lock);
}

static void without_its_lock(struct kunit *test)
{
	seqcount_spinlock_t s;
	DEFINE_SPINLOCK(lock);

	seqcount_spinlock_init(&s, &lock);
	spin_lock(&lock);
	write_seqcount_begin(&s);
	write_seqcount_end(&s);
	spin_unlock(&lock);
	lockstep_expect_report(test, "assert-held");
	write_seqcount_begin(&s);
	expect_report(test, "assert-held", LS_WARN, &lock);
	write_seqcount_end(&s);
}

static void latch(struct kunit *test)
{
	seqcount_latch_t s = SEQCNT_LATCH_ZERO(s);
	unsigned int seq = read_seqcount_latch(&s);

	KUNIT_EXPECT_FALSE(test, read_seqcount_latch_retry(&s, seq));
	write_seqcount_latch_begin(&s);
	KUNIT_EXPECT_EQ(test, read_seqcount_latch(&s) & 1, 1);
	write_seqcount_latch(&s);
	write_seqcount_latch_end(&s);
	KUNIT_EXPECT_TRUE(test, read_seqcount_latch_retry(&s, seq));
	KUNIT_EXPECT_EQ(test, read_seqcount_latch(&s) & 1, 0);
}

struct pair {
	seqlock_t sl;
	unsigned long a, b;
	bool stop;
};

static int writes(struct party *me)
{
	struct pair *p = me->arg;

	while (!READ_ONCE(p->stop)) {
		write_seqlock(&p->sl);
		WRITE_ONCE(p->a, p->a + 1);
		WRITE_ONCE(p->b, p->b + 1);
		write_sequnlock(&p->sl);
		cond_resched();
	}
	return 0;
}

static void what_is_read_fits_together(struct kunit *test)
{
	struct pair p = {};
	struct party writer;
	unsigned long a, b;
	unsigned int seq;
	int i;

	seqlock_init(&p.sl);
	party_start(test, &writer, writes, &p);
	for (i = 0; i < 20000; i++) {
		do {
			seq = read_seqbegin(&p.sl);
			a = READ_ONCE(p.a);
			b = READ_ONCE(p.b);
		} while (read_seqretry(&p.sl, seq));
		if (a != b)
			break;
	}
	WRITE_ONCE(p.stop, true);
	KUNIT_EXPECT_EQ(test, party_join(&writer), 0);
	KUNIT_EXPECT_EQ(test, i, 20000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_writer_makes_readers_retry),
	KUNIT_CASE(contexts),
	KUNIT_CASE(the_second_time_with_the_lock),
	KUNIT_CASE(raw_forms),
	KUNIT_CASE(with_a_mutex),
	KUNIT_CASE(without_its_lock),
	KUNIT_CASE(latch),
	KUNIT_CASE(what_is_read_fits_together),
	{}
};

static struct kunit_suite suite = {
	.name = "seqlock",
	.init = seq_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
