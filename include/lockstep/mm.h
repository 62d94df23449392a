/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_MM_H
#define LOCKSTEP_MM_H

/*
 * What other parts of the kernel world need of kernel/mm beyond the kernel's API.
 * Kernel world only.
 */

#include <linux/types.h>
#include <lockstep/fault.h>
#include <lockstep/os.h>

struct page;

/* Give the calling thread's cached free objects back. Called when a task ends. */
void ls_slab_thread_exit(void);

/* Pages that the leak check does not see: the owner is tracked instead. */
struct page *ls_alloc_pages_untracked(gfp_t gfp, unsigned int order);
/* The same with the checks of alloc_pages(): it may be the allocation to fail. */
struct page *ls_alloc_pages_owned(gfp_t gfp, unsigned int order);

#endif
