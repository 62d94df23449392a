// SPDX-License-Identifier: MIT
/*
 * vmap and vmalloc: arena pages mapped a second time, side by side.
 *
 * Areas lie in one reserved range of addresses, each followed by a page that is never
 * mapped. A freed range is used again only for an area of the same size, the oldest
 * first, so that a stale pointer faults for as long as possible. Under an explorer each owner
 * of the heap has its own part of that range: where its areas lie does not depend on others.
 */
#include <linux/kernel.h>
#include <linux/hash.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <lockstep/fibre.h>
#include "internal.h"

#define VMALLOC_SIZE (64UL << 30)
#define NR_FREE_LISTS 64
#define OWN_SIZE      (VMALLOC_SIZE / OS_HEAP_OWNERS)

/**
 * struct area - one mapped range, or a freed one
 * @node: in the tree of mapped areas
 * @free: in a list of freed ranges
 * @addr: first address
 * @nr: pages, without the guard page
 * @pages: which they are, in order
 * @flags: VM_ALLOC: the pages belong to the area; VM_MAP_PUT_PAGES: so does a reference
 * @user_pages: what vmap() was given, for VM_MAP_PUT_PAGES
 */
struct area {
	struct rb_node node;
	struct list_head free;
	unsigned long addr;
	unsigned long nr;
	struct page **pages;
	unsigned long flags;
	struct page **user_pages;
	struct ls_track track;
};

static struct ls_word lock; /* everything below */
static struct rb_root areas = RB_ROOT;
static struct list_head free_areas[NR_FREE_LISTS];
static unsigned long vm_base, vm_next, vm_end;
static unsigned long own_used[OS_HEAP_OWNERS]; /* bytes, under an explorer */

int ls_vmalloc_init(void)
{
	unsigned int i;
	void *base = os_reserve(VMALLOC_SIZE);

	if (!base)
		return -ENOMEM;
	for (i = 0; i < NR_FREE_LISTS; i++)
		INIT_LIST_HEAD(&free_areas[i]);
	vm_base = vm_next = (unsigned long)base;
	vm_end = vm_base + VMALLOC_SIZE;
	return 0;
}

bool ls_is_vmalloc_addr(const void *x)
{
	return (unsigned long)x - vm_base < vm_end - vm_base;
}

/* --- ranges of addresses, under the lock ------------------------------------ */

static void area_insert(struct area *area)
{
	struct rb_node **link = &areas.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = area->addr < rb_entry(parent, struct area, node)->addr ? &parent->rb_left :
										&parent->rb_right;
	}
	rb_link_node(&area->node, parent, link);
	rb_insert_color(&area->node, &areas);
}

/* The mapped area that @addr lies in. */
static struct area *area_find(unsigned long addr)
{
	struct rb_node *node = areas.rb_node;

	while (node) {
		struct area *area = rb_entry(node, struct area, node);

		if (addr < area->addr)
			node = node->rb_left;
		else if (addr >= area->addr + (area->nr << PAGE_SHIFT))
			node = node->rb_right;
		else
			return area;
	}
	return NULL;
}

static struct area *area_reuse(unsigned long nr)
{
	struct area *area;

	list_for_each_entry(area, &free_areas[nr % NR_FREE_LISTS], free) {
		if (area->nr == nr) {
			list_del(&area->free);
			return area;
		}
	}
	return NULL;
}

/* Addresses that were never used: 0 when there are no more of them. */
static unsigned long take_range(unsigned long size)
{
	unsigned int owner = os_heap_owner % OS_HEAP_OWNERS;
	unsigned long addr = vm_next;

	if (unlikely(os_heap_is_on())) {
		if (size > OWN_SIZE - own_used[owner])
			return 0;
		addr = vm_base + owner * OWN_SIZE + own_used[owner];
		own_used[owner] += size;
		return addr;
	}
	if (size > vm_end - vm_next)
		return 0;
	vm_next += size;
	return addr;
}

static struct area *area_create(unsigned long nr)
{
	unsigned long size = (nr + 1) << PAGE_SHIFT, addr;
	struct area *area = NULL;

