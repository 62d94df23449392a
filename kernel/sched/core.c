// SPDX-License-Identifier: MIT
/*
 * Sleeping and waking.
 *
 * A task sleeps by parking on its own state word. No wake-up is lost, because
 * both sides change the word with a full barrier:
 *
 *	sleeper				waker
 *	set_current_state(SLEEPING)	condition = true
 *	if (!condition)			read-modify-write of the state:
 *		schedule()			if SLEEPING, make it RUNNING, unpark
 *
 * Either the sleeper's exchange comes first, and the waker sees a sleeping
 * state, or the waker's operation does, and the sleeper sees the condition.
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/smp.h>
#include <lockstep/symbol.h>
#include "internal.h"

static void report_atomic(struct task_struct *t, const char *file, int line)
{
	const struct ls_trace *lock = ls_lockdep_atomic_trace();
	struct ls_report r;
	char where[96];

	ls_report_init(&r, LS_CONTEXT, "sleep-in-atomic",
		       "what may sleep must not be called where sleeping is not allowed");
	if (file && line)
		snprintf(where, sizeof(where), "%s:%d", os_short_path(file), line);
	else if (file)
		snprintf(where, sizeof(where), "%s", file);
	else
		snprintf(where, sizeof(where), "schedule()");
	snprintf(r.what, sizeof(r.what), "%s: preempt_count 0x%x%s%s, rcu depth %d%s", where,
		 (unsigned int)t->preempt_count,
		 in_hardirq()		? " (hardirq)"
		 : in_serving_softirq() ? " (softirq)"
					: "",
		 t->irqs_off ? ", interrupts off" : "", t->rcu_depth,
		 t->non_block_count ? ", in a non-blocking section" : "");
	if (lock) {
		snprintf(r.holder, sizeof(r.holder), "%s, taken by this task",
			 ls_lockdep_atomic_name());
		r.holder_trace = *lock;
	} else if (t->rcu_depth || t->preempt_count) {
		snprintf(r.holder, sizeof(r.holder), "%s",
			 t->rcu_depth ? "rcu_read_lock() of this task"
				      : "preemption disabled by this task");
		r.holder_trace.pid = t->pid;
		__get_task_comm(r.holder_trace.comm, sizeof(r.holder_trace.comm), t);
		r.holder_trace.nr = 1;
		r.holder_trace.pc[0] = t->rcu_depth ? t->rcu_ip : t->preempt_ip;
	}
	t->sleep_reported = true;
	ls_report_emit(&r);
}

static inline bool may_not_sleep(const struct task_struct *t)
{
	return t->preempt_count || t->irqs_off || t->rcu_depth || t->non_block_count;
}

/**
 * ls_might_sleep() - behind might_sleep()
 * @file: source file of the caller
 * @line: line there
 *
 * Reports rule "sleep-in-atomic" when the task holds a spinlock, is in an RCU
 * read section, in interrupt context, has interrupts off, or is in a
 * non_block_start() section.
 *
 * Context: Any.
 */
void ls_might_sleep(const char *file, int line)
{
	struct task_struct *t;

	if (!ls_checking(LS_CHECK_SLEEP))
		return;
	t = current;
	if (unlikely(may_not_sleep(t)) && !(t->ls_flags & LS_TASK_ENDING))
		report_atomic(t, file, line);
}

/**
 * __might_sleep() - might_sleep() with the place given
 * @file: source file
 * @line: line there
 *
 * Context: Any.
 */
void __might_sleep(const char *file, int line)
{
	ls_might_sleep(file, line);
}

/**
 * __might_resched() - might_sleep() with an allowance
 * @file: source file
 * @line: line there
 * @offsets: preempt count that is all right here
 *
 * Context: Any.
 */
void __might_resched(const char *file, int line, unsigned int offsets)
{
	if ((unsigned int)current->preempt_count != offsets)
		ls_might_sleep(file, line);
}

static bool may_run_on(const void *task)
{
	struct task_struct *t = (struct task_struct *)task;
	unsigned int state = __atomic_load_n(&t->__state, __ATOMIC_ACQUIRE);

	return state == TASK_RUNNING || signal_pending_state(state, t);
}

static bool never(const void *unused)
{
	return false;
}

void ls_spin_until(os_ns when)
{
	struct task_struct *t = current;

	ls_sleep_begin(t);
	ls_point_wait(LS_OP_WAIT, t, LS_NONE, never, NULL, when);
	ls_sleep_end(t);
}

/* The whole sleep is one step. True if nobody will ever wake the task. */
static bool explore_sleep(struct task_struct *t, os_ns deadline, bool *woken)
{
	int ret;

	ls_sleep_begin(t);
	ret = ls_point_wait(LS_OP_WAIT, t, LS_READ, may_run_on, t, deadline);
	ls_sleep_end(t);
	if (ret == LS_WAIT_STUCK)
		return true;
	*woken = ret != LS_WAIT_TIMEOUT;
	if (t->__state != TASK_RUNNING)
		__set_current_state(TASK_RUNNING);
	return false;
}

