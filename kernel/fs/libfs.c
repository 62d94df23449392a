// SPDX-License-Identifier: MIT
/*
 * Helpers for file_operations: offsets, buffers, simple attributes.
 */
#include <linux/fs.h>
#include <linux/kstrtox.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/** simple_open() - ->open() that hands the inode's private pointer on; 0 */
int simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}
EXPORT_SYMBOL(simple_open);

/** nonseekable_open() - ->open() of a file without offsets; 0 */
int nonseekable_open(struct inode *inode, struct file *filp)
{
	filp->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}
EXPORT_SYMBOL(nonseekable_open);

/** stream_open() - ->open() of a file whose reads and writes do not exclude each other; 0 */
int stream_open(struct inode *inode, struct file *filp)
{
	nonseekable_open(inode, filp);
	filp->f_mode |= FMODE_STREAM;
	return 0;
}
EXPORT_SYMBOL(stream_open);

/* --- offsets ------------------------------------------------------------------------ */

/**
 * vfs_setpos() - set a file's offset
 * @file: file
 * @offset: where to
 * @maxsize: largest offset
 *
 * Context: any.
 * Return: @offset, or -EINVAL.
 */
loff_t vfs_setpos(struct file *file, loff_t offset, loff_t maxsize)
{
	if (offset < 0 && !(file->f_mode & FMODE_UNSIGNED_OFFSET))
		return -EINVAL;
	if (offset > maxsize)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}
EXPORT_SYMBOL(vfs_setpos);

static loff_t seek(struct file *file, loff_t offset, int whence, loff_t maxsize, loff_t end)
{
	switch (whence) {
	case SEEK_SET:
		break;
	case SEEK_CUR:
		if (!offset)
			return file->f_pos;
		offset += file->f_pos;
		break;
	case SEEK_END:
		offset += end;
		break;
	default:
		return -EINVAL;
	}
	return vfs_setpos(file, offset, maxsize);
}

/** generic_file_llseek() - ->llseek() of a file as long as its inode says */
loff_t generic_file_llseek(struct file *file, loff_t offset, int whence)
{
	return seek(file, offset, whence, MAX_LFS_FILESIZE, i_size_read(file_inode(file)));
}
EXPORT_SYMBOL(generic_file_llseek);

/** default_llseek() - generic_file_llseek() under the inode's lock */
loff_t default_llseek(struct file *file, loff_t offset, int whence)
{
	loff_t ret;

	inode_lock(file_inode(file));
	ret = generic_file_llseek(file, offset, whence);
	inode_unlock(file_inode(file));
	return ret;
}
EXPORT_SYMBOL(default_llseek);

/** fixed_size_llseek() - ->llseek() of a file of a known size */
loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
{
	return seek(file, offset, whence, size, size);
}
EXPORT_SYMBOL(fixed_size_llseek);

/** no_seek_end_llseek() - ->llseek() of a file without an end */
loff_t no_seek_end_llseek(struct file *file, loff_t offset, int whence)
{
	return whence == SEEK_END ? -EINVAL : seek(file, offset, whence, MAX_LFS_FILESIZE, 0);
}
EXPORT_SYMBOL(no_seek_end_llseek);

/** noop_llseek() - ->llseek() that succeeds and does nothing */
loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}
EXPORT_SYMBOL(noop_llseek);

/** no_llseek() - ->llseek() that fails: -ESPIPE */
loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	return -ESPIPE;
}
EXPORT_SYMBOL(no_llseek);

/**
 * vfs_llseek() - move a file's offset
 * @file: file
 * @offset: by or to
 * @whence: SEEK_*
 *
 * Context: may sleep.
 * Return: the offset, -ESPIPE if the file has none, or what ->llseek() returned.
 */
loff_t vfs_llseek(struct file *file, loff_t offset, int whence)
{
	if (!(file->f_mode & FMODE_LSEEK))
		return -ESPIPE;
	return file->f_op->llseek(file, offset, whence);
}
EXPORT_SYMBOL(vfs_llseek);

/* --- reading and writing -------------------------------------------------------------- */

/**
 * vfs_read() - read from a file
 * @file: file
 * @buf: client memory
 * @count: bytes
 * @pos: offset; moved
 *
 * Context: may sleep.
 * Return: bytes, -EBADF if not open for reading, -EINVAL if it cannot be read, -EFAULT, or
 * what ->read() returned.
 */
ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_READ) || !file->f_op->read)
		return -EINVAL;
	if (!access_ok(buf, count))
		return -EFAULT;
	return file->f_op->read(file, buf, count, pos);
}
EXPORT_SYMBOL(vfs_read);

/**
 * vfs_write() - write to a file
 * @file: file
 * @buf: client memory
 * @count: bytes
 * @pos: offset; moved
 *
 * Context: may sleep.
 * Return: bytes, -EBADF if not open for writing, -EINVAL if it cannot be written, -EFAULT, or
 * what ->write() returned.
 */
ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_WRITE) || !file->f_op->write)
		return -EINVAL;
	if (!access_ok(buf, count))
		return -EFAULT;
	return file->f_op->write(file, buf, count, pos);
}
EXPORT_SYMBOL(vfs_write);

/** kernel_read() - vfs_read() into kernel memory, which is readable alike */
ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
{
	return vfs_read(file, (char __user *)buf, count, pos);
}
EXPORT_SYMBOL(kernel_read);

