// SPDX-License-Identifier: MIT
/* Small integers for pointers (idr) and alone (ida), on the XArray's tree. */
#include <linux/bitmap.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>

#include "xarray_internal.h"

/* NULL is a pointer too: it is kept as a reservation. */
static void *to_entry(void *ptr)
{
	return ptr ? ptr : XA_ZERO_ENTRY;
}

static void *from_entry(void *entry)
{
	return entry && xa_is_zero(entry) ? NULL : entry;
}

/**
 * idr_alloc_u32() - store a pointer under the first free id
 * @idr: handle
 * @ptr: the pointer, NULL included
 * @nextid: first id to try; set to the id
 * @max: last id
 * @gfp: how to allocate
 *
 * Context: The caller excludes other changes. May sleep if @gfp says so.
 * Return: 0, -ENOSPC when all ids are taken, -ENOMEM.
 */
int idr_alloc_u32(struct idr *idr, void *ptr, u32 *nextid, unsigned long max, gfp_t gfp)
{
	unsigned int base = idr->idr_base;
	XA_STATE(xas, &idr->idr_rt, 0);

	do {
		xas.xa_index = *nextid > base ? *nextid - base : 0;
		if (max < base || !ls_xa_scan_free(&idr->idr_rt, &xas.xa_index, max - base))
			return -ENOSPC;
		xas_store(&xas, to_entry(ptr));
	} while (xas_nomem(&xas, gfp));
	if (xas_error(&xas))
		return xas_error(&xas);
	*nextid = xas.xa_index + base;
	return 0;
}
EXPORT_SYMBOL(idr_alloc_u32);

/**
 * idr_alloc() - store a pointer under an id in [@start, @end)
 * @idr: handle
 * @ptr: the pointer
 * @start: lowest id
 * @end: one past the highest; 0 or less: INT_MAX is the highest
 * @gfp: how to allocate
 *
 * Context: The caller excludes other changes. May sleep if @gfp says so.
 * Return: the id, -ENOSPC when all are taken, -ENOMEM, -EINVAL for a negative @start.
 */
int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 id = start;
	int ret;

	if (WARN_ON_ONCE(start < 0))
		return -EINVAL;
	ret = idr_alloc_u32(idr, ptr, &id, end > 0 ? end - 1 : INT_MAX, gfp);
	return ret ? ret : (int)id;
}
EXPORT_SYMBOL(idr_alloc);

/* As idr_alloc(), but goes on from the last id given out, and round. */
int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	u32 max = end > 0 ? end - 1 : INT_MAX;
	u32 id = max_t(u32, idr->idr_next, start);
	int ret;

	ret = id > max ? -ENOSPC : idr_alloc_u32(idr, ptr, &id, max, gfp);
	if (ret == -ENOSPC && id > start) {
		id = start;
		ret = idr_alloc_u32(idr, ptr, &id, max, gfp);
	}
	if (ret)
		return ret;
	__WRITE_ONCE(idr->idr_next, id + 1);
	return id;
}
EXPORT_SYMBOL(idr_alloc_cyclic);

/* The pointer that was there, NULL if none. The caller excludes other changes. */
void *idr_remove(struct idr *idr, unsigned long id)
{
	XA_STATE(xas, &idr->idr_rt, id - idr->idr_base);

	return from_entry(xas_store(&xas, NULL));
}
EXPORT_SYMBOL(idr_remove);

/* Under the RCU read lock or the caller's own exclusion. */
void *idr_find(const struct idr *idr, unsigned long id)
{
	struct xa_node *leaf = ls_xa_leaf(&idr->idr_rt, id - idr->idr_base);

	return leaf ? from_entry(load_slot(leaf, offset_of(id - idr->idr_base, leaf))) : NULL;
}
EXPORT_SYMBOL(idr_find);

