/* SPDX-License-Identifier: MIT */
#ifndef LS_FS_INTERNAL_H
#define LS_FS_INTERNAL_H

#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/fdtable.h>

/**
 * struct ls_syscall - a client call that is under way
 * @outer: call it was made from, NULL for the outermost
 * @fputs: files to release when the outermost call returns
 */
struct ls_syscall {
	struct ls_syscall *outer;
	struct llist_head fputs;
};

void ls_client_enter(struct ls_syscall *call);
void ls_client_exit(struct ls_syscall *call);
struct ls_syscall *ls_client_current(void);

/* files_struct of the current task; &init_files unless it has its own. */
struct files_struct *ls_current_files(void);

struct file *ls_alloc_file(const struct path *path, int flags, const struct file_operations *fops);
/* ->open() failed: the file goes without ->release(). */
void ls_file_abandon(struct file *f);
struct dentry *ls_dentry_alloc(struct super_block *sb, struct dentry *parent,
			       const struct qstr *name);
struct super_block *ls_sget_anon(struct file_system_type *type);
int ls_mount_ctx(struct file_system_type *type, struct vfsmount **mnt);

/* A mount for inodes that no file system of their own has. */
struct vfsmount *ls_anon_mount(void);

/* Opening by path: returns an open file or ERR_PTR. */
struct file *ls_chrdev_open(const char *name, int flags);
struct file *ls_debugfs_open(const char *path, int flags);

/* The address space of the current task; that of all clients unless it has its own. */
struct mm_struct *ls_current_mm(void);

int ls_inode_init(void);
int ls_file_init(void);
int ls_anon_inode_init(void);
int ls_debugfs_init(void);
int ls_mmap_init(void);
int ls_device_init(void);
int ls_platform_init(void);

#endif /* LS_FS_INTERNAL_H */
