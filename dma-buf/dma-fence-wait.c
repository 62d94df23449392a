// SPDX-License-Identifier: MIT
/*
 * Waiting for fences, and what lockdep has to know about it.
 */
#include <linux/dma-fence.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <lockstep/convention.h>
#include <trace/events/dma_fence.h>
#include "dma-buf-internal.h"

/**
 * DOC: signalling sections
 *
 * A task that waits for a fence depends on whoever will signal it, but holds no
 * lock that says so. The annotation is a lock that does not exist: code between
 * the publication of a fence and its signal "reads" it, a wait "writes" it. So a
 * lock held round a wait and taken again inside a signalling section is an
 * inversion that lockdep can see, with one driver and one run:
 *
 *	cookie = dma_fence_begin_signalling();
 *	...				no reservation lock, no GFP_KERNEL
 *	dma_fence_signal(fence);
 *	dma_fence_end_signalling(cookie);
 *
 * dma_resv_lockdep() teaches the rest of the order at boot.
 */
static struct lockdep_map signalling_map =
	STATIC_LOCKDEP_MAP_INIT("dma_fence_map", &signalling_map);

#define NESTED_READ 1	/* read, not recursive: a writer in between would block it */
#define FULL_CHECK 1

/**
 * dma_fence_begin_signalling - begin a signalling section
 *
 * Sections nest. In atomic context nothing is recorded: sleeping there is an error
 * of its own.
 *
 * Context: any.
 * Return: cookie for dma_fence_end_signalling().
 */
bool dma_fence_begin_signalling(void)
{
	if (!ls_checking(LS_CHECK_LOCKDEP))
		return true;
	if (lock_is_held_type(&signalling_map, NESTED_READ) || in_atomic())
		return true;

	/* As a trylock: entering a section waits for nobody. */
	lock_acquire(&signalling_map, 0, 0, NESTED_READ, FULL_CHECK, NULL, _RET_IP_);
	return false;
}
EXPORT_SYMBOL(dma_fence_begin_signalling);

/**
 * dma_fence_end_signalling - end a signalling section
 * @cookie: from dma_fence_begin_signalling() of the same task
 *
 * Context: any.
 */
void dma_fence_end_signalling(bool cookie)
{
	if (!cookie)
		lock_release(&signalling_map, _RET_IP_);
}
EXPORT_SYMBOL(dma_fence_end_signalling);

/**
 * __dma_fence_might_wait - the caller may wait for a fence now
 *
 * Waiting inside a signalling section is allowed (work may depend on earlier
 * work), so the section is left for the moment.
 *
 * Context: may sleep.
 */
void __dma_fence_might_wait(void)
{
	bool inside;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return;
	inside = lock_is_held_type(&signalling_map, NESTED_READ);
	if (inside)
		lock_release(&signalling_map, _THIS_IP_);
	lock_map_acquire(&signalling_map);
	lock_map_release(&signalling_map);
	if (inside)
		lock_acquire(&signalling_map, 0, 0, NESTED_READ, FULL_CHECK, NULL, _THIS_IP_);
}
EXPORT_SYMBOL(__dma_fence_might_wait);

/**
 * dma_fence_wait_timeout - wait, but not for ever
 * @fence: the fence; the caller has a reference
 * @intr: give up on a signal
 * @timeout: jiffies, MAX_SCHEDULE_TIMEOUT for no limit; 0: only look
 *
 * Context: may sleep; without &dma_fence.lock.
 * Return: jiffies left (at least 1) once it is signaled; 0: time is up;
 * -ERESTARTSYS: interrupted; -EINVAL: negative @timeout; or what a custom
 * &dma_fence_ops.wait says.
 */
signed long dma_fence_wait_timeout(struct dma_fence *fence, bool intr, signed long timeout)
{
	const struct dma_fence_ops *ops = fence->ops;
	signed long ret;
	bool held;

	if (WARN_ON(timeout < 0))
		return -EINVAL;

	might_sleep();
	__dma_fence_might_wait();
	dma_fence_enable_sw_signaling(fence);

	trace_dma_fence_wait_start(fence);
	if (!ops->wait) {
		ret = dma_fence_default_wait(fence, intr, timeout);
	} else {
		held = ls_fence_callback_begin(LS_RULE_dma_fence_ops__wait, fence, ops->wait);
		ret = ops->wait(fence, intr, timeout);
		ls_fence_callback_end(LS_RULE_dma_fence_ops__wait, fence, ops->wait, held);
	}
	trace_dma_fence_wait_end(fence);
	return ret;
}
EXPORT_SYMBOL(dma_fence_wait_timeout);

