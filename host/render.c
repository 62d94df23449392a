// SPDX-License-Identifier: MIT
/*
 * Reports in words: see lockstep/symbol.h. Plain and complete; no decoration.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lockstep/os.h"
#include "lockstep/report.h"
#include "lockstep/symbol.h"

#define FRAMES_PER_PC 16
#define LINE_WIDTH    96

struct out {
	void (*line)(void *arg, const char *text);
	void *arg;
};

static const char *const class_name[] = {
	[LS_BREACH] = "breach",	  [LS_DEADLOCK] = "deadlock", [LS_ORDER] = "lock order",
	[LS_CONTEXT] = "context", [LS_MISUSE] = "misuse",     [LS_LEAK] = "leak",
	[LS_WARN] = "warning",	  [LS_BUG] = "bug",	      [LS_CRASH] = "crash",
	[LS_HANG] = "hang",	  [LS_RACE] = "data race",
};

const char *ls_report_class_name(enum ls_report_class class)
{
	return (unsigned int)class < sizeof(class_name) / sizeof(class_name[0]) ?
	       class_name[class] : "report";
}

const char *ls_report_title(enum ls_report_class class, const char *rule, char *buf,
			    unsigned long size)
{
	const char *name = ls_report_class_name(class);
	size_t i;

	for (i = 0; rule[i] && (rule[i] == name[i] || (rule[i] == '-' && name[i] == ' ')); i++)
		;
	if (rule[i])
		snprintf(buf, size, "%s: %s", name, rule);
	else
		snprintf(buf, size, "%s", name);
	return buf;
}

static void __attribute__((format(printf, 2, 3))) say(const struct out *o, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	o->line(o->arg, text);
}

/* "func  file:line", or what of it is known. */
static void frame_text(const struct os_frame *f, unsigned long pc, char *buf, size_t size)
{
	char place[512];

	if (f && f->file && f->line)
		snprintf(place, sizeof(place), "%s:%d", f->file, f->line);
	else
		snprintf(place, sizeof(place), "%s", f && f->object ? f->object : "?");

	if (f && f->func)
		snprintf(buf, size, "%-36s %s%s", f->func, place, f->inlined ? " (inlined)" : "");
	else
		snprintf(buf, size, "0x%-34lx %s", pc, place);
}

/* Does @file lie at @place of the source tree, wherever that tree was when it was compiled? */
static int is_at(const char *file, const char *place)
{
	const char *at = strstr(file, place);

	return at && (at == file || at[-1] == '/');
}

/* Where the driver ends and the runner begins: these frames say nothing about the code. */
static int is_runner(const struct os_frame *f)
{
	static const char *const files[] = { "kernel/kunit/", "host/", "cmd/", "kernel/sched/kthread.c",
					     "kernel/sched/task.c", "kernel/sched/workqueue.c", "explore/",
					     "kernel/sched/workqueue_explore.c",
					     "kernel/core/boot.c" };

	if (!f->object || strcmp(f->object, "lockstep"))
		return 0;
	for (size_t i = 0; f->file && i < sizeof(files) / sizeof(files[0]); i++) {
		if (is_at(f->file, files[i]))
			return 1;
	}
	return 0;
}

static int is_foreign(const struct os_frame *f)
{
	return f->object && (!strncmp(f->object, "libc", 4) || !strncmp(f->object, "ld-", 3) ||
			     !strncmp(f->object, "lib", 3));
}

/*
 * The inside of an allocator, or of WARN(), says nothing about who called it; nor does the
 * seam about who waits.
 */
static int is_plumbing(const struct os_frame *f)
{
	static const char *const headers[] = { "include/linux/slab.h", "include/lockstep/" };
	static const char *const files[] = { "kernel/mm/", "kernel/lib/bug.c", "host/",
					     "explore/" };

	if (is_foreign(f))
		return 1;
	for (size_t i = 0; f->file && i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (is_at(f->file, headers[i]))
			return 1;
	}
	if (!f->object || strcmp(f->object, "lockstep"))
		return 0;
	for (size_t i = 0; f->file && i < sizeof(files) / sizeof(files[0]); i++) {
		if (is_at(f->file, files[i]))
			return 1;
	}
	return 0;
}

unsigned int ls_stack_trim(const unsigned long *pc, unsigned int nr)
{
	struct os_frame frames[FRAMES_PER_PC];

	while (nr) {
		int n = os_symbolize(pc[nr - 1], frames, FRAMES_PER_PC);

		if (n > 0 && !is_foreign(&frames[n - 1]) && !is_runner(&frames[n - 1]))
			break;
		nr--;
	}
	return nr;
}

/* Our own inside of a kernel function: the story begins with the function. */
static int is_inside(const struct os_frame *f)
{
	return f->object && !strcmp(f->object, "lockstep") && f->func &&
	       (f->internal || !strncmp(f->func, "ls_", 3) || !strncmp(f->func, "__ls_", 5));
}

/*
 * How many innermost ones of a chain lead from what was called to where it was found. A
 * crash is shown where it was, even if that is inside of us.
 */
static unsigned int inner_frames(const struct ls_report *r)
{
	bool plumbing = r->class == LS_LEAK || r->class == LS_WARN || r->class == LS_BUG ||
			r->class == LS_HANG || r->class == LS_RACE;
	struct os_frame frames[FRAMES_PER_PC];
	unsigned int skip;

	if (r->class == LS_CRASH)
		return 0;
	for (skip = 0; skip + 1 < r->stack.nr; skip++) {
		int n = os_symbolize(r->stack.pc[skip], frames, FRAMES_PER_PC);

		if (!n || !(is_inside(&frames[n - 1]) || (plumbing && is_plumbing(&frames[n - 1]))))
			break;
	}
	/* Not one of a kernel function's: all of it is ours. */
	return skip < ls_stack_trim(r->stack.pc, r->stack.nr) ? skip : 0;
}

