/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CONVENTION_MOCK_H
#define TESTS_CONVENTION_MOCK_H

#include <kunit/device.h>
#include <kunit/test.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <lockstep/convention.h>
#include <lockstep/symbol.h>
#include <lockstep/test.h>

/*
 * A buffer of one page, its exporter and one importer, all of which note in which
 * state of the lock they are called, and can be told to fail or to misbehave.
 */
enum mock_call {
	MOCK_NONE, MOCK_ATTACH, MOCK_DETACH, MOCK_PIN, MOCK_UNPIN, MOCK_MAP, MOCK_UNMAP,
	MOCK_RELEASE, MOCK_BEGIN, MOCK_END, MOCK_MMAP, MOCK_VMAP, MOCK_VUNMAP, MOCK_MOVE, MOCK_NR
};

/**
 * struct mock - the buffer and everything round it
 * @resv: outlives the dma_buf
 * @dmabuf: NULL once put
 * @second: another buffer of the same exporter
 * @attach: NULL when detached
 * @attaching: what the exporter was asked about last
 * @sgt: current mapping
 * @map: current vmap
 * @page: the memory
 * @dev: the importer's device
 * @calls: how often each callback ran
 * @held: was the lock held by the task when it ran last
 * @fail: error for a callback to return
 * @flip: callback that leaves the lock in the other state
 */
struct mock {
	struct dma_resv resv;
	struct dma_buf *dmabuf;
	struct dma_buf *second;
	struct dma_buf_attachment *attach;
	struct dma_buf_attachment *attaching;
	struct sg_table *sgt;
	struct iosys_map map;
	struct page *page;
	struct device *dev;
	unsigned int calls[MOCK_NR];
	bool held[MOCK_NR];
	int fail[MOCK_NR];
	enum mock_call flip;
};

static inline bool mock_locked(struct mock *mock)
{
	return ls_mutex_owner(&mock->resv.lock.base) == current;
}

static inline int mock_called(struct mock *mock, enum mock_call call)
{
	mock->calls[call]++;
	mock->held[call] = mock_locked(mock);
	if (mock->flip == call) {
		if (mock->held[call])
			dma_resv_unlock(&mock->resv);
		else
			dma_resv_lock(&mock->resv, NULL);
	}
	return mock->fail[call];
}

static inline int mock_attach_cb(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	struct mock *mock = dmabuf->priv;

	mock->attaching = attach;
	return mock_called(mock, MOCK_ATTACH);
}

static inline void mock_detach_cb(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	mock_called(dmabuf->priv, MOCK_DETACH);
}

static inline int mock_pin_cb(struct dma_buf_attachment *attach)
{
	return mock_called(attach->dmabuf->priv, MOCK_PIN);
}

static inline void mock_unpin_cb(struct dma_buf_attachment *attach)
{
	mock_called(attach->dmabuf->priv, MOCK_UNPIN);
}

static inline struct sg_table *mock_map_cb(struct dma_buf_attachment *attach,
					   enum dma_data_direction dir)
{
	struct mock *mock = attach->dmabuf->priv;
	struct sg_table *sgt;
	int err = mock_called(mock, MOCK_MAP);

	if (err)
		return err == -ENODATA ? NULL : ERR_PTR(err);
	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return ERR_PTR(-ENOMEM);
	err = sg_alloc_table(sgt, 1, GFP_KERNEL);
	if (err)
		goto err_free;
	sg_set_page(sgt->sgl, mock->page, PAGE_SIZE, 0);
	err = dma_map_sgtable(attach->dev, sgt, dir, 0);
	if (err)
		goto err_table;
	return sgt;

err_table:
	sg_free_table(sgt);
err_free:
	kfree(sgt);
	return ERR_PTR(err);
}

static inline void mock_unmap_cb(struct dma_buf_attachment *attach, struct sg_table *sgt,
				 enum dma_data_direction dir)
{
	mock_called(attach->dmabuf->priv, MOCK_UNMAP);
	dma_unmap_sgtable(attach->dev, sgt, dir, 0);
	sg_free_table(sgt);
	kfree(sgt);
}

static inline void mock_release_cb(struct dma_buf *dmabuf)
{
	mock_called(dmabuf->priv, MOCK_RELEASE);
}

static inline int mock_begin_cb(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	return mock_called(dmabuf->priv, MOCK_BEGIN);
}

static inline int mock_end_cb(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	return mock_called(dmabuf->priv, MOCK_END);
}

static inline int mock_mmap_cb(struct dma_buf *dmabuf, struct vm_area_struct *vma)
{
	return mock_called(dmabuf->priv, MOCK_MMAP);
}

static inline int mock_vmap_cb(struct dma_buf *dmabuf, struct iosys_map *map)
{
	struct mock *mock = dmabuf->priv;
	int err = mock_called(mock, MOCK_VMAP);

	if (!err)
		iosys_map_set_vaddr(map, page_address(mock->page));
	return err;
}

static inline void mock_vunmap_cb(struct dma_buf *dmabuf, struct iosys_map *map)
{
	mock_called(dmabuf->priv, MOCK_VUNMAP);
}

