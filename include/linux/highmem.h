/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/bug.h>
#include <linux/cacheflush.h>
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/hardirq.h>

/* Every page is mapped at all times: to map one is to take its address. */
static inline void *kmap(struct page *page)
{
	might_sleep();
	return page_address(page);
}

static inline void kunmap(const struct page *page)
{
}

static inline void *kmap_local_page(const struct page *page)
{
	return page_address(page);
}

static inline void *kmap_local_page_prot(const struct page *page, pgprot_t prot)
{
	return page_address(page);
}

static inline void *kmap_local_folio(const struct folio *folio, size_t offset)
{
	return page_address(&folio->page) + offset;
}

static inline void *kmap_local_pfn(unsigned long pfn)
{
	return page_address(pfn_to_page(pfn));
}

static inline void *kmap_atomic(const struct page *page)
{
	preempt_disable();
	return page_address(page);
}

static inline void *kmap_atomic_pfn(unsigned long pfn)
{
	return kmap_atomic(pfn_to_page(pfn));
}

static inline void *kmap_atomic_prot(const struct page *page, pgprot_t prot)
{
	return kmap_atomic(page);
}

#define kunmap_local(addr)  ((void)(addr))
#define kunmap_atomic(addr) do { (void)(addr); preempt_enable(); } while (0)
#define kmap_to_page(addr)  virt_to_page(addr)
#define kmap_flush_unused() ((void)0)

static inline void clear_highpage(struct page *page)
{
	clear_page(page_address(page));
}

static inline void clear_user_highpage(struct page *page, unsigned long vaddr)
{
	clear_page(page_address(page));
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	copy_page(page_address(to), page_address(from));
}

static inline void zero_user(struct page *page, unsigned int start, unsigned int size)
{
	memset(page_address(page) + start, 0, size);
}

static inline void memcpy_from_page(char *to, struct page *page, size_t offset, size_t len)
{
	memcpy(to, page_address(page) + offset, len);
}

static inline void memcpy_to_page(struct page *page, size_t offset, const char *from, size_t len)
{
	memcpy(page_address(page) + offset, from, len);
}

static inline void memcpy_page(struct page *dst, size_t dst_off, struct page *src, size_t src_off,
			       size_t len)
{
	memcpy(page_address(dst) + dst_off, page_address(src) + src_off, len);
}

static inline void memset_page(struct page *page, size_t offset, int val, size_t len)
{
	memset(page_address(page) + offset, val, len);
}

static inline void memzero_page(struct page *page, size_t offset, size_t len)
{
	memset(page_address(page) + offset, 0, len);
}

#endif
