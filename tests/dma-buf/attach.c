// SPDX-License-Identifier: MIT
/*
 * Shared buffers: attaching, mapping, pinning, access by the CPU.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>

#include "../convention/mock.h"

static void bad_arguments(struct kunit *test)
{
	static const struct dma_buf_attach_ops no_notify;
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct iosys_map map;
	int i;

	for (i = 0; i < 11; i++)
		lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_attach(NULL, mock->dev)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_attach(mock->dmabuf, NULL)), -EINVAL);
	KUNIT_EXPECT_EQ(test,
			PTR_ERR(dma_buf_dynamic_attach(mock->dmabuf, mock->dev, &no_notify, NULL)),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment(NULL, DMA_TO_DEVICE)), -EINVAL);
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment_unlocked(NULL, DMA_TO_DEVICE)),
			-EINVAL);
	dma_buf_unmap_attachment(NULL, NULL, DMA_TO_DEVICE);
	dma_buf_unmap_attachment_unlocked(NULL, NULL, DMA_TO_DEVICE);
	dma_buf_detach(mock->dmabuf, NULL);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap(NULL, &map), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(NULL, DMA_TO_DEVICE), -EINVAL);
	KUNIT_EXPECT_EQ(test, dma_buf_end_cpu_access(NULL, DMA_TO_DEVICE), -EINVAL);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 11);
}

static void exporter_refuses(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);

	mock->fail[MOCK_ATTACH] = -EBUSY;
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_attach(mock->dmabuf, mock->dev)), -EBUSY);
	KUNIT_EXPECT_TRUE(test, list_empty(&mock->dmabuf->attachments));
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_DETACH], 0);
}

static void fields(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);

	KUNIT_EXPECT_PTR_EQ(test, mock->attach->dmabuf, mock->dmabuf);
	KUNIT_EXPECT_PTR_EQ(test, mock->attach->dev, mock->dev);
	KUNIT_EXPECT_PTR_EQ(test, mock->attach->importer_priv, (void *)mock);
	KUNIT_EXPECT_TRUE(test, dma_buf_attachment_is_dynamic(mock->attach));
	KUNIT_EXPECT_FALSE(test, mock->attach->peer2peer);
	KUNIT_EXPECT_FALSE(test, list_empty(&mock->dmabuf->attachments));
	mock_detach(mock);
	KUNIT_EXPECT_TRUE(test, list_empty(&mock->dmabuf->attachments));
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_DETACH], 1);
}

/* --- who is dynamic ----------------------------------------------------------- */

/* A static importer of a dynamic exporter is mapped and pinned while attached. */
static void static_on_dynamic(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_dynamic_ops);
	struct sg_table *sgt;

	mock_keep_attach(test, mock, dma_buf_attach(mock->dmabuf, mock->dev));
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_PIN], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], 1);

	sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	KUNIT_EXPECT_PTR_EQ(test, sgt, mock->attach->sgt);
	dma_buf_unmap_attachment_unlocked(mock->attach, sgt, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 0);

	mock_detach(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNPIN], 1);
	KUNIT_EXPECT_TRUE(test, mock->held[MOCK_UNPIN]);
}

static void dynamic_on_static(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);

	mock_keep_attach(test, mock, dma_buf_dynamic_attach(mock->dmabuf, mock->dev, &mock_importer_ops, NULL));
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], 1);
	/* Nothing to pin. */
	dma_resv_lock(&mock->resv, NULL);
	KUNIT_EXPECT_EQ(test, dma_buf_pin(mock->attach), 0);
	dma_buf_unpin(mock->attach);
	dma_resv_unlock(&mock->resv);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_PIN], 0);
}

static void attach_cannot_pin(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_dynamic_ops);

	mock->fail[MOCK_PIN] = -ENOSPC;
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_attach(mock->dmabuf, mock->dev)), -ENOSPC);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNPIN], 0);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_DETACH], 1);
	KUNIT_EXPECT_TRUE(test, list_empty(&mock->dmabuf->attachments));
}

static void attach_cannot_map(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_dynamic_ops);

	mock->fail[MOCK_MAP] = -ENODATA; /* NULL */
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_attach(mock->dmabuf, mock->dev)), -ENOMEM);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNPIN], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_DETACH], 1);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&mock->resv));
}

