// SPDX-License-Identifier: MIT
/*
 * What ends a case from outside: a deadly signal, or its time limit.
 */
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <lockstep/crash.h>
#include <lockstep/report.h>
#include <lockstep/run.h>
#include "core.h"

static struct task_struct *runner;

void ls_crash_runner(void)
{
	runner = current;
}

/* The chain of a thread that was stopped at @ctx; called on that thread. */
static void stack_of(const struct os_context *ctx, struct ls_stack *stack)
{
	unsigned long ret = ls_stack_word(ctx->sp);
	unsigned int nr = 0;

	stack->pc[nr++] = ctx->pc + 1; /* everyone else expects a return address */
	if (ret && os_is_return_into(ret, ctx->pc))
		stack->pc[nr++] = ret;
	nr += ls_stack_walk_from(ctx->fp, stack->pc + nr, LS_STACK_MAX - nr);
	/* It had a frame after all. */
	if (nr > 2 && stack->pc[1] == stack->pc[2]) {
		memmove(&stack->pc[1], &stack->pc[2], (nr - 2) * sizeof(stack->pc[0]));
		nr--;
	}
	stack->nr = nr;
}

/* Did the task run into the guard below its stack? */
static bool is_overflow(const struct os_context *ctx)
{
	const unsigned long slack = 64 * 1024;
	struct task_struct *task = ls_current;

	return task && task->stack_low && ctx->addr + slack > task->stack_low &&
	       ctx->addr < task->stack_low + slack && ctx->sp < task->stack_low + slack;
}

void ls_crash_report(int sig, const char *name, const struct os_context *ctx)
{
	static struct ls_report r; /* the stack may be the one that overflowed */

	ls_report_init(&r, LS_CRASH, "crash", "code does not crash");
	if (!strcmp(name, "SIGABRT"))
		scnprintf(r.what, sizeof(r.what), "%s (abort())", name);
	else if (is_overflow(ctx))
		scnprintf(r.what, sizeof(r.what), "%s: the stack of the task is used up", name);
	else if (ctx->addr >> 16 == OS_POISON_FREED >> 16)
		scnprintf(r.what, sizeof(r.what), "%s at address 0x%lx: a pointer read from freed memory",
			  name, ctx->addr);
	else if (ctx->addr == OS_NO_ADDRESS)
		scnprintf(r.what, sizeof(r.what), "%s at an address that no memory can have", name);
	else if (ctx->addr < 4096)
		scnprintf(r.what, sizeof(r.what), "%s at address 0x%lx: a NULL pointer, or a member of one",
			  name, ctx->addr);
	else
		scnprintf(r.what, sizeof(r.what), "%s at address 0x%lx", name, ctx->addr);
	stack_of(ctx, &r.stack);
	ls_event_send(LS_EVENT_FATAL, &r, sizeof(r));
}

/*
 * Called on each thread. The task of the case gives the stack of the report, others that work
 * for it the parts; the library's own and the runner, which waits for the case, do not matter.
 */
static void add_task(const struct os_context *ctx, void *arg)
{
	struct ls_report *r = arg;
	struct task_struct *task = ls_current;
	struct ls_report_part *part;

	/* Not current: that would make a task for a thread of the host world. */
	if (!task || (task->ls_flags & LS_TASK_SERVICE) || task == runner)
		return;
	if (task->kunit_test && !r->stack.nr) {
		r->pid = task->pid;
		strscpy(r->comm, task->comm, sizeof(r->comm));
		stack_of(ctx, &r->stack);
		return;
	}
	if (r->nr_parts == LS_PARTS_MAX)
		return;
	part = &r->parts[r->nr_parts++];
	scnprintf(part->label, sizeof(part->label), "task     %d (%s) is at", task->pid, task->comm);
	stack_of(ctx, &part->stack);
}

void ls_hang_report(unsigned int seconds)
{
	static struct ls_report r;

	memset(&r, 0, sizeof(r));
	r.class = LS_HANG;
	r.rule = "time-limit";
	r.text = "a case ends within its time limit";
	scnprintf(r.what, sizeof(r.what), "still running (%s) after %u s; --timeout changes the limit",
		  READ_ONCE(ls_progress->phase) ?: "?", seconds);
	os_each_thread(add_task, &r);
	ls_event_send(LS_EVENT_FATAL, &r, sizeof(r));
}
