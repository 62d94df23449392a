// SPDX-License-Identifier: MIT
/*
 * Readers and writers. Who reads and then wants to write gives the lock back in between and looks
 * again; who writes may go on as a reader without a gap.
 */
#include "../../litmus.h"
#include <linux/rwsem.h>

struct book {
	struct rw_semaphore sem;
	int pages;
	int wrong; /* readers that saw half a change */
};

static struct book *book_new(struct kunit *test)
{
	struct book *b = litmus_zalloc(test, struct book);

	init_rwsem(&b->sem);
	return b;
}

static void read(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	if (READ_ONCE(b->pages) & 1)
		WRITE_ONCE(b->wrong, 1);
	up_read(&b->sem);
}

static void write(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_write(&b->sem);
	WRITE_ONCE(b->pages, b->pages + 1);
	WRITE_ONCE(b->pages, b->pages + 1);
	up_write(&b->sem);
}

static void readers_2_writers_1(struct kunit *test)
{
	struct book *b = book_new(test);

	litmus_run_each(test, b, read, read, write);
	KUNIT_EXPECT_EQ(test, b->wrong, 0);
}

static void readers_1_writers_2(struct kunit *test)
{
	struct book *b = book_new(test);

	litmus_run_each(test, b, read, write, write);
	KUNIT_EXPECT_EQ(test, b->wrong, 0);
	KUNIT_EXPECT_EQ(test, b->pages, 4);
}

/* Readers alone have one class, however many there are. */
static void readers_4(struct kunit *test)
{
	struct book *b = book_new(test);

	litmus_run(test, 4, read, b);
	KUNIT_EXPECT_EQ(test, b->wrong, 0);
}

/* Fill it in if it is empty: read, give back, write, look again. */
static void fill_if_empty(void *arg, unsigned int me)
{
	struct book *b = arg;
	bool empty;

	down_read(&b->sem);
	empty = !b->pages;
	up_read(&b->sem);
	if (!empty)
		return;
	down_write(&b->sem);
	if (!b->pages)
		b->pages = me + 1;
	else
		b->wrong++; /* not wrong: seen in time */
	up_write(&b->sem);
}

static void read_then_write(struct kunit *test)
{
	struct book *b = book_new(test);

	litmus_run(test, 2, fill_if_empty, b);
	KUNIT_EXPECT_NE(test, b->pages, 0);
	KUNIT_EXPECT_LE(test, b->wrong, 1);
}

/* From writer to reader, without letting another writer in between. */
static void write_then_read(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_write(&b->sem);
	b->pages = me + 1;
	downgrade_write(&b->sem);
	if (b->pages != me + 1)
		WRITE_ONCE(b->wrong, 1);
	up_read(&b->sem);
}

static void downgrade(struct kunit *test, unsigned int nr)
{
	struct book *b = book_new(test);

	litmus_run(test, nr, write_then_read, b);
	KUNIT_EXPECT_EQ(test, b->wrong, 0);
}

LITMUS_SIZE(downgrade, 2)
LITMUS_SIZE(downgrade, 3)

LITMUS_SUITE(KUNIT_CASE(readers_2_writers_1), KUNIT_CASE(readers_1_writers_2),
	     KUNIT_CASE(readers_4), KUNIT_CASE(read_then_write), KUNIT_CASE(downgrade_2),
	     KUNIT_CASE(downgrade_3));
