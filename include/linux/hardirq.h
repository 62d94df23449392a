/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_HARDIRQ_H
#define _LINUX_HARDIRQ_H

#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>

static inline void irq_enter(void)
{
	__preempt_count_add(HARDIRQ_OFFSET);
}

static inline void irq_exit(void)
{
	__preempt_count_sub(HARDIRQ_OFFSET);
}

#define __irq_enter() irq_enter()
#define __irq_exit()  irq_exit()
#define synchronize_hardirq(irq) (true)

#endif
