// SPDX-License-Identifier: MIT
/*
 * Range allocator. Nodes are on a list in order of address, and in a tree by start. A hole
 * belongs to the node before it; the hole before the first node, to head_node, which
 * stands for all that lies outside. Holes are in three orders: by size, by address, and
 * newest first.
 */
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <drm/drm_mm.h>

#define by_start(n)	rb_entry(n, struct drm_mm_node, rb)
#define by_size(n)	rb_entry(n, struct drm_mm_node, rb_hole_size)
#define by_addr(n)	rb_entry(n, struct drm_mm_node, rb_hole_addr)

static bool less_start(struct rb_node *a, const struct rb_node *b)
{
	return by_start(a)->start < by_start(b)->start;
}

static bool less_hole_size(struct rb_node *a, const struct rb_node *b)
{
	return by_size(a)->hole_size < by_size(b)->hole_size;
}

static bool less_hole_addr(struct rb_node *a, const struct rb_node *b)
{
	return __drm_mm_hole_node_start(by_addr(a)) < __drm_mm_hole_node_start(by_addr(b));
}

/* The space after @node became free. */
static void hole_add(struct drm_mm_node *node)
{
	struct drm_mm *mm = node->mm;

	node->hole_size = __drm_mm_hole_node_end(node) - __drm_mm_hole_node_start(node);
	rb_add_cached(&node->rb_hole_size, &mm->holes_size, less_hole_size);
	rb_add(&node->rb_hole_addr, &mm->holes_addr, less_hole_addr);
	list_add(&node->hole_stack, &mm->hole_stack);
}

static void hole_del(struct drm_mm_node *node)
{
	struct drm_mm *mm = node->mm;

	list_del(&node->hole_stack);
	rb_erase_cached(&node->rb_hole_size, &mm->holes_size);
	rb_erase(&node->rb_hole_addr, &mm->holes_addr);
	node->hole_size = 0;
}

/* Put @node into the hole after @prev; start and size are set. */
static void place(struct drm_mm *mm, struct drm_mm_node *prev, struct drm_mm_node *node)
{
	u64 hole_start = __drm_mm_hole_node_start(prev);
	u64 hole_end = hole_start + prev->hole_size;

	node->mm = mm;
	node->hole_size = 0;
	list_add(&node->node_list, &prev->node_list);
	rb_add_cached(&node->rb, &mm->interval_tree, less_start);
	__set_bit(DRM_MM_NODE_ALLOCATED_BIT, &node->flags);

	hole_del(prev);
	if (node->start > hole_start)
		hole_add(prev);
	if (node->start + node->size < hole_end)
		hole_add(node);
}

/* --- candidates --------------------------------------------------------------------- */

static struct drm_mm_node *first_by_size(struct drm_mm *mm, u64 size)
{
	struct rb_node *rb = mm->holes_size.rb_root.rb_node;
	struct drm_mm_node *best = NULL;

