/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H

#include <linux/spinlock.h>
#include <linux/percpu.h>

/*
 * A local lock keeps its per-CPU data from other users on the same CPU. Tasks here are
 * threads that share their "CPU" with others at any instruction, so it is a real spinlock.
 */
typedef struct {
	spinlock_t lock;
} local_lock_t;

#define INIT_LOCAL_LOCK(lockname) { .lock = ___SPIN_LOCK_INITIALIZER(lockname) }

#define local_lock_init(l)			spin_lock_init(&(l)->lock)
#define local_lock(l)				spin_lock(&this_cpu_ptr(l)->lock)
#define local_lock_irq(l)			spin_lock_irq(&this_cpu_ptr(l)->lock)
#define local_lock_irqsave(l, flags)		spin_lock_irqsave(&this_cpu_ptr(l)->lock, flags)
#define local_unlock(l)				spin_unlock(&this_cpu_ptr(l)->lock)
#define local_unlock_irq(l)			spin_unlock_irq(&this_cpu_ptr(l)->lock)
#define local_unlock_irqrestore(l, flags)	spin_unlock_irqrestore(&this_cpu_ptr(l)->lock, flags)
#define local_lock_nested_bh(l)			spin_lock(&this_cpu_ptr(l)->lock)
#define local_unlock_nested_bh(l)		spin_unlock(&this_cpu_ptr(l)->lock)

#endif /* _LINUX_LOCAL_LOCK_H */
