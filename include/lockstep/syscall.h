/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_SYSCALL_H
#define LOCKSTEP_SYSCALL_H

/**
 * DOC: acting as a client
 *
 * What a program does with system calls, a test does with these functions, from
 * any task: descriptors are numbers of the task's own table, and user pointers are
 * ordinary ones. Errors come back as -errno. When the outermost call returns,
 * files whose last reference it dropped have been released, as on the way back
 * to user space.
 *
 * ls_mmap() maps and populates at once. Pages that a driver zaps later
 * (unmap_mapping_range()) are faulted in again when the test touches them, by
 * copy_{from,to}_user() and by ls_fault(), which returns an error where touching the
 * page would crash.
 */

#include <linux/types.h>
#include <uapi/linux/poll.h>

struct file;
struct files_struct;
struct vm_area_struct;

/* Protections and flags of mmap(2) */
#define PROT_NONE	0x0
#define PROT_READ	0x1
#define PROT_WRITE	0x2
#define PROT_EXEC	0x4
#define MAP_SHARED	0x01
#define MAP_PRIVATE	0x02
#define MAP_FIXED	0x10
#define MAP_ANONYMOUS	0x20

int ls_open(const char *path, int flags);
int ls_close(int fd);
int ls_dup(int fd);
long ls_ioctl(int fd, unsigned int cmd, void *arg);
ssize_t ls_read(int fd, void *buf, size_t len);
ssize_t ls_write(int fd, const void *buf, size_t len);
loff_t ls_lseek(int fd, loff_t offset, int whence);
int ls_poll(struct pollfd *fds, unsigned int nr, int timeout_ms);
void *ls_mmap(int fd, size_t len, int prot, int flags, loff_t offset);
void *ls_mmap_file(struct file *file, size_t len, int prot, int flags, loff_t offset);
int ls_munmap(void *addr, size_t len);
int ls_fault(void *addr, int write);

/* From a signal handler: 0 when @addr was a client mapping and is present now. */
int ls_handle_fault(unsigned long addr, int write);

/* Reads a file of debugfs whole: bytes stored (always terminated), or -errno. */
ssize_t ls_debugfs_read(const char *path, char *buf, size_t len);

/* A client of its own: a new, empty descriptor table for the current task. */
int ls_unshare_files(void);


#endif /* LOCKSTEP_SYSCALL_H */
