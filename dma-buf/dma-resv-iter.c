// SPDX-License-Identifier: MIT
/*
 * Reservation objects: reading the fences, with and without the lock.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-resv.h>
#include <linux/export.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <lockstep/convention.h>
#include "dma-buf-internal.h"

static struct dma_resv_list *current_list(struct dma_resv *obj)
{
	return rcu_dereference_check(obj->fences, true);
}

/* (Re)start an unlocked walk on the list that is there now. Under RCU. */
static void restart(struct dma_resv_iter *cursor)
{
	cursor->fences = current_list(cursor->obj);
	cursor->num_fences = cursor->fences ? smp_load_acquire(&cursor->fences->num_fences) : 0;
	cursor->index = 0;
	cursor->is_restarted = true;
}

/* Step to the next unsignaled fence that is asked for, and reference it. Under RCU. */
static void step(struct dma_resv_iter *cursor)
{
	struct dma_fence *fence;

	dma_fence_put(cursor->fence);
	cursor->fence = NULL;
	while (cursor->index < cursor->num_fences) {
		ls_resv_slot(cursor->fences, cursor->index++, &fence, &cursor->fence_usage);
		fence = dma_fence_get_rcu(fence);
		if (!fence) {
			/* It was replaced under us and is gone: look again at all of them. */
			restart(cursor);
			continue;
		}
		if (cursor->fence_usage <= cursor->usage && !dma_fence_is_signaled(fence)) {
			cursor->fence = fence;
			return;
		}
		dma_fence_put(fence);
	}
}

/**
 * dma_resv_iter_first_unlocked - begin a walk without the lock
 * @cursor: after dma_resv_iter_begin()
 *
 * Context: any.
 * Return: the first unsignaled fence, referenced by @cursor, or NULL.
 */
struct dma_fence *dma_resv_iter_first_unlocked(struct dma_resv_iter *cursor)
{
	rcu_read_lock();
	do {
		restart(cursor);
		step(cursor);
	} while (cursor->fences != current_list(cursor->obj));
	rcu_read_unlock();
	return cursor->fence;
}
EXPORT_SYMBOL(dma_resv_iter_first_unlocked);

/**
 * dma_resv_iter_next_unlocked - go on with a walk without the lock
 * @cursor: the walk
 *
 * Starts again if the list has been exchanged, see dma_resv_iter_is_restarted().
 *
 * Context: any.
 * Return: the next unsignaled fence, referenced by @cursor, or NULL.
 */
struct dma_fence *dma_resv_iter_next_unlocked(struct dma_resv_iter *cursor)
{
	rcu_read_lock();
	cursor->is_restarted = false;
	if (cursor->fences == current_list(cursor->obj))
		step(cursor);
	while (cursor->fences != current_list(cursor->obj)) {
		restart(cursor);
		step(cursor);
	}
	rcu_read_unlock();
	return cursor->fence;
}
EXPORT_SYMBOL(dma_resv_iter_next_unlocked);

static struct dma_fence *next_locked(struct dma_resv_iter *cursor)
{
	struct dma_fence *fence;

	while (cursor->fences && cursor->index < cursor->fences->num_fences) {
		ls_resv_slot(cursor->fences, cursor->index++, &fence, &cursor->fence_usage);
		if (cursor->fence_usage <= cursor->usage)
			return fence;
	}
	return NULL;
}

/**
 * dma_resv_iter_first - begin a walk with the lock held
 * @cursor: after dma_resv_iter_begin()
 *
 * Context: lock held until the walk is over.
 * Return: the first fence, signaled or not, without a reference; or NULL.
 */
struct dma_fence *dma_resv_iter_first(struct dma_resv_iter *cursor)
{
	ls_convention_enter(LS_RULE_dma_resv_iter_first, cursor->obj, NULL);
	cursor->fences = current_list(cursor->obj);
	cursor->index = 0;
	cursor->is_restarted = true;
	return next_locked(cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_iter_first);

/**
 * dma_resv_iter_next - go on with a walk with the lock held
 * @cursor: the walk
 *
 * Context: lock held since dma_resv_iter_first().
 * Return: the next fence, signaled or not, without a reference; or NULL.
 */
struct dma_fence *dma_resv_iter_next(struct dma_resv_iter *cursor)
{
	ls_convention_enter(LS_RULE_dma_resv_iter_next, cursor->obj, NULL);
	cursor->is_restarted = false;
	return next_locked(cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_iter_next);

static void put_all(struct dma_fence **list, unsigned int n)
{
	while (n--)
		dma_fence_put(list[n]);
}

/**
 * dma_resv_get_fences - collect the fences
 * @obj: the reservation object
 * @usage: largest usage wanted
 * @num_fences: out: how many
 * @fences: out: kmalloc'ed list with a reference each; NULL if there are none
 *
 * The list has room for one more, for callers that append theirs.
 *
 * Context: may sleep (GFP_KERNEL); with or without the lock.
 * Return: 0 or -ENOMEM.
 */
int dma_resv_get_fences(struct dma_resv *obj, enum dma_resv_usage usage, unsigned int *num_fences,
			struct dma_fence ***fences)
{
	struct dma_fence **list = NULL, **bigger;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;
	unsigned int n = 0;
	int ret = 0;

	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		if (dma_resv_iter_is_restarted(&cursor)) {
			put_all(list, n);
			n = 0;
			bigger = krealloc_array(list, cursor.num_fences + 1, sizeof(*list),
						GFP_KERNEL);
			if (!bigger) {
				ret = -ENOMEM;
				break;
			}
			list = bigger;
		}
		list[n++] = dma_fence_get(fence);
	}
	dma_resv_iter_end(&cursor);
	if (!n) {
		/* Begun, then started again and found nothing. */
		kfree(list);
		list = NULL;
	}

