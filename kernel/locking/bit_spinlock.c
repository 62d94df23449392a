// SPDX-License-Identifier: MIT
/*
 * Spinlocks of one bit. There is no word to park on, so waiting is yielding.
 */

#include <linux/bit_spinlock.h>
#include <linux/export.h>
#include "locking.h"

static unsigned long *ls_bit_word(int bitnum, unsigned long *addr, unsigned long *mask)
{
	*mask = 1UL << (bitnum % (8 * sizeof(long)));
	return addr + bitnum / (8 * sizeof(long));
}

static bool ls_bit_try(int bitnum, unsigned long *addr)
{
	unsigned long mask, *word = ls_bit_word(bitnum, addr, &mask);

	return !(__atomic_fetch_or(word, mask, __ATOMIC_ACQUIRE) & mask);
}

/**
 * bit_spin_lock() - take a bit
 * @bitnum: which
 * @addr: of the first word
 *
 * Context: Any that the lock is used in; preemption is off until it is released.
 */
void bit_spin_lock(int bitnum, unsigned long *addr)
{
	unsigned int i;

	ls_point(LS_OP_LOCK, addr);
	preempt_disable();
	for (i = 0; !ls_bit_try(bitnum, addr); i++) {
		if (ls_point_hook_now() || i >= LS_SPIN_ROUNDS) {
			ls_point(LS_OP_YIELD, addr);
			ls_seam->yield();
		} else {
			ls_pause();
		}
	}
}
EXPORT_SYMBOL(bit_spin_lock);

/**
 * bit_spin_trylock() - take a bit if it is free
 * @bitnum: which
 * @addr: of the first word
 *
 * Context: Any that the lock is used in.
 * Return: 1 if it was taken.
 */
int bit_spin_trylock(int bitnum, unsigned long *addr)
{
	ls_point(LS_OP_TRYLOCK, addr);
	preempt_disable();
	if (ls_bit_try(bitnum, addr))
		return 1;
	preempt_enable();
	return 0;
}
EXPORT_SYMBOL(bit_spin_trylock);

/**
 * bit_spin_unlock() - release a bit
 * @bitnum: which
 * @addr: of the first word
 *
 * Context: Any. BUG if it was not taken.
 */
void bit_spin_unlock(int bitnum, unsigned long *addr)
{
	unsigned long mask, *word = ls_bit_word(bitnum, addr, &mask);

	ls_point(LS_OP_UNLOCK, addr);
	BUG_ON(!(__atomic_load_n(word, __ATOMIC_RELAXED) & mask));
	__atomic_fetch_and(word, ~mask, __ATOMIC_RELEASE);
	preempt_enable();
}
EXPORT_SYMBOL(bit_spin_unlock);

/**
 * __bit_spin_unlock() - the same; others may change other bits of the word meanwhile here too
 * @bitnum: which
 * @addr: of the first word
 *
 * Context: Any. BUG if it was not taken.
 */
void __bit_spin_unlock(int bitnum, unsigned long *addr)
{
	bit_spin_unlock(bitnum, addr);
}
EXPORT_SYMBOL(__bit_spin_unlock);

/**
 * bit_spin_is_locked() - is a bit taken
 * @bitnum: which
 * @addr: of the first word
 *
 * Context: Any.
 * Return: 1 if it was taken.
 */
int bit_spin_is_locked(int bitnum, unsigned long *addr)
{
	unsigned long mask, *word = ls_bit_word(bitnum, addr, &mask);

	return !!(__atomic_load_n(word, __ATOMIC_RELAXED) & mask);
}
EXPORT_SYMBOL(bit_spin_is_locked);
