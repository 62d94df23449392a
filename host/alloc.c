// SPDX-License-Identifier: MIT
/* Plain memory, from the C library, or from the heap of the explorer. */
#include <stdlib.h>
#include <string.h>
#include "heap.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"

#define exploring_heap() __builtin_expect(ls_heap_base != 0, 0)

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

void *os_alloc(unsigned long size)
{
	if (exploring_heap())
		return ls_heap_alloc(size, 16, 1);
	return calloc(1, size);
}

void *os_alloc_shared(unsigned long size)
{
	unsigned int owner = os_heap_owner;
	void *p;

	os_heap_owner = OS_HEAP_OWNERS - 1;
	p = os_alloc(size);
	os_heap_owner = owner;
	return p;
}

void *os_alloc_raw(unsigned long size, unsigned long align)
{
	void *p;

	if (exploring_heap())
		return ls_heap_alloc(size, align, 0);
	if (align <= 16)
		return malloc(size);
	return posix_memalign(&p, align, size) ? NULL : p;
}

void os_free(void *p)
{
	if (exploring_heap() && ls_heap_free(p, 0))
		return;
	free(p);
}

void os_free_but(void *p, unsigned long keep)
{
	if (exploring_heap() && ls_heap_free(p, keep))
		return;
	free(p);
}

int os_heap_is_on(void)
{
	return exploring_heap();
}

void os_poison(const volatile void *addr, unsigned long size)
{
#if defined(__SANITIZE_ADDRESS__)
	os_snapshot_touch((void *)addr, size); /* ASan's view of a page goes back with it */
	__asan_poison_memory_region(addr, size);
#else
	(void)addr;
	(void)size;
#endif
}

void os_unpoison(const volatile void *addr, unsigned long size)
{
#if defined(__SANITIZE_ADDRESS__)
	os_snapshot_touch((void *)addr, size);
	__asan_unpoison_memory_region(addr, size);
#else
	(void)addr;
	(void)size;
#endif
}
