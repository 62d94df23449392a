// SPDX-License-Identifier: MIT
/*
 * The process that runs cases. It boots the kernel world, runs what it was told to from
 * memory it inherited, and speaks only through its pipe.
 */
#include <string.h>
#include <time.h>

#include "lockstep/boot.h"
#include "lockstep/crash.h"
#include "lockstep/os.h"
#include "lockstep/run.h"
#include "pipe.h"
#include "run.h"

/* Asked by whichever task sends, and by the watchdog. */
static bool in_case(void)
{
	return __atomic_load_n(&ls_progress->test, __ATOMIC_RELAXED) >= 0;
}

static void enter_case(int test)
{
	__atomic_store_n(&ls_progress->test, test, __ATOMIC_RELAXED);
}

static void send_event(enum ls_event type, const void *data, unsigned long len)
{
	pipe_send(type, in_case(), data, len);
}

static void send_line(const char *text)
{
	send_event(LS_EVENT_LINE, text, strlen(text) + 1);
}

/* --- time limit ---------------------------------------------------------------- */

static unsigned int limit; /* seconds, 0 for none */

/* A thread of the host world: it must not depend on anything that may hang. */
static void *watchdog(void *arg)
{
	const struct timespec tick = { .tv_nsec = 50000000 };

	for (;;) {
		unsigned long long started = __atomic_load_n(&ls_progress->started, __ATOMIC_RELAXED);

		if (started && ls_seam_native.now() > started + limit * 1000000000ULL) {
			ls_hang_report(limit);
			os_exit(EXIT_FINDINGS);
		}
		nanosleep(&tick, NULL);
	}
	return NULL;
}

static void start_watchdog(unsigned int seconds)
{
	limit = seconds;
	if (seconds)
		worker_thread(watchdog);
}

/* --- modules, suites, cases ------------------------------------------------------ */

/* What the worker carries from item to item. */
struct state {
	const struct run *run;
	struct ls_run_options opt;
	int mod;			/* begun, or -1 */
	int suite;			/* begun, or -1 */
	struct ls_outcome mod_outcome;
	int suite_err;
};

static void end_suite(struct state *s)
{
	const struct lockstep_module *info;

	if (s->suite < 0)
		return;
	info = s->run->mods[s->mod].info;
	enter_case(-1);
	if (!s->suite_err)
		ls_suite_end(ls_suite_get(info, s->suite));
	s->suite = -1;
}

static void end_module(struct state *s)
{
	if (s->mod < 0)
		return;
	end_suite(s);
	enter_case(-1);
	if (ls_module_nr_suites(s->run->mods[s->mod].info))
		ls_module_end(s->run->mods[s->mod].info, &s->mod_outcome);
	s->mod = -1;
}

static void begin_module(struct state *s, int mod)
{
	const struct loaded *m = &s->run->mods[mod];

	ls_progress->module = mod;
	ls_progress->suite = -1;
	s->mod = mod;
	worker_settings(s->run, m);
	if (ls_module_nr_suites(m->info))
		ls_module_begin(m->info, &s->mod_outcome);
}

static void begin_suite(struct state *s, int suite)
{
	ls_progress->suite = suite;
	s->suite = suite;
	s->suite_err = ls_suite_begin(ls_suite_get(s->run->mods[s->mod].info, suite));
	send_event(LS_EVENT_SUITE_INIT, &s->suite_err, sizeof(s->suite_err));
}

static void fail_item(struct ls_outcome *outcome, const char *why)
{
	memset(outcome, 0, sizeof(*outcome));
	outcome->status = LS_FAIL;
	send_line(why);
}

static void run_item(struct state *s, const struct item *item)
{
	const struct lockstep_module *info;
	struct ls_outcome outcome;

	if (item->mod != s->mod) {
		end_module(s);
		begin_module(s, item->mod);
	}
	info = s->run->mods[s->mod].info;
	if (item->suite < 0) {
		enter_case(0);
		ls_init_run(info, &s->opt, &outcome);
		send_event(LS_EVENT_CASE, &outcome, sizeof(outcome));
		return;
	}
	if (s->mod_outcome.status == LS_FAIL) {
		fail_item(&outcome, s->mod_outcome.comment);
		send_event(LS_EVENT_CASE, &outcome, sizeof(outcome));
		return;
	}
	if (item->suite != s->suite) {
		end_suite(s);
		begin_suite(s, item->suite);
	}
	enter_case(item->test);
	if (s->suite_err)
		fail_item(&outcome, "the suite's own init failed");
	else
		ls_case_run(ls_suite_get(info, item->suite), item->test, &s->opt, &outcome);
	send_event(LS_EVENT_CASE, &outcome, sizeof(outcome));
}

/* Work, with the kernel world up. */
static void run_items(const struct run *run, int first, int first_param)
{
	struct state s = {
		.run = run,
		.opt = { .repeat = run->repeat, .fail_nth = run->fail_nth, .stay = run->no_fork,
			 .first_param = first_param },
		.mod = -1,
		.suite = -1,
	};

	for (int i = first; i < run->nr_items; i++) {
		run_item(&s, &run->items[i]);
		s.opt.first_param = 0;
	}
	end_module(&s);
}

void worker_run(struct run *run, int first, int first_param, int fd)
{
	pipe_send_to(fd);
	ls_event_hook = send_event;
	memset(ls_progress, 0, sizeof(*ls_progress));
	enter_case(-1);
	ls_progress->param = -1;

	if (!run->no_fork)
		worker_begin();
	os_crash_init(!run->no_fork);
	ls_boot();
	__atomic_store_n(&ls_progress->phase, "start", __ATOMIC_RELAXED);
	start_watchdog(run->timeout);
	run_items(run, first, first_param);
	send_event(LS_EVENT_DONE, NULL, 0);
	if (!run->no_fork)
		os_exit(0);
}
