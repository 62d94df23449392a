// SPDX-License-Identifier: MIT
/* Workqueues: waiting for items, cancelling them, delays. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/workqueue.h>
#include <lockstep/test.h>

struct gate {
	struct work_struct work;
	struct completion started, open;
	atomic_t runs;
};

static void gate_fn(struct work_struct *work)
{
	struct gate *g = container_of(work, struct gate, work);

	complete(&g->started);
	wait_for_completion(&g->open);
	atomic_inc(&g->runs);
}

static void gate_init(struct gate *g)
{
	init_completion(&g->started);
	init_completion(&g->open);
	atomic_set(&g->runs, 0);
	INIT_WORK(&g->work, gate_fn);
}

static int opener(void *data)
{
	struct gate *g = data;

	msleep(3);
	complete_all(&g->open);
	return 0;
}

static struct task_struct *open_later(struct kunit *test, struct gate *g)
{
	struct task_struct *t = kthread_create(opener, g, "opener");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	get_task_struct(t);
	wake_up_process(t);
	return t;
}

static void flush_waits(struct kunit *test)
{
	struct task_struct *t;
	struct gate g;

	gate_init(&g);
	schedule_work(&g.work);
	wait_for_completion(&g.started);
	KUNIT_EXPECT_EQ(test, work_busy(&g.work), WORK_BUSY_RUNNING);
	/* Queued again while it runs: flush waits for both. */
	KUNIT_EXPECT_TRUE(test, schedule_work(&g.work));
	t = open_later(test, &g);
	KUNIT_EXPECT_TRUE(test, flush_work(&g.work));
	KUNIT_EXPECT_EQ(test, atomic_read(&g.runs), 2);
	ls_task_join(t);
}

static void flush_workqueue_waits(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_workqueue("flush", WQ_UNBOUND, 2);
	struct task_struct *t;
	struct gate g[4];
	int i, runs = 0;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	for (i = 0; i < ARRAY_SIZE(g); i++) {
		gate_init(&g[i]);
		queue_work(wq, &g[i].work);
		if (i)
			complete_all(&g[i].open);
	}
	t = open_later(test, &g[0]);
	flush_workqueue(wq);
	for (i = 0; i < ARRAY_SIZE(g); i++)
		runs += atomic_read(&g[i].runs);
	KUNIT_EXPECT_EQ(test, runs, 4);
	ls_task_join(t);
	destroy_workqueue(wq);
}

static void cancel_queued(struct kunit *test)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("cancel", 0);
	struct task_struct *t;
	struct gate g, waits;

	KUNIT_ASSERT_NOT_NULL(test, wq);
	gate_init(&g);
	gate_init(&waits);
	queue_work(wq, &g.work);
	wait_for_completion(&g.started);
	queue_work(wq, &waits.work);
	KUNIT_EXPECT_TRUE(test, work_pending(&waits.work));
	KUNIT_EXPECT_TRUE(test, cancel_work_sync(&waits.work));
	KUNIT_EXPECT_FALSE(test, cancel_work(&waits.work));
	/* The running one is not pending, but waited for. */
	t = open_later(test, &g);
	KUNIT_EXPECT_FALSE(test, cancel_work_sync(&g.work));
	KUNIT_EXPECT_EQ(test, atomic_read(&g.runs), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&waits.runs), 0);
	ls_task_join(t);
	destroy_workqueue(wq);
}

struct self {
	struct work_struct work;
	struct completion started;
	atomic_t runs;
};

static void self_fn(struct work_struct *work)
{
	struct self *s = container_of(work, struct self, work);

	atomic_inc(&s->runs);
	complete(&s->started);
	usleep_range(20, 40);
	schedule_work(work);
}

/* An item that always queues itself can be stopped nevertheless. */
static void cancel_self_requeuing(struct kunit *test)
{
	struct self s;
	int i, runs;

	for (i = 0; i < 20; i++) {
		init_completion(&s.started);
		atomic_set(&s.runs, 0);
		INIT_WORK_ONSTACK(&s.work, self_fn);
		schedule_work(&s.work);
		wait_for_completion(&s.started);
		cancel_work_sync(&s.work);
		runs = atomic_read(&s.runs);
		usleep_range(50, 100);
		KUNIT_EXPECT_EQ(test, atomic_read(&s.runs), runs);
	}
}

static void disabled_work(struct kunit *test)
{
	struct gate g;

	gate_init(&g);
	complete_all(&g.open);
	KUNIT_EXPECT_FALSE(test, disable_work_sync(&g.work));
	KUNIT_EXPECT_FALSE(test, disable_work(&g.work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&g.work));
	KUNIT_EXPECT_FALSE(test, enable_work(&g.work));
	KUNIT_EXPECT_FALSE(test, schedule_work(&g.work));
	KUNIT_EXPECT_TRUE(test, enable_work(&g.work));
	KUNIT_EXPECT_TRUE(test, schedule_work(&g.work));
	flush_work(&g.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&g.runs), 1);
}

struct late {
	struct delayed_work dwork;
	atomic_t runs;
	unsigned long at;
};

