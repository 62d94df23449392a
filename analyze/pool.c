// SPDX-License-Identifier: MIT
/*
 * Work in forked processes. What one of them dies of costs one piece.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs.h"
#include "judge_private.h"

#define LOOK_MS 500	/* a signal that comes between two looks waits so long at most */

struct worker {
	pid_t pid;		/* 0: none */
	int words;		/* what it prints on standard error */
	size_t piece;
};

static void __attribute__((noreturn)) be_worker(const struct ls_pool *pool, struct worker *w)
{
	int status;

	/* Ctrl-C comes to all processes of the terminal: these just end. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	dup2(w->words, STDERR_FILENO);
	status = pool->work(pool->arg, w->piece);
	fflush(stderr);
	_exit(status);
}

static int start(const struct ls_pool *pool, struct worker *w, struct pollfd *fd, size_t piece)
{
	w->piece = piece;
	w->words = memfd_create("words", MFD_CLOEXEC);
	if (w->words < 0)
		return -errno;
	w->pid = fork();
	if (!w->pid)
		be_worker(pool, w);
	if (w->pid > 0) {
		fd->fd = pidfd_open(w->pid, 0);
		if (fd->fd >= 0)
			return 0;
		kill(w->pid, SIGKILL);
		waitpid(w->pid, NULL, 0);
	}
	w->pid = 0;
	close(w->words);
	return -errno;
}

/* Why it failed: what it said last, or how it died. NULL if all is well. To be freed. */
static char *reason(const struct worker *w, int status)
{
	char text[512], *line, *why = NULL;
	ssize_t len;
	int ret;

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return NULL;
	len = pread(w->words, text, sizeof(text) - 1, 0);
	text[len < 0 ? 0 : len] = '\0';
	line = strtok(text, "\n");
	if (WIFSIGNALED(status))
		ret = asprintf(&why, "its process died: %s%s%s", strsignal(WTERMSIG(status)),
			       line ? "; " : "", line ? line : "");
	else
		ret = asprintf(&why, "%s", line ? line : "its process failed without a word");
	if (ret < 0)
		ls_no_memory();
	return why;
}

/* It has ended, or is ended now. */
static int reap(struct ls_pool *pool, struct worker *w, struct pollfd *fd, int tell)
{
	struct rusage use;
	int status, ret = 0;

	while (wait4(w->pid, &status, 0, &use) < 0 && errno == EINTR)
		;
	if (use.ru_maxrss > pool->peak_kib)
		pool->peak_kib = use.ru_maxrss;
	pool->cpu_seconds += use.ru_utime.tv_sec + use.ru_stime.tv_sec +
			     (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
	if (tell) {
		char *why = reason(w, status);

		ret = pool->done(pool->arg, w->piece, why);
		free(why);
	}
	close(fd->fd);
	close(w->words);
	fd->fd = -1;
	w->pid = 0;
	return ret;
}

/* One look at all of them. Returns how many run, or -errno. */
static int look(struct ls_pool *pool, struct worker *w, struct pollfd *fds)
{
	int busy = 0, ret = 0;

	if (poll(fds, pool->nr, LOOK_MS) < 0 && errno != EINTR)
		return -errno;
	for (unsigned int i = 0; i < pool->nr && !ret && !ls_jobs_interrupted(); i++) {
		if (w[i].pid && fds[i].revents)
			ret = reap(pool, &w[i], &fds[i], 1) ? -ECANCELED : 0;
		busy += w[i].pid != 0;
	}
	return ret ? ret : ls_jobs_interrupted() ? -EINTR : busy;
}

int ls_pool_run(struct ls_pool *pool)
{
	struct worker *w = calloc(pool->nr, sizeof(*w));
	struct pollfd *fds = calloc(pool->nr, sizeof(*fds));
	size_t next = 0;
	int ret = pool->all != 0;

	if (!w || !fds)
		ls_no_memory();
	/* Nothing may be printed by two processes. */
	fflush(NULL);
	for (unsigned int i = 0; i < pool->nr; i++)
		fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	ls_jobs_signals_begin();
	while (ret > 0 || (!ret && next < pool->all)) {
		ret = 0;
		for (unsigned int i = 0; i < pool->nr && next < pool->all && !ret; i++) {
			if (!w[i].pid)
				ret = start(pool, &w[i], &fds[i], next++);
		}
		if (!ret)
			ret = look(pool, w, fds);
	}
	for (unsigned int i = 0; i < pool->nr; i++) {
		if (!w[i].pid)
			continue;
		kill(w[i].pid, SIGKILL);
		reap(pool, &w[i], &fds[i], 0);
	}
	ls_jobs_signals_end();
	free(w);
	free(fds);
	return ret;
}
