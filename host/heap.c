// SPDX-License-Identifier: MIT
/*
 * The exploring heap: each owner takes from its own range of addresses, upwards, and nothing
 * is given out twice.
 *
 * A table beside the heap has one byte for each granule of 16 bytes. In front of each block
 * is a granule with its size, which also keeps blocks apart. All that is new since
 * ls_heap_take() is forgotten at ls_heap_restore(): the cost of that is one pass over the
 * table's bytes of what was used.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fixed.h"
#include "heap.h"
#include "lockstep/fibre.h"
#include "lockstep/os.h"
#include "mappings.h"

#define GRANULE_SHIFT OS_HEAP_GRANULE_SHIFT
#define GRANULE	      (1UL << GRANULE_SHIFT)
#define OWNER_SHIFT   26 /* 64 MiB for each */
#define OWNER_SIZE    (1UL << OWNER_SHIFT)
#define HEAP_SIZE     (OS_HEAP_OWNERS * OWNER_SIZE)
#define PAGE	      4096UL
#define MAX_FREED     (1UL << 22) /* in one execution; more are not scanned */

#define FILL_RAW      0x5a /* uninitialised memory reads the same each time */
#define FILL_FREED    0x6b /* as POISON_FREE of the kernel */
#define MAGIC	      0x6c735f6865617000UL

/* For what must look at poisoned memory. */
#define BLIND __attribute__((no_sanitize("address", "undefined")))

/* A byte of the table: 0 where nothing is. */
enum { UNUSED, LIVE = OS_HEAP_LIVE, FREED = OS_HEAP_FREED, HEAD = 8 };

struct head {
	uint64_t size;
	uint64_t check;	/* the size again, whitened: somebody may have written over it */
};

/**
 * struct owner - who allocates
 * @next: first byte that was never given out
 * @line: the same at the snapshot
 */
struct owner {
	char *next;
	char *line;
};

/**
 * struct freed - entry of the list of what was freed
 * @start: of the block
 * @kept: so many bytes of it were left as they are
 */
struct freed {
	char *start;
	uint32_t kept;
	uint32_t size;
};

static const unsigned long places[] = { 0x600000000000UL, 0x580000000000UL };

/* All of this is about the heap, which goes back by itself: see LS_KEEP. */
unsigned int os_heap_owner LS_KEEP;
unsigned long ls_heap_base LS_KEEP;
static struct owner owners[OS_HEAP_OWNERS] LS_KEEP;
static unsigned int nr_owners LS_KEEP; /* 1 + highest that ever allocated */
/* Those that have allocated since the snapshot: few of all. */
static struct owner *busy[OS_HEAP_OWNERS] LS_KEEP;
static unsigned int nr_busy LS_KEEP;
static unsigned char *table LS_KEEP;
struct os_heap_map os_heap_map LS_KEEP;
static struct freed *freed LS_KEEP;
static unsigned long nr_freed LS_KEEP;
static unsigned long peak LS_KEEP;

void (*os_heap_freed)(const void *block) LS_KEEP;

int os_heap_on(void)
{
	char *base;

	if (ls_heap_base)
		return 0;
	base = ls_map_fixed(places, sizeof(places) / sizeof(places[0]), HEAP_SIZE, 1);
	table = ls_map_anywhere(HEAP_SIZE >> GRANULE_SHIFT);
	freed = ls_map_anywhere(MAX_FREED * sizeof(freed[0]));
	if (!base || !table || !freed || ls_mappings_on())
		return -ENOMEM;
	for (unsigned int i = 0; i < OS_HEAP_OWNERS; i++)
		owners[i].next = owners[i].line = base + i * OWNER_SIZE;
	ls_heap_base = (unsigned long)base;
	os_heap_map = (struct os_heap_map){ ls_heap_base, HEAP_SIZE, table };
	return 0;
}

static unsigned long offset(const volatile void *addr)
{
	return (unsigned long)addr - ls_heap_base;
}

static int inside(const volatile void *addr)
{
	return ls_heap_base && offset(addr) < HEAP_SIZE;
}

static unsigned char *state_of(const volatile void *addr)
{
	return table + (offset(addr) >> GRANULE_SHIFT);
}

static unsigned long granules(unsigned long size)
{
	return size ? (size + GRANULE - 1) >> GRANULE_SHIFT : 1;
}

/* --- allocating ---------------------------------------------------------------- */

BLIND static void set_head(char *start, unsigned long size)
{
	struct head *h = (struct head *)start - 1;

	h->size = size;
	h->check = size ^ MAGIC;
	*state_of(h) = HEAD;
}

/* Bytes of the block that begins at @start; what the table says if the head was lost. */
BLIND static unsigned long size_of(const char *start)
{
	const struct head *h = (const struct head *)start - 1;
	const unsigned char *first = state_of(start), *s = first;

	if (h->check == (h->size ^ MAGIC))
		return h->size;
	while (*s == *first)
		s++;
	return (unsigned long)(s - first) << GRANULE_SHIFT;
}

/* Not memset() of the C library: under ASan that one looks whether it may. */
BLIND static void fill(char *to, int byte, unsigned long size)
{
	os_unpoison(to, size);
	memset(to, byte, size);
}

