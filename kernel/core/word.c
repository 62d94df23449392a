// SPDX-License-Identifier: MIT
/*
 * The lock beneath all locks' checks. Held for a few instructions at a time.
 */
#include <lockstep/os.h>
#include "core.h"

/**
 * ls_word_lock() - take it
 * @lock: zeroed at first
 *
 * Context: Any; spins, and yields to whoever holds it.
 */
void ls_word_lock(struct ls_word *lock)
{
	unsigned int spins = 0;

	while (__atomic_exchange_n(&lock->word, 1, __ATOMIC_ACQUIRE)) {
		while (__atomic_load_n(&lock->word, __ATOMIC_RELAXED)) {
			if (++spins % 128 == 0)
				ls_seam->yield();
		}
	}
}

/**
 * ls_word_unlock() - let it go
 * @lock: held
 *
 * Context: Any.
 */
void ls_word_unlock(struct ls_word *lock)
{
	__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
