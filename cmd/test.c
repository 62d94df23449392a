// SPDX-License-Identifier: MIT
/*
 * `lockstep test`: the parent. See run.h.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockstep/os.h"
#include "pipe.h"
#include "run.h"

#define DEFAULT_LIMIT 60 /* seconds a case may take */

/* --- arguments -------------------------------------------------------------------- */

enum { OPT_TIMEOUT = OPT_RUN_END, OPT_NO_FORK, OPT_FAIL_NTH, OPT_REPEAT };

static const struct argp_option options[] = {
	{ "filter", 'f', "GLOB", 0, "run only cases whose SUITE.CASE, or whose SUITE, matches", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "run each case up to N times, until it fails", 0 },
	{ "fail-nth", OPT_FAIL_NTH, NULL, 0,
	  "run each case again with its 1st, 2nd, ... allocation failing, until none is left", 0 },
	RUN_OPTIONS,
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0, "limit for one run of a case (60; 0: none)", 0 },
	{ "no-fork", OPT_NO_FORK, NULL, 0, "run in this process, for a debugger", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case OPT_REPEAT:
		run->repeat = option_number(state, "repeat", arg, 1, OPTION_MAX);
		break;
	case OPT_TIMEOUT:
		run->timeout = option_number(state, "timeout", arg, 0, OPTION_MAX);
		break;
	case OPT_FAIL_NTH:
		run->fail_nth = true;
		break;
	case OPT_NO_FORK:
		run->no_fork = true;
		break;
	default:
		return run_option(key, arg, state, run);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "MODULE.so...",
	.doc = "Run the KUnit suites and selftests of modules; KTAP on standard output.\v"
	       "Exit status: 0 all is well, 1 cases failed or something was found, 2 the tests could "
	       "not run, 130 interrupted.",
};

static int suite_size(const struct run *run, int first)
{
	int n = 1;

	while (first + n < run->nr_items && !new_suite(run, first + n))
		n++;
	return n;
}

/* --- the books ---------------------------------------------------------------------- */

static struct {
	struct run *run;
	int cur;		/* item that runs, or runs next */
	int next_param;		/* first parameter not done yet */
	bool in_suite;
	bool begun;		/* ktap_case_begin() was called for @cur */
	bool failed;		/* an earlier worker failed a parameter of @cur */
	bool fatal;		/* this worker sent a fatal report */
	bool done;		/* this worker did all it had to */
	bool bad_end;		/* a worker died with no case left to fail for it */
} book;

/* Headers are printed as late as possible, so that lines come inside of them. */
static void begin_case(void)
{
	if (book.cur >= book.run->nr_items || book.begun)
		return;
	if (!book.in_suite) {
		ktap_suite_begin(book.run->items[book.cur].suite_name,
				 suite_size(book.run, book.cur));
		book.in_suite = true;
	}
	ktap_case_begin(&book.run->items[book.cur]);
	book.begun = true;
}

static void end_case(const struct ls_outcome *outcome)
{
	struct verdict v = { .status = outcome->status, .comment = outcome->comment };

	begin_case();
	if (book.failed)
		v.status = LS_FAIL;
	if (outcome->fail_nth) {
		char line[80];

		snprintf(line, sizeof(line), "fail-nth: with allocation %u failing, run %u",
			 outcome->fail_nth, outcome->runs);
		ktap_line(line);
	}
	json_case(&book.run->items[book.cur], &v, outcome->ns / 1e9);
	ktap_case_end(&v);

	book.cur++;
	book.next_param = 0;
	book.begun = book.failed = book.fatal = false;
	if (book.cur == book.run->nr_items || new_suite(book.run, book.cur)) {
		ktap_suite_end();
		book.in_suite = false;
	}
}

static void end_param(const struct ls_event_param *p)
{
	struct verdict v = { .status = p->outcome.status, .comment = p->outcome.comment };
	char line[80];

	begin_case();
	if (p->outcome.fail_nth) {
		snprintf(line, sizeof(line), "fail-nth: with allocation %u failing, run %u",
			 p->outcome.fail_nth, p->outcome.runs);
		ktap_line(line);
	}
	book.failed |= v.status == LS_FAIL;
	book.next_param = p->index + 1;
	json_param(p->desc, &v);
	ktap_param(p->desc, &v);
}

static void take_report(const struct ls_report *r, bool in_case)
{
	char where[256] = "";

	if (!in_case) {
		snprintf(where, sizeof(where), "the init or exit of a module or suite");
	} else {
		begin_case();
		if (book.cur < book.run->nr_items)
			snprintf(where, sizeof(where), "%s.%s", book.run->items[book.cur].suite_name,
				 book.run->items[book.cur].name);
	}
	ktap_report(r, where, in_case);
}

static void take_event(unsigned int type, const void *data, bool in_case)
{
	switch (type) {
	case LS_EVENT_LINE:
		if (in_case)
			begin_case();
		ktap_line(data);
		if (in_case)
			json_line(data);
		break;
	case LS_EVENT_FATAL:
		book.fatal = true;
		take_report(data, in_case);
		break;
	case LS_EVENT_REPORT:
		take_report(data, in_case);
		break;
	case LS_EVENT_AGAIN:
		ktap_again(data);
		break;
	case LS_EVENT_PARAM:
		end_param(data);
		break;
	case LS_EVENT_CASE:
		end_case(data);
		break;
	case LS_EVENT_DONE:
		book.done = true;
		break;
	default:
		break;
	}
}

