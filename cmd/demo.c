// SPDX-License-Identifier: MIT
/*
 * lockstep demo: where must a driver take the reservation lock when an imported buffer goes
 * away? Each answer that was proposed is tried on each path where it matters, by running
 * the reference driver. Nothing here knows what the verdict of a cell will be.
 *
 * A cell runs in a worker of its own, forked before any of the kernel world runs, so that
 * one that would hang costs nothing but itself.
 */
#include <argp.h>
#include <dlfcn.h>
#include <errno.h>
#include <json-c/json.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lockstep/boot.h"
#include "lockstep/demo.h"
#include "lockstep/os.h"
#include "lockstep/report.h"
#include "lockstep/symbol.h"
#include "ls_config.h"
#include "run.h"

#define MODULE	     "refgem_demo.so"
#define CELL_SECONDS 30
#define NAME_WIDTH   5
#define LABEL_WIDTH  29
#define CELL_WIDTH   10
#define SHARED_BYTES (1 << 20)

enum kind {
	KEEPS,
	LEAKS,
	BREACHES,
	DEADLOCKS,
	NR_KINDS,
	OTHER = NR_KINDS, /* a report of another class: the module is broken, not the convention */
};

/**
 * struct cell - what came of one placement on one path
 * @verdict: worst of what was reported
 * @report: the report that decided; valid unless @verdict is KEEPS
 * @ended: the worker ended in a way that was foreseen
 * @done: it came to its very end
 * @status: enum ls_status of the case, LS_FAIL if it did not come to an end
 * @ret: -errno of a path that could not be walked
 * @wide_locks: see struct ls_demo
 */
struct cell {
	enum kind verdict;
	struct ls_report report;
	bool ended;
	bool done;
	int status;
	int ret;
	unsigned int wide_locks;
};

struct demo {
	const struct lockstep_module *module;
	struct ls_demo *info;
	struct cell cells[LS_DEMO_MAX_PLACEMENTS][LS_DEMO_MAX_PATHS];
	bool json;
};

static const char *const verdict_words[] = {
	[KEEPS] = "keeps the convention",
	[LEAKS] = "leak",
	[BREACHES] = "breach",
	[DEADLOCKS] = "deadlock",
};

/* --- worker ---------------------------------------------------------------- */

/* What goes through the pipe: this, and for a report the struct itself. */
struct message {
	int event;
	int status;
	int ret;
	unsigned int wide_locks;
};

static int worker_fd;
static int worker_lock;

/* Any task, any context. Reports are rare, so whoever comes second may spin. */
static void worker_event(enum ls_event event, const void *data, unsigned long len)
{
	struct message msg = { .event = event };

	if (event != LS_EVENT_REPORT && event != LS_EVENT_FATAL)
		return;
	while (__atomic_exchange_n(&worker_lock, 1, __ATOMIC_ACQUIRE))
		;
	os_write(worker_fd, &msg, sizeof(msg));
	os_write(worker_fd, data, sizeof(struct ls_report));
	__atomic_store_n(&worker_lock, 0, __ATOMIC_RELEASE);
}

static _Noreturn void worker(struct demo *demo, unsigned int placement, unsigned int path, int fd)
{
	struct ls_run_options opt = { .repeat = 1 };
	struct message msg = { .event = LS_EVENT_DONE };
	struct ls_outcome outcome = { 0 };
	struct kunit_suite *suite;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	worker_fd = fd;
	ls_event_hook = worker_event;
	ls_boot();

	demo->info->run_placement = placement;
	demo->info->run_path = path;
	suite = ls_suite_get(demo->module, 0);
	if (ls_suite_begin(suite))
		os_exit(2);
	ls_case_run(suite, 0, &opt, &outcome);

	msg.status = outcome.status;
	msg.ret = demo->info->ret;
	msg.wide_locks = demo->info->wide_locks;
	while (__atomic_exchange_n(&worker_lock, 1, __ATOMIC_ACQUIRE))
		;
	os_write(worker_fd, &msg, sizeof(msg));
	os_exit(0);
}