/* Call @fn for each pointer in the order of ids, until it returns other than 0. */
int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	unsigned long index = 0;
	struct xa_node *leaf;
	void *entry;

	while ((entry = ls_xa_scan(&idr->idr_rt, &index, INT_MAX, XA_PRESENT, true, &leaf))) {
		int ret = fn(index + idr->idr_base, from_entry(entry), data);

		if (ret)
			return ret;
		index++;
	}
	return 0;
}
EXPORT_SYMBOL(idr_for_each);

/* The first non-NULL pointer at *@nextid or above; sets *@nextid. NULL if none. */
void *idr_get_next_ul(struct idr *idr, unsigned long *nextid)
{
	unsigned long base = idr->idr_base;
	unsigned long index = *nextid < base ? 0 : *nextid - base;
	struct xa_node *leaf;
	void *entry = ls_xa_scan(&idr->idr_rt, &index, ULONG_MAX, XA_PRESENT, false, &leaf);

	if (entry)
		*nextid = index + base;
	return entry;
}
EXPORT_SYMBOL(idr_get_next_ul);

void *idr_get_next(struct idr *idr, int *nextid)
{
	unsigned long id = *nextid;
	void *entry = idr_get_next_ul(idr, &id);

	if (entry && WARN_ON_ONCE(id > INT_MAX))
		return NULL;
	*nextid = id;
	return entry;
}
EXPORT_SYMBOL(idr_get_next);

/* The old pointer, or ERR_PTR(-ENOENT) when @id is not taken. */
void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	XA_STATE(xas, &idr->idr_rt, id - idr->idr_base);

	if (!xas_load(&xas))
		return ERR_PTR(-ENOENT);
	return from_entry(xas_store(&xas, to_entry(ptr)));
}
EXPORT_SYMBOL(idr_replace);

void idr_destroy(struct idr *idr)
{
	xa_destroy(&idr->idr_rt);
	idr->idr_next = 0;
}
EXPORT_SYMBOL(idr_destroy);

/*
 * The kernel keeps nodes ready for a GFP_NOWAIT idr_alloc() that follows. Here
 * such an allocation only fails where a test makes it fail, so all that remains
 * is what a caller can see: preemption off until the end.
 */
void idr_preload(gfp_t gfp_mask)
{
	might_alloc(gfp_mask);
	preempt_disable();
}
EXPORT_SYMBOL(idr_preload);

void idr_preload_end(void)
{
	preempt_enable();
}
EXPORT_SYMBOL(idr_preload_end);

/**
 * ida_alloc_range() - an unused id in [@min, @max]
 * @ida: handle
 * @min: lowest id
 * @max: highest id, INT_MAX at most
 * @gfp: how to allocate
 *
 * Context: Any that @gfp allows; locks itself.
 * Return: the id, -ENOSPC when all are taken, -ENOMEM.
 */
int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	XA_STATE(xas, &ida->xa, 0);
	unsigned long flags;

	if ((int)min < 0)
		return -ENOSPC;
	if ((int)max < 0)
		max = INT_MAX;
	do {
		xa_lock_irqsave(&ida->xa, flags);
		xas.xa_index = min;
		if (!ls_xa_scan_free(&ida->xa, &xas.xa_index, max))
			xas_set_err(&xas, -ENOSPC);
		xas_store(&xas, XA_ZERO_ENTRY);
		xa_unlock_irqrestore(&ida->xa, flags);
	} while (xas_nomem(&xas, gfp));
	return xas_error(&xas) ? xas_error(&xas) : (int)xas.xa_index;
}
EXPORT_SYMBOL(ida_alloc_range);

/* Context: Any; locks itself. */
void ida_free(struct ida *ida, unsigned int id)
{
	XA_STATE(xas, &ida->xa, id);
	unsigned long flags;
	void *old;

	xa_lock_irqsave(&ida->xa, flags);
	old = xas_store(&xas, NULL);
	xa_unlock_irqrestore(&ida->xa, flags);
	WARN(!old, "ida_free called for id=%u which is not allocated.\n", id);
}
EXPORT_SYMBOL(ida_free);

void ida_destroy(struct ida *ida)
{
	xa_destroy(&ida->xa);
}
EXPORT_SYMBOL(ida_destroy);
