// SPDX-License-Identifier: MIT
/*
 * Accesses of instrumented code: each is compared with those before it to the same bytes.
 *
 * Memory is looked at in pieces of 8 bytes. A piece has a list of accesses that can still race
 * with one to come: whatever comes after an access of the list, covers its bytes and would
 * race with all that it would race with, takes its place.
 */
#include <sys/mman.h>

#include "internal.h"
#include "races.h"

#define ROOM	  (256UL << 20) /* address space; what is not used costs nothing */
#define MAP_FIRST 1024u

/* 64 bytes of memory, 8 pieces. */
struct line {
	struct race_access *pieces[8];
};

#define line_key(addr)	  ((uint64_t)(addr) >> 6 << 3)
#define piece_of(l, addr) (&(l)->pieces[(addr) >> 3 & 7])

/* The beginning of the memory that goes back. */
static struct race_state {
	unsigned long used;
	struct addr_map lines;
	struct race_access *spare;
} *R;

bool races_on;

/* --- memory ------------------------------------------------------------------------ */

void *race_alloc(unsigned long size)
{
	unsigned long at = (R->used + 15) & -16UL;

	if (unlikely(at + size > ROOM)) {
		engine_error("out of memory for accesses: an execution is too long to look for "
			     "data races in; build the module without --races");
		return NULL;
	}
	R->used = at + size;
	return (char *)R + at;
}

static inline uint32_t addr_hash(uint64_t key)
{
	return (uint32_t)((key >> 3) + (key >> 12) * 0x9e3779b9u + (key >> 20) * 0x85ebca6bu);
}

static bool addr_grow(struct addr_map *m)
{
	struct addr_map old = *m;
	uint32_t size = m->slots ? 4 * (m->mask + 1) : MAP_FIRST;

	m->slots = race_alloc(size * sizeof(*m->slots));
	if (!m->slots)
		return false;
	m->mask = size - 1;
	for (uint32_t k = 0; old.slots && k <= old.mask; k++) {
		uint32_t i = addr_hash(old.slots[k].key) & m->mask;

		if (!old.slots[k].key)
			continue;
		while (m->slots[i].key)
			i = (i + 1) & m->mask;
		m->slots[i] = old.slots[k];
	}
	return true;
}

void *addr_find(const struct addr_map *m, uint64_t key)
{
	if (!m->slots)
		return NULL;
	for (uint32_t i = addr_hash(key) & m->mask; m->slots[i].key; i = (i + 1) & m->mask) {
		if (m->slots[i].key == key)
			return m->slots[i].value;
	}
	return NULL;
}

void **addr_slot(struct addr_map *m, uint64_t key)
{
	uint32_t i;

	if (unlikely(!m->slots || 2 * m->nr > m->mask) && !addr_grow(m))
		return NULL;
	for (i = addr_hash(key) & m->mask; m->slots[i].key; i = (i + 1) & m->mask) {
		if (m->slots[i].key == key)
			return &m->slots[i].value;
	}
	m->slots[i].key = key;
	m->nr++;
	return &m->slots[i].value;
}

static struct race_access *access_get(void)
{
	struct race_access *a = R->spare;

	if (!a)
		return race_alloc(sizeof(*a));
	R->spare = a->next;
	return a;
}

/* --- comparing ------------------------------------------------------------------------- */

static inline bool conflict(unsigned int a, unsigned int b)
{
	return (a | b) & RACE_WRITE && (a | b) & RACE_PLAIN;
}

/* Whatever races with an access of @kind races with one of @by at its place, too. */
static inline bool covers(unsigned int by, unsigned int kind)
{
	return !(kind & ~by);
}

static void note(struct race_access **list, struct race_access *now, const void *frame)
{
	struct race_access *a = access_get();
	unsigned int nr;

	if (!a)
		return;
	if (!now->pc[0]) { /* once, however many pieces there are */
		nr = ls_stack_walk_from((unsigned long)frame, now->pc, RACE_PCS);
		if (nr < RACE_PCS)
			now->pc[nr] = 0;
	}
	*a = *now;
	a->next = *list;
	*list = a;
}

static void check_piece(struct race_task *t, struct race_access *now, const void *frame)
{
	struct race_access **list, **at, *a;
	void **slot = addr_slot(&R->lines, line_key(now->piece));

	if (unlikely(!slot || (!*slot && !(*slot = race_alloc(sizeof(struct line))))))
		return;
	list = piece_of((struct line *)*slot, now->piece);
	for (at = list; (a = *at);) {
		unsigned int both = a->mask & now->mask;
		bool ordered;

		if (!both) {
			at = &a->next;
			continue;
		}
		if (a->task == now->task) {
			if (a->clock == now->clock && covers(a->kind, now->kind) &&
			    both == now->mask)
				return; /* as before: whoever came in between has seen it */
			ordered = true;
		} else {
			ordered = clock_at(&t->clock, a->task) >= a->clock;
		}
		if (unlikely(!ordered && conflict(a->kind, now->kind)))
			race_report(a, now, frame);
		if (ordered && covers(now->kind, a->kind))
			a->mask &= (uint8_t)~now->mask;
		if (a->mask) {
			at = &a->next;
		} else {
			*at = a->next;
			a->next = R->spare;
			R->spare = a;
		}
	}
	note(list, now, frame);
}

