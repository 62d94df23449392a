// SPDX-License-Identifier: MIT
/*
 * Spinlocks, and the word locks below everything in this directory.
 */

#include "locking.h"
#include "lockdep_internals.h"
#include <linux/bottom_half.h>
#include <linux/export.h>

/**
 * ls_word_lock_slow() - wait for a word
 * @l: the word
 *
 * Spins for a moment, then parks with the word at 2, which tells the holder to unpark.
 */
noinline void ls_word_lock_slow(arch_spinlock_t *l)
{
	unsigned int i;

	if (!ls_point_hook_now()) {
		for (i = 0; i < LS_SPIN_ROUNDS; i++) {
			ls_pause();
			if (!__atomic_load_n(&l->val, __ATOMIC_RELAXED) && ls_word_trylock(l))
				return;
		}
	}
	while (__atomic_exchange_n(&l->val, 2, __ATOMIC_ACQUIRE))
		os_park(&l->val, 2, OS_NEVER);
}

/**
 * __raw_spin_lock_init() - make a spinlock; use spin_lock_init()
 * @lock: memory of the lock
 * @name: shown in reports, static storage
 * @key: lock class
 * @inner: wait type, kept for the API
 *
 * Context: Any.
 */
void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name, struct lock_class_key *key,
			  short inner)
{
	lock->raw_lock.val = 0;
	lock->magic = SPINLOCK_MAGIC;
	lock->owner = SPINLOCK_OWNER_INIT;
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, inner);
	ls_lockdep_init_kind(&lock->dep_map, LS_LOCK_SPIN);
}
EXPORT_SYMBOL(__raw_spin_lock_init);

static noinline void ls_spin_contended(raw_spinlock_t *lock, struct task_struct *me, const void *fp)
{
	unsigned int i;

	if (!ls_point_hook_now()) {
		for (i = 0; i < LS_SPIN_ROUNDS; i++) {
			ls_pause();
			if (!__atomic_load_n(&lock->raw_lock.val, __ATOMIC_RELAXED) &&
			    ls_word_trylock(&lock->raw_lock))
				return;
		}
	}
	ls_block_begin(&lock->dep_map, NULL, TASK_UNINTERRUPTIBLE, 0, fp);
	ls_word_lock_slow(&lock->raw_lock);
	ls_step_touch(lock, LS_ACQUIRE);
	ls_block_end();
}

static bool ls_spin_is_free(const void *lock)
{
	return !__atomic_load_n(&((const raw_spinlock_t *)lock)->raw_lock.val, __ATOMIC_RELAXED);
}

/* The place is kept for the report of a sleep inside; it is the caller's, not ours. */
static __always_inline void ls_preempt_off(struct task_struct *me, unsigned long ip)
{
	if (!me->preempt_count++)
		me->preempt_ip = ip;
	barrier();
}

/* Where the function with this frame was called. */
static __always_inline unsigned long ls_frame_ip(const void *fp)
{
	return ((const unsigned long *)fp)[1];
}

static __always_inline void ls_spin_lock(raw_spinlock_t *lock, struct task_struct *me, int subclass,
					 struct lockdep_map *nest, const void *fp)
{
	ls_preempt_off(me, ls_frame_ip(fp));
	ls_lock_acquire(&lock->dep_map, subclass, 0, 0, nest, NULL, fp);
	ls_step_lock(lock, TASK_UNINTERRUPTIBLE, ls_spin_is_free, LS_ACQUIRE);
	if (unlikely(!ls_word_trylock(&lock->raw_lock)))
		ls_spin_contended(lock, me, fp);
	__atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
}

/* For who has nothing to tell the validator; false: take the long way. */
static __always_inline bool ls_spin_lock_quick(raw_spinlock_t *lock, struct task_struct *me)
{
	if (!ls_unwatched() || unlikely(!ls_word_trylock(&lock->raw_lock)))
		return false;
	ls_preempt_off(me, _RET_IP_);
	__atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
	return true;
}

