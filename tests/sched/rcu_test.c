// SPDX-License-Identifier: MIT
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/percpu.h>
#include <lockstep/test.h>

struct node {
	struct list_head link;
	unsigned long magic;
	struct rcu_head rcu;
};

#define ALIVE 0x600dUL

static struct node __rcu *published;
static atomic_t bad, reads;

static int reader(void *data)
{
	struct node *n;

	while (!kthread_should_stop()) {
		rcu_read_lock();
		n = rcu_dereference(published);
		if (n && READ_ONCE(n->magic) != ALIVE)
			atomic_inc(&bad);
		cpu_relax();
		if (n && READ_ONCE(n->magic) != ALIVE)
			atomic_inc(&bad);
		rcu_read_unlock();
		atomic_inc(&reads);
	}
	return 0;
}

static void node_free(struct rcu_head *rcu)
{
	struct node *n = container_of(rcu, struct node, rcu);

	WRITE_ONCE(n->magic, 0);
	kfree(n);
}

/* Readers never see an object that was given back, whichever way it was. */
static void rcu_grace_periods(struct kunit *test)
{
	struct task_struct *t[2];
	struct node *old, *new;
	int i;

	atomic_set(&bad, 0);
	atomic_set(&reads, 0);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_run(reader, NULL, "reader%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
	}
	/* A thread that is stopped before it has begun never runs. */
	while (!atomic_read(&reads))
		msleep(1);
	for (i = 0; i < 1000; i++) {
		new = kzalloc(sizeof(*new), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, new);
		new->magic = ALIVE;
		old = rcu_replace_pointer(published, new, true);
		if (!old)
			continue;
		switch (i % 10) {
		case 0:
			synchronize_rcu();
			WRITE_ONCE(old->magic, 0);
			kfree(old);
			break;
		case 1:
			kfree_rcu_mightsleep(old);
			break;
		case 2 ... 5:
			call_rcu(&old->rcu, node_free);
			break;
		default:
			kfree_rcu(old, rcu);
		}
	}
	old = rcu_replace_pointer(published, NULL, true);
	kfree_rcu(old, rcu);
	for (i = 0; i < ARRAY_SIZE(t); i++)
		kthread_stop(t[i]);
	rcu_barrier();
	KUNIT_EXPECT_EQ(test, atomic_read(&bad), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&reads), 0);
}

struct order {
	struct rcu_head rcu;
	bool in_softirq;
	bool done;
};

static void order_fn(struct rcu_head *rcu)
{
	struct order *o = container_of(rcu, struct order, rcu);

	o->in_softirq = in_serving_softirq();
	o->done = true;
}

static void rcu_barrier_waits(struct kunit *test)
{
	struct order o[8] = {};
	int i;

	for (i = 0; i < ARRAY_SIZE(o); i++)
		call_rcu(&o[i].rcu, order_fn);
	rcu_barrier();
	for (i = 0; i < ARRAY_SIZE(o); i++) {
		KUNIT_EXPECT_TRUE(test, o[i].done);
		KUNIT_EXPECT_TRUE(test, o[i].in_softirq);
	}
}

static void rcu_polling(struct kunit *test)
{
	unsigned long cookie = get_state_synchronize_rcu();
	int tries;

	KUNIT_EXPECT_FALSE(test, poll_state_synchronize_rcu(cookie));
	cond_synchronize_rcu(cookie);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(cookie));
	cookie = start_poll_synchronize_rcu();
	for (tries = 0; !poll_state_synchronize_rcu(cookie) && tries < 2000; tries++)
		msleep(1);
	KUNIT_EXPECT_TRUE(test, poll_state_synchronize_rcu(cookie));
}

static void sync_in_reader(void *unused)
{
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
}

static void rcu_sync_in_reader(struct kunit *test)
{
	const struct ls_report *r;

	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(sync_in_reader, NULL), -EDEADLK);
	r = lockstep_last_report(test);
	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_EXPECT_EQ(test, r->class, LS_DEADLOCK);
	/* The section of the task that is gone must not keep others waiting. */
	synchronize_rcu();
}