static void late_fn(struct work_struct *work)
{
	struct late *l = container_of(to_delayed_work(work), struct late, dwork);

	l->at = jiffies;
	atomic_inc(&l->runs);
}

static void delayed_runs(struct kunit *test)
{
	unsigned long start;
	struct late l = {};

	INIT_DELAYED_WORK_ONSTACK(&l.dwork, late_fn);
	start = jiffies;
	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&l.dwork, 10));
	KUNIT_EXPECT_FALSE(test, schedule_delayed_work(&l.dwork, 1));
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&l.dwork));
	msleep(30);
	flush_work(&l.dwork.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&l.runs), 1);
	KUNIT_EXPECT_GE(test, l.at - start, 10);

	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&l.dwork, 100000));
	flush_delayed_work(&l.dwork);
	KUNIT_EXPECT_EQ(test, atomic_read(&l.runs), 2);

	KUNIT_EXPECT_TRUE(test, schedule_delayed_work(&l.dwork, 100000));
	KUNIT_EXPECT_TRUE(test, cancel_delayed_work_sync(&l.dwork));
	KUNIT_EXPECT_FALSE(test, cancel_delayed_work(&l.dwork));
	KUNIT_EXPECT_FALSE(test, flush_delayed_work(&l.dwork));

	KUNIT_EXPECT_FALSE(test, mod_delayed_work(system_wq, &l.dwork, 100000));
	KUNIT_EXPECT_TRUE(test, mod_delayed_work(system_wq, &l.dwork, 0));
	flush_work(&l.dwork.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&l.runs), 3);
	destroy_delayed_work_on_stack(&l.dwork);
}

/* Timer, worker and two who modify it race for one item. */
static int modifier(void *data)
{
	struct late *l = data;
	int i;

	for (i = 0; i < 1000; i++) {
		mod_delayed_work(system_wq, &l->dwork, i % 3);
		if (i % 7 == 0)
			cancel_delayed_work(&l->dwork);
		if (i % 50 == 0)
			usleep_range(100, 200);
	}
	return 0;
}

static void delayed_races(struct kunit *test)
{
	struct task_struct *t[2];
	struct late l = {};
	int i;

	INIT_DELAYED_WORK_ONSTACK(&l.dwork, late_fn);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_create(modifier, &l, "modifier%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
		get_task_struct(t[i]);
		wake_up_process(t[i]);
	}
	for (i = 0; i < 20; i++) {
		cancel_delayed_work_sync(&l.dwork);
		usleep_range(50, 100);
	}
	for (i = 0; i < ARRAY_SIZE(t); i++)
		ls_task_join(t[i]);
	cancel_delayed_work_sync(&l.dwork);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&l.dwork));
}

struct after_gp {
	struct rcu_work rwork;
	atomic_t runs;
};

static void after_gp_fn(struct work_struct *work)
{
	atomic_inc(&container_of(to_rcu_work(work), struct after_gp, rwork)->runs);
}

static void rcu_work_runs(struct kunit *test)
{
	struct after_gp a = {};

	INIT_RCU_WORK_ONSTACK(&a.rwork, after_gp_fn);
	KUNIT_EXPECT_TRUE(test, queue_rcu_work(system_wq, &a.rwork));
	KUNIT_EXPECT_TRUE(test, flush_rcu_work(&a.rwork));
	KUNIT_EXPECT_EQ(test, atomic_read(&a.runs), 1);
	KUNIT_EXPECT_FALSE(test, flush_rcu_work(&a.rwork));
}

static void flush_self_fn(struct work_struct *work)
{
	flush_work(work);
}

static struct workqueue_struct *own_wq;

static void flush_own_queue_fn(struct work_struct *work)
{
	flush_workqueue(own_wq);
}

/* An item that waits for itself ends in a report; who waits for the item goes on. */
static void flush_from_itself(struct kunit *test)
{
	struct work_struct work;

	own_wq = alloc_workqueue("own", 0, 0);
	KUNIT_ASSERT_NOT_NULL(test, own_wq);
	lockstep_expect_report(test, "self-deadlock");
	INIT_WORK_ONSTACK(&work, flush_self_fn);
	queue_work(own_wq, &work);
	flush_work(&work);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 1);

	lockstep_expect_report(test, "self-deadlock");
	INIT_WORK_ONSTACK(&work, flush_own_queue_fn);
	queue_work(own_wq, &work);
	flush_workqueue(own_wq);
	KUNIT_EXPECT_EQ(test, lockstep_nr_expected(test), 2);
	destroy_workqueue(own_wq);
}

static struct kunit_case flush_cases[] = {
	KUNIT_CASE(flush_waits),       KUNIT_CASE(flush_workqueue_waits),
	KUNIT_CASE(cancel_queued),     KUNIT_CASE(cancel_self_requeuing),
	KUNIT_CASE(disabled_work),     KUNIT_CASE(delayed_runs),
	KUNIT_CASE(delayed_races),     KUNIT_CASE(rcu_work_runs),
	KUNIT_CASE(flush_from_itself), {}
};

static struct kunit_suite flush_suite = {
	.name = "sched_workqueue_flush",
	.test_cases = flush_cases,
};

kunit_test_suite(flush_suite);
