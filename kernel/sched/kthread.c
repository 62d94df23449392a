// SPDX-License-Identifier: MIT
/* Kernel threads: create, stop, park. */
#include <linux/kthread.h>
#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/mm.h>
#include "internal.h"

static void __kthread_parkme(struct kthread *self)
{
	for (;;) {
		set_current_state(TASK_PARKED);
		if (!test_bit(KTHREAD_SHOULD_PARK, &self->flags))
			break;
		complete(&self->parked);
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static int kthread_main(void *data)
{
	struct kthread *self = data;
	unsigned long flags;

	/* Part of the step in which it was woken. */
	ls_quiet_begin();
	flags = READ_ONCE(self->flags);
	ls_quiet_end();
	if (flags & BIT(KTHREAD_SHOULD_STOP))
		return -EINTR;
	if (flags & BIT(KTHREAD_SHOULD_PARK))
		__kthread_parkme(self);
	return self->threadfn(self->data);
}

static __printf(3, 0) struct task_struct *create(int (*threadfn)(void *data), void *data,
						 const char *namefmt, va_list args)
{
	char name[TASK_COMM_LEN];
	struct task_struct *t;

	vsnprintf(name, sizeof(name), namefmt, args);
	t = ls_task_create(kthread_main, NULL, name, 0);
	if (!t)
		return ERR_PTR(-ENOMEM);
	/* It sleeps until it is woken for the first time, so there is time to complete it. */
	t->kthread->threadfn = threadfn;
	t->kthread->data = data;
	t->entry_arg = t->kthread;
	return t;
}

/**
 * kthread_create_on_node() - create a kernel thread that does not run yet
 * @threadfn: its function
 * @data: for @threadfn
 * @node: ignored, there is one memory node
 * @namefmt: printf format of its name
 *
 * wake_up_process() starts it. It ends when @threadfn returns or calls
 * kthread_exit(); a thread that may end before kthread_stop() is called must
 * be held with get_task_struct().
 *
 * Context: Process context. Might sleep.
 * Return: the task, or ERR_PTR(-ENOMEM).
 */
struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char namefmt[], ...)
{
	struct task_struct *t;
	va_list args;

	might_sleep();
	va_start(args, namefmt);
	t = create(threadfn, data, namefmt, args);
	va_end(args);
	return t;
}

/**
 * kthread_create_on_cpu() - kthread_create_on_node() with the slot for per-cpu data given
 * @threadfn: its function
 * @data: for @threadfn
 * @cpu: slot
 * @namefmt: name, with one %u for @cpu
 *
 * Context: Process context. Might sleep.
 * Return: the task, or ERR_PTR(-ENOMEM).
 */
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt)
{
	struct task_struct *t = kthread_create_on_node(threadfn, data, -1, namefmt, cpu);

	if (!IS_ERR(t))
		kthread_bind(t, cpu);
	return t;
}

/**
 * kthread_bind() - choose the slot for per-cpu data of a thread that does not run yet
 * @k: the thread
 * @cpu: slot
 *
 * Context: Any.
 */
void kthread_bind(struct task_struct *k, unsigned int cpu)
{
	k->cpu = cpu % nr_cpu_ids;
}

/**
 * kthread_stop() - ask a thread to end and wait for it
 * @k: the thread, which must exist until now
 *
 * kthread_should_stop() turns true for it. A thread that was never woken ends
 * without having called its function.
 *
 * Context: Process context. Sleeps.
 * Return: what the thread function returned, -EINTR if it was never called.
 */
int kthread_stop(struct task_struct *k)
{
	int ret;

	might_sleep();
	get_task_struct(k);
	set_bit(KTHREAD_SHOULD_STOP, &k->kthread->flags);
	kthread_unpark(k);
	wake_up_process(k);
	ls_task_wait_exit(k);
	ret = k->exit_code;
	ls_task_put(k);
	ls_task_reap();
	return ret;
}

/**
 * kthread_stop_put() - kthread_stop(), and drop the caller's reference
 * @k: the thread
 *
 * Context: Process context. Sleeps.
 * Return: as kthread_stop().
 */
int kthread_stop_put(struct task_struct *k)
{
	int ret = kthread_stop(k);

	put_task_struct(k);
	return ret;
}

/* A loop that only asks this must let others run; the look itself is part of that step. */
static bool asked_for(struct task_struct *t, unsigned long bits)
{
	unsigned long flags;

	ls_point(LS_OP_YIELD, t);
	ls_quiet_begin();
	flags = READ_ONCE(t->kthread->flags);
	ls_quiet_end();
	return flags & bits;
}

/**
 * kthread_should_stop() - was this thread asked to end?
 *
 * Context: A kernel thread.
 * Return: true if it was.
 */
