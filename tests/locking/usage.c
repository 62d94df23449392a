// SPDX-License-Identifier: MIT
/*
 * Locks released wrongly, asserted wrongly, destroyed or left behind.
 */

#include "party.h"
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DEFINE_SPINLOCK(spin);
static DEFINE_RWLOCK(rw);

static int usage_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static int holds_all(struct party *me)
{
	mutex_lock(&mutex);
	down_write(&sem);
	party_meet(me);
	party_meet(me);
	return 0;
}

static void wrong_unlocker(struct kunit *test)
{
	const struct ls_report *r;
	struct party other;

	party_start(test, &other, holds_all, NULL);
	party_await(&other);
	lockstep_expect_report(test, "wrong-unlocker");
	mutex_unlock(&mutex);
	r = expect_report(test, "wrong-unlocker", LS_CONTEXT, &mutex);
	KUNIT_EXPECT_STREQ(test, r->object, "mutex 'mutex'");
	KUNIT_EXPECT_EQ(test, r->holder_trace.pid, other.task->pid);
	KUNIT_EXPECT_GT(test, r->holder_trace.nr, 0);
	KUNIT_EXPECT_EQ(test, r->pid, current->pid);

	lockstep_expect_report(test, "wrong-unlocker");
	up_write(&sem);
	expect_report(test, "wrong-unlocker", LS_CONTEXT, &sem);
	/* as in a kernel they are free now */
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&sem));
	/* the other one ends, and does not release them again */
	party_go(&other);
	party_await(&other);
	party_go(&other);
	party_join(&other);
}

static void unlock_of_a_free_lock(struct kunit *test)
{
	lockstep_expect_report(test, "unlock-not-held");
	mutex_unlock(&mutex);
	expect_report(test, "unlock-not-held", LS_CONTEXT, &mutex);
	lockstep_expect_report(test, "unlock-not-held");
	up_read(&sem);
	expect_report(test, "unlock-not-held", LS_CONTEXT, &sem);
	lockstep_expect_report(test, "unlock-not-held");
	up_write(&sem);
	expect_report(test, "unlock-not-held", LS_CONTEXT, &sem);
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&sem));
}

static void release_of_a_map(struct kunit *test)
{
	static struct lockdep_map map = STATIC_LOCKDEP_MAP_INIT("map", &map);

	lock_map_acquire(&map);
	lock_map_release(&map);
	lockstep_expect_report(test, "unlock-not-held");
	lock_map_release(&map);
	expect_report(test, "unlock-not-held", LS_CONTEXT, &map);
}

static void assertions_hold(struct kunit *test)
{
	lockdep_assert_not_held(&mutex);
	lockdep_assert_none_held_once();
	mutex_lock(&mutex);
	lockdep_assert_held(&mutex);
	lockdep_assert_held_write(&mutex);
	mutex_unlock(&mutex);
	down_read(&sem);
	lockdep_assert_held(&sem);
	lockdep_assert_held_read(&sem);
	up_read(&sem);
	down_write(&sem);
	lockdep_assert_held_write(&sem);
	rwsem_assert_held_write(&sem);
	downgrade_write(&sem);
	lockdep_assert_held_read(&sem);
	up_read(&sem);
	spin_lock(&spin);
	assert_spin_locked(&spin);
	lockdep_assert_held(&spin);
	lockdep_assert_preemption_disabled();
	spin_unlock(&spin);
	read_lock(&rw);
	lockdep_assert_held_read(&rw);
	read_unlock(&rw);
	lockdep_assert_preemption_enabled();
	lockdep_assert_irqs_enabled();
}

static void held_is_missing(struct kunit *test)
{
	const struct ls_report *r;

	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	lockstep_expect_report(test, "assert-held");
	lockdep_assert_held(&mutex);
	r = expect_report(test, "assert-held", LS_WARN, &mutex);
	KUNIT_EXPECT_EQ(test, strncmp(r->holder, "held by nobody; this task released it last", 42), 0);
	KUNIT_EXPECT_EQ(test, r->holder_trace.pid, current->pid);
}

