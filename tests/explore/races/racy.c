// SPDX-License-Identifier: MIT
/*
 * Each of these has a data race, or uses freed memory, in some interleaving.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kcsan-checks.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "two.h"

struct big {
	long words[8];
};

static long n;
long seen; /* not static: a compiler leaves out what nobody reads */
static int flag;
static atomic_t count;
static unsigned long bits;
static struct big one, other;
static struct big *published, *block;
struct {
	unsigned int a : 4, b : 4;
} fields;
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(rwsem);

static void begin(void)
{
	n = 0;
	flag = 0;
	atomic_set(&count, 0);
	published = NULL;
}

static void add(void)
{
	n++;
}

static void counter(struct kunit *test)
{
	begin();
	two(test, add, add);
}

static void add_locked(void)
{
	mutex_lock(&mutex);
	n++;
	mutex_unlock(&mutex);
}

static void one_locked(struct kunit *test)
{
	begin();
	two(test, add_locked, add);
}

static void add_shared(void)
{
	down_read(&rwsem);
	n++;
	up_read(&rwsem);
}

static void both_shared(struct kunit *test)
{
	begin();
	two(test, add_shared, add_shared);
}

static void try_and_ignore(void)
{
	bool got = mutex_trylock(&mutex);

	n++;
	if (got)
		mutex_unlock(&mutex);
}

static void failed_trylock(struct kunit *test)
{
	begin();
	two(test, add_locked, try_and_ignore);
}

static void write_marked(void)
{
	WRITE_ONCE(n, 1);
}

static void read_plain(void)
{
	seen = n;
}

static void half_marked(struct kunit *test)
{
	begin();
	two(test, write_marked, read_plain);
}

static void publish_plain(void)
{
	one.words[0] = 1;
	published = &one;
}

static void use_pointer(void)
{
	struct big *p = READ_ONCE(published);

	if (p)
		seen = p->words[0];
}

static void plain_pointer(struct kunit *test)
{
	begin();
	two(test, publish_plain, use_pointer);
}

static void publish_marked(void)
{
	n = 42;
	WRITE_ONCE(flag, 1);
}

static void use_marked(void)
{
	if (READ_ONCE(flag))
		seen = n;
}

static void flag_without_barrier(struct kunit *test)
{
	begin();
	two(test, publish_marked, use_marked);
}

static void publish_wmb(void)
{
	n = 42;
	smp_wmb();
	WRITE_ONCE(flag, 1);
}

static void half_a_barrier(struct kunit *test)
{
	begin();
	two(test, publish_wmb, use_marked);
}

static void publish_unordered(void)
{
	n = 42;
	atomic_inc(&count);
}

static void use_count(void)
{
	if (atomic_read_acquire(&count))
		seen = n;
}

static void unordered_atomic(struct kunit *test)
{
	begin();
	two(test, publish_unordered, use_count);
}

static void clear_plain(void)
{
	n = 1;
	clear_bit(0, &bits);
}

static void take_bit(void)
{
	if (!test_and_set_bit(0, &bits))
		seen = n;
}

static void bit_without_release(struct kunit *test)
{
	begin();
	bits = 1;
	two(test, clear_plain, take_bit);
}

static void copy_struct(void)
{
	other = one;
}

static void store_last(void)
{
	one.words[7] = 1;
}

static void struct_copy(struct kunit *test)
{
	begin();
	two(test, copy_struct, store_last);
}

static void copy_memory(void)
{
	memcpy(&other, &one, sizeof(other) - flag);
}

static void copied_memory(struct kunit *test)
{
	begin();
	two(test, copy_memory, store_last);
}

static void set_a(void)
{
	fields.a = 1;
}

static void set_b(void)
{
	fields.b = 2;
}

static void bit_fields(struct kunit *test)
{
	two(test, set_a, set_b);
}

static void assert_writer(void)
{
	ASSERT_EXCLUSIVE_WRITER(n);
}

static void exclusive_writer(struct kunit *test)
{
	begin();
	two(test, write_marked, assert_writer);
}

static void read_block(void)
{
	if (!READ_ONCE(flag))
		seen = block->words[3];
}

static void free_block(void)
{
	WRITE_ONCE(flag, 1);
	kfree(block);
}

static void freed_memory(struct kunit *test)
{
	begin();
	block = kzalloc(sizeof(*block), GFP_KERNEL);
	two(test, read_block, free_block);
}

static void read_late(void)
{
	struct big *b = block;

	if (READ_ONCE(flag))
		seen = b->words[3];
}

static void free_early(void)
{
	kfree(block);
	smp_store_release(&flag, 1);
}

static void freed_before(struct kunit *test)
{
	begin();
	block = kzalloc(sizeof(*block), GFP_KERNEL);
	two(test, read_late, free_early);
}

static void read_on_stack(void)
{
	seen = *(long *)READ_ONCE(published);
}

static void write_on_stack(void)
{
	*(long *)READ_ONCE(published) = 3;
}

static void stack_of_another(struct kunit *test)
{
	long here = 1;

	begin();
	WRITE_ONCE(published, (struct big *)&here);
	two(test, read_on_stack, read_on_stack);
	here = 2;
	two(test, read_on_stack, write_on_stack);
	KUNIT_EXPECT_EQ(test, here, 3);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(counter),
	KUNIT_CASE(one_locked),
	KUNIT_CASE(both_shared),
	KUNIT_CASE(failed_trylock),
	KUNIT_CASE(half_marked),
	KUNIT_CASE(plain_pointer),
	KUNIT_CASE(flag_without_barrier),
	KUNIT_CASE(half_a_barrier),
	KUNIT_CASE(unordered_atomic),
	KUNIT_CASE(bit_without_release),
	KUNIT_CASE(struct_copy),
	KUNIT_CASE(copied_memory),
	KUNIT_CASE(bit_fields),
	KUNIT_CASE(exclusive_writer),
	KUNIT_CASE(freed_memory),
	KUNIT_CASE(freed_before),
	KUNIT_CASE(stack_of_another),
	{},
};

static struct kunit_suite suite = {
	.name = "racy",
	.test_cases = cases,
};
kunit_test_suite(suite);

MODULE_LICENSE("Dual MIT/GPL");
