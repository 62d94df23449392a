// SPDX-License-Identifier: MIT
/*
 * Cases for the oracle: what sleeps, wakes, waits for a grace period, runs later. Each is a few
 * tasks with a few operations; see party.h.
 */
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
#include "party.h"

static atomic_t seen, cond;

/* --- sleeping and waking ------------------------------------------------------------ */

static DECLARE_WAIT_QUEUE_HEAD(queue);

static void set_and_wake(unsigned int me)
{
	atomic_inc(&cond);
	wake_up(&queue);
}

static void set_and_wake_all(unsigned int me)
{
	atomic_inc(&cond);
	wake_up_all(&queue);
}

static void wait_cond(unsigned int me)
{
	wait_event(queue, atomic_read(&cond));
}

static void wait_cond_exclusive(unsigned int me)
{
	wait_event_exclusive_cmd(queue, atomic_read(&cond), , );
}

static void wait_cond_interruptible(unsigned int me)
{
	if (wait_event_interruptible(queue, atomic_read(&cond)))
		atomic_inc(&seen);
}

static void wait_cond_timeout(unsigned int me)
{
	if (!wait_event_timeout(queue, atomic_read(&cond), 2))
		atomic_inc(&seen);
}

/*
 * A count under a lock, and who takes one without a second look: a load whose footprint is another
 * when it sees another value, so that it depends on the wake-up only in the other order.
 */
static DEFINE_SPINLOCK(count_lock);

static void count_and_wake(unsigned int me)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		spin_lock(&count_lock);
		atomic_inc(&cond);
		spin_unlock(&count_lock);
		wake_up_all(&queue);
	}
}

static void wait_and_count(unsigned int me)
{
	wait_event(queue, atomic_read(&cond));
	spin_lock(&count_lock);
	atomic_dec(&cond);
	spin_unlock(&count_lock);
}

static void signal_first(unsigned int me)
{
	ls_send_signal(party_task(0));
}

static void begin(void)
{
	atomic_set(&seen, 0);
	atomic_set(&cond, 0);
}

#define CASE(name, fns...)                                                                         \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		begin();                                                                           \
		party(test, fns);                                                                  \
	}

CASE(event, wait_cond, set_and_wake)
CASE(event_2, wait_cond, wait_cond, set_and_wake)
CASE(event_2_wakers, wait_cond, set_and_wake, set_and_wake)
CASE(event_signal, wait_cond_interruptible, set_and_wake, signal_first)
CASE(event_timeout, wait_cond_timeout, set_and_wake)
CASE(event_timeout_2, wait_cond_timeout, wait_cond_timeout, set_and_wake)
CASE(event_exclusive, wait_cond_exclusive, wait_cond_exclusive, set_and_wake, set_and_wake)
CASE(event_exclusive_all, wait_cond_exclusive, wait_cond_exclusive, set_and_wake_all)
CASE(event_counted, count_and_wake, wait_and_count, wait_and_count)

/* A task that sleeps without a queue; whoever wakes it looks at nothing. */
static void sleep_unless(unsigned int me)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	if (!atomic_read(&cond))
		schedule();
	__set_current_state(TASK_RUNNING);
}

static void sleep_timed(unsigned int me)
{
	set_current_state(TASK_INTERRUPTIBLE);
	if (!atomic_read(&cond) && !schedule_timeout(3))
		atomic_inc(&seen);
	__set_current_state(TASK_RUNNING);
}

static void set_and_wake_first(unsigned int me)
{
	atomic_inc(&cond);
	wake_up_process(party_task(0));
}

CASE(state, sleep_unless, set_and_wake_first)
CASE(state_2_wakers, sleep_unless, set_and_wake_first, set_and_wake_first)
CASE(state_timed, sleep_timed, set_and_wake_first)
CASE(state_timed_signal, sleep_timed, set_and_wake_first, signal_first)

static unsigned long bits;

