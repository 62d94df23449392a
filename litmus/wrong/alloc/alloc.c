// SPDX-License-Identifier: MIT
/*
 * Allocations of which any may fail (--fail-alloc 1), and the paths of an error that nobody ever went.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/slab.h>

/* The second one fails, and the first one is forgotten. */
static void leaked(struct kunit *test)
{
	void *a = kmalloc(16, GFP_KERNEL), *b;

	if (!a)
		return;
	b = kmalloc(16, GFP_KERNEL);
	if (!b)
		return;
	kfree(b);
	kfree(a);
}

/* The lock is kept on the way out: the next one waits for good. */
static DEFINE_MUTEX(lock);

static void lock_alloc(void *arg, unsigned int me)
{
	void *p;

	mutex_lock(&lock);
	p = kmalloc(16, GFP_KERNEL);
	if (!p)
		return;
	kfree(p);
	mutex_unlock(&lock);
}

static void lock_kept(struct kunit *test)
{
	litmus_run(test, 2, lock_alloc, NULL);
}

/* Freed on the way out, and again by the caller who does not know. */
static int fill(void *a)
{
	void *b = kmalloc(16, GFP_KERNEL);

	if (!b) {
		kfree(a);
		return -ENOMEM;
	}
	kfree(b);
	return 0;
}

static void freed_twice(struct kunit *test)
{
	void *a = kmalloc(16, GFP_KERNEL);

	if (!a)
		return;
	fill(a);
	kfree(a);
}

/* Not looked at. */
static void unchecked(struct kunit *test)
{
	int *p = kmalloc(sizeof(*p), GFP_KERNEL);

	WRITE_ONCE(*p, 1);
	kfree(p);
}

LITMUS_SUITE(KUNIT_CASE(leaked), KUNIT_CASE(lock_kept), KUNIT_CASE(freed_twice),
	     KUNIT_CASE(unchecked));
