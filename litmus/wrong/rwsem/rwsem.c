// SPDX-License-Identifier: MIT
/*
 * Readers who want more than to read, and readers who read twice.
 */
#include "../../litmus.h"
#include <linux/completion.h>
#include <linux/rwsem.h>

struct book {
	struct rw_semaphore sem, other;
	struct completion done;
	int pages, fills;
};

static struct book *book_new(struct kunit *test)
{
	struct book *b = litmus_zalloc(test, struct book);

	init_rwsem(&b->sem);
	init_rwsem(&b->other);
	init_completion(&b->done);
	return b;
}

/* A reader that becomes a writer, when it must, waits for itself. */
static void upgrade_if_empty(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	if (!READ_ONCE(b->pages)) {
		down_write(&b->sem);
		b->pages = 1;
		up_write(&b->sem);
	}
	up_read(&b->sem);
}

static void write(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_write(&b->sem);
	WRITE_ONCE(b->pages, 1);
	up_write(&b->sem);
}

static void upgrade(struct kunit *test)
{
	litmus_run_each(test, book_new(test), upgrade_if_empty, write);
}

/* By trying until it works: two readers who try keep each other from it for ever. */
static void upgrade_by_force(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	while (!down_write_trylock(&b->sem))
		cond_resched();
	up_write(&b->sem);
	up_read(&b->sem);
}

static void upgrade_by_trying(struct kunit *test)
{
	litmus_run(test, 2, upgrade_by_force, book_new(test));
}

/* A reader in a reader waits for a writer that waits in between for the first one. */
static void read_twice(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	down_read_nested(&b->sem, 1);
	up_read(&b->sem);
	up_read(&b->sem);
}

static void reads_twice(struct kunit *test)
{
	litmus_run_each(test, book_new(test), read_twice, write);
}

/* Two readers of two locks in both orders: harmless but for two writers, one waiting for each. */
static void read_sem_other(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	down_read(&b->other);
	up_read(&b->other);
	up_read(&b->sem);
}

static void read_other_sem(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->other);
	down_read(&b->sem);
	up_read(&b->sem);
	up_read(&b->other);
}

static void write_other(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_write(&b->other);
	up_write(&b->other);
}

static void readers_in_both_orders(struct kunit *test)
{
	litmus_run_each(test, book_new(test), read_sem_other, read_other_sem, write, write_other);
}

/* Read, give back, write, but without looking again: filled twice. */
static void fill_without_looking(void *arg, unsigned int me)
{
	struct book *b = arg;
	bool empty;

	down_read(&b->sem);
	empty = !b->fills;
	up_read(&b->sem);
	if (!empty)
		return;
	down_write(&b->sem);
	b->fills++;
	up_write(&b->sem);
}

static void not_looked_again(struct kunit *test)
{
	struct book *b = book_new(test);

	litmus_run(test, 2, fill_without_looking, b);
	KUNIT_EXPECT_EQ(test, b->fills, 1);
}

/* A reader waits for somebody who has to write before. */
static void read_and_wait(void *arg, unsigned int me)
{
	struct book *b = arg;

	down_read(&b->sem);
	wait_for_completion(&b->done);
	up_read(&b->sem);
}

static void write_and_complete(void *arg, unsigned int me)
{
	struct book *b = arg;

	write(arg, me);
	complete(&b->done);
}

static void waits_for_writer(struct kunit *test)
{
	litmus_run_each(test, book_new(test), read_and_wait, write_and_complete);
}

LITMUS_SUITE(KUNIT_CASE(upgrade), KUNIT_CASE(upgrade_by_trying), KUNIT_CASE(reads_twice),
	     KUNIT_CASE(readers_in_both_orders), KUNIT_CASE(not_looked_again),
	     KUNIT_CASE(waits_for_writer));
