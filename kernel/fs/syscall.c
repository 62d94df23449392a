// SPDX-License-Identifier: MIT
/*
 * What a client does: the functions of lockstep/syscall.h, without mmap.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/fdtable.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <lockstep/boot.h>
#include <lockstep/syscall.h>
#include "internal.h"

/* Begin a call on a descriptor: its file with a reference, or NULL. */
static struct file *call_begin(struct ls_syscall *call, int fd)
{
	ls_client_enter(call);
	return fd < 0 ? NULL : fget(fd);
}

static long call_end(struct ls_syscall *call, struct file *file, long ret)
{
	if (file)
		fput(file);
	ls_client_exit(call);
	return ret;
}

static struct file *open_path(const char *path, int flags)
{
	if (!strncmp(path, "/dev/", 5))
		return ls_chrdev_open(path + 5, flags);
	if (!strncmp(path, "/sys/kernel/debug/", 18))
		return ls_debugfs_open(path + 18, flags);
	return ERR_PTR(-ENOENT);
}

/**
 * ls_open() - open(2) of a device node below /dev or a file below /sys/kernel/debug
 * @path: path
 * @flags: O_*
 *
 * Context: may sleep.
 * Return: a descriptor, -ENOENT, -EMFILE, -ENOMEM, or what ->open() returned.
 */
int ls_open(const char *path, int flags)
{
	struct ls_syscall call;
	struct file *file;
	int fd;

	ls_client_enter(&call);
	fd = get_unused_fd_flags(flags);
	if (fd >= 0) {
		file = open_path(path, flags & ~O_CLOEXEC);
		if (IS_ERR(file)) {
			put_unused_fd(fd);
			fd = PTR_ERR(file);
		} else {
			fd_install(fd, file);
		}
	}
	ls_client_exit(&call);
	return fd;
}

/**
 * ls_close() - close(2)
 * @fd: descriptor
 *
 * Context: may sleep; a release runs before it returns.
 * Return: 0, -EBADF, or what ->flush() returned.
 */
int ls_close(int fd)
{
	struct ls_syscall call;
	int ret;

	ls_client_enter(&call);
	ret = close_fd(fd);
	ls_client_exit(&call);
	return ret;
}

/**
 * ls_dup() - dup(2)
 * @fd: descriptor
 *
 * Context: may sleep.
 * Return: another descriptor of the same file, -EBADF, -EMFILE, -ENOMEM.
 */
int ls_dup(int fd)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);

	return call_end(&call, file, file ? receive_fd(file, NULL, 0) : -EBADF);
}

/**
 * ls_ioctl() - ioctl(2)
 * @fd: descriptor
 * @cmd: ioctl
 * @arg: its argument
 *
 * Context: may sleep.
 * Return: -EBADF, -ENOTTY, or what the ioctl returned.
 */
long ls_ioctl(int fd, unsigned int cmd, void *arg)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);

	return call_end(&call, file, file ? vfs_ioctl(file, cmd, (unsigned long)arg) : -EBADF);
}

/* Files with an offset are read, written and moved by one task at a time. */
static void pos_lock(struct file *file)
{
	if (!(file->f_mode & FMODE_STREAM))
		mutex_lock(&file->f_pos_lock);
}

static void pos_unlock(struct file *file)
{
	if (!(file->f_mode & FMODE_STREAM))
		mutex_unlock(&file->f_pos_lock);
}

/**
 * ls_read() - read(2)
 * @fd: descriptor
 * @buf: where to
 * @len: bytes
 *
 * Context: may sleep.
 * Return: bytes, -EBADF, -EINVAL, -EFAULT, or what ->read() returned.
 */
ssize_t ls_read(int fd, void *buf, size_t len)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);
	ssize_t ret = -EBADF;

	if (file) {
		pos_lock(file);
		ret = vfs_read(file, buf, len, &file->f_pos);
		pos_unlock(file);
	}
	return call_end(&call, file, ret);
}

/**
 * ls_write() - write(2)
 * @fd: descriptor
 * @buf: where from
 * @len: bytes
 *
 * Context: may sleep.
 * Return: bytes, -EBADF, -EINVAL, -EFAULT, or what ->write() returned.
 */
