/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_SPINLOCK_H
#define __LINUX_SPINLOCK_H

#include <linux/typecheck.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/stringify.h>
#include <linux/lockdep.h>
#include <linux/spinlock_types.h>
#include <linux/rwlock.h>
#include <linux/cleanup.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/atomic.h>
#include <asm/barrier.h>

/**
 * DOC: spinlocks
 *
 * A task that holds one must not sleep: preemption is counted off meanwhile, and
 * with the _irq and _bh forms interrupts or softirqs of this task are off too. A
 * contended lock spins for a moment and then parks on its own word.
 *
 * Everything is a function of the library, so that another seam can run the same module.
 */

void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name, struct lock_class_key *key,
			  short inner);

#define raw_spin_lock_init(lock)                                                                   \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__raw_spin_lock_init((lock), #lock, &__key, LD_WAIT_SPIN);                         \
	} while (0)

void _raw_spin_lock(raw_spinlock_t *lock);
void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass);
void _raw_spin_lock_nest_lock(raw_spinlock_t *lock, struct lockdep_map *nest_lock);
void _raw_spin_lock_bh(raw_spinlock_t *lock);
void _raw_spin_lock_irq(raw_spinlock_t *lock);
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock);
unsigned long _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass);
int _raw_spin_trylock(raw_spinlock_t *lock);
int _raw_spin_trylock_bh(raw_spinlock_t *lock);
int _raw_spin_trylock_irq(raw_spinlock_t *lock);
int _raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long *flags);
void _raw_spin_unlock(raw_spinlock_t *lock);
void _raw_spin_unlock_bh(raw_spinlock_t *lock);
void _raw_spin_unlock_irq(raw_spinlock_t *lock);
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags);

static inline bool raw_spin_is_locked(const raw_spinlock_t *lock)
{
	ls_point(LS_OP_LOAD, lock);
	return __atomic_load_n(&lock->raw_lock.val, __ATOMIC_RELAXED) != 0;
}

static inline bool raw_spin_is_contended(const raw_spinlock_t *lock)
{
	ls_point(LS_OP_LOAD, lock);
	return __atomic_load_n(&lock->raw_lock.val, __ATOMIC_RELAXED) == 2;
}

#define raw_spin_lock(lock)			_raw_spin_lock(lock)
#define raw_spin_lock_nested(lock, subclass)	_raw_spin_lock_nested(lock, subclass)
#define raw_spin_lock_nest_lock(lock, nest_lock)                                                   \
	_raw_spin_lock_nest_lock(lock, &(nest_lock)->dep_map)
#define raw_spin_lock_irq(lock)			_raw_spin_lock_irq(lock)
#define raw_spin_lock_bh(lock)			_raw_spin_lock_bh(lock)
#define raw_spin_trylock(lock)			_raw_spin_trylock(lock)
#define raw_spin_trylock_bh(lock)		_raw_spin_trylock_bh(lock)
#define raw_spin_trylock_irq(lock)		_raw_spin_trylock_irq(lock)
#define raw_spin_trylock_irqsave(lock, flags)	_raw_spin_trylock_irqsave(lock, &(flags))
#define raw_spin_unlock(lock)			_raw_spin_unlock(lock)
#define raw_spin_unlock_irq(lock)		_raw_spin_unlock_irq(lock)
#define raw_spin_unlock_bh(lock)		_raw_spin_unlock_bh(lock)

#define raw_spin_lock_irqsave(lock, flags)                                                         \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		flags = _raw_spin_lock_irqsave(lock);                                              \
	} while (0)

#define raw_spin_lock_irqsave_nested(lock, flags, subclass)                                        \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		flags = _raw_spin_lock_irqsave_nested(lock, subclass);                             \
	} while (0)

#define raw_spin_unlock_irqrestore(lock, flags)                                                    \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		_raw_spin_unlock_irqrestore(lock, flags);                                          \
	} while (0)

static __always_inline raw_spinlock_t *spinlock_check(spinlock_t *lock)
{
	return &lock->rlock;
}

#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__raw_spin_lock_init(spinlock_check(lock), #lock, &__key, LD_WAIT_CONFIG);         \
	} while (0)

