/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_OVERFLOW_H
#define _LINUX_OVERFLOW_H

#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/limits.h>

#define __type_half_max(type) ((type)1 << (8 * sizeof(type) - 1 - is_signed_type(type)))
#define __type_max(T)         ((T)((__type_half_max(T) - 1) + __type_half_max(T)))
#define type_max(t)           __type_max(typeof(t))
#define __type_min(T)         ((T)((T)-type_max(T) - (T)1))
#define type_min(t)           __type_min(typeof(t))

static inline bool __must_check __must_check_overflow(bool overflow)
{
	return unlikely(overflow);
}

#define check_add_overflow(a, b, d) __must_check_overflow(__builtin_add_overflow(a, b, d))
#define check_sub_overflow(a, b, d) __must_check_overflow(__builtin_sub_overflow(a, b, d))
#define check_mul_overflow(a, b, d) __must_check_overflow(__builtin_mul_overflow(a, b, d))
#define wrapping_add(type, a, b)                                                                   \
	({                                                                                         \
		type __wr;                                                                         \
		__builtin_add_overflow(a, b, &__wr);                                               \
		__wr;                                                                              \
	})
#define wrapping_sub(type, a, b)                                                                   \
	({                                                                                         \
		type __wr;                                                                         \
		__builtin_sub_overflow(a, b, &__wr);                                               \
		__wr;                                                                              \
	})
#define wrapping_mul(type, a, b)                                                                   \
	({                                                                                         \
		type __wr;                                                                         \
		__builtin_mul_overflow(a, b, &__wr);                                               \
		__wr;                                                                              \
	})
#define check_shl_overflow(a, s, d)                                                                \
	__must_check_overflow(({                                                                   \
		typeof(a) __so_a = a;                                                              \
		typeof(s) __so_s = s;                                                              \
		typeof(d) __so_d = d;                                                              \
		unsigned long long __so_full = (unsigned long long)__so_a;                         \
		unsigned int __so_n = (__so_s >= 0 && __so_s < 8 * sizeof(*(d))) ?                 \
					      (unsigned int)__so_s : 0;                            \
		*__so_d = (typeof(*(d)))(__so_full << __so_n);                                     \
		(__so_n != __so_s || *__so_d < 0 || __so_a < 0 ||                                  \
		 ((unsigned long long)*__so_d >> __so_n) != __so_full);                            \
	}))

#define __overflows_type_val(n, T) __builtin_add_overflow_p(n, 0, (typeof(T))0)
#define overflows_type(n, T)       __builtin_add_overflow_p((n), 0, (typeof(T))0)
/* Whether each value of one integer type is a value of the other. */
#define __ls_signed(T) (((T)-1) < (T)1)
#define __ls_type_fits(from, to)                                                                   \
	(__ls_signed(from) == __ls_signed(to) ? sizeof(to) >= sizeof(from) :                       \
						!__ls_signed(from) && sizeof(to) > sizeof(from))
/* Constant in either case, as static_assert() asks for: by value if @n is, else by type. */
#define castable_to_type(n, T)                                                                     \
	__builtin_choose_expr(__is_constexpr(n), !overflows_type(n, T),                      \
			      __ls_type_fits(typeof(n), typeof(T)))

static inline size_t __must_check size_mul(size_t factor1, size_t factor2)
{
	size_t bytes;

	return check_mul_overflow(factor1, factor2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_add(size_t addend1, size_t addend2)
{
	size_t bytes;

	return check_add_overflow(addend1, addend2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_sub(size_t minuend, size_t subtrahend)
{
	size_t bytes;

	if (minuend == SIZE_MAX || subtrahend == SIZE_MAX ||
	    check_sub_overflow(minuend, subtrahend, &bytes))
		return SIZE_MAX;
	return bytes;
}

static inline size_t __must_check array3_size(size_t a, size_t b, size_t c)
{
	return size_mul(size_mul(a, b), c);
}

#define array_size(a, b) size_mul(a, b)
#define flex_array_size(p, member, count)                                                          \
	size_mul(count, sizeof(*(p)->member) + __must_be_array((p)->member))
#define struct_size(p, member, count)                                                              \
	__builtin_choose_expr(__is_constexpr(count),                                               \
			      sizeof(*(p)) + (count) * sizeof(*(p)->member),                       \
			      size_add(sizeof(*(p)), flex_array_size(p, member, count)))
#define struct_size_t(type, member, count) struct_size((type *)NULL, member, count)

#define _DEFINE_FLEX(type, name, member, count, initializer...)                                    \
	_Static_assert(__builtin_constant_p(count), "the count must be a constant");               \
	union {                                                                                    \
		u8 bytes[struct_size_t(type, member, count)];                                      \
		type obj;                                                                          \
	} name##_u initializer;                                                                    \
	type *name = (type *)&name##_u
#define DEFINE_RAW_FLEX(type, name, member, count) _DEFINE_FLEX(type, name, member, count, = {})
#define DEFINE_FLEX(type, name, member, counter, count)                                            \
	_DEFINE_FLEX(type, name, member, count, = { .obj.counter = count })

#endif
