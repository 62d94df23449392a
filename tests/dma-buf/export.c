// SPDX-License-Identifier: MIT
/*
 * Shared buffers: export, descriptors, references, sizes and names.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/seq_file.h>
#include <lockstep/syscall.h>
#include <uapi/linux/dma-buf.h>

#include "../convention/mock.h"

/* --- what export refuses ---------------------------------------------------- */

static struct dma_buf_ops ops_without(unsigned int what)
{
	struct dma_buf_ops ops = mock_static_ops;

	switch (what) {
	case 0:
		ops.map_dma_buf = NULL;
		break;
	case 1:
		ops.unmap_dma_buf = NULL;
		break;
	case 2:
		ops.release = NULL;
		break;
	case 3:
		ops.pin = mock_pin_cb;
		break;
	case 4:
		ops.unpin = mock_unpin_cb;
		break;
	case 5:
		ops = mock_dynamic_ops;
		ops.cache_sgt_mapping = true;
		break;
	}
	return ops;
}

static void incomplete_ops(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	unsigned int i;

	for (i = 0; i < 6; i++) {
		struct dma_buf_ops ops = ops_without(i);

		lockstep_expect_report(test, "warn");
		KUNIT_EXPECT_EQ(test, PTR_ERR(mock_export(mock, &ops)), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 6);
}

static void no_priv_no_ops(struct kunit *test)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);

	info.size = PAGE_SIZE;
	info.ops = &mock_static_ops;
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_export(&info)), -EINVAL);
	info.priv = test;
	info.ops = NULL;
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_export(&info)), -EINVAL);
}

/* --- life ------------------------------------------------------------------- */

static void fields(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf *dmabuf = mock->dmabuf;

	KUNIT_EXPECT_EQ(test, dmabuf->size, PAGE_SIZE);
	KUNIT_EXPECT_PTR_EQ(test, dmabuf->resv, &mock->resv);
	KUNIT_EXPECT_PTR_EQ(test, dmabuf->priv, (void *)mock);
	KUNIT_EXPECT_STREQ(test, dmabuf->exp_name, KBUILD_MODNAME);
	KUNIT_EXPECT_PTR_EQ(test, dmabuf->file->private_data, (void *)dmabuf);
	KUNIT_EXPECT_EQ(test, file_inode(dmabuf->file)->i_size, PAGE_SIZE);
	KUNIT_EXPECT_FALSE(test, dma_buf_is_dynamic(dmabuf));
	KUNIT_EXPECT_NULL(test, dmabuf->name);
}

/* Without one of its own, a buffer gets a reservation object. */
static void own_reservation(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;

	info.ops = &mock_static_ops;
	info.size = 1;
	info.priv = mock;
	dmabuf = dma_buf_export(&info);
	KUNIT_ASSERT_FALSE(test, IS_ERR(dmabuf));
	KUNIT_EXPECT_PTR_NE(test, dmabuf->resv, &mock->resv);
	KUNIT_EXPECT_EQ(test, dma_resv_lock(dmabuf->resv, NULL), 0);
	dma_resv_unlock(dmabuf->resv);
	dma_buf_put(dmabuf);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 1);
}

static void descriptors(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf *same;
	int fd;

	KUNIT_EXPECT_EQ(test, dma_buf_fd(NULL, 0), -EINVAL);
	get_dma_buf(mock->dmabuf);
	fd = dma_buf_fd(mock->dmabuf, O_CLOEXEC);
	KUNIT_ASSERT_GE(test, fd, 0);
	same = dma_buf_get(fd);
	KUNIT_EXPECT_PTR_EQ(test, same, mock->dmabuf);
	dma_buf_put(same);
	KUNIT_EXPECT_EQ(test, ls_close(fd), 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_get(fd)), -EBADF);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_get(-1)), -EBADF);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 0);
}

static const struct file_operations other_fops = {};

static void other_file(struct kunit *test)
{
	int fd = anon_inode_getfd("other", &other_fops, NULL, 0);

	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_get(fd)), -EINVAL);
	ls_close(fd);
}

static void put_nothing(struct kunit *test)
{
	lockstep_expect_report(test, "warn");
	dma_buf_put(NULL);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);
}

/* The descriptor holds the buffer after everybody else has let go. */
static void descriptor_is_last(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	int fd = dma_buf_fd(mock->dmabuf, 0);

	KUNIT_ASSERT_GE(test, fd, 0);
	mock->dmabuf = NULL;
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 0);
	ls_close(fd);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 1);
}

/* --- what user space sees ----------------------------------------------------- */

static int user_fd(struct kunit *test, struct mock *mock)
{
	int fd;

	get_dma_buf(mock->dmabuf);
	fd = dma_buf_fd(mock->dmabuf, O_CLOEXEC);
	if (fd < 0)
		fput(mock->dmabuf->file);
	KUNIT_ASSERT_GE(test, fd, 0);
	return fd;
}

static void seeking(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	int fd = user_fd(test, mock);

	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 0, SEEK_END), PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 0, SEEK_SET), 0);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 0, SEEK_CUR), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, 1, SEEK_SET), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_lseek(fd, -1, SEEK_END), -EINVAL);
	ls_close(fd);
}

