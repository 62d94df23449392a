// SPDX-License-Identifier: MIT
/*
 * Red-black trees, after the textbook: every path from a node down to a NULL
 * link passes the same number of black nodes, and a red node has no red child.
 * NULL links count as black leaves. The augmented forms tell the owner of a
 * summary when a node gets other children.
 */
#include <linux/export.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>

static inline bool is_red(const struct rb_node *node)
{
	return node && !(node->__rb_parent_color & RB_BLACK);
}

static inline bool is_black(const struct rb_node *node)
{
	return !is_red(node);
}

static inline void set_colour(struct rb_node *node, unsigned long colour)
{
	node->__rb_parent_color = (node->__rb_parent_color & ~1UL) | colour;
}

static inline unsigned long colour_of(const struct rb_node *node)
{
	return node->__rb_parent_color & 1;
}

static inline void set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = (unsigned long)parent | colour_of(node);
}

/* Whatever link of @parent (or the root) led to @old now leads to @new. */
static void replace_link(struct rb_node *old, struct rb_node *new, struct rb_node *parent,
			 struct rb_root *root)
{
	if (!parent)
		__WRITE_ONCE(root->rb_node, new);
	else if (parent->rb_left == old)
		__WRITE_ONCE(parent->rb_left, new);
	else
		__WRITE_ONCE(parent->rb_right, new);
}

typedef void (*rotate_fn)(struct rb_node *old, struct rb_node *new);

static void no_rotate(struct rb_node *old, struct rb_node *new)
{
}

/* @node's right child takes its place. */
static void rotate_left(struct rb_node *node, struct rb_root *root, rotate_fn rotated)
{
	struct rb_node *up = node->rb_right, *parent = rb_parent(node);

	__WRITE_ONCE(node->rb_right, up->rb_left);
	if (up->rb_left)
		set_parent(up->rb_left, node);
	set_parent(up, parent);
	replace_link(node, up, parent, root);
	__WRITE_ONCE(up->rb_left, node);
	set_parent(node, up);
	rotated(node, up);
}

/* @node's left child takes its place. */
static void rotate_right(struct rb_node *node, struct rb_root *root, rotate_fn rotated)
{
	struct rb_node *up = node->rb_left, *parent = rb_parent(node);

	__WRITE_ONCE(node->rb_left, up->rb_right);
	if (up->rb_right)
		set_parent(up->rb_right, node);
	set_parent(up, parent);
	replace_link(node, up, parent, root);
	__WRITE_ONCE(up->rb_right, node);
	set_parent(node, up);
	rotated(node, up);
}

/**
 * __rb_insert_augmented() - rebalance after rb_link_node()
 * @node: the new node, linked
 * @root: its tree
 * @augment_rotate: called after each rotation
 *
 * Context: Any; the caller excludes other changes to the tree.
 */
void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, rotate_fn augment_rotate)
{
	struct rb_node *parent;

	set_colour(node, RB_RED);
	while ((parent = rb_parent(node)) && is_red(parent)) {
		struct rb_node *grand = rb_parent(parent);
		bool left = parent == grand->rb_left;
		struct rb_node *uncle = left ? grand->rb_right : grand->rb_left;

		if (is_red(uncle)) {
			set_colour(parent, RB_BLACK);
			set_colour(uncle, RB_BLACK);
			set_colour(grand, RB_RED);
			node = grand;
			continue;
		}
		/* An inner grandchild is turned into an outer one first. */
		if (left && node == parent->rb_right) {
			rotate_left(parent, root, augment_rotate);
			parent = node;
		} else if (!left && node == parent->rb_left) {
			rotate_right(parent, root, augment_rotate);
			parent = node;
		}
		set_colour(parent, RB_BLACK);
		set_colour(grand, RB_RED);
		if (left)
			rotate_right(grand, root, augment_rotate);
		else
			rotate_left(grand, root, augment_rotate);
		break;
	}
	set_colour(root->rb_node, RB_BLACK);
}
EXPORT_SYMBOL(__rb_insert_augmented);

/**
 * rb_insert_color() - rebalance after rb_link_node()
 * @node: the new node, linked
 * @root: its tree
 *
 * Context: Any; the caller excludes other changes to the tree.
 */
void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	__rb_insert_augmented(node, root, no_rotate);
}
EXPORT_SYMBOL(rb_insert_color);

/* The paths through @node (NULL: through that link of @parent) lack one black node. */
static void erase_fixup(struct rb_node *node, struct rb_node *parent, struct rb_root *root,
			rotate_fn rotated)
{
	while (parent && is_black(node)) {
		bool left = node == parent->rb_left;
		struct rb_node *sibling = left ? parent->rb_right : parent->rb_left;
		struct rb_node *near, *far;

		if (is_red(sibling)) {
			set_colour(sibling, RB_BLACK);
			set_colour(parent, RB_RED);
			if (left)
				rotate_left(parent, root, rotated);
			else
				rotate_right(parent, root, rotated);
			sibling = left ? parent->rb_right : parent->rb_left;
		}
		near = left ? sibling->rb_left : sibling->rb_right;
		far = left ? sibling->rb_right : sibling->rb_left;
		if (is_black(near) && is_black(far)) {
			set_colour(sibling, RB_RED);
			node = parent;
			parent = rb_parent(node);
			continue;
		}
		if (is_black(far)) {
			set_colour(near, RB_BLACK);
			set_colour(sibling, RB_RED);
			if (left)
				rotate_right(sibling, root, rotated);
			else
				rotate_left(sibling, root, rotated);
			far = sibling;
			sibling = near;
		}
		set_colour(sibling, colour_of(parent));
		set_colour(parent, RB_BLACK);
		set_colour(far, RB_BLACK);
		if (left)
			rotate_left(parent, root, rotated);
		else
			rotate_right(parent, root, rotated);
		return;
	}
	if (node)
		set_colour(node, RB_BLACK);
}

