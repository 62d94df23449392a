/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/ktime.h>
#include <linux/stddef.h>
#include <linux/stringify.h>
#include <linux/lockdep_types.h>
#include <lockstep/point.h>

/**
 * struct ls_timer - what all timers have in common
 * @node: in the tree of pending timers, by @when
 * @when: time of the seam's clock at which it fires
 * @fire: called on the timer task; the timer may be gone when it returns
 * @pending: in the tree; written under the lock of the tree
 */
struct ls_timer {
	struct rb_node node;
	os_ns when;
	void (*fire)(struct ls_timer *timer);
	unsigned int pending;
};

/**
 * struct timer_list - call a function at a time
 * @ls: node in the tree of pending timers
 * @expires: in jiffies
 * @function: called in softirq context on the timer task; NULL after shutdown
 * @flags: TIMER_*
 * @lockdep_map: so that del_timer_sync() under a lock that the function takes is seen
 */
struct timer_list {
	struct ls_timer ls;
	unsigned long expires;
	void (*function)(struct timer_list *timer);
	u32 flags;
	struct lockdep_map lockdep_map;
};

#define TIMER_CPUMASK    0x0003FFFF
#define TIMER_MIGRATING  0x00040000
#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED     0x00100000
#define TIMER_IRQSAFE    0x00200000

#define __TIMER_INITIALIZER(_function, _flags)                                                     \
	{                                                                                          \
		.function = (_function), .flags = (_flags),                                        \
		.lockdep_map = __TIMER_LOCKDEP_MAP_INITIALIZER(                                    \
			__FILE__ ":" __stringify(__LINE__)),                                       \
	}
#define __TIMER_LOCKDEP_MAP_INITIALIZER(n) STATIC_LOCKDEP_MAP_INIT(n, &ls_timer_key)
extern struct lock_class_key ls_timer_key;

#define DEFINE_TIMER(_name, _function)                                                             \
	struct timer_list _name = __TIMER_INITIALIZER(_function, 0)

void init_timer_key(struct timer_list *timer, void (*func)(struct timer_list *),
		    unsigned int flags, const char *name, struct lock_class_key *key);
#define timer_setup(timer, callback, flags)                                                        \
	do {                                                                                       \
		static struct lock_class_key __ls_timer_key;                                       \
		init_timer_key((timer), (callback), (flags), #timer, &__ls_timer_key);             \
	} while (0)
#define timer_setup_on_stack(timer, callback, flags) timer_setup(timer, callback, flags)

static inline void destroy_timer_on_stack(struct timer_list *timer)
{
}

#define from_timer(var, callback_timer, timer_fieldname)                                           \
	container_of(callback_timer, typeof(*var), timer_fieldname)

static inline int timer_pending(const struct timer_list *timer)
{
	ls_point(LS_OP_LOAD, timer);
	return __atomic_load_n(&timer->ls.pending, __ATOMIC_RELAXED) != 0;
}

/* The C library's timer_delete is something else. */
int timer_delete(struct timer_list *timer) __ls_rename(timer_delete);
int timer_delete_sync(struct timer_list *timer);
int try_to_del_timer_sync(struct timer_list *timer);
int timer_shutdown(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);
void add_timer(struct timer_list *timer);
void add_timer_on(struct timer_list *timer, int cpu);
int mod_timer(struct timer_list *timer, unsigned long expires);
int mod_timer_pending(struct timer_list *timer, unsigned long expires);
int timer_reduce(struct timer_list *timer, unsigned long expires);
#define add_timer_local(timer)  add_timer(timer)
#define add_timer_global(timer) add_timer(timer)

static inline int del_timer(struct timer_list *timer)
{
	return timer_delete(timer);
}

static inline int del_timer_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}

#endif
