/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_TASK_H
#define LOCKSTEP_TASK_H

/**
 * DOC: tasks
 *
 * One &struct task_struct for each thread of execution. Threads that the kernel
 * world starts get theirs from kthread_create(); a thread that comes from
 * outside (main(), a callback thread of a library) gets one at its first use of
 * current.
 *
 * This header is the lowest of the scheduler's: preempt.h, irqflags.h and the
 * locks stand on it, so it includes types only.
 */

#include <linux/types.h>
#include <linux/spinlock_types.h>
#include <linux/lockdep_types.h>
#include <lockstep/os.h>
#include <lockstep/track.h>

#define TASK_COMM_LEN 16

struct cred;
struct files_struct;
struct fs_struct;
struct irq_work;
struct kthread;
struct ls_rcu_reader;
struct mm_struct;
struct nsproxy;
struct pid;
struct reclaim_state;
struct worker;

/* Bits of task_struct.ls_flags. Only the task itself changes them. */
#define LS_TASK_FOREIGN 0x01 /* the thread was not started by us */
#define LS_TASK_SERVICE 0x02 /* belongs to the library: timer, worker, RCU callbacks */
#define LS_TASK_ABORTED 0x04 /* ended by ls_task_abort() */
#define LS_TASK_AWAKE   0x08 /* it was made running, nobody wakes it */
#define LS_TASK_ENDING  0x10 /* what it still holds is being released */

/**
 * struct task_struct - a thread of execution
 * @__state: TASK_*; also the word the task parks on
 * @preempt_count: nesting of preempt_disable(), softirq, hardirq; see preempt.h
 * @rcu_depth: nesting of rcu_read_lock()
 * @preempt_readers: nesting of preempt_disable() alone; grace periods wait for it
 * @irqs_off: local interrupts are disabled
 * @sleep_reported: ls_might_sleep() has reported what schedule() is about to see
 * @irq_pending: irq works queued while interrupts were off, oldest first
 * @irq_running: irq work the task runs now; read by irq_work_sync() of others
 * @flags: PF_*
 * @ls_flags: LS_TASK_*
 * @pid: number, unique in the process
 * @comm: name
 * @cpu: slot for per-cpu data
 * @signal_flags: pending signals, bit 0 any, bit 1 fatal; written by others
 * @blocked_on: lock the task is about to sleep for, NULL if none; read by the
 *	waits-for walk of other tasks
 * @lockdep: held locks and what lockdep knows of the task
 * @rcu_ip: where the outermost rcu_read_lock() was
 * @preempt_ip: where preemption was disabled
 * @non_block_count: nesting of non_block_start()
 * @pagefault_disabled: nesting of pagefault_disable()
 * @usage: references; the last one frees after a grace period
 * @rcu_nest: nesting of all that holds back a grace period; only while exploring
 * @rcu_reader: its read sections; only while exploring
 * @fail_paused: nesting of ls_fail_pause(); only while exploring
 * @lineage: a small number that depends on who made it only, not on when
 * @nr_children: tasks it has made
 * @exit_word: becomes 1 when the task is over; waiters park on it
 * @exit_code: what the thread function returned
 * @escape: where kthread_exit() returns to
 * @os_thread: handle of the seam, NULL for a foreign thread
 * @tasks: in the list of all tasks
 * @ls_zombie: in the list of tasks whose thread is to be joined
 */
struct task_struct {
	unsigned int __state;
	int preempt_count;
	int rcu_depth;
	int preempt_readers;
	bool irqs_off;
	bool sleep_reported;
	unsigned int ls_flags;
	struct irq_work *irq_pending;
	struct irq_work **irq_pending_tail;
	struct irq_work *irq_running;

	unsigned int flags;
	int pid;
	int tgid;
	unsigned int cpu;
	int prio;
	int static_prio;
	int normal_prio;
	unsigned int policy;
	char comm[TASK_COMM_LEN];

	unsigned int signal_flags;
	const void *blocked_on;
	struct ls_lockdep_task lockdep;
	unsigned long rcu_ip;
	unsigned long preempt_ip;
	int non_block_count;
	int pagefault_disabled;
	int track_paused;

	void *kunit_test;
	void *journal_info;
	struct reclaim_state *reclaim_state;
	struct files_struct *files;
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct fs_struct *fs;
	struct nsproxy *nsproxy;
	const struct cred *cred;
	const struct cred *real_cred;
	struct task_struct *group_leader;
	struct task_struct *real_parent;
	struct task_struct *parent;
	struct pid *thread_pid;

	unsigned long stack_low;
	unsigned long stack_high;

	struct kthread *kthread;
	struct worker *worker;
	int (*entry)(void *arg);
	void *entry_arg;
	void *os_thread;
	void *escape;

	int rcu_nest;
	struct ls_rcu_reader *rcu_reader;
	unsigned int fail_paused;
	unsigned int lineage;
	unsigned int nr_children;

	unsigned int usage;
	unsigned int exit_word;
	int exit_code;
	struct list_head tasks;
	struct list_head ls_zombie;
	struct rcu_head rcu;
	struct ls_track track;
};

extern __thread struct task_struct *ls_current __attribute__((tls_model("initial-exec")));

struct task_struct *ls_current_make(void);

/* The running task. Never NULL: a thread from outside gets its task here. */
#ifndef LOCKSTEP_COVERAGE
__always_inline /* else one copy: its branch is not one of each caller */
#endif
static inline struct task_struct *get_current(void)
{
	struct task_struct *t = ls_current;

	return __builtin_expect(t != NULL, 1) ? t : ls_current_make();
}

#define current get_current()

void __attribute__((__noreturn__)) ls_task_abort(void);
int ls_task_run(void (*fn)(void *arg), void *arg, const char *name);
struct task_struct *ls_task_start(int (*fn)(void *arg), void *arg, const char *name);
int ls_task_join(struct task_struct *t);
bool ls_task_join_timeout(struct task_struct *t, os_ns deadline);
void ls_for_each_task(void (*fn)(struct task_struct *t, void *arg), void *arg);
unsigned int ls_nr_tasks(void);
void ls_task_settle(void);
struct task_struct *ls_task_explore(const char *kind, const void *object, int (*fn)(void *arg),
				    void *arg, const char *name);
void ls_send_signal(struct task_struct *t);
void ls_might_sleep(const char *file, int line);

#endif
