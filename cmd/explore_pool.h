/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_EXPLORE_POOL_H
#define LS_CMD_EXPLORE_POOL_H

#include "exploring.h"
#include "pipe.h"

/**
 * struct job - a part of a search
 * @data: as the engine made it; NULL: all of it
 * @size: bytes
 */
struct job {
	void *data;
	size_t size;
};

/**
 * struct jobs - parts that nobody does yet, oldest first
 */
struct jobs {
	struct job *job;
	size_t nr;
};

void jobs_put(struct jobs *jobs, const void *data, size_t size);
/* All of it. */
void jobs_put_whole(struct jobs *jobs);
/* The oldest one becomes the caller's. */
struct job jobs_take(struct jobs *jobs);
void jobs_free(struct jobs *jobs);

/**
 * struct worker - a process that explores a case, or a part of one
 * @rank: 0, or the rank that it works for: this is a stand-in then
 * @pid: of the process
 * @fd: our end of its pipe
 * @shared: memory that both have
 * @job: its part; kept until it is done
 * @begun: when it got it
 * @out: what it comes to, and what others come to with it
 * @given: where the parts go that it gives away
 * @next: what came before the record that makes a finding of it
 * @ended: it did all it had to
 * @told: it said what ended it
 */
struct worker {
	int rank;
	pid_t pid;
	int fd;
	struct explore_shared *shared;
	struct job job;
	double begun;
	struct explored *out;
	struct jobs *given;
	struct finding next;
	bool ended, told;
};

/* --- explore_run.c: one worker --------------------------------------------------- */

/*
 * Start one. @job becomes the worker's; what it gives away comes to @given; if @generous that is
 * all it can. NULL with the reason printed.
 */
struct worker *explore_start(const struct explore *x, const struct ls_explore *how,
			     const struct one_case *c, struct job job, struct explored *out,
			     struct jobs *given, bool generous);
/*
 * Wait, no longer than PATIENCE_MS, until something comes from one of @workers (those that are
 * NULL are none). The number of one that is done, which is NULL then, or -1.
 */
int explore_wait(struct worker **workers, int nr);
/* The same with a patience of one's own. */
int explore_wait_ms(struct worker **workers, int nr, int ms);
/* What was sent, whichever way it came. */
void explore_take(struct worker *w, const struct record *rec, const void *data);

/* --- explore_shard.c: --shard --------------------------------------------------------- */

/* Put this shard's parts into @jobs. False with the reason printed. */
bool explore_shard(const struct explore *x, const struct ls_explore *how,
		   const struct one_case *c, struct explored *out, struct jobs *jobs);

#define PATIENCE_MS 200 /* between two lines of progress */

#endif /* LS_CMD_EXPLORE_POOL_H */
