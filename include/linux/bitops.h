/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/typecheck.h>
#include <linux/math.h>
#include <asm/barrier.h>

#define BITS_TO_LONGS(nr)  DIV_ROUND_UP(nr, BITS_PER_TYPE(long))
#define BITS_TO_U64(nr)    DIV_ROUND_UP(nr, BITS_PER_TYPE(u64))
#define BITS_TO_U32(nr)    DIV_ROUND_UP(nr, BITS_PER_TYPE(u32))
#define BITS_TO_BYTES(nr)  DIV_ROUND_UP(nr, BITS_PER_TYPE(char))
#define BYTES_TO_BITS(nb)  ((nb) * BITS_PER_BYTE)

/**
 * DOC: bit operations
 *
 * set_bit(), clear_bit() and change_bit() are atomic and unordered; the test_and_*
 * forms are atomic and fully ordered; the __ forms are neither, for memory that
 * nobody else sees. Bit @nr may lie in any word of the bitmap at @addr.
 */
#define __ls_bit_word(nr, addr) ((volatile unsigned long *)(addr) + BIT_WORD(nr))

static __always_inline void set_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	__atomic_fetch_or(__ls_bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	__atomic_fetch_and(__ls_bit_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	__atomic_fetch_xor(__ls_bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	return (__atomic_fetch_or(__ls_bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline bool test_and_set_bit_lock(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	return (__atomic_fetch_or(__ls_bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_ACQUIRE) &
		BIT_MASK(nr)) != 0;
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	return (__atomic_fetch_and(__ls_bit_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	return (__atomic_fetch_xor(__ls_bit_word(nr, addr), BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline void clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	ls_point(LS_OP_RMW, addr);
	__atomic_fetch_and(__ls_bit_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

#define __clear_bit_unlock(nr, addr) clear_bit_unlock(nr, addr)

static __always_inline bool test_bit(long nr, const volatile unsigned long *addr)
{
	ls_point(LS_OP_LOAD, addr);
	return (__atomic_load_n(__ls_bit_word(nr, addr), __ATOMIC_RELAXED) & BIT_MASK(nr)) != 0;
}

static __always_inline bool test_bit_acquire(long nr, const volatile unsigned long *addr)
{
	ls_point(LS_OP_LOAD, addr);
	return (__atomic_load_n(__ls_bit_word(nr, addr), __ATOMIC_ACQUIRE) & BIT_MASK(nr)) != 0;
}

static __always_inline void __set_bit(long nr, volatile unsigned long *addr)
{
	*(unsigned long *)__ls_bit_word(nr, addr) |= BIT_MASK(nr);
}

static __always_inline void __clear_bit(long nr, volatile unsigned long *addr)
{
	*(unsigned long *)__ls_bit_word(nr, addr) &= ~BIT_MASK(nr);
}

static __always_inline void __change_bit(long nr, volatile unsigned long *addr)
{
	*(unsigned long *)__ls_bit_word(nr, addr) ^= BIT_MASK(nr);
}

static __always_inline bool __test_and_set_bit(long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__ls_bit_word(nr, addr);
	bool old = (*word & BIT_MASK(nr)) != 0;

	*word |= BIT_MASK(nr);
	return old;
}

static __always_inline bool __test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__ls_bit_word(nr, addr);
	bool old = (*word & BIT_MASK(nr)) != 0;

	*word &= ~BIT_MASK(nr);
	return old;
}

static __always_inline void assign_bit(long nr, volatile unsigned long *addr, bool value)
{
	if (value)
		set_bit(nr, addr);
	else
		clear_bit(nr, addr);
}

static __always_inline void __assign_bit(long nr, volatile unsigned long *addr, bool value)
{
	if (value)
		__set_bit(nr, addr);
	else
		__clear_bit(nr, addr);
}

/* Position of bits: ffs and fls count from 1 and give 0 for 0, the __ forms count from 0. */
static __always_inline int ffs(int x)
{
	return __builtin_ffs(x);
}

static __always_inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static __always_inline unsigned int fls_long(unsigned long l)
{
	return fls64(l);
}

static __always_inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return 63 - __builtin_clzl(word);
}

static inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

#define ffz(x) __ffs(~(x))

static inline unsigned int hweight32(u32 w)
{
	return __builtin_popcount(w);
}

static inline unsigned long hweight64(u64 w)
{
	return __builtin_popcountll(w);
}

#define hweight8(w)   hweight32((u8)(w))
#define hweight16(w)  hweight32((u16)(w))
#define hweight_long(w) hweight64(w)

static inline int get_count_order(unsigned int count)
{
	return count ? fls(count - 1) : -1;
}

static inline int get_count_order_long(unsigned long l)
{
	return l ? (int)fls_long(l - 1) : -1;
}

static inline u64 rol64(u64 word, unsigned int shift)
{
	return (word << (shift & 63)) | (word >> ((-shift) & 63));
}

static inline u64 ror64(u64 word, unsigned int shift)
{
	return (word >> (shift & 63)) | (word << ((-shift) & 63));
}

static inline u32 rol32(u32 word, unsigned int shift)
{
	return (word << (shift & 31)) | (word >> ((-shift) & 31));
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << ((-shift) & 31));
}

static inline u16 rol16(u16 word, unsigned int shift)
{
	return (u16)((word << (shift & 15)) | (word >> ((-shift) & 15)));
}

static inline s32 sign_extend32(u32 value, int index)
{
	u8 shift = 31 - index;

	return (s32)(value << shift) >> shift;
}

static inline s64 sign_extend64(u64 value, int index)
{
	u8 shift = 63 - index;

	return (s64)(value << shift) >> shift;
}

#define set_mask_bits(ptr, mask, bits)                                                             \
	({                                                                                         \
		const typeof(*(ptr)) __smb_m = (mask), __smb_b = (bits);                           \
		typeof(*(ptr)) __smb_old = __READ_ONCE(*(ptr));                                    \
		ls_point(LS_OP_RMW, ptr);                                                          \
		while (!__atomic_compare_exchange_n((ptr), &__smb_old,                             \
						    (__smb_old & ~__smb_m) | __smb_b, false,       \
						    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))           \
			;                                                                          \
		__smb_old;                                                                         \
	})

#include <linux/find.h>

#endif
