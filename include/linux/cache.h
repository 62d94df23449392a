/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_CACHE_H
#define _LINUX_CACHE_H
#include <linux/compiler_types.h>
#define L1_CACHE_SHIFT  6
#define L1_CACHE_BYTES  (1 << L1_CACHE_SHIFT)
#define SMP_CACHE_BYTES L1_CACHE_BYTES
#define ARCH_DMA_MINALIGN 8
#define L1_CACHE_ALIGN(x) (((x) + L1_CACHE_BYTES - 1) & ~(typeof(x))(L1_CACHE_BYTES - 1))
#define cache_line_size() L1_CACHE_BYTES
#define dma_get_cache_alignment() 1
#endif
