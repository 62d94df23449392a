// SPDX-License-Identifier: MIT
/*
 * Pages: a buddy allocator over the arena.
 *
 * Blocks of 2^MAX_PAGE_ORDER pages are taken from the arena in turn and split as
 * needed; a freed block joins its buddy when that is free too. The arena is not
 * touched before a page of it is handed out. A free page is poisoned for ASan.
 *
 * Under an explorer each owner of the heap (a task) has its own blocks, which are used once, from
 * their start: which page a task gets does not depend on what others do. Only a task that has
 * used up its own takes from the rest, and what was freed.
 */
#include <linux/kernel.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/pagevec.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <lockstep/explore.h>
#include <lockstep/fibre.h>
#include "internal.h"

#define ARENA_SIZE  (4UL << 30)
#define ARENA_PAGES (ARENA_SIZE >> PAGE_SHIFT)
#define MAX_HOT     512
#define BLOCK_PAGES (1UL << MAX_PAGE_ORDER)
#define OWN_BLOCKS  3 /* for each owner, in the end of the arena */
#define OWN_PAGES   (OWN_BLOCKS * BLOCK_PAGES)
#define ALL_OWN     (OS_HEAP_OWNERS * OWN_PAGES)

struct os_arena ls_page_arena;
static struct os_arena map_arena;
char *ls_page_base;
unsigned long ls_page_bytes;
struct page *ls_mem_map;
void *high_memory;
unsigned long max_mapnr = ARENA_PAGES;

static struct ls_word lock;
static struct list_head free_area[NR_PAGE_ORDERS];
static struct list_head hot_pages; /* single pages, to be handed out again as they are */
static unsigned int nr_hot;
static unsigned long next_fresh; /* index of the first page never handed out */
static unsigned long nr_used;
static unsigned long own_used[OS_HEAP_OWNERS]; /* pages, under an explorer */

int ls_page_init(void)
{
	unsigned int order;
	int err;

	for (order = 0; order < NR_PAGE_ORDERS; order++)
		INIT_LIST_HEAD(&free_area[order]);
	INIT_LIST_HEAD(&hot_pages);
	err = os_arena_create(&ls_page_arena, ARENA_SIZE);
	if (err)
		return err;
	err = os_arena_create(&map_arena, PAGE_ALIGN(ARENA_PAGES * sizeof(struct page)));
	if (err)
		goto err_pages;
	ls_mem_map = map_arena.base;
	ls_page_base = ls_page_arena.base;
	ls_page_bytes = ARENA_SIZE;
	high_memory = ls_page_base + ARENA_SIZE;
	return 0;

err_pages:
	os_arena_destroy(&ls_page_arena);
	return err;
}

static void put_free(struct page *page, unsigned int order)
{
	page->ls_free = order + 1;
	list_add(&page->lru, &free_area[order]);
}

static struct page *take_own(unsigned int order)
{
	unsigned int owner = os_heap_owner % OS_HEAP_OWNERS;
	unsigned long at = ALIGN(own_used[owner], 1UL << order), block;

	if (at + (1UL << order) > OWN_PAGES)
		return NULL;
	own_used[owner] = at + (1UL << order);
	nr_used += 1UL << order;
	block = ARENA_PAGES / BLOCK_PAGES - 1 - owner * OWN_BLOCKS - at / BLOCK_PAGES;
	return ls_mem_map + block * BLOCK_PAGES + at % BLOCK_PAGES;
}

static struct page *take_block(unsigned int order)
{
	unsigned int o;
	struct page *page;

