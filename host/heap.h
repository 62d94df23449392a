/* SPDX-License-Identifier: MIT */
#ifndef HOST_HEAP_H
#define HOST_HEAP_H

/* The exploring heap, as os_alloc() and its like see it: see lockstep/fibre.h. */

extern unsigned long ls_heap_base; /* 0: not on */

/* @align is a power of two. NULL when the owner's range is used up. */
void *ls_heap_alloc(unsigned long size, unsigned long align, int zero);
/* 1 if @p is of this heap; then it is freed, if it was a live block. */
int ls_heap_free(void *p, unsigned long keep);

#endif
