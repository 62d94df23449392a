// SPDX-License-Identifier: MIT
/*
 * File descriptors: a table of slots per files_struct.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/fdtable.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <lockstep/point.h>
#include "internal.h"

#define LS_RLIMIT_NOFILE 1024

/* What a task uses that was given no table of its own. */
struct files_struct init_files = {
	.count = ATOMIC_INIT(1),
	.file_lock = __SPIN_LOCK_UNLOCKED(init_files.file_lock),
	.limit = LS_RLIMIT_NOFILE,
};

struct files_struct *ls_current_files(void)
{
	return current->files ?: &init_files;
}

/**
 * ls_files_create() - an empty table, for a client of its own
 *
 * Context: may sleep.
 * Return: the table with one reference, or NULL.
 */
struct files_struct *ls_files_create(void)
{
	struct files_struct *files = kzalloc(sizeof(*files), GFP_KERNEL);

	if (!files)
		return NULL;
	atomic_set(&files->count, 1);
	spin_lock_init(&files->file_lock);
	files->limit = LS_RLIMIT_NOFILE;
	return files;
}

/**
 * ls_files_put() - drop a reference on a table; the last one closes everything in it
 * @files: table; not &init_files
 *
 * Context: may sleep.
 */
void ls_files_put(struct files_struct *files)
{
	unsigned int fd;

	if (!atomic_dec_and_test(&files->count))
		return;
	for (fd = 0; fd < files->max_fds; fd++) {
		struct ls_fd *slot = files->fd[fd];

		if (slot->used)
			ls_track_del(&slot->track);
		if (slot->file)
			filp_close(slot->file, files);
		kfree(slot);
	}
	kfree(files->fd);
	kfree(files);
}

/*
 * Make room for number @fd. Tables only grow, and belong to no test case. Called
 * with file_lock held, which is dropped meanwhile.
 */
static int files_grow(struct files_struct *files, unsigned int fd)
{
	unsigned int max = max(files->max_fds * 2, 64U), old = files->max_fds, i;
	struct ls_fd **table;
	int err = -ENOMEM;

	while (max <= fd)
		max *= 2;
	spin_unlock(&files->file_lock);
	ls_track_pause();
	table = kcalloc(max, sizeof(*table), GFP_KERNEL);
	for (i = old; table && i < max; i++) {
		table[i] = kzalloc(sizeof(**table), GFP_KERNEL);
		if (!table[i])
			goto err_free;
	}
	ls_track_resume();
	spin_lock(&files->file_lock);
	if (!table)
		return -ENOMEM;
	if (files->max_fds != old) {
		/* Somebody else was faster. The caller looks again. */
		err = 0;
		spin_unlock(&files->file_lock);
		ls_track_pause();
		goto err_free;
	}
	if (old)
		memcpy(table, files->fd, old * sizeof(*table));
	swap(table, files->fd);
	files->max_fds = max;
	kfree(table);
	return 0;

err_free:
	while (i-- > old)
		kfree(table[i]);
	kfree(table);
	ls_track_resume();
	spin_lock(&files->file_lock);
	return err;
}

/* With file_lock held: the slot of an open descriptor, else NULL. */
static struct ls_fd *fd_open_slot(struct files_struct *files, unsigned int fd)
{
	struct ls_fd *slot = fd < files->max_fds ? files->fd[fd] : NULL;

	return slot && slot->file ? slot : NULL;
}

static int fd_reserve(struct files_struct *files, unsigned int start, unsigned int flags)
{
	struct ls_fd *slot;
	unsigned int fd;
	int err;

	spin_lock(&files->file_lock);
again:
	fd = max(start, files->next_fd);
	while (fd < files->max_fds && files->fd[fd]->used)
		fd++;
	if (fd >= files->limit) {
		err = -EMFILE;
		goto err_unlock;
	}
	if (fd >= files->max_fds) {
		err = files_grow(files, fd);
		if (err)
			goto err_unlock;
		goto again;
	}
	slot = files->fd[fd];
	slot->used = true;
	slot->cloexec = flags & O_CLOEXEC;
	if (start <= files->next_fd)
		files->next_fd = fd + 1;
	spin_unlock(&files->file_lock);
	ls_track_add(&slot->track, LS_KIND_FILE, "fd", slot, sizeof(*slot));
	return fd;

err_unlock:
	spin_unlock(&files->file_lock);
	return err;
}

/* With file_lock held. */
static void fd_free_locked(struct files_struct *files, unsigned int fd)
{
	struct ls_fd *slot = files->fd[fd];

	ls_track_del(&slot->track);
	slot->file = NULL;
	slot->used = false;
	if (fd < files->next_fd)
		files->next_fd = fd;
}

/**
 * get_unused_fd_flags() - reserve a descriptor
 * @flags: O_CLOEXEC or 0
 *
 * The number is not usable before fd_install(); put_unused_fd() gives it back.
 *
 * Context: may sleep.
 * Return: the lowest free number, or -EMFILE at the limit, -ENOMEM.
 */
int get_unused_fd_flags(unsigned int flags)
{
	return fd_reserve(ls_current_files(), 0, flags);
}
EXPORT_SYMBOL(get_unused_fd_flags);

