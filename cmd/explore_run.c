// SPDX-License-Identifier: MIT
/*
 * The parent of the workers that explore a case: see exploring.h.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "explore_messages.h"
#include "replay.h"

#define STOP_MS 3000 /* for a worker to come to an end when it is told to */

/* Milliseconds since an interrupt was seen. */
static int stopping_ms;

static void *grow(void *p, size_t nr, size_t size)
{
	p = realloc(p, nr * size);
	if (!p)
		exit(trouble("out of memory"));
	return p;
}

static void add_report(struct finding *f, const struct ls_report *r)
{
	f->reports = grow(f->reports, f->nr_reports + 1, sizeof(*r));
	f->reports[f->nr_reports++] = *r;
}

static void finding_free(struct finding *f)
{
	free(f->reports);
	strv_free(&f->lines);
	free(f->schedule);
	if (f->replayed)
		replayed_free(f->replayed);
	free(f->replayed);
	free(f->file);
	*f = (struct finding){ 0 };
}

static struct finding *find(const struct explored *out, uint64_t key)
{
	for (size_t i = 0; i < out->nr_findings; i++) {
		if (out->findings[i].key == key)
			return &out->findings[i];
	}
	return NULL;
}

/* Another worker may have been faster. */
static void add_finding(struct worker *w, const struct explore_found *found)
{
	struct explored *out = w->out;

	w->told |= found->verdict == LS_VERDICT_CRASH || found->verdict == LS_VERDICT_SPIN;
	if (find(out, found->key)) {
		finding_free(&w->next);
		return;
	}
	w->next.key = found->key;
	w->next.verdict = found->verdict;
	/* What those before it have done, and it itself. */
	w->next.execution = out->counts.executions + found->execution;
	out->findings = grow(out->findings, out->nr_findings + 1, sizeof(w->next));
	out->findings[out->nr_findings++] = w->next;
	w->next = (struct finding){ 0 };
}

static void add_seen(struct explored *out, const struct explore_seen *seen)
{
	struct finding *f = find(out, seen->key);

	if (f)
		f->seen += seen->seen;
}

static void set_choices(struct finding *f, const void *data, size_t len)
{
	f->nr_schedule = len / sizeof(*f->schedule);
	f->schedule = grow(f->schedule, f->nr_schedule + 1, sizeof(*f->schedule));
	memcpy(f->schedule, data, len);
}

static void add_classes(struct explored *out, const void *data, size_t len)
{
	size_t nr = len / sizeof(*out->classes);

	out->classes = grow(out->classes, out->nr_classes + nr, sizeof(*out->classes));
	memcpy(out->classes + out->nr_classes, data, len);
	out->nr_classes += nr;
}

static void add_counts(struct explored *out, const struct explore_counts *n)
{
	struct explore_counts *sum = &out->counts;

	sum->last_new = sum->executions + n->last_new;
	sum->executions += n->executions;
	sum->blocked += n->blocked;
	sum->cut_by_bound += n->cut_by_bound;
	sum->steps += n->steps;
	sum->classes += n->classes;
	if (n->max_depth > sum->max_depth)
		sum->max_depth = n->max_depth;
	if (n->nr_tasks > sum->nr_tasks)
		sum->nr_tasks = n->nr_tasks;
	if (n->observed > sum->observed)
		sum->observed = n->observed;
	sum->exhaustive &= n->exhaustive;
	sum->complete = n->complete;
}

static void take_end(struct worker *w, const struct explore_end *end)
{
	w->ended = true;
	add_counts(w->out, &end->counts);
	if (end->why_not[0] && !w->out->why_not[0])
		memcpy(w->out->why_not, end->why_not, sizeof(end->why_not));
	if (end->failed && !w->out->error[0])
		memcpy(w->out->error, end->error, sizeof(end->error));
}

void explore_take(struct worker *w, const struct record *rec, const void *data)
{
	switch (rec->type) {
	case LS_EVENT_LINE:
		if (rec->in_case)
			strv_add(&w->next.lines, data);
		else
			ktap_line(data);
		break;
	case LS_EVENT_FATAL:
	case LS_EVENT_REPORT:
		if (rec->in_case)
			add_report(&w->next, data);
		else
			ktap_report(data, "the init of a module or suite", false);
		break;
	case EXPLORE_CHOICES:
		set_choices(&w->next, data, rec->len);
		break;
	case EXPLORE_FINDING:
		add_finding(w, data);
		break;
	case EXPLORE_SEEN:
		add_seen(w->out, data);
		break;
	case EXPLORE_JOB:
		jobs_put(w->given, data, rec->len);
		break;
	case EXPLORE_CLASSES:
		add_classes(w->out, data, rec->len);
		break;
	case EXPLORE_END:
		take_end(w, data);
		break;
	default:
		break;
	}
}

