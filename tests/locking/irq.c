// SPDX-License-Identifier: MIT
/*
 * Locks and interrupts.
 */

#include "party.h"
#include <linux/hardirq.h>
#include <linux/irq_work.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static DEFINE_SPINLOCK(c);
static DEFINE_RWLOCK(rw);

static int irq_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static void as_hardirq(void (*fn)(void))
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_count_add(HARDIRQ_OFFSET);
	fn();
	preempt_count_sub(HARDIRQ_OFFSET);
	local_irq_restore(flags);
}

static void as_softirq(void (*fn)(void))
{
	preempt_count_add(SOFTIRQ_OFFSET);
	fn();
	preempt_count_sub(SOFTIRQ_OFFSET);
}

static void take_a(void)
{
	spin_lock(&a);
	spin_unlock(&a);
}

static void try_a(void)
{
	if (spin_trylock(&a))
		spin_unlock(&a);
}

static void read_rw(void)
{
	read_lock(&rw);
	read_unlock(&rw);
}

static void take_a_irqsave(void)
{
	unsigned long flags;

	spin_lock_irqsave(&a, flags);
	spin_unlock_irqrestore(&a, flags);
}

static void safe_everywhere(struct kunit *test)
{
	as_hardirq(take_a);
	take_a_irqsave();
	as_softirq(take_a_irqsave);
}

static void open_after_use(struct kunit *test)
{
	const struct ls_report *r;

	as_hardirq(take_a);
	lockstep_expect_report(test, "irq-safety");
	take_a();
	r = expect_report(test, "irq-safety", LS_ORDER, &a);
	KUNIT_EXPECT_STREQ(test, r->what,
			   "'a' is taken in a hard interrupt and also taken with interrupts on");
	KUNIT_EXPECT_EQ(test, r->nr_parts, 2);
	take_a(); /* once */
}

static void use_after_open(struct kunit *test)
{
	take_a();
	lockstep_expect_report(test, "irq-safety");
	as_hardirq(take_a);
	expect_report(test, "irq-safety", LS_ORDER, &a);
}

static void softirq_and_task(struct kunit *test)
{
	as_softirq(take_a);
	spin_lock_bh(&a);
	spin_unlock_bh(&a);
	lockstep_expect_report(test, "irq-safety");
	take_a();
	KUNIT_EXPECT_NOT_NULL(test, strstr(lockstep_last_report(test)->what, "softirq"));
}

static void trylock_in_irq(struct kunit *test)
{
	as_hardirq(try_a);
	take_a();
}

static void readers_do_not_wait_for_readers(struct kunit *test)
{
	as_hardirq(read_rw);
	read_rw();
	lockstep_expect_report(test, "irq-safety");
	write_lock(&rw);
	write_unlock(&rw);
}

/* a is taken in interrupts; b, taken under it, is not safe from them. */
static void through_another_lock(struct kunit *test)
{
	const struct ls_report *r;
	unsigned long flags;

	as_hardirq(take_a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_lock_irqsave(&a, flags);
	lockstep_expect_report(test, "irq-safety");
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock_irqrestore(&a, flags);
	r = expect_report(test, "irq-safety", LS_ORDER, &b);
	KUNIT_EXPECT_STREQ(test, r->what,
			   "'a' is taken in a hard interrupt, and 'b', which is taken under it, is "
			   "taken with interrupts on");
}

/* The same with the dependency first and the interrupt last, over two steps. */
static void through_two_locks(struct kunit *test)
{
	unsigned long flags;

	spin_lock_irqsave(&a, flags);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock_irqrestore(&a, flags);
	spin_lock_irqsave(&b, flags);
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock_irqrestore(&b, flags);
	spin_lock(&c);
	spin_unlock(&c);
	lockstep_expect_report(test, "irq-safety");
	as_hardirq(take_a);
	KUNIT_EXPECT_GE(test, lockstep_last_report(test)->nr_parts, 3);
}

/* b is taken with interrupts off, but they come on while it is held. */
static void on_again_while_held(struct kunit *test)
{
	unsigned long flags;

	as_hardirq(take_a);
	spin_lock_irqsave(&b, flags);
	spin_lock(&a);
	lockstep_expect_report(test, "irq-safety");
	spin_unlock_irqrestore(&b, flags);
	spin_unlock(&a);
	expect_report(test, "irq-safety", LS_ORDER, &a);
}

/* Interrupts come between two locks of a task without an order between them. */
static void an_irq_has_its_own_chain(struct kunit *test)
{
	unsigned long flags;

	spin_lock_irqsave(&a, flags);
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock_irqrestore(&a, flags);
	ls_lockdep_reset();

	spin_lock_irqsave(&c, flags);
	as_hardirq(take_a);
	spin_unlock_irqrestore(&c, flags);
	spin_lock_irqsave(&a, flags);
	spin_lock(&c);
	spin_unlock(&c);
	spin_unlock_irqrestore(&a, flags);
}

static void work_takes_a(struct irq_work *work)
{
	take_a();
}

static void a_real_irq_work(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(work_takes_a);

	take_a_irqsave();
	irq_work_queue(&work);
	irq_work_sync(&work);
	lockstep_expect_report(test, "irq-safety");
	take_a();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(safe_everywhere),
	KUNIT_CASE(open_after_use),
	KUNIT_CASE(use_after_open),
	KUNIT_CASE(softirq_and_task),
	KUNIT_CASE(trylock_in_irq),
	KUNIT_CASE(readers_do_not_wait_for_readers),
	KUNIT_CASE(through_another_lock),
	KUNIT_CASE(through_two_locks),
	KUNIT_CASE(on_again_while_held),
	KUNIT_CASE(an_irq_has_its_own_chain),
	KUNIT_CASE(a_real_irq_work),
	{}
};

static struct kunit_suite suite = {
	.name = "lock_irq",
	.init = irq_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
