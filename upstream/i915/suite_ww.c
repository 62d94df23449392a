// SPDX-License-Identifier: MIT
/* Acquire contexts over several objects: who dies, who backs off, who waits. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/random.h>
#include <linux/sched/signal.h>

#include "fixture.h"

#define NR_OBJECTS 6
#define NR_TASKS   4
#define NR_ROUNDS  40

static void objects_put(struct drm_i915_gem_object **obj, int nr)
{
	while (nr--)
		i915_gem_object_put(obj[nr]);
}

static int objects_new(struct kunit *test, struct drm_i915_gem_object **obj, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		obj[i] = i915_gem_object_create_shmem(fixture_device(test), PAGE_SIZE);
		if (IS_ERR(obj[i])) {
			int err = PTR_ERR(obj[i]);

			objects_put(obj, i);
			return err;
		}
	}
	return 0;
}

/* Locking an object again in the same context is no error and takes no reference. */
static void ww_again(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	struct i915_gem_ww_ctx ww;

	FIXTURE_OK(test, objects_new(test, &obj, 1), out);
	i915_gem_ww_ctx_init(&ww, false);
	KUNIT_EXPECT_EQ(test, i915_gem_object_lock(obj, &ww), 0);
	KUNIT_EXPECT_EQ(test, i915_gem_object_lock(obj, &ww), 0);
	KUNIT_EXPECT_EQ(test, kref_read(&obj->base.refcount), 2);
	i915_gem_ww_unlock_single(obj);
	KUNIT_EXPECT_TRUE(test, list_empty(&ww.obj_list));
	KUNIT_EXPECT_EQ(test, kref_read(&obj->base.refcount), 1);
	i915_gem_ww_ctx_fini(&ww);
	objects_put(&obj, 1);
out:
	return;
}

/**
 * struct younger - a context made after the case's own, taking two locks the other way
 * @obj: the case holds obj[0], the younger one obj[1]
 * @ready: obj[1] is locked
 * @go: try obj[0] now
 * @died: the try came back
 * @err: what it came back with
 * @end: what the whole ended with, after backing off
 */
struct younger {
	struct drm_i915_gem_object **obj;
	struct completion ready, go, died;
	int err, end;
	bool intr;
};

static int younger_run(void *arg)
{
	struct younger *y = arg;
	struct i915_gem_ww_ctx ww;

	wait_for_completion(&y->go);
	reinit_completion(&y->go);

	i915_gem_ww_ctx_init(&ww, y->intr);
	y->err = i915_gem_object_lock(y->obj[1], &ww);
	complete(&y->ready);
	wait_for_completion(&y->go);

	if (!y->err)
		y->err = i915_gem_object_lock(y->obj[0], &ww);
	complete(&y->died);

	/* More than once, maybe: the case may still hold the one lock when it let go of the other. */
	y->end = y->err;
	while (y->end == -EDEADLK) {
		y->end = i915_gem_ww_ctx_backoff(&ww);
		if (!y->end)
			y->end = i915_gem_object_lock(y->obj[0], &ww);
		if (!y->end)
			y->end = i915_gem_object_lock(y->obj[1], &ww);
	}
	i915_gem_ww_ctx_fini(&ww);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void younger_start(struct younger *y, struct drm_i915_gem_object **obj, bool intr)
{
	y->obj = obj;
	y->intr = intr;
	init_completion(&y->ready);
	init_completion(&y->go);
	init_completion(&y->died);
}

/* ABBA: the younger context gets -EDEADLK, backs off, and gets both in the end. */
static void ww_backoff(struct kunit *test)
{
	struct drm_i915_gem_object *obj[2];
	struct task_struct *task;
	struct i915_gem_ww_ctx ww;
	struct younger y = {};

	FIXTURE_OK(test, objects_new(test, obj, 2), out);
	younger_start(&y, obj, true);
	task = kthread_run(younger_run, &y, "younger");
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(task), out_obj);

	i915_gem_ww_ctx_init(&ww, true);
	KUNIT_EXPECT_EQ(test, i915_gem_object_lock(obj[0], &ww), 0);
	complete(&y.go);
	wait_for_completion(&y.ready);
	complete(&y.go);
	wait_for_completion(&y.died);
	KUNIT_EXPECT_EQ(test, y.err, -EDEADLK);

	/* It lets go of obj[1] before it sleeps on obj[0]. */
	KUNIT_EXPECT_EQ(test, i915_gem_object_lock(obj[1], &ww), 0);
	i915_gem_ww_ctx_fini(&ww);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	KUNIT_EXPECT_EQ(test, y.end, 0);
	KUNIT_EXPECT_EQ(test, kref_read(&obj[0]->base.refcount), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&obj[1]->base.refcount), 1);
