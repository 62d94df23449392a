// SPDX-License-Identifier: MIT
/* Simple wait queues, collected wake-ups, per-cpu reference counts, capabilities, slots. */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/percpu-refcount.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/smp.h>
#include <linux/swait.h>

struct simple {
	struct swait_queue_head q;
	atomic_t ready;
};

static int simple_waker(void *data)
{
	struct simple *s = data;

	while (!swait_active(&s->q))
		cond_resched();
	atomic_set(&s->ready, 1);
	swake_up_one(&s->q);
	return 0;
}

static void swait_waits(struct kunit *test)
{
	struct task_struct *t;
	struct simple s = {};

	init_swait_queue_head(&s.q);
	KUNIT_EXPECT_EQ(test, swait_event_timeout_exclusive(s.q, atomic_read(&s.ready), 3), 0);
	send_sig(SIGINT, current, 0);
	KUNIT_EXPECT_EQ(test, swait_event_interruptible_exclusive(s.q, atomic_read(&s.ready)),
			-ERESTARTSYS);
	flush_signals(current);
	t = kthread_create(simple_waker, &s, "waker");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wake_up_process(t);
	swait_event_exclusive(s.q, atomic_read(&s.ready));
	KUNIT_EXPECT_EQ(test, ls_task_join(t), 0);
	KUNIT_EXPECT_FALSE(test, swait_active(&s.q));
}

static int sleeps_once(void *data)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (!kthread_should_stop())
		schedule();
	__set_current_state(TASK_RUNNING);
	return 5;
}

/* More tasks than the collection has room for: all are woken nevertheless. */
static void wake_q_wakes(struct kunit *test)
{
	struct task_struct *t[LS_WAKE_Q_MAX + 3];
	DEFINE_WAKE_Q(q);
	int i;

	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_run(sleeps_once, NULL, "sleeper%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
		get_task_struct(t[i]);
		while (READ_ONCE(t[i]->__state) != TASK_UNINTERRUPTIBLE)
			cond_resched();
	}
	/* The first sleep of a new task has this state, too: give all the time to pass it. */
	msleep(5);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		wake_q_add(&q, t[i]);
	KUNIT_EXPECT_FALSE(test, wake_q_empty(&q));
	wake_up_q(&q);
	KUNIT_EXPECT_TRUE(test, wake_q_empty(&q));
	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ(test, ls_task_join(t[i]), 5);
}

static int released;

static void ref_release(struct percpu_ref *ref)
{
	released++;
}

static void percpu_ref_counts(struct kunit *test)
{
	struct percpu_ref ref;

	released = 0;
	KUNIT_ASSERT_EQ(test, percpu_ref_init(&ref, ref_release, 0, GFP_KERNEL), 0);
	percpu_ref_get(&ref);
	KUNIT_EXPECT_TRUE(test, percpu_ref_tryget_live(&ref));
	percpu_ref_put(&ref);
	percpu_ref_kill(&ref);
	KUNIT_EXPECT_TRUE(test, percpu_ref_is_dying(&ref));
	KUNIT_EXPECT_FALSE(test, percpu_ref_tryget_live(&ref));
	KUNIT_EXPECT_EQ(test, released, 0);
	percpu_ref_put(&ref);
	KUNIT_EXPECT_EQ(test, released, 1);
	KUNIT_EXPECT_TRUE(test, percpu_ref_is_zero(&ref));
	KUNIT_EXPECT_FALSE(test, percpu_ref_tryget(&ref));
	percpu_ref_reinit(&ref);
	KUNIT_EXPECT_TRUE(test, percpu_ref_tryget_live(&ref));
	percpu_ref_put_many(&ref, 2);
	KUNIT_EXPECT_EQ(test, released, 2);
	percpu_ref_exit(&ref);
}

static void capabilities(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, capable(CAP_SYS_ADMIN));
	ls_set_capable(CAP_SYS_ADMIN, false);
	KUNIT_EXPECT_FALSE(test, capable(CAP_SYS_ADMIN));
	KUNIT_EXPECT_TRUE(test, capable(CAP_SYS_NICE));
	ls_set_capable(CAP_SYS_ADMIN, true);
	KUNIT_EXPECT_TRUE(test, capable(CAP_SYS_ADMIN));
}

static void count_cpu(void *info)
{
	unsigned long *seen = info;

	*seen |= 1UL << smp_processor_id();
}

struct call {
	unsigned int cpu;
	bool irqs_off, hardirq;
};

static void note_call(void *info)
{
	*(struct call *)info = (struct call){ smp_processor_id(), irqs_disabled(), in_hardirq() };
}

/* On the own processor a plain call, on another one an interrupt. */
static void calls_to_slots(struct kunit *test)
{
	unsigned int own = smp_processor_id(), cpu;
	struct call call;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		KUNIT_EXPECT_EQ(test, smp_call_function_single(cpu, note_call, &call, 1), 0);
		KUNIT_EXPECT_EQ(test, call.cpu, cpu);
		KUNIT_EXPECT_TRUE(test, call.irqs_off);
		KUNIT_EXPECT_EQ(test, call.hardirq, cpu != own);
	}
	KUNIT_EXPECT_EQ(test, smp_processor_id(), own);
	KUNIT_EXPECT_FALSE(test, irqs_disabled());
	KUNIT_EXPECT_EQ(test, preempt_count(), 0);
}

static void slots(struct kunit *test)
{
	unsigned long seen = 0;
	unsigned int own = smp_processor_id();

	KUNIT_EXPECT_GE(test, num_online_cpus(), 1);
	KUNIT_EXPECT_LT(test, own, nr_cpu_ids);
	on_each_cpu(count_cpu, &seen, 1);
	KUNIT_EXPECT_EQ(test, seen, cpu_online_mask->bits[0]);
	KUNIT_EXPECT_EQ(test, smp_processor_id(), own);
	KUNIT_EXPECT_EQ(test, cpumask_weight(cpu_possible_mask), nr_cpu_ids);
	KUNIT_EXPECT_EQ(test, smp_call_function_single(-1, count_cpu, &seen, 1), -ENXIO);
}

static struct kunit_case misc_cases[] = {
	KUNIT_CASE(swait_waits),  KUNIT_CASE(wake_q_wakes), KUNIT_CASE(percpu_ref_counts),
	KUNIT_CASE(capabilities), KUNIT_CASE(slots),
	KUNIT_CASE(calls_to_slots), {}
};

static struct kunit_suite misc_suite = {
	.name = "sched_misc",
	.test_cases = misc_cases,
};

kunit_test_suite(misc_suite);
