// SPDX-License-Identifier: MIT
/*
 * The tree under an XArray, with nodes of 64 slots, and its cursors (xas_*).
 *
 * Changes happen under xa_lock; look-ups under RCU, so slots are published with
 * release stores and emptied nodes are freed after a grace period. The head is
 * NULL or the root node, whose shift tells the height; a tree grows at the root
 * and loses nodes that become empty.
 *
 * marks[m] of a node says which slots have mark m somewhere below. In arrays
 * that track free entries (XA_FLAGS_TRACK_FREE) the words of mark 0 say instead
 * which slots are *full* below, so that a new node needs no preparation.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "xarray_internal.h"

#define FULL 0 /* the index in marks[] that tells full slots, if tracked */

static inline void store_slot(struct xa_node *node, unsigned int offset, void *entry)
{
	__atomic_store_n(&node->slots[offset], entry, __ATOMIC_RELEASE);
}

/* The bits of index at and below @node: all indices it can hold. */
static inline unsigned long span_mask(const struct xa_node *node)
{
	unsigned int bits = node->shift + XA_CHUNK_SHIFT;

	return bits >= BITS_PER_LONG ? ~0UL : (1UL << bits) - 1;
}

static inline bool node_bit(const struct xa_node *node, unsigned int m, unsigned int offset)
{
	return __atomic_load_n(&node->marks[m][0], __ATOMIC_RELAXED) & (1UL << offset);
}

static inline void set_node_bit(struct xa_node *node, unsigned int m, unsigned int offset)
{
	__atomic_fetch_or(&node->marks[m][0], 1UL << offset, __ATOMIC_RELAXED);
}

static inline void clear_node_bit(struct xa_node *node, unsigned int m, unsigned int offset)
{
	__atomic_fetch_and(&node->marks[m][0], ~(1UL << offset), __ATOMIC_RELAXED);
}

/* --- marks ------------------------------------------------------------------ */

/* Only a word of 64 slots is read above; larger chunks would need a loop. */
static_assert(XA_CHUNK_SIZE == BITS_PER_LONG);

static void mark_up(struct xarray *xa, struct xa_node *node, unsigned int offset, xa_mark_t mark)
{
	while (node && !node_bit(node, mark, offset)) {
		set_node_bit(node, mark, offset);
		offset = node->offset;
		node = node->parent;
	}
	if (!node)
		xa->xa_flags |= XA_FLAGS_MARK(mark);
}

static void unmark_up(struct xarray *xa, struct xa_node *node, unsigned int offset, xa_mark_t mark)
{
	while (node) {
		clear_node_bit(node, mark, offset);
		if (node->marks[mark][0])
			return;
		offset = node->offset;
		node = node->parent;
	}
	xa->xa_flags &= ~XA_FLAGS_MARK(mark);
}

static void full_up(struct xa_node *node, unsigned int offset)
{
	while (node) {
		set_node_bit(node, FULL, offset);
		if (node->marks[FULL][0] != ~0UL)
			return;
		offset = node->offset;
		node = node->parent;
	}
}

static void free_up(struct xa_node *node, unsigned int offset)
{
	while (node && node_bit(node, FULL, offset)) {
		clear_node_bit(node, FULL, offset);
		offset = node->offset;
		node = node->parent;
	}
}

static bool mark_usable(const struct xarray *xa, xa_mark_t mark)
{
	return mark < XA_MAX_MARKS && !(track_free(xa) && mark == FULL);
}

/* --- nodes ------------------------------------------------------------------ */

static void node_free_rcu(struct rcu_head *head)
{
	kfree(container_of(head, struct xa_node, rcu_head));
}

/* Readers may still be in it. */
void ls_xa_node_free(struct xa_node *node)
{
	call_rcu(&node->rcu_head, node_free_rcu);
}

static struct xa_node *node_new(struct xa_state *xas, struct xa_node *parent, unsigned int shift,
				unsigned int offset)
{
	struct xa_node *node = xas->xa_alloc;

	if (node)
		xas->xa_alloc = NULL;
	else
		node = kzalloc(sizeof(*node), GFP_NOWAIT | __GFP_NOWARN);
	if (!node) {
		xas_set_err(xas, -ENOMEM);
		return NULL;
	}
	node->shift = shift;
	node->offset = offset;
	node->parent = parent;
	node->array = xas->xa;
	return node;
}

