// SPDX-License-Identifier: MIT
/*
 * Reader-writer semaphores: sharing, order of service, giving up.
 */

#include "party.h"
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>

struct shared {
	struct rw_semaphore sem;
	unsigned long count;
	int (*down)(struct rw_semaphore *sem);
};

static int rwsem_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static int down_read_plain(struct rw_semaphore *sem)
{
	down_read(sem);
	return 0;
}

static int down_write_plain(struct rw_semaphore *sem)
{
	down_write(sem);
	return 0;
}

static int takes(struct party *me)
{
	struct shared *s = me->arg;
	int (*take)(struct rw_semaphore *sem) = READ_ONCE(s->down);
	bool write = take == down_write_plain || take == down_write_killable;
	int ret = take(&s->sem);

	if (ret)
		return ret;
	party_meet(me);
	if (write)
		up_write(&s->sem);
	else
		up_read(&s->sem);
	return 0;
}

static void shared_init(struct shared *s, int (*down)(struct rw_semaphore *sem))
{
	init_rwsem(&s->sem);
	s->count = 0;
	s->down = down;
}

static void readers_share(struct kunit *test)
{
	struct party a, b;
	struct shared s;

	shared_init(&s, down_read_plain);
	party_start(test, &a, takes, &s);
	party_start(test, &b, takes, &s);
	party_await(&a);
	party_await(&b);
	KUNIT_EXPECT_TRUE(test, rwsem_is_locked(&s.sem));
	KUNIT_EXPECT_FALSE(test, down_write_trylock(&s.sem));
	KUNIT_EXPECT_TRUE(test, down_read_trylock(&s.sem));
	up_read(&s.sem);
	party_go(&a);
	party_go(&b);
	KUNIT_EXPECT_EQ(test, party_join(&a), 0);
	KUNIT_EXPECT_EQ(test, party_join(&b), 0);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&s.sem));
}

static void writer_excludes(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s, down_write_plain);
	party_start(test, &other, takes, &s);
	party_await(&other);
	KUNIT_EXPECT_FALSE(test, down_read_trylock(&s.sem));
	KUNIT_EXPECT_FALSE(test, down_write_trylock(&s.sem));
	party_go(&other);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
	KUNIT_EXPECT_TRUE(test, down_write_trylock(&s.sem));
	up_write(&s.sem);
}

/* A reader that comes after a waiting writer waits too. */
static void first_come_first_served(struct kunit *test)
{
	struct party writer, reader;
	struct shared s;

	shared_init(&s, down_write_plain);
	down_read(&s.sem);
	party_start(test, &writer, takes, &s);
	party_await_blocked(test, &writer);
	KUNIT_EXPECT_TRUE(test, rwsem_is_contended(&s.sem));
	KUNIT_EXPECT_FALSE(test, down_read_trylock(&s.sem));
	WRITE_ONCE(s.down, down_read_plain);
	party_start(test, &reader, takes, &s);
	party_await_blocked(test, &reader);
	up_read(&s.sem);
	party_await(&writer);
	KUNIT_EXPECT_NOT_NULL(test, READ_ONCE(reader.task->blocked_on));
	party_go(&writer);
	party_await(&reader);
	party_go(&reader);
	party_join(&writer);
	KUNIT_EXPECT_EQ(test, party_join(&reader), 0);
	KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&s.sem));
}

/* The writer that gives up lets the readers behind it in. */
static void writer_gives_up(struct kunit *test)
{
	struct party writer, reader;
	struct shared s;

	shared_init(&s, down_write_killable);
	down_read(&s.sem);
	party_start(test, &writer, takes, &s);
	party_await_blocked(test, &writer);
	WRITE_ONCE(s.down, down_read_plain);
	party_start(test, &reader, takes, &s);
	party_await_blocked(test, &reader);
	send_sig(SIGKILL, writer.task, 0);
	KUNIT_EXPECT_EQ(test, party_join(&writer), -EINTR);
	party_await(&reader);
	party_go(&reader);
	KUNIT_EXPECT_EQ(test, party_join(&reader), 0);
	up_read(&s.sem);
}

static void reader_gives_up(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s, down_read_interruptible);
	down_write(&s.sem);
	party_start(test, &other, takes, &s);
	party_await_blocked(test, &other);
	ls_send_signal(other.task);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	WRITE_ONCE(s.down, down_read_killable);
	party_start(test, &other, takes, &s);
	party_await_blocked(test, &other);
	send_sig(SIGKILL, other.task, 0);
	KUNIT_EXPECT_EQ(test, party_join(&other), -EINTR);
	up_write(&s.sem);
	KUNIT_EXPECT_FALSE(test, rwsem_is_contended(&s.sem));
}

