// SPDX-License-Identifier: MIT
/*
 * Memory that is shared without a lock. What is explored is sequentially consistent; so are these.
 */
#include "../../litmus.h"
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/llist.h>

struct cell {
	struct llist_node node;
};

struct memory {
	atomic_t count;
	unsigned long bit;
	int want[2], turn;
	int inside; /* of the critical section */
	int x, y, seen[2];
	struct llist_head list;
	struct cell cell[3];
};

static void add_one(void *arg, unsigned int me)
{
	struct memory *m = arg;

	atomic_inc(&m->count);
}

static void counter(struct kunit *test, unsigned int nr)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, nr, add_one, m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->count), nr);
}

/* N! orders of N increments. */
LITMUS_SIZE(counter, 2)
LITMUS_SIZE(counter, 3)
LITMUS_SIZE(counter, 4)
LITMUS_SIZE(counter, 5)

/* Read, compute, compare and swap, until nobody came in between. */
static void add_by_cmpxchg(void *arg, unsigned int me)
{
	struct memory *m = arg;
	int old = atomic_read(&m->count);

	while (!atomic_try_cmpxchg(&m->count, &old, old + 1))
		;
}

static void cmpxchg_loop(struct kunit *test, unsigned int nr)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, nr, add_by_cmpxchg, m);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->count), nr);
}

LITMUS_SIZE(cmpxchg_loop, 2)
LITMUS_SIZE(cmpxchg_loop, 3)

/* Peterson's algorithm, with one try each: who cannot come in goes away. */
static void peterson_try(void *arg, unsigned int me)
{
	struct memory *m = arg;

	WRITE_ONCE(m->want[me], 1);
	WRITE_ONCE(m->turn, !me);
	smp_mb();
	if (!READ_ONCE(m->want[!me]) || READ_ONCE(m->turn) == me) {
		WRITE_ONCE(m->inside, READ_ONCE(m->inside) + 1);
		atomic_inc(&m->count);
	}
	smp_mb();
	WRITE_ONCE(m->want[me], 0);
}

static void peterson(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, peterson_try, m);
	KUNIT_EXPECT_EQ(test, m->inside, atomic_read(&m->count));
}

/* Store buffering: one of the two sees the other's store. */
static void store_then_load(void *arg, unsigned int me)
{
	struct memory *m = arg;

	WRITE_ONCE(*(me ? &m->y : &m->x), 1);
	smp_mb();
	m->seen[me] = READ_ONCE(*(me ? &m->x : &m->y));
}

static void store_buffering(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 2, store_then_load, m);
	KUNIT_EXPECT_GE(test, m->seen[0] + m->seen[1], 1);
}

/* Message passing: who sees the flag sees the data. */
static void send(void *arg, unsigned int me)
{
	struct memory *m = arg;

	WRITE_ONCE(m->x, 1);
	smp_store_release(&m->y, 1);
}

static void receive(void *arg, unsigned int me)
{
	struct memory *m = arg;

	m->seen[0] = smp_load_acquire(&m->y);
	m->seen[1] = READ_ONCE(m->x);
}

static void message(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run_each(test, m, send, receive);
	KUNIT_EXPECT_GE(test, m->seen[1], m->seen[0]);
}

/* One of N sets the bit, and has the critical section to itself. */
static void once(void *arg, unsigned int me)
{
	struct memory *m = arg;

	if (!test_and_set_bit(3, &m->bit))
		m->inside++;
}

static void only_one(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 3, once, m);
	KUNIT_EXPECT_EQ(test, m->inside, 1);
}

/* A list without a lock: nothing that was put in is lost. */
static void push(void *arg, unsigned int me)
{
	struct memory *m = arg;

	llist_add(&m->cell[me].node, &m->list);
}

static void pop_all(void *arg, unsigned int me)
{
	struct memory *m = arg;
	struct llist_node *n;

	for (n = llist_del_all(&m->list); n; n = n->next)
		atomic_inc(&m->count);
}

static void llist(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run_each(test, m, push, push, pop_all);
	pop_all(m, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&m->count), 2);
}

/* Tasks that share nothing: one class, whatever their number. */
static void own_cell(void *arg, unsigned int me)
{
	int *own = (int *)arg + me;

	WRITE_ONCE(*own, 1);
	WRITE_ONCE(*own, READ_ONCE(*own) + 1);
	WRITE_ONCE(*own, READ_ONCE(*own) + 1);
}

static void independent(struct kunit *test)
{
	int *cells = kunit_kcalloc(test, 8, sizeof(*cells), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cells);
	litmus_run(test, 8, own_cell, cells);
	KUNIT_EXPECT_EQ(test, cells[7], 3);
}

/* Readers alone: one class as well. */
static void look(void *arg, unsigned int me)
{
	struct memory *m = arg;

	if (READ_ONCE(m->x) || atomic_read(&m->count))
		WRITE_ONCE(m->y, 1);
}

static void readers(struct kunit *test)
{
	struct memory *m = litmus_zalloc(test, struct memory);

	litmus_run(test, 6, look, m);
	KUNIT_EXPECT_EQ(test, m->y, 0);
}

LITMUS_SUITE(KUNIT_CASE(counter_2), KUNIT_CASE(counter_3), KUNIT_CASE(counter_4),
	     KUNIT_CASE(counter_5), KUNIT_CASE(cmpxchg_loop_2), KUNIT_CASE(cmpxchg_loop_3),
	     KUNIT_CASE(peterson), KUNIT_CASE(store_buffering), KUNIT_CASE(message),
	     KUNIT_CASE(only_one), KUNIT_CASE(llist), KUNIT_CASE(independent),
	     KUNIT_CASE(readers));