/**
 * rb_erase_augmented() - take a node out
 * @node: a node of the tree
 * @root: the tree
 * @augment: keeps the owner's summary right
 *
 * Context: Any; the caller excludes other changes to the tree.
 */
void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
			const struct rb_augment_callbacks *augment)
{
	struct rb_node *child, *parent;
	unsigned long colour;

	if (!node->rb_left || !node->rb_right) {
		child = node->rb_left ? node->rb_left : node->rb_right;
		parent = rb_parent(node);
		colour = colour_of(node);
		replace_link(node, child, parent, root);
		if (child)
			set_parent(child, parent);
		augment->propagate(parent, NULL);
	} else {
		/* The next node in order, which has no left child, moves to @node's place. */
		struct rb_node *next = node->rb_right;

		while (next->rb_left)
			next = next->rb_left;
		child = next->rb_right;
		parent = rb_parent(next);
		colour = colour_of(next);
		if (parent == node) {
			parent = next;
		} else {
			__WRITE_ONCE(parent->rb_left, child);
			if (child)
				set_parent(child, parent);
			__WRITE_ONCE(next->rb_right, node->rb_right);
			set_parent(next->rb_right, next);
		}
		__WRITE_ONCE(next->rb_left, node->rb_left);
		set_parent(next->rb_left, next);
		replace_link(node, next, rb_parent(node), root);
		next->__rb_parent_color = node->__rb_parent_color;
		augment->copy(node, next);
		augment->propagate(parent, next);
		augment->propagate(next, NULL);
	}
	if (colour == RB_BLACK)
		erase_fixup(child, parent, root, augment->rotate);
}
EXPORT_SYMBOL(rb_erase_augmented);

static void no_propagate(struct rb_node *node, struct rb_node *stop)
{
}

/**
 * rb_erase() - take a node out
 * @node: a node of the tree
 * @root: the tree
 *
 * Context: Any; the caller excludes other changes to the tree.
 */
void rb_erase(struct rb_node *node, struct rb_root *root)
{
	static const struct rb_augment_callbacks none = {
		.propagate = no_propagate,
		.copy = no_rotate,
		.rotate = no_rotate,
	};

	rb_erase_augmented(node, root, &none);
}
EXPORT_SYMBOL(rb_erase);

/* Walking. All return NULL past the end, and for an empty tree or a node outside any tree. */

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}
EXPORT_SYMBOL(rb_first);

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}
EXPORT_SYMBOL(rb_last);

struct rb_node *rb_next(const struct rb_node *node)
{
	struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_right) {
		node = node->rb_right;
		while (node->rb_left)
			node = node->rb_left;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_right)
		node = parent;
	return parent;
}
EXPORT_SYMBOL(rb_next);

struct rb_node *rb_prev(const struct rb_node *node)
{
	struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (node->rb_left) {
		node = node->rb_left;
		while (node->rb_right)
			node = node->rb_right;
		return (struct rb_node *)node;
	}
	while ((parent = rb_parent(node)) && node == parent->rb_left)
		node = parent;
	return parent;
}
EXPORT_SYMBOL(rb_prev);

/* Children before parents: the leaf to start with below @node. */
static struct rb_node *deepest_left(const struct rb_node *node)
{
	for (;;) {
		if (node->rb_left)
			node = node->rb_left;
		else if (node->rb_right)
			node = node->rb_right;
		else
			return (struct rb_node *)node;
	}
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return root->rb_node ? deepest_left(root->rb_node) : NULL;
}
EXPORT_SYMBOL(rb_first_postorder);

struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node ? rb_parent(node) : NULL;

	if (parent && node == parent->rb_left && parent->rb_right)
		return deepest_left(parent->rb_right);
	return parent;
}
EXPORT_SYMBOL(rb_next_postorder);

/**
 * rb_replace_node() - put @new where @victim is, without rebalancing
 * @victim: a node of the tree
 * @new: equal to it in order
 * @root: the tree
 *
 * Context: Any; the caller excludes other changes to the tree.
 */
void rb_replace_node(struct rb_node *victim, struct rb_node *new, struct rb_root *root)
{
	*new = *victim;
	if (victim->rb_left)
		set_parent(victim->rb_left, new);
	if (victim->rb_right)
		set_parent(victim->rb_right, new);
	replace_link(victim, new, rb_parent(victim), root);
}
EXPORT_SYMBOL(rb_replace_node);

/* The same for readers under RCU: @new is complete before it can be found. */
void rb_replace_node_rcu(struct rb_node *victim, struct rb_node *new, struct rb_root *root)
{
	*new = *victim;
	if (victim->rb_left)
		set_parent(victim->rb_left, new);
	if (victim->rb_right)
		set_parent(victim->rb_right, new);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	replace_link(victim, new, rb_parent(victim), root);
}
EXPORT_SYMBOL(rb_replace_node_rcu);
