// SPDX-License-Identifier: MIT
/* Wait queues: wake-ups, exclusive waiters, timeouts, signals; waiting for bits and variables. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

struct ping {
	wait_queue_head_t wq;
	int turn;
	int rounds;
};

static int pong(void *data)
{
	struct ping *p = data;
	int i;

	for (i = 0; i < p->rounds; i++) {
		wait_event(p->wq, READ_ONCE(p->turn) == 1);
		WRITE_ONCE(p->turn, 0);
		wake_up(&p->wq);
	}
	return 0;
}

/* Two tasks hand a turn back and forth: one lost wake-up and it never ends. */
static void wait_ping_pong(struct kunit *test)
{
	struct ping p = { .rounds = 5000 };
	struct task_struct *t;
	int i;

	init_waitqueue_head(&p.wq);
	t = kthread_run(pong, &p, "pong");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	for (i = 0; i < p.rounds; i++) {
		WRITE_ONCE(p.turn, 1);
		wake_up(&p.wq);
		wait_event(p.wq, READ_ONCE(p.turn) == 0);
	}
	KUNIT_EXPECT_EQ(test, ls_task_join(t), 0);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&p.wq));
}

struct crowd {
	wait_queue_head_t wq;
	atomic_t tickets;
	atomic_t woken;
};

static bool take_ticket(struct crowd *c)
{
	return atomic_dec_if_positive(&c->tickets) >= 0;
}

static int exclusive_waiter(void *data)
{
	struct crowd *c = data;

	if (!wait_event_interruptible_exclusive(c->wq, take_ticket(c)))
		atomic_inc(&c->woken);
	return 0;
}

/* n tickets and wake_up_nr(n) let exactly n exclusive waiters go. */
static void wait_exclusive(struct kunit *test)
{
	struct task_struct *t[6];
	struct crowd c = {};
	int i, tries;

	init_waitqueue_head(&c.wq);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_run(exclusive_waiter, &c, "waiter%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
		get_task_struct(t[i]);
	}
	atomic_set(&c.tickets, 2);
	wake_up_nr(&c.wq, 2);
	for (tries = 0; atomic_read(&c.woken) < 2 && tries < 2000; tries++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.woken), 2);
	atomic_set(&c.tickets, 4);
	wake_up_all(&c.wq);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		KUNIT_EXPECT_EQ(test, ls_task_join(t[i]), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&c.woken), 6);
}

static void wait_timeout(struct kunit *test)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wq);
	unsigned long start = jiffies;
	bool never = false;

	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, READ_ONCE(never), 20), 0);
	KUNIT_EXPECT_GE(test, jiffies - start, 20);
	KUNIT_EXPECT_GE(test, wait_event_timeout(wq, true, 20), 20);
	/* True at the last moment is success, even with no time left. */
	KUNIT_EXPECT_EQ(test, wait_event_timeout(wq, true, 0), 1);
	KUNIT_EXPECT_EQ(test,
			wait_event_interruptible_hrtimeout(wq, READ_ONCE(never), ms_to_ktime(5)),
			-ETIME);
}

static void wait_interrupted(struct kunit *test)
{
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wq);
	bool never = false;

	KUNIT_ASSERT_EQ(test, send_sig(SIGINT, current, 0), 0);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible(wq, READ_ONCE(never)), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible_timeout(wq, READ_ONCE(never), 1000),
			-ERESTARTSYS);
	/* Only SIGKILL ends a killable wait. */
	KUNIT_EXPECT_EQ(test, wait_event_killable_timeout(wq, READ_ONCE(never), 5), 0);
	KUNIT_EXPECT_EQ(test, wait_event_interruptible(wq, true), 0);
	KUNIT_ASSERT_EQ(test, send_sig(SIGKILL, current, 0), 0);
	KUNIT_EXPECT_EQ(test, wait_event_killable(wq, READ_ONCE(never)), -ERESTARTSYS);
	KUNIT_EXPECT_FALSE(test, waitqueue_active(&wq));
	flush_signals(current);
	KUNIT_EXPECT_FALSE(test, signal_pending(current));
	KUNIT_EXPECT_EQ(test, send_sig(-1, current, 0), -EINVAL);
}

static int sleeper(void *data)
{
	struct crowd *c = data;

	return wait_event_interruptible(c->wq, atomic_read(&c->tickets));
}

static void wait_interrupted_asleep(struct kunit *test)
{
	struct task_struct *t;
	struct crowd c = {};

	init_waitqueue_head(&c.wq);
	t = kthread_run(sleeper, &c, "sleeper");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	while (!waitqueue_active(&c.wq))
		cond_resched();
	send_sig(SIGUSR1, t, 0);
	KUNIT_EXPECT_EQ(test, ls_task_join(t), -ERESTARTSYS);
}

static int bit_setter(void *data)
{
	unsigned long *word = data;

	msleep(5);
	clear_and_wake_up_bit(3, word);
	return 0;
}

static void wait_for_bit(struct kunit *test)
{
	unsigned long word = BIT(3);
	struct task_struct *t;

	KUNIT_EXPECT_EQ(test, wait_on_bit_timeout(&word, 3, TASK_UNINTERRUPTIBLE, 3), -EAGAIN);
	t = kthread_run(bit_setter, &word, "setter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	KUNIT_EXPECT_EQ(test, wait_on_bit_lock(&word, 3, TASK_UNINTERRUPTIBLE), 0);
	KUNIT_EXPECT_TRUE(test, test_bit(3, &word));
	ls_task_join(t);
	send_sig(SIGINT, current, 0);
	KUNIT_EXPECT_EQ(test, wait_on_bit(&word, 3, TASK_INTERRUPTIBLE), -EINTR);
	flush_signals(current);
}

static int var_setter(void *data)
{
	atomic_t *v = data;

	atomic_set(v, 1);
	smp_mb();
	wake_up_var(v);
	return 0;
}

static void wait_for_var(struct kunit *test)
{
	atomic_t v = ATOMIC_INIT(0);
	struct task_struct *t;

	KUNIT_EXPECT_EQ(test, wait_var_event_timeout(&v, atomic_read(&v), 3), 0);
	t = kthread_run(var_setter, &v, "setter");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wait_var_event(&v, atomic_read(&v));
	KUNIT_EXPECT_EQ(test, ls_task_join(t), 0);
}

static struct kunit_case wait_cases[] = { KUNIT_CASE(wait_ping_pong),
					  KUNIT_CASE(wait_exclusive),
					  KUNIT_CASE(wait_timeout),
					  KUNIT_CASE(wait_interrupted),
					  KUNIT_CASE(wait_interrupted_asleep),
					  KUNIT_CASE(wait_for_bit),
					  KUNIT_CASE(wait_for_var),
					  {} };

static struct kunit_suite wait_suite = {
	.name = "sched_wait",
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);
MODULE_DESCRIPTION("KUnit tests of the scheduler");
MODULE_LICENSE("MIT");