static void held_the_wrong_way(struct kunit *test)
{
	down_read(&sem);
	lockstep_expect_report(test, "assert-held");
	lockdep_assert_held_write(&sem);
	expect_report(test, "assert-held", LS_WARN, &sem);
	up_read(&sem);
	down_write(&sem);
	lockstep_expect_report(test, "assert-held");
	lockdep_assert_held_read(&sem);
	expect_report(test, "assert-held", LS_WARN, &sem);
	up_write(&sem);
}

static void held_without_need(struct kunit *test)
{
	mutex_lock(&mutex);
	lockstep_expect_report(test, "assert-not-held");
	lockdep_assert_not_held(&mutex);
	expect_report(test, "assert-not-held", LS_WARN, &mutex);
	lockstep_expect_report(test, "assert-not-held");
	lockdep_assert_none_held_once();
	mutex_unlock(&mutex);
}

static void pins(struct kunit *test)
{
	struct pin_cookie cookie;

	mutex_lock(&mutex);
	cookie = lockdep_pin_lock(&mutex);
	lockdep_repin_lock(&mutex, cookie);
	lockdep_unpin_lock(&mutex, cookie);
	lockdep_unpin_lock(&mutex, cookie);
	mutex_unlock(&mutex);

	mutex_lock(&mutex);
	cookie = lockdep_pin_lock(&mutex);
	lockstep_expect_report(test, "lock-pinned");
	mutex_unlock(&mutex);
	expect_report(test, "lock-pinned", LS_CONTEXT, &mutex);
}

static void destroyed_is_over(struct kunit *test)
{
	struct mutex m;

	mutex_init(&m);
	mutex_destroy(&m);
	lockstep_expect_report(test, "lock-destroyed");
	mutex_lock(&m);
	expect_report(test, "lock-destroyed", LS_MISUSE, &m);
	mutex_unlock(&m);
	mutex_init(&m);
	mutex_lock(&m);
	lockstep_expect_report(test, "lock-destroyed");
	mutex_destroy(&m);
	expect_report(test, "lock-destroyed", LS_MISUSE, &m);
	mutex_unlock(&m);
}

static void memory_of_a_held_lock(struct kunit *test)
{
	struct {
		int before;
		struct mutex lock;
	} m;

	mutex_init(&m.lock);
	debug_check_no_locks_freed(&m, sizeof(m));
	mutex_lock(&m.lock);
	lockstep_expect_report(test, "lock-destroyed");
	debug_check_no_locks_freed(&m, sizeof(m));
	expect_report(test, "lock-destroyed", LS_MISUSE, &m.lock);
	mutex_unlock(&m.lock);
}

static void ends_with_locks(void *arg)
{
	mutex_lock(&mutex);
	down_read(&sem);
	spin_lock(&spin);
	read_lock(&rw);
}

static void left_behind(struct kunit *test)
{
	int i;

	for (i = 0; i < 4; i++)
		lockstep_expect_report(test, "lock-held");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(ends_with_locks, NULL), 0);
	expect_report(test, "lock-held", LS_LEAK, NULL);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 4);
	/* released by force */
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&mutex));
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&sem));
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&spin));
	KUNIT_EXPECT_TRUE(test, write_trylock(&rw));
	write_unlock(&rw);
}

static void the_validator_can_look_away(struct kunit *test)
{
	lockdep_off();
	lock_release(&mutex.dep_map, _THIS_IP_);
	KUNIT_EXPECT_EQ(test, lock_is_held(&mutex.dep_map), LOCK_STATE_UNKNOWN);
	lockdep_assert_held(&mutex);
	lockdep_on();
	KUNIT_EXPECT_EQ(test, lock_is_held(&mutex.dep_map), LOCK_STATE_NOT_HELD);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wrong_unlocker),
	KUNIT_CASE(unlock_of_a_free_lock),
	KUNIT_CASE(release_of_a_map),
	KUNIT_CASE(assertions_hold),
	KUNIT_CASE(held_is_missing),
	KUNIT_CASE(held_the_wrong_way),
	KUNIT_CASE(held_without_need),
	KUNIT_CASE(pins),
	KUNIT_CASE(destroyed_is_over),
	KUNIT_CASE(memory_of_a_held_lock),
	KUNIT_CASE(left_behind),
	KUNIT_CASE(the_validator_can_look_away),
	{}
};

static struct kunit_suite suite = {
	.name = "lock_usage",
	.init = usage_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
