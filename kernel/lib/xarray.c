// SPDX-License-Identifier: MIT
/* The plain interface of the XArray: takes locks and allocates for its caller. */
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "xarray_internal.h"

static void unlock_array(struct xarray *xa)
{
	if (xa->xa_flags & XA_FLAGS_LOCK_IRQ)
		xa_unlock_irq(xa);
	else if (xa->xa_flags & XA_FLAGS_LOCK_BH)
		xa_unlock_bh(xa);
	else
		xa_unlock(xa);
}

static void lock_array(struct xarray *xa)
{
	if (xa->xa_flags & XA_FLAGS_LOCK_IRQ)
		xa_lock_irq(xa);
	else if (xa->xa_flags & XA_FLAGS_LOCK_BH)
		xa_lock_bh(xa);
	else
		xa_lock(xa);
}

/* xas_nomem() with the lock dropped if the allocation may sleep. */
static bool nomem_locked(struct xa_state *xas, gfp_t gfp)
{
	bool again, sleeps = gfpflags_allow_blocking(gfp) && xas_error(xas) == -ENOMEM;

	if (sleeps)
		unlock_array(xas->xa);
	again = xas_nomem(xas, gfp);
	if (sleeps)
		lock_array(xas->xa);
	return again;
}

static void *result(struct xa_state *xas, void *entry)
{
	if (xas_error(xas))
		return xa_mk_internal(xas_error(xas));
	return xa_is_zero(entry) ? NULL : entry;
}

/**
 * xa_load() - look up
 * @xa: array
 * @index: where
 *
 * Context: Any; takes the RCU read lock.
 * Return: the entry, or NULL.
 */
void *xa_load(struct xarray *xa, unsigned long index)
{
	struct xa_node *leaf;
	void *entry = NULL;

	rcu_read_lock();
	leaf = ls_xa_leaf(xa, index);
	if (leaf)
		entry = load_slot(leaf, offset_of(index, leaf));
	rcu_read_unlock();
	return entry && xa_is_zero(entry) ? NULL : entry;
}
EXPORT_SYMBOL(xa_load);

/**
 * __xa_store() - put an entry into the array
 * @xa: array
 * @index: where
 * @entry: what; NULL erases (and reserves, in an array that tracks free entries)
 * @gfp: how to allocate
 *
 * Context: xa_lock held; dropped to allocate if @gfp may sleep.
 * Return: the old entry; xa_err() of it is -ENOMEM when out of memory, -EINVAL
 * when @entry cannot be stored.
 */
void *__xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *old;

	if (WARN_ON_ONCE(xa_is_advanced(entry)))
		return xa_mk_internal(-EINVAL);
	if (track_free(xa) && !entry)
		entry = XA_ZERO_ENTRY;
	do {
		old = xas_store(&xas, entry);
	} while (nomem_locked(&xas, gfp));
	return result(&xas, old);
}
EXPORT_SYMBOL(__xa_store);

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	void *old;

	might_alloc(gfp);
	xa_lock(xa);
	old = __xa_store(xa, index, entry, gfp);
	xa_unlock(xa);
	return old;
}
EXPORT_SYMBOL(xa_store);

void *__xa_erase(struct xarray *xa, unsigned long index)
{
	XA_STATE(xas, xa, index);

	return result(&xas, xas_store(&xas, NULL));
}
EXPORT_SYMBOL(__xa_erase);

void *xa_erase(struct xarray *xa, unsigned long index)
{
	void *old;

	xa_lock(xa);
	old = __xa_erase(xa, index);
	xa_unlock(xa);
	return old;
}
EXPORT_SYMBOL(xa_erase);

/**
 * __xa_cmpxchg() - store if the entry is still @old
 * @xa: array
 * @index: where
 * @old: what is expected
 * @entry: what to store
 * @gfp: how to allocate
 *
 * Context: xa_lock held; dropped to allocate if @gfp may sleep.
 * Return: the entry that was there (@old on success), or an xa_err().
 */
void *__xa_cmpxchg(struct xarray *xa, unsigned long index, void *old, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);
	void *curr;

	if (WARN_ON_ONCE(xa_is_advanced(entry)))
		return xa_mk_internal(-EINVAL);
	do {
		curr = xas_load(&xas);
		if (curr == old)
			xas_store(&xas, entry);
	} while (nomem_locked(&xas, gfp));
	return result(&xas, curr);
}
EXPORT_SYMBOL(__xa_cmpxchg);

/* 0, -EBUSY when there is an entry (or reservation), -ENOMEM, -EINVAL. */
int __xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	XA_STATE(xas, xa, index);

	if (WARN_ON_ONCE(xa_is_advanced(entry)))
		return -EINVAL;
	if (!entry)
		entry = XA_ZERO_ENTRY;
	do {
		if (xas_load(&xas))
			xas_set_err(&xas, -EBUSY);
		else
			xas_store(&xas, entry);
	} while (nomem_locked(&xas, gfp));
	return xas_error(&xas);
}
EXPORT_SYMBOL(__xa_insert);

/**
 * __xa_alloc() - store at the first free index
 * @xa: an array that tracks free entries
 * @id: set to the index
 * @entry: NULL reserves
 * @limit: range of the index
 * @gfp: how to allocate
 *
 * Context: xa_lock held; dropped to allocate if @gfp may sleep.
 * Return: 0, -EBUSY when the range is full, -ENOMEM, -EINVAL.
 */
