// SPDX-License-Identifier: MIT
/* drm_exec: many objects, one context, no deadlock. */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <drm/drm_drv.h>
#include <drm/drm_exec.h>
#include <drm/drm_gem.h>
#include <drm/drm_kunit_helpers.h>
#include <kunit/test.h>

#define NR 3

struct exec_fixture {
	struct drm_device *drm;
	struct drm_gem_object obj[NR];
	struct dma_resv resv[NR]; /* of the implementation under test, as drm_exec is */
};

static int exec_test_init(struct kunit *test)
{
	struct exec_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct device *dev;
	int i;

	if (!f)
		return -ENOMEM;
	dev = drm_kunit_helper_alloc_device(test);
	if (IS_ERR_OR_NULL(dev))
		return -ENOMEM;
	f->drm = __drm_kunit_helper_alloc_drm_device(test, dev, sizeof(*f->drm), 0, DRIVER_GEM);
	if (IS_ERR_OR_NULL(f->drm))
		return -ENOMEM;
	for (i = 0; i < NR; i++) {
		dma_resv_init(&f->resv[i]);
		f->obj[i].resv = &f->resv[i];
		drm_gem_private_object_init(f->drm, &f->obj[i], PAGE_SIZE);
	}
	test->priv = f;
	return 0;
}

static void exec_test_exit(struct kunit *test)
{
	struct exec_fixture *f = test->priv;
	int i;

	for (i = 0; f && i < NR; i++) {
		drm_gem_private_object_fini(&f->obj[i]);
		dma_resv_fini(&f->resv[i]);
	}
}

static void nothing(struct kunit *test)
{
	struct drm_exec exec;
	int rounds = 0;

	drm_exec_init(&exec, DRM_EXEC_INTERRUPTIBLE_WAIT, 0);
	drm_exec_until_all_locked(&exec)
		rounds++;
	KUNIT_EXPECT_EQ(test, rounds, 1);
	KUNIT_EXPECT_FALSE(test, drm_exec_is_contended(&exec));
	drm_exec_fini(&exec);
}

static void all_locked(struct kunit *test)
{
	struct exec_fixture *f = test->priv;
	struct drm_gem_object *obj;
	struct drm_exec exec;
	int i, err = 0;

	drm_exec_init(&exec, 0, NR);
	drm_exec_until_all_locked(&exec) {
		for (i = 0; i < NR && !err; i++) {
			err = drm_exec_prepare_obj(&exec, &f->obj[i], 1);
			drm_exec_retry_on_contention(&exec);
		}
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	i = 0;
	drm_exec_for_each_locked_object(&exec, obj)
		KUNIT_EXPECT_PTR_EQ(test, obj, &f->obj[i++]);
	KUNIT_EXPECT_EQ(test, i, NR);
	KUNIT_EXPECT_EQ(test, kref_read(&f->obj[0].refcount), 2);
	drm_exec_fini(&exec);
	KUNIT_EXPECT_EQ(test, kref_read(&f->obj[0].refcount), 1);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(f->obj[0].resv));
}

static int lock_twice(struct exec_fixture *f, u32 flags, int *held)
{
	struct drm_gem_object *obj;
	struct drm_exec exec;
	int err = 0;

	*held = 0;
	drm_exec_init(&exec, flags, 0);
	drm_exec_until_all_locked(&exec) {
		err = drm_exec_lock_obj(&exec, &f->obj[0]);
		drm_exec_retry_on_contention(&exec);
		if (err)
			break;
		err = drm_exec_lock_obj(&exec, &f->obj[0]);
		drm_exec_retry_on_contention(&exec);
		if (err)
			break;
	}
	drm_exec_for_each_locked_object(&exec, obj)
		++*held;
	drm_exec_fini(&exec);
	return err;
}

static void duplicates(struct kunit *test)
{
	int held;

	KUNIT_EXPECT_EQ(test, lock_twice(test->priv, 0, &held), -EALREADY);
	KUNIT_EXPECT_EQ(test, lock_twice(test->priv, DRM_EXEC_IGNORE_DUPLICATES, &held), 0);
	KUNIT_EXPECT_EQ(test, held, 1);
}

static void unlock_one(struct kunit *test)
{
	struct exec_fixture *f = test->priv;
	struct drm_exec exec;
	int err = 0;

	drm_exec_init(&exec, 0, 0);
	drm_exec_until_all_locked(&exec) {
		err = drm_exec_lock_obj(&exec, &f->obj[0]);
		drm_exec_retry_on_contention(&exec);
		if (err)
			break;
		drm_exec_unlock_obj(&exec, &f->obj[0]);
		err = drm_exec_lock_obj(&exec, &f->obj[1]);
		drm_exec_retry_on_contention(&exec);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(f->obj[0].resv));
	KUNIT_EXPECT_TRUE(test, dma_resv_is_locked(f->obj[1].resv));
	drm_exec_fini(&exec);
}

static void array_of_objects(struct kunit *test)
{
	struct exec_fixture *f = test->priv;
	struct drm_gem_object *list[NR];
	struct drm_exec exec;
	int i, err = 0;

	for (i = 0; i < NR; i++)
		list[i] = &f->obj[NR - 1 - i];
	drm_exec_init(&exec, 0, 0);
	drm_exec_until_all_locked(&exec) {
		err = drm_exec_prepare_array(&exec, list, NR, 2);
		drm_exec_retry_on_contention(&exec);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, exec.num_objects, NR);
	drm_exec_fini(&exec);
}

struct runner {
	struct exec_fixture *f;
	bool backwards;
	int err, rounds;
	struct completion done;
};

static int runner_run(void *arg)
{
	struct runner *r = arg;
	int n, i;

	for (n = 0; n < 50 && !r->err; n++) {
		struct drm_exec exec;

		drm_exec_init(&exec, 0, 0);
		drm_exec_until_all_locked(&exec) {
			for (i = 0; i < NR && !r->err; i++) {
				r->err = drm_exec_lock_obj(
					&exec, &r->f->obj[r->backwards ? NR - 1 - i : i]);
				if (r->err == -EDEADLK)
					r->err = 0;
				drm_exec_retry_on_contention(&exec);
			}
		}
		r->rounds += exec.num_objects == NR;
		drm_exec_fini(&exec);
	}
	complete(&r->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Two tasks, opposite orders: both get through every time. */
static void opposite_orders(struct kunit *test)
{
	struct runner r[2] = { { .f = test->priv }, { .f = test->priv, .backwards = true } };
	struct task_struct *task[2];
	int i;

	for (i = 0; i < 2; i++) {
		init_completion(&r[i].done);
		task[i] = kthread_run(runner_run, &r[i], "runner/%d", i);
	}
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_FALSE(test, IS_ERR(task[i]));
		if (IS_ERR(task[i]))
			continue;
		wait_for_completion(&r[i].done);
		kthread_stop(task[i]);
		KUNIT_EXPECT_EQ(test, r[i].err, 0);
		KUNIT_EXPECT_EQ(test, r[i].rounds, 50);
	}
}

static struct kunit_case exec_cases[] = { KUNIT_CASE(nothing),
					  KUNIT_CASE(all_locked),
					  KUNIT_CASE(duplicates),
					  KUNIT_CASE(unlock_one),
					  KUNIT_CASE(array_of_objects),
					  KUNIT_CASE(opposite_orders),
					  {} };

static struct kunit_suite exec_suite = {
	.name = "behaviour_exec",
	.init = exec_test_init,
	.exit = exec_test_exit,
	.test_cases = exec_cases,
};
kunit_test_suites(&exec_suite);
