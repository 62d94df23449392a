/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/mmzone.h>
#include <linux/rbtree.h>
#include <linux/atomic.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/range.h>
#include <linux/pfn.h>
#include <linux/percpu-refcount.h>
#include <linux/bit_spinlock.h>
#include <linux/shrinker.h>
#include <linux/page-flags.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/sched.h>
#include <linux/pgtable.h>
#include <linux/slab.h>
#include <linux/vmstat.h>

#define VM_NONE       0x00000000UL
#define VM_READ       0x00000001UL
#define VM_WRITE      0x00000002UL
#define VM_EXEC       0x00000004UL
#define VM_SHARED     0x00000008UL
#define VM_MAYREAD    0x00000010UL
#define VM_MAYWRITE   0x00000020UL
#define VM_MAYEXEC    0x00000040UL
#define VM_MAYSHARE   0x00000080UL
#define VM_GROWSDOWN  0x00000100UL
#define VM_PFNMAP     0x00000400UL
#define VM_LOCKED     0x00002000UL
#define VM_IO         0x00004000UL
#define VM_SEQ_READ   0x00008000UL
#define VM_RAND_READ  0x00010000UL
#define VM_DONTCOPY   0x00020000UL
#define VM_DONTEXPAND 0x00040000UL
#define VM_ACCOUNT    0x00100000UL
#define VM_NORESERVE  0x00200000UL
#define VM_HUGETLB    0x00400000UL
#define VM_WIPEONFORK 0x02000000UL
#define VM_DONTDUMP   0x04000000UL
#define VM_MIXEDMAP   0x10000000UL
#define VM_HUGEPAGE   0x20000000UL
#define VM_NOHUGEPAGE 0x40000000UL

#define PAGE_ALIGN(addr)      ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(addr) ALIGN_DOWN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr)    IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define offset_in_page(p)     ((unsigned long)(p) & ~PAGE_MASK)
#define lru_to_page(head)     (list_entry((head)->prev, struct page, lru))

#define VM_BUG_ON(cond)            BUG_ON(cond)
#define VM_BUG_ON_PAGE(cond, page) BUG_ON(cond)
#define VM_WARN_ON(cond)           (void)WARN_ON(cond)
#define VM_WARN_ON_ONCE(cond)      (void)WARN_ON_ONCE(cond)
#define VM_WARN_ON_ONCE_FOLIO(cond, folio) WARN_ON_ONCE(cond)

extern void *high_memory;
extern unsigned long max_mapnr;

/* The arena is mapped linearly, so a page's address never changes. */
static inline void *page_address(const struct page *page)
{
	return ls_page_base + ((unsigned long)(page - ls_mem_map) << PAGE_SHIFT);
}

static inline void *lowmem_page_address(const struct page *page)
{
	return page_address(page);
}

#define page_to_virt(page) page_address(page)

static inline void *folio_address(const struct folio *folio)
{
	return page_address(&folio->page);
}

static inline struct page *virt_to_head_page(const void *x)
{
	return compound_head(virt_to_page(x));
}

#define virt_to_folio(x) ((struct folio *)virt_to_head_page(x))

static inline unsigned int compound_order(const struct page *page)
{
	return PageHead(page) ? page->ls_order : 0;
}

static inline unsigned long compound_nr(const struct page *page)
{
	return 1UL << compound_order(page);
}

static inline unsigned long page_size(const struct page *page)
{
	return PAGE_SIZE << compound_order(page);
}

static inline unsigned int folio_order(const struct folio *folio)
{
	return compound_order(&folio->page);
}

static inline long folio_nr_pages(const struct folio *folio)
{
	return compound_nr(&folio->page);
}

static inline size_t folio_size(const struct folio *folio)
{
	return page_size(&folio->page);
}

static inline size_t folio_shift(const struct folio *folio)
{
	return PAGE_SHIFT + folio_order(folio);
}

#define folio_pfn(folio) page_to_pfn(&(folio)->page)
#define pfn_folio(pfn)   page_folio(pfn_to_page(pfn))
#define folio_page_idx(folio, p) ((p) - &(folio)->page)
#define folio_file_page(folio, idx) folio_page(folio, (idx) & (folio_nr_pages(folio) - 1))
#define offset_in_folio(folio, p) ((unsigned long)(p) & (folio_size(folio) - 1))
#define nth_page(page, n) ((page) + (n))

