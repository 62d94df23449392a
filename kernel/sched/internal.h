/* SPDX-License-Identifier: MIT */
#ifndef LS_SCHED_INTERNAL_H
#define LS_SCHED_INTERNAL_H

/* Private to kernel/sched. */

#include <linux/sched.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <lockstep/checks.h>
#include <lockstep/os.h>
#include <lockstep/point.h>
#include <lockstep/report.h>

/**
 * struct ls_gate - a lock below all others
 *
 * For what the locks themselves stand on (the list of tasks). No checks, no
 * points; held for a few instructions, in any context.
 */
struct ls_gate {
	unsigned int word; /* 0 free, 1 held, 2 held and somebody sleeps */
};

static inline void ls_gate_lock(struct ls_gate *gate)
{
	unsigned int old = 0;

	if (__atomic_compare_exchange_n(&gate->word, &old, 1, false, __ATOMIC_ACQUIRE,
					__ATOMIC_RELAXED))
		return;
	while (__atomic_exchange_n(&gate->word, 2, __ATOMIC_ACQUIRE))
		os_park(&gate->word, 2, OS_NEVER);
}

static inline void ls_gate_unlock(struct ls_gate *gate)
{
	if (__atomic_exchange_n(&gate->word, 0, __ATOMIC_RELEASE) == 2)
		os_unpark(&gate->word, 1);
}

/* kthread.c: what only kernel threads have */
struct kthread {
	unsigned long flags; /* bits KTHREAD_* */
	int (*threadfn)(void *data);
	void *data;
	struct completion parked;
};

enum {
	KTHREAD_SHOULD_STOP,
	KTHREAD_SHOULD_PARK,
	KTHREAD_IS_PARKED,
};

/* task.c */
struct task_struct *ls_task_create(int (*fn)(void *arg), void *arg, const char *name,
				   unsigned int ls_flags);
void ls_task_wait_exit(struct task_struct *t);
void ls_task_reap(void);

/* workqueue.c: a worker is about to sleep, runs again, or was ended by a fatal report */
void ls_worker_sleeps(struct task_struct *t);
void ls_worker_runs(struct task_struct *t);
void ls_worker_aborted(struct task_struct *t);

/* rcu.c */
void ls_preempt_reset(struct task_struct *t);

/* Who sleeps with preemption off has been reported; a grace period does not wait for it. */
static inline void ls_sleep_begin(struct task_struct *t)
{
	if (unlikely(t->preempt_readers))
		ls_seam->rcu_read_unlock();
	if (t->worker)
		ls_worker_sleeps(t);
}

static inline void ls_sleep_end(struct task_struct *t)
{
	if (t->worker)
		ls_worker_runs(t);
	if (unlikely(t->preempt_readers))
		ls_seam->rcu_read_lock();
}

/* timer.c */
void ls_timer_start(struct ls_timer *timer, os_ns when);
int ls_timer_stop(struct ls_timer *timer);
void ls_timer_task_aborted(struct task_struct *t);

int ls_percpu_boot(void);
int ls_time_boot(void);
int ls_timer_boot(void);
int ls_workqueue_boot(void);
int ls_wait_bit_boot(void);

#endif
