/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MOUNT_H
#define _LINUX_MOUNT_H

#include <linux/types.h>
#include <linux/atomic.h>

struct dentry;
struct file_system_type;
struct super_block;

#define MNT_NOSUID	0x01
#define MNT_NODEV	0x02
#define MNT_NOEXEC	0x04

/**
 * struct vfsmount - a file system that is mounted inside the kernel
 * @mnt_count: references
 */
struct vfsmount {
	struct dentry *mnt_root;
	struct super_block *mnt_sb;
	int mnt_flags;
	atomic_t mnt_count;
};

struct vfsmount *mntget(struct vfsmount *mnt);
void mntput(struct vfsmount *mnt);
struct vfsmount *kern_mount(struct file_system_type *type);
void kern_unmount(struct vfsmount *mnt);

#endif /* _LINUX_MOUNT_H */
