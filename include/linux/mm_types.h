/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/mm_types_task.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <asm/page.h>
#include <lockstep/track.h>

struct address_space;
struct file;
struct vm_area_struct;
struct vm_operations_struct;

/**
 * struct page - one page of the arena
 * @flags: enum pageflags
 * @lru: for the owner of the page
 * @mapping: what it caches, or NULL
 * @index: where in @mapping
 * @private: for the owner; order of a free block while free
 * @compound_head: the head, in a tail page (PG_ls_tail)
 * @_mapcount: mappings to user space less one
 * @_refcount: references; 0 when free
 * @ls_order: order of the block it heads
 * @ls_track: what the leak check knows of it
 * @ls_free: 1 + order while it heads a free block, else 0; written under the allocator's lock only,
 *	as who frees a neighbour looks at it
 */
struct page {
	unsigned long flags;
	union {
		struct {
			union {
				struct list_head lru;
				struct list_head buddy_list;
				struct list_head pcp_list;
			};
			struct address_space *mapping;
			union {
				pgoff_t index;
				unsigned long share;
			};
			unsigned long private;
		};
		struct {
			struct page *compound_head;
		};
		struct rcu_head rcu_head;
	};
	atomic_t _mapcount;
	atomic_t _refcount;
	unsigned int ls_order;
	size_t ls_size; /* bytes asked for, of a large kmalloc */
	struct ls_track ls_track;
	unsigned int ls_free;
};

/**
 * struct folio - a head page, seen as the whole it heads
 */
struct folio {
	union {
		struct {
			unsigned long flags;
			struct list_head lru;
			struct address_space *mapping;
			pgoff_t index;
			void *private;
			unsigned long __ls_pad[2];
			atomic_t _mapcount;
			atomic_t _refcount;
		};
		struct page page;
	};
};

typedef unsigned int __bitwise vm_fault_t;
typedef unsigned long vm_flags_t;

enum vm_fault_reason {
	VM_FAULT_OOM         = 0x000001,
	VM_FAULT_SIGBUS      = 0x000002,
	VM_FAULT_MAJOR       = 0x000004,
	VM_FAULT_HWPOISON    = 0x000010,
	VM_FAULT_SIGSEGV     = 0x000040,
	VM_FAULT_NOPAGE      = 0x000100,
	VM_FAULT_LOCKED      = 0x000200,
	VM_FAULT_RETRY       = 0x000400,
	VM_FAULT_FALLBACK    = 0x000800,
	VM_FAULT_DONE_COW    = 0x001000,
	VM_FAULT_NEEDDSYNC   = 0x002000,
};
#define VM_FAULT_ERROR                                                                             \
	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | VM_FAULT_HWPOISON | VM_FAULT_FALLBACK)

enum fault_flag {
	FAULT_FLAG_WRITE         = 1 << 0,
	FAULT_FLAG_MKWRITE       = 1 << 1,
	FAULT_FLAG_ALLOW_RETRY   = 1 << 2,
	FAULT_FLAG_RETRY_NOWAIT  = 1 << 3,
	FAULT_FLAG_KILLABLE      = 1 << 4,
	FAULT_FLAG_TRIED         = 1 << 5,
	FAULT_FLAG_USER          = 1 << 6,
	FAULT_FLAG_REMOTE        = 1 << 7,
	FAULT_FLAG_INSTRUCTION   = 1 << 8,
	FAULT_FLAG_INTERRUPTIBLE = 1 << 9,
};

/**
 * struct mm_struct - an address space: the mappings that kernel/fs made
 * @mm_users: tasks that use it
 * @mm_count: references to this structure, @mm_users counting for one
 * @mmap_lock: protects @vmas
 * @vmas: list of vm_area_struct.ls_link
 * @owner_pid: task it was made for
 */
struct mm_struct {
	atomic_t mm_users;
	atomic_t mm_count;
	struct rw_semaphore mmap_lock;
	spinlock_t page_table_lock;
	struct list_head vmas;
	int map_count;
	unsigned long total_vm;
	unsigned long start_code, end_code;
	int owner_pid;
};

/**
 * struct vm_area_struct - one mapping of a file
 * @vm_start: first address
 * @vm_end: one past the last
 * @vm_pgoff: offset into @vm_file, in pages
 * @ls_link: in mm_struct.vmas
 * @ls_track: an mmap() alive is a leak
 */
struct vm_area_struct {
	unsigned long vm_start;
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot;
	union {
		const vm_flags_t vm_flags;
		vm_flags_t __vm_flags;
	};
	unsigned long vm_pgoff;
	struct file *vm_file;
	void *vm_private_data;
	const struct vm_operations_struct *vm_ops;
	struct list_head ls_link;
	struct ls_track ls_track;
};

/**
 * struct vm_fault - what a fault handler is told
 */
struct vm_fault {
	struct vm_area_struct *vma;
	gfp_t gfp_mask;
	pgoff_t pgoff;
	unsigned long address;
	unsigned long real_address;
	enum fault_flag flags;
	struct page *cow_page;
	struct page *page;
};

struct vm_operations_struct {
	void (*open)(struct vm_area_struct *area);
	void (*close)(struct vm_area_struct *area);
	int (*may_split)(struct vm_area_struct *area, unsigned long addr);
	int (*mremap)(struct vm_area_struct *area);
	int (*mprotect)(struct vm_area_struct *vma, unsigned long start, unsigned long end,
			unsigned long newflags);
	vm_fault_t (*fault)(struct vm_fault *vmf);
	vm_fault_t (*huge_fault)(struct vm_fault *vmf, unsigned int order);
	vm_fault_t (*map_pages)(struct vm_fault *vmf, pgoff_t start, pgoff_t end);
	unsigned long (*pagesize)(struct vm_area_struct *area);
	vm_fault_t (*page_mkwrite)(struct vm_fault *vmf);
	vm_fault_t (*pfn_mkwrite)(struct vm_fault *vmf);
	int (*access)(struct vm_area_struct *vma, unsigned long addr, void *buf, int len, int write);
	const char *(*name)(struct vm_area_struct *vma);
};

#endif
