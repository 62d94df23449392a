// SPDX-License-Identifier: MIT
/*
 * Calls that must not be made with the reservation lock held. Those that take it
 * would wait for themselves: their report is a deadlock and ends the task.
 */
#include <linux/file.h>
#include <linux/poll.h>
#include <lockstep/syscall.h>
#include <uapi/linux/dma-buf.h>

#include "mock.h"

/**
 * struct step - one call under test
 * @rule: its rule
 * @name: its name, as the report has it
 * @call: makes it; an error is the return value
 * @after: undoes it, without the lock; may be NULL
 * @hangs: it would wait for its own task
 * @mapped: a mapping has to be there before
 * @vmapped: a kernel mapping has to be there before
 * @detached: the buffer must not be attached before
 */
struct step {
	const char *rule;
	const char *name;
	int (*call)(struct mock *mock);
	void (*after)(struct mock *mock);
	bool hangs, mapped, vmapped, detached;
};

static int keep_attach(struct mock *mock, struct dma_buf_attachment *attach)
{
	if (IS_ERR(attach))
		return PTR_ERR(attach);
	mock->attach = attach;
	return 0;
}

static int do_attach(struct mock *mock)
{
	return keep_attach(mock, dma_buf_attach(mock->dmabuf, mock->dev));
}

static int do_dynamic_attach(struct mock *mock)
{
	return keep_attach(mock, dma_buf_dynamic_attach(mock->dmabuf, mock->dev, NULL, NULL));
}

static int do_detach(struct mock *mock)
{
	dma_buf_detach(mock->dmabuf, mock->attach);
	mock->attach = NULL;
	return 0;
}

static int do_map(struct mock *mock)
{
	mock->sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_BIDIRECTIONAL);
	return PTR_ERR_OR_ZERO(mock->sgt);
}

static int do_unmap(struct mock *mock)
{
	dma_buf_unmap_attachment_unlocked(mock->attach, mock->sgt, DMA_BIDIRECTIONAL);
	return 0;
}

static int do_vmap(struct mock *mock)
{
	return dma_buf_vmap_unlocked(mock->dmabuf, &mock->map);
}

static int do_vunmap(struct mock *mock)
{
	dma_buf_vunmap_unlocked(mock->dmabuf, &mock->map);
	return 0;
}

static int do_poll(struct mock *mock)
{
	vfs_poll(mock->dmabuf->file, NULL);
	return 0;
}

static int do_export(struct mock *mock)
{
	mock->second = mock_export(mock, &mock_static_ops);
	return PTR_ERR_OR_ZERO(mock->second);
}

/* Without the lock again: its release must not run with it. */
static void undo_export(struct mock *mock)
{
	if (!IS_ERR_OR_NULL(mock->second))
		__fput_sync(mock->second->file);
}

static int do_fd(struct mock *mock)
{
	int fd;

	get_dma_buf(mock->dmabuf);
	fd = dma_buf_fd(mock->dmabuf, O_CLOEXEC);
	if (fd < 0) {
		fput(mock->dmabuf->file);
		return fd;
	}
	return ls_close(fd);
}

static int do_get(struct mock *mock)
{
	struct dma_buf *dmabuf;
	int fd = get_unused_fd_flags(0);

	if (fd < 0)
		return fd;
	fd_install(fd, get_file(mock->dmabuf->file));
	dmabuf = dma_buf_get(fd);
	if (!IS_ERR(dmabuf))
		fput(dmabuf->file);
	ls_close(fd);
	return PTR_ERR_OR_ZERO(dmabuf);
}

static int do_put(struct mock *mock)
{
	get_dma_buf(mock->dmabuf);
	dma_buf_put(mock->dmabuf);
	return 0;
}

static int do_begin(struct mock *mock)
{
	return dma_buf_begin_cpu_access(mock->dmabuf, DMA_FROM_DEVICE);
}

static int do_end(struct mock *mock)
{
	return dma_buf_end_cpu_access(mock->dmabuf, DMA_FROM_DEVICE);
}

static int do_mmap(struct mock *mock)
{
	struct vm_area_struct vma = { .vm_end = PAGE_SIZE };
	int ret;

	vma.vm_file = get_file(mock->dmabuf->file);
	ret = dma_buf_mmap(mock->dmabuf, &vma, 0);
	fput(vma.vm_file);
	return ret;
}

static int do_ioctl(struct mock *mock)
{
	/* One that it does not know: the others look at user memory, a sin of its own here. */
	long ret = vfs_ioctl(mock->dmabuf->file, _IO('b', 99), 0);

	return ret == -ENOTTY ? 0 : ret;
}

static void undo_attach(struct mock *mock)
{
	mock_detach(mock);
}

static void undo_map(struct mock *mock)
{
	do_unmap(mock);
}