void *ls_heap_alloc(unsigned long size, unsigned long align, int zero)
{
	unsigned int who = os_heap_owner % OS_HEAP_OWNERS;
	struct owner *o = &owners[who];
	unsigned long nr = granules(size), from = offset(o->next), at;
	unsigned long end = (who + 1UL) * OWNER_SIZE;
	char *start;

	if (align < GRANULE)
		align = GRANULE;
	/* An address is as aligned as its offset: the base is aligned to more than anyone asks. */
	at = (from + sizeof(struct head) + align - 1) & -align;
	if (size > OWNER_SIZE || at > end || (nr << GRANULE_SHIFT) > end - at)
		return NULL;
	start = (char *)ls_heap_base + at;
	if (o->next == o->line)
		busy[nr_busy++] = o;
	o->next = start + (nr << GRANULE_SHIFT);
	if (nr_owners <= who)
		nr_owners = who + 1;
	set_head(start, size);
	memset(state_of(start), LIVE, nr);
	fill(start, zero ? 0 : FILL_RAW, nr << GRANULE_SHIFT);
	/* The head, what is behind the last byte, and a little of what nobody has yet. */
	os_poison(start - sizeof(struct head), sizeof(struct head));
	os_poison(start + size, (nr << GRANULE_SHIFT) - size);
	if (at + (nr << GRANULE_SHIFT) + 64 <= end)
		os_poison(o->next, 64);
	return start;
}

int ls_heap_free(void *p, unsigned long keep)
{
	unsigned char *state;
	unsigned long nr, size;

	if (!inside(p))
		return 0;
	state = state_of(p);
	/* Freed already, or the middle of a block: whoever calls has checks of his own. */
	if ((offset(p) & (GRANULE - 1)) || *state != LIVE || state[-1] != HEAD)
		return 1;
	size = size_of(p);
	nr = granules(size);
	if (os_heap_freed)
		os_heap_freed(p);
	if (keep > size)
		keep = size;
	memset(state, FREED, nr);
	fill((char *)p + keep, FILL_FREED, (nr << GRANULE_SHIFT) - keep);
	os_poison((char *)p + keep, (nr << GRANULE_SHIFT) - keep);
	if (nr_freed < MAX_FREED)
		freed[nr_freed++] = (struct freed){ p, keep, size };
	return 1;
}

/* --- asking ---------------------------------------------------------------------- */

const void *os_heap_block(const volatile void *addr, unsigned long *size)
{
	unsigned char *state, *head;
	unsigned long owner;
	char *start;

	if (!inside(addr))
		return NULL;
	state = state_of(addr);
	if (*state != LIVE && *state != FREED)
		return NULL;
	owner = offset(addr) >> OWNER_SHIFT << OWNER_SHIFT >> GRANULE_SHIFT;
	head = memrchr(table + owner, HEAD, (unsigned long)(state - (table + owner)));
	if (!head)
		return NULL;
	start = (char *)ls_heap_base + ((unsigned long)(head - table + 1) << GRANULE_SHIFT);
	if (size)
		*size = size_of(start);
	return start;
}

int os_heap_owner_of(const volatile void *addr, unsigned long *at)
{
	if (!inside(addr))
		return -1;
	*at = offset(addr) & (OWNER_SIZE - 1);
	return (int)(offset(addr) >> OWNER_SHIFT);
}

unsigned long os_heap_offset(const volatile void *addr)
{
	return inside(addr) ? offset(addr) : ~0UL;
}

/* First byte from @at on that is not the poison, or @end. */
BLIND static const char *written(const char *at, const char *end)
{
	const uint64_t poison = 0x0101010101010101UL * FILL_FREED;

	for (; at < end && ((unsigned long)at & 7); at++)
		if (*at != FILL_FREED)
			return at;
	for (; end - at >= 32; at += 32) {
		const uint64_t *w = (const uint64_t *)at;

		if ((w[0] ^ poison) | (w[1] ^ poison) | (w[2] ^ poison) | (w[3] ^ poison))
			break;
	}
	for (; at < end && *at == FILL_FREED; at++)
		;
	return at;
}

unsigned int os_heap_scan(void (*fn)(const void *block, unsigned long size, unsigned long at,
				     void *arg), void *arg)
{
	unsigned int found = 0;

	for (unsigned long i = 0; i < nr_freed; i++) {
		const struct freed *f = &freed[i];
		const char *end = f->start + f->size;
		const char *at = written(f->start + f->kept, end);

		if (at == end)
			continue;
		found++;
		if (fn)
			fn(f->start, f->size, (unsigned long)(at - f->start), arg);
	}
	return found;
}

/* --- going back -------------------------------------------------------------------- */

void ls_heap_take(void (*cover)(void *start, unsigned long size))
{
	unsigned int i;

	for (i = 0; i < nr_owners; i++) {
		struct owner *o = &owners[i];
		char *base = (char *)ls_heap_base + i * OWNER_SIZE;
		unsigned long used = ((unsigned long)(o->next - base) + PAGE - 1) & -PAGE;

		if (!used)
			continue;
		o->next = o->line = base + used;
		cover(base, used);
	}
	nr_busy = 0;
	/* A late write to what was freed before is not looked for: it would cost each time. */
	nr_freed = 0;
}

/* What was live at the snapshot is so again; its bytes are with the snapshot. */
static void revive(const struct freed *f)
{
	unsigned long i = offset(f->start) >> OWNER_SHIFT;
	unsigned long nr = granules(f->size);

	if (f->start >= owners[i].line)
		return;
	memset(state_of(f->start), LIVE, nr);
}

void ls_heap_restore(void)
{
	unsigned long used = 0;

	while (nr_freed)
		revive(&freed[--nr_freed]);
	while (nr_busy) {
		struct owner *o = busy[--nr_busy];
		unsigned long size = (unsigned long)(o->next - o->line);

		memset(state_of(o->line), UNUSED, size >> GRANULE_SHIFT);
		o->next = o->line;
		used += size;
	}
	if (used > peak)
		peak = used;
}

/* Bytes that this execution has used so far, or an earlier one if that is more. */
unsigned long ls_heap_peak(void)
{
	unsigned long used = 0;

	for (unsigned int i = 0; i < nr_busy; i++)
		used += (unsigned long)(busy[i]->next - busy[i]->line);
	return used > peak ? used : peak;
}
