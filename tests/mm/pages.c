// SPDX-License-Identifier: MIT
/* Pages, compound pages, and their second life through vmap and vmalloc. */
#include <kunit/test.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <lockstep/test.h>

static void addresses_convert(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_ZERO, 2);
	char *addr = page_address(page);

	KUNIT_ASSERT_NOT_NULL(test, page);
	KUNIT_EXPECT_PTR_EQ(test, virt_to_page(addr + PAGE_SIZE), page + 1);
	KUNIT_EXPECT_PTR_EQ(test, pfn_to_page(page_to_pfn(page)), page);
	KUNIT_EXPECT_PTR_EQ(test, phys_to_virt(page_to_phys(page)), addr);
	KUNIT_EXPECT_NE(test, page_to_phys(page), 0);
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED((unsigned long)addr, PAGE_SIZE << 2));
	KUNIT_EXPECT_TRUE(test, mem_is_zero(addr, PAGE_SIZE << 2));
	__free_pages(page, 2);
}

static void compound_pages_count_at_the_head(struct kunit *test)
{
	struct folio *folio = folio_alloc(GFP_KERNEL, 3);
	struct page *tail = folio_page(folio, 5);

	KUNIT_ASSERT_NOT_NULL(test, folio);
	KUNIT_EXPECT_EQ(test, folio_nr_pages(folio), 8);
	KUNIT_EXPECT_PTR_EQ(test, page_folio(tail), folio);
	get_page(tail);
	KUNIT_EXPECT_EQ(test, folio_ref_count(folio), 2);
	put_page(tail);
	folio_put(folio);
}

static void split_pages_go_one_by_one(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, page);
	split_page(page, 2);
	for (i = 3; i >= 0; i--)
		put_page(page + i);
}

static void exact_pages(struct kunit *test)
{
	char *p = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);

	KUNIT_ASSERT_NOT_NULL(test, p);
	memset(p, 1, 3 * PAGE_SIZE);
	free_pages_exact(p, 3 * PAGE_SIZE);
}

static void blocks_join_again(struct kunit *test)
{
	struct page *page[16];
	int i, round;

	for (round = 0; round < 50; round++) {
		for (i = 0; i < 16; i++) {
			page[i] = alloc_pages(GFP_KERNEL, i % 5);
			KUNIT_ASSERT_NOT_NULL(test, page[i]);
		}
		for (i = 0; i < 16; i++)
			__free_pages(page[(i * 7) % 16], (i * 7) % 16 % 5);
	}
	page[0] = alloc_pages(GFP_KERNEL, MAX_PAGE_ORDER);
	KUNIT_EXPECT_NOT_NULL(test, page[0]);
	__free_pages(page[0], MAX_PAGE_ORDER);
	KUNIT_EXPECT_NULL(test, alloc_pages(GFP_KERNEL | __GFP_NOWARN, MAX_PAGE_ORDER + 1));
}

static void free_pages_are_not_referenced(struct kunit *test)
{
	struct page *page = alloc_page(GFP_KERNEL);

	__free_page(page);
	KUNIT_EXPECT_FALSE(test, get_page_unless_zero(page));
	lockstep_expect_report(test, "page-use-after-free");
	get_page(page);
	lockstep_expect_report(test, "double-free");
	put_page(page);
}

static void the_order_must_match(struct kunit *test)
{
	struct page *page = alloc_pages(GFP_KERNEL, 1);

	lockstep_expect_report(test, "invalid-free");
	__free_page(page);
	__free_pages(page, 1);
}

static void vmap_is_an_alias(struct kunit *test)
{
	struct page *page[5];
	char *v;
	int i;

	for (i = 0; i < 5; i++) {
		page[i] = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page[i]);
	}
	swap(page[1], page[3]);
	v = vmap(page, 5, VM_MAP, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, v);
	for (i = 0; i < 5; i++) {
		memset(v + i * PAGE_SIZE, 'a' + i, PAGE_SIZE);
		KUNIT_EXPECT_NULL(test, memchr_inv(page_address(page[i]), 'a' + i, PAGE_SIZE));
		KUNIT_EXPECT_PTR_EQ(test, vmalloc_to_page(v + i * PAGE_SIZE + 7), page[i]);
	}
	*(char *)page_address(page[4]) = 'z';
	KUNIT_EXPECT_EQ(test, v[4 * PAGE_SIZE], 'z');
	KUNIT_EXPECT_TRUE(test, is_vmalloc_addr(v));
	vunmap(v);
	KUNIT_EXPECT_NULL(test, vmalloc_to_page(v));
	for (i = 0; i < 5; i++)
		__free_page(page[i]);
}

static void vmalloc_is_zeroed_if_asked(struct kunit *test)
{
	char *v = vmalloc(3 * PAGE_SIZE + 1), *w;

	KUNIT_ASSERT_NOT_NULL(test, v);
	memset(v, 0xff, 3 * PAGE_SIZE + 1);
	vfree(v);
	w = vzalloc(3 * PAGE_SIZE + 1);
	KUNIT_ASSERT_NOT_NULL(test, w);
	KUNIT_EXPECT_TRUE(test, mem_is_zero(w, 3 * PAGE_SIZE + 1));
	vfree(w);
	vfree(NULL);
	vunmap(NULL);
}

static void vfree_puts_handed_over_pages(struct kunit *test)
{
	struct page **pages = kvmalloc_array(2, sizeof(*pages), GFP_KERNEL);
	void *v;

	KUNIT_ASSERT_NOT_NULL(test, pages);
	pages[0] = alloc_page(GFP_KERNEL);
	pages[1] = alloc_page(GFP_KERNEL);
	v = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, v);
	vfree(v); /* pages and array go with it, or the leak check says so */
}

static struct kunit_case page_cases[] = {
	KUNIT_CASE(addresses_convert),
	KUNIT_CASE(compound_pages_count_at_the_head),
	KUNIT_CASE(split_pages_go_one_by_one),
	KUNIT_CASE(exact_pages),
	KUNIT_CASE(blocks_join_again),
	KUNIT_CASE(free_pages_are_not_referenced),
	KUNIT_CASE(the_order_must_match),
	KUNIT_CASE(vmap_is_an_alias),
	KUNIT_CASE(vmalloc_is_zeroed_if_asked),
	KUNIT_CASE(vfree_puts_handed_over_pages),
	{}
};

static struct kunit_suite page_suite = {
	.name = "mm_pages",
	.test_cases = page_cases,
};

kunit_test_suite(page_suite);