ssize_t ls_write(int fd, const void *buf, size_t len)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);
	ssize_t ret = -EBADF;

	if (file) {
		pos_lock(file);
		ret = vfs_write(file, buf, len, &file->f_pos);
		pos_unlock(file);
	}
	return call_end(&call, file, ret);
}

/**
 * ls_lseek() - lseek(2)
 * @fd: descriptor
 * @offset: by or to
 * @whence: SEEK_*
 *
 * Context: may sleep.
 * Return: the offset, -EBADF, -ESPIPE, -EINVAL, or what ->llseek() returned.
 */
loff_t ls_lseek(int fd, loff_t offset, int whence)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);
	loff_t ret = -EBADF;

	if (file) {
		pos_lock(file);
		ret = vfs_llseek(file, offset, whence);
		pos_unlock(file);
	}
	return call_end(&call, file, ret);
}

/**
 * ls_mmap() - mmap(2)
 * @fd: descriptor
 * @len: bytes
 * @prot: PROT_*
 * @flags: MAP_SHARED or MAP_PRIVATE
 * @offset: first byte
 *
 * Context: may sleep; takes mmap_lock.
 * Return: the address, or ERR_PTR: -EBADF, or as ls_mmap_file().
 */
void *ls_mmap(int fd, size_t len, int prot, int flags, loff_t offset)
{
	struct ls_syscall call;
	struct file *file = call_begin(&call, fd);
	void *ret = ERR_PTR(-EBADF);

	if (file)
		ret = ls_mmap_file(file, len, prot, flags, offset);
	call_end(&call, file, 0);
	return ret;
}

/**
 * ls_unshare_files() - give the current task a descriptor table of its own
 *
 * A table it had of its own before is closed. It stays until the next call, or
 * until ls_files_put().
 *
 * Context: may sleep.
 * Return: 0, or -ENOMEM.
 */
int ls_unshare_files(void)
{
	struct files_struct *files = ls_files_create(), *old = current->files;
	struct ls_syscall call;

	if (!files)
		return -ENOMEM;
	ls_client_enter(&call);
	current->files = files;
	if (old)
		ls_files_put(old);
	ls_client_exit(&call);
	return 0;
}

/**
 * ls_debugfs_read() - read a file of debugfs whole
 * @path: path below the root of debugfs
 * @buf: where to; terminated with a zero byte
 * @len: bytes in @buf
 *
 * Context: may sleep.
 * Return: length of the text, cut to fit, or -ENOENT, -EINVAL without room, or an error of
 * its ->open() or ->read().
 */
ssize_t ls_debugfs_read(const char *path, char *buf, size_t len)
{
	struct ls_syscall call;
	struct file *file;
	ssize_t n = 0;
	size_t done = 0;

	if (!len)
		return -EINVAL;
	ls_client_enter(&call);
	file = ls_debugfs_open(path, O_RDONLY);
	if (IS_ERR(file)) {
		ls_client_exit(&call);
		return PTR_ERR(file);
	}
	while (done < len - 1) {
		n = kernel_read(file, buf + done, len - 1 - done, &file->f_pos);
		if (n <= 0)
			break;
		done += n;
	}
	buf[done] = '\0';
	return call_end(&call, file, n < 0 ? n : (ssize_t)done);
}

/* --- poll --------------------------------------------------------------------------------- */

/** vfs_poll() - ask a file for its state; one without ->poll() is always ready */
__poll_t vfs_poll(struct file *file, poll_table *pt)
{
	return file->f_op->poll ? file->f_op->poll(file, pt) : DEFAULT_POLLMASK;
}
EXPORT_SYMBOL_GPL(vfs_poll);

/** file_can_poll() - has it a ->poll() of its own? */
bool file_can_poll(struct file *file)
{
	return file->f_op->poll;
}
EXPORT_SYMBOL_GPL(file_can_poll);

/**
 * struct poller - one call of ls_poll()
 * @pt: given to ->poll()
 * @task: who waits
 * @triggered: something happened since the files were asked last
 * @error: a queue could not be joined
 * @entries: queues it is on
 */
struct poller {
	poll_table pt;
	struct task_struct *task;
	int triggered;
	int error;
	struct list_head entries;
};

struct poll_entry {
	wait_queue_entry_t wait;
	wait_queue_head_t *head;
	struct poller *poller;
	__poll_t key;
	struct list_head link;
};

