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

#include "pipe.h"
#include "replay.h"

#define PATIENCE_MS 200	 /* between two lines of progress */
#define STOP_MS	    3000 /* for a worker to come to an end when it is told to */

/**
 * struct worker - a process that explores a case
 * @pid: of the process
 * @fd: our end of its pipe
 * @shared: memory that both have
 * @out: what it comes to
 * @next: what came before the record that makes a finding of it
 * @ended: it did all it had to
 * @told: it said what ended it
 */
struct worker {
	pid_t pid;
	int fd;
	struct explore_shared *shared;
	struct explored *out;
	struct finding next;
	bool ended, told;
};

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

static void add_finding(struct worker *w, const struct explore_found *found)
{
	struct explored *out = w->out;

	w->told |= found->verdict == LS_VERDICT_CRASH || found->verdict == LS_VERDICT_SPIN;
	w->next.key = found->key;
	w->next.verdict = found->verdict;
	w->next.execution = found->execution;
	w->next.seen = 1;
	out->findings = grow(out->findings, out->nr_findings + 1, sizeof(w->next));
	out->findings[out->nr_findings++] = w->next;
	w->next = (struct finding){ 0 };
}

static void add_seen(struct explored *out, const struct explore_seen *seen)
{
	for (size_t i = 0; i < out->nr_findings; i++) {
		if (out->findings[i].key == seen->key)
			out->findings[i].seen = seen->seen;
	}
}

static void set_choices(struct finding *f, const void *data, size_t len)
{
	f->nr_schedule = len / sizeof(*f->schedule);
	f->schedule = grow(f->schedule, f->nr_schedule + 1, sizeof(*f->schedule));
	memcpy(f->schedule, data, len);
}

static void take_end(struct worker *w, const struct explore_end *end)
{
	w->ended = true;
	w->out->counts = end->counts;
	memcpy(w->out->why_not, end->why_not, sizeof(end->why_not));
	if (end->failed)
		memcpy(w->out->error, end->error, sizeof(end->error));
}

static void take_record(struct worker *w, const struct record *rec, const void *data)
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
	if (interrupted())
		stopping_ms += PATIENCE_MS;
	return stopping_ms <= STOP_MS;
}

/* False when there will be no more. */
static bool read_record(struct worker *w)
{
	static const struct patience patience = { until_stopped, NULL, PATIENCE_MS };
	static union {
		struct ls_report report;
		char bytes[SCHEDULE_MAX * sizeof(struct ls_choice)];
	} data;
	struct record rec;

	if (!pipe_read(w->fd, &rec, sizeof(rec), &patience) || rec.len > sizeof(data) ||
	    !pipe_read(w->fd, &data, rec.len, &patience))
		return false;
	take_record(w, &rec, &data);
	return true;
}

/* --- a worker that did not come to its end ---------------------------------------------- */

static void bury(struct worker *w, int status)
{
	struct explored *out = w->out;
	struct explore_found found = { .key = 1, .verdict = LS_VERDICT_CRASH };

	out->counts = w->shared->counts;
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
	found.execution = w->shared->counts.executions + 1;
	add_finding(w, &found);
}

/* --- workers ------------------------------------------------------------------------------ */

static void *share(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(trouble("no memory to share with workers: %s", strerror(errno)));
	return p;
}

struct worker *explore_start(const struct explore *x, const struct one_case *c, struct explored *out)
{
	struct worker *w = xalloc(sizeof(*w));

	w->out = out;
	w->shared = share(sizeof(*w->shared));
	w->pid = worker_fork(&w->fd);
	if (!w->pid)
		explore_worker(x, c, w->shared, w->fd);
	if (w->pid > 0)
		return w;
	munmap(w->shared, sizeof(*w->shared));
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
	free(w);
}

static void tell_stop(struct worker *const *workers, int nr)
{
	for (int i = 0; i < nr && interrupted(); i++) {
		if (workers[i])
			workers[i]->shared->stop = 1;
	}
}

int explore_wait(struct worker **workers, int nr)
{
	struct pollfd *fds = xalloc(nr * sizeof(*fds));
	int over = -1;

	while (over < 0) {
		for (int i = 0; i < nr; i++)
			fds[i] = (struct pollfd){ .fd = workers[i] ? workers[i]->fd : -1,
						  .events = POLLIN };
		tell_stop(workers, nr);
		poll(fds, nr, PATIENCE_MS);
		until_stopped(NULL);
		for (int i = 0; i < nr && over < 0; i++) {
			if (!workers[i])
				continue;
			explore_progress(workers[i]->out->name, &workers[i]->shared->counts);
			if ((fds[i].revents && !read_record(workers[i])) || stopping_ms > STOP_MS)
				over = i;
		}
	}
	explore_progress(NULL, NULL);
	finish(workers[over]);
	workers[over] = NULL;
	free(fds);
	return over;
}

int explore_case(const struct explore *x, const struct one_case *c, struct explored *out)
{
	struct worker *w = explore_start(x, c, out);

	if (!w)
		return EXIT_TROUBLE;
	explore_wait(&w, 1);
	return 0;
}

void explored_free(struct explored *e)
{
	for (size_t i = 0; i < e->nr_findings; i++)
		finding_free(&e->findings[i]);
	free(e->findings);
	free(e->name);
	*e = (struct explored){ 0 };
}

/* --- parameters ---------------------------------------------------------------------------- */

static bool until_interrupt(void *arg)
{
	return !interrupted();
}

int explore_params(const struct run *run, const struct item *item, struct strv *out)
{
	const struct one_case c = { .run = run, .item = item, .param = -1 };
	const struct patience patience = { until_interrupt, NULL, PATIENCE_MS };
	static char data[sizeof(struct ls_report) + 4096] __attribute__((aligned(16)));
	struct record rec;
	bool done = false;
	pid_t pid;
	int fd;

	pid = worker_fork(&fd);
	if (pid < 0)
		return EXIT_TROUBLE;
	if (!pid)
		explore_param_worker(&c, fd);
	while (pipe_read(fd, &rec, sizeof(rec), &patience) && rec.len <= sizeof(data) &&
	       pipe_read(fd, data, rec.len, &patience)) {
		if (rec.type == LS_EVENT_PARAM)
			strv_add(out, ((struct ls_event_param *)data)->desc);
		done |= rec.type == LS_EVENT_DONE;
	}
	close(fd);
	if (!done)
		kill(pid, SIGKILL);
	worker_wait(pid);
	if (!done && !interrupted())
		return trouble("%s.%s: its parameters cannot be listed; `lockstep test` tells why",
			       item->suite_name, item->name);
	return 0;
}
