// SPDX-License-Identifier: MIT
/*
 * Allocations of which any may fail (--fail-alloc 1). Each path of an error gives back what there was
 * until then, memory, references and locks.
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/slab.h>

struct pair {
	void *a, *b;
};

static struct pair *pair_new(void)
{
	struct pair *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return NULL;
	p->a = kzalloc(16, GFP_KERNEL);
	if (!p->a)
		goto err_free;
	p->b = kzalloc(16, GFP_KERNEL);
	if (!p->b)
		goto err_free_a;
	return p;

err_free_a:
	kfree(p->a);
err_free:
	kfree(p);
	return NULL;
}

static void pair_free(struct pair *p)
{
	kfree(p->b);
	kfree(p->a);
	kfree(p);
}

static void unwound(struct kunit *test)
{
	struct pair *p = pair_new();

	if (p)
		pair_free(p);
}

/* The lock is released on both ways out. */
struct store {
	struct mutex lock;
	void *item[2];
};

static void put_in(void *arg, unsigned int me)
{
	struct store *s = arg;

	mutex_lock(&s->lock);
	s->item[me] = kmalloc(16, GFP_KERNEL);
	if (!s->item[me])
		goto out_unlock;
	*(int *)s->item[me] = me;
out_unlock:
	mutex_unlock(&s->lock);
}

static struct store store;

static void lock_released(struct kunit *test)
{
	memset(&store, 0, sizeof(store));
	mutex_init(&store.lock);
	litmus_run(test, 2, put_in, &store);
	kfree(store.item[0]);
	kfree(store.item[1]);
}

/* Less than was asked for will do. */
static void fallback(struct kunit *test)
{
	void *p = kmalloc(4096, GFP_KERNEL | __GFP_NOWARN);

	if (!p)
		p = kmalloc(64, GFP_KERNEL);
	KUNIT_EXPECT_NOT_NULL(test, p); /* at most one of them fails */
	kfree(p);
}

LITMUS_SUITE(KUNIT_CASE(unwound), KUNIT_CASE(lock_released), KUNIT_CASE(fallback));
