// SPDX-License-Identifier: MIT
/*
 * irq_work and the end of an interrupts-off section.
 *
 * A work runs on the task that queued it, as soon as that task's interrupts
 * are on, before the call that turns them on returns. Fence code queues one,
 * drops its lock and frees the memory a little later: a thread would come too
 * late. A work runs in an RCU read section, as every interrupt does.
 */
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "internal.h"

/* Tasks inside irq_work_sync(), and the word they park on. */
static unsigned int sync_waiters;
static unsigned int sync_word;

static void run_one(struct task_struct *t, struct irq_work *work)
{
	ls_touch(ls_running(work), LS_WRITE);
	__atomic_store_n(&t->irq_running, work, __ATOMIC_SEQ_CST);
	/* From here on it may be queued again, by its own function as well. */
	ls_touch(work, LS_WRITE);
	__atomic_fetch_and(&work->flags, ~IRQ_WORK_PENDING, __ATOMIC_SEQ_CST);
	work->func(work);
	/* *work may be something else by now. */
	__atomic_store_n(&t->irq_running, NULL, __ATOMIC_SEQ_CST);
	ls_touch(ls_running(work), LS_WRITE);
	if (__atomic_load_n(&sync_waiters, __ATOMIC_SEQ_CST)) {
		__atomic_fetch_add(&sync_word, 1, __ATOMIC_SEQ_CST);
		os_unpark(&sync_word, 0x7fffffff);
	}
}

static void run_pending(struct task_struct *t)
{
	struct irq_work *work;

	t->irqs_off = true;
	__preempt_count_add(HARDIRQ_OFFSET);
	ls_quiet_begin(); /* part of the step that lets interrupts in */
	rcu_read_lock();
	ls_quiet_end();
	while ((work = t->irq_pending)) {
		t->irq_pending = work->next;
		if (!t->irq_pending)
			t->irq_pending_tail = &t->irq_pending;
		run_one(t, work);
	}
	rcu_read_unlock();
	__preempt_count_sub(HARDIRQ_OFFSET);
	t->irqs_off = false;
}

/**
 * ls_irq_came_on() - what waited for interrupts to come on
 * @t: the running task
 *
 * Context: Any, interrupts of the task were just turned on.
 */
void ls_irq_came_on(struct task_struct *t)
{
	if (ls_checking(LS_CHECK_LOCKDEP) && t->lockdep.depth)
		ls_lockdep_irqs_on();
	if (t->irq_pending)
		run_pending(t);
}

/**
 * irq_work_queue() - have a function called in hardirq context
 * @work: the work
 *
 * With interrupts on it has been called when this returns.
 *
 * Context: Any.
 * Return: false if it was queued already.
 */
bool irq_work_queue(struct irq_work *work)
{
	struct task_struct *t = current;

	ls_point(LS_OP_QUEUE, work);
	if (__atomic_fetch_or(&work->flags, IRQ_WORK_PENDING, __ATOMIC_SEQ_CST) & IRQ_WORK_PENDING)
		return false;
	work->next = NULL;
	*t->irq_pending_tail = work;
	t->irq_pending_tail = &work->next;
	if (!t->irqs_off)
		run_pending(t);
	return true;
}

/**
 * irq_work_queue_on() - irq_work_queue(); which processor makes no difference
 * @work: the work
 * @cpu: ignored
 *
 * Context: Any.
 * Return: false if it was queued already.
 */
bool irq_work_queue_on(struct irq_work *work, int cpu)
{
	return irq_work_queue(work);
}

/**
 * irq_work_run() - run what the task has queued, although interrupts are off
 *
 * Context: Interrupts off.
 */
void irq_work_run(void)
{
	struct task_struct *t = current;
	bool off = t->irqs_off;

	if (t->irq_pending)
		run_pending(t);
	t->irqs_off = off;
}

struct find_args {
	struct irq_work *work;
	struct task_struct *but;
	bool found;
};

static void find_running(struct task_struct *t, void *arg)
{
	struct find_args *find = arg;

	if (t != find->but && __atomic_load_n(&t->irq_running, __ATOMIC_SEQ_CST) == find->work)
		find->found = true;
}

/* Queued, or run by another task than @but. */
static bool is_busy(struct irq_work *work, struct task_struct *but)
{
	struct find_args find = { .work = work, .but = but };

	/* Queued first: it is marked as running before it stops being queued. */
	if (__atomic_load_n(&work->flags, __ATOMIC_SEQ_CST) & IRQ_WORK_PENDING)
		return true;
	ls_for_each_task(find_running, &find);
	return find.found;
}

/**
 * irq_work_is_busy() - is a work queued or running?
 * @work: the work
 *
 * Context: Any.
 * Return: true if it is.
 */
bool irq_work_is_busy(struct irq_work *work)
{
	ls_point(LS_OP_LOAD, work);
	ls_touch(ls_running(work), LS_READ);
	return is_busy(work, current);
}

static bool is_idle(const void *work)
{
	return !is_busy((struct irq_work *)work, NULL);
}

static void explore_sync(struct irq_work *work)
{
	ls_explorer->also(ls_running(work));
	if (ls_point_wait(LS_OP_FLUSH, work, LS_READ, is_idle, work, OS_NEVER) == LS_WAIT_STUCK)
		ls_sleep_for_good();
	ls_touch(ls_running(work), LS_READ);
}

/**
 * irq_work_sync() - wait until a work is neither queued nor running
 * @work: the work
 *
 * Context: Process context, interrupts on. Sleeps.
 */
void irq_work_sync(struct irq_work *work)
{
	unsigned int seen;

	might_sleep();
	if (ls_exploring()) {
		explore_sync(work);
		return;
	}
	ls_point(LS_OP_FLUSH, work);
	__atomic_fetch_add(&sync_waiters, 1, __ATOMIC_SEQ_CST);
	for (;;) {
		seen = __atomic_load_n(&sync_word, __ATOMIC_SEQ_CST);
		if (!is_busy(work, current))
			break;
		os_park(&sync_word, seen, OS_NEVER);
	}
	__atomic_fetch_sub(&sync_waiters, 1, __ATOMIC_SEQ_CST);
}
