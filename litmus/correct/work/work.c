// SPDX-License-Identifier: MIT
/*
 * Work items that are queued, and run, while their owner goes away: cancel_work_sync() and flush_work()
 * return when the item does not run any more, and what it used can be freed.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/workqueue.h>

struct job {
	struct work_struct work;
	atomic_t *runs;
	unsigned int requeue; /* how often it queues itself */
};

struct owner {
	struct job *job;
	struct workqueue_struct *wq;
	struct work_struct first, second;
	unsigned int order[2];
	atomic_t runs, queued, turn;
};

static void run_job(struct work_struct *work)
{
	struct job *j = container_of(work, struct job, work);

	atomic_inc(j->runs);
	if (j->requeue) {
		j->requeue--;
		schedule_work(&j->work);
	}
}

static struct owner *owner_new(struct kunit *test, unsigned int requeue)
{
	struct owner *o = litmus_zalloc(test, struct owner);

	o->job = litmus_new(test, struct job);
	o->job->runs = &o->runs;
	o->job->requeue = requeue;
	INIT_WORK(&o->job->work, run_job);
	return o;
}

static void queue(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (schedule_work(&o->job->work))
		atomic_inc(&o->queued);
}

static void cancel_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	cancel_work_sync(&o->job->work);
	kfree(o->job);
}

/* Queued before, it is pending, running or over when the owner cancels it. */
static void cancel_sync_then_free(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	queue(o, 0);
	litmus_run(test, 1, cancel_and_free, o);
	KUNIT_EXPECT_LE(test, atomic_read(&o->runs), 1);
}

/* An item that queues itself again is cancelled for good. */
static void requeueing_cancelled(struct kunit *test)
{
	struct owner *o = owner_new(test, 2);

	queue(o, 0);
	litmus_run(test, 1, cancel_and_free, o);
	KUNIT_EXPECT_LE(test, atomic_read(&o->runs), 3);
}

static void flush_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	flush_work(&o->job->work);
	kfree(o->job);
}

static void flush_then_free(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	queue(o, 0);
	litmus_run(test, 1, flush_and_free, o);
	KUNIT_EXPECT_EQ(test, atomic_read(&o->runs), 1);
}

/* Queued by two: it runs once for both, or once for each. */
static void queued_twice(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	litmus_run_each(test, o, queue, queue);
	flush_work(&o->job->work);
	KUNIT_EXPECT_EQ(test, atomic_read(&o->runs), atomic_read(&o->queued));
	kfree(o->job);
}

/* Queued and cancelled at the same time, and cancelled once more: what was queued ran, or did not. */
static void cancel(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (cancel_work_sync(&o->job->work))
		atomic_inc(&o->turn);
}

static void queue_against_cancel(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	litmus_run_each(test, o, queue, cancel);
	cancel(o, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&o->runs) + atomic_read(&o->turn),
			atomic_read(&o->queued));
	kfree(o->job);
}

/* An ordered queue runs one item after the other, in the order in which they were queued. */
static void first_item(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, first);

	o->order[0] = atomic_inc_return(&o->turn);
}

static void second_item(struct work_struct *work)
{
	struct owner *o = container_of(work, struct owner, second);

	o->order[1] = atomic_inc_return(&o->turn);
}

static void queue_both(void *arg, unsigned int me)
{
	struct owner *o = arg;

	queue_work(o->wq, &o->first);
	queue_work(o->wq, &o->second);
}

static void flush_second(void *arg, unsigned int me)
{
	struct owner *o = arg;

	flush_work(&o->second);
}

static void ordered_queue(struct kunit *test)
{
	struct owner *o = litmus_zalloc(test, struct owner);

	o->wq = alloc_ordered_workqueue("litmus", 0);
	KUNIT_ASSERT_NOT_NULL(test, o->wq);
	INIT_WORK(&o->first, first_item);
	INIT_WORK(&o->second, second_item);
	litmus_run_each(test, o, queue_both, flush_second);
	destroy_workqueue(o->wq);
	KUNIT_EXPECT_EQ(test, o->order[0], 1);
	KUNIT_EXPECT_EQ(test, o->order[1], 2);
}

/* Both items may run at once on an unbound queue: what they share needs its own lock. */
static void unbound_queue(struct kunit *test)
{
	struct owner *o = litmus_zalloc(test, struct owner);

	o->wq = alloc_workqueue("litmus", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, o->wq);
	INIT_WORK(&o->first, first_item);
	INIT_WORK(&o->second, second_item);
	litmus_run(test, 1, queue_both, o);
	destroy_workqueue(o->wq);
	KUNIT_EXPECT_EQ(test, o->order[0] + o->order[1], 3);
}

LITMUS_SUITE(KUNIT_CASE(cancel_sync_then_free), KUNIT_CASE(requeueing_cancelled),
	     KUNIT_CASE(flush_then_free), KUNIT_CASE(queued_twice),
	     KUNIT_CASE(queue_against_cancel), KUNIT_CASE(ordered_queue),
	     KUNIT_CASE(unbound_queue));
