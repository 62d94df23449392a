// SPDX-License-Identifier: MIT
/*
 * A function that may be left from inside any call: it gets a task of its own, and
 * leaving it ends the task, which gives back the locks it still holds.
 */
#include <kunit/test.h>
#include <kunit/try-catch.h>
#include <linux/errno.h>
#include <linux/sched.h>
#include <lockstep/crash.h>
#include <lockstep/explore.h>
#include <lockstep/fault.h>
#include <lockstep/test.h>

/* One task started for a test. Lives on the stack of the task that waits for it. */
struct run {
	void (*fn)(void *arg);
	void *arg;
	struct kunit *test;
	bool returned;
};

static int run_thread(void *arg)
{
	struct run *run = arg;

	current->kunit_test = run->test;
	if (!ls_exploring()) /* explored tasks share a thread, which has one */
		os_crash_stack();
	run->fn(run->arg);
	run->returned = true;
	return 0;
}

/* Returns 0, or -ENOMEM if the task could not start. */
static int run_and_wait(struct run *run, const char *name)
{
	struct task_struct *task;

	/* The task is the runner's need, not the test's: it must not be the one that fails. */
	ls_fail_pause();
	task = ls_task_start(run_thread, run, name);
	ls_fail_resume();
	if (IS_ERR_OR_NULL(task))
		return -ENOMEM;
	ls_task_join(task);
	return 0;
}

/**
 * kunit_try_catch_run() - run @try_catch->try in a task of its own, and wait
 * @try_catch: initialised
 * @context: for both functions
 *
 * Context: Task context, may sleep.
 */
void kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context)
{
	struct run run = { .fn = try_catch->try, .arg = context, .test = try_catch->test };

	try_catch->context = context;
	try_catch->try_result = 0;
	if (run_and_wait(&run, try_catch->test ? try_catch->test->name : "kunit"))
		try_catch->try_result = -ENOMEM;
	else if (!run.returned && !try_catch->try_result)
		try_catch->try_result = -EDEADLK;

	if (try_catch->try_result)
		try_catch->catch(try_catch->context);
}

/**
 * kunit_try_catch_throw() - leave the try function
 * @try_catch: the one that the current task runs
 *
 * Context: Task context; does not return.
 */
void __noreturn kunit_try_catch_throw(struct kunit_try_catch *try_catch)
{
	try_catch->try_result = -EFAULT;
	ls_task_abort();
}

int lockstep_run_task(void (*fn)(void *arg), void *arg)
{
	struct kunit *test = current->kunit_test;
	struct run run = { .fn = fn, .arg = arg, .test = test };

	if (run_and_wait(&run, "run_task"))
		return -ENOMEM;
	if (run.returned)
		return 0;
	if (test && test->try_catch.try_result == -EFAULT)
		return -ECANCELED;
	return -EDEADLK;
}
