// SPDX-License-Identifier: MIT
/*
 * One execution by a schedule, in a process of its own: what it does is the case's, and may be
 * its death. Steps and reports come back through a pipe; even a crash sends them first.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/crash.h"
#include "lockstep/os.h"
#include "lockstep/symbol.h"
#include "pipe.h"
#include "replay.h"

#define PATIENCE_MS 200

/* Records of the worker, beside LS_EVENT_LINE and LS_EVENT_REPORT. */
enum {
	REPLAY_STEPS = 64, /* struct ls_step[] */
	REPLAY_END,	   /* struct replay_end, the last one */
};

struct replay_end {
	enum ls_verdict verdict;
	int failed;
	char error[256];
};

/* --- the worker -------------------------------------------------------------------- */

static struct {
	struct ls_explore engine;
	struct replay_end end;
	struct replayed *here; /* takes what would be sent */
	unsigned int timeout;
	bool running;
} w;

static void take(struct replayed *out, unsigned int type, const void *data, size_t len);

static void send(unsigned int type, const void *data, size_t len)
{
	if (w.here)
		take(w.here, type, data, len);
	else
		pipe_send(type, 1, data, len);
}

static void send_end(enum ls_verdict verdict)
{
	const struct ls_step *steps;
	unsigned int nr;

	steps = ls_explore_steps(&nr);
	w.end.verdict = verdict;
	/* Nobody can go on, or it goes round for ever: no report says where. */
	if (w.end.failed < 0 && (verdict == LS_VERDICT_DEADLOCK || verdict == LS_VERDICT_LOST))
		w.end.failed = ls_view_stuck(steps, nr);
	if (w.end.failed < 0 && verdict != LS_VERDICT_OK && verdict != LS_VERDICT_FAILED)
		w.end.failed = (int)nr - 1;
	send(REPLAY_STEPS, steps, nr * sizeof(*steps));
	send(REPLAY_END, &w.end, sizeof(w.end));
}

static void note_failure(void)
{
	unsigned int nr;

	ls_explore_steps(&nr);
	if (w.end.failed < 0)
		w.end.failed = (int)nr - 1;
}

/* On a fibre; or, for a crash, in a signal handler: then the process ends when this returns. */
static void on_event(enum ls_event type, const void *data, unsigned long len)
{
	const struct ls_report *r = data;

	switch (type) {
	case LS_EVENT_LINE:
		send(type, data, len);
		if (w.running && strstr(data, "FAILED at "))
			note_failure();
		break;
	case LS_EVENT_REPORT:
	case LS_EVENT_FATAL:
		send(LS_EVENT_REPORT, data, len);
		if (!w.running)
			break;
		note_failure();
		if (r->class == LS_CRASH || r->class == LS_HANG) {
			send_end(r->class == LS_CRASH ? LS_VERDICT_CRASH : LS_VERDICT_SPIN);
			break;
		}
		ls_explore_failed(r);
		if (type == LS_EVENT_FATAL)
			ls_explore_end(true);
		break;
	default:
		break;
	}
}

static void boot(void *arg)
{
	one_case_boot(arg);
	w.running = true;
}

static bool on_done(struct ls_explore *x, enum ls_verdict verdict)
{
	const struct one_case *c = x->arg;

	snprintf(w.end.error, sizeof(w.end.error), "%s", c->failed);
	send_end(verdict);
	return false;
}

/* A thread of the host world: sees a case that runs on and on without a step. */
static void *watchdog(void *arg)
{
	const struct timespec tick = { .tv_nsec = 100000000 };
	unsigned long long last = 0;
	unsigned int still = 0;

	for (;;) {
		unsigned long long now = __atomic_load_n(&w.engine.steps, __ATOMIC_RELAXED);

		still = now == last ? still + 1 : 0;
		last = now;
		if (w.running && still > w.timeout * 10) {
			ls_hang_report(w.timeout);
			os_exit(EXIT_FINDINGS);
		}
		nanosleep(&tick, NULL);
	}
	return NULL;
}

static void run_engine(const struct one_case *c, const struct ls_explore *how)
{
	static struct one_case mine;

	mine = *c;
	ls_event_hook = on_event;
	memset(ls_progress, 0, sizeof(*ls_progress));
	ls_progress->test = ls_progress->param = -1;
	w.end.failed = -1;
	w.engine = *how;
	w.engine.strategy = LS_REPLAY;
	w.engine.record = true;
	w.engine.boot = boot;
	w.engine.run = one_case_run;
	w.engine.arg = &mine;
	w.engine.done = on_done;
	if (ls_explore_run(&w.engine)) {
		snprintf(w.end.error, sizeof(w.end.error), "%s", w.engine.error);
		send_end(LS_VERDICT_CUT);
	}
	w.running = false;
}