/* In the middle of a record: the rest is on its way, unless the worker hangs for good. */
static bool until_stopped(void *arg)
{
	static double since;

	if (interrupted() && !since)
		since = ranks_now();
	if (since)
		stopping_ms = (ranks_now() - since) * 1000;
	return stopping_ms <= STOP_MS;
}

/* False when there will be no more. */
static bool read_record(struct worker *w)
{
	static const struct patience patience = { until_stopped, NULL, PATIENCE_MS };
	struct record rec;
	void *data;
	bool whole;

	if (!pipe_read(w->fd, &rec, sizeof(rec), &patience))
		return false;
	data = xalloc(rec.len + 1UL);
	whole = pipe_read(w->fd, data, rec.len, &patience);
	if (whole)
		explore_take(w, &rec, data);
	free(data);
	return whole;
}

/* --- a worker that did not come to its end ---------------------------------------------- */

static void bury(struct worker *w, int status)
{
	struct explored *out = w->out;
	struct explore_found found = { .key = 1, .verdict = LS_VERDICT_CRASH };

	add_counts(out, &w->shared->counts);
	out->counts.exhaustive = false;
	if (!out->why_not[0])
		snprintf(out->why_not, sizeof(out->why_not), "%s", interrupted() ? "interrupted" :
			 "the case ended its process");
	/* What ended it has said so itself. */
	if (interrupted() || w->told)
		return;
	if (!w->shared->alive && !w->shared->nr_live) {
		snprintf(out->error, sizeof(out->error),
			 "the worker died before the case began; `lockstep test` may tell why");
		return;
	}
	if (WIFSIGNALED(status))
		strv_addf(&w->next.lines, "the case ended its process: %s",
			  strsignal(WTERMSIG(status)));
	else
		strv_addf(&w->next.lines, "the case ended its process with status %d",
			  WEXITSTATUS(status));
	set_choices(&w->next, w->shared->live, w->shared->nr_live * sizeof(w->shared->live[0]));
	found.execution = 1; /* behind those that were counted above */
	add_finding(w, &found);
	out->findings[out->nr_findings - 1].seen = 1;
}

/* --- workers ------------------------------------------------------------------------------ */

static void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(trouble("no memory to share with workers: %s", strerror(errno)));
	return p;
}

struct worker *explore_start(const struct explore *x, const struct ls_explore *how,
			     const struct one_case *c, struct job job, struct explored *out,
			     struct jobs *given, bool generous)
{
	struct worker *w = xalloc(sizeof(*w));
	struct ls_explore mine = *how;

	w->out = out;
	w->job = job;
	w->given = given;
	mine.job = job.data;
	mine.job_size = job.size;
	w->shared = share(sizeof(*w->shared));
	w->shared->generous = generous;
	w->shared->split = generous;
	w->pid = worker_fork(&w->fd);
	if (!w->pid)
		explore_worker(x, &mine, c, w->shared, w->fd);
	if (w->pid > 0)
		return w;
	munmap(w->shared, sizeof(*w->shared));
	free(job.data);
	free(w);
	return NULL;
}

/* It sends no more. */
static void finish(struct worker *w)
{
	int status;

	close(w->fd);
	if (!w->ended)
		kill(w->pid, SIGKILL);
	status = worker_wait(w->pid);
	if (!w->ended)
		bury(w, status);
	finding_free(&w->next);
	munmap(w->shared, sizeof(*w->shared));
	free(w->job.data);
	free(w);
}

static void tell_stop(struct worker *const *workers, int nr)
{
	for (int i = 0; i < nr && interrupted(); i++) {
		if (workers[i])
			worker_stop(workers[i]);
	}
}

static bool is_near(const struct worker *w)
{
	return w && !w->rank;
}

int explore_wait(struct worker **workers, int nr)
{
	return explore_wait_ms(workers, nr, PATIENCE_MS);
}

int explore_wait_ms(struct worker **workers, int nr, int ms)
{
	struct pollfd *fds = xalloc(nr * sizeof(*fds));
	int over = -1;

	for (int i = 0; i < nr; i++)
		fds[i] = (struct pollfd){ .fd = is_near(workers[i]) ? workers[i]->fd : -1,
					  .events = POLLIN };
	tell_stop(workers, nr);
	poll(fds, nr, ms);
	until_stopped(NULL);
	for (int i = 0; i < nr && over < 0; i++) {
		if (!is_near(workers[i]))
			continue;
		if ((fds[i].revents && !read_record(workers[i])) || stopping_ms > STOP_MS)
			over = i;
	}
	free(fds);
	if (over < 0)
		return -1;
	finish(workers[over]);
	workers[over] = NULL;
	return over;
}

void explored_free(struct explored *e)
{
	for (size_t i = 0; i < e->nr_findings; i++)
		finding_free(&e->findings[i]);
	free(e->findings);
	free(e->classes);
	free(e->name);
	*e = (struct explored){ 0 };
}