struct waiter {
	struct dma_fence_cb cb;
	struct task_struct *task;
};

static void wake_waiter(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct waiter *waiter = container_of(cb, struct waiter, cb);

	wake_up_state(waiter->task, TASK_NORMAL);
}

/**
 * dma_fence_default_wait - wait for a fence whose signaling is enabled
 * @fence: the fence
 * @intr: give up on a signal
 * @timeout: jiffies; 0: only look
 *
 * Context: may sleep; without &dma_fence.lock.
 * Return: as dma_fence_wait_timeout().
 */
signed long dma_fence_default_wait(struct dma_fence *fence, bool intr, signed long timeout)
{
	unsigned int state = intr ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE;
	signed long left = timeout ? timeout : 1;
	struct waiter waiter = { .cb.func = wake_waiter, .task = current };
	unsigned long flags;

	/* To an explorer, what happens under the lock is one step with taking it. */
	spin_lock_irqsave(fence->lock, flags);
	ls_quiet_begin();
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		goto out;
	if (intr && signal_pending(current)) {
		left = -ERESTARTSYS;
		goto out;
	}
	if (!timeout) {
		left = 0;
		goto out;
	}

	/* In front: who sleeps is woken before other callbacks have run. */
	list_add(&waiter.cb.node, &fence->cb_list);
	do {
		/* The lock orders this against wake_waiter(), so no barrier. */
		__set_current_state(state);
		ls_quiet_end();
		ls_fence_unlock(fence, flags);
		left = schedule_timeout(left);
		spin_lock_irqsave(fence->lock, flags);
		ls_quiet_begin();
		if (left > 0 && intr && signal_pending(current))
			left = -ERESTARTSYS;
	} while (left > 0 && !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags));

	if (!list_empty(&waiter.cb.node))
		list_del(&waiter.cb.node);
	__set_current_state(TASK_RUNNING);
out:
	ls_quiet_end();
	ls_fence_unlock(fence, flags);
	return left;
}
EXPORT_SYMBOL(dma_fence_default_wait);

/* Index of a signaled fence, or @count. */
static uint32_t find_signaled(struct dma_fence **fences, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fences[i]->flags))
			break;
	return i;
}

/* Sleep until one of @fences, all with callbacks of ours, is signaled. */
static signed long sleep_for_any(struct dma_fence **fences, uint32_t count, bool intr,
				 signed long left, uint32_t *found)
{
	while (left > 0) {
		set_current_state(intr ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE);
		*found = find_signaled(fences, count);
		if (*found < count)
			break;
		left = schedule_timeout(left);
		if (left > 0 && intr && signal_pending(current))
			left = -ERESTARTSYS;
	}
	__set_current_state(TASK_RUNNING);
	return left;
}

/**
 * dma_fence_wait_any_timeout - wait until one of several is signaled
 * @fences: the fences; the caller has a reference to each
 * @count: how many, at least one
 * @intr: give up on a signal
 * @timeout: jiffies; 0: only look
 * @idx: if not NULL: which one, on success
 *
 * Context: may sleep; without the lock of any of them.
 * Return: jiffies left (at least 1) once one is signaled; 0: time is up;
 * -ERESTARTSYS: interrupted; -EINVAL: nothing to wait for or a negative @timeout;
 * -ENOMEM.
 */
signed long dma_fence_wait_any_timeout(struct dma_fence **fences, uint32_t count, bool intr,
				       signed long timeout, uint32_t *idx)
{
	struct waiter *waiters;
	uint32_t i, found = count;
	signed long ret = timeout;

	if (WARN_ON(!fences || !count || timeout < 0))
		return -EINVAL;

	if (!timeout) {
		found = find_signaled(fences, count);
		ret = found < count;
		goto out;
	}

	waiters = kcalloc(count, sizeof(*waiters), GFP_KERNEL);
	if (!waiters)
		return -ENOMEM;

	for (i = 0; i < count; i++) {
		waiters[i].task = current;
		if (dma_fence_add_callback(fences[i], &waiters[i].cb, wake_waiter)) {
			found = i;
			break;
		}
	}
	if (found == count)
		ret = sleep_for_any(fences, count, intr, ret, &found);
	while (i-- > 0)
		dma_fence_remove_callback(fences[i], &waiters[i].cb);
	kfree(waiters);
out:
	if (idx && ret > 0 && found < count)
		*idx = found;
	return ret;
}
EXPORT_SYMBOL(dma_fence_wait_any_timeout);
