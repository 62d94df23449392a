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
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <lockstep/explore.h>
#include <lockstep/fault.h>
#include <lockstep/task.h>

#define LITMUS_TASKS_MAX 16

/* What task number @me of a case does. */
typedef void (*litmus_fn)(void *arg, unsigned int me);

/* One task of a case. @left: tasks of the case that have not ended; NULL for one on its own. */
struct litmus_seat {
	litmus_fn fn;
	void *arg;
	unsigned int me;
	unsigned int *left;
	struct task_struct *task;
};

static inline int litmus_seat_main(void *data)
{
	struct litmus_seat *seat = data;

	seat->fn(seat->arg, seat->me);
	if (ls_exploring() && seat->left) {
		ls_quiet_begin(); /* what follows belongs to its last step */
		--*seat->left;
		ls_touch(seat->left, LS_RELEASE_SHARED);
	}
	return 0;
}

static inline void litmus_join(struct litmus_seat *seats, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		ls_task_join(seats[i].task);
}

/* kernel/sched/task.c */
struct task_struct *ls_task_create(int (*fn)(void *arg), void *arg, const char *name,
				   unsigned int ls_flags);

static inline _Bool litmus_all_ended(const void *left)
{
	return !*(const unsigned int *)left;
}

/* Under an explorer starting a task and waiting for it are many steps, which are not what a case is
 * about, and which plain depth-first search pays for. So here they are none. */
static inline struct task_struct *litmus_start(struct litmus_seat *seat)
{
	struct task_struct *t;

	if (!ls_exploring())
		return ls_task_start(litmus_seat_main, seat, "litmus");
	ls_quiet_begin();
	t = ls_task_create(litmus_seat_main, seat, "litmus", LS_TASK_AWAKE);
	if (t)
		get_task_struct(t);
	ls_quiet_end();
	return t;
}

static inline void litmus_await(struct litmus_seat *seats, unsigned int nr, unsigned int *left)
{
	if (!ls_exploring() ||
	    ls_point_wait(LS_OP_WAIT, left, LS_ACQUIRE, litmus_all_ended, left, OS_NEVER)) {
		litmus_join(seats, nr);
		return;
	}
	ls_quiet_begin();
	litmus_join(seats, nr);
	ls_quiet_end();
}

/* Start @nr tasks, task i with @fns[i * @stride], and wait until all of them have ended. */
static inline void litmus_run_fns(struct kunit *test, unsigned int nr, const litmus_fn *fns,
				  unsigned int stride, void *arg)
{
	struct litmus_seat seats[LITMUS_TASKS_MAX];
	unsigned int i, left = nr;

	KUNIT_ASSERT_LE(test, nr, LITMUS_TASKS_MAX);
	ls_fail_pause(); /* it is the tasks' own allocations that may fail */
	for (i = 0; i < nr; i++) {
		seats[i] = (struct litmus_seat){ .fn = fns[i * stride], .arg = arg, .me = i,
						 .left = &left };
		seats[i].task = litmus_start(&seats[i]);
		if (!seats[i].task)
			break;
	}
	ls_fail_resume();
	left -= nr - i;
	litmus_await(seats, i, &left);
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
