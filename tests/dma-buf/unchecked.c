// SPDX-License-Identifier: MIT
/*
 * With the checks switched off everything works the same, rules kept or not.
 */
#include <linux/file.h>
#include <linux/poll.h>
#include <lockstep/checks.h>
#include <lockstep/syscall.h>
#include <uapi/linux/dma-buf.h>

#include "../convention/mock.h"

static void checks_on(void *unused)
{
	__atomic_store_n(&ls_checks, LS_CHECK_ALL, __ATOMIC_RELAXED);
}

static struct mock *unchecked(struct kunit *test, bool dynamic)
{
	struct mock *mock;

#ifdef __SANITIZE_THREAD__
	kunit_skip(test, "the switch is read without a lock, by design");
#endif
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, checks_on, NULL), 0);
	/* Not lockdep: tasks of the kernel's own may hold a lock just now. */
	__atomic_store_n(&ls_checks, LS_CHECK_ALL & ~(LS_CHECK_CONVENTION | LS_CHECK_SLEEP), __ATOMIC_RELAXED);
	mock = mock_attached(test, dynamic);
	return mock;
}

/* No lock anywhere: as in a kernel without lockdep, nobody notices. */
static void without_the_lock(struct kunit *test)
{
	struct mock *mock = unchecked(test, true);
	struct sg_table *sgt;

	KUNIT_EXPECT_EQ(test, dma_buf_pin(mock->attach), 0);
	sgt = dma_buf_map_attachment(mock->attach, DMA_BIDIRECTIONAL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sgt));
	dma_buf_unmap_attachment(mock->attach, sgt, DMA_BIDIRECTIONAL);
	dma_buf_unpin(mock->attach);
	dma_buf_move_notify(mock->dmabuf);
	dma_buf_invalidate_mappings(mock->dmabuf);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MOVE], 2);
	KUNIT_ASSERT_EQ(test, dma_buf_vmap(mock->dmabuf, &mock->map), 0);
	dma_buf_vunmap(mock->dmabuf, &mock->map);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_VUNMAP], 1);
}

static void the_other_calls(struct kunit *test)
{
	struct mock *mock = unchecked(test, false);
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	struct dma_buf_sync arg = { .flags = DMA_BUF_SYNC_READ };
	struct sg_table *sgt;
	struct dma_buf *same;
	int fd;

	sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_BIDIRECTIONAL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sgt));
	dma_buf_unmap_attachment_unlocked(mock->attach, sgt, DMA_BIDIRECTIONAL);
	KUNIT_ASSERT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &mock->map), 0);
	dma_buf_vunmap_unlocked(mock->dmabuf, &mock->map);
	KUNIT_EXPECT_EQ(test, mock->dmabuf->file->f_op->mmap(mock->dmabuf->file, &vma), 0);
	vma.vm_file = get_file(mock->dmabuf->file);
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, &vma, 0), 0);
	fput(vma.vm_file);
	fd = get_unused_fd_flags(0);
	if (fd < 0)
		return;
	fd_install(fd, get_file(mock->dmabuf->file));
	same = dma_buf_get(fd);
	if (!IS_ERR(same))
		dma_buf_put(same);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), 0);
	arg.flags |= DMA_BUF_SYNC_END;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), 0);
	vfs_poll(mock->dmabuf->file, NULL);
	ls_close(fd);
}

static void nothing(struct dma_fence *fence, struct dma_fence_cb *cb)
{
}

static bool enable(struct dma_fence *fence)
{
	return true;
}

static long waited(struct dma_fence *fence, bool intr, long timeout)
{
	return 1;
}

static void hint(struct dma_fence *fence, ktime_t deadline)
{
}

static const struct dma_fence_ops all_ops = {
	.get_driver_name = mock_fence_name,
	.get_timeline_name = mock_fence_name,
	.enable_signaling = enable,
	.wait = waited,
	.set_deadline = hint,
};

static void put_fence(void *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static void fences(struct kunit *test)
{
	struct mock *mock = unchecked(test, false);
	struct dma_fence *fence = mock_fence_new(&all_ops);
	struct dma_resv_iter cursor;
	struct dma_fence_cb cb;
	bool cookie;
	int n = 0;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, put_fence, fence), 0);
	KUNIT_ASSERT_EQ(test, dma_resv_reserve_fences(&mock->resv, 1), 0);
	dma_resv_add_fence(&mock->resv, fence, DMA_RESV_USAGE_READ);
	dma_resv_for_each_fence(&cursor, &mock->resv, DMA_RESV_USAGE_READ, fence)
		n++;
	KUNIT_EXPECT_EQ(test, n, 1);
	fence = dma_fence_get_rcu(dma_resv_iter_first(&cursor));
	dma_resv_iter_end(&cursor);
	KUNIT_EXPECT_EQ(test, dma_fence_add_callback(fence, &cb, nothing), 0);
	KUNIT_EXPECT_EQ(test, dma_fence_wait(fence, false), 0);
	dma_fence_set_deadline(fence, 1);
	cookie = dma_fence_begin_signalling();
	KUNIT_EXPECT_EQ(test, dma_fence_signal_locked(fence), 0);
	dma_fence_end_signalling(cookie);
	dma_fence_put(fence);
	dma_resv_lock(&mock->resv, NULL);
	dma_resv_unlock(&mock->resv);
}

static struct kunit_case unchecked_cases[] = {
	KUNIT_CASE(without_the_lock),
	KUNIT_CASE(the_other_calls),
	KUNIT_CASE(fences),
	{}
};

static struct kunit_suite unchecked_suite = {
	.name = "dma-buf-unchecked",
	.test_cases = unchecked_cases,
};
kunit_test_suite(unchecked_suite);