	if (nr >= VMALLOC_SIZE >> PAGE_SHIFT)
		return NULL;
	ls_word_lock(&lock);
	/* Keep some ranges out of use for a while, unless space runs out. */
	if (size > vm_end - vm_next || vm_next - vm_base > VMALLOC_SIZE / 2)
		area = area_reuse(nr);
	if (!area) {
		area = os_alloc(sizeof(*area));
		addr = area ? take_range(size) : 0;
		if (addr) {
			area->addr = addr;
			area->nr = nr;
		} else {
			os_free(area);
			area = NULL;
		}
	}
	ls_word_unlock(&lock);
	if (!area)
		return NULL;
	area->flags = 0;
	area->user_pages = NULL;
	area->track.live = 0;
	area->pages = os_alloc_raw(nr * sizeof(*area->pages), 16);
	if (area->pages)
		return area;
	ls_word_lock(&lock);
	list_add_tail(&area->free, &free_areas[nr % NR_FREE_LISTS]);
	ls_word_unlock(&lock);
	return NULL;
}

/* @area is in no tree any more. */
static void area_retire(struct area *area)
{
	os_arena_unmap((void *)area->addr, area->nr << PAGE_SHIFT);
	os_free(area->pages);
	ls_word_lock(&lock);
	list_add_tail(&area->free, &free_areas[area->nr % NR_FREE_LISTS]);
	ls_word_unlock(&lock);
}

/* --- mapping ----------------------------------------------------------------- */

/* Map the area's pages, each run of adjacent ones at once. */
static int area_map(struct area *area, pgprot_t prot)
{
	int access = 1 | (pgprot_val(prot) & _PAGE_RW ? 2 : 0);
	unsigned long i = 0;

	while (i < area->nr) {
		unsigned long run = 1;
		int err;

		while (i + run < area->nr && area->pages[i + run] == area->pages[i] + run)
			run++;
		err = os_arena_map(&ls_page_arena, (void *)(area->addr + (i << PAGE_SHIFT)),
				   (unsigned long)(area->pages[i] - ls_mem_map) << PAGE_SHIFT,
				   run << PAGE_SHIFT, access);
		if (err)
			return err;
		i += run;
	}
	ls_word_lock(&lock);
	area_insert(area);
	ls_word_unlock(&lock);
	return 0;
}

static struct area *area_remove(const void *addr, const char *by)
{
	struct area *area;

	ls_word_lock(&lock);
	area = area_find((unsigned long)addr);
	if (area && area->addr == (unsigned long)addr)
		rb_erase(&area->node, &areas);
	else
		area = NULL;
	ls_word_unlock(&lock);
	if (area)
		ls_track_del(&area->track);
	else
		ls_mm_misuse("invalid-free", "memory is freed as it was allocated", addr,
			     "%s of something that is not mapped", by);
	return area;
}

/**
 * vmap() - map pages next to each other
 * @pages: the pages
 * @count: how many
 * @flags: VM_MAP; VM_MAP_PUT_PAGES hands a reference to each, and @pages itself, to vfree()
 * @prot: PAGE_KERNEL, or PAGE_KERNEL_RO
 *
 * Context: Sleeps.
 * Return: address, or NULL.
 */
noinline void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot)
{
	struct area *area;
	unsigned int i;

	if (!ls_alloc_enter(GFP_KERNEL) || !count)
		return NULL;
	area = area_create(count);
	if (!area)
		return NULL;
	for (i = 0; i < count; i++)
		area->pages[i] = pages[i];
	if (flags & VM_MAP_PUT_PAGES) {
		area->flags = VM_MAP_PUT_PAGES;
		area->user_pages = pages;
	}
	if (area_map(area, prot)) {
		area_retire(area);
		return NULL;
	}
	ls_track_add(&area->track, LS_KIND_VMAP, "vmap", (void *)area->addr,
		     area->nr << PAGE_SHIFT);
	return (void *)area->addr;
}

