// SPDX-License-Identifier: MIT
/* Scatterlists of every length, walks and copies, DMA mappings. */
#include <kunit/test.h>
#include <linux/dma-mapping.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>
#include <lockstep/fault.h>
#include <lockstep/test.h>

static void tables_of_all_lengths(struct kunit *test)
{
	static const unsigned int lengths[] = { 1, 2, 127, 128, 129, 254, 255, 256, 1000 };
	struct scatterlist *sg;
	struct sg_table sgt;
	unsigned int i, n;

	for (n = 0; n < ARRAY_SIZE(lengths); n++) {
		unsigned int count = 0;

		KUNIT_ASSERT_EQ(test, sg_alloc_table(&sgt, lengths[n], GFP_KERNEL), 0);
		KUNIT_EXPECT_EQ(test, sgt.orig_nents, lengths[n]);
		KUNIT_EXPECT_EQ(test, sg_nents(sgt.sgl), lengths[n]);
		for_each_sgtable_sg(&sgt, sg, i)
			count++;
		KUNIT_EXPECT_EQ(test, count, lengths[n]);
		KUNIT_EXPECT_NULL(test, sg);
		KUNIT_EXPECT_TRUE(test, sg_is_last(sg_last(sgt.sgl, sgt.nents)));
		sg_free_table(&sgt);
	}
	KUNIT_EXPECT_EQ(test, sg_alloc_table(&sgt, 0, GFP_KERNEL), -EINVAL);
}

static void a_table_that_fails_leaves_nothing(struct kunit *test)
{
	struct sg_table sgt;
	unsigned int n;

	for (n = 1; n <= 3; n++) {
		ls_fail_nth(n);
		KUNIT_EXPECT_EQ(test, sg_alloc_table(&sgt, 300, GFP_KERNEL), -ENOMEM);
		ls_fail_nth(0);
	}
}

static void adjacent_pages_share_an_entry(struct kunit *test)
{
	struct page *block = alloc_pages(GFP_KERNEL, 3), *pages[8];
	struct sg_table sgt;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, block);
	for (i = 0; i < 8; i++)
		pages[i] = block + i;
	KUNIT_ASSERT_EQ(test, sg_alloc_table_from_pages(&sgt, pages, 8, 100, 7 * PAGE_SIZE,
							GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, sgt.nents, 1);
	KUNIT_EXPECT_EQ(test, sgt.sgl->offset, 100);
	KUNIT_EXPECT_EQ(test, sgt.sgl->length, 7 * PAGE_SIZE);
	sg_free_table(&sgt);

	swap(pages[2], pages[3]);
	KUNIT_ASSERT_EQ(test, sg_alloc_table_from_pages(&sgt, pages, 8, 0, 8 * PAGE_SIZE,
							GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, sgt.nents, 4);
	sg_free_table(&sgt);

	swap(pages[2], pages[3]);
	KUNIT_ASSERT_EQ(test, sg_alloc_table_from_pages_segment(&sgt, pages, 8, 0, 8 * PAGE_SIZE,
								3 * PAGE_SIZE, GFP_KERNEL), 0);
	KUNIT_EXPECT_EQ(test, sgt.nents, 3);
	KUNIT_EXPECT_EQ(test, sg_next(sgt.sgl)->length, 3 * PAGE_SIZE);
	sg_free_table(&sgt);
	__free_pages(block, 3);
}

static void appended_tables_grow(struct kunit *test)
{
	struct sg_append_table table = {};
	struct page **pages = kcalloc(400, sizeof(*pages), GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i, at = 0;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	for (i = 0; i < 400; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	/* No two that follow each other are adjacent. */
	for (i = 0; i + 1 < 400; i += 2)
		if (pages[i] + 1 == pages[i + 1])
			swap(pages[i], pages[i + 1]);
	for (i = 0; i < 400; i += 50)
		KUNIT_ASSERT_EQ(test, sg_alloc_append_table_from_pages(&table, pages + i, 50, 0,
					50 * PAGE_SIZE, UINT_MAX, 350 - i, GFP_KERNEL), 0);
	for_each_sgtable_sg(&table.sgt, sg, i) {
		struct page *page = sg_page(sg);
		unsigned int left = sg->length;

		for (; left; left -= PAGE_SIZE)
			KUNIT_ASSERT_PTR_EQ(test, page++, pages[at++]);
	}
	KUNIT_EXPECT_EQ(test, at, 400);
	sg_free_append_table(&table);
	for (i = 0; i < 400; i++)
		__free_page(pages[i]);
	kfree(pages);
}

static void pages_are_walked(struct kunit *test)
{
	struct page *block = alloc_pages(GFP_KERNEL, 2);
	struct sg_page_iter iter;
	struct sg_table sgt;
	int n = 0;

	KUNIT_ASSERT_EQ(test, sg_alloc_table(&sgt, 2, GFP_KERNEL), 0);
	sg_set_page(sgt.sgl, block, 3 * PAGE_SIZE, 0);
	sg_set_page(sg_next(sgt.sgl), block + 3, PAGE_SIZE, 0);
	for_each_sgtable_page(&sgt, &iter, 1) {
		KUNIT_EXPECT_PTR_EQ(test, sg_page_iter_page(&iter), block + 1 + n);
		n++;
	}
	KUNIT_EXPECT_EQ(test, n, 3);
	sg_free_table(&sgt);
	__free_pages(block, 2);
}

static void copies_cross_entries(struct kunit *test)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);
	char in[300], out[300] = {};
	struct sg_table sgt;
	int i;

	for (i = 0; i < 300; i++)
		in[i] = (char)i;
	KUNIT_ASSERT_EQ(test, sg_alloc_table(&sgt, 2, GFP_KERNEL), 0);
	sg_set_page(sgt.sgl, a, 200, PAGE_SIZE - 200);
	sg_set_page(sg_next(sgt.sgl), b, 200, 50);
	KUNIT_EXPECT_EQ(test, sg_pcopy_from_buffer(sgt.sgl, 2, in, 300, 10), 300);
	KUNIT_EXPECT_EQ(test, ((char *)page_address(b))[50], in[190]);
	KUNIT_EXPECT_EQ(test, sg_pcopy_to_buffer(sgt.sgl, 2, out, 300, 10), 300);
	KUNIT_EXPECT_EQ(test, memcmp(in, out, 300), 0);
	KUNIT_EXPECT_EQ(test, sg_copy_to_buffer(sgt.sgl, 2, out, 300), 300);
	KUNIT_EXPECT_EQ(test, sg_zero_buffer(sgt.sgl, 2, 1000, 390), 10);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(sgt.sgl, 200), 1);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(sgt.sgl, 201), 2);
	KUNIT_EXPECT_EQ(test, sg_nents_for_len(sgt.sgl, 401), -EINVAL);
	sg_free_table(&sgt);
	__free_page(a);
	__free_page(b);
}

