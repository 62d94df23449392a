// SPDX-License-Identifier: MIT
/*
 * Work items whose owner goes away too early, and owners who wait for what waits for them.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/semaphore.h>
#include <linux/workqueue.h>

struct job {
	struct work_struct work;
	atomic_t runs;
};

struct owner {
	struct job *job;
	struct work_struct work;
	struct workqueue_struct *wq;
	struct mutex lock;
	struct semaphore sem;
	bool stop;
	unsigned int first; /* of two items that must not overtake each other */
};

static void run_job(struct work_struct *work)
{
	atomic_inc(&container_of(work, struct job, work)->runs);
}

static struct owner *owner_new(struct kunit *test, work_func_t fn)
{
	struct owner *o = litmus_zalloc(test, struct owner);

	mutex_init(&o->lock);
	sema_init(&o->sem, 1);
	if (fn) {
		INIT_WORK(&o->work, fn);
	} else {
		o->job = litmus_new(test, struct job);
		INIT_WORK(&o->job->work, run_job);
	}
	return o;
}

static void queue(void *arg, unsigned int me)
{
	struct owner *o = arg;

	schedule_work(&o->job->work);
}

/* Freed with the item pending. */
static void queue_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	schedule_work(&o->job->work);
	kfree(o->job);
}

static void free_pending(struct kunit *test)
{
	litmus_run(test, 1, queue_and_free, owner_new(test, NULL));
}

/* cancel_work() takes a pending item off the queue, and does not wait for one that runs. */
static void cancel_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	cancel_work(&o->job->work);
	kfree(o->job);
}

static void free_running(struct kunit *test)
{
	struct owner *o = owner_new(test, NULL);

	queue(o, 0);
	litmus_run(test, 1, cancel_and_free, o);
}

/* Cancelled properly, and then queued again by somebody whom nobody has told. */
static void queue_unless_stopped(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (!READ_ONCE(o->stop))
		schedule_work(&o->job->work);
}

static void stop_cancel_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	cancel_work_sync(&o->job->work);
	WRITE_ONCE(o->stop, true); /* too late */
	kfree(o->job);
}

static void queued_after_cancel(struct kunit *test)
{
	litmus_run_each(test, owner_new(test, NULL), queue_unless_stopped, stop_cancel_free);
}

/* Flushed under the mutex that the item takes: lockdep knows that without the deadlock. */
static void take_mutex(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, work);

	mutex_lock(&o->lock);
	mutex_unlock(&o->lock);
}

static void flush_under_mutex(void *arg, unsigned int me)
{
	struct owner *o = arg;

	mutex_lock(&o->lock);
	flush_work(&o->work);
	mutex_unlock(&o->lock);
}

static void flush_with_mutex(struct kunit *test)
{
	struct owner *o = owner_new(test, take_mutex);

	schedule_work(&o->work);
	litmus_run(test, 1, flush_under_mutex, o);
	flush_work(&o->work);
}

/* The same with a semaphore, which no order of classes tells of. */
static void take_semaphore(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, work);

	down(&o->sem);
	up(&o->sem);
}

static void flush_under_semaphore(void *arg, unsigned int me)
{
	struct owner *o = arg;

	down(&o->sem);
	flush_work(&o->work);
	up(&o->sem);
}

static void flush_with_semaphore(struct kunit *test)
{
	struct owner *o = owner_new(test, take_semaphore);

	schedule_work(&o->work);
	litmus_run(test, 1, flush_under_semaphore, o);
	flush_work(&o->work);
}

/* On an ordered queue an item waits for one that comes after it. */
static void wait_for_job(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, work);

	flush_work(&o->job->work);
}

static void queue_two(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (me)
		queue_work(o->wq, &o->job->work);
	else
		queue_work(o->wq, &o->work);
}

static void flush_on_ordered_queue(struct kunit *test)
{
	struct owner *o = owner_new(test, wait_for_job);

	o->job = litmus_new(test, struct job);
	INIT_WORK(&o->job->work, run_job);
	o->wq = alloc_ordered_workqueue("litmus", 0);
	KUNIT_ASSERT_NOT_NULL(test, o->wq);
	litmus_run(test, 2, queue_two, o);
	destroy_workqueue(o->wq);
	kfree(o->job);
}

/* Two items on an unbound queue, believed to run in the order in which they were queued. */
static void item_one(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, work);

	cmpxchg(&o->first, 0, 1);
}

struct second {
	struct work_struct work;
	struct owner *owner;
};

static void item_two(struct work_struct *work)
{
	struct owner *o = container_of(work, struct second, work)->owner;

	cmpxchg(&o->first, 0, 2);
}

static void unordered_queue(struct kunit *test)
{
	struct second *s = litmus_zalloc(test, struct second);
	struct owner *o = owner_new(test, item_one);

	s->owner = o;
	INIT_WORK(&s->work, item_two);
	o->wq = alloc_workqueue("litmus", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, o->wq);
	queue_work(o->wq, &o->work);
	queue_work(o->wq, &s->work);
	destroy_workqueue(o->wq);
	KUNIT_EXPECT_EQ(test, o->first, 1);
}

LITMUS_SUITE(KUNIT_CASE(free_pending), KUNIT_CASE(free_running), KUNIT_CASE(queued_after_cancel),
	     KUNIT_CASE(flush_with_mutex), KUNIT_CASE(flush_with_semaphore),
	     KUNIT_CASE(flush_on_ordered_queue), KUNIT_CASE(unordered_queue));
