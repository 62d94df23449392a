/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

/*
 * The count says in which context a task runs, in the kernel's layout. It does
 * not keep other tasks from running: as on a machine with many processors,
 * disabling preemption excludes nobody else.
 */

#include <linux/compiler.h>
#include <lockstep/task.h>

#define PREEMPT_BITS    8
#define SOFTIRQ_BITS    8
#define HARDIRQ_BITS    4
#define NMI_BITS        4

#define PREEMPT_SHIFT   0
#define SOFTIRQ_SHIFT   (PREEMPT_SHIFT + PREEMPT_BITS)
#define HARDIRQ_SHIFT   (SOFTIRQ_SHIFT + SOFTIRQ_BITS)
#define NMI_SHIFT       (HARDIRQ_SHIFT + HARDIRQ_BITS)

#define __IRQ_MASK(x)   ((1UL << (x)) - 1)
#define PREEMPT_MASK    (__IRQ_MASK(PREEMPT_BITS) << PREEMPT_SHIFT)
#define SOFTIRQ_MASK    (__IRQ_MASK(SOFTIRQ_BITS) << SOFTIRQ_SHIFT)
#define HARDIRQ_MASK    (__IRQ_MASK(HARDIRQ_BITS) << HARDIRQ_SHIFT)
#define NMI_MASK        (__IRQ_MASK(NMI_BITS) << NMI_SHIFT)

#define PREEMPT_OFFSET  (1 << PREEMPT_SHIFT)
#define SOFTIRQ_OFFSET  (1 << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET  (1 << HARDIRQ_SHIFT)
#define NMI_OFFSET      (1 << NMI_SHIFT)
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)

static inline int preempt_count(void)
{
	return current->preempt_count;
}

static inline void __preempt_count_add(int val)
{
	current->preempt_count += val;
	barrier();
}

static inline void __preempt_count_sub(int val)
{
	barrier();
	current->preempt_count -= val;
}

#define preempt_count_add(val) __preempt_count_add(val)
#define preempt_count_sub(val) __preempt_count_sub(val)
#define preempt_count_inc()    __preempt_count_add(1)
#define preempt_count_dec()    __preempt_count_sub(1)

#define nmi_count()        (preempt_count() & NMI_MASK)
#define hardirq_count()    (preempt_count() & HARDIRQ_MASK)
#define softirq_count()    (preempt_count() & SOFTIRQ_MASK)
#define irq_count()        (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))

#define in_nmi()             (nmi_count())
#define in_hardirq()         (hardirq_count())
#define in_irq()             (hardirq_count())
#define in_softirq()         (softirq_count())
#define in_serving_softirq() (softirq_count() & SOFTIRQ_OFFSET)
#define in_interrupt()       (irq_count())
#define in_task()            (!(preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)))
#define in_atomic()          (preempt_count() != 0)
#define in_atomic_preempt_off() (preempt_count() != 0)
#define preemptible()        (preempt_count() == 0 && !current->irqs_off)

/*
 * A grace period waits for sections like these, as for RCU readers. (Those of spinlocks do
 * not count here: code that is a reader by its spinlock alone says rcu_read_lock() as well.)
 */
void preempt_disable(void);
void preempt_enable(void);

#define preempt_enable_no_resched()       preempt_enable()
#define sched_preempt_enable_no_resched() preempt_enable()
#define preempt_disable_notrace()         preempt_disable()
#define preempt_enable_notrace()          preempt_enable()
#define preempt_enable_no_resched_notrace() preempt_enable()
#define preempt_check_resched()           ((void)0)
#define preempt_set_need_resched()        ((void)0)
#define preempt_fold_need_resched()       ((void)0)

/* Nothing here moves a task to another slot, so only nesting is to be kept. */
static inline void migrate_disable(void)
{
}

static inline void migrate_enable(void)
{
}

#define preempt_disable_nested() ((void)0)
#define preempt_enable_nested()  ((void)0)

#endif