/* --- reading a worker ----------------------------------------------------------------- */

/* Not behind an interrupt, nor for a worker that hangs so hard that its own watchdog cannot
 * say so. */
static bool still_waits(void *arg)
{
	const struct run *run = arg;
	os_ns started = __atomic_load_n(&ls_progress->started, __ATOMIC_RELAXED);
	os_ns limit = (run->timeout + 5) * 1000000000ULL;

	return !interrupted() &&
	       !(run->timeout && started && ls_seam_native.now() > started + limit);
}

static void read_events(int fd)
{
	static char data[sizeof(struct ls_report) + 4096] __attribute__((aligned(16)));
	const struct patience patience = { still_waits, book.run, 1000 };
	struct record rec;

	while (pipe_read(fd, &rec, sizeof(rec), &patience) && rec.len <= sizeof(data) &&
	       pipe_read(fd, data, rec.len, &patience))
		take_event(rec.type, data, rec.in_case);
}

/* --- workers --------------------------------------------------------------------------- */

static void say_death(const char *what, int status)
{
	char line[128];

	if (WIFSIGNALED(status))
		snprintf(line, sizeof(line), "%s ended its process: %s", what,
			 strsignal(WTERMSIG(status)));
	else
		snprintf(line, sizeof(line), "%s ended its process with status %d", what,
			 WEXITSTATUS(status));
	begin_case();
	ktap_line(line);
}

/*
 * What the dead worker was at has failed; the next one goes on behind it. Behind the last
 * case is the exit of the last module, and a sanitizer that finds something on the way out.
 */
static void bury(int status)
{
	const struct item *item = &book.run->items[book.cur];
	struct ls_outcome outcome = { .status = LS_FAIL, .runs = 1,
				      .fail_nth = ls_progress->fail_nth };

	if (book.cur >= book.run->nr_items) {
		if (!book.fatal)
			say_death("what comes after the last case", status);
		book.bad_end = true;
		return;
	}
	if (!book.fatal)
		say_death("the case", status);
	if (item->has_params && ls_progress->param >= book.next_param) {
		struct ls_event_param p = { .index = ls_progress->param, .outcome = outcome };

		snprintf(p.desc, sizeof(p.desc), "%s", ls_progress->desc);
		end_param(&p);
		return; /* its other parameters come next */
	}
	end_case(&outcome);
}

static void skip_rest(const char *why)
{
	struct ls_outcome outcome = { .status = LS_SKIP };

	snprintf(outcome.comment, sizeof(outcome.comment), "%s", why);
	while (book.cur < book.run->nr_items)
		end_case(&outcome);
}

/* Fork one for the items that are left, and read it to its end. */
static int run_worker(struct run *run)
{
	int fd, status;
	pid_t pid;

	book.fatal = book.done = false;
	memset(ls_progress, 0, sizeof(*ls_progress));
	ls_progress->test = -1;
	pid = worker_fork(&fd);
	if (pid < 0)
		return EXIT_TROUBLE;
	if (!pid)
		worker_run(run, book.cur, book.next_param, fd);
	read_events(fd);
	close(fd);

	if (!book.done)
		kill(pid, SIGKILL); /* interrupted, hangs, or dead already */
	status = worker_wait(pid);
	if (interrupted() || (book.done && !status))
		return 0;
	if (!ls_progress->phase)
		return trouble("a worker died before its first case; the reason stands above");
	bury(status);
	return 0;
}

static int run_forked(struct run *run)
{
	do {
		int ret = run_worker(run);

		if (ret) {
			printf("Bail out! The kernel world does not start\n");
			return ret;
		}
		if (interrupted()) {
			skip_rest("interrupted");
			return 0;
		}
	} while (book.cur < run->nr_items);
	return 0;
}

static void *reader(void *arg)
{
	read_events((int)(long)arg);
	return NULL;
}

/* The same pipe, with the reader as a thread. */
static int run_here(struct run *run)
{
	pthread_t thread;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return trouble("cannot make a pipe: %s", strerror(errno));
	if (pthread_create(&thread, NULL, reader, (void *)(long)fds[0]))
		return trouble("cannot start a thread");
	worker_run(run, 0, 0, fds[1]);
	close(fds[1]);
	pthread_join(thread, NULL);
	skip_rest("interrupted");
	return 0;
}

int cmd_test(int argc, char **argv)
{
	struct run run = { .repeat = 1, .timeout = DEFAULT_LIMIT };
	int ret, nr_suites = 0;

	parse_args(&argp, argc, argv, &run);
	ret = run_prepare(&run);
	if (ret)
		return ret;
	catch_interrupts();
	for (int i = 0; i < run.nr_items; i++)
		nr_suites += new_suite(&run, i);
	book.run = &run;
	if (run.json_file)
		json_begin(&run);
	ktap_begin(nr_suites);

	ret = run.no_fork ? run_here(&run) : run_forked(&run);
	if (ret)
		return ret;
	ret = ktap_summary();
	if (book.bad_end)
		ret = EXIT_FINDINGS;
	return run_finish(&run, ret);
}
