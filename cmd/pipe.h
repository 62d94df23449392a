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
/* In it: the parent decides when to stop; and without it there is nobody to work for. */
void worker_begin(void);
/* In it: start a thread of the host world, which no signal disturbs. */
void worker_thread(void *(*fn)(void *arg));
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

/* Header of each record in the pipe. */
struct record {
	unsigned int type; /* enum ls_event, or of the verb's own */
	unsigned int len;
	int in_case; /* it came from a case, not from the init of a module and the like */
};

/* Where pipe_send() sends to. */
void pipe_send_to(int fd);
/* Send a record, whole. Any thread, any context. */
void pipe_send(unsigned int type, int in_case, const void *data, unsigned long len);

#endif /* LS_CMD_PIPE_H */