int __xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	XA_STATE(xas, xa, 0);

	if (WARN_ON_ONCE(xa_is_advanced(entry)) || WARN_ON_ONCE(!track_free(xa)))
		return -EINVAL;
	if (!entry)
		entry = XA_ZERO_ENTRY;
	do {
		xas.xa_index = limit.min;
		if (!xas.xa_index && (xa->xa_flags & XA_FLAGS_ZERO_BUSY))
			xas.xa_index = 1;
		if (!ls_xa_scan_free(xa, &xas.xa_index, limit.max))
			xas_set_err(&xas, -EBUSY);
		else
			*id = xas.xa_index;
		xas_store(&xas, entry);
	} while (nomem_locked(&xas, gfp));
	return xas_error(&xas);
}
EXPORT_SYMBOL(__xa_alloc);

/* The same from *@next on, round the range. 1 when it wrapped; *@next is advanced. */
int __xa_alloc_cyclic(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, u32 *next,
		      gfp_t gfp)
{
	u32 min = limit.min;
	int ret;

	limit.min = max(min, *next);
	ret = __xa_alloc(xa, id, entry, limit, gfp);
	if ((xa->xa_flags & XA_FLAGS_ALLOC_WRAPPED) && ret == 0) {
		xa->xa_flags &= ~XA_FLAGS_ALLOC_WRAPPED;
		ret = 1;
	}
	if (ret < 0 && limit.min > min) {
		limit.min = min;
		ret = __xa_alloc(xa, id, entry, limit, gfp);
		if (ret == 0)
			ret = 1;
	}
	if (ret >= 0) {
		*next = *id + 1;
		if (*next == 0)
			xa->xa_flags |= XA_FLAGS_ALLOC_WRAPPED;
	}
	return ret;
}
EXPORT_SYMBOL(__xa_alloc_cyclic);

void __xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (xas_load(&xas))
		xas_set_mark(&xas, mark);
}
EXPORT_SYMBOL(__xa_set_mark);

void __xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);

	if (xas_load(&xas))
		xas_clear_mark(&xas, mark);
}
EXPORT_SYMBOL(__xa_clear_mark);

bool xa_get_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	XA_STATE(xas, xa, index);
	bool set;

	rcu_read_lock();
	set = xas_load(&xas) && xas_get_mark(&xas, mark);
	rcu_read_unlock();
	return set;
}
EXPORT_SYMBOL(xa_get_mark);

void xa_set_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_lock(xa);
	__xa_set_mark(xa, index, mark);
	xa_unlock(xa);
}
EXPORT_SYMBOL(xa_set_mark);

void xa_clear_mark(struct xarray *xa, unsigned long index, xa_mark_t mark)
{
	xa_lock(xa);
	__xa_clear_mark(xa, index, mark);
	xa_unlock(xa);
}
EXPORT_SYMBOL(xa_clear_mark);

/**
 * xa_find() - the first entry at or after an index
 * @xa: array
 * @index: where to begin; set to where it was found
 * @max: where to end
 * @filter: XA_PRESENT or a mark
 *
 * Context: Any; takes the RCU read lock.
 * Return: the entry, or NULL.
 */
void *xa_find(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	struct xa_node *leaf;
	void *entry;

	rcu_read_lock();
	entry = *index > max ? NULL : ls_xa_scan(xa, index, max, filter, false, &leaf);
	rcu_read_unlock();
	return entry;
}
EXPORT_SYMBOL(xa_find);

/* The same, behind the index. */
void *xa_find_after(struct xarray *xa, unsigned long *index, unsigned long max, xa_mark_t filter)
{
	unsigned long from = *index + 1;
	void *entry;

	if (!from)
		return NULL;
	entry = xa_find(xa, &from, max, filter);
	if (entry)
		*index = from;
	return entry;
}
EXPORT_SYMBOL(xa_find_after);

/* Copy up to @n entries from [@start, @max]; returns how many. */
unsigned int xa_extract(struct xarray *xa, void **dst, unsigned long start, unsigned long max,
			unsigned int n, xa_mark_t filter)
{
	unsigned long index = start;
	unsigned int i = 0;
	void *entry;

	if (!n)
		return 0;
	for (entry = xa_find(xa, &index, max, filter); entry;
	     entry = xa_find_after(xa, &index, max, filter)) {
		dst[i++] = entry;
		if (i == n)
			break;
	}
	return i;
}
EXPORT_SYMBOL(xa_extract);

static void free_below(struct xa_node *node)
{
	unsigned int i;

	if (node->shift) {
		for (i = 0; i < XA_CHUNK_SIZE; i++) {
			void *entry = load_slot(node, i);

			if (entry)
				free_below(xa_to_node(entry));
		}
	}
	ls_xa_node_free(node);
}

/**
 * xa_destroy() - forget all entries and free the nodes
 * @xa: array; usable afterwards
 *
 * The entries themselves are the caller's. Context: Any; takes xa_lock.
 */
void xa_destroy(struct xarray *xa)
{
	struct xa_node *root;
	unsigned long flags;

	xa_lock_irqsave(xa, flags);
	root = load_root(xa);
	__atomic_store_n(&xa->xa_head, NULL, __ATOMIC_RELEASE);
	xa->xa_flags &= ~(XA_FLAGS_MARK(0) | XA_FLAGS_MARK(1) | XA_FLAGS_MARK(2));
	if (root)
		free_below(root);
	xa_unlock_irqrestore(xa, flags);
}
EXPORT_SYMBOL(xa_destroy);
