// SPDX-License-Identifier: MIT
/*
 * Mounts of pseudo file systems: what kern_mount() and init_pseudo() need.
 */
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/fs_context.h>
#include "internal.h"

const struct dentry_operations simple_dentry_operations = { };
EXPORT_SYMBOL(simple_dentry_operations);

static const struct super_operations simple_super_operations = {
	.statfs = simple_statfs,
};

static unsigned int last_anon_dev;
static DEFINE_MUTEX(filesystems_lock);
static struct file_system_type *filesystems;

/* A super block on a device number of its own. */
struct super_block *ls_sget_anon(struct file_system_type *type)
{
	struct super_block *sb = kzalloc(sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	sb->s_type = type;
	sb->s_op = &simple_super_operations;
	sb->s_dev = MKDEV(0, __atomic_add_fetch(&last_anon_dev, 1, __ATOMIC_RELAXED));
	sb->s_blocksize = PAGE_SIZE;
	sb->s_blocksize_bits = PAGE_SHIFT;
	sb->s_maxbytes = MAX_LFS_FILESIZE;
	sb->s_time_gran = 1;
	atomic_set(&sb->s_active, 1);
	spin_lock_init(&sb->s_inode_list_lock);
	INIT_LIST_HEAD(&sb->s_list);
	INIT_LIST_HEAD(&sb->s_inodes);
	return sb;
}

static void sb_free(struct super_block *sb)
{
	dput(sb->s_root);
	sb->s_root = NULL;
	if (sb->s_op->put_super)
		sb->s_op->put_super(sb);
	kfree(sb);
}

static int pseudo_get_tree(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = fc->fs_private;
	struct super_block *sb = ls_sget_anon(fc->fs_type);
	struct inode *root;

	if (!sb)
		return -ENOMEM;
	if (ctx->ops)
		sb->s_op = ctx->ops;
	sb->s_magic = ctx->magic;
	sb->s_d_op = ctx->dops;
	sb->s_fs_info = fc->s_fs_info;
	sb->s_flags = fc->sb_flags;
	root = new_inode(sb);
	if (!root)
		goto err_free;
	root->i_ino = 1;
	root->i_mode = S_IFDIR | S_IRUSR | S_IWUSR;
	simple_inode_init_ts(root);
	sb->s_root = d_make_root(root);
	if (!sb->s_root)
		goto err_free;
	fc->root = sb->s_root;
	return 0;

err_free:
	kfree(sb);
	return -ENOMEM;
}

static void pseudo_free(struct fs_context *fc)
{
	kfree(fc->fs_private);
}

static const struct fs_context_operations pseudo_context_ops = {
	.free = pseudo_free,
	.get_tree = pseudo_get_tree,
};

/**
 * init_pseudo() - set up the mount of a file system that has no names
 * @fc: context given to &file_system_type.init_fs_context
 * @magic: super_block.s_magic
 *
 * Context: may sleep.
 * Return: a context to fill in further, or NULL.
 */
struct pseudo_fs_context *init_pseudo(struct fs_context *fc, unsigned long magic)
{
	struct pseudo_fs_context *ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);

	if (!ctx)
		return NULL;
	ctx->magic = magic;
	fc->fs_private = ctx;
	fc->ops = &pseudo_context_ops;
	fc->sb_flags |= SB_NOUSER;
	fc->global = true;
	return ctx;
}
EXPORT_SYMBOL(init_pseudo);

/**
 * kern_mount() - mount a file system for the kernel's own use
 * @type: the file system
 *
 * Context: may sleep.
 * Return: the mount, or ERR_PTR: -ENOMEM, -ENODEV if @type cannot be mounted, or the
 * error of &file_system_type.init_fs_context.
 */
struct vfsmount *kern_mount(struct file_system_type *type)
{
	struct fs_context fc = { .fs_type = type, .sb_flags = SB_KERNMOUNT };
	struct vfsmount *mnt;
	int err;

	if (!type->init_fs_context)
		return ERR_PTR(-ENODEV);
	mnt = kzalloc(sizeof(*mnt), GFP_KERNEL);
	if (!mnt)
		return ERR_PTR(-ENOMEM);
	err = type->init_fs_context(&fc);
	if (err)
		goto err_free;
	err = fc.ops && fc.ops->get_tree ? fc.ops->get_tree(&fc) : -ENODEV;
	if (fc.ops && fc.ops->free)
		fc.ops->free(&fc);
	if (err)
		goto err_free;
	mnt->mnt_root = dget(fc.root);
	mnt->mnt_sb = fc.root->d_sb;
	atomic_set(&mnt->mnt_count, 1);
	return mnt;

err_free:
	kfree(mnt);
	return ERR_PTR(err);
}
EXPORT_SYMBOL(kern_mount);

/**
 * mntget() - take another reference on a mount
 * @mnt: mount, or NULL
 *
 * Context: any.
 * Return: @mnt.
 */
