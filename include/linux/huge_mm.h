/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_HUGE_MM_H
#define _LINUX_HUGE_MM_H
#include <linux/mm_types.h>
#include <linux/pgtable.h>
/* There are no huge pages. */
#define has_transparent_hugepage() 0
#define thp_nr_pages(page) 1
#endif
