// SPDX-License-Identifier: MIT
/*
 * `lockstep test`: the parent. See run.h.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockstep/boot.h"
#include "lockstep/convention.h"
#include "lockstep/os.h"
#include "lockstep/symbol.h"
#include "ls_config.h"
#include "run.h"

#define SHARED_SIZE   (4UL << 20)
#define DEFAULT_LIMIT 60 /* seconds a case may take */

/* --- arguments -------------------------------------------------------------------- */

enum { OPT_JSON = 256, OPT_RULES, OPT_TIMEOUT, OPT_NO_FORK, OPT_FAIL_NTH, OPT_REPEAT, OPT_PARAM };

static const struct argp_option options[] = {
	{ "filter", 'f', "GLOB", 0, "run only cases whose SUITE.CASE, or whose SUITE, matches", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "run each case up to N times, until it fails", 0 },
	{ "fail-nth", OPT_FAIL_NTH, NULL, 0,
	  "run each case again with its 1st, 2nd, ... allocation failing, until none is left", 0 },
	{ "rules", OPT_RULES, "RELEASE", 0, "hold the code to the rules of this kernel release", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0, "limit for one run of a case (60; 0: none)", 0 },
	{ "param", OPT_PARAM, "NAME=VALUE", 0, "set a module parameter", 0 },
	{ "json", OPT_JSON, "FILE", 0, "also write the results to FILE", 0 },
	{ "no-fork", OPT_NO_FORK, NULL, 0, "run in this process, for a debugger", 0 },
	{ 0 },
};

static unsigned int number(const struct argp_state *state, const char *option, const char *arg,
			   unsigned long min)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || *end || arg[0] < '0' || arg[0] > '9' || n < min || n > 1000000000)
		usage_error(state, "--%s %s: not a number of at least %lu", option, arg, min);
	return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case 'f':
		run->filter = arg;
		break;
	case OPT_REPEAT:
		run->repeat = number(state, "repeat", arg, 1);
		break;
	case OPT_TIMEOUT:
		run->timeout = number(state, "timeout", arg, 0);
		break;
	case OPT_FAIL_NTH:
		run->fail_nth = true;
		break;
	case OPT_NO_FORK:
		run->no_fork = true;
		break;
	case OPT_JSON:
		run->json_file = arg;
		break;
	case OPT_RULES:
		if (ls_release_parse(arg) < 0)
			usage_error(state, "--rules %s: there are rules for 6.1, 6.12, 6.16 and 7.1",
				    arg);
		run->rules = arg;
		break;
	case OPT_PARAM:
		if (arg[0] == '=')
			usage_error(state, "--param %s: not NAME=VALUE", arg);
		strv_add(&run->params, arg);
		break;
	case ARGP_KEY_ARG:
		strv_add(&run->paths, arg);
		break;
	case ARGP_KEY_NO_ARGS:
		usage_error(state, "no module given");
	default:
		return ARGP_ERR_UNKNOWN;
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

/* --- what there is to run ----------------------------------------------------------- */

static bool selected(const struct run *run, const char *suite, const char *name)
{
	char full[512];

	if (!run->filter)
		return true;
	if (!strchr(run->filter, '.'))
		return !fnmatch(run->filter, suite, 0);
	snprintf(full, sizeof(full), "%s.%s", suite, name);
	return !fnmatch(run->filter, full, 0);
}

static void add_item(struct run *run, struct item item)
{
	if (!selected(run, item.suite_name, item.name))
		return;
	run->items = realloc(run->items, (run->nr_items + 1) * sizeof(item));
	if (!run->items)
		exit(trouble("out of memory"));
	run->items[run->nr_items++] = item;
}

static void list_module(struct run *run, int mod)
{
	const struct lockstep_module *info = run->mods[mod].info;
	unsigned int nr_suites = ls_module_nr_suites(info);
	unsigned int nr_inits = ls_module_nr_inits(info);

	for (unsigned int s = 0; s < nr_suites; s++) {
		const struct kunit_suite *suite = ls_suite_get(info, s);

		for (unsigned int c = 0; c < ls_suite_nr_cases(suite); c++)
			add_item(run, (struct item){ .mod = mod, .suite = s, .test = c,
						     .suite_name = ls_suite_name(suite),
						     .name = ls_case_name(suite, c),
						     .has_params = ls_case_has_params(suite, c) });
	}
	if (!nr_suites && nr_inits)
		add_item(run, (struct item){ .mod = mod, .suite = -1, .suite_name = info->name,
					     .name = ls_module_init_name(info, nr_inits - 1) });
}

