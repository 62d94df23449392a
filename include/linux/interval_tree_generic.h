/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_INTERVAL_TREE_GENERIC_H
#define _LINUX_INTERVAL_TREE_GENERIC_H

#include <linux/rbtree_augmented.h>

/*
 * An interval tree over nodes of ITSTRUCT: a red-black tree by ITSTART in which
 * each node keeps the largest ITLAST of its subtree in ITSUBTREE. Intervals are
 * closed. Defines _insert, _remove, _iter_first and _iter_next; the iteration is
 * in order of ITSTART.
 *
 * Of a subtree the leftmost overlap is looked for: left, if the largest end there
 * reaches @start; else here; else right.
 */
#define INTERVAL_TREE_DEFINE(ITSTRUCT, ITRB, ITTYPE, ITSUBTREE, ITSTART, ITLAST, ITSTATIC,         \
			     ITPREFIX)                                                             \
	RB_DECLARE_CALLBACKS_MAX(static, ITPREFIX##_augment, ITSTRUCT, ITRB, ITTYPE, ITSUBTREE,    \
				 ITLAST)                                                           \
	ITSTATIC void ITPREFIX##_insert(ITSTRUCT *node, struct rb_root_cached *root)               \
	{                                                                                          \
		struct rb_node **link = &root->rb_root.rb_node, *rb_parent = NULL;                 \
		ITTYPE start = ITSTART(node), last = ITLAST(node);                                 \
		bool leftmost = true;                                                              \
		while (*link) {                                                                    \
			ITSTRUCT *parent = rb_entry(*link, ITSTRUCT, ITRB);                        \
			rb_parent = *link;                                                         \
			if (parent->ITSUBTREE < last)                                              \
				parent->ITSUBTREE = last;                                          \
			if (start < ITSTART(parent)) {                                             \
				link = &parent->ITRB.rb_left;                                      \
			} else {                                                                   \
				link = &parent->ITRB.rb_right;                                     \
				leftmost = false;                                                  \
			}                                                                          \
		}                                                                                  \
		node->ITSUBTREE = last;                                                            \
		rb_link_node(&node->ITRB, rb_parent, link);                                        \
		rb_insert_augmented_cached(&node->ITRB, root, leftmost, &ITPREFIX##_augment);      \
	}                                                                                          \
	ITSTATIC void ITPREFIX##_remove(ITSTRUCT *node, struct rb_root_cached *root)               \
	{                                                                                          \
		rb_erase_augmented_cached(&node->ITRB, root, &ITPREFIX##_augment);                 \
	}                                                                                          \
	static ITSTRUCT *ITPREFIX##_ls_search(struct rb_node *rb, ITTYPE start, ITTYPE last)       \
	{                                                                                          \
		while (rb) {                                                                       \
			ITSTRUCT *node = rb_entry(rb, ITSTRUCT, ITRB);                             \
			struct rb_node *left = rb->rb_left;                                        \
			if (node->ITSUBTREE < start)                                               \
				return NULL;                                                       \
			if (left && rb_entry(left, ITSTRUCT, ITRB)->ITSUBTREE >= start) {          \
				rb = left;                                                         \
				continue;                                                          \
			}                                                                          \
			if (ITSTART(node) > last)                                                  \
				return NULL;                                                       \
			if (ITLAST(node) >= start)                                                 \
				return node;                                                       \
			rb = rb->rb_right;                                                         \
		}                                                                                  \
		return NULL;                                                                       \
	}                                                                                          \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_first(struct rb_root_cached *root, ITTYPE start,        \
						 ITTYPE last)                                      \
	{                                                                                          \
		return ITPREFIX##_ls_search(root->rb_root.rb_node, start, last);                   \
	}                                                                                          \
	ITSTATIC ITSTRUCT *ITPREFIX##_iter_next(ITSTRUCT *node, ITTYPE start, ITTYPE last)         \
	{                                                                                          \
		struct rb_node *rb = &node->ITRB, *prev;                                           \
		ITSTRUCT *found = ITPREFIX##_ls_search(rb->rb_right, start, last);                 \
		while (!found) {                                                                   \
			do {                                                                       \
				prev = rb;                                                         \
				rb = rb_parent(rb);                                                \
				if (!rb)                                                           \
					return NULL;                                               \
			} while (prev == rb->rb_right);                                            \
			node = rb_entry(rb, ITSTRUCT, ITRB);                                       \
			if (ITSTART(node) > last)                                                  \
				return NULL;                                                       \
			if (ITLAST(node) >= start)                                                 \
				return node;                                                       \
			found = ITPREFIX##_ls_search(rb->rb_right, start, last);                   \
		}                                                                                  \
		return found;                                                                      \
	}

#endif
