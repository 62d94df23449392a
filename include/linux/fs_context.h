/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FS_CONTEXT_H
#define _LINUX_FS_CONTEXT_H

#include <linux/types.h>
#include <linux/errno.h>
#include <linux/fs.h>

struct fs_context;

struct fs_context_operations {
	void (*free)(struct fs_context *fc);
	int (*get_tree)(struct fs_context *fc);
};

/**
 * struct fs_context - parameters of a mount that is being made
 * @fs_type: what to mount
 * @fs_private: for the file system; freed by @ops->free
 * @root: result of @ops->get_tree
 */
struct fs_context {
	const struct fs_context_operations *ops;
	struct file_system_type *fs_type;
	void *fs_private;
	void *s_fs_info;
	struct dentry *root;
	unsigned int sb_flags;
	bool global;
};

#endif /* _LINUX_FS_CONTEXT_H */