/* The importer must be dynamic to pin. */
static void static_pin(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);

	lockstep_expect_report(test, "warn");
	lockstep_expect_report(test, "warn");
	dma_resv_lock(&mock->resv, NULL);
	KUNIT_EXPECT_EQ(test, dma_buf_pin(mock->attach), 0);
	dma_buf_unpin(mock->attach);
	dma_resv_unlock(&mock->resv);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
}

static void pin_error(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);

	mock->fail[MOCK_PIN] = -ENOSPC;
	dma_resv_lock(&mock->resv, NULL);
	KUNIT_EXPECT_EQ(test, dma_buf_pin(mock->attach), -ENOSPC);
	dma_resv_unlock(&mock->resv);
}

/* Only dynamic importers hear of a move. */
static void move_notify(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);
	struct dma_buf_attachment *plain;

	plain = dma_buf_attach(mock->dmabuf, mock->dev);
	KUNIT_ASSERT_FALSE(test, IS_ERR(plain));
	dma_resv_lock(&mock->resv, NULL);
	dma_buf_move_notify(mock->dmabuf);
	dma_resv_unlock(&mock->resv);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MOVE], 1);
	dma_buf_detach(mock->dmabuf, plain);
}

/* --- mappings ------------------------------------------------------------------ */

static void map_errors(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);

	mock->fail[MOCK_MAP] = -EIO;
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE)),
			-EIO);
	mock->fail[MOCK_MAP] = -ENODATA;
	KUNIT_EXPECT_EQ(test, PTR_ERR(dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE)),
			-ENOMEM);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&mock->resv));
}

static void cached_mapping(struct kunit *test)
{
	static struct dma_buf_ops ops;
	struct sg_table *first, *second;
	struct mock *mock;

	ops = mock_static_ops;
	ops.cache_sgt_mapping = true;
	mock = mock_new(test, &ops);
	mock_keep_attach(test, mock, dma_buf_attach(mock->dmabuf, mock->dev));

	first = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	KUNIT_ASSERT_FALSE(test, IS_ERR(first));
	second = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	KUNIT_EXPECT_PTR_EQ(test, first, second);
	KUNIT_EXPECT_EQ(test,
			PTR_ERR(dma_buf_map_attachment_unlocked(mock->attach, DMA_FROM_DEVICE)),
			-EBUSY);
	dma_buf_unmap_attachment_unlocked(mock->attach, first, DMA_TO_DEVICE);
	dma_buf_unmap_attachment_unlocked(mock->attach, second, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 0);
	mock_detach(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 1);
}

/* Detached with a mapping: the table can never be given back. */
static void lost_mapping(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	struct dma_buf_attachment *attach = mock->attach;
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(attach, DMA_TO_DEVICE);
	const struct ls_report *r;

	KUNIT_ASSERT_FALSE(test, IS_ERR(sgt));
	lockstep_expect_report(test, "map-leak");
	mock_detach(mock);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_LEAK);
	KUNIT_EXPECT_STREQ(test, r->what, "dma_buf_detach() with 1 mapping not unmapped");
	mock_expect_contains(test, r->object, "dma_buf#");
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_UNMAP], 0);
	/* What the exporter would have done. */
	dma_unmap_sgtable(mock->dev, sgt, DMA_TO_DEVICE, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

/* Importers get no pages when asked to rely on addresses only. */
static void mangled_pages(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	struct sg_table *sgt;

	ls_dma_buf_mangle_sg = true;
	sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	if (!IS_ERR(sgt)) {
		KUNIT_EXPECT_NE(test, sgt->sgl->page_link & ~3UL, (unsigned long)mock->page);
		KUNIT_EXPECT_EQ(test, sg_dma_len(sgt->sgl), PAGE_SIZE);
		dma_buf_unmap_attachment_unlocked(mock->attach, sgt, DMA_TO_DEVICE);
	}
	ls_dma_buf_mangle_sg = false;
	KUNIT_EXPECT_FALSE(test, IS_ERR(sgt));
}

/* --- waiting for a move ----------------------------------------------------------- */

static struct dma_fence *add_fence(struct kunit *test, struct mock *mock,
				   enum dma_resv_usage usage)
{
	struct dma_fence *fence = mock_fence_new(&mock_plain_fence_ops);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, fence);
	dma_resv_lock(&mock->resv, NULL);
	ret = dma_resv_reserve_fences(&mock->resv, 1);
	if (!ret)
		dma_resv_add_fence(&mock->resv, fence, usage);
	dma_resv_unlock(&mock->resv);
	if (ret)
		dma_fence_put(fence);
	KUNIT_ASSERT_EQ(test, ret, 0);
	return fence;
}

