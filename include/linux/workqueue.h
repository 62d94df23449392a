/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

/**
 * DOC: workqueues
 *
 * A work item runs on a worker task of one shared pool. The pool grows while
 * all its workers sleep in items and others wait, so items may wait for each
 * other. An item never runs twice at the same time; queued again while it
 * runs, it runs once more afterwards. Its memory is not touched after its
 * function was called, so it may free itself.
 */

#include <linux/timer.h>
#include <linux/bitops.h>
#include <linux/lockdep.h>
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/rcupdate.h>
#include <linux/workqueue_types.h>

/* work_struct.data */
#define WORK_STRUCT_PENDING_BIT 0
#define WORK_STRUCT_PENDING     (1UL << WORK_STRUCT_PENDING_BIT)
#define work_data_bits(work)    ((unsigned long *)(&(work)->data))

#define WORK_CPU_UNBOUND NR_CPUS

enum wq_flags {
	WQ_BH = 1 << 0,
	WQ_UNBOUND = 1 << 1,
	WQ_FREEZABLE = 1 << 2,
	WQ_MEM_RECLAIM = 1 << 3,
	WQ_HIGHPRI = 1 << 4,
	WQ_CPU_INTENSIVE = 1 << 5,
	WQ_SYSFS = 1 << 6,
	WQ_POWER_EFFICIENT = 1 << 7,
	__WQ_DESTROYING = 1 << 15,
	__WQ_DRAINING = 1 << 16,
	__WQ_ORDERED = 1 << 17,
	__WQ_LEGACY = 1 << 18,
};

enum wq_consts {
	WQ_MAX_ACTIVE = 2048,
	WQ_UNBOUND_MAX_ACTIVE = WQ_MAX_ACTIVE,
	WQ_DFL_ACTIVE = WQ_MAX_ACTIVE / 2,
	WQ_DFL_MIN_ACTIVE = 8,
};

extern struct workqueue_struct *system_wq;
extern struct workqueue_struct *system_highpri_wq;
extern struct workqueue_struct *system_long_wq;
extern struct workqueue_struct *system_unbound_wq;
extern struct workqueue_struct *system_freezable_wq;
extern struct workqueue_struct *system_power_efficient_wq;
extern struct workqueue_struct *system_freezable_power_efficient_wq;
extern struct workqueue_struct *system_bh_wq;
extern struct workqueue_struct *system_bh_highpri_wq;

void delayed_work_timer_fn(struct timer_list *t);
extern struct lock_class_key ls_work_key;

#define __WORK_INITIALIZER(n, f)                                                                   \
	{                                                                                          \
		.data = ATOMIC_LONG_INIT(0), .entry = { &(n).entry, &(n).entry }, .func = (f),     \
		.lockdep_map = STATIC_LOCKDEP_MAP_INIT(#n, &ls_work_key),                          \
	}
#define __DELAYED_WORK_INITIALIZER(n, f, tflags)                                                   \
	{                                                                                          \
		.work = __WORK_INITIALIZER((n).work, (f)),                                         \
		.timer = __TIMER_INITIALIZER(delayed_work_timer_fn, (tflags) | TIMER_IRQSAFE),     \
	}
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f)                                                                 \
	struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define DECLARE_DEFERRABLE_WORK(n, f) DECLARE_DELAYED_WORK(n, f)

void ls_init_work(struct work_struct *work, work_func_t func, const char *name,
		  struct lock_class_key *key);

