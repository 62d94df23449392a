// SPDX-License-Identifier: MIT
/*
 * Workqueues under an explorer: no pool. An item that max_active lets run gets a task of its
 * own, known by the item. All else is as natively: a queueing has a number, an item that runs
 * already waits for its end.
 *
 * In footprints
 *
 *	the item		its pending bit and its place in a queue
 *	ls_running(item)	whether it runs; written at its start and at its end
 *	the workqueue		read by who queues an item on it and by the end of an item, as
 *				long as nobody can tell in which order these came; written by
 *				who waits for all items, and always if so few may run at
 *				once that the order tells who runs first
 *	the worker		whether an item was taken back from it
 */
#include <linux/lockdep.h>
#include <linux/slab.h>
#include "workqueue_internal.h"

#define FEW 64 /* items of one queue at a time: an execution hardly ever has more */

enum ls_access ls_work_explore_access(const struct workqueue_struct *wq)
{
	return wq->max_active < FEW || !list_empty(&wq->flushers) ? LS_WRITE : LS_READ;
}

static int worker_main(void *arg)
{
	struct worker *w = arg;
	struct work_struct *work;

	current->worker = w;
	current->flags |= PF_WQ_WORKER;
	/* Not a point on the item, which may have been taken back and freed by now. */
	ls_point(LS_OP_LOAD, w);
	work = list_first_entry_or_null(&w->scheduled, struct work_struct, entry);
	if (work) {
		ls_touch(work, LS_WRITE);
		ls_touch(ls_running(work), LS_WRITE);
		list_del_init(&work->entry);
		ls_work_run(w, work);
	}
	list_del(&w->node);
	current->worker = NULL;
	/* What was queued while the item ran. */
	while (!list_empty(&w->scheduled))
		ls_work_explore_start(list_first_entry(&w->scheduled, struct work_struct, entry));
	os_free(w);
	return 0;
}

void ls_work_explore_start(struct work_struct *work)
{
	struct worker *w = ls_work_worker(work);

	ls_touch(ls_running(work), LS_READ); /* its end would find this one */
	list_del_init(&work->entry);
	if (w) {
		list_add_tail(&work->entry, &w->scheduled);
		return;
	}
	w = os_alloc(sizeof(*w));
	if (!w)
		ls_sleep_for_good();
	INIT_LIST_HEAD(&w->scheduled);
	list_add_tail(&work->entry, &w->scheduled);
	list_add_tail(&w->node, &ls_pool.busy);
	w->task = ls_task_explore("work", work, worker_main, w, "kworker");
}

void ls_work_explore_remove(struct work_struct *work)
{
	struct worker *w;

	list_for_each_entry(w, &ls_pool.busy, node)
		if (work->entry.prev == &w->scheduled)
			ls_touch(w, LS_WRITE);
}

void ls_work_explore_gone(struct workqueue_struct *wq, const void *work)
{
	ls_touch(ls_running(work), LS_WRITE);
	ls_touch(wq, ls_work_explore_access(wq));
}

static bool is_done(const void *flusher)
{
	return ((const struct ls_flusher *)flusher)->done;
}

void ls_work_explore_wait(struct ls_flusher *f, const void *object)
{
	ls_sleep_begin(f->task);
	if (ls_point_wait(LS_OP_FLUSH, object, LS_READ, is_done, f, OS_NEVER) == LS_WAIT_STUCK)
		ls_sleep_for_good();
	ls_sleep_end(f->task);
}