static __always_inline void spin_lock(spinlock_t *lock)
{
	raw_spin_lock(&lock->rlock);
}

static __always_inline void spin_lock_bh(spinlock_t *lock)
{
	raw_spin_lock_bh(&lock->rlock);
}

static __always_inline void spin_lock_irq(spinlock_t *lock)
{
	raw_spin_lock_irq(&lock->rlock);
}

static __always_inline int spin_trylock(spinlock_t *lock)
{
	return raw_spin_trylock(&lock->rlock);
}

static __always_inline int spin_trylock_bh(spinlock_t *lock)
{
	return raw_spin_trylock_bh(&lock->rlock);
}

static __always_inline int spin_trylock_irq(spinlock_t *lock)
{
	return raw_spin_trylock_irq(&lock->rlock);
}

static __always_inline void spin_unlock(spinlock_t *lock)
{
	raw_spin_unlock(&lock->rlock);
}

static __always_inline void spin_unlock_bh(spinlock_t *lock)
{
	raw_spin_unlock_bh(&lock->rlock);
}

static __always_inline void spin_unlock_irq(spinlock_t *lock)
{
	raw_spin_unlock_irq(&lock->rlock);
}

static __always_inline void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	_raw_spin_unlock_irqrestore(&lock->rlock, flags);
}

static __always_inline int spin_is_locked(spinlock_t *lock)
{
	return raw_spin_is_locked(&lock->rlock);
}

static __always_inline int spin_is_contended(spinlock_t *lock)
{
	return raw_spin_is_contended(&lock->rlock);
}

static inline int spin_needbreak(spinlock_t *lock)
{
	return spin_is_contended(lock);
}

static inline int rwlock_needbreak(rwlock_t *lock)
{
	return rwlock_is_contended(lock);
}

#define spin_lock_nested(lock, subclass)      raw_spin_lock_nested(spinlock_check(lock), subclass)
#define spin_lock_nest_lock(lock, nest_lock)  raw_spin_lock_nest_lock(spinlock_check(lock), nest_lock)
#define spin_lock_irqsave(lock, flags)	      raw_spin_lock_irqsave(spinlock_check(lock), flags)
#define spin_lock_irqsave_nested(lock, flags, subclass)                                            \
	raw_spin_lock_irqsave_nested(spinlock_check(lock), flags, subclass)
#define spin_trylock_irqsave(lock, flags) raw_spin_trylock_irqsave(spinlock_check(lock), flags)

/* Order an earlier acquisition of the lock fully before what follows. */
#define smp_mb__after_spinlock() smp_mb()

#define assert_raw_spin_locked(lock) lockdep_assert_held(lock)
#define assert_spin_locked(lock)     assert_raw_spin_locked(&(lock)->rlock)

int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock);
int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, unsigned long *flags);
#define atomic_dec_and_lock(atomic, lock) _atomic_dec_and_lock(atomic, lock)
#define atomic_dec_and_lock_irqsave(atomic, lock, flags)                                           \
	_atomic_dec_and_lock_irqsave(atomic, lock, &(flags))

DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_nested, raw_spinlock_t,
		    raw_spin_lock_nested(_T->lock, SINGLE_DEPTH_NESTING), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock),
		    raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t,
		    raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock, _try, spin_trylock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_irq, _try, spin_trylock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1_COND(spinlock_bh, _try, spin_trylock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1_COND(spinlock_irqsave, _try, spin_trylock_irqsave(_T->lock, _T->flags))

DEFINE_LOCK_GUARD_1(read_lock, rwlock_t, read_lock(_T->lock), read_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irq, rwlock_t, read_lock_irq(_T->lock), read_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(read_lock_irqsave, rwlock_t, read_lock_irqsave(_T->lock, _T->flags),
		    read_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(write_lock, rwlock_t, write_lock(_T->lock), write_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irq, rwlock_t, write_lock_irq(_T->lock), write_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(write_lock_irqsave, rwlock_t, write_lock_irqsave(_T->lock, _T->flags),
		    write_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

#endif /* __LINUX_SPINLOCK_H */
