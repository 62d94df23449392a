// SPDX-License-Identifier: MIT
/*
 * Spinlocks and reader-writer spinlocks: contexts, exclusion.
 */

#include "party.h"
#include <linux/bit_spinlock.h>
#include <linux/hardirq.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

static int spin_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static void contexts(struct kunit *test)
{
	unsigned long flags, outer;
	spinlock_t lock;

	spin_lock_init(&lock);
	spin_lock(&lock);
	KUNIT_EXPECT_TRUE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	spin_unlock(&lock);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);

	spin_lock_irq(&lock);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irq(&lock);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());

	spin_lock_bh(&lock);
	KUNIT_EXPECT_TRUE(test, in_softirq());
	spin_unlock_bh(&lock);
	KUNIT_EXPECT_FALSE(test, in_softirq());

	local_irq_save(outer);
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	local_irq_restore(outer);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());

	scoped_guard(spinlock_irqsave, &lock)
		KUNIT_EXPECT_TRUE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
}

static void trylock(struct kunit *test)
{
	unsigned long flags;
	spinlock_t lock;

	spin_lock_init(&lock);
	KUNIT_EXPECT_TRUE(test, spin_trylock(&lock));
	KUNIT_EXPECT_FALSE(test, spin_trylock(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	KUNIT_EXPECT_FALSE(test, spin_trylock_irqsave(&lock, flags));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, spin_trylock_irq(&lock));
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, spin_trylock_bh(&lock));
	KUNIT_EXPECT_FALSE(test, in_softirq());
	spin_unlock(&lock);
	KUNIT_EXPECT_TRUE(test, spin_trylock_irqsave(&lock, flags));
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, spin_trylock_irq(&lock));
	spin_unlock_irq(&lock);
	KUNIT_EXPECT_TRUE(test, spin_trylock_bh(&lock));
	spin_unlock_bh(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void rwlock_forms(struct kunit *test)
{
	unsigned long flags;
	rwlock_t lock;

	rwlock_init(&lock);
	read_lock(&lock);
	KUNIT_EXPECT_TRUE(test, read_trylock(&lock));
	KUNIT_EXPECT_FALSE(test, write_trylock(&lock));
	KUNIT_EXPECT_EQ(test, preempt_count(), 2);
	read_unlock(&lock);
	read_unlock(&lock);
	write_lock_irqsave(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, read_trylock(&lock));
	write_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, write_trylock_irqsave(&lock, flags));
	KUNIT_EXPECT_FALSE(test, write_trylock_irqsave(&lock, flags));
	write_unlock_irq(&lock);
	read_lock_irq(&lock);
	read_unlock_irq(&lock);
	write_lock_irq(&lock);
	write_unlock_irq(&lock);
	read_lock_irqsave(&lock, flags);
	read_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void rwlock_bh(struct kunit *test)
{
	rwlock_t lock;

	rwlock_init(&lock);
	read_lock_bh(&lock);
	KUNIT_EXPECT_TRUE(test, in_softirq());
	read_unlock_bh(&lock);
	write_lock_bh(&lock);
	write_unlock_bh(&lock);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void levels(struct kunit *test)
{
	struct {
		spinlock_t lock;
	} n[3];
	unsigned long flags;
	DEFINE_MUTEX(order);
	int i;

	for (i = 0; i < 3; i++)
		spin_lock_init(&n[i].lock);
	spin_lock(&n[0].lock);
	spin_lock_nested(&n[1].lock, SINGLE_DEPTH_NESTING);
	spin_unlock(&n[1].lock);
	spin_unlock(&n[0].lock);
	spin_lock_irqsave(&n[0].lock, flags);
	spin_unlock_irqrestore(&n[0].lock, flags);
	spin_lock_irqsave_nested(&n[0].lock, flags, 2);
	spin_unlock_irqrestore(&n[0].lock, flags);
	mutex_lock(&order);
	for (i = 0; i < 3; i++)
		spin_lock_nest_lock(&n[i].lock, &order);
	for (i = 0; i < 3; i++)
		spin_unlock(&n[i].lock);
	mutex_unlock(&order);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 0);
}

static void dec_and_lock(struct kunit *test)
{
	atomic_t count = ATOMIC_INIT(3);
	unsigned long flags;
	spinlock_t lock;

	spin_lock_init(&lock);
	KUNIT_EXPECT_FALSE(test, atomic_dec_and_lock(&count, &lock));
	KUNIT_EXPECT_FALSE(test, atomic_dec_and_lock_irqsave(&count, &lock, flags));
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_lock(&count, &lock));
	spin_unlock(&lock);
	atomic_set(&count, 1);
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_lock_irqsave(&count, &lock, flags));
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
}

