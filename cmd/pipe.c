// SPDX-License-Identifier: MIT
/*
 * A worker process and the pipe that it speaks through.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"
#include "pipe.h"

pid_t worker_fork(int *fd)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC)) {
		trouble("cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		trouble("cannot start a worker: %s", strerror(errno));
		close(fds[0]);
		close(fds[1]);
		return -1;
	}
	close(fds[!!pid]);
	*fd = fds[!pid];
	return pid;
}

int worker_wait(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* False when there is no input to come. */
static bool wait_input(int fd, const struct patience *patience)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	for (;;) {
		int n;

		if (!patience->goes_on(patience->arg))
			return false;
		n = poll(&pfd, 1, patience->ms);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
	}
}

bool pipe_read(int fd, void *buf, size_t len, const struct patience *patience)
{
	for (char *p = buf; len;) {
		ssize_t n;

		if (!wait_input(fd, patience))
			return false;
		n = read(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}
