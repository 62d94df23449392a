/* SPDX-License-Identifier: MIT */
#ifndef DEEP_H
#define DEEP_H

/**
 * DOC: the long ways of locks, step by step
 *
 * To an explorer an operation on a lock is one step (kernel/locking/step.h). That is a
 * model. This header, forced in before the files of kernel/locking, makes each __atomic operation
 * of theirs a scheduling point instead, and lets them park as on a futex that wakes only who was
 * unparked. What such a copy can come to must be what the model can come to.
 *
 * Headers of the kernel world come first: what is atomic in them stays as it is.
 */

#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/instruction_pointer.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/ww_mutex.h>
#include <lockstep/boot.h>
#include <lockstep/checks.h>
#include <lockstep/explore.h>
#include <lockstep/os.h>
#include <lockstep/point.h>

#define LS_DEEP
#define LS_SPIN_ROUNDS 1 /* one thread: nothing changes while it spins */

void deep_point(enum ls_op op, const volatile void *addr);
int deep_park(const unsigned int *word, unsigned int expect);
void deep_unpark(const unsigned int *word, int nr);

/* No points but the atomics, and no checks: lockdep would take its own words between them. */
#undef ls_point
#define ls_point(op, obj) ((void)(obj))
#undef ls_point_hook_now
#define ls_point_hook_now() true
#undef ls_checking
#define ls_checking(bit) false

#define os_park(word, expect, deadline) deep_park(word, expect)
#define os_unpark(word, nr)		deep_unpark(word, nr)

#define DEEP(op, p, operation)                                                                     \
	({                                                                                         \
		deep_point(op, p);                                                                 \
		operation;                                                                         \
	})

#define __atomic_load_n(p, o)	     DEEP(LS_OP_LOAD, p, __atomic_load_n(p, o))
#define __atomic_store_n(p, v, o)    DEEP(LS_OP_STORE, p, __atomic_store_n(p, v, o))
#define __atomic_exchange_n(p, v, o) DEEP(LS_OP_RMW, p, __atomic_exchange_n(p, v, o))
#define __atomic_add_fetch(p, v, o)  DEEP(LS_OP_RMW, p, __atomic_add_fetch(p, v, o))
#define __atomic_sub_fetch(p, v, o)  DEEP(LS_OP_RMW, p, __atomic_sub_fetch(p, v, o))
#define __atomic_or_fetch(p, v, o)   DEEP(LS_OP_RMW, p, __atomic_or_fetch(p, v, o))
#define __atomic_and_fetch(p, v, o)  DEEP(LS_OP_RMW, p, __atomic_and_fetch(p, v, o))
#define __atomic_fetch_and(p, v, o)  DEEP(LS_OP_RMW, p, __atomic_fetch_and(p, v, o))
#define __atomic_fetch_or(p, v, o)   DEEP(LS_OP_RMW, p, __atomic_fetch_or(p, v, o))
#define __atomic_compare_exchange_n(p, old, v, weak, s, f)                                         \
	DEEP(LS_OP_RMW, p, __atomic_compare_exchange_n(p, old, v, weak, s, f))

#endif /* DEEP_H */
