// SPDX-License-Identifier: MIT
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <lockstep/test.h>

struct shot {
	struct timer_list timer;
	struct completion fired;
	atomic_t count;
	unsigned long at;
	bool softirq;
	int again;
};

static void shot_fn(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	s->at = jiffies;
	s->softirq = in_serving_softirq();
	atomic_inc(&s->count);
	if (s->again-- > 0)
		mod_timer(&s->timer, jiffies + 1);
	else
		complete(&s->fired);
}

static void shot_init(struct shot *s)
{
	memset(s, 0, sizeof(*s));
	init_completion(&s->fired);
	timer_setup_on_stack(&s->timer, shot_fn, 0);
}

static void timer_fires(struct kunit *test)
{
	unsigned long due = jiffies + 10;
	struct shot s;

	shot_init(&s);
	s.timer.expires = due;
	add_timer(&s.timer);
	KUNIT_EXPECT_TRUE(test, timer_pending(&s.timer));
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_TRUE(test, time_after_eq(s.at, due));
	KUNIT_EXPECT_TRUE(test, s.softirq);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 0);
	s.again = 3;
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies), 0);
	wait_for_completion(&s.fired);
	KUNIT_EXPECT_EQ(test, del_timer_sync(&s.timer), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&s.count), 5);
}

static void timer_moves(struct kunit *test)
{
	struct shot s;

	shot_init(&s);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&s.timer, jiffies + 5), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies + 100000), 0);
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies + 200000), 1);
	KUNIT_EXPECT_EQ(test, mod_timer_pending(&s.timer, jiffies + 150000), 1);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, jiffies + 300000), 1);
	KUNIT_EXPECT_EQ(test, timer_reduce(&s.timer, jiffies + 2), 1);
	wait_for_completion(&s.fired);
	del_timer_sync(&s.timer);
	mod_timer(&s.timer, jiffies + 100000);
	KUNIT_EXPECT_EQ(test, try_to_del_timer_sync(&s.timer), 1);
	mod_timer(&s.timer, jiffies + 100000);
	KUNIT_EXPECT_EQ(test, timer_shutdown_sync(&s.timer), 1);
	KUNIT_EXPECT_EQ(test, mod_timer(&s.timer, jiffies), 0);
	KUNIT_EXPECT_FALSE(test, timer_pending(&s.timer));
	KUNIT_EXPECT_EQ(test, atomic_read(&s.count), 1);
}

struct freed {
	struct timer_list timer;
	struct completion *done;
};

static void freeing_fn(struct timer_list *t)
{
	struct freed *f = from_timer(f, t, timer);
	struct completion *done = f->done;

	kfree(f);
	complete(done);
}

static void timer_frees_itself(struct kunit *test)
{
	DECLARE_COMPLETION_ONSTACK(done);
	struct freed *f;
	int i;

	for (i = 0; i < 50; i++) {
		f = kzalloc(sizeof(*f), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, f);
		timer_setup(&f->timer, freeing_fn, 0);
		f->done = &done;
		mod_timer(&f->timer, jiffies);
		wait_for_completion(&done);
	}
}

static void slow_fn(struct timer_list *t)
{
	struct shot *s = from_timer(s, t, timer);

	complete(&s->fired);
	mdelay(3);
	atomic_inc(&s->count);
}

/* timer_delete_sync() returns only when the function has. */
static void timer_delete_waits(struct kunit *test)
{
	struct shot s;
	int i;

	shot_init(&s);
	s.timer.function = slow_fn;
	for (i = 1; i <= 5; i++) {
		mod_timer(&s.timer, jiffies);
		wait_for_completion(&s.fired);
		timer_delete_sync(&s.timer);
		KUNIT_EXPECT_EQ(test, atomic_read(&s.count), i);
	}
}

struct tick {
	struct hrtimer timer;
	struct completion done;
	int left;
	bool hardirq;
};

static enum hrtimer_restart tick_fn(struct hrtimer *timer)
{
	struct tick *t = container_of(timer, struct tick, timer);

	t->hardirq = in_hardirq();
	if (!--t->left) {
		complete(&t->done);
		return HRTIMER_NORESTART;
	}
	hrtimer_forward_now(timer, us_to_ktime(200));
	return HRTIMER_RESTART;
}

static void hrtimer_ticks(struct kunit *test)
{
	struct tick t = { .left = 5 };
	ktime_t start = ktime_get();

	init_completion(&t.done);
	hrtimer_setup(&t.timer, tick_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	hrtimer_start(&t.timer, us_to_ktime(200), HRTIMER_MODE_REL);
	wait_for_completion(&t.done);
	KUNIT_EXPECT_TRUE(test, t.hardirq);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 1000);
	hrtimer_cancel(&t.timer);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&t.timer));
	hrtimer_start(&t.timer, ms_to_ktime(100000), HRTIMER_MODE_REL);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&t.timer));
	KUNIT_EXPECT_EQ(test, hrtimer_cancel(&t.timer), 1);
}

static void time_converts(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies(5), 5);
	KUNIT_EXPECT_EQ(test, msecs_to_jiffies((unsigned int)-1), MAX_JIFFY_OFFSET);
	KUNIT_EXPECT_EQ(test, usecs_to_jiffies(1), 1);
	KUNIT_EXPECT_EQ(test, nsecs_to_jiffies(2500000), 2);
	KUNIT_EXPECT_EQ(test, jiffies_to_msecs(7), 7);
	KUNIT_EXPECT_EQ(test, ktime_add_safe(KTIME_MAX, 1), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, ktime_set(KTIME_SEC_MAX, 0), KTIME_MAX);
	KUNIT_EXPECT_TRUE(test, time_after(jiffies + 1, jiffies - 1));
	KUNIT_EXPECT_TRUE(test, time_before(ULONG_MAX, 1UL));
}

static void sleeps(struct kunit *test)
{
	ktime_t start = ktime_get(), at;

	msleep(3);
	KUNIT_EXPECT_GE(test, ktime_ms_delta(ktime_get(), start), 3);
	start = ktime_get();
	usleep_range(300, 400);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 300);
	start = ktime_get();
	udelay(50);
	KUNIT_EXPECT_GE(test, ktime_us_delta(ktime_get(), start), 50);
	KUNIT_EXPECT_EQ(test, schedule_timeout_uninterruptible(2), 0);
	at = ms_to_ktime(2);
	set_current_state(TASK_INTERRUPTIBLE);
	KUNIT_EXPECT_EQ(test, schedule_hrtimeout(&at, HRTIMER_MODE_REL), 0);
}

static struct kunit_case timer_cases[] = { KUNIT_CASE(timer_fires),
					   KUNIT_CASE(timer_moves),
					   KUNIT_CASE(timer_frees_itself),
					   KUNIT_CASE(timer_delete_waits),
					   KUNIT_CASE(hrtimer_ticks),
					   KUNIT_CASE(time_converts),
					   KUNIT_CASE(sleeps),
					   {} };

static struct kunit_suite timer_suite = {
	.name = "sched_timer",
	.test_cases = timer_cases,
};

kunit_test_suite(timer_suite);
