// SPDX-License-Identifier: MIT
/*
 * Sync files: fences as file descriptors.
 */
#include <linux/anon_inodes.h>
#include <linux/compat.h>
#include <linux/dma-fence-unwrap.h>
#include <linux/export.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>
#include <uapi/linux/sync_file.h>

static const struct file_operations sync_file_fops;

/* Takes over the reference to @fence, unless it fails. */
static struct sync_file *new_sync_file(struct dma_fence *fence)
{
	struct sync_file *sync_file = kzalloc(sizeof(*sync_file), GFP_KERNEL);

	if (!sync_file)
		return NULL;
	init_waitqueue_head(&sync_file->wq);
	INIT_LIST_HEAD(&sync_file->cb.node);
	sync_file->fence = fence;
	sync_file->file = anon_inode_getfile("sync_file", &sync_file_fops, sync_file, 0);
	if (IS_ERR(sync_file->file)) {
		kfree(sync_file);
		return NULL;
	}
	return sync_file;
}

/**
 * sync_file_create - wrap a fence
 * @fence: the fence; one more reference is taken
 *
 * fput(sync_file->file), or give it a descriptor with fd_install().
 *
 * Context: may sleep.
 * Return: the sync file, or NULL when out of memory or files.
 */
struct sync_file *sync_file_create(struct dma_fence *fence)
{
	struct sync_file *sync_file = new_sync_file(dma_fence_get(fence));

	if (!sync_file)
		dma_fence_put(fence);
	return sync_file;
}
EXPORT_SYMBOL(sync_file_create);

/* With a reference to the file, or NULL. */
static struct sync_file *get_sync_file(int fd)
{
	struct file *file = fget(fd);

	if (!file)
		return NULL;
	if (file->f_op != &sync_file_fops) {
		fput(file);
		return NULL;
	}
	return file->private_data;
}

/**
 * sync_file_get_fence - the fence behind a descriptor
 * @fd: the descriptor
 *
 * Context: any.
 * Return: a new reference, or NULL if @fd is no sync file.
 */
struct dma_fence *sync_file_get_fence(int fd)
{
	struct sync_file *sync_file = get_sync_file(fd);
	struct dma_fence *fence;

	if (!sync_file)
		return NULL;
	fence = dma_fence_get(sync_file->fence);
	fput(sync_file->file);
	return fence;
}
EXPORT_SYMBOL(sync_file_get_fence);

/**
 * sync_file_get_name - what to call it
 * @sync_file: the sync file
 * @buf: room for the name
 * @len: of @buf
 *
 * Return: @buf with the name given when merging, or DRIVER-TIMELINECONTEXT-SEQNO.
 */
char *sync_file_get_name(struct sync_file *sync_file, char *buf, int len)
{
	struct dma_fence *fence = sync_file->fence;

	if (sync_file->user_name[0])
		strscpy(buf, sync_file->user_name, len);
	else
		snprintf(buf, len, "%s-%s%llu-%lld", fence->ops->get_driver_name(fence),
			 fence->ops->get_timeline_name(fence), fence->context,
			 (long long)fence->seqno);
	return buf;
}
EXPORT_SYMBOL(sync_file_get_name);

static int sync_file_release(struct inode *inode, struct file *file)
{
	struct sync_file *sync_file = file->private_data;

	if (test_bit(POLL_ENABLED, &sync_file->flags))
		dma_fence_remove_callback(sync_file->fence, &sync_file->cb);
	dma_fence_put(sync_file->fence);
	kfree(sync_file);
	return 0;
}

static void wake_pollers(struct dma_fence *fence, struct dma_fence_cb *cb)
{
	wake_up_all(&container_of(cb, struct sync_file, cb)->wq);
}

static __poll_t sync_file_poll(struct file *file, poll_table *table)
{
	struct sync_file *sync_file = file->private_data;

	poll_wait(file, &sync_file->wq, table);

	/* The first one who asks sets the callback, for all. */
	if (!test_and_set_bit(POLL_ENABLED, &sync_file->flags) &&
	    dma_fence_add_callback(sync_file->fence, &sync_file->cb, wake_pollers))
		wake_up_all(&sync_file->wq);
	return dma_fence_is_signaled(sync_file->fence) ? EPOLLIN : 0;
}

/* --- ioctls --------------------------------------------------------------- */

