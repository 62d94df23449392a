// SPDX-License-Identifier: MIT
/*
 * The process that explores one case: see exploring.h.
 *
 * What the running execution reports and says is kept here until it is over: most
 * executions fail like one before, which is only counted.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lockstep/crash.h"
#include "lockstep/os.h"
#include "exploring.h"
#include "pipe.h"

#define REPORTS_MAX 16	 /* of one execution that are told */
#define LINES_MAX   8192 /* bytes of what one execution says */
#define KINDS_MAX   256	 /* further ones are told as the last */

static struct {
	const struct explore *x;
	struct explore_shared *shared;
	struct ls_explore *engine;
	bool exploring; /* the case runs, or did */
	struct ls_report reports[REPORTS_MAX];
	unsigned int nr_reports;
	char lines[LINES_MAX]; /* each with its NUL */
	unsigned int lines_len;
	struct explore_seen kinds[KINDS_MAX];
	unsigned int nr_kinds;
	uint64_t shrinking; /* kind of the failure that is made shorter */
} w;

/* --- what an execution leaves behind ------------------------------------------------ */

static void forget(void)
{
	w.nr_reports = 0;
	w.lines_len = 0;
}

static void keep_line(const char *text)
{
	size_t len = strlen(text) + 1;

	if (ls_explore_over())
		return;
	if (w.lines_len + len <= LINES_MAX) {
		memcpy(w.lines + w.lines_len, text, len);
		w.lines_len += len;
	}
}

static void keep_report(const struct ls_report *r)
{
	if (w.nr_reports < REPORTS_MAX && !ls_explore_over())
		w.reports[w.nr_reports++] = *r;
}

static uint64_t mix(uint64_t h, uint64_t value)
{
	return (h ^ value) * 0x9e3779b97f4a7c15ULL ^ h >> 29;
}

static uint64_t mix_text(uint64_t h, const char *s)
{
	while (*s)
		h = mix(h, (unsigned char)*s++);
	return h;
}

/*
 * Two failures are of one kind if they say the same about the same place: the first report, or,
 * without any, the first check that did not hold.
 */
static uint64_t kind_of(enum ls_verdict verdict)
{
	uint64_t h = mix(1, verdict);

	if (w.nr_reports) {
		const struct ls_report *r = &w.reports[0];

		return mix(mix_text(mix(h, r->class), r->rule), report_site(r));
	}
	for (unsigned int at = 0; at < w.lines_len; at += strlen(w.lines + at) + 1) {
		if (strstr(w.lines + at, "FAILED at "))
			return mix_text(h, w.lines + at);
	}
	return h;
}

/* True if the kind is new. */
static bool count_kind(uint64_t key)
{
	for (unsigned int i = 0; i < w.nr_kinds; i++) {
		if (w.kinds[i].key == key || i == KINDS_MAX - 1) {
			w.kinds[i].seen++;
			return false;
		}
	}
	w.kinds[w.nr_kinds++] = (struct explore_seen){ .key = key, .seen = 1 };
	return true;
}

static void send(unsigned int type, const void *data, unsigned long len)
{
	pipe_send(type, 1, data, len);
}

static void send_finding(enum ls_verdict verdict, uint64_t key)
{
	struct explore_found found = { .key = key, .verdict = verdict,
				       .execution = w.engine->executions };
	const struct ls_choice *choices;
	unsigned int nr;

	for (unsigned int i = 0; i < w.nr_reports; i++)
		send(LS_EVENT_REPORT, &w.reports[i], sizeof(w.reports[i]));
	for (unsigned int at = 0; at < w.lines_len; at += strlen(w.lines + at) + 1)
		send(LS_EVENT_LINE, w.lines + at, strlen(w.lines + at) + 1);
	choices = ls_explore_schedule(&nr);
	send(EXPLORE_CHOICES, choices, nr * sizeof(*choices));
	send(EXPLORE_FINDING, &found, sizeof(found));
}

static void publish(void)
{
	const struct ls_explore *e = w.engine;

	w.shared->counts = (struct explore_counts){
		.executions = e->executions,
		.blocked = e->blocked,
		.cut_by_bound = e->cut_by_bound,
		.steps = e->steps,
		.classes = e->classes,
		.last_new = e->last_new,
		.max_depth = e->max_depth,
		.nr_tasks = e->nr_tasks,
		.observed = w.shared->counts.observed,
		.seconds = e->seconds,
		.exhaustive = e->exhaustive,
		.complete = e->complete && !e->cut_by_bound,
	};
}

/* --- called by the kernel world ------------------------------------------------------ */

/*
 * On a fibre; or, for a crash, in a signal handler: then the process ends when this returns,
 * and so does the execution.
 */
static void on_event(enum ls_event type, const void *data, unsigned long len)
{
	if (!w.exploring) {
		pipe_send(type, 0, data, len);
		return;
	}
	switch (type) {
	case LS_EVENT_LINE:
		keep_line(data);
		break;
	case LS_EVENT_REPORT:
		keep_report(data);
		ls_explore_failed(data);
		break;
	case LS_EVENT_FATAL: {
		const struct ls_report *r = data;
		enum ls_verdict verdict = r->class == LS_CRASH ? LS_VERDICT_CRASH :
								 LS_VERDICT_SPIN;

		keep_report(r);
		if (ls_explore_over())
			verdict = LS_VERDICT_FAILED; /* a consequence, but the end of this search */
		if (r->class != LS_CRASH && r->class != LS_HANG) {
			ls_explore_failed(r);
			ls_explore_end(true);
		}
		w.engine->executions++;
		publish();
		send_finding(verdict, kind_of(verdict));
		break;
	}
	default:
		break;
	}
}

