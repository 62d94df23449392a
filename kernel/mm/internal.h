/* SPDX-License-Identifier: MIT */
#ifndef LS_MM_INTERNAL_H
#define LS_MM_INTERNAL_H

#include <linux/mm.h>
#include <lockstep/fault.h>
#include <lockstep/mm.h>
#include <lockstep/report.h>
#include "../core/core.h"

int ls_page_init(void);
int ls_vmalloc_init(void);
int ls_slab_init(void);

/* An allocation with these flags begins: may it sleep, is it the one to fail? */
bool ls_alloc_enter(gfp_t gfp);

/* A report of class LS_MISUSE about the memory at @p. */
__printf(4, 5) void ls_mm_misuse(const char *rule, const char *text, const void *p,
				 const char *fmt, ...);

/* Free the pages of a large kmalloc. */
void ls_free_large(struct page *page);

/* Bytes of a vmalloc() area. */
unsigned long ls_vmalloc_size(const void *addr);

#endif
