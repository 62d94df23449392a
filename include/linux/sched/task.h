/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_TASK_H
#define _LINUX_SCHED_TASK_H

#include <linux/sched.h>

void __put_task_struct(struct task_struct *t);

static inline struct task_struct *get_task_struct(struct task_struct *t)
{
	ls_touch(&t->usage, LS_WRITE);
	__atomic_fetch_add(&t->usage, 1, __ATOMIC_RELAXED);
	return t;
}

static inline void put_task_struct(struct task_struct *t)
{
	ls_touch(&t->usage, LS_WRITE);
	if (__atomic_sub_fetch(&t->usage, 1, __ATOMIC_ACQ_REL) == 0)
		__put_task_struct(t);
}

static inline void put_task_struct_many(struct task_struct *t, int nr)
{
	ls_touch(&t->usage, LS_WRITE);
	if (__atomic_sub_fetch(&t->usage, nr, __ATOMIC_ACQ_REL) == 0)
		__put_task_struct(t);
}

#endif