static int list_cases(struct run *run)
{
	bool any = false;

	for (int i = 0; i < run->nr_mods; i++) {
		const struct lockstep_module *info = run->mods[i].info;

		any |= ls_module_nr_suites(info) || ls_module_nr_inits(info);
		list_module(run, i);
	}
	if (!any)
		return trouble("%s: no KUnit suite and no init function in it; nothing to run",
			       run->mods[0].path);
	if (!run->nr_items)
		return trouble("--filter '%s' matches none of the cases; a filter is SUITE or "
			       "SUITE.CASE, with * and ?", run->filter);
	return 0;
}

static bool new_suite(const struct run *run, int i)
{
	return !i || run->items[i].mod != run->items[i - 1].mod ||
	       run->items[i].suite != run->items[i - 1].suite;
}

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

/* Wait for input. False when there is none to come: end, interrupt, or a worker that hangs
 * so hard that its own watchdog cannot say so. */
static bool wait_input(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	for (;;) {
		os_ns started = __atomic_load_n(&ls_progress->started, __ATOMIC_RELAXED);
		os_ns limit = (book.run->timeout + 5) * 1000000000ULL;
		int n;

		if (interrupted())
			return false;
		n = poll(&pfd, 1, 1000);
		if (n > 0)
			return true;
		if (n < 0 && errno != EINTR)
			return false;
		if (!n && book.run->timeout && started && ls_seam_native.now() > started + limit)
			return false;
	}
}

static bool read_all(int fd, void *buf, size_t len)
{
	for (char *p = buf; len;) {
		ssize_t n;

		if (!wait_input(fd))
			return false;
		n = read(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static void read_events(int fd)
{
	static char data[sizeof(struct ls_report) + 4096] __attribute__((aligned(16)));
	struct record rec;

	while (read_all(fd, &rec, sizeof(rec)) && rec.len <= sizeof(data) &&
	       read_all(fd, data, rec.len))
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
	int fds[2], status;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return trouble("cannot make a pipe: %s", strerror(errno));
	book.fatal = book.done = false;
	memset(ls_progress, 0, sizeof(*ls_progress));
	ls_progress->test = -1;
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return trouble("cannot start a worker: %s", strerror(errno));
	}
	if (!pid) {
		close(fds[0]);
		worker_run(run, book.cur, book.next_param, fds[1]);
	}
	close(fds[1]);
	read_events(fds[0]);
	close(fds[0]);

	if (!book.done)
		kill(pid, SIGKILL); /* interrupted, hangs, or dead already */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
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

static int check_params(const struct run *run)
{
	for (size_t i = 0; i < run->params.nr; i++) {
		size_t len = strcspn(run->params.v[i], "=");
		bool found = false;

		for (int m = 0; m < run->nr_mods; m++)
			found |= ls_module_has_param(run->mods[m].info, run->params.v[i], len);
		if (!found)
			return trouble("--param %s: no module has a parameter of that name",
				       run->params.v[i]);
	}
	return 0;
}

static int prepare(struct run *run)
{
	static char cwd[4096];
	int ret;

	os_source_root(LS_SOURCE_ROOT);
	if (getcwd(cwd, sizeof(cwd)))
		os_source_root(cwd);
	ret = load_modules(run);
	if (!ret)
		ret = check_params(run);
	if (!ret)
		ret = list_cases(run);
	if (ret)
		return ret;
	if (ls_shared_reserve(SHARED_SIZE))
		return trouble("no memory to share with workers: %s", strerror(errno));
	ls_progress = mmap(NULL, sizeof(*ls_progress), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (ls_progress == MAP_FAILED)
		return trouble("no memory to share with workers: %s", strerror(errno));
	return 0;
}

int cmd_test(int argc, char **argv)
{
	struct run run = { .repeat = 1, .timeout = DEFAULT_LIMIT };
	int ret, nr_suites = 0;

	parse_args(&argp, argc, argv, &run);
	ret = prepare(&run);
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
	if (interrupted()) {
		printf("# interrupted\n");
		ret = 128 + interrupted();
	}
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write the results: %s", strerror(errno));
	if (run.json_file) {
		int err = json_write(run.json_file, interrupted() ? "interrupted" :
				     ret ? "findings" : "clean");

		if (err)
			return err;
	}
	return ret;
}