DEFINE_STATIC_SRCU(domain);

static int srcu_reader(void *data)
{
	struct node **slot = data, *n;
	int idx;

	while (!kthread_should_stop()) {
		idx = srcu_read_lock(&domain);
		n = srcu_dereference(*slot, &domain);
		if (n && READ_ONCE(n->magic) != ALIVE)
			atomic_inc(&bad);
		cond_resched();
		if (n && READ_ONCE(n->magic) != ALIVE)
			atomic_inc(&bad);
		srcu_read_unlock(&domain, idx);
	}
	return 0;
}

static void srcu_grace_periods(struct kunit *test)
{
	struct node *slot = NULL, *old, *new;
	struct task_struct *t;
	int i;

	atomic_set(&bad, 0);
	t = kthread_run(srcu_reader, &slot, "srcu");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t);
	for (i = 0; i < 200; i++) {
		new = kzalloc(sizeof(*new), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, new);
		new->magic = ALIVE;
		old = rcu_replace_pointer(slot, new, true);
		if (!old)
			continue;
		if (i % 2) {
			synchronize_srcu(&domain);
			WRITE_ONCE(old->magic, 0);
			kfree(old);
		} else {
			call_srcu(&domain, &old->rcu, node_free);
		}
	}
	kthread_stop(t);
	srcu_barrier(&domain);
	kfree(slot);
	KUNIT_EXPECT_EQ(test, atomic_read(&bad), 0);
}

static struct completion in_section, may_leave;
static atomic_t left;

static void sched_reader(void *arg)
{
	preempt_disable();
	complete(&in_section);
	while (!try_wait_for_completion(&may_leave))
		cpu_relax();
	atomic_set(&left, 1);
	preempt_enable();
}

static int sched_reader_main(void *arg)
{
	sched_reader(arg);
	return 0;
}

static int leave_later(void *arg)
{
	usleep_range(2000, 3000);
	complete(&may_leave);
	return 0;
}

static void give_up(void *unused)
{
	ls_task_abort();
}

/* A thread that stayed for each of them would be one too many sooner or later. */
static void many_tasks_are_ended(struct kunit *test)
{
	unsigned int before = ls_nr_tasks();
	int i;

	for (i = 0; i < 1500; i++) {
		if (lockstep_run_task(give_up, NULL) != -EDEADLK)
			break;
	}
	KUNIT_EXPECT_EQ(test, i, 1500);
	KUNIT_EXPECT_EQ(test, ls_nr_tasks(), before);
}

/* A section with preemption off is a reader, too. */
static void preempt_sections_hold_it_up(struct kunit *test)
{
	struct task_struct *reader, *other;

	init_completion(&in_section);
	init_completion(&may_leave);
	atomic_set(&left, 0);
	reader = ls_task_start(sched_reader_main, NULL, "reader");
	KUNIT_ASSERT_NOT_NULL(test, reader);
	wait_for_completion(&in_section);
	other = ls_task_start(leave_later, NULL, "other");
	KUNIT_ASSERT_NOT_NULL(test, other);
	synchronize_rcu();
	KUNIT_EXPECT_EQ(test, atomic_read(&left), 1);
	ls_task_join(reader);
	ls_task_join(other);

	/* reported, but it does not wait for itself */
	lockstep_expect_report(test, "sleep-in-atomic");
	preempt_disable();
	synchronize_rcu();
	preempt_enable();
}

DEFINE_STATIC_SRCU(other_domain);
DEFINE_STATIC_SRCU(stuck_domain);

static void srcu_held_elsewhere(void *arg)
{
	KUNIT_EXPECT_FALSE((struct kunit *)arg, srcu_read_lock_held(&domain));
}

static void srcu_sync_in_reader(void *arg)
{
	srcu_read_lock(&stuck_domain);
	synchronize_srcu(&stuck_domain);
}

