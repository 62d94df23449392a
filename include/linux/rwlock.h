/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_RWLOCK_H
#define __LINUX_RWLOCK_H

#include <linux/rwlock_types.h>
#include <linux/typecheck.h>

/**
 * DOC: reader-writer spinlocks
 *
 * Any number of readers, or one writer. A reader may take the lock again while
 * it has it, also in an interrupt. Preemption is off while it is held.
 */

void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key);

#define rwlock_init(lock)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__rwlock_init((lock), #lock, &__key);                                              \
	} while (0)

void read_lock(rwlock_t *lock);
void write_lock(rwlock_t *lock);
void write_lock_nested(rwlock_t *lock, int subclass);
int read_trylock(rwlock_t *lock);
int write_trylock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);

void read_lock_irq(rwlock_t *lock);
void read_lock_bh(rwlock_t *lock);
void write_lock_irq(rwlock_t *lock);
void write_lock_bh(rwlock_t *lock);
void read_unlock_irq(rwlock_t *lock);
void read_unlock_bh(rwlock_t *lock);
void write_unlock_irq(rwlock_t *lock);
void write_unlock_bh(rwlock_t *lock);

unsigned long _raw_read_lock_irqsave(rwlock_t *lock);
unsigned long _raw_write_lock_irqsave(rwlock_t *lock);
void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags);
void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags);

bool rwlock_is_contended(rwlock_t *lock);

#define read_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		flags = _raw_read_lock_irqsave(lock);                                              \
	} while (0)

#define write_lock_irqsave(lock, flags)                                                            \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		flags = _raw_write_lock_irqsave(lock);                                             \
	} while (0)

bool _raw_write_trylock_irqsave(rwlock_t *lock, unsigned long *flags);
#define write_trylock_irqsave(lock, flags) _raw_write_trylock_irqsave(lock, &(flags))

#endif /* __LINUX_RWLOCK_H */
