// SPDX-License-Identifier: MIT
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/spinlock.h>

struct fired {
	struct irq_work work;
	int count;
	bool hardirq;
	bool irqs_off;
	struct irq_work *chain;
};

static void fired_fn(struct irq_work *work)
{
	struct fired *f = container_of(work, struct fired, work);

	f->count++;
	f->hardirq = in_hardirq();
	f->irqs_off = irqs_disabled();
	if (f->chain)
		irq_work_queue(f->chain);
}

static void irq_work_at_once(struct kunit *test)
{
	struct fired f = { .work = IRQ_WORK_INIT(fired_fn) };

	KUNIT_EXPECT_TRUE(test, irq_work_queue(&f.work));
	KUNIT_EXPECT_EQ(test, f.count, 1);
	KUNIT_EXPECT_TRUE(test, f.hardirq);
	KUNIT_EXPECT_TRUE(test, f.irqs_off);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_FALSE(test, in_interrupt());
	KUNIT_EXPECT_FALSE(test, irq_work_is_busy(&f.work));
	irq_work_sync(&f.work);
}

/* With interrupts off a work waits; it runs before the call that turns them on returns. */
static void irq_work_deferred(struct kunit *test)
{
	struct fired second = { .work = IRQ_WORK_INIT(fired_fn) };
	struct fired f = { .work = IRQ_WORK_INIT(fired_fn), .chain = &second.work };
	DEFINE_SPINLOCK(lock);
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	KUNIT_EXPECT_TRUE(test, irq_work_queue(&f.work));
	KUNIT_EXPECT_FALSE(test, irq_work_queue(&f.work));
	KUNIT_EXPECT_EQ(test, f.count, 0);
	KUNIT_EXPECT_TRUE(test, irq_work_is_pending(&f.work));
	spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_EQ(test, f.count, 1);
	KUNIT_EXPECT_EQ(test, second.count, 1);

	local_irq_disable();
	irq_work_queue(&f.work);
	local_irq_save(flags);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, f.count, 1);
	local_irq_enable();
	KUNIT_EXPECT_EQ(test, f.count, 2);
}

struct shared {
	struct irq_work work;
	atomic_t count;
	atomic_t queued;
};

static void shared_fn(struct irq_work *work)
{
	atomic_inc(&container_of(work, struct shared, work)->count);
}

static int queuer(void *data)
{
	struct shared *s = data;
	int i;

	for (i = 0; i < 20000; i++)
		if (irq_work_queue(&s->work))
			atomic_inc(&s->queued);
	return 0;
}

static void irq_work_shared(struct kunit *test)
{
	struct shared s = { .work = IRQ_WORK_INIT(shared_fn) };
	struct task_struct *t[2];
	int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_run(queuer, &s, "queuer%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
		get_task_struct(t[i]);
	}
	for (i = 0; i < 200; i++)
		irq_work_sync(&s.work);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		ls_task_join(t[i]);
	KUNIT_EXPECT_GT(test, atomic_read(&s.count), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.count), atomic_read(&s.queued));
}

struct bell {
	struct tasklet_struct tasklet;
	atomic_t rings;
	bool softirq;
};

static void bell_fn(struct tasklet_struct *t)
{
	struct bell *b = from_tasklet(b, t, tasklet);

	b->softirq = in_serving_softirq();
	atomic_inc(&b->rings);
}

static void tasklet_runs(struct kunit *test)
{
	struct bell b = {};

	tasklet_setup(&b.tasklet, bell_fn);
	tasklet_schedule(&b.tasklet);
	tasklet_kill(&b.tasklet);
	KUNIT_EXPECT_EQ(test, atomic_read(&b.rings), 1);
	KUNIT_EXPECT_TRUE(test, b.softirq);
	tasklet_disable(&b.tasklet);
	tasklet_schedule(&b.tasklet);
	KUNIT_EXPECT_EQ(test, atomic_read(&b.rings), 1);
	tasklet_enable(&b.tasklet);
	tasklet_kill(&b.tasklet);
	KUNIT_EXPECT_EQ(test, atomic_read(&b.rings), 2);
}

static struct kunit_case irq_work_cases[] = { KUNIT_CASE(irq_work_at_once),
					      KUNIT_CASE(irq_work_deferred),
					      KUNIT_CASE(irq_work_shared),
					      KUNIT_CASE(tasklet_runs),
					      {} };

static struct kunit_suite irq_work_suite = {
	.name = "sched_irq_work",
	.test_cases = irq_work_cases,
};

kunit_test_suite(irq_work_suite);
