// SPDX-License-Identifier: MIT
/* What allocations may do where, and shrinkers. */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <lockstep/test.h>

static void allocating_in_atomic_context(struct kunit *test)
{
	void *p;

	preempt_disable();
	p = kmalloc(8, GFP_ATOMIC); /* may not sleep: fine */
	preempt_enable();
	kfree(p);

	lockstep_expect_report(test, "sleep-in-atomic");
	preempt_disable();
	p = kmalloc(8, GFP_KERNEL);
	preempt_enable();
	kfree(p);
}

static void scopes_nest(struct kunit *test)
{
	unsigned int nofs = memalloc_nofs_save(), noio = memalloc_noio_save();

	KUNIT_EXPECT_EQ(test, current_gfp_context(GFP_KERNEL), GFP_NOIO);
	memalloc_noio_restore(noio);
	KUNIT_EXPECT_EQ(test, current_gfp_context(GFP_KERNEL), GFP_NOFS);
	memalloc_nofs_restore(nofs);
	KUNIT_EXPECT_EQ(test, current_gfp_context(GFP_KERNEL), GFP_KERNEL);
}

static unsigned long cached, scans;

static unsigned long count(struct shrinker *shrinker, struct shrink_control *sc)
{
	return cached ?: SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	unsigned long n = min(sc->nr_to_scan, cached);

	scans++;
	cached -= n;
	return n ?: SHRINK_STOP;
}

static void shrinkers_run(struct kunit *test)
{
	struct shrinker *s = shrinker_alloc(0, "test-%d", 1);

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->count_objects = count;
	s->scan_objects = scan;
	cached = 300;
	scans = 0;
	KUNIT_EXPECT_EQ(test, ls_shrink_all(), 0); /* not registered yet */
	shrinker_register(s);
	KUNIT_EXPECT_EQ(test, ls_shrink_all(), 300);
	KUNIT_EXPECT_EQ(test, scans, 3);
	KUNIT_EXPECT_EQ(test, ls_shrink_all(), 0);
	shrinker_free(s);
}

static void embedded_shrinkers_run(struct kunit *test)
{
	struct shrinker s = { .count_objects = count, .scan_objects = scan, .batch = 1000 };

	cached = 300;
	KUNIT_ASSERT_EQ(test, register_shrinker(&s, "test"), 0);
	KUNIT_EXPECT_EQ(test, ls_shrink_all(), 300);
	unregister_shrinker(&s);
	cached = 1;
	KUNIT_EXPECT_EQ(test, ls_shrink_all(), 0);
}

static DEFINE_MUTEX(cache_lock);

static unsigned long scan_with_lock(struct shrinker *shrinker, struct shrink_control *sc)
{
	mutex_lock(&cache_lock);
	cached = 0;
	mutex_unlock(&cache_lock);
	return 1;
}

static void a_shrinkers_lock_is_not_held_over_allocations(struct kunit *test)
{
	struct shrinker s = { .count_objects = count, .scan_objects = scan_with_lock };
	void *p;

	KUNIT_ASSERT_EQ(test, register_shrinker(&s, "test"), 0);
	cached = 1;
	ls_shrink_all();
	lockstep_expect_report(test, "lock-order");
	mutex_lock(&cache_lock);
	p = kmalloc(8, GFP_KERNEL); /* might reclaim, and so wait for the lock */
	mutex_unlock(&cache_lock);
	kfree(p);
	unregister_shrinker(&s);
}

static struct kunit_case reclaim_cases[] = {
	KUNIT_CASE(allocating_in_atomic_context),
	KUNIT_CASE(scopes_nest),
	KUNIT_CASE(shrinkers_run),
	KUNIT_CASE(embedded_shrinkers_run),
	KUNIT_CASE(a_shrinkers_lock_is_not_held_over_allocations),
	{}
};

static struct kunit_suite reclaim_suite = {
	.name = "mm_reclaim",
	.test_cases = reclaim_cases,
};

kunit_test_suite(reclaim_suite);
