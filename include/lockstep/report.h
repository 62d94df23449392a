/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_REPORT_H
#define LOCKSTEP_REPORT_H

/**
 * DOC: reports
 *
 * Whatever goes wrong in the kernel world ends as one &struct ls_report: a
 * broken rule of the convention, a lockdep finding, WARN(), BUG(), a leak, a
 * crash. The finder fills one in and emits it; who prints, counts, expects or
 * serialises it is decided in one place (kernel/core/report.c).
 *
 * A report that is not fatal (WARN, a breach) lets the task go on, as the
 * kernel would. A fatal one (a self-deadlock, a cycle that would hang, BUG)
 * ends the task at that point: ls_report_fatal() does not return.
 */

#define LS_STACK_MAX 32
#define LS_TRACE_MAX 6
#define LS_PARTS_MAX 8

/** struct ls_stack - return addresses, innermost first */
struct ls_stack {
	unsigned int nr;
	unsigned long pc[LS_STACK_MAX];
};

/**
 * struct ls_trace - a short memory of who did something to a lock or an object
 * @pid: task, 0 when it never happened
 * @frame: frame pointer of the function that called the primitive
 * @comm: the task's name at the time
 * @nr: addresses in @pc
 * @pc: return addresses, innermost first
 */
struct ls_trace {
	int pid;
	unsigned int nr;
	unsigned long frame;
	char comm[16];
	unsigned long pc[LS_TRACE_MAX];
};

enum ls_report_class {
	LS_BREACH,	/* a rule of the dma-buf locking convention */
	LS_DEADLOCK,	/* this would hang: self-deadlock, cycle of waiters */
	LS_ORDER,	/* this could hang: lock order, irq safety, fence signalling */
	LS_CONTEXT,	/* sleeping in atomic context, wrong unlocker, unbalanced unlock */
	LS_MISUSE,	/* refcount saturation, double free, destroyed while in use */
	LS_LEAK,	/* alive after the end of a case */
	LS_WARN,	/* WARN*() and lockdep_assert*() of the code under test */
	LS_BUG,		/* BUG*() */
	LS_CRASH,	/* a signal: SIGSEGV and kin */
	LS_HANG,	/* the case ran into its time limit */
	LS_RACE,	/* a data race: see docs/races.md */
};

/**
 * struct ls_report_part - one further stack, with the words that introduce it
 * @label: for example "lock taken by task 12 (importer) at"
 */
struct ls_report_part {
	char label[120];
	struct ls_stack stack;
};

/**
 * struct ls_report - one finding
 * @class: what kind
 * @rule: short stable id: "unmap-held", "self-deadlock", "lock-order"; static storage
 * @text: the rule in words, one line, static storage
 * @object: what it is about: "dma_buf#3 (exporter 'i915') resv#2"
 * @what: what was seen, one line
 * @holder: who holds @object's lock, or who released it last, in words; "" if it does not apply
 * @holder_trace: where that was; nr == 0 if unknown
 * @stack: call chain to the place, innermost first
 * @parts: further stacks, e.g. each edge of a lock cycle
 * @suggest_pc: return address in the frame where the lock should have been taken, 0 if none
 * @suggest_why: why there
 * @lock: address of the lock at fault, NULL if none; identity only
 * @pid: task that was running
 * @comm: its name
 */
struct ls_report {
	enum ls_report_class class;
	const char *rule;
	const char *text;
	char object[128];
	char what[256];
	char holder[128];
	struct ls_trace holder_trace;
	struct ls_stack stack;
	unsigned int nr_parts;
	struct ls_report_part parts[LS_PARTS_MAX];
	unsigned long suggest_pc;
	char suggest_why[256];
	const void *lock;
	int pid;
	char comm[16];
};

/* Frame-pointer walks. @skip: frames of the caller's own to leave out. */
void ls_stack_save(struct ls_stack *stack, unsigned int skip);
void ls_trace_save(struct ls_trace *trace, unsigned int skip);
/* From frame pointer @fp of the current task on, whose own return address is the first. */
unsigned int ls_stack_walk_from(unsigned long fp, unsigned long *pc, unsigned int max);

/* Clear @r, fill in class, rule, text, current task and the caller's stack. */
void ls_report_init(struct ls_report *r, enum ls_report_class class, const char *rule,
		    const char *text);
/* Record, print or match against an expectation. Any context; does not sleep. */
void ls_report_emit(struct ls_report *r);
/* The same, then end the task. */
void ls_report_fatal(struct ls_report *r) __attribute__((noreturn));
/* Put into words who holds the lock (its pid; 0: nobody; -1: some other task) or who had it
 * last, by @r->holder_trace. */
void ls_report_say_holder(struct ls_report *r, int holder);

struct lockdep_map;
/* Names a lock better than by its class, if it is one of theirs: set by the layer above. */
extern _Bool (*ls_name_lock)(const struct lockdep_map *map, char *buf, unsigned long size);

#endif /* LOCKSTEP_REPORT_H */
