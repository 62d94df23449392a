// SPDX-License-Identifier: MIT
/*
 * The life of an imported object, and every way its mapping is given back. The case
 * that shrinks comes first: it shows put_pages being called with the reservation
 * lock held, which tells a report about the free path how far up to look.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <lockstep/task.h>

#include "fixture.h"

#define NR_PAGES 4

static int import_with_pages(struct drm_i915_private *i915, struct dma_buf *dmabuf,
			     struct drm_i915_gem_object **out)
{
	struct drm_i915_gem_object *obj = fixture_import(i915, dmabuf);
	int err;

	if (IS_ERR(obj))
		return PTR_ERR(obj);

	err = fixture_touch_pages(obj);
	if (err) {
		i915_gem_object_put(obj);
		return err;
	}

	*out = obj;
	return 0;
}

/* The shrinker drops the mapping under the lock; nothing is left for the free path. */
static void import_shrink(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj), out_dmabuf);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 1);

	KUNIT_EXPECT_TRUE(test, mock_shrink_object(obj));
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pages(obj));
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 0);

	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
out_dmabuf:
	dma_buf_put(dmabuf);
}

/* Pinned pages stay, whatever the shrinker wants. */
static void import_shrink_pinned(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	obj = fixture_import(i915, dmabuf);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(obj), out_dmabuf);
	FIXTURE_OK(test, i915_gem_object_pin_pages_unlocked(obj), out_obj);

	KUNIT_EXPECT_FALSE(test, mock_shrink_object(obj));
	KUNIT_EXPECT_TRUE(test, i915_gem_object_has_pages(obj));

	i915_gem_object_unpin_pages(obj);
	KUNIT_EXPECT_TRUE(test, mock_shrink_object(obj));
out_obj:
	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
out_dmabuf:
	dma_buf_put(dmabuf);
}

/* The question of the thread: the last reference goes while the pages are mapped. */
static void import_free(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj), out_dmabuf);
	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&dmabuf->attachments));
out_dmabuf:
	dma_buf_put(dmabuf);
}

/* The same when the import holds the last reference to the buffer. */
static void import_free_last(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;
	int err;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	err = import_with_pages(i915, dmabuf, &obj);
	dma_buf_put(dmabuf);
	KUNIT_ASSERT_EQ(test, err, 0);

	i915_gem_object_put(obj);
}

/* A dynamic exporter is pinned and mapped by the core, for the whole attachment. */
static void import_free_dynamic(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;

	dmabuf = mock_export_dynamic(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj), out_dmabuf);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->pinned), 1);
	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->pinned), 0);
out_dmabuf:
	dma_buf_put(dmabuf);
}

/* An import whose pages nobody asked for has nothing to unmap. */
static void import_unused(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	obj = fixture_import(i915, dmabuf);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(obj), out_dmabuf);
	KUNIT_EXPECT_PTR_EQ(test, obj->base.resv, dmabuf->resv);
	KUNIT_EXPECT_EQ(test, obj->base.size, NR_PAGES * PAGE_SIZE);
	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_TRUE(test, list_empty(&dmabuf->attachments));
out_dmabuf:
	dma_buf_put(dmabuf);
}

/* Many imports of one buffer share its lock; the free worker takes them one by one. */
static void import_free_many(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj[4];
	struct dma_buf *dmabuf;
	int n = 0;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	while (n < ARRAY_SIZE(obj)) {
		FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj[n]), out_obj);
		n++;
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), n);
out_obj:
	while (n--)
		i915_gem_object_put(obj[n]);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 0);
	dma_buf_put(dmabuf);
}

/* A buffer comes home: the same object, one more reference, no attachment. */
static void import_self(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj, *again;
	struct dma_buf *dmabuf;

	obj = i915_gem_object_create_shmem(i915, PAGE_SIZE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, obj);

	dmabuf = i915_gem_prime_export(&obj->base, 0);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(dmabuf), out_obj);

	again = fixture_import(i915, dmabuf);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(again), out_dmabuf);
	KUNIT_EXPECT_PTR_EQ(test, again, obj);
	KUNIT_EXPECT_TRUE(test, list_empty(&dmabuf->attachments));
	KUNIT_EXPECT_EQ(test, fixture_touch_pages(again), 0);
	i915_gem_object_put(again);
out_dmabuf:
	dma_buf_put(dmabuf);
out_obj:
	i915_gem_object_put(obj);
}

/* i915 to i915 across devices: the exporter's pages stay pinned while attached. */
static void import_device(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test), *other = fixture_other(test);
	struct drm_i915_gem_object *native, *obj = NULL;
	struct dma_buf *dmabuf;

	native = i915_gem_object_create_shmem(other, NR_PAGES * PAGE_SIZE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, native);

	dmabuf = i915_gem_prime_export(&native->base, 0);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(dmabuf), out_native);

	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj), out_dmabuf);
	KUNIT_EXPECT_PTR_NE(test, obj, native);
	KUNIT_EXPECT_TRUE(test, i915_gem_object_has_pinned_pages(native));

	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pinned_pages(native));