/**
 * vmap_pfn() - vmap() by page frame numbers
 * @pfns: numbers of pages in the arena
 * @count: how many
 * @prot: PAGE_KERNEL, or PAGE_KERNEL_RO
 *
 * Context: Sleeps.
 * Return: address, or NULL.
 */
noinline void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot)
{
	struct page **pages;
	unsigned int i;
	void *addr = NULL;

	pages = kvmalloc_array(count, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return NULL;
	for (i = 0; i < count; i++) {
		if (WARN_ON(!pfn_valid(pfns[i])))
			goto out;
		pages[i] = pfn_to_page(pfns[i]);
	}
	addr = vmap(pages, count, VM_MAP, prot);
out:
	kvfree(pages);
	return addr;
}

/**
 * vunmap() - undo vmap()
 * @addr: what it returned, may be NULL
 *
 * Context: Sleeps.
 */
void vunmap(const void *addr)
{
	struct area *area;

	might_sleep();
	if (!addr)
		return;
	area = area_remove(addr, "vunmap()");
	if (area)
		area_retire(area);
}

static void free_area_pages(struct area *area, unsigned long nr)
{
	while (nr--)
		ls_free_large(area->pages[nr]);
}

/**
 * __vmalloc() - allocate pages and map them next to each other
 * @size: bytes
 * @gfp_mask: flags
 *
 * Context: Sleeps.
 * Return: memory, aligned to a page, or NULL.
 */
noinline void *__vmalloc(unsigned long size, gfp_t gfp_mask)
{
	unsigned long nr = PAGE_ALIGN(size) >> PAGE_SHIFT, i;
	struct area *area;

	if (!ls_alloc_enter(gfp_mask) || !nr)
		return NULL;
	area = area_create(nr);
	if (!area)
		return NULL;
	area->flags = VM_ALLOC;
	for (i = 0; i < nr; i++) {
		area->pages[i] = ls_alloc_pages_untracked(gfp_mask, 0);
		if (!area->pages[i])
			goto err_pages;
	}
	if (area_map(area, PAGE_KERNEL))
		goto err_pages;
	ls_track_add(&area->track, LS_KIND_ALLOC, "vmalloc", (void *)area->addr, size);
	return (void *)area->addr;

err_pages:
	free_area_pages(area, i);
	area_retire(area);
	return NULL;
}

/**
 * vmalloc() - __vmalloc() with GFP_KERNEL
 * @size: bytes
 *
 * Context: Sleeps.
 * Return: memory, or NULL.
 */
noinline void *vmalloc(unsigned long size)
{
	return __vmalloc(size, GFP_KERNEL);
}

/**
 * vzalloc() - zeroed vmalloc()
 * @size: bytes
 *
 * Context: Sleeps.
 * Return: memory, or NULL.
 */
noinline void *vzalloc(unsigned long size)
{
	return __vmalloc(size, GFP_KERNEL | __GFP_ZERO);
}

/**
 * vmalloc_user() - zeroed vmalloc() that may be mapped to a client
 * @size: bytes
 *
 * Context: Sleeps.
 * Return: memory, or NULL.
 */
noinline void *vmalloc_user(unsigned long size)
{
	return __vmalloc(size, GFP_KERNEL | __GFP_ZERO);
}

/**
 * vmalloc_array() - vmalloc() of an array
 * @n: elements
 * @size: bytes of each
 *
 * Context: Sleeps.
 * Return: memory, or NULL, also when the product does not fit.
 */
void *vmalloc_array(size_t n, size_t size)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : vmalloc(bytes);
}

/**
 * vcalloc() - zeroed vmalloc_array()
 * @n: elements
 * @size: bytes of each
 *
 * Context: Sleeps.
 * Return: memory, or NULL, also when the product does not fit.
 */
void *vcalloc(size_t n, size_t size)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? NULL : vzalloc(bytes);
}

/**
 * vfree() - free vmalloc() memory
 * @addr: what vmalloc() returned, or vmap() with VM_MAP_PUT_PAGES; may be NULL
 *
 * Context: Sleeps.
 */