static __always_inline int ls_spin_trylock(raw_spinlock_t *lock, struct task_struct *me,
					   const void *fp)
{
	ls_point(LS_OP_TRYLOCK, lock);
	if (!ls_word_trylock(&lock->raw_lock)) {
		ls_step_touch(lock, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(lock, LS_TRY);
	ls_preempt_off(me, ls_frame_ip(fp));
	__atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
	ls_lock_acquire(&lock->dep_map, 0, 1, 0, NULL, NULL, fp);
	return 1;
}

static noinline void ls_spin_bad_unlock(raw_spinlock_t *lock, const void *fp)
{
	struct task_struct *owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
	bool held = !ls_spin_is_free(lock);

	ls_report_unlock(&lock->dep_map, held ? "wrong-unlocker" : "unlock-not-held",
			 held ? "only the task that took a lock may release it" :
				"a lock is released only while it is held",
			 held ? "the spinlock is held by another task" : "the spinlock is not held",
			 held ? owner : NULL, NULL, fp);
}

static __always_inline void ls_spin_release(raw_spinlock_t *lock, struct task_struct *me,
					    const void *fp)
{
	ls_step_release(lock, __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == me, LS_RELEASE);
	if (ls_checking(LS_CHECK_LOCKDEP)) {
		if (unlikely(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != me))
			ls_spin_bad_unlock(lock, fp);
		else
			__ls_lock_release(&lock->dep_map, fp);
	}
	__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
	ls_word_unlock(&lock->raw_lock);
}

static __always_inline void ls_spin_preempt_on(struct task_struct *me)
{
	barrier();
	me->preempt_count--;
}

/* The rest of a release after which somebody is parked. */
static noinline void ls_spin_unpark(raw_spinlock_t *lock, struct task_struct *me, bool irq,
				    unsigned long flags)
{
	os_unpark(&lock->raw_lock.val, 1);
	ls_spin_preempt_on(me);
	if (irq)
		ls_irq_restore_of(me, flags);
}

static __always_inline void ls_spin_unlock_quick(raw_spinlock_t *lock, struct task_struct *me,
						 bool irq, unsigned long flags)
{
	__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
	if (unlikely(__atomic_exchange_n(&lock->raw_lock.val, 0, __ATOMIC_RELEASE) == 2)) {
		ls_spin_unpark(lock, me, irq, flags);
		return;
	}
	ls_spin_preempt_on(me);
	if (irq)
		ls_irq_restore_of(me, flags);
}

static noinline void ls_spin_lock_long(raw_spinlock_t *lock)
{
	ls_spin_lock(lock, current, 0, NULL, ls_caller_frame());
}

static noinline unsigned long ls_spin_lock_irqsave_long(raw_spinlock_t *lock)
{
	unsigned long flags;

	local_irq_save(flags);
	ls_spin_lock(lock, current, 0, NULL, ls_caller_frame());
	return flags;
}

static noinline void ls_spin_unlock_long(raw_spinlock_t *lock)
{
	struct task_struct *me = current;

	ls_spin_release(lock, me, ls_caller_frame());
	ls_spin_preempt_on(me);
}

static noinline void ls_spin_unlock_irqrestore_long(raw_spinlock_t *lock, unsigned long flags)
{
	struct task_struct *me = current;

	ls_spin_release(lock, me, ls_caller_frame());
	ls_spin_preempt_on(me);
	ls_irq_restore_of(me, flags);
}

/**
 * _raw_spin_lock() - take a spinlock
 * @lock: the lock
 *
 * Context: Any that the lock is used in. The caller must not hold @lock (self-deadlock).
 */
void _raw_spin_lock(raw_spinlock_t *lock)
{
	struct task_struct *me = ls_current;

	if (likely(me) && ls_spin_lock_quick(lock, me))
		return;
	ls_spin_lock_long(lock);
}
EXPORT_SYMBOL(_raw_spin_lock);

/**
 * _raw_spin_lock_nested() - take a spinlock while another of its class is held
 * @lock: the lock
 * @subclass: its level
 *
 * Context: Any that the lock is used in.
 */
void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	ls_spin_lock(lock, current, subclass, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_raw_spin_lock_nested);

/**
 * _raw_spin_lock_nest_lock() - take one of many under a lock that orders them
 * @lock: the lock
 * @nest_lock: map of the ordering lock
 *
 * Context: Any that the lock is used in.
 */
void _raw_spin_lock_nest_lock(raw_spinlock_t *lock, struct lockdep_map *nest_lock)
{
	ls_spin_lock(lock, current, 0, nest_lock, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_raw_spin_lock_nest_lock);

/**
 * _raw_spin_lock_bh() - take a spinlock with softirqs of this task off
 * @lock: the lock
 *
 * Context: Task or softirq.
 */
void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	ls_spin_lock(lock, current, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_raw_spin_lock_bh);

/**
 * _raw_spin_lock_irq() - take a spinlock with interrupts of this task off
 * @lock: the lock
 *
 * Context: Interrupts are on.
 */
void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	ls_spin_lock(lock, current, 0, NULL, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_raw_spin_lock_irq);

/**
 * _raw_spin_lock_irqsave() - the same, whatever interrupts were before
 * @lock: the lock
 *
 * Context: Any.
 * Return: what to restore.
 */
unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	struct task_struct *me = ls_current;

	if (likely(me) && ls_spin_lock_quick(lock, me))
		return ls_irq_save_of(me);
	return ls_spin_lock_irqsave_long(lock);
}
EXPORT_SYMBOL(_raw_spin_lock_irqsave);

/**
 * _raw_spin_lock_irqsave_nested() - the same with a level
 * @lock: the lock
 * @subclass: its level
 *
 * Context: Any.
 * Return: what to restore.
 */
unsigned long _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass)
{
	unsigned long flags;

	local_irq_save(flags);
	ls_spin_lock(lock, current, subclass, NULL, __builtin_frame_address(0));
	return flags;
}
EXPORT_SYMBOL(_raw_spin_lock_irqsave_nested);

/**
 * _raw_spin_trylock() - take a spinlock if it is free
 * @lock: the lock
 *
 * Context: Any that the lock is used in.
 * Return: 1 if it was taken.
 */
int _raw_spin_trylock(raw_spinlock_t *lock)
{
	return ls_spin_trylock(lock, current, __builtin_frame_address(0));
}
EXPORT_SYMBOL(_raw_spin_trylock);

/**
 * _raw_spin_trylock_bh() - take it if it is free, softirqs off
 * @lock: the lock
 *
 * Context: Task or softirq.
 * Return: 1 if it was taken; softirqs are as before if not.
 */
int _raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	local_bh_disable();
	if (ls_spin_trylock(lock, current, __builtin_frame_address(0)))
		return 1;
	local_bh_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock_bh);

