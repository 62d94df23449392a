// SPDX-License-Identifier: MIT
/* What orders or marks its accesses: no interleaving of these has a data race. */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include "two.h"

struct payload {
	long a, b;
	struct rcu_head rcu;
};

static long n;
long seen; /* not static: a compiler leaves out what nobody reads */
static int flag;
static atomic_t count;
static unsigned long bits;
static struct payload payload, *published;
static struct payload __rcu *shared;
struct {
	u8 first, second;
	u16 third;
} bytes;

static void begin(void)
{
	n = 0;
	flag = 0;
	bits = 0;
	atomic_set(&count, 0);
	published = NULL;
	RCU_INIT_POINTER(shared, NULL);
}

/* --- locks ---------------------------------------------------------------------- */

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spinlock);
static DECLARE_RWSEM(rwsem);

static void count_mutex(void)
{
	mutex_lock(&mutex);
	n++;
	mutex_unlock(&mutex);
}

static void count_spinlock(void)
{
	spin_lock(&spinlock);
	n++;
	spin_unlock(&spinlock);
}

static void count_trylock(void)
{
	if (!mutex_trylock(&mutex))
		return;
	n++;
	mutex_unlock(&mutex);
}

static void count_rwsem(void)
{
	down_write(&rwsem);
	n++;
	up_write(&rwsem);
}

static void look_rwsem(void)
{
	down_read(&rwsem);
	WARN_ON(n > 1);
	up_read(&rwsem);
}

static void lock_mutex(struct kunit *test)
{
	begin();
	two(test, count_mutex, count_mutex);
	KUNIT_EXPECT_EQ(test, n, 2);
}

static void lock_spinlock(struct kunit *test)
{
	begin();
	two(test, count_spinlock, count_spinlock);
	KUNIT_EXPECT_EQ(test, n, 2);
}

static void lock_trylock(struct kunit *test)
{
	begin();
	two(test, count_trylock, count_mutex);
}

static void lock_rwsem(struct kunit *test)
{
	begin();
	two(test, count_rwsem, look_rwsem);
}

/* --- marked ---------------------------------------------------------------------- */

static void write_marked(void)
{
	WRITE_ONCE(n, 1);
}

static void read_marked(void)
{
	seen = READ_ONCE(n);
}

static void marked(struct kunit *test)
{
	begin();
	two(test, write_marked, read_marked);
}

static void write_data_race(void)
{
	data_race(n++);
}

static void marked_data_race(struct kunit *test)
{
	begin();
	two(test, write_data_race, read_marked);
}

static void __no_kcsan write_unchecked(void)
{
	n++;
}

static void marked_function(struct kunit *test)
{
	begin();
	two(test, write_unchecked, read_marked);
}

static void count_atomic(void)
{
	atomic_inc(&count);
	set_bit(1, &bits);
}

static void marked_atomic(struct kunit *test)
{
	begin();
	two(test, count_atomic, count_atomic);
	KUNIT_EXPECT_EQ(test, atomic_read(&count), 2);
}

/* --- publishing -------------------------------------------------------------------- */

static void publish_release(void)
{
	n = 42;
	smp_store_release(&flag, 1);
}

static void use_acquire(void)
{
	if (smp_load_acquire(&flag))
		WARN_ON(n != 42);
}

static void release_acquire(struct kunit *test)
{
	begin();
	two(test, publish_release, use_acquire);
}

static void publish_wmb(void)
{
	n = 42;
	smp_wmb();
	WRITE_ONCE(flag, 1);
}

static void use_rmb(void)
{
	if (!READ_ONCE(flag))
		return;
	smp_rmb();
	WARN_ON(n != 42);
}

static void barriers(struct kunit *test)
{
	begin();
	two(test, publish_wmb, use_rmb);
}

static void publish_rcu(void)
{
	payload.a = 1;
	payload.b = 2;
	rcu_assign_pointer(shared, &payload);
}

static void use_rcu(void)
{
	struct payload *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p)
		WARN_ON(p->a + p->b != 3);
	rcu_read_unlock();
}

static void rcu_publish(struct kunit *test)
{
	begin();
	two(test, publish_rcu, use_rcu);
}

static void publish_pointer(void)
{
	payload.a = 1;
	smp_store_release(&published, &payload);
}

static void use_dependency(void)
{
	struct payload *p = READ_ONCE(published);

	if (p)
		WARN_ON(p->a != 1);
}

static void dependency(struct kunit *test)
{
	begin();
	two(test, publish_pointer, use_dependency);
}

static void publish_rmw(void)
{
	n = 42;
	atomic_inc_return(&count);
}

