/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_CRASH_H
#define LOCKSTEP_CRASH_H

#include "report.h"

/**
 * struct os_context - a thread, stopped anywhere
 * @pc: next instruction
 * @fp: frame pointer
 * @sp: stack pointer
 * @addr: for a fault: the address that was touched
 */
struct os_context {
	unsigned long pc;
	unsigned long fp;
	unsigned long sp;
	unsigned long addr;
};

/* A pointer that was read from freed memory: all bytes are POISON_FREE. */
#define OS_POISON_FREED 0x6b6b6b6b6b6b6b6bUL
/* For @addr: one that no memory can have. */
#define OS_NO_ADDRESS	(~0UL)

/* --- host/crash.c ----------------------------------------------------------- */

/*
 * SIGSEGV and kin become a report and the end of this process; without @report, for a
 * debugger, they stay what they are. Either way faults in client mappings are resolved.
 */
void os_crash_init(int report);
/*
 * A leaf function may have no frame: the word at @sp is then the address it returns to. Is
 * it, that is, does a call of the function at @pc stand right before that address?
 */
int os_is_return_into(unsigned long ret, unsigned long pc);
/* Give the calling thread, until it ends, a stack to report the overflow of its own on. */
void os_crash_stack(void);
/* Stop each other thread of the process for a moment, one by one, and let it call @fn. */
void os_each_thread(void (*fn)(const struct os_context *ctx, void *arg), void *arg);

/* --- kernel/core/crash.c ----------------------------------------------------- */

/* Report a deadly signal of the current task. Async-signal context. */
void ls_crash_report(int sig, const char *name, const struct os_context *ctx);
/* Report that the case ran into its limit of @seconds, with the stacks of all tasks. */
void ls_hang_report(unsigned int seconds);

/* --- kernel/fs/mmap.c -------------------------------------------------------- */

/* Could @addr be in a mapping of a client? Async-signal context. */
int ls_client_range(unsigned long addr);
/* Bring the page. 0, or -errno if that cannot be. In the context of the code that faulted. */
long ls_client_fault(unsigned long addr, int write);

#endif /* LOCKSTEP_CRASH_H */
