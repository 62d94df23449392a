// SPDX-License-Identifier: MIT
/*
 * The order of locks: what the validator learns, and what contradicts it.
 */

#include "party.h"
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static DEFINE_MUTEX(c);
static DEFINE_MUTEX(d);
static DECLARE_RWSEM(sem);
static DEFINE_SPINLOCK(spin);
static DEFINE_RWLOCK(rw);

static int order_init(struct kunit *test)
{
	ls_lockdep_reset();
	return 0;
}

static void nested(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

static void same_order(struct kunit *test)
{
	nested(&a, &b);
	nested(&b, &c);
	nested(&a, &c);
	nested(&a, &b);
}

static void both_orders(struct kunit *test)
{
	const struct ls_report *r;

	nested(&a, &b);
	lockstep_expect_report(test, "lock-order");
	nested(&b, &a);
	r = expect_report(test, "lock-order", LS_ORDER, &a);
	KUNIT_EXPECT_STREQ(test, r->object, "mutex 'a'");
	KUNIT_EXPECT_STREQ(test, r->what, "'a' is taken under 'b', but 'b' was taken under 'a' before");
	KUNIT_ASSERT_EQ(test, r->nr_parts, 2);
	/* where b was taken, and where the opposite order was seen */
	KUNIT_EXPECT_EQ(test, strncmp(r->parts[0].label, "'b' was taken by task", 21), 0);
	KUNIT_EXPECT_EQ(test, strncmp(r->parts[1].label, "'b' was taken under 'a' by task", 31), 0);
	KUNIT_EXPECT_GT(test, r->parts[0].stack.nr, 0);
	KUNIT_EXPECT_GT(test, r->parts[1].stack.nr, 0);
	/* once is enough */
	nested(&b, &a);
	nested(&a, &b);
}

static void over_four_locks(struct kunit *test)
{
	const struct ls_report *r;

	nested(&a, &b);
	nested(&b, &c);
	nested(&c, &d);
	lockstep_expect_report(test, "lock-order");
	nested(&d, &a);
	r = expect_report(test, "lock-order", LS_ORDER, &a);
	KUNIT_EXPECT_EQ(test, r->nr_parts, 4);
	KUNIT_EXPECT_NOT_NULL(test, strstr(r->what, "over 3 steps"));
}

static void reset_forgets(struct kunit *test)
{
	nested(&a, &b);
	ls_lockdep_reset();
	nested(&b, &a);
}

static void trylock_cannot_block(struct kunit *test)
{
	nested(&a, &b);
	mutex_lock(&b);
	KUNIT_EXPECT_TRUE(test, mutex_trylock(&a));
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static void but_what_follows_can(struct kunit *test)
{
	nested(&a, &b);
	KUNIT_EXPECT_TRUE(test, mutex_trylock(&b));
	lockstep_expect_report(test, "lock-order");
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static void out_of_turn_release(struct kunit *test)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&a);
	/* only b is held: a is not under it in a new order */
	mutex_lock(&c);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 2);
	mutex_unlock(&b);
	mutex_unlock(&c);
	nested(&b, &c);
	nested(&a, &b);
}

static void might_lock_teaches(struct kunit *test)
{
	mutex_lock(&a);
	might_lock(&b);
	mutex_unlock(&a);
	lockstep_expect_report(test, "lock-order");
	nested(&b, &a);
	expect_report(test, "lock-order", LS_ORDER, &a);
}

/* Whether or not it sleeps today: what may take a mutex is not called under a spinlock. */
static void might_lock_where_nobody_may_sleep(struct kunit *test)
{
	static DEFINE_SPINLOCK(spin);

	preempt_disable();
	might_lock(&b);
	preempt_enable();
	spin_lock(&spin);
	lockstep_expect_report(test, "sleep-in-atomic");
	might_lock(&b);
	spin_unlock(&spin);
}

static void might_lock_read_teaches(struct kunit *test)
{
	mutex_lock(&a);
	might_lock_read(&sem);
	mutex_unlock(&a);
	down_write(&sem);
	lockstep_expect_report(test, "lock-order");
	mutex_lock(&a);
	mutex_unlock(&a);
	up_write(&sem);
}

/* --- shared locks ------------------------------------------------------------- */

