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

static bool ls_bit_is_set(int bitnum, unsigned long *addr)
{
	unsigned long mask, *word = ls_bit_word(bitnum, addr, &mask);

	return __atomic_load_n(word, __ATOMIC_RELAXED) & mask;
}

/* The word, as points name it: other bits of it are changed by atomics. */
static const void *ls_bit_object(int bitnum, unsigned long *addr)
{
	return addr + bitnum / (8 * sizeof(long));
}

struct ls_bit {
	int bitnum;
	unsigned long *addr;
};

static bool ls_bit_is_free(const void *arg)
{
	const struct ls_bit *b = arg;

	return !ls_bit_is_set(b->bitnum, b->addr);
}

/*
 * About to take a bit, under an explorer. With nobody left who could clear it there is no
 * owner to tell of: the task parks, and the explorer says who waits for what.
 */
static noinline void ls_bit_step(int bitnum, unsigned long *addr)
{
	struct ls_bit b = { .bitnum = bitnum, .addr = addr };
	const void *word = ls_bit_object(bitnum, addr);

	if (!ls_stepping()) {
		ls_point(LS_OP_LOCK, word);
		return;
	}
	while (ls_step_wait(word, TASK_UNINTERRUPTIBLE, ls_bit_is_free, &b, OS_NEVER) ==
	       LS_WAIT_STUCK)
		os_park(word, *(const unsigned int *)word, OS_NEVER);
	ls_step_touch(word, LS_ACQUIRE);
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
	unsigned int i = 0;

	preempt_disable();
	if (unlikely(ls_point_hook_now()))
		ls_bit_step(bitnum, addr);
	while (!ls_bit_try(bitnum, addr)) {
		if (ls_point_hook_now() || i >= LS_SPIN_ROUNDS) {
			ls_point(LS_OP_YIELD, addr);
			ls_seam->yield();
		} else {
			i++;
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
	ls_point(LS_OP_TRYLOCK, ls_bit_object(bitnum, addr));
	preempt_disable();
	if (ls_bit_try(bitnum, addr)) {
		ls_step_touch(ls_bit_object(bitnum, addr), LS_TRY);
		return 1;
	}
	ls_step_touch(ls_bit_object(bitnum, addr), LS_TRY_FAILED);
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

	/* The word is other bits as well, whose locks are not given by this. */
	ls_step_release(word, true, LS_WRITE);
	BUG_ON(!(__atomic_load_n(word, __ATOMIC_RELAXED) & mask));
	__atomic_fetch_and(word, ~mask, __ATOMIC_RELEASE);
	if (ls_stepping())
		os_unpark((unsigned int *)word, INT_MAX);
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
	ls_point(LS_OP_LOAD, ls_bit_object(bitnum, addr));
	return ls_bit_is_set(bitnum, addr);
}
EXPORT_SYMBOL(bit_spin_is_locked);
