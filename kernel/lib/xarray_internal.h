/* SPDX-License-Identifier: MIT */
#ifndef LS_XARRAY_INTERNAL_H
#define LS_XARRAY_INTERNAL_H

#include <linux/xarray.h>

static inline bool track_free(const struct xarray *xa)
{
	return xa->xa_flags & XA_FLAGS_TRACK_FREE;
}

static inline struct xa_node *load_root(const struct xarray *xa)
{
	void *head = __atomic_load_n(&xa->xa_head, __ATOMIC_ACQUIRE);

	return head ? xa_to_node(head) : NULL;
}

static inline void *load_slot(const struct xa_node *node, unsigned int offset)
{
	return __atomic_load_n(&node->slots[offset], __ATOMIC_ACQUIRE);
}

static inline unsigned int offset_of(unsigned long index, const struct xa_node *node)
{
	return (index >> node->shift) & XA_CHUNK_MASK;
}

/* See xarray_cursor.c. */
struct xa_node *ls_xa_leaf(const struct xarray *xa, unsigned long index);
void *ls_xa_scan(const struct xarray *xa, unsigned long *index, unsigned long max,
		 xa_mark_t filter, bool zero, struct xa_node **leaf);
bool ls_xa_scan_free(const struct xarray *xa, unsigned long *index, unsigned long max);
void ls_xa_node_free(struct xa_node *node);

#endif
