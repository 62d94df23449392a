// SPDX-License-Identifier: MIT
/*
 * Sleeping until a condition holds. The sleeper says that it sleeps before it looks, the waker
 * changes the condition before it wakes: so whichever comes first, the other one sees it.
 */
#include "../../litmus.h"
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>

struct place {
	wait_queue_head_t wq;
	struct task_struct *sleeper;
	int cond;
	atomic_t woken;
	unsigned long bits;
};

static struct place *place_new(struct kunit *test)
{
	struct place *p = litmus_zalloc(test, struct place);

	init_waitqueue_head(&p->wq);
	return p;
}

#ifndef LITMUS_LARGE
static void set_and_wake(void *arg, unsigned int me)
{
	struct place *p = arg;

	WRITE_ONCE(p->cond, 1);
	wake_up_all(&p->wq);
}

static void wait_for_cond(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_event(p->wq, READ_ONCE(p->cond));
	atomic_inc(&p->woken);
}

static void event(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, set_and_wake, wait_for_cond);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->woken), 1);
}

static void event_2_sleepers(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, set_and_wake, wait_for_cond, wait_for_cond);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->woken), 2);
}

/* By hand, as wait_event() does it. */
static void wait_by_hand(void *arg, unsigned int me)
{
	struct place *p = arg;
	DEFINE_WAIT(entry);

	for (;;) {
		prepare_to_wait(&p->wq, &entry, TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(p->cond))
			break;
		schedule();
	}
	finish_wait(&p->wq, &entry);
	atomic_inc(&p->woken);
}

static void prepare_then_check(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, set_and_wake, wait_by_hand);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->woken), 1);
}

/* Without a queue: the state is set before the condition is looked at. */
static void sleep_by_state(void *arg, unsigned int me)
{
	struct place *p = arg;

	WRITE_ONCE(p->sleeper, current);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(p->cond))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(p->sleeper, NULL);
	atomic_inc(&p->woken);
}

/* The sleeper's task lives until the case has joined it. */
static void set_and_wake_task(void *arg, unsigned int me)
{
	struct place *p = arg;
	struct task_struct *t;

	WRITE_ONCE(p->cond, 1);
	t = READ_ONCE(p->sleeper);
	if (t)
		wake_up_process(t);
}

static void state_then_check(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, sleep_by_state, set_and_wake_task);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->woken), 1);
}

/* Two hand a turn back and forth. */
static void ping(void *arg, unsigned int me)
{
	struct place *p = arg;
	int i;

	for (i = 0; i < 2; i++) {
		wait_event(p->wq, READ_ONCE(p->cond) == me);
		WRITE_ONCE(p->cond, !me);
		wake_up(&p->wq);
	}
}

static void ping_pong(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run(test, 2, ping, p);
	KUNIT_EXPECT_EQ(test, p->cond, 0);
}

/* A bit as a lock, with its own queue. */
static void lock_bit(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_on_bit_lock(&p->bits, 0, TASK_UNINTERRUPTIBLE);
	p->cond++;
	clear_and_wake_up_bit(0, &p->bits);
}

static void bit_lock(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run(test, 2, lock_bit, p);
	KUNIT_EXPECT_EQ(test, p->cond, 2);
}

LITMUS_SUITE(KUNIT_CASE(event), KUNIT_CASE(event_2_sleepers), KUNIT_CASE(prepare_then_check),
	     KUNIT_CASE(state_then_check), KUNIT_CASE(ping_pong),
	     KUNIT_CASE(bit_lock));
#else
/*
 * Tickets and exclusive sleepers. Who found a ticket without being woken may have been given the
 * wake-up for another one on its way out: it passes that on.
 */
static void wait_for_ticket(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_event_interruptible_exclusive(p->wq, atomic_dec_if_positive(&p->woken) >= 0);
	if (atomic_read(&p->woken) > 0)
		wake_up(&p->wq);
}

static void two_tickets(void *arg, unsigned int me)
{
	struct place *p = arg;

	atomic_inc(&p->woken);
	wake_up(&p->wq);
	atomic_inc(&p->woken);
	wake_up(&p->wq);
}

static void exclusive(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, two_tickets, wait_for_ticket, wait_for_ticket);
	KUNIT_EXPECT_EQ(test, atomic_read(&p->woken), 0);
}

LITMUS_SUITE(KUNIT_CASE(exclusive));
#endif
