/* SPDX-License-Identifier: MIT */
#ifndef _ASM_RWONCE_H
#define _ASM_RWONCE_H

#include <linux/compiler_types.h>
#include <lockstep/point.h>

/*
 * __READ_ONCE and __WRITE_ONCE touch memory exactly once and are what the
 * primitives use inside. READ_ONCE and WRITE_ONCE are also scheduling points.
 * ThreadSanitizer does not take a volatile access as an atomic one, hence the
 * second form.
 *
 * Under LS_RACES volatile accesses are marked ones. What is reached through a pointer that
 * was read so is ordered by the dependency: such a load counts as an acquire.
 */
#if LS_TSAN
typedef unsigned char __attribute__((__may_alias__)) ls_alias8;
typedef unsigned short __attribute__((__may_alias__)) ls_alias16;
typedef unsigned int __attribute__((__may_alias__)) ls_alias32;
typedef unsigned long __attribute__((__may_alias__)) ls_alias64;

static __always_inline void ls_load_once(const volatile void *p, void *to, unsigned long size)
{
	switch (size) {
	case 1:
		*(ls_alias8 *)to = __atomic_load_n((const volatile ls_alias8 *)p, __ATOMIC_RELAXED);
		break;
	case 2:
		*(ls_alias16 *)to = __atomic_load_n((const volatile ls_alias16 *)p, __ATOMIC_RELAXED);
		break;
	case 4:
		*(ls_alias32 *)to = __atomic_load_n((const volatile ls_alias32 *)p, __ATOMIC_RELAXED);
		break;
	case 8:
		*(ls_alias64 *)to = __atomic_load_n((const volatile ls_alias64 *)p, __ATOMIC_RELAXED);
		break;
	default:
		__builtin_memcpy(to, (const void *)p, size);
	}
}

static __always_inline void ls_store_once(volatile void *p, const void *from, unsigned long size)
{
	switch (size) {
	case 1:
		__atomic_store_n((volatile ls_alias8 *)p, *(const ls_alias8 *)from, __ATOMIC_RELAXED);
		break;
	case 2:
		__atomic_store_n((volatile ls_alias16 *)p, *(const ls_alias16 *)from,
				 __ATOMIC_RELAXED);
		break;
	case 4:
		__atomic_store_n((volatile ls_alias32 *)p, *(const ls_alias32 *)from,
				 __ATOMIC_RELAXED);
		break;
	case 8:
		__atomic_store_n((volatile ls_alias64 *)p, *(const ls_alias64 *)from,
				 __ATOMIC_RELAXED);
		break;
	default:
		__builtin_memcpy((void *)p, from, size);
	}
}

#define __READ_ONCE(x)                                                                             \
	({                                                                                         \
		union {                                                                            \
			__unqual_scalar_typeof(x) val;                                             \
			char raw[sizeof(x)];                                                       \
		} __ls_once;                                                                       \
		ls_load_once(&(x), __ls_once.raw, sizeof(x));                                      \
		__ls_once.val;                                                                     \
	})
#define __WRITE_ONCE(x, v)                                                                         \
	do {                                                                                       \
		union {                                                                            \
			typeof(x) val;                                                             \
			char raw[sizeof(x)];                                                       \
		} __ls_once = { .val = (typeof(x))(v) };                                           \
		ls_store_once(&(x), __ls_once.raw, sizeof(x));                                     \
	} while (0)
#else
#if LS_RACES
#define __ls_is_pointer(x) (__builtin_classify_type(x) == 5)
#define __READ_ONCE(x)                                                                             \
	__builtin_choose_expr(__ls_is_pointer(x),                                                  \
		__atomic_load_n(__builtin_choose_expr(__ls_is_pointer(x), &(x), (void **)0),       \
				__ATOMIC_CONSUME),                                                 \
		*(const volatile __unqual_scalar_typeof(x) *)&(x))
#else
#define __READ_ONCE(x) (*(const volatile __unqual_scalar_typeof(x) *)&(x))
#endif
#define __WRITE_ONCE(x, v)                                                                         \
	do {                                                                                       \
		*(volatile typeof(x) *)&(x) = (v);                                                 \
	} while (0)
#endif

#define READ_ONCE(x)                                                                               \
	({                                                                                         \
		typeof(x) *__ls_rd = (typeof(x) *)&(x);                                            \
		ls_point(LS_OP_LOAD, __ls_rd);                                                     \
		__READ_ONCE(*__ls_rd);                                                             \
	})

/* The value comes first: it may have points of its own, as in WRITE_ONCE(x, READ_ONCE(y) + 1). */
#define WRITE_ONCE(x, v)                                                                           \
	do {                                                                                       \
		typeof(x) *__ls_wr = &(x);                                                         \
		__unqual_scalar_typeof(x) __ls_wv = (v);                                           \
		ls_point(LS_OP_STORE, __ls_wr);                                                    \
		__WRITE_ONCE(*__ls_wr, __ls_wv);                                                   \
	} while (0)

#define READ_ONCE_NOCHECK(x)   __READ_ONCE(x)
#define READ_ONCE_STACK(x)     __READ_ONCE(x)

#endif