static void check(struct race_task *t, unsigned int task, const volatile void *addr,
		  unsigned long size, unsigned int kind, const void *frame)
{
	uint64_t first = (uint64_t)(uintptr_t)addr, end = first + size;
	struct race_access now = { .clock = clock_at(&t->clock, task), .task = (uint16_t)task,
				   .kind = (uint8_t)kind, .size = (uint32_t)size };

	for (uint64_t p = first & ~7ULL; p < end; p += 8) {
		unsigned int mask = 0xff;

		if (p < first)
			mask &= 0xffu << (first - p);
		if (p + 8 > end)
			mask &= 0xffu >> (p + 8 - end);
		now.mask = (uint8_t)mask;
		now.piece = p;
		check_piece(t, &now, frame);
	}
}

static void freed_piece(const struct race_task *t, const struct race_access *list,
			const struct race_access *now)
{
	for (const struct race_access *a = list; a; a = a->next) {
		if (a->task != now->task && clock_at(&t->clock, a->task) < a->clock)
			race_report(a, now, NULL);
	}
}

void races_freed(const void *block)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;
	struct race_access now = { .task = (uint16_t)E.e.cur, .mask = 0xff,
				   .kind = RACE_WRITE | RACE_PLAIN | RACE_FREE };
	unsigned long size = 0;

	if (!t || !os_heap_block(block, &size))
		return;
	now.size = (uint32_t)size;
	for (uint64_t at = (uintptr_t)block & ~63UL; at < (uintptr_t)block + size; at += 64) {
		const struct line *l = addr_find(&R->lines, line_key(at));

		for (unsigned int i = 0; l && i < 8; i++) {
			now.piece = at + 8 * i;
			if (now.piece - (uintptr_t)block < size)
				freed_piece(t, l->pieces[i], &now);
		}
	}
	/* Whoever comes later uses freed memory, and is told so. */
}

/* --- the hook ----------------------------------------------------------------------------- */

static void on_access(const volatile void *addr, unsigned long size, unsigned int flags,
		      const void *frame)
{
	unsigned int task = E.e.cur, kind = 0;
	struct race_task *t;
	bool marked = flags & LS_RACE_MARKED;

	if (!races_on)
		return;
	uaf_check(addr, size, flags & LS_RACE_WRITE, frame);
	t = race_task(task);
	if (!t)
		return;
	if (!marked && t->atomic_next) {
		t->atomic_next--;
		marked = true;
	}
	if (t->atomic_nest)
		marked = true;
	if (flags & LS_RACE_WRITE)
		kind |= RACE_WRITE;
	if (!marked || flags & LS_RACE_ASSERT)
		kind |= RACE_PLAIN;
	if (!t->suspended)
		check(t, task, addr, size, kind, frame);
	if (flags & LS_RACE_MARKED)
		sync_access(t, task, addr, flags);
}

static void on_fence(unsigned int flags)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;

	if (t)
		sync_fence(t, E.e.cur, flags);
}

static void on_suspend(int by)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;

	if (t)
		t->suspended += by;
}

static void on_atomic_next(unsigned int nr)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;

	if (t)
		t->atomic_next = nr;
}

static void on_atomic_nest(int by)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;

	if (t)
		t->atomic_nest += by;
}

static void on_inlined(int by)
{
	struct race_task *t = races_on ? race_task(E.e.cur) : NULL;

	if (t)
		t->inlined += by;
}

static const struct ls_race_hook hook = {
	.access = on_access,
	.fence = on_fence,
	.suspend = on_suspend,
	.atomic_next = on_atomic_next,
	.atomic_nest = on_atomic_nest,
	.inlined = on_inlined,
};

/* --- the exploration ------------------------------------------------------------------------ */

int races_init(void)
{
	void *p;

	races_free();
	race_report_reset();
	os_heap_freed = uaf_freed;
	if (!ls_race_modules)
		return 0;
	p = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		 0);
	if (p == MAP_FAILED || os_snapshot_range(p, ROOM))
		return -1;
	R = p;
	R->used = sizeof(*R);
	return sync_init();
}

void races_begin(void)
{
	races_on = ls_race_modules;
	if (races_on)
		__atomic_store_n(&ls_race_hook, &hook, __ATOMIC_RELEASE);
}

void races_free(void)
{
	__atomic_store_n(&ls_race_hook, NULL, __ATOMIC_RELEASE);
	races_on = false;
	if (R)
		munmap(R, ROOM);
	R = NULL;
}
