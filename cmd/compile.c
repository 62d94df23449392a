// SPDX-License-Identifier: MIT
/*
 * Compiler and linker.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build.h"
#include "ls_abi.h"
#include "ls_config.h"

static void print_command(const struct strv *cmd)
{
	for (size_t i = 0; i < cmd->nr; i++)
		fprintf(stderr, "%s%s", i ? " " : "", cmd->v[i]);
	fputc('\n', stderr);
}

/* Start @cmd in directory @dir with file descriptor @fd redirected to @file; either may be NULL. */
static pid_t start(const struct build *b, const struct strv *cmd, const char *dir, int fd,
		   const char *file)
{
	pid_t pid;

	if (b->verbose)
		print_command(cmd);
	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	if (file) {
		int to = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		if (to < 0 || dup2(to, fd) < 0)
			_exit(126);
	}
	if (dir && chdir(dir))
		_exit(126);
	execvp(cmd->v[0], cmd->v);
	fprintf(stderr, "%s: %s\n", cmd->v[0], strerror(errno));
	_exit(127);
}

static int wait_for(pid_t pid)
{
	int status;

	if (pid < 0)
		return -1;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int run_command(const struct build *b, const struct strv *cmd, const char *err)
{
	return wait_for(start(b, cmd, NULL, STDERR_FILENO, err));
}

int run_to_file(const struct build *b, const struct strv *cmd, const char *out,
		const char *input)
{
	int status = wait_for(start(b, cmd, NULL, STDOUT_FILENO, out));

	if (interrupted())
		return EXIT_INTERRUPTED;
	if (status == 127)
		return trouble("cannot run %s: is it installed?", cmd->v[0]);
	if (status)
		return trouble("%s does not understand %s; its message stands above", cmd->v[0],
			       input);
	return 0;
}

/* Returns false if there is nothing in it. */
static bool show_file(const char *path)
{
	char buf[4096];
	bool any = false;
	size_t n;
	FILE *f = fopen(path, "r");

	while (f && (n = fread(buf, 1, sizeof(buf), f))) {
		fwrite(buf, 1, n, stderr);
		any = true;
	}
	if (f)
		fclose(f);
	return any;
}

/* --- command lines ------------------------------------------------------------------------ */

static bool from_tree(const struct build *b, const char *source)
{
	size_t len = strlen(b->view);

	return !strncmp(source, b->view, len) && source[len] == '/';
}

/*
 * Instrumented as the kernel's KCSAN has it done: what is volatile is told apart, functions are
 * not announced. The runtime is Lockstep's, so nothing of this is said to the linker.
 */
static void race_flags(const struct build *b, struct strv *cmd)
{
	static const char *const params[] = { "tsan-distinguish-volatile=1",
					      "tsan-instrument-func-entry-exit=0" };

	strv_add(cmd, "-fsanitize=thread");
	strv_add(cmd, "-DLOCKSTEP_RACES");
	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		strv_add(cmd, b->clang ? "-mllvm" : "--param");
		strv_addf(cmd, "%s%s", b->clang ? "-" : "", params[i]);
	}
	strv_add(cmd, "-fno-builtin-memcpy");
	strv_add(cmd, "-fno-builtin-memmove");
	strv_add(cmd, "-fno-builtin-memset");
	strv_add(cmd, "-fno-builtin-memcmp");
}

int races_prepare(struct build *b)
{
	char *out = xprintf("%s/version", b->scratch), line[256] = "";
	struct strv cmd = { 0 };
	FILE *f;
	int ret;

	/* The compilers refuse two of them at a time. */
	if (strstr(LS_SANITIZE, "address") || strstr(LS_SANITIZE, "thread")) {
		free(out);
		return trouble("--races: this Lockstep is built with the sanitizer '%s', which cannot "
			       "be had together with it; use one built without", LS_SANITIZE);
	}
	strv_add(&cmd, b->cc);
	strv_add(&cmd, "--version");
	ret = run_to_file(b, &cmd, out, "--version");
	f = ret ? NULL : fopen(out, "r");
	if (f) {
		b->clang = fgets(line, sizeof(line), f) && strstr(line, "clang");
		fclose(f);
	}
	strv_free(&cmd);
	free(out);
	return ret;
}