/* --- parent ---------------------------------------------------------------- */

static enum kind kind_of(const struct ls_report *report)
{
	switch (report->class) {
	case LS_BREACH:
		return BREACHES;
	case LS_DEADLOCK:
		return DEADLOCKS;
	case LS_LEAK:
		return LEAKS;
	default:
		return OTHER;
	}
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Read exactly @len bytes. False at the end of the pipe, or of our patience. */
static bool receive(int fd, void *data, size_t len, long long deadline)
{
	char *p = data;

	while (len) {
		struct pollfd pfd = { .fd = fd, .events = POLLIN };
		long long left = deadline - now_ms();
		ssize_t n;

		if (left <= 0)
			return false;
		n = poll(&pfd, 1, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
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

/*
 * Does a further report say more than the one so far? The worst verdict decides; and of
 * all that a lost mapping leaves behind the mapping itself, not its scatterlist.
 */
static bool outdoes(const struct ls_report *report, const struct cell *cell)
{
	enum kind verdict = kind_of(report);

	if (verdict != cell->verdict)
		return verdict > cell->verdict;
	return verdict == LEAKS && strstr(report->what, "mapped attachment") &&
	       !strstr(cell->report.what, "mapped attachment");
}

/*
 * The pointers in a report are to static text, which has the same address here: the worker is
 * a fork of this process, made when everything was mapped.
 */
static void collect(struct cell *cell, int fd)
{
	long long deadline = now_ms() + CELL_SECONDS * 1000;
	struct ls_report report;
	struct message msg;

	cell->status = LS_FAIL;
	while (receive(fd, &msg, sizeof(msg), deadline)) {
		if (msg.event == LS_EVENT_DONE) {
			cell->status = msg.status;
			cell->ret = msg.ret;
			cell->wide_locks = msg.wide_locks;
			cell->ended = cell->done = true;
			return;
		}
		if (!receive(fd, &report, sizeof(report), deadline))
			return;
		if (outdoes(&report, cell)) {
			cell->verdict = kind_of(&report);
			cell->report = report;
		}
		/* The worker ends itself after this one. */
		if (msg.event == LS_EVENT_FATAL)
			cell->ended = true;
	}
}

static int run_cell(struct demo *demo, unsigned int placement, unsigned int path)
{
	struct cell *cell = &demo->cells[placement][path];
	int fds[2], status;
	pid_t pid;

	if (pipe(fds))
		return trouble("no pipe for a worker: %s", strerror(errno));
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return trouble("no process for a worker: %s", strerror(errno));
	}
	if (!pid) {
		close(fds[0]);
		worker(demo, placement, path, fds[1]);
	}

	close(fds[1]);
	collect(cell, fds[0]);
	close(fds[0]);
	if (!cell->ended)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;

	/* A worker that came to its end and is not well all the same: a sanitizer spoke. */
	if (!cell->ended || (cell->done && status))
		return trouble("the run of placement %s ended without a verdict",
			       demo->info->placement[placement]);
	if (cell->verdict == KEEPS && cell->status != LS_PASS)
		return trouble("placement %s could not be tried: %s", demo->info->placement[placement],
			       strerror(-cell->ret));
	return 0;
}

static int run_all(struct demo *demo)
{
	const struct ls_demo *info = demo->info;
	bool progress = isatty(STDERR_FILENO);
	int ret;

	for (unsigned int i = 0; i < info->nr_paths; i++) {
		for (unsigned int placement = 0; placement < info->nr_placements; placement++) {
			if (progress)
				fprintf(stderr, "\r%u of %u ",
					i * info->nr_placements + placement + 1,
					info->nr_placements * info->nr_paths);
			ret = run_cell(demo, placement, info->order[i]);
			if (ret)
				return ret;
		}
	}
	if (progress)
		fprintf(stderr, "\r            \r");
	return 0;
}

/* --- text ------------------------------------------------------------------ */

/* "keeps", or what went wrong in capitals: the table is read by its dark spots. */
static const char *cell_text(const struct cell *cell)
{
	switch (cell->verdict) {
	case KEEPS:
		return cell->wide_locks ? "keeps*" : "keeps";
	case LEAKS:
		return "LEAK";
	case BREACHES:
		return "BREACH";
	case DEADLOCKS:
		return "DEADLOCK";
	default:
		return ls_report_class_name(cell->report.class);
	}
}

static void print_rule(void)
{
	for (int i = 0; i < 79; i++)
		putchar('-');
	putchar('\n');
}

static void print_head(const struct ls_demo *info)
{
	for (int row = 0; row < 2; row++) {
		printf("%-*s", LABEL_WIDTH, row ? "lock taken in the free path" : "");
		for (unsigned int i = 0; i < info->nr_paths; i++) {
			const char *name = info->path[i], *second = strchr(name, '\n');
			int len = row ? (int)strlen(second + 1) : (int)(second - name);
			bool last = i + 1 == info->nr_paths;

			printf("%.*s%*s", len, row ? second + 1 : name,
			       last ? 0 : CELL_WIDTH - len, "");
		}
		putchar('\n');
	}
	print_rule();
}

static void print_table(const struct demo *demo)
{
	const struct ls_demo *info = demo->info;
	bool wide = false;

	printf("Where must a driver take the reservation lock when an imported buffer goes away?\n"
	       "Each placement on each path to put_pages, as observed by running it:\n\n");
	print_head(info);
	for (unsigned int i = 0; i < info->nr_placements; i++) {
		printf("%-*s%-*s", NAME_WIDTH, info->placement[i], LABEL_WIDTH - NAME_WIDTH,
		       info->placement_text[i]);
		for (unsigned int k = 0; k < info->nr_paths; k++) {
			const struct cell *cell = &demo->cells[i][k];
			bool last = k + 1 == info->nr_paths;

			printf("%-*s", last ? 0 : CELL_WIDTH, cell_text(cell));
			wide |= cell->verdict == KEEPS && cell->wide_locks;
		}
		putchar('\n');
	}
	print_rule();
	printf("keeps: keeps the convention.  dead: without references, on its way out.\n");
	if (wide)
		printf("*: and holds the exporter's lock while it destroys its own bindings, which\n"
		       "   takes vm->mutex: longer than it need, and everybody else waits.\n");
}

static void print_line(void *arg, const char *text)
{
	printf("  %s\n", text);
}

static const struct cell *first_of(const struct demo *demo, enum kind verdict,
				   unsigned int *placement, unsigned int *path)
{
	const struct ls_demo *info = demo->info;

	for (unsigned int i = 0; i < info->nr_placements; i++) {
		for (unsigned int k = 0; k < info->nr_paths; k++) {
			if (demo->cells[i][k].verdict != verdict)
				continue;
			*placement = i;
			*path = k;
			return &demo->cells[i][k];
		}
	}
	return NULL;
}

/* "free of\nan import" on one line. */
static const char *path_name(const struct ls_demo *info, unsigned int path, char buf[64])
{
	size_t len;

	snprintf(buf, 64, "%s", info->path[path]);
	for (char *p = buf; *p; p++)
		if (*p == '\n')
			*p = ' ';
	len = strlen(buf);
	while (len && buf[len - 1] == ' ')
		buf[--len] = '\0';
	return buf;
}

static void print_reports(const struct demo *demo)
{
	static const enum kind kinds[] = { BREACHES, DEADLOCKS, LEAKS, OTHER };
	unsigned int placement, path;
	char name[64];

	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct cell *cell = first_of(demo, kinds[i], &placement, &path);

		if (!cell)
			continue;
		printf("\n%s: placement %s, %s\n\n", cell_text(cell), demo->info->placement[placement],
		       path_name(demo->info, path, name));
		ls_report_render(&cell->report, print_line, NULL);
	}
}

/* --- JSON ------------------------------------------------------------------ */

static void add_line(void *arg, const char *text)
{
	json_object_array_add(arg, json_object_new_string(text));
}

static struct json_object *cell_json(const struct demo *demo, unsigned int placement,
				     unsigned int path)
{
	const struct cell *cell = &demo->cells[placement][path];
	struct json_object *obj = json_object_new_object(), *lines;
	char name[64];

	json_object_object_add(obj, "placement",
			       json_object_new_string(demo->info->placement[placement]));
	json_object_object_add(obj, "path",
			       json_object_new_string(path_name(demo->info, path, name)));
	json_object_object_add(obj, "verdict",
			       json_object_new_string(cell->verdict == OTHER ?
						      ls_report_class_name(cell->report.class) :
						      verdict_words[cell->verdict]));
	json_object_object_add(obj, "foreign_lock_over_bindings",
			       json_object_new_boolean(cell->wide_locks != 0));
	if (cell->verdict == KEEPS)
		return obj;

	lines = json_object_new_array();
	ls_report_render(&cell->report, add_line, lines);
	json_object_object_add(obj, "rule", json_object_new_string(cell->report.rule));
	json_object_object_add(obj, "report", lines);
	return obj;
}

static void print_json(const struct demo *demo)
{
	struct json_object *root = json_object_new_object();
	struct json_object *cells = json_object_new_array();

	for (unsigned int i = 0; i < demo->info->nr_placements; i++)
		for (unsigned int k = 0; k < demo->info->nr_paths; k++)
			json_object_array_add(cells, cell_json(demo, i, k));
	json_object_object_add(root, "cells", cells);
	puts(json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY |
						  JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(root);
}

/* --- command --------------------------------------------------------------- */

/* The module lies beside the library: in drivers/ of a build tree, in lockstep/ installed. */
static char *find_module(void)
{
	static const char *const dirs[] = { "drivers", "lockstep" };
	char *dir = xstrdup(lockstep_paths()->library), *path;

	*strrchr(dir, '/') = '\0';
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		path = xprintf("%s/%s/" MODULE, dir, dirs[i]);
		if (!access(path, R_OK)) {
			free(dir);
			return path;
		}
		free(path);
	}
	free(dir);
	return NULL;
}

static int load(struct demo *demo)
{
	static struct run run;
	char *path = find_module();
	void *handle;
	int ret;

	if (!path)
		return trouble("the demo's module " MODULE " is missing; build or install Lockstep again");
	strv_add(&run.paths, path);
	ret = load_modules(&run);
	if (ret)
		goto out;
	demo->module = run.infos[0];

	handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
	demo->info = handle ? dlsym(handle, "lockstep_demo") : NULL;
	if (!demo->info)
		ret = trouble("%s has no demo in it; build or install Lockstep again", path);
out:
	free(path);
	return ret;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct demo *demo = state->input;

	switch (key) {
	case 'j':
		demo->json = true;
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "'%s' is one argument too many: there are none", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{ "json", 'j', NULL, 0, "print the table and all reports as JSON", 0 },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Try every proposed place for the reservation lock in a driver's free path, "
	       "and print what came of it.\v"
	       "Exit status: 0 the demo ran, 2 it could not.",
};

int cmd_demo(int argc, char **argv)
{
	static struct demo demo; /* large */
	static char cwd[4096];
	int ret;

	if (parse_args(&argp, argc, argv, &demo))
		return EXIT_TROUBLE;
	os_source_root(LS_SOURCE_ROOT);
	if (getcwd(cwd, sizeof(cwd)))
		os_source_root(cwd);
	ret = load(&demo);
	if (ret)
		return ret;
	if (ls_shared_reserve(SHARED_BYTES))
		return trouble("no memory to share with the workers");
	ret = run_all(&demo);
	if (ret)
		return ret;

	if (demo.json) {
		print_json(&demo);
	} else {
		print_table(&demo);
		print_reports(&demo);
	}
	if (fflush(stdout) || ferror(stdout))
		return trouble("cannot write to standard output: %s", strerror(errno));
	return EXIT_CLEAN;
}
