/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/bug.h>
#include <linux/list.h>
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <lockstep/explore.h>
#include <lockstep/task.h>
#include <asm/current.h>
#include <asm/processor.h>
#include <linux/thread_info.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/pid.h>
#include <linux/sched/types.h>

#define TASK_RUNNING          0x00000000
#define TASK_INTERRUPTIBLE    0x00000001
#define TASK_UNINTERRUPTIBLE  0x00000002
#define __TASK_STOPPED        0x00000004
#define __TASK_TRACED         0x00000008
#define EXIT_DEAD             0x00000010
#define EXIT_ZOMBIE           0x00000020
#define TASK_PARKED           0x00000040
#define TASK_DEAD             0x00000080
#define TASK_WAKEKILL         0x00000100
#define TASK_WAKING           0x00000200
#define TASK_NOLOAD           0x00000400
#define TASK_NEW              0x00000800
#define TASK_RTLOCK_WAIT      0x00001000
#define TASK_FREEZABLE        0x00002000
#define TASK_FROZEN           0x00008000

#define TASK_KILLABLE         (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_STOPPED          (TASK_WAKEKILL | __TASK_STOPPED)
#define TASK_TRACED           __TASK_TRACED
#define TASK_IDLE             (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL           (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

/* task_struct.flags */
#define PF_IDLE               0x00000002
#define PF_EXITING            0x00000004
#define PF_WQ_WORKER          0x00000020
#define PF_MEMALLOC           0x00000800
#define PF_NPROC_EXCEEDED     0x00001000
#define PF_USED_MATH          0x00002000
#define PF_NOFREEZE           0x00008000
#define PF_KSWAPD             0x00020000
#define PF_MEMALLOC_NOFS      0x00040000
#define PF_MEMALLOC_NOIO      0x00080000
#define PF_LOCAL_THROTTLE     0x00100000
#define PF_KTHREAD            0x00200000
#define PF_RANDOMIZE          0x00400000
#define PF_NO_SETAFFINITY     0x04000000
#define PF_MEMALLOC_PIN       0x10000000

/*
 * The write of the state is a full barrier: a waker that does not see the
 * sleeping state has made its condition visible to the check that follows. It
 * is an exchange because the waker's side is one too (try_to_wake_up()), and
 * two exchanges of one word are ordered for everyone, ThreadSanitizer included.
 *
 * It is a scheduling point: what is looked at before it may be out of date when the
 * task sleeps, and that is how wake-ups are lost. __set_current_state() is none.
 */
static inline void ls_set_state(struct task_struct *t, unsigned int state)
{
	ls_point(LS_OP_STORE, t);
	__atomic_exchange_n(&t->__state, state, __ATOMIC_SEQ_CST);
}

static inline void __ls_set_state(struct task_struct *t, unsigned int state)
{
	ls_touch(t, LS_WRITE);
	__atomic_store_n(&t->__state, state, __ATOMIC_RELAXED);
}

#define __set_current_state(state_value) __ls_set_state(current, (unsigned int)(state_value))
#define set_current_state(state_value)   ls_set_state(current, (unsigned int)(state_value))
#define get_current_state() __atomic_load_n(&current->__state, __ATOMIC_RELAXED)
#define set_special_state(state_value) set_current_state(state_value)

static inline bool task_is_running(const struct task_struct *t)
{
	ls_point(LS_OP_LOAD, t);
	return __atomic_load_n(&t->__state, __ATOMIC_RELAXED) == TASK_RUNNING;
}

#define MAX_SCHEDULE_TIMEOUT LONG_MAX

void schedule(void);
long schedule_timeout(long timeout);
long schedule_timeout_interruptible(long timeout);
long schedule_timeout_killable(long timeout);
long schedule_timeout_uninterruptible(long timeout);
long schedule_timeout_idle(long timeout);
/* Sleep in the current state until woken or until os_now() reaches @deadline. */
bool ls_schedule_until(os_ns deadline);
void schedule_preempt_disabled(void);
void io_schedule(void);
long io_schedule_timeout(long timeout);
int io_schedule_prepare(void);
void io_schedule_finish(int token);
void yield(void);

/* Tasks run in parallel: that @p gets to run needs no more than stepping aside. */
static inline int yield_to(struct task_struct *p, bool preempt)
{
	yield();
	return 1;
}
void __might_sleep(const char *file, int line);
void __might_resched(const char *file, int line, unsigned int offsets);
int __cond_resched(void);

#define cond_resched() __cond_resched()
#define cond_resched_lock(lock)                                                                    \
	({                                                                                         \
		(void)(lock);                                                                      \
		0;                                                                                 \
	})
#define cond_resched_tasks_rcu_qs() ((void)cond_resched())
#define cond_resched_rcu() ((void)0)

static inline bool need_resched(void)
{
	return false;
}

#define tif_need_resched() need_resched()

int wake_up_process(struct task_struct *tsk);
int wake_up_state(struct task_struct *tsk, unsigned int state);
int try_to_wake_up(struct task_struct *tsk, unsigned int state, int wake_flags);
void wake_up_new_task(struct task_struct *tsk);
void kick_process(struct task_struct *tsk);

static inline unsigned int task_cpu(const struct task_struct *p)
{
	return p->cpu;
}

static inline pid_t task_pid_nr(const struct task_struct *tsk)
{
	return tsk->pid;
}

static inline pid_t task_pid_vnr(const struct task_struct *tsk)
{
	return tsk->pid;
}

static inline pid_t task_tgid_nr(const struct task_struct *tsk)
{
	return tsk->tgid;
}

static inline pid_t task_tgid_vnr(const struct task_struct *tsk)
{
	return tsk->tgid;
}

static inline struct pid *task_pid(struct task_struct *task)
{
	return task->thread_pid;
}

static inline struct pid *task_tgid(struct task_struct *task)
{
	return task->group_leader ? task->group_leader->thread_pid : task->thread_pid;
}

#define is_global_init(tsk) (0)
#define thread_group_leader(p) ((p)->group_leader == (p))
#define same_thread_group(p1, p2) ((p1)->tgid == (p2)->tgid)

void __set_task_comm(struct task_struct *tsk, const char *from, bool exec);
char *__get_task_comm(char *buf, size_t buf_size, struct task_struct *tsk);
#define set_task_comm(tsk, from) __set_task_comm(tsk, from, false)
#define get_task_comm(buf, tsk) __get_task_comm(buf, sizeof(buf), tsk)

static inline void set_user_nice(struct task_struct *p, long nice)
{
	p->static_prio = (int)nice + 120;
}

static inline int task_nice(const struct task_struct *p)
{
	return p->static_prio - 120;
}

int sched_setscheduler(struct task_struct *p, int policy, const struct sched_param *param);
int sched_setscheduler_nocheck(struct task_struct *p, int policy, const struct sched_param *param);
void sched_set_fifo(struct task_struct *p);
void sched_set_fifo_low(struct task_struct *p);
void sched_set_normal(struct task_struct *p, int nice);

struct cpumask;
int set_cpus_allowed_ptr(struct task_struct *p, const struct cpumask *new_mask);

#undef non_block_start
#undef non_block_end
#define non_block_start() (current->non_block_count++)
#define non_block_end()   WARN_ON(current->non_block_count-- == 0)

#include <linux/sched/task.h>

#endif
