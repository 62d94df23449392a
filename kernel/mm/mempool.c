// SPDX-License-Identifier: MIT
/* mempool: elements in reserve, used when the allocator has none. */
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

/**
 * mempool_destroy() - end of a pool
 * @pool: pool whose elements were all freed, may be NULL
 *
 * Context: Any that the pool's free function allows.
 */
void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	while (pool->curr_nr)
		pool->free(pool->elements[--pool->curr_nr], pool->pool_data);
	kfree(pool->elements);
	kfree(pool);
}

/**
 * mempool_create() - make a pool
 * @min_nr: elements in reserve
 * @alloc_fn: allocates one
 * @free_fn: frees one
 * @pool_data: for both
 *
 * Context: Sleeps.
 * Return: pool, or NULL.
 */
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			  void *pool_data)
{
	mempool_t *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return NULL;
	spin_lock_init(&pool->lock);
	init_waitqueue_head(&pool->wait);
	pool->pool_data = pool_data;
	pool->alloc = alloc_fn;
	pool->free = free_fn;
	pool->elements = kmalloc_array(max(min_nr, 1), sizeof(void *), GFP_KERNEL);
	if (!pool->elements)
		goto err_pool;
	for (pool->min_nr = min_nr; pool->curr_nr < min_nr; pool->curr_nr++) {
		void *element = alloc_fn(GFP_KERNEL, pool_data);

		if (!element)
			goto err_pool;
		pool->elements[pool->curr_nr] = element;
	}
	return pool;

err_pool:
	mempool_destroy(pool);
	return NULL;
}

static void *take_reserve(mempool_t *pool)
{
	unsigned long flags;
	void *element = NULL;

	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr)
		element = pool->elements[--pool->curr_nr];
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

/**
 * mempool_alloc() - allocate an element
 * @pool: pool
 * @gfp_mask: flags
 *
 * Context: With __GFP_DIRECT_RECLAIM sleeps until there is an element.
 * Return: element; NULL only without __GFP_DIRECT_RECLAIM.
 */
void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask)
{
	gfp_t attempt = (gfp_mask & ~(__GFP_DIRECT_RECLAIM | __GFP_IO)) | __GFP_NOMEMALLOC |
			__GFP_NORETRY | __GFP_NOWARN;

	might_sleep_if(gfp_mask & __GFP_DIRECT_RECLAIM);
	for (;;) {
		void *element = pool->alloc(attempt, pool->pool_data);
		DEFINE_WAIT(wait);

		if (!element)
			element = take_reserve(pool);
		if (element || !(gfp_mask & __GFP_DIRECT_RECLAIM))
			return element;
		attempt = gfp_mask;
		prepare_to_wait(&pool->wait, &wait, TASK_UNINTERRUPTIBLE);
		if (!__atomic_load_n(&pool->curr_nr, __ATOMIC_RELAXED))
			schedule_timeout(HZ / 10);
		finish_wait(&pool->wait, &wait);
	}
}

/**
 * mempool_free() - free an element, or put it in reserve
 * @element: element, may be NULL
 * @pool: pool
 *
 * Context: Any that the pool's free function allows.
 */
void mempool_free(void *element, mempool_t *pool)
{
	unsigned long flags;

	if (!element)
		return;
	spin_lock_irqsave(&pool->lock, flags);
	if (pool->curr_nr < pool->min_nr) {
		pool->elements[pool->curr_nr] = element;
		__atomic_store_n(&pool->curr_nr, pool->curr_nr + 1, __ATOMIC_RELAXED);
		element = NULL;
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (element)
		pool->free(element, pool->pool_data);
	else
		wake_up(&pool->wait);
}

/**
 * mempool_alloc_slab() - allocate from a cache
 * @gfp_mask: flags
 * @pool_data: the cache
 *
 * Return: object, or NULL.
 */
void *mempool_alloc_slab(gfp_t gfp_mask, void *pool_data)
{
	return kmem_cache_alloc(pool_data, gfp_mask);
}

/**
 * mempool_free_slab() - free to a cache
 * @element: object
 * @pool_data: the cache
 */
void mempool_free_slab(void *element, void *pool_data)
{
	kmem_cache_free(pool_data, element);
}

/**
 * mempool_kmalloc() - allocate with kmalloc()
 * @gfp_mask: flags
 * @pool_data: bytes
 *
 * Return: memory, or NULL.
 */
void *mempool_kmalloc(gfp_t gfp_mask, void *pool_data)
{
	return kmalloc((size_t)pool_data, gfp_mask);
}

/**
 * mempool_kfree() - free with kfree()
 * @element: memory
 * @pool_data: unused
 */
void mempool_kfree(void *element, void *pool_data)
{
	kfree(element);
}
