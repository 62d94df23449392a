// SPDX-License-Identifier: MIT
/* Lock-less lists. */
#include <linux/llist.h>

/**
 * llist_add_batch() - add a chain of entries
 * @new_first: its first
 * @new_last: its last
 * @head: list
 *
 * Context: Any.
 * Return: whether the list was empty.
 */
bool llist_add_batch(struct llist_node *new_first, struct llist_node *new_last,
		     struct llist_head *head)
{
	struct llist_node *first;

	ls_point(LS_OP_RMW, head);
	first = __atomic_load_n(&head->first, __ATOMIC_RELAXED);
	do {
		__WRITE_ONCE(new_last->next, first);
	} while (!__atomic_compare_exchange_n(&head->first, &first, new_first, false,
					      __ATOMIC_ACQ_REL, __ATOMIC_RELAXED));
	return !first;
}

/**
 * llist_del_first() - take the newest entry
 * @head: list; nobody else takes single entries meanwhile
 *
 * Context: Any.
 * Return: entry, or NULL.
 */
struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *first;

	ls_point(LS_OP_RMW, head);
	first = __atomic_load_n(&head->first, __ATOMIC_ACQUIRE);
	do {
		if (!first)
			return NULL;
	} while (!__atomic_compare_exchange_n(&head->first, &first, __READ_ONCE(first->next), false,
					      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	return first;
}

/**
 * llist_del_all() - take all entries
 * @head: list
 *
 * Context: Any.
 * Return: the newest entry, or NULL.
 */
struct llist_node *llist_del_all(struct llist_head *head)
{
	ls_point(LS_OP_RMW, head);
	return __atomic_exchange_n(&head->first, NULL, __ATOMIC_ACQ_REL);
}

/**
 * llist_reverse_order() - turn a chain of entries round
 * @head: its first, or NULL
 *
 * Return: the first of the reversed chain.
 */
struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *new = NULL;

	while (head) {
		struct llist_node *next = head->next;

		head->next = new;
		new = head;
		head = next;
	}
	return new;
}
