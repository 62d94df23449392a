// SPDX-License-Identifier: MIT
/*
 * Fake offsets for mmap, and which clients may use them.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <drm/drm_mm.h>
#include <drm/drm_vma_manager.h>

/**
 * drm_vma_offset_manager_init() - an empty offset space
 * @mgr: manager
 * @page_offset: first page
 * @size: pages
 *
 * Context: any.
 */
void drm_vma_offset_manager_init(struct drm_vma_offset_manager *mgr, unsigned long page_offset,
				 unsigned long size)
{
	rwlock_init(&mgr->vm_lock);
	drm_mm_init(&mgr->vm_addr_space_mm, page_offset, size);
}
EXPORT_SYMBOL(drm_vma_offset_manager_init);

/**
 * drm_vma_offset_manager_destroy() - end of an offset space
 * @mgr: manager without nodes
 *
 * Context: any.
 */
void drm_vma_offset_manager_destroy(struct drm_vma_offset_manager *mgr)
{
	drm_mm_takedown(&mgr->vm_addr_space_mm);
}
EXPORT_SYMBOL(drm_vma_offset_manager_destroy);

/**
 * drm_vma_offset_lookup_locked() - the node that contains a range
 * @mgr: manager
 * @start: first page
 * @pages: how many
 *
 * Context: drm_vma_offset_lock_lookup().
 * Return: the node, or NULL.
 */
struct drm_vma_offset_node *drm_vma_offset_lookup_locked(struct drm_vma_offset_manager *mgr,
							 unsigned long start, unsigned long pages)
{
	struct drm_mm *mm = &mgr->vm_addr_space_mm;
	struct drm_mm_node *node = __drm_mm_interval_first(mm, start, start);

	if (node == &mm->head_node || node->start > start ||
	    node->start + node->size < (u64)start + pages)
		return NULL;
	return container_of(node, struct drm_vma_offset_node, vm_node);
}
EXPORT_SYMBOL(drm_vma_offset_lookup_locked);

/**
 * drm_vma_offset_add() - give a node an offset
 * @mgr: manager
 * @node: node; keeps the one it has
 * @pages: size
 *
 * Context: any that may take a spinlock.
 * Return: 0, or -ENOSPC.
 */
int drm_vma_offset_add(struct drm_vma_offset_manager *mgr, struct drm_vma_offset_node *node,
		       unsigned long pages)
{
	int ret = 0;

	write_lock(&mgr->vm_lock);
	if (!drm_mm_node_allocated(&node->vm_node))
		ret = drm_mm_insert_node(&mgr->vm_addr_space_mm, &node->vm_node, pages);
	write_unlock(&mgr->vm_lock);
	return ret;
}
EXPORT_SYMBOL(drm_vma_offset_add);

/**
 * drm_vma_offset_remove() - take a node's offset away
 * @mgr: manager
 * @node: node; need not have one
 *
 * Context: any that may take a spinlock.
 */
void drm_vma_offset_remove(struct drm_vma_offset_manager *mgr, struct drm_vma_offset_node *node)
{
	write_lock(&mgr->vm_lock);
	if (drm_mm_node_allocated(&node->vm_node)) {
		drm_mm_remove_node(&node->vm_node);
		memset(&node->vm_node, 0, sizeof(node->vm_node));
	}
	write_unlock(&mgr->vm_lock);
}
EXPORT_SYMBOL(drm_vma_offset_remove);

static int cmp_tag(const void *tag, const struct rb_node *node)
{
	const struct drm_vma_offset_file *file = rb_entry(node, struct drm_vma_offset_file, vm_rb);

	if (tag == file->vm_tag)
		return 0;
	return (uintptr_t)tag < (uintptr_t)file->vm_tag ? -1 : 1;
}

static bool less_tag(struct rb_node *a, const struct rb_node *b)
{
	return cmp_tag(rb_entry(a, struct drm_vma_offset_file, vm_rb)->vm_tag, b) < 0;
}

/* With vm_lock held. */
static struct drm_vma_offset_file *find_tag(struct drm_vma_offset_node *node,
					    struct drm_file *tag)
{
	struct rb_node *rb = rb_find(tag, &node->vm_files, cmp_tag);

	return rb ? rb_entry(rb, struct drm_vma_offset_file, vm_rb) : NULL;
}

static int allow(struct drm_vma_offset_node *node, struct drm_file *tag, bool counted)
{
	struct drm_vma_offset_file *file, *new;

	/* Allocated beforehand: the lock is a spinning one. */
	new = kmalloc(sizeof(*new), GFP_KERNEL);
	write_lock(&node->vm_lock);
	file = find_tag(node, tag);
	if (file) {
		if (counted)
			file->vm_count++;
	} else if (new) {
		new->vm_tag = tag;
		new->vm_count = 1;
		rb_add(&new->vm_rb, &node->vm_files, less_tag);
		file = new;
		new = NULL;
	}
	write_unlock(&node->vm_lock);
	kfree(new);
	return file ? 0 : -ENOMEM;
}

/**
 * drm_vma_node_allow() - let a client map a node, once more
 * @node: node
 * @tag: client
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int drm_vma_node_allow(struct drm_vma_offset_node *node, struct drm_file *tag)
{
	return allow(node, tag, true);
}
EXPORT_SYMBOL(drm_vma_node_allow);

/** drm_vma_node_allow_once() - the same, not counted: one revoke undoes any number */
int drm_vma_node_allow_once(struct drm_vma_offset_node *node, struct drm_file *tag)
{
	return allow(node, tag, false);
}
EXPORT_SYMBOL(drm_vma_node_allow_once);

/**
 * drm_vma_node_revoke() - undo drm_vma_node_allow()
 * @node: node
 * @tag: client; need not be allowed
 *
 * Context: any that may take a spinlock.
 */
void drm_vma_node_revoke(struct drm_vma_offset_node *node, struct drm_file *tag)
{
	struct drm_vma_offset_file *file;

	write_lock(&node->vm_lock);
	file = find_tag(node, tag);
	if (file && !--file->vm_count)
		rb_erase(&file->vm_rb, &node->vm_files);
	else
		file = NULL;
	write_unlock(&node->vm_lock);
	kfree(file);
}
EXPORT_SYMBOL(drm_vma_node_revoke);

/**
 * drm_vma_node_is_allowed() - may a client map a node?
 * @node: node
 * @tag: client
 *
 * Context: any that may take a spinlock.
 * Return: true if so.
 */
bool drm_vma_node_is_allowed(struct drm_vma_offset_node *node, struct drm_file *tag)
{
	bool allowed;

	read_lock(&node->vm_lock);
	allowed = find_tag(node, tag);
	read_unlock(&node->vm_lock);
	return allowed;
}
EXPORT_SYMBOL(drm_vma_node_is_allowed);
