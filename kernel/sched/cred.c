// SPDX-License-Identifier: MIT
/* Who tasks are: root, with capabilities that a test can take away. */
#include <linux/cred.h>
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/sched.h>
#include "internal.h"

struct user_namespace init_user_ns;
const struct cred ls_init_cred = { .user_ns = &init_user_ns };

static unsigned long dropped; /* bit per capability */

/**
 * ls_set_capable() - give or take one capability, for every task
 * @cap: CAP_*
 * @on: give it
 *
 * Context: Any.
 */
void ls_set_capable(int cap, bool on)
{
	if (on)
		__atomic_fetch_and(&dropped, ~(1UL << cap), __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_or(&dropped, 1UL << cap, __ATOMIC_SEQ_CST);
}

/**
 * capable() - may the caller do something?
 * @cap: CAP_*
 *
 * Context: Any.
 * Return: true, unless a test has taken the capability.
 */
bool capable(int cap)
{
	return !((__atomic_load_n(&dropped, __ATOMIC_RELAXED) >> cap) & 1);
}

/**
 * ns_capable() - capable() in a user namespace; there is one
 * @ns: ignored
 * @cap: CAP_*
 *
 * Context: Any.
 * Return: as capable().
 */
bool ns_capable(struct user_namespace *ns, int cap)
{
	return capable(cap);
}

/**
 * has_capability() - may a task do something?
 * @t: ignored, they are all alike
 * @cap: CAP_*
 *
 * Context: Any.
 * Return: as capable().
 */
bool has_capability(struct task_struct *t, int cap)
{
	return capable(cap);
}

/**
 * perfmon_capable() - may the caller watch performance?
 *
 * Context: Any.
 * Return: as capable().
 */
bool perfmon_capable(void)
{
	return capable(CAP_PERFMON) || capable(CAP_SYS_ADMIN);
}

/**
 * sched_setscheduler() - note policy and priority of a task
 * @p: the task
 * @policy: SCHED_*
 * @param: priority
 *
 * They are kept for who asks; threads are scheduled alike.
 *
 * Context: Any.
 * Return: 0, or -EINVAL for a priority out of range.
 */
int sched_setscheduler(struct task_struct *p, int policy, const struct sched_param *param)
{
	if (param->sched_priority < 0 || param->sched_priority >= MAX_RT_PRIO)
		return -EINVAL;
	p->policy = (unsigned int)policy;
	p->prio = p->normal_prio = policy == SCHED_FIFO || policy == SCHED_RR
					   ? MAX_RT_PRIO - 1 - param->sched_priority
					   : p->static_prio;
	return 0;
}

/**
 * sched_setscheduler_nocheck() - sched_setscheduler() without asking for permission
 * @p: the task
 * @policy: SCHED_*
 * @param: priority
 *
 * Context: Any.
 * Return: 0, or -EINVAL for a priority out of range.
 */
int sched_setscheduler_nocheck(struct task_struct *p, int policy, const struct sched_param *param)
{
	return sched_setscheduler(p, policy, param);
}

/**
 * sched_set_fifo() - note that a task is of SCHED_FIFO, middle priority
 * @p: the task
 *
 * Context: Any.
 */
void sched_set_fifo(struct task_struct *p)
{
	struct sched_param param = { .sched_priority = MAX_RT_PRIO / 2 };

	sched_setscheduler(p, SCHED_FIFO, &param);
}

/**
 * sched_set_fifo_low() - note that a task is of SCHED_FIFO, lowest priority
 * @p: the task
 *
 * Context: Any.
 */
void sched_set_fifo_low(struct task_struct *p)
{
	struct sched_param param = { .sched_priority = 1 };

	sched_setscheduler(p, SCHED_FIFO, &param);
}

/**
 * sched_set_normal() - note that a task is of SCHED_NORMAL
 * @p: the task
 * @nice: its niceness
 *
 * Context: Any.
 */
void sched_set_normal(struct task_struct *p, int nice)
{
	struct sched_param param = { .sched_priority = 0 };

	set_user_nice(p, nice);
	sched_setscheduler(p, SCHED_NORMAL, &param);
}

/**
 * set_cpus_allowed_ptr() - choose the slot for per-cpu data of a task
 * @p: the task
 * @new_mask: the first slot in it is taken
 *
 * Context: Any; a running task sees the change late.
 * Return: 0, or -EINVAL for an empty mask.
 */
int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *new_mask)
{
	unsigned int cpu = cpumask_first(new_mask);

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	p->cpu = cpu;
	return 0;
}
