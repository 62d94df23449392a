/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/spinlock.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/overflow.h>
#include <linux/rbtree.h>
#include <linux/pgtable.h>
#include <asm/page.h>

/**
 * DOC: vmalloc and vmap
 *
 * vmap() maps pages of the arena a second time, next to each other: what is
 * written here is read through page_address() there. vmalloc() is pages of its
 * own behind such a mapping. An access past the end faults.
 */
#define VM_IOREMAP        0x00000001
#define VM_ALLOC          0x00000002
#define VM_MAP            0x00000004
#define VM_USERMAP        0x00000008
#define VM_DMA_COHERENT   0x00000010
#define VM_MAP_PUT_PAGES  0x00000200
#define VM_NO_HUGE_VMAP   0x00000400

void *vmalloc(unsigned long size) __alloc_size(1);
void *vzalloc(unsigned long size) __alloc_size(1);
void *vmalloc_user(unsigned long size) __alloc_size(1);
void *__vmalloc(unsigned long size, gfp_t gfp_mask) __alloc_size(1);
void *vmalloc_array(size_t n, size_t size) __alloc_size(1, 2);
void *vcalloc(size_t n, size_t size) __alloc_size(1, 2);
void vfree(const void *addr);
void vfree_atomic(const void *addr);
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void *vmap_pfn(unsigned long *pfns, unsigned int count, pgprot_t prot);
void vunmap(const void *addr);
void *vm_map_ram(struct page **pages, unsigned int count, int node);
void vm_unmap_ram(const void *mem, unsigned int count);
void vm_unmap_aliases(void);
bool ls_is_vmalloc_addr(const void *x);

#define vmalloc_node(size, node)  vmalloc(size)
#define vzalloc_node(size, node)  vzalloc(size)
#define vmalloc_32(size)          vmalloc(size)
#define flush_kernel_vmap_range(vaddr, size)      ((void)(vaddr))
#define invalidate_kernel_vmap_range(vaddr, size) ((void)(vaddr))

#endif