static inline void mock_move_cb(struct dma_buf_attachment *attach)
{
	mock_called(attach->dmabuf->priv, MOCK_MOVE);
}

#define MOCK_OPS                                                                                   \
	.attach = mock_attach_cb, .detach = mock_detach_cb, .map_dma_buf = mock_map_cb,            \
	.unmap_dma_buf = mock_unmap_cb, .release = mock_release_cb,                                \
	.begin_cpu_access = mock_begin_cb, .end_cpu_access = mock_end_cb, .mmap = mock_mmap_cb,    \
	.vmap = mock_vmap_cb, .vunmap = mock_vunmap_cb

static const struct dma_buf_ops mock_static_ops = { MOCK_OPS };
static const struct dma_buf_ops mock_dynamic_ops = {
	MOCK_OPS, .pin = mock_pin_cb, .unpin = mock_unpin_cb,
};
static const struct dma_buf_attach_ops mock_importer_ops = { .move_notify = mock_move_cb };

/* Drop the buffer, and wait until it is gone. */
static inline void mock_put(struct mock *mock)
{
	struct dma_buf *dmabuf = mock->dmabuf;

	mock->dmabuf = NULL;
	if (!dmabuf)
		return;
	dma_buf_put(dmabuf);
	flush_delayed_fput();
}

static inline void mock_detach(struct mock *mock)
{
	if (mock->attach)
		dma_buf_detach(mock->dmabuf, mock->attach);
	mock->attach = NULL;
}

static inline void mock_fini(void *arg)
{
	struct mock *mock = arg;

	mock->flip = MOCK_NONE;
	mock_detach(mock);
	mock_put(mock);
	dma_resv_fini(&mock->resv);
	__free_page(mock->page);
}

static inline struct dma_buf *mock_export(struct mock *mock, const struct dma_buf_ops *ops)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);

	info.ops = ops;
	info.size = PAGE_SIZE;
	info.flags = O_RDWR;
	info.resv = &mock->resv;
	info.priv = mock;
	return dma_buf_export(&info);
}

/* A buffer that is exported but not attached; cleaned up when the case ends. */
static inline struct mock *mock_new(struct kunit *test, const struct dma_buf_ops *ops)
{
	struct mock *mock = kunit_kzalloc(test, sizeof(*mock), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, mock);
	mock->dev = kunit_device_register(test, "importer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(mock->dev));
	mock->page = alloc_page(GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, mock->page);
	dma_resv_init(&mock->resv);
	KUNIT_ASSERT_EQ(test, kunit_add_action_or_reset(test, mock_fini, mock), 0);
	mock->dmabuf = mock_export(mock, ops);
	if (IS_ERR(mock->dmabuf)) {
		int err = PTR_ERR(mock->dmabuf);

		mock->dmabuf = NULL;
		KUNIT_ASSERT_EQ(test, err, 0);
	}
	return mock;
}

/* What an attach call returned: detached when the case ends. */
static inline void mock_keep_attach(struct kunit *test, struct mock *mock,
				    struct dma_buf_attachment *attach)
{
	KUNIT_ASSERT_FALSE(test, IS_ERR(attach));
	mock->attach = attach;
}

/* The same, attached: dynamically or not. */
static inline struct mock *mock_attached(struct kunit *test, bool dynamic)
{
	struct mock *mock = mock_new(test, dynamic ? &mock_dynamic_ops : &mock_static_ops);

	mock_keep_attach(test, mock,
			 dma_buf_dynamic_attach(mock->dmabuf, mock->dev,
						dynamic ? &mock_importer_ops : NULL, mock));
	return mock;
}

/* --- fences ---------------------------------------------------------------- */

static inline const char *mock_fence_name(struct dma_fence *fence)
{
	return "mock";
}

static const struct dma_fence_ops mock_plain_fence_ops = {
	.get_driver_name = mock_fence_name,
	.get_timeline_name = mock_fence_name,
};

struct mock_fence {
	struct dma_fence base;
	spinlock_t lock;
};

/* NULL when out of memory. */
static inline struct dma_fence *mock_fence_new(const struct dma_fence_ops *ops)
{
	struct mock_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, ops, &fence->lock, dma_fence_context_alloc(1), 1);
	return &fence->base;
}

/* --- reports --------------------------------------------------------------- */

/* Compare what every report of a rule of the table has. Returns it. */
static inline const struct ls_report *mock_check_report(struct kunit *test, const char *rule,
							enum ls_report_class class)
{
	const struct ls_report *r = lockstep_last_report(test);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_NOT_NULL(test, ls_rule_find(rule));
	KUNIT_EXPECT_STREQ(test, r->rule, rule);
	KUNIT_EXPECT_STREQ(test, r->text, ls_rule_find(rule)->text);
	KUNIT_EXPECT_EQ(test, r->class, class);
	KUNIT_EXPECT_GT(test, r->stack.nr, 1);
	return r;
}

#define mock_expect_contains(test, string, part)                                                   \
	KUNIT_EXPECT_TRUE_MSG(test, strstr(string, part) != NULL, "'%s' is not in '%s'", part,     \
			      string)

#endif /* TESTS_CONVENTION_MOCK_H */
