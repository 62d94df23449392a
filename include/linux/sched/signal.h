/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/errno.h>
#include <linux/rculist.h>

/*
 * A signal is a flag that interrupts interruptible sleeps. Nothing is
 * delivered: the flag stays until flush_signals().
 */
#define LS_SIG_PENDING 1u
#define LS_SIG_FATAL   2u

static inline int signal_pending(struct task_struct *p)
{
	ls_point(LS_OP_LOAD, p);
	return unlikely(__atomic_load_n(&p->signal_flags, __ATOMIC_SEQ_CST) & LS_SIG_PENDING);
}

static inline int task_sigpending(struct task_struct *p)
{
	return signal_pending(p);
}

static inline int __fatal_signal_pending(struct task_struct *p)
{
	ls_point(LS_OP_LOAD, p);
	return unlikely(__atomic_load_n(&p->signal_flags, __ATOMIC_SEQ_CST) & LS_SIG_FATAL);
}

static inline int fatal_signal_pending(struct task_struct *p)
{
	return __fatal_signal_pending(p);
}

/* Tells an explorer nothing: what asks whether a task may go on uses it, too. */
static inline int signal_pending_state(unsigned int state, struct task_struct *p)
{
	unsigned int flags;

	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)))
		return 0;
	flags = __atomic_load_n(&p->signal_flags, __ATOMIC_SEQ_CST);
	if (!(flags & LS_SIG_PENDING))
		return 0;
	return (state & TASK_INTERRUPTIBLE) || (flags & LS_SIG_FATAL);
}

int send_sig(int sig, struct task_struct *p, int priv);
int kill_pid(struct pid *pid, int sig, int priv);
void flush_signals(struct task_struct *t);
void force_sig(int sig);
void allow_signal(int sig);
void disallow_signal(int sig);

static inline int restart_syscall(void)
{
	__atomic_fetch_or(&current->signal_flags, LS_SIG_PENDING, __ATOMIC_SEQ_CST);
	return -ERESTARTNOINTR;
}

#define for_each_thread(p, t) for ((t) = (p); (t); (t) = NULL)

#endif
