/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RACES_TWO_H
#define TESTS_RACES_TWO_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kthread.h>

/* One of two tasks of a case, which share what the case put in static variables. */
struct side {
	void (*fn)(void);
	struct completion done;
};

static int side_main(void *arg)
{
	struct side *s = arg;

	s->fn();
	complete(&s->done);
	return 0;
}

/* Run @a and @b at the same time, and wait for both. */
static void two(struct kunit *test, void (*a)(void), void (*b)(void))
{
	struct side sides[2] = { { .fn = a }, { .fn = b } };
	struct task_struct *t;

	for (int i = 0; i < 2; i++) {
		init_completion(&sides[i].done);
		t = kthread_run(side_main, &sides[i], "%c", 'a' + i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	}
	for (int i = 0; i < 2; i++)
		wait_for_completion(&sides[i].done);
}

#endif
