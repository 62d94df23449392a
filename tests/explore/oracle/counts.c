// SPDX-License-Identifier: MIT
/*
 * Counts and lists without a lock, for the oracle: what such an operation decides by must be what
 * is there when its step is made, not when the task came to it, at the end of the step before.
 */
#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/percpu-refcount.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>

#include "party.h"

static refcount_t ref;
static atomic_t count, seen;
static struct llist_head list;
static struct llist_node node[3];
static struct percpu_ref shut;
static DEFINE_SPINLOCK(lock);
static int own[PARTY_MAX];

/* A step that nobody else has to do with, before the one that counts. */
static void come(unsigned int me)
{
	WRITE_ONCE(own[me], 1);
}

static void released(struct percpu_ref *unused)
{
	atomic_inc(&seen);
}

static int counts_init(struct kunit *test)
{
	refcount_set(&ref, 1);
	atomic_set(&count, 0);
	atomic_set(&seen, 0);
	init_llist_head(&list);
	return percpu_ref_init(&shut, released, 0, GFP_KERNEL);
}

/* --- refcounts ---------------------------------------------------------------------- */

static void ref_inc(unsigned int me)
{
	refcount_inc(&ref);
}

static void ref_dec_not_one(unsigned int me)
{
	come(me);
	if (!refcount_dec_not_one(&ref))
		atomic_inc(&seen);
}

static void ref_inc_not_zero(unsigned int me)
{
	come(me);
	if (refcount_inc_not_zero(&ref))
		atomic_inc(&seen);
}

static void ref_dec_and_lock(unsigned int me)
{
	come(me);
	if (refcount_dec_and_lock(&ref, &lock))
		spin_unlock(&lock);
}

static void ref_set(unsigned int me)
{
	refcount_set(&ref, 2);
}

static void ref_drop(unsigned int me)
{
	if (refcount_dec_and_test(&ref))
		atomic_inc(&seen);
}

static void dec_not_one(struct kunit *test)
{
	party(test, ref_dec_not_one, ref_inc, ref_dec_not_one);
}

static void inc_not_zero(struct kunit *test)
{
	party(test, ref_inc_not_zero, ref_drop);
}

static void inc_not_zero_again(struct kunit *test)
{
	refcount_set(&ref, 0);
	party(test, ref_inc_not_zero, ref_set);
}

static void dec_and_lock(struct kunit *test)
{
	party(test, ref_dec_and_lock, ref_inc, ref_dec_and_lock);
}

/* --- atomics -------------------------------------------------------------------------- */

static void add_unless_zero(unsigned int me)
{
	come(me);
	if (!atomic_add_unless(&count, 2, 0))
		atomic_inc(&seen);
}

static void add_one(unsigned int me)
{
	atomic_inc(&count);
}

static void take_one(unsigned int me)
{
	come(me);
	if (atomic_dec_if_positive(&count) < 0)
		atomic_inc(&seen);
}

static void unless_negative(unsigned int me)
{
	come(me);
	if (!atomic_inc_unless_negative(&count))
		atomic_inc(&seen);
}

static void minus_two(unsigned int me)
{
	atomic_sub(2, &count);
}

static void add_unless(struct kunit *test)
{
	party(test, add_unless_zero, add_one, take_one);
}

static void dec_if_positive(struct kunit *test)
{
	party(test, take_one, add_one, take_one);
}

static void inc_unless_negative(struct kunit *test)
{
	party(test, unless_negative, minus_two, add_one);
}

/* --- lists ---------------------------------------------------------------------------- */

static void put(unsigned int me)
{
	come(me);
	if (llist_add(&node[me], &list))
		atomic_inc(&seen);
}

static void get_first(unsigned int me)
{
	come(me);
	if (llist_del_first(&list))
		atomic_inc(&seen);
}

static void get_all(unsigned int me)
{
	come(me);
	if (llist_del_all(&list))
		atomic_inc(&seen);
}

static void list_2(struct kunit *test)
{
	party(test, put, put, get_first);
}

static void list_all(struct kunit *test)
{
	party(test, put, put, get_all);
}

/* --- counts that can be shut ------------------------------------------------------------ */

static void get_live(unsigned int me)
{
	come(me);
	if (percpu_ref_tryget_live(&shut))
		percpu_ref_put(&shut);
	else
		atomic_inc(&seen);
}

static void kill(unsigned int me)
{
	percpu_ref_kill(&shut);
}

static void look_whether_dying(unsigned int me)
{
	if (percpu_ref_is_dying(&shut))
		atomic_inc(&seen);
}

static void shut_2(struct kunit *test)
{
	party(test, get_live, kill);
}

static void shut_3(struct kunit *test)
{
	party(test, get_live, kill, look_whether_dying);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(dec_not_one),
	KUNIT_CASE(inc_not_zero),
	KUNIT_CASE(inc_not_zero_again),
	KUNIT_CASE(dec_and_lock),
	KUNIT_CASE(add_unless),
	KUNIT_CASE(dec_if_positive),
	KUNIT_CASE(inc_unless_negative),
	KUNIT_CASE(list_2),
	KUNIT_CASE(list_all),
	KUNIT_CASE(shut_2),
	KUNIT_CASE(shut_3),
	{},
};

static struct kunit_suite suite = {
	.name = "oracle_counts",
	.init = counts_init,
	.test_cases = cases,
};
kunit_test_suite(suite);
MODULE_LICENSE("MIT");
