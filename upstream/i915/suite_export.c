// SPDX-License-Identifier: MIT
/* i915 as the exporter: attach, CPU access, mappings of both kinds, the shrinker. */
#include <linux/dma-buf.h>
#include <linux/file.h>
#include <lockstep/syscall.h>

#include "fixture.h"

#define NR_PAGES 4

static int export_new(struct kunit *test, struct drm_i915_gem_object **obj, struct dma_buf **dmabuf)
{
	*obj = i915_gem_object_create_shmem(fixture_device(test), NR_PAGES * PAGE_SIZE);
	if (IS_ERR(*obj))
		return PTR_ERR(*obj);

	*dmabuf = i915_gem_prime_export(&(*obj)->base, O_RDWR);
	if (IS_ERR(*dmabuf)) {
		i915_gem_object_put(*obj);
		return PTR_ERR(*dmabuf);
	}
	return 0;
}

static void export_drop(struct drm_i915_gem_object *obj, struct dma_buf *dmabuf)
{
	dma_buf_put(dmabuf);
	i915_gem_object_put(obj);
}

/* The buffer keeps its object alive. */
static void export_outlives_object(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;

	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
	i915_gem_object_put(obj);
	i915_gem_drain_freed_objects(fixture_device(test));
	KUNIT_EXPECT_EQ(test, kref_read(&obj->base.refcount), 1);
	KUNIT_EXPECT_EQ(test, dmabuf->size, NR_PAGES * PAGE_SIZE);
	dma_buf_put(dmabuf);
out:
	return;
}

/* An importer that is not i915 maps the object's own pages. */
static void export_map(struct kunit *test)
{
	struct device *dev = fixture_other(test)->drm.dev;
	struct dma_buf_attachment *attach;
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;
	struct sg_table *st;

	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
	attach = dma_buf_attach(dmabuf, dev);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(attach), out_dmabuf);
	KUNIT_EXPECT_TRUE(test, i915_gem_object_has_pinned_pages(obj));

	st = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(st), out_attach);
	KUNIT_EXPECT_PTR_NE(test, st, obj->mm.pages);
	KUNIT_EXPECT_PTR_EQ(test, sg_page(st->sgl), sg_page(obj->mm.pages->sgl));
	KUNIT_EXPECT_EQ(test, st->orig_nents, obj->mm.pages->orig_nents);
	dma_buf_unmap_attachment_unlocked(attach, st, DMA_BIDIRECTIONAL);
out_attach:
	dma_buf_detach(dmabuf, attach);
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pinned_pages(obj));
out_dmabuf:
	export_drop(obj, dmabuf);
out:
	return;
}

static int cpu_store(struct dma_buf *dmabuf, u8 *byte, u8 value)
{
	int err = dma_buf_begin_cpu_access(dmabuf, DMA_TO_DEVICE);

	if (err)
		return err;
	*byte = value;
	return dma_buf_end_cpu_access(dmabuf, DMA_TO_DEVICE);
}

/*
 * What a vmap of the buffer shows is the object's memory. i915 before 6.2 takes the
 * reservation lock inside .vmap, where the rules since then have it held already:
 * that is a self-deadlock of its own, and no news about the free path.
 */
static void export_vmap(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;
	struct iosys_map map;
	u8 byte;

#if LOCKSTEP_LINUX < KERNEL_VERSION(6, 2, 0)
	if (!fixture_rules_of_6_1())
		kunit_skip(test,
			   "i915 before 6.2 locks inside .vmap itself; --rules 6.1 runs this");
#endif
	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
#if LOCKSTEP_LINUX < KERNEL_VERSION(6, 2, 0)
	FIXTURE_OK(test, dma_buf_vmap(dmabuf, &map), out_dmabuf);
#else
	FIXTURE_OK(test, dma_buf_vmap_unlocked(dmabuf, &map), out_dmabuf);
#endif
	FIXTURE_OK(test, cpu_store(dmabuf, (u8 *)map.vaddr + PAGE_SIZE + 5, 0xa5), out_vmap);
	KUNIT_EXPECT_EQ(test, i915_gem_object_read_from_page(obj, PAGE_SIZE + 5, &byte, 1), 0);
	KUNIT_EXPECT_EQ(test, byte, 0xa5);
out_vmap:
#if LOCKSTEP_LINUX < KERNEL_VERSION(6, 2, 0)
	dma_buf_vunmap(dmabuf, &map);
#else
	dma_buf_vunmap_unlocked(dmabuf, &map);
#endif
out_dmabuf:
	export_drop(obj, dmabuf);
out:
	return;
}

/* A client's mmap of the buffer's fd shows it too. */
static void export_mmap(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;
	u8 byte, *user;
	int fd;

	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
	get_dma_buf(dmabuf);
	fd = dma_buf_fd(dmabuf, O_CLOEXEC);
	if (fd < 0) {
		dma_buf_put(dmabuf);
		FIXTURE_OK(test, fd, out_dmabuf);
	}

	user = ls_mmap(fd, NR_PAGES * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(user), out_fd);
	FIXTURE_OK(test, fixture_touch_pages(obj), out_user);
	/* Short of memory, an access faults, and the client would die of it. */
	FIXTURE_OK(test, ls_fault(user + 2 * PAGE_SIZE, 1), out_user);
	FIXTURE_OK(test, cpu_store(dmabuf, user + 2 * PAGE_SIZE, 0x5a), out_user);

	FIXTURE_OK(test, i915_gem_object_pin_pages_unlocked(obj), out_user);
	KUNIT_EXPECT_EQ(test, i915_gem_object_read_from_page(obj, 2 * PAGE_SIZE, &byte, 1), 0);
	KUNIT_EXPECT_EQ(test, byte, 0x5a);
	i915_gem_object_unpin_pages(obj);
out_user:
	KUNIT_EXPECT_EQ(test, ls_munmap(user, NR_PAGES * PAGE_SIZE), 0);
out_fd:
	ls_close(fd);
out_dmabuf:
	export_drop(obj, dmabuf);
out:
	return;
}

