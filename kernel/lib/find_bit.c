// SPDX-License-Identifier: MIT
/* Searching bitmaps, a word at a time. */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/find.h>
#include <linux/kernel.h>

/* Others may be setting bits of the same word. */
static inline unsigned long word(const unsigned long *addr, unsigned long nr)
{
	return __atomic_load_n(&addr[nr], __ATOMIC_RELAXED);
}

/* The first set bit of EXPR(n) over words n, from @offset on; @size if there is none. */
#define FIND_NEXT(size, offset, EXPR)                                                              \
	({                                                                                         \
		unsigned long __n = (offset) / BITS_PER_LONG, __found = (size);                    \
		if ((offset) < (size)) {                                                           \
			unsigned long __w = (EXPR) & (~0UL << ((offset) % BITS_PER_LONG));         \
			while (!__w && (__n + 1) * BITS_PER_LONG < (size)) {                       \
				__n++;                                                             \
				__w = (EXPR);                                                      \
			}                                                                          \
			if (__w)                                                                   \
				__found = min(__n * BITS_PER_LONG + __builtin_ctzl(__w),           \
					      (unsigned long)(size));                              \
		}                                                                                  \
		__found;                                                                           \
	})

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset)
{
	return FIND_NEXT(size, offset, word(addr, __n));
}
EXPORT_SYMBOL(find_next_bit);

unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset)
{
	return FIND_NEXT(size, offset, ~word(addr, __n));
}
EXPORT_SYMBOL(find_next_zero_bit);

unsigned long find_next_and_bit(const unsigned long *addr1, const unsigned long *addr2,
				unsigned long size, unsigned long offset)
{
	return FIND_NEXT(size, offset, word(addr1, __n) & word(addr2, __n));
}
EXPORT_SYMBOL(find_next_and_bit);

unsigned long find_next_andnot_bit(const unsigned long *addr1, const unsigned long *addr2,
				   unsigned long size, unsigned long offset)
{
	return FIND_NEXT(size, offset, word(addr1, __n) & ~word(addr2, __n));
}
EXPORT_SYMBOL(find_next_andnot_bit);

unsigned long find_last_bit(const unsigned long *addr, unsigned long size)
{
	unsigned long bit = size;

	while (bit) {
		unsigned long start = (bit - 1) / BITS_PER_LONG * BITS_PER_LONG;
		unsigned long w = word(addr, start / BITS_PER_LONG);

		w &= ~0UL >> (BITS_PER_LONG - (bit - start));
		if (w)
			return start + BITS_PER_LONG - 1 - __builtin_clzl(w);
		bit = start;
	}
	return size;
}
EXPORT_SYMBOL(find_last_bit);
