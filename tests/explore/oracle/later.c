// SPDX-License-Identifier: MIT
/*
 * What is done later by somebody else, for the oracle: irq_work, the works of a kthread_worker,
 * hrtimers. Each with who stops it, waits for it or looks.
 */
#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "party.h"

/* kernel/sched/task.c: let what is still to run do so. */
void ls_task_settle(void);

static atomic_t seen, other;

static void begin(void)
{
	atomic_set(&seen, 0);
	atomic_set(&other, 0);
}

/* --- irq_work ---------------------------------------------------------------------------- */

static void irq_fn(struct irq_work *work)
{
	atomic_inc(&seen);
}

static void irq_again_fn(struct irq_work *work)
{
	if (atomic_inc_return(&seen) == 1)
		irq_work_queue(work);
}

static struct irq_work irq_0 = IRQ_WORK_INIT(irq_fn);
static struct irq_work irq_1 = IRQ_WORK_INIT(irq_again_fn);

static void irq_queue(unsigned int me)
{
	irq_work_queue(&irq_0);
}

/* It runs when interrupts come on again. */
static void irq_queue_off(unsigned int me)
{
	unsigned long flags;

	local_irq_save(flags);
	irq_work_queue(&irq_0);
	atomic_inc(&other);
	local_irq_restore(flags);
}

static void irq_queue_again(unsigned int me)
{
	irq_work_queue(&irq_1);
}

static void irq_sync(unsigned int me)
{
	irq_work_sync(&irq_0);
	atomic_read(&seen);
}

static void irq_sync_again(unsigned int me)
{
	irq_work_sync(&irq_1);
	atomic_read(&seen);
}

static void irq_look(unsigned int me)
{
	if (irq_work_is_pending(&irq_0))
		atomic_inc(&other);
	if (irq_work_is_busy(&irq_0))
		atomic_inc(&other);
}

#define CASE_IRQ(name, fns...)                                                                     \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		begin();                                                                           \
		irq_0.flags = irq_1.flags = 0;                                                     \
		party(test, fns);                                                                  \
	}

CASE_IRQ(irq_2, irq_queue, irq_queue)
CASE_IRQ(irq_off, irq_queue_off, irq_queue)
CASE_IRQ(irq_off_look, irq_queue_off, irq_look)
CASE_IRQ(irq_off_sync, irq_queue_off, irq_sync)
CASE_IRQ(irq_off_2, irq_queue_off, irq_queue_off, irq_sync)
CASE_IRQ(irq_again, irq_queue_again, irq_sync_again)

/* --- the works of a thread ------------------------------------------------------------- */

static void kwork_fn(struct kthread_work *work)
{
	atomic_inc(&seen);
}

static struct kthread_worker *worker;
static struct kthread_work kwork[2];
static struct kthread_delayed_work kdelayed;

static void kwork_queue_0(unsigned int me)
{
	kthread_queue_work(worker, &kwork[0]);
}

static void kwork_queue_1(unsigned int me)
{
	kthread_queue_work(worker, &kwork[1]);
}

static void kwork_flush_0(unsigned int me)
{
	kthread_flush_work(&kwork[0]);
	atomic_read(&seen);
}

static void kwork_queue_and_flush(unsigned int me)
{
	kthread_queue_work(worker, &kwork[0]);
	kthread_flush_worker(worker);
	atomic_read(&seen);
}

static void kwork_cancel_0(unsigned int me)
{
	kthread_cancel_work_sync(&kwork[0]);
	atomic_read(&seen);
}

static void kwork_queue_delayed(unsigned int me)
{
	kthread_queue_delayed_work(worker, &kdelayed, 1);
}

static void kwork_mod_delayed(unsigned int me)
{
	kthread_mod_delayed_work(worker, &kdelayed, 2);
}

static void with_worker(struct kunit *test, const party_fn *fns, unsigned int nr)
{
	unsigned int i;

	begin();
	worker = kthread_create_worker(0, "oracle");
	KUNIT_ASSERT_FALSE(test, IS_ERR(worker));
	for (i = 0; i < ARRAY_SIZE(kwork); i++)
		kthread_init_work(&kwork[i], kwork_fn);
	kthread_init_delayed_work(&kdelayed, kwork_fn);
	party_run(test, fns, nr);
	kthread_cancel_delayed_work_sync(&kdelayed);
	kthread_destroy_worker(worker);
}

#define CASE_WORKER(name, fns...)                                                                  \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		static const party_fn __fns[] = { fns };                                           \
                                                                                                   \
		with_worker(test, __fns, ARRAY_SIZE(__fns));                                       \
	}

CASE_WORKER(worker_1, kwork_queue_0)
CASE_WORKER(worker_2_works, kwork_queue_0, kwork_queue_1)
CASE_WORKER(worker_flush, kwork_queue_0, kwork_flush_0)
CASE_WORKER(worker_flush_all, kwork_queue_and_flush)
CASE_WORKER(worker_cancel, kwork_queue_0, kwork_cancel_0)
CASE_WORKER(worker_delayed, kwork_queue_delayed)
CASE_WORKER(worker_delayed_mod, kwork_mod_delayed)

/* --- hrtimers ------------------------------------------------------------------------------ */

