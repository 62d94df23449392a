/* SPDX-License-Identifier: MIT */
#ifndef _ASM_CACHEFLUSH_H
#define _ASM_CACHEFLUSH_H
/* One coherent memory: nothing to flush. */
#define flush_cache_all()                  ((void)0)
#define flush_dcache_page(page)            ((void)(page))
#define flush_dcache_folio(folio)          ((void)(folio))
#define flush_icache_range(start, end)     ((void)0)
#define flush_cache_vmap(start, end)       ((void)0)
#define flush_cache_vunmap(start, end)     ((void)0)
#define flush_anon_page(vma, page, vmaddr) ((void)0)
#define clflush_cache_range(addr, size)    ((void)(addr))
#endif
