// SPDX-License-Identifier: MIT
/*
 * Completions that are miscounted, reset under a waiter, or gone when they are completed.
 */
#include "../../litmus.h"
#include <linux/completion.h>

struct meeting {
	struct completion done, answer;
	bool waiting;
};

static struct meeting *meeting_new(struct kunit *test)
{
	struct meeting *m = litmus_new(test, struct meeting);

	init_completion(&m->done);
	init_completion(&m->answer);
	return m;
}

static void complete_one(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	complete(&m->done);
}

static void wait_one(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion(&m->done);
}

/* One complete(), two waiters: in each interleaving one of them stays. */
static void one_for_two(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, complete_one, wait_one, wait_one);
	kfree(m);
}

/* Reset by the waiter when it begins: what was completed before is forgotten. */
static void reset_and_wait(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	reinit_completion(&m->done);
	wait_for_completion(&m->done);
}

static void reset_by_waiter(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, complete_one, reset_and_wait);
	kfree(m);
}

/* Only completed if somebody waits already; who comes later waits for good. */
static void complete_if_waited(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	if (READ_ONCE(m->waiting))
		complete(&m->done);
}

static void say_and_wait(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	WRITE_ONCE(m->waiting, true);
	wait_for_completion(&m->done);
}

static void completed_if_waited(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, complete_if_waited, say_and_wait);
	kfree(m);
}

/* The waiter gives up after a while and frees what the other one then completes. */
static void wait_a_while_and_free(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion_timeout(&m->done, 1);
	kfree(m);
}

static void freed_after_timeout(struct kunit *test)
{
	litmus_run_each(test, meeting_new(test), complete_one, wait_a_while_and_free);
}

/* A question and its answer: each side waits before it completes. */
static void wait_then_answer(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion(&m->done);
	complete(&m->answer);
}

static void wait_then_ask(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion(&m->answer);
	complete(&m->done);
}

static void both_wait_first(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, wait_then_answer, wait_then_ask);
	kfree(m);
}

/* After complete() the waiter may have freed it: the completer must not look again. */
static void complete_and_look(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	complete(&m->done);
	if (READ_ONCE(m->waiting))
		complete(&m->answer);
}

static void wait_and_free(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion(&m->done);
	kfree(m);
}

static void used_after_complete(struct kunit *test)
{
	litmus_run_each(test, meeting_new(test), complete_and_look, wait_and_free);
}

LITMUS_SUITE(KUNIT_CASE(one_for_two), KUNIT_CASE(reset_by_waiter), KUNIT_CASE(completed_if_waited),
	     KUNIT_CASE(freed_after_timeout), KUNIT_CASE(both_wait_first),
	     KUNIT_CASE(used_after_complete));
