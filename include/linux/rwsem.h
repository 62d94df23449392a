/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/cleanup.h>
#include <lockstep/explore.h>

/**
 * DOC: reader-writer semaphores
 *
 * Sleeping locks that readers share. Waiters are served in the order they came, so
 * a reader that comes after a waiting writer waits too. Not recursive, not even for readers.
 */

/**
 * struct rw_semaphore - see the DOC block
 * @count: bit 0 a writer has it, bit 1 somebody waits, readers counted from 256 up
 * @owner: the writer
 * @wait_lock: protects @wait_list
 * @wait_list: who waits, first come first served
 * @magic: the semaphore itself while initialised
 * @dep_map: for the validator
 */
struct rw_semaphore {
	unsigned long count;
	struct task_struct *owner;
	arch_spinlock_t wait_lock;
	struct list_head wait_list;
	void *magic;
	struct lockdep_map dep_map;
};

#define RWSEM_UNLOCKED_VALUE 0UL
#define RWSEM_WRITER_LOCKED  (1UL << 0)

#define __RWSEM_INITIALIZER(semname)                                                                 \
	{                                                                                          \
		.wait_list = LIST_HEAD_INIT((semname).wait_list), .magic = &semname,                    \
		.dep_map = {                                                                       \
			.name = #semname,                                                             \
			.wait_type_inner = LD_WAIT_SLEEP,                                          \
			.ls_kind = LS_LOCK_RWSEM,                                                  \
		},                                                                                 \
	}

#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);

#define init_rwsem(sem)                                                                            \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__init_rwsem((sem), #sem, &__key);                                                 \
	} while (0)

static inline int rwsem_is_locked(const struct rw_semaphore *sem)
{
	ls_point(LS_OP_LOAD, sem);
	ls_touch(sem, LS_TRY_FAILED); /* shared holders matter, as to a trylock */
	return (__atomic_load_n(&sem->count, __ATOMIC_RELAXED) & ~2UL) != 0;
}

static inline int rwsem_is_contended(const struct rw_semaphore *sem)
{
	ls_point(LS_OP_LOAD, sem);
	ls_touch(sem, LS_TRY_FAILED); /* shared holders matter, as to a trylock */
	return (__atomic_load_n(&sem->count, __ATOMIC_RELAXED) & 2UL) != 0;
}

static inline void rwsem_assert_held_nolockdep(const struct rw_semaphore *sem)
{
	WARN_ON(!rwsem_is_locked(sem));
}

static inline void rwsem_assert_held_write_nolockdep(const struct rw_semaphore *sem)
{
	WARN_ON(!(__atomic_load_n(&sem->count, __ATOMIC_RELAXED) & RWSEM_WRITER_LOCKED));
}

#define rwsem_assert_held(sem)	     lockdep_assert_held(sem)
#define rwsem_assert_held_write(sem) lockdep_assert_held_write(sem)

void down_read(struct rw_semaphore *sem);
int __must_check down_read_interruptible(struct rw_semaphore *sem);
int __must_check down_read_killable(struct rw_semaphore *sem);
int down_read_trylock(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
int __must_check down_write_killable(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void downgrade_write(struct rw_semaphore *sem);

void down_read_nested(struct rw_semaphore *sem, int subclass);
int __must_check down_read_killable_nested(struct rw_semaphore *sem, int subclass);
void down_write_nested(struct rw_semaphore *sem, int subclass);
int __must_check down_write_killable_nested(struct rw_semaphore *sem, int subclass);
void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest_lock);
/* The reader may hand the semaphore to another task to release: no validation. */
void down_read_non_owner(struct rw_semaphore *sem);
void up_read_non_owner(struct rw_semaphore *sem);

#define down_write_nest_lock(sem, nest_lock)                                                       \
	do {                                                                                       \
		typecheck(struct lockdep_map *, &(nest_lock)->dep_map);                            \
		_down_write_nest_lock(sem, &(nest_lock)->dep_map);                                 \
	} while (0)

DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))

#endif /* _LINUX_RWSEM_H */
