// SPDX-License-Identifier: MIT
/*
 * kmalloc: a cache for each class of sizes below a page, pages of the arena above.
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>
#include <linux/poison.h>
#include <lockstep/point.h>
#include "slab.h"

static const unsigned short class_size[] = { 8,	  16,  32,  64,	  96,	128,
					     192, 256, 512, 1024, 2048 };
#define NR_CLASSES ARRAY_SIZE(class_size)

static struct kmem_cache classes[NR_CLASSES];
static unsigned char class_of[(2048 + 7) / 8 + 1]; /* by size in steps of 8 */

int ls_slab_init(void)
{
	unsigned int i, c = 0;
	int err;

	for (i = 0; i < NR_CLASSES; i++) {
		unsigned int size = class_size[i];

		/* A power of two is aligned to itself, others to their largest such divisor. */
		err = ls_cache_setup(&classes[i], "kmalloc", size, size & -size, 0, NULL);
		if (err)
			return err;
	}
	for (i = 0; i < ARRAY_SIZE(class_of); i++) {
		if (i * 8 > class_size[c])
			c++;
		class_of[i] = c;
	}
	return 0;
}

static struct kmem_cache *class_for(size_t size)
{
	return &classes[class_of[(size + 7) / 8]];
}

static void *alloc_large(size_t size, gfp_t flags)
{
	unsigned int order = get_order(size);
	struct page *page;

	if (size > KMALLOC_MAX_SIZE) {
		WARN_ON_ONCE(!(flags & __GFP_NOWARN));
		return NULL;
	}
	page = ls_alloc_pages_untracked(flags | __GFP_COMP, order);
	if (!page)
		return NULL;
	SetPageLsSlab(page);
	page->ls_size = size;
	/* ASan sees what was not asked for. */
	os_poison(page_address(page) + ALIGN(size, 8), (PAGE_SIZE << order) - ALIGN(size, 8));
	ls_track_add(&page->ls_track, LS_KIND_ALLOC, "kmalloc", page_address(page), size);
	return page_address(page);
}

/**
 * __kmalloc() - allocate memory
 * @size: bytes; for 0 ZERO_SIZE_PTR comes back
 * @flags: gfp flags
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: memory aligned to 8 bytes, to @size if that is a power of two, or NULL.
 */
noinline void *__kmalloc(size_t size, gfp_t flags)
{
	if (unlikely(!size))
		return ZERO_SIZE_PTR;
	if (!ls_alloc_enter(flags))
		return NULL;
	if (size > 2048)
		return alloc_large(size, flags);
	return ls_cache_alloc(class_for(size), flags, size, "kmalloc");
}

static bool free_large(const void *p)
{
	struct page *page = virt_to_page(p);

	ls_point(LS_OP_FREE, p);
	if (!offset_in_page(p) && PageLsSlab(page)) {
		memset((void *)p, POISON_FREE, page->ls_size);
		ls_free_large(page);
		return true;
	}
	ls_mm_misuse(page_count(page) ? "invalid-free" : "double-free",
		     page_count(page) ? "memory is freed as it was allocated" :
					"memory is freed once, by who owns it",
		     p, "kfree() of %s", page_count(page) ? "a page that kmalloc() did not return" :
							     "memory that is free");
	return false;
}

/**
 * kfree() - free memory
 * @objp: what kmalloc() or kmem_cache_alloc() returned, NULL or ZERO_SIZE_PTR
 *
 * Context: Any.
 */
void kfree(const void *objp)
{
	if (ZERO_OR_NULL_PTR(objp))
		return;
	if (unlikely(virt_addr_valid(objp)))
		free_large(objp);
	else if (unlikely(ls_is_vmalloc_addr(objp)))
		ls_mm_misuse("invalid-free", "memory is freed as it was allocated", objp,
			     "kfree() of vmalloc() memory");
	else
		ls_cache_free((void *)objp, NULL, "kfree()");
}

