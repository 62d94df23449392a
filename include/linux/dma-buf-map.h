/* SPDX-License-Identifier: MIT */
/* The older name of iosys_map. */
#ifndef __DMA_BUF_MAP_H__
#define __DMA_BUF_MAP_H__

#include <linux/iosys-map.h>

#define dma_buf_map iosys_map
#define DMA_BUF_MAP_INIT_VADDR(vaddr) IOSYS_MAP_INIT_VADDR(vaddr)
#define dma_buf_map_set_vaddr iosys_map_set_vaddr
#define dma_buf_map_set_vaddr_iomem iosys_map_set_vaddr_iomem
#define dma_buf_map_is_equal iosys_map_is_equal
#define dma_buf_map_is_null iosys_map_is_null
#define dma_buf_map_is_set iosys_map_is_set
#define dma_buf_map_clear iosys_map_clear
#define dma_buf_map_memcpy_to(dst, src, len) iosys_map_memcpy_to(dst, 0, src, len)
#define dma_buf_map_incr iosys_map_incr

#endif /* __DMA_BUF_MAP_H__ */