static void take_bit(unsigned int me)
{
	wait_on_bit_lock(&bits, 0, TASK_UNINTERRUPTIBLE);
	clear_and_wake_up_bit(0, &bits);
}

CASE(bit_lock, take_bit, take_bit)

/* --- completions ------------------------------------------------------------------------ */

static DECLARE_COMPLETION(done);

static void complete_it(unsigned int me)
{
	complete(&done);
}

static void complete_them(unsigned int me)
{
	complete_all(&done);
}

static void wait_it(unsigned int me)
{
	wait_for_completion(&done);
}

static void wait_it_interruptible(unsigned int me)
{
	if (wait_for_completion_interruptible(&done))
		atomic_inc(&seen);
}

static void wait_it_timeout(unsigned int me)
{
	if (!wait_for_completion_timeout(&done, 2))
		atomic_inc(&seen);
}

static void try_it(unsigned int me)
{
	if (!try_wait_for_completion(&done))
		atomic_inc(&seen);
}

static void wait_and_reuse(unsigned int me)
{
	wait_for_completion(&done);
	reinit_completion(&done);
	wait_for_completion(&done);
}

static void look_at_it(unsigned int me)
{
	if (completion_done(&done))
		atomic_inc(&seen);
}

#define CASE_DONE(name, fns...)                                                                    \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		begin();                                                                           \
		init_completion(&done);                                                            \
		party(test, fns);                                                                  \
	}

CASE_DONE(complete_1, wait_it, complete_it)
CASE_DONE(complete_2, wait_it, wait_it, complete_it, complete_it)
CASE_DONE(complete_all_2, wait_it, wait_it, complete_them)
CASE_DONE(complete_and_all, wait_it, wait_it, complete_it, complete_them)
CASE_DONE(complete_signal, wait_it_interruptible, complete_it, signal_first)
CASE_DONE(complete_timeout, wait_it_timeout, complete_it)
CASE_DONE(complete_timeout_2, wait_it_timeout, wait_it_timeout, complete_it)
CASE_DONE(complete_try, try_it, wait_it, complete_it, complete_it)
CASE_DONE(complete_reuse, wait_and_reuse, complete_it, complete_it)
CASE_DONE(complete_look, look_at_it, wait_it, complete_it, complete_it)

/* --- RCU ---------------------------------------------------------------------------------- */

static int *pointer;
static int objects[4];

static void read_section(unsigned int me)
{
	rcu_read_lock();
	READ_ONCE(*rcu_dereference(pointer));
	rcu_read_unlock();
}

static void read_twice(unsigned int me)
{
	read_section(me);
	read_section(me);
}

static void read_empty(unsigned int me)
{
	rcu_read_lock();
	rcu_read_unlock();
}

static void publish_and_wait(unsigned int me)
{
	int *old = pointer;

	rcu_assign_pointer(pointer, &objects[1]);
	synchronize_rcu();
	WRITE_ONCE(*old, 1);
}

static void only_wait(unsigned int me)
{
	synchronize_rcu();
	atomic_inc(&seen);
}

static void read_no_preempt(unsigned int me)
{
	preempt_disable();
	READ_ONCE(*rcu_dereference_sched(pointer));
	preempt_enable();
}

static struct rcu_head heads[2];

static void called(struct rcu_head *head)
{
	WRITE_ONCE(objects[0], 2);
}

static void publish_and_call(unsigned int me)
{
	rcu_assign_pointer(pointer, &objects[1]);
	call_rcu(&heads[0], called);
}

static void call_0(unsigned int me)
{
	call_rcu(&heads[0], called);
}

static void call_1(unsigned int me)
{
	call_rcu(&heads[1], called);
}

static void call_and_barrier(unsigned int me)
{
	call_rcu(&heads[0], called);
	rcu_barrier();
	READ_ONCE(objects[0]);
}

