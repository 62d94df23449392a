// SPDX-License-Identifier: MIT
/*
 * Fences: creation, signaling, callbacks, release. Waiting is in dma-fence-wait.c.
 */
#include <linux/atomic.h>
#include <linux/dma-fence.h>
#include <linux/export.h>
#include <linux/lockdep.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <lockstep/convention.h>
#include <trace/events/dma_fence.h>
#include "dma-buf-internal.h"

/* Context 0 belongs to stubs. */
static atomic64_t next_context = ATOMIC64_INIT(1);

/**
 * dma_fence_context_alloc - new timelines
 * @num: how many, at least one
 *
 * Context: any.
 * Return: number of the first; the others follow it.
 */
u64 dma_fence_context_alloc(unsigned num)
{
	WARN_ON(num == 0);
	return atomic64_fetch_add(num, &next_context);
}
EXPORT_SYMBOL(dma_fence_context_alloc);

/**
 * dma_fence_init - set up the fence inside an object of a driver
 * @fence: memory of it
 * @ops: implementation; the two name functions are mandatory
 * @lock: irq-safe spinlock; may be shared by fences, must outlive this one
 * @context: timeline, from dma_fence_context_alloc()
 * @seqno: position on it
 *
 * The caller owns the one reference. Before the last reference goes the fence must
 * be signaled if anybody has a callback on it.
 *
 * Context: any.
 */
void dma_fence_init(struct dma_fence *fence, const struct dma_fence_ops *ops, spinlock_t *lock,
		    u64 context, u64 seqno)
{
	BUG_ON(!lock || !ops);
	BUG_ON(!ops->get_driver_name || !ops->get_timeline_name);

	fence->lock = lock;
	fence->ops = ops;
	fence->context = context;
	fence->seqno = seqno;
	fence->flags = 0;
	fence->error = 0;
	INIT_LIST_HEAD(&fence->cb_list);
	kref_init(&fence->refcount);
	fence->track.live = 0;
	if (ls_checking(LS_CHECK_LEAKS))
		ls_track_add(&fence->track, LS_KIND_FENCE, "dma_fence", fence, sizeof(*fence));

	trace_dma_fence_init(fence);
}
EXPORT_SYMBOL(dma_fence_init);

/* --- signaling ------------------------------------------------------------ */

/* With fence->lock held. For an explorer all before the first callback is part of this step. */
static int signal_fence(struct dma_fence *fence, ktime_t timestamp)
{
	struct list_head pending;
	bool was;

	ls_quiet_begin();
	was = test_and_set_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
	if (was)
		goto out;

	/* The time goes where the list was, so the list moves out first. */
	INIT_LIST_HEAD(&pending);
	list_splice(&fence->cb_list, &pending);
	WRITE_ONCE(fence->timestamp, timestamp);
	smp_wmb(); /* pairs with dma_fence_timestamp() */
	set_bit(DMA_FENCE_FLAG_TIMESTAMP_BIT, &fence->flags);
out:
	ls_quiet_end();
	if (was)
		return -EINVAL;
	trace_dma_fence_signaled(fence);

	/*
	 * One at a time off the list: each callback may free its own node, and
	 * dma_fence_remove_callback() sees an empty node for those that ran.
	 */
	while (!list_empty(&pending)) {
		struct dma_fence_cb *cb = list_first_entry(&pending, struct dma_fence_cb, node);
		dma_fence_func_t func = cb->func;
		bool held;

		list_del_init(&cb->node);
		held = ls_fence_callback_begin(LS_RULE_dma_fence_func_t, fence, func);
		func(fence, cb);
		ls_fence_callback_end(LS_RULE_dma_fence_func_t, fence, func, held);
	}
	return 0;
}

/**
 * dma_fence_signal_timestamp_locked - signal, as of a given time, with the lock held
 * @fence: the fence
 * @timestamp: when the work was over, CLOCK_MONOTONIC
 *
 * Context: &dma_fence.lock held, interrupts off.
 * Return: 0, or -EINVAL if it had been signaled before.
 */
int dma_fence_signal_timestamp_locked(struct dma_fence *fence, ktime_t timestamp)
{
	ls_convention_enter_fence(LS_RULE_dma_fence_signal_timestamp_locked, fence);
	ls_point(LS_OP_RMW, &fence->flags);
	return signal_fence(fence, timestamp);
}
EXPORT_SYMBOL(dma_fence_signal_timestamp_locked);

/**
 * dma_fence_signal_locked - signal with the lock held
 * @fence: the fence
 *
 * Context: &dma_fence.lock held, interrupts off.
 * Return: 0, or -EINVAL if it had been signaled before.
 */
int dma_fence_signal_locked(struct dma_fence *fence)
{
	ls_convention_enter_fence(LS_RULE_dma_fence_signal_locked, fence);
	ls_point(LS_OP_RMW, &fence->flags);
	return signal_fence(fence, ktime_get());
}
EXPORT_SYMBOL(dma_fence_signal_locked);

static __always_inline int lock_and_signal(struct dma_fence *fence, ktime_t timestamp)
{
	unsigned long flags;
	int ret;

	spin_lock_irqsave(fence->lock, flags);
	ret = signal_fence(fence, timestamp);
	ls_fence_unlock(fence, flags);
	return ret;
}

