// SPDX-License-Identifier: MIT
/* Raw output, and the end of the process. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "lockstep/os.h"

/* An error other than a full pipe loses the rest: there is nowhere to say so. */
void os_write(int fd, const void *buf, unsigned long len)
{
	const char *p = buf;
	int saved = errno;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n > 0) {
			p += n;
			len -= (unsigned long)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd wait = { .fd = fd, .events = POLLOUT };

			poll(&wait, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			break;
		}
	}
	errno = saved;
}

#ifdef LOCKSTEP_COVERAGE
/* Of libgcov. _exit() runs no handlers, so a worker's counters have to be written by hand. */
void __gcov_dump(void);
#endif

void os_exit(int status)
{
#ifdef LOCKSTEP_COVERAGE
	__gcov_dump();
#endif
	_exit(status);
}
