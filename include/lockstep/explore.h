/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_EXPLORE_H
#define LOCKSTEP_EXPLORE_H

#include "lockstep/point.h"

/**
 * DOC: what primitives tell an explorer
 *
 * An explorer runs tasks as fibres, one step at a time. A *step* is what a task does from one
 * scheduling point to the next; nobody else runs meanwhile. To know which steps can change
 * places without anybody seeing it, the explorer collects for each step its *footprint*: the
 * objects that it read or changed.
 *
 * A primitive is one operation:
 *
 *   ls_point(op, obj)	 announces it. The step begins here, and obj belongs to its
 *			 footprint: read by LS_OP_LOAD, changed by the others.
 *   ls_point_wait(...)	 the same for an operation that can wait. It returns when the task was
 *			 chosen and the operation can be done, so that the code behind it finds
 *			 the lock free, the completion done, the signal pending.
 *   ls_quiet_begin/end	 brackets its inside. Points in there are none; what they name is
 *			 added to the footprint of the step all the same. Code of a driver is never
 *			 called in between.
 *   ls_touch(obj, how)	 adds to the footprint what no point names: the word of a task that is
 *			 woken, the result of a trylock.
 *
 * Without an explorer each of these is one predicted branch.
 */

/**
 * enum ls_access - what a step does to an object
 *
 * What commutes: reads; shared acquires with each other and with shared releases; failed
 * trylocks with each other. Everything else on one object does not.
 */
enum ls_access {
	LS_NONE,
	LS_READ,
	LS_WRITE,
	LS_ACQUIRE,		/* took it for itself; it had waited or could have */
	LS_ACQUIRE_SHARED,
	LS_TRY,			/* took it for itself by a trylock, which could have failed */
	LS_TRY_SHARED,
	LS_TRY_FAILED,
	LS_RELEASE,
	LS_RELEASE_SHARED,
	LS_ACCESS_NR
};

/* What ls_point_wait() returns, beside 0. */
#define LS_WAIT_TIMEOUT	 1 /* the deadline came */
#define LS_WAIT_STUCK	 2 /* nobody will ever make it ready: go on and report it, or sleep for good */

typedef _Bool (*ls_ready_fn)(const void *arg);

/**
 * struct ls_explorer - an explorer, as primitives see it
 */
struct ls_explorer {
	/**
	 * @wait: A scheduling point of an operation on @obj that may wait. The task is chosen
	 * only when @ready(@arg) is true or the virtual clock has reached @deadline. @ready has no
	 * side effects; it is asked again whenever a step has changed @obj (or an object that
	 * was given to @also). @access goes into the footprint when 0 is returned.
	 */
	int (*wait)(enum ls_op op, const volatile void *obj, enum ls_access access,
		    ls_ready_fn ready, const void *arg, unsigned long long deadline);

	/** @also: The next wait() of this task is also asked again when @obj changes; twice at most. */
	void (*also)(const volatile void *obj);

	/** @touch: The running step does @access to @obj. */
	void (*touch)(const volatile void *obj, enum ls_access access);

	/** @quiet: Nesting of ls_quiet_begin() of the running task, changed by @by. */
	void (*quiet)(int by);

	/** @choose: One of @nr ways to go on, 0 to @nr - 1; all of them are explored. */
	unsigned int (*choose)(enum ls_op op, unsigned int nr);

	/**
	 * @spawn_id: The next task that the running step spawns is known by (@kind, @obj): one
	 * that runs a work, a timer, an RCU callback. Otherwise it is known by its creator and
	 * how many that one has made.
	 */
	void (*spawn_id)(const char *kind, const volatile void *obj);

	/** @progress: The running task got something done: what repeats from now on is no livelock. */
	void (*progress)(void);
};

extern const struct ls_explorer *ls_explorer; /* NULL: tasks are threads */

#define ls_exploring() __builtin_expect(__atomic_load_n(&ls_explorer, __ATOMIC_RELAXED) != 0, 0)

static inline int ls_point_wait(enum ls_op op, const volatile void *obj, enum ls_access access,
				ls_ready_fn ready, const void *arg, unsigned long long deadline)
{
	return ls_exploring() ? ls_explorer->wait(op, obj, access, ready, arg, deadline) : 0;
}

static inline void ls_touch(const volatile void *obj, enum ls_access access)
{
	if (ls_exploring())
		ls_explorer->touch(obj, access);
}

static inline void ls_quiet_begin(void)
{
	if (ls_exploring())
		ls_explorer->quiet(1);
}

static inline void ls_quiet_end(void)
{
	if (ls_exploring())
		ls_explorer->quiet(-1);
}

#endif /* LOCKSTEP_EXPLORE_H */
