/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_POINT_H
#define LOCKSTEP_POINT_H

/**
 * DOC: scheduling points
 *
 * Each operation by which one task can observe another announces itself with
 * ls_point() before it takes effect: a primitive once per public call, never
 * for the words it is made of. Natively the hook is NULL and a point costs one
 * predicted branch. Primitives are therefore built on the ls_raw_* and
 * __atomic_* forms inside, which are no points.
 */

enum ls_op {
	LS_OP_LOAD,	/* READ_ONCE, atomic_read, rcu_dereference, smp_load_acquire */
	LS_OP_STORE,	/* WRITE_ONCE, atomic_set, rcu_assign_pointer, smp_store_release */
	LS_OP_RMW,	/* atomics and refcounts that read and write, bitops */
	LS_OP_LOCK,	/* mutex, ww_mutex, spinlock, rwsem: about to acquire */
	LS_OP_TRYLOCK,
	LS_OP_UNLOCK,
	LS_OP_WAIT,	/* about to sleep: schedule(), a wait queue, a completion, a fence */
	LS_OP_WAKE,
	LS_OP_QUEUE,	/* work, timer, irq_work, call_rcu handed to somebody else */
	LS_OP_FLUSH,	/* flush, cancel_sync, barrier, del_timer_sync */
	LS_OP_RCU,	/* outermost read lock or unlock, synchronize_rcu */
	LS_OP_ALLOC,	/* an allocation that may fail */
	LS_OP_YIELD,	/* cond_resched, cpu_relax, yield, kthread_should_stop */
	LS_OP_FREE,	/* memory is given back: an access to all that lies in it */
	LS_OP_DONE,	/* what others wait for has come to its end: a task, a completion */
};

/* The hook looks at the address, not at what is there: it may not be initialised yet. */
#if defined(__GNUC__) && !defined(__clang__)
#define LS_ADDRESS_ONLY __attribute__((access(none, 2)))
#else
#define LS_ADDRESS_ONLY
#endif

extern void (*ls_point_hook)(enum ls_op op, const volatile void *obj) LS_ADDRESS_ONLY;

/* Read once: whoever takes the hook away does not wait for tasks that just looked. */
#define ls_point_hook_now() __atomic_load_n(&ls_point_hook, __ATOMIC_ACQUIRE)

#ifdef LOCKSTEP_RACES
/* Out of line: an access that the module makes itself says what it orders. See lockstep/races.h. */
void ls_race_point(enum ls_op op, const volatile void *obj) LS_ADDRESS_ONLY;
#define ls_point(op, obj) ls_race_point((op), (const volatile void *)(obj))
#elif defined(LOCKSTEP_COVERAGE)
/* Its branch belongs to this header, not to each line that announces something. */
static inline void __ls_point(enum ls_op op, const volatile void *obj)
{
	__typeof__(ls_point_hook) hook = ls_point_hook_now();

	if (hook)
		hook(op, obj);
}
#define ls_point(op, obj) __ls_point((op), (const volatile void *)(obj))
#else
#define ls_point(op, obj)                                                                          \
	do {                                                                                       \
		__typeof__(ls_point_hook) __ls_hook = ls_point_hook_now();                         \
                                                                                                   \
		if (__builtin_expect(!!__ls_hook, 0))                                              \
			__ls_hook((op), (const volatile void *)(obj));                             \
	} while (0)
#endif /* LOCKSTEP_COVERAGE */

#endif /* LOCKSTEP_POINT_H */
