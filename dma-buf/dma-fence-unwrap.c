// SPDX-License-Identifier: MIT
/*
 * Unwrapping: the plain fences inside containers.
 */
#include <linux/dma-fence-array.h>
#include <linux/dma-fence-chain.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/export.h>
#include <linux/slab.h>
#include <linux/sort.h>

/* First fence of the point that the cursor stands on. */
static struct dma_fence *enter_point(struct dma_fence_unwrap *cursor)
{
	cursor->index = 0;
	cursor->array = dma_fence_chain_contained(cursor->chain);
	return dma_fence_array_first(cursor->array);
}

/**
 * dma_fence_unwrap_first - begin a walk over plain fences
 * @head: chain, array, plain fence or NULL
 * @cursor: where the walk stands
 *
 * Return: the first plain fence, or NULL.
 */
struct dma_fence *dma_fence_unwrap_first(struct dma_fence *head, struct dma_fence_unwrap *cursor)
{
	cursor->chain = dma_fence_get(head);
	return enter_point(cursor);
}
EXPORT_SYMBOL_GPL(dma_fence_unwrap_first);

/**
 * dma_fence_unwrap_next - go on with a walk
 * @cursor: where the walk stands
 *
 * Return: the next plain fence, or NULL at the end, where the cursor lets go.
 */
struct dma_fence *dma_fence_unwrap_next(struct dma_fence_unwrap *cursor)
{
	struct dma_fence *fence = dma_fence_array_next(cursor->array, ++cursor->index);

	if (fence)
		return fence;
	cursor->chain = dma_fence_chain_walk(cursor->chain);
	return enter_point(cursor);
}
EXPORT_SYMBOL_GPL(dma_fence_unwrap_next);

/* By context; within one, the latest first. */
static int by_context(const void *pa, const void *pb)
{
	struct dma_fence *a = *(struct dma_fence *const *)pa;
	struct dma_fence *b = *(struct dma_fence *const *)pb;

	if (a->context != b->context)
		return a->context < b->context ? -1 : 1;
	if (dma_fence_is_later(a, b))
		return -1;
	return dma_fence_is_later(b, a) ? 1 : 0;
}

/*
 * Count the unsignaled plain fences in all of @fences, and reference up to @room
 * of them into @out. @latest becomes the last time one of the others signaled.
 */
static unsigned int gather(unsigned int num_fences, struct dma_fence **fences,
			   struct dma_fence_unwrap *cursors, struct dma_fence **out,
			   unsigned int room, ktime_t *latest)
{
	struct dma_fence *fence;
	unsigned int i, n = 0;

	for (i = 0; i < num_fences; i++) {
		dma_fence_unwrap_for_each(fence, &cursors[i], fences[i]) {
			if (dma_fence_is_signaled(fence)) {
				ktime_t at = dma_fence_timestamp(fence);

				if (ktime_after(at, *latest))
					*latest = at;
			} else if (!out) {
				n++;
			} else if (!WARN_ON(n == room)) {
				out[n++] = dma_fence_get(fence);
			}
		}
	}
	return n;
}

/* Of each context keep the latest, which stands for the earlier ones. */
static unsigned int keep_latest(struct dma_fence **list, unsigned int n)
{
	unsigned int i, kept = 1;

	sort(list, n, sizeof(*list), by_context, NULL);
	for (i = 1; i < n; i++) {
		if (list[i]->context == list[kept - 1]->context)
			dma_fence_put(list[i]);
		else
			list[kept++] = list[i];
	}
	return kept;
}

/**
 * __dma_fence_unwrap_merge - behind dma_fence_unwrap_merge()
 * @num_fences: how many
 * @fences: the fences; entries may be NULL
 * @cursors: room for as many cursors
 *
 * Context: may sleep.
 * Return: a new reference to one fence that stands for all: an array, the only
 * fence that is not over, or a signaled stub with the time of the last one; NULL
 * when out of memory.
 */
struct dma_fence *__dma_fence_unwrap_merge(unsigned int num_fences, struct dma_fence **fences,
					   struct dma_fence_unwrap *cursors)
{
	struct dma_fence_array *array;
	struct dma_fence **list, *single;
	ktime_t latest = 0;
	unsigned int room, n;

	room = gather(num_fences, fences, cursors, NULL, 0, &latest);
	if (!room)
		return dma_fence_allocate_private_stub(latest);

	list = kmalloc_array(room, sizeof(*list), GFP_KERNEL);
	if (!list)
		return NULL;

	/* Fewer by now, perhaps: fences signal meanwhile. */
	n = gather(num_fences, fences, cursors, list, room, &latest);
	if (n > 1)
		n = keep_latest(list, n);
	if (n <= 1) {
		single = n ? list[0] : dma_fence_allocate_private_stub(latest);
		kfree(list);
		return single;
	}

	array = dma_fence_array_create(n, list, dma_fence_context_alloc(1), 1, false);
	if (!array)
		goto err_put;
	return &array->base;

err_put:
	while (n--)
		dma_fence_put(list[n]);
	kfree(list);
	return NULL;
}
EXPORT_SYMBOL_GPL(__dma_fence_unwrap_merge);