bool kthread_should_stop(void)
{
	struct task_struct *t = current;

	return asked_for(t, BIT(KTHREAD_SHOULD_STOP));
}

/**
 * kthread_should_park() - was this thread asked to park?
 *
 * Context: A kernel thread.
 * Return: true if it was.
 */
bool kthread_should_park(void)
{
	return asked_for(current, BIT(KTHREAD_SHOULD_PARK));
}

/**
 * kthread_should_stop_or_park() - was this thread asked for either?
 *
 * Context: Any; false for a task that is no kernel thread.
 * Return: true if it was.
 */
bool kthread_should_stop_or_park(void)
{
	return READ_ONCE(current->kthread->flags) &
	       (BIT(KTHREAD_SHOULD_STOP) | BIT(KTHREAD_SHOULD_PARK));
}

/**
 * kthread_freezable_should_stop() - kthread_should_stop() where nothing freezes
 * @was_frozen: set to false; may be NULL
 *
 * Context: A kernel thread.
 * Return: true if it was asked to end.
 */
bool kthread_freezable_should_stop(bool *was_frozen)
{
	if (was_frozen)
		*was_frozen = false;
	return kthread_should_stop();
}

/**
 * kthread_func() - the function of a kernel thread
 * @k: the thread
 *
 * Context: Any.
 * Return: the function, NULL if @k is no kernel thread.
 */
void *kthread_func(struct task_struct *k)
{
	return (void *)k->kthread->threadfn;
}

/**
 * kthread_data() - what a kernel thread's function was given
 * @k: the thread
 *
 * Context: Any.
 * Return: the data.
 */
void *kthread_data(struct task_struct *k)
{
	return k->kthread->data;
}

/**
 * kthread_probe_data() - kthread_data() for a task that may be no kernel thread
 * @k: the task
 *
 * Context: Any.
 * Return: the data, or NULL.
 */
void *kthread_probe_data(struct task_struct *k)
{
	return k->kthread->data;
}

/**
 * kthread_parkme() - park if asked to, until unparked
 *
 * Context: A kernel thread. Sleeps.
 */
void kthread_parkme(void)
{
	__kthread_parkme(current->kthread);
}

/**
 * kthread_park() - ask a thread to park and wait until it does
 * @k: the thread
 *
 * Context: Process context. Sleeps, unless @k is the caller.
 * Return: 0, -ENOSYS if @k has ended, -EBUSY if it is to park already.
 */
int kthread_park(struct task_struct *k)
{
	struct kthread *kthread = k->kthread;

	ls_point(LS_OP_LOAD, &k->exit_word);
	if (WARN_ON(k->flags & PF_EXITING))
		return -ENOSYS;
	if (WARN_ON_ONCE(test_bit(KTHREAD_SHOULD_PARK, &kthread->flags)))
		return -EBUSY;
	set_bit(KTHREAD_SHOULD_PARK, &kthread->flags);
	if (k != current) {
		wake_up_process(k);
		wait_for_completion(&kthread->parked);
	}
	return 0;
}

/**
 * kthread_unpark() - let a parked thread go on
 * @k: the thread
 *
 * Context: Any.
 */
void kthread_unpark(struct task_struct *k)
{
	struct kthread *kthread = k->kthread;

	if (!test_bit(KTHREAD_SHOULD_PARK, &kthread->flags))
		return;
	reinit_completion(&kthread->parked);
	clear_bit(KTHREAD_SHOULD_PARK, &kthread->flags);
	wake_up_state(k, TASK_PARKED);
}

/**
 * kthread_exit() - end the running thread
 * @result: what kthread_stop() returns
 *
 * Context: A kernel thread; does not return.
 */
void kthread_exit(long result)
{
	current->exit_code = (int)result;
	os_throw(current->escape);
}

/**
 * kthread_complete_and_exit() - complete something and end the running thread
 * @comp: completion, or NULL
 * @code: what kthread_stop() returns
 *
 * Context: A kernel thread; does not return.
 */
void kthread_complete_and_exit(struct completion *comp, long code)
{
	if (comp)
		complete(comp);
	kthread_exit(code);
}

/**
 * kthread_use_mm() - borrow a user address space
 * @mm: whose
 *
 * Context: A kernel thread without one.
 */
void kthread_use_mm(struct mm_struct *mm)
{
	WARN_ON_ONCE(current->mm);
	current->mm = mm;
	current->active_mm = mm;
}

/**
 * kthread_unuse_mm() - give a borrowed address space back
 * @mm: whose
 *
 * Context: A kernel thread.
 */
void kthread_unuse_mm(struct mm_struct *mm)
{
	current->mm = NULL;
	current->active_mm = NULL;
}