out_obj:
	objects_put(obj, 2);
out:
	return;
}

/* A signal ends the slow path of the back-off, with every reference given back. */
static void ww_backoff_interrupted(struct kunit *test)
{
	struct drm_i915_gem_object *obj[2];
	struct task_struct *task;
	struct i915_gem_ww_ctx ww;
	struct younger y = {};

	FIXTURE_OK(test, objects_new(test, obj, 2), out);
	younger_start(&y, obj, true);
	task = kthread_run(younger_run, &y, "younger");
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(task), out_obj);

	i915_gem_ww_ctx_init(&ww, true);
	KUNIT_EXPECT_EQ(test, i915_gem_object_lock(obj[0], &ww), 0);
	complete(&y.go);
	wait_for_completion(&y.ready);
	complete(&y.go);
	wait_for_completion(&y.died);
	KUNIT_EXPECT_EQ(test, y.err, -EDEADLK);

	send_sig(SIGINT, task, 0);
	KUNIT_EXPECT_EQ(test, kthread_stop(task), 0);
	KUNIT_EXPECT_EQ(test, y.end, -EINTR);
	i915_gem_ww_ctx_fini(&ww);
	KUNIT_EXPECT_EQ(test, kref_read(&obj[0]->base.refcount), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&obj[1]->base.refcount), 1);
out_obj:
	objects_put(obj, 2);
out:
	return;
}

/**
 * struct locker - one of several tasks that lock all objects in orders of their own
 * @obj: NR_OBJECTS of them
 * @counter: guarded by all their locks
 * @err: first error other than -EDEADLK
 * @done: has run all its rounds
 */
struct locker {
	struct drm_i915_gem_object **obj;
	unsigned long *counter;
	struct completion done;
	int err;
};

static int lock_all(struct locker *l)
{
	int order[NR_OBJECTS], i, j, err;
	struct i915_gem_ww_ctx ww;

	for (i = 0; i < NR_OBJECTS; i++) {
		j = get_random_u32_below(i + 1);
		order[i] = order[j];
		order[j] = i;
	}

	for_i915_gem_ww(&ww, err, true)
	{
		err = 0;
		for (i = 0; i < NR_OBJECTS && !err; i++) {
			err = i915_gem_object_lock(l->obj[order[i]], &ww);
			if (!err)
				err = i915_gem_object_pin_pages(l->obj[order[i]]);
			if (!err)
				i915_gem_object_unpin_pages(l->obj[order[i]]);
		}
		if (!err)
			++*l->counter;
	}
	return err;
}

static int locker_run(void *arg)
{
	struct locker *l = arg;
	int i;

	for (i = 0; i < NR_ROUNDS && !l->err; i++)
		l->err = lock_all(l);
	complete(&l->done);

	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Any order from any task: nobody hangs, nobody is left out. */
static void ww_any_order(struct kunit *test)
{
	struct drm_i915_gem_object *obj[NR_OBJECTS];
	struct task_struct *task[NR_TASKS] = {};
	struct locker locker[NR_TASKS] = {};
	unsigned long counter = 0;
	int i, started = 0;

	FIXTURE_OK(test, objects_new(test, obj, NR_OBJECTS), out);
	for (i = 0; i < NR_TASKS; i++) {
		locker[i].obj = obj;
		locker[i].counter = &counter;
		init_completion(&locker[i].done);
		task[i] = kthread_run(locker_run, &locker[i], "locker/%d", i);
		if (IS_ERR(task[i])) {
			KUNIT_FAIL(test, "kthread_run: %ld\n", PTR_ERR(task[i]));
			break;
		}
		started++;
	}

	for (i = 0; i < started; i++) {
		wait_for_completion(&locker[i].done);
		kthread_stop(task[i]);
		KUNIT_EXPECT_EQ(test, locker[i].err, 0);
	}
	KUNIT_EXPECT_EQ(test, counter, (unsigned long)started * NR_ROUNDS);
	objects_put(obj, NR_OBJECTS);
out:
	return;
}

static struct kunit_case ww_cases[] = { KUNIT_CASE(ww_again),
					KUNIT_CASE(ww_backoff),
					KUNIT_CASE(ww_backoff_interrupted),
					KUNIT_CASE(ww_any_order),
					{} };

static struct kunit_suite ww_suite = {
	.name = "i915_ww",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = ww_cases,
};
kunit_test_suites(&ww_suite);
