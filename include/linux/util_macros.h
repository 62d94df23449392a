/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_UTIL_MACROS_H
#define _LINUX_UTIL_MACROS_H

#include <linux/args.h>
#include <linux/compiler.h>
#include <linux/overflow.h>
#include <linux/typecheck.h>

/* An address made of a u64 from user space, and whether a u64 is one. */
#define u64_to_user_ptr(x) ({ typecheck(u64, (x)); (void __user *)(uintptr_t)(x); })
#define ptr_to_u64(ptr)    ((u64)(uintptr_t)(ptr))

#define PTR_IF(cond, ptr)  ((cond) ? (ptr) : NULL)
#define find_closest(x, a, as)                                                                     \
	({                                                                                         \
		typeof(as) __fc_i, __fc_best = 0;                                                  \
		for (__fc_i = 1; __fc_i < (as); __fc_i++)                                          \
			if (abs((long)(x) - (long)(a)[__fc_i]) <                                   \
			    abs((long)(x) - (long)(a)[__fc_best]))                                 \
				__fc_best = __fc_i;                                                \
		__fc_best;                                                                         \
	})
#define is_insidevar(ptr, var)                                                                     \
	((uintptr_t)(ptr) >= (uintptr_t)(var) && (uintptr_t)(ptr) < (uintptr_t)(var) + sizeof(var))

#endif
