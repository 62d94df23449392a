/* SPDX-License-Identifier: MIT */
#ifndef __LINUX_BIT_SPINLOCK_H
#define __LINUX_BIT_SPINLOCK_H

#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/atomic.h>
#include <linux/bug.h>

/* Spinlocks of one bit: no class and no owner, so the validator does not see them. */
void bit_spin_lock(int bitnum, unsigned long *addr);
int bit_spin_trylock(int bitnum, unsigned long *addr);
void bit_spin_unlock(int bitnum, unsigned long *addr);
void __bit_spin_unlock(int bitnum, unsigned long *addr);
int bit_spin_is_locked(int bitnum, unsigned long *addr);

#endif /* __LINUX_BIT_SPINLOCK_H */
