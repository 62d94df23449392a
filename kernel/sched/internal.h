/* SPDX-License-Identifier: MIT */
#ifndef LS_SCHED_INTERNAL_H
#define LS_SCHED_INTERNAL_H

/* Private to kernel/sched. */

#include <linux/sched.h>
#include <linux/kthread.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <lockstep/checks.h>
#include <lockstep/explore.h>
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

/*
 * Under an explorer. Whether a work or a timer runs is something else than whether it is
 * pending, and known by this address: its memory may be gone before it has run to its end.
 */
#define ls_running(object) ((const void *)~(unsigned long)(object))

/* wait.c, swait.c: nobody has the lock of a queue */
static inline bool ls_word_is_free(const void *word)
{
	return !__atomic_load_n(&((const arch_spinlock_t *)word)->val, __ATOMIC_RELAXED);
}

/* wait_bit.c */
bool ls_is_bit_wake_function(wait_queue_func_t func);

/* core.c: sleep for good, where an explorer has said that nobody will ever wake the task */
void ls_sleep_for_good(void);
/* The same file: an explored task lets time pass, and sees to nothing else; one step. */
void ls_spin_until(os_ns when);

/* task.c */
void ls_task_settled(unsigned int nr);
/* timer_explore.c: how many timers wait for a time later than this */
unsigned int ls_timer_explore_far(os_ns until);
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
void ls_rcu_run(struct rcu_head *head, rcu_callback_t func);

/* rcu_explore.c: grace periods of explored tasks */
extern const char ls_rcu_gp;	/* stands for them at points */
extern const char ls_rcu_polls; /* in footprints: what poll_state_synchronize_rcu() sees */
const void *ls_rcu_begin_of(const struct task_struct *t); /* in footprints: sections of @t begin */
void ls_rcu_explore_enter(struct task_struct *t);
void ls_rcu_explore_exit(struct task_struct *t);
unsigned long ls_rcu_explore_synchronize(unsigned long *begun);
void ls_rcu_explore_call(struct rcu_head *head, rcu_callback_t func, void *free);
void ls_rcu_explore_barrier(void);
void ls_rcu_explore_free(void *memory, unsigned long keep);

/* Behind every read section. */
static inline void ls_rcu_enter(struct task_struct *t)
{
	if (ls_exploring())
		ls_rcu_explore_enter(t);
	else
		ls_seam->rcu_read_lock();
}

static inline void ls_rcu_exit(struct task_struct *t)
{
	if (ls_exploring())
		ls_rcu_explore_exit(t);
	else
		ls_seam->rcu_read_unlock();
}

/* Who sleeps with preemption off has been reported; a grace period does not wait for it. */
static inline void ls_sleep_begin(struct task_struct *t)
{
	if (unlikely(t->preempt_readers))
		ls_rcu_exit(t);
	if (t->worker)
		ls_worker_sleeps(t);
}

static inline void ls_sleep_end(struct task_struct *t)
{
	if (t->worker)
		ls_worker_runs(t);
	if (unlikely(t->preempt_readers))
		ls_rcu_enter(t);
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
