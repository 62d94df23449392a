/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <asm/barrier.h>

/**
 * DOC: atomics
 *
 * atomic_t, atomic64_t and atomic_long_t. What returns nothing is unordered,
 * what returns a value is fully ordered, and _relaxed, _acquire and _release
 * say otherwise. Values wrap. Each call is one scheduling point.
 *
 * cmpxchg() and xchg() work on any naturally aligned scalar or pointer.
 */
#define ATOMIC_LONG_INIT(i) ATOMIC64_INIT(i)
typedef atomic64_t atomic_long_t;

#define LS_ATOMIC(pfx, T, V)                                                                       \
	static __always_inline V pfx##_read(const T *v)                                            \
	{                                                                                          \
		ls_point(LS_OP_LOAD, v);                                                           \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                             \
	}                                                                                          \
	static __always_inline V pfx##_read_acquire(const T *v)                                    \
	{                                                                                          \
		ls_point(LS_OP_LOAD, v);                                                           \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                             \
	}                                                                                          \
	static __always_inline void pfx##_set(T *v, V i)                                           \
	{                                                                                          \
		ls_point(LS_OP_STORE, v);                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                                \
	}                                                                                          \
	static __always_inline void pfx##_set_release(T *v, V i)                                   \
	{                                                                                          \
		ls_point(LS_OP_STORE, v);                                                          \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                                \
	}                                                                                          \
	static __always_inline bool pfx##_sub_and_test(V i, T *v)                                  \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_sub_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;                  \
	}                                                                                          \
	static __always_inline bool pfx##_dec_and_test(T *v)                                       \
	{                                                                                          \
		return pfx##_sub_and_test(1, v);                                                   \
	}                                                                                          \
	static __always_inline bool pfx##_inc_and_test(T *v)                                       \
	{                                                                                          \
		return pfx##_sub_and_test(-1, v);                                                  \
	}                                                                                          \
	static __always_inline bool pfx##_add_negative(V i, T *v)                                  \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST) < 0;                   \
	}                                                                                          \
	static __always_inline void pfx##_inc(T *v)                                                \
	{                                                                                          \
		pfx##_add(1, v);                                                                   \
	}                                                                                          \
	static __always_inline void pfx##_dec(T *v)                                                \
	{                                                                                          \
		pfx##_sub(1, v);                                                                   \
	}                                                                                          \
	static __always_inline V pfx##_fetch_add_unless(T *v, V a, V u)                            \
	{                                                                                          \
		V c;                                                                               \
                                                                                                   \
		ls_point(LS_OP_RMW, v);                                                            \
		c = __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                                \
		while (c != u && !__atomic_compare_exchange_n(&v->counter, &c,                     \
				(V)((unsigned V)c + (unsigned V)a), false,                         \
				__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))                               \
			;                                                                          \
		return c;                                                                          \
	}                                                                                          \
	static __always_inline bool pfx##_add_unless(T *v, V a, V u)                               \
	{                                                                                          \
		return pfx##_fetch_add_unless(v, a, u) != u;                                       \
	}                                                                                          \
	static __always_inline bool pfx##_inc_not_zero(T *v)                                       \
	{                                                                                          \
		return pfx##_add_unless(v, 1, 0);                                                  \
	}                                                                                          \
	static __always_inline bool pfx##_inc_unless_negative(T *v)                                \
	{                                                                                          \
		V c;                                                                               \
                                                                                                   \
		ls_point(LS_OP_RMW, v);                                                            \
		c = __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                                \
		while (c >= 0 && !__atomic_compare_exchange_n(&v->counter, &c, c + 1, false,       \
				__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))                               \
			;                                                                          \
		return c >= 0;                                                                     \
	}                                                                                          \
	static __always_inline V pfx##_dec_if_positive(T *v)                                       \
	{                                                                                          \
		V c;                                                                               \
                                                                                                   \
		ls_point(LS_OP_RMW, v);                                                            \
		c = __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                                \
		while (c > 0 && !__atomic_compare_exchange_n(&v->counter, &c, c - 1, false,        \
				__ATOMIC_SEQ_CST, __ATOMIC_RELAXED))                               \
			;                                                                          \
		return (V)((unsigned V)c - 1);                                                     \
	}

