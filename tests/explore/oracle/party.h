/* SPDX-License-Identifier: MIT */
#ifndef ORACLE_PARTY_H
#define ORACLE_PARTY_H

/**
 * DOC: tasks for the oracle
 *
 * Plain depth-first search pays for each step, so these tasks consist of nothing but the operations
 * under test: they are started and waited for without a scheduling point of their own.
 *
 *	static void two(struct kunit *test)
 *	{
 *		party(test, take_and_release, take_and_release);
 *	}
 */

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <lockstep/explore.h>
#include <lockstep/os.h>

#define PARTY_MAX 8

/* kernel/sched/task.c: a task that is running from the start, and that nobody waits for */
struct task_struct *ls_task_explore(const char *kind, const void *object, int (*fn)(void *arg),
				    void *arg, const char *name);

/* What task number @me does. */
typedef void (*party_fn)(unsigned int me);

struct party;

struct party_seat {
	struct party *party;
	party_fn fn;
	unsigned int me;
	struct task_struct *task;
};

struct party {
	struct party_seat seat[PARTY_MAX];
	unsigned int nr, ended;
};

static struct party party_now;

/* Task number @me of the running case. */
static inline struct task_struct *party_task(unsigned int me)
{
	return party_now.seat[me].task;
}

static int party_main(void *arg)
{
	struct party_seat *seat = arg;

	seat->fn(seat->me);
	/* Its end belongs to its last step, and depends on nobody else's. */
	ls_quiet_begin();
	seat->party->ended++;
	ls_touch(seat->party, LS_RELEASE_SHARED);
	return 0;
}

static _Bool party_is_over(const void *arg)
{
	const struct party *p = arg;

	return p->ended == p->nr;
}

static inline void party_run(struct kunit *test, const party_fn *fns, unsigned int nr)
{
	struct party *p = &party_now;
	unsigned int i;

	KUNIT_ASSERT_TRUE_MSG(test, ls_exploring(), "only for an explorer");
	KUNIT_ASSERT_LE(test, nr, PARTY_MAX);
	p->nr = nr;
	p->ended = 0;
	ls_quiet_begin();
	for (i = 0; i < nr; i++) {
		struct party_seat *seat = &p->seat[i];

		*seat = (struct party_seat){ .party = p, .fn = fns[i], .me = i };
		seat->task = ls_task_explore("party", seat, party_main, seat, "party");
		KUNIT_ASSERT_NOT_NULL(test, seat->task);
		get_task_struct(seat->task); /* for who sends it a signal */
	}
	ls_quiet_end();
	/* As one takes a lock: it could not come before any of the ends. */
	if (ls_point_wait(LS_OP_WAIT, p, LS_ACQUIRE, party_is_over, p, OS_NEVER) == LS_WAIT_STUCK)
		for (;;)
			os_park(&p->nr, nr, OS_NEVER);
	ls_quiet_begin();
	for (i = 0; i < nr; i++)
		put_task_struct(p->seat[i].task);
	ls_quiet_end();
}

#define party(test, fns...)                                                                        \
	do {                                                                                       \
		static const party_fn __fns[] = { fns };                                           \
                                                                                                   \
		party_run(test, __fns, ARRAY_SIZE(__fns));                                         \
	} while (0)

#endif /* ORACLE_PARTY_H */
