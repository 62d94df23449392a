// SPDX-License-Identifier: MIT
/*
 * Arrays: one fence for several.
 */
#include <linux/dma-fence-array.h>
#include <linux/export.h>
#include <linux/slab.h>

/*
 * While an array is unsignaled its error field is 1, "none yet": the first member
 * that fails replaces it, and it becomes 0 if none did.
 */
#define NO_ERROR_YET 1

static const char *array_driver_name(struct dma_fence *fence)
{
	return "dma_fence_array";
}

static const char *array_timeline_name(struct dma_fence *fence)
{
	return "unbound";
}

static void note_error(struct dma_fence_array *array, int error)
{
	if (error)
		cmpxchg(&array->base.error, NO_ERROR_YET, error);
}

static void settle_error(struct dma_fence_array *array)
{
	cmpxchg(&array->base.error, NO_ERROR_YET, 0);
}

/* Outside of every member's lock: now the array itself can be signaled. */
static void array_work(struct irq_work *work)
{
	struct dma_fence_array *array = container_of(work, struct dma_fence_array, work);

	settle_error(array);
	dma_fence_signal(&array->base);
	dma_fence_put(&array->base);
}

static void member_signaled(struct dma_fence *member, struct dma_fence_cb *cb)
{
	struct dma_fence_array *array = container_of(cb, struct dma_fence_array_cb, cb)->array;

	note_error(array, member->error);
	if (atomic_dec_and_test(&array->num_pending))
		irq_work_queue(&array->work); /* hands the reference on */
	else
		dma_fence_put(&array->base);
}

static bool array_enable_signaling(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	unsigned i;

	for (i = 0; i < array->num_fences; i++) {
		struct dma_fence_array_cb *link = &array->callbacks[i];

		link->array = array;
		/* The callback's own: with signal_on_any it may run after our end. */
		dma_fence_get(fence);
		if (!dma_fence_add_callback(array->fences[i], &link->cb, member_signaled))
			continue;

		note_error(array, array->fences[i]->error);
		dma_fence_put(fence);
		if (atomic_dec_and_test(&array->num_pending)) {
			settle_error(array);
			return false;
		}
	}
	return true;
}

static bool array_signaled(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	/* Before the flag: once signaling is enabled, callbacks count for us. */
	int pending = atomic_read_acquire(&array->num_pending);
	bool done;

	if (test_bit(DMA_FENCE_FLAG_ENABLE_SIGNAL_BIT, &fence->flags)) {
		done = pending <= 0;
	} else {
		unsigned i;

		done = false;
		for (i = 0; i < array->num_fences && !done; i++)
			done = dma_fence_is_signaled(array->fences[i]) && --pending == 0;
	}
	if (done)
		settle_error(array);
	return done;
}

static void array_release(struct dma_fence *fence)
{
	struct dma_fence_array *array = to_dma_fence_array(fence);
	unsigned i;

	for (i = 0; i < array->num_fences; i++)
		dma_fence_put(array->fences[i]);
	kfree(array->fences);
	dma_fence_free(fence);
}

static void array_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	struct dma_fence *member;
	unsigned i;

	dma_fence_array_for_each(member, i, fence)
		dma_fence_set_deadline(member, deadline);
}

const struct dma_fence_ops dma_fence_array_ops = {
	.get_driver_name = array_driver_name,
	.get_timeline_name = array_timeline_name,
	.enable_signaling = array_enable_signaling,
	.signaled = array_signaled,
	.release = array_release,
	.set_deadline = array_set_deadline,
};
EXPORT_SYMBOL(dma_fence_array_ops);

/**
 * dma_fence_array_alloc - memory for an array
 * @num_fences: members it will have
 *
 * Context: may sleep.
 * Return: memory for dma_fence_array_init(), or NULL.
 */
struct dma_fence_array *dma_fence_array_alloc(int num_fences)
{
	struct dma_fence_array *array;

	return kzalloc(struct_size(array, callbacks, num_fences), GFP_KERNEL);
}
EXPORT_SYMBOL(dma_fence_array_alloc);

/**
 * dma_fence_array_init - set up an array in memory that is there
 * @array: from dma_fence_array_alloc() for as many members
 * @num_fences: members
 * @fences: kmalloc'ed list of them; it and one reference each go to @array
 * @context: timeline of the array itself
 * @seqno: position on it
 * @signal_on_any: signal with the first member, not the last
 *
 * Members must not be containers: operations on nested containers recurse.
 *
 * Context: any; does not allocate.
 */
void dma_fence_array_init(struct dma_fence_array *array, int num_fences, struct dma_fence **fences,
			  u64 context, unsigned seqno, bool signal_on_any)
{
	int i;

	WARN_ON(!num_fences || !fences);

	spin_lock_init(&array->lock);
	array->num_fences = num_fences;
	array->fences = fences;
	atomic_set(&array->num_pending, signal_on_any ? 1 : num_fences);
	init_irq_work(&array->work, array_work);
	dma_fence_init(&array->base, &dma_fence_array_ops, &array->lock, context, seqno);
	array->base.error = NO_ERROR_YET;

	for (i = 0; i < num_fences; i++)
		WARN_ON(dma_fence_is_container(fences[i]));
}
EXPORT_SYMBOL(dma_fence_array_init);

/**
 * dma_fence_array_create - make an array
 * @num_fences: members
 * @fences: kmalloc'ed list of them; on success it and one reference each go to the array
 * @context: timeline of the array itself
 * @seqno: position on it
 * @signal_on_any: signal with the first member, not the last
 *
 * Context: may sleep.
 * Return: the array, or NULL when out of memory (then @fences stays the caller's).
 */
struct dma_fence_array *dma_fence_array_create(int num_fences, struct dma_fence **fences,
					       u64 context, unsigned seqno, bool signal_on_any)
{
	struct dma_fence_array *array = dma_fence_array_alloc(num_fences);

	if (array)
		dma_fence_array_init(array, num_fences, fences, context, seqno, signal_on_any);
	return array;
}
EXPORT_SYMBOL(dma_fence_array_create);

/**
 * dma_fence_match_context - do all fences belong to one timeline
 * @fence: an array, or any other fence
 * @context: the timeline
 *
 * Return: true if so.
 */
bool dma_fence_match_context(struct dma_fence *fence, u64 context)
{
	struct dma_fence *member;
	unsigned i;

	dma_fence_array_for_each(member, i, fence)
		if (member->context != context)
			return false;
	return true;
}
EXPORT_SYMBOL(dma_fence_match_context);

/**
 * dma_fence_array_first - first fence of an array
 * @head: an array, any other fence, or NULL
 *
 * Return: the first member, @head itself if it is no array, NULL if there is none.
 */
struct dma_fence *dma_fence_array_first(struct dma_fence *head)
{
	struct dma_fence_array *array = to_dma_fence_array(head);

	if (!array)
		return head;
	return array->num_fences ? array->fences[0] : NULL;
}
EXPORT_SYMBOL(dma_fence_array_first);

/**
 * dma_fence_array_next - one of the fences of an array
 * @head: an array, any other fence, or NULL
 * @index: which
 *
 * Return: member @index, NULL if there are not so many (or @head is no array).
 */
struct dma_fence *dma_fence_array_next(struct dma_fence *head, unsigned int index)
{
	struct dma_fence_array *array = to_dma_fence_array(head);

	return array && index < array->num_fences ? array->fences[index] : NULL;
}
EXPORT_SYMBOL(dma_fence_array_next);
