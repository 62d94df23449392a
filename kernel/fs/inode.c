// SPDX-License-Identifier: MIT
/*
 * Inodes and the pages that hang on them.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include "internal.h"

static struct kmem_cache *inode_cachep;
static unsigned int last_ino;

/**
 * get_next_ino() - a number for a new inode
 *
 * Context: any.
 * Return: a number that no other inode got, apart from wrapping; never 0.
 */
unsigned int get_next_ino(void)
{
	unsigned int ino = __atomic_add_fetch(&last_ino, 1, __ATOMIC_RELAXED);

	return ino ?: get_next_ino();
}
EXPORT_SYMBOL(get_next_ino);

/**
 * address_space_init_once() - make an address space usable
 * @mapping: the address space
 *
 * Context: before anybody else sees it.
 */
void address_space_init_once(struct address_space *mapping)
{
	memset(mapping, 0, sizeof(*mapping));
	xa_init_flags(&mapping->i_pages, XA_FLAGS_LOCK_IRQ);
	init_rwsem(&mapping->i_mmap_rwsem);
	init_rwsem(&mapping->invalidate_lock);
	spin_lock_init(&mapping->i_private_lock);
	INIT_LIST_HEAD(&mapping->i_private_list);
	INIT_LIST_HEAD(&mapping->ls_vmas);
	mapping->gfp_mask = GFP_HIGHUSER_MOVABLE;
}
EXPORT_SYMBOL(address_space_init_once);

static void inode_init(struct inode *inode, struct super_block *sb)
{
	static const struct inode_operations no_iops;
	static const struct file_operations no_fops;

	memset(inode, 0, sizeof(*inode));
	inode->i_sb = sb;
	inode->i_op = &no_iops;
	inode->i_fop = &no_fops;
	inode->i_nlink = 1;
	inode->i_blkbits = sb ? sb->s_blocksize_bits : PAGE_SHIFT;
	atomic_set(&inode->i_count, 1);
	spin_lock_init(&inode->i_lock);
	init_rwsem(&inode->i_rwsem);
	INIT_LIST_HEAD(&inode->i_sb_list);
	INIT_HLIST_HEAD(&inode->i_dentry);
	address_space_init_once(&inode->i_data);
	inode->i_data.host = inode;
	inode->i_mapping = &inode->i_data;
}

static struct inode *inode_alloc(struct super_block *sb)
{
	struct inode *inode;

	if (sb && sb->s_op && sb->s_op->alloc_inode)
		inode = sb->s_op->alloc_inode(sb);
	else
		inode = kmem_cache_alloc(inode_cachep, GFP_KERNEL);
	if (inode)
		inode_init(inode, sb);
	return inode;
}

/**
 * new_inode_pseudo() - allocate an inode that its file system does not list
 * @sb: file system, may be NULL
 *
 * Context: may sleep.
 * Return: an inode with one reference, or NULL.
 */
struct inode *new_inode_pseudo(struct super_block *sb)
{
	return inode_alloc(sb);
}
EXPORT_SYMBOL(new_inode_pseudo);

/**
 * new_inode() - allocate an inode
 * @sb: file system
 *
 * Context: may sleep.
 * Return: an inode with one reference, or NULL.
 */
struct inode *new_inode(struct super_block *sb)
{
	struct inode *inode = inode_alloc(sb);

	if (inode) {
		spin_lock(&sb->s_inode_list_lock);
		list_add(&inode->i_sb_list, &sb->s_inodes);
		spin_unlock(&sb->s_inode_list_lock);
	}
	return inode;
}
EXPORT_SYMBOL(new_inode);

/**
 * alloc_anon_inode() - an inode without a name, for files of the kernel's own
 * @s: pseudo file system
 *
 * Context: may sleep.
 * Return: an inode with one reference, or ERR_PTR: -ENOMEM.
 */
struct inode *alloc_anon_inode(struct super_block *s)
{
	static const struct address_space_operations anon_aops;
	struct inode *inode = new_inode_pseudo(s);

	if (!inode)
		return ERR_PTR(-ENOMEM);
	inode->i_ino = get_next_ino();
	inode->i_mapping->a_ops = &anon_aops;
	inode->i_mode = S_IRUSR | S_IWUSR;
	inode->i_flags |= S_PRIVATE;
	simple_inode_init_ts(inode);
	return inode;
}
EXPORT_SYMBOL(alloc_anon_inode);

/**
 * ihold() - take another reference on an inode
 * @inode: inode the caller has a reference to
 *
 * Context: any.
 */
void ihold(struct inode *inode)
{
	WARN_ON(atomic_inc_return(&inode->i_count) < 2);
}
EXPORT_SYMBOL(ihold);

/**
 * clear_inode() - an inode's file system is done with it
 * @inode: inode in eviction
 *
 * Context: from &super_operations.evict_inode.
 */
void clear_inode(struct inode *inode)
{
	WARN_ON(inode->i_data.nrpages);
	WARN_ON(!list_empty(&inode->i_data.i_private_list));
}
EXPORT_SYMBOL(clear_inode);

/**
 * iput() - drop a reference on an inode
 * @inode: inode, or NULL
 *
 * The last one evicts and frees it.
 *
 * Context: may sleep.
 */
void iput(struct inode *inode)
{
	const struct super_operations *ops;

	if (!inode)
		return;
	might_sleep();
	if (!atomic_dec_and_test(&inode->i_count))
		return;

	if (!list_empty(&inode->i_sb_list)) {
		spin_lock(&inode->i_sb->s_inode_list_lock);
		list_del_init(&inode->i_sb_list);
		spin_unlock(&inode->i_sb->s_inode_list_lock);
	}
	ops = inode->i_sb ? inode->i_sb->s_op : NULL;
	if (ops && ops->evict_inode)
		ops->evict_inode(inode);
	else
		clear_inode(inode);
	xa_destroy(&inode->i_data.i_pages);
	if (ops && ops->destroy_inode)
		ops->destroy_inode(inode);
	else if (ops && ops->free_inode)
		ops->free_inode(inode);
	else
		kmem_cache_free(inode_cachep, inode);
}
EXPORT_SYMBOL(iput);

/**
 * current_time() - now, as an inode's file system keeps it
 * @inode: inode
 *
 * Context: any.
 * Return: wall-clock time.
 */
struct timespec64 current_time(struct inode *inode)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	return now;
}
EXPORT_SYMBOL(current_time);

/**
 * inode_set_ctime_current() - an inode's metadata changed now
 * @inode: inode
 *
 * Context: any.
 * Return: the time set.
 */
struct timespec64 inode_set_ctime_current(struct inode *inode)
{
	inode->__i_ctime = current_time(inode);
	return inode->__i_ctime;
}
EXPORT_SYMBOL(inode_set_ctime_current);

/**
 * simple_inode_init_ts() - set all times of a new inode
 * @inode: inode
 *
 * Context: any.
 */
void simple_inode_init_ts(struct inode *inode)
{
	inode->__i_atime = inode->__i_mtime = inode_set_ctime_current(inode);
}
EXPORT_SYMBOL(simple_inode_init_ts);

int ls_inode_init(void)
{
	inode_cachep = kmem_cache_create("inode_cache", sizeof(struct inode), 0, 0, NULL);
	return inode_cachep ? 0 : -ENOMEM;
}
