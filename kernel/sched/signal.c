// SPDX-License-Identifier: MIT
/* Signals, as far as they interrupt sleeps. */
#include <linux/sched/signal.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include "internal.h"

static void raise_flag(struct task_struct *t, unsigned int flags)
{
	ls_point(LS_OP_WAKE, t);
	ls_quiet_begin();
	/* Seq-cst: the sleeper sets its state before it looks at the flag. */
	__atomic_fetch_or(&t->signal_flags, flags, __ATOMIC_SEQ_CST);
	wake_up_state(t, TASK_INTERRUPTIBLE | (flags & LS_SIG_FATAL ? TASK_WAKEKILL : 0));
	ls_quiet_end();
}

/**
 * ls_send_signal() - make a signal pending for a task
 * @t: the task
 *
 * Interruptible sleeps of the task end with -ERESTARTSYS or -EINTR until it
 * calls flush_signals().
 *
 * Context: Any.
 */
void ls_send_signal(struct task_struct *t)
{
	raise_flag(t, LS_SIG_PENDING);
}

/**
 * send_sig() - send a signal to a task
 * @sig: number; SIGKILL also ends killable sleeps; 0 only checks
 * @p: the task
 * @priv: ignored
 *
 * Context: Any.
 * Return: 0, or -EINVAL for a number that is no signal.
 */
int send_sig(int sig, struct task_struct *p, int priv)
{
	if (sig < 0 || sig > 64)
		return -EINVAL;
	if (sig)
		raise_flag(p, LS_SIG_PENDING | (sig == SIGKILL ? LS_SIG_FATAL : 0));
	return 0;
}

/**
 * kill_pid() - send a signal to the task behind a pid
 * @pid: the pid
 * @sig: number
 * @priv: ignored
 *
 * Context: Any.
 * Return: 0, -ESRCH if the task is over, -EINVAL for a number that is no signal.
 */
int kill_pid(struct pid *pid, int sig, int priv)
{
	struct task_struct *t;
	int ret = -ESRCH;

	rcu_read_lock();
	t = pid_task(pid, PIDTYPE_PID);
	if (t)
		ret = send_sig(sig, t, priv);
	rcu_read_unlock();
	return ret;
}

/**
 * flush_signals() - forget pending signals
 * @t: the task
 *
 * Context: Any.
 */
void flush_signals(struct task_struct *t)
{
	ls_touch(t, LS_WRITE);
	__atomic_store_n(&t->signal_flags, 0, __ATOMIC_SEQ_CST);
}

/**
 * force_sig() - send the running task a signal that it cannot block
 * @sig: number
 *
 * Context: Process context.
 */
void force_sig(int sig)
{
	raise_flag(current, LS_SIG_PENDING | LS_SIG_FATAL);
}

/**
 * allow_signal() - let a kernel thread receive a signal: here it always does
 * @sig: number
 *
 * Context: Any.
 */
void allow_signal(int sig)
{
}

/**
 * disallow_signal() - the opposite of allow_signal(), without effect
 * @sig: number
 *
 * Context: Any.
 */
void disallow_signal(int sig)
{
}

/**
 * get_pid() - take a reference to a pid
 * @pid: the pid, or NULL
 *
 * Context: Any.
 * Return: @pid.
 */
struct pid *get_pid(struct pid *pid)
{
	if (pid)
		refcount_inc(&pid->count);
	return pid;
}

static void free_pid_rcu(struct os_rcu_head *head)
{
	struct rcu_head *rcu = container_of((void *)head, struct rcu_head, ls_seam_words);

	os_free(container_of(rcu, struct pid, rcu));
}

/**
 * put_pid() - drop a reference to a pid
 * @pid: the pid, or NULL
 *
 * Context: Any.
 */
void put_pid(struct pid *pid)
{
	bool last;

	/* Part of what the caller does; most often it drops a task, which is none's business. */
	ls_quiet_begin();
	last = pid && refcount_dec_and_test(&pid->count);
	ls_quiet_end();
	/* Also called where there is no current any more: the seam's RCU, not call_rcu(). */
	if (!last)
		return;
	if (ls_exploring())
		ls_rcu_explore_free(pid, 0);
	else
		ls_seam->rcu_call((struct os_rcu_head *)pid->rcu.ls_seam_words, free_pid_rcu);
}

/**
 * get_task_pid() - the pid of a task, with a reference
 * @task: the task
 * @type: PIDTYPE_*; they are all the same here
 *
 * Context: Any.
 * Return: the pid.
 */
struct pid *get_task_pid(struct task_struct *task, enum pid_type type)
{
	return get_pid(task->thread_pid);
}

/**
 * pid_task() - the task behind a pid
 * @pid: the pid, or NULL
 * @type: PIDTYPE_*
 *
 * Context: Any, in an RCU read section.
 * Return: the task, NULL if it is over.
 */
struct task_struct *pid_task(struct pid *pid, enum pid_type type)
{
	return pid ? __atomic_load_n(&pid->task, __ATOMIC_ACQUIRE) : NULL;
}

/**
 * get_pid_task() - the task behind a pid, with a reference
 * @pid: the pid, or NULL
 * @type: PIDTYPE_*
 *
 * Context: Any.
 * Return: the task, NULL if it is over.
 */
struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)
{
	struct task_struct *t;
	unsigned int old;

	rcu_read_lock();
	t = pid_task(pid, type);
	if (t) {
		old = __atomic_load_n(&t->usage, __ATOMIC_RELAXED);
		do {
			if (!old)
				break;
		} while (!__atomic_compare_exchange_n(&t->usage, &old, old + 1, true,
						      __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
		if (!old)
			t = NULL;
	}
	rcu_read_unlock();
	return t;
}
