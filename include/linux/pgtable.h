/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PGTABLE_H
#define _LINUX_PGTABLE_H

#include <asm/page.h>

/* Bits of a page protection; caching modes are kept, and change nothing. */
#define _PAGE_PRESENT 0x001UL
#define _PAGE_RW      0x002UL
#define _PAGE_USER    0x004UL
#define _PAGE_PWT     0x008UL
#define _PAGE_PCD     0x010UL
#define _PAGE_CACHE_MASK (_PAGE_PWT | _PAGE_PCD)

#define PAGE_KERNEL          __pgprot(_PAGE_PRESENT | _PAGE_RW)
#define PAGE_KERNEL_RO       __pgprot(_PAGE_PRESENT)
#define PAGE_KERNEL_NOCACHE  __pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_PCD)
#define PAGE_KERNEL_IO       PAGE_KERNEL
#define PAGE_KERNEL_EXEC     PAGE_KERNEL
#define PAGE_SHARED          __pgprot(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER)
#define PAGE_READONLY        __pgprot(_PAGE_PRESENT | _PAGE_USER)

static inline pgprot_t pgprot_modify(pgprot_t oldprot, pgprot_t newprot)
{
	return newprot;
}

#define pgprot_noncached(prot)    __pgprot((pgprot_val(prot) & ~_PAGE_CACHE_MASK) | _PAGE_PCD)
#define pgprot_writecombine(prot) __pgprot((pgprot_val(prot) & ~_PAGE_CACHE_MASK) | _PAGE_PWT)
#define pgprot_decrypted(prot)    (prot)
#define pgprot_encrypted(prot)    (prot)
#define pgprot_device             pgprot_noncached
#define pgprot_dmacoherent        pgprot_writecombine
#define pgprot_nx(prot)           (prot)
#define cachemode2protval(mode)   (0UL)

#define PMD_SHIFT 21
#define PMD_SIZE  (1UL << PMD_SHIFT)
#define PMD_MASK  (~(PMD_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE  (1UL << PUD_SHIFT)
#define HPAGE_PMD_SHIFT PMD_SHIFT
#define HPAGE_PMD_SIZE  PMD_SIZE
#define HPAGE_PMD_ORDER (PMD_SHIFT - PAGE_SHIFT)

#endif