static enum hrtimer_restart once_fn(struct hrtimer *t)
{
	atomic_inc(&seen);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart twice_fn(struct hrtimer *t)
{
	if (atomic_inc_return(&other) > 1)
		return HRTIMER_NORESTART;
	hrtimer_forward_now(t, ms_to_ktime(1));
	return HRTIMER_RESTART;
}

static struct hrtimer timer[3];

static void start_0(unsigned int me)
{
	hrtimer_start(&timer[0], ms_to_ktime(1), HRTIMER_MODE_REL);
}

static void start_0_later(unsigned int me)
{
	hrtimer_start(&timer[0], ms_to_ktime(5), HRTIMER_MODE_REL);
}

static void start_1(unsigned int me)
{
	hrtimer_start(&timer[1], ms_to_ktime(2), HRTIMER_MODE_REL);
}

static void start_2(unsigned int me)
{
	hrtimer_start(&timer[2], ms_to_ktime(1), HRTIMER_MODE_REL);
}

static void cancel_0(unsigned int me)
{
	hrtimer_cancel(&timer[0]);
	atomic_read(&seen);
}

static void try_to_cancel_0(unsigned int me)
{
	if (hrtimer_try_to_cancel(&timer[0]) < 0)
		atomic_inc(&other);
}

static void cancel_2(unsigned int me)
{
	hrtimer_cancel(&timer[2]);
	atomic_read(&other);
}

static void look_0(unsigned int me)
{
	if (hrtimer_active(&timer[0]))
		atomic_inc(&other);
}

static void look_queued_0(unsigned int me)
{
	if (hrtimer_is_queued(&timer[0]))
		atomic_inc(&other);
}

static void with_timers(struct kunit *test, const party_fn *fns, unsigned int nr)
{
	unsigned int i;

	begin();
	for (i = 0; i < ARRAY_SIZE(timer); i++)
		hrtimer_setup(&timer[i], i < 2 ? once_fn : twice_fn, CLOCK_MONOTONIC,
			      HRTIMER_MODE_REL);
	party_run(test, fns, nr);
	ls_task_settle();
	for (i = 0; i < ARRAY_SIZE(timer); i++)
		hrtimer_cancel(&timer[i]);
}

#define CASE_TIMER(name, fns...)                                                                   \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		static const party_fn __fns[] = { fns };                                           \
                                                                                                   \
		with_timers(test, __fns, ARRAY_SIZE(__fns));                                       \
	}

CASE_TIMER(hrtimer_once, start_0)
CASE_TIMER(hrtimer_2_timers, start_0, start_1)
CASE_TIMER(hrtimer_moved, start_0, start_0_later)
CASE_TIMER(hrtimer_stop, start_0, cancel_0)
CASE_TIMER(hrtimer_try_to_stop, start_0, try_to_cancel_0)
CASE_TIMER(hrtimer_moved_and_stopped, start_0, start_0_later, cancel_0)
CASE_TIMER(hrtimer_restarts, start_2, cancel_2)
CASE_TIMER(hrtimer_look, start_0, look_0)
CASE_TIMER(hrtimer_look_queued, start_0, look_queued_0)

/* --- all that is still to run ----------------------------------------------------------- */

static void late_fn(struct work_struct *work)
{
	atomic_inc(&seen);
}

static DECLARE_WORK(late_work, late_fn);
static DECLARE_COMPLETION(late_done);

static int queue_late(void *unused)
{
	schedule_work(&late_work);
	complete(&late_done);
	return 0;
}

/* A thread that nobody waits for queues a work, before it is looked for works or after that. */
static void settle(struct kunit *test)
{
	struct task_struct *t;

	begin();
	t = kthread_create(queue_late, NULL, "late");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wake_up_process(t);
	ls_task_settle();
	atomic_read(&seen);
	wait_for_completion(&late_done);
	kthread_stop_put(t);
	ls_task_settle();
}

static struct kunit_case cases[] = {
	KUNIT_CASE(settle),
	KUNIT_CASE(irq_2), KUNIT_CASE(irq_off), KUNIT_CASE(irq_off_look), KUNIT_CASE(irq_off_sync),
	KUNIT_CASE(irq_off_2), KUNIT_CASE(irq_again),
	KUNIT_CASE(worker_1), KUNIT_CASE(worker_2_works), KUNIT_CASE(worker_flush),
	KUNIT_CASE(worker_flush_all), KUNIT_CASE(worker_cancel), KUNIT_CASE(worker_delayed),
	KUNIT_CASE(worker_delayed_mod),
	KUNIT_CASE(hrtimer_once), KUNIT_CASE(hrtimer_2_timers), KUNIT_CASE(hrtimer_moved),
	KUNIT_CASE(hrtimer_stop), KUNIT_CASE(hrtimer_try_to_stop),
	KUNIT_CASE(hrtimer_moved_and_stopped), KUNIT_CASE(hrtimer_restarts),
	KUNIT_CASE(hrtimer_look), KUNIT_CASE(hrtimer_look_queued),
	{},
};

static struct kunit_suite suite = { .name = "oracle_later", .test_cases = cases };
kunit_test_suite(suite);
MODULE_LICENSE("MIT");
