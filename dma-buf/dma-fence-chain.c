// SPDX-License-Identifier: MIT
/*
 * Chains: timelines whose points can be waited for in order.
 */
#include <linux/dma-fence-chain.h>
#include <linux/export.h>

static const char *chain_driver_name(struct dma_fence *fence)
{
	return "dma_fence_chain";
}

static const char *chain_timeline_name(struct dma_fence *fence)
{
	return "unbound";
}

/* The point before, with a reference, or NULL. */
static struct dma_fence *get_prev(struct dma_fence_chain *node)
{
	struct dma_fence *prev;

	rcu_read_lock();
	prev = dma_fence_get_rcu_safe(&node->prev);
	rcu_read_unlock();
	return prev;
}

/*
 * Is a point of its own (not counting what lies before it) over?
 */
static bool point_over(struct dma_fence *point)
{
	return dma_fence_is_signaled(dma_fence_chain_contained(point));
}

/**
 * dma_fence_chain_walk - step to the point before
 * @fence: current point, with a reference, which goes
 *
 * Points that are over are cut out of the chain on the way, so that a long
 * timeline does not pin its past.
 *
 * Context: without the lock of any fence of the chain.
 * Return: the point before that is not over, with a reference; NULL at the end.
 */
struct dma_fence *dma_fence_chain_walk(struct dma_fence *fence)
{
	struct dma_fence_chain *node = to_dma_fence_chain(fence);
	struct dma_fence *prev = NULL;

	while (node && (prev = get_prev(node)) != NULL && point_over(prev)) {
		struct dma_fence_chain *dead = to_dma_fence_chain(prev);
		struct dma_fence *beyond = dead ? get_prev(dead) : NULL;
		struct dma_fence *seen;

		/* Of several walkers one wins; its reference to @beyond becomes the link's. */
		seen = (__force struct dma_fence *)cmpxchg(&node->prev,
							   (struct dma_fence __rcu *)prev,
							   (struct dma_fence __rcu *)beyond);
		dma_fence_put(seen == prev ? prev : beyond);
		dma_fence_put(prev);
	}
	dma_fence_put(fence);
	return prev;
}
EXPORT_SYMBOL(dma_fence_chain_walk);

/**
 * dma_fence_chain_find_seqno - the point that stands for a sequence number
 * @pfence: in: newest point, with a reference; out: the point found, with a
 *	reference, or NULL if everything up to @seqno is over
 * @seqno: 0: leave @pfence as it is
 *
 * Context: without the lock of any fence of the chain.
 * Return: 0; -EINVAL: no chain, or @seqno is still to come.
 */
int dma_fence_chain_find_seqno(struct dma_fence **pfence, uint64_t seqno)
{
	struct dma_fence_chain *head;

	if (!seqno)
		return 0;

	head = to_dma_fence_chain(*pfence);
	if (!head || head->base.seqno < seqno)
		return -EINVAL;

	/* The last point of this timeline whose predecessor does not reach @seqno. */
	dma_fence_chain_for_each(*pfence, &head->base)
		if ((*pfence)->context != head->base.context ||
		    to_dma_fence_chain(*pfence)->prev_seqno < seqno)
			break;

	dma_fence_put(&head->base);
	return 0;
}
EXPORT_SYMBOL(dma_fence_chain_find_seqno);

static bool watch_first_pending(struct dma_fence_chain *head);

/* Outside of every lock: the point we watched is over; is there another one? */
static void chain_work(struct irq_work *work)
{
	struct dma_fence_chain *head = container_of(work, struct dma_fence_chain, work);

	if (!watch_first_pending(head))
		dma_fence_signal(&head->base);
	dma_fence_put(&head->base);
}

static void point_signaled(struct dma_fence *point, struct dma_fence_cb *cb)
{
	struct dma_fence_chain *head = container_of(cb, struct dma_fence_chain, cb);

	init_irq_work(&head->work, chain_work); /* takes the place of the callback */
	irq_work_queue(&head->work);
	dma_fence_put(point);
}

