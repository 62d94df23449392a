// SPDX-License-Identifier: MIT
/*
 * Lost wake-ups. The window is a few instructions wide, and whoever falls into it sleeps for good.
 */
#include "../../litmus.h"
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

struct place {
	wait_queue_head_t wq;
	spinlock_t lock;
	struct task_struct *sleeper;
	int cond, other;
	atomic_t tickets;
};

static struct place *place_new(struct kunit *test)
{
	struct place *p = litmus_zalloc(test, struct place);

	init_waitqueue_head(&p->wq);
	spin_lock_init(&p->lock);
	return p;
}

/* It looks first and then says that it sleeps: what comes in between wakes nobody. */
static void check_then_state(void *arg, unsigned int me)
{
	struct place *p = arg;

	WRITE_ONCE(p->sleeper, current);
	while (!READ_ONCE(p->cond)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}

static void set_and_wake_task(void *arg, unsigned int me)
{
	struct place *p = arg;
	struct task_struct *t;

	WRITE_ONCE(p->cond, 1);
	t = READ_ONCE(p->sleeper);
	if (t)
		wake_up_process(t);
}

static void check_before_state(struct kunit *test)
{
	litmus_run_each(test, place_new(test), check_then_state, set_and_wake_task);
}

/* The same with a queue: it gets in line after it has looked. */
static void check_then_queue(void *arg, unsigned int me)
{
	struct place *p = arg;
	DEFINE_WAIT(entry);

	if (!READ_ONCE(p->cond)) {
		prepare_to_wait(&p->wq, &entry, TASK_UNINTERRUPTIBLE);
		schedule();
		finish_wait(&p->wq, &entry);
	}
}

static void set_and_wake(void *arg, unsigned int me)
{
	struct place *p = arg;

	WRITE_ONCE(p->cond, 1);
	wake_up(&p->wq);
}

static void check_before_queue(struct kunit *test)
{
	litmus_run_each(test, place_new(test), check_then_queue, set_and_wake);
}

/* The waker wakes first, and only then is there something to be woken for. */
static void wait_for_cond(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_event(p->wq, READ_ONCE(p->cond));
}

static void wake_then_set(void *arg, unsigned int me)
{
	struct place *p = arg;

	wake_up(&p->wq);
	WRITE_ONCE(p->cond, 1);
}

static void wake_before_condition(struct kunit *test)
{
	litmus_run_each(test, place_new(test), wait_for_cond, wake_then_set);
}

/* "Nobody waits, so I need not wake" was asked before the condition was set. */
static void ask_set_wake(void *arg, unsigned int me)
{
	struct place *p = arg;
	bool somebody = waitqueue_active(&p->wq);

	WRITE_ONCE(p->cond, 1);
	if (somebody)
		wake_up(&p->wq);
}

static void nobody_waits(struct kunit *test)
{
	litmus_run_each(test, place_new(test), wait_for_cond, ask_set_wake);
}

/* One wake-up for two exclusive sleepers, of which the wrong one may get it. */
static void wait_exclusive(struct place *p, int *cond)
{
	DEFINE_WAIT(entry);

	for (;;) {
		prepare_to_wait_exclusive(&p->wq, &entry, TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(*cond))
			break;
		schedule();
	}
	finish_wait(&p->wq, &entry);
}

static void wait_for_first(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_exclusive(p, &p->cond);
}

static void wait_for_second(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_exclusive(p, &p->other);
}

static void set_both(void *arg, unsigned int me)
{
	struct place *p = arg;

	WRITE_ONCE(p->cond, 1);
	wake_up(&p->wq);
	WRITE_ONCE(p->other, 1);
	wake_up(&p->wq);
}

static void wrong_one_woken(struct kunit *test)
{
	litmus_run_each(test, place_new(test), wait_for_first, wait_for_second, set_both);
}

/*
 * Tickets and exclusive sleepers, one wake-up for each ticket. One of the sleepers takes the first
 * ticket before it sleeps, and is still in line when the second wake-up comes: it is lost on him.
 */
static void wait_for_ticket(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_event_interruptible_exclusive(p->wq, atomic_dec_if_positive(&p->tickets) >= 0);
}

static void two_tickets(void *arg, unsigned int me)
{
	struct place *p = arg;

	atomic_inc(&p->tickets);
	wake_up(&p->wq);
	atomic_inc(&p->tickets);
	wake_up(&p->wq);
}

static void wake_up_not_passed_on(struct kunit *test)
{
	litmus_run_each(test, place_new(test), two_tickets, wait_for_ticket, wait_for_ticket);
}

/* It does not look again after it was woken, but somebody else woke it for something else. */
static void sleep_once(void *arg, unsigned int me)
{
	struct place *p = arg;
	DEFINE_WAIT(entry);

	prepare_to_wait(&p->wq, &entry, TASK_UNINTERRUPTIBLE);
	if (!READ_ONCE(p->cond))
		schedule();
	finish_wait(&p->wq, &entry);
	WRITE_ONCE(p->other, READ_ONCE(p->cond));
}

static void wake_only(void *arg, unsigned int me)
{
	struct place *p = arg;

	wake_up(&p->wq);
}

static void not_checked_again(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, sleep_once, wake_only, set_and_wake);
	KUNIT_EXPECT_EQ(test, p->other, 1);
}

/* A counter as a condition, and two consumers who each saw it. */
static void take_one(void *arg, unsigned int me)
{
	struct place *p = arg;

	wait_event(p->wq, READ_ONCE(p->cond));
	spin_lock(&p->lock);
	WRITE_ONCE(p->cond, p->cond - 1);
	if (p->cond < 0)
		p->other = 1;
	spin_unlock(&p->lock);
}

static void put_one(void *arg, unsigned int me)
{
	struct place *p = arg;

	spin_lock(&p->lock);
	WRITE_ONCE(p->cond, p->cond + 1);
	spin_unlock(&p->lock);
	wake_up_all(&p->wq);
	spin_lock(&p->lock);
	WRITE_ONCE(p->cond, p->cond + 1);
	spin_unlock(&p->lock);
	wake_up_all(&p->wq);
}

static void seen_and_taken(struct kunit *test)
{
	struct place *p = place_new(test);

	litmus_run_each(test, p, put_one, take_one, take_one);
	KUNIT_EXPECT_EQ(test, p->other, 0);
}

LITMUS_SUITE(KUNIT_CASE(check_before_state), KUNIT_CASE(check_before_queue),
	     KUNIT_CASE(wake_before_condition), KUNIT_CASE(nobody_waits),
	     KUNIT_CASE(wrong_one_woken), KUNIT_CASE(wake_up_not_passed_on),
	     KUNIT_CASE(not_checked_again),
	     KUNIT_CASE(seen_and_taken));
