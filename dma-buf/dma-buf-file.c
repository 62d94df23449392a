// SPDX-License-Identifier: MIT
/*
 * Shared buffers: what user space can do with the file.
 */
#include <linux/compat.h>
#include <linux/dma-buf.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>
#include <uapi/linux/dma-buf.h>
#include "dma-buf-internal.h"

/*
 * Gone from user space's view. Fences may keep the file alive for a while, through
 * poll, but the buffer is no longer listed.
 */
static int dma_buf_file_release(struct inode *inode, struct file *file)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);

	if (dmabuf)
		ls_dma_buf_debugfs_del(dmabuf);
	return 0;
}

static int dma_buf_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);
	struct ls_callback cb;
	int ret;

	if (!dmabuf || !dmabuf->ops->mmap)
		return -EINVAL;
	if (vma->vm_pgoff + vma_pages(vma) > dmabuf->size >> PAGE_SHIFT)
		return -EINVAL;

	ls_callback_begin(&cb, LS_RULE_dma_buf_ops__mmap, dmabuf->resv, dmabuf, dmabuf->ops->mmap,
			  true);
	ret = dmabuf->ops->mmap(dmabuf, vma);
	ls_callback_end(&cb);
	return ret;
}

/* Enough to find out the size: SEEK_END, and back with SEEK_SET, by 0. */
static loff_t dma_buf_llseek(struct file *file, loff_t offset, int whence)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);

	if (!dmabuf)
		return -EBADF;
	if (offset || (whence != SEEK_END && whence != SEEK_SET))
		return -EINVAL;
	return whence == SEEK_END ? dmabuf->size : 0;
}

/* --- poll ----------------------------------------------------------------- */

/**
 * DOC: poll
 *
 * EPOLLIN: the buffer can be read: its writers are over. EPOLLOUT: it can be
 * written: everybody is over. Each event has one callback, which sits on the
 * first fence that is not over; the woken task polls again and it moves on to the
 * next. While it is pending it keeps the file alive.
 */

/* @fence is over, or (NULL) there was none to wait for. */
static void poll_done(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	struct dma_buf_poll_cb_t *dcb = container_of(cb, struct dma_buf_poll_cb_t, cb);
	struct dma_buf *dmabuf = container_of(dcb->poll, struct dma_buf, poll);
	unsigned long flags;

	spin_lock_irqsave(&dcb->poll->lock, flags);
	wake_up_locked_poll(dcb->poll, dcb->active);
	dcb->active = 0;
	spin_unlock_irqrestore(&dcb->poll->lock, flags);

	dma_fence_put(fence);
	fput(dmabuf->file); /* taken by arm_poll() */
}

/* Put the callback on the first fence that is not over. False if there is none. */
static bool watch_fences(struct dma_resv *resv, bool write, struct dma_buf_poll_cb_t *dcb)
{
	struct dma_resv_iter cursor;
	struct dma_fence *fence;

	dma_resv_for_each_fence(&cursor, resv, dma_resv_usage_rw(write), fence) {
		dma_fence_get(fence);
		if (!dma_fence_add_callback(fence, &dcb->cb, poll_done))
			return true;
		dma_fence_put(fence);
	}
	return false;
}

/*
 * Is @event there? If not, a wake-up will come. With the reservation lock held.
 */
static bool arm_poll(struct dma_buf *dmabuf, struct dma_buf_poll_cb_t *dcb, __poll_t event)
{
	bool busy;

	spin_lock_irq(&dmabuf->poll.lock);
	busy = dcb->active != 0;
	if (!busy)
		dcb->active = event;
	spin_unlock_irq(&dmabuf->poll.lock);
	if (busy)
		return false;

	get_file(dmabuf->file); /* for poll_done() */
	if (watch_fences(dmabuf->resv, event == EPOLLOUT, dcb))
		return false;
	poll_done(NULL, &dcb->cb); /* others may wait for the same */
	return true;
}

static __poll_t dma_buf_poll(struct file *file, poll_table *table)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);
	__poll_t events, ready = 0;

	if (!dmabuf || !dmabuf->resv)
		return EPOLLERR;
	ls_convention_enter(LS_RULE_dma_buf_poll, dmabuf->resv, dmabuf);

	poll_wait(file, &dmabuf->poll, table);
	events = poll_requested_events(table) & (EPOLLIN | EPOLLOUT);
	if (!events)
		return 0;

	dma_resv_lock(dmabuf->resv, NULL);
	if ((events & EPOLLOUT) && arm_poll(dmabuf, &dmabuf->cb_out, EPOLLOUT))
		ready |= EPOLLOUT;
	if ((events & EPOLLIN) && arm_poll(dmabuf, &dmabuf->cb_in, EPOLLIN))
		ready |= EPOLLIN;
	dma_resv_unlock(dmabuf->resv);
	return ready;
}

/* --- ioctl ---------------------------------------------------------------- */

