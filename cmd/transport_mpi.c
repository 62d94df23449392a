// SPDX-License-Identifier: MIT
/*
 * lockstep_mpi.so: messages by Open MPI. See transport.h.
 *
 * Nothing here waits for another rank: one that has died would be waited for in vain, and
 * Open MPI 4 does not say so. Messages on their way are kept until they have left.
 */
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transport.h"

#define TAG	7
#define LAST_MS 1000 /* for messages to ranks of which one is gone */

struct letter {
	struct letter *next;
	MPI_Request request;
	char data[];
};

static struct letter *sent;

/* Forget those that have left. */
static void collect(void)
{
	for (struct letter **p = &sent; *p;) {
		struct letter *l = *p;
		int done = 0;

		if (MPI_Test(&l->request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done) {
			p = &l->next;
			continue;
		}
		*p = l->next;
		free(l);
	}
}

static void mpi_send(int to, const void *data, size_t len)
{
	struct letter *l = malloc(sizeof(*l) + len);

	collect();
	if (!l)
		MPI_Abort(MPI_COMM_WORLD, 2);
	memcpy(l->data, data, len);
	if (MPI_Isend(l->data, (int)len, MPI_BYTE, to, TAG, MPI_COMM_WORLD, &l->request)) {
		free(l);
		return;
	}
	l->next = sent;
	sent = l;
}

static bool mpi_receive(int *from, void **data, size_t *len)
{
	MPI_Status status;
	int there = 0, count = 0;

	collect();
	if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &there, &status) || !there)
		return false;
	MPI_Get_count(&status, MPI_BYTE, &count);
	*data = malloc(count + 1UL);
	if (!*data)
		MPI_Abort(MPI_COMM_WORLD, 2);
	if (MPI_Recv(*data, count, MPI_BYTE, status.MPI_SOURCE, TAG, MPI_COMM_WORLD,
		     MPI_STATUS_IGNORE)) {
		free(*data);
		return false;
	}
	*from = status.MPI_SOURCE;
	*len = count;
	return true;
}

/* Without all of them MPI_Finalize() would wait for ever. */
static void mpi_end(bool all)
{
	for (int i = 0; sent && (all || i < LAST_MS); i++) {
		collect();
		usleep(1000);
	}
	if (all)
		MPI_Finalize();
}

const struct transport *lockstep_transport(void)
{
	static struct transport t = { .send = mpi_send, .receive = mpi_receive, .end = mpi_end };

	if (MPI_Init(NULL, NULL))
		return NULL;
	MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	MPI_Comm_rank(MPI_COMM_WORLD, &t.rank);
	MPI_Comm_size(MPI_COMM_WORLD, &t.size);
	return &t;
}
