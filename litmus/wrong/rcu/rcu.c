// SPDX-License-Identifier: MIT
/*
 * A pointer is replaced under readers, and somebody has the old object longer than it lives.
 */
#include "../../litmus.h"
#include <linux/rcupdate.h>

struct node {
	struct rcu_head rcu;
	int value, check;
	atomic_t *freed;
};

struct list {
	struct node __rcu *node;
	struct node *fresh[2];
	atomic_t freed;
	bool torn;
};

static struct list *list_new(struct kunit *test)
{
	struct list *l = litmus_zalloc(test, struct list);
	unsigned int i;

	rcu_assign_pointer(l->node, litmus_new(test, struct node));
	for (i = 0; i < ARRAY_SIZE(l->fresh); i++)
		l->fresh[i] = litmus_new(test, struct node);
	return l;
}

/* @used: of the fresh nodes */
static void list_fini(struct list *l, unsigned int used)
{
	rcu_barrier();
	kfree(rcu_dereference_protected(l->node, true));
	for (; used < ARRAY_SIZE(l->fresh); used++)
		kfree(l->fresh[used]);
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
	return rcu_replace_pointer(l->node, fresh, true);
}

/* Freed at once. */
static void replace_and_free(void *arg, unsigned int me)
{
	struct list *l = arg;

	kfree(replace(l, l->fresh[0]));
}

static void freed_at_once(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_and_free, read);
	list_fini(l, 1);
}

/* The grace period is over before the pointer is replaced: it protects nobody. */
static void wait_and_replace(void *arg, unsigned int me)
{
	struct list *l = arg;

	synchronize_rcu();
	kfree(replace(l, l->fresh[0]));
}

static void waited_too_early(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, wait_and_replace, read);
	list_fini(l, 1);
}

/* The reader takes the pointer out of its section. */
static void read_outside(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *n;

	rcu_read_lock();
	n = rcu_dereference(l->node);
	rcu_read_unlock();
	if (READ_ONCE(n->value))
		WRITE_ONCE(l->torn, true);
}

static void replace_kfree_rcu(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *old = replace(l, l->fresh[me]);

	kfree_rcu(old, rcu);
}

static void used_outside(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_kfree_rcu, read_outside);
	list_fini(l, 1);
}

/* The section was left and entered again in between. */
static void read_in_two_sections(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *n;

	rcu_read_lock();
	n = rcu_dereference(l->node);
	rcu_read_unlock();
	cond_resched();
	rcu_read_lock();
	if (READ_ONCE(n->value))
		WRITE_ONCE(l->torn, true);
	rcu_read_unlock();
}

static void two_sections(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_kfree_rcu, read_in_two_sections);
	list_fini(l, 1);
}

/* Published first, filled in afterwards. */
static void replace_and_fill(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *n = l->fresh[0], *old = replace(l, n);

	WRITE_ONCE(n->value, 2);
	WRITE_ONCE(n->check, 2);
	kfree_rcu(old, rcu);
}

static void published_before_filled(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, replace_and_fill, read);
	list_fini(l, 1);
	KUNIT_EXPECT_FALSE(test, l->torn);
}

/* Two updaters without a lock between them read the same old pointer, and both free it. */
static void read_then_replace(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *old = rcu_access_pointer(l->node);

	rcu_assign_pointer(l->node, l->fresh[me]);
	synchronize_rcu();
	kfree(old);
}

static void two_updaters(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run(test, 2, read_then_replace, l);
	list_fini(l, 2);
}

/* The callback counts in memory that nobody keeps until it has run: rcu_barrier() is missing. */
static void count_and_free(struct rcu_head *head)
{
	struct node *n = container_of(head, struct node, rcu);

	atomic_inc(n->freed);
	kfree(n);
}

static void call_and_forget(void *arg, unsigned int me)
{
	struct list *l = arg;
	struct node *old = replace(l, l->fresh[0]);

	old->freed = &l->freed;
	call_rcu(&old->rcu, count_and_free);
}

static void no_barrier(struct kunit *test)
{
	struct list *l = litmus_new(test, struct list);

	rcu_assign_pointer(l->node, litmus_new(test, struct node));
	l->fresh[0] = litmus_new(test, struct node);
	litmus_run_each(test, l, call_and_forget, read);
	kfree(rcu_dereference_protected(l->node, true));
	kfree(l);
}

/* It waits for readers, and is one itself. */
static void wait_in_section(void *arg, unsigned int me)
{
	struct list *l = arg;

	rcu_read_lock();
	if (READ_ONCE(l->torn))
		synchronize_rcu();
	rcu_read_unlock();
}

static void set_torn(void *arg, unsigned int me)
{
	WRITE_ONCE(((struct list *)arg)->torn, true);
}

static void waits_for_itself(struct kunit *test)
{
	struct list *l = list_new(test);

	litmus_run_each(test, l, wait_in_section, set_torn);
	list_fini(l, 0);
}

LITMUS_SUITE(KUNIT_CASE(freed_at_once), KUNIT_CASE(waited_too_early), KUNIT_CASE(used_outside),
	     KUNIT_CASE(two_sections), KUNIT_CASE(published_before_filled),
	     KUNIT_CASE(two_updaters), KUNIT_CASE(no_barrier), KUNIT_CASE(waits_for_itself));
