/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RADIX_TREE_H
#define _LINUX_RADIX_TREE_H

#include <linux/bitops.h>
#include <linux/gfp.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/math.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

/**
 * DOC: radix tree
 *
 * The older name of the XArray, without its locking: the caller excludes
 * changes; look-ups may run under the RCU read lock.
 */
#define radix_tree_root xarray
#define radix_tree_node xa_node

#define RADIX_TREE_MAP_SHIFT XA_CHUNK_SHIFT
#define RADIX_TREE_MAP_SIZE  (1UL << RADIX_TREE_MAP_SHIFT)
#define RADIX_TREE_MAX_TAGS  XA_MAX_MARKS
#define RADIX_TREE_INIT(name, mask) XARRAY_INIT(name, mask)
#define RADIX_TREE(name, mask) struct radix_tree_root name = RADIX_TREE_INIT(name, mask)
#define INIT_RADIX_TREE(root, mask) xa_init_flags(root, mask)

struct radix_tree_iter {
	unsigned long index;
	unsigned long next_index;
	unsigned long tags;
	struct radix_tree_node *node;
};

static inline bool radix_tree_empty(const struct radix_tree_root *root)
{
	return xa_empty(root);
}

static inline void *radix_tree_deref_slot(void __rcu **slot)
{
	return rcu_dereference_raw(*slot);
}

#define radix_tree_deref_retry(arg) xa_is_retry(arg)

int radix_tree_insert(struct radix_tree_root *root, unsigned long index, void *item);
void *radix_tree_lookup(const struct radix_tree_root *root, unsigned long index);
void __rcu **radix_tree_lookup_slot(const struct radix_tree_root *root, unsigned long index);
void *radix_tree_delete(struct radix_tree_root *root, unsigned long index);
void *radix_tree_delete_item(struct radix_tree_root *root, unsigned long index, void *item);
unsigned int radix_tree_gang_lookup(const struct radix_tree_root *root, void **results,
				    unsigned long first_index, unsigned int max_items);
void *radix_tree_tag_set(struct radix_tree_root *root, unsigned long index, unsigned int tag);
void *radix_tree_tag_clear(struct radix_tree_root *root, unsigned long index, unsigned int tag);
int radix_tree_tag_get(const struct radix_tree_root *root, unsigned long index, unsigned int tag);
int radix_tree_tagged(const struct radix_tree_root *root, unsigned int tag);
int radix_tree_preload(gfp_t gfp_mask);
int radix_tree_maybe_preload(gfp_t gfp_mask);
void radix_tree_preload_end(void);
void radix_tree_iter_delete(struct radix_tree_root *root, struct radix_tree_iter *iter,
			    void __rcu **slot);

static inline void __rcu **radix_tree_iter_init(struct radix_tree_iter *iter, unsigned long start)
{
	iter->index = 0;
	iter->next_index = start;
	iter->node = NULL;
	return NULL;
}

/* The slot of the next item, or NULL. */
void __rcu **ls_radix_tree_next(const struct radix_tree_root *root, struct radix_tree_iter *iter);

static inline void __rcu **radix_tree_iter_resume(void __rcu **slot, struct radix_tree_iter *iter)
{
	return slot;
}

#define radix_tree_for_each_slot(slot, root, iter, start)                                          \
	for (slot = radix_tree_iter_init(iter, start); (slot = ls_radix_tree_next(root, iter));)

#endif