static void barrier_only(unsigned int me)
{
	rcu_barrier();
	READ_ONCE(objects[0]);
}

static void poll_state(unsigned int me)
{
	unsigned long cookie = get_state_synchronize_rcu();

	if (poll_state_synchronize_rcu(cookie))
		atomic_inc(&seen);
}

#define CASE_RCU(name, fns...)                                                                     \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		begin();                                                                           \
		pointer = &objects[0];                                                             \
		party(test, fns);                                                                  \
	}

CASE_RCU(rcu_1, read_section, publish_and_wait)
CASE_RCU(rcu_2, read_section, read_section, publish_and_wait)
CASE_RCU(rcu_twice, read_twice, publish_and_wait)
CASE_RCU(rcu_preempt, read_no_preempt, publish_and_wait)
CASE_RCU(rcu_empty, read_empty, read_empty, only_wait)
CASE_RCU(rcu_2_waits, read_section, only_wait, only_wait)
CASE_RCU(rcu_call, read_section, publish_and_call)
CASE_RCU(rcu_2_calls, read_section, call_0, call_1)
CASE_RCU(rcu_barrier_1, read_empty, call_and_barrier)
CASE_RCU(rcu_barrier_2, call_1, call_and_barrier)
CASE_RCU(rcu_barrier_3, call_0, barrier_only, barrier_only)
CASE_RCU(rcu_poll, poll_state, only_wait)

DEFINE_STATIC_SRCU(domain);

static void srcu_section(unsigned int me)
{
	int idx = srcu_read_lock(&domain);

	READ_ONCE(objects[0]);
	srcu_read_unlock(&domain, idx);
}

static void srcu_wait(unsigned int me)
{
	synchronize_srcu(&domain);
	WRITE_ONCE(objects[0], 1);
}

CASE(srcu_1, srcu_section, srcu_wait)
CASE(srcu_2, srcu_section, srcu_section, srcu_wait)
CASE(srcu_2_waits, srcu_section, srcu_wait, srcu_wait)

/* --- works ---------------------------------------------------------------------------------- */

static void work_fn(struct work_struct *work)
{
	atomic_inc(&seen);
}

static DECLARE_WORK(work_0, work_fn);
static DECLARE_WORK(work_1, work_fn);
static DECLARE_WORK(work_2, work_fn);
static DECLARE_DELAYED_WORK(dwork, work_fn);
static struct workqueue_struct *wq;

static void queue_0(unsigned int me)
{
	queue_work(wq, &work_0);
}

static void queue_1(unsigned int me)
{
	queue_work(wq, &work_1);
}

static void queue_2(unsigned int me)
{
	queue_work(wq, &work_2);
}

static void queue_and_flush(unsigned int me)
{
	queue_work(wq, &work_0);
	flush_work(&work_0);
	atomic_read(&seen);
}

static void flush_0(unsigned int me)
{
	flush_work(&work_0);
	atomic_read(&seen);
}

static void flush_all(unsigned int me)
{
	flush_workqueue(wq);
	atomic_read(&seen);
}

static void drain(unsigned int me)
{
	queue_work(wq, &work_0);
	drain_workqueue(wq);
}

static void cancel_0(unsigned int me)
{
	cancel_work(&work_0);
}

static void cancel_sync_0(unsigned int me)
{
	cancel_work_sync(&work_0);
	atomic_read(&seen);
}

static void disable_0(unsigned int me)
{
	disable_work_sync(&work_0);
	enable_work(&work_0);
}

static void busy_0(unsigned int me)
{
	if (work_busy(&work_0))
		atomic_inc(&cond);
}

static void queue_delayed(unsigned int me)
{
	queue_delayed_work(wq, &dwork, 1);
}

static void mod_delayed(unsigned int me)
{
	mod_delayed_work(wq, &dwork, 2);
}

static void cancel_delayed(unsigned int me)
{
	cancel_delayed_work_sync(&dwork);
	atomic_read(&seen);
}

