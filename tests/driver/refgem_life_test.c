// SPDX-License-Identifier: MIT
/*
 * What refgem does when nothing goes wrong: pages, bindings, sharing, reclaim, moves.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/dma-fence.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "rig.h"

static struct refgem_object *locked(struct refgem_object *obj)
{
	refgem_object_lock(obj);
	return obj;
}

static void sizes(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj;

	obj = refgem_sysmem_create(rig->exporter.refgem, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(obj), -EINVAL);
	obj = refgem_ttm_create(rig->exporter.refgem, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(obj), -EINVAL);

	obj = refgem_sysmem_create(rig->exporter.refgem, 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	KUNIT_EXPECT_EQ(test, obj->base.size, PAGE_SIZE);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void pages_come_and_go(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *obj = refgem_sysmem_create(refgem, OBJ_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	KUNIT_EXPECT_EQ(test, refgem_pin_pages_unlocked(obj), 0);
	KUNIT_EXPECT_NOT_NULL(test, obj->mm.pages);
	KUNIT_EXPECT_EQ(test, refgem->shrink.pages, OBJ_PAGES);

	KUNIT_EXPECT_EQ(test, refgem_put_pages(locked(obj)), -EBUSY);
	refgem_unpin_pages(obj);
	KUNIT_EXPECT_NOT_NULL(test, obj->mm.pages);
	KUNIT_EXPECT_EQ(test, refgem_put_pages(obj), 0);
	KUNIT_EXPECT_NULL(test, obj->mm.pages);
	KUNIT_EXPECT_EQ(test, refgem->shrink.pages, 0);
	/* Twice is fine. */
	KUNIT_EXPECT_EQ(test, refgem_put_pages(obj), 0);
	refgem_object_unlock(obj);

	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void shrinker_spares_the_pinned(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *obj = refgem_sysmem_create(refgem, OBJ_SIZE);
	unsigned long scanned = 0;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	obj->mm.purgeable = true;
	KUNIT_ASSERT_EQ(test, refgem_pin_pages_unlocked(obj), 0);
	KUNIT_EXPECT_EQ(test, refgem_shrink(refgem, ULONG_MAX, &scanned), 0);
	KUNIT_EXPECT_EQ(test, scanned, OBJ_PAGES);
	refgem_unpin_pages(obj);

	/* Nor does it wait for a lock that somebody has. */
	refgem_object_lock(obj);
	KUNIT_EXPECT_EQ(test, refgem_shrink(refgem, ULONG_MAX, &scanned), 0);
	refgem_object_unlock(obj);
	KUNIT_EXPECT_NOT_NULL(test, obj->backing);

	KUNIT_EXPECT_EQ(test, refgem_shrink(refgem, ULONG_MAX, &scanned), OBJ_PAGES);
	KUNIT_EXPECT_NULL(test, obj->backing);
	KUNIT_EXPECT_TRUE(test, list_empty(&refgem->shrink.list));

	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void bindings(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *obj = refgem_sysmem_create(refgem, OBJ_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	refgem_object_lock(obj);
	KUNIT_EXPECT_EQ(test, refgem_bind(obj), 0);
	KUNIT_EXPECT_EQ(test, refgem_bind(obj), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&obj->mm.pin_count), 2);
	refgem_unbind(obj);
	KUNIT_EXPECT_EQ(test, atomic_read(&obj->mm.pin_count), 0);
	KUNIT_EXPECT_TRUE(test, drm_mm_clean(&refgem->vm.mm));
	refgem_object_unlock(obj);

	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void self_import_is_the_object(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *obj = refgem_sysmem_create(refgem, OBJ_SIZE);
	struct dma_buf *dmabuf;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	dmabuf = refgem_prime_export(&obj->base, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dmabuf));
	KUNIT_EXPECT_PTR_EQ(test, refgem_prime_import(&refgem->drm, dmabuf), &obj->base);

	dma_buf_put(dmabuf);
	refgem_object_put(obj);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void import_shares_lock_and_contents(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_sysmem_create(rig->exporter.refgem, OBJ_SIZE);
	struct refgem_object *import;
	struct iosys_map src, dst;
	u32 handle;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	drm_gem_object_get(&obj->base);
	import = rig_import(test, rig, obj, &handle);
	KUNIT_EXPECT_PTR_EQ(test, import->base.resv, obj->base.resv);

	refgem_object_lock(obj);
	KUNIT_ASSERT_EQ(test, refgem_vmap(&obj->base, &src), 0);
	KUNIT_ASSERT_EQ(test, refgem_vmap(&import->base, &dst), 0);
	iosys_map_memset(&src, 0, 0x5a, OBJ_SIZE);
	KUNIT_EXPECT_EQ(test, iosys_map_rd(&dst, OBJ_SIZE - 1, u8), 0x5a);
	refgem_vunmap(&import->base, &dst);
	refgem_vunmap(&obj->base, &src);
	refgem_object_unlock(obj);

	refgem_object_put(import);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

/* The exporter's memory moves; the importer lets go, and finds the same contents again. */
static void contents_survive_a_move(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_ttm_create(rig->exporter.refgem, OBJ_SIZE);
	struct refgem_object *import;
	struct iosys_map map;
	struct page *before;
	u32 handle;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	drm_gem_object_get(&obj->base);
	import = rig_import(test, rig, obj, &handle);
	KUNIT_ASSERT_EQ(test, refgem_rig_bind(&rig->importer, handle), 0);

	refgem_object_lock(obj);
	KUNIT_ASSERT_EQ(test, refgem_vmap(&obj->base, &map), 0);
	iosys_map_memset(&map, 0, 0x77, OBJ_SIZE);
	KUNIT_EXPECT_EQ(test, refgem_bo_move(obj, false), -EBUSY);
	refgem_vunmap(&obj->base, &map);

	before = sg_page(import->mm.pages ? import->mm.pages->sgl : obj->mm.pages->sgl);
	KUNIT_EXPECT_EQ(test, refgem_bo_move(obj, false), 0);
	KUNIT_EXPECT_NULL(test, import->mm.pages);

	KUNIT_ASSERT_EQ(test, refgem_pin_pages(import), 0);
	KUNIT_EXPECT_PTR_NE(test, sg_page(import->mm.pages->sgl), before);
	refgem_unpin_pages(import);
	KUNIT_ASSERT_EQ(test, refgem_vmap(&import->base, &map), 0);
	KUNIT_EXPECT_EQ(test, iosys_map_rd(&map, OBJ_SIZE - 1, u8), 0x77);
	refgem_vunmap(&import->base, &map);
	refgem_object_unlock(obj);

	refgem_object_put(import);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

struct mover {
	struct refgem_object *obj;
	struct completion done;
	int ret;
};

static int move_out(void *arg)
{
	struct mover *mover = arg;

	refgem_object_lock(mover->obj);
	mover->ret = refgem_bo_move(mover->obj, false);
	refgem_object_unlock(mover->obj);
	complete(&mover->done);
	return 0;
}

/*
 * The importer has dropped its last reference and its free worker is under way when the exporter
 * moves the memory. Both come to the bindings, and to the pages.
 */
static void move_meets_free(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_ttm_create(rig->exporter.refgem, OBJ_SIZE);
	struct refgem_device *importer = rig->importer.refgem;
	struct refgem_object *import;
	struct mover mover = { .obj = obj };
	struct task_struct *task;
	u32 handle;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	drm_gem_object_get(&obj->base);
	import = rig_import(test, rig, obj, &handle);
	KUNIT_ASSERT_EQ(test, refgem_rig_bind(&rig->importer, handle), 0);

	KUNIT_EXPECT_EQ(test, drm_gem_handle_delete(rig->importer.file, handle), 0);

	/* Stop both at the bindings, as a third that binds would. */
	init_completion(&mover.done);
	mutex_lock(&importer->vm.mutex);
	refgem_object_put(import);
	task = kthread_run(move_out, &mover, "mover");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	msleep(2);
	mutex_unlock(&importer->vm.mutex);

	wait_for_completion(&mover.done);
	KUNIT_EXPECT_EQ(test, mover.ret, 0);
	refgem_flush_free(importer);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void local_memory_runs_out(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *a = refgem_ttm_create(refgem, OBJ_SIZE);
	struct refgem_object *b = refgem_ttm_create(refgem, 2 * OBJ_SIZE);

	KUNIT_ASSERT_FALSE(test, IS_ERR(a));
	KUNIT_ASSERT_FALSE(test, IS_ERR(b));

	KUNIT_ASSERT_EQ(test, refgem_pin_pages_unlocked(a), 0);
	KUNIT_EXPECT_EQ(test, refgem_bo_validate(locked(b), true), -ENOSPC);
	refgem_object_unlock(b);

	refgem_unpin_pages(a);
	KUNIT_EXPECT_EQ(test, refgem_bo_validate(locked(b), true), 0);
	refgem_object_unlock(b);
	KUNIT_EXPECT_TRUE(test, b->bo.res->local);
	KUNIT_EXPECT_FALSE(test, a->bo.res->local);

	refgem_object_put(a);
	refgem_object_put(b);
	refgem_rig_fini(rig);
}

static const char *fence_name(struct dma_fence *fence)
{
	return "refgem-test";
}

static const struct dma_fence_ops fence_ops = {
	.get_driver_name = fence_name,
	.get_timeline_name = fence_name,
};

/* A busy object goes when its fence does, by way of the delayed delete. */
static void busy_object_goes_later(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_device *refgem = rig->exporter.refgem;
	struct refgem_object *obj = refgem_ttm_create(refgem, OBJ_SIZE);
	static DEFINE_SPINLOCK(fence_lock);
	struct dma_fence *fence;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	fence = kzalloc(sizeof(*fence), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_init(fence, &fence_ops, &fence_lock, dma_fence_context_alloc(1), 1);

	KUNIT_ASSERT_EQ(test, refgem_pin_pages(locked(obj)), 0);
	refgem_unpin_pages(obj);
	KUNIT_ASSERT_EQ(test, dma_resv_reserve_fences(obj->base.resv, 1), 0);
	dma_resv_add_fence(obj->base.resv, fence, DMA_RESV_USAGE_READ);
	refgem_object_unlock(obj);

	refgem_object_put(obj);
	flush_work(&refgem->free_work);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&refgem->free_count), 1);

	dma_fence_signal(fence);
	dma_fence_put(fence);
	refgem_flush_free(refgem);
	KUNIT_EXPECT_EQ(test, atomic_read(&refgem->free_count), 0);
	refgem_rig_fini(rig);
}

struct waiter {
	struct refgem_object *obj;
	struct completion done;
	int ret;
};

static int pin_waiter(void *arg)
{
	struct waiter *waiter = arg;

	waiter->ret = refgem_pin_pages_unlocked(waiter->obj);
	complete(&waiter->done);
	return 0;
}

static void interrupted_pin(struct kunit *test)
{
	struct refgem_rig *rig = rig_create(test, REFGEM_LOCK_D, false);
	struct refgem_object *obj = refgem_sysmem_create(rig->exporter.refgem, OBJ_SIZE);
	struct waiter waiter = { .obj = obj };
	struct task_struct *task;

	KUNIT_ASSERT_FALSE(test, IS_ERR(obj));
	init_completion(&waiter.done);
	refgem_object_lock(obj);
	task = kthread_run(pin_waiter, &waiter, "pin");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	ls_send_signal(task);
	wait_for_completion(&waiter.done);
	refgem_object_unlock(obj);

	KUNIT_EXPECT_EQ(test, waiter.ret, -EINTR);
	KUNIT_EXPECT_NULL(test, obj->mm.pages);
	refgem_object_put(obj);
	refgem_rig_fini(rig);
}

static void placement_names(struct kunit *test)
{
	enum refgem_placement p, q;

	for (p = 0; p < REFGEM_NR_PLACEMENTS; p++) {
		KUNIT_EXPECT_EQ(test, refgem_placement_parse(refgem_placement_name(p), &q), 0);
		KUNIT_EXPECT_EQ(test, p, q);
	}
	KUNIT_EXPECT_EQ(test, refgem_placement_parse("E", &q), -EINVAL);
}

static struct kunit_case life_cases[] = {
	KUNIT_CASE(sizes),
	KUNIT_CASE(pages_come_and_go),
	KUNIT_CASE(shrinker_spares_the_pinned),
	KUNIT_CASE(bindings),
	KUNIT_CASE(self_import_is_the_object),
	KUNIT_CASE(import_shares_lock_and_contents),
	KUNIT_CASE(contents_survive_a_move),
	KUNIT_CASE(move_meets_free),
	KUNIT_CASE(local_memory_runs_out),
	KUNIT_CASE(busy_object_goes_later),
	KUNIT_CASE(interrupted_pin),
	KUNIT_CASE(placement_names),
	{}
};

static struct kunit_suite life_suite = {
	.name = "refgem_life",
	.test_cases = life_cases,
};
kunit_test_suites(&life_suite);
