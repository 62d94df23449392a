/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PSEUDO_FS_H
#define _LINUX_PSEUDO_FS_H

#include <linux/fs_context.h>

struct dentry_operations;
struct super_operations;

/**
 * struct pseudo_fs_context - what a file system without names needs to say
 * @ops: inode operations of the super block; may be NULL
 * @dops: operations of its dentries; may be NULL
 * @magic: super_block.s_magic
 */
struct pseudo_fs_context {
	const struct super_operations *ops;
	const struct export_operations *eops;
	const struct xattr_handler *const *xattr;
	const struct dentry_operations *dops;
	unsigned long magic;
};

struct pseudo_fs_context *init_pseudo(struct fs_context *fc, unsigned long magic);

#endif /* _LINUX_PSEUDO_FS_H */
