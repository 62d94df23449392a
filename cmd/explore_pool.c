// SPDX-License-Identifier: MIT
/*
 * Those who explore one case together. With a strategy that covers the case, one worker begins;
 * whenever another is idle it gives part of what is left to it. By chance, each worker has a seed
 * of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "explore_ranks.h"

#define SPLIT_S  0.05 /* how long a worker is left alone */
#define RANKS_MS 3    /* between looks at other ranks */

struct pool {
	const struct explore *x;
	const struct one_case *c;
	struct explored *out;
	struct jobs queue;
	struct worker **workers;
	int nr, running;
	double begun;
	bool stopping;
};

/* --- parts that nobody does yet ---------------------------------------------------- */

void jobs_put(struct jobs *jobs, const void *data, size_t size)
{
	jobs->job = realloc(jobs->job, (jobs->nr + 1) * sizeof(*jobs->job));
	if (!jobs->job)
		exit(trouble("out of memory"));
	jobs->job[jobs->nr].data = xalloc(size);
	jobs->job[jobs->nr].size = size;
	if (size)
		memcpy(jobs->job[jobs->nr].data, data, size);
	jobs->nr++;
}

void jobs_put_whole(struct jobs *jobs)
{
	jobs_put(jobs, NULL, 0);
	free(jobs->job[jobs->nr - 1].data);
	jobs->job[jobs->nr - 1].data = NULL;
}

struct job jobs_take(struct jobs *jobs)
{
	struct job first = jobs->job[0];

	memmove(jobs->job, jobs->job + 1, --jobs->nr * sizeof(*jobs->job));
	return first;
}

void jobs_free(struct jobs *jobs)
{
	while (jobs->nr)
		free(jobs->job[--jobs->nr].data);
	free(jobs->job);
	jobs->job = NULL;
}

/* --- limits -------------------------------------------------------------------------- */

static bool covers(const struct explore *x)
{
	return x->how.strategy == LS_DPOR || x->how.strategy == LS_DFS || x->how.strategy == LS_BOUND;
}

/* What a worker may do that starts now. @index: of those by chance. */
static struct ls_explore limits(const struct pool *p, int index)
{
	struct ls_explore how = p->x->how;

	if (how.max_seconds) {
		how.max_seconds -= ranks_now() - p->begun;
		if (how.max_seconds <= 0)
			how.max_seconds = 1e-9;
	}
	if (covers(p->x)) {
		if (how.max_executions)
			how.max_executions -= p->out->counts.executions;
	} else {
		how.seed = how.seed * p->nr + index;
		if (how.max_executions)
			how.max_executions = (how.max_executions + p->nr - 1 - index) / p->nr;
		how.fingerprints |= p->nr > 1;
	}
	return how;
}

static unsigned long long executions(const struct pool *p)
{
	unsigned long long sum = p->out->counts.executions;

	for (int i = 0; i < p->nr; i++)
		sum += p->workers[i] ? p->workers[i]->shared->counts.executions : 0;
	return sum;
}

static void stop_all(struct pool *p, const char *why)
{
	p->stopping = true;
	if (p->queue.nr || p->running) {
		p->out->counts.exhaustive = false;
		snprintf(p->out->why_not, sizeof(p->out->why_not), "%s", why);
	}
	jobs_free(&p->queue);
	for (int i = 0; i < p->nr; i++) {
		if (p->workers[i])
			worker_stop(p->workers[i]);
	}
}

/* Each worker knows its own limits; these are those of all together. */
static void check_limits(struct pool *p)
{
	const struct ls_explore *how = &p->x->how;

	if (p->stopping)
		return;
	if (interrupted())
		stop_all(p, "interrupted");
	else if (p->out->error[0])
		stop_all(p, "it cannot be explored");
	else if (p->out->nr_findings && !how->keep_going)
		stop_all(p, "stopped at the first failure");
	else if (how->max_executions && executions(p) >= how->max_executions && p->queue.nr)
		stop_all(p, "limit of executions");
	else if (how->max_seconds && ranks_now() - p->begun > how->max_seconds && p->queue.nr)
		stop_all(p, "limit of time");
}

