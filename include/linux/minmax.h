/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/types.h>

/*
 * Each argument is evaluated once, in a temporary of its own type, unless all
 * are constants: then the result is a constant expression too.
 */
#define __ls_less(x, y) ((x) < (y) ? (x) : (y))
#define __ls_more(x, y) ((x) > (y) ? (x) : (y))
#define __ls_pick_once(pick, x, y, ux, uy)                                                         \
	({                                                                                         \
		__auto_type ux = (x);                                                              \
		__auto_type uy = (y);                                                              \
		pick(ux, uy);                                                                      \
	})
#define __ls_pick(pick, x, y)                                                                      \
	__builtin_choose_expr(__is_constexpr(x) && __is_constexpr(y), pick(x, y),                  \
			      __ls_pick_once(pick, x, y, __UNIQUE_ID(x_), __UNIQUE_ID(y_)))

#define min(x, y)          __ls_pick(__ls_less, x, y)
#define max(x, y)          __ls_pick(__ls_more, x, y)
#define umin(x, y)         min((x) + 0u + 0ul + 0ull, (y) + 0u + 0ul + 0ull)
#define umax(x, y)         max((x) + 0u + 0ul + 0ull, (y) + 0u + 0ul + 0ull)
#define min_t(type, x, y)  __ls_pick(__ls_less, (type)(x), (type)(y))
#define max_t(type, x, y)  __ls_pick(__ls_more, (type)(x), (type)(y))
#define min3(x, y, z)      min((typeof(x))min(x, y), z)
#define max3(x, y, z)      max((typeof(x))max(x, y), z)
#define MIN(a, b)          __ls_less(a, b)
#define MAX(a, b)          __ls_more(a, b)
#define MIN_T(type, a, b)  __ls_less((type)(a), (type)(b))
#define MAX_T(type, a, b)  __ls_more((type)(a), (type)(b))

#define min_not_zero(x, y)                                                                         \
	({                                                                                         \
		typeof(x) __mnz_x = (x);                                                           \
		typeof(y) __mnz_y = (y);                                                           \
		__mnz_x == 0 ? __mnz_y : ((__mnz_y == 0) ? __mnz_x : min(__mnz_x, __mnz_y));       \
	})

#define clamp(val, lo, hi)          min((typeof(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi)  min_t(type, max_t(type, val, lo), hi)
#define clamp_val(val, lo, hi)      clamp_t(typeof(val), val, lo, hi)

static inline bool in_range64(u64 val, u64 start, u64 len)
{
	return (val - start) < len;
}

static inline bool in_range32(u32 val, u32 start, u32 len)
{
	return (val - start) < len;
}

#define in_range(val, start, len) in_range64(val, start, len)

#define swap(a, b)                                                                                 \
	do {                                                                                       \
		typeof(a) __swap_tmp = (a);                                                        \
		(a) = (b);                                                                         \
		(b) = __swap_tmp;                                                                  \
	} while (0)

#define __minmax_array(op, array, len)                                                             \
	({                                                                                         \
		typeof(&(array)[0]) __mma_p = (array);                                             \
		typeof(len) __mma_n = (len);                                                       \
		__unqual_scalar_typeof((array)[0]) __mma_v = __mma_p[--__mma_n];                   \
		while (__mma_n--)                                                                  \
			__mma_v = op(__mma_v, __mma_p[__mma_n]);                                   \
		__mma_v;                                                                           \
	})
#define min_array(array, len) __minmax_array(min, array, len)
#define max_array(array, len) __minmax_array(max, array, len)

#endif
