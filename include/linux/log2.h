/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>
#include <linux/bitops.h>

/*
 * Base 2 logarithms, rounded down (ilog2) or up (order_base_2); constants in,
 * constants out. ilog2(0) is -1 by way of the builtin's guard.
 */
#define ilog2(n)                                                                                   \
	((int)((n) ? (sizeof(n) <= 4 ? 31 - __builtin_clz((u32)(n) | !(n)) :                       \
				       63 - __builtin_clzll((u64)(n) | !(n))) : -1))
#define const_ilog2(n) ilog2(n)
#define __ilog2_u32(n) ilog2((u32)(n))
#define __ilog2_u64(n) ilog2((u64)(n))

static inline __attribute_const__ bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

#define order_base_2(n)      ((int)((n) > 1 ? ilog2((n) - 1) + 1 : 0))
#define bits_per(n)          ((int)((n) < 2 ? 1 : ilog2(n) + 1))
#define roundup_pow_of_two(n)   ((unsigned long)((n) <= 1 ? 1UL : 1UL << (ilog2((n) - 1) + 1)))
#define rounddown_pow_of_two(n) ((unsigned long)(1UL << ilog2(n)))
#define __roundup_pow_of_two(n)   roundup_pow_of_two(n)
#define __rounddown_pow_of_two(n) rounddown_pow_of_two(n)

#endif