/* The same for a further stack: of a block that was allocated, or freed. */
static unsigned int inner_plumbing(const struct ls_report *r, const struct ls_stack *stack)
{
	struct os_frame frames[FRAMES_PER_PC];
	unsigned int skip = 0;

	if (r->class != LS_RACE && r->class != LS_MISUSE)
		return 0;
	for (; skip + 1 < stack->nr; skip++) {
		int n = os_symbolize(stack->pc[skip], frames, FRAMES_PER_PC);

		if (!n || !is_plumbing(&frames[n - 1]))
			return skip;
	}
	return 0;
}

static void say_stack(const struct out *o, const unsigned long *pc, unsigned int nr)
{
	struct os_frame frames[FRAMES_PER_PC];
	unsigned int shown = ls_stack_trim(pc, nr);
	char text[700];

	/* A stack of the runner alone is shown whole. */
	for (unsigned int i = 0; i < (shown ? shown : nr); i++) {
		int n = os_symbolize(pc[i], frames, FRAMES_PER_PC);
		unsigned int same = 0;

		while (i + same + 1 < nr && pc[i + same + 1] == pc[i])
			same++;
		for (int j = 0; j < n; j++) {
			/* The library's own helpers inside a function of the kernel's. */
			if (!i && frames[j].inlined && is_inside(&frames[j]))
				continue;
			/* What was allocated by an inlined kmalloc() was allocated around it. */
			if (frames[j].inlined && is_plumbing(&frames[j]))
				continue;
			/* A function that the compiler split has a part inlined into the other. */
			if (j + 1 < n && frames[j].func && frames[j + 1].func &&
			    !strcmp(frames[j].func, frames[j + 1].func)) {
				frames[j].inlined = frames[j + 1].inlined;
				frames[j + 1] = (struct os_frame){ 0 };
			}
			if (!frames[j].func && j)
				continue;
			frame_text(&frames[j], pc[i], text, sizeof(text));
			say(o, "    %s", text);
		}
		if (same > 1) {
			say(o, "    ... the same, %u times more", same);
			i += same;
		}
		if (!n) {
			frame_text(NULL, pc[i], text, sizeof(text));
			say(o, "    %s", text);
		}
	}
}

/* @text in lines of at most LINE_WIDTH, each behind @lead; nothing for an empty text. */
static void say_wrapped(const struct out *o, const char *lead, const char *text)
{
	size_t room = LINE_WIDTH - strlen(lead);

	while (*text) {
		size_t len = strlen(text);

		if (len > room) {
			for (len = room; len && text[len] != ' '; len--)
				;
			if (!len)
				len = strcspn(text, " ");
		}
		say(o, "%s%.*s", lead, (int)len, text);
		text += len;
		while (*text == ' ')
			text++;
	}
}

/* The call that @pc returns from, if the frame inside it is known. */
static void say_suggestion(const struct out *o, const struct ls_report *r)
{
	struct os_frame frames[FRAMES_PER_PC], callee[FRAMES_PER_PC];
	int n = os_symbolize(r->suggest_pc, frames, FRAMES_PER_PC), m = 0;
	const char *call = NULL;

	if (!n)
		return;
	for (unsigned int i = 1; i < r->stack.nr; i++) {
		if (r->stack.pc[i] != r->suggest_pc)
			continue;
		m = os_symbolize(r->stack.pc[i - 1], callee, FRAMES_PER_PC);
		/* The outermost of the inlined ones is what the frame called. */
		if (m)
			call = callee[m - 1].func;
	}
	say(o, "  take it  in %s, %s:%d%s", frames[n - 1].func ? frames[n - 1].func : "?",
	    frames[n - 1].file ? frames[n - 1].file : "?", frames[n - 1].line, call ? "," : "");
	if (call)
		say(o, "           before the call to %s()", call);
	say_wrapped(o, "           ", r->suggest_why);
}

/* Is the one the beginning of the other? */
static int same_chain(const struct ls_trace *trace, const struct ls_stack *stack)
{
	return trace->nr && trace->nr <= stack->nr &&
	       !memcmp(trace->pc, stack->pc, trace->nr * sizeof(trace->pc[0]));
}

void ls_report_render(const struct ls_report *r, void (*line)(void *arg, const char *text),
		      void *arg)
{
	struct out o = { line, arg };
	char title[80];

	say(&o, "%s: %s", ls_report_title(r->class, r->rule, title, sizeof(title)), r->text);
	if (r->object[0])
		say(&o, "  object   %s", r->object);
	if (r->what[0])
		say(&o, "  seen     %s", r->what);
	if (r->holder[0])
		say(&o, "  lock     %s", r->holder);
	if (r->holder_trace.nr)
		say_stack(&o, r->holder_trace.pc, r->holder_trace.nr);
	/* A lock that was never given back: all there is to say is where it was taken. */
	if (r->stack.nr && !(r->class == LS_LEAK && same_chain(&r->holder_trace, &r->stack))) {
		unsigned int skip = inner_frames(r);

		if (r->pid)
			say(&o, "  task     %d (%s), at", r->pid, r->comm);
		else
			say(&o, "  made at");
		say_stack(&o, r->stack.pc + skip, r->stack.nr - skip);
	}
	for (unsigned int i = 0; i < r->nr_parts && i < LS_PARTS_MAX; i++) {
		unsigned int skip = inner_plumbing(r, &r->parts[i].stack);

		say(&o, "  %s", r->parts[i].label);
		say_stack(&o, r->parts[i].stack.pc + skip, r->parts[i].stack.nr - skip);
	}
	if (r->suggest_pc)
		say_suggestion(&o, r);
}
