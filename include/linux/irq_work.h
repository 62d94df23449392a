/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_IRQ_WORK_H
#define _LINUX_IRQ_WORK_H

#include <linux/types.h>
#include <linux/atomic.h>

#define IRQ_WORK_PENDING  0x01 /* queued, not begun */
#define IRQ_WORK_LAZY     0x04
#define IRQ_WORK_HARD_IRQ 0x08

/**
 * struct irq_work - a function to be called in hardirq context, soon
 * @next: link in the task's list of pending works
 * @flags: IRQ_WORK_*
 * @func: the function
 *
 * Runs on the task that queued it: at once if its interrupts are on, else when
 * they come back on, like an interrupt that a processor sends to itself. Once
 * its function is called the work is not touched: the function may reuse the
 * memory, as dma_fence_chain does.
 */
struct irq_work {
	struct irq_work *next;
	unsigned int flags;
	void (*func)(struct irq_work *work);
};

#define __IRQ_WORK_INIT(_func, _flags) ((struct irq_work){ .flags = (_flags), .func = (_func) })
#define IRQ_WORK_INIT(_func)      __IRQ_WORK_INIT(_func, 0)
#define IRQ_WORK_INIT_LAZY(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_LAZY)
#define IRQ_WORK_INIT_HARD(_func) __IRQ_WORK_INIT(_func, IRQ_WORK_HARD_IRQ)
#define DEFINE_IRQ_WORK(name, _f) struct irq_work name = IRQ_WORK_INIT(_f)

static inline void init_irq_work(struct irq_work *work, void (*func)(struct irq_work *))
{
	*work = IRQ_WORK_INIT(func);
}

static inline bool irq_work_is_pending(struct irq_work *work)
{
	ls_point(LS_OP_LOAD, work);
	return __atomic_load_n(&work->flags, __ATOMIC_RELAXED) & IRQ_WORK_PENDING;
}

bool irq_work_is_busy(struct irq_work *work);
bool irq_work_queue(struct irq_work *work);
bool irq_work_queue_on(struct irq_work *work, int cpu);
void irq_work_run(void);
void irq_work_sync(struct irq_work *work);

#endif
