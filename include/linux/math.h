/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/const.h>

#define round_up(x, y)   ((((x) - 1) | ((typeof(x))((y) - 1))) + 1)
#define round_down(x, y) ((x) & ~((typeof(x))((y) - 1)))

#define DIV_ROUND_UP(n, d)      __KERNEL_DIV_ROUND_UP(n, d)
#define DIV_ROUND_UP_POW2(n, d) ((n) / (d) + !!((n) & ((d) - 1)))
#define DIV_ROUND_DOWN_ULL(ll, d) ((unsigned long long)(ll) / (d))
#define DIV_ROUND_UP_ULL(ll, d) DIV_ROUND_DOWN_ULL((unsigned long long)(ll) + (d) - 1, (d))
#define DIV_ROUND_UP_SECTOR_T(ll, d) DIV_ROUND_UP_ULL(ll, d)

#define roundup(x, y)                                                                              \
	({                                                                                         \
		typeof(y) __ru_y = y;                                                              \
		(((x) + (__ru_y - 1)) / __ru_y) * __ru_y;                                          \
	})
#define rounddown(x, y)                                                                            \
	({                                                                                         \
		typeof(x) __rd_x = (x);                                                            \
		__rd_x - (__rd_x % (y));                                                           \
	})
#define DIV_ROUND_CLOSEST(x, divisor)                                                              \
	({                                                                                         \
		typeof(x) __drc_x = x;                                                             \
		typeof(divisor) __drc_d = divisor;                                                 \
		(((typeof(x))-1) > 0 || ((typeof(divisor))-1) > 0 ||                               \
		 (((__drc_x) > 0) == ((__drc_d) > 0))) ?                                           \
			(((__drc_x) + ((__drc_d) / 2)) / (__drc_d)) :                              \
			(((__drc_x) - ((__drc_d) / 2)) / (__drc_d));                               \
	})
#define DIV_ROUND_CLOSEST_ULL(x, divisor) (((unsigned long long)(x) + (divisor) / 2) / (divisor))
#define mult_frac(x, n, d)                                                                         \
	({                                                                                         \
		typeof(x) __mf_x = (x);                                                            \
		typeof(n) __mf_n = (n);                                                            \
		typeof(d) __mf_d = (d);                                                            \
		typeof(__mf_x) __mf_q = __mf_x / __mf_d;                                           \
		typeof(__mf_x) __mf_r = __mf_x % __mf_d;                                           \
		__mf_q * __mf_n + __mf_r * __mf_n / __mf_d;                                        \
	})
#define sector_div(a, b)                                                                           \
	({                                                                                         \
		u32 __sd_b = (b);                                                                  \
		u32 __sd_rem = (a) % __sd_b;                                                       \
		(a) /= __sd_b;                                                                     \
		__sd_rem;                                                                          \
	})

/* The magnitude, in the signed type of the same size; exact for every value but the lowest. */
#define abs(x)                                                                                     \
	({                                                                                         \
		typeof((x) + 0) __abs_x = (x);                                                     \
		__abs_x < 0 ? -__abs_x : __abs_x;                                                  \
	})
#define abs_diff(a, b)                                                                             \
	({                                                                                         \
		typeof(a) __ad_a = (a);                                                            \
		typeof(b) __ad_b = (b);                                                            \
		__ad_a > __ad_b ? __ad_a - __ad_b : __ad_b - __ad_a;                               \
	})

static inline u32 reciprocal_scale(u32 val, u32 ep_ro)
{
	return (u32)(((u64)val * ep_ro) >> 32);
}

unsigned long int_sqrt(unsigned long x);
static inline u32 int_sqrt64(u64 x)
{
	return (u32)int_sqrt(x);
}
unsigned long gcd(unsigned long a, unsigned long b);
unsigned long lcm(unsigned long a, unsigned long b);
u64 int_pow(u64 base, unsigned int exp);

#endif
