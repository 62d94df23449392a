/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_LOCKDEP_H
#define __LINUX_LOCKDEP_H

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/lockdep_types.h>
#include <linux/typecheck.h>
#include <linux/bug.h>
#include <linux/debug_locks.h>
#include <linux/list.h>
#include <lockstep/checks.h>

/**
 * DOC: the lock validator
 *
 * The kernel's lockdep API over a validator of our own. It watches which locks
 * each task holds and learns from every acquisition the order in which classes
 * of locks are taken; an order that contradicts an earlier one is reported
 * although nothing hung. What would hang for certain (a task that waits for
 * itself, a cycle of waiters) ends the task before it sleeps.
 *
 * Rules of the reports: self-deadlock, lock-cycle (both fatal), lock-order,
 * recursion, irq-safety, fence-signalling, wrong-unlocker, unlock-not-held,
 * ww-context, assert-held, assert-not-held, lock-destroyed, lock-depth, lock-pinned, lock-held.
 *
 * Each contradiction is reported once. The learnt order lives as long as the
 * process, across the cases of a module, as it does in a kernel;
 * ls_lockdep_reset() forgets it.
 */

#ifndef _RET_IP_
#define _RET_IP_ ((unsigned long)__builtin_return_address(0))
#endif
#ifndef _THIS_IP_
#define _THIS_IP_ ({ __label__ __here; __here: (unsigned long)&&__here; })
#endif

#define SINGLE_DEPTH_NESTING 1

#define LOCK_STATE_UNKNOWN  -1
#define LOCK_STATE_NOT_HELD 0
#define LOCK_STATE_HELD	    1

#define NIL_COOKIE ((struct pin_cookie){ .val = 0U })

#define STATIC_LOCKDEP_MAP_INIT(_name, _key)                                                       \
	{                                                                                          \
		.name = (_name), .key = (void *)(_key),                                            \
	}

#define DEFINE_WAIT_OVERRIDE_MAP(_name, _wait_type)                                                \
	struct lockdep_map _name = {                                                               \
		.name = #_name "-wait-type-override",                                              \
		.wait_type_inner = (_wait_type),                                                   \
		.lock_type = LD_LOCK_WAIT_OVERRIDE,                                                \
	}

/* --- life of the validator and of classes --------------------------------- */

int ls_lockdep_init(void);
void ls_lockdep_reset(void);
void lockdep_init(void);
void lockdep_reset(void);
void lockdep_init_task(struct task_struct *task);
void lockdep_free_task(struct task_struct *task);
void lockdep_register_key(struct lock_class_key *key);
void lockdep_unregister_key(struct lock_class_key *key);
void lockdep_free_key_range(void *start, unsigned long size);
void lockdep_reset_lock(struct lockdep_map *lock);
void lockdep_off(void);
void lockdep_on(void);
void lockdep_rcu_suspicious(const char *file, const int line, const char *s);

static inline void lockdep_set_selftest_task(struct task_struct *task)
{
}

static inline void lockdep_invariant_state(bool force)
{
}

static inline void lockdep_sys_exit(void)
{
}

/* Does not touch @lock->ls_kind: what a lock is does not change with its class. */
void lockdep_init_map_type(struct lockdep_map *lock, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type);

static inline void lockdep_init_map_waits(struct lockdep_map *lock, const char *name,
					  struct lock_class_key *key, int subclass, u8 inner,
					  u8 outer)
{
	lockdep_init_map_type(lock, name, key, subclass, inner, outer, LD_LOCK_NORMAL);
}

static inline void lockdep_init_map_wait(struct lockdep_map *lock, const char *name,
					 struct lock_class_key *key, int subclass, u8 inner)
{
	lockdep_init_map_waits(lock, name, key, subclass, inner, LD_WAIT_INV);
}

static inline void lockdep_init_map(struct lockdep_map *lock, const char *name,
				    struct lock_class_key *key, int subclass)
{
	lockdep_init_map_wait(lock, name, key, subclass, LD_WAIT_INV);
}

void lockdep_copy_map(struct lockdep_map *to, struct lockdep_map *from);

#define ls_lockdep_reclass(map, name, key, sub)                                                    \
	lockdep_init_map_type((map), (name), (key), (sub), (map)->wait_type_inner,                 \
			      (map)->wait_type_outer, (map)->lock_type)

#define lockdep_set_class(lock, key) ls_lockdep_reclass(&(lock)->dep_map, #key, key, 0)
#define lockdep_set_class_and_name(lock, key, name)                                                \
	ls_lockdep_reclass(&(lock)->dep_map, name, key, 0)
