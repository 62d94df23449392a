/* SPDX-License-Identifier: MIT */
#ifndef LS_CORE_H
#define LS_CORE_H

#include <linux/types.h>
#include <lockstep/report.h>
#include <lockstep/run.h>

/*
 * Private to kernel/core and kernel/kunit.
 */

/* Return addresses from the caller's caller outwards; see ls_stack_save() for @skip. */
unsigned int ls_stack_walk(unsigned long *pc, unsigned int max, unsigned int skip);

/* The word at @sp, 0 if that is not on the stack of the current thread. */
unsigned long ls_stack_word(unsigned long sp);

/* A lock for places that spinlock_t's own checks report to: no checks, no points. */
struct ls_word {
	unsigned int word;
};

void ls_word_lock(struct ls_word *lock);
void ls_word_unlock(struct ls_word *lock);

void ls_event_send(enum ls_event type, const void *data, unsigned long len);
/* Send what printk() began as a line and did not end. */
void ls_event_flush(void);
void ls_event_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The current task runs cases: it has no part in what they do. */
void ls_crash_runner(void);

/* --- the case that runs, as far as reports matter (report.c) --------------- */

/* Forget expectations and counts: a case begins. @stay: see struct ls_run_options. */
void ls_case_reports_begin(int stay);
/* Send what was counted only; the number of unexpected reports. */
unsigned int ls_case_reports_end(void);
/* Unexpected ones so far. */
unsigned int ls_case_reports(void);
/* First expectation that was not met, NULL if all were. */
const char *ls_case_unmet(void);
/* Lines of runs that are meant to fail are dropped. */
extern bool ls_quiet;

#endif /* LS_CORE_H */
