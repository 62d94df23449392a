/* SPDX-License-Identifier: MIT */
#ifndef LS_EXPLORE_RACES_H
#define LS_EXPLORE_RACES_H

/**
 * DOC: data races
 *
 * Two accesses to the same bytes are a data race if at least one of them writes, at least one of
 * them is plain, and nothing that synchronises orders them. docs/races.md says what does.
 *
 * The order of synchronisation is weaker than that of dependence, which the trace has:
 * READ_ONCE() after WRITE_ONCE() of the same word cannot change places with it, and yet says
 * nothing about other words. So races.c has clocks of its own. They count what a task gives
 * away, and only instrumented modules pay for them.
 *
 *   sync.c	  clocks of tasks and objects
 *   races.c	  the hook; what was accessed by whom, byte by byte
 *   race_report.c  two accesses in words
 *   uaf.c	  accesses to freed memory; also for scheduling points
 *
 * All state is in one piece of memory that snapshots cover, so it goes back with the rest.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lockstep/explore.h"
#include "lockstep/races.h"
#include "lockstep/report.h"

/* --- what the engine tells -------------------------------------------------------- */

/* An exploration begins: get memory, before any snapshot. 0 or -1. */
int races_init(void);
/* The case begins: from here on accesses are looked at, if a module is instrumented. */
void races_begin(void);
void races_free(void);

extern bool races_on;

/* The running task frees a block: nobody may access it any more. */
void races_freed(const void *block);

/* Task @parent makes task @child, which may be the next one of that index. */
void sync_spawn(unsigned int parent, unsigned int child);
/* Task @task does @access to @obj, now: what primitives synchronise by. */
void sync_touch(unsigned int task, const volatile void *obj, enum ls_access access);
/* The same for a scheduling point with operation @op. */
void sync_point(unsigned int task, enum ls_op op, const volatile void *obj,
		enum ls_access access);

/* --- memory that goes back (races.c) ----------------------------------------------------- */

/* 16-byte aligned and zeroed; NULL when it is used up. */
void *race_alloc(unsigned long size);

/* Address -> something, open addressing. Neighbours in memory are neighbours here. */
struct addr_map {
	struct addr_entry {
		uint64_t key;
		void *value;
	} *slots;
	uint32_t mask, nr;
};

/* The value of @key, NULL if it has none. */
void *addr_find(const struct addr_map *m, uint64_t key);
/* Where the value of @key is kept, NULL when out of memory. A new one is NULL. */
void **addr_slot(struct addr_map *m, uint64_t key);

/* --- clocks (sync.c) ------------------------------------------------------------------------ */

/* How much of each task's past is known. */
struct vclock {
	uint32_t len, room;
	uint32_t *c;
};

/**
 * struct race_task - a task
 * @clock: what happens before its next access
 * @pending: what it read of others without an order so far; smp_rmb() makes it count
 * @fenced: @clock at its last smp_wmb(): what its relaxed stores carry
 * @suspended, @atomic_nest, @inlined: nesting, see struct ls_race_hook
 * @atomic_next: so many plain accesses count as marked
 */
struct race_task {
	struct vclock clock, pending, fenced;
	int suspended, atomic_nest, inlined;
	unsigned int atomic_next;
};

int sync_init(void);
struct race_task *race_task(unsigned int i);
/* A marked access that the module made itself: @flags are enum ls_race_flags. */
void sync_access(struct race_task *t, unsigned int i, const volatile void *addr,
		 unsigned int flags);
void sync_fence(struct race_task *t, unsigned int i, unsigned int flags);

static inline uint32_t clock_at(const struct vclock *v, unsigned int i)
{
	return i < v->len ? v->c[i] : 0;
}

/* --- reports ---------------------------------------------------------------------------------- */

#define RACE_PCS 8

/* Kinds of an access. */
#define RACE_WRITE 1
#define RACE_PLAIN 2
#define RACE_FREE  4 /* all of a block is given back */

/**
 * struct race_access - one access, as it is kept
 * @next: another one to the same 8 bytes
 * @clock: of its task, then
 * @piece, @mask: the address of its 8 bytes, and which of them
 * @size: of the whole access, which may lie in several pieces
 * @pc: call chain, innermost first, ended by 0 if it is shorter
 */
struct race_access {
	struct race_access *next;
	uint32_t clock;
	uint16_t task;
	uint8_t mask, kind;
	uint32_t size;
	uint64_t piece;
	unsigned long pc[RACE_PCS];
};

/* @earlier, and @now by the running task; @frame: see struct ls_race_hook, NULL for a free. */
void race_report(const struct race_access *earlier, const struct race_access *now,
		 const void *frame);
/* Forget which ones were reported. */
void race_report_reset(void);

/* What lies at @addr, in words: "byte 8 of a block of 64 bytes" or "n of module.so+0x10". */
void race_describe(const volatile void *addr, char *buf, size_t size);
/* A further stack of @r: where the block at @addr was allocated, if that is known. */
void race_add_origin(struct ls_report *r, const volatile void *addr);

/* --- freed memory (uaf.c) ---------------------------------------------------------------------- */

/*
 * Report it if @addr is in a freed block of the heap: one load and a few shifts if not. @write: the
 * access is one. @frame: see struct ls_race_hook; NULL: the caller's stack. True if it is.
 */
bool uaf_check(const volatile void *addr, unsigned long size, bool write, const void *frame);
/* The object of a scheduling point whose step begins lies in a freed block: report it. */
void uaf_at_point(enum ls_op op, const volatile void *obj);
/* An execution ends: report a block that was written over after it was freed. */
void uaf_check_late(void);
/* For the heap: a block was freed, by the running task. */
void uaf_freed(const void *block);

#endif /* LS_EXPLORE_RACES_H */