static void dma_is_the_identity(struct kunit *test)
{
	u64 mask = DMA_BIT_MASK(64);
	struct device dev = { .dma_mask = &mask };
	struct page *page = alloc_page(GFP_KERNEL);
	struct sg_table sgt;
	dma_addr_t addr;
	void *p;

	KUNIT_ASSERT_EQ(test, sg_alloc_table(&sgt, 1, GFP_KERNEL), 0);
	sg_set_page(sgt.sgl, page, 100, 20);
	KUNIT_ASSERT_EQ(test, dma_map_sgtable(&dev, &sgt, DMA_BIDIRECTIONAL, 0), 0);
	KUNIT_EXPECT_EQ(test, sg_dma_address(sgt.sgl), page_to_phys(page) + 20);
	KUNIT_EXPECT_EQ(test, sg_dma_len(sgt.sgl), 100);
	dma_unmap_sgtable(&dev, &sgt, DMA_BIDIRECTIONAL, 0);

	mask = LS_PHYS_BASE; /* reaches nothing */
	KUNIT_EXPECT_EQ(test, dma_map_sgtable(&dev, &sgt, DMA_BIDIRECTIONAL, 0), -EIO);
	addr = dma_map_page(&dev, page, 0, 1, DMA_TO_DEVICE);
	KUNIT_EXPECT_EQ(test, dma_mapping_error(&dev, addr), -ENOMEM);
	KUNIT_EXPECT_NULL(test, dma_alloc_coherent(&dev, 100, &addr, GFP_KERNEL));

	mask = DMA_BIT_MASK(64);
	ls_fail_nth(1);
	KUNIT_EXPECT_EQ(test, dma_map_sgtable(&dev, &sgt, DMA_BIDIRECTIONAL, 0), -ENOMEM);
	ls_fail_nth(0);
	p = dma_alloc_coherent(&dev, 3 * PAGE_SIZE, &addr, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(p, 3 * PAGE_SIZE));
	KUNIT_EXPECT_EQ(test, addr, virt_to_phys(p));
	dma_free_coherent(&dev, 3 * PAGE_SIZE, p, addr);
	sg_free_table(&sgt);
	__free_page(page);
}

static struct kunit_case scatterlist_cases[] = {
	KUNIT_CASE(tables_of_all_lengths),
	KUNIT_CASE(a_table_that_fails_leaves_nothing),
	KUNIT_CASE(adjacent_pages_share_an_entry),
	KUNIT_CASE(appended_tables_grow),
	KUNIT_CASE(pages_are_walked),
	KUNIT_CASE(copies_cross_entries),
	KUNIT_CASE(dma_is_the_identity),
	{}
};

static struct kunit_suite scatterlist_suite = {
	.name = "mm_scatterlist",
	.test_cases = scatterlist_cases,
};

kunit_test_suite(scatterlist_suite);