	if (unlikely(os_heap_is_on())) {
		page = take_own(order);
		if (page)
			return page;
		/* From here on it matters who comes first. */
		ls_touch(&free_area, LS_WRITE);
	}
	if (!order && nr_hot) {
		nr_hot--;
		nr_used++;
		page = list_first_entry(&hot_pages, struct page, lru);
		list_del(&page->lru);
		return page;
	}
	for (o = order; o < NR_PAGE_ORDERS; o++) {
		page = list_first_entry_or_null(&free_area[o], struct page, lru);
		if (page)
			break;
	}
	if (o == NR_PAGE_ORDERS) {
		if (next_fresh + BLOCK_PAGES > ARENA_PAGES - (os_heap_is_on() ? ALL_OWN : 0))
			return NULL;
		page = ls_mem_map + next_fresh;
		next_fresh += BLOCK_PAGES;
		o = MAX_PAGE_ORDER;
	} else {
		list_del(&page->lru);
		page->ls_free = 0;
	}
	while (o > order) {
		o--;
		put_free(page + (1UL << o), o);
	}
	nr_used += 1UL << order;
	return page;
}

static void give_block(struct page *page, unsigned int order)
{
	unsigned long index = page - ls_mem_map;

	nr_used -= 1UL << order;
	if (!order && nr_hot < MAX_HOT) {
		nr_hot++;
		list_add(&page->lru, &hot_pages);
		return;
	}
	while (order < MAX_PAGE_ORDER) {
		struct page *buddy = ls_mem_map + (index ^ (1UL << order));

		if (buddy->ls_free != order + 1)
			break;
		list_del(&buddy->lru);
		buddy->ls_free = 0;
		index &= ~(1UL << order);
		order++;
	}
	put_free(ls_mem_map + index, order);
}

static void prepare_block(struct page *page, unsigned int order, gfp_t gfp)
{
	unsigned long i;

	for (i = 0; i < 1UL << order; i++) {
		struct page *p = page + i;

		memset(p, 0, offsetof(struct page, ls_track));
		p->ls_track.live = 0;
		atomic_set(&p->_mapcount, -1);
		if (i && (gfp & __GFP_COMP)) {
			p->flags = 1UL << PG_ls_tail;
			p->compound_head = page;
		}
	}
	if (order && (gfp & __GFP_COMP))
		page->flags |= 1UL << PG_head;
	page->ls_order = order;
	os_unpoison(page_address(page), PAGE_SIZE << order);
	if (gfp & __GFP_ZERO)
		memset(page_address(page), 0, PAGE_SIZE << order);
	__atomic_store_n(&page->_refcount.counter, 1, __ATOMIC_RELEASE);
}

/* Pages for somebody who is tracked himself; the checks of ls_alloc_enter() are his too. */
struct page *ls_alloc_pages_untracked(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (order > MAX_PAGE_ORDER)
		return NULL;
	ls_word_lock(&lock);
	page = take_block(order);
	ls_word_unlock(&lock);
	if (page)
		prepare_block(page, order, gfp);
	return page;
}

struct page *ls_alloc_pages_owned(gfp_t gfp, unsigned int order)
{
	return ls_alloc_enter(gfp) ? ls_alloc_pages_untracked(gfp, order) : NULL;
}

static void free_block(struct page *page, unsigned int order)
{
	unsigned long i;

	ls_track_del(&page->ls_track);
	os_poison(page_address(page), PAGE_SIZE << order);
	for (i = 0; i < 1UL << order; i++) {
		page[i].flags = 0;
		page[i].mapping = NULL;
	}
	ls_word_lock(&lock);
	give_block(page, order);
	ls_word_unlock(&lock);
}

/**
 * alloc_pages() - allocate 2^@order adjacent pages
 * @gfp: flags; __GFP_COMP makes them one compound page
 * @order: up to MAX_PAGE_ORDER
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the first page, with one reference, or NULL.
 */
noinline struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	struct page *page;

	if (!ls_alloc_enter(gfp))
		return NULL;
	page = ls_alloc_pages_untracked(gfp, order);
	if (page)
		ls_track_add(&page->ls_track, LS_KIND_ALLOC, "alloc_pages", page_address(page),
			     PAGE_SIZE << order);
	return page;
}

/**
 * folio_alloc() - alloc_pages() of a compound page
 * @gfp: flags
 * @order: up to MAX_PAGE_ORDER
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: the folio, with one reference, or NULL.
 */
struct folio *folio_alloc(gfp_t gfp, unsigned int order)
{
	return (struct folio *)alloc_pages(gfp | __GFP_COMP, order);
}

