// SPDX-License-Identifier: MIT
/* Workqueues: running. What waits for items is in workqueue_flush_test.c. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <lockstep/test.h>

struct item {
	struct work_struct work;
	struct completion *done;
	atomic_t *gauge, *peak, *runs;
	int value;
};

static void count_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);

	atomic_inc(i->runs);
}

static void work_runs(struct kunit *test)
{
	atomic_t runs = ATOMIC_INIT(0);
	struct item item = { .runs = &runs };
	int i;

	INIT_WORK_ONSTACK(&item.work, count_fn);
	for (i = 0; i < 1000; i++) {
		KUNIT_EXPECT_TRUE(test, schedule_work(&item.work));
		flush_work(&item.work);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), 1000);
	KUNIT_EXPECT_FALSE(test, flush_work(&item.work));
	KUNIT_EXPECT_FALSE(test, work_pending(&item.work));
	KUNIT_EXPECT_EQ(test, work_busy(&item.work), 0);
	destroy_work_on_stack(&item.work);
}

static void free_self_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);
	atomic_t *runs = i->runs;

	kfree(i);
	atomic_inc(runs);
}

static void work_frees_itself(struct kunit *test)
{
	atomic_t runs = ATOMIC_INIT(0);
	struct workqueue_struct *wq;
	struct item *item;
	int i;

	wq = alloc_workqueue("free", WQ_UNBOUND, 0);
	KUNIT_ASSERT_NOT_NULL(test, wq);
	for (i = 0; i < 500; i++) {
		item = kzalloc(sizeof(*item), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, item);
		INIT_WORK(&item->work, free_self_fn);
		item->runs = &runs;
		queue_work(wq, &item->work);
	}
	destroy_workqueue(wq);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), 500);
}

/* Every item waits for all the others: with one worker too few this never ends. */
struct meeting {
	struct work_struct work;
	struct meeting_point {
		atomic_t missing;
		struct completion all;
	} * point;
};

static void meet_fn(struct work_struct *work)
{
	struct meeting_point *point = container_of(work, struct meeting, work)->point;

	if (atomic_dec_and_test(&point->missing))
		complete_all(&point->all);
	wait_for_completion(&point->all);
}

static void work_blocked_items(struct kunit *test)
{
	int nr = max(32, 2 * (int)num_online_cpus() + 1), i;
	struct meeting_point point;
	struct workqueue_struct *wq;
	struct meeting *m;

	m = kunit_kcalloc(test, nr, sizeof(*m), GFP_KERNEL);
	wq = alloc_workqueue("meet", 0, nr);
	KUNIT_ASSERT_NOT_NULL(test, m);
	KUNIT_ASSERT_NOT_NULL(test, wq);
	atomic_set(&point.missing, nr);
	init_completion(&point.all);
	for (i = 0; i < nr; i++) {
		INIT_WORK(&m[i].work, meet_fn);
		m[i].point = &point;
		queue_work(wq, &m[i].work);
	}
	destroy_workqueue(wq);
	KUNIT_EXPECT_EQ(test, atomic_read(&point.missing), 0);
}

static void spin_fn(struct work_struct *work)
{
	struct meeting_point *point = container_of(work, struct meeting, work)->point;

	atomic_dec(&point->missing);
	while (atomic_read(&point->missing))
		cpu_relax();
}

/* The same, but items poll and never sleep. */
static void work_polling_items(struct kunit *test)
{
	int nr = 2 * (int)num_online_cpus() + 3, i;
	struct meeting_point point;
	struct meeting *m;

	m = kunit_kcalloc(test, nr, sizeof(*m), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m);
	atomic_set(&point.missing, nr);
	for (i = 0; i < nr; i++) {
		INIT_WORK(&m[i].work, spin_fn);
		m[i].point = &point;
		queue_work(system_unbound_wq, &m[i].work);
	}
	for (i = 0; i < nr; i++)
		flush_work(&m[i].work);
	KUNIT_EXPECT_EQ(test, atomic_read(&point.missing), 0);
}

static void gauge_fn(struct work_struct *work)
{
	struct item *i = container_of(work, struct item, work);
	int now = atomic_inc_return(i->gauge), peak = atomic_read(i->peak);

	while (now > peak && !atomic_try_cmpxchg(i->peak, &peak, now))
		;
	usleep_range(100, 200);
	atomic_dec(i->gauge);
	if (i->runs)
		i->value = atomic_inc_return(i->runs);
}

static void run_gauged(struct kunit *test, struct workqueue_struct *wq, struct item *items, int nr,
		       int limit)
{
	atomic_t gauge = ATOMIC_INIT(0), peak = ATOMIC_INIT(0), runs = ATOMIC_INIT(0);
	int i;

	for (i = 0; i < nr; i++) {
		INIT_WORK(&items[i].work, gauge_fn);
		items[i].gauge = &gauge;
		items[i].peak = &peak;
		items[i].runs = &runs;
		queue_work(wq, &items[i].work);
	}
	flush_workqueue(wq);
	KUNIT_EXPECT_LE(test, atomic_read(&peak), limit);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), nr);
}

