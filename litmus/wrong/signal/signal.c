// SPDX-License-Identifier: MIT
/*
 * Waits that a signal ends, and callers who do not see the difference. Without the signal, at just that
 * moment, nothing is wrong.
 */
#include "../../litmus.h"
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

struct scene {
	struct mutex outer, inner;
	struct completion done;
	struct task_struct *victim; /* with a reference */
	int data, seen;
};

static struct scene *scene_new(struct kunit *test)
{
	struct scene *s = litmus_zalloc(test, struct scene);

	mutex_init(&s->outer);
	mutex_init(&s->inner);
	init_completion(&s->done);
	s->seen = 1;
	return s;
}

static void scene_fini(struct scene *s)
{
	put_task_struct(s->victim);
}

static void be_victim(struct scene *s)
{
	get_task_struct(current);
	WRITE_ONCE(s->victim, current);
}

static void interrupt(void *arg, unsigned int me)
{
	struct scene *s = arg;
	struct task_struct *t = READ_ONCE(s->victim);

	if (t)
		send_sig(SIGINT, t, 0);
}

static void lock_inner(void *arg, unsigned int me)
{
	struct scene *s = arg;

	mutex_lock(&s->inner);
	mutex_unlock(&s->inner);
}

static void lock_outer(void *arg, unsigned int me)
{
	struct scene *s = arg;

	mutex_lock(&s->outer);
	mutex_unlock(&s->outer);
}

/* The path of the error returns without giving the outer lock back. */
static void leak_outer(void *arg, unsigned int me)
{
	struct scene *s = arg;

	be_victim(s);
	mutex_lock(&s->outer);
	if (mutex_lock_interruptible(&s->inner))
		return;
	mutex_unlock(&s->inner);
	mutex_unlock(&s->outer);
}

static void lock_leaked(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, leak_outer, lock_inner, lock_outer, interrupt);
	scene_fini(s);
}

/* The result is not looked at: what is not held is released. */
static void ignore_result(void *arg, unsigned int me)
{
	struct scene *s = arg;

	be_victim(s);
	(void)!mutex_lock_interruptible(&s->inner);
	mutex_unlock(&s->inner);
}

static void result_ignored(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, ignore_result, lock_inner, interrupt);
	scene_fini(s);
}

/* Interrupted, it goes on as if the data were there. */
static void wait_and_read(void *arg, unsigned int me)
{
	struct scene *s = arg;

	be_victim(s);
	(void)!wait_for_completion_interruptible(&s->done);
	s->seen = READ_ONCE(s->data);
}

static void write_and_complete(void *arg, unsigned int me)
{
	struct scene *s = arg;

	WRITE_ONCE(s->data, 1);
	complete(&s->done);
}

static void read_too_early(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, wait_and_read, write_and_complete, interrupt);
	KUNIT_EXPECT_EQ(test, s->seen, 1);
	scene_fini(s);
}

/* Interrupted, it tries again at once, for ever: the signal is still pending. */
static void try_again(void *arg, unsigned int me)
{
	struct scene *s = arg;

	while (wait_for_completion_interruptible(&s->done))
		cond_resched();
}

static void retried_for_ever(struct kunit *test)
{
	struct scene *s = scene_new(test);
	struct litmus_seat seat = { .fn = try_again, .arg = s };

	seat.task = ls_task_start(litmus_seat_main, &seat, "litmus");
	KUNIT_ASSERT_NOT_NULL(test, seat.task);
	send_sig(SIGINT, seat.task, 0);
	litmus_join(&seat, 1); /* and only then would it be completed */
	complete(&s->done);
}

/* The sender has no reference to the task. */
static void say_and_exit(void *arg, unsigned int me)
{
	struct scene *s = arg;

	WRITE_ONCE(s->victim, current);
}

static int say_and_exit_main(void *arg)
{
	say_and_exit(arg, 0);
	return 0;
}

static void start_and_forget(void *arg, unsigned int me)
{
	struct task_struct *t = ls_task_start(say_and_exit_main, arg, "litmus");

	if (t)
		ls_task_join(t);
}

static void no_reference(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, start_and_forget, interrupt);
}

LITMUS_SUITE(KUNIT_CASE(lock_leaked), KUNIT_CASE(result_ignored), KUNIT_CASE(read_too_early),
	     KUNIT_CASE(retried_for_ever), KUNIT_CASE(no_reference));