/**
 * put_unused_fd() - give back a reserved descriptor
 * @fd: number from get_unused_fd_flags()
 *
 * Context: any.
 */
void put_unused_fd(unsigned int fd)
{
	struct files_struct *files = ls_current_files();

	spin_lock(&files->file_lock);
	if (!WARN_ON(fd >= files->max_fds || !files->fd[fd]->used || files->fd[fd]->file))
		fd_free_locked(files, fd);
	spin_unlock(&files->file_lock);
}
EXPORT_SYMBOL(put_unused_fd);

/**
 * fd_install() - make a reserved descriptor an open one
 * @fd: number from get_unused_fd_flags()
 * @file: file; the caller's reference moves to the table
 *
 * From here on clients can use the number, and close it: nothing may fail after.
 *
 * Context: any.
 */
void fd_install(unsigned int fd, struct file *file)
{
	struct files_struct *files = ls_current_files();

	ls_point(LS_OP_STORE, files);
	spin_lock(&files->file_lock);
	BUG_ON(fd >= files->max_fds || !files->fd[fd]->used || files->fd[fd]->file);
	files->fd[fd]->file = file;
	spin_unlock(&files->file_lock);
}
EXPORT_SYMBOL(fd_install);

/**
 * file_close_fd() - take a file out of the table
 * @fd: number
 *
 * Context: any.
 * Return: the file, whose reference is the caller's now, or NULL.
 */
struct file *file_close_fd(unsigned int fd)
{
	struct files_struct *files = ls_current_files();
	struct file *file = NULL;
	struct ls_fd *slot;

	ls_point(LS_OP_RMW, files);
	spin_lock(&files->file_lock);
	slot = fd_open_slot(files, fd);
	if (slot) {
		file = slot->file;
		fd_free_locked(files, fd);
	}
	spin_unlock(&files->file_lock);
	return file;
}
EXPORT_SYMBOL(file_close_fd);

/**
 * close_fd() - close a descriptor
 * @fd: number
 *
 * Context: may sleep.
 * Return: 0, -EBADF if it is not open, or what ->flush() returned.
 */
int close_fd(unsigned int fd)
{
	struct file *file = file_close_fd(fd);

	return file ? filp_close(file, ls_current_files()) : -EBADF;
}
EXPORT_SYMBOL(close_fd);

static struct file *files_fget(struct files_struct *files, unsigned int fd, bool path_too)
{
	struct file *file = NULL;
	struct ls_fd *slot;

	ls_point(LS_OP_LOAD, files);
	spin_lock(&files->file_lock);
	slot = fd_open_slot(files, fd);
	if (slot && (path_too || !(slot->file->f_mode & FMODE_PATH)))
		file = get_file(slot->file);
	spin_unlock(&files->file_lock);
	return file;
}

/**
 * fget() - look up a descriptor
 * @fd: number
 *
 * Context: any.
 * Return: the file with a reference, or NULL if it is not open.
 */
struct file *fget(unsigned int fd)
{
	return files_fget(ls_current_files(), fd, false);
}
EXPORT_SYMBOL(fget);

/** fget_raw() - fget() that also returns files opened with O_PATH */
struct file *fget_raw(unsigned int fd)
{
	return files_fget(ls_current_files(), fd, true);
}
EXPORT_SYMBOL(fget_raw);

/**
 * fget_task() - look up a descriptor of another task
 * @task: that task; must not end meanwhile
 * @fd: number
 *
 * Context: any.
 * Return: the file with a reference, or NULL.
 */
struct file *fget_task(struct task_struct *task, unsigned int fd)
{
	return files_fget(task->files ?: &init_files, fd, true);
}
EXPORT_SYMBOL(fget_task);

/**
 * receive_fd() - open a file that came from elsewhere
 * @file: file; the caller keeps its reference
 * @ufd: client memory for the number, or NULL
 * @o_flags: O_CLOEXEC or 0
 *
 * Context: may sleep.
 * Return: the number, or -EMFILE, -ENOMEM, -EFAULT.
 */
int receive_fd(struct file *file, int __user *ufd, unsigned int o_flags)
{
	int fd = get_unused_fd_flags(o_flags);

	if (fd < 0)
		return fd;
	if (ufd && put_user(fd, ufd)) {
		put_unused_fd(fd);
		return -EFAULT;
	}
	fd_install(fd, get_file(file));
	return fd;
}
EXPORT_SYMBOL_GPL(receive_fd);

/**
 * iterate_fd() - call a function for each open descriptor
 * @files: table
 * @n: first number
 * @fn: called with the table locked; a value other than 0 ends the walk
 * @arg: for @fn
 *
 * Context: any; @fn must not sleep.
 * Return: what @fn returned last, 0 if it was not called.
 */
int iterate_fd(struct files_struct *files, unsigned int n,
	       int (*fn)(const void *arg, struct file *file, unsigned int fd), const void *arg)
{
	int res = 0;

	if (!files)
		return 0;
	spin_lock(&files->file_lock);
	for (; n < files->max_fds && !res; n++)
		if (files->fd[n]->file)
			res = fn(arg, files->fd[n]->file, n);
	spin_unlock(&files->file_lock);
	return res;
}
EXPORT_SYMBOL(iterate_fd);