#define LS_ATOMIC_VOID(pfx, T, V, op, builtin)                                                     \
	static __always_inline void pfx##_##op(V i, T *v)                                          \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		__atomic_fetch_##builtin(&v->counter, i, __ATOMIC_RELAXED);                        \
	}
#define LS_ATOMIC_FETCH(pfx, T, V, op, builtin, sfx, order)                                        \
	static __always_inline V pfx##_fetch_##op##sfx(V i, T *v)                                  \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_fetch_##builtin(&v->counter, i, order);                            \
	}
#define LS_ATOMIC_RET(pfx, T, V, op, sfx, order)                                                   \
	static __always_inline V pfx##_##op##_return##sfx(V i, T *v)                               \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_##op##_fetch(&v->counter, i, order);                               \
	}
#define LS_ATOMIC_ONE(pfx, T, V, sfx)                                                              \
	static __always_inline V pfx##_inc_return##sfx(T *v)                                       \
	{                                                                                          \
		return pfx##_add_return##sfx(1, v);                                                \
	}                                                                                          \
	static __always_inline V pfx##_dec_return##sfx(T *v)                                       \
	{                                                                                          \
		return pfx##_sub_return##sfx(1, v);                                                \
	}                                                                                          \
	static __always_inline V pfx##_fetch_inc##sfx(T *v)                                        \
	{                                                                                          \
		return pfx##_fetch_add##sfx(1, v);                                                 \
	}                                                                                          \
	static __always_inline V pfx##_fetch_dec##sfx(T *v)                                        \
	{                                                                                          \
		return pfx##_fetch_sub##sfx(1, v);                                                 \
	}
#define LS_ATOMIC_XCHG(pfx, T, V, sfx, order, fail)                                                \
	static __always_inline V pfx##_xchg##sfx(T *v, V new)                                      \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_exchange_n(&v->counter, new, order);                               \
	}                                                                                          \
	static __always_inline V pfx##_cmpxchg##sfx(T *v, V old, V new)                            \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		__atomic_compare_exchange_n(&v->counter, &old, new, false, order, fail);           \
		return old;                                                                        \
	}                                                                                          \
	static __always_inline bool pfx##_try_cmpxchg##sfx(T *v, V *old, V new)                    \
	{                                                                                          \
		ls_point(LS_OP_RMW, v);                                                            \
		return __atomic_compare_exchange_n(&v->counter, old, new, false, order, fail);     \
	}

#define LS_ATOMIC_ORDER(pfx, T, V, sfx, order, fail)                                               \
	LS_ATOMIC_FETCH(pfx, T, V, add, add, sfx, order)                                           \
	LS_ATOMIC_FETCH(pfx, T, V, sub, sub, sfx, order)                                           \
	LS_ATOMIC_FETCH(pfx, T, V, or, or, sfx, order)                                             \
	LS_ATOMIC_FETCH(pfx, T, V, and, and, sfx, order)                                           \
	LS_ATOMIC_FETCH(pfx, T, V, xor, xor, sfx, order)                                           \
	LS_ATOMIC_RET(pfx, T, V, add, sfx, order)                                                  \
	LS_ATOMIC_RET(pfx, T, V, sub, sfx, order)                                                  \
	LS_ATOMIC_ONE(pfx, T, V, sfx)                                                              \
	LS_ATOMIC_XCHG(pfx, T, V, sfx, order, fail)

