/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_PIPE_H
#define LS_CMD_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Fork a worker with a pipe from it to us: its end is *@fd there, our end here. 0 in the
 * worker, -1 with the reason printed.
 */
pid_t worker_fork(int *fd);
/* Wait for its end; the status as of waitpid(). */
int worker_wait(pid_t pid);

/**
 * struct patience - how long to wait for a worker
 * @goes_on: asked before each wait, and every @ms of it; false: it is no use
 * @arg: for @goes_on
 * @ms: milliseconds
 */
struct patience {
	bool (*goes_on)(void *arg);
	void *arg;
	int ms;
};

/* Read exactly @len bytes. False at the end of the pipe, or of our patience. */
bool pipe_read(int fd, void *buf, size_t len, const struct patience *patience);

#endif /* LS_CMD_PIPE_H */