/* --- called by the engine -------------------------------------------------------------- */

static bool on_done(struct ls_explore *e, enum ls_verdict verdict)
{
	uint64_t key;

	w.shared->alive++;
	w.shared->counts.executions = e->executions;
	if (w.x->observe) {
		unsigned int n = w.x->observe(e->arg);

		if (n > w.shared->counts.observed)
			w.shared->counts.observed = n;
	}
	if (verdict != LS_VERDICT_OK && verdict != LS_VERDICT_CUT && verdict != LS_VERDICT_BOUND) {
		key = kind_of(verdict);
		if (count_kind(key))
			send_finding(verdict, key);
	}
	forget();
	ls_progress->phase = "case";
	return true;
}

/* While shrinking: has this try the same failure as the first? */
static bool on_same(struct ls_explore *e, enum ls_verdict verdict)
{
	uint64_t key = kind_of(verdict);
	bool same;

	w.shared->alive++;
	if (!w.shrinking)
		w.shrinking = key;
	same = key == w.shrinking;
	forget();
	return same;
}

static void on_tick(struct ls_explore *e)
{
	publish();
}

/* One part for each time that the parent asks. */
static void on_give(struct ls_explore *e, const void *job, size_t size)
{
	send(EXPLORE_JOB, job, size);
	w.shared->split = w.shared->generous;
}

static void boot(void *arg)
{
	one_case_boot(arg);
	w.exploring = true;
}

/* --- the time limit --------------------------------------------------------------------- */

/* A thread of the host world: it sees whether executions and steps go by. */
static void *watchdog(void *arg)
{
	const struct timespec tick = { .tv_nsec = 100000000 };
	unsigned long long last = 0;
	unsigned int still = 0;

	for (;;) {
		unsigned long long now = __atomic_load_n(&w.engine->steps, __ATOMIC_RELAXED) +
					 w.shared->alive;

		still = now == last ? still + 1 : 0;
		last = now;
		if (w.exploring && still > w.x->timeout * 10) {
			ls_hang_report(w.x->timeout);
			os_exit(EXIT_FINDINGS);
		}
		nanosleep(&tick, NULL);
	}
	return NULL;
}

/* --- the worker ---------------------------------------------------------------------------- */

static void begin(struct explore_shared *shared, int fd)
{
	w.shared = shared;
	pipe_send_to(fd);
	ls_event_hook = on_event;
	memset(ls_progress, 0, sizeof(*ls_progress));
	ls_progress->test = ls_progress->param = -1;
	worker_begin();
	os_crash_init(true);
}

/* As many in a record as its reader takes. */
static void send_classes(void)
{
	const size_t chunk = 32768;
	unsigned long nr;
	const uint64_t *all = ls_explore_classes(&nr);

	for (unsigned long i = 0; all && i < nr; i += chunk)
		send(EXPLORE_CLASSES, all + i, (nr - i < chunk ? nr - i : chunk) * sizeof(*all));
}

void explore_worker(const struct explore *x, const struct ls_explore *how, const struct one_case *c,
		    struct explore_shared *shared, int fd)
{
	static struct ls_explore engine;
	static struct explore_end end;
	struct one_case mine = *c;

	engine = *how;
	engine.boot = boot;
	engine.run = one_case_run;
	engine.arg = &mine;
	engine.done = on_done;
	engine.tick = on_tick;
	engine.same = on_same;
	engine.stop = &shared->stop;
	engine.split = &shared->split;
	engine.give = on_give;
	engine.live = shared->live;
	engine.nr_live = &shared->nr_live;
	engine.max_live = SCHEDULE_MAX;
	w.x = x;
	w.engine = &engine;
	begin(shared, fd);
	if (x->timeout)
		worker_thread(watchdog);

	end.failed = ls_explore_run(&engine);
	w.exploring = false;
	publish();
	for (unsigned int i = 0; i < w.nr_kinds; i++)
		send(EXPLORE_SEEN, &w.kinds[i], sizeof(w.kinds[i]));
	if (engine.fingerprints)
		send_classes();
	end.counts = shared->counts;
	if (engine.why_not)
		snprintf(end.why_not, sizeof(end.why_not), "%s", engine.why_not);
	snprintf(end.error, sizeof(end.error), "%s", mine.failed[0] ? mine.failed : engine.error);
	end.failed |= mine.failed[0] != 0;
	send(EXPLORE_END, &end, sizeof(end));
	os_exit(0);
}

void explore_param_worker(const struct one_case *c, int fd)
{
	struct one_case mine = *c;

	begin(NULL, fd);
	one_case_boot(&mine);
	if (!mine.failed[0])
		ls_case_params(ls_suite_get(c->run->mods[c->item->mod].info, c->item->suite),
			       c->item->test);
	pipe_send(LS_EVENT_DONE, 0, NULL, 0);
	os_exit(0);
}
