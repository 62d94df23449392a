/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <linux/compiler_types.h>
#include <linux/types.h>
#include <linux/kcsan-checks.h>
#include <asm/rwonce.h>

#define likely(x)           __builtin_expect(!!(x), 1)
#define unlikely(x)         __builtin_expect(!!(x), 0)
#define likely_notrace(x)   likely(x)
#define unlikely_notrace(x) unlikely(x)

#define barrier()           __asm__ __volatile__("" : : : "memory")
#define barrier_data(ptr)   __asm__ __volatile__("" : : "r"(ptr) : "memory")
#define barrier_before_unreachable() ((void)0)
#define unreachable()       __builtin_unreachable()
#define OPTIMIZER_HIDE_VAR(var) __asm__("" : "=r"(var) : "0"(var))
#define RELOC_HIDE(ptr, off)                                                                       \
	({                                                                                         \
		unsigned long __ls_rh = (unsigned long)(ptr);                                      \
		OPTIMIZER_HIDE_VAR(__ls_rh);                                                       \
		(typeof(ptr))(__ls_rh + (off));                                                    \
	})
#define absolute_pointer(val) RELOC_HIDE((void *)(val), 0)

#define __UNIQUE_ID(prefix) __PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)

/* A race that is meant to be there: @expr is not checked. */
#if LS_RACES
#define data_race(expr)                                                                            \
	({                                                                                         \
		ls_race_suspend(1);                                                                \
		typeof(({ expr; })) __ls_dr = ({ expr; });                                         \
		ls_race_suspend(-1);                                                               \
		__ls_dr;                                                                           \
	})
#else
#define data_race(expr)     (expr)
#endif
#define __must_be_array(a)                                                                         \
	((int)sizeof(struct {                                                                      \
		int : (-!!__builtin_types_compatible_p(typeof(a), typeof(&(a)[0])));               \
	}))
#define is_signed_type(type)   (((type)(-1)) < (__force type)1)
#define is_unsigned_type(type) (!is_signed_type(type))
#define __is_constexpr(x)                                                                          \
	(sizeof(int) == sizeof(*(8 ? ((void *)((long)(x) * 0l)) : (int *)8)))
#define statically_true(x)  (__builtin_constant_p(x) && (x))
#define prevent_tail_call_optimization() barrier()
#define __ADDRESSABLE(sym)
#define offset_to_ptr(off)  ((void *)((unsigned long)(off) + *(off)))
#define uninitialized_var(x) x = x

#define KENTRY(sym)
#define __annotate_jump_table

#endif
