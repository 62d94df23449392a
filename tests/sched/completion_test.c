// SPDX-License-Identifier: MIT
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

static void completion_counts(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(c);

	KUNIT_EXPECT_FALSE(test, completion_done(&c));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&c));
	complete(&c);
	complete(&c);
	KUNIT_EXPECT_TRUE(test, completion_done(&c));
	wait_for_completion(&c);
	KUNIT_EXPECT_TRUE(test, try_wait_for_completion(&c));
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&c));
	complete_all(&c);
	wait_for_completion(&c);
	wait_for_completion(&c);
	KUNIT_EXPECT_TRUE(test, completion_done(&c));
	reinit_completion(&c);
	KUNIT_EXPECT_FALSE(test, completion_done(&c));
}

static void completion_timeout(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(c);
	unsigned long start = jiffies;

	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&c, 10), 0);
	KUNIT_EXPECT_GE(test, jiffies - start, 10);
	complete(&c);
	KUNIT_EXPECT_GE(test, wait_for_completion_timeout(&c, 10), 1);
	send_sig(SIGINT, current, 0);
	KUNIT_EXPECT_EQ(test, wait_for_completion_interruptible(&c), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, wait_for_completion_interruptible_timeout(&c, 100), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, wait_for_completion_killable_timeout(&c, 3), 0);
	send_sig(SIGKILL, current, 0);
	KUNIT_EXPECT_EQ(test, wait_for_completion_killable(&c), -ERESTARTSYS);
	flush_signals(current);
}

static int completer(void *data)
{
	struct completion **slot = data;
	struct completion *c;

	while (!kthread_should_stop()) {
		c = xchg(slot, NULL);
		if (c)
			complete(c);
		else
			cond_resched();
	}
	return 0;
}

/* The frame of the completion is reused at once: complete() must be done with it by then. */
static noinline void wait_on_own_stack(struct completion **slot)
{
	DECLARE_COMPLETION_ONSTACK(c);

	smp_store_release(slot, &c);
	wait_for_completion(&c);
	memset(&c, 0x6b, sizeof(c));
	barrier_data(&c);
}

static void completion_on_stack(struct kunit *test)
{
	struct completion *slot = NULL;
	struct task_struct *t;
	int i;

	t = kthread_run(completer, &slot, "completer");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	for (i = 0; i < 2000; i++)
		wait_on_own_stack(&slot);
	KUNIT_EXPECT_EQ(test, kthread_stop(t), 0);
}

static struct kunit_case completion_cases[] = { KUNIT_CASE(completion_counts),
						KUNIT_CASE(completion_timeout),
						KUNIT_CASE(completion_on_stack),
						{} };

static struct kunit_suite completion_suite = {
	.name = "sched_completion",
	.test_cases = completion_cases,
};

kunit_test_suite(completion_suite);
