// SPDX-License-Identifier: MIT
/*
 * eventfd: a counter that a driver adds to and a client reads.
 */
#include <linux/anon_inodes.h>
#include <linux/eventfd.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/**
 * struct eventfd_ctx - the counter
 * @wqh: waiters; its lock protects @count
 * @flags: EFD_*
 */
struct eventfd_ctx {
	struct kref kref;
	wait_queue_head_t wqh;
	u64 count;
	unsigned int flags;
};

static void eventfd_free(struct kref *kref)
{
	kfree(container_of(kref, struct eventfd_ctx, kref));
}

/** eventfd_ctx_put() - drop a reference */
void eventfd_ctx_put(struct eventfd_ctx *ctx)
{
	kref_put(&ctx->kref, eventfd_free);
}
EXPORT_SYMBOL_GPL(eventfd_ctx_put);

/** eventfd_signal_mask() - add one, from any context; pollers also see @mask */
void eventfd_signal_mask(struct eventfd_ctx *ctx, __poll_t mask)
{
	unsigned long flags;

	spin_lock_irqsave(&ctx->wqh.lock, flags);
	if (ctx->count < ULLONG_MAX)
		ctx->count++;
	wake_up_locked_poll(&ctx->wqh, EPOLLIN | mask);
	spin_unlock_irqrestore(&ctx->wqh.lock, flags);
}
EXPORT_SYMBOL_GPL(eventfd_signal_mask);

static int eventfd_release(struct inode *inode, struct file *file)
{
	struct eventfd_ctx *ctx = file->private_data;

	wake_up_poll(&ctx->wqh, EPOLLHUP);
	eventfd_ctx_put(ctx);
	return 0;
}

static __poll_t eventfd_poll(struct file *file, poll_table *wait)
{
	struct eventfd_ctx *ctx = file->private_data;
	__poll_t events = 0;
	unsigned long flags;

	poll_wait(file, &ctx->wqh, wait);
	spin_lock_irqsave(&ctx->wqh.lock, flags);
	if (ctx->count)
		events |= EPOLLIN;
	if (ctx->count == ULLONG_MAX)
		events |= EPOLLERR;
	if (ctx->count < ULLONG_MAX - 1)
		events |= EPOLLOUT;
	spin_unlock_irqrestore(&ctx->wqh.lock, flags);
	return events;
}

/* Take the count, or one of it; 0 if there is none. */
static u64 take(struct eventfd_ctx *ctx)
{
	unsigned long flags;
	u64 val;

	spin_lock_irqsave(&ctx->wqh.lock, flags);
	val = ctx->count && (ctx->flags & EFD_SEMAPHORE) ? 1 : ctx->count;
	ctx->count -= val;
	if (val)
		wake_up_locked_poll(&ctx->wqh, EPOLLOUT);
	spin_unlock_irqrestore(&ctx->wqh.lock, flags);
	return val;
}

static ssize_t eventfd_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 val;

	if (len < sizeof(val))
		return -EINVAL;
	val = take(ctx);
	if (!val && (file->f_flags & O_NONBLOCK))
		return -EAGAIN;
	if (!val && wait_event_interruptible(ctx->wqh, (val = take(ctx))))
		return -ERESTARTSYS;
	return copy_to_user(buf, &val, sizeof(val)) ? -EFAULT : sizeof(val);
}

/* Add @val if it fits. */
static bool give(struct eventfd_ctx *ctx, u64 val)
{
	unsigned long flags;
	bool fits;

	spin_lock_irqsave(&ctx->wqh.lock, flags);
	fits = ULLONG_MAX - ctx->count > val;
	if (fits) {
		ctx->count += val;
		wake_up_locked_poll(&ctx->wqh, EPOLLIN);
	}
	spin_unlock_irqrestore(&ctx->wqh.lock, flags);
	return fits;
}

static ssize_t eventfd_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	struct eventfd_ctx *ctx = file->private_data;
	u64 val;

	if (len < sizeof(val))
		return -EINVAL;
	if (copy_from_user(&val, buf, sizeof(val)))
		return -EFAULT;
	if (val == ULLONG_MAX)
		return -EINVAL;
	if (give(ctx, val))
		return sizeof(val);
	if (file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	return wait_event_interruptible(ctx->wqh, give(ctx, val)) ? -ERESTARTSYS : sizeof(val);
}

static const struct file_operations eventfd_fops = {
	.owner = THIS_MODULE,
	.release = eventfd_release,
	.poll = eventfd_poll,
	.read = eventfd_read,
	.write = eventfd_write,
	.llseek = noop_llseek,
};

/** eventfd_ctx_fileget() - the counter behind a file; ERR_PTR(-EINVAL) if it is none */
struct eventfd_ctx *eventfd_ctx_fileget(struct file *file)
{
	struct eventfd_ctx *ctx = file->private_data;

	if (file->f_op != &eventfd_fops)
		return ERR_PTR(-EINVAL);
	kref_get(&ctx->kref);
	return ctx;
}
EXPORT_SYMBOL_GPL(eventfd_ctx_fileget);

/** eventfd_ctx_fdget() - the counter behind a descriptor; ERR_PTR: -EBADF, -EINVAL */
struct eventfd_ctx *eventfd_ctx_fdget(int fd)
{
	struct file *file = fget(fd);
	struct eventfd_ctx *ctx;

	if (!file)
		return ERR_PTR(-EBADF);
	ctx = eventfd_ctx_fileget(file);
	fput(file);
	return ctx;
}
EXPORT_SYMBOL_GPL(eventfd_ctx_fdget);

/**
 * ls_eventfd() - eventfd(2)
 * @count: first value
 * @flags: EFD_*
 *
 * Context: may sleep.
 * Return: a descriptor, -EINVAL, -ENOMEM, -EMFILE.
 */
int ls_eventfd(unsigned int count, int flags)
{
	struct eventfd_ctx *ctx;
	int fd;

	if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
		return -EINVAL;
	ctx = kzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx)
		return -ENOMEM;
	kref_init(&ctx->kref);
	init_waitqueue_head(&ctx->wqh);
	ctx->count = count;
	ctx->flags = flags;
	fd = anon_inode_getfd("[eventfd]", &eventfd_fops, ctx,
			      O_RDWR | (flags & (EFD_CLOEXEC | EFD_NONBLOCK)));
	if (fd < 0)
		eventfd_ctx_put(ctx);
	return fd;
}
