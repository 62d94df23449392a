/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

/**
 * DOC: RCU
 *
 * Grace periods are real: they come from the seam (natively liburcu).
 * rcu_dereference() is an acquire load, which costs nothing on the machines
 * this runs on and tells ThreadSanitizer what orders reader and writer.
 */

#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/atomic.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/bottom_half.h>
#include <linux/lockdep.h>
#include <linux/cleanup.h>
#include <asm/processor.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void rcu_barrier(void);
void ls_kvfree_call_rcu(struct rcu_head *head, void *ptr);
void ls_kvfree_rcu_mightsleep(void *ptr);
void kvfree_rcu_barrier(void);

#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_rcu_mult(...)   synchronize_rcu()
#define call_rcu_hurry(head, func)  call_rcu(head, func)
#define synchronize_sched()         synchronize_rcu()
#define synchronize_net()           synchronize_rcu()

#define rcu_read_lock_bh()                                                                         \
	do {                                                                                       \
		local_bh_disable();                                                                \
		rcu_read_lock();                                                                   \
	} while (0)
#define rcu_read_unlock_bh()                                                                       \
	do {                                                                                       \
		rcu_read_unlock();                                                                 \
		local_bh_enable();                                                                 \
	} while (0)
#define rcu_read_lock_sched()                                                                      \
	do {                                                                                       \
		preempt_disable();                                                                 \
		rcu_read_lock();                                                                   \
	} while (0)
#define rcu_read_unlock_sched()                                                                    \
	do {                                                                                       \
		rcu_read_unlock();                                                                 \
		preempt_enable();                                                                  \
	} while (0)

static inline int rcu_read_lock_held(void)
{
	return current->rcu_depth > 0;
}

static inline int rcu_read_lock_bh_held(void)
{
	return current->rcu_depth > 0;
}

static inline int rcu_read_lock_sched_held(void)
{
	return current->rcu_depth > 0 || !preemptible();
}

static inline int rcu_read_lock_any_held(void)
{
	return current->rcu_depth > 0 || !preemptible();
}

static inline int rcu_preempt_depth(void)
{
	return current->rcu_depth;
}

static inline bool rcu_is_watching(void)
{
	return true;
}

#define rcu_softirq_qs()   ((void)0)
#define rcu_all_qs()       ((void)0)
#define rcu_momentary_eqs() ((void)0)
#define rcu_head_init(h)   ((h)->func = NULL)
#define init_rcu_head(h)   ((void)(h))
#define destroy_rcu_head(h) ((void)(h))
#define init_rcu_head_on_stack(h) ((void)(h))
#define destroy_rcu_head_on_stack(h) ((void)(h))

/* Reported once per place, as in the kernel: LS_WARN, rule "rcu-usage". */
void lockdep_rcu_suspicious(const char *file, const int line, const char *s);
int debug_lockdep_rcu_enabled(void);

#define RCU_LOCKDEP_WARN(c, s)                                                                     \
	({                                                                                         \
		static bool __ls_rcu_warned;                                                       \
		if (debug_lockdep_rcu_enabled() && (c) &&                                          \
		    !__atomic_exchange_n(&__ls_rcu_warned, true, __ATOMIC_RELAXED))                \
			lockdep_rcu_suspicious(__FILE__, __LINE__, s);                             \
		(void)0;                                                                           \
	})
#define rcu_sleep_check() ((void)0)

#define RCU_INITIALIZER(v) (typeof(*(v)) *)(v)

#define rcu_assign_pointer(p, v)                                                                   \
	do {                                                                                       \
		typeof(p) *__ls_ra = &(p);                                                         \
		typeof(p) __ls_rav = (typeof(p))(v);                                               \
		ls_point(LS_OP_STORE, __ls_ra);                                                    \
		__atomic_store_n(__ls_ra, __ls_rav, __ATOMIC_RELEASE);                             \
	} while (0)
#define rcu_replace_pointer(rcu_ptr, ptr, c)                                                       \
	({                                                                                         \
		typeof(ptr) __ls_rp = rcu_dereference_protected((rcu_ptr), (c));                   \
		rcu_assign_pointer((rcu_ptr), (ptr));                                              \
		__ls_rp;                                                                           \
	})
#define RCU_INIT_POINTER(p, v)                                                                     \
	do {                                                                                       \
		typeof(p) *__ls_ri = &(p);                                                         \
		typeof(p) __ls_riv = (typeof(p))(v);                                               \
		ls_point(LS_OP_STORE, __ls_ri);                                                    \
		__atomic_store_n(__ls_ri, __ls_riv, __ATOMIC_RELEASE);                       \
	} while (0)
#define RCU_POINTER_INITIALIZER(p, v) .p = (typeof(*(v)) *)(v)

#define __ls_rcu_load(p)                                                                           \
	({                                                                                         \
		typeof(p) *__ls_rl = (typeof(p) *)&(p);                                            \
		ls_point(LS_OP_LOAD, __ls_rl);                                                     \
		(typeof(*(p)) *)__atomic_load_n(__ls_rl, __ATOMIC_ACQUIRE);                        \
	})
#define rcu_access_pointer(p)      __ls_rcu_load(p)
#define unrcu_pointer(p)           ((typeof(*(p)) *)(p))
#define rcu_dereference_raw(p)     __ls_rcu_load(p)
#define rcu_dereference_raw_check(p) __ls_rcu_load(p)
#define __ls_rcu_dereference(p, c)                                                                 \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_check() usage");                \
		__ls_rcu_load(p);                                                                  \
	})
#define rcu_dereference_check(p, c)       __ls_rcu_dereference(p, (c) || rcu_read_lock_held())
#define rcu_dereference_bh_check(p, c)    __ls_rcu_dereference(p, (c) || rcu_read_lock_bh_held())
#define rcu_dereference_sched_check(p, c) __ls_rcu_dereference(p, (c) || rcu_read_lock_sched_held())
#define rcu_dereference_protected(p, c)                                                            \
	({                                                                                         \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_protected() usage");            \
		(typeof(*(p)) *)(p);                                                               \
	})
#define rcu_dereference(p)       rcu_dereference_check(p, 0)
#define rcu_dereference_bh(p)    rcu_dereference_bh_check(p, 0)
#define rcu_dereference_sched(p) rcu_dereference_sched_check(p, 0)
#define rcu_pointer_handoff(p)   (p)

/*
 * kfree_rcu(ptr, member) uses the rcu_head inside the object; kfree_rcu(ptr)
 * with one argument, and the _mightsleep form, wait for the grace period.
 */
#define kfree_rcu(ptr, rhf)                                                                        \
	do {                                                                                       \
		typeof(ptr) __ls_kp = (ptr);                                                       \
		if (__ls_kp)                                                                       \
			ls_kvfree_call_rcu(&__ls_kp->rhf, (void *)__ls_kp);                        \
	} while (0)
#define kvfree_rcu(ptr, rhf)        kfree_rcu(ptr, rhf)
#define kvfree_rcu_mightsleep(ptr)  ls_kvfree_rcu_mightsleep((void *)(ptr))
#define kfree_rcu_mightsleep(ptr)   ls_kvfree_rcu_mightsleep((void *)(ptr))

unsigned long get_state_synchronize_rcu(void);
unsigned long start_poll_synchronize_rcu(void);
bool poll_state_synchronize_rcu(unsigned long oldstate);
void cond_synchronize_rcu(unsigned long oldstate);

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

#endif
