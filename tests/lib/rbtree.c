// SPDX-License-Identifier: MIT
/* Red-black trees: the invariants after every change, and the order of walks. */
#include <kunit/test.h>
#include <linux/interval_tree.h>
#include <linux/prandom.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>

#define NODES 200

struct item {
	struct rb_node node;
	unsigned int key;
	bool in;
};

static bool item_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct item, node)->key < rb_entry(b, struct item, node)->key;
}

static int item_cmp(const void *key, const struct rb_node *node)
{
	unsigned int k = *(const unsigned int *)key, n = rb_entry(node, struct item, node)->key;

	return k < n ? -1 : k > n;
}

/* Black nodes on every path down from @node; -1 when a rule of the tree is broken. */
static int black_height(struct rb_node *node, struct rb_node *parent)
{
	int left, right;
	bool black;

	if (!node)
		return 0;
	black = node->__rb_parent_color & RB_BLACK;
	if (rb_parent(node) != parent)
		return -1;
	if (!black && (!parent || !(parent->__rb_parent_color & RB_BLACK)))
		return -1;
	left = black_height(node->rb_left, node);
	right = black_height(node->rb_right, node);
	if (left < 0 || left != right)
		return -1;
	return left + black;
}

static void check_order(struct kunit *test, struct rb_root *root, unsigned int count)
{
	struct rb_node *node, *prev = NULL;
	unsigned int n = 0;

	for (node = rb_first(root); node; prev = node, node = rb_next(node), n++) {
		KUNIT_ASSERT_PTR_EQ(test, rb_prev(node), prev);
		if (prev)
			KUNIT_ASSERT_FALSE(test, item_less(node, prev));
	}
	KUNIT_ASSERT_EQ(test, n, count);
	KUNIT_ASSERT_PTR_EQ(test, rb_last(root), prev);
	for (n = 0, node = rb_first_postorder(root); node; node = rb_next_postorder(node))
		n++;
	KUNIT_ASSERT_EQ(test, n, count);
}

static void rbtree_random(struct kunit *test)
{
	struct item *items = kunit_kcalloc(test, NODES, sizeof(*items), GFP_KERNEL);
	struct rb_root root = RB_ROOT;
	unsigned int step, count = 0;
	struct rnd_state rnd;

	KUNIT_ASSERT_NOT_NULL(test, items);
	prandom_seed_state(&rnd, 1);
	for (step = 0; step < 4000; step++) {
		struct item *item = &items[prandom_u32_state(&rnd) % NODES];

		if (item->in) {
			rb_erase(&item->node, &root);
			count--;
		} else {
			item->key = prandom_u32_state(&rnd) % 100;
			rb_add(&item->node, &root, item_less);
			count++;
		}
		item->in = !item->in;
		KUNIT_ASSERT_GE(test, black_height(root.rb_node, NULL), 0);
		if (step % 50 == 0)
			check_order(test, &root, count);
	}
	check_order(test, &root, count);
}

static void rbtree_find(struct kunit *test)
{
	struct item items[10], other = { .key = 6 };
	struct rb_root_cached root = RB_ROOT_CACHED;
	unsigned int i, key;

	for (i = 0; i < 10; i++) {
		items[i].key = 2 * (9 - i);
		rb_add_cached(&items[i].node, &root, item_less);
		KUNIT_EXPECT_PTR_EQ(test, rb_first_cached(&root), &items[i].node);
	}
	key = 6;
	KUNIT_EXPECT_PTR_EQ(test, rb_find(&key, &root.rb_root, item_cmp), &items[6].node);
	rb_replace_node(&items[6].node, &other.node, &root.rb_root);
	KUNIT_EXPECT_PTR_EQ(test, rb_find(&key, &root.rb_root, item_cmp), &other.node);
	key = 7;
	KUNIT_EXPECT_NULL(test, rb_find(&key, &root.rb_root, item_cmp));
	KUNIT_EXPECT_PTR_EQ(test, rb_erase_cached(&items[9].node, &root), &items[8].node);

	RB_CLEAR_NODE(&items[9].node);
	KUNIT_EXPECT_TRUE(test, RB_EMPTY_NODE(&items[9].node));
	KUNIT_EXPECT_NULL(test, rb_next(&items[9].node));
}

/* Every overlap, compared with asking each interval. */
static void interval_tree_overlaps(struct kunit *test)
{
	struct interval_tree_node *nodes = kunit_kcalloc(test, NODES, sizeof(*nodes), GFP_KERNEL);
	bool *in = kunit_kcalloc(test, NODES, sizeof(*in), GFP_KERNEL);
	struct rb_root_cached root = RB_ROOT_CACHED;
	struct interval_tree_node *node;
	struct rnd_state rnd;
	unsigned int step, i;

	KUNIT_ASSERT_NOT_NULL(test, nodes);
	KUNIT_ASSERT_NOT_NULL(test, in);
	prandom_seed_state(&rnd, 2);
	for (step = 0; step < 1000; step++) {
		unsigned int n = prandom_u32_state(&rnd) % NODES;
		unsigned long start = prandom_u32_state(&rnd) % 1000, last = start + step % 50;
		unsigned int found = 0, expected = 0;

		if (in[n]) {
			interval_tree_remove(&nodes[n], &root);
		} else {
			nodes[n].start = start;
			nodes[n].last = last;
			interval_tree_insert(&nodes[n], &root);
		}
		in[n] = !in[n];

		start = prandom_u32_state(&rnd) % 1000;
		last = start + prandom_u32_state(&rnd) % 100;
		for (node = interval_tree_iter_first(&root, start, last); node;
		     node = interval_tree_iter_next(node, start, last)) {
			KUNIT_ASSERT_TRUE(test, node->start <= last && node->last >= start);
			found++;
		}
		for (i = 0; i < NODES; i++)
			expected += in[i] && nodes[i].start <= last && nodes[i].last >= start;
		KUNIT_ASSERT_EQ(test, found, expected);
	}
}

static struct kunit_case rbtree_cases[] = {
	KUNIT_CASE(rbtree_random),
	KUNIT_CASE(rbtree_find),
	KUNIT_CASE(interval_tree_overlaps),
	{}
};

static struct kunit_suite rbtree_suite = {
	.name = "rbtree",
	.test_cases = rbtree_cases,
};
kunit_test_suite(rbtree_suite);