static void use_rmw(void)
{
	if (atomic_cmpxchg(&count, 1, 2) == 1)
		WARN_ON(n != 42);
}

static void full_atomics(struct kunit *test)
{
	begin();
	two(test, publish_rmw, use_rmw);
}

static void lock_bit(void)
{
	while (test_and_set_bit_lock(0, &bits))
		cpu_relax();
	n++;
	clear_bit_unlock(0, &bits);
}

static void bit_lock(struct kunit *test)
{
	begin();
	two(test, lock_bit, lock_bit);
	KUNIT_EXPECT_EQ(test, n, 2);
}

/* --- grace periods -------------------------------------------------------------------- */

static void read_section(void)
{
	struct payload *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p)
		seen = p->a;
	rcu_read_unlock();
}

static void retire(void)
{
	struct payload *p = rcu_replace_pointer(shared, NULL, true);

	synchronize_rcu();
	p->a = 5; /* nobody can look any more */
	kfree(p);
}

static void grace_period(struct kunit *test)
{
	struct payload *p = kzalloc(sizeof(*p), GFP_KERNEL);

	begin();
	RCU_INIT_POINTER(shared, p);
	two(test, read_section, retire);
}

static void freed(struct rcu_head *head)
{
	struct payload *p = container_of(head, struct payload, rcu);

	p->a = 5;
	kfree(p);
}

static void retire_later(void)
{
	struct payload *p = rcu_replace_pointer(shared, NULL, true);

	call_rcu(&p->rcu, freed);
}

static void grace_period_callback(struct kunit *test)
{
	struct payload *p = kzalloc(sizeof(*p), GFP_KERNEL);

	begin();
	RCU_INIT_POINTER(shared, p);
	two(test, read_section, retire_later);
	rcu_barrier();
}

/* --- last reference --------------------------------------------------------------------- */

static struct counted {
	refcount_t refs;
	long used[2], sum;
} *counted;

static void drop(int i)
{
	struct counted *c = counted;

	c->used[i] = 1;
	if (refcount_dec_and_test(&c->refs)) {
		c->sum = c->used[0] + c->used[1];
		kfree(c);
	}
}

static void drop_first(void)
{
	drop(0);
}

static void drop_second(void)
{
	drop(1);
}

static void last_reference(struct kunit *test)
{
	counted = kzalloc(sizeof(*counted), GFP_KERNEL);
	refcount_set(&counted->refs, 2);
	two(test, drop_first, drop_second);
}

/* --- seqlock, work, neighbours ------------------------------------------------------------ */

static DEFINE_SEQLOCK(seqlock);

static void write_seq(void)
{
	write_seqlock(&seqlock);
	payload.a++;
	payload.b++;
	write_sequnlock(&seqlock);
}

static void read_seq(void)
{
	unsigned int seq;
	long a, b;

	do {
		seq = read_seqbegin(&seqlock);
		a = payload.a;
		b = payload.b;
	} while (read_seqretry(&seqlock, seq));
	WARN_ON(a != b);
}

static void sequence(struct kunit *test)
{
	payload.a = payload.b = 0;
	two(test, write_seq, read_seq);
}

static void work_fn(struct work_struct *work)
{
	n++;
}

static DECLARE_WORK(work, work_fn);

static void work_and_flush(struct kunit *test)
{
	begin();
	n = 1;
	schedule_work(&work);
	flush_work(&work);
	n++;
	KUNIT_EXPECT_EQ(test, n, 3);
}

static void write_first(void)
{
	bytes.first = 1;
}

static void write_others(void)
{
	bytes.second = 2;
	bytes.third = 3;
}

static void neighbours(struct kunit *test)
{
	two(test, write_first, write_others);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(lock_mutex),
	KUNIT_CASE(lock_spinlock),
	KUNIT_CASE(lock_trylock),
	KUNIT_CASE(lock_rwsem),
	KUNIT_CASE(marked),
	KUNIT_CASE(marked_data_race),
	KUNIT_CASE(marked_function),
	KUNIT_CASE(marked_atomic),
	KUNIT_CASE(release_acquire),
	KUNIT_CASE(barriers),
	KUNIT_CASE(rcu_publish),
	KUNIT_CASE(dependency),
	KUNIT_CASE(full_atomics),
	KUNIT_CASE(bit_lock),
	KUNIT_CASE(grace_period),
	KUNIT_CASE(grace_period_callback),
	KUNIT_CASE(last_reference),
	KUNIT_CASE(sequence),
	KUNIT_CASE(work_and_flush),
	KUNIT_CASE(neighbours),
	{},
};

static struct kunit_suite suite = {
	.name = "clean",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_LICENSE("Dual MIT/GPL");
