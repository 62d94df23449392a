// SPDX-License-Identifier: MIT
/*
 * debugfs: a tree of names in memory. Removing a name waits until nobody is inside a
 * function of its file, and makes later calls fail; files that stay open are harmless.
 */
#include <linux/fs.h>
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include "internal.h"

/**
 * struct debugfs_node - what hangs on a dentry
 * @fops: of the owner; NULL for a directory
 * @users: calls inside @fops, plus one until it is removed
 * @drained: completed when @users comes to nothing
 */
struct debugfs_node {
	const struct file_operations *fops;
	refcount_t users;
	struct completion drained;
};

static struct vfsmount *debugfs_mnt;
static DEFINE_MUTEX(tree_lock);

static struct dentry *root(void)
{
	return debugfs_mnt->mnt_root;
}

static void debugfs_release_dentry(struct dentry *dentry)
{
	kfree(dentry->d_fsdata);
}

static const struct dentry_operations debugfs_dops = {
	.d_release = debugfs_release_dentry,
};

/** debugfs_initialized() - is debugfs there? */
bool debugfs_initialized(void)
{
	return debugfs_mnt;
}
EXPORT_SYMBOL_GPL(debugfs_initialized);

/**
 * debugfs_file_get() - begin a call into a file's owner
 * @dentry: name
 *
 * Context: any.
 * Return: 0, or -EIO if the name was removed.
 */
int debugfs_file_get(struct dentry *dentry)
{
	struct debugfs_node *node = dentry->d_fsdata;

	return refcount_inc_not_zero(&node->users) ? 0 : -EIO;
}
EXPORT_SYMBOL_GPL(debugfs_file_get);

/** debugfs_file_put() - end a call that debugfs_file_get() began */
void debugfs_file_put(struct dentry *dentry)
{
	struct debugfs_node *node = dentry->d_fsdata;

	if (refcount_dec_and_test(&node->users))
		complete(&node->drained);
}
EXPORT_SYMBOL_GPL(debugfs_file_put);

/** debugfs_real_fops() - the operations a file was created with */
const struct file_operations *debugfs_real_fops(const struct file *filp)
{
	return ((struct debugfs_node *)filp->f_path.dentry->d_fsdata)->fops;
}
EXPORT_SYMBOL_GPL(debugfs_real_fops);

/* --- proxies: each call is bracketed by debugfs_file_get() and _put() --------------------- */

#define PROXY(type, op, none, params, args)						\
static type proxy_##op params								\
{											\
	struct dentry *dentry = file_dentry(file);					\
	const struct file_operations *fops = debugfs_real_fops(file);			\
	type ret;									\
											\
	if (!fops->op)									\
		return none;								\
	ret = debugfs_file_get(dentry);							\
	if (ret)									\
		return ret;								\
	ret = fops->op args;								\
	debugfs_file_put(dentry);							\
	return ret;									\
}

PROXY(loff_t, llseek, -ESPIPE, (struct file *file, loff_t off, int whence), (file, off, whence))
PROXY(ssize_t, read, -EINVAL, (struct file *file, char __user *buf, size_t n, loff_t *pos),
      (file, buf, n, pos))
PROXY(ssize_t, write, -EINVAL, (struct file *file, const char __user *buf, size_t n, loff_t *pos),
      (file, buf, n, pos))
PROXY(long, unlocked_ioctl, -ENOTTY, (struct file *file, unsigned int cmd, unsigned long arg),
      (file, cmd, arg))
PROXY(int, open, 0, (struct inode *inode, struct file *file), (inode, file))

/* Also after removal: what ->open() set up must go. */
static int proxy_release(struct inode *inode, struct file *file)
{
	const struct file_operations *fops = debugfs_real_fops(file);

	return fops->release ? fops->release(inode, file) : 0;
}

static const struct file_operations proxy_fops = {
	.owner = THIS_MODULE,
	.llseek = proxy_llseek,
	.read = proxy_read,
	.write = proxy_write,
	.unlocked_ioctl = proxy_unlocked_ioctl,
	.open = proxy_open,
	.release = proxy_release,
};

/* --- the tree ------------------------------------------------------------------------------- */

/* With tree_lock held: no reference is taken. */
static struct dentry *child_locked(struct dentry *dir, const char *name, size_t len)
{
	struct dentry *d;

