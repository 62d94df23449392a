/* SPDX-License-Identifier: MIT */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

/*
 * TSan does not model fences (and gcc warns of __atomic_thread_fence()): what tells it the
 * order of data is always an atomic as well. The machine needs the fence all the same.
 */
#if LS_RACES
/* The runtime's own: it makes the fence, and tells who looks for races of it. */
void __tsan_atomic_thread_fence(int order);
#define __ls_fence(order) __tsan_atomic_thread_fence(order)
#elif LS_TSAN
#define __ls_fence(order) __sync_synchronize()
#else
#define __ls_fence(order) __atomic_thread_fence(order)
#endif

#define mb()      __ls_fence(__ATOMIC_SEQ_CST)
#define rmb()     __ls_fence(__ATOMIC_ACQUIRE)
#define wmb()     __ls_fence(__ATOMIC_RELEASE)
#define smp_mb()  mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#define dma_mb()  mb()
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define io_stop_wc() barrier()
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic()  smp_mb()
#define smp_mb__after_spinlock() smp_mb()
#define smp_mb__after_unlock_lock() smp_mb()
#define smp_read_barrier_depends() ((void)0)
#define smp_acquire__after_ctrl_dep() smp_rmb()

#define smp_load_acquire(p)                                                                        \
	({                                                                                         \
		typeof(p) __ls_la = (p);                                                           \
		ls_point(LS_OP_LOAD, __ls_la);                                                     \
		(typeof(*(p)))__atomic_load_n(__ls_la, __ATOMIC_ACQUIRE);                          \
	})
#define smp_store_release(p, v)                                                                    \
	do {                                                                                       \
		typeof(p) __ls_sr = (p);                                                           \
		typeof(*(p)) __ls_srv = (v);                                                       \
		ls_point(LS_OP_STORE, __ls_sr);                                                    \
		__atomic_store_n(__ls_sr, __ls_srv, __ATOMIC_RELEASE);                             \
	} while (0)
#define smp_store_mb(var, value)                                                                   \
	do {                                                                                       \
		__unqual_scalar_typeof(var) __ls_mbv = (value);                                    \
		ls_point(LS_OP_STORE, &(var));                                                     \
		__atomic_store_n(&(var), __ls_mbv, __ATOMIC_SEQ_CST);                              \
	} while (0)
#define smp_cond_load_relaxed(ptr, cond_expr)                                                      \
	({                                                                                         \
		typeof(ptr) __ls_cl = (ptr);                                                       \
		__unqual_scalar_typeof(*ptr) VAL;                                                  \
		for (;;) {                                                                         \
			VAL = READ_ONCE(*__ls_cl);                                                 \
			if (cond_expr)                                                             \
				break;                                                             \
			cpu_relax();                                                               \
		}                                                                                  \
		(typeof(*ptr))VAL;                                                                 \
	})
#define smp_cond_load_acquire(ptr, cond_expr)                                                      \
	({                                                                                         \
		typeof(ptr) __ls_ca = (ptr);                                                       \
		__unqual_scalar_typeof(*ptr) VAL;                                                  \
		for (;;) {                                                                         \
			VAL = smp_load_acquire(__ls_ca);                                           \
			if (cond_expr)                                                             \
				break;                                                             \
			cpu_relax();                                                               \
		}                                                                                  \
		(typeof(*ptr))VAL;                                                                 \
	})

#endif
