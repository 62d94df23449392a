// SPDX-License-Identifier: MIT
/*
 * Mutexes: exclusion, waiting, giving up.
 */

#include "party.h"
#include <linux/mutex.h>
#include <linux/rtmutex.h>

struct shared {
	struct mutex lock;
	unsigned long count;
	int how;
};

enum { PLAIN, INTERRUPTIBLE, KILLABLE };

static void shared_init(struct shared *s)
{
	mutex_init(&s->lock);
	s->count = 0;
	s->how = PLAIN;
}

static void lock_and_unlock(struct kunit *test)
{
	struct shared s;

	shared_init(&s);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&s.lock));
	mutex_lock(&s.lock);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&s.lock));
	KUNIT_EXPECT_PTR_EQ(test, ls_mutex_owner(&s.lock), current);
	KUNIT_EXPECT_EQ(test, ls_mutex_acquired(&s.lock)->pid, current->pid);
	KUNIT_EXPECT_GT(test, ls_mutex_acquired(&s.lock)->nr, 0);
	KUNIT_EXPECT_EQ(test, ls_mutex_released(&s.lock)->nr, 0);
	KUNIT_EXPECT_FALSE(test, mutex_trylock(&s.lock));
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_NULL(test, ls_mutex_owner(&s.lock));
	KUNIT_EXPECT_GT(test, ls_mutex_released(&s.lock)->nr, 0);
	KUNIT_EXPECT_TRUE(test, mutex_trylock(&s.lock));
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_EQ(test, mutex_lock_interruptible(&s.lock), 0);
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_EQ(test, mutex_lock_killable(&s.lock), 0);
	mutex_unlock(&s.lock);
	mutex_lock_io(&s.lock);
	mutex_unlock(&s.lock);
	scoped_guard(mutex, &s.lock)
		KUNIT_EXPECT_TRUE(test, mutex_is_locked(&s.lock));
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&s.lock));
	mutex_destroy(&s.lock);
}

static int tries(struct party *me)
{
	struct shared *s = me->arg;
	int ret = 0;

	if (s->how == INTERRUPTIBLE)
		ret = mutex_lock_interruptible(&s->lock);
	else if (s->how == KILLABLE)
		ret = mutex_lock_killable(&s->lock);
	else
		mutex_lock(&s->lock);
	if (!ret) {
		s->count++;
		mutex_unlock(&s->lock);
	}
	return ret;
}

static void waits_for_the_holder(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s);
	mutex_lock(&s.lock);
	party_start(test, &other, tries, &s);
	party_await_blocked(test, &other);
	KUNIT_EXPECT_PTR_EQ(test, READ_ONCE(other.task->blocked_on), &s.lock);
	KUNIT_EXPECT_EQ(test, s.count, 0);
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
	KUNIT_EXPECT_EQ(test, s.count, 1);
}

static void signal_ends_the_wait(struct kunit *test)
{
	struct party first, other;
	struct shared s;

	shared_init(&s);
	s.how = INTERRUPTIBLE;
	mutex_lock(&s.lock);
	party_start(test, &first, tries, &s);
	party_await_blocked(test, &first);
	party_start(test, &other, tries, &s);
	party_await_blocked(test, &other);
	ls_send_signal(first.task);
	KUNIT_EXPECT_EQ(test, party_join(&first), -EINTR);
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
}

static void killable_waits_on_a_plain_signal(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s);
	s.how = KILLABLE;
	mutex_lock(&s.lock);
	party_start(test, &other, tries, &s);
	party_await_blocked(test, &other);
	ls_send_signal(other.task);
	msleep(5);
	KUNIT_EXPECT_NOT_NULL(test, READ_ONCE(other.task->blocked_on));
	send_sig(SIGKILL, other.task, 0);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	mutex_unlock(&s.lock);
}

static void uninterruptible_gets_it(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s);
	mutex_lock(&s.lock);
	party_start(test, &other, tries, &s);
	party_await_blocked(test, &other);
	send_sig(SIGKILL, other.task, 0);
	msleep(5);
	KUNIT_EXPECT_EQ(test, s.count, 0);
	mutex_unlock(&s.lock);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
	KUNIT_EXPECT_EQ(test, s.count, 1);
}

#define TURNS 3000

static int counts(struct party *me)
{
	struct shared *s = me->arg;
	int i;

	for (i = 0; i < TURNS; i++) {
		if (i % 3) {
			mutex_lock(&s->lock);
		} else if (!mutex_trylock(&s->lock)) {
			cond_resched();
			continue;
		}
		s->count++;
		mutex_unlock(&s->lock);
	}
	return 0;
}

static void nobody_else_inside(struct kunit *test)
{
	struct party party[4];
	struct shared s;
	int i;

	shared_init(&s);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		party_start(test, &party[i], counts, &s);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
	KUNIT_EXPECT_GE(test, s.count, ARRAY_SIZE(party) * TURNS / 3 * 2);
	KUNIT_EXPECT_LE(test, s.count, ARRAY_SIZE(party) * TURNS);
	KUNIT_EXPECT_EQ(test, s.lock.nr_waiters, 0);
	KUNIT_EXPECT_EQ(test, s.lock.owner, 0);
}

static void dec_and_lock(struct kunit *test)
{
	atomic_t count = ATOMIC_INIT(2);
	struct shared s;

	shared_init(&s);
	KUNIT_EXPECT_EQ(test, atomic_dec_and_mutex_lock(&count, &s.lock), 0);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&s.lock));
	KUNIT_EXPECT_EQ(test, atomic_dec_and_mutex_lock(&count, &s.lock), 1);
	KUNIT_EXPECT_TRUE(test, mutex_is_locked(&s.lock));
	mutex_unlock(&s.lock);
}

static DEFINE_RT_MUTEX(rt);

static void rt_mutex(struct kunit *test)
{
	rt_mutex_lock(&rt);
	lockdep_assert_held(&rt);
	KUNIT_EXPECT_FALSE(test, rt_mutex_trylock(&rt));
	rt_mutex_unlock(&rt);
}

static void under_a_spinlock(struct kunit *test)
{
	DEFINE_SPINLOCK(spin);
	struct shared s;

	shared_init(&s);
	spin_lock(&spin);
	lockstep_expect_report(test, "sleep-in-atomic");
	mutex_lock(&s.lock);
	mutex_unlock(&s.lock);
	spin_unlock(&spin);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lock_and_unlock),
	KUNIT_CASE(waits_for_the_holder),
	KUNIT_CASE(signal_ends_the_wait),
	KUNIT_CASE(killable_waits_on_a_plain_signal),
	KUNIT_CASE(uninterruptible_gets_it),
	KUNIT_CASE(nobody_else_inside),
	KUNIT_CASE(dec_and_lock),
	KUNIT_CASE(rt_mutex),
	KUNIT_CASE(under_a_spinlock),
	{}
};

static struct kunit_suite suite = {
	.name = "mutex",
	.test_cases = cases,
};
kunit_test_suites(&suite);