struct crowd {
	spinlock_t spin;
	rwlock_t rw;
	unsigned long bits;
	unsigned long count[3];
};

#define TURNS 2000

static int in_crowd(struct party *me)
{
	struct crowd *c = me->arg;
	unsigned long flags;
	int i;

	for (i = 0; i < TURNS; i++) {
		spin_lock_irqsave(&c->spin, flags);
		c->count[0]++;
		spin_unlock_irqrestore(&c->spin, flags);
		if (i % 4) {
			read_lock(&c->rw);
			if (READ_ONCE(c->count[1]) > 4 * TURNS)
				return -EINVAL;
			read_unlock(&c->rw);
		} else {
			write_lock(&c->rw);
			WRITE_ONCE(c->count[1], c->count[1] + 4);
			write_unlock(&c->rw);
		}
		bit_spin_lock(3, &c->bits);
		c->count[2]++;
		bit_spin_unlock(3, &c->bits);
	}
	return 0;
}

static void nobody_else_inside(struct kunit *test)
{
	struct party party[4];
	struct crowd c = {};
	int i;

	spin_lock_init(&c.spin);
	rwlock_init(&c.rw);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		party_start(test, &party[i], in_crowd, &c);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, c.count[i], ARRAY_SIZE(party) * TURNS);
	KUNIT_EXPECT_EQ(test, c.bits, 0);
}

static void bits(struct kunit *test)
{
	unsigned long word = 0;

	KUNIT_EXPECT_TRUE(test, bit_spin_trylock(7, &word));
	KUNIT_EXPECT_EQ(test, word, BIT(7));
	KUNIT_EXPECT_TRUE(test, bit_spin_is_locked(7, &word));
	KUNIT_EXPECT_FALSE(test, bit_spin_trylock(7, &word));
	KUNIT_EXPECT_TRUE(test, bit_spin_trylock(8, &word));
	bit_spin_unlock(7, &word);
	__bit_spin_unlock(8, &word);
	KUNIT_EXPECT_EQ(test, word, 0);
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static int keeps(struct party *me)
{
	struct crowd *c = me->arg;

	spin_lock(&c->spin);
	write_lock(&c->rw);
	complete(&me->here);
	while (!spin_is_contended(&c->spin) && !rwlock_is_contended(&c->rw))
		cpu_relax();
	write_unlock(&c->rw);
	spin_unlock(&c->spin);
	return 0;
}

static void contention_is_seen(struct kunit *test)
{
	struct party party;
	struct crowd c = {};

	spin_lock_init(&c.spin);
	rwlock_init(&c.rw);
	party_start(test, &party, keeps, &c);
	party_await(&party);
	spin_lock(&c.spin);
	spin_unlock(&c.spin);
	KUNIT_EXPECT_EQ(test, party_join(&party), 0);
	party_start(test, &party, keeps, &c);
	party_await(&party);
	read_lock(&c.rw);
	read_unlock(&c.rw);
	KUNIT_EXPECT_EQ(test, party_join(&party), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(contexts),
	KUNIT_CASE(trylock),
	KUNIT_CASE(rwlock_forms),
	KUNIT_CASE(rwlock_bh),
	KUNIT_CASE(levels),
	KUNIT_CASE(dec_and_lock),
	KUNIT_CASE(bits),
	KUNIT_CASE(nobody_else_inside),
	KUNIT_CASE(contention_is_seen),
	{}
};

static struct kunit_suite suite = {
	.name = "spinlock",
	.init = spin_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
