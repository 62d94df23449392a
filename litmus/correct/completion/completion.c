// SPDX-License-Identifier: MIT
/*
 * Completions count: one complete() lets one waiter go, complete_all() all of them, and it does not
 * matter who comes first.
 */
#include "../../litmus.h"
#include <linux/completion.h>
#include <linux/kref.h>

struct meeting {
	struct completion done;
	struct kref ref;
	atomic_t through;
	int data;
};

static struct meeting *meeting_new(struct kunit *test)
{
	struct meeting *m = litmus_zalloc(test, struct meeting);

	init_completion(&m->done);
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
	atomic_inc(&m->through);
}

static void one_each(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, complete_one, complete_one, wait_one, wait_one);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->through), 2);
	KUNIT_EXPECT_FALSE(test, completion_done(&m->done));
}

static void complete_everybody(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	complete_all(&m->done);
}

static void all(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, complete_everybody, wait_one, wait_one);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->through), 2);
}

/* What was written before is seen after. */
static void write_and_complete(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	m->data = 1;
	complete(&m->done);
}

static void wait_and_read(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	wait_for_completion(&m->done);
	atomic_add(m->data, &m->through);
}

static void hands_data_over(struct kunit *test)
{
	struct meeting *m = meeting_new(test);

	litmus_run_each(test, m, write_and_complete, wait_and_read);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->through), 1);
}

/* The waiter gives up after a while: both have a reference, the last one frees. */
static void meeting_free(struct kref *ref)
{
	kfree(container_of(ref, struct meeting, ref));
}

static void complete_and_put(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	complete(&m->done);
	kref_put(&m->ref, meeting_free);
}

static void wait_a_while_and_put(void *arg, unsigned int me)
{
	struct meeting *m = arg;

	if (wait_for_completion_timeout(&m->done, 1))
		atomic_inc(&m->through);
	kref_put(&m->ref, meeting_free);
}

static void timeout_with_reference(struct kunit *test)
{
	struct meeting *m = litmus_new(test, struct meeting);

	init_completion(&m->done);
	kref_init(&m->ref);
	kref_get(&m->ref);
	litmus_run_each(test, m, complete_and_put, wait_a_while_and_put);
}

LITMUS_SUITE(KUNIT_CASE(one_each), KUNIT_CASE(all), KUNIT_CASE(hands_data_over),
	     KUNIT_CASE(timeout_with_reference));
