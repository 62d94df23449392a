// SPDX-License-Identifier: MIT
/*
 * Timers and delayed works that fire once more than their owner thought.
 */
#include "../../litmus.h"
#include <linux/jiffies.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct clock {
	struct timer_list timer;
	struct delayed_work work;
	spinlock_t lock;
	struct semaphore sem;
	atomic_t fired;
	bool stop;
};

struct owner {
	struct clock *clock;
};

static void on_timer(struct timer_list *timer)
{
	struct clock *c = from_timer(c, timer, timer);

	atomic_inc(&c->fired);
}

static void on_work(struct work_struct *work)
{
	struct clock *c = container_of(work, struct clock, work.work);

	atomic_inc(&c->fired);
}

static struct owner *owner_new(struct kunit *test)
{
	struct owner *o = litmus_zalloc(test, struct owner);
	struct clock *c = litmus_new(test, struct clock);

	o->clock = c;
	spin_lock_init(&c->lock);
	sema_init(&c->sem, 1);
	timer_setup(&c->timer, on_timer, 0);
	INIT_DELAYED_WORK(&c->work, on_work);
	return o;
}

/* del_timer() does not wait for a callback that runs. */
static void delete_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	del_timer(&o->clock->timer);
	kfree(o->clock);
}

static void del_timer_free(struct kunit *test)
{
	struct owner *o = owner_new(test);

	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, delete_and_free, o);
}

/* cancel_delayed_work() does not wait for an item that runs, or that its timer queues just now. */
static void cancel_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	cancel_delayed_work(&o->clock->work);
	kfree(o->clock);
}

static void cancel_delayed_free(struct kunit *test)
{
	struct owner *o = owner_new(test);

	schedule_delayed_work(&o->clock->work, 1);
	litmus_run(test, 1, cancel_and_free, o);
}

/* Deleted properly; but who arms it looked at the flag before. */
static void arm_unless_stopped(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (!READ_ONCE(o->clock->stop))
		mod_timer(&o->clock->timer, jiffies + 1);
}

static void stop_and_delete(void *arg, unsigned int me)
{
	struct owner *o = arg;

	WRITE_ONCE(o->clock->stop, true);
	del_timer_sync(&o->clock->timer);
}

static void armed_after_delete(struct kunit *test)
{
	struct owner *o = owner_new(test);

	litmus_run_each(test, o, arm_unless_stopped, stop_and_delete);
	kfree(o->clock);
}

/* Deleted under the lock that the callback takes: each waits for the other. */
static void on_timer_locked(struct timer_list *timer)
{
	struct clock *c = from_timer(c, timer, timer);

	spin_lock(&c->lock);
	spin_unlock(&c->lock);
}

static void delete_under_lock(void *arg, unsigned int me)
{
	struct owner *o = arg;

	spin_lock_bh(&o->clock->lock);
	del_timer_sync(&o->clock->timer);
	spin_unlock_bh(&o->clock->lock);
}

static void delete_with_lock(struct kunit *test)
{
	struct owner *o = owner_new(test);

	o->clock->timer.function = on_timer_locked;
	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, delete_under_lock, o);
	del_timer_sync(&o->clock->timer);
	kfree(o->clock);
}

/* The lock is taken with softirqs on, on whose behalf the callback runs. */
static void lock_plain(void *arg, unsigned int me)
{
	struct owner *o = arg;

	spin_lock(&o->clock->lock);
	spin_unlock(&o->clock->lock);
}

static void lock_without_bh(struct kunit *test)
{
	struct owner *o = owner_new(test);

	o->clock->timer.function = on_timer_locked;
	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, lock_plain, o);
	del_timer_sync(&o->clock->timer);
	kfree(o->clock);
}

/* The callback sleeps. */
static void on_timer_sleeping(struct timer_list *timer)
{
	struct clock *c = from_timer(c, timer, timer);

	if (READ_ONCE(c->stop))
		down(&c->sem);
}

static void set_stop(void *arg, unsigned int me)
{
	struct owner *o = arg;

	WRITE_ONCE(o->clock->stop, true);
}

static void callback_sleeps(struct kunit *test)
{
	struct owner *o = owner_new(test);

	o->clock->timer.function = on_timer_sleeping;
	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, set_stop, o);
	del_timer_sync(&o->clock->timer);
	kfree(o->clock);
}

/* One jiffy is believed to be long enough for the other task. */
struct late {
	struct timer_list timer;
	bool ready, seen;
};

static void check_ready(struct timer_list *timer)
{
	struct late *l = from_timer(l, timer, timer);

	WRITE_ONCE(l->seen, READ_ONCE(l->ready));
}

static void get_ready(void *arg, unsigned int me)
{
	struct late *l = arg;

	WRITE_ONCE(l->ready, true);
}

static void long_enough(struct kunit *test)
{
	struct late *l = litmus_zalloc(test, struct late);

	l->seen = true;
	timer_setup(&l->timer, check_ready, 0);
	mod_timer(&l->timer, jiffies + 1);
	litmus_run(test, 1, get_ready, l);
	del_timer_sync(&l->timer);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(l->seen));
}

LITMUS_SUITE(KUNIT_CASE(del_timer_free), KUNIT_CASE(cancel_delayed_free),
	     KUNIT_CASE(armed_after_delete), KUNIT_CASE(delete_with_lock),
	     KUNIT_CASE(lock_without_bh), KUNIT_CASE(callback_sleeps), KUNIT_CASE(long_enough));
