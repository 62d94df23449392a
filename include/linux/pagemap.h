/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/mm.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/highmem.h>
#include <linux/compiler.h>
#include <linux/uaccess.h>
#include <linux/gfp.h>
#include <linux/bitops.h>
#include <linux/hardirq.h>
#include <linux/hugetlb.h>

/* What a mapping is told about its pages lives in address_space.gfp_mask. */
gfp_t mapping_gfp_mask(struct address_space *mapping);
void mapping_set_gfp_mask(struct address_space *m, gfp_t mask);
void mapping_set_unevictable(struct address_space *mapping);
void mapping_clear_unevictable(struct address_space *mapping);
int mapping_unevictable(struct address_space *mapping);
void lock_page(struct page *page);
int trylock_page(struct page *page);
void unlock_page(struct page *page);
void folio_lock(struct folio *folio);
bool folio_trylock(struct folio *folio);
void folio_unlock(struct folio *folio);

static inline gfp_t mapping_gfp_constraint(struct address_space *mapping, gfp_t gfp_mask)
{
	return mapping_gfp_mask(mapping) & gfp_mask;
}

struct page *find_get_page(struct address_space *mapping, pgoff_t offset);
struct page *find_lock_page(struct address_space *mapping, pgoff_t index);
unsigned long invalidate_mapping_pages(struct address_space *mapping, pgoff_t start, pgoff_t end);
void truncate_inode_pages(struct address_space *mapping, loff_t lstart);

static inline struct address_space *page_mapping(struct page *page)
{
	return compound_head(page)->mapping;
}

static inline loff_t page_offset(struct page *page)
{
	return (loff_t)page->index << PAGE_SHIFT;
}

#define folio_index(folio) ((folio)->index)
#define page_index(page)   ((page)->index)


#endif
