// SPDX-License-Identifier: MIT
/*
 * A pointer is replaced under readers. The old object is freed when no reader can have it any more:
 * by kfree_rcu(), by call_rcu(), or after synchronize_rcu().
 */
#include "../../litmus.h"
#include <linux/mutex.h>
#include <linux/rcupdate.h>

struct node {
	struct rcu_head rcu;
	int value, check; /* equal in each node that is published */
	atomic_t *freed;
};

struct list {
	struct node __rcu *node;
	struct mutex lock; /* of updaters */
	struct node *fresh[2];
	atomic_t freed;
	bool torn;
};

static struct node *node_new(struct kunit *test, struct list *l, int value)
{
	struct node *n = litmus_new(test, struct node);

	n->value = n->check = value;
	n->freed = &l->freed;
	return n;
}

static struct list *list_new(struct kunit *test)
{
	struct list *l = litmus_zalloc(test, struct list);

	mutex_init(&l->lock);
	rcu_assign_pointer(l->node, node_new(test, l, 1));
	l->fresh[0] = node_new(test, l, 2);
	l->fresh[1] = node_new(test, l, 3);
	return l;
}

/* Wait for callbacks, then free what is left. */
static void list_fini(struct kunit *test, struct list *l)
{
	rcu_barrier();
	KUNIT_EXPECT_FALSE(test, l->torn);
	kfree(rcu_dereference_protected(l->node, true));
}

static void read(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *n;

	rcu_read_lock();
	n = rcu_dereference(l->node);
	if (READ_ONCE(n->value) != READ_ONCE(n->check))
		WRITE_ONCE(l->torn, true);
	rcu_read_unlock();
}

static struct node *replace(struct list *l, struct node *fresh)
{
	struct node *old;

	mutex_lock(&l->lock);
	old = rcu_replace_pointer(l->node, fresh, lockdep_is_held(&l->lock));
	mutex_unlock(&l->lock);
	return old;
}

static void replace_kfree_rcu(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *old = replace(l, l->fresh[0]);

	kfree_rcu(old, rcu);
}

static void free_node(struct rcu_head *head)
{
	struct node *n = container_of(head, struct node, rcu);

	atomic_inc(n->freed);
	kfree(n);
}

static void replace_call_rcu(void *arg, unsigned int me)
{
	struct list *l = arg;

	call_rcu(&replace(l, l->fresh[0])->rcu, free_node);
}

static void replace_other_call_rcu(void *arg, unsigned int me)
{
	struct list *l = arg;

	call_rcu(&replace(l, l->fresh[1])->rcu, free_node);
}

static void replace_synchronize(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *old = replace(l, l->fresh[0]);

	synchronize_rcu();
	kfree(old);
}

static void by_kfree_rcu(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_kfree_rcu, read, read);
	kfree(l->fresh[1]);
	list_fini(test, l);
}

static void by_call_rcu(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_call_rcu, read, read);
	kfree(l->fresh[1]);
	list_fini(test, l);
	KUNIT_EXPECT_EQ(test, atomic_read(&l->freed), 1);
}

static void by_synchronize_rcu(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_synchronize, read, read);
	kfree(l->fresh[1]);
	list_fini(test, l);
}

/* Two updaters, which keep out of each other's way by a lock: each frees another node. */
static void two_updaters(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_call_rcu, replace_other_call_rcu, read);
	list_fini(test, l);
	KUNIT_EXPECT_EQ(test, atomic_read(&l->freed), 2);
}

/* A section in a section ends with the outer one. */
static void read_nested(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *n;

	rcu_read_lock();
	n = rcu_dereference(l->node);
	rcu_read_lock();
	rcu_read_unlock();
	if (READ_ONCE(n->value) != READ_ONCE(n->check))
		WRITE_ONCE(l->torn, true);
	rcu_read_unlock();
}

static void nested_sections(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_synchronize, read_nested);
	kfree(l->fresh[1]);
	list_fini(test, l);
}

LITMUS_SUITE(KUNIT_CASE(by_kfree_rcu), KUNIT_CASE(by_call_rcu), KUNIT_CASE(by_synchronize_rcu),
	     KUNIT_CASE(two_updaters), KUNIT_CASE(nested_sections));
