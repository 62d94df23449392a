// SPDX-License-Identifier: MIT
/* Plain memory, from the C library. */
#include <stdlib.h>
#include <string.h>
#include "lockstep/os.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

void *os_alloc(unsigned long size)
{
	return calloc(1, size);
}

void *os_alloc_raw(unsigned long size, unsigned long align)
{
	void *p;

	if (align <= 16)
		return malloc(size);
	return posix_memalign(&p, align, size) ? NULL : p;
}

void os_free(void *p)
{
	free(p);
}

void os_poison(const volatile void *addr, unsigned long size)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_poison_memory_region(addr, size);
#else
	(void)addr;
	(void)size;
#endif
}

void os_unpoison(const volatile void *addr, unsigned long size)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_unpoison_memory_region(addr, size);
#else
	(void)addr;
	(void)size;
#endif
}
