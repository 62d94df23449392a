/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_WW_MUTEX_H
#define __LINUX_WW_MUTEX_H

#include <linux/mutex.h>
#include <linux/rtmutex.h>

/**
 * DOC: mutexes for which many are taken in any order
 *
 * A task that needs several objects at once opens an acquire context, whose stamp is
 * its age, and locks them in any order::
 *
 *	ww_acquire_init(&ctx, &class);
 *	retry:
 *	ret = ww_mutex_lock(&a->lock, &ctx);
 *	...
 *	if (ret == -EDEADLK) {
 *		(unlock everything)
 *		ww_mutex_lock_slow(&contended->lock, &ctx);
 *		goto retry;
 *	}
 *	ww_acquire_done(&ctx);
 *	(work, then unlock everything)
 *	ww_acquire_fini(&ctx);
 *
 * Where two contexts meet, the younger gives way: in a wait-die class
 * (DEFINE_WD_CLASS) a younger context that would wait for an older one dies; in a
 * wound-wait class (DEFINE_WW_CLASS) an older one that must wait wounds the younger
 * holder, which dies at its next wait. Without a context a ww_mutex is a plain mutex.
 */

#define DEBUG_WW_MUTEXES

#define WW_MUTEX_BASE		   mutex
#define ww_mutex_base_init(l, n, k)  __mutex_init(l, n, k)
#define ww_mutex_base_is_locked(b)   mutex_is_locked((b))

/**
 * struct ww_class - a set of ww_mutexes that may be mixed in one context
 * @stamp: the last stamp given out
 * @acquire_key: lock class of contexts
 * @mutex_key: lock class of mutexes
 * @acquire_name: for reports
 * @mutex_name: for reports
 * @is_wait_die: the algorithm
 */
struct ww_class {
	atomic_long_t stamp;
	struct lock_class_key acquire_key;
	struct lock_class_key mutex_key;
	const char *acquire_name;
	const char *mutex_name;
	unsigned int is_wait_die;
};

/**
 * struct ww_mutex - see the DOC block
 * @base: the mutex below
 * @ctx: context it is held with, or NULL
 * @ww_class: what it was initialised with
 */
struct ww_mutex {
	struct WW_MUTEX_BASE base;
	struct ww_acquire_ctx *ctx;
	struct ww_class *ww_class;
};

/**
 * struct ww_acquire_ctx - one attempt to lock several objects
 * @task: who opened it
 * @stamp: its age; larger is younger
 * @acquired: how many ww_mutexes it holds
 * @wounded: an older context wants one of them (wound-wait)
 * @is_wait_die: copied from the class
 * @done_acquire: ww_acquire_done() was called
 * @ww_class: its class
 * @contending_lock: after -EDEADLK the lock that must be taken next
 * @dep_map: for the validator; the mutexes nest in it
 * @deadlock_inject_interval: see ls_ww_inject()
 * @deadlock_inject_countdown: acquisitions until the next injected -EDEADLK
 */
struct ww_acquire_ctx {
	struct task_struct *task;
	unsigned long stamp;
	unsigned int acquired;
	unsigned short wounded;
	unsigned short is_wait_die;
	unsigned int done_acquire;
	struct ww_class *ww_class;
	void *contending_lock;
	struct lockdep_map dep_map;
	unsigned int deadlock_inject_interval;
	unsigned int deadlock_inject_countdown;
};

#define __WW_CLASS_INITIALIZER(ww_class, _is_wait_die)                                             \
	{                                                                                          \
		.stamp = ATOMIC_LONG_INIT(0), .acquire_name = #ww_class "_acquire",                \
		.mutex_name = #ww_class "_mutex", .is_wait_die = _is_wait_die,                     \
	}

#define DEFINE_WD_CLASS(classname) struct ww_class classname = __WW_CLASS_INITIALIZER(classname, 1)
#define DEFINE_WW_CLASS(classname) struct ww_class classname = __WW_CLASS_INITIALIZER(classname, 0)

void ww_mutex_init(struct ww_mutex *lock, struct ww_class *ww_class);
void ww_acquire_init(struct ww_acquire_ctx *ctx, struct ww_class *ww_class);
void ww_acquire_done(struct ww_acquire_ctx *ctx);
void ww_acquire_fini(struct ww_acquire_ctx *ctx);

int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_lock_slow_interruptible(struct ww_mutex *lock,
						  struct ww_acquire_ctx *ctx);
int __must_check ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx);
void ww_mutex_unlock(struct ww_mutex *lock);

static inline void ww_mutex_destroy(struct ww_mutex *lock)
{
	mutex_destroy(&lock->base);
}

static inline bool ww_mutex_is_locked(struct ww_mutex *lock)
{
	return ww_mutex_base_is_locked(&lock->base);
}

/*
 * CONFIG_DEBUG_WW_MUTEX_SLOWPATH at run time: contexts opened from now on fail some of
 * their acquisitions with -EDEADLK, the first after (stamp & 0xf) of them, then ever
 * more rarely. @interval: what to start with (1 in a kernel), 0 switches it off.
 */
void ls_ww_inject(unsigned int interval);

#endif /* __LINUX_WW_MUTEX_H */
