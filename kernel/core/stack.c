// SPDX-License-Identifier: MIT
/*
 * Call chains, by frame pointer.
 *
 * Everything is compiled with -fno-omit-frame-pointer, so a frame is two words: the
 * caller's frame pointer and the return address. The walk trusts neither: it goes on only
 * while the frame pointer is aligned, grows, and stays inside the task's own stack, so
 * it never faults, whatever code without frame pointers left in the register.
 */
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/sched.h>
#include <lockstep/os.h>
#include <lockstep/report.h>
#include "core.h"

struct frame {
	struct frame *up;
	unsigned long ret;
};

static bool frame_ok(const struct frame *f, unsigned long low, unsigned long high)
{
	unsigned long at = (unsigned long)f;

	return !(at & (sizeof(long) - 1)) && at >= low && at < high && high - at >= sizeof(*f);
}

static void stack_bounds(unsigned long *low, unsigned long *high)
{
	struct task_struct *task = ls_current; /* not current: may be called anywhere */

	if (task && task->stack_high) {
		*low = task->stack_low;
		*high = task->stack_high;
	} else {
		os_stack_bounds(low, high);
	}
}

/*
 * Not sanitised: the frame words above the red zones of a caller's frame are no object
 * that ASan knows, and another task never writes them.
 */
static noinline __attribute__((no_sanitize("address", "thread", "undefined"))) unsigned int
walk(const struct frame *f, unsigned int skip, unsigned long *pc, unsigned int max,
     unsigned long *first_frame)
{
	unsigned long low, high;
	unsigned int nr = 0;

	stack_bounds(&low, &high);
	while (nr < max && frame_ok(f, low, high)) {
		const struct frame *up = f->up;

		if (!f->ret)
			break;
		if (skip) {
			skip--;
		} else {
			if (!nr && first_frame)
				*first_frame = (unsigned long)up;
			pc[nr++] = f->ret;
		}
		if (up <= f)
			break;
		f = up;
	}
	return nr;
}

unsigned int ls_stack_walk_from(unsigned long fp, unsigned long *pc, unsigned int max)
{
	return walk((const struct frame *)fp, 0, pc, max, NULL);
}

__attribute__((no_sanitize("address", "thread"))) unsigned long ls_stack_word(unsigned long sp)
{
	unsigned long low, high;

	stack_bounds(&low, &high);
	return frame_ok((const struct frame *)sp, low, high) ? *(const unsigned long *)sp : 0;
}

noinline unsigned int ls_stack_walk(unsigned long *pc, unsigned int max,
							   unsigned int skip)
{
	return walk(__builtin_frame_address(0), skip + 1, pc, max, NULL);
}

/**
 * ls_stack_save() - the call chain of the current task
 * @stack: filled in, innermost first
 * @skip: with 0 the first entry is the call in the function that called this one; each
 *	further frame skipped starts one caller higher
 *
 * Context: Any.
 */
noinline void ls_stack_save(struct ls_stack *stack, unsigned int skip)
{
	stack->nr = walk(__builtin_frame_address(0), skip, stack->pc, LS_STACK_MAX, NULL);
}

/**
 * ls_trace_save() - remember that the current task was here
 * @trace: filled in
 * @skip: as in ls_stack_save()
 *
 * Context: Any. Cheap enough for every lock operation.
 */
noinline void ls_trace_save(struct ls_trace *trace, unsigned int skip)
{
	struct task_struct *task = current;

	trace->frame = 0;
	trace->nr = walk(__builtin_frame_address(0), skip, trace->pc, LS_TRACE_MAX, &trace->frame);
	trace->pid = task ? task->pid : 0;
	if (task)
		__builtin_memcpy(trace->comm, task->comm, sizeof(trace->comm));
	else
		trace->comm[0] = '\0';
}
