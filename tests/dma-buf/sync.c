// SPDX-License-Identifier: MIT
/*
 * Implicit and explicit synchronisation by user space: poll, sync files, and the ways
 * from one to the other.
 */
#include <linux/completion.h>
#include <linux/dma-fence-chain.h>
#include <linux/kthread.h>
#include <linux/sync_file.h>
#include <lockstep/syscall.h>
#include <uapi/linux/dma-buf.h>
#include <uapi/linux/sync_file.h>

#include "../convention/mock.h"

static void fence_done(void *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

static struct dma_fence *new_fence(struct kunit *test)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);

	KUNIT_ASSERT_NOT_NULL(test, fence);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fence_done, fence), 0);
	return fence;
}

static void close_managed(void *fd)
{
	ls_close((long)fd);
}

/* Closed when the case ends. */
static int managed_fd(struct kunit *test, int fd)
{
	KUNIT_ASSERT_GE(test, fd, 0);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, close_managed, (void *)(long)fd), 0);
	return fd;
}

static int buffer_fd(struct kunit *test, struct mock *mock)
{
	int fd;

	get_dma_buf(mock->dmabuf);
	fd = dma_buf_fd(mock->dmabuf, O_CLOEXEC);
	if (fd < 0)
		fput(mock->dmabuf->file);
	return managed_fd(test, fd);
}

static int sync_fd(struct kunit *test, struct dma_fence *fence)
{
	struct sync_file *file = sync_file_create(fence);
	int fd;

	KUNIT_ASSERT_NOT_NULL(test, file);
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		fput(file->file);
	else
		fd_install(fd, file->file);
	return managed_fd(test, fd);
}

static void add(struct kunit *test, struct mock *mock, struct dma_fence *fence,
		enum dma_resv_usage usage)
{
	int ret;

	dma_resv_lock(&mock->resv, NULL);
	ret = dma_resv_reserve_fences(&mock->resv, 1);
	if (!ret)
		dma_resv_add_fence(&mock->resv, fence, usage);
	dma_resv_unlock(&mock->resv);
	KUNIT_ASSERT_EQ(test, ret, 0);
}

static int poll_now(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int n = ls_poll(&pfd, 1, 0);

	return n < 0 ? n : pfd.revents;
}

/* --- poll -------------------------------------------------------------------- */

static void poll_idle(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	int fd = buffer_fd(test, mock);

	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	KUNIT_EXPECT_EQ(test, poll_now(fd, 0), 0);
}

static void poll_writer(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_fence *fence = new_fence(test);
	int fd = buffer_fd(test, mock);

	add(test, mock, fence, DMA_RESV_USAGE_WRITE);
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN | POLLOUT), 0);
	dma_fence_signal(fence);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
}

static void poll_reader(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_fence *fence = new_fence(test);
	int fd = buffer_fd(test, mock);

	add(test, mock, fence, DMA_RESV_USAGE_READ);
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN | POLLOUT), POLLIN);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLOUT), POLLOUT);
}

static void poll_bookkeeping(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	int fd = buffer_fd(test, mock);

	add(test, mock, new_fence(test), DMA_RESV_USAGE_BOOKKEEP);
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
}

struct signaler {
	struct dma_fence *fence;
	struct completion go;
};

static int signal_later(void *arg)
{
	struct signaler *s = arg;

	wait_for_completion(&s->go);
	schedule_timeout_uninterruptible(2);
	dma_fence_signal(s->fence);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

/* A sleeping poller is woken by the fence. */
static void poll_wakes(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct signaler s = { .fence = new_fence(test) };
	struct pollfd pfd = { .fd = buffer_fd(test, mock), .events = POLLIN };
	struct task_struct *task;

	add(test, mock, s.fence, DMA_RESV_USAGE_WRITE);
	init_completion(&s.go);
	task = kthread_run(signal_later, &s, "signaler");
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	complete(&s.go);
	KUNIT_EXPECT_EQ(test, ls_poll(&pfd, 1, 10000), 1);
	KUNIT_EXPECT_EQ(test, pfd.revents, POLLIN);
	kthread_stop(task);
}

/* A pending callback keeps the file, and with it the buffer, alive. */
static void poll_keeps_file(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_fence *fence = new_fence(test);
	int fd;

	add(test, mock, fence, DMA_RESV_USAGE_WRITE);
	fd = dma_buf_fd(mock->dmabuf, 0);
	KUNIT_ASSERT_GE(test, fd, 0);
	mock->dmabuf = NULL;
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN), 0);
	ls_close(fd);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 0);
	dma_fence_signal(fence);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 1);
}

/* --- from a buffer to a sync file, and back ------------------------------------- */

