// SPDX-License-Identifier: MIT
/*
 * Stopping a kernel thread: it looks whether it should stop after it has said that it sleeps; and
 * who stops one that may end by itself holds a reference to its task.
 */
#include "../../litmus.h"
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

struct machine {
	wait_queue_head_t wq;
	int work;
	atomic_t done;
};

static struct machine *machine_new(struct kunit *test)
{
	struct machine *m = litmus_zalloc(test, struct machine);

	init_waitqueue_head(&m->wq);
	return m;
}

static int run_by_state(void *arg)
{
	struct machine *m = arg;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
		atomic_inc(&m->done);
	}
	__set_current_state(TASK_RUNNING);
	return 7;
}

static void stop_sleeping(struct kunit *test)
{
	struct machine *m = machine_new(test);
	struct task_struct *t = kthread_run(run_by_state, m, "machine");
	int ret;

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	ret = kthread_stop(t);
	/* stopped before it began, it never ran */
	KUNIT_EXPECT_TRUE(test, ret == 7 || ret == -EINTR);
}

/* It waits for work, or for the end. */
static int run_by_event(void *arg)
{
	struct machine *m = arg;

	while (!kthread_should_stop()) {
		wait_event_interruptible(m->wq, READ_ONCE(m->work) || kthread_should_stop());
		if (xchg(&m->work, 0))
			atomic_inc(&m->done);
	}
	return 0;
}

static void give_work(void *arg, unsigned int me)
{
	struct machine *m = arg;

	WRITE_ONCE(m->work, 1);
	wake_up(&m->wq);
}

static void stop_working(struct kunit *test)
{
	struct machine *m = machine_new(test);
	struct task_struct *t = kthread_run(run_by_event, m, "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	litmus_run(test, 1, give_work, m);
	kthread_stop(t);
	KUNIT_EXPECT_LE(test, atomic_read(&m->done), 1);
}

/* It may have ended by itself when it is stopped. */
static int run_once(void *arg)
{
	struct machine *m = arg;

	atomic_inc(&m->done);
	return 3;
}

static void stop_ended(struct kunit *test)
{
	struct machine *m = machine_new(test);
	struct task_struct *t = kthread_create(run_once, m, "machine");
	int ret;

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	ret = kthread_stop(t);
	put_task_struct(t);
	KUNIT_EXPECT_EQ(test, ret, atomic_read(&m->done) ? 3 : -EINTR);
}

/* Parked, and woken again to be stopped. */
static int run_parked(void *arg)
{
	struct machine *m = arg;

	while (!kthread_should_stop()) {
		if (kthread_should_park()) {
			atomic_inc(&m->done);
			kthread_parkme();
			continue;
		}
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop() && !kthread_should_park())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 0;
}

static void park_and_stop(struct kunit *test)
{
	struct machine *m = machine_new(test);
	struct task_struct *t = kthread_run(run_parked, m, "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	KUNIT_EXPECT_EQ(test, kthread_park(t), 0);
	KUNIT_EXPECT_LE(test, atomic_read(&m->done), 1); /* 0: parked before it began */
	kthread_unpark(t);
	kthread_stop(t);
}

LITMUS_SUITE(KUNIT_CASE(stop_sleeping), KUNIT_CASE(stop_working), KUNIT_CASE(stop_ended),
	     KUNIT_CASE(park_and_stop));
