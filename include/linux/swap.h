/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SWAP_H
#define _LINUX_SWAP_H

#include <linux/spinlock.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/fs.h>
#include <linux/pagevec.h>
#include <linux/atomic.h>
#include <linux/page-flags.h>

/* There is no swap. */
long si_mem_available(void);
unsigned long nr_free_buffer_pages(void);
static inline long get_nr_swap_pages(void)
{
	return 0;
}
#define total_swap_pages 0L
static inline bool current_is_kswapd(void)
{
	return false;
}
#define lru_add_drain() ((void)0)
#endif
