// SPDX-License-Identifier: MIT
/*
 * Counting semaphores.
 */

#include "party.h"
#include <linux/semaphore.h>

struct shared {
	struct semaphore sem;
	int (*down)(struct semaphore *sem);
};

static int down_plain(struct semaphore *sem)
{
	down(sem);
	return 0;
}

static int waits(struct party *me)
{
	struct shared *s = me->arg;

	party_say(me);
	return s->down(&s->sem);
}

static void await_queued(struct semaphore *sem, bool queued)
{
	unsigned long flags;
	bool empty;

	do {
		usleep_range(200, 400);
		raw_spin_lock_irqsave(&sem->lock, flags);
		empty = list_empty(&sem->wait_list);
		raw_spin_unlock_irqrestore(&sem->lock, flags);
	} while (empty == queued);
}

static void counts(struct kunit *test)
{
	struct semaphore sem;

	sema_init(&sem, 2);
	down(&sem);
	KUNIT_EXPECT_EQ(test, down_interruptible(&sem), 0);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 1);
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 2), -ETIME);
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_trylock(&sem), 0);
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_killable(&sem), 0);
	up(&sem);
	KUNIT_EXPECT_EQ(test, down_timeout(&sem, 2), 0);
	KUNIT_EXPECT_EQ(test, sem.count, 0);
}

static void up_gives_it_to_the_waiter(struct kunit *test)
{
	struct party other;
	struct shared s = { .down = down_plain };

	sema_init(&s.sem, 0);
	party_start(test, &other, waits, &s);
	await_queued(&s.sem, true);
	up(&s.sem);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
	KUNIT_EXPECT_EQ(test, s.sem.count, 0);
}

static void signals(struct kunit *test)
{
	struct party other;
	struct shared s = { .down = down_interruptible };

	sema_init(&s.sem, 0);
	party_start(test, &other, waits, &s);
	await_queued(&s.sem, true);
	ls_send_signal(other.task);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	s.down = down_killable;
	party_start(test, &other, waits, &s);
	await_queued(&s.sem, true);
	send_sig(SIGKILL, other.task, 0);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	KUNIT_EXPECT_TRUE(test, list_empty(&s.sem.wait_list));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(counts),
	KUNIT_CASE(up_gives_it_to_the_waiter),
	KUNIT_CASE(signals),
	{}
};

static struct kunit_suite suite = {
	.name = "semaphore",
	.test_cases = cases,
};
kunit_test_suites(&suite);
