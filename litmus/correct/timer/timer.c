// SPDX-License-Identifier: MIT
/*
 * Timers and delayed works. A deadline that is near may come at any point, so that each of these
 * is also run with the callback before, after and between all that the owner does.
 */
#include "../../litmus.h"
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct clock {
	struct timer_list timer;
	struct delayed_work work;
	spinlock_t lock;
	atomic_t *fired;
	unsigned int rearm; /* how often it arms itself */
};

struct owner {
	struct clock *clock;
	atomic_t fired, cancelled;
};

static void on_timer(struct timer_list *timer)
{
	struct clock *c = from_timer(c, timer, timer);

	atomic_inc(c->fired);
	if (c->rearm) {
		c->rearm--;
		mod_timer(timer, jiffies + 1);
	}
}

static void on_work(struct work_struct *work)
{
	struct clock *c = container_of(work, struct clock, work.work);

	atomic_inc(c->fired);
	if (c->rearm) {
		c->rearm--;
		schedule_delayed_work(&c->work, 1);
	}
}

static struct owner *owner_new(struct kunit *test, unsigned int rearm)
{
	struct owner *o = litmus_zalloc(test, struct owner);

	o->clock = litmus_new(test, struct clock);
	o->clock->fired = &o->fired;
	o->clock->rearm = rearm;
	spin_lock_init(&o->clock->lock);
	timer_setup(&o->clock->timer, on_timer, 0);
	INIT_DELAYED_WORK(&o->clock->work, on_work);
	return o;
}

static void delete_sync_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (del_timer_sync(&o->clock->timer))
		atomic_inc(&o->cancelled);
	kfree(o->clock);
}

static void del_timer_sync_free(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, delete_sync_and_free, o);
	KUNIT_EXPECT_EQ(test, atomic_read(&o->fired) + atomic_read(&o->cancelled), 1);
}

/* One that arms itself again is stopped for good. */
static void self_rearming(struct kunit *test)
{
	struct owner *o = owner_new(test, 2);

	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, delete_sync_and_free, o);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 3);
}

/* After a shutdown nobody can arm it any more, not even who does not know of it. */
static void arm(void *arg, unsigned int me)
{
	struct owner *o = arg;

	mod_timer(&o->clock->timer, jiffies + 1);
}

static void shut_down(void *arg, unsigned int me)
{
	struct owner *o = arg;

	timer_shutdown_sync(&o->clock->timer);
}

static void shutdown_against_arm(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	litmus_run_each(test, o, arm, shut_down);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 1);
	kfree(o->clock);
}

/* Armed by two, it fires once or twice, and is gone when the owner deletes it. */
static void armed_twice(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	litmus_run(test, 2, arm, o);
	delete_sync_and_free(o, 0);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 2);
	KUNIT_EXPECT_GE(test, atomic_read(&o->fired) + atomic_read(&o->cancelled), 1);
}

static void cancel_sync_and_free(void *arg, unsigned int me)
{
	struct owner *o = arg;

	if (cancel_delayed_work_sync(&o->clock->work))
		atomic_inc(&o->cancelled);
	kfree(o->clock);
}

static void cancel_delayed_sync_free(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	schedule_delayed_work(&o->clock->work, 1);
	litmus_run(test, 1, cancel_sync_and_free, o);
	KUNIT_EXPECT_EQ(test, atomic_read(&o->fired) + atomic_read(&o->cancelled), 1);
}

static void self_rearming_work(struct kunit *test)
{
	struct owner *o = owner_new(test, 1);

	schedule_delayed_work(&o->clock->work, 1);
	litmus_run(test, 1, cancel_sync_and_free, o);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 2);
}

/* The delay is changed while it runs down. */
static void modify(void *arg, unsigned int me)
{
	struct owner *o = arg;

	mod_delayed_work(system_wq, &o->clock->work, 2);
}

static void mod_against_expiry(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	schedule_delayed_work(&o->clock->work, 1);
	litmus_run(test, 1, modify, o);
	flush_delayed_work(&o->clock->work);
	KUNIT_EXPECT_GE(test, atomic_read(&o->fired), 1);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 2);
	kfree(o->clock);
}

/* The callback takes a lock that others only take with its softirq kept out. */
static void on_timer_locked(struct timer_list *timer)
{
	struct clock *c = from_timer(c, timer, timer);

	spin_lock(&c->lock);
	atomic_inc(c->fired);
	spin_unlock(&c->lock);
}

static void lock_bh(void *arg, unsigned int me)
{
	struct owner *o = arg;

	spin_lock_bh(&o->clock->lock);
	atomic_inc(&o->cancelled);
	spin_unlock_bh(&o->clock->lock);
}

static void lock_against_callback(struct kunit *test)
{
	struct owner *o = owner_new(test, 0);

	o->clock->timer.function = on_timer_locked;
	mod_timer(&o->clock->timer, jiffies + 1);
	litmus_run(test, 1, lock_bh, o);
	del_timer_sync(&o->clock->timer);
	KUNIT_EXPECT_LE(test, atomic_read(&o->fired), 1);
	kfree(o->clock);
}

LITMUS_SUITE(KUNIT_CASE(del_timer_sync_free), KUNIT_CASE(self_rearming),
	     KUNIT_CASE(shutdown_against_arm), KUNIT_CASE(armed_twice),
	     KUNIT_CASE(cancel_delayed_sync_free), KUNIT_CASE(self_rearming_work),
	     KUNIT_CASE(mod_against_expiry), KUNIT_CASE(lock_against_callback));
