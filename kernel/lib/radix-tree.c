// SPDX-License-Identifier: MIT
/* The radix tree's interface on the XArray's tree. The caller excludes changes. */
#include <linux/export.h>
#include <linux/radix-tree.h>
#include <linux/slab.h>

#include "xarray_internal.h"

/* The root's own flags say how it allocates, as with INIT_RADIX_TREE(root, GFP_ATOMIC). */
static gfp_t root_gfp(const struct radix_tree_root *root)
{
	return root->xa_flags & (__GFP_BITS_MASK & ~0x1fU);
}

/**
 * radix_tree_insert() - add an item
 * @root: tree
 * @index: where
 * @item: what
 *
 * Return: 0, -EEXIST when there is one, -ENOMEM.
 */
int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item)
{
	XA_STATE(xas, root, index);

	do {
		if (xas_load(&xas))
			return -EEXIST;
		xas_store(&xas, item);
	} while (xas_nomem(&xas, root_gfp(root)));
	return xas_error(&xas);
}
EXPORT_SYMBOL(radix_tree_insert);

void __rcu **radix_tree_lookup_slot(const struct radix_tree_root *root, unsigned long index)
{
	struct xa_node *leaf = ls_xa_leaf(root, index);

	if (!leaf || !load_slot(leaf, offset_of(index, leaf)))
		return NULL;
	return &leaf->slots[offset_of(index, leaf)];
}
EXPORT_SYMBOL(radix_tree_lookup_slot);

void *radix_tree_lookup(const struct radix_tree_root *root, unsigned long index)
{
	struct xa_node *leaf = ls_xa_leaf(root, index);

	return leaf ? load_slot(leaf, offset_of(index, leaf)) : NULL;
}
EXPORT_SYMBOL(radix_tree_lookup);

void *radix_tree_delete(struct radix_tree_root *root, unsigned long index)
{
	XA_STATE(xas, root, index);

	return xas_store(&xas, NULL);
}
EXPORT_SYMBOL(radix_tree_delete);

/* Only if it is @item that is there; NULL otherwise. */
void *radix_tree_delete_item(struct radix_tree_root *root, unsigned long index, void *item)
{
	if (item && radix_tree_lookup(root, index) != item)
		return NULL;
	return radix_tree_delete(root, index);
}
EXPORT_SYMBOL(radix_tree_delete_item);

unsigned int radix_tree_gang_lookup(const struct radix_tree_root *root, void **results,
				    unsigned long first_index, unsigned int max_items)
{
	unsigned long index = first_index;
	struct xa_node *leaf;
	unsigned int n = 0;
	void *entry;

	while (n < max_items &&
	       (entry = ls_xa_scan(root, &index, ULONG_MAX, XA_PRESENT, false, &leaf))) {
		results[n++] = entry;
		if (!++index)
			break;
	}
	return n;
}
EXPORT_SYMBOL(radix_tree_gang_lookup);

/* The item at @index, tagged; NULL and nothing done when there is none. */
void *radix_tree_tag_set(struct radix_tree_root *root, unsigned long index, unsigned int tag)
{
	XA_STATE(xas, root, index);
	void *entry = xas_load(&xas);

	if (entry)
		xas_set_mark(&xas, tag);
	return entry;
}
EXPORT_SYMBOL(radix_tree_tag_set);

void *radix_tree_tag_clear(struct radix_tree_root *root, unsigned long index, unsigned int tag)
{
	XA_STATE(xas, root, index);
	void *entry = xas_load(&xas);

	if (entry)
		xas_clear_mark(&xas, tag);
	return entry;
}
EXPORT_SYMBOL(radix_tree_tag_clear);

int radix_tree_tag_get(const struct radix_tree_root *root, unsigned long index, unsigned int tag)
{
	XA_STATE(xas, (struct radix_tree_root *)root, index);

	return xas_load(&xas) && xas_get_mark(&xas, tag);
}
EXPORT_SYMBOL(radix_tree_tag_get);

int radix_tree_tagged(const struct radix_tree_root *root, unsigned int tag)
{
	return xa_marked(root, tag);
}
EXPORT_SYMBOL(radix_tree_tagged);

/* What a caller can see of preloading: preemption is off until the end. See idr_preload(). */
int radix_tree_preload(gfp_t gfp_mask)
{
	might_alloc(gfp_mask);
	preempt_disable();
	return 0;
}
EXPORT_SYMBOL(radix_tree_preload);

int radix_tree_maybe_preload(gfp_t gfp_mask)
{
	if (gfpflags_allow_blocking(gfp_mask))
		return radix_tree_preload(gfp_mask);
	preempt_disable();
	return 0;
}
EXPORT_SYMBOL(radix_tree_maybe_preload);

void radix_tree_preload_end(void)
{
	preempt_enable();
}
EXPORT_SYMBOL(radix_tree_preload_end);

void radix_tree_iter_delete(struct radix_tree_root *root, struct radix_tree_iter *iter,
			    void __rcu **slot)
{
	radix_tree_delete(root, iter->index);
}
EXPORT_SYMBOL(radix_tree_iter_delete);

void __rcu **ls_radix_tree_next(const struct radix_tree_root *root, struct radix_tree_iter *iter)
{
	unsigned long index = iter->next_index;
	struct xa_node *leaf;

	/* After the last index of all, next_index has wrapped to 0. */
	if ((iter->node && !index) ||
	    !ls_xa_scan(root, &index, ULONG_MAX, XA_PRESENT, false, &leaf))
		return NULL;
	iter->index = index;
	iter->next_index = index + 1;
	iter->node = leaf;
	return &leaf->slots[offset_of(index, leaf)];
}
EXPORT_SYMBOL(ls_radix_tree_next);