static void flush_delayed(unsigned int me)
{
	flush_delayed_work(&dwork);
	atomic_read(&seen);
}

static void with_wq(struct kunit *test, int max_active, const party_fn *fns, unsigned int nr)
{
	begin();
	wq = alloc_workqueue("oracle", WQ_UNBOUND, max_active);
	party_run(test, fns, nr);
	ls_task_settle();
	cancel_delayed_work_sync(&dwork);
	destroy_workqueue(wq);
}

#define CASE_WORK(name, max_active, fns...)                                                        \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		static const party_fn __fns[] = { fns };                                           \
                                                                                                   \
		with_wq(test, max_active, __fns, ARRAY_SIZE(__fns));                               \
	}

CASE_WORK(work_1_task, 0, queue_and_flush)
CASE_WORK(work_2_tasks, 0, queue_0, queue_0)
CASE_WORK(work_2_works, 0, queue_0, queue_1)
CASE_WORK(work_ordered, 1, queue_0, queue_1)
CASE_WORK(work_ordered_3, 1, queue_0, queue_1, queue_2)
CASE_WORK(work_max_2, 2, queue_0, queue_1, queue_2)
CASE_WORK(work_flush, 0, queue_0, flush_0)
CASE_WORK(work_flush_2, 0, queue_and_flush, queue_0)
CASE_WORK(work_flush_all, 0, queue_0, queue_1, flush_all)
CASE_WORK(work_drain, 0, queue_1, drain)
CASE_WORK(work_cancel, 0, queue_0, cancel_0)
CASE_WORK(work_cancel_sync, 0, queue_0, cancel_sync_0)
CASE_WORK(work_cancel_sync_2, 0, queue_0, queue_0, cancel_sync_0)
CASE_WORK(work_cancel_ordered, 1, queue_1, queue_0, cancel_sync_0)
CASE_WORK(work_disable, 0, queue_0, disable_0)
CASE_WORK(work_is_busy, 0, queue_0, busy_0)
CASE_WORK(delayed, 0, queue_delayed, queue_delayed)
CASE_WORK(delayed_mod, 0, queue_delayed, mod_delayed)
CASE_WORK(delayed_cancel, 0, queue_delayed, cancel_delayed)
CASE_WORK(delayed_flush, 0, queue_delayed, flush_delayed)

/* --- timers ---------------------------------------------------------------------------------- */

static void timer_fn(struct timer_list *t)
{
	atomic_inc(&seen);
}

static void timer_again(struct timer_list *t)
{
	if (atomic_inc_return(&cond) == 1)
		mod_timer(t, jiffies + 1);
}

static DEFINE_TIMER(timer_0, timer_fn);
static DEFINE_TIMER(timer_1, timer_fn);
static DEFINE_TIMER(timer_2, timer_again);

static void start_0(unsigned int me)
{
	mod_timer(&timer_0, jiffies + 1);
}

static void start_0_later(unsigned int me)
{
	mod_timer(&timer_0, jiffies + 5);
}

static void start_1(unsigned int me)
{
	mod_timer(&timer_1, jiffies + 2);
}

static void start_2(unsigned int me)
{
	mod_timer(&timer_2, jiffies + 1);
}

static void stop_0(unsigned int me)
{
	timer_delete(&timer_0);
}

static void stop_sync_0(unsigned int me)
{
	timer_delete_sync(&timer_0);
	atomic_read(&seen);
}

static void stop_sync_2(unsigned int me)
{
	timer_delete_sync(&timer_2);
	atomic_read(&cond);
}

static void look_at_timer(unsigned int me)
{
	if (timer_pending(&timer_0))
		atomic_inc(&cond);
}

#define CASE_TIMER(name, fns...)                                                                   \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		begin();                                                                           \
		party(test, fns);                                                                  \
		ls_task_settle();                                                                  \
		timer_delete_sync(&timer_0);                                                       \
		timer_delete_sync(&timer_1);                                                       \
		timer_delete_sync(&timer_2);                                                       \
	}

