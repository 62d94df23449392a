/* SPDX-License-Identifier: MIT */
/*
 * Copies between memory whose other end may not be there. The system does the
 * copy, and tells how far it came.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "lockstep/fibre.h"
#include "lockstep/os.h"

/* Where process_vm_*() is forbidden: through a file, which reports bad memory too. */
static unsigned long copy_through_file(void *to, const void *from, unsigned long n)
{
	unsigned long done = 0;
	int fd = memfd_create("lockstep-copy", MFD_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return 0;
	while (done < n) {
		len = pwrite(fd, (const char *)from + done, n - done, 0);
		if (len <= 0)
			break;
		len = pread(fd, (char *)to + done, len, 0);
		if (len <= 0)
			break;
		done += len;
	}
	close(fd);
	return done;
}

/**
 * os_copy_user() - copy memory that may not be mapped, or not for this access
 * @to: where to
 * @from: where from
 * @n: bytes
 * @to_user: @to is the doubtful end, otherwise @from
 *
 * Returns the number of bytes copied.
 */
unsigned long os_copy_user(void *to, const void *from, unsigned long n, int to_user)
{
	struct iovec here = { to_user ? (void *)from : to, n };
	struct iovec there = { to_user ? to : (void *)from, n };
	pid_t self = getpid(); /* workers fork: do not cache */
	ssize_t len;

	/* The system would find the page read-only, and call that an error. */
	os_snapshot_touch(to, n);
	if (to_user)
		len = process_vm_writev(self, &here, 1, &there, 1, 0);
	else
		len = process_vm_readv(self, &here, 1, &there, 1, 0);
	if (len >= 0)
		return len;
	if (errno == EPERM || errno == ENOSYS || errno == ESRCH)
		return copy_through_file(to, from, n);
	return 0;
}