/**
 * _raw_spin_trylock_irq() - take it if it is free, interrupts off
 * @lock: the lock
 *
 * Context: Interrupts are on.
 * Return: 1 if it was taken; interrupts are on again if not.
 */
int _raw_spin_trylock_irq(raw_spinlock_t *lock)
{
	local_irq_disable();
	if (ls_spin_trylock(lock, current, __builtin_frame_address(0)))
		return 1;
	local_irq_enable();
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock_irq);

/**
 * _raw_spin_trylock_irqsave() - the same, whatever interrupts were before
 * @lock: the lock
 * @flags: where to put what to restore
 *
 * Context: Any.
 * Return: 1 if it was taken; interrupts are as before if not.
 */
int _raw_spin_trylock_irqsave(raw_spinlock_t *lock, unsigned long *flags)
{
	unsigned long saved;

	local_irq_save(saved);
	*flags = saved;
	if (ls_spin_trylock(lock, current, __builtin_frame_address(0)))
		return 1;
	local_irq_restore(saved);
	return 0;
}
EXPORT_SYMBOL(_raw_spin_trylock_irqsave);

/**
 * _raw_spin_unlock() - release a spinlock
 * @lock: the lock, held by the current task
 *
 * Context: Any.
 */
void _raw_spin_unlock(raw_spinlock_t *lock)
{
	struct task_struct *me = ls_current;

	/* A thread that has no task holds no lock. */
	if (likely(me) && ls_unwatched()) {
		ls_spin_unlock_quick(lock, me, false, 0);
		return;
	}
	ls_spin_unlock_long(lock);
}
EXPORT_SYMBOL(_raw_spin_unlock);

/**
 * _raw_spin_unlock_bh() - release it and let softirqs in
 * @lock: the lock, held by the current task
 *
 * Context: Any.
 */
void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	struct task_struct *me = current;

	ls_spin_release(lock, me, __builtin_frame_address(0));
	ls_spin_preempt_on(me);
	local_bh_enable();
	if (unlikely(me->lockdep.depth) && !softirq_count() && ls_checking(LS_CHECK_LOCKDEP))
		__ls_lockdep_irqs_on(me, false);
}
EXPORT_SYMBOL(_raw_spin_unlock_bh);

/**
 * _raw_spin_unlock_irq() - release it and let interrupts in
 * @lock: the lock, held by the current task
 *
 * Context: Any.
 */
void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	struct task_struct *me = current;

	ls_spin_release(lock, me, __builtin_frame_address(0));
	ls_spin_preempt_on(me);
	local_irq_enable();
}
EXPORT_SYMBOL(_raw_spin_unlock_irq);

/**
 * _raw_spin_unlock_irqrestore() - release it, interrupts as they were
 * @lock: the lock, held by the current task
 * @flags: from spin_lock_irqsave()
 *
 * Context: Any.
 */
void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	struct task_struct *me = ls_current;

	if (likely(me) && ls_unwatched()) {
		ls_spin_unlock_quick(lock, me, true, flags);
		return;
	}
	ls_spin_unlock_irqrestore_long(lock, flags);
}
EXPORT_SYMBOL(_raw_spin_unlock_irqrestore);

/**
 * _atomic_dec_and_lock() - count down, and take a lock if that reached zero
 * @atomic: the counter
 * @lock: the lock
 *
 * Context: Any that the lock is used in.
 * Return: 1 with @lock held if @atomic is now zero, else 0.
 */
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock(lock);
	return 0;
}
EXPORT_SYMBOL(_atomic_dec_and_lock);

/**
 * _atomic_dec_and_lock_irqsave() - the same with interrupts off
 * @atomic: the counter
 * @lock: the lock
 * @flags: where to put what to restore
 *
 * Context: Any.
 * Return: 1 with @lock held if @atomic is now zero, else 0.
 */
int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock, unsigned long *flags)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock_irqsave(lock, *flags);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock_irqrestore(lock, *flags);
	return 0;
}
EXPORT_SYMBOL(_atomic_dec_and_lock_irqsave);

/**
 * ls_spin_force_unlock() - release a spinlock of a task that ends
 * @lock: the lock
 * @tsk: the task
 *
 * Return: false if @tsk does not hold it after all.
 */
bool ls_spin_force_unlock(raw_spinlock_t *lock, struct task_struct *tsk)
{
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != tsk)
		return false;
	ls_step_touch(lock, LS_RELEASE);
	__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
	ls_word_unlock(&lock->raw_lock);
	return true;
}
