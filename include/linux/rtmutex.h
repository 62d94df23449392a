/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_RT_MUTEX_H
#define __LINUX_RT_MUTEX_H

#include <linux/mutex.h>

/* There are no priorities to inherit here: an rt_mutex is a mutex. */
struct rt_mutex {
	union {
		struct mutex mutex;
		struct {
			u8 __padding[__builtin_offsetof(struct mutex, dep_map)];
			struct lockdep_map dep_map;
		};
	};
};

#define __RT_MUTEX_INITIALIZER(lockname) { { .mutex = __MUTEX_INITIALIZER(lockname.mutex) } }
#define DEFINE_RT_MUTEX(lockname)	 struct rt_mutex lockname = __RT_MUTEX_INITIALIZER(lockname)

#define rt_mutex_init(lock)                                                                        \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__mutex_init(&(lock)->mutex, #lock, &__key);                                       \
	} while (0)

#define rt_mutex_lock(lock)			mutex_lock(&(lock)->mutex)
#define rt_mutex_lock_nested(lock, subclass)	mutex_lock_nested(&(lock)->mutex, subclass)
#define rt_mutex_lock_nest_lock(lock, nest)	mutex_lock_nest_lock(&(lock)->mutex, nest)
#define rt_mutex_lock_interruptible(lock)	mutex_lock_interruptible(&(lock)->mutex)
#define rt_mutex_lock_killable(lock)		mutex_lock_killable(&(lock)->mutex)
#define rt_mutex_trylock(lock)			mutex_trylock(&(lock)->mutex)
#define rt_mutex_unlock(lock)			mutex_unlock(&(lock)->mutex)
#define rt_mutex_is_locked(lock)		mutex_is_locked(&(lock)->mutex)
#define rt_mutex_destroy(lock)			mutex_destroy(&(lock)->mutex)

#endif /* __LINUX_RT_MUTEX_H */