static long sync_cpu(struct dma_buf *dmabuf, const void __user *user)
{
	enum dma_data_direction dir;
	struct dma_buf_sync arg;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (arg.flags & ~(__u64)DMA_BUF_SYNC_VALID_FLAGS_MASK)
		return -EINVAL;

	switch (arg.flags & DMA_BUF_SYNC_RW) {
	case DMA_BUF_SYNC_READ:
		dir = DMA_FROM_DEVICE;
		break;
	case DMA_BUF_SYNC_WRITE:
		dir = DMA_TO_DEVICE;
		break;
	case DMA_BUF_SYNC_RW:
		dir = DMA_BIDIRECTIONAL;
		break;
	default:
		return -EINVAL;
	}
	if (arg.flags & DMA_BUF_SYNC_END)
		return dma_buf_end_cpu_access(dmabuf, dir);
	return dma_buf_begin_cpu_access(dmabuf, dir);
}

static long set_name(struct dma_buf *dmabuf, const char __user *user)
{
	char *name = strndup_user(user, DMA_BUF_NAME_LEN);
	const char *old;

	if (IS_ERR(name))
		return PTR_ERR(name);
	spin_lock(&dmabuf->name_lock);
	old = dmabuf->name;
	dmabuf->name = name;
	spin_unlock(&dmabuf->name_lock);
	kfree(old);
	return 0;
}

static bool rw_flags_valid(__u32 flags)
{
	return flags && !(flags & ~DMA_BUF_SYNC_RW);
}

static long export_sync_file(struct dma_buf *dmabuf, void __user *user)
{
	struct dma_buf_export_sync_file arg;
	struct sync_file *sync_file;
	enum dma_resv_usage usage;
	struct dma_fence *fence;
	int ret;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!rw_flags_valid(arg.flags))
		return -EINVAL;

	arg.fd = get_unused_fd_flags(O_CLOEXEC);
	if (arg.fd < 0)
		return arg.fd;

	usage = dma_resv_usage_rw(arg.flags & DMA_BUF_SYNC_WRITE);
	ret = dma_resv_get_singleton(dmabuf->resv, usage, &fence);
	if (ret)
		goto err_fd;
	if (!fence)
		fence = dma_fence_get_stub();
	sync_file = sync_file_create(fence);
	dma_fence_put(fence);
	if (!sync_file) {
		ret = -ENOMEM;
		goto err_fd;
	}

	if (copy_to_user(user, &arg, sizeof(arg))) {
		ret = -EFAULT;
		goto err_file;
	}
	fd_install(arg.fd, sync_file->file);
	return 0;

err_file:
	fput(sync_file->file);
err_fd:
	put_unused_fd(arg.fd);
	return ret;
}

static long import_sync_file(struct dma_buf *dmabuf, const void __user *user)
{
	struct dma_buf_import_sync_file arg;
	struct dma_fence_unwrap cursor;
	struct dma_fence *fence, *each;
	enum dma_resv_usage usage;
	unsigned int n = 0;
	int ret = 0;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (!rw_flags_valid(arg.flags))
		return -EINVAL;
	fence = sync_file_get_fence(arg.fd);
	if (!fence)
		return -EINVAL;
	usage = arg.flags & DMA_BUF_SYNC_WRITE ? DMA_RESV_USAGE_WRITE : DMA_RESV_USAGE_READ;

	/* Containers are not added as such. */
	dma_fence_unwrap_for_each(each, &cursor, fence)
		n++;
	if (!n)
		goto out;

	dma_resv_lock(dmabuf->resv, NULL);
	ret = dma_resv_reserve_fences(dmabuf->resv, n);
	if (!ret) {
		dma_fence_unwrap_for_each(each, &cursor, fence)
			dma_resv_add_fence(dmabuf->resv, each, usage);
	}
	dma_resv_unlock(dmabuf->resv);
out:
	dma_fence_put(fence);
	return ret;
}

static long dma_buf_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);
	void __user *user = (void __user *)arg;

	ls_convention_enter(LS_RULE_dma_buf_ioctl, dmabuf->resv, dmabuf);
	switch (cmd) {
	case DMA_BUF_IOCTL_SYNC:
		return sync_cpu(dmabuf, user);
	case DMA_BUF_SET_NAME_A:
	case DMA_BUF_SET_NAME_B:
		return set_name(dmabuf, user);
	case DMA_BUF_IOCTL_EXPORT_SYNC_FILE:
		return export_sync_file(dmabuf, user);
	case DMA_BUF_IOCTL_IMPORT_SYNC_FILE:
		return import_sync_file(dmabuf, user);
	default:
		return -ENOTTY;
	}
}

static void dma_buf_show_fdinfo(struct seq_file *m, struct file *file)
{
	struct dma_buf *dmabuf = ls_dma_buf_of_file(file);

	seq_printf(m, "size:\t%zu\n", dmabuf->size);
	/* Less the reference of whoever is reading this. */
	seq_printf(m, "count:\t%ld\n", (long)file_count(dmabuf->file) - 1);
	seq_printf(m, "exp_name:\t%s\n", dmabuf->exp_name);
	spin_lock(&dmabuf->name_lock);
	if (dmabuf->name)
		seq_printf(m, "name:\t%s\n", dmabuf->name);
	spin_unlock(&dmabuf->name_lock);
}

const struct file_operations ls_dma_buf_fops = {
	.release = dma_buf_file_release,
	.mmap = dma_buf_file_mmap,
	.llseek = dma_buf_llseek,
	.poll = dma_buf_poll,
	.unlocked_ioctl = dma_buf_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = dma_buf_show_fdinfo,
};
