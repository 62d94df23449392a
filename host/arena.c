// SPDX-License-Identifier: MIT
/*
 * Memory that can be mapped more than once: a sparse memfd. Pages are committed
 * when they are first touched, so that its size costs only address space.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>
#include "lockstep/os.h"
#include "mappings.h"

/* As strict as the largest block that the page allocator hands out. */
#define ARENA_ALIGN (4UL << 20)

/* A mapping of @fd at a multiple of ARENA_ALIGN: take more, give back what is around it. */
static void *map_aligned(int fd, unsigned long size)
{
	unsigned long room = size + ARENA_ALIGN, before;
	char *around = os_reserve(room);
	void *base;

	if (!around)
		return MAP_FAILED;
	before = -(unsigned long)around & (ARENA_ALIGN - 1);
	base = mmap(around + before, size, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, 0);
	if (base == MAP_FAILED) {
		os_unreserve(around, room);
		return MAP_FAILED;
	}
	if (ls_window_is_on())
		return base;
	if (before)
		munmap(around, before);
	munmap(around + before + size, ARENA_ALIGN - before);
	return base;
}

int os_arena_create(struct os_arena *arena, unsigned long size)
{
	int fd = memfd_create("lockstep", MFD_CLOEXEC);
	void *base;
	int err;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0)
		goto err_close;
	base = map_aligned(fd, size);
	if (base == MAP_FAILED)
		goto err_close;
	/* A crash must not write gigabytes of holes to a core file. */
	madvise(base, size, MADV_DONTDUMP);
	arena->base = base;
	arena->size = size;
	arena->fd = fd;
	ls_arena_created(arena);
	return 0;

err_close:
	err = -errno;
	close(fd);
	return err;
}

void os_arena_destroy(struct os_arena *arena)
{
	ls_arena_destroyed(arena);
	munmap(arena->base, arena->size);
	close(arena->fd);
	arena->base = NULL;
}

void *os_reserve(unsigned long size)
{
	void *p;

	if (ls_window_is_on())
		return ls_window_reserve(size);
	p = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

void os_unreserve(void *addr, unsigned long size)
{
	if (ls_window_is_on())
		os_arena_unmap(addr, size); /* its place is not used again */
	else
		munmap(addr, size);
}

int ls_arena_map(const struct os_arena *arena, void *addr, unsigned long offset,
		 unsigned long size, int prot)
{
	int flags = (prot & 1 ? PROT_READ : 0) | (prot & 2 ? PROT_WRITE : 0);

	if (mmap(addr, size, flags, MAP_SHARED | MAP_FIXED | MAP_NORESERVE, arena->fd,
		 (off_t)offset) == MAP_FAILED)
		return -errno;
	return 0;
}

int os_arena_map(struct os_arena *arena, void *addr, unsigned long offset, unsigned long size,
		 int prot)
{
	int err = ls_arena_mapping(arena, addr, offset, size, prot);

	return err ?: ls_arena_map(arena, addr, offset, size, prot);
}

int ls_arena_unmap(void *addr, unsigned long size)
{
	if (mmap(addr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		 0) == MAP_FAILED)
		return -errno;
	return 0;
}

int os_arena_unmap(void *addr, unsigned long size)
{
	return ls_arena_unmapping(addr, size) ? ls_arena_unmap(addr, size) : 0;
}