struct vfsmount *mntget(struct vfsmount *mnt)
{
	if (mnt)
		atomic_inc(&mnt->mnt_count);
	return mnt;
}
EXPORT_SYMBOL(mntget);

/**
 * mntput() - drop a reference on a mount
 * @mnt: mount, or NULL
 *
 * With the last one the file system is shut down.
 *
 * Context: may sleep.
 */
void mntput(struct vfsmount *mnt)
{
	struct super_block *sb;

	if (!mnt || !atomic_dec_and_test(&mnt->mnt_count))
		return;
	sb = mnt->mnt_sb;
	dput(mnt->mnt_root);
	kfree(mnt);
	if (atomic_dec_and_test(&sb->s_active)) {
		if (sb->s_type->kill_sb)
			sb->s_type->kill_sb(sb);
		sb_free(sb);
	}
}
EXPORT_SYMBOL(mntput);

/**
 * kern_unmount() - undo kern_mount()
 * @mnt: mount, ERR_PTR or NULL
 *
 * Context: may sleep. Files of it that are still open keep it alive.
 */
void kern_unmount(struct vfsmount *mnt)
{
	if (!IS_ERR_OR_NULL(mnt))
		mntput(mnt);
}
EXPORT_SYMBOL(kern_unmount);

/**
 * kill_anon_super() - &file_system_type.kill_sb of a file system without a device
 * @sb: super block that nobody uses any more
 *
 * The caller frees what every super block has.
 *
 * Context: may sleep.
 */
void kill_anon_super(struct super_block *sb)
{
	WARN(!list_empty(&sb->s_inodes) && !sb->s_root, "inodes of %s outlive it",
	     sb->s_type->name);
}
EXPORT_SYMBOL(kill_anon_super);

/**
 * kill_litter_super() - the same for one whose names must be dropped
 * @sb: super block that nobody uses any more
 *
 * Context: may sleep.
 */
void kill_litter_super(struct super_block *sb)
{
	kill_anon_super(sb);
}
EXPORT_SYMBOL(kill_litter_super);

/**
 * register_filesystem() - make a file system type known
 * @type: type; must stay until unregister_filesystem()
 *
 * Context: may sleep.
 * Return: 0, or -EBUSY if the name is taken.
 */
int register_filesystem(struct file_system_type *type)
{
	struct file_system_type **p;
	int err = 0;

	mutex_lock(&filesystems_lock);
	for (p = &filesystems; *p; p = &(*p)->next)
		if (!strcmp((*p)->name, type->name))
			break;
	if (*p)
		err = -EBUSY;
	else
		*p = type;
	mutex_unlock(&filesystems_lock);
	return err;
}
EXPORT_SYMBOL(register_filesystem);

/**
 * unregister_filesystem() - undo register_filesystem()
 * @type: type
 *
 * Context: may sleep.
 * Return: 0, or -EINVAL if it was not registered.
 */
int unregister_filesystem(struct file_system_type *type)
{
	struct file_system_type **p;
	int err = -EINVAL;

	mutex_lock(&filesystems_lock);
	for (p = &filesystems; *p; p = &(*p)->next) {
		if (*p == type) {
			*p = type->next;
			type->next = NULL;
			err = 0;
			break;
		}
	}
	mutex_unlock(&filesystems_lock);
	return err;
}
EXPORT_SYMBOL(unregister_filesystem);

static DEFINE_MUTEX(pin_fs_lock);

/**
 * simple_pin_fs() - mount a file system on first use
 * @type: file system
 * @mount: where the mount is kept
 * @count: users
 *
 * Context: may sleep.
 * Return: 0, or an error of kern_mount().
 */
int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount, int *count)
{
	struct vfsmount *mnt;
	int err = 0;

	mutex_lock(&pin_fs_lock);
	if (!*mount) {
		mnt = kern_mount(type);
		if (IS_ERR(mnt)) {
			err = PTR_ERR(mnt);
			goto out_unlock;
		}
		*mount = mnt;
	} else {
		mntget(*mount);
	}
	++*count;
out_unlock:
	mutex_unlock(&pin_fs_lock);
	return err;
}
EXPORT_SYMBOL(simple_pin_fs);

/**
 * simple_release_fs() - undo simple_pin_fs()
 * @mount: where the mount is kept; NULL after the last user
 * @count: users
 *
 * Context: may sleep.
 */
void simple_release_fs(struct vfsmount **mount, int *count)
{
	struct vfsmount *mnt;

	mutex_lock(&pin_fs_lock);
	mnt = *mount;
	if (!--*count)
		*mount = NULL;
	mutex_unlock(&pin_fs_lock);
	mntput(mnt);
}
EXPORT_SYMBOL(simple_release_fs);

/**
 * simple_statfs() - &super_operations.statfs of a file system in memory
 * @dentry: any of its names
 * @buf: unused: nothing here can ask for it
 *
 * Context: any.
 * Return: 0.
 */
int simple_statfs(struct dentry *dentry, void *buf)
{
	return 0;
}
EXPORT_SYMBOL(simple_statfs);
