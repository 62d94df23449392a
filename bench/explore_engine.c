// SPDX-License-Identifier: MIT
/* One exploration of bench_explore_task() in a process of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bench_explore.h"
#include "explore.h"
#include "lockstep/boot.h"
#include "lockstep/checks.h"
#include "lockstep/crash.h"
#include "lockstep/os.h"

#define TASKS 4

static struct explore_sample *sample;
static unsigned long long first_look;

/* Processor time: other work of the machine does not count. */
static double cpu_seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Resident pages of this process. */
static unsigned long resident(void)
{
	unsigned long size = 0, pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%lu %lu", &size, &pages) != 2)
		pages = 0;
	if (f)
		fclose(f);
	return pages;
}

static bool done(struct ls_explore *x, enum ls_verdict verdict)
{
	if (x->executions + x->blocked == first_look)
		sample->pages_early = resident();
	return true;
}

static void task_main(void *arg)
{
	bench_explore_enter();
	bench_explore_task((unsigned int)(unsigned long)arg);
}

static void boot(void *arg)
{
	ls_boot();
	if (bench_explore_init())
		_exit(2);
	ls_checks = 0;
}

static void run(void *arg)
{
	void *threads[TASKS];

	for (unsigned long i = 0; i < TASKS; i++)
		threads[i] = ls_seam->spawn(task_main, (void *)i, "bench");
	for (unsigned int i = 0; i < TASKS; i++)
		ls_seam->join(threads[i]);
	ls_explore_end(false);
}

static void explore(int fd, int dpor, unsigned long long executions)
{
	struct explore_sample s = { 0 };
	struct ls_explore x = {
		.boot = boot,
		.run = run,
		.strategy = dpor ? LS_DPOR : LS_RANDOM,
		.seed = 1,
		.max_executions = executions,
		.done = done,
	};

	sample = &s;
	first_look = executions / 100;
	os_crash_init(1);
	if (ls_explore_run(&x)) {
		fprintf(stderr, "bench: %s\n", x.error);
		_exit(2);
	}
	s.executions = x.executions + x.blocked;
	s.seconds = cpu_seconds();
	s.points = x.max_depth;
	s.pages_late = resident();
	if (write(fd, &s, sizeof(s)) != sizeof(s))
		_exit(2);
	_exit(0);
}

int explore_measure(int dpor, unsigned long long executions, struct explore_sample *out)
{
	int fds[2], status;
	pid_t pid;
	ssize_t n;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (pid < 0)
		return -1;
	if (!pid)
		explore(fds[1], dpor, executions);
	close(fds[1]);
	n = read(fds[0], out, sizeof(*out));
	close(fds[0]);
	waitpid(pid, &status, 0);
	return n == sizeof(*out) && !status ? 0 : -1;
}
