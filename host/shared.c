// SPDX-License-Identifier: MIT
/*
 * Memory that all workers of one run share: see lockstep/boot.h.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "lockstep/boot.h"
#include "lockstep/os.h"

static struct {
	char *base;
	unsigned long size;
	unsigned long used; /* private to each worker: the n-th call gets the same place in each */
} pool;

int ls_shared_reserve(unsigned long size)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return -ENOMEM;
	pool.base = base;
	pool.size = size;
	pool.used = 0;
	return 0;
}

void *ls_shared_alloc(unsigned long size)
{
	void *p;

	size = (size + 15) & ~15UL;
	if (!pool.base)
		return os_alloc(size);
	if (size > pool.size - pool.used)
		return NULL;
	p = pool.base + pool.used;
	pool.used += size;
	return p;
}