/**
 * dma_fence_signal_timestamp - signal, as of a given time
 * @fence: the fence, or NULL
 * @timestamp: when the work was over, CLOCK_MONOTONIC
 *
 * Context: any, without &dma_fence.lock.
 * Return: 0, or -EINVAL if it had been signaled before or is NULL.
 */
int dma_fence_signal_timestamp(struct dma_fence *fence, ktime_t timestamp)
{
	return fence ? lock_and_signal(fence, timestamp) : -EINVAL;
}
EXPORT_SYMBOL(dma_fence_signal_timestamp);

/**
 * dma_fence_signal - the work is over: wake waiters, run callbacks
 * @fence: the fence, or NULL
 *
 * Is a signalling section of its own, so that lockdep sees what is held round it.
 *
 * Context: any, without &dma_fence.lock.
 * Return: 0, or -EINVAL if it had been signaled before or is NULL.
 */
int dma_fence_signal(struct dma_fence *fence)
{
	bool cookie;
	int ret;

	if (!fence)
		return -EINVAL;

	if (!ls_checking(LS_CHECK_LOCKDEP))
		return lock_and_signal(fence, ktime_get());

	cookie = dma_fence_begin_signalling();
	ret = lock_and_signal(fence, ktime_get());
	dma_fence_end_signalling(cookie);
	return ret;
}
EXPORT_SYMBOL(dma_fence_signal);

/* --- callbacks ------------------------------------------------------------ */

/*
 * Ask the implementation to signal, once per fence. With fence->lock just taken.
 * Returns false if the fence is signaled (now).
 */
static bool want_signal(struct dma_fence *fence)
{
	const struct dma_fence_ops *ops = fence->ops;
	bool asked, over, held, ok;

	ls_quiet_begin();
	/* Before the look at SIGNALED: a signal from here on finds the bit set. */
	asked = test_and_set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags);
	over = test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags);
	ls_quiet_end();
	if (over)
		return false;
	if (asked || !ops->enable_signaling)
		return true;

	trace_dma_fence_enable_signal(fence);
	held = ls_fence_callback_begin(LS_RULE_dma_fence_ops__enable_signaling, fence,
				       ops->enable_signaling);
	ok = ops->enable_signaling(fence);
	ls_fence_callback_end(LS_RULE_dma_fence_ops__enable_signaling, fence,
			      ops->enable_signaling, held);
	if (!ok)
		signal_fence(fence, ktime_get());
	return ok;
}

/**
 * dma_fence_enable_sw_signaling - make sure the fence will be signaled
 * @fence: the fence
 *
 * Context: any, without &dma_fence.lock.
 */
void dma_fence_enable_sw_signaling(struct dma_fence *fence)
{
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	want_signal(fence);
	ls_fence_unlock(fence, flags);
}
EXPORT_SYMBOL(dma_fence_enable_sw_signaling);

/**
 * dma_fence_add_callback - be called when the fence signals
 * @fence: the fence; the caller has a reference until the callback ran or was removed
 * @cb: memory for the registration; initialised here in every case but -EINVAL
 * @func: called with &dma_fence.lock held and interrupts off
 *
 * Context: any, without &dma_fence.lock.
 * Return: 0; -ENOENT: signaled already, @func will not be called; -EINVAL: @fence
 * or @func is NULL.
 */
int dma_fence_add_callback(struct dma_fence *fence, struct dma_fence_cb *cb, dma_fence_func_t func)
{
	unsigned long flags;
	int ret = 0;

	if (WARN_ON(!fence || !func))
		return -EINVAL;

	INIT_LIST_HEAD(&cb->node);
	if (test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags))
		return -ENOENT;

	spin_lock_irqsave(fence->lock, flags);
	if (!want_signal(fence)) {
		ret = -ENOENT;
	} else {
		cb->func = func;
		list_add_tail(&cb->node, &fence->cb_list);
	}
	ls_fence_unlock(fence, flags);
	return ret;
}
EXPORT_SYMBOL(dma_fence_add_callback);

/**
 * dma_fence_remove_callback - no longer be called
 * @fence: the fence
 * @cb: registration made by dma_fence_add_callback()
 *
 * Afterwards the callback does not run and is not running.
 *
 * Context: any, without &dma_fence.lock.
 * Return: true if it was removed, false if it has run (or was refused).
 */
bool dma_fence_remove_callback(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	unsigned long flags;
	bool queued;

	spin_lock_irqsave(fence->lock, flags);
	queued = !list_empty(&cb->node);
	if (queued)
		list_del_init(&cb->node);
	ls_fence_unlock(fence, flags);
	return queued;
}
EXPORT_SYMBOL(dma_fence_remove_callback);

/**
 * dma_fence_get_status - how did it end
 * @fence: the fence
 *
 * Context: any, without &dma_fence.lock.
 * Return: 0 not over, 1 over, -errno over with an error.
 */