void vfree(const void *addr)
{
	struct area *area;
	unsigned long i;

	might_sleep();
	if (!addr)
		return;
	area = area_remove(addr, "vfree()");
	if (!area)
		return;
	os_arena_unmap((void *)area->addr, area->nr << PAGE_SHIFT);
	if (area->flags & VM_ALLOC) {
		free_area_pages(area, area->nr);
	} else if (area->flags & VM_MAP_PUT_PAGES) {
		for (i = 0; i < area->nr; i++)
			put_page(area->pages[i]);
		kvfree(area->user_pages);
	}
	area_retire(area);
}

/**
 * vfree_atomic() - vfree() from a context that must not sleep
 * @addr: what vmalloc() returned, may be NULL
 *
 * Context: Any.
 */
void vfree_atomic(const void *addr)
{
	struct area *area = addr ? area_remove(addr, "vfree_atomic()") : NULL;

	if (!area)
		return;
	free_area_pages(area, area->nr);
	area_retire(area);
}

/**
 * vm_map_ram() - short-lived vmap()
 * @pages: the pages
 * @count: how many
 * @node: ignored
 *
 * Context: Sleeps.
 * Return: address, or NULL.
 */
noinline void *vm_map_ram(struct page **pages, unsigned int count, int node)
{
	return vmap(pages, count, VM_MAP, PAGE_KERNEL);
}

/**
 * vm_unmap_ram() - undo vm_map_ram()
 * @mem: what it returned
 * @count: as given to it
 *
 * Context: Sleeps.
 */
void vm_unmap_ram(const void *mem, unsigned int count)
{
	vunmap(mem);
}

/**
 * vm_unmap_aliases() - nothing is unmapped late
 */
void vm_unmap_aliases(void)
{
}

/**
 * vmalloc_to_page() - the page behind a mapped address
 * @addr: address inside an area
 *
 * Context: Any.
 * Return: the page, or NULL if nothing is mapped there.
 */
struct page *vmalloc_to_page(const void *addr)
{
	struct page *page = NULL;
	struct area *area;

	ls_word_lock(&lock);
	area = area_find((unsigned long)addr);
	if (area)
		page = area->pages[((unsigned long)addr - area->addr) >> PAGE_SHIFT];
	ls_word_unlock(&lock);
	return page;
}

/**
 * vmalloc_to_pfn() - the number of the page behind a mapped address
 * @addr: address inside an area
 *
 * Context: Any.
 * Return: its page frame number.
 */
unsigned long vmalloc_to_pfn(const void *addr)
{
	return page_to_pfn(vmalloc_to_page(addr));
}

unsigned long ls_vmalloc_size(const void *addr)
{
	struct area *area;
	unsigned long size;

	ls_word_lock(&lock);
	area = area_find((unsigned long)addr);
	size = area ? area->nr << PAGE_SHIFT : 0;
	ls_word_unlock(&lock);
	return size;
}

/**
 * ioremap() - map a range of physical addresses
 * @offset: first
 * @size: bytes
 *
 * Context: May sleep.
 * Return: address, or NULL if the range is not all in the arena.
 */
void __iomem *ioremap(phys_addr_t offset, size_t size)
{
	if (offset < LS_PHYS_BASE || size > ls_page_bytes ||
	    offset - LS_PHYS_BASE > ls_page_bytes - size)
		return NULL;
	return phys_to_virt(offset);
}

/**
 * iounmap() - undo ioremap()
 * @addr: what it returned
 *
 * Context: Any.
 */
void iounmap(volatile void __iomem *addr)
{
}

/**
 * memremap() - map a range of physical addresses as memory
 * @offset: first
 * @size: bytes
 * @flags: MEMREMAP_*
 *
 * Context: May sleep.
 * Return: address, or NULL if @flags is 0 or the range is not all in the arena.
 */
void *memremap(resource_size_t offset, size_t size, unsigned long flags)
{
	return flags ? ioremap(offset, size) : NULL;
}

/**
 * memunmap() - undo memremap()
 * @addr: what it returned
 *
 * Context: Any.
 */
void memunmap(void *addr)
{
}