/* More than there is cannot be mapped. */
static void export_mmap_too_long(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;
	void *user;

	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
	user = ls_mmap_file(dmabuf->file, (NR_PAGES + 1) * PAGE_SIZE, PROT_READ, MAP_SHARED, 0);
	KUNIT_EXPECT_PTR_EQ(test, user, ERR_PTR(-EINVAL));
	export_drop(obj, dmabuf);
out:
	return;
}

/* One page needs no vmap; other pages do, and another caching type is another mapping. */
static void pin_map_types(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	u8 *wb, *wc;

	obj = i915_gem_object_create_shmem(fixture_device(test), NR_PAGES * PAGE_SIZE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, obj);

	wb = i915_gem_object_pin_map_unlocked(obj, I915_MAP_WB);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(wb), out_obj);
	wb[PAGE_SIZE] = 17;
	i915_gem_object_flush_map(obj);
	KUNIT_EXPECT_PTR_EQ(test, i915_gem_object_pin_map_unlocked(obj, I915_MAP_WC),
			    ERR_PTR(-EBUSY));
	i915_gem_object_unpin_map(obj);

	wc = i915_gem_object_pin_map_unlocked(obj, I915_MAP_WC);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(wc), out_obj);
	KUNIT_EXPECT_EQ(test, wc[PAGE_SIZE], 17);
	__i915_gem_object_release_map(obj);
	KUNIT_EXPECT_PTR_EQ(test, obj->mm.mapping, NULL);
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pinned_pages(obj));
out_obj:
	i915_gem_object_put(obj);
}

static void pin_map_page(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	void *vaddr;

	obj = i915_gem_object_create_shmem(fixture_device(test), PAGE_SIZE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, obj);

	vaddr = i915_gem_object_pin_map_unlocked(obj, I915_MAP_WB);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(vaddr), out_obj);
	KUNIT_EXPECT_PTR_EQ(test, vaddr, page_address(sg_page(obj->mm.pages->sgl)));
	KUNIT_EXPECT_PTR_EQ(test, i915_gem_object_get_page(obj, 0), virt_to_page(vaddr));
	i915_gem_object_unpin_map(obj);
out_obj:
	i915_gem_object_put(obj);
}

/* Pages are found from both ends: forwards by walking, backwards by the radix tree. */
static void page_lookup(struct kunit *test)
{
	struct drm_i915_gem_object *obj;
	unsigned int i, n = 0;

	obj = i915_gem_object_create_shmem(fixture_device(test), 64 * PAGE_SIZE);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, obj);

	FIXTURE_OK(test, i915_gem_object_pin_pages_unlocked(obj), out_obj);
	for (i = 0; i < 64; i++)
		n += page_to_phys(i915_gem_object_get_page(obj, i)) ==
		     i915_gem_object_get_dma_address(obj, i);
	for (i = 64; i--;)
		n += page_to_phys(i915_gem_object_get_page(obj, i)) ==
		     i915_gem_object_get_dma_address(obj, i);
	KUNIT_EXPECT_EQ(test, n, 128);
	i915_gem_object_unpin_pages(obj);
out_obj:
	i915_gem_object_put(obj);
}

/* The device's shrinker takes idle pages and leaves attached ones. */
static void shrink_idle(struct kunit *test)
{
	struct drm_i915_private *i915 = fixture_device(test);
	struct dma_buf_attachment *attach;
	struct drm_i915_gem_object *obj;
	struct dma_buf *dmabuf;

	FIXTURE_OK(test, export_new(test, &obj, &dmabuf), out);
	attach = dma_buf_attach(dmabuf, fixture_other(test)->drm.dev);
	FIXTURE_OK(test, PTR_ERR_OR_ZERO(attach), out_dmabuf);
	KUNIT_EXPECT_EQ(test, i915->mm.shrink_memory, obj->base.size);

	KUNIT_EXPECT_EQ(test, mock_shrink(i915, NR_PAGES), 0);
	dma_buf_detach(dmabuf, attach);
	KUNIT_EXPECT_EQ(test, mock_shrink(i915, NR_PAGES), NR_PAGES);
	KUNIT_EXPECT_EQ(test, i915->mm.shrink_memory, 0);
	KUNIT_EXPECT_FALSE(test, i915_gem_object_has_pages(obj));
out_dmabuf:
	export_drop(obj, dmabuf);
out:
	return;
}

static struct kunit_case export_cases[] = { KUNIT_CASE(export_outlives_object),
					    KUNIT_CASE(export_map),
					    KUNIT_CASE(export_vmap),
					    KUNIT_CASE(export_mmap),
					    KUNIT_CASE(export_mmap_too_long),
					    KUNIT_CASE(pin_map_types),
					    KUNIT_CASE(pin_map_page),
					    KUNIT_CASE(page_lookup),
					    KUNIT_CASE(shrink_idle),
					    {} };

static struct kunit_suite export_suite = {
	.name = "i915_export",
	.suite_init = fixture_suite_init,
	.suite_exit = fixture_suite_exit,
	.init = fixture_init,
	.exit = fixture_exit,
	.test_cases = export_cases,
};
kunit_test_suites(&export_suite);