static void show(const struct pool *p)
{
	struct explore_counts n = p->out->counts;

	n.seconds = ranks_now() - p->begun;
	for (int i = 0; i < p->nr; i++) {
		const struct explore_counts *w;

		if (!p->workers[i])
			continue;
		w = &p->workers[i]->shared->counts;
		n.executions += w->executions;
		n.classes += w->classes;
		if (w->max_depth > n.max_depth)
			n.max_depth = w->max_depth;
	}
	explore_progress(p->out->name, &n);
}

/* --- the pool ------------------------------------------------------------------------- */

/* Slots behind our own workers are those of other ranks. */
static bool start(struct pool *p, int i, struct job job)
{
	struct ls_explore how = limits(p, i);
	int near = p->nr - ranks_others();

	if (i < near)
		p->workers[i] = explore_start(p->x, &how, p->c, job, p->out, &p->queue, false);
	else
		p->workers[i] = ranks_start(i - near + 1, p->c->unit, &how, job, p->out, &p->queue);
	if (p->workers[i])
		p->workers[i]->begun = ranks_now();
	p->running += p->workers[i] != NULL;
	return p->workers[i] != NULL;
}

static bool start_first(struct pool *p)
{
	struct ls_explore how = limits(p, 0);
	int nr = covers(p->x) ? 1 : p->nr;

	if (p->x->nr_shards)
		return explore_shard(p->x, &how, p->c, p->out, &p->queue);

	for (int i = 0; i < nr; i++) {
		if (!start(p, i, (struct job){ 0 }))
			return false;
	}
	return true;
}

static bool is_lost(const struct pool *p, int i)
{
	int near = p->nr - ranks_others();

	return i >= near && ranks_lost(i - near + 1);
}

/* A part is a process that boots: what will be over in a moment is left alone. */
static double worth_splitting(void)
{
	static double seconds = -1;
	const char *ms = getenv("LOCKSTEP_SPLIT_MS");

	if (seconds < 0)
		seconds = ms ? atof(ms) / 1e3 : SPLIT_S;
	return seconds;
}

/* Whoever is idle gets a part; if there is none, those who work are asked for one. */
static bool feed(struct pool *p)
{
	bool hungry = false;

	for (int i = 0; i < p->nr && !p->stopping; i++) {
		if (p->workers[i])
			continue;
		if (is_lost(p, i))
			continue;
		if (p->queue.nr && !start(p, i, jobs_take(&p->queue)))
			return false;
		hungry |= !p->workers[i];
	}
	for (int i = 0; i < p->nr && hungry && covers(p->x); i++) {
		if (p->workers[i] && ranks_now() - p->workers[i]->begun > worth_splitting())
			worker_split(p->workers[i]);
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The same class may have come to several. */
static void unite_classes(struct explored *out)
{
	size_t nr = 0;

	if (!out->nr_classes)
		return;
	qsort(out->classes, out->nr_classes, sizeof(*out->classes), compare);
	for (size_t i = 0; i < out->nr_classes; i++) {
		if (!i || out->classes[i] != out->classes[i - 1])
			out->classes[nr++] = out->classes[i];
	}
	out->nr_classes = nr;
	out->counts.classes = nr;
}

static int wait(struct pool *p)
{
	int over;

	if (!ranks_others())
		return explore_wait(p->workers, p->nr);
	over = explore_wait_ms(p->workers, p->nr, RANKS_MS);
	return over >= 0 ? over : ranks_poll(p->workers, p->nr);
}

int explore_case(const struct explore *x, const struct one_case *c, struct explored *out)
{
	struct pool p = { .x = x, .c = c, .out = out, .begun = ranks_now(),
			  .nr = (x->jobs ? x->jobs : 1) + ranks_others() };
	bool ok;

	out->counts.exhaustive = true;
	p.workers = xalloc(p.nr * sizeof(*p.workers));
	ok = start_first(&p);
	while (ok && (p.running || p.queue.nr)) {
		ok = feed(&p);
		p.running -= wait(&p) >= 0;
		check_limits(&p);
		show(&p);
	}
	explore_progress(NULL, NULL);
	jobs_free(&p.queue);
	free(p.workers);
	unite_classes(out);
	out->counts.seconds = ranks_now() - p.begun;
	return ok ? 0 : EXIT_TROUBLE;
}
