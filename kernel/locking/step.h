/* SPDX-License-Identifier: MIT */
#ifndef LS_LOCKING_STEP_H
#define LS_LOCKING_STEP_H

/*
 * An operation on a lock is one step of an explorer (lockstep/explore.h).
 *
 * ls_step_lock() returns when the lock can be taken, so that the code behind it takes the
 * short way and its wait list stays empty. That is exact as long as nobody can see a
 * task wait: one that came early and waited cannot be told from one that came just
 * in time. Where it can be seen, coming and being let in are two steps: a context of a
 * w/w class makes others die, a writer of a semaphore keeps readers out.
 *
 * The validator looks before the step, as it does before a task sleeps. With nobody left who
 * could release the lock the task goes the long way, where the circle is found and reported.
 *
 * LS_DEEP: the long ways themselves are explored (tests/explore/deep).
 */

#include <linux/sched.h>
#include <linux/sched/wake_q.h>
#include <lockstep/explore.h>
#include <lockstep/os.h>

#ifdef LS_DEEP
#define ls_stepping()  false
#define ls_step_hook() false
#else
#define ls_stepping()  ls_exploring()
#define ls_step_hook() ls_point_hook_now()
#endif

int ls_step_wait(const void *lock, unsigned int state, ls_ready_fn ready, const void *arg,
		 os_ns deadline);
enum ls_access ls_step_access(unsigned int state, enum ls_access access);
bool __ls_step_lock(const void *lock, unsigned int state, ls_ready_fn is_free,
		    enum ls_access access);
void ls_step_release_point(const void *lock);

/**
 * ls_step_lock() - about to take a lock: a scheduling point
 * @lock: the lock
 * @state: how the task would sleep
 * @is_free: can it be taken now; called with @lock
 * @access: what taking it is
 */
static __always_inline void ls_step_lock(const void *lock, unsigned int state, ls_ready_fn is_free,
					 enum ls_access access)
{
	if (unlikely(ls_step_hook()))
		__ls_step_lock(lock, state, is_free, access);
}

/**
 * ls_step_touch() - what the running step turned out to do with a lock
 * @lock: the lock, or what belongs to it
 * @access: what
 */
static __always_inline void ls_step_touch(const void *lock, enum ls_access access)
{
	if (ls_stepping())
		ls_explorer->touch(lock, access);
}

/**
 * ls_step_release() - about to release a lock: a scheduling point
 * @lock: the lock
 * @mine: does the current task hold it; looked at when the task was chosen
 * @access: what releasing it is
 *
 * What is released by who does not hold it is not given to anyone: who takes it later could have
 * come before. And whether others hold it then is a matter of what they do.
 */
#define ls_step_release(lock, mine, access)                                                        \
	do {                                                                                       \
		if (unlikely(ls_step_hook())) {                                                    \
			ls_step_release_point(lock);                                               \
			ls_step_touch(lock, (mine) ? (access) : LS_WRITE);                         \
		}                                                                                  \
	} while (0)

/**
 * ls_step_wake() - collect a task that waits for a lock
 * @wake_q: where
 * @task: the task
 *
 * One that waits at a point does not sleep: it is asked again because of what was touched.
 */
static __always_inline void ls_step_wake(struct wake_q_head *wake_q, struct task_struct *task)
{
	if (ls_stepping() && __atomic_load_n(&task->__state, __ATOMIC_RELAXED) == TASK_RUNNING)
		return;
	wake_q_add(wake_q, task);
}

#endif /* LS_LOCKING_STEP_H */
