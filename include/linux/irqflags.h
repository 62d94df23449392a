/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

/*
 * Interrupts are a flag of the task. What can interrupt it is its own irq_work:
 * queued while the flag is set, it runs when the flag is cleared.
 */

#include <linux/compiler.h>
#include <linux/typecheck.h>
#include <lockstep/task.h>

void ls_irq_came_on(struct task_struct *t);

static inline void ls_irq_off(void)
{
	current->irqs_off = true;
	barrier();
}

/* The _of forms are for who has current at hand. */
static inline void ls_irq_on_of(struct task_struct *t)
{
	barrier();
	if (t->irqs_off) {
		t->irqs_off = false;
		if (__builtin_expect(t->irq_pending || t->lockdep.depth, 0))
			ls_irq_came_on(t);
	}
}

static inline void ls_irq_on(void)
{
	ls_irq_on_of(current);
}

static inline unsigned long ls_irq_save_of(struct task_struct *t)
{
	unsigned long flags = t->irqs_off;

	t->irqs_off = true;
	barrier();
	return flags;
}

static inline unsigned long ls_irq_save(void)
{
	return ls_irq_save_of(current);
}

static inline void ls_irq_restore_of(struct task_struct *t, unsigned long flags)
{
	if (flags & 1) {
		t->irqs_off = true;
		barrier();
	} else {
		ls_irq_on_of(t);
	}
}

static inline void ls_irq_restore(unsigned long flags)
{
	ls_irq_restore_of(current, flags);
}

#define local_irq_disable()        ls_irq_off()
#define local_irq_enable()         ls_irq_on()
#define local_irq_save(flags)                                                                      \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		(flags) = ls_irq_save();                                                           \
	} while (0)
#define local_irq_restore(flags)                                                                   \
	do {                                                                                       \
		typecheck(unsigned long, flags);                                                   \
		ls_irq_restore(flags);                                                             \
	} while (0)
#define raw_local_irq_disable()      ls_irq_off()
#define raw_local_irq_enable()       ls_irq_on()
#define raw_local_irq_save(flags)    local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)

#define local_save_flags(flags)     ((flags) = current->irqs_off)
#define raw_local_save_flags(flags) local_save_flags(flags)
#define irqs_disabled()             (current->irqs_off)
#define raw_irqs_disabled()         irqs_disabled()
#define irqs_disabled_flags(flags)  ((int)((flags) & 1))
#define raw_irqs_disabled_flags(flags) irqs_disabled_flags(flags)

#endif