int dma_fence_get_status(struct dma_fence *fence)
{
	unsigned long flags;
	int status;

	spin_lock_irqsave(fence->lock, flags);
	status = dma_fence_get_status_locked(fence);
	ls_fence_unlock(fence, flags);
	return status;
}
EXPORT_SYMBOL(dma_fence_get_status);

/**
 * dma_fence_set_deadline - say when the fence would be welcome
 * @fence: the fence
 * @deadline: CLOCK_MONOTONIC; in the past: as soon as possible
 *
 * Context: any, without &dma_fence.lock.
 */
void dma_fence_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	const struct dma_fence_ops *ops = fence->ops;
	bool held;

	if (!ops->set_deadline || dma_fence_is_signaled(fence))
		return;
	held = ls_fence_callback_begin(LS_RULE_dma_fence_ops__set_deadline, fence,
				       ops->set_deadline);
	ops->set_deadline(fence, deadline);
	ls_fence_callback_end(LS_RULE_dma_fence_ops__set_deadline, fence, ops->set_deadline, held);
}
EXPORT_SYMBOL(dma_fence_set_deadline);

/**
 * dma_fence_describe - one line about a fence
 * @fence: the fence
 * @seq: where to
 *
 * Context: any, without &dma_fence.lock.
 */
void dma_fence_describe(struct dma_fence *fence, struct seq_file *seq)
{
	const char *state = dma_fence_is_signaled(fence) ? "signalled" : "unsignalled";

	seq_printf(seq, "%s %s seq %llu %s\n", fence->ops->get_driver_name(fence),
		   fence->ops->get_timeline_name(fence), fence->seqno, state);
}
EXPORT_SYMBOL(dma_fence_describe);

/* --- the end -------------------------------------------------------------- */

/*
 * Somebody still waits for a fence that nobody can signal any more. Whoever
 * waits must not hang, so the fence fails now.
 */
static void abandon(struct dma_fence *fence)
{
	unsigned long flags;

	spin_lock_irqsave(fence->lock, flags);
	fence->error = -EDEADLK;
	signal_fence(fence, ktime_get());
	ls_fence_unlock(fence, flags);
}

/**
 * dma_fence_release - what dma_fence_put() calls for the last reference
 * @kref: &dma_fence.refcount
 *
 * Context: any.
 */
void dma_fence_release(struct kref *kref)
{
	struct dma_fence *fence = container_of(kref, struct dma_fence, refcount);
	bool pending;

	trace_dma_fence_destroy(fence);
	if (fence->track.live)
		ls_track_del(&fence->track);

	pending = !test_bit(DMA_FENCE_FLAG_SIGNALED_BIT, &fence->flags) &&
		  !list_empty(&fence->cb_list);
	if (WARN(pending, "fence %s:%s:%llu:%llu released with pending signals\n",
		 fence->ops->get_driver_name(fence), fence->ops->get_timeline_name(fence),
		 fence->context, fence->seqno))
		abandon(fence);

	if (fence->ops->release)
		fence->ops->release(fence);
	else
		dma_fence_free(fence);
}
EXPORT_SYMBOL(dma_fence_release);

/**
 * dma_fence_free - free a fence that was kmalloc'ed and begins its object
 * @fence: from &dma_fence_ops.release
 *
 * Readers may still look at it under RCU, so the memory goes after a grace period.
 *
 * Context: any.
 */
void dma_fence_free(struct dma_fence *fence)
{
	kfree_rcu(fence, rcu);
}
EXPORT_SYMBOL(dma_fence_free);

/* --- stubs ---------------------------------------------------------------- */

static DEFINE_SPINLOCK(stub_lock);
static struct dma_fence stub;

static const char *stub_name(struct dma_fence *fence)
{
	return "stub";
}

static const struct dma_fence_ops stub_ops = {
	.get_driver_name = stub_name,
	.get_timeline_name = stub_name,
};

/**
 * dma_fence_get_stub - a fence that is signaled already
 *
 * One for everybody; its time is that of the first call.
 *
 * Context: any.
 * Return: a new reference.
 */
struct dma_fence *dma_fence_get_stub(void)
{
	unsigned long flags;

	spin_lock_irqsave(&stub_lock, flags);
	if (!stub.ops) {
		ls_track_pause(); /* it stays */
		dma_fence_init(&stub, &stub_ops, &stub_lock, 0, 0);
		ls_track_resume();
		set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &stub.flags);
		signal_fence(&stub, ktime_get());
	}
	spin_unlock_irqrestore(&stub_lock, flags);
	return dma_fence_get(&stub);
}
EXPORT_SYMBOL(dma_fence_get_stub);

/**
 * dma_fence_allocate_private_stub - a signaled fence with a time of its own
 * @timestamp: when it is said to have signaled
 *
 * Context: may sleep.
 * Return: the fence, or NULL when out of memory.
 */
struct dma_fence *dma_fence_allocate_private_stub(ktime_t timestamp)
{
	struct dma_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	dma_fence_init(fence, &stub_ops, &stub_lock, 0, 0);
	set_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags);
	dma_fence_signal_timestamp(fence, timestamp);
	return fence;
}
EXPORT_SYMBOL(dma_fence_allocate_private_stub);