	while (rb) {
		if (by_size(rb)->hole_size >= size) {
			best = by_size(rb);
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return best;
}

/* The lowest hole that ends after @addr. */
static struct drm_mm_node *hole_ending_after(struct drm_mm *mm, u64 addr)
{
	struct rb_node *rb = mm->holes_addr.rb_node;
	struct drm_mm_node *found = NULL;

	while (rb) {
		struct drm_mm_node *node = by_addr(rb);

		if (__drm_mm_hole_node_start(node) + node->hole_size > addr) {
			found = node;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return found;
}

/* The highest hole that starts at or before @addr. */
static struct drm_mm_node *hole_starting_by(struct drm_mm *mm, u64 addr)
{
	struct rb_node *rb = mm->holes_addr.rb_node;
	struct drm_mm_node *found = NULL;

	while (rb) {
		struct drm_mm_node *node = by_addr(rb);

		if (__drm_mm_hole_node_start(node) <= addr) {
			found = node;
			rb = rb->rb_right;
		} else {
			rb = rb->rb_left;
		}
	}
	return found;
}

static struct drm_mm_node *first_hole(struct drm_mm *mm, u64 start, u64 end, u64 size,
				      enum drm_mm_insert_mode mode)
{
	switch (mode) {
	default:
	case DRM_MM_INSERT_BEST:
		return first_by_size(mm, size);
	case DRM_MM_INSERT_LOW:
		return hole_ending_after(mm, start);
	case DRM_MM_INSERT_HIGH:
		return hole_starting_by(mm, end);
	case DRM_MM_INSERT_EVICT:
		return list_first_entry_or_null(&mm->hole_stack, struct drm_mm_node, hole_stack);
	}
}

static struct drm_mm_node *next_hole(struct drm_mm *mm, struct drm_mm_node *node, u64 size,
				     enum drm_mm_insert_mode mode)
{
	struct rb_node *rb = &node->rb_hole_addr;

	switch (mode) {
	default:
	case DRM_MM_INSERT_BEST:
		rb = rb_next(&node->rb_hole_size);
		return rb ? by_size(rb) : NULL;
	case DRM_MM_INSERT_LOW:
	case DRM_MM_INSERT_HIGH:
		do {
			rb = mode == DRM_MM_INSERT_LOW ? rb_next(rb) : rb_prev(rb);
		} while (rb && by_addr(rb)->hole_size < size);
		return rb ? by_addr(rb) : NULL;
	case DRM_MM_INSERT_EVICT:
		node = list_next_entry(node, hole_stack);
		return &node->hole_stack == &mm->hole_stack ? NULL : node;
	}
}

/*
 * Where in [@lo, @hi) does a range of @size go? U64_MAX if nowhere. @high: as far up as
 * possible.
 */
static u64 fit(u64 lo, u64 hi, u64 size, u64 alignment, bool high)
{
	u64 start, rem;

	if (hi <= lo || hi - lo < size)
		return U64_MAX;
	start = high ? hi - size : lo;
	if (alignment > 1) {
		div64_u64_rem(start, alignment, &rem);
		if (rem) {
			start -= rem;
			if (!high)
				start += alignment;
			if (start < lo || start >= hi || hi - start < size)
				return U64_MAX;
		}
	}
	return start;
}

/**
 * drm_mm_insert_node_in_range() - find a place for a node
 * @mm: allocator
 * @node: zeroed node
 * @size: units
 * @alignment: its start is a multiple of this; 0 or 1 for any
 * @color: for &drm_mm.color_adjust
 * @range_start: lowest start
 * @range_end: it ends here at the latest
 * @mode: which of several places
 *
 * Context: the owner's lock held; does not allocate.
 * Return: 0, or -ENOSPC.
 */
int drm_mm_insert_node_in_range(struct drm_mm *mm, struct drm_mm_node *node, u64 size,
				u64 alignment, unsigned long color, u64 range_start, u64 range_end,
				enum drm_mm_insert_mode mode)
{
	bool once = mode & DRM_MM_INSERT_ONCE;
	struct drm_mm_node *hole;

	if (!size || range_end - range_start < size)
		return -ENOSPC;
	mode &= ~DRM_MM_INSERT_ONCE;
	for (hole = first_hole(mm, range_start, range_end, size, mode); hole;
	     hole = once ? NULL : next_hole(mm, hole, size, mode)) {
		u64 hole_start = __drm_mm_hole_node_start(hole);
		u64 hole_end = hole_start + hole->hole_size;
		u64 start;

		if (mode == DRM_MM_INSERT_LOW && hole_start >= range_end)
			break;
		if (mode == DRM_MM_INSERT_HIGH && hole_end <= range_start)
			break;
		if (mm->color_adjust)
			mm->color_adjust(hole, color, &hole_start, &hole_end);
		start = fit(max(hole_start, range_start), min(hole_end, range_end), size,
			    alignment, mode == DRM_MM_INSERT_HIGH);
		if (start == U64_MAX)
			continue;
		node->start = start;
		node->size = size;
		node->color = color;
		place(mm, hole, node);
		return 0;
	}
	return -ENOSPC;
}
EXPORT_SYMBOL(drm_mm_insert_node_in_range);

/**
 * drm_mm_reserve_node() - take a range that the caller has chosen
 * @mm: allocator
 * @node: node with start, size and color set, else zero
 *
 * Context: the owner's lock held; does not allocate.
 * Return: 0, or -ENOSPC if it is not free.
 */
int drm_mm_reserve_node(struct drm_mm *mm, struct drm_mm_node *node)
{
	u64 end = node->start + node->size, hole_start, hole_end;
	struct drm_mm_node *hole;

	if (end <= node->start)
		return -ENOSPC;
	hole = hole_starting_by(mm, node->start);
	if (!hole)
		return -ENOSPC;
	hole_start = __drm_mm_hole_node_start(hole);
	hole_end = hole_start + hole->hole_size;
	if (mm->color_adjust)
		mm->color_adjust(hole, node->color, &hole_start, &hole_end);
	if (hole_start > node->start || hole_end < end)
		return -ENOSPC;
	place(mm, hole, node);
	return 0;
}
EXPORT_SYMBOL(drm_mm_reserve_node);

/**
 * drm_mm_remove_node() - give a range back
 * @node: allocated node
 *
 * Context: the owner's lock held.
 */
void drm_mm_remove_node(struct drm_mm_node *node)
{
	struct drm_mm_node *prev = list_prev_entry(node, node_list);
	struct drm_mm *mm = node->mm;

	if (WARN_ON(!drm_mm_node_allocated(node)) ||
	    WARN_ON(test_bit(DRM_MM_NODE_SCANNED_BIT, &node->flags)))
		return;
	if (drm_mm_hole_follows(node))
		hole_del(node);
	if (drm_mm_hole_follows(prev))
		hole_del(prev);
	rb_erase_cached(&node->rb, &mm->interval_tree);
	list_del(&node->node_list);
	hole_add(prev);
	__clear_bit(DRM_MM_NODE_ALLOCATED_BIT, &node->flags);
}
EXPORT_SYMBOL(drm_mm_remove_node);

/**
 * drm_mm_replace_node() - let another node have a range
 * @old: allocated node
 * @new: zeroed node
 *
 * Context: the owner's lock held.
 */
void drm_mm_replace_node(struct drm_mm_node *old, struct drm_mm_node *new)
{
	struct drm_mm *mm = old->mm;

	*new = *old;
	list_replace(&old->node_list, &new->node_list);
	rb_replace_node_cached(&old->rb, &new->rb, &mm->interval_tree);
	if (drm_mm_hole_follows(old)) {
		list_replace(&old->hole_stack, &new->hole_stack);
		rb_replace_node_cached(&old->rb_hole_size, &new->rb_hole_size, &mm->holes_size);
		rb_replace_node(&old->rb_hole_addr, &new->rb_hole_addr, &mm->holes_addr);
	}
	__clear_bit(DRM_MM_NODE_ALLOCATED_BIT, &old->flags);
}
EXPORT_SYMBOL(drm_mm_replace_node);

/* The first node that ends after @start; head_node if there is none up to @last. */
struct drm_mm_node *__drm_mm_interval_first(const struct drm_mm *mm, u64 start, u64 last)
{
	struct rb_node *rb = mm->interval_tree.rb_root.rb_node;
	struct drm_mm_node *found = NULL;

	while (rb) {
		struct drm_mm_node *node = by_start(rb);

		if (node->start + node->size - 1 >= start) {
			found = node;
			rb = rb->rb_left;
		} else {
			rb = rb->rb_right;
		}
	}
	return found && found->start <= last ? found : (struct drm_mm_node *)&mm->head_node;
}
EXPORT_SYMBOL(__drm_mm_interval_first);

/* --- eviction ----------------------------------------------------------------------- */

/**
 * drm_mm_scan_init_with_range() - begin to look for nodes to evict
 * @scan: search
 * @mm: allocator; not to be changed otherwise until all blocks are removed again
 * @size: units wanted
 * @alignment: as drm_mm_insert_node_in_range()
 * @color: as there
 * @start: lowest start
 * @end: latest end
 * @mode: as there
 *
 * Context: the owner's lock held.
 */
void drm_mm_scan_init_with_range(struct drm_mm_scan *scan, struct drm_mm *mm, u64 size,
				 u64 alignment, unsigned long color, u64 start, u64 end,
				 enum drm_mm_insert_mode mode)
{
	WARN_ON(mm->scan_active);
	scan->mm = mm;
	scan->size = size;
	scan->alignment = alignment;
	scan->remainder_mask = is_power_of_2(alignment) ? alignment - 1 : 0;
	scan->color = color;
	scan->mode = mode;
	scan->range_start = start;
	scan->range_end = end;
	scan->hit_start = U64_MAX;
	scan->hit_end = 0;
}
EXPORT_SYMBOL(drm_mm_scan_init_with_range);

/**
 * drm_mm_scan_add_block() - what if this node went too?
 * @scan: search
 * @node: allocated node
 *
 * Context: the owner's lock held.
 * Return: true once the nodes added so far leave a hole that fits. Then remove all of them
 * from the search, last added first.
 */
bool drm_mm_scan_add_block(struct drm_mm_scan *scan, struct drm_mm_node *node)
{
	struct drm_mm *mm = scan->mm;
	struct drm_mm_node *hole;
	u64 lo, hi, start;

	__set_bit(DRM_MM_NODE_SCANNED_BIT, &node->flags);
	mm->scan_active++;

	/* Off the list, but it remembers its neighbours. */
	hole = list_prev_entry(node, node_list);
	__list_del_entry(&node->node_list);

	lo = __drm_mm_hole_node_start(hole);
	hi = __drm_mm_hole_node_end(hole);
	if (mm->color_adjust)
		mm->color_adjust(hole, scan->color, &lo, &hi);
	start = fit(max(lo, scan->range_start), min(hi, scan->range_end), scan->size,
		    scan->alignment, scan->mode == DRM_MM_INSERT_HIGH);
	if (start == U64_MAX)
		return false;
	scan->hit_start = start;
	scan->hit_end = start + scan->size;
	return true;
}
EXPORT_SYMBOL(drm_mm_scan_add_block);

/**
 * drm_mm_scan_remove_block() - take a node out of the search again
 * @scan: search
 * @node: the one added last of those that are left
 *
 * Context: the owner's lock held.
 * Return: true if it must be evicted for the hole that was found.
 */
bool drm_mm_scan_remove_block(struct drm_mm_scan *scan, struct drm_mm_node *node)
{
	struct drm_mm_node *prev = list_prev_entry(node, node_list);

	WARN_ON(!test_bit(DRM_MM_NODE_SCANNED_BIT, &node->flags));
	__clear_bit(DRM_MM_NODE_SCANNED_BIT, &node->flags);
	scan->mm->scan_active--;
	list_add(&node->node_list, &prev->node_list);
	return node->start + node->size > scan->hit_start && node->start < scan->hit_end;
}
EXPORT_SYMBOL(drm_mm_scan_remove_block);

/**
 * drm_mm_scan_color_evict() - a neighbour that must go for its colour
 * @scan: search, after its nodes were evicted
 *
 * Context: the owner's lock held.
 * Return: the node, or NULL.
 */
struct drm_mm_node *drm_mm_scan_color_evict(struct drm_mm_scan *scan)
{
	struct drm_mm *mm = scan->mm;
	struct drm_mm_node *hole;
	u64 lo, hi;

	if (!mm->color_adjust)
		return NULL;
	list_for_each_entry(hole, &mm->hole_stack, hole_stack) {
		lo = __drm_mm_hole_node_start(hole);
		hi = lo + hole->hole_size;
		if (lo > scan->hit_start || hi < scan->hit_end)
			continue;
		mm->color_adjust(hole, scan->color, &lo, &hi);
		if (lo > scan->hit_start)
			return hole;
		return hi < scan->hit_end ? list_next_entry(hole, node_list) : NULL;
	}
	return NULL;
}
EXPORT_SYMBOL(drm_mm_scan_color_evict);

/* --- begin and end -------------------------------------------------------------------- */

/**
 * drm_mm_init() - an allocator of one hole
 * @mm: allocator
 * @start: first unit
 * @size: units
 *
 * Context: any.
 */
void drm_mm_init(struct drm_mm *mm, u64 start, u64 size)
{
	mm->color_adjust = NULL;
	mm->scan_active = 0;
	mm->interval_tree = RB_ROOT_CACHED;
	mm->holes_size = RB_ROOT_CACHED;
	mm->holes_addr = RB_ROOT;
	INIT_LIST_HEAD(&mm->hole_stack);

	memset(&mm->head_node, 0, sizeof(mm->head_node));
	INIT_LIST_HEAD(&mm->head_node.node_list);
	mm->head_node.mm = mm;
	mm->head_node.start = start + size;
	mm->head_node.size = 0 - size;
	hole_add(&mm->head_node);
}
EXPORT_SYMBOL(drm_mm_init);

/**
 * drm_mm_takedown() - end of an allocator
 * @mm: allocator without nodes
 *
 * Context: any.
 */
void drm_mm_takedown(struct drm_mm *mm)
{
	WARN(!drm_mm_clean(mm), "Memory manager not clean during takedown.\n");
}
EXPORT_SYMBOL(drm_mm_takedown);

/**
 * drm_mm_print() - list nodes and holes
 * @mm: allocator
 * @p: where to
 *
 * Context: the owner's lock held.
 */
void drm_mm_print(const struct drm_mm *mm, struct drm_printer *p)
{
	const struct drm_mm_node *node = &mm->head_node;
	u64 used = 0, free = 0;

	do {
		u64 start = __drm_mm_hole_node_start(node);

		if (node != &mm->head_node) {
			drm_printf(p, "%#018llx-%#018llx: %llu: used\n", node->start,
				   node->start + node->size, node->size);
			used += node->size;
		}
		if (drm_mm_hole_follows(node)) {
			drm_printf(p, "%#018llx-%#018llx: %llu: free\n", start,
				   start + node->hole_size, node->hole_size);
			free += node->hole_size;
		}
		node = list_next_entry(node, node_list);
	} while (node != &mm->head_node);
	drm_printf(p, "total: %llu, used %llu free %llu\n", used + free, used, free);
}
EXPORT_SYMBOL(drm_mm_print);
