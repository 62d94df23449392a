// SPDX-License-Identifier: MIT
/*
 * The parent of the workers that explore a case: see exploring.h.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exploring.h"
#include "pipe.h"

#define PATIENCE_MS 200	 /* between two lines of progress */
#define STOP_MS	    3000 /* for a worker to come to an end when it is told to */

static struct explore_shared *shared;

int explore_prepare(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return trouble("no memory to share with workers: %s", strerror(errno));
	return 0;
}

/* --- what is read ----------------------------------------------------------------------- */

/* What comes before the record that makes a finding of it. */
struct reading {
	const struct explore *x;
	struct explored *out;
	struct finding next;
	bool ended;
	unsigned int stopping_ms;
};

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
	free(f->file);
	*f = (struct finding){ 0 };
}

static void add_finding(struct reading *in, const struct explore_found *found)
{
	struct explored *out = in->out;

	in->next.key = found->key;
	in->next.verdict = found->verdict;
	in->next.execution = found->execution;
	in->next.seen = 1;
	out->findings = grow(out->findings, out->nr_findings + 1, sizeof(in->next));
	out->findings[out->nr_findings++] = in->next;
	in->next = (struct finding){ 0 };
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

static void take_end(struct reading *in, const struct explore_end *end)
{
	in->ended = true;
	in->out->counts = end->counts;
	memcpy(in->out->why_not, end->why_not, sizeof(end->why_not));
	if (end->failed)
		memcpy(in->out->error, end->error, sizeof(end->error));
}

static void take_record(struct reading *in, const struct record *rec, const void *data)
{
	switch (rec->type) {
	case LS_EVENT_LINE:
		if (rec->in_case)
			strv_add(&in->next.lines, data);
		else
			ktap_line(data);
		break;
	case LS_EVENT_FATAL:
	case LS_EVENT_REPORT:
		if (rec->in_case)
			add_report(&in->next, data);
		else
			ktap_report(data, "the init of a module or suite", false);
		break;
	case EXPLORE_CHOICES:
		set_choices(&in->next, data, rec->len);
		break;
	case EXPLORE_FINDING:
		add_finding(in, data);
		break;
	case EXPLORE_SEEN:
		add_seen(in->out, data);
		break;
	case EXPLORE_END:
		take_end(in, data);
		break;
	default:
		break;
	}
}

/* Between records, several times a second: is it worth to wait? */
static bool goes_on(void *arg)
{
	struct reading *in = arg;

	if (interrupted()) {
		shared->stop = 1;
		in->stopping_ms += PATIENCE_MS;
	}
	explore_progress(in->out->name, &shared->counts);
	return in->stopping_ms <= STOP_MS;
}

static void read_records(int fd, struct reading *in)
{
	const struct patience patience = { goes_on, in, PATIENCE_MS };
	static union {
		struct ls_report report;
		char bytes[SCHEDULE_MAX * sizeof(struct ls_choice)];
	} data;
	struct record rec;

	while (pipe_read(fd, &rec, sizeof(rec), &patience) && rec.len <= sizeof(data) &&
	       pipe_read(fd, &data, rec.len, &patience))
		take_record(in, &rec, &data);
	explore_progress(NULL, NULL);
}

/* --- a worker that did not come to its end ---------------------------------------------- */

/* The schedule that killed it stands in shared memory. */
static void bury(struct reading *in, int status)
{
	struct explored *out = in->out;
	struct explore_found found = { .key = 1, .verdict = LS_VERDICT_CRASH };
	bool told = out->nr_findings > 0;

	out->counts = shared->counts;
	snprintf(out->why_not, sizeof(out->why_not), "%s", interrupted() ? "interrupted" :
		 "the case ended its process");
	/* What ended it has said so itself. */
	if (interrupted() || told)
		return;
	if (!shared->nr_schedule && !shared->alive) {
		snprintf(out->error, sizeof(out->error), "a worker died before the case began");
		return;
	}
	if (WIFSIGNALED(status))
		strv_addf(&in->next.lines, "the case ended its process: %s",
			  strsignal(WTERMSIG(status)));
	else
		strv_addf(&in->next.lines, "the case ended its process with status %d",
			  WEXITSTATUS(status));
	set_choices(&in->next, shared->schedule, shared->nr_schedule * sizeof(*shared->schedule));
	found.execution = shared->counts.executions + 1;
	add_finding(in, &found);
}

int explore_case(const struct explore *x, const struct one_case *c, struct explored *out)
{
	struct reading in = { .x = x, .out = out };
	int fd, status;
	pid_t pid;

	memset(shared, 0, offsetof(struct explore_shared, schedule));
	pid = worker_fork(&fd);
	if (pid < 0)
		return EXIT_TROUBLE;
	if (!pid)
		explore_worker(x, c, shared, fd);
	read_records(fd, &in);
	close(fd);
	if (!in.ended)
		kill(pid, SIGKILL);
	status = worker_wait(pid);
	if (!in.ended)
		bury(&in, status);
	finding_free(&in.next);
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
