// SPDX-License-Identifier: MIT
/*
 * Atomic context done right: what may sleep is done before or after, and what an interrupt takes
 * is taken with interrupts off.
 */
#include "../../litmus.h"
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

struct stock {
	struct mutex mutex;
	spinlock_t lock, irq_lock;
	struct irq_work irq;
	void *item;
	unsigned int count;
};

static void on_irq(struct irq_work *work)
{
	struct stock *s = container_of(work, struct stock, irq);

	spin_lock(&s->irq_lock);
	s->count++;
	spin_unlock(&s->irq_lock);
}

static struct stock *stock_new(struct kunit *test)
{
	struct stock *s = litmus_zalloc(test, struct stock);

	mutex_init(&s->mutex);
	spin_lock_init(&s->lock);
	spin_lock_init(&s->irq_lock);
	init_irq_work(&s->irq, on_irq);
	return s;
}

/* Allocated before the spinlock; who finds the place taken frees what it brought. */
static void put_in(void *arg, unsigned int me)
{
	struct stock *s = arg;
	void *item = kmalloc(16, GFP_KERNEL);

	spin_lock(&s->lock);
	if (!s->item) {
		s->item = item;
		item = NULL;
	}
	spin_unlock(&s->lock);
	kfree(item);
}

static void alloc_before(struct kunit *test)
{
	struct stock *s = stock_new(test);

	litmus_run(test, 2, put_in, s);
	KUNIT_EXPECT_NOT_NULL(test, s->item);
	kfree(s->item);
}

/* The mutex outside, the spinlock inside. */
static void mutex_then_spin(void *arg, unsigned int me)
{
	struct stock *s = arg;

	mutex_lock(&s->mutex);
	spin_lock(&s->lock);
	s->count++;
	spin_unlock(&s->lock);
	mutex_unlock(&s->mutex);
}

static void spin_only(void *arg, unsigned int me)
{
	struct stock *s = arg;

	spin_lock(&s->lock);
	s->count++;
	spin_unlock(&s->lock);
}

static void spin_inside(struct kunit *test)
{
	struct stock *s = stock_new(test);

	litmus_run_each(test, s, mutex_then_spin, mutex_then_spin, spin_only);
	KUNIT_EXPECT_EQ(test, s->count, 3);
}

/* The interrupt comes on the task that holds the lock, but only after it has let go. */
static void lock_irq(void *arg, unsigned int me)
{
	struct stock *s = arg;
	unsigned long flags;

	spin_lock_irqsave(&s->irq_lock, flags);
	irq_work_queue(&s->irq);
	s->count++;
	spin_unlock_irqrestore(&s->irq_lock, flags);
}

static void lock_irqsave(struct kunit *test)
{
	struct stock *s = stock_new(test);

	litmus_run(test, 2, lock_irq, s);
	irq_work_sync(&s->irq);
	KUNIT_EXPECT_GE(test, s->count, 3);
	KUNIT_EXPECT_LE(test, s->count, 4);
}

LITMUS_SUITE(KUNIT_CASE(alloc_before), KUNIT_CASE(spin_inside), KUNIT_CASE(lock_irqsave));
