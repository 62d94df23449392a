/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_MUTEX_H
#define __LINUX_MUTEX_H

#include <asm/current.h>
#include <linux/list.h>
#include <linux/spinlock_types.h>
#include <linux/lockdep.h>
#include <linux/atomic.h>
#include <asm/processor.h>
#include <linux/debug_locks.h>
#include <linux/cleanup.h>
#include <linux/mutex_types.h>

struct device;

/**
 * DOC: mutexes
 *
 * Only the holder may unlock, a holder must not lock again, and none of this may
 * happen in an interrupt. A task that waits for itself is told so by a fatal
 * report instead of hanging.
 */

#define __MUTEX_INITIALIZER(lockname)                                                              \
	{                                                                                          \
		.wait_list = LIST_HEAD_INIT(lockname.wait_list), .magic = &lockname,               \
		.dep_map = {                                                                       \
			.name = #lockname,                                                         \
			.wait_type_inner = LD_WAIT_SLEEP,                                          \
			.ls_kind = LS_LOCK_MUTEX,                                                  \
		},                                                                                 \
	}

#define DEFINE_MUTEX(mutexname) struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
void mutex_destroy(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);

#define mutex_init(mutex)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__mutex_init((mutex), #mutex, &__key);                                             \
	} while (0)

#define mutex_init_with_key(mutex, key) __mutex_init((mutex), #mutex, (key))

int __devm_mutex_init(struct device *dev, struct mutex *lock);

#define devm_mutex_init(dev, mutex)                                                                \
	({                                                                                         \
		typeof(mutex) mutex_ = (mutex);                                                    \
                                                                                                   \
		mutex_init(mutex_);                                                                \
		__devm_mutex_init(dev, mutex_);                                                    \
	})

void mutex_lock(struct mutex *lock);
int __must_check mutex_lock_interruptible(struct mutex *lock);
int __must_check mutex_lock_killable(struct mutex *lock);
void mutex_lock_io(struct mutex *lock);

void mutex_lock_nested(struct mutex *lock, unsigned int subclass);
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock);
int __must_check mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass);
int __must_check mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass);
void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass);

#define mutex_lock_nest_lock(lock, nest_lock)                                                      \
	do {                                                                                       \
		typecheck(struct lockdep_map *, &(nest_lock)->dep_map);                            \
		_mutex_lock_nest_lock(lock, &(nest_lock)->dep_map);                                \
	} while (0)

int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock);

enum mutex_trylock_recursive_enum {
	MUTEX_TRYLOCK_FAILED = 0,
	MUTEX_TRYLOCK_SUCCESS = 1,
	MUTEX_TRYLOCK_RECURSIVE,
};

/* The task that holds @lock now, or NULL. Only good for comparing unless it is current. */
struct task_struct *ls_mutex_owner(struct mutex *lock);
/* Who took, who released @lock last; nr == 0 if that was never recorded. */
const struct ls_trace *ls_mutex_acquired(struct mutex *lock);
const struct ls_trace *ls_mutex_released(struct mutex *lock);

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)

#endif /* __LINUX_MUTEX_H */