/* Bytes that were asked for. */
static size_t asked_size(const void *objp)
{
	if (virt_addr_valid(objp))
		return virt_to_page(objp)->ls_size;
	return ls_object_block(objp)->size;
}

/**
 * ksize() - how much of a kmalloc() block may be used
 * @objp: the block, NULL or ZERO_SIZE_PTR
 *
 * Context: Any.
 * Return: bytes: exactly those that were asked for.
 */
size_t ksize(const void *objp)
{
	return ZERO_OR_NULL_PTR(objp) ? 0 : asked_size(objp);
}

/**
 * kmalloc_size_roundup() - the size of block kmalloc() would use
 * @size: bytes
 *
 * Return: @size: every block ends where it was asked to.
 */
size_t kmalloc_size_roundup(size_t size)
{
	return size;
}

/**
 * kfree_sensitive() - clear and free memory
 * @objp: what kmalloc() returned, or NULL
 *
 * Context: Any.
 */
void kfree_sensitive(const void *objp)
{
	if (!ZERO_OR_NULL_PTR(objp))
		memzero_explicit((void *)objp, ksize(objp));
	kfree(objp);
}

/**
 * krealloc() - change the size of a block; it may move
 * @p: what kmalloc() returned, NULL or ZERO_SIZE_PTR
 * @new_size: bytes; for 0 it is freed
 * @flags: gfp flags; __GFP_ZERO clears what is added
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: the block, ZERO_SIZE_PTR for 0 bytes, or NULL: then @p is still there.
 */
void *krealloc(const void *p, size_t new_size, gfp_t flags)
{
	void *new;

	if (!new_size) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	new = __kmalloc(new_size, flags);
	if (new && !ZERO_OR_NULL_PTR(p)) {
		memcpy(new, p, min(asked_size(p), new_size));
		kfree(p);
	}
	return new;
}

/**
 * kvmalloc() - kmalloc(), or vmalloc() of what is too large for it
 * @size: bytes
 * @flags: gfp flags
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: memory to be freed with kvfree(), or NULL.
 */
void *kvmalloc(size_t size, gfp_t flags)
{
	if (size <= KMALLOC_MAX_SIZE)
		return __kmalloc(size, flags);
	if (size > INT_MAX) {
		WARN_ON_ONCE(!(flags & __GFP_NOWARN));
		return NULL;
	}
	return __vmalloc(size, flags);
}

/**
 * kvfree() - free what kmalloc() or vmalloc() returned
 * @addr: memory, or NULL
 *
 * Context: Any for kmalloc() memory; task context for vmalloc() memory.
 */
void kvfree(const void *addr)
{
	if (ls_is_vmalloc_addr(addr))
		vfree(addr);
	else
		kfree(addr);
}

/**
 * kvfree_sensitive() - clear and free memory
 * @addr: memory, or NULL
 * @len: bytes
 *
 * Context: As for kvfree().
 */
void kvfree_sensitive(const void *addr, size_t len)
{
	if (!ZERO_OR_NULL_PTR(addr))
		memzero_explicit((void *)addr, len);
	kvfree(addr);
}

/**
 * kvrealloc() - krealloc() for kvmalloc() memory
 * @p: memory, or NULL
 * @new_size: bytes; for 0 it is freed
 * @flags: gfp flags
 *
 * Context: May sleep if @flags has __GFP_DIRECT_RECLAIM.
 * Return: as krealloc().
 */
void *kvrealloc(const void *p, size_t new_size, gfp_t flags)
{
	size_t old;
	void *new;

	if (!ls_is_vmalloc_addr(p) && new_size <= KMALLOC_MAX_SIZE)
		return krealloc(p, new_size, flags);
	if (!new_size) {
		kvfree(p);
		return ZERO_SIZE_PTR;
	}
	old = ls_is_vmalloc_addr(p) ? ls_vmalloc_size(p) : ksize(p);
	new = kvmalloc(new_size, flags);
	if (new && !ZERO_OR_NULL_PTR(p)) {
		memcpy(new, p, min(old, new_size));
		kvfree(p);
	}
	return new;
}
