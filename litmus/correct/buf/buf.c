// SPDX-License-Identifier: MIT
/*
 * Buffers that are mapped, moved, attached and put by several at once, each of whom holds the reservation
 * lock where the convention wants it and a reference where it has a pointer.
 */
#include "../../buf.h"

static void map_and_use(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[me - 1]; /* task 0 is the exporter */

	dma_resv_lock(b->dmabuf->resv, NULL);
	importer_map(imp);
	importer_use(imp);
	dma_resv_unlock(b->dmabuf->resv);
}

static void move_against_map(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, buf_move, map_and_use);
	buf_put(test, b);
}

static void move_against_2_maps(struct kunit *test)
{
	struct buf *b = buf_new(test, 2);

	litmus_run_each(test, b, buf_move, map_and_use, map_and_use);
	buf_put(test, b);
}

/* Mapped before and used again afterwards, each time with the lock. */
static void map_use_use(void *arg, unsigned int me)
{
	map_and_use(arg, me);
	map_and_use(arg, me);
}

static void move_between_uses(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, buf_move, map_use_use);
	buf_put(test, b);
}

/* Each task has a reference of its own, and puts it. */
static void attach_and_put(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct dma_buf_attachment *attach = dma_buf_attach(b->dmabuf, b->dev);

	if (!IS_ERR(attach))
		dma_buf_detach(b->dmabuf, attach);
	dma_buf_put(b->dmabuf);
}

static void only_put(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_buf_put(b->dmabuf);
}

static void put_against_attach(struct kunit *test)
{
	struct buf *b = buf_new(test, 0);

	get_dma_buf(b->dmabuf);
	get_dma_buf(b->dmabuf);
	litmus_run_each(test, b, only_put, attach_and_put);
	buf_put(test, b);
}

/* The last reference goes in one of the tasks, whoever comes last. */
static void last_put(struct kunit *test)
{
	struct buf *b = buf_new(test, 0);

	get_dma_buf(b->dmabuf);
	litmus_run_each(test, b, only_put, attach_and_put);
	flush_delayed_fput();
	KUNIT_EXPECT_EQ(test, atomic_read(&b->released), 1);
	__free_page(b->page);
}

/* An importer goes away while the exporter tells all of them. */
static void detach_and_free(void *arg, unsigned int me)
{
	importer_free(arg, me - 1);
}

static void detach_against_notify(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, buf_move, detach_and_free);
	buf_put(test, b);
}

static void two_detach_against_notify(struct kunit *test)
{
	struct buf *b = buf_new(test, 2);

	litmus_run_each(test, b, buf_move, detach_and_free, detach_and_free);
	buf_put(test, b);
}

/* Pinned, it does not move: both look under the lock. */
static void pin_use_unpin(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[0];
	int place, ret;

	dma_resv_lock(b->dmabuf->resv, NULL);
	ret = dma_buf_pin(imp->attach);
	b->flag = !ret;
	place = b->place;
	dma_resv_unlock(b->dmabuf->resv);
	if (ret)
		return;
	dma_resv_lock(b->dmabuf->resv, NULL);
	if (place != b->place)
		b->stale = true;
	b->flag = false;
	dma_buf_unpin(imp->attach);
	dma_resv_unlock(b->dmabuf->resv);
}

static void move_unless_pinned(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	if (!b->flag) {
		dma_buf_move_notify(b->dmabuf);
		b->place++;
	}
	dma_resv_unlock(b->dmabuf->resv);
}

static void pin_against_move(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, move_unless_pinned, pin_use_unpin);
	buf_put(test, b);
}

/* The exporter's own lock is always inside the reservation lock. */
static void resv_then_own(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	mutex_lock(&b->lock);
	b->place++;
	mutex_unlock(&b->lock);
	dma_resv_unlock(b->dmabuf->resv);
}

static void exporter_lock_order(struct kunit *test)
{
	struct buf *b = buf_new(test, 0);

	litmus_run(test, 2, resv_then_own, b);
	KUNIT_EXPECT_EQ(test, b->place, 2);
	buf_put(test, b);
}

LITMUS_SUITE(KUNIT_CASE(move_against_map), KUNIT_CASE(move_against_2_maps),
	     KUNIT_CASE(move_between_uses), KUNIT_CASE(put_against_attach), KUNIT_CASE(last_put),
	     KUNIT_CASE(detach_against_notify), KUNIT_CASE(two_detach_against_notify),
	     KUNIT_CASE(pin_against_move), KUNIT_CASE(exporter_lock_order));
