// SPDX-License-Identifier: MIT
/*
 * Calls that no correct driver makes: each is refused with a warning, or is a bug that ends
 * the task.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/seq_file.h>
#include <linux/sync_file.h>

#include "../convention/mock.h"

/* The next statement warns, as many times as named. */
static void expect_warnings(struct kunit *test, int n)
{
	while (n--)
		lockstep_expect_report(test, "warn");
}

static void no_buffer(struct kunit *test)
{
	struct iosys_map map = {};

	expect_warnings(test, 7);
	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(NULL, DMA_TO_DEVICE), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(NULL, DMA_TO_DEVICE), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap(NULL, &map), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(NULL, &map), -EINVAL);
	dma_buf_vunmap(NULL, &map);
	dma_buf_vunmap_unlocked(NULL, &map);
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(NULL, NULL, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 7);
}

static void no_vma_no_file(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf unborn = {};

	expect_warnings(test, 2);
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, NULL, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_fd(&unborn, 0), -EINVAL);
	dma_buf_put(&unborn);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

static void no_attachment(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	struct dma_buf_attachment loose = {};
	struct sg_table sgt;

	expect_warnings(test, 10);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment(NULL, DMA_NONE)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment(&loose, DMA_NONE)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment_unlocked(NULL, DMA_NONE)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment_unlocked(&loose, DMA_NONE)), -EINVAL);
	dma_buf_unmap_attachment(NULL, &sgt, DMA_NONE);
	dma_buf_unmap_attachment(&loose, &sgt, DMA_NONE);
	dma_buf_unmap_attachment(mock->attach, NULL, DMA_NONE);
	dma_buf_unmap_attachment_unlocked(NULL, &sgt, DMA_NONE);
	dma_buf_unmap_attachment_unlocked(&loose, &sgt, DMA_NONE);
	dma_buf_unmap_attachment_unlocked(mock->attach, NULL, DMA_NONE);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 10);
}

static void wrong_detach(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	struct dma_buf other = {};

	expect_warnings(test, 3);
	dma_buf_detach(NULL, mock->attach);
	dma_buf_detach(mock->dmabuf, NULL);
	dma_buf_detach(&other, mock->attach);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 3);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_DETACH], 0);
}

static void too_many_vunmaps(void *arg)
{
	struct mock *mock = arg;

	dma_buf_vunmap_unlocked(mock->dmabuf, &mock->map);
}

static void other_vunmap(void *arg)
{
	struct mock *mock = arg;
	struct iosys_map map;

	iosys_map_set_vaddr(&map, mock);
	dma_buf_vunmap_unlocked(mock->dmabuf, &map);
}

static void vunmap_bugs(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);

	lockstep_expect_report(test, "bug");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(too_many_vunmaps, mock), -EDEADLK);
	KUNIT_ASSERT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &mock->map), 0);
	lockstep_expect_report(test, "bug");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(other_vunmap, mock), -EDEADLK);
	dma_buf_vunmap_unlocked(mock->dmabuf, &mock->map);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

/* --- fences -------------------------------------------------------------------------- */

static void fence_arguments(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);
	struct dma_fence_cb cb;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	expect_warnings(test, 4);
	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(NULL, &cb, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &cb, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_timeout(fence, false, -1), -EINVAL);
	dma_fence_context_alloc(0);
	KUNIT_EXPECT_EQ(test, dma_fence_signal(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_fence_signal_timestamp(NULL, 0), -EINVAL);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 4);
	dma_fence_put(fence);
	dma_fence_put(NULL);
	KUNIT_EXPECT_NULL(test, dma_fence_get(NULL));
}

static void wait_any_arguments(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	expect_warnings(test, 3);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(NULL, 1, false, 1, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(&fence, 0, false, 1, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_fence_wait_any_timeout(&fence, 1, false, -1, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 3);
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void fence_without(void *arg)
{
	static spinlock_t lock;
	static struct dma_fence fence;
	const struct dma_fence_ops *ops = arg;

	spin_lock_init(&lock);
	dma_fence_init(&fence, ops, ops ? &lock : NULL, 1, 1);
}

static void incomplete_fences(struct kunit *test)
{
	static const struct dma_fence_ops no_driver = { .get_timeline_name = mock_fence_name };
	static const struct dma_fence_ops no_timeline = { .get_driver_name = mock_fence_name };
	const struct dma_fence_ops *ops[] = { NULL, &no_driver, &no_timeline };
	int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		lockstep_expect_report(test, "bug");
		KUNIT_EXPECT_EQ(test, lockstep_run_task(fence_without, (void *)ops[i]), -EDEADLK);
	}
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), ARRAY_SIZE(ops));
}

/* Containers in containers would recurse. */
static void nested_containers(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);
	struct dma_fence_chain *inner = dma_fence_chain_alloc(), *outer = dma_fence_chain_alloc();

	if (!fence || !inner || !outer)
		goto out_free;
	dma_fence_chain_init(inner, NULL, fence, 1);
	expect_warnings(test, 1);
	dma_fence_chain_init(outer, NULL, &inner->base, 1);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
	dma_fence_signal(fence);
	dma_fence_put(&outer->base);
	return;

out_free:
	if (fence)
		dma_fence_signal(fence);
	dma_fence_put(fence);
	dma_fence_chain_free(inner);
	dma_fence_chain_free(outer);
	KUNIT_FAIL(test, "out of memory");
}

static void described(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);
	char buf[256] = "";
	struct seq_file seq = { .buf = buf, .size = sizeof(buf) };

	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_fence_describe(fence, &seq);
	dma_fence_signal(fence);
	dma_fence_describe(fence, &seq);
	buf[min(seq.count, sizeof(buf) - 1)] = '\0';
	mock_expect_contains(test, buf, " unsignalled\n");
	mock_expect_contains(test, buf, " signalled\n");
	dma_fence_put(fence);
}

static struct kunit_case misuse_cases[] = {
	KUNIT_CASE(no_buffer),
	KUNIT_CASE(no_vma_no_file),
	KUNIT_CASE(no_attachment),
	KUNIT_CASE(wrong_detach),
	KUNIT_CASE(vunmap_bugs),
	KUNIT_CASE(fence_arguments),
	KUNIT_CASE(wait_any_arguments),
	KUNIT_CASE(incomplete_fences),
	KUNIT_CASE(nested_containers),
	KUNIT_CASE(described),
	{}
};

static struct kunit_suite misuse_suite = {
	.name = "dma-buf-misuse",
	.test_cases = misuse_cases,
};
kunit_test_suite(misuse_suite);

MODULE_LICENSE("MIT");
