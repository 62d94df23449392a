/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_WAKE_Q_H
#define _LINUX_SCHED_WAKE_Q_H

/* Collect tasks under a lock, wake them after it is dropped. */

#include <linux/sched.h>

#define LS_WAKE_Q_MAX 16

/**
 * struct wake_q_head - tasks to be woken later
 * @nr: used entries; when the array is full the oldest are woken early, which
 *	is a wake-up too soon and no worse than a spurious one
 */
struct wake_q_head {
	unsigned int nr;
	struct task_struct *tasks[LS_WAKE_Q_MAX];
};

#define WAKE_Q_HEAD_INITIALIZER(name) { .nr = 0 }
#define DEFINE_WAKE_Q(name) struct wake_q_head name = WAKE_Q_HEAD_INITIALIZER(name)

static inline void wake_q_init(struct wake_q_head *head)
{
	head->nr = 0;
}

static inline bool wake_q_empty(struct wake_q_head *head)
{
	return head->nr == 0;
}

void wake_q_add(struct wake_q_head *head, struct task_struct *task);
void wake_q_add_safe(struct wake_q_head *head, struct task_struct *task);
void wake_up_q(struct wake_q_head *head);

#endif
