// SPDX-License-Identifier: MIT
/*
 * Accesses to freed memory. The heap gives no block out twice, so what is freed stays so, and who
 * freed it is known.
 */
#include <stdio.h>

#include "internal.h"
#include "races.h"

#define ROOM	  4096 /* the last so many are remembered */
#define FREED_PCS 12

static struct freed {
	const void *block;
	unsigned int task, nr;
	unsigned long pc[FREED_PCS];
} *freed;
static unsigned long nr_freed;

void uaf_freed(const void *block)
{
	struct freed *f;

	if (!freed && !(freed = calloc(ROOM, sizeof(*freed))))
		return;
	f = &freed[nr_freed++ % ROOM];
	f->block = block;
	f->task = E.e.cur;
	f->nr = ls_stack_walk_from((unsigned long)__builtin_frame_address(0), f->pc, FREED_PCS);
	races_freed(block);
}

/* Newest first: an address is freed once in an execution, but again in the next one. */
static const struct freed *who_freed(const void *block)
{
	for (unsigned long i = 0; i < ROOM && i < nr_freed; i++) {
		const struct freed *f = &freed[(nr_freed - 1 - i) % ROOM];

		if (f->block == block)
			return f;
	}
	return NULL;
}

static void add_who_freed(struct ls_report *r, const void *block)
{
	const struct freed *by = who_freed(block);
	struct ls_report_part *part = &r->parts[r->nr_parts];

	if (!by)
		return;
	r->nr_parts++;
	snprintf(part->label, sizeof(part->label), "freed by task '%s', at", E.tasks[by->task].name);
	part->stack.nr = by->nr;
	memcpy(part->stack.pc, by->pc, by->nr * sizeof(by->pc[0]));
}

static void report(const volatile void *addr, unsigned long size, bool write, const void *frame)
{
	struct ls_report r;

	ls_report_init(&r, LS_MISUSE, "use-after-free", "memory is used until it is freed");
	if (frame)
		r.stack.nr = ls_stack_walk_from((unsigned long)frame, r.stack.pc, LS_STACK_MAX);
	else
		ls_stack_save(&r.stack, 2);
	race_describe(addr, r.object, sizeof(r.object));
	snprintf(r.what, sizeof(r.what), "%s of %lu byte%s", write ? "write" : "read", size,
		 size == 1 ? "" : "s");
	if (!size)
		snprintf(r.what, sizeof(r.what), "an operation on an object in it");
	add_who_freed(&r, os_heap_block(addr, NULL));
	race_add_origin(&r, addr);
	ls_report_emit(&r);
}

bool uaf_check(const volatile void *addr, unsigned long size, bool write, const void *frame)
{
	if (likely(os_heap_state(addr) != OS_HEAP_FREED))
		return false;
	report(addr, size, write, frame);
	return true;
}

static void report_late(const void *block, unsigned long size, unsigned long at, void *nr)
{
	struct ls_report r;

	if ((*(unsigned int *)nr)++)
		return; /* one is enough: the others have the same cause, or come up without it */
	ls_report_init(&r, LS_MISUSE, "use-after-free", "memory is used until it is freed");
	r.stack.nr = 0; /* where it was written nobody knows any more */
	race_describe((const char *)block + at, r.object, sizeof(r.object));
	snprintf(r.what, sizeof(r.what), "written over after it was freed; a module that is built with "
		 "--races says by whom");
	add_who_freed(&r, block);
	race_add_origin(&r, block);
	ls_report_emit(&r);
}

void uaf_check_late(void)
{
	unsigned int nr = 0;

	E.active = false; /* the last step is complete, and nobody comes to another point */
	os_heap_scan(report_late, &nr);
	E.active = true;
}

void uaf_at_point(enum ls_op op, const volatile void *obj)
{
	/* A second free is for the allocator to tell; the others only name who does it. */
	if (op != LS_OP_FREE && op != LS_OP_YIELD && op != LS_OP_ALLOC)
		report(obj, 0, op != LS_OP_LOAD, NULL);
}
