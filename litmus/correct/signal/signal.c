// SPDX-License-Identifier: MIT
/*
 * Waits that a signal ends. Who is interrupted has not got what it waited for: it gives back the rest
 * and goes.
 */
#include "../../litmus.h"
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

struct scene {
	struct mutex outer, inner;
	struct completion done;
	wait_queue_head_t wq;
	struct task_struct *victim; /* with a reference */
	int cond, both;
	atomic_t interrupted, through;
};

static struct scene *scene_new(struct kunit *test)
{
	struct scene *s = litmus_zalloc(test, struct scene);

	mutex_init(&s->outer);
	mutex_init(&s->inner);
	init_completion(&s->done);
	init_waitqueue_head(&s->wq);
	return s;
}

static void scene_fini(struct kunit *test, struct scene *s)
{
	KUNIT_EXPECT_EQ(test, atomic_read(&s->interrupted) + atomic_read(&s->through), 1);
	put_task_struct(s->victim);
}

/* "Here I am": from now on a signal can come. */
static void be_victim(struct scene *s)
{
	get_task_struct(current);
	WRITE_ONCE(s->victim, current);
}

static void count(struct scene *s, int ret)
{
	atomic_inc(ret ? &s->interrupted : &s->through);
	flush_signals(current);
}

static void interrupt(void *arg, unsigned int me)
{
	struct scene *s = arg;
	struct task_struct *t = READ_ONCE(s->victim);

	if (t)
		send_sig(SIGINT, t, 0);
}

static void lock_interruptible(void *arg, unsigned int me)
{
	struct scene *s = arg;
	int ret;

	be_victim(s);
	mutex_lock(&s->outer);
	ret = mutex_lock_interruptible(&s->inner);
	if (!ret) {
		s->both++;
		mutex_unlock(&s->inner);
	}
	mutex_unlock(&s->outer);
	count(s, ret);
}

static void lock_inner(void *arg, unsigned int me)
{
	struct scene *s = arg;

	mutex_lock(&s->inner);
	s->both++;
	mutex_unlock(&s->inner);
}

static void lock_outer(void *arg, unsigned int me)
{
	struct scene *s = arg;

	mutex_lock(&s->outer);
	mutex_unlock(&s->outer);
}

static void mutex_interrupted(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, lock_interruptible, lock_inner, interrupt);
	scene_fini(test, s);
}

static void mutex_interrupted_then_outer(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, lock_interruptible, lock_inner, lock_outer, interrupt);
	scene_fini(test, s);
}

static void wait_interruptible(void *arg, unsigned int me)
{
	struct scene *s = arg;

	be_victim(s);
	count(s, wait_event_interruptible(s->wq, READ_ONCE(s->cond)));
}

static void set_and_wake(void *arg, unsigned int me)
{
	struct scene *s = arg;

	WRITE_ONCE(s->cond, 1);
	wake_up(&s->wq);
}

static void event_interrupted(struct kunit *test)
{
	struct scene *s = scene_new(test);

	litmus_run_each(test, s, wait_interruptible, set_and_wake, interrupt);
	scene_fini(test, s);
}

/* Nobody completes: without the signal it would wait for good, and the signal always comes. */
static void wait_for_signal(void *arg, unsigned int me)
{
	struct scene *s = arg;

	count(s, wait_for_completion_interruptible(&s->done));
}

static void interrupt_child(struct kunit *test)
{
	struct scene *s = scene_new(test);
	struct litmus_seat seat = { .fn = wait_for_signal, .arg = s };

	seat.task = ls_task_start(litmus_seat_main, &seat, "litmus");
	KUNIT_ASSERT_NOT_NULL(test, seat.task);
	send_sig(SIGINT, seat.task, 0);
	litmus_join(&seat, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&s->interrupted), 1);
}

LITMUS_SUITE(KUNIT_CASE(mutex_interrupted), KUNIT_CASE(mutex_interrupted_then_outer),
	     KUNIT_CASE(event_interrupted), KUNIT_CASE(interrupt_child));
