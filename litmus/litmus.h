/* SPDX-License-Identifier: MIT */
#ifndef LITMUS_H
#define LITMUS_H

/**
 * DOC: litmus cases
 *
 * A litmus case is a few tasks, a few operations each, and a verdict that is known beforehand.
 * It starts its tasks, waits for them and looks at what came out. There is no barrier at the
 * start and nobody sleeps to give others time: exploring finds the interleavings.
 *
 * Data that tasks share without a lock is read and written by READ_ONCE(), WRITE_ONCE() or
 * atomics, so that each access is a scheduling point.
 */

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <lockstep/fault.h>
#include <lockstep/task.h>

#define LITMUS_TASKS_MAX 16

/* What task number @me of a case does. */
typedef void (*litmus_fn)(void *arg, unsigned int me);

struct litmus_seat {
	litmus_fn fn;
	void *arg;
	unsigned int me;
	struct task_struct *task;
};

static inline int litmus_seat_main(void *data)
{
	struct litmus_seat *seat = data;

	seat->fn(seat->arg, seat->me);
	return 0;
}

static inline void litmus_join(struct litmus_seat *seats, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		ls_task_join(seats[i].task);
}

/* Start @nr tasks, task i with @fns[i * @stride], and wait until all of them have ended. */
static inline void litmus_run_fns(struct kunit *test, unsigned int nr, const litmus_fn *fns,
				  unsigned int stride, void *arg)
{
	struct litmus_seat seats[LITMUS_TASKS_MAX];
	unsigned int i;

	KUNIT_ASSERT_LE(test, nr, LITMUS_TASKS_MAX);
	ls_fail_pause(); /* it is the tasks' own allocations that may fail */
	for (i = 0; i < nr; i++) {
		seats[i] = (struct litmus_seat){ .fn = fns[i * stride], .arg = arg, .me = i };
		seats[i].task = ls_task_start(litmus_seat_main, &seats[i], "litmus");
		if (!seats[i].task)
			break;
	}
	ls_fail_resume();
	litmus_join(seats, i);
	KUNIT_ASSERT_EQ(test, i, nr);
}

/* @nr tasks that all do @fn(@arg, number). */
static inline void litmus_run(struct kunit *test, unsigned int nr, litmus_fn fn, void *arg)
{
	litmus_run_fns(test, nr, &fn, 0, arg);
}

/* One task for each function that is named. */
#define litmus_run_each(test, arg, fns...)                                                         \
	do {                                                                                       \
		static const litmus_fn __fns[] = { fns };                                          \
                                                                                                   \
		litmus_run_fns(test, ARRAY_SIZE(__fns), __fns, 1, arg);                            \
	} while (0)

/* The case @fn##_@size: @fn(test, size). */
#define LITMUS_SIZE(fn, size)                                                                      \
	static void fn##_##size(struct kunit *test)                                                \
	{                                                                                          \
		fn(test, size);                                                                    \
	}

/* The one suite of a module, which bears its name. */
#define LITMUS_SUITE(cases...)                                                                     \
	static struct kunit_case litmus_cases[] = { cases, {} };                                   \
	static struct kunit_suite litmus_suite = {                                                 \
		.name = KBUILD_MODNAME,                                                            \
		.test_cases = litmus_cases,                                                        \
	};                                                                                         \
	kunit_test_suite(litmus_suite);                                                            \
	MODULE_LICENSE("MIT")

/* Memory of the case, which outlives its tasks. */
#define litmus_zalloc(test, type)                                                                  \
	({                                                                                         \
		type *__p = kunit_kzalloc(test, sizeof(type), GFP_KERNEL);                         \
                                                                                                   \
		KUNIT_ASSERT_NOT_NULL(test, __p);                                                  \
		__p;                                                                               \
	})

/* Memory that the case or its tasks free: what is about use after free needs it. */
#define litmus_new(test, type)                                                                     \
	({                                                                                         \
		type *__p = kzalloc(sizeof(type), GFP_KERNEL);                                     \
                                                                                                   \
		KUNIT_ASSERT_NOT_NULL(test, __p);                                                  \
		__p;                                                                               \
	})

#endif /* LITMUS_H */