static void srcu_knows_its_readers(struct kunit *test)
{
	struct srcu_struct dynamic;
	int a, b;

	KUNIT_EXPECT_FALSE(test, srcu_read_lock_held(&domain));
	a = srcu_read_lock(&domain);
	b = srcu_read_lock(&domain);
	KUNIT_EXPECT_TRUE(test, srcu_read_lock_held(&domain));
	KUNIT_EXPECT_FALSE(test, srcu_read_lock_held(&other_domain));
	KUNIT_EXPECT_EQ(test, lockstep_run_task(srcu_held_elsewhere, test), 0);
	synchronize_srcu(&other_domain);
	srcu_read_unlock(&domain, b);
	KUNIT_EXPECT_TRUE(test, srcu_read_lock_held(&domain));
	srcu_read_unlock(&domain, a);
	KUNIT_EXPECT_FALSE(test, srcu_read_lock_held(&domain));

	/* begun here, ended elsewhere: no section of this task */
	a = srcu_down_read(&domain);
	KUNIT_EXPECT_FALSE(test, srcu_read_lock_held(&domain));
	srcu_up_read(&domain, a);

	KUNIT_EXPECT_EQ(test, init_srcu_struct(&dynamic), 0);
	synchronize_srcu(&dynamic);
	cleanup_srcu_struct(&dynamic);

	lockstep_expect_report(test, "self-deadlock");
	KUNIT_EXPECT_EQ(test, lockstep_run_task(srcu_sync_in_reader, NULL), -EDEADLK);
}

static void rcu_lists(struct kunit *test)
{
	struct node a = { .magic = 1 }, b = { .magic = 2 }, c = { .magic = 3 }, *n;
	LIST_HEAD(list);
	unsigned long sum = 0;

	list_add_rcu(&a.link, &list);
	list_add_tail_rcu(&b.link, &list);
	list_replace_rcu(&a.link, &c.link);
	rcu_read_lock();
	list_for_each_entry_rcu(n, &list, link) sum = sum * 10 + n->magic;
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, sum, 32);
	list_del_rcu(&c.link);
	rcu_read_lock();
	n = list_first_or_null_rcu(&list, struct node, link);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, n, &b);
}

DEFINE_PER_CPU(unsigned long, test_counter);

static int counter(void *data)
{
	unsigned long __percpu *dynamic = data;
	int i;

	for (i = 0; i < 1000; i++) {
		this_cpu_inc(test_counter);
		this_cpu_add(*dynamic, 2);
	}
	return 0;
}

static void percpu_counts(struct kunit *test)
{
	unsigned long __percpu *dynamic = alloc_percpu(unsigned long);
	unsigned long sum = 0, twice = 0;
	struct task_struct *t[4];
	int i, cpu;

	KUNIT_ASSERT_NOT_NULL(test, dynamic);
	for (i = 0; i < ARRAY_SIZE(t); i++) {
		t[i] = kthread_create(counter, dynamic, "counter%d", i);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t[i]);
		get_task_struct(t[i]);
		wake_up_process(t[i]);
	}
	for (i = 0; i < ARRAY_SIZE(t); i++)
		ls_task_join(t[i]);
	for (cpu = 0; cpu < (int)nr_cpu_ids; cpu++) {
		sum += per_cpu(test_counter, cpu);
		twice += *per_cpu_ptr(dynamic, cpu);
		per_cpu(test_counter, cpu) = 0;
	}
	KUNIT_EXPECT_EQ(test, sum, 4000);
	KUNIT_EXPECT_EQ(test, twice, 8000);
	free_percpu(dynamic);
}

static struct kunit_case rcu_cases[] = {
	KUNIT_CASE(rcu_grace_periods),	KUNIT_CASE(rcu_barrier_waits),
	KUNIT_CASE(rcu_polling),	KUNIT_CASE(rcu_sync_in_reader),
	KUNIT_CASE(preempt_sections_hold_it_up), KUNIT_CASE(many_tasks_are_ended),
	KUNIT_CASE(srcu_grace_periods), KUNIT_CASE(srcu_knows_its_readers),
	KUNIT_CASE(rcu_lists),
	KUNIT_CASE(percpu_counts),	{}
};

static struct kunit_suite rcu_suite = {
	.name = "sched_rcu",
	.test_cases = rcu_cases,
};

kunit_test_suite(rcu_suite);