static void downgrade_lets_readers_in(struct kunit *test)
{
	struct party reader;
	struct shared s;

	shared_init(&s, down_read_plain);
	down_write(&s.sem);
	party_start(test, &reader, takes, &s);
	party_await_blocked(test, &reader);
	downgrade_write(&s.sem);
	party_await(&reader);
	KUNIT_EXPECT_FALSE(test, down_write_trylock(&s.sem));
	up_read(&s.sem);
	party_go(&reader);
	KUNIT_EXPECT_EQ(test, party_join(&reader), 0);
}

static void levels(struct kunit *test)
{
	struct shared n[3];
	DEFINE_MUTEX(order);
	int i;

	for (i = 0; i < 3; i++)
		shared_init(&n[i], NULL);
	down_write(&n[0].sem);
	down_write_nested(&n[1].sem, 1);
	KUNIT_EXPECT_EQ(test, down_read_killable_nested(&n[2].sem, 2), 0);
	up_read(&n[2].sem);
	KUNIT_EXPECT_EQ(test, down_write_killable_nested(&n[2].sem, 2), 0);
	up_write(&n[2].sem);
	down_read_nested(&n[2].sem, 2);
	up_read(&n[2].sem);
	up_write(&n[1].sem);
	up_write(&n[0].sem);
	mutex_lock(&order);
	for (i = 0; i < 3; i++)
		down_write_nest_lock(&n[i].sem, &order);
	for (i = 0; i < 3; i++)
		up_write(&n[i].sem);
	mutex_unlock(&order);
}

static int releases(struct party *me)
{
	struct shared *s = me->arg;

	up_read_non_owner(&s->sem);
	return 0;
}

static void handed_to_another_task(struct kunit *test)
{
	struct party other;
	struct shared s;

	shared_init(&s, NULL);
	down_read_non_owner(&s.sem);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 0);
	party_start(test, &other, releases, &s);
	KUNIT_EXPECT_EQ(test, party_join(&other), 0);
	KUNIT_EXPECT_FALSE(test, rwsem_is_locked(&s.sem));
}

DEFINE_STATIC_PERCPU_RWSEM(percpu_static);

static void percpu(struct kunit *test)
{
	struct percpu_rw_semaphore sem;

	KUNIT_EXPECT_EQ(test, percpu_init_rwsem(&sem), 0);
	percpu_down_read(&sem);
	percpu_rwsem_assert_held(&sem);
	KUNIT_EXPECT_TRUE(test, percpu_is_read_locked(&sem));
	percpu_up_read(&sem);
	percpu_down_write(&sem);
	KUNIT_EXPECT_TRUE(test, percpu_is_write_locked(&sem));
	KUNIT_EXPECT_FALSE(test, percpu_down_read_trylock(&sem));
	percpu_up_write(&sem);
	percpu_free_rwsem(&sem);
	percpu_down_read(&percpu_static);
	percpu_up_read(&percpu_static);
}

#define TURNS 1500

static int in_crowd(struct party *me)
{
	struct shared *s = me->arg;
	unsigned long seen;
	int i;

	for (i = 0; i < TURNS; i++) {
		if (i % 4) {
			down_read(&s->sem);
			seen = s->count;
			up_read(&s->sem);
			if (seen % 2)
				return -EINVAL;
		} else {
			down_write(&s->sem);
			s->count++;
			s->count++;
			up_write(&s->sem);
		}
	}
	return 0;
}

static void nobody_else_inside(struct kunit *test)
{
	struct party party[4];
	struct shared s;
	int i;

	shared_init(&s, NULL);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		party_start(test, &party[i], in_crowd, &s);
	for (i = 0; i < ARRAY_SIZE(party); i++)
		KUNIT_EXPECT_EQ(test, party_join(&party[i]), 0);
	KUNIT_EXPECT_EQ(test, s.count, ARRAY_SIZE(party) * TURNS / 4 * 2);
	KUNIT_EXPECT_EQ(test, s.sem.count, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(readers_share),
	KUNIT_CASE(writer_excludes),
	KUNIT_CASE(first_come_first_served),
	KUNIT_CASE(writer_gives_up),
	KUNIT_CASE(reader_gives_up),
	KUNIT_CASE(downgrade_lets_readers_in),
	KUNIT_CASE(levels),
	KUNIT_CASE(handed_to_another_task),
	KUNIT_CASE(percpu),
	KUNIT_CASE(nobody_else_inside),
	{}
};

static struct kunit_suite suite = {
	.name = "rwsem",
	.init = rwsem_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
