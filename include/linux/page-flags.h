/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/mm_types.h>

/* Bits of page->flags. The PG_ls_ ones are the allocator's own. */
enum pageflags {
	PG_locked,
	PG_writeback,
	PG_referenced,
	PG_uptodate,
	PG_dirty,
	PG_lru,
	PG_head,
	PG_active,
	PG_reserved,
	PG_private,
	PG_reclaim,
	PG_swapbacked,
	PG_unevictable,
	PG_mlocked,
	PG_checked,
	PG_ls_tail,	/* part of a compound page, not its head */
	PG_ls_slab,	/* behind a large kmalloc */
	__NR_PAGEFLAGS,
};

#define compound_head(page) ((typeof(page))ls_compound_head(page))
static inline const struct page *ls_compound_head(const struct page *page)
{
	return page->flags & (1UL << PG_ls_tail) ? page->compound_head : page;
}

#define LS_PAGEFLAG(uname, lname)                                                                  \
	static inline int Page##uname(const struct page *page)                                     \
	{                                                                                          \
		return test_bit(PG_##lname, &page->flags);                                         \
	}                                                                                          \
	static inline void SetPage##uname(struct page *page)                                       \
	{                                                                                          \
		set_bit(PG_##lname, &page->flags);                                                 \
	}                                                                                          \
	static inline void ClearPage##uname(struct page *page)                                     \
	{                                                                                          \
		clear_bit(PG_##lname, &page->flags);                                               \
	}                                                                                          \
	static inline int TestSetPage##uname(struct page *page)                                    \
	{                                                                                          \
		return test_and_set_bit(PG_##lname, &page->flags);                                 \
	}                                                                                          \
	static inline int TestClearPage##uname(struct page *page)                                  \
	{                                                                                          \
		return test_and_clear_bit(PG_##lname, &page->flags);                               \
	}                                                                                          \
	static inline bool folio_test_##lname(const struct folio *folio)                           \
	{                                                                                          \
		return test_bit(PG_##lname, &folio->page.flags);                                   \
	}                                                                                          \
	static inline void folio_set_##lname(struct folio *folio)                                  \
	{                                                                                          \
		set_bit(PG_##lname, &folio->page.flags);                                           \
	}                                                                                          \
	static inline void folio_clear_##lname(struct folio *folio)                                \
	{                                                                                          \
		clear_bit(PG_##lname, &folio->page.flags);                                         \
	}

LS_PAGEFLAG(Locked, locked)
LS_PAGEFLAG(Writeback, writeback)
LS_PAGEFLAG(Referenced, referenced)
LS_PAGEFLAG(Uptodate, uptodate)
LS_PAGEFLAG(Dirty, dirty)
LS_PAGEFLAG(LRU, lru)
LS_PAGEFLAG(Active, active)
LS_PAGEFLAG(Reserved, reserved)
LS_PAGEFLAG(Private, private)
LS_PAGEFLAG(Reclaim, reclaim)
LS_PAGEFLAG(SwapBacked, swapbacked)
LS_PAGEFLAG(Unevictable, unevictable)
LS_PAGEFLAG(Mlocked, mlocked)
LS_PAGEFLAG(Checked, checked)
LS_PAGEFLAG(LsSlab, ls_slab)

static inline int PageHead(const struct page *page)
{
	return test_bit(PG_head, &page->flags);
}

static inline int PageTail(const struct page *page)
{
	return test_bit(PG_ls_tail, &page->flags);
}

static inline int PageCompound(const struct page *page)
{
	return (__READ_ONCE(page->flags) & (1UL << PG_head | 1UL << PG_ls_tail)) != 0;
}

static inline int PageTransHuge(const struct page *page)
{
	return PageHead(page);
}

#define PageHuge(page)    0
#define PageHighMem(page) 0
#define PageAnon(page)    0
#define PageSlab(page)    test_bit(PG_ls_slab, &(page)->flags)
#define page_folio(p)                                                                              \
	(_Generic((p), const struct page *: (const struct folio *)ls_compound_head(p),             \
		  struct page *: (struct folio *)ls_compound_head(p)))
#define folio_page(folio, n) (&(folio)->page + (n))
#define folio_test_large(folio) PageHead(&(folio)->page)
#define folio_test_hugetlb(folio) 0
#define folio_test_highmem(folio) 0

#endif
