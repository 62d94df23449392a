// SPDX-License-Identifier: MIT
/*
 * Sleeping where one must not, on one path of two: the one that needs another task to get there.
 */
#include "../../litmus.h"
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

struct stock {
	struct mutex mutex;
	spinlock_t lock;
	struct irq_work irq;
	int empty;
};

static void on_irq(struct irq_work *work)
{
	struct stock *s = container_of(work, struct stock, irq);

	spin_lock(&s->lock);
	spin_unlock(&s->lock);
}

static struct stock *stock_new(struct kunit *test)
{
	struct stock *s = litmus_zalloc(test, struct stock);

	mutex_init(&s->mutex);
	spin_lock_init(&s->lock);
	init_irq_work(&s->irq, on_irq);
	return s;
}

static void take_out(void *arg, unsigned int me)
{
	struct stock *s = arg;

	WRITE_ONCE(s->empty, 1);
}

/* A mutex under a spinlock. */
static void mutex_if_empty(void *arg, unsigned int me)
{
	struct stock *s = arg;

	spin_lock(&s->lock);
	if (READ_ONCE(s->empty)) {
		mutex_lock(&s->mutex);
		mutex_unlock(&s->mutex);
	}
	spin_unlock(&s->lock);
}

static void mutex_under_spinlock(struct kunit *test)
{
	litmus_run_each(test, stock_new(test), mutex_if_empty, take_out);
}

/* An allocation that may wait for memory, under a spinlock. */
static void alloc_if_empty(void *arg, unsigned int me)
{
	struct stock *s = arg;

	spin_lock(&s->lock);
	if (READ_ONCE(s->empty))
		kfree(kmalloc(16, GFP_KERNEL));
	spin_unlock(&s->lock);
}

static void alloc_under_spinlock(struct kunit *test)
{
	litmus_run_each(test, stock_new(test), alloc_if_empty, take_out);
}

/* Time passes inside a read-side section. */
static void sleep_if_empty(void *arg, unsigned int me)
{
	struct stock *s = arg;

	rcu_read_lock();
	if (READ_ONCE(s->empty))
		msleep(1);
	rcu_read_unlock();
}

static void sleep_under_rcu(struct kunit *test)
{
	litmus_run_each(test, stock_new(test), sleep_if_empty, take_out);
}

/* The interrupt takes the lock that the interrupted task holds. */
static void lock_plain(void *arg, unsigned int me)
{
	struct stock *s = arg;

	spin_lock(&s->lock);
	if (READ_ONCE(s->empty))
		irq_work_queue(&s->irq);
	spin_unlock(&s->lock);
}

static void irq_takes_lock(struct kunit *test)
{
	litmus_run_each(test, stock_new(test), lock_plain, take_out);
}

/* A spinlock is kept on the way out. */
static void keep_if_empty(void *arg, unsigned int me)
{
	struct stock *s = arg;

	spin_lock(&s->lock);
	if (READ_ONCE(s->empty))
		return;
	spin_unlock(&s->lock);
}

static void returns_with_spinlock(struct kunit *test)
{
	litmus_run_each(test, stock_new(test), keep_if_empty, take_out);
}

LITMUS_SUITE(KUNIT_CASE(mutex_under_spinlock), KUNIT_CASE(alloc_under_spinlock),
	     KUNIT_CASE(sleep_under_rcu), KUNIT_CASE(irq_takes_lock),
	     KUNIT_CASE(returns_with_spinlock));
