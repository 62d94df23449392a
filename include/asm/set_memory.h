/* SPDX-License-Identifier: MIT */
#ifndef _ASM_SET_MEMORY_H
#define _ASM_SET_MEMORY_H

struct page;

/* One coherent memory: the caching mode of a page changes nothing. */
#define LS_SET_MEMORY(name)                                                                        \
	static inline int set_memory_##name(unsigned long addr, int numpages)                      \
	{                                                                                          \
		return 0;                                                                          \
	}
LS_SET_MEMORY(wc)
LS_SET_MEMORY(wb)
LS_SET_MEMORY(uc)
LS_SET_MEMORY(ro)
LS_SET_MEMORY(rw)
LS_SET_MEMORY(x)
LS_SET_MEMORY(nx)
LS_SET_MEMORY(decrypted)
LS_SET_MEMORY(encrypted)

#define LS_SET_PAGES(name)                                                                         \
	static inline int set_pages_##name(struct page *page, int numpages)                        \
	{                                                                                          \
		return 0;                                                                          \
	}                                                                                          \
	static inline int set_pages_array_##name(struct page **pages, int numpages)                \
	{                                                                                          \
		return 0;                                                                          \
	}
LS_SET_PAGES(wc)
LS_SET_PAGES(wb)
LS_SET_PAGES(uc)

#endif
