// SPDX-License-Identifier: MIT
/* Reference counts and atomics. */
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kref.h>
#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <lockstep/test.h>

static void counts_go_up_and_down(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(1);

	refcount_inc(&r);
	KUNIT_EXPECT_TRUE(test, refcount_inc_not_zero(&r));
	KUNIT_EXPECT_EQ(test, refcount_read(&r), 3);
	KUNIT_EXPECT_FALSE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_FALSE(test, refcount_dec_if_one(&r));
	KUNIT_EXPECT_TRUE(test, refcount_dec_not_one(&r));
	KUNIT_EXPECT_FALSE(test, refcount_dec_not_one(&r));
	KUNIT_EXPECT_TRUE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_FALSE(test, refcount_inc_not_zero(&r));
}

static void overflow_saturates(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(REFCOUNT_MAX);

	lockstep_expect_report(test, "refcount-saturated");
	refcount_inc(&r);
	KUNIT_EXPECT_EQ(test, (int)refcount_read(&r), REFCOUNT_SATURATED);
	KUNIT_EXPECT_EQ(test, lockstep_last_report(test)->class, LS_MISUSE);
}

static void taking_from_zero_is_reported(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(0);

	lockstep_expect_report(test, "refcount-use-after-free");
	refcount_inc(&r);
	KUNIT_EXPECT_EQ(test, (int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void dropping_too_often_is_reported(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(0);

	lockstep_expect_report(test, "refcount-use-after-free");
	KUNIT_EXPECT_FALSE(test, refcount_dec_and_test(&r));
	KUNIT_EXPECT_EQ(test, (int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void dec_of_the_last_is_reported(struct kunit *test)
{
	refcount_t r = REFCOUNT_INIT(1);

	lockstep_expect_report(test, "refcount-leak");
	refcount_dec(&r);
}

static DEFINE_MUTEX(lock);
static int released;

static void release(struct kref *kref)
{
	released++;
	if (mutex_is_locked(&lock))
		mutex_unlock(&lock);
}

static void kref_releases_once(struct kunit *test)
{
	struct kref k;

	released = 0;
	kref_init(&k);
	kref_get(&k);
	KUNIT_EXPECT_EQ(test, kref_put(&k, release), 0);
	KUNIT_EXPECT_EQ(test, released, 0);
	KUNIT_EXPECT_EQ(test, kref_put_mutex(&k, release, &lock), 1);
	KUNIT_EXPECT_EQ(test, released, 1);
	KUNIT_EXPECT_FALSE(test, kref_get_unless_zero(&k));
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&lock));
}

static void atomics(struct kunit *test)
{
	atomic_t a = ATOMIC_INIT(5);
	atomic64_t b = ATOMIC64_INIT(1);
	int old = 5;
	void *p = NULL;

	KUNIT_EXPECT_EQ(test, atomic_inc_return(&a), 6);
	KUNIT_EXPECT_EQ(test, atomic_fetch_add(4, &a), 6);
	KUNIT_EXPECT_EQ(test, atomic_cmpxchg(&a, 10, 5), 10);
	KUNIT_EXPECT_TRUE(test, atomic_try_cmpxchg(&a, &old, 7));
	KUNIT_EXPECT_FALSE(test, atomic_try_cmpxchg(&a, &old, 8));
	KUNIT_EXPECT_EQ(test, old, 7);
	KUNIT_EXPECT_FALSE(test, atomic_add_unless(&a, 1, 7));
	KUNIT_EXPECT_EQ(test, atomic_dec_if_positive(&a), 6);
	KUNIT_EXPECT_FALSE(test, atomic_sub_and_test(5, &a));
	KUNIT_EXPECT_TRUE(test, atomic_dec_and_test(&a));
	KUNIT_EXPECT_EQ(test, atomic64_add_return(1LL << 40, &b), (1LL << 40) + 1);
	KUNIT_EXPECT_NULL(test, cmpxchg(&p, NULL, test));
	KUNIT_EXPECT_PTR_EQ(test, xchg(&p, NULL), (void *)test);
}

static void bits(struct kunit *test)
{
	unsigned long map[2] = {};

	set_bit(70, map);
	KUNIT_EXPECT_TRUE(test, test_bit(70, map));
	KUNIT_EXPECT_TRUE(test, test_and_clear_bit(70, map));
	KUNIT_EXPECT_FALSE(test, test_and_set_bit(3, map));
	KUNIT_EXPECT_EQ(test, find_first_bit(map, 128), 3);
	KUNIT_EXPECT_EQ(test, find_next_bit(map, 128, 4), 128);
	KUNIT_EXPECT_EQ(test, fls(0), 0);
	KUNIT_EXPECT_EQ(test, ffs(8), 4);
	KUNIT_EXPECT_EQ(test, __fls(8), 3);
	KUNIT_EXPECT_EQ(test, GENMASK(7, 4), 0xf0UL);
	KUNIT_EXPECT_EQ(test, sign_extend32(0xff, 7), -1);
}

static void llists_are_newest_first(struct kunit *test)
{
	struct llist_node n[3], *all;
	LLIST_HEAD(head);

	KUNIT_EXPECT_TRUE(test, llist_add(&n[0], &head));
	KUNIT_EXPECT_FALSE(test, llist_add(&n[1], &head));
	llist_add(&n[2], &head);
	KUNIT_EXPECT_PTR_EQ(test, llist_del_first(&head), &n[2]);
	all = llist_reverse_order(llist_del_all(&head));
	KUNIT_EXPECT_PTR_EQ(test, all, &n[0]);
	KUNIT_EXPECT_PTR_EQ(test, all->next, &n[1]);
	KUNIT_EXPECT_TRUE(test, llist_empty(&head));
}

static struct kunit_case count_cases[] = {
	KUNIT_CASE(counts_go_up_and_down),
	KUNIT_CASE(overflow_saturates),
	KUNIT_CASE(taking_from_zero_is_reported),
	KUNIT_CASE(dropping_too_often_is_reported),
	KUNIT_CASE(dec_of_the_last_is_reported),
	KUNIT_CASE(kref_releases_once),
	KUNIT_CASE(atomics),
	KUNIT_CASE(bits),
	KUNIT_CASE(llists_are_newest_first),
	{}
};

static struct kunit_suite count_suite = {
	.name = "lib_counts",
	.test_cases = count_cases,
};

kunit_test_suite(count_suite);