	list_for_each_entry(d, &dir->d_children, d_sib)
		if (d->d_name.len == len && !memcmp(d->d_name.name, name, len))
			return d;
	return NULL;
}

/**
 * debugfs_lookup() - a name in a directory
 * @name: name
 * @parent: directory, NULL for the root
 *
 * Context: may sleep.
 * Return: the dentry with a reference for dput(), or NULL.
 */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
{
	struct dentry *d;

	if (!debugfs_mnt || IS_ERR(parent) || !name)
		return NULL;
	mutex_lock(&tree_lock);
	d = dget(child_locked(parent ?: root(), name, strlen(name)));
	mutex_unlock(&tree_lock);
	return d;
}
EXPORT_SYMBOL_GPL(debugfs_lookup);

static struct dentry *create(const char *name, umode_t mode, struct dentry *parent, void *data,
			     const struct file_operations *fops)
{
	struct qstr qname = QSTR_INIT((const unsigned char *)name, strlen(name));
	struct debugfs_node *node;
	struct dentry *d;
	struct inode *inode;
	int err = -ENOMEM;

	if (!debugfs_mnt)
		return ERR_PTR(-ENOENT);
	if (IS_ERR(parent))
		return parent;
	parent = parent ?: root();
	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		return ERR_PTR(-ENOMEM);
	node->fops = fops;
	refcount_set(&node->users, 1);
	init_completion(&node->drained);

	inode = new_inode(debugfs_mnt->mnt_sb);
	if (!inode)
		goto err_node;
	inode->i_ino = get_next_ino();
	inode->i_mode = mode;
	inode->i_private = data;
	inode->i_fop = &proxy_fops;
	simple_inode_init_ts(inode);

	mutex_lock(&tree_lock);
	err = -EEXIST;
	if (child_locked(parent, name, qname.len))
		goto err_unlock;
	err = -ENOMEM;
	d = ls_dentry_alloc(NULL, parent, &qname);
	if (!d)
		goto err_unlock;
	d->d_fsdata = node;
	d_instantiate(d, inode);
	list_add_tail(&d->d_sib, &parent->d_children);
	mutex_unlock(&tree_lock);
	return d;

err_unlock:
	mutex_unlock(&tree_lock);
	iput(inode);
err_node:
	kfree(node);
	return ERR_PTR(err);
}

/**
 * debugfs_create_file() - make a file
 * @name: name
 * @mode: permissions
 * @parent: directory, NULL for the root; an ERR_PTR is returned as it is
 * @data: the inode's i_private
 * @fops: operations
 *
 * Context: may sleep.
 * Return: the name, for debugfs_remove(), or ERR_PTR: -EEXIST, -ENOMEM. Callers need not
 * look: other functions of debugfs accept it.
 */
struct dentry *debugfs_create_file(const char *name, umode_t mode, struct dentry *parent,
				   void *data, const struct file_operations *fops)
{
	static const struct file_operations nothing;

	return create(name, (mode & ~S_IFMT) | S_IFREG, parent, data, fops ?: &nothing);
}
EXPORT_SYMBOL_GPL(debugfs_create_file);

/** debugfs_create_file_unsafe() - debugfs_create_file() */
struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode, struct dentry *parent,
					  void *data, const struct file_operations *fops)
{
	return debugfs_create_file(name, mode, parent, data, fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_file_unsafe);

/** debugfs_create_dir() - make a directory; as debugfs_create_file() */
struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return create(name, S_IFDIR | 0755, parent, NULL, NULL);
}
EXPORT_SYMBOL_GPL(debugfs_create_dir);

static ssize_t link_read(struct file *file, char __user *buf, size_t n, loff_t *pos)
{
	const char *dest = file_inode(file)->i_private;

	return simple_read_from_buffer(buf, n, pos, dest, strlen(dest));
}

/** debugfs_create_symlink() - make a link; @dest must stay. Reading it gives @dest */
struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent, const char *dest)
{
	static const struct file_operations fops = { .read = link_read };

	return create(name, S_IFLNK | 0777, parent, (void *)dest, &fops);
}
EXPORT_SYMBOL_GPL(debugfs_create_symlink);

/**
 * debugfs_remove() - remove a name and all below it
 * @dentry: name; NULL and ERR_PTR are ignored
 *
 * Context: may sleep: waits for calls into the files' owners. Not from one of these.
 */