static inline int page_ref_count(const struct page *page)
{
	return atomic_read(&compound_head(page)->_refcount);
}

static inline int page_count(const struct page *page)
{
	return page_ref_count(page);
}

static inline int folio_ref_count(const struct folio *folio)
{
	return page_ref_count(&folio->page);
}

static inline int page_mapcount(const struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

static inline bool page_mapped(const struct page *page)
{
	return page_mapcount(page) > 0;
}

void get_page(struct page *page);
void put_page(struct page *page);
bool get_page_unless_zero(struct page *page);
bool put_page_testzero(struct page *page);
void release_pages(struct page **pages, int nr);

static inline void folio_get(struct folio *folio)
{
	get_page(&folio->page);
}

static inline void folio_put(struct folio *folio)
{
	put_page(&folio->page);
}

static inline bool folio_try_get(struct folio *folio)
{
	return get_page_unless_zero(&folio->page);
}

static inline void set_page_count(struct page *page, int v)
{
	atomic_set(&page->_refcount, v);
}

#define init_page_count(page)       set_page_count(page, 1)
#define set_page_private(page, v)   ((page)->private = (v))
#define page_private(page)          ((page)->private)
#define page_to_nid(page)           0
#define folio_nid(folio)            0
#define page_zonenum(page)          0
#define put_pages_list(list)        ls_put_pages_list(list)
void ls_put_pages_list(struct list_head *pages);

bool set_page_dirty(struct page *page);
int set_page_dirty_lock(struct page *page);
bool folio_mark_dirty(struct folio *folio);
void mark_page_accessed(struct page *page);
void folio_mark_accessed(struct folio *folio);
void unpin_user_pages(struct page **pages, unsigned long npages);
void unpin_user_page(struct page *page);

bool ls_is_vmalloc_addr(const void *x);
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

static inline bool is_vmalloc_addr(const void *x)
{
	return ls_is_vmalloc_addr(x);
}

static inline bool is_vmalloc_or_module_addr(const void *x)
{
	return ls_is_vmalloc_addr(x);
}

/* Mappings to a client; made by kernel/fs. */
static inline void vm_flags_init(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags = flags;
}

static inline void vm_flags_reset(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags = flags;
}

static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->__vm_flags &= ~flags;
}

static inline void vm_flags_mod(struct vm_area_struct *vma, vm_flags_t set, vm_flags_t clear)
{
	vma->__vm_flags = (vma->__vm_flags | set) & ~clear;
}

static inline unsigned long vma_pages(struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

static inline bool is_cow_mapping(vm_flags_t flags)
{
	return (flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
}

static inline bool range_in_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	return vma && vma->vm_start <= start && end <= vma->vm_end;
}

pgprot_t vm_get_page_prot(unsigned long vm_flags);
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		    unsigned long size, pgprot_t prot);
int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
		       unsigned long size, pgprot_t prot);
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page);
int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr, struct page **pages,
		    unsigned long *num);
int vm_map_pages(struct vm_area_struct *vma, struct page **pages, unsigned long num);
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn);
vm_fault_t vmf_insert_pfn_prot(struct vm_area_struct *vma, unsigned long addr, unsigned long pfn,
			       pgprot_t pgprot);
vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long addr, struct page *page);
void vma_set_file(struct vm_area_struct *vma, struct file *file);
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);
void unmap_mapping_range(struct address_space *mapping, loff_t const holebegin,
			 loff_t const holelen, int even_cows);
void zap_vma_ptes(struct vm_area_struct *vma, unsigned long address, unsigned long size);

static inline vm_fault_t vmf_error(int err)
{
	return err == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

struct sysinfo {
	unsigned long totalram;
	unsigned long freeram;
	unsigned long sharedram;
	unsigned long totalhigh;
	unsigned long freehigh;
	unsigned long totalswap;
	unsigned long freeswap;
	unsigned int mem_unit;
};
void si_meminfo(struct sysinfo *val);
unsigned long totalram_pages(void);

#define kmemleak_alloc(...)        ((void)0)
#define kmemleak_free(...)         ((void)0)
#define kmemleak_not_leak(ptr)     ((void)0)
#define kmemleak_ignore(ptr)       ((void)0)
#define kmemleak_update_trace(ptr) ((void)0)

#define want_init_on_alloc(flags)  ((flags) & __GFP_ZERO)
#define want_init_on_free()        false

#include <linux/huge_mm.h>

#endif
