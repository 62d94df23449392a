// SPDX-License-Identifier: MIT
/*
 * Files that need an open file but no inode of their own: all share one.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/anon_inodes.h>
#include <linux/magic.h>
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include "internal.h"

static struct vfsmount *anon_inode_mnt;
static struct inode *anon_inode_inode;

static char *anon_inodefs_dname(struct dentry *dentry, char *buffer, int buflen)
{
	return dynamic_dname(buffer, buflen, "anon_inode:%s", dentry->d_name.name);
}

static const struct dentry_operations anon_inodefs_dentry_operations = {
	.d_dname = anon_inodefs_dname,
};

static int anon_inodefs_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, ANON_INODE_FS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &anon_inodefs_dentry_operations;
	return 0;
}

static struct file_system_type anon_inode_fs_type = {
	.name = "anon_inodefs",
	.init_fs_context = anon_inodefs_init_fs_context,
	.kill_sb = kill_anon_super,
};

static struct file *anon_file(const char *name, const struct file_operations *fops, void *priv,
			      int flags, bool own_inode)
{
	struct inode *inode;
	struct file *file;

	if (!try_module_get(fops->owner))
		return ERR_PTR(-ENOENT);
	if (own_inode) {
		inode = alloc_anon_inode(anon_inode_mnt->mnt_sb);
		if (IS_ERR(inode)) {
			file = ERR_CAST(inode);
			goto err_module;
		}
		inode->i_flags &= ~S_PRIVATE;
	} else {
		inode = anon_inode_inode;
		ihold(inode);
	}
	file = alloc_file_pseudo(inode, anon_inode_mnt, name, flags & (O_ACCMODE | O_NONBLOCK),
				 fops);
	if (IS_ERR(file))
		goto err_iput;
	file->f_mapping = inode->i_mapping;
	file->private_data = priv;
	return file;

err_iput:
	iput(inode);
err_module:
	module_put(fops->owner);
	return file;
}

static int anon_fd(const char *name, const struct file_operations *fops, void *priv, int flags,
		   bool own_inode)
{
	int fd = get_unused_fd_flags(flags);
	struct file *file;

	if (fd < 0)
		return fd;
	file = anon_file(name, fops, priv, flags, own_inode);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/**
 * anon_inode_getfile() - open a file without a name
 * @name: shown as anon_inode:NAME
 * @fops: operations
 * @priv: private_data
 * @flags: O_ACCMODE and O_NONBLOCK are kept
 *
 * All such files share one inode.
 *
 * Context: may sleep.
 * Return: the file, or ERR_PTR: -ENOENT if the owner of @fops is going away, -ENOMEM.
 */
struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv,
				int flags)
{
	return anon_file(name, fops, priv, flags, false);
}
EXPORT_SYMBOL_GPL(anon_inode_getfile);

/** anon_inode_getfile_fmode() - anon_inode_getfile() with further FMODE_* bits */
struct file *anon_inode_getfile_fmode(const char *name, const struct file_operations *fops,
				      void *priv, int flags, unsigned int f_mode)
{
	struct file *file = anon_file(name, fops, priv, flags, false);

	if (!IS_ERR(file))
		file->f_mode |= f_mode;
	return file;
}
EXPORT_SYMBOL_GPL(anon_inode_getfile_fmode);

/**
 * anon_inode_create_getfile() - the same with an inode of its own
 * @name: shown as anon_inode:NAME
 * @fops: operations
 * @priv: private_data
 * @flags: as for anon_inode_getfile()
 * @context_inode: unused
 *
 * Context: may sleep.
 * Return: as anon_inode_getfile().
 */
struct file *anon_inode_create_getfile(const char *name, const struct file_operations *fops,
				       void *priv, int flags, const struct inode *context_inode)
{
	return anon_file(name, fops, priv, flags, true);
}
EXPORT_SYMBOL_GPL(anon_inode_create_getfile);

/**
 * anon_inode_getfd() - open a file without a name and a descriptor for it
 * @name: shown as anon_inode:NAME
 * @fops: operations
 * @priv: private_data
 * @flags: as for anon_inode_getfile(), and O_CLOEXEC
 *
 * Context: may sleep.
 * Return: the number, or -EMFILE, -ENOENT, -ENOMEM.
 */
int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)
{
	return anon_fd(name, fops, priv, flags, false);
}
EXPORT_SYMBOL_GPL(anon_inode_getfd);

/** anon_inode_create_getfd() - the same with an inode of its own */
int anon_inode_create_getfd(const char *name, const struct file_operations *fops, void *priv,
			    int flags, const struct inode *context_inode)
{
	return anon_fd(name, fops, priv, flags, true);
}
EXPORT_SYMBOL_GPL(anon_inode_create_getfd);

/* For files of the library itself: device nodes, drm. */
struct vfsmount *ls_anon_mount(void)
{
	return anon_inode_mnt;
}

int ls_anon_inode_init(void)
{
	anon_inode_mnt = kern_mount(&anon_inode_fs_type);
	if (IS_ERR(anon_inode_mnt))
		return PTR_ERR(anon_inode_mnt);
	anon_inode_inode = alloc_anon_inode(anon_inode_mnt->mnt_sb);
	return PTR_ERR_OR_ZERO(anon_inode_inode);
}
