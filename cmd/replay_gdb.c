// SPDX-License-Identifier: MIT
/*
 * `lockstep replay --gdb`: gdb around a replay in one process. The functions here are for gdb to
 * break on and to call; tasks are fibres, which it knows nothing of.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lockstep/symbol.h"
#include "replay.h"

void ls_replay_step(unsigned int step);
void ls_replay_tasks(void);
void ls_replay_backtrace(unsigned int task);

/**
 * ls_replay_step() - a step begins
 * @step: its number, from 1, as `lockstep replay --steps` shows it
 *
 * Does nothing: it is there to have a breakpoint. The caller's callers are the task that makes
 * the step.
 */
__attribute__((noinline)) void ls_replay_step(unsigned int step)
{
	__asm__ volatile("" : : "r"(step) : "memory");
}

void replay_step_hook(struct ls_explore *x, unsigned int step)
{
	ls_replay_step(step);
}

/* What is known so far, as a view. */
static void view_now(struct ls_view *v)
{
	*v = (struct ls_view){ .symbolize = os_symbolize, .failed = -1 };
	v->steps = ls_explore_steps(&v->nr);
	if (ls_view_init(v))
		exit(trouble("out of memory"));
}

/* The last step of @task, -1: none. */
static int last_step(const struct ls_view *v, unsigned int task)
{
	for (unsigned int i = v->nr; i-- > 0;) {
		if (v->steps[i].choice.task == task)
			return (int)i;
	}
	return -1;
}

/**
 * ls_replay_tasks() - print what each task did last
 */
void ls_replay_tasks(void)
{
	char name[64], object[64];
	struct ls_call call;
	struct ls_view v;

	view_now(&v);
	for (unsigned int t = 0; t < LS_TASKS_MAX; t++) {
		int at = last_step(&v, t);

		if (at < 0)
			continue;
		ls_view_call(&v, at, &call);
		ls_view_task(&v, t, name, sizeof(name));
		snprintf(object, sizeof(object), "%s", call.object);
		printf("%s %s: step %d, %s%s%s(%s)\n", at + 1 == (int)v.nr ? "*" : " ", name, at + 1,
		       call.caller, call.caller[0] ? " -> " : "", call.func, object);
	}
	fflush(stdout);
	ls_view_fini(&v);
}

/**
 * ls_replay_backtrace() - print the call chain with which a task came to its last step
 * @task: its number
 */
void ls_replay_backtrace(unsigned int task)
{
	struct ls_frame_text lines[LS_STACK_MAX];
	struct ls_view v;
	int at;

	view_now(&v);
	at = last_step(&v, task);
	if (at < 0)
		printf("task %u has made no step yet\n", task);
	for (unsigned int i = 0, nr = at < 0 ? 0 : ls_view_stack(&v, at, lines, LS_STACK_MAX); i < nr; i++)
		printf("    %-36s %s\n", lines[i].func, lines[i].place);
	fflush(stdout);
	ls_view_fini(&v);
}

static const char script[] =
	"set confirm off\n"
	"set pagination off\n"
	"set breakpoint pending on\n"
	"set print thread-events off\n"
	"define lockstep-step\n"
	"tbreak ls_replay_step\n"
	"continue\n"
	"end\n"
	"document lockstep-step\n"
	"Go on to the next step, of whatever task.\n"
	"end\n"
	"define lockstep-goto\n"
	"tbreak ls_replay_step if step == $arg0\n"
	"continue\n"
	"end\n"
	"document lockstep-goto\n"
	"lockstep-goto N: go on to step N, as `lockstep replay --steps` numbers them.\n"
	"end\n"
	"define lockstep-tasks\n"
	"call (void)ls_replay_tasks()\n"
	"end\n"
	"document lockstep-tasks\n"
	"What each task did last; * marks the one that runs.\n"
	"end\n"
	"define lockstep-bt\n"
	"call (void)ls_replay_backtrace($arg0)\n"
	"end\n"
	"document lockstep-bt\n"
	"lockstep-bt TASK: the call chain of the last step of a task.\n"
	"end\n";

/* gdb reads it and removes it. NULL with the reason printed. */
static char *write_script(const struct ls_schedule *s, unsigned int step)
{
	const char *dir = getenv("TMPDIR");
	char *path = xprintf("%s/lockstep-XXXXXX.gdb", dir && *dir ? dir : "/tmp");
	int fd = mkostemps(path, 4, O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f) {
		trouble("cannot write a script for gdb, %s: %s", path, strerror(errno));
		return NULL;
	}
	fputs(script, f);
	/* Clients' mappings fault by design; a crash is what one wants to see. */
	if (s->verdict != LS_VERDICT_CRASH)
		fputs("handle SIGSEGV nostop noprint pass\n", f);
	fprintf(f, "shell rm -f '%s'\n", path);
	fprintf(f, "echo \\nlockstep: the failing step is %u of %u. lockstep-step, lockstep-goto N, "
		   "lockstep-tasks, lockstep-bt TASK; help user-defined.\\n\\n\n", step, step);
	fprintf(f, "tbreak ls_replay_step if step == %u\n", step);
	fputs("run\n", f);
	if (fclose(f)) {
		trouble("cannot write a script for gdb, %s: %s", path, strerror(errno));
		unlink(path);
		return NULL;
	}
	return path;
}

int replay_in_gdb(const struct ls_schedule *s, char **argv, unsigned int step)
{
	static char exe[4096];
	struct strv args = { 0 };
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *path;

	if (len < 0)
		return trouble("cannot find this program for gdb: %s", strerror(errno));
	path = write_script(s, step);
	if (!path)
		return EXIT_TROUBLE;
	strv_add_all(&args, (const char *const[]){ "gdb", "-q", "-x", path, "--args", exe, "replay",
						   "--no-fork", NULL });
	for (int i = 1; argv[i]; i++) {
		if (strcmp(argv[i], "--gdb"))
			strv_add(&args, argv[i]);
	}
	fflush(NULL);
	execvp("gdb", args.v);
	trouble("cannot run gdb: %s; install it (Debian: apt-get install gdb)", strerror(errno));
	unlink(path);
	return EXIT_TROUBLE;
}
