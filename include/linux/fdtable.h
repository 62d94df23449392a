/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FDTABLE_H
#define _LINUX_FDTABLE_H

#include <linux/fs.h>
#include <linux/file.h>
#include <linux/bitmap.h>

/**
 * struct ls_fd - one slot of the table
 * @file: NULL while the number is only reserved
 * @used: the number is taken
 * @cloexec: O_CLOEXEC was asked for
 * @track: a reserved or open number is a leak at the end of a case
 */
struct ls_fd {
	struct file *file;
	bool used;
	bool cloexec;
	struct ls_track track;
};

/**
 * struct files_struct - descriptors of a task, or of several that share them
 * @count: tasks that share it
 * @file_lock: protects the table
 * @next_fd: no free number below
 * @max_fds: slots in @fd
 * @limit: highest number plus one, as RLIMIT_NOFILE; beyond it is -EMFILE
 * @fd: slots; grows in place of a copy
 */
struct files_struct {
	atomic_t count;
	spinlock_t file_lock;
	unsigned int next_fd;
	unsigned int max_fds;
	unsigned int limit;
	struct ls_fd **fd;
};

extern struct files_struct init_files;

int iterate_fd(struct files_struct *files, unsigned int n,
	       int (*fn)(const void *arg, struct file *file, unsigned int fd), const void *arg);
struct files_struct *ls_files_create(void);
void ls_files_put(struct files_struct *files);

#endif /* _LINUX_FDTABLE_H */
