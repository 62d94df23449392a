/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_TEST_H
#define LOCKSTEP_TEST_H

#include "lockstep/report.h"

struct kunit;

/**
 * DOC: tests of what must go wrong
 *
 * Any report fails the case it comes in. A case that breaks a rule on purpose says
 * so beforehand, and fails if the report does not come:
 *
 *	static void unmap_without_lock(struct kunit *test)
 *	{
 *		const struct ls_report *r;
 *
 *		lockstep_expect_report(test, "unmap-held");
 *		dma_buf_unmap_attachment(attach, sgt, DMA_BIDIRECTIONAL);
 *		r = lockstep_last_report(test);
 *		KUNIT_ASSERT_NOT_NULL(test, r);
 *		KUNIT_EXPECT_EQ(test, r->class, LS_BREACH);
 *	}
 *
 * A fatal report ends the task that ran into it: run that part with
 * lockstep_run_task(), and the case goes on.
 */

/**
 * lockstep_expect_report() - the next report with this rule is part of the test
 * @test: the running case
 * @rule: id of the rule, static storage; one call for each report expected
 *
 * Up to 16 at a time. They hold until the end of the case, for reports of any task.
 */
void lockstep_expect_report(struct kunit *test, const char *rule);

/**
 * lockstep_last_report() - the report that met an expectation last
 * @test: the running case
 *
 * Return: a copy that lives until the next one comes or the case ends, or NULL if
 * none came yet.
 */
const struct ls_report *lockstep_last_report(struct kunit *test);

/**
 * lockstep_nr_expected() - expectations of the case that have been met so far
 * @test: the running case
 */
unsigned int lockstep_nr_expected(struct kunit *test);

/**
 * lockstep_run_task() - run a function in a task of its own and wait for its end
 * @fn: what to run
 * @arg: its argument
 *
 * Context: Task context, may sleep. The task belongs to the same test case.
 * Return: 0 if @fn returned, -EDEADLK if a fatal report ended it, -ECANCELED if it
 * ended in another way (a failed KUNIT_ASSERT), -ENOMEM if it could not start.
 */
int lockstep_run_task(void (*fn)(void *arg), void *arg);

/**
 * lockstep_settle() - wait for what was put off
 *
 * Works on the system's queues and RCU callbacks have run when it returns. While a case is
 * explored it does more, and costs less than flushing, which races with what it
 * waits for: it returns when no other task can go on, works of every queue and timers
 * that are due soon included.
 *
 * Context: Task context, may sleep.
 */
void lockstep_settle(void);

#endif /* LOCKSTEP_TEST_H */
