// SPDX-License-Identifier: MIT
/*
 * Shared buffers: their life. Attaching is in dma-buf-attach.c, access by the CPU
 * in dma-buf-cpu.c, what user space can do with the file in dma-buf-file.c.
 */
#include <linux/anon_inodes.h>
#include <linux/dma-buf.h>
#include <linux/export.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/pseudo_fs.h>
#include <linux/slab.h>
#include <lockstep/boot.h>
#include <uapi/linux/dma-buf.h>
#include "dma-buf-internal.h"

static struct vfsmount *dma_buf_mnt;
static atomic64_t next_inode = ATOMIC64_INIT(0);
static atomic_t next_id = ATOMIC_INIT(0);

/* Is the reservation object the one that lies behind the structure? */
static struct dma_resv *own_resv(struct dma_buf *dmabuf)
{
	return (struct dma_resv *)(dmabuf + 1);
}

/* Call the exporter's release(). */
static void release_buffer(struct dma_buf *dmabuf)
{
	struct ls_callback cb;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__release, dmabuf->resv, dmabuf,
			  dmabuf->ops->release, true);
	dmabuf->ops->release(dmabuf);
	/* A shared reservation object may be gone with the buffer: nothing to look at. */
}

/* The last reference to the file has gone. */
static void dma_buf_release(struct dentry *dentry)
{
	struct dma_buf *dmabuf = dentry->d_fsdata;

	if (!dmabuf)
		return; /* dma_buf_export() failed half-way */

	BUG_ON(dmabuf->vmapping_counter);
	/* A poll callback keeps the file alive: it cannot be pending now. */
	BUG_ON(dmabuf->cb_in.active || dmabuf->cb_out.active);

	release_buffer(dmabuf);

	if (dmabuf->resv == own_resv(dmabuf))
		dma_resv_fini(dmabuf->resv);
	WARN_ON(!list_empty(&dmabuf->attachments));
	module_put(dmabuf->owner);
	ls_track_del(&dmabuf->track);
	kfree(dmabuf->name);
	kfree(dmabuf);
}

/* The name of the file, as in /proc/PID/fd. */
static char *dma_buf_dname(struct dentry *dentry, char *buffer, int buflen)
{
	struct dma_buf *dmabuf = dentry->d_fsdata;
	char name[DMA_BUF_NAME_LEN] = "";

	spin_lock(&dmabuf->name_lock);
	if (dmabuf->name)
		strscpy(name, dmabuf->name, sizeof(name));
	spin_unlock(&dmabuf->name_lock);
	return dynamic_dname(buffer, buflen, "/%s:%s", dentry->d_name.name, name);
}

static const struct dentry_operations dma_buf_dentry_ops = {
	.d_dname = dma_buf_dname,
	.d_release = dma_buf_release,
};

static int dma_buf_init_fs_context(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, DMA_BUF_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &dma_buf_dentry_ops;
	return 0;
}

static struct file_system_type dma_buf_fs_type = {
	.name = "dmabuf",
	.init_fs_context = dma_buf_init_fs_context,
	.kill_sb = kill_anon_super,
};

static struct file *new_file(size_t size, int flags)
{
	struct inode *inode = alloc_anon_inode(dma_buf_mnt->mnt_sb);
	struct file *file;

	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode->i_size = size;
	inode->i_blocks = size >> 9; /* for fstat(): the whole of it is there */
	inode->i_ino = atomic64_inc_return(&next_inode); /* unique, unlike the default */

	file = alloc_file_pseudo(inode, dma_buf_mnt, "dmabuf", flags & (O_ACCMODE | O_NONBLOCK),
				 &ls_dma_buf_fops);
	if (IS_ERR(file))
		iput(inode);
	return file;
}

static bool export_info_valid(const struct dma_buf_export_info *info)
{
	const struct dma_buf_ops *ops = info->ops;

	if (WARN_ON(!info->priv || !ops || !ops->map_dma_buf || !ops->unmap_dma_buf ||
		    !ops->release))
		return false;
	/* A cached mapping would outlive the place it maps. */
	if (WARN_ON(ops->cache_sgt_mapping && (ops->pin || ops->unpin)))
		return false;
	return !WARN_ON(!ops->pin != !ops->unpin);
}

static void init_buffer(struct dma_buf *dmabuf, const struct dma_buf_export_info *info,
			struct file *file)
{
	dmabuf->size = info->size;
	dmabuf->ops = info->ops;
	dmabuf->exp_name = info->exp_name;
	dmabuf->owner = info->owner;
	dmabuf->priv = info->priv;
	dmabuf->ls_id = atomic_inc_return(&next_id);
	INIT_LIST_HEAD(&dmabuf->attachments);
	spin_lock_init(&dmabuf->name_lock);
	init_waitqueue_head(&dmabuf->poll);
	dmabuf->cb_in.poll = &dmabuf->poll;
	dmabuf->cb_out.poll = &dmabuf->poll;

	dmabuf->resv = info->resv;
	if (!dmabuf->resv) {
		dmabuf->resv = own_resv(dmabuf);
		dma_resv_init(dmabuf->resv);
	}