	*num_fences = n;
	*fences = list;
	return ret;
}
EXPORT_SYMBOL_GPL(dma_resv_get_fences);

/**
 * dma_resv_get_singleton - one fence that stands for all
 * @obj: the reservation object
 * @usage: largest usage wanted
 * @fence: out: a reference, or NULL if there is nothing to wait for
 *
 * What it gives may be an array, so it must not be added to a reservation object.
 *
 * Context: may sleep (GFP_KERNEL); with or without the lock.
 * Return: 0 or -ENOMEM.
 */
int dma_resv_get_singleton(struct dma_resv *obj, enum dma_resv_usage usage,
			   struct dma_fence **fence)
{
	struct dma_fence_array *array;
	struct dma_fence **list;
	unsigned int n;
	int ret;

	ret = dma_resv_get_fences(obj, usage, &n, &list);
	if (ret)
		return ret;

	if (n <= 1) {
		*fence = n ? list[0] : NULL;
		kfree(list);
		return 0;
	}
	array = dma_fence_array_create(n, list, dma_fence_context_alloc(1), 1, false);
	if (!array)
		goto err_put;
	*fence = &array->base;
	return 0;

err_put:
	put_all(list, n);
	kfree(list);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(dma_resv_get_singleton);

/**
 * dma_resv_wait_timeout - wait for the fences
 * @obj: the reservation object
 * @usage: largest usage waited for
 * @intr: give up on a signal
 * @timeout: jiffies for all of them; 0: only look
 *
 * Context: may sleep; with or without the lock.
 * Return: jiffies left (at least 1) when all are signaled; 0: time is up;
 * -ERESTARTSYS: interrupted.
 */
long dma_resv_wait_timeout(struct dma_resv *obj, enum dma_resv_usage usage, bool intr,
			   unsigned long timeout)
{
	long ret = timeout ? timeout : 1;
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence) {
		ret = dma_fence_wait_timeout(fence, intr, timeout);
		if (ret <= 0)
			break;
		/* What is left is for the others; "only look" stays that. */
		if (timeout)
			timeout = ret;
	}
	dma_resv_iter_end(&cursor);
	return ret;
}
EXPORT_SYMBOL_GPL(dma_resv_wait_timeout);

/**
 * dma_resv_set_deadline - say when the fences would be welcome
 * @obj: the reservation object
 * @usage: largest usage meant
 * @deadline: CLOCK_MONOTONIC
 *
 * Context: any; with or without the lock.
 */
void dma_resv_set_deadline(struct dma_resv *obj, enum dma_resv_usage usage, ktime_t deadline)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_iter_begin(&cursor, obj, usage);
	dma_resv_for_each_fence_unlocked(&cursor, fence)
		dma_fence_set_deadline(fence, deadline);
	dma_resv_iter_end(&cursor);
}
EXPORT_SYMBOL_GPL(dma_resv_set_deadline);

/**
 * dma_resv_test_signaled - are the fences over
 * @obj: the reservation object
 * @usage: largest usage asked about
 *
 * Context: any; with or without the lock.
 * Return: true if none is unsignaled.
 */
bool dma_resv_test_signaled(struct dma_resv *obj, enum dma_resv_usage usage)
{
	struct dma_resv_iter cursor;
	bool pending;

	dma_resv_iter_begin(&cursor, obj, usage);
	pending = dma_resv_iter_first_unlocked(&cursor) != NULL;
	dma_resv_iter_end(&cursor);
	return !pending;
}
EXPORT_SYMBOL_GPL(dma_resv_test_signaled);

/**
 * dma_resv_describe - a line for each fence but those for bookkeeping
 * @obj: the reservation object
 * @seq: where to
 *
 * Context: lock held.
 */
void dma_resv_describe(struct dma_resv *obj, struct seq_file *seq)
{
	static const char *const names[] = { "kernel", "write", "read", "bookkeep" };
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	/* Once for the whole: the iterator's own check would tell the same again. */
	if (!ls_convention_enter(LS_RULE_dma_resv_describe, obj, NULL))
		return;
	dma_resv_for_each_fence(&cursor, obj, DMA_RESV_USAGE_READ, fence) {
		seq_printf(seq, "\t%s fence:", names[dma_resv_iter_usage(&cursor)]);
		dma_fence_describe(fence, seq);
	}
}
EXPORT_SYMBOL_GPL(dma_resv_describe);