/* Flags that every object gets. The order of -I: Lockstep's headers, then the recipe's. */
static void common_flags(const struct build *b, struct strv *cmd)
{
	const int *v = b->version;

	strv_add(cmd, b->cc);
	strv_add(cmd, "-O2");
	strv_add_all(cmd, ls_kernel_flags);
	/* Since 6.2 plain char is unsigned on all architectures. */
	if (v[0] < 6 || (v[0] == 6 && v[1] < 2))
		strv_add(cmd, "-fsigned-char");
	strv_add(cmd, "-fPIC");
	strv_add(cmd, "-fvisibility=default");
	if (LS_SANITIZE[0])
		strv_add(cmd, "-fsanitize=" LS_SANITIZE);
	if (b->races)
		race_flags(b, cmd);
	for (size_t i = 0; i < lockstep_paths()->include.nr; i++)
		strv_addf(cmd, "-I%s", lockstep_paths()->include.v[i]);
	for (const char *const *header = ls_kernel_forced; *header; header++) {
		strv_add(cmd, "-include");
		strv_add(cmd, *header);
	}
	strv_addf(cmd, "-DLOCKSTEP_LINUX=0x%02x%02x%02x", v[0], v[1], v[2] > 255 ? 255 : v[2]);
	strv_addf(cmd, "-DKBUILD_MODNAME=\"%s\"", b->name);
	strv_addf(cmd, "-DKBUILD_MODFILE=\"%s\"", b->name);
	/* A file of the view is reported by its path in the tree; the last match counts. */
	strv_addf(cmd, "-ffile-prefix-map=%s=.", b->scratch);
	strv_addf(cmd, "-ffile-prefix-map=%s/=", b->view);
}

/* "dir/name.c" -> "name" */
static char *stem(const char *source)
{
	const char *slash = strrchr(source, '/');
	char *name = xstrdup(slash ? slash + 1 : source);

	name[strlen(name) - 2] = '\0';
	return name;
}

static void file_flags(const struct build *b, struct strv *cmd, const char *name)
{
	char *object = xprintf("%s.o ", name);
	size_t len = strlen(object);

	for (size_t i = 0; i < b->file_flags.nr; i++) {
		if (!strncmp(b->file_flags.v[i], object, len))
			strv_split(cmd, b->file_flags.v[i] + len);
	}
	free(object);
}

static void compile_command(const struct build *b, struct strv *cmd, const char *source,
			    const char *object)
{
	char *name = stem(source);

	common_flags(b, cmd);
	if (from_tree(b, source))
		strv_add(cmd, "-w"); /* not the user's to mend */
	else
		strv_add(cmd, "-Wall");
	strv_addf(cmd, "-DKBUILD_BASENAME=\"%s\"", name);
	for (size_t i = 0; i < b->ccflags.nr; i++)
		strv_add(cmd, b->ccflags.v[i]);
	file_flags(b, cmd, name);
	strv_add(cmd, "-c");
	strv_add(cmd, source);
	strv_add(cmd, "-o");
	strv_add(cmd, object);
	free(name);
}

/* The object that tells about the module: see lockstep/modinfo.h. */
static int info_command(const struct build *b, struct strv *cmd, const char *object)
{
	char *source = xprintf("%s/modinfo.c", b->scratch);
	FILE *f = fopen(source, "w");
	int ret = 0;

	if (!f || fputs("#include <lockstep/modinfo.h>\n", f) < 0 || fclose(f))
		ret = trouble("cannot write %s: %s; set TMPDIR to a directory with space", source,
			      strerror(errno));
	common_flags(b, cmd);
	strv_add(cmd, "-DLOCKSTEP_ABI=\"" LOCKSTEP_ABI "\"");
	strv_add(cmd, "-DLOCKSTEP_SANITIZERS=\"" LS_SANITIZE "\"");
	strv_addf(cmd, "-DLOCKSTEP_MODULE_NAME=\"%s\"", b->name);
	if (b->rules)
		strv_addf(cmd, "-DLOCKSTEP_MODULE_RULES=\"%s\"", b->rules);
	strv_add(cmd, "-c");
	strv_add(cmd, source);
	strv_add(cmd, "-o");
	strv_add(cmd, object);
	free(source);
	return ret;
}

