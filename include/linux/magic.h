/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_MAGIC_H
#define _LINUX_MAGIC_H

/* super_block.s_magic, as statfs(2) shows it */
#define TMPFS_MAGIC		0x01021994
#define ANON_INODE_FS_MAGIC	0x09041934
#define HUGETLBFS_MAGIC		0x958458f6
#define PIPEFS_MAGIC		0x50495045
#define DEBUGFS_MAGIC		0x64626720
#define SYSFS_MAGIC		0x62656572
#define DMA_BUF_MAGIC		0x444d4142
#define DRM_FS_MAGIC		0x010203ff

#endif /* _LINUX_MAGIC_H */