void ls_sleep_for_good(void)
{
	static const unsigned int never;

	for (;;)
		os_park(&never, 0, OS_NEVER);
}

/* Sleep in the current state. False if the deadline came first. */
static bool sleep_until(os_ns deadline)
{
	struct task_struct *t = current;
	unsigned int state;
	bool woken = true;

	if (ls_checking(LS_CHECK_SLEEP)) {
		if (unlikely(may_not_sleep(t)) && !t->sleep_reported)
			report_atomic(t, NULL, 0);
		t->sleep_reported = false;
	}
	if (ls_exploring() && !explore_sleep(t, deadline, &woken))
		return woken;
	state = __atomic_load_n(&t->__state, __ATOMIC_ACQUIRE);
	if (state == TASK_RUNNING)
		return true;
	/* Seq-cst, after the exchange of the state: pairs with ls_send_signal(). */
	if (signal_pending_state(state, t)) {
		__set_current_state(TASK_RUNNING);
		return true;
	}
	ls_sleep_begin(t);
	while (state != TASK_RUNNING) {
		if (os_park(&t->__state, state, deadline)) {
			/* A waker may just have been here: then it counts as woken. */
			woken = __atomic_exchange_n(&t->__state, TASK_RUNNING, __ATOMIC_SEQ_CST) ==
				TASK_RUNNING;
			break;
		}
		state = __atomic_load_n(&t->__state, __ATOMIC_ACQUIRE);
	}
	ls_sleep_end(t);
	return woken;
}

/**
 * schedule() - sleep in the state that was set
 *
 * Returns at once if the state is TASK_RUNNING, or if a signal is pending that
 * the state lets through.
 *
 * Context: Process context. Sleeps. May return too early, so callers loop.
 */
void schedule(void)
{
	sleep_until(OS_NEVER);
}

/**
 * ls_schedule_until() - schedule() with a deadline
 * @deadline: time of os_now(), or OS_NEVER
 *
 * Context: Process context. Sleeps.
 * Return: false if the deadline came before a wake-up.
 */
bool ls_schedule_until(os_ns deadline)
{
	return sleep_until(deadline);
}

/**
 * schedule_timeout() - sleep in the state that was set, at most for a time
 * @timeout: jiffies, or MAX_SCHEDULE_TIMEOUT
 *
 * Context: Process context. Sleeps.
 * Return: jiffies that were left, 0 when the time was up. MAX_SCHEDULE_TIMEOUT
 * if that was given.
 */
long schedule_timeout(long timeout)
{
	unsigned long expire;
	long left;

	if (timeout == MAX_SCHEDULE_TIMEOUT) {
		schedule();
		return timeout;
	}
	if (WARN_ON(timeout < 0)) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	expire = jiffies + (unsigned long)timeout;
	sleep_until(ls_jiffies_to_deadline(expire));
	left = (long)(expire - jiffies);
	return left < 0 ? 0 : left;
}

/**
 * schedule_timeout_interruptible() - sleep for a time, until woken or signalled
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: as schedule_timeout().
 */
long schedule_timeout_interruptible(long timeout)
{
	set_current_state(TASK_INTERRUPTIBLE);
	return schedule_timeout(timeout);
}

/**
 * schedule_timeout_killable() - sleep for a time, until woken or killed
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: as schedule_timeout().
 */
long schedule_timeout_killable(long timeout)
{
	set_current_state(TASK_KILLABLE);
	return schedule_timeout(timeout);
}

/**
 * schedule_timeout_uninterruptible() - sleep for a time, until woken
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: as schedule_timeout().
 */
long schedule_timeout_uninterruptible(long timeout)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	return schedule_timeout(timeout);
}

/**
 * schedule_timeout_idle() - schedule_timeout_uninterruptible() that is no load
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: as schedule_timeout().
 */
long schedule_timeout_idle(long timeout)
{
	set_current_state(TASK_IDLE);
	return schedule_timeout(timeout);
}

/**
 * schedule_preempt_disabled() - schedule() for a caller with preemption disabled
 *
 * Context: Process context, preempt count 1, as it is again afterwards.
 */
void schedule_preempt_disabled(void)
{
	preempt_enable();
	schedule();
	preempt_disable();
}

/**
 * io_schedule() - schedule() for input or output
 *
 * Context: Process context. Sleeps.
 */
void io_schedule(void)
{
	schedule();
}

/**
 * io_schedule_timeout() - schedule_timeout() for input or output
 * @timeout: jiffies
 *
 * Context: Process context. Sleeps.
 * Return: as schedule_timeout().
 */
long io_schedule_timeout(long timeout)
{
	return schedule_timeout(timeout);
}