static void naming(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	char fits[DMA_BUF_NAME_LEN], too_long[DMA_BUF_NAME_LEN + 1];
	int fd = user_fd(test, mock);

	memset(fits, 'n', sizeof(fits));
	fits[sizeof(fits) - 1] = '\0';
	memset(too_long, 'n', sizeof(too_long));
	too_long[sizeof(too_long) - 1] = '\0';

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_SET_NAME_A, "first"), 0);
	KUNIT_EXPECT_STREQ(test, mock->dmabuf->name, "first");
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_SET_NAME_B, fits), 0);
	KUNIT_EXPECT_STREQ(test, mock->dmabuf->name, fits);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_SET_NAME_A, too_long), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_SET_NAME_A, NULL), -EFAULT);
	KUNIT_EXPECT_STREQ(test, mock->dmabuf->name, fits);
	ls_close(fd);
}

static void cpu_sync(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf_sync arg = { .flags = DMA_BUF_SYNC_READ | DMA_BUF_SYNC_START };
	int fd = user_fd(test, mock);

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), 0);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_BEGIN], 1);
	arg.flags = DMA_BUF_SYNC_RW | DMA_BUF_SYNC_END;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), 0);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_END], 1);
	arg.flags = DMA_BUF_SYNC_WRITE;
	mock->fail[MOCK_BEGIN] = -EIO;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), -EIO);
	arg.flags = DMA_BUF_SYNC_START;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), -EINVAL);
	arg.flags = 1ULL << 40 | DMA_BUF_SYNC_READ;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_SYNC, NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, _IO('b', 99), NULL), -ENOTTY);
	ls_close(fd);
}

static void bad_size_mmap(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct vm_area_struct vma = { .vm_end = 2 * PAGE_SIZE };

	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, &vma, 0), -EINVAL);
	vma.vm_end = PAGE_SIZE;
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, &vma, 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, &vma, ~0UL), -EOVERFLOW);
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(NULL, &vma, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MMAP], 0);
}

static void no_mmap(struct kunit *test)
{
	static struct dma_buf_ops ops;
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	struct mock *mock;

	ops = mock_static_ops;
	ops.mmap = NULL;
	mock = mock_new(test, &ops);
	KUNIT_EXPECT_EQ(test, dma_buf_mmap(mock->dmabuf, &vma, 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, mock->dmabuf->file->f_op->mmap(mock->dmabuf->file, &vma), -EINVAL);
}

static void file_mmap_beyond_end(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE, .vm_pgoff = 1 };

	KUNIT_EXPECT_EQ(test, mock->dmabuf->file->f_op->mmap(mock->dmabuf->file, &vma), -EINVAL);
	vma.vm_pgoff = 0;
	KUNIT_EXPECT_EQ(test, mock->dmabuf->file->f_op->mmap(mock->dmabuf->file, &vma), 0);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MMAP], 1);
}

/* --- debugfs and fdinfo -------------------------------------------------------- */

static void bufinfo(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	char *text = kunit_kzalloc(test, 8192, GFP_KERNEL);
	struct dma_fence *fence;
	ssize_t len;

	KUNIT_ASSERT_NOT_NULL(test, text);
	fence = mock_fence_new(&mock_plain_fence_ops);
	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_resv_lock(&mock->resv, NULL);
	if (!dma_resv_reserve_fences(&mock->resv, 1))
		dma_resv_add_fence(&mock->resv, fence, DMA_RESV_USAGE_WRITE);
	dma_resv_unlock(&mock->resv);
	mock->dmabuf->name = kstrdup("shown", GFP_KERNEL);

	len = ls_debugfs_read("dma_buf/bufinfo", text, 8192);
	dma_fence_signal(fence);
	dma_fence_put(fence);
	KUNIT_ASSERT_GT(test, len, 0);
	mock_expect_contains(test, text, "Dma-buf Objects:");
	mock_expect_contains(test, text, "\tshown\n");
	mock_expect_contains(test, text, "\twrite fence:mock mock seq 1 unsignalled\n");
	mock_expect_contains(test, text, "importer\n");
	mock_expect_contains(test, text, "Total 1 devices attached");
}

static void fdinfo(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	char buf[256] = "";
	struct seq_file seq = { .buf = buf, .size = sizeof(buf) };

	mock->dmabuf->name = kstrdup("shown", GFP_KERNEL);
	mock->dmabuf->file->f_op->show_fdinfo(&seq, mock->dmabuf->file);
	buf[min(seq.count, sizeof(buf) - 1)] = '\0';
	mock_expect_contains(test, buf, "size:\t4096\n");
	mock_expect_contains(test, buf, "count:\t0\n");
	mock_expect_contains(test, buf, "exp_name:\t" KBUILD_MODNAME "\n");
	mock_expect_contains(test, buf, "name:\tshown\n");
}

static struct kunit_case export_cases[] = {
	KUNIT_CASE(incomplete_ops),
	KUNIT_CASE(no_priv_no_ops),
	KUNIT_CASE(fields),
	KUNIT_CASE(own_reservation),
	KUNIT_CASE(descriptors),
	KUNIT_CASE(other_file),
	KUNIT_CASE(put_nothing),
	KUNIT_CASE(descriptor_is_last),
	KUNIT_CASE(seeking),
	KUNIT_CASE(naming),
	KUNIT_CASE(cpu_sync),
	KUNIT_CASE(bad_size_mmap),
	KUNIT_CASE(no_mmap),
	KUNIT_CASE(file_mmap_beyond_end),
	KUNIT_CASE(bufinfo),
	KUNIT_CASE(fdinfo),
	{}
};

static struct kunit_suite export_suite = {
	.name = "dma-buf-export",
	.test_cases = export_cases,
};
kunit_test_suite(export_suite);

MODULE_LICENSE("MIT");