static void readers_of_rwsem_block(struct kunit *test)
{
	/* a reader waits behind a queued writer, so shared is as bad as exclusive */
	down_read(&sem);
	mutex_lock(&a);
	mutex_unlock(&a);
	up_read(&sem);
	mutex_lock(&a);
	lockstep_expect_report(test, "lock-order");
	down_read(&sem);
	expect_report(test, "lock-order", LS_ORDER, &sem);
	up_read(&sem);
	mutex_unlock(&a);
}

static void recursive_readers_do_not(struct kunit *test)
{
	read_lock(&rw);
	spin_lock(&spin);
	spin_unlock(&spin);
	read_unlock(&rw);
	spin_lock(&spin);
	read_lock(&rw);
	read_unlock(&rw);
	spin_unlock(&spin);
}

static void until_a_writer_comes(struct kunit *test)
{
	read_lock(&rw);
	spin_lock(&spin);
	spin_unlock(&spin);
	read_unlock(&rw);
	spin_lock(&spin);
	lockstep_expect_report(test, "lock-order");
	write_lock(&rw);
	write_unlock(&rw);
	spin_unlock(&spin);
	expect_report(test, "lock-order", LS_ORDER, &rw);
}

static void reader_twice(struct kunit *test)
{
	read_lock(&rw);
	read_lock(&rw);
	read_unlock(&rw);
	read_unlock(&rw);
	down_read(&sem);
	lockstep_expect_report(test, "recursion");
	down_read(&sem);
	expect_report(test, "recursion", LS_ORDER, &sem);
	up_read(&sem);
	up_read(&sem);
}

/* --- several of one class --------------------------------------------------------- */

struct node {
	struct mutex lock;
};

static void node_init(struct node *n)
{
	mutex_init(&n->lock);
}

static void two_of_a_class(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	mutex_lock(&x.lock);
	lockstep_expect_report(test, "recursion");
	mutex_lock(&y.lock);
	expect_report(test, "recursion", LS_ORDER, &y.lock);
	mutex_unlock(&y.lock);
	mutex_unlock(&x.lock);
}

static void two_levels(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	mutex_lock(&x.lock);
	mutex_lock_nested(&y.lock, SINGLE_DEPTH_NESTING);
	mutex_unlock(&y.lock);
	mutex_unlock(&x.lock);
}

static void levels_have_an_order(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	two_levels(test);
	mutex_lock_nested(&y.lock, 1);
	lockstep_expect_report(test, "lock-order");
	mutex_lock(&x.lock);
	KUNIT_EXPECT_NOT_NULL(test, strstr(lockstep_last_report(test)->what, "(level 1)"));
	mutex_unlock(&x.lock);
	mutex_unlock(&y.lock);
}

static void subclass_of_a_lock(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	lockdep_set_subclass(&y.lock, 2);
	mutex_lock(&x.lock);
	mutex_lock(&y.lock);
	mutex_unlock(&y.lock);
	mutex_unlock(&x.lock);
}

static void many_under_a_nest_lock(struct kunit *test)
{
	struct node n[60];
	int i;

	for (i = 0; i < ARRAY_SIZE(n); i++)
		node_init(&n[i]);
	mutex_lock(&a);
	for (i = 0; i < ARRAY_SIZE(n); i++)
		mutex_lock_nest_lock(&n[i].lock, &a);
	for (i = 0; i < ARRAY_SIZE(n); i++) {
		lockdep_assert_held(&n[i].lock);
		mutex_unlock(&n[i].lock);
		lockdep_assert_not_held(&n[i].lock);
	}
	mutex_unlock(&a);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 0);
}

static struct lock_class_key special;

static void own_class(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	lockdep_set_class(&y.lock, &special);
	KUNIT_EXPECT_TRUE(test, lockdep_match_class(&y.lock, &special));
	mutex_lock(&x.lock);
	mutex_lock(&y.lock);
	mutex_unlock(&y.lock);
	mutex_unlock(&x.lock);
	mutex_lock(&y.lock);
	lockstep_expect_report(test, "lock-order");
	mutex_lock(&x.lock);
	mutex_unlock(&x.lock);
	mutex_unlock(&y.lock);
}