static int poll_wake(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	struct poll_entry *entry = container_of(wait, struct poll_entry, wait);

	if (key && !(key_to_poll(key) & entry->key))
		return 0;
	smp_store_release(&entry->poller->triggered, 1);
	return wake_up_process(entry->poller->task);
}

static void poll_queue(struct file *file, wait_queue_head_t *head, poll_table *pt)
{
	struct poller *poller = container_of(pt, struct poller, pt);
	struct poll_entry *entry = kmalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry) {
		poller->error = -ENOMEM;
		return;
	}
	init_waitqueue_func_entry(&entry->wait, poll_wake);
	entry->head = head;
	entry->poller = poller;
	entry->key = pt->_key;
	list_add(&entry->link, &poller->entries);
	add_wait_queue(head, &entry->wait);
}

static void poll_free(struct poller *poller)
{
	struct poll_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &poller->entries, link) {
		remove_wait_queue(entry->head, &entry->wait);
		kfree(entry);
	}
}

/* Ask every file; returns how many have something to say. */
static int poll_scan(struct poller *poller, struct pollfd *fds, struct file **files,
		     unsigned int nr)
{
	unsigned int i;
	int ready = 0;

	for (i = 0; i < nr; i++) {
		__poll_t want = fds[i].events | EPOLLERR | EPOLLHUP, mask = 0;

		if (files[i]) {
			poller->pt._key = want;
			mask = vfs_poll(files[i], &poller->pt) & want;
		} else if (fds[i].fd >= 0) {
			mask = EPOLLNVAL;
		}
		fds[i].revents = mask;
		if (mask) {
			ready++;
			poller->pt._qproc = NULL;
		}
	}
	/* They are on all queues now. */
	poller->pt._qproc = NULL;
	return ready;
}

static int poll_loop(struct poller *poller, struct pollfd *fds, struct file **files,
		     unsigned int nr, int timeout_ms)
{
	long left = timeout_ms < 0 ? MAX_SCHEDULE_TIMEOUT : msecs_to_jiffies(timeout_ms);
	int ready;

	for (;;) {
		ready = poll_scan(poller, fds, files, nr);
		if (!ready && poller->error)
			return poller->error;
		if (ready || !left)
			return ready;
		if (signal_pending(current))
			return -EINTR;
		set_current_state(TASK_INTERRUPTIBLE);
		if (!smp_load_acquire(&poller->triggered))
			left = schedule_timeout(left);
		__set_current_state(TASK_RUNNING);
		/* What happens from here on is seen by the scan, or triggers again. */
		(void)xchg(&poller->triggered, 0);
	}
}

/**
 * ls_poll() - poll(2)
 * @fds: descriptors; a negative one is skipped
 * @nr: how many
 * @timeout_ms: milliseconds; negative for ever; 0 only looks
 *
 * Context: may sleep, interruptibly.
 * Return: how many descriptors have revents, 0 at the end of the time, -EINTR, -ENOMEM.
 */
int ls_poll(struct pollfd *fds, unsigned int nr, int timeout_ms)
{
	struct poller poller = {
		.pt = { ._qproc = timeout_ms ? poll_queue : NULL },
		.task = current,
		.entries = LIST_HEAD_INIT(poller.entries),
	};
	struct ls_syscall call;
	struct file **files;
	unsigned int i;
	int ret = -ENOMEM;

	ls_client_enter(&call);
	files = kcalloc(max(nr, 1U), sizeof(*files), GFP_KERNEL);
	if (!files)
		goto out;
	for (i = 0; i < nr; i++)
		files[i] = fds[i].fd < 0 ? NULL : fget(fds[i].fd);
	ret = poll_loop(&poller, fds, files, nr, timeout_ms);
	poll_free(&poller);
	for (i = 0; i < nr; i++)
		if (files[i])
			fput(files[i]);
	kfree(files);
out:
	ls_client_exit(&call);
	return ret;
}

/* --- start ----------------------------------------------------------------------------------- */

int ls_fs_init(void)
{
	static int (*const parts[])(void) = {
		ls_inode_init, ls_file_init, ls_anon_inode_init,
		ls_debugfs_init, ls_mmap_init, ls_device_init,
		ls_platform_init,
	};
	unsigned int i;
	int err = 0;

	ls_track_pause();
	for (i = 0; i < ARRAY_SIZE(parts) && !err; i++)
		err = parts[i]();
	ls_track_resume();
	return err;
}