static void drop_fence(struct dma_fence *fence)
{
	dma_fence_signal(fence);
	dma_fence_put(fence);
}

/* A dynamic importer waits itself. */
static void dynamic_does_not_wait(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);
	struct dma_fence *fence = add_fence(test, mock, DMA_RESV_USAGE_KERNEL);
	struct sg_table *sgt;

	sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	if (!IS_ERR(sgt))
		dma_buf_unmap_attachment_unlocked(mock->attach, sgt, DMA_TO_DEVICE);
	drop_fence(fence);
	KUNIT_EXPECT_FALSE(test, IS_ERR(sgt));
}

struct waiter {
	struct mock *mock;
	struct completion started, done;
	long (*wait)(struct mock *mock);
	long ret;
};

static int wait_thread(void *arg)
{
	struct waiter *waiter = arg;

	complete(&waiter->started);
	waiter->ret = waiter->wait(waiter->mock);
	complete_all(&waiter->done);
	while (!kthread_should_stop())
		schedule_timeout_uninterruptible(1);
	return 0;
}

static long wait_map(struct mock *mock)
{
	struct sg_table *sgt = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);

	if (IS_ERR(sgt))
		return PTR_ERR(sgt);
	dma_buf_unmap_attachment_unlocked(mock->attach, sgt, DMA_TO_DEVICE);
	return 0;
}

static long wait_cpu(struct mock *mock)
{
	return dma_buf_begin_cpu_access(mock->dmabuf, DMA_BIDIRECTIONAL);
}

/* Start @wait against a fence of @usage; end it by a signal or by the fence. */
static long wait_and_end(struct kunit *test, long (*wait)(struct mock *mock),
			 enum dma_resv_usage usage, bool interrupt)
{
	struct mock *mock = mock_attached(test, false);
	struct dma_fence *fence = add_fence(test, mock, usage);
	struct waiter waiter = { .mock = mock, .wait = wait };
	struct task_struct *task;

	init_completion(&waiter.started);
	init_completion(&waiter.done);
	task = kthread_run(wait_thread, &waiter, "waiter");
	if (IS_ERR(task))
		drop_fence(fence);
	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	wait_for_completion(&waiter.started);
	KUNIT_EXPECT_EQ(test, wait_for_completion_timeout(&waiter.done, 2), 0);

	if (interrupt)
		send_sig(SIGINT, task, 1);
	else
		dma_fence_signal(fence);
	wait_for_completion(&waiter.done);
	kthread_stop(task);
	drop_fence(fence);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], mock->calls[MOCK_UNMAP]);
	KUNIT_EXPECT_FALSE(test, dma_resv_is_locked(&mock->resv));
	return waiter.ret;
}

static void map_waits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, wait_and_end(test, wait_map, DMA_RESV_USAGE_KERNEL, false), 0);
}

static void map_interrupted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, wait_and_end(test, wait_map, DMA_RESV_USAGE_KERNEL, true),
			-ERESTARTSYS);
}

static void cpu_access_waits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, wait_and_end(test, wait_cpu, DMA_RESV_USAGE_READ, false), 0);
}

static void cpu_access_interrupted(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, wait_and_end(test, wait_cpu, DMA_RESV_USAGE_READ, true),
			-ERESTARTSYS);
}

/* A reader does not wait for readers. */
static void read_access_does_not_wait(struct kunit *test)
{
	struct mock *mock = mock_attached(test, false);
	struct dma_fence *fence = add_fence(test, mock, DMA_RESV_USAGE_READ);

	KUNIT_EXPECT_EQ(test, dma_buf_begin_cpu_access(mock->dmabuf, DMA_FROM_DEVICE), 0);
	drop_fence(fence);
}

/* --- kernel mappings ---------------------------------------------------------------- */