/*
 * Put our one callback on the first fence that is not over. The callback keeps
 * @head (until chain_work()) and the fence alive. False: everything is over.
 */
static bool watch_first_pending(struct dma_fence_chain *head)
{
	struct dma_fence *point;

	dma_fence_get(&head->base);
	dma_fence_chain_for_each(point, &head->base) {
		struct dma_fence *fence = dma_fence_get(dma_fence_chain_contained(point));

		if (!dma_fence_add_callback(fence, &head->cb, point_signaled)) {
			dma_fence_put(point);
			return true;
		}
		dma_fence_put(fence);
	}
	dma_fence_put(&head->base);
	return false;
}

static bool chain_enable_signaling(struct dma_fence *fence)
{
	return watch_first_pending(to_dma_fence_chain(fence));
}

static bool chain_signaled(struct dma_fence *fence)
{
	struct dma_fence *point;

	dma_fence_chain_for_each(point, fence) {
		if (!point_over(point)) {
			dma_fence_put(point);
			return false;
		}
	}
	return true;
}

static void chain_release(struct dma_fence *fence)
{
	struct dma_fence_chain *node = to_dma_fence_chain(fence);
	struct dma_fence *prev;

	/*
	 * Releasing the point before would release the one before that, and so
	 * on down the stack. So take over the links of points that only we
	 * refer to, and release them one by one.
	 */
	while ((prev = rcu_dereference_protected(node->prev, true)) != NULL) {
		struct dma_fence_chain *next = to_dma_fence_chain(prev);

		if (!next || kref_read(&prev->refcount) > 1)
			break;
		RCU_INIT_POINTER(node->prev, rcu_dereference_protected(next->prev, true));
		RCU_INIT_POINTER(next->prev, NULL);
		dma_fence_put(prev);
	}
	dma_fence_put(prev);
	dma_fence_put(node->fence);
	dma_fence_free(fence);
}

static void chain_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	struct dma_fence *point;

	dma_fence_chain_for_each(point, fence)
		dma_fence_set_deadline(dma_fence_chain_contained(point), deadline);
}

const struct dma_fence_ops dma_fence_chain_ops = {
	.use_64bit_seqno = true,
	.get_driver_name = chain_driver_name,
	.get_timeline_name = chain_timeline_name,
	.enable_signaling = chain_enable_signaling,
	.signaled = chain_signaled,
	.release = chain_release,
	.set_deadline = chain_set_deadline,
};
EXPORT_SYMBOL(dma_fence_chain_ops);

/**
 * dma_fence_chain_init - add a point to a timeline, or begin one
 * @chain: memory, from dma_fence_chain_alloc()
 * @prev: newest point so far, or any fence to come before, or NULL; the reference goes
 * @fence: the fence of this point, not a chain; the reference goes
 * @seqno: sequence number of the point
 *
 * A @seqno that does not come after @prev's begins a new context, with a number
 * that is at least as high.
 *
 * Context: any; does not allocate.
 */
void dma_fence_chain_init(struct dma_fence_chain *chain, struct dma_fence *prev,
			  struct dma_fence *fence, uint64_t seqno)
{
	struct dma_fence_chain *before = to_dma_fence_chain(prev);
	u64 context;

	spin_lock_init(&chain->lock);
	chain->fence = fence;
	chain->prev_seqno = 0;
	rcu_assign_pointer(chain->prev, prev);

	if (before && __dma_fence_is_later(seqno, prev->seqno, prev->ops)) {
		context = prev->context;
		chain->prev_seqno = prev->seqno;
	} else {
		context = dma_fence_context_alloc(1);
		if (before && prev->seqno > seqno)
			seqno = prev->seqno;
	}
	dma_fence_init(&chain->base, &dma_fence_chain_ops, &chain->lock, context, seqno);

	/* Nesting would recurse; containers inside are to be flattened by the caller. */
	WARN_ON(dma_fence_is_chain(fence));
}
EXPORT_SYMBOL(dma_fence_chain_init);
