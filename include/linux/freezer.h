/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FREEZER_H
#define _LINUX_FREEZER_H

#include <linux/sched.h>
#include <linux/wait.h>

/* Nothing suspends here, so no task is ever asked to freeze. */
static inline bool freezing(struct task_struct *p)
{
	return false;
}

static inline bool try_to_freeze(void)
{
	return false;
}

static inline void set_freezable(void)
{
}

#define wait_event_freezable(wq, condition) wait_event_interruptible(wq, condition)
#define wait_event_freezable_timeout(wq, condition, timeout)                                       \
	wait_event_interruptible_timeout(wq, condition, timeout)

#endif
