// SPDX-License-Identifier: MIT
/*
 * Reader-writer spinlocks.
 *
 * One word: bit 0 a writer, bit 1 somebody may be parked, readers counted from
 * 4 up. Readers pass waiting writers, so that a task may read recursively.
 * Whoever leaves the word free while bit 1 is set wakes all that are parked.
 */

#include "locking.h"
#include "lockdep_internals.h"
#include <linux/bottom_half.h>
#include <linux/export.h>

#define LS_RW_WRITER 1u
#define LS_RW_PARKED 2u
#define LS_RW_READER 4u

/**
 * __rwlock_init() - make a reader-writer spinlock; use rwlock_init()
 * @lock: memory of the lock
 * @name: shown in reports, static storage
 * @key: lock class
 *
 * Context: Any.
 */
void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key)
{
	lock->raw_lock.val = 0;
	lock->magic = RWLOCK_MAGIC;
	lock->owner = NULL;
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_CONFIG);
	ls_lockdep_init_kind(&lock->dep_map, LS_LOCK_RWLOCK);
}
EXPORT_SYMBOL(__rwlock_init);

static bool ls_rw_try(rwlock_t *lock, bool write)
{
	unsigned int val = __atomic_load_n(&lock->raw_lock.val, __ATOMIC_RELAXED);
	unsigned int busy = write ? ~LS_RW_PARKED : LS_RW_WRITER;

	while (!(val & busy)) {
		if (__atomic_compare_exchange_n(&lock->raw_lock.val, &val,
						val + (write ? LS_RW_WRITER : LS_RW_READER), false,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

static bool ls_rw_is_free_read(const void *lock)
{
	return !(__atomic_load_n(&((const rwlock_t *)lock)->raw_lock.val, __ATOMIC_RELAXED) &
		 LS_RW_WRITER);
}

static bool ls_rw_is_free_write(const void *lock)
{
	return !(__atomic_load_n(&((const rwlock_t *)lock)->raw_lock.val, __ATOMIC_RELAXED) &
		 ~LS_RW_PARKED);
}

/* Readers pass writers that wait, so nobody sees who waits: taking it is one step. */
static __always_inline void ls_rw_step(rwlock_t *lock, bool write)
{
	if (write)
		ls_step_lock(lock, TASK_UNINTERRUPTIBLE, ls_rw_is_free_write, LS_ACQUIRE);
	else
		ls_step_lock(lock, TASK_UNINTERRUPTIBLE, ls_rw_is_free_read, LS_ACQUIRE_SHARED);
}

static noinline void ls_rw_contended(rwlock_t *lock, bool write, const void *fp)
{
	unsigned int i, val;

	for (i = 0; !ls_point_hook_now() && i < LS_SPIN_ROUNDS; i++) {
		ls_pause();
		if (ls_rw_try(lock, write))
			return;
	}
	ls_block_begin(&lock->dep_map, NULL, TASK_UNINTERRUPTIBLE, !write, fp);
	while (!ls_rw_try(lock, write)) {
		val = __atomic_or_fetch(&lock->raw_lock.val, LS_RW_PARKED, __ATOMIC_RELAXED);
		/* free by now: the wake-up may have come before our bit */
		if (!(val & (write ? ~LS_RW_PARKED : LS_RW_WRITER)))
			continue;
		os_park(&lock->raw_lock.val, val, OS_NEVER);
	}
	ls_step_touch(lock, write ? LS_ACQUIRE : LS_ACQUIRE_SHARED);
	ls_block_end();
}

static __always_inline void ls_rw_lock(rwlock_t *lock, bool write, int subclass, const void *fp)
{
	struct task_struct *me = current;

	if (!me->preempt_count++)
		me->preempt_ip = (unsigned long)__builtin_return_address(0);
	ls_lock_acquire(&lock->dep_map, subclass, 0, write ? 0 : 2, NULL, NULL, fp);
	ls_rw_step(lock, write);
	if (unlikely(!ls_rw_try(lock, write)))
		ls_rw_contended(lock, write, fp);
	if (write)
		__atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
}

static __always_inline int ls_rw_trylock(rwlock_t *lock, bool write, const void *fp)
{
	struct task_struct *me = current;

	ls_point(LS_OP_TRYLOCK, lock);
	if (!ls_rw_try(lock, write)) {
		ls_step_touch(lock, LS_TRY_FAILED);
		return 0;
	}
	ls_step_touch(lock, write ? LS_TRY : LS_TRY_SHARED);
	if (!me->preempt_count++)
		me->preempt_ip = (unsigned long)__builtin_return_address(0);
	ls_lock_acquire(&lock->dep_map, 0, 1, write ? 0 : 2, NULL, NULL, fp);
	if (write)
		__atomic_store_n(&lock->owner, me, __ATOMIC_RELAXED);
	return 1;
}

static void ls_rw_release(rwlock_t *lock, bool write)
{
	unsigned int val;

	val = __atomic_sub_fetch(&lock->raw_lock.val, write ? LS_RW_WRITER : LS_RW_READER,
				 __ATOMIC_RELEASE);
	if (likely(val != LS_RW_PARKED))
		return;
	/* whoever clears the bit wakes everybody; those that find it taken set it again */
	if (__atomic_compare_exchange_n(&lock->raw_lock.val, &val, 0, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		os_unpark(&lock->raw_lock.val, INT_MAX);
}

static bool ls_rw_is_mine(const rwlock_t *lock, bool write)
{
	if (write)
		return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == current;
	return lock_is_held(&lock->dep_map) == LOCK_STATE_HELD;
}

static __always_inline void ls_rw_unlock(rwlock_t *lock, bool write, const void *fp)
{
	struct task_struct *me = current;

	ls_step_release(lock, ls_rw_is_mine(lock, write), write ? LS_RELEASE : LS_RELEASE_SHARED);
	ls_lock_release(&lock->dep_map, fp);
	if (write)
		__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
	ls_rw_release(lock, write);
	me->preempt_count--;
}

/**
 * DOC: forms of the reader-writer spinlock
 *
 * read_lock(), write_lock() and their _bh, _irq and _irqsave forms; Context: as for
 * spin_lock() and its forms. read_trylock(), write_trylock() and
 * write_trylock_irqsave(); Return: 1 if it was taken.
 */

#define LS_RW_FORMS(what, write)                                                                   \
	void what##_lock(rwlock_t *lock)                                                           \
	{                                                                                          \
		ls_rw_lock(lock, write, 0, __builtin_frame_address(0));                            \
	}                                                                                          \
	EXPORT_SYMBOL(what##_lock);                                                                \
	void what##_lock_bh(rwlock_t *lock)                                                        \
	{                                                                                          \
		local_bh_disable();                                                                \
		ls_rw_lock(lock, write, 0, __builtin_frame_address(0));                            \
	}                                                                                          \
	EXPORT_SYMBOL(what##_lock_bh);                                                             \
	void what##_lock_irq(rwlock_t *lock)                                                       \
	{                                                                                          \
		local_irq_disable();                                                               \
		ls_rw_lock(lock, write, 0, __builtin_frame_address(0));                            \
	}                                                                                          \
	EXPORT_SYMBOL(what##_lock_irq);                                                            \
	unsigned long _raw_##what##_lock_irqsave(rwlock_t *lock)                                   \
	{                                                                                          \
		unsigned long flags;                                                               \
                                                                                                   \
		local_irq_save(flags);                                                             \
		ls_rw_lock(lock, write, 0, __builtin_frame_address(0));                            \
		return flags;                                                                      \
	}                                                                                          \
	EXPORT_SYMBOL(_raw_##what##_lock_irqsave);                                                 \
	int what##_trylock(rwlock_t *lock)                                                         \
	{                                                                                          \
		return ls_rw_trylock(lock, write, __builtin_frame_address(0));                     \
	}                                                                                          \
	EXPORT_SYMBOL(what##_trylock);                                                             \
	void what##_unlock(rwlock_t *lock)                                                         \
	{                                                                                          \
		ls_rw_unlock(lock, write, __builtin_frame_address(0));                             \
	}                                                                                          \
	EXPORT_SYMBOL(what##_unlock);                                                              \
	void what##_unlock_bh(rwlock_t *lock)                                                      \
	{                                                                                          \
		ls_rw_unlock(lock, write, __builtin_frame_address(0));                             \
		local_bh_enable();                                                                 \
	}                                                                                          \
	EXPORT_SYMBOL(what##_unlock_bh);                                                           \
	void what##_unlock_irq(rwlock_t *lock)                                                     \
	{                                                                                          \
		ls_rw_unlock(lock, write, __builtin_frame_address(0));                             \
		local_irq_enable();                                                                \
	}                                                                                          \
	EXPORT_SYMBOL(what##_unlock_irq);                                                          \
	void what##_unlock_irqrestore(rwlock_t *lock, unsigned long flags)                         \
	{                                                                                          \
		ls_rw_unlock(lock, write, __builtin_frame_address(0));                             \
		local_irq_restore(flags);                                                          \
	}                                                                                          \
	EXPORT_SYMBOL(what##_unlock_irqrestore)

LS_RW_FORMS(read, false);
LS_RW_FORMS(write, true);

/**
 * write_lock_nested() - take it for writing while another of its class is held
 * @lock: the lock
 * @subclass: its level
 *
 * Context: Any that the lock is used in.
 */
void write_lock_nested(rwlock_t *lock, int subclass)
{
	ls_rw_lock(lock, true, subclass, __builtin_frame_address(0));
}
EXPORT_SYMBOL(write_lock_nested);

/**
 * _raw_write_trylock_irqsave() - take it for writing if it is free, interrupts off
 * @lock: the lock
 * @flags: where to put what to restore
 *
 * Context: Any.
 * Return: true if it was taken; interrupts are as before if not.
 */
bool _raw_write_trylock_irqsave(rwlock_t *lock, unsigned long *flags)
{
	unsigned long saved;

	local_irq_save(saved);
	*flags = saved;
	if (ls_rw_trylock(lock, true, __builtin_frame_address(0)))
		return true;
	local_irq_restore(saved);
	return false;
}
EXPORT_SYMBOL(_raw_write_trylock_irqsave);

/**
 * rwlock_is_contended() - does anybody wait for it
 * @lock: the lock
 *
 * Context: Any.
 * Return: true if somebody was parked.
 */
bool rwlock_is_contended(rwlock_t *lock)
{
	return __atomic_load_n(&lock->raw_lock.val, __ATOMIC_RELAXED) & LS_RW_PARKED;
}

/**
 * ls_rwlock_force_unlock() - release what a task that ends held
 * @lock: the lock
 * @read: it held it shared
 */
void ls_rwlock_force_unlock(rwlock_t *lock, int read)
{
	ls_step_touch(lock, read ? LS_RELEASE_SHARED : LS_RELEASE);
	if (!read)
		__atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
	ls_rw_release(lock, !read);
}
