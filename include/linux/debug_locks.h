/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_DEBUG_LOCKING_H
#define __LINUX_DEBUG_LOCKING_H

#include <linux/bug.h>

struct task_struct;

/* Always on: a finding is reported once and does not switch the validator off. */
extern int debug_locks;
extern int debug_locks_silent;

int debug_locks_off(void);

#define DEBUG_LOCKS_WARN_ON(c)	   WARN_ON_ONCE(c)
#define SMP_DEBUG_LOCKS_WARN_ON(c) DEBUG_LOCKS_WARN_ON(c)
#define locking_selftest()	   do { } while (0)

void debug_show_all_locks(void);
void debug_show_held_locks(struct task_struct *task);
void debug_check_no_locks_freed(const void *from, unsigned long len);
void debug_check_no_locks_held(void);

#endif /* __LINUX_DEBUG_LOCKING_H */
