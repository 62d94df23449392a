/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RCULIST_H
#define _LINUX_RCULIST_H

/*
 * Lists that readers walk under rcu_read_lock() while one writer at a time
 * changes them. A new entry is complete before the pointer to it is stored; a
 * removed one keeps its next pointer until after a grace period.
 */

#include <linux/list.h>
#include <linux/rcupdate.h>

#define list_next_rcu(list) (*((struct list_head **)(&(list)->next)))

static inline void INIT_LIST_HEAD_RCU(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

static inline void __list_add_rcu(struct list_head *new, struct list_head *prev,
				  struct list_head *next)
{
	new->next = next;
	new->prev = prev;
	rcu_assign_pointer(prev->next, new);
	next->prev = new;
}

static inline void list_add_rcu(struct list_head *new, struct list_head *head)
{
	__list_add_rcu(new, head, head->next);
}

static inline void list_add_tail_rcu(struct list_head *new, struct list_head *head)
{
	__list_add_rcu(new, head->prev, head);
}

static inline void list_del_rcu(struct list_head *entry)
{
	struct list_head *next = entry->next, *prev = entry->prev;

	next->prev = prev;
	WRITE_ONCE(prev->next, next);
	entry->prev = LIST_POISON2;
}

static inline void list_replace_rcu(struct list_head *old, struct list_head *new)
{
	new->next = old->next;
	new->prev = old->prev;
	rcu_assign_pointer(new->prev->next, new);
	new->next->prev = new;
	old->prev = LIST_POISON2;
}

static inline void list_splice_init_rcu(struct list_head *list, struct list_head *head,
					void (*sync)(void))
{
	struct list_head *first = list->next, *last = list->prev, *at = head->next;

	if (list_empty(list))
		return;
	INIT_LIST_HEAD_RCU(list);
	/* Readers of the old list must be through before its links change. */
	sync();
	last->next = at;
	rcu_assign_pointer(head->next, first);
	first->prev = head;
	at->prev = last;
}

#define list_entry_rcu(ptr, type, member) container_of(rcu_dereference_raw(ptr), type, member)
#define list_entry_lockless(ptr, type, member) list_entry_rcu(ptr, type, member)
#define list_first_or_null_rcu(ptr, type, member)                                                  \
	({                                                                                         \
		struct list_head *__ls_lh = (ptr);                                                 \
		struct list_head *__ls_first = rcu_dereference_raw(__ls_lh->next);                 \
		likely(__ls_lh != __ls_first) ? container_of(__ls_first, type, member) : NULL;     \
	})
#define list_next_or_null_rcu(head, ptr, type, member)                                             \
	({                                                                                         \
		struct list_head *__ls_lh = (head);                                                \
		struct list_head *__ls_next = rcu_dereference_raw((ptr)->next);                    \
		likely(__ls_next != __ls_lh) ? container_of(__ls_next, type, member) : NULL;       \
	})

#define __list_check_rcu(cond)                                                                     \
	RCU_LOCKDEP_WARN(!(cond) && !rcu_read_lock_any_held(),                                     \
			 "RCU-list traversed in non-reader section!")

#define list_for_each_entry_rcu(pos, head, member, cond...)                                        \
	for (__list_check_rcu(0 + cond + 0),                                                       \
	     pos = list_entry_rcu((head)->next, typeof(*pos), member);                             \
	     &pos->member != (head);                                                               \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_srcu(pos, head, member, cond)                                          \
	for (RCU_LOCKDEP_WARN(!(cond), "RCU-list traversed without the required lock!"),           \
	     pos = list_entry_rcu((head)->next, typeof(*pos), member);                             \
	     &pos->member != (head);                                                               \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_lockless(pos, head, member)                                            \
	for (pos = list_entry_rcu((head)->next, typeof(*pos), member); &pos->member != (head);     \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_continue_rcu(pos, head, member)                                        \
	for (pos = list_entry_rcu(pos->member.next, typeof(*pos), member);                         \
	     &pos->member != (head);                                                               \
	     pos = list_entry_rcu(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_from_rcu(pos, head, member)                                            \
	for (; &(pos)->member != (head);                                                           \
	     pos = list_entry_rcu(pos->member.next, typeof(*(pos)), member))

#define hlist_first_rcu(head)  (*((struct hlist_node **)(&(head)->first)))
#define hlist_next_rcu(node)   (*((struct hlist_node **)(&(node)->next)))
#define hlist_pprev_rcu(node)  (*((struct hlist_node **)((node)->pprev)))

static inline void hlist_del_rcu(struct hlist_node *n)
{
	struct hlist_node *next = n->next, **pprev = n->pprev;

	WRITE_ONCE(*pprev, next);
	if (next)
		WRITE_ONCE(next->pprev, pprev);
	WRITE_ONCE(n->pprev, LIST_POISON2);
}

static inline void hlist_del_init_rcu(struct hlist_node *n)
{
	struct hlist_node *next = n->next, **pprev = n->pprev;

	if (!pprev)
		return;
	WRITE_ONCE(*pprev, next);
	if (next)
		WRITE_ONCE(next->pprev, pprev);
	WRITE_ONCE(n->pprev, NULL);
}

static inline void hlist_replace_rcu(struct hlist_node *old, struct hlist_node *new)
{
	struct hlist_node *next = old->next;

	new->next = next;
	WRITE_ONCE(new->pprev, old->pprev);
	rcu_assign_pointer(*new->pprev, new);
	if (next)
		WRITE_ONCE(next->pprev, &new->next);
	WRITE_ONCE(old->pprev, LIST_POISON2);
}

static inline void hlist_add_head_rcu(struct hlist_node *n, struct hlist_head *h)
{
	struct hlist_node *first = h->first;

	n->next = first;
	WRITE_ONCE(n->pprev, &h->first);
	rcu_assign_pointer(h->first, n);
	if (first)
		WRITE_ONCE(first->pprev, &n->next);
}

static inline void hlist_add_before_rcu(struct hlist_node *n, struct hlist_node *next)
{
	WRITE_ONCE(n->pprev, next->pprev);
	n->next = next;
	rcu_assign_pointer(*n->pprev, n);
	WRITE_ONCE(next->pprev, &n->next);
}

static inline void hlist_add_behind_rcu(struct hlist_node *n, struct hlist_node *prev)
{
	n->next = prev->next;
	WRITE_ONCE(n->pprev, &prev->next);
	rcu_assign_pointer(prev->next, n);
	if (n->next)
		WRITE_ONCE(n->next->pprev, &n->next);
}

static inline void hlist_add_tail_rcu(struct hlist_node *n, struct hlist_head *h)
{
	struct hlist_node *i, *last = NULL;

	for (i = h->first; i; i = i->next)
		last = i;
	if (last)
		hlist_add_behind_rcu(n, last);
	else
		hlist_add_head_rcu(n, h);
}

#define __ls_hlist_rcu(ptr, type, member)                                                          \
	({                                                                                         \
		struct hlist_node *__ls_hn = rcu_dereference_raw(ptr);                             \
		__ls_hn ? container_of(__ls_hn, type, member) : NULL;                              \
	})
#define __hlist_for_each_rcu(pos, head)                                                            \
	for (pos = rcu_dereference(hlist_first_rcu(head)); pos;                                    \
	     pos = rcu_dereference(hlist_next_rcu(pos)))
#define hlist_for_each_entry_rcu(pos, head, member, cond...)                                       \
	for (__list_check_rcu(0 + cond + 0),                                                       \
	     pos = __ls_hlist_rcu((head)->first, typeof(*(pos)), member);                          \
	     pos; pos = __ls_hlist_rcu((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_rcu_notrace(pos, head, member)                                        \
	for (pos = __ls_hlist_rcu((head)->first, typeof(*(pos)), member); pos;                     \
	     pos = __ls_hlist_rcu((pos)->member.next, typeof(*(pos)), member))
#define hlist_for_each_entry_rcu_bh(pos, head, member)                                             \
	hlist_for_each_entry_rcu_notrace(pos, head, member)
#define hlist_for_each_entry_continue_rcu(pos, member)                                             \
	for (pos = __ls_hlist_rcu((pos)->member.next, typeof(*(pos)), member); pos;                \
	     pos = __ls_hlist_rcu((pos)->member.next, typeof(*(pos)), member))

#endif