static void work_max_active(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_workqueue("max%d", WQ_UNBOUND | WQ_MEM_RECLAIM, 3, 3);
	struct item *items = kunit_kcalloc(test, 30, sizeof(*items), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_NOT_NULL(test, items);
	run_gauged(test, wq, items, 30, 3);
	workqueue_set_max_active(wq, 1);
	run_gauged(test, wq, items, 10, 1);
	destroy_workqueue(wq);
}

/* A bound queue is no ordered one: max_active counts what was queued on one processor. */
static void work_max_active_of_each_cpu(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_workqueue("bound", 0, 1);
	struct item *items = kunit_kcalloc(test, 20, sizeof(*items), GFP_KERNEL);
	atomic_t gauge = ATOMIC_INIT(0), peak = ATOMIC_INIT(0);
	struct meeting_point point;
	struct meeting m[2];
	int i;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_NOT_NULL(test, items);
	for (i = 0; i < 20; i++) {
		INIT_WORK(&items[i].work, gauge_fn);
		items[i].gauge = &gauge;
		items[i].peak = &peak;
		queue_work_on(0, wq, &items[i].work);
	}
	flush_workqueue(wq);
	KUNIT_EXPECT_EQ(test, atomic_read(&peak), 1);

	if (num_online_cpus() > 1) {
		/* each goes on only when the other one runs, too */
		atomic_set(&point.missing, 2);
		for (i = 0; i < 2; i++) {
			INIT_WORK_ONSTACK(&m[i].work, spin_fn);
			m[i].point = &point;
			queue_work_on(i, wq, &m[i].work);
		}
		flush_workqueue(wq);
		KUNIT_EXPECT_EQ(test, atomic_read(&point.missing), 0);
	}
	destroy_workqueue(wq);
}

static void work_ordered(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered", 0);
	struct item *items = kunit_kcalloc(test, 20, sizeof(*items), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	KUNIT_ASSERT_NOT_NULL(test, items);
	run_gauged(test, wq, items, 20, 1);
	for (i = 0; i < 20; i++)
		KUNIT_EXPECT_EQ(test, items[i].value, i + 1);
	destroy_workqueue(wq);
}

/* Queued from two queues while it runs, an item still never runs twice at once. */
static void work_non_reentrant(struct kunit *test)
{
	atomic_t gauge = ATOMIC_INIT(0), peak = ATOMIC_INIT(0), runs = ATOMIC_INIT(0);
	struct item item = { .gauge = &gauge, .peak = &peak, .runs = &runs };
	int i, queued = 0;

	INIT_WORK_ONSTACK(&item.work, gauge_fn);
	for (i = 0; i < 2000; i++) {
		queued += queue_work(i % 2 ? system_wq : system_unbound_wq, &item.work);
		cpu_relax();
		if (i % 100 == 0)
			usleep_range(50, 60);
	}
	flush_work(&item.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&peak), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&runs), queued);
}

struct again {
	struct work_struct work;
	struct workqueue_struct *wq;
	int left;
};

static void again_fn(struct work_struct *work)
{
	struct again *a = container_of(work, struct again, work);

	if (--a->left)
		queue_work(a->wq, &a->work);
}

static void work_requeues_itself(struct kunit *test)
{
	struct again a = { .wq = alloc_workqueue("again", 0, 1), .left = 50 };

	KUNIT_ASSERT_NOT_NULL(test, a.wq);
	INIT_WORK_ONSTACK(&a.work, again_fn);
	queue_work(a.wq, &a.work);
	drain_workqueue(a.wq);
	KUNIT_EXPECT_EQ(test, a.left, 0);
	destroy_workqueue(a.wq);
}

static void leak_fn(struct work_struct *work)
{
	preempt_disable();
}

static void work_leaves_atomic(struct kunit *test)
{
	struct work_struct work;

	INIT_WORK_ONSTACK(&work, leak_fn);
	lockstep_expect_report(test, "warn");
	schedule_work(&work);
	flush_work(&work);
	work_runs(test);
}

static struct kunit_case workqueue_cases[] = {
	KUNIT_CASE(work_runs),		KUNIT_CASE(work_frees_itself),
	KUNIT_CASE(work_blocked_items), KUNIT_CASE(work_polling_items),
	KUNIT_CASE(work_max_active),	KUNIT_CASE(work_max_active_of_each_cpu),
		KUNIT_CASE(work_ordered),
	KUNIT_CASE(work_non_reentrant), KUNIT_CASE(work_requeues_itself),
	KUNIT_CASE(work_leaves_atomic), {}
};

static struct kunit_suite workqueue_suite = {
	.name = "sched_workqueue",
	.test_cases = workqueue_cases,
};

kunit_test_suite(workqueue_suite);