#define lockdep_set_class_and_subclass(lock, key, sub)                                             \
	ls_lockdep_reclass(&(lock)->dep_map, #key, key, sub)
#define lockdep_set_subclass(lock, sub)                                                            \
	ls_lockdep_reclass(&(lock)->dep_map, (lock)->dep_map.name, (lock)->dep_map.key, sub)
#define lockdep_set_novalidate_class(lock)                                                         \
	lockdep_set_class_and_name(lock, &__lockdep_no_validate__, #lock)
#define lockdep_set_notrack_class(lock)                                                            \
	lockdep_set_class_and_name(lock, &__lockdep_no_track__, #lock)

#define lockdep_match_class(lock, key) lockdep_match_key(&(lock)->dep_map, key)

static inline int lockdep_match_key(struct lockdep_map *lock, struct lock_class_key *key)
{
	return lock->key == key;
}

/* --- acquire and release --------------------------------------------------- */

/*
 * read: 0 exclusive, 1 shared, 2 shared and the same task may take it again.
 * check: 0 only note that it is held, 1 validate the order too.
 */
void lock_acquire(struct lockdep_map *lock, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip);
void lock_release(struct lockdep_map *lock, unsigned long ip);
void lock_sync(struct lockdep_map *lock, unsigned int subclass, int read, int check,
	       struct lockdep_map *nest_lock, unsigned long ip);
void lock_downgrade(struct lockdep_map *lock, unsigned long ip);
void lock_set_class(struct lockdep_map *lock, const char *name, struct lock_class_key *key,
		    unsigned int subclass, unsigned long ip);
int lock_is_held_type(const struct lockdep_map *lock, int read);
struct pin_cookie lock_pin_lock(struct lockdep_map *lock);
void lock_repin_lock(struct lockdep_map *lock, struct pin_cookie cookie);
void lock_unpin_lock(struct lockdep_map *lock, struct pin_cookie cookie);

static inline int lock_is_held(const struct lockdep_map *lock)
{
	return lock_is_held_type(lock, -1);
}

static inline void lock_set_subclass(struct lockdep_map *lock, unsigned int subclass,
				     unsigned long ip)
{
	lock_set_class(lock, lock->name, lock->key, subclass, ip);
}

#define lock_set_novalidate_class(l, n, i) lock_set_class(l, n, &__lockdep_no_validate__, 0, i)

#define lockdep_is_held(lock)	      lock_is_held(&(lock)->dep_map)
#define lockdep_is_held_type(lock, r) lock_is_held_type(&(lock)->dep_map, (r))

#define lockdep_pin_lock(l)	 lock_pin_lock(&(l)->dep_map)
#define lockdep_repin_lock(l, c) lock_repin_lock(&(l)->dep_map, (c))
#define lockdep_unpin_lock(l, c) lock_unpin_lock(&(l)->dep_map, (c))

unsigned int ls_lockdep_depth(struct task_struct *tsk);
#define lockdep_depth(tsk)     ls_lockdep_depth(tsk)
bool ls_lockdep_recursing(struct task_struct *tsk);
#define lockdep_recursing(tsk) ls_lockdep_recursing(tsk)

#define read_lock_is_recursive() 0

#define lock_acquire_exclusive(l, s, t, n, i)	     lock_acquire(l, s, t, 0, 1, n, i)
#define lock_acquire_shared(l, s, t, n, i)	     lock_acquire(l, s, t, 1, 1, n, i)
#define lock_acquire_shared_recursive(l, s, t, n, i) lock_acquire(l, s, t, 2, 1, n, i)

#define spin_acquire(l, s, t, i)	  lock_acquire_exclusive(l, s, t, NULL, i)
#define spin_acquire_nest(l, s, t, n, i)  lock_acquire_exclusive(l, s, t, n, i)
#define spin_release(l, i)		  lock_release(l, i)
#define rwlock_acquire(l, s, t, i)	  lock_acquire_exclusive(l, s, t, NULL, i)
#define rwlock_acquire_read(l, s, t, i)	  lock_acquire_shared_recursive(l, s, t, NULL, i)
#define rwlock_release(l, i)		  lock_release(l, i)
#define seqcount_acquire(l, s, t, i)	  lock_acquire_exclusive(l, s, t, NULL, i)
#define seqcount_acquire_read(l, s, t, i) lock_acquire_shared_recursive(l, s, t, NULL, i)
#define seqcount_release(l, i)		  lock_release(l, i)
#define mutex_acquire(l, s, t, i)	  lock_acquire_exclusive(l, s, t, NULL, i)
#define mutex_acquire_nest(l, s, t, n, i) lock_acquire_exclusive(l, s, t, n, i)
#define mutex_release(l, i)		  lock_release(l, i)
#define rwsem_acquire(l, s, t, i)	  lock_acquire_exclusive(l, s, t, NULL, i)
#define rwsem_acquire_nest(l, s, t, n, i) lock_acquire_exclusive(l, s, t, n, i)
#define rwsem_acquire_read(l, s, t, i)	  lock_acquire_shared(l, s, t, NULL, i)
#define rwsem_release(l, i)		  lock_release(l, i)

#define lock_map_acquire(l)	    lock_acquire_exclusive(l, 0, 0, NULL, _THIS_IP_)
#define lock_map_acquire_try(l)	    lock_acquire_exclusive(l, 0, 1, NULL, _THIS_IP_)
#define lock_map_acquire_read(l)    lock_acquire_shared_recursive(l, 0, 0, NULL, _THIS_IP_)
#define lock_map_acquire_tryread(l) lock_acquire_shared_recursive(l, 0, 1, NULL, _THIS_IP_)
#define lock_map_release(l)	    lock_release(l, _THIS_IP_)
#define lock_map_sync(l)	    lock_sync(l, 0, 0, 1, NULL, _THIS_IP_)

#define lock_contended(map, ip)			do { } while (0)
#define lock_acquired(map, ip)			do { } while (0)
#define LOCK_CONTENDED(_lock, try, lock)	lock(_lock)
#define LOCK_CONTENDED_RETURN(_lock, try, lock) lock(_lock)

/* "Somebody may take @lock in here": teaches the order on paths that do not. */
#define ls_might_lock(lock, sub, read)                                                             \
	do {                                                                                       \
		typecheck(struct lockdep_map *, &(lock)->dep_map);                                 \
		lock_acquire(&(lock)->dep_map, (sub), 0, (read), 1, NULL, _THIS_IP_);              \
		lock_release(&(lock)->dep_map, _THIS_IP_);                                         \
	} while (0)

#define might_lock(lock)		   ls_might_lock(lock, 0, 0)
#define might_lock_read(lock)		   ls_might_lock(lock, 0, 1)
#define might_lock_nested(lock, subclass)  ls_might_lock(lock, subclass, 1)

/* --- assertions ------------------------------------------------------------- */

enum ls_lock_assert {
	LS_ASSERT_HELD,
	LS_ASSERT_HELD_WRITE,
	LS_ASSERT_HELD_READ,
	LS_ASSERT_NOT_HELD,
};

/* Reports that @lock is not as @how demands. */
void ls_lockdep_assert_failed(const struct lockdep_map *lock, enum ls_lock_assert how);
/* Reports that a task holds locks where it must hold none. */
void ls_lockdep_none_failed(void);

#define lockdep_assert(cond)	  WARN_ON(debug_locks && !(cond))
#define lockdep_assert_once(cond) WARN_ON_ONCE(debug_locks && !(cond))

#define ls_lockdep_demand(l, ok, how)                                                              \
	do {                                                                                       \
		if (unlikely(!(ok)))                                                               \
			ls_lockdep_assert_failed(&(l)->dep_map, (how));                            \
	} while (0)

#define lockdep_assert_held(l)                                                                     \
	ls_lockdep_demand(l, lockdep_is_held(l) != LOCK_STATE_NOT_HELD, LS_ASSERT_HELD)
#define lockdep_assert_not_held(l)                                                                 \
	ls_lockdep_demand(l, lockdep_is_held(l) != LOCK_STATE_HELD, LS_ASSERT_NOT_HELD)
#define lockdep_assert_held_write(l)                                                               \
	ls_lockdep_demand(l, lockdep_is_held_type(l, 0), LS_ASSERT_HELD_WRITE)
#define lockdep_assert_held_read(l)                                                                \
	ls_lockdep_demand(l, lockdep_is_held_type(l, 1), LS_ASSERT_HELD_READ)
#define lockdep_assert_held_once(l) lockdep_assert_held(l)
#define lockdep_assert_none_held_once()                                                            \
	do {                                                                                       \
		if (unlikely(lockdep_depth(current)))                                              \
			ls_lockdep_none_failed();                                                  \
	} while (0)

#define lockdep_assert_irqs_enabled()	    WARN_ON_ONCE(debug_locks && irqs_disabled())
#define lockdep_assert_irqs_disabled()	    WARN_ON_ONCE(debug_locks && !irqs_disabled())
#define lockdep_assert_in_irq()		    WARN_ON_ONCE(debug_locks && !in_hardirq())
#define lockdep_assert_no_hardirq()	    WARN_ON_ONCE(debug_locks && (in_hardirq() || irqs_disabled()))
#define lockdep_assert_preemption_enabled() WARN_ON_ONCE(debug_locks && !preemptible())
#define lockdep_assert_preemption_disabled()                                                       \
	WARN_ON_ONCE(debug_locks && preempt_count() == 0 && !irqs_disabled())
#define lockdep_assert_in_softirq() WARN_ON_ONCE(debug_locks && (!in_softirq() || in_hardirq()))
#define lockdep_assert_RT_in_threaded_ctx() do { } while (0)

/*
 * Interrupts or softirqs of this task were just allowed again: locks it holds
 * count as taken with them on. For kernel/sched; the spin_unlock family calls it itself.
 */
void ls_lockdep_irqs_on(void);
void ls_lockdep_softirqs_on(void);

/* --- for the rest of Lockstep ----------------------------------------------- */

/* Force every lock @tsk still holds open; how many. Called when a task ends. */
unsigned int ls_lockdep_task_exit(struct task_struct *tsk);
/* Emit one LS_LEAK report "lock-held" for each lock @tsk holds; how many. */
unsigned int ls_lockdep_held_report(struct task_struct *tsk);
/* Where the innermost spinlock of the current task was taken; NULL if none. */
const struct ls_trace *ls_lockdep_atomic_trace(void);
/* Name of the lock the trace above belongs to, or "". */
const char *ls_lockdep_atomic_name(void);

#endif /* __LINUX_LOCKDEP_H */
