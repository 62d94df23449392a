/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DCACHE_H
#define _LINUX_DCACHE_H

#include <linux/types.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/path.h>

struct dentry;
struct inode;
struct super_block;
struct vfsmount;

struct qstr {
	union {
		struct {
			u32 hash;
			u32 len;
		};
		u64 hash_len;
	};
	const unsigned char *name;
};

#define QSTR_INIT(n, l)	{ { { .len = (l) } }, .name = (n) }
#define QSTR(n)		(struct qstr)QSTR_INIT(n, strlen(n))

struct dentry_operations {
	int (*d_delete)(const struct dentry *dentry);
	int (*d_init)(struct dentry *dentry);
	void (*d_release)(struct dentry *dentry);
	void (*d_prune)(struct dentry *dentry);
	void (*d_iput)(struct dentry *dentry, struct inode *inode);
	char *(*d_dname)(struct dentry *dentry, char *buffer, int buflen);
};

/**
 * struct dentry - a name of an inode
 * @d_flags: private
 * @d_parent: directory; itself for a root or a name without place
 * @d_name: the name; freed with the dentry
 * @d_inode: what it names, or NULL
 * @d_lock: protects @d_name and @d_flags
 * @d_count: references
 * @d_op: operations
 * @d_sb: file system
 * @d_fsdata: for the file system
 * @d_children: names in this directory, under the lock of the tree
 * @d_sib: link in @d_children
 */
struct dentry {
	unsigned int d_flags;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	spinlock_t d_lock;
	atomic_t d_count;
	const struct dentry_operations *d_op;
	struct super_block *d_sb;
	void *d_fsdata;
	struct list_head d_children;
	struct list_head d_sib;
	struct hlist_node d_alias;
};

static inline struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

static inline struct inode *d_backing_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

static inline bool d_really_is_negative(const struct dentry *dentry)
{
	return !dentry->d_inode;
}

static inline bool d_really_is_positive(const struct dentry *dentry)
{
	return dentry->d_inode;
}

struct dentry *d_alloc_pseudo(struct super_block *sb, const struct qstr *name);
struct dentry *d_alloc_anon(struct super_block *sb);
struct dentry *d_make_root(struct inode *inode);
void d_instantiate(struct dentry *dentry, struct inode *inode);
struct dentry *dget(struct dentry *dentry);
void dput(struct dentry *dentry);
char *d_path(const struct path *path, char *buf, int buflen);
char *dentry_path_raw(const struct dentry *dentry, char *buf, int buflen);
__printf(3, 4) char *dynamic_dname(char *buffer, int buflen, const char *fmt, ...);

#endif /* _LINUX_DCACHE_H */