static void export_snapshot(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf_export_sync_file arg = { .flags = DMA_BUF_SYNC_READ };
	struct dma_fence *writer = new_fence(test), *reader = new_fence(test), *got;
	int fd = buffer_fd(test, mock);

	add(test, mock, writer, DMA_RESV_USAGE_WRITE);
	add(test, mock, reader, DMA_RESV_USAGE_READ);

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), 0);
	got = sync_file_get_fence(managed_fd(test, arg.fd));
	KUNIT_EXPECT_PTR_EQ(test, got, writer);
	dma_fence_put(got);

	arg.flags = DMA_BUF_SYNC_RW;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), 0);
	managed_fd(test, arg.fd);
	dma_fence_signal(writer);
	KUNIT_EXPECT_EQ(test, poll_now(arg.fd, POLLIN), 0);
	dma_fence_signal(reader);
	KUNIT_EXPECT_EQ(test, poll_now(arg.fd, POLLIN), POLLIN);
}

static void export_nothing(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf_export_sync_file arg = { .flags = DMA_BUF_SYNC_WRITE };
	int fd = buffer_fd(test, mock);

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), 0);
	KUNIT_EXPECT_EQ(test, poll_now(managed_fd(test, arg.fd), POLLIN), POLLIN);
	arg.flags = 0;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), -EINVAL);
	arg.flags = DMA_BUF_SYNC_END;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, NULL), -EFAULT);
}

static void import_fences(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_fence *fence = new_fence(test);
	struct dma_buf_import_sync_file arg = { .flags = DMA_BUF_SYNC_READ };
	int fd = buffer_fd(test, mock);

	arg.fd = sync_fd(test, fence);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), 0);
	KUNIT_EXPECT_TRUE(test, dma_resv_test_signaled(&mock->resv, DMA_RESV_USAGE_WRITE));
	KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(&mock->resv, DMA_RESV_USAGE_READ));

	/* The same fence as a writer: promoted. */
	arg.flags = DMA_BUF_SYNC_WRITE;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), 0);
	KUNIT_EXPECT_FALSE(test, dma_resv_test_signaled(&mock->resv, DMA_RESV_USAGE_WRITE));

	arg.flags = 0;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), -EINVAL);
	arg.flags = DMA_BUF_SYNC_READ;
	arg.fd = fd; /* no sync file */
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, NULL), -EFAULT);
}

/* A chain is taken apart. */
static void import_chain(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct dma_buf_import_sync_file arg = { .flags = DMA_BUF_SYNC_WRITE };
	struct dma_fence *a = new_fence(test), *b = new_fence(test), **fences;
	struct dma_fence_chain *chain;
	unsigned int n;
	int fd = buffer_fd(test, mock);

	chain = dma_fence_chain_alloc();
	KUNIT_ASSERT_NOT_NULL(test, chain);
	dma_fence_chain_init(chain, dma_fence_get(a), dma_fence_get(b), 1);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fence_done, &chain->base), 0);
	arg.fd = sync_fd(test, &chain->base);

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &arg), 0);
	KUNIT_EXPECT_EQ(test, dma_resv_get_fences(&mock->resv, DMA_RESV_USAGE_WRITE, &n, &fences), 0);
	KUNIT_EXPECT_EQ(test, n, 2);
	while (n) {
		KUNIT_EXPECT_FALSE(test, dma_fence_is_container(fences[n - 1]));
		dma_fence_put(fences[--n]);
	}
	kfree(fences);
}

/* --- sync files -------------------------------------------------------------------- */

static void sync_file_fence(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test), *got;
	int fd = sync_fd(test, fence);

	got = sync_file_get_fence(fd);
	KUNIT_EXPECT_PTR_EQ(test, got, fence);
	dma_fence_put(got);
	KUNIT_EXPECT_NULL(test, sync_file_get_fence(-1));
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN), 0);
	dma_fence_signal(fence);
	KUNIT_EXPECT_EQ(test, poll_now(fd, POLLIN), POLLIN);
}

static void merging(struct kunit *test)
{
	struct dma_fence *a = new_fence(test), *b = new_fence(test);
	struct sync_merge_data arg = { .name = "both" };
	struct sync_file_info info = {};
	int fd = sync_fd(test, a);

	arg.fd2 = sync_fd(test, b);
	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, &arg), 0);
	managed_fd(test, arg.fence);
	KUNIT_EXPECT_EQ(test, ls_ioctl(arg.fence, SYNC_IOC_FILE_INFO, &info), 0);
	KUNIT_EXPECT_EQ(test, info.num_fences, 2);
	KUNIT_EXPECT_EQ(test, info.status, 0);
	KUNIT_EXPECT_STREQ(test, info.name, "both");
	dma_fence_signal(a);
	KUNIT_EXPECT_EQ(test, poll_now(arg.fence, POLLIN), 0);
	dma_fence_signal(b);
	KUNIT_EXPECT_EQ(test, poll_now(arg.fence, POLLIN), POLLIN);
}

