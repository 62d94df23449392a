// SPDX-License-Identifier: MIT
/*
 * Pages of files: an array of them by index, each holding one reference for the cache.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/wait_bit.h>
#include <linux/xarray.h>

#define AS_UNEVICTABLE 3

/**
 * mapping_gfp_mask() - how a mapping's pages are allocated
 * @mapping: mapping
 *
 * Return: gfp flags.
 */
gfp_t mapping_gfp_mask(struct address_space *mapping)
{
	return mapping->gfp_mask;
}

/**
 * mapping_set_gfp_mask() - say how a mapping's pages are allocated
 * @m: mapping
 * @mask: gfp flags
 */
void mapping_set_gfp_mask(struct address_space *m, gfp_t mask)
{
	m->gfp_mask = mask;
}

/**
 * mapping_set_unevictable() - a mapping's pages are in use by a device
 * @mapping: mapping
 */
void mapping_set_unevictable(struct address_space *mapping)
{
	set_bit(AS_UNEVICTABLE, &mapping->flags);
}

/**
 * mapping_clear_unevictable() - undo mapping_set_unevictable()
 * @mapping: mapping
 */
void mapping_clear_unevictable(struct address_space *mapping)
{
	clear_bit(AS_UNEVICTABLE, &mapping->flags);
}

/**
 * mapping_unevictable() - whether a mapping's pages are in use by a device
 * @mapping: mapping, or NULL
 *
 * Return: whether they are.
 */
int mapping_unevictable(struct address_space *mapping)
{
	return mapping && test_bit(AS_UNEVICTABLE, &mapping->flags);
}

/**
 * trylock_page() - take the page lock if it is free
 * @page: page
 *
 * Context: Any.
 * Return: whether it was taken.
 */
int trylock_page(struct page *page)
{
	return !test_and_set_bit_lock(PG_locked, &compound_head(page)->flags);
}

/**
 * lock_page() - take the page lock
 * @page: page
 *
 * Context: Sleeps.
 */
void lock_page(struct page *page)
{
	might_sleep();
	wait_on_bit_lock(&compound_head(page)->flags, PG_locked, TASK_UNINTERRUPTIBLE);
}

/**
 * unlock_page() - let the page lock go
 * @page: page
 *
 * Context: Any.
 */
void unlock_page(struct page *page)
{
	page = compound_head(page);
	WARN_ON_ONCE(!PageLocked(page));
	clear_and_wake_up_bit(PG_locked, &page->flags);
}

/**
 * folio_lock() - take the page lock
 * @folio: folio
 *
 * Context: Sleeps.
 */
void folio_lock(struct folio *folio)
{
	lock_page(&folio->page);
}

/**
 * folio_trylock() - take the page lock if it is free
 * @folio: folio
 *
 * Context: Any.
 * Return: whether it was taken.
 */
bool folio_trylock(struct folio *folio)
{
	return trylock_page(&folio->page);
}

/**
 * folio_unlock() - let the page lock go
 * @folio: folio
 *
 * Context: Any.
 */
void folio_unlock(struct folio *folio)
{
	unlock_page(&folio->page);
}

/**
 * find_get_page() - the page at an index
 * @mapping: mapping
 * @offset: index
 *
 * Context: Any.
 * Return: page with a reference, or NULL.
 */
struct page *find_get_page(struct address_space *mapping, pgoff_t offset)
{
	struct page *page;

	/* Under the lock a page in the array has the cache's reference. */
	xa_lock_irq(&mapping->i_pages);
	page = xa_load(&mapping->i_pages, offset);
	if (page)
		get_page(page);
	xa_unlock_irq(&mapping->i_pages);
	return page;
}

/**
 * find_lock_page() - the page at an index, locked
 * @mapping: mapping
 * @index: index
 *
 * Context: Sleeps.
 * Return: page with a reference and its lock, or NULL.
 */
struct page *find_lock_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page;

	for (;;) {
		page = find_get_page(mapping, index);
		if (!page)
			return NULL;
		lock_page(page);
		if (page->mapping == mapping)
			return page;
		/* It was truncated while we waited. */
		unlock_page(page);
		put_page(page);
	}
}

static bool drop_page(struct address_space *mapping, pgoff_t index, struct page *page)
{
	xa_lock_irq(&mapping->i_pages);
	if (__xa_cmpxchg(&mapping->i_pages, index, page, NULL, GFP_NOWAIT) != page) {
		xa_unlock_irq(&mapping->i_pages);
		return false;
	}
	mapping->nrpages--;
	xa_unlock_irq(&mapping->i_pages);
	page->mapping = NULL;
	put_page(page);
	return true;
}

/**
 * invalidate_mapping_pages() - drop pages that nobody uses and that are clean
 * @mapping: mapping
 * @start: first index
 * @end: last index
 *
 * Context: Sleeps.
 * Return: pages dropped.
 */
unsigned long invalidate_mapping_pages(struct address_space *mapping, pgoff_t start, pgoff_t end)
{
	unsigned long index, dropped = 0;
	struct page *page;

	xa_for_each_range(&mapping->i_pages, index, page, start, end) {
		if (PageDirty(page) || page_count(page) != 1 || !trylock_page(page))
			continue;
		get_page(page);
		dropped += drop_page(mapping, index, page);
		unlock_page(page);
		put_page(page);
	}
	return dropped;
}

/**
 * truncate_inode_pages() - drop all pages from an offset on
 * @mapping: mapping
 * @lstart: offset, at a page's start
 *
 * Context: Sleeps.
 */
void truncate_inode_pages(struct address_space *mapping, loff_t lstart)
{
	unsigned long index;
	struct page *page;

	xa_for_each_range(&mapping->i_pages, index, page, lstart >> PAGE_SHIFT, ULONG_MAX) {
		get_page(page);
		lock_page(page);
		drop_page(mapping, index, page);
		unlock_page(page);
		put_page(page);
	}
}