/**
 * io_schedule_prepare() - begin a sleep for input or output
 *
 * Context: Process context.
 * Return: what io_schedule_finish() wants.
 */
int io_schedule_prepare(void)
{
	return 0;
}

/**
 * io_schedule_finish() - the sleep is over
 * @token: from io_schedule_prepare()
 *
 * Context: Process context.
 */
void io_schedule_finish(int token)
{
}

/**
 * try_to_wake_up() - wake a task if it sleeps in one of some states
 * @tsk: the task
 * @state: mask of TASK_*
 * @wake_flags: ignored
 *
 * Everything written before is visible to the task when it runs on, and to its
 * check of the condition if it was not asleep yet.
 *
 * Context: Any.
 * Return: 1 if it was woken, 0 if it was in none of the states.
 */
int try_to_wake_up(struct task_struct *tsk, unsigned int state, int wake_flags)
{
	unsigned int old;

	ls_point(LS_OP_WAKE, tsk);
	/* Adding nothing is a full barrier that also orders this against the sleeper's exchange. */
	old = __atomic_fetch_add(&tsk->__state, 0, __ATOMIC_SEQ_CST);
	do {
		if (!(old & state))
			return 0;
	} while (!__atomic_compare_exchange_n(&tsk->__state, &old, TASK_RUNNING, true,
					      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	if (!ls_exploring())
		os_unpark(&tsk->__state, 1);
	return 1;
}

/**
 * wake_up_process() - wake a task from a normal sleep
 * @tsk: the task
 *
 * Context: Any.
 * Return: 1 if it was woken, 0 if it ran already.
 */
int wake_up_process(struct task_struct *tsk)
{
	return try_to_wake_up(tsk, TASK_NORMAL, 0);
}

/**
 * wake_up_state() - wake a task from some states
 * @tsk: the task
 * @state: mask of TASK_*
 *
 * Context: Any.
 * Return: 1 if it was woken, 0 if it was in none of the states.
 */
int wake_up_state(struct task_struct *tsk, unsigned int state)
{
	return try_to_wake_up(tsk, state, 0);
}

/**
 * wake_up_new_task() - let a new task run
 * @tsk: the task
 *
 * Context: Any.
 */
void wake_up_new_task(struct task_struct *tsk)
{
	wake_up_process(tsk);
}

/**
 * kick_process() - nothing: a running task needs no interrupt to see a flag
 * @tsk: the task
 *
 * Context: Any.
 */
void kick_process(struct task_struct *tsk)
{
}

/**
 * wake_q_add() - wake a task later
 * @head: the collection
 * @task: the task; a reference is taken
 *
 * Context: Any.
 */
void wake_q_add(struct wake_q_head *head, struct task_struct *task)
{
	wake_q_add_safe(head, ls_task_get(task));
}

/**
 * wake_q_add_safe() - wake a task later, and give up a reference to it
 * @head: the collection
 * @task: the task
 *
 * Context: Any.
 */
void wake_q_add_safe(struct wake_q_head *head, struct task_struct *task)
{
	if (head->nr == LS_WAKE_Q_MAX)
		wake_up_q(head);
	head->tasks[head->nr++] = task;
}

/**
 * wake_up_q() - wake all that were collected
 * @head: the collection, empty afterwards
 *
 * Context: Any; meant for after the lock is dropped.
 */
void wake_up_q(struct wake_q_head *head)
{
	unsigned int i;

	for (i = 0; i < head->nr; i++) {
		wake_up_process(head->tasks[i]);
		ls_task_put(head->tasks[i]);
	}
	head->nr = 0;
}

/**
 * yield() - let others run
 *
 * Context: Process context.
 */
void yield(void)
{
	__set_current_state(TASK_RUNNING);
	if (ls_exploring())
		ls_point(LS_OP_YIELD, current);
	else
		ls_seam->yield();
}

/**
 * __cond_resched() - a place where others may run
 *
 * Threads share the machine without help, but code that polls with it waits
 * for somebody: every few calls the processor is given away.
 *
 * Context: Process context.
 * Return: 1 if it gave the processor away.
 */
int __cond_resched(void)
{
	static __thread unsigned int calls;

	ls_point(LS_OP_YIELD, NULL);
	if (ls_exploring())
		return 1;
	if (++calls % 32)
		return 0;
	ls_seam->yield();
	return 1;
}

/**
 * ls_cond_resched() - __cond_resched() for linux/kernel.h
 *
 * Context: Process context.
 * Return: 1 if it gave the processor away.
 */
int ls_cond_resched(void)
{
	return __cond_resched();
}

/**
 * cpu_relax() - once round a loop that waits for another task
 *
 * Context: Any.
 */
void cpu_relax(void)
{
	static __thread unsigned int calls;

	ls_point(LS_OP_YIELD, NULL);
	if (ls_exploring())
		return;
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#endif
	/* The other may need this very processor. */
	if (++calls % 64 == 0)
		ls_seam->yield();
}
