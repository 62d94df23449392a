// SPDX-License-Identifier: MIT
#include "jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"

struct slot {
	pid_t pid; /* 0: free */
	int fd;	   /* pidfd, or -1 */
};

static volatile sig_atomic_t signalled;
static struct sigaction before[2];
static int depth;	/* of begins within begins */
static const int signals[2] = { SIGINT, SIGTERM };

static void note_signal(int sig)
{
	signalled = sig;
}

void ls_jobs_signals_begin(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	if (depth++)
		return;
	signalled = 0;
	for (int i = 0; i < 2; i++) {
		sigaction(signals[i], NULL, &before[i]);
		/* Under nohup and the like it stays ignored. */
		if (before[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

void ls_jobs_signals_end(void)
{
	/* A second Ctrl-C does not change how it ends, or leave anything behind. */
	if (--depth || signalled)
		return;
	for (int i = 0; i < 2; i++)
		sigaction(signals[i], &before[i], NULL);
}

int ls_jobs_interrupted(void)
{
	return signalled != 0;
}

/* What the user's shell may have set for other builds and what would change what these do. */
static const char *const unwanted[] = {
	"MAKEFLAGS",
	"MFLAGS",
	"GNUMAKEFLAGS",
	"MAKELEVEL",
	"MAKEFILES",
	"MAKEOVERRIDES",
	"ARCH",
	"SRCARCH",
	"SUBARCH",
	"CROSS_COMPILE",
	"LLVM",
	"CC",
	"HOSTCC",
	"KBUILD_OUTPUT",
	"KBUILD_EXTMOD",
	"KBUILD_VERBOSE",
	"KCONFIG_CONFIG",
	"KCONFIG_ALLCONFIG",
	"KCFLAGS",
	"KCPPFLAGS",
	"KAFLAGS",
	"V",
	"C",
	"O",
	"M",
	"W",
	"CPATH",
	"C_INCLUDE_PATH",
	"CCC_OVERRIDE_OPTIONS",
	"LC_ALL",
	"SOURCE_DATE_EPOCH",
	"DEPENDENCIES_OUTPUT",
	"SUNPRO_DEPENDENCIES",
};

static char **clean_environment(void)
{
	size_t nr = 0, kept = 0;
	char **env;

	while (environ[nr])
		nr++;
	env = calloc(nr + 2, sizeof(*env));
	if (!env)
		ls_no_memory();
	for (size_t i = 0; i < nr; i++) {
		size_t name = strcspn(environ[i], "="), j = 0,
		       all = sizeof(unwanted) / sizeof(*unwanted);

		while (j < all && (strncmp(environ[i], unwanted[j], name) || unwanted[j][name]))
			j++;
		if (j == all)
			env[kept++] = environ[i];
	}
	env[kept] = "LC_ALL=C";
	return env;
}

static int start(struct slot *slot, const struct ls_command *command, const sigset_t *mask)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	char **env = clean_environment();
	sigset_t defaults;
	int err;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, mask);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, command->out ? command->out : "/dev/null",
					 O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_addopen(&actions, 2, command->err ? command->err : "/dev/null",
					 O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (command->dir)
		posix_spawn_file_actions_addchdir_np(&actions, command->dir);
	err = posix_spawnp(&slot->pid, command->argv[0], &actions, &attr,
			   (char *const *)command->argv, env);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	free(env);
	if (err) {
		slot->pid = 0;
		return -err;
	}
	slot->fd = pidfd_open(slot->pid, 0);
	if (slot->fd >= 0)
		return 0;
	err = -errno;
	kill(slot->pid, SIGTERM);
	waitpid(slot->pid, NULL, 0);
	slot->pid = 0;
	return err;
}

/* Run what @jobs wants in this slot, until something runs. Return: 0, or why to stop. */
static int fill(const struct ls_jobs *jobs, struct slot *slots, unsigned int i,
		struct ls_command *command, int more, const sigset_t *mask)
{
	while (more > 0) {
		int err = start(&slots[i], command, mask);

		if (!err)
			return 0;
		if (err == -EMFILE || err == -ENFILE || err == -EAGAIN || err == -ENOMEM)
			return err;
		more = jobs->done(jobs->arg, i, LS_JOB_NOT_STARTED, command);
		if (!more)
			more = jobs->next(jobs->arg, i, command);
	}
	return more < 0 ? -ECANCELED : 0;
}

/* Wait until a program has ended. Return: how many run, or -EINTR. */
static int wait_any(const struct slot *slots, struct pollfd *fds, unsigned int nr,
		    const sigset_t *mask)
{
	int running = 0;

	for (unsigned int i = 0; i < nr; i++) {
		fds[i] = (struct pollfd){ .fd = slots[i].pid ? slots[i].fd : -1, .events = POLLIN };
		running += slots[i].pid != 0;
	}
	if (!running)
		return 0;
	if (ppoll(fds, nr, NULL, mask) < 0 && errno != EINTR)
		return -errno;
	return signalled ? -EINTR : running;
}

static int collect(const struct ls_jobs *jobs, struct slot *slots, unsigned int i,
		   const sigset_t *mask)
{
	struct ls_command command = { 0 };
	int status, more;

	if (waitpid(slots[i].pid, &status, WNOHANG) != slots[i].pid)
		return 0;
	close(slots[i].fd);
	slots[i].pid = 0;
	more = jobs->done(jobs->arg, i, status, &command);
	return fill(jobs, slots, i, &command, more, mask);
}

static void stop_all(struct slot *slots, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (slots[i].pid)
			kill(slots[i].pid, SIGTERM);
	for (unsigned int i = 0; i < nr; i++) {
		if (!slots[i].pid)
			continue;
		waitpid(slots[i].pid, NULL, 0);
		close(slots[i].fd);
	}
}

int ls_jobs_run(const struct ls_jobs *jobs)
{
	struct slot *slots = calloc(jobs->nr, sizeof(*slots));
	struct pollfd *fds = calloc(jobs->nr, sizeof(*fds));
	sigset_t blocked, mask;
	int err = 0;

	if (!slots || !fds)
		ls_no_memory();
	/* Signals come in ppoll() only, so none is missed between a look at the flag and it. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &mask);
	while (!err) {
		struct ls_command command;

		for (unsigned int i = 0; i < jobs->nr && !err; i++) {
			command = (struct ls_command){ 0 };
			if (!slots[i].pid)
				err = fill(jobs, slots, i, &command,
					   jobs->next(jobs->arg, i, &command), &mask);
		}
		if (!err)
			err = wait_any(slots, fds, jobs->nr, &mask);
		if (err <= 0)
			break;
		err = 0;
		for (unsigned int i = 0; i < jobs->nr && !err; i++)
			if (slots[i].pid && fds[i].revents)
				err = collect(jobs, slots, i, &mask);
	}
	stop_all(slots, jobs->nr);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	free(slots);
	free(fds);
	return signalled ? -EINTR : err;
}

struct one {
	const struct ls_command *command;
	int *status;
};

static int one_next(void *arg, unsigned int slot, struct ls_command *command)
{
	struct one *one = arg;

	(void)slot;
	if (!one->command)
		return 0;
	*command = *one->command;
	one->command = NULL;
	return 1;
}

static int one_done(void *arg, unsigned int slot, int status, struct ls_command *command)
{
	struct one *one = arg;

	(void)slot;
	(void)command;
	*one->status = status;
	return 0;
}

int ls_jobs_one(const struct ls_command *command, int *status)
{
	struct one one = { .command = command, .status = status };
	struct ls_jobs jobs = { .nr = 1, .arg = &one, .next = one_next, .done = one_done };

	return ls_jobs_run(&jobs);
}
