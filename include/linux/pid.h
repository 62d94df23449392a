/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PID_H
#define _LINUX_PID_H

#include <linux/types.h>
#include <linux/refcount.h>
#include <linux/rcupdate.h>

enum pid_type {
	PIDTYPE_PID,
	PIDTYPE_TGID,
	PIDTYPE_PGID,
	PIDTYPE_SID,
	PIDTYPE_MAX,
};

struct task_struct;

/**
 * struct pid - a number that outlives its task
 * @count: references
 * @nr: the number
 * @task: the task; NULL once it is over; RCU
 */
struct pid {
	refcount_t count;
	int nr;
	struct task_struct *task;
	struct rcu_head rcu;
};

struct pid *get_task_pid(struct task_struct *task, enum pid_type type);
struct task_struct *get_pid_task(struct pid *pid, enum pid_type type);
struct task_struct *pid_task(struct pid *pid, enum pid_type type);
struct pid *get_pid(struct pid *pid);
void put_pid(struct pid *pid);

static inline pid_t pid_nr(struct pid *pid)
{
	return pid ? pid->nr : 0;
}

#define pid_vnr(pid) pid_nr(pid)

#endif