CASE_TIMER(timer_once, start_0)
CASE_TIMER(timer_2_timers, start_0, start_1)
CASE_TIMER(timer_stop, start_0, stop_0)
CASE_TIMER(timer_stop_sync, start_0, stop_sync_0)
CASE_TIMER(timer_moved, start_0, start_0_later)
CASE_TIMER(timer_moved_and_stopped, start_0, start_0_later, stop_0)
CASE_TIMER(timer_restarts, start_2, stop_sync_2)
CASE_TIMER(timer_look, start_0, look_at_timer)

static struct kunit_case cases[] = {
	KUNIT_CASE(event), KUNIT_CASE(event_2), KUNIT_CASE(event_2_wakers),
	KUNIT_CASE(event_signal), KUNIT_CASE(event_timeout), KUNIT_CASE(event_timeout_2),
	KUNIT_CASE(event_exclusive), KUNIT_CASE(event_exclusive_all),
	KUNIT_CASE(event_counted),
	KUNIT_CASE(state), KUNIT_CASE(state_2_wakers), KUNIT_CASE(state_timed),
	KUNIT_CASE(state_timed_signal), KUNIT_CASE(bit_lock),
	KUNIT_CASE(complete_1), KUNIT_CASE(complete_2), KUNIT_CASE(complete_all_2),
	KUNIT_CASE(complete_and_all), KUNIT_CASE(complete_signal), KUNIT_CASE(complete_timeout),
	KUNIT_CASE(complete_timeout_2), KUNIT_CASE(complete_try), KUNIT_CASE(complete_reuse),
	KUNIT_CASE(complete_look),
	KUNIT_CASE(rcu_1), KUNIT_CASE(rcu_2), KUNIT_CASE(rcu_twice), KUNIT_CASE(rcu_preempt),
	KUNIT_CASE(rcu_empty), KUNIT_CASE(rcu_2_waits), KUNIT_CASE(rcu_call),
	KUNIT_CASE(rcu_2_calls), KUNIT_CASE(rcu_barrier_1), KUNIT_CASE(rcu_barrier_2),
	KUNIT_CASE(rcu_barrier_3), KUNIT_CASE(rcu_poll),
	KUNIT_CASE(srcu_1), KUNIT_CASE(srcu_2), KUNIT_CASE(srcu_2_waits),
	KUNIT_CASE(work_1_task), KUNIT_CASE(work_2_tasks), KUNIT_CASE(work_2_works),
	KUNIT_CASE(work_ordered), KUNIT_CASE(work_ordered_3), KUNIT_CASE(work_max_2),
	KUNIT_CASE(work_flush), KUNIT_CASE(work_flush_2), KUNIT_CASE(work_flush_all),
	KUNIT_CASE(work_drain), KUNIT_CASE(work_cancel), KUNIT_CASE(work_cancel_sync),
	KUNIT_CASE(work_cancel_sync_2), KUNIT_CASE(work_cancel_ordered),
	KUNIT_CASE(work_disable), KUNIT_CASE(work_is_busy),
	KUNIT_CASE(delayed), KUNIT_CASE(delayed_mod), KUNIT_CASE(delayed_cancel),
	KUNIT_CASE(delayed_flush),
	KUNIT_CASE(timer_once), KUNIT_CASE(timer_2_timers), KUNIT_CASE(timer_stop),
	KUNIT_CASE(timer_stop_sync), KUNIT_CASE(timer_moved),
	KUNIT_CASE(timer_moved_and_stopped), KUNIT_CASE(timer_restarts),
	KUNIT_CASE(timer_look),
	{},
};

static struct kunit_suite suite = { .name = "oracle_sched", .test_cases = cases };
kunit_test_suite(suite);
MODULE_LICENSE("MIT");