#define LS_ATOMIC_FAMILY(pfx, T, V)                                                                \
	LS_ATOMIC_VOID(pfx, T, V, add, add)                                                        \
	LS_ATOMIC_VOID(pfx, T, V, sub, sub)                                                        \
	LS_ATOMIC_VOID(pfx, T, V, or, or)                                                          \
	LS_ATOMIC_VOID(pfx, T, V, and, and)                                                        \
	LS_ATOMIC_VOID(pfx, T, V, xor, xor)                                                        \
	static __always_inline void pfx##_andnot(V i, T *v)                                        \
	{                                                                                          \
		pfx##_and(~i, v);                                                                  \
	}                                                                                          \
	LS_ATOMIC_ORDER(pfx, T, V, , __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)                           \
	LS_ATOMIC_ORDER(pfx, T, V, _acquire, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)                   \
	LS_ATOMIC_ORDER(pfx, T, V, _release, __ATOMIC_RELEASE, __ATOMIC_RELAXED)                   \
	LS_ATOMIC_ORDER(pfx, T, V, _relaxed, __ATOMIC_RELAXED, __ATOMIC_RELAXED)                   \
	LS_ATOMIC(pfx, T, V)

LS_ATOMIC_FAMILY(atomic, atomic_t, int)
LS_ATOMIC_FAMILY(atomic64, atomic64_t, long long)
LS_ATOMIC_FAMILY(atomic_long, atomic_long_t, long)

/* Plain accesses under another name: what runs before anybody else can look. */
#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))

#define __ls_xchg(ptr, val, order)                                                                 \
	({                                                                                         \
		typeof(ptr) __xc_p = (ptr);                                                        \
		__unqual_scalar_typeof(*(ptr)) __xc_v = (val);                                     \
		ls_point(LS_OP_RMW, __xc_p);                                                       \
		(typeof(*(ptr)))__atomic_exchange_n(__xc_p, __xc_v, order);                        \
	})
#define xchg(ptr, val)         __ls_xchg(ptr, val, __ATOMIC_SEQ_CST)
#define xchg_acquire(ptr, val) __ls_xchg(ptr, val, __ATOMIC_ACQUIRE)
#define xchg_release(ptr, val) __ls_xchg(ptr, val, __ATOMIC_RELEASE)
#define xchg_relaxed(ptr, val) __ls_xchg(ptr, val, __ATOMIC_RELAXED)

#define __ls_cmpxchg(ptr, old, new, order, fail)                                                   \
	({                                                                                         \
		typeof(ptr) __cx_p = (ptr);                                                        \
		__unqual_scalar_typeof(*(ptr)) __cx_old = (old);                                   \
		__unqual_scalar_typeof(*(ptr)) __cx_new = (new);                                   \
		ls_point(LS_OP_RMW, __cx_p);                                                       \
		__atomic_compare_exchange_n(__cx_p, &__cx_old, __cx_new, false, order, fail);      \
		(typeof(*(ptr)))__cx_old;                                                          \
	})
#define cmpxchg(ptr, old, new)         __ls_cmpxchg(ptr, old, new, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define cmpxchg_acquire(ptr, old, new) __ls_cmpxchg(ptr, old, new, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)
#define cmpxchg_release(ptr, old, new) __ls_cmpxchg(ptr, old, new, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define cmpxchg_relaxed(ptr, old, new) __ls_cmpxchg(ptr, old, new, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define cmpxchg_local(ptr, old, new)   cmpxchg_relaxed(ptr, old, new)
#define cmpxchg64(ptr, old, new)       cmpxchg(ptr, old, new)

#define __ls_try_cmpxchg(ptr, oldp, new, order, fail)                                              \
	({                                                                                         \
		typeof(ptr) __tc_p = (ptr);                                                        \
		__unqual_scalar_typeof(*(ptr)) __tc_new = (new);                                   \
		ls_point(LS_OP_RMW, __tc_p);                                                       \
		__atomic_compare_exchange_n(__tc_p, (oldp), __tc_new, false, order, fail);         \
	})
#define try_cmpxchg(ptr, oldp, new)         __ls_try_cmpxchg(ptr, oldp, new, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)
#define try_cmpxchg_acquire(ptr, oldp, new) __ls_try_cmpxchg(ptr, oldp, new, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)
#define try_cmpxchg_release(ptr, oldp, new) __ls_try_cmpxchg(ptr, oldp, new, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define try_cmpxchg_relaxed(ptr, oldp, new) __ls_try_cmpxchg(ptr, oldp, new, __ATOMIC_RELAXED, __ATOMIC_RELAXED)

#endif
