// SPDX-License-Identifier: MIT
/*
 * Two accesses in words, once for each two places in the code.
 */
#include <stdio.h>

#include "internal.h"
#include "lockstep/symbol.h"
#include "lockstep/track.h"
#include "races.h"

#define PAIRS 1024 /* different ones; more are not told */

static struct pair {
	unsigned long one, other;
} pairs[PAIRS];
static unsigned int nr_pairs;

void race_report_reset(void)
{
	nr_pairs = 0;
}

/* The first time that these two meet? */
static bool is_new(unsigned long one, unsigned long other)
{
	if (one > other) {
		unsigned long pc = one;

		one = other;
		other = pc;
	}
	for (unsigned int i = 0; i < nr_pairs; i++) {
		if (pairs[i].one == one && pairs[i].other == other)
			return false;
	}
	if (nr_pairs == PAIRS)
		return false;
	pairs[nr_pairs++] = (struct pair){ one, other };
	return true;
}

static bool on_stack(const volatile void *addr, char *buf, size_t size)
{
	for (unsigned int i = 0; i < E.e.nr_tasks; i++) {
		const struct task *t = &E.tasks[i];

		if ((unsigned long)addr - (unsigned long)t->fibre.low < t->fibre.size) {
			snprintf(buf, size, "%p on the stack of task '%s'", (const void *)addr,
				 t->name);
			return true;
		}
	}
	return false;
}

void race_describe(const volatile void *addr, char *buf, size_t size)
{
	unsigned long offset, length;
	struct ls_track track;
	const char *name;
	const char *block = os_heap_block(addr, &length);

	if (block) {
		const char *state = os_heap_state(addr) == OS_HEAP_FREED ? "freed " : "";

		/* What an allocator keeps in front is not the user's. */
		if (ls_track_block(block, length, &track)) {
			block = track.obj;
			length = track.size;
		}
		snprintf(buf, size, "byte %lu of a %sblock of %lu bytes at %p",
			 (unsigned long)((const char *)addr - block), state, length,
			 (const void *)block);
		return;
	}
	if (on_stack(addr, buf, size))
		return;
	name = os_symbol((unsigned long)addr, &offset, &length);
	if (name && offset)
		snprintf(buf, size, "byte %lu of %s", offset, name);
	else
		snprintf(buf, size, name ? "%s" : "memory at %p",
			 name ? name : (const char *)addr);
}

void race_add_origin(struct ls_report *r, const volatile void *addr)
{
	struct ls_report_part *part = &r->parts[r->nr_parts];
	struct ls_track track;
	unsigned long size;
	const void *block = os_heap_block(addr, &size);

	if (r->nr_parts == LS_PARTS_MAX || !block || !ls_track_block(block, size, &track) ||
	    !track.nr)
		return;
	r->nr_parts++;
	snprintf(part->label, sizeof(part->label), "the block was allocated (%s) at", track.what);
	part->stack.nr = track.nr;
	memcpy(part->stack.pc, track.pc, track.nr * sizeof(track.pc[0]));
}

/* "plain write of 4 bytes" */
static void say_access(const struct race_access *a, char *buf, size_t size)
{
	if (a->kind & RACE_FREE) {
		snprintf(buf, size, "freeing it");
		return;
	}
	snprintf(buf, size, "%s %s of %u byte%s", a->kind & RACE_PLAIN ? "plain" : "marked",
		 a->kind & RACE_WRITE ? "write" : "read", a->size, a->size == 1 ? "" : "s");
}

/* All ends of blocks lie at one place, deep inside of us: their call chains tell them apart. */
static unsigned long stack_sum(const struct ls_stack *stack)
{
	unsigned long sum = 0;

	for (unsigned int i = 0; i < stack->nr; i++)
		sum = sum * 1000003 + stack->pc[i];
	return sum;
}

void race_report(const struct race_access *earlier, const struct race_access *now,
		 const void *frame)
{
	struct ls_report r;
	struct ls_report_part *part = &r.parts[0];
	char one[64], other[64];
	unsigned int both = earlier->mask & now->mask;
	const char *at = (const char *)((uintptr_t)now->piece & ~7UL) +
			 (unsigned int)__builtin_ctz(both);

	ls_report_init(&r, LS_RACE, "data-race",
		       "what two tasks access, one of them writing, is ordered or marked");
	if (frame)
		r.stack.nr = ls_stack_walk_from((unsigned long)frame, r.stack.pc, LS_STACK_MAX);
	if (!is_new(earlier->pc[0], frame ? r.stack.pc[0] : stack_sum(&r.stack)))
		return;
	race_describe(at, r.object, sizeof(r.object));
	say_access(now, one, sizeof(one));
	say_access(earlier, other, sizeof(other));
	snprintf(r.what, sizeof(r.what), "%s; nothing orders it with the %s of task '%s'", one,
		 other, E.tasks[earlier->task].name);
	r.nr_parts = 1;
	snprintf(part->label, sizeof(part->label), "%s by task '%s', at", other,
		 E.tasks[earlier->task].name);
	while (part->stack.nr < RACE_PCS && earlier->pc[part->stack.nr]) {
		part->stack.pc[part->stack.nr] = earlier->pc[part->stack.nr];
		part->stack.nr++;
	}
	race_add_origin(&r, at);
	ls_report_emit(&r);
}