/* Put roots on top of the root until @index fits. */
static bool grow(struct xa_state *xas, unsigned long index)
{
	struct xarray *xa = xas->xa;
	struct xa_node *root = load_root(xa);
	unsigned int m;

	if (!root) {
		unsigned int shift = 0;

		while (shift + XA_CHUNK_SHIFT < BITS_PER_LONG &&
		       index >> (shift + XA_CHUNK_SHIFT))
			shift += XA_CHUNK_SHIFT;
		root = node_new(xas, NULL, shift, 0);
		if (!root)
			return false;
		__atomic_store_n(&xa->xa_head, xa_mk_node(root), __ATOMIC_RELEASE);
		return true;
	}
	while (index & ~span_mask(root)) {
		struct xa_node *above = node_new(xas, NULL, root->shift + XA_CHUNK_SHIFT, 0);

		if (!above)
			return false;
		above->count = 1;
		store_slot(above, 0, xa_mk_node(root));
		for (m = 0; m < XA_MAX_MARKS; m++) {
			unsigned long below = root->marks[m][0];

			if (track_free(xa) && m == FULL ? below == ~0UL : below != 0)
				set_node_bit(above, m, 0);
		}
		root->parent = above;
		__atomic_store_n(&xa->xa_head, xa_mk_node(above), __ATOMIC_RELEASE);
		root = above;
	}
	return true;
}

/* The leaf for xa_index, made if need be. Sets xa_node and xa_offset; NULL on -ENOMEM. */
static struct xa_node *create_leaf(struct xa_state *xas)
{
	unsigned long index = xas->xa_index;
	struct xa_node *node;

	if (!grow(xas, index))
		return NULL;
	node = load_root(xas->xa);
	while (node->shift) {
		unsigned int offset = offset_of(index, node);
		void *entry = load_slot(node, offset);

		if (!entry) {
			struct xa_node *child = node_new(xas, node, node->shift - XA_CHUNK_SHIFT,
							 offset);

			if (!child)
				return NULL;
			entry = xa_mk_node(child);
			store_slot(node, offset, entry);
			node->count++;
		}
		node = xa_to_node(entry);
	}
	xas->xa_node = node;
	xas->xa_offset = offset_of(index, node);
	return node;
}

/* The leaf for xa_index if it is there. */
struct xa_node *ls_xa_leaf(const struct xarray *xa, unsigned long index)
{
	struct xa_node *node = load_root(xa);

	if (!node || index & ~span_mask(node))
		return NULL;
	while (node->shift) {
		void *entry = load_slot(node, offset_of(index, node));

		if (!entry)
			return NULL;
		node = xa_to_node(entry);
	}
	return node;
}

/* Unlink @node and every parent that thereby becomes empty. */
static void prune(struct xarray *xa, struct xa_node *node)
{
	while (node && !node->count) {
		struct xa_node *parent = node->parent;

		if (parent) {
			store_slot(parent, node->offset, NULL);
			parent->count--;
		} else {
			__atomic_store_n(&xa->xa_head, NULL, __ATOMIC_RELEASE);
		}
		ls_xa_node_free(node);
		node = parent;
	}
}

/* --- finding ---------------------------------------------------------------- */

static unsigned int next_slot(const struct xa_node *node, unsigned int offset, xa_mark_t filter)
{
	if (filter != XA_PRESENT)
		return find_next_bit(node->marks[filter], XA_CHUNK_SIZE, offset);
	while (offset < XA_CHUNK_SIZE && !load_slot(node, offset))
		offset++;
	return offset;
}

/* The first index past everything below @node that begins at or below @index; 0 at the end. */
static unsigned long after(unsigned long index, const struct xa_node *node)
{
	return (index | span_mask(node)) + 1;
}

/*
 * The first entry at or after *@index, up to @max, that @filter fits (a mark or
 * XA_PRESENT). Reservations count only if @zero. Sets *@index and *@leaf.
 */