static void vmap_counts(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct iosys_map a, b;

	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &a), 0);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &b), 0);
	KUNIT_EXPECT_TRUE(test, iosys_map_is_equal(&a, &b));
	KUNIT_EXPECT_PTR_EQ(test, a.vaddr, page_address(mock->page));
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_VMAP], 1);
	dma_buf_vunmap_unlocked(mock->dmabuf, &a);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_VUNMAP], 0);
	dma_buf_vunmap_unlocked(mock->dmabuf, &b);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_VUNMAP], 1);
}

static void vmap_fails(struct kunit *test)
{
	struct mock *mock = mock_new(test, &mock_static_ops);
	struct iosys_map map = IOSYS_MAP_INIT_VADDR(test);

	mock->fail[MOCK_VMAP] = -ENOMEM;
	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &map), -ENOMEM);
	KUNIT_EXPECT_TRUE(test, iosys_map_is_null(&map));
	KUNIT_EXPECT_EQ(test, mock->dmabuf->vmapping_counter, 0);
	lockstep_expect_report(test, "warn");
	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(NULL, &map), -EINVAL);
}

static void no_vmap(struct kunit *test)
{
	static struct dma_buf_ops ops;
	struct iosys_map map;
	struct mock *mock;

	ops = mock_static_ops;
	ops.vmap = NULL;
	mock = mock_new(test, &ops);
	KUNIT_EXPECT_EQ(test, dma_buf_vmap_unlocked(mock->dmabuf, &map), -EINVAL);
}

/* --- teardown orders ------------------------------------------------------------------ */

/*
 * The exporter's reference goes first; the attachments in the order they came, each
 * after its mapping; the importer's reference last.
 */
static void orders(struct kunit *test)
{
	struct mock *mock = mock_attached(test, true);
	struct dma_buf_attachment *second;
	struct sg_table *a, *b;

	get_dma_buf(mock->dmabuf); /* the importer's */
	dma_buf_put(mock->dmabuf); /* the exporter's */
	second = dma_buf_attach(mock->dmabuf, mock->dev);
	KUNIT_ASSERT_FALSE(test, IS_ERR(second));
	a = dma_buf_map_attachment_unlocked(mock->attach, DMA_TO_DEVICE);
	b = dma_buf_map_attachment_unlocked(second, DMA_TO_DEVICE);
	KUNIT_EXPECT_FALSE(test, IS_ERR(a) || IS_ERR(b));
	if (!IS_ERR(a))
		dma_buf_unmap_attachment_unlocked(mock->attach, a, DMA_TO_DEVICE);
	mock_detach(mock);
	if (!IS_ERR(b))
		dma_buf_unmap_attachment_unlocked(second, b, DMA_TO_DEVICE);
	dma_buf_detach(mock->dmabuf, second);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 0);
	mock_put(mock);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_RELEASE], 1);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_MAP], mock->calls[MOCK_UNMAP]);
	KUNIT_EXPECT_EQ(test, mock->calls[MOCK_PIN], mock->calls[MOCK_UNPIN]);
}

static struct kunit_case attach_cases[] = {
	KUNIT_CASE(bad_arguments),
	KUNIT_CASE(exporter_refuses),
	KUNIT_CASE(fields),
	KUNIT_CASE(static_on_dynamic),
	KUNIT_CASE(dynamic_on_static),
	KUNIT_CASE(attach_cannot_pin),
	KUNIT_CASE(attach_cannot_map),
	KUNIT_CASE(static_pin),
	KUNIT_CASE(pin_error),
	KUNIT_CASE(move_notify),
	KUNIT_CASE(map_errors),
	KUNIT_CASE(cached_mapping),
	KUNIT_CASE(lost_mapping),
	KUNIT_CASE(mangled_pages),
	KUNIT_CASE(dynamic_does_not_wait),
	KUNIT_CASE(map_waits),
	KUNIT_CASE(map_interrupted),
	KUNIT_CASE(cpu_access_waits),
	KUNIT_CASE(cpu_access_interrupted),
	KUNIT_CASE(read_access_does_not_wait),
	KUNIT_CASE(vmap_counts),
	KUNIT_CASE(vmap_fails),
	KUNIT_CASE(no_vmap),
	KUNIT_CASE(orders),
	{}
};

static struct kunit_suite attach_suite = {
	.name = "dma-buf-attach",
	.test_cases = attach_cases,
};
kunit_test_suite(attach_suite);

MODULE_LICENSE("MIT");
