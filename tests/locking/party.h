/* SPDX-License-Identifier: MIT */
#ifndef LS_TEST_PARTY_H
#define LS_TEST_PARTY_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <lockstep/task.h>
#include <lockstep/test.h>

/**
 * struct party - a second task of a test, led step by step
 * @fn: what it does; its result is that of party_join()
 * @arg: for @fn
 * @task: the task
 * @go: the test lets it pass party_wait()
 * @here: it came to party_wait() or party_say()
 */
struct party {
	int (*fn)(struct party *p);
	void *arg;
	struct task_struct *task;
	struct completion go, here;
};

static inline int party_main(void *arg)
{
	struct party *p = arg;

	return p->fn(p);
}

static inline void party_start(struct kunit *test, struct party *p, int (*fn)(struct party *p),
			       void *arg)
{
	p->fn = fn;
	p->arg = arg;
	init_completion(&p->go);
	init_completion(&p->here);
	p->task = ls_task_start(party_main, p, "party");
	KUNIT_ASSERT_FALSE(test, IS_ERR_OR_NULL(p->task));
}

/* In the party: "I am here", and wait for the test. */
static inline void party_meet(struct party *p)
{
	complete(&p->here);
	wait_for_completion(&p->go);
}

/* In the party: "I am here", and go on. */
static inline void party_say(struct party *p)
{
	complete(&p->here);
}

/* In the test: wait until it is there. */
static inline void party_await(struct party *p)
{
	wait_for_completion(&p->here);
}

/* In the test: let it go on. */
static inline void party_go(struct party *p)
{
	complete(&p->go);
}

/* In the test: wait until it sleeps for a lock. */
static inline void party_await_blocked(struct kunit *test, struct party *p)
{
	int i;

	/* waiting for a spinlock does not count: that is over in a moment */
	for (i = 0; i < 5000 && !(READ_ONCE(p->task->blocked_on) && READ_ONCE(p->task->__state));
	     i++)
		usleep_range(500, 1000);
	KUNIT_ASSERT_NOT_NULL(test, READ_ONCE(p->task->blocked_on));
}

/* In the test: its result, -EDEADLK if a fatal report ended it. */
static inline int party_join(struct party *p)
{
	return ls_task_join(p->task);
}

/* The report that was expected came, and says what and about which lock. */
static inline const struct ls_report *expect_report(struct kunit *test, const char *rule,
						    enum ls_report_class class, const void *lock)
{
	const struct ls_report *r = lockstep_last_report(test);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_STREQ(test, r->rule, rule);
	KUNIT_EXPECT_EQ(test, r->class, class);
	if (lock)
		KUNIT_EXPECT_PTR_EQ(test, r->lock, lock);
	KUNIT_EXPECT_NE(test, r->object[0], 0);
	KUNIT_EXPECT_NE(test, r->what[0], 0);
	KUNIT_EXPECT_GT(test, r->stack.nr, 0);
	return r;
}

#endif /* LS_TEST_PARTY_H */