static void undo_vmap(struct mock *mock)
{
	do_vunmap(mock);
}

static const struct step steps[] = {
	{ "attach-unheld", "dma_buf_attach", do_attach, undo_attach, .hangs = true, .detached = true },
	{ "dynamic-attach-unheld", "dma_buf_dynamic_attach", do_dynamic_attach, undo_attach,
	  .hangs = true, .detached = true },
	{ "detach-unheld", "dma_buf_detach", do_detach, .hangs = true },
	{ "map-unlocked-unheld", "dma_buf_map_attachment_unlocked", do_map, undo_map, .hangs = true },
	{ "unmap-unlocked-unheld", "dma_buf_unmap_attachment_unlocked", do_unmap, .hangs = true,
	  .mapped = true },
	{ "vmap-unlocked-unheld", "dma_buf_vmap_unlocked", do_vmap, undo_vmap, .hangs = true },
	{ "vunmap-unlocked-unheld", "dma_buf_vunmap_unlocked", do_vunmap, .hangs = true,
	  .vmapped = true },
	{ "poll-unheld", "dma_buf_poll", do_poll, .hangs = true },
	{ "export-unheld", "dma_buf_export", do_export, undo_export },
	{ "fd-unheld", "dma_buf_fd", do_fd },
	{ "get-unheld", "dma_buf_get", do_get },
	{ "put-unheld", "dma_buf_put", do_put },
	{ "begin-cpu-access-unheld", "dma_buf_begin_cpu_access", do_begin },
	{ "end-cpu-access-unheld", "dma_buf_end_cpu_access", do_end },
	{ "mmap-unheld", "dma_buf_mmap", do_mmap },
	{ "ioctl-unheld", "dma_buf_ioctl", do_ioctl },
};

static void describe_step(const struct step *step, char *desc)
{
	strscpy(desc, step->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(steps, steps, describe_step);

static struct mock *prepare(struct kunit *test, const struct step *step)
{
	struct mock *mock;

	if (step->detached)
		return mock_new(test, &mock_static_ops);
	mock = mock_attached(test, false);
	if (step->mapped)
		KUNIT_ASSERT_EQ(test, do_map(mock), 0);
	if (step->vmapped)
		KUNIT_ASSERT_EQ(test, do_vmap(mock), 0);
	return mock;
}

static void keeps(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = prepare(test, step);

	int ret = step->call(mock);

	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_FALSE(test, mock_locked(mock));
	if (!ret && step->after)
		step->after(mock);
}

struct attempt {
	const struct step *step;
	struct mock *mock;
};

static void call_locked(void *arg)
{
	struct attempt *attempt = arg;

	dma_resv_lock(&attempt->mock->resv, NULL);
	attempt->step->call(attempt->mock);
	dma_resv_unlock(&attempt->mock->resv);
}

static void breaks(struct kunit *test)
{
	const struct step *step = test->param_value;
	struct mock *mock = prepare(test, step);
	struct attempt attempt = { step, mock };
	const struct ls_report *r;
	char want[120];
	int ret;

	lockstep_expect_report(test, step->rule);
	ret = lockstep_run_task(call_locked, &attempt);
	KUNIT_EXPECT_EQ(test, ret, step->hangs ? -EDEADLK : 0);

	r = mock_check_report(test, step->rule, step->hangs ? LS_DEADLOCK : LS_BREACH);
	if (step->hangs)
		snprintf(want, sizeof(want),
			 "%s() takes the reservation lock, which its own task holds", step->name);
	else
		snprintf(want, sizeof(want), "%s() called with the reservation lock held",
			 step->name);
	KUNIT_EXPECT_STREQ(test, r->what, want);
	KUNIT_EXPECT_PTR_EQ(test, r->lock, (const void *)&mock->resv.lock);
	KUNIT_EXPECT_STREQ(test, r->holder, "held by this task, which took it at");
	KUNIT_EXPECT_EQ(test, r->holder_trace.pid, r->pid);
	KUNIT_EXPECT_EQ(test, os_function_start(r->holder_trace.pc[0]),
			(unsigned long)call_locked);
	KUNIT_EXPECT_EQ(test, r->suggest_pc, 0);

	/* The task that ended let go of the lock; the call was not made. */
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&mock->resv));
	if (step->mapped)
		do_unmap(mock);
	if (step->vmapped)
		do_vunmap(mock);
	if (!step->hangs && step->after)
		step->after(mock);
}

static struct kunit_case unheld_cases[] = {
	KUNIT_CASE_PARAM(keeps, steps_gen_params),
	KUNIT_CASE_PARAM(breaks, steps_gen_params),
	{}
};

static struct kunit_suite unheld_suite = {
	.name = "convention-unheld",
	.test_cases = unheld_cases,
};
kunit_test_suite(unheld_suite);

MODULE_LICENSE("MIT");