out_dmabuf:
	dma_buf_put(dmabuf);
out_native:
	i915_gem_object_put(native);
}

/* Imports have no struct pages of i915's own: they cannot be mapped for the CPU. */
static void import_pin_map(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj = NULL;
	struct dma_buf *dmabuf;
	void *vaddr;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	obj = fixture_import(i915, dmabuf);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(obj), out_dmabuf);
	vaddr = i915_gem_object_pin_map_unlocked(obj, I915_MAP_WB);
	KUNIT_EXPECT_PTR_EQ(test, vaddr, ERR_PTR(-ENXIO));
	i915_gem_object_put(obj);
out_dmabuf:
	dma_buf_put(dmabuf);
}

/**
 * struct pinner - a task that pins pages while somebody else holds the lock
 * @obj: object
 * @done: pinning came back
 * @err: with what
 */
struct pinner {
	struct drm_i915_gem_object *obj;
	struct completion done;
	int err;
};

static int pinner_run(void *arg)
{
	struct pinner *p = arg;

	p->err = fixture_touch_pages(p->obj);
	complete(&p->done);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* A signal gets a task out of the wait for a foreign lock, with no pages pinned. */
static void import_interrupted(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct task_struct *task;
	struct dma_buf *dmabuf;
	struct pinner p = {};

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);

	p.obj = fixture_import(i915, dmabuf);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(p.obj), out_dmabuf);
	init_completion(&p.done);

	dma_resv_lock(dmabuf->resv, NULL);
	task = kthread_run(pinner_run, &p, "pinner");
	if (!IS_ERR(task)) {
		KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&p.done, HZ / 20), 0);
		send_sig(SIGINT, task, 0);
		wait_for_completion(&p.done);
		KUNIT_EXPECT_EQ(test, p.err, -EINTR);
		kthread_stop(task);
	}
	dma_resv_unlock(dmabuf->resv);
	KUNIT_EXPECT_FALSE(test, IS_ERR(task));
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pages(p.obj));

	i915_gem_object_put(p.obj);
out_dmabuf:
	dma_buf_put(dmabuf);
}

static int drop_main(void *obj)
{
	i915_gem_object_put(obj);
	return 0;
}

/* As the shrinker does, which has taken a reference while it looked at its list. */
static int shrink_main(void *obj)
{
	mock_shrink_object(obj);
	i915_gem_object_put(obj);
	return 0;
}

/*
 * Two imports of one buffer go away while the shrinker looks at one of them. Explored: whoever
 * drops the last reference, and whether the mapping goes by the shrinker or by the free worker.
 */
static void import_free_two_and_shrinker(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct drm_i915_gem_object *obj[2] = {};
	struct task_struct *task[3] = {};
	struct dma_buf *dmabuf;
	int i;

	dmabuf = mock_export_static(NR_PAGES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dmabuf);
	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj[0]), out_dmabuf);
	FIXTURE_OK(test, import_with_pages(i915, dmabuf, &obj[1]), out_obj);

	i915_gem_object_get(obj[0]);
	task[0] = ls_task_start(shrink_main, obj[0], "shrinker");
	if (!task[0])
		i915_gem_object_put(obj[0]);
	for (i = 0; i < 2; i++) {
		task[i + 1] = ls_task_start(drop_main, obj[i], i ? "importer 2" : "importer 1");
		if (task[i + 1])
			obj[i] = NULL;
	}
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_NOT_NULL(test, task[i]);
		if (task[i])
			ls_task_join(task[i]);
	}
out_obj:
	for (i = 0; i < 2; i++)
		if (obj[i])
			i915_gem_object_put(obj[i]);
	i915_gem_drain_freed_objects(i915);
	KUNIT_EXPECT_EQ(test, atomic_read(&to_mock_export(dmabuf)->mapped), 0);
out_dmabuf:
	dma_buf_put(dmabuf);
}

static struct kunit_case import_cases[] = {
	KUNIT_CASE(import_shrink),	 KUNIT_CASE(import_shrink_pinned),
	KUNIT_CASE(import_free),	 KUNIT_CASE(import_free_last),
	KUNIT_CASE(import_free_dynamic), KUNIT_CASE(import_free_many),
	KUNIT_CASE(import_unused),	 KUNIT_CASE(import_self),
	KUNIT_CASE(import_device),	 KUNIT_CASE(import_pin_map),
	KUNIT_CASE(import_interrupted),	 KUNIT_CASE(import_free_two_and_shrinker),
	{}
};

static struct kunit_suite import_suite = {
	.name = "i915_import",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = import_cases,
};
kunit_test_suites(&import_suite);

MODULE_DESCRIPTION("i915's GEM core on Lockstep");
MODULE_LICENSE("Dual MIT/GPL");
