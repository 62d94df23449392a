/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_EXPLORE_RANKS_H
#define LS_CMD_EXPLORE_RANKS_H

#include "explore_pool.h"

/**
 * DOC: exploring on many machines
 *
 * `mpirun lockstep explore ...` starts the command as several ranks. Each maps the same modules and
 * lists the same cases. Rank 0 is the parent as ever, with one worker of its own; the others serve: they
 * get a part of a case, have a worker of theirs explore it, and send back what came of it when
 * it is done. Until then rank 0 keeps the part. A rank that is silent for too long is
 * lost, and its parts are done again by others. At the end each says goodbye, as one may have died
 * while it had nothing to do: those that are left do not wait for it in MPI_Finalize().
 */

/* Are we one of several ranks? 0, or EXIT_TROUBLE with the reason printed. After modules are mapped. */
int ranks_begin(void);
/* Other ranks there are, 0 without mpirun. */
int ranks_others(void);
/* We are not rank 0: work for it until it says that all is done. */
bool ranks_serving(void);
void ranks_serve(const struct explore *x, const struct one_case *(*find)(int unit));
/* No more work: the others end. */
void ranks_end(void);

/* --- for the pool of rank 0 ------------------------------------------------------ */

double ranks_now(void);
/* Is it silent for too long? */
bool ranks_lost(int rank);
/* Have @rank do @job of case number @unit; a stand-in for its worker. */
struct worker *ranks_start(int rank, int unit, const struct ls_explore *how, struct job job,
			   struct explored *out, struct jobs *given);
/* Ask a worker, near or far, to give work away, or to stop. */
void worker_split(struct worker *w);
void worker_stop(struct worker *w);
/* What has come from the ranks: the number of a stand-in that is done, which is NULL then, or -1. */
int ranks_poll(struct worker **workers, int nr);

#endif /* LS_CMD_EXPLORE_RANKS_H */
