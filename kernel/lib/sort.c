// SPDX-License-Identifier: MIT
/* Sorting arrays (heap sort: no memory, no bad case), searching them, sorting lists. */
#include <linux/bitops.h>
#include <linux/bsearch.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/sort.h>
#include <linux/string.h>

struct sorter {
	char *base;
	size_t size;
	cmp_r_func_t cmp;
	swap_r_func_t swap;
	const void *priv;
};

static void *item(const struct sorter *s, size_t nr)
{
	return s->base + nr * s->size;
}

static void exchange(const struct sorter *s, size_t a, size_t b)
{
	char *x = item(s, a), *y = item(s, b);
	size_t i;

	if (s->swap) {
		s->swap(x, y, s->size, s->priv);
		return;
	}
	for (i = 0; i < s->size; i++) {
		char byte = x[i];

		x[i] = y[i];
		y[i] = byte;
	}
}

/* Let @root sink until no child in the heap of @num is larger. */
static void sink(const struct sorter *s, size_t root, size_t num)
{
	size_t child;

	while ((child = 2 * root + 1) < num) {
		if (child + 1 < num && s->cmp(item(s, child), item(s, child + 1), s->priv) < 0)
			child++;
		if (s->cmp(item(s, root), item(s, child), s->priv) >= 0)
			return;
		exchange(s, root, child);
		root = child;
	}
}

/**
 * sort_r() - sort an array
 * @base: its first item
 * @num: how many items
 * @size: bytes in one
 * @cmp_func: orders two items
 * @swap_func: exchanges two items; NULL: byte by byte
 * @priv: for both
 *
 * Not stable. Context: Any.
 */
void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp_func, swap_r_func_t swap_func,
	    const void *priv)
{
	const struct sorter s = { base, size, cmp_func, swap_func, priv };
	size_t i;

	for (i = num / 2; i--;)
		sink(&s, i, num);
	for (i = num; i-- > 1;) {
		exchange(&s, 0, i);
		sink(&s, 0, i);
	}
}
EXPORT_SYMBOL(sort_r);

struct plain {
	cmp_func_t cmp;
	swap_func_t swap;
};

static int plain_cmp(const void *a, const void *b, const void *priv)
{
	return ((const struct plain *)priv)->cmp(a, b);
}

static void plain_swap(void *a, void *b, int size, const void *priv)
{
	((const struct plain *)priv)->swap(a, b, size);
}

void sort(void *base, size_t num, size_t size, cmp_func_t cmp_func, swap_func_t swap_func)
{
	const struct plain plain = { cmp_func, swap_func };

	sort_r(base, num, size, plain_cmp, swap_func ? plain_swap : NULL, &plain);
}
EXPORT_SYMBOL(sort);

/**
 * bsearch() - find an item of a sorted array
 * @key: what to look for, first argument of @cmp
 * @base: first item
 * @num: how many
 * @size: bytes in one
 * @cmp: orders key and item
 *
 * Context: Any.
 * Return: an item that compares equal, or NULL.
 */
void *bsearch(const void *key, const void *base, size_t num, size_t size, cmp_func_t cmp)
{
	size_t low = 0, high = num;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const char *at = (const char *)base + mid * size;
		int order = cmp(key, at);

		if (!order)
			return (void *)at;
		if (order > 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}
EXPORT_SYMBOL(bsearch);

/* Take items from @a and @b in order, @a first among equals, onto the end of @out. */
static void merge(void *priv, list_cmp_func_t cmp, struct list_head *a, struct list_head *b,
		  struct list_head *out)
{
	while (!list_empty(a) && !list_empty(b)) {
		if (cmp(priv, a->next, b->next) <= 0)
			list_move_tail(a->next, out);
		else
			list_move_tail(b->next, out);
	}
	list_splice_tail_init(a, out);
	list_splice_tail_init(b, out);
}

/**
 * list_sort() - sort a list, stably
 * @priv: for @cmp
 * @head: the list
 * @cmp: positive when a belongs after b
 *
 * Merges runs of doubling length: pending[i] holds 2^i items or none.
 * Context: Any.
 */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	struct list_head pending[BITS_PER_LONG], run, merged;
	int i, top = 0;

	for (i = 0; i < BITS_PER_LONG; i++)
		INIT_LIST_HEAD(&pending[i]);
	INIT_LIST_HEAD(&run);
	INIT_LIST_HEAD(&merged);

	while (!list_empty(head)) {
		list_move(head->next, &run);
		for (i = 0; !list_empty(&pending[i]); i++) {
			merge(priv, cmp, &pending[i], &run, &merged);
			list_splice_init(&merged, &run);
		}
		list_splice_init(&run, &pending[i]);
		if (i >= top)
			top = i + 1;
	}
	for (i = 0; i < top; i++) {
		merge(priv, cmp, &pending[i], &run, &merged);
		list_splice_init(&merged, &run);
	}
	list_splice(&run, head);
}
EXPORT_SYMBOL(list_sort);
