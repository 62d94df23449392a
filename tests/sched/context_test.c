// SPDX-License-Identifier: MIT
/* Contexts, and the report of a sleep where none is allowed. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <lockstep/test.h>

static void context_counts(struct kunit *test)
{
	unsigned long flags;

	KUNIT_EXPECT_TRUE(test, in_task());
	KUNIT_EXPECT_FALSE(test, in_atomic());
	preempt_disable();
	KUNIT_EXPECT_EQ(test, preempt_count(), 1);
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, in_softirq());
	KUNIT_EXPECT_FALSE(test, in_serving_softirq());
	KUNIT_EXPECT_TRUE(test, in_task());
	local_bh_enable();
	preempt_enable();
	local_irq_save(flags);
	KUNIT_EXPECT_TRUE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, preemptible());
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_TRUE(test, preemptible());
	rcu_read_lock();
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, rcu_preempt_depth(), 2);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, rcu_read_lock_held());
	rcu_read_unlock();
	KUNIT_EXPECT_FALSE(test, rcu_read_lock_held());
}

static void expect_sleep(struct kunit *test, const char *what)
{
	const struct ls_report *r = lockstep_last_report(test);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_STREQ(test, r->rule, "sleep-in-atomic");
	KUNIT_EXPECT_EQ(test, r->class, LS_CONTEXT);
	KUNIT_EXPECT_NOT_NULL_MSG(test, strstr(r->what, what), "\"%s\" lacks \"%s\"", r->what,
				  what);
	KUNIT_EXPECT_GT(test, r->stack.nr, 0);
}

static void sleep_in_atomic(struct kunit *test)
{
	DEFINE_SPINLOCK(lock);

	lockstep_expect_report(test, "sleep-in-atomic");
	preempt_disable();
	might_sleep();
	preempt_enable();
	expect_sleep(test, "preempt_count 0x1");

	lockstep_expect_report(test, "sleep-in-atomic");
	rcu_read_lock();
	might_sleep();
	rcu_read_unlock();
	expect_sleep(test, "rcu depth 1");

	lockstep_expect_report(test, "sleep-in-atomic");
	local_irq_disable();
	might_sleep();
	local_irq_enable();
	expect_sleep(test, "interrupts off");

	lockstep_expect_report(test, "sleep-in-atomic");
	non_block_start();
	might_sleep();
	non_block_end();
	expect_sleep(test, "non-blocking");

	/* One report for one sleep, although both msleep() and schedule() look. */
	lockstep_expect_report(test, "sleep-in-atomic");
	spin_lock(&lock);
	msleep(1);
	spin_unlock(&lock);
	expect_sleep(test, "preempt_count");
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 5);
}

static void schedule_in_atomic(struct kunit *test)
{
	lockstep_expect_report(test, "sleep-in-atomic");
	preempt_disable();
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(1);
	preempt_enable();
	expect_sleep(test, "schedule()");
}

static void lock_in_irq_fn(struct irq_work *work)
{
	might_sleep();
}

static void sleep_in_interrupt(struct kunit *test)
{
	struct irq_work work = IRQ_WORK_INIT(lock_in_irq_fn);

	lockstep_expect_report(test, "sleep-in-atomic");
	irq_work_queue(&work);
	expect_sleep(test, "hardirq");
}

static struct mutex held;

static void die_with_lock(void *unused)
{
	mutex_lock(&held);
	rcu_read_lock();
	local_irq_disable();
	ls_task_abort();
}

/* What an aborted task held is free again, and nobody waits for it in vain. */
static void abort_releases(struct kunit *test)
{
	mutex_init(&held);
	KUNIT_EXPECT_NE(test, lockstep_run_task(die_with_lock, NULL), 0);
	mutex_lock(&held);
	mutex_unlock(&held);
	synchronize_rcu();
}

static struct kunit_case context_cases[] = {
	KUNIT_CASE(context_counts),	KUNIT_CASE(sleep_in_atomic), KUNIT_CASE(schedule_in_atomic),
	KUNIT_CASE(sleep_in_interrupt), KUNIT_CASE(abort_releases),  {}
};

static struct kunit_suite context_suite = {
	.name = "sched_context",
	.test_cases = context_cases,
};

kunit_test_suite(context_suite);
