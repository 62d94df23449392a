// SPDX-License-Identifier: MIT
/*
 * Mappings of arenas under an explorer: where they lie does not depend on the system, and
 * what was mapped since a snapshot can be undone.
 *
 * Reserved space comes from one window, in which each owner of the heap has its own part. All
 * of it is inaccessible until something is mapped there, so reserving takes no system call,
 * and what was reserved since a snapshot is free again when the counters go back.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "fixed.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "mappings.h"
#include "snapshot.h"

#define PAGE	    4096UL
#define PART	    (128UL << 30) /* the kernel world reserves 64 GiB for vmalloc() */
#define WINDOW	    (OS_HEAP_OWNERS * PART)
#define MAX_ARENAS  4
#define MAX_SEGS    65536
#define MAX_DIRTY   65536

/**
 * struct seg - part of an arena that is mapped a second time
 * @start: first address
 * @end: behind the last
 * @arena: index in arenas
 * @offset: in the arena
 * @prot: as for os_arena_map()
 */
struct seg {
	unsigned long start, end;
	unsigned int arena;
	unsigned long offset;
	int prot;
};

struct segs {
	struct seg *seg;
	unsigned long nr;
};

static const unsigned long places[] = { 0x200000000000UL, 0x100000000000UL };

static unsigned long window LS_KEEP;
static unsigned long used[OS_HEAP_OWNERS]; /* goes back with the data of this library */

static struct os_arena arenas[MAX_ARENAS] LS_KEEP;
static unsigned int nr_arenas LS_KEEP;
static struct segs now LS_KEEP, then LS_KEEP; /* then: at the snapshot */
static struct {
	unsigned long start, end;
} *dirty LS_KEEP;
static unsigned long nr_dirty LS_KEEP;

int ls_mappings_on(void)
{
	now.seg = ls_map_anywhere(MAX_SEGS * sizeof(*now.seg));
	then.seg = ls_map_anywhere(MAX_SEGS * sizeof(*then.seg));
	dirty = ls_map_anywhere(MAX_DIRTY * sizeof(*dirty));
	window = (unsigned long)ls_map_fixed(places, sizeof(places) / sizeof(places[0]), WINDOW, 0);
	return now.seg && then.seg && dirty && window ? 0 : -ENOMEM;
}

/* --- reserved space -------------------------------------------------------------------- */

int ls_window_is_on(void)
{
	return window != 0;
}

void *ls_window_reserve(unsigned long size)
{
	unsigned int who = os_heap_owner % OS_HEAP_OWNERS;
	unsigned long room = ((size + PAGE - 1) & -PAGE) + PAGE; /* and one that nobody has */
	void *p = (void *)(window + who * PART + used[who]);

	if (size > PART || room > PART - used[who])
		return NULL;
	used[who] += room;
	return p;
}

/* --- which part of an arena is mapped where ----------------------------------------------- */

/* Take [@start, @end) out of the table; whether there was something. */
static int cut(unsigned long start, unsigned long end)
{
	int found = 0;

	for (unsigned long i = 0; i < now.nr; i++) {
		struct seg *s = &now.seg[i], rest = *s;

		if (s->end <= start || s->start >= end)
			continue;
		found = 1;
		rest.start = end;
		rest.offset += end - s->start;
		if (s->start < start) {
			s->end = start;
			if (rest.start < rest.end && now.nr < MAX_SEGS)
				now.seg[now.nr++] = rest;
		} else if (rest.start < rest.end) {
			*s = rest;
		} else {
			*s = now.seg[--now.nr];
			i--;
		}
	}
	return found;
}

static void mark_dirty(unsigned long start, unsigned long end)
{
	if (!ls_snapshot_taken())
		return;
	for (unsigned long i = 0; i < nr_dirty; i++)
		if (dirty[i].start <= start && end <= dirty[i].end)
			return;
	dirty[nr_dirty].start = start;
	dirty[nr_dirty++].end = end;
}

static unsigned int index_of(const struct os_arena *arena)
{
	unsigned int i;

	for (i = 0; i < nr_arenas && arenas[i].base != arena->base; i++)
		;
	return i;
}

int ls_arena_mapping(const struct os_arena *arena, void *addr, unsigned long offset,
		     unsigned long size, int prot)
{
	unsigned long start = (unsigned long)addr;
	unsigned int a = index_of(arena);

	if (!window)
		return 0;
	/* Two more entries at most: what is added, and what a cut leaves behind it. */
	if (now.nr + 2 > MAX_SEGS || nr_dirty == MAX_DIRTY || a == nr_arenas)
		return -ENOMEM;
	if (prot & 2)
		os_snapshot_touch((char *)arena->base + offset, size);
	cut(start, start + size);
	now.seg[now.nr++] = (struct seg){ start, start + size, a, offset, prot };
	mark_dirty(start, start + size);
	return 0;
}

int ls_arena_unmapping(void *addr, unsigned long size)
{
	unsigned long start = (unsigned long)addr;

	if (!window)
		return 1;
	if (nr_dirty == MAX_DIRTY || !cut(start, start + size))
		return 0;
	mark_dirty(start, start + size);
	return 1;
}

void ls_arena_created(const struct os_arena *arena)
{
	if (nr_arenas < MAX_ARENAS)
		arenas[nr_arenas++] = *arena;
}

void ls_arena_destroyed(const struct os_arena *arena)
{
	unsigned int i = index_of(arena);

	if (i < nr_arenas)
		arenas[i] = arenas[--nr_arenas];
}

/* --- for the snapshot ------------------------------------------------------------------------ */

void ls_arenas_take(void (*cover)(void *start, unsigned long size))
{
	for (unsigned int i = 0; i < nr_arenas; i++)
		cover(arenas[i].base, arenas[i].size);
	nr_dirty = 0;
	if (now.nr)
		memcpy(then.seg, now.seg, now.nr * sizeof(*now.seg));
	then.nr = now.nr;
}

void ls_arenas_touch(void)
{
	for (unsigned long i = 0; i < now.nr; i++) {
		const struct seg *s = &now.seg[i];

		if (s->prot & 2)
			os_snapshot_touch((char *)arenas[s->arena].base + s->offset,
					  s->end - s->start);
	}
}

static void map_again(const struct seg *s, unsigned long start, unsigned long end)
{
	if (start < s->start)
		start = s->start;
	if (end > s->end)
		end = s->end;
	if (start < end)
		ls_arena_map(&arenas[s->arena], (void *)start, s->offset + (start - s->start),
			     end - start, s->prot);
}

void ls_arenas_restore(void)
{
	if (!nr_dirty)
		return;
	for (unsigned long i = 0; i < nr_dirty; i++) {
		ls_arena_unmap((void *)dirty[i].start, dirty[i].end - dirty[i].start);
		for (unsigned long j = 0; j < then.nr; j++)
			map_again(&then.seg[j], dirty[i].start, dirty[i].end);
	}
	nr_dirty = 0;
	if (then.nr)
		memcpy(now.seg, then.seg, then.nr * sizeof(*now.seg));
	now.nr = then.nr;
}
