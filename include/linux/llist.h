/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/stddef.h>
#include <linux/types.h>

/**
 * DOC: lock-less lists
 *
 * Any number of tasks may add and one may take everything at a time without a
 * lock; llist_del_first() needs its callers to exclude one another. Entries
 * come out newest first.
 */
struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name)      struct llist_head name = LLIST_HEAD_INIT(name)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

static inline void init_llist_node(struct llist_node *node)
{
	node->next = node;
}

static inline bool llist_on_list(const struct llist_node *node)
{
	return node->next != node;
}

static inline bool llist_empty(const struct llist_head *head)
{
	return READ_ONCE(head->first) == NULL;
}

static inline struct llist_node *llist_next(struct llist_node *node)
{
	return node->next;
}

bool llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
		     struct llist_head *head);
struct llist_node *llist_del_first(struct llist_head *head);
struct llist_node *llist_del_all(struct llist_head *head);
struct llist_node *llist_reverse_order(struct llist_node *head);

static inline bool llist_add(struct llist_node *new, struct llist_head *head)
{
	return llist_add_batch(new, new, head);
}

static inline bool __llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
				     struct llist_head *head)
{
	new_last->next = head->first;
	head->first = new_first;
	return !new_last->next;
}

static inline bool __llist_add(struct llist_node *new, struct llist_head *head)
{
	return __llist_add_batch(new, new, head);
}

static inline struct llist_node *__llist_del_all(struct llist_head *head)
{
	struct llist_node *first = head->first;

	head->first = NULL;
	return first;
}

/*
 * The loops below take the entry of the NULL at the end too, and look at it only to
 * tell it from the others. In numbers that is well defined; with pointers it is not.
 */
#define llist_entry(ptr, type, member) \
	((type *)((unsigned long)(ptr) - offsetof(type, member)))
#define member_address_is_nonnull(ptr, member)                                                     \
	((unsigned long)(ptr) + offsetof(typeof(*(ptr)), member) != 0)
#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)
#define llist_for_each_safe(pos, n, node)                                                          \
	for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))
/* The entry of NULL is computed, and then not used: as a number, for UBSan's sake. */
#define __ls_llist_entry(ptr, pos, member)                                                         \
	((typeof(pos))((unsigned long)(ptr) - offsetof(typeof(*(pos)), member)))
#define llist_for_each_entry(pos, node, member)                                                    \
	for ((pos) = __ls_llist_entry(node, pos, member); member_address_is_nonnull(pos, member);  \
	     (pos) = __ls_llist_entry((pos)->member.next, pos, member))
#define llist_for_each_entry_safe(pos, n, node, member)                                            \
	for (pos = __ls_llist_entry(node, pos, member);                                            \
	     member_address_is_nonnull(pos, member) &&                                             \
	     (n = __ls_llist_entry(pos->member.next, n, member), true);                            \
	     pos = n)

#endif
