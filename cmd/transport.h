/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_TRANSPORT_H
#define LS_CMD_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct transport - messages between the processes that mpirun has started
 * @rank: ours
 * @size: how many there are
 * @send: Send @len bytes to a rank. Does not wait for it, nor notice that it is gone.
 * @receive: One message, if there is any: who sent it, and its bytes, which the caller frees.
 * @end: No more messages. @all: every rank is still there.
 *
 * Open MPI has a large library and much to say at start, so it is not linked with the command: this
 * table is in a module of its own, lockstep_mpi.so, which is loaded under mpirun only.
 */
struct transport {
	int rank, size;
	void (*send)(int to, const void *data, size_t len);
	bool (*receive)(int *from, void **data, size_t *len);
	void (*end)(bool all);
};

/* What the module exports: begin, or NULL. */
const struct transport *lockstep_transport(void);

#endif /* LS_CMD_TRANSPORT_H */