static void class_changes_while_held(struct kunit *test)
{
	struct node x, y;

	node_init(&x);
	node_init(&y);
	mutex_lock(&x.lock);
	lock_set_subclass(&x.lock.dep_map, 1, _THIS_IP_);
	mutex_lock(&y.lock);
	mutex_unlock(&y.lock);
	mutex_unlock(&x.lock);
}

static void not_validated(struct kunit *test)
{
	struct node x;

	node_init(&x);
	lockdep_set_novalidate_class(&x.lock);
	nested(&x.lock, &a);
	nested(&a, &x.lock);
	mutex_lock(&x.lock);
	lockdep_assert_held(&x.lock);
	mutex_unlock(&x.lock);
}

static void dynamic_key(struct kunit *test)
{
	struct lock_class_key *key = kunit_kzalloc(test, sizeof(*key), GFP_KERNEL);
	struct node x;

	KUNIT_ASSERT_NOT_NULL(test, key);
	lockdep_register_key(key);
	__mutex_init(&x.lock, "dynamic", key);
	nested(&x.lock, &a);
	lockdep_unregister_key(key);
	/* the same address is another class now */
	lockdep_register_key(key);
	__mutex_init(&x.lock, "dynamic again", key);
	nested(&a, &x.lock);
	lockdep_unregister_key(key);
}

static void too_many(struct kunit *test)
{
	struct lockdep_map map[50];
	static struct lock_class_key key[50];
	int i;

	for (i = 0; i < 50; i++)
		lockdep_init_map(&map[i], "deep", &key[i], 0);
	for (i = 0; i < 48; i++)
		lock_map_acquire(&map[i]);
	lockstep_expect_report(test, "lock-depth");
	lock_map_acquire(&map[48]);
	expect_report(test, "lock-depth", LS_MISUSE, NULL);
	lock_map_acquire(&map[49]);
	for (i = 50; i-- > 0;)
		lock_map_release(&map[i]);
	KUNIT_EXPECT_EQ(test, lockdep_depth(current), 0);
}

/* --- fences -------------------------------------------------------------------------- */

static struct lockdep_map fence_map = STATIC_LOCKDEP_MAP_INIT("dma_fence_map", &fence_map);

static void signalling_is_named(struct kunit *test)
{
	/* somebody waits for a fence under a ... */
	mutex_lock(&a);
	lock_map_acquire(&fence_map);
	lock_map_release(&fence_map);
	mutex_unlock(&a);
	/* ... and a is needed to signal one */
	lock_acquire(&fence_map, 0, 0, 1, 1, NULL, _THIS_IP_);
	lockstep_expect_report(test, "fence-signalling");
	mutex_lock(&a);
	expect_report(test, "fence-signalling", LS_ORDER, &a);
	mutex_unlock(&a);
	lock_release(&fence_map, _THIS_IP_);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(same_order),
	KUNIT_CASE(both_orders),
	KUNIT_CASE(over_four_locks),
	KUNIT_CASE(reset_forgets),
	KUNIT_CASE(trylock_cannot_block),
	KUNIT_CASE(but_what_follows_can),
	KUNIT_CASE(out_of_turn_release),
	KUNIT_CASE(might_lock_teaches),
	KUNIT_CASE(might_lock_where_nobody_may_sleep),
	KUNIT_CASE(might_lock_read_teaches),
	KUNIT_CASE(readers_of_rwsem_block),
	KUNIT_CASE(recursive_readers_do_not),
	KUNIT_CASE(until_a_writer_comes),
	KUNIT_CASE(reader_twice),
	KUNIT_CASE(two_of_a_class),
	KUNIT_CASE(two_levels),
	KUNIT_CASE(levels_have_an_order),
	KUNIT_CASE(subclass_of_a_lock),
	KUNIT_CASE(many_under_a_nest_lock),
	KUNIT_CASE(own_class),
	KUNIT_CASE(class_changes_while_held),
	KUNIT_CASE(not_validated),
	KUNIT_CASE(dynamic_key),
	KUNIT_CASE(too_many),
	KUNIT_CASE(signalling_is_named),
	{}
};

static struct kunit_suite suite = {
	.name = "lock_order",
	.init = order_init,
	.test_cases = cases,
};
kunit_test_suites(&suite);
