/* SPDX-License-Identifier: MIT */
#ifndef HOST_MAPPINGS_H
#define HOST_MAPPINGS_H

/* What host/arena.c tells host/mappings.c, which is there for explorers only. */

#include "lockstep/os.h"

/* From now on space is reserved in the window, and mappings are known. 0 or -errno. */
int ls_mappings_on(void);
int ls_window_is_on(void);
void *ls_window_reserve(unsigned long size);

void ls_arena_created(const struct os_arena *arena);
void ls_arena_destroyed(const struct os_arena *arena);
/* Before it is done. 0, or -ENOMEM: then it must not be. */
int ls_arena_mapping(const struct os_arena *arena, void *addr, unsigned long offset,
		     unsigned long size, int prot);
/* Before it is done. Whether there is anything to do. */
int ls_arena_unmapping(void *addr, unsigned long size);

/* The system calls alone. */
int ls_arena_map(const struct os_arena *arena, void *addr, unsigned long offset,
		 unsigned long size, int prot);
int ls_arena_unmap(void *addr, unsigned long size);

#endif
