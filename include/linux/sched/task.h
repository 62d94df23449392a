/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_TASK_H
#define _LINUX_SCHED_TASK_H

#include <linux/sched.h>

void __put_task_struct(struct task_struct *t);

/* For the library itself: part of the step that it belongs to, not one of its own. */
static inline struct task_struct *ls_task_get(struct task_struct *t)
{
	ls_touch(&t->usage, LS_WRITE);
	__atomic_fetch_add(&t->usage, 1, __ATOMIC_RELAXED);
	return t;
}

static inline void ls_task_put_many(struct task_struct *t, int nr)
{
	ls_touch(&t->usage, LS_WRITE);
	if (__atomic_sub_fetch(&t->usage, nr, __ATOMIC_ACQ_REL) == 0)
		__put_task_struct(t);
}

static inline void ls_task_put(struct task_struct *t)
{
	ls_task_put_many(t, 1);
}

/* Scheduling points: until here the task may end, and with its last reference its memory. */
static inline struct task_struct *get_task_struct(struct task_struct *t)
{
	ls_point(LS_OP_RMW, &t->usage);
	return ls_task_get(t);
}

static inline void put_task_struct_many(struct task_struct *t, int nr)
{
	ls_point(LS_OP_RMW, &t->usage);
	ls_task_put_many(t, nr);
}

static inline void put_task_struct(struct task_struct *t)
{
	put_task_struct_many(t, 1);
}

#endif