void *ls_xa_scan(const struct xarray *xa, unsigned long *index, unsigned long max,
		 xa_mark_t filter, bool zero, struct xa_node **leaf)
{
	unsigned long at = *index;
	struct xa_node *node;

	if (filter != XA_PRESENT && !mark_usable(xa, filter))
		return NULL;
again:
	node = load_root(xa);
	if (!node || at & ~span_mask(node))
		return NULL;
	for (;;) {
		unsigned int offset = offset_of(at, node);
		unsigned int next = next_slot(node, offset, filter);
		void *entry;

		if (next >= XA_CHUNK_SIZE) {
			at = after(at, node);
			if (!at || at > max)
				return NULL;
			goto again;
		}
		if (next != offset)
			at = (at & ~span_mask(node)) | (unsigned long)next << node->shift;
		if (at > max)
			return NULL;
		entry = load_slot(node, next);
		if (entry && node->shift) {
			node = xa_to_node(entry);
			continue;
		}
		if (entry && (zero || !xa_is_zero(entry))) {
			*index = at;
			*leaf = node;
			return entry;
		}
		/* Erased meanwhile, or a reservation: go on behind it. */
		at = (at | ((1UL << node->shift) - 1)) + 1;
		if (!at || at > max)
			return NULL;
		goto again;
	}
}

/* The first free index in [*@index, @max] of an array that tracks them. */
bool ls_xa_scan_free(const struct xarray *xa, unsigned long *index, unsigned long max)
{
	unsigned long at = *index;
	struct xa_node *node;

	if (at > max)
		return false;
again:
	node = load_root(xa);
	if (!node || at & ~span_mask(node))
		goto found;
	for (;;) {
		unsigned int offset = offset_of(at, node);
		unsigned int next = find_next_zero_bit(node->marks[FULL], XA_CHUNK_SIZE, offset);
		void *entry;

		if (next >= XA_CHUNK_SIZE) {
			at = after(at, node);
			if (!at || at > max)
				return false;
			goto again;
		}
		if (next != offset)
			at = (at & ~span_mask(node)) | (unsigned long)next << node->shift;
		if (at > max)
			return false;
		entry = node->shift ? load_slot(node, next) : NULL;
		if (!entry)
			goto found;
		node = xa_to_node(entry);
	}
found:
	*index = at;
	return true;
}

/* --- the cursor ------------------------------------------------------------- */

/**
 * xas_load() - the entry at the cursor
 * @xas: cursor
 *
 * Context: xa_lock or the RCU read lock.
 * Return: the entry, NULL if there is none; reservations show as XA_ZERO_ENTRY.
 */
void *xas_load(struct xa_state *xas)
{
	struct xa_node *leaf;

	if (xas_error(xas))
		return NULL;
	leaf = ls_xa_leaf(xas->xa, xas->xa_index);
	xas->xa_node = leaf;
	if (!leaf)
		return NULL;
	xas->xa_offset = offset_of(xas->xa_index, leaf);
	return load_slot(leaf, xas->xa_offset);
}
EXPORT_SYMBOL(xas_load);

/**
 * xas_store() - put an entry at the cursor
 * @xas: cursor
 * @entry: NULL to erase
 *
 * Context: xa_lock held. Does not sleep; -ENOMEM is left in the cursor for xas_nomem().
 * Return: the entry that was there.
 */
void *xas_store(struct xa_state *xas, void *entry)
{
	struct xarray *xa = xas->xa;
	struct xa_node *leaf;
	unsigned int offset, m;
	void *old;

	if (xas_error(xas))
		return NULL;
	leaf = entry ? create_leaf(xas) : ls_xa_leaf(xa, xas->xa_index);
	if (!leaf)
		return NULL;
	offset = offset_of(xas->xa_index, leaf);
	xas->xa_node = leaf;
	xas->xa_offset = offset;
	old = load_slot(leaf, offset);
	if (old == entry)
		return old;
	store_slot(leaf, offset, entry);
	leaf->nr_values += xa_is_value(entry) - (old && xa_is_value(old));
	if (entry && !old) {
		leaf->count++;
		if (track_free(xa))
			full_up(leaf, offset);
	} else if (!entry) {
		for (m = 0; m < XA_MAX_MARKS; m++)
			if (mark_usable(xa, m) && node_bit(leaf, m, offset))
				unmark_up(xa, leaf, offset, m);
		if (track_free(xa))
			free_up(leaf, offset);
		leaf->count--;
	}
	if (xas->xa_update)
		xas->xa_update(leaf);
	if (!leaf->count) {
		prune(xa, leaf);
		xas->xa_node = NULL;
	}
	return old;
}
EXPORT_SYMBOL(xas_store);

static void *xas_scan(struct xa_state *xas, unsigned long max, xa_mark_t filter)
{
	unsigned long index = xas->xa_index;
	struct xa_node *leaf;
	void *entry;

	if (xas_error(xas) || xas->xa_node == XAS_BOUNDS)
		return NULL;
	if (xas->xa_node != XAS_RESTART && !++index)
		goto end;
	if (index > max)
		goto end;
	entry = ls_xa_scan(xas->xa, &index, max, filter, true, &leaf);
	if (!entry)
		goto end;
	xas->xa_index = index;
	xas->xa_node = leaf;
	xas->xa_offset = offset_of(index, leaf);
	return entry;
end:
	xas->xa_node = XAS_BOUNDS;
	return NULL;
}

