/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_FIBRE_H
#define LOCKSTEP_FIBRE_H

/**
 * DOC: fibres, and going back in time
 *
 * What an explorer needs of the host, and nobody else does: stacks to switch between, a heap
 * that never gives a block out twice, and a snapshot of all memory of the kernel world to go
 * back to. Plain C types; used by explore/ only. x86-64 and arm64.
 */

/* --- fibres ---------------------------------------------------------------- */

/**
 * struct os_fibre - a stack to run on
 * @sp: saved stack pointer while it does not run
 * @low: lowest address of its stack; below it is a guard page
 * @size: bytes of stack
 * @fake: of AddressSanitizer
 */
struct os_fibre {
	void *sp;
	char *low;
	unsigned long size;
	void *fake;
};

/* Reserve @nr stacks, at addresses that are the same in each run. 0 or -errno. */
int os_fibre_reserve(unsigned int nr);
/* Stack number @index; @fn(@arg) begins at the first switch to it and must never return. */
void os_fibre_make(struct os_fibre *f, unsigned int index, void (*fn)(void *arg), void *arg);
/* Let @f stand for the calling thread, so that one can switch back to it. */
void os_fibre_self(struct os_fibre *f);
/* Save the running context in @from and go on in @to. */
void os_fibre_switch(struct os_fibre *from, struct os_fibre *to);
/* Index of the stack that @addr lies in, and how far from its lower end; -1: in none. */
int os_fibre_of(const volatile void *addr, unsigned long *at);

/* --- a heap without reuse ---------------------------------------------------- */

#define OS_HEAP_OWNERS 256

/**
 * os_heap_on() - from now on os_alloc() and os_alloc_raw() take from the exploring heap
 *
 * Each owner has its own chunks, at addresses that depend only on its number and on what it has
 * allocated before: what another task does meanwhile moves nothing. A freed block is poisoned
 * and not given out again before os_snapshot_restore(). os_free() of memory from before goes to
 * the C library. Return: 0 or -errno.
 */
int os_heap_on(void);
/* Who allocates now: 0 to OS_HEAP_OWNERS - 1. Cheap: called at each switch of tasks. */
extern unsigned int os_heap_owner;

enum os_heap_state { OS_HEAP_FOREIGN, OS_HEAP_UNUSED, OS_HEAP_LIVE, OS_HEAP_FREED };

/* The heap's table: a byte for each granule. @size is 0 as long as there is no heap. */
#define OS_HEAP_GRANULE_SHIFT 4
extern struct os_heap_map {
	unsigned long base, size;
	unsigned char *table;
} os_heap_map;

/* What @addr is. Inline: asked at every scheduling point, and for each access of a step. */
static inline enum os_heap_state os_heap_state(const volatile void *addr)
{
	unsigned long at = (unsigned long)addr - os_heap_map.base;
	unsigned char state;

	if (at >= os_heap_map.size)
		return OS_HEAP_FOREIGN;
	state = os_heap_map.table[at >> OS_HEAP_GRANULE_SHIFT];
	return state == OS_HEAP_LIVE || state == OS_HEAP_FREED ? (enum os_heap_state)state :
								 OS_HEAP_UNUSED;
}
/* The block that @addr lies in, live or freed: its start, or NULL. */
const void *os_heap_block(const volatile void *addr, unsigned long *size);
/* Called when a block is freed, if it is set. */
extern void (*os_heap_freed)(const void *block);
/* Call @fn for each freed block whose poison was written over; returns how many. */
unsigned int os_heap_scan(void (*fn)(const void *block, unsigned long size, unsigned long at,
				     void *arg), void *arg);
/* Whose memory @addr is, and how far from its beginning; -1: not of the heap. */
int os_heap_owner_of(const volatile void *addr, unsigned long *at);
/* Offset of @addr in the heap, the same in each run; ~0UL when it is not of the heap. */
unsigned long os_heap_offset(const volatile void *addr);

/* --- going back ---------------------------------------------------------------- */

/*
 * Memory that a snapshot covers: the writable data of an object (by an address in it), a range.
 * The heap, the fibres' stacks and ls_page_arena are covered by themselves.
 */
int os_snapshot_object(const void *addr);
int os_snapshot_range(void *start, unsigned long size);

/*
 * Take a snapshot: from here on the first write to a page saves it, once and for all later
 * restores (os_crash_init() comes first). Must be called on a thread's own stack, not on a
 * fibre. A later one replaces it.
 * 0 or -errno.
 */
int os_snapshot_take(void);
/* Everything as it was at os_snapshot_take(), mappings of the arena included. */
void os_snapshot_restore(void);
/* A system call, or a write through another mapping, is about to write here. */
void os_snapshot_touch(void *addr, unsigned long size);
/* For SIGSEGV: 1 if the fault at @addr was a first write, which can now be made. */
int os_snapshot_fault(unsigned long addr);

struct os_snapshot_stats {
	unsigned long pages;		/* covered */
	unsigned long hot;		/* copied at each restore */
	unsigned long heap_peak;	/* bytes of heap that an execution used at most */
};
void os_snapshot_stats(struct os_snapshot_stats *stats);

#endif /* LOCKSTEP_FIBRE_H */
