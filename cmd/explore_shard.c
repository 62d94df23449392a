// SPDX-License-Identifier: MIT
/*
 * --shard I/N: part I of a case, where the other parts are explored elsewhere and nobody speaks to
 * anybody. So each shard makes the same list of jobs, in the same order, and does every N-th.
 *
 * The list is made by workers that give away all they can: what they do themselves is the
 * first way down of each part, which is little. It counts as work of the first shard.
 */
#include <stdlib.h>
#include <string.h>

#include "explore_pool.h"

#define JOBS_A_SHARD 16 /* parts differ in size: more of them even out */
#define PARTS_MAX    64 /* for each shard, that are taken apart */

/* Take a part apart: what it leaves goes to the end of @jobs. */
static bool expand(const struct explore *x, const struct ls_explore *how,
		   const struct one_case *c, struct job job, struct explored *out,
		   struct jobs *jobs)
{
	struct worker *w = explore_start(x, how, c, job, out, jobs, true);

	if (!w)
		return false;
	while (explore_wait(&w, 1) < 0)
		;
	return true;
}

bool explore_shard(const struct explore *x, const struct ls_explore *how,
		   const struct one_case *c, struct explored *out, struct jobs *jobs)
{
	struct explored scrap = { 0 };
	struct jobs mine = { 0 };
	size_t want = (size_t)x->nr_shards * JOBS_A_SHARD;
	size_t parts = (size_t)x->nr_shards * PARTS_MAX;
	bool ok = expand(x, how, c, (struct job){ 0 }, x->shard == 1 ? out : &scrap, jobs);

	while (ok && jobs->nr && jobs->nr < want && parts-- && !interrupted())
		ok = expand(x, how, c, jobs_take(jobs), x->shard == 1 ? out : &scrap, jobs);
	for (size_t i = 0; jobs->nr; i++) {
		struct job job = jobs_take(jobs);

		if (i % x->nr_shards == x->shard - 1)
			jobs_put(&mine, job.data, job.size);
		free(job.data);
	}
	free(jobs->job);
	*jobs = mine;
	if (scrap.error[0])
		memcpy(out->error, scrap.error, sizeof(out->error));
	explored_free(&scrap);
	return ok;
}