static void __attribute__((noreturn)) worker(const struct one_case *c, const struct ls_explore *how,
					     int fd)
{
	pipe_send_to(fd);
	worker_begin();
	os_crash_init(true);
	if (w.timeout)
		worker_thread(watchdog);
	run_engine(c, how);
	os_exit(0);
}

/* --- its parent ----------------------------------------------------------------------- */

static void *copy(void *old, size_t used, const void *data, size_t len)
{
	char *p = realloc(old, used + len + 1);

	if (!p)
		exit(trouble("out of memory"));
	memcpy(p + used, data, len);
	return p;
}

static void take(struct replayed *out, unsigned int type, const void *data, size_t len)
{
	const struct replay_end *end = data;

	switch (type) {
	case LS_EVENT_LINE:
		strv_add(&out->lines, data);
		break;
	case LS_EVENT_REPORT:
	case LS_EVENT_FATAL:
		out->reports = copy(out->reports, out->nr_reports * sizeof(struct ls_report), data,
				    sizeof(struct ls_report));
		out->nr_reports++;
		break;
	case REPLAY_STEPS:
		out->steps = copy(out->steps, 0, data, len);
		out->nr_steps = len / sizeof(struct ls_step);
		break;
	case REPLAY_END:
		out->verdict = end->verdict;
		out->failed = end->failed;
		memcpy(out->error, end->error, sizeof(end->error));
		break;
	default:
		break;
	}
}

static bool until_interrupt(void *arg)
{
	return !interrupted();
}

/* True if all of it came. */
static bool read_records(int fd, struct replayed *out)
{
	const struct patience patience = { until_interrupt, NULL, PATIENCE_MS };
	struct record rec;
	bool ended = false;

	while (pipe_read(fd, &rec, sizeof(rec), &patience)) {
		void *data = xalloc(rec.len + 1UL);

		if (!pipe_read(fd, data, rec.len, &patience)) {
			free(data);
			break;
		}
		take(out, rec.type, data, rec.len);
		ended |= rec.type == REPLAY_END;
		free(data);
	}
	return ended;
}

/* Values that were chosen are no steps of their own: they say what came of the step before. */
static void place_values(const struct ls_explore *how, struct replayed *out)
{
	unsigned int step = 0;

	for (unsigned int i = 0; i < how->nr_schedule; i++) {
		const struct ls_choice *c = &how->schedule[i];

		if (c->value == LS_STEP)
			step++;
		else if (c->value && step && step <= out->nr_steps)
			snprintf(out->steps[step - 1].text, sizeof(out->steps[0].text), "%s",
				 c->op == LS_OP_ALLOC ? "fails" : "another way");
	}
}

static int place_report(struct replayed *out)
{
	unsigned int nr = out->nr_steps;

	/* What leaked did so at no step. */
	if (out->nr_reports && out->reports[0].class == LS_LEAK)
		out->failed = -1;
	out->failed_step = (unsigned int)(out->failed + 1);
	out->report_row = -1;
	if (out->nr_reports && ls_view_add_report(&out->steps, &out->nr_steps, &out->failed,
						  &out->reports[0], os_symbolize))
		return trouble("out of memory");
	if (out->nr_steps > nr)
		out->report_row = out->failed;
	return 0;
}

int replay(const struct one_case *c, const struct ls_explore *how, unsigned int timeout, bool here,
	   struct replayed *out)
{
	bool ended;
	int fd, status;
	pid_t pid;

	memset(out, 0, sizeof(*out));
	out->failed = -1;
	w.timeout = timeout;
	if (here) {
		w.here = out;
		os_crash_init(false);
		run_engine(c, how);
		ls_event_hook = NULL;
		place_values(how, out);
		return place_report(out);
	}
	pid = worker_fork(&fd);
	if (pid < 0)
		return EXIT_TROUBLE;
	if (!pid)
		worker(c, how, fd);
	ended = read_records(fd, out);
	close(fd);
	if (!ended)
		kill(pid, SIGKILL);
	status = worker_wait(pid);
	if (ended || interrupted()) {
		place_values(how, out);
		return place_report(out);
	}
	if (WIFSIGNALED(status))
		return trouble("the process of the case ended without a word: %s",
			       strsignal(WTERMSIG(status)));
	return trouble("the process of the case ended without a word, with status %d",
		       WEXITSTATUS(status));
}

void replayed_free(struct replayed *r)
{
	free(r->steps);
	free(r->reports);
	strv_free(&r->lines);
	memset(r, 0, sizeof(*r));
}

int replayed_view(const struct replayed *r, const char *title, struct ls_view *v)
{
	*v = (struct ls_view){
		.title = title, .steps = r->steps, .nr = r->nr_steps, .verdict = r->verdict,
		.rule = r->nr_reports ? r->reports[0].rule : "", .failed = r->failed, .report_row = r->report_row,
		.symbolize = os_symbolize, .symbol = os_symbol,
	};
	return ls_view_init(v);
}