static long merge(struct sync_file *a, void __user *user)
{
	struct sync_file *b, *both;
	struct sync_merge_data arg;
	struct dma_fence *fence;
	long ret;
	int fd;

	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	ret = -EFAULT;
	if (copy_from_user(&arg, user, sizeof(arg)))
		goto err_fd;
	ret = -EINVAL;
	if (arg.flags || arg.pad)
		goto err_fd;
	ret = -ENOENT;
	b = get_sync_file(arg.fd2);
	if (!b)
		goto err_fd;

	ret = -ENOMEM;
	fence = dma_fence_unwrap_merge(a->fence, b->fence);
	if (!fence)
		goto err_b;
	both = new_sync_file(fence);
	if (!both) {
		dma_fence_put(fence);
		goto err_b;
	}
	arg.name[sizeof(arg.name) - 1] = '\0';
	strscpy(both->user_name, arg.name, sizeof(both->user_name));

	arg.fence = fd;
	ret = -EFAULT;
	if (copy_to_user(user, &arg, sizeof(arg)))
		goto err_both;
	fd_install(fd, both->file);
	fput(b->file);
	return 0;

err_both:
	fput(both->file);
err_b:
	fput(b->file);
err_fd:
	put_unused_fd(fd);
	return ret;
}

static void fill_info(struct dma_fence *fence, struct sync_fence_info *info)
{
	strscpy(info->obj_name, fence->ops->get_timeline_name(fence), sizeof(info->obj_name));
	strscpy(info->driver_name, fence->ops->get_driver_name(fence), sizeof(info->driver_name));
	info->status = dma_fence_get_status(fence);
	if (dma_fence_is_signaled(fence))
		info->timestamp_ns = ktime_to_ns(dma_fence_timestamp(fence));
}

/*
 * Information on each plain fence to user space. Returns how they ended together
 * in @status: the first that is not over, or failed, decides. There may be fewer
 * than @n by now: a chain drops points that are over.
 */
static long copy_infos(struct dma_fence *head, unsigned int *n, void __user *user, __s32 *status)
{
	struct dma_fence_unwrap cursor;
	struct sync_fence_info *infos;
	struct dma_fence *fence;
	unsigned int i = 0;
	long ret = 0;

	infos = kcalloc(*n, sizeof(*infos), GFP_KERNEL);
	if (!infos)
		return -ENOMEM;
	*status = 1;
	dma_fence_unwrap_for_each(fence, &cursor, head) {
		fill_info(fence, &infos[i]);
		if (*status > 0)
			*status = infos[i].status;
		i++;
	}
	if (copy_to_user(user, infos, array_size(*n, sizeof(*infos))))
		ret = -EFAULT;
	*n = i;
	kfree(infos);
	return ret;
}

static long file_info(struct sync_file *sync_file, void __user *user)
{
	struct dma_fence_unwrap cursor;
	struct sync_file_info arg;
	struct dma_fence *fence;
	unsigned int n = 0;
	long ret;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (arg.flags || arg.pad)
		return -EINVAL;

	dma_fence_unwrap_for_each(fence, &cursor, sync_file->fence)
		n++;
	if (!arg.num_fences) {
		arg.status = dma_fence_get_status(sync_file->fence);
	} else {
		if (arg.num_fences < n)
			return -EINVAL;
		ret = copy_infos(sync_file->fence, &n, u64_to_user_ptr(arg.sync_fence_info),
				 &arg.status);
		if (ret)
			return ret;
	}
	sync_file_get_name(sync_file, arg.name, sizeof(arg.name));
	arg.num_fences = n;
	return copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : 0;
}

static long set_deadline(struct sync_file *sync_file, const void __user *user)
{
	struct sync_set_deadline arg;

	if (copy_from_user(&arg, user, sizeof(arg)))
		return -EFAULT;
	if (arg.pad)
		return -EINVAL;
	dma_fence_set_deadline(sync_file->fence, ns_to_ktime(arg.deadline_ns));
	return 0;
}

static long sync_file_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct sync_file *sync_file = file->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case SYNC_IOC_MERGE:
		return merge(sync_file, user);
	case SYNC_IOC_FILE_INFO:
		return file_info(sync_file, user);
	case SYNC_IOC_SET_DEADLINE:
		return set_deadline(sync_file, user);
	default:
		return -ENOTTY;
	}
}

static const struct file_operations sync_file_fops = {
	.release = sync_file_release,
	.poll = sync_file_poll,
	.unlocked_ioctl = sync_file_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};
