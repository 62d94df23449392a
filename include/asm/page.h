/* SPDX-License-Identifier: MIT */
#ifndef _ASM_PAGE_H
#define _ASM_PAGE_H

#include <linux/const.h>
#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

typedef unsigned long pgprotval_t;
typedef struct {
	pgprotval_t pgprot;
} pgprot_t;
#define pgprot_val(x) ((x).pgprot)
#define __pgprot(x)   ((pgprot_t){ (x) })

typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pud; } pud_t;
typedef struct { unsigned long pgd; } pgd_t;

struct page;

/*
 * Physical memory is one memfd mapped at ls_page_base; a physical address is an
 * offset into it plus LS_PHYS_BASE, so that 0 is no page's address.
 */
#define LS_PHYS_BASE 0x100000UL
extern char *ls_page_base;
extern unsigned long ls_page_bytes;
extern struct page *ls_mem_map;

#define PHYS_PFN(x)  ((unsigned long)((x) >> PAGE_SHIFT))
#define PFN_PHYS(x)  ((phys_addr_t)(x) << PAGE_SHIFT)
#define PFN_DOWN(x)  ((x) >> PAGE_SHIFT)
#define PFN_UP(x)    (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_ALIGN(x) (((unsigned long)(x) + (PAGE_SIZE - 1)) & PAGE_MASK)

#define pfn_to_page(pfn)  (ls_mem_map + ((pfn) - (LS_PHYS_BASE >> PAGE_SHIFT)))
#define page_to_pfn(page) ((unsigned long)((page) - ls_mem_map) + (LS_PHYS_BASE >> PAGE_SHIFT))
#define page_to_phys(page) PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys) pfn_to_page(PHYS_PFN(phys))

static inline bool virt_addr_valid(const volatile void *addr)
{
	return (unsigned long)addr - (unsigned long)ls_page_base < ls_page_bytes;
}

static inline bool pfn_valid(unsigned long pfn)
{
	return pfn - (LS_PHYS_BASE >> PAGE_SHIFT) < (ls_page_bytes >> PAGE_SHIFT);
}

static inline phys_addr_t virt_to_phys(const volatile void *addr)
{
	return (phys_addr_t)((const volatile char *)addr - ls_page_base) + LS_PHYS_BASE;
}

static inline void *phys_to_virt(phys_addr_t phys)
{
	return ls_page_base + (phys - LS_PHYS_BASE);
}

#define __pa(x)           virt_to_phys((const volatile void *)(x))
#define __va(x)           phys_to_virt((phys_addr_t)(x))
#define virt_to_pfn(addr) PHYS_PFN(virt_to_phys((const volatile void *)(addr)))
#define virt_to_page(addr) pfn_to_page(virt_to_pfn(addr))
#define pfn_to_kaddr(pfn) __va(PFN_PHYS(pfn))

void clear_page(void *page);
void copy_page(void *to, const void *from);
#define clear_user_page(page, vaddr, pg) clear_page(page)
#define copy_user_page(to, from, vaddr, pg) copy_page(to, from)

static inline int get_order(unsigned long size)
{
	size = (size - 1) >> PAGE_SHIFT;
	return size ? 64 - __builtin_clzl(size) : 0;
}

#endif
