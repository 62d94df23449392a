// SPDX-License-Identifier: MIT
/* Memory at addresses that are the same in each run. */
#include <stddef.h>
#include <sys/mman.h>

#include "fixed.h"

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

void *ls_map_fixed(const unsigned long *places, unsigned int nr, unsigned long size, int writable)
{
	int prot = writable ? PROT_READ | PROT_WRITE : PROT_NONE;

	for (unsigned int i = 0; i < nr; i++) {
		void *p = mmap((void *)places[i], size, prot,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
			       -1, 0);

		if (p == (void *)places[i]) {
			/* A crash must not write gigabytes of holes to a core file. */
			madvise(p, size, MADV_DONTDUMP);
			return p;
		}
		/* A kernel older than the flag takes the address for a hint. */
		if (p != MAP_FAILED)
			munmap(p, size);
	}
	return NULL;
}

/* With large pages, if the system has some: twice as many small ones would be looked up. */
void *ls_map_large(unsigned long size)
{
	const unsigned long large = 2UL << 20;
	char *p = ls_map_anywhere(size + large);

	if (!p)
		return NULL;
	p += -(unsigned long)p & (large - 1);
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

void *ls_map_anywhere(unsigned long size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}
