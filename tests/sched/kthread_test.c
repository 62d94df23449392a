// SPDX-License-Identifier: MIT
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <lockstep/test.h>

static int until_stopped(void *data)
{
	int *calls = data;

	WRITE_ONCE(*calls, *calls + 1);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 42;
}

static void kthread_stops(struct kunit *test)
{
	struct task_struct *t;
	int calls = 0;

	t = kthread_create(until_stopped, &calls, "task/%d", 7);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	KUNIT_EXPECT_STREQ(test, t->comm, "task/7");
	/* Its flags are its own once it runs. */
	KUNIT_EXPECT_TRUE(test, t->flags & PF_KTHREAD);
	KUNIT_EXPECT_PTR_EQ(test, kthread_data(t), &calls);
	wake_up_process(t);
	while (!READ_ONCE(calls))
		cond_resched();
	KUNIT_EXPECT_EQ(test, kthread_stop(t), 42);
}

static void kthread_never_woken(struct kunit *test)
{
	struct task_struct *t;
	int calls = 0;

	t = kthread_create(until_stopped, &calls, "idle");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	KUNIT_EXPECT_EQ(test, kthread_stop(t), -EINTR);
	KUNIT_EXPECT_EQ(test, calls, 0);
}

static int exits(void *data)
{
	kthread_complete_and_exit(data, 7);
	return 1;
}

static void kthread_exits(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct task_struct *t, *found;
	struct pid *pid;

	t = kthread_create(exits, &done, "exits");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	pid = get_task_pid(t, PIDTYPE_PID);
	KUNIT_EXPECT_EQ(test, pid_nr(pid), t->pid);
	found = get_pid_task(pid, PIDTYPE_PID);
	KUNIT_EXPECT_PTR_EQ(test, found, t);
	put_task_struct(found);
	wake_up_process(t);
	wait_for_completion(&done);
	KUNIT_EXPECT_EQ(test, ls_task_join(t), 7);
	KUNIT_EXPECT_NULL(test, get_pid_task(pid, PIDTYPE_PID));
	KUNIT_EXPECT_EQ(test, kill_pid(pid, SIGINT, 0), -ESRCH);
	put_pid(pid);
}

static int parks(void *data)
{
	int *loops = data;

	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		WRITE_ONCE(*loops, *loops + 1);
		cond_resched();
	}
	return 0;
}

static void kthread_parks(struct kunit *test)
{
	struct task_struct *t;
	int loops = 0, before, i;

	t = kthread_run(parks, &loops, "parks");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	for (i = 0; i < 20; i++) {
		KUNIT_ASSERT_EQ(test, kthread_park(t), 0);
		before = READ_ONCE(loops);
		usleep_range(50, 100);
		KUNIT_EXPECT_EQ(test, READ_ONCE(loops), before);
		kthread_unpark(t);
		while (READ_ONCE(loops) == before)
			cond_resched();
	}
	KUNIT_ASSERT_EQ(test, kthread_park(t), 0);
	KUNIT_EXPECT_EQ(test, kthread_stop(t), 0);
}

struct item {
	struct kthread_work work;
	struct kthread_delayed_work delayed;
	atomic_t runs;
};

static void item_fn(struct kthread_work *work)
{
	atomic_inc(&container_of(work, struct item, work)->runs);
}

static void delayed_fn(struct kthread_work *work)
{
	atomic_inc(&container_of(work, struct item, delayed.work)->runs);
}

static void kthread_worker_runs(struct kunit *test)
{
	struct kthread_worker *worker;
	struct item item = {};
	int i;

	worker = kthread_create_worker(0, "worker");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, worker);
	kthread_init_work(&item.work, item_fn);
	kthread_init_delayed_work(&item.delayed, delayed_fn);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_TRUE(test, kthread_queue_work(worker, &item.work));
		kthread_flush_work(&item.work);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&item.runs), 100);

	KUNIT_EXPECT_TRUE(test, kthread_queue_delayed_work(worker, &item.delayed, 10000));
	KUNIT_EXPECT_FALSE(test, kthread_queue_delayed_work(worker, &item.delayed, 1));
	KUNIT_EXPECT_TRUE(test, kthread_mod_delayed_work(worker, &item.delayed, 2));
	msleep(5);
	kthread_flush_work(&item.delayed.work);
	for (i = 0; atomic_read(&item.runs) < 101 && i < 1000; i++)
		msleep(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&item.runs), 101);
	KUNIT_EXPECT_TRUE(test, kthread_queue_delayed_work(worker, &item.delayed, 10000));
	KUNIT_EXPECT_TRUE(test, kthread_cancel_delayed_work_sync(&item.delayed));
	KUNIT_EXPECT_FALSE(test, kthread_cancel_work_sync(&item.work));
	kthread_flush_worker(worker);
	kthread_destroy_worker(worker);
	KUNIT_EXPECT_EQ(test, atomic_read(&item.runs), 101);
}

static struct kunit_case kthread_cases[] = {
	KUNIT_CASE(kthread_stops), KUNIT_CASE(kthread_never_woken), KUNIT_CASE(kthread_exits),
	KUNIT_CASE(kthread_parks), KUNIT_CASE(kthread_worker_runs), {}
};

static struct kunit_suite kthread_suite = {
	.name = "sched_kthread",
	.test_cases = kthread_cases,
};

kunit_test_suite(kthread_suite);
