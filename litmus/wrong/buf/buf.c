// SPDX-License-Identifier: MIT
/*
 * Buffers that are mapped, moved, attached and put by several at once, one of whom leaves out a lock
 * or has a pointer without a reference; often on one path only, which a test of one task never goes.
 */
#include "../../buf.h"

/* The importer goes on using what it has mapped after it gave the lock back. */
static void use_unlocked(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[0];

	dma_resv_lock(b->dmabuf->resv, NULL);
	importer_map(imp);
	dma_resv_unlock(b->dmabuf->resv);
	if (READ_ONCE(imp->place) != READ_ONCE(b->place))
		b->stale = true;
}

static void move(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	dma_buf_move_notify(b->dmabuf);
	WRITE_ONCE(b->place, b->place + 1);
	dma_resv_unlock(b->dmabuf->resv);
}

static void used_after_move(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, move, use_unlocked);
	buf_put(test, b);
}

/* Told and moved in two sections: in between somebody maps the old place. */
static void move_then_tell(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	dma_buf_move_notify(b->dmabuf);
	dma_resv_unlock(b->dmabuf->resv);
	dma_resv_lock(b->dmabuf->resv, NULL);
	b->place++;
	dma_resv_unlock(b->dmabuf->resv);
}

static void map_and_use(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[0];

	dma_resv_lock(b->dmabuf->resv, NULL);
	importer_map(imp);
	importer_use(imp);
	dma_resv_unlock(b->dmabuf->resv);
}

static void map_use_use(void *arg, unsigned int me)
{
	map_and_use(arg, me);
	map_and_use(arg, me);
}

static void told_too_early(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, move_then_tell, map_use_use);
	buf_put(test, b);
}

/* The exporter forgets the lock, if it thinks that nobody has mapped the buffer. */
static void move_maybe_unlocked(void *arg, unsigned int me)
{
	struct buf *b = arg;
	bool lock = atomic_read(&b->maps);

	if (lock)
		dma_resv_lock(b->dmabuf->resv, NULL);
	dma_buf_move_notify(b->dmabuf);
	if (lock)
		dma_resv_unlock(b->dmabuf->resv);
}

static void notify_unlocked(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, move_maybe_unlocked, map_and_use);
	buf_put(test, b);
}

/* One path unmaps without the lock: the one on which the other task was quicker. */
static void say_and_move(void *arg, unsigned int me)
{
	struct buf *b = arg;

	buf_move(b, me);
	WRITE_ONCE(b->flag, true);
}

static void unmap_maybe_unlocked(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[0];

	if (!READ_ONCE(b->flag)) {
		dma_resv_lock(b->dmabuf->resv, NULL);
		importer_unmap(imp);
		dma_resv_unlock(b->dmabuf->resv);
		return;
	}
	dma_resv_lock(b->dmabuf->resv, NULL);
	importer_map(imp);
	dma_resv_unlock(b->dmabuf->resv);
	importer_unmap(imp); /* "it has moved already, nobody comes any more" */
}

static void unmap_unlocked_on_one_path(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	map_and_use(b, 0);
	litmus_run_each(test, b, say_and_move, unmap_maybe_unlocked);
	buf_put(test, b);
}

/* One reference, and the attacher has none. */
static void attach_without_reference(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct dma_buf_attachment *attach = dma_buf_attach(b->dmabuf, b->dev);

	if (!IS_ERR(attach))
		dma_buf_detach(b->dmabuf, attach);
}

static void only_put(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_buf_put(b->dmabuf);
	flush_delayed_fput();
}

static void put_against_attach(struct kunit *test)
{
	struct buf *b = buf_new(test, 0);

	litmus_run_each(test, b, only_put, attach_without_reference);
	__free_page(b->page);
}

/* The importer's own memory goes before it is detached: a notification still finds it. */
static void free_then_detach(void *arg, unsigned int me)
{
	struct buf *b = arg;
	struct importer *imp = b->importer[0];
	struct dma_buf_attachment *attach = imp->attach;

	b->importer[0] = NULL;
	kfree(imp);
	dma_buf_detach(b->dmabuf, attach);
}

static void detach_against_notify(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);

	litmus_run_each(test, b, buf_move, free_then_detach);
	buf_put(test, b);
}

/* The exporter's own lock, inside the reservation lock here and outside there. */
static void resv_then_own(void *arg, unsigned int me)
{
	struct buf *b = arg;

	dma_resv_lock(b->dmabuf->resv, NULL);
	mutex_lock(&b->lock);
	mutex_unlock(&b->lock);
	dma_resv_unlock(b->dmabuf->resv);
}

static void own_then_resv(void *arg, unsigned int me)
{
	struct buf *b = arg;

	mutex_lock(&b->lock);
	dma_resv_lock(b->dmabuf->resv, NULL);
	dma_resv_unlock(b->dmabuf->resv);
	mutex_unlock(&b->lock);
}

static void exporter_lock_order(struct kunit *test)
{
	struct buf *b = buf_new(test, 0);

	litmus_run_each(test, b, resv_then_own, own_then_resv);
	buf_put(test, b);
}

/* Two buffers, whose locks are taken in both orders without an acquire context. */
struct two {
	struct buf *buf[2];
};

static void lock_both(void *arg, unsigned int me)
{
	struct two *t = arg;

	dma_resv_lock(t->buf[me]->dmabuf->resv, NULL);
	ww_mutex_lock(&t->buf[!me]->dmabuf->resv->lock, NULL);
	dma_resv_unlock(t->buf[!me]->dmabuf->resv);
	dma_resv_unlock(t->buf[me]->dmabuf->resv);
}

static void two_buffers(struct kunit *test)
{
	struct two *t = litmus_zalloc(test, struct two);

	t->buf[0] = buf_new(test, 0);
	t->buf[1] = buf_new_named(test, 0, "litmus2");
	litmus_run(test, 2, lock_both, t);
	buf_put(test, t->buf[0]);
	buf_put(test, t->buf[1]);
}

/* move_notify() takes the lock itself, which its caller has: only if something is mapped. */
static void notify_and_lock(struct dma_buf_attachment *attach)
{
	struct importer *imp = attach->importer_priv;

	if (!READ_ONCE(imp->sgt))
		return;
	dma_resv_lock(attach->dmabuf->resv, NULL);
	importer_unmap(imp);
	dma_resv_unlock(attach->dmabuf->resv);
}

static const struct dma_buf_attach_ops locking_ops = { .move_notify = notify_and_lock };

static void notify_takes_lock(struct kunit *test)
{
	struct buf *b = buf_new(test, 1);
	struct importer *imp = b->importer[0];

	dma_buf_detach(b->dmabuf, imp->attach);
	imp->attach = dma_buf_dynamic_attach(b->dmabuf, b->dev, &locking_ops, imp);
	KUNIT_ASSERT_FALSE(test, IS_ERR(imp->attach));
	litmus_run_each(test, b, buf_move, map_and_use);
	buf_put(test, b);
}

LITMUS_SUITE(KUNIT_CASE(used_after_move), KUNIT_CASE(told_too_early), KUNIT_CASE(notify_unlocked),
	     KUNIT_CASE(unmap_unlocked_on_one_path), KUNIT_CASE(put_against_attach),
	     KUNIT_CASE(detach_against_notify), KUNIT_CASE(exporter_lock_order),
	     KUNIT_CASE(two_buffers), KUNIT_CASE(notify_takes_lock));