static void merge_errors(struct kunit *test)
{
	struct sync_merge_data arg = { .name = "x", .fd2 = -1 };
	int fd = sync_fd(test, new_fence(test));

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, &arg), -ENOENT);
	arg.fd2 = fd;
	arg.flags = 1;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, &arg), -EINVAL);
	arg.flags = 0;
	arg.pad = 1;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, NULL), -EFAULT);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, _IO('>', 99), NULL), -ENOTTY);
}

static void info(struct kunit *test)
{
	struct dma_fence *fence = new_fence(test);
	struct sync_fence_info each[2] = {};
	struct sync_file_info arg = {};
	char want[32];
	int fd = sync_fd(test, fence);

	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_FILE_INFO, &arg), 0);
	KUNIT_EXPECT_EQ(test, arg.num_fences, 1);
	snprintf(want, sizeof(want), "mock-mock%llu-1", fence->context);
	KUNIT_EXPECT_STREQ(test, arg.name, want);

	dma_fence_set_error(fence, -EIO);
	dma_fence_signal_timestamp(fence, 1234);
	arg.num_fences = 2;
	arg.sync_fence_info = (unsigned long)each;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_FILE_INFO, &arg), 0);
	KUNIT_EXPECT_EQ(test, arg.num_fences, 1);
	KUNIT_EXPECT_EQ(test, arg.status, -EIO);
	KUNIT_EXPECT_EQ(test, each[0].status, -EIO);
	KUNIT_EXPECT_EQ(test, each[0].timestamp_ns, 1234);
	KUNIT_EXPECT_STREQ(test, each[0].driver_name, "mock");
	KUNIT_EXPECT_STREQ(test, each[0].obj_name, "mock");
}

static void info_errors(struct kunit *test)
{
	struct dma_fence *a = new_fence(test), *b = new_fence(test);
	struct sync_merge_data merge = { .name = "both" };
	struct sync_fence_info each[1];
	struct sync_file_info arg = {};
	int fd = sync_fd(test, a);

	merge.fd2 = sync_fd(test, b);
	KUNIT_ASSERT_EQ(test, ls_ioctl(fd, SYNC_IOC_MERGE, &merge), 0);
	managed_fd(test, merge.fence);
	arg.num_fences = 1; /* two would be needed */
	arg.sync_fence_info = (unsigned long)each;
	KUNIT_EXPECT_EQ(test, ls_ioctl(merge.fence, SYNC_IOC_FILE_INFO, &arg), -EINVAL);
	arg.num_fences = 2;
	arg.sync_fence_info = 0;
	KUNIT_EXPECT_EQ(test, ls_ioctl(merge.fence, SYNC_IOC_FILE_INFO, &arg), -EFAULT);
	arg.flags = 1;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_FILE_INFO, &arg), -EINVAL);
	arg.flags = 0;
	arg.pad = 1;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_FILE_INFO, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_FILE_INFO, NULL), -EFAULT);
}

struct deadline_fence {
	struct dma_fence base;
	spinlock_t lock;
	ktime_t deadline;
};

static void note_deadline(struct dma_fence *fence, ktime_t deadline)
{
	container_of(fence, struct deadline_fence, base)->deadline = deadline;
}

static const struct dma_fence_ops deadline_ops = {
	.get_driver_name = mock_fence_name,
	.get_timeline_name = mock_fence_name,
	.set_deadline = note_deadline,
};

static void deadline(struct kunit *test)
{
	struct deadline_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);
	struct sync_set_deadline arg = { .deadline_ns = 777 };
	int fd;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &deadline_ops, &fence->lock, dma_fence_context_alloc(1), 1);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, fence_done, &fence->base), 0);
	fd = sync_fd(test, &fence->base);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_SET_DEADLINE, &arg), 0);
	KUNIT_EXPECT_EQ(test, fence->deadline, 777);
	arg.pad = 1;
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_SET_DEADLINE, &arg), -EINVAL);
	KUNIT_EXPECT_EQ(test, ls_ioctl(fd, SYNC_IOC_SET_DEADLINE, NULL), -EFAULT);
}

static struct kunit_case sync_cases[] = {
	KUNIT_CASE(poll_idle),
	KUNIT_CASE(poll_writer),
	KUNIT_CASE(poll_reader),
	KUNIT_CASE(poll_bookkeeping),
	KUNIT_CASE(poll_wakes),
	KUNIT_CASE(poll_keeps_file),
	KUNIT_CASE(export_snapshot),
	KUNIT_CASE(export_nothing),
	KUNIT_CASE(import_fences),
	KUNIT_CASE(import_chain),
	KUNIT_CASE(sync_file_fence),
	KUNIT_CASE(merging),
	KUNIT_CASE(merge_errors),
	KUNIT_CASE(info),
	KUNIT_CASE(info_errors),
	KUNIT_CASE(deadline),
	{}
};

static struct kunit_suite sync_suite = {
	.name = "dma-buf-sync",
	.test_cases = sync_cases,
};
kunit_test_suite(sync_suite);

MODULE_LICENSE("MIT");