/**
 * alloc_pages_bulk_array() - fill the NULL entries of an array with pages
 * @gfp: flags
 * @nr: entries
 * @array: the array
 *
 * Context: May sleep if @gfp has __GFP_DIRECT_RECLAIM.
 * Return: how many entries from the start on have a page.
 */
unsigned long alloc_pages_bulk_array(gfp_t gfp, unsigned long nr, struct page **array)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		if (!array[i])
			array[i] = alloc_pages(gfp, 0);
		if (!array[i])
			break;
	}
	return i;
}

static void bad_free(struct page *page, const char *how)
{
	ls_mm_misuse("double-free", "memory is freed once, by who owns it", page_address(page),
		     "%s of a page that is free (pfn %lx)", how, page_to_pfn(page));
}

/**
 * put_page_testzero() - drop a reference
 * @page: page, of a compound page the head
 *
 * Context: Any.
 * Return: true if it was the last one: the caller frees.
 */
bool put_page_testzero(struct page *page)
{
	int old;

	ls_point(LS_OP_RMW, page);
	old = __atomic_fetch_sub(&page->_refcount.counter, 1, __ATOMIC_ACQ_REL);
	if (unlikely(old <= 0)) {
		__atomic_fetch_add(&page->_refcount.counter, 1, __ATOMIC_RELAXED);
		bad_free(page, "put_page()");
		return false;
	}
	return old == 1;
}

/**
 * get_page() - take a reference
 * @page: a page that has one
 *
 * Context: Any.
 */
void get_page(struct page *page)
{
	page = compound_head(page);
	ls_point(LS_OP_RMW, page);
	if (unlikely(__atomic_fetch_add(&page->_refcount.counter, 1, __ATOMIC_RELAXED) <= 0)) {
		__atomic_fetch_sub(&page->_refcount.counter, 1, __ATOMIC_RELAXED);
		ls_mm_misuse("page-use-after-free", "a reference is taken only while there is one",
			     page_address(page), "get_page() of a free page (pfn %lx)",
			     page_to_pfn(page));
	}
}

/**
 * get_page_unless_zero() - take a reference if there is one
 * @page: any page
 *
 * Context: Any.
 * Return: whether it was taken.
 */
bool get_page_unless_zero(struct page *page)
{
	return atomic_inc_not_zero(&compound_head(page)->_refcount);
}

/**
 * put_page() - drop a reference; the last one frees
 * @page: page, or any part of a compound page
 *
 * Context: Any.
 */
void put_page(struct page *page)
{
	page = compound_head(page);
	if (put_page_testzero(page))
		free_block(page, page->ls_order);
}

/**
 * __free_pages() - drop the reference of alloc_pages()
 * @page: what it returned, may be NULL
 * @order: as given to it
 *
 * Context: Any.
 */
void __free_pages(struct page *page, unsigned int order)
{
	if (!page)
		return;
	if (unlikely(page->ls_order != order && page_count(page))) {
		ls_mm_misuse("invalid-free", "memory is freed as it was allocated",
			     page_address(page), "__free_pages() of order %u, allocated as %u",
			     order, page->ls_order);
		return;
	}
	if (put_page_testzero(page))
		free_block(page, order);
}

/**
 * free_pages() - __free_pages() by address
 * @addr: what __get_free_pages() returned, may be 0
 * @order: as given to it
 *
 * Context: Any.
 */
void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

/**
 * __get_free_pages() - alloc_pages(), by address
 * @gfp_mask: flags
 * @order: up to MAX_PAGE_ORDER
 *
 * Context: May sleep if @gfp_mask has __GFP_DIRECT_RECLAIM.
 * Return: address, or 0.
 */
unsigned long __get_free_pages(gfp_t gfp_mask, unsigned int order)
{
	struct page *page = alloc_pages(gfp_mask, order);

	return page ? (unsigned long)page_address(page) : 0;
}

/**
 * get_zeroed_page() - one page of zeroes
 * @gfp_mask: flags
 *
 * Context: May sleep if @gfp_mask has __GFP_DIRECT_RECLAIM.
 * Return: address, or 0.
 */
