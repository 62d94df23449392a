/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/gfp_types.h>
#include <linux/types.h>
#include <linux/numa.h>
#include <asm/page.h>

#define MAX_PAGE_ORDER 10
#define NR_PAGE_ORDERS (MAX_PAGE_ORDER + 1)
#define MAX_ORDER      MAX_PAGE_ORDER
#define MAX_ORDER_NR_PAGES (1 << MAX_PAGE_ORDER)
#define PAGE_ALLOC_COSTLY_ORDER 3

struct page;
struct folio;

static inline bool gfpflags_allow_blocking(const gfp_t gfp_flags)
{
	return !!(gfp_flags & __GFP_DIRECT_RECLAIM);
}

static inline bool gfpflags_normal_context(const gfp_t gfp_flags)
{
	return (gfp_flags & (__GFP_DIRECT_RECLAIM | __GFP_MEMALLOC)) == __GFP_DIRECT_RECLAIM;
}

/* kernel/mm/page_alloc.c */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
struct folio *folio_alloc(gfp_t gfp, unsigned int order);
unsigned long alloc_pages_bulk_array(gfp_t gfp, unsigned long nr, struct page **array);
void __free_pages(struct page *page, unsigned int order);
void free_pages(unsigned long addr, unsigned int order);
unsigned long __get_free_pages(gfp_t gfp_mask, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp_mask);
void *alloc_pages_exact(size_t size, gfp_t gfp_mask) __alloc_size(1);
void free_pages_exact(void *virt, size_t size);
void split_page(struct page *page, unsigned int order);

#define alloc_page(gfp)                         alloc_pages(gfp, 0)
#define alloc_pages_node(nid, gfp, order)       alloc_pages(gfp, order)
#define __alloc_pages_node(nid, gfp, order)     alloc_pages(gfp, order)
#define alloc_page_vma(gfp, vma, addr)          alloc_pages(gfp, 0)
#define vma_alloc_folio(gfp, order, vma, addr, huge) folio_alloc(gfp, order)
#define __get_free_page(gfp)                    __get_free_pages((gfp), 0)
#define __get_dma_pages(gfp, order)             __get_free_pages((gfp) | GFP_DMA, (order))
#define __free_page(page)                       __free_pages((page), 0)
#define free_page(addr)                         free_pages((addr), 0)

#endif