/* Next present entry up to @max: at the cursor when fresh, behind it otherwise. */
void *xas_find(struct xa_state *xas, unsigned long max)
{
	return xas_scan(xas, max, XA_PRESENT);
}
EXPORT_SYMBOL(xas_find);

/* The same for entries with @mark. */
void *xas_find_marked(struct xa_state *xas, unsigned long max, xa_mark_t mark)
{
	return xas_scan(xas, max, mark);
}
EXPORT_SYMBOL(xas_find_marked);

/* The entry at the cursor that a store would replace, once. */
void *xas_find_conflict(struct xa_state *xas)
{
	return xas_scan(xas, xas->xa_index, XA_PRESENT);
}
EXPORT_SYMBOL(xas_find_conflict);

/* Move one on (a fresh cursor stays) and load; the index wraps. */
void *xas_next(struct xa_state *xas)
{
	if (xas_error(xas))
		return NULL;
	if (xas->xa_node != XAS_RESTART)
		xas->xa_index++;
	return xas_load(xas);
}
EXPORT_SYMBOL(xas_next);

/* Move one back (a fresh cursor stays) and load; the index wraps. */
void *xas_prev(struct xa_state *xas)
{
	if (xas_error(xas))
		return NULL;
	if (xas->xa_node != XAS_RESTART)
		xas->xa_index--;
	return xas_load(xas);
}
EXPORT_SYMBOL(xas_prev);

bool xas_get_mark(const struct xa_state *xas, xa_mark_t mark)
{
	return xas_is_node(xas) && mark_usable(xas->xa, mark) &&
	       node_bit(xas->xa_node, mark, xas->xa_offset);
}
EXPORT_SYMBOL(xas_get_mark);

void xas_set_mark(const struct xa_state *xas, xa_mark_t mark)
{
	if (xas_is_node(xas) && mark_usable(xas->xa, mark))
		mark_up(xas->xa, xas->xa_node, xas->xa_offset, mark);
}
EXPORT_SYMBOL(xas_set_mark);

void xas_clear_mark(const struct xa_state *xas, xa_mark_t mark)
{
	if (xas_get_mark(xas, mark))
		unmark_up(xas->xa, xas->xa_node, xas->xa_offset, mark);
}
EXPORT_SYMBOL(xas_clear_mark);

void xas_init_marks(const struct xa_state *xas)
{
	xa_mark_t mark;

	for (mark = 0; mark < XA_MAX_MARKS; mark++)
		xas_clear_mark(xas, mark);
}
EXPORT_SYMBOL(xas_init_marks);

/**
 * xas_nomem() - after -ENOMEM, allocate what the next try will need
 * @xas: cursor
 * @gfp: how to allocate
 *
 * Context: xa_lock not held; may sleep if @gfp says so.
 * Return: true: try again. false: there was no such error, or no memory.
 */
bool xas_nomem(struct xa_state *xas, gfp_t gfp)
{
	if (xas_error(xas) != -ENOMEM) {
		xas_destroy(xas);
		return false;
	}
	xas->xa_alloc = kzalloc(sizeof(*xas->xa_alloc), gfp);
	if (!xas->xa_alloc)
		return false;
	xas->xa_node = XAS_RESTART;
	return true;
}
EXPORT_SYMBOL(xas_nomem);

/* Free what xas_nomem() allocated and nobody used. */
void xas_destroy(struct xa_state *xas)
{
	kfree(xas->xa_alloc);
	xas->xa_alloc = NULL;
}
EXPORT_SYMBOL(xas_destroy);

/* Before the lock is dropped in an iteration: it goes on with the next entry. */
void xas_pause(struct xa_state *xas)
{
	if (xas_error(xas))
		return;
	xas->xa_node = XAS_RESTART;
	if (!++xas->xa_index)
		xas->xa_node = XAS_BOUNDS;
}
EXPORT_SYMBOL(xas_pause);

/* Make the nodes for the cursor's index, so that a later store needs no memory. */
void xas_create_range(struct xa_state *xas)
{
	if (!xas_error(xas))
		create_leaf(xas);
}
EXPORT_SYMBOL(xas_create_range);