/* --- many at once ----------------------------------------------------------------------------- */

/* One compiler that runs, or ran. */
struct job {
	pid_t pid;
	const char *source, *cc;
	char *messages;
};

/* @failed: another has failed; one complaint about the compiler itself is enough. */
static int finish(struct job *job, bool failed)
{
	int status = wait_for(job->pid);
	bool said = status != 127 && show_file(job->messages);

	free(job->messages);
	job->pid = 0;
	if (interrupted())
		return EXIT_INTERRUPTED;
	if (!status)
		return 0;
	if (status == 127)
		return failed ? EXIT_TROUBLE :
		       trouble("cannot run the compiler %s; name another with --cc", job->cc);
	if (said)
		return trouble("%s does not compile; the compiler's message stands above",
			       job->source);
	return failed ? EXIT_TROUBLE :
	       trouble("%s fails on %s and does not say why; is the disk full where it works? set "
		       "TMPDIR to a directory with space", job->cc, job->source);
}

/* The source as the user knows it. */
static const char *display(const struct build *b, const char *source)
{
	return from_tree(b, source) ? source + strlen(b->view) + 1 : source;
}

int compile_all(struct build *b, struct strv *objs)
{
	size_t nr = b->objects.nr, next = 0, oldest = 0;
	struct job *jobs = xalloc((nr + 1) * sizeof(*jobs));
	int ret = 0;

	while (oldest < nr + 1) {
		if (!ret && next < nr + 1 && next - oldest < b->jobs) {
			struct strv cmd = { 0 };
			struct job *job = &jobs[next];
			char *object = xprintf("%s/%zu.o", b->scratch, next);

			job->messages = xprintf("%s/%zu.err", b->scratch, next);
			if (next < nr) {
				job->source = display(b, b->objects.v[next]);
				compile_command(b, &cmd, b->objects.v[next], object);
			} else {
				job->source = "the module's description";
				ret = info_command(b, &cmd, object);
			}
			job->cc = b->cc;
			job->pid = start(b, &cmd, b->scratch, STDERR_FILENO, job->messages);
			strv_add(objs, object);
			strv_free(&cmd);
			free(object);
			next++;
		} else if (oldest < next) {
			int err = finish(&jobs[oldest++], ret);

			ret = ret ? ret : err;
		} else {
			break; /* an error, and none runs */
		}
	}
	free(jobs);
	return ret;
}

int link_module(struct build *b, const struct strv *objs)
{
	char *tmp = xprintf("%s.%d.tmp", b->out, (int)getpid());
	struct strv cmd = { 0 };
	int ret;

	strv_add(&cmd, b->cc);
	strv_add(&cmd, "-shared");
	strv_add(&cmd, "-g");
	strv_add(&cmd, "-Wl,-Bsymbolic");
	strv_add(&cmd, "-Wl,--build-id");
	if (b->races)
		strv_add(&cmd, "-Wl,--wrap=memcpy,--wrap=memmove,--wrap=memset,--wrap=memcmp");
	if (LS_SANITIZE[0])
		strv_add(&cmd, "-fsanitize=" LS_SANITIZE);
	for (size_t i = 0; i < objs->nr; i++)
		strv_add(&cmd, objs->v[i]);
	strv_add(&cmd, "-o");
	strv_add(&cmd, tmp);

	if (run_command(b, &cmd, NULL))
		ret = interrupted() ? EXIT_INTERRUPTED :
		      trouble("cannot link %s; the linker's message stands above", b->out);
	else
		ret = check_undefined(b, tmp, objs);
	if (!ret && rename(tmp, b->out))
		ret = trouble("cannot write %s: %s", b->out, strerror(errno));
	if (ret)
		unlink(tmp);
	strv_free(&cmd);
	free(tmp);
	return ret;
}