#define INIT_WORK_KEY(_work, _func, _key) ls_init_work((_work), (_func), #_work, _key)
#define INIT_WORK(_work, _func)                                                                    \
	do {                                                                                       \
		static struct lock_class_key __ls_work_key;                                        \
		ls_init_work((_work), (_func), #_work, &__ls_work_key);                            \
	} while (0)
#define INIT_WORK_ONSTACK(_work, _func) INIT_WORK(_work, _func)
#define INIT_DELAYED_WORK(_work, _func)                                                            \
	do {                                                                                       \
		INIT_WORK(&(_work)->work, (_func));                                                \
		timer_setup(&(_work)->timer, delayed_work_timer_fn, TIMER_IRQSAFE);                \
	} while (0)
#define INIT_DELAYED_WORK_ONSTACK(_work, _func) INIT_DELAYED_WORK(_work, _func)
#define INIT_DEFERRABLE_WORK(_work, _func)      INIT_DELAYED_WORK(_work, _func)
#define INIT_RCU_WORK(_work, _func)             INIT_WORK(&(_work)->work, (_func))
#define INIT_RCU_WORK_ONSTACK(_work, _func)     INIT_WORK(&(_work)->work, (_func))
#define PREPARE_WORK(_work, _func)              ((_work)->func = (_func))

static inline void destroy_work_on_stack(struct work_struct *work)
{
}

static inline void destroy_delayed_work_on_stack(struct delayed_work *work)
{
}

static inline void destroy_rcu_work_on_stack(struct rcu_work *work)
{
}

static inline struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

static inline struct rcu_work *to_rcu_work(struct work_struct *work)
{
	return container_of(work, struct rcu_work, work);
}

static inline bool work_pending(const struct work_struct *work)
{
	ls_point(LS_OP_LOAD, work);
	return __atomic_load_n(work_data_bits(work), __ATOMIC_ACQUIRE) & WORK_STRUCT_PENDING;
}

#define delayed_work_pending(w) work_pending(&(w)->work)

struct workqueue_struct *ls_alloc_workqueue(unsigned int flags, int max_active,
					    struct lock_class_key *key, const char *fmt, ...)
	__printf(4, 5);

#define alloc_workqueue(fmt, flags, max_active, args...)                                           \
	({                                                                                         \
		static struct lock_class_key __ls_wq_key;                                          \
		ls_alloc_workqueue((flags), (max_active), &__ls_wq_key, fmt, ##args);              \
	})
#define alloc_ordered_workqueue(fmt, flags, args...)                                               \
	alloc_workqueue(fmt, WQ_UNBOUND | __WQ_ORDERED | (flags), 1, ##args)
#define alloc_ordered_workqueue_lockdep_map(fmt, flags, map, args...)                              \
	alloc_ordered_workqueue(fmt, flags, ##args)
#define alloc_workqueue_lockdep_map(fmt, flags, max_active, map, args...)                          \
	alloc_workqueue(fmt, flags, max_active, ##args)
#define create_workqueue(name)                                                                     \
	alloc_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM, 1, (name))
#define create_freezable_workqueue(name)                                                           \
	alloc_workqueue("%s", __WQ_LEGACY | WQ_FREEZABLE | WQ_UNBOUND | WQ_MEM_RECLAIM, 1, (name))
#define create_singlethread_workqueue(name)                                                        \
	alloc_ordered_workqueue("%s", __WQ_LEGACY | WQ_MEM_RECLAIM, name)

void destroy_workqueue(struct workqueue_struct *wq);
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active);
bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			   unsigned long delay);
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
			 unsigned long delay);
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork);
void __flush_workqueue(struct workqueue_struct *wq);
void drain_workqueue(struct workqueue_struct *wq);
bool flush_work(struct work_struct *work);
bool cancel_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool disable_work(struct work_struct *work);
bool disable_work_sync(struct work_struct *work);
bool enable_work(struct work_struct *work);
bool flush_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work(struct delayed_work *dwork);
bool cancel_delayed_work_sync(struct delayed_work *dwork);
bool disable_delayed_work(struct delayed_work *dwork);
bool disable_delayed_work_sync(struct delayed_work *dwork);
bool enable_delayed_work(struct delayed_work *dwork);
bool flush_rcu_work(struct rcu_work *rwork);
struct work_struct *current_work(void);
bool current_is_workqueue_rescuer(void);
bool workqueue_congested(int cpu, struct workqueue_struct *wq);
unsigned int work_busy(struct work_struct *work);

enum {
	WORK_BUSY_PENDING = 1 << 0,
	WORK_BUSY_RUNNING = 1 << 1,
};

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

static inline bool queue_work_node(int node, struct workqueue_struct *wq, struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				      unsigned long delay)
{
	return queue_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork,
				    unsigned long delay)
{
	return mod_delayed_work_on(WORK_CPU_UNBOUND, wq, dwork, delay);
}

static inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_wq, work);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool schedule_delayed_work_on(int cpu, struct delayed_work *dwork,
					    unsigned long delay)
{
	return queue_delayed_work_on(cpu, system_wq, dwork, delay);
}

static inline bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work(system_wq, dwork, delay);
}

static inline bool enable_and_queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	if (!enable_work(work))
		return false;
	queue_work(wq, work);
	return true;
}

#define flush_workqueue(wq)     __flush_workqueue(wq)
#define flush_scheduled_work()  __flush_workqueue(system_wq)

#endif