	dmabuf->file = file;
	file->private_data = dmabuf;
	file->f_path.dentry->d_fsdata = dmabuf;
}

/**
 * dma_buf_export - wrap memory of a driver into a shared buffer
 * @exp_info: see &struct dma_buf_export_info
 *
 * From success on &dma_buf_ops.release cleans up behind &dma_buf_export_info.priv.
 *
 * Context: may sleep; @exp_info->resv not held.
 * Return: the buffer with one reference, or ERR_PTR(): -EINVAL: a mandatory field or
 * callback is missing, pin without unpin, or a cached mapping together with them;
 * -ENOENT: the exporter's module is being unloaded; -ENOMEM; -ENFILE.
 */
struct dma_buf *dma_buf_export(const struct dma_buf_export_info *exp_info)
{
	struct dma_buf *dmabuf;
	struct file *file;
	int ret;

	if (!export_info_valid(exp_info))
		return ERR_PTR(-EINVAL);
	ls_convention_enter(LS_RULE_dma_buf_export, exp_info->resv, NULL);

	if (!try_module_get(exp_info->owner))
		return ERR_PTR(-ENOENT);

	file = new_file(exp_info->size, exp_info->flags);
	if (IS_ERR(file)) {
		ret = PTR_ERR(file);
		goto err_module;
	}

	/* Always with room behind it, so that own_resv() is never somebody else's. */
	dmabuf = kzalloc(sizeof(*dmabuf) + sizeof(struct dma_resv), GFP_KERNEL);
	if (!dmabuf) {
		ret = -ENOMEM;
		goto err_file;
	}
	init_buffer(dmabuf, exp_info, file);
	ls_track_add(&dmabuf->track, LS_KIND_DMABUF, "dma_buf", dmabuf, dmabuf->size);
	ls_dma_buf_debugfs_add(dmabuf);
	return dmabuf;

err_file:
	fput(file);
err_module:
	module_put(exp_info->owner);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_export, DMA_BUF);

/**
 * dma_buf_fd - give the buffer a file descriptor
 * @dmabuf: the buffer; the caller's reference becomes the descriptor's
 * @flags: O_CLOEXEC
 *
 * Context: may sleep; reservation lock not held.
 * Return: the descriptor; -EINVAL: no buffer; -EMFILE, -ENOMEM (then the reference
 * stays the caller's).
 */
int dma_buf_fd(struct dma_buf *dmabuf, int flags)
{
	int fd;

	if (!dmabuf || !dmabuf->file)
		return -EINVAL;
	ls_convention_enter(LS_RULE_dma_buf_fd, dmabuf->resv, dmabuf);

	fd = get_unused_fd_flags(flags);
	if (fd >= 0)
		fd_install(fd, dmabuf->file);
	return fd;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_fd, DMA_BUF);

/**
 * ls_dma_buf_of_file - the buffer behind a file
 * @file: the file
 *
 * Return: the buffer, or NULL if it is a file of another kind.
 */
struct dma_buf *ls_dma_buf_of_file(struct file *file)
{
	return file->f_op == &ls_dma_buf_fops ? file->private_data : NULL;
}

/**
 * dma_buf_get - the buffer behind a file descriptor
 * @fd: the descriptor
 *
 * Context: any; reservation lock not held.
 * Return: the buffer with a new reference, or ERR_PTR(): -EBADF: no such descriptor;
 * -EINVAL: no buffer.
 */
struct dma_buf *dma_buf_get(int fd)
{
	struct file *file = fget(fd);
	struct dma_buf *dmabuf;

	if (!file)
		return ERR_PTR(-EBADF);
	dmabuf = ls_dma_buf_of_file(file);
	if (!dmabuf) {
		fput(file);
		return ERR_PTR(-EINVAL);
	}
	ls_convention_enter(LS_RULE_dma_buf_get, dmabuf->resv, dmabuf);
	return dmabuf;
}
EXPORT_SYMBOL_NS_GPL(dma_buf_get, DMA_BUF);

/**
 * dma_buf_put - drop a reference
 * @dmabuf: the buffer
 *
 * Context: reservation lock not held: the last reference calls &dma_buf_ops.release.
 */
void dma_buf_put(struct dma_buf *dmabuf)
{
	if (WARN_ON(!dmabuf || !dmabuf->file))
		return;
	ls_convention_enter(LS_RULE_dma_buf_put, dmabuf->resv, dmabuf);
	fput(dmabuf->file);
}
EXPORT_SYMBOL_NS_GPL(dma_buf_put, DMA_BUF);

/**
 * ls_dma_buf_init - boot: the file system of buffers, debugfs, lock order
 *
 * Context: boot.
 * Return: 0 or -errno.
 */
int ls_dma_buf_init(void)
{
	int ret = ls_convention_init();

	if (ret)
		return ret;
	ls_dma_buf_describe_init();
	ret = ls_dma_resv_lockdep();
	if (ret)
		return ret;
	dma_buf_mnt = kern_mount(&dma_buf_fs_type);
	if (IS_ERR(dma_buf_mnt))
		return PTR_ERR(dma_buf_mnt);
	return ls_dma_buf_debugfs_init();
}