/** kernel_write() - vfs_write() from kernel memory */
ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
{
	return vfs_write(file, (const char __user *)buf, count, pos);
}
EXPORT_SYMBOL(kernel_write);

/**
 * vfs_ioctl() - call a file's ioctl
 * @filp: file
 * @cmd: ioctl
 * @arg: its argument
 *
 * Context: may sleep.
 * Return: -ENOTTY if the file or the ioctl has none, or what it returned.
 */
long vfs_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	long ret = -ENOTTY;

	if (filp->f_op->unlocked_ioctl)
		ret = filp->f_op->unlocked_ioctl(filp, cmd, arg);
	return ret == -ENOIOCTLCMD ? -ENOTTY : ret;
}
EXPORT_SYMBOL(vfs_ioctl);

/** file_path() - d_path() of a file */
char *file_path(struct file *file, char *buf, int buflen)
{
	return d_path(&file->f_path, buf, buflen);
}
EXPORT_SYMBOL(file_path);

/* How much of @count at @pos lies within @available? -EINVAL for a negative @pos. */
static ssize_t clip(loff_t pos, size_t count, size_t available)
{
	if (pos < 0)
		return -EINVAL;
	if (pos >= available)
		return 0;
	return min_t(size_t, count, available - pos);
}

/**
 * simple_read_from_buffer() - ->read() from kernel memory
 * @to: client memory
 * @count: bytes wanted
 * @ppos: offset; moved
 * @from: kernel memory
 * @available: bytes there
 *
 * Context: may sleep.
 * Return: bytes, -EINVAL for a negative offset, -EFAULT.
 */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos, const void *from,
				size_t available)
{
	ssize_t n = clip(*ppos, count, available);
	size_t left;

	if (n <= 0)
		return n;
	left = copy_to_user(to, from + *ppos, n);
	if (left == n)
		return -EFAULT;
	*ppos += n - left;
	return n - left;
}
EXPORT_SYMBOL(simple_read_from_buffer);

/** simple_write_to_buffer() - ->write() to kernel memory; as simple_read_from_buffer() */
ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos, const void __user *from,
			       size_t count)
{
	ssize_t n = clip(*ppos, count, available);
	size_t left;

	if (n <= 0)
		return n;
	left = copy_from_user(to + *ppos, from, n);
	if (left == n)
		return -EFAULT;
	*ppos += n - left;
	return n - left;
}
EXPORT_SYMBOL(simple_write_to_buffer);

/** memory_read_from_buffer() - simple_read_from_buffer() between kernel memories */
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos, const void *from,
				size_t available)
{
	ssize_t n = clip(*ppos, count, available);

	if (n > 0) {
		memcpy(to, from + *ppos, n);
		*ppos += n;
	}
	return n;
}
EXPORT_SYMBOL(memory_read_from_buffer);

/* --- a number as a file ------------------------------------------------------------------ */

/**
 * struct simple_attr - an open attribute
 * @text: of the value when it was read
 */
struct simple_attr {
	int (*get)(void *data, u64 *val);
	int (*set)(void *data, u64 val);
	void *data;
	const char *fmt;
	char text[24];
	struct mutex lock;
};

/**
 * simple_attr_open() - ->open() of DEFINE_SIMPLE_ATTRIBUTE()
 * @inode: its i_private goes to @get and @set
 * @file: file
 * @get: reads the value, or NULL
 * @set: writes it, or NULL
 * @fmt: format of a value
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int simple_attr_open(struct inode *inode, struct file *file, int (*get)(void *, u64 *),
		     int (*set)(void *, u64), const char *fmt)
{
	struct simple_attr *attr = kzalloc(sizeof(*attr), GFP_KERNEL);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->fmt = fmt;
	mutex_init(&attr->lock);
	file->private_data = attr;
	return nonseekable_open(inode, file);
}
EXPORT_SYMBOL_GPL(simple_attr_open);

/** simple_attr_release() - ->release() of DEFINE_SIMPLE_ATTRIBUTE() */
int simple_attr_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}
EXPORT_SYMBOL_GPL(simple_attr_release);

/** simple_attr_read() - ->read() of DEFINE_SIMPLE_ATTRIBUTE() */
ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	ssize_t ret = 0;
	u64 val;

	if (!attr->get)
		return -EACCES;
	mutex_lock(&attr->lock);
	if (!*ppos) { /* further reads go on with the same text */
		ret = attr->get(attr->data, &val);
		if (!ret)
			snprintf(attr->text, sizeof(attr->text), attr->fmt,
				 (unsigned long long)val);
	}
	if (!ret)
		ret = simple_read_from_buffer(buf, len, ppos, attr->text, strlen(attr->text));
	mutex_unlock(&attr->lock);
	return ret;
}
EXPORT_SYMBOL_GPL(simple_attr_read);

/** simple_attr_write() - ->write() of DEFINE_SIMPLE_ATTRIBUTE() */
ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len, loff_t *ppos)
{
	struct simple_attr *attr = file->private_data;
	char text[24];
	size_t n = min(sizeof(text) - 1, len);
	unsigned long long val;
	ssize_t ret;

	if (!attr->set)
		return -EACCES;
	if (copy_from_user(text, buf, n))
		return -EFAULT;
	text[n] = '\0';
	ret = kstrtoull(text, 0, &val);
	if (ret)
		return ret;
	mutex_lock(&attr->lock);
	ret = attr->set(attr->data, val);
	mutex_unlock(&attr->lock);
	return ret ?: len;
}
EXPORT_SYMBOL_GPL(simple_attr_write);
