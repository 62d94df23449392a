// SPDX-License-Identifier: MIT
/*
 * A worker process and the pipe that it speaks through.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/os.h"
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

void worker_begin(void)
{
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void worker_thread(void *(*fn)(void *arg))
{
	pthread_t thread;
	sigset_t all, old;

	sigfillset(&all);
	sigdelset(&all, SIGSEGV); /* the first write to memory that a snapshot covers */
	pthread_sigmask(SIG_BLOCK, &all, &old);
	if (!pthread_create(&thread, NULL, fn, NULL))
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
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

/* --- the worker's side --------------------------------------------------------------- */

static int send_fd = -1;
static int send_lock;

void pipe_send_to(int fd)
{
	send_fd = fd;
}

/*
 * May be called from a signal handler that interrupted the holder of the lock: after a
 * while it goes on without it. A garbled record ends the reading of a worker that is
 * dying anyway.
 */
static void lock_pipe(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; __atomic_exchange_n(&send_lock, 1, __ATOMIC_ACQUIRE) && i < 200; i++)
		nanosleep(&ms, NULL);
}

void pipe_send(unsigned int type, int in_case, const void *data, unsigned long len)
{
	struct record rec = { .type = type, .len = len, .in_case = in_case };

	lock_pipe();
	os_write(send_fd, &rec, sizeof(rec));
	os_write(send_fd, data, len);
	__atomic_store_n(&send_lock, 0, __ATOMIC_RELEASE);
}