void debugfs_remove(struct dentry *dentry)
{
	struct debugfs_node *node;
	struct dentry *child;

	if (IS_ERR_OR_NULL(dentry))
		return;
	for (;;) {
		mutex_lock(&tree_lock);
		child = list_first_entry_or_null(&dentry->d_children, struct dentry, d_sib);
		if (!child)
			list_del_init(&dentry->d_sib);
		mutex_unlock(&tree_lock);
		if (!child)
			break;
		debugfs_remove(child);
	}
	node = dentry->d_fsdata;
	if (!refcount_dec_and_test(&node->users))
		wait_for_completion(&node->drained);
	dput(dentry);
}
EXPORT_SYMBOL_GPL(debugfs_remove);

/** debugfs_lookup_and_remove() - debugfs_remove() of a name in a directory */
void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *d = debugfs_lookup(name, parent);

	if (!d)
		return;
	debugfs_remove(d);
	dput(d);
}
EXPORT_SYMBOL_GPL(debugfs_lookup_and_remove);

/* --- single values --------------------------------------------------------------------------- */

#define DEFINE_VALUE(kind, type, load, store, fmt)					\
static int kind##_get(void *data, u64 *val)						\
{											\
	*val = load((type *)data);							\
	return 0;									\
}											\
static int kind##_set(void *data, u64 val)						\
{											\
	store((type *)data, val);							\
	return 0;									\
}											\
DEFINE_SIMPLE_ATTRIBUTE(fops_##kind, kind##_get, kind##_set, fmt);			\
void debugfs_create_##kind(const char *name, umode_t mode, struct dentry *parent,	\
			   type *value)							\
{											\
	debugfs_create_file(name, mode, parent, value, &fops_##kind);			\
}											\
EXPORT_SYMBOL_GPL(debugfs_create_##kind)

#define load_plain(p)		READ_ONCE(*(p))
#define store_plain(p, v)	WRITE_ONCE(*(p), v)

DEFINE_VALUE(u8, u8, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(u16, u16, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(u32, u32, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(u64, u64, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(x32, u32, load_plain, store_plain, "0x%08llx\n");
DEFINE_VALUE(x64, u64, load_plain, store_plain, "0x%016llx\n");
DEFINE_VALUE(ulong, unsigned long, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(size_t, size_t, load_plain, store_plain, "%llu\n");
DEFINE_VALUE(atomic_t, atomic_t, atomic_read, atomic_set, "%llu\n");
DEFINE_VALUE(bool, bool, load_plain, store_plain, "%llu\n");

/* --- reading it --------------------------------------------------------------------------------- */

static struct dentry *walk(const char *path)
{
	struct dentry *d;

	mutex_lock(&tree_lock);
	for (d = root(); d;) {
		size_t len;

		path += strspn(path, "/");
		if (!*path)
			break;
		len = strcspn(path, "/");
		d = child_locked(d, path, len);
		path += len;
	}
	dget(d);
	mutex_unlock(&tree_lock);
	return d;
}

/* Open a file by its path below the root. ERR_PTR: -ENOENT, -EISDIR, -EIO, -ENOMEM, ... */
struct file *ls_debugfs_open(const char *path, int flags)
{
	struct path p = { .dentry = walk(path) };
	struct file *file;
	int err;

	if (!p.dentry)
		return ERR_PTR(-ENOENT);
	if (S_ISDIR(d_inode(p.dentry)->i_mode)) {
		dput(p.dentry);
		return ERR_PTR(-EISDIR);
	}
	p.mnt = mntget(debugfs_mnt);
	file = ls_alloc_file(&p, flags, &proxy_fops);
	if (IS_ERR(file)) {
		path_put(&p);
		return file;
	}
	__module_get(THIS_MODULE);
	err = proxy_open(file->f_inode, file);
	if (err) {
		ls_file_abandon(file);
		return ERR_PTR(err);
	}
	return file;
}

static int debugfs_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, DEBUGFS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &debugfs_dops;
	return 0;
}

static struct file_system_type debugfs_type = {
	.name = "debugfs",
	.init_fs_context = debugfs_init_fs_context,
	.kill_sb = kill_litter_super,
};

int ls_debugfs_init(void)
{
	struct vfsmount *mnt = kern_mount(&debugfs_type);

	if (IS_ERR(mnt))
		return PTR_ERR(mnt);
	debugfs_mnt = mnt;
	return 0;
}