unsigned long get_zeroed_page(gfp_t gfp_mask)
{
	return __get_free_pages(gfp_mask | __GFP_ZERO, 0);
}

/**
 * split_page() - make 2^@order pages that are freed one by one
 * @page: what alloc_pages() without __GFP_COMP returned
 * @order: as given to it
 *
 * Context: Any.
 */
void split_page(struct page *page, unsigned int order)
{
	unsigned long i;

	BUG_ON(PageCompound(page));
	page->ls_order = 0;
	page->ls_track.size = PAGE_SIZE;
	for (i = 1; i < 1UL << order; i++) {
		page[i].ls_order = 0;
		atomic_set(&page[i]._refcount, 1);
		if (page->ls_track.live)
			ls_track_add(&page[i].ls_track, LS_KIND_ALLOC, "alloc_pages",
				     page_address(page + i), PAGE_SIZE);
	}
}

/**
 * alloc_pages_exact() - adjacent pages for @size bytes
 * @size: bytes, up to those of a block of MAX_PAGE_ORDER
 * @gfp_mask: flags, without __GFP_COMP
 *
 * Context: May sleep if @gfp_mask has __GFP_DIRECT_RECLAIM.
 * Return: address, to be freed with free_pages_exact() and the same size, or NULL.
 */
void *alloc_pages_exact(size_t size, gfp_t gfp_mask)
{
	unsigned int order = get_order(size);
	unsigned long nr = PAGE_ALIGN(size) >> PAGE_SHIFT, i;
	struct page *page = alloc_pages(gfp_mask & ~__GFP_COMP, order);

	if (!page)
		return NULL;
	split_page(page, order);
	for (i = nr; i < 1UL << order; i++)
		__free_page(page + i);
	return page_address(page);
}

/**
 * free_pages_exact() - free what alloc_pages_exact() returned
 * @virt: address
 * @size: as given to it
 *
 * Context: Any.
 */
void free_pages_exact(void *virt, size_t size)
{
	unsigned long nr = PAGE_ALIGN(size) >> PAGE_SHIFT, i;

	for (i = 0; i < nr; i++)
		__free_page(virt_to_page(virt) + i);
}

void ls_free_large(struct page *page)
{
	__atomic_store_n(&page->_refcount.counter, 0, __ATOMIC_RELAXED);
	free_block(page, page->ls_order);
}

/**
 * release_pages() - put_page() of each
 * @pages: array
 * @nr: entries
 *
 * Context: Any.
 */
void release_pages(struct page **pages, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		put_page(pages[i]);
}

void ls_put_pages_list(struct list_head *pages)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, pages, lru) {
		list_del(&page->lru);
		put_page(page);
	}
}

/**
 * clear_page() - fill one page with zeroes
 * @page: its address
 */
void clear_page(void *page)
{
	memset(page, 0, PAGE_SIZE);
}

/**
 * copy_page() - copy one page
 * @to: address of the target
 * @from: address of the source
 */
void copy_page(void *to, const void *from)
{
	memcpy(to, from, PAGE_SIZE);
}

/**
 * totalram_pages() - size of the arena
 *
 * Return: pages.
 */
unsigned long totalram_pages(void)
{
	return ARENA_PAGES;
}

/**
 * si_mem_available() - how much could be allocated
 *
 * Return: pages.
 */
long si_mem_available(void)
{
	return ARENA_PAGES - __atomic_load_n(&nr_used, __ATOMIC_RELAXED);
}

/**
 * nr_free_buffer_pages() - how much could be allocated
 *
 * Return: pages.
 */
unsigned long nr_free_buffer_pages(void)
{
	return si_mem_available();
}

/**
 * si_meminfo() - sizes of memory
 * @val: filled in
 */
void si_meminfo(struct sysinfo *val)
{
	memset(val, 0, sizeof(*val));
	val->totalram = ARENA_PAGES;
	val->freeram = si_mem_available();
	val->mem_unit = PAGE_SIZE;
}
