// SPDX-License-Identifier: MIT
/*
 * Threads that miss that they should stop, and threads that are gone when they are to be stopped.
 */
#include "../../litmus.h"
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>

struct machine {
	struct mutex lock;
	atomic_t done;
};

static struct machine *machine_new(struct kunit *test)
{
	struct machine *m = litmus_zalloc(test, struct machine);

	mutex_init(&m->lock);
	return m;
}

static void run_and_stop(struct kunit *test, int (*fn)(void *arg))
{
	struct task_struct *t = kthread_run(fn, machine_new(test), "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kthread_stop(t);
}

/* It looks and then says that it sleeps: the wake-up of kthread_stop() falls in between. */
static int check_then_sleep(void *arg)
{
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return 0;
}

static void stop_missed(struct kunit *test)
{
	run_and_stop(test, check_then_sleep);
}

/* It ends by itself, and with it its task, unless kthread_stop() was quicker. */
static int run_once(void *arg)
{
	struct machine *m = arg;

	atomic_inc(&m->done);
	return 0;
}

static void stop_after_exit(struct kunit *test)
{
	run_and_stop(test, run_once);
}

/* The same with a reference: the task stays, but nobody parks any more. */
static void park_after_exit(struct kunit *test)
{
	struct task_struct *t = kthread_create(run_once, machine_new(test), "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	get_task_struct(t);
	wake_up_process(t);
	kthread_park(t);
	kthread_stop_put(t);
}

/* It takes a lock on its way, under which it is stopped. */
static int run_locked(void *arg)
{
	struct machine *m = arg;

	if (!kthread_should_stop()) {
		mutex_lock(&m->lock);
		atomic_inc(&m->done);
		mutex_unlock(&m->lock);
	}
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void stop_under_lock(struct kunit *test)
{
	struct machine *m = machine_new(test);
	struct task_struct *t = kthread_run(run_locked, m, "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	mutex_lock(&m->lock);
	kthread_stop(t);
	mutex_unlock(&m->lock);
}

/* Its data is freed first, and then it is stopped. */
static int run_with_data(void *arg)
{
	struct machine *m = arg;

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		atomic_inc(&m->done);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static void freed_before_stop(struct kunit *test)
{
	struct machine *m = litmus_new(test, struct machine);
	struct task_struct *t = kthread_run(run_with_data, m, "machine");

	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	kfree(m);
	kthread_stop(t);
}

LITMUS_SUITE(KUNIT_CASE(stop_missed), KUNIT_CASE(stop_after_exit), KUNIT_CASE(park_after_exit),
	     KUNIT_CASE(stop_under_lock), KUNIT_CASE(freed_before_stop));
