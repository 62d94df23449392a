/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_FILE_H
#define _LINUX_FILE_H

/*
 * File descriptors. They are numbers of our own table (one per
 * &struct files_struct), not descriptors of the host.
 */

#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/errno.h>
#include <linux/err.h>
#include <linux/cleanup.h>

struct task_struct;
struct file;
struct files_struct;
struct path;

/**
 * struct fd - a file looked up by number, and whether it must be put
 * @word: the file, with FDPUT_FPUT in the lowest bit (6.12 and later)
 */
struct fd {
#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060c00
	struct file *file;
	unsigned int flags;
#else
	unsigned long word;
#endif
};

#define FDPUT_FPUT	1
#define FDPUT_POS_UNLOCK 2

void fput(struct file *file);
void __fput_sync(struct file *file);
void flush_delayed_fput(void);

struct file *fget(unsigned int fd);
struct file *fget_raw(unsigned int fd);
struct file *fget_task(struct task_struct *task, unsigned int fd);

#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060c00
#define fd_file(f)	((f).file)
#define fd_empty(f)	(!(f).file)
static inline struct fd __ls_make_fd(struct file *file)
{
	return (struct fd){ file, file ? FDPUT_FPUT : 0 };
}
#define __ls_fd_must_put(f)	((f).flags & FDPUT_FPUT)
#else
#define fd_file(f)	((struct file *)((f).word & ~(FDPUT_FPUT | FDPUT_POS_UNLOCK)))
#define fd_empty(f)	(unlikely(!(f).word))
static inline struct fd __ls_make_fd(struct file *file)
{
	return (struct fd){ file ? (unsigned long)file | FDPUT_FPUT : 0 };
}
#define EMPTY_FD	((struct fd){ 0 })
#define __ls_fd_must_put(f)	((f).word & FDPUT_FPUT)
#endif

/**
 * fdget() - look up a descriptor of the current task
 * @fd: number
 *
 * Always takes a reference: the kernel's short cut for single-threaded tasks
 * is not observable. Pair with fdput().
 *
 * Context: any task context.
 * Return: the file, or an empty &struct fd (fd_empty()) if there is none.
 */
static inline struct fd fdget(unsigned int fd)
{
	return __ls_make_fd(fget(fd));
}

static inline struct fd fdget_raw(unsigned int fd)
{
	return __ls_make_fd(fget_raw(fd));
}

/** fdput() - give back what fdget() returned; an empty one is fine. */
static inline void fdput(struct fd f)
{
	if (__ls_fd_must_put(f))
		fput(fd_file(f));
}

DEFINE_CLASS(fd, struct fd, fdput(_T), fdget(fd), int fd)
DEFINE_CLASS(fd_raw, struct fd, fdput(_T), fdget_raw(fd), int fd)

int get_unused_fd_flags(unsigned int flags);
void put_unused_fd(unsigned int fd);
void fd_install(unsigned int fd, struct file *file);
int receive_fd(struct file *file, int __user *ufd, unsigned int o_flags);
int close_fd(unsigned int fd);
struct file *file_close_fd(unsigned int fd);

DEFINE_CLASS(get_unused_fd, int, if (_T >= 0) put_unused_fd(_T), get_unused_fd_flags(flags),
	     unsigned int flags)

#endif /* _LINUX_FILE_H */
