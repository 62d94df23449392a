// SPDX-License-Identifier: MIT
/*
 * `lockstep replay --gdb`: gdb around a replay in one process. Tasks are fibres, which gdb knows
 * nothing of; but the replay is the same each time, so that what they do, step by step, is known from
 * one before. Commands that tell it read that from a file: nothing is called in the program.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "replay.h"

#define DIR_VARIABLE "LOCKSTEP_GDB_DIR"
#define FRAMES	     32

void ls_replay_step(unsigned int step);

/* The step that runs: for the commands. */
volatile unsigned int ls_replay_now __attribute__((used));

/**
 * ls_replay_step() - a step begins
 * @step: its number, from 1, as `lockstep replay --steps` shows it
 *
 * It is there to have a breakpoint. Its callers' callers are the task that makes the step.
 */
__attribute__((noinline)) void ls_replay_step(unsigned int step)
{
	__asm__ volatile("" : : "r"(step) : "memory");
}

void replay_step_hook(struct ls_explore *x, unsigned int step)
{
	ls_replay_now = step;
	ls_replay_step(step);
}

/* --- what gdb is given ----------------------------------------------------------------- */

static const char commands[] =
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
	"eval \"shell awk -v now=%u -f \\\"$" DIR_VARIABLE "/show.awk\\\" \\\"$" DIR_VARIABLE
	"/steps\\\"\", ls_replay_now\n"
	"end\n"
	"document lockstep-tasks\n"
	"What each task did last; * marks the one that runs.\n"
	"end\n"
	"define lockstep-bt\n"
	"eval \"shell awk -v now=%u -v task=%u -f \\\"$" DIR_VARIABLE "/show.awk\\\" \\\"$" DIR_VARIABLE
	"/steps\\\"\", ls_replay_now, $arg0\n"
	"end\n"
	"document lockstep-bt\n"
	"lockstep-bt TASK: the call chain with which a task came to its last step.\n"
	"end\n";

/* Lines of the file: step, task, and what; or nothing, task, and a frame of the step above. */
static const char show[] =
	"BEGIN { FS = \"\\t\" }\n"
	"$1 != \"\" && $1 > now { exit }\n"
	"$1 != \"\" { step[$2] = $1; what[$2] = $3; chain[$2] = \"\"; next }\n"
	"{ chain[$2] = chain[$2] \"    \" $3 \"\\n\" }\n"
	"END {\n"
	"\tfor (t = 0; t < 256; t++) {\n"
	"\t\tif (!(t in step) || (task != \"\" && t != task))\n"
	"\t\t\tcontinue\n"
	"\t\tprintf \"%s %s\\n\", step[t] == now ? \"*\" : \" \", what[t]\n"
	"\t\tif (task != \"\")\n"
	"\t\t\tprintf \"%s\", chain[t]\n"
	"\t}\n"
	"}\n";

static void put_steps(FILE *f, const struct ls_view *v)
{
	struct ls_frame_text lines[FRAMES];
	struct ls_call call;
	char task[64];

	for (unsigned int i = 0; i < v->nr; i++) {
		unsigned int t = v->steps[i].choice.task, nr = ls_view_stack(v, i, lines, FRAMES);

		if (!ls_view_number(v, i))
			continue;
		ls_view_call(v, i, &call);
		ls_view_task(v, t, task, sizeof(task));
		fprintf(f, "%u\t%u\t%s: step %u, %s%s%s(%s)\n", ls_view_number(v, i), t, task,
			ls_view_number(v, i), call.caller, call.caller[0] ? " -> " : "", call.func,
			call.object);
		for (unsigned int k = 0; k < nr; k++)
			fprintf(f, "\t%u\t%-36s %s\n", t, lines[k].func, lines[k].place);
	}
}

static void put_script(FILE *f, const struct replayed *out, unsigned int step)
{
	fputs(commands, f);
	/* Mappings of clients fault by design; a crash is what one wants to see. */
	if (out->verdict != LS_VERDICT_CRASH)
		fputs("handle SIGSEGV nostop noprint pass\n", f);
	fprintf(f, "echo \\nlockstep: it fails in step %u. lockstep-step, lockstep-goto N, lockstep-tasks, "
		   "lockstep-bt TASK; see help user-defined.\\n\\n\n", step);
	fprintf(f, "tbreak ls_replay_step if step == %u\n", step);
	fputs("run\n", f);
}

/* --- around it --------------------------------------------------------------------------- */

struct files {
	char *dir, *script, *steps, *show;
};

static int close_file(FILE *f, const char *path)
{
	bool bad = !f || ferror(f);

	if (f && fclose(f))
		bad = true;
	return bad ? trouble("cannot write %s for gdb: %s", path, strerror(errno)) : 0;
}

static int write_files(const struct files *files, const struct replayed *out, const struct ls_view *v,
		       unsigned int step)
{
	FILE *f = fopen(files->script, "we");

	if (f)
		put_script(f, out, step);
	if (close_file(f, files->script))
		return EXIT_TROUBLE;
	f = fopen(files->steps, "we");
	if (f)
		put_steps(f, v);
	if (close_file(f, files->steps))
		return EXIT_TROUBLE;
	f = fopen(files->show, "we");
	if (f)
		fputs(show, f);
	return close_file(f, files->show);
}

static void __attribute__((noreturn)) exec_gdb(const struct files *files, char **argv)
{
	static char exe[4096];
	struct strv args = { 0 };

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	setenv(DIR_VARIABLE, files->dir, 1);
	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) < 0)
		_exit(trouble("cannot find this program for gdb: %s", strerror(errno)));
	strv_add_all(&args, (const char *const[]){ "gdb", "-q", "-x", files->script, "--args", exe,
						   "replay", "--no-fork", NULL });
	for (int i = 1; argv[i]; i++) {
		if (strcmp(argv[i], "--gdb"))
			strv_add(&args, argv[i]);
	}
	execvp("gdb", args.v);
	_exit(trouble("cannot run gdb: %s; install it (Debian: apt-get install gdb)", strerror(errno)));
}

/* Its exit status. An interrupt is for it, not for us. */
static int run_gdb(const struct files *files, char **argv)
{
	int status;
	pid_t pid;

	signal(SIGINT, SIG_IGN);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return trouble("cannot run gdb: %s", strerror(errno));
	if (!pid)
		exec_gdb(files, argv);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_TROUBLE;
}

int replay_in_gdb(const struct replayed *out, const struct ls_view *v, unsigned int step, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	struct files files;
	int ret;

	files.dir = xprintf("%s/lockstep-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(files.dir)) {
		ret = trouble("cannot make a directory for gdb, %s: %s", files.dir, strerror(errno));
		free(files.dir);
		return ret;
	}
	files.script = xprintf("%s/script.gdb", files.dir);
	files.steps = xprintf("%s/steps", files.dir);
	files.show = xprintf("%s/show.awk", files.dir);
	ret = write_files(&files, out, v, step);
	if (!ret)
		ret = run_gdb(&files, argv);
	unlink(files.script);
	unlink(files.steps);
	unlink(files.show);
	rmdir(files.dir);
	free(files.script);
	free(files.steps);
	free(files.show);
	free(files.dir);
	return ret;
}
