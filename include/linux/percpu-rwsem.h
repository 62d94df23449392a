/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PERCPU_RWSEM_H
#define _LINUX_PERCPU_RWSEM_H

#include <linux/rwsem.h>
#include <linux/lockdep.h>

/*
 * The contract of a percpu_rw_semaphore without its speed: readers meet on one word.
 * A reader may take it again only while no writer waits, as there.
 */
struct percpu_rw_semaphore {
	union {
		struct rw_semaphore rw;
		struct {
			u8 __padding[__builtin_offsetof(struct rw_semaphore, dep_map)];
			struct lockdep_map dep_map;
		};
	};
};

#define __PERCPU_RWSEM_INITIALIZER(name) { { .rw = __RWSEM_INITIALIZER(name.rw) } }
#define DEFINE_PERCPU_RWSEM(name)                                                                  \
	struct percpu_rw_semaphore name = __PERCPU_RWSEM_INITIALIZER(name)
#define DEFINE_STATIC_PERCPU_RWSEM(name) static DEFINE_PERCPU_RWSEM(name)

int __percpu_init_rwsem(struct percpu_rw_semaphore *sem, const char *name,
			struct lock_class_key *key);
void percpu_free_rwsem(struct percpu_rw_semaphore *sem);

#define percpu_init_rwsem(sem)                                                                     \
	({                                                                                         \
		static struct lock_class_key rwsem_key;                                            \
                                                                                                   \
		__percpu_init_rwsem(sem, #sem, &rwsem_key);                                        \
	})

static inline void percpu_down_read(struct percpu_rw_semaphore *sem)
{
	down_read(&sem->rw);
}

static inline bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem)
{
	return down_read_trylock(&sem->rw);
}

static inline void percpu_up_read(struct percpu_rw_semaphore *sem)
{
	up_read(&sem->rw);
}

static inline void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	down_write(&sem->rw);
}

static inline void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	up_write(&sem->rw);
}

static inline bool percpu_is_write_locked(struct percpu_rw_semaphore *sem)
{
	ls_point(LS_OP_LOAD, &sem->rw);
	ls_touch(&sem->rw, LS_TRY_FAILED); /* as rwsem_is_locked() */
	return (__atomic_load_n(&sem->rw.count, __ATOMIC_RELAXED) & RWSEM_WRITER_LOCKED) != 0;
}

static inline bool percpu_is_read_locked(struct percpu_rw_semaphore *sem)
{
	return rwsem_is_locked(&sem->rw) && !percpu_is_write_locked(sem);
}

#define percpu_rwsem_is_held(sem)     lockdep_is_held(sem)
#define percpu_rwsem_assert_held(sem) lockdep_assert_held(sem)

static inline void percpu_rwsem_release(struct percpu_rw_semaphore *sem, bool read,
					unsigned long ip)
{
	lock_release(&sem->dep_map, ip);
}

static inline void percpu_rwsem_acquire(struct percpu_rw_semaphore *sem, bool read,
					unsigned long ip)
{
	lock_acquire(&sem->dep_map, 0, 1, read, 1, NULL, ip);
}

#endif /* _LINUX_PERCPU_RWSEM_H */
