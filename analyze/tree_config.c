// SPDX-License-Identifier: MIT
/* What a tree is, what works on it, and its configuration in the cache. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#include "arena.h"
#include "jobs.h"
#include "ls_bitcode_stamp.h"
#include "tools.h"
#include "tree_work.h"

/* The value of "@name = value" in the head of a Makefile. */
static const char *make_value(struct ls_work *w, const char *text, const char *name)
{
	size_t len = strlen(name);

	for (int line = 0; line < 20 && text; line++) {
		if (!strncmp(text, name, len) && text[len + strspn(text + len, " \t")] == '=') {
			text = strchr(text, '=') + 1;
			text += strspn(text, " \t");
			return ls_arena_strndup(w->arena, text, strcspn(text, " \t\n"));
		}
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return NULL;
}

/* Sets the release if @dir is the top of a kernel tree. Return: what it lacks, or NULL. */
static const char *kernel_tree(struct ls_work *w, const char *dir)
{
	static const char *const needed[] = { "Kconfig", "Kbuild", "scripts", "include" };
	char *text = ls_file_read(ls_arena_printf(w->arena, "%s/Makefile", dir), NULL);
	const char *version, *patchlevel, *sublevel, *extra;

	if (!text)
		return "Makefile";
	version = make_value(w, text, "VERSION");
	patchlevel = make_value(w, text, "PATCHLEVEL");
	sublevel = make_value(w, text, "SUBLEVEL");
	extra = make_value(w, text, "EXTRAVERSION");
	free(text);
	if (!version || !patchlevel)
		return "Makefile with VERSION and PATCHLEVEL";
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (!ls_file_exists(ls_arena_printf(w->arena, "%s/%s", dir, needed[i])))
			return needed[i];
	w->release = ls_arena_printf(w->arena, "%s.%s.%s%s", version, patchlevel,
				     sublevel && *sublevel ? sublevel : "0", extra ? extra : "");
	return NULL;
}

/*
 * The tree that a compile_commands.json is about: the directory it is in or one above, or what
 * "source" there leads to (Kbuild makes that link in a build directory of its own).
 */
static void find_root(struct ls_work *w)
{
	char *dir = ls_arena_strdup(w->arena, w->json), *slash;
	char source[PATH_MAX];

	*strrchr(dir, '/') = '\0';
	w->root = *dir ? ls_arena_strdup(w->arena, dir) : "/";
	if (!kernel_tree(w, w->root))
		return;
	if (realpath(ls_arena_printf(w->arena, "%s/source", dir), source) &&
	    !kernel_tree(w, source)) {
		w->root = ls_arena_strdup(w->arena, source);
		return;
	}
	while ((slash = strrchr(dir, '/')) && slash != dir) {
		*slash = '\0';
		if (!kernel_tree(w, dir)) {
			w->root = dir;
			return;
		}
	}
}

int ls_tree_recognise(struct ls_work *w)
{
	char real[PATH_MAX];
	const char *missing;

	if (!realpath(w->o->tree, real))
		return ls_tree_fail(w,
				    "cannot read %s: %s; name a kernel source tree or a "
				    "compile_commands.json",
				    w->o->tree, strerror(errno));
	if (!ls_file_is_dir(real)) {
		w->json = ls_arena_strdup(w->arena, real);
		find_root(w);
		return 0;
	}
	w->root = ls_arena_strdup(w->arena, real);
	missing = kernel_tree(w, real);
	if (!missing)
		return 0;
	return ls_tree_fail(w,
			    "%s is no kernel tree: it has no %s; name the top directory of the "
			    "sources, or a compile_commands.json",
			    w->o->tree, missing);
}

/* "Debian clang version 14.0.6": the number in it. */
static const char *clang_number(const char *line)
{
	const char *at = line ? strstr(line, "clang version ") : NULL;

	return at ? at + strlen("clang version ") : NULL;
}

int ls_tree_tools(struct ls_work *w)
{
	const char *llvm = ls_tool_llvm_version(),
		   *text = ls_arena_printf(w->arena, "%s/%d.out", w->temp, getpid());
	const char *number;
	char *bitcode = ls_tool_bitcode();
	int status;

	if (!bitcode)
		return ls_tree_fail(w, "this Lockstep was built without LLVM: install clang and "
				       "llvm-dev (on Debian), and build it again");
	w->bitcode = ls_arena_strdup(w->arena, bitcode);
	free(bitcode);
	if (access(w->bitcode, X_OK))
		return ls_tree_fail(
			w,
			"cannot run %s: %s; it belongs to Lockstep: build or install it "
			"again",
			w->bitcode, strerror(errno));
	w->clang = w->o->clang ? w->o->clang : ls_tool_clang();
	if (ls_tree_run(w, (const char *const[]){ w->clang, "--version", NULL }, NULL, text, NULL,
			&status))
		return -1;
	if (status == LS_JOB_NOT_STARTED || status == 127 << 8)
		return ls_tree_fail(w, "there is no %s: install clang %d, or name one with --clang",
				    w->clang, atoi(llvm));
	w->clang_version = ls_file_line(w, text, NULL);
	unlink(text);
	number = clang_number(w->clang_version);
	if (status || !number)
		return ls_tree_fail(w, "%s is no clang: it does not say its version", w->clang);
	if (atoi(number) != atoi(llvm))
		return ls_tree_fail(
			w,
			"%s is version %.*s, but Lockstep was built with LLVM %s: name clang-%d "
			"with --clang, or build Lockstep with -Dllvm=%d",
			w->clang, (int)strcspn(number, " ("), number, llvm, atoi(llvm),
			atoi(number));
	text = ls_arena_printf(w->arena, "%s|%s|%s", w->clang_version, llvm, LS_BITCODE_STAMP);
	w->tools = ls_hash(text, strlen(text), 0);
	return 0;
}

int ls_tree_cache_dirs(struct ls_work *w)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char here[PATH_MAX];
	const char *of;

	if (!getcwd(here, sizeof(here)))
		strcpy(here, "/");
	if (w->o->cache)
		w->cache = w->o->cache;
	else if (base && *base == '/')
		w->cache = ls_arena_printf(w->arena, "%s/lockstep/check", base);
	else if (home && *home)
		w->cache = ls_arena_printf(w->arena, "%s/.cache/lockstep/check", home);
	else
		return ls_tree_fail(
			w, "there is no place for the cache: set HOME, or name a directory with "
			   "--cache");
	w->cache = ls_path_clean(w->arena, here, w->cache);
	w->units = ls_arena_printf(w->arena, "%s/units", w->cache);
	w->temp = ls_arena_printf(w->arena, "%s/temp", w->cache);
	w->seat = ls_arena_printf(
		w->arena, "%s/trees/%016jx", w->cache,
		(uintmax_t)ls_hash(w->json ? w->json : w->root, strlen(w->json ? w->json : w->root),
				   w->arch ? ls_hash(w->arch, strlen(w->arch), 0) : 0));
	if (ls_file_mkdirs(w->units) || ls_file_mkdirs(w->temp) || ls_file_mkdirs(w->seat) ||
	    access(w->temp, W_OK) || access(w->units, W_OK) || access(w->seat, W_OK))
		return ls_tree_fail(w,
				    "cannot write to the cache %s: %s; name another directory with "
				    "--cache",
				    w->cache, strerror(errno));
	/* For people who look there; and if there is no room at all, it shows here. */
	of = ls_arena_printf(w->arena, "%s\n", w->json ? w->json : w->root);
	return ls_file_write(w, ls_arena_printf(w->arena, "%s/of", w->seat), of, strlen(of));
}

const char *const *ls_tree_make(struct ls_work *w, const char *const *more, size_t nr_more)
{
	const char **argv = ls_arena_array(w->arena, nr_more + 10, sizeof(*argv));
	size_t nr = 0;

	argv[nr++] = "make";
	argv[nr++] = "-s";
	argv[nr++] = "-C";
	argv[nr++] = w->source;
	argv[nr++] = ls_arena_printf(w->arena, "O=%s", w->out);
	argv[nr++] = ls_arena_printf(w->arena, "CC=%s", w->clang);
	if (w->arch)
		argv[nr++] = ls_arena_printf(w->arena, "ARCH=%s", w->arch);
	for (size_t i = 0; i < nr_more; i++)
		argv[nr++] = more[i];
	return argv;
}

/* Hash of a file's content; 1 if it is not there. */
static uint64_t file_hash(const char *path, uint64_t seed)
{
	size_t size;
	char *text = ls_file_read(path, &size);
	uint64_t hash = text ? ls_hash(text, size, seed) : ls_hash_u64(seed + 1);

	free(text);
	return hash;
}

/*
 * What the configuration in the cache was made of: the release, the tools, the user's own .config,
 * and each file that Kconfig read, of which it keeps a list.
 */
static uint64_t config_state(struct ls_work *w)
{
	uint64_t hash = ls_hash(w->release, strlen(w->release), 0);
	char *list = ls_file_read(
		ls_arena_printf(w->arena, "%s/include/config/auto.conf.cmd", w->out), NULL);
	char *rest = list ? strstr(list, "deps_config") : NULL, *line;

	hash = ls_hash(w->clang_version, strlen(w->clang_version), hash);
	hash = ls_hash(w->clang, strlen(w->clang), hash);
	hash = file_hash(ls_arena_printf(w->arena, "%s/.config", w->root), hash);
	if (rest)
		strsep(&rest, "\n");
	while (rest && (line = strsep(&rest, "\n")) && *line == '\t') {
		line++;
		line[strcspn(line, " \\")] = '\0';
		hash = file_hash(ls_path_clean(w->arena, w->root, line), hash);
	}
	free(list);
	return hash;
}

/*
 * In the build directory nothing but the last steps of `make prepare` went wrong: most files
 * compile.
 */
static void note_trouble(struct ls_work *w, const char *why)
{
	w->config = ls_arena_printf(w->arena, "%s, in part (%s)", w->config, why);
}

static int is_configured(struct ls_work *w, const char *stamp)
{
	char *text = ls_file_read(stamp, NULL), *why = text ? strchr(text, '\n') : NULL;
	int same = text && strtoull(text, NULL, 16) == config_state(w);

	if (same && why && why[1])
		note_trouble(w, ls_arena_strndup(w->arena, why + 1, strcspn(why + 1, "\n")));
	free(text);
	return same &&
	       ls_file_exists(ls_arena_printf(w->arena, "%s/include/generated/autoconf.h", w->out));
}

/* Run make for one target. A signal counts as failure, too. */
static int make_target(struct ls_work *w, const char *target, const char *err, int *status)
{
	const char *jobs = ls_arena_printf(w->arena, "-j%u", w->jobs);
	const char *more[] = { "-k", jobs, target };

	return ls_tree_run(w, ls_tree_make(w, more, 3), NULL, NULL, err, status);
}

static const char *make_complaint(struct ls_work *w, const char *err)
{
	const char *why = ls_file_line(w, err, "rror:");

	if (!why)
		why = ls_file_line(w, err, "***");
	if (!why)
		why = ls_file_line(w, err, NULL);
	return why ? why : "make says nothing";
}

static int configure(struct ls_work *w, const char *stamp)
{
	const char *err = ls_arena_printf(w->arena, "%s/%d.err", w->temp, getpid()), *why;
	const char *own = ls_arena_printf(w->arena, "%s/.config", w->root);
	const char *target = "allmodconfig", *text;
	size_t size;
	char *config = ls_file_read(own, &size);
	const char *last = ls_arena_printf(w->arena, "%s/include/generated/asm-offsets.h", w->out);
	int status, ret, made;

	unlink(stamp);
	unlink(last);
	if (config) {
		target = "olddefconfig";
		ret = ls_file_write(w, ls_arena_printf(w->arena, "%s/.config", w->out), config,
				    size);
		free(config);
		if (ret)
			return -1;
	}
	ls_tree_progress(w, "configuring", 0, 0);
	if (make_target(w, target, err, &status))
		return -1;
	if (status == LS_JOB_NOT_STARTED)
		return ls_tree_fail(w, "there is no make: install it");
	made = !status;
	if (made && make_target(w, "prepare", err, &status))
		return -1;
	why = status ? make_complaint(w, err) : "";
	unlink(err);
	if (!made || (status && !ls_file_exists(last)))
		return ls_tree_fail(w, "cannot configure %s (make %s prepare, in %s): %s",
				    w->o->tree, target, w->out, why);
	if (status)
		note_trouble(w, why);
	text = ls_arena_printf(w->arena, "%016jx %s %s\n%s", (uintmax_t)config_state(w), w->release,
			       w->root, why);
	return ls_file_write(w, stamp, text, strlen(text));
}

int ls_tree_configure(struct ls_work *w)
{
	const char *stamp = ls_arena_printf(w->arena, "%s/configured", w->seat);
	const char *lock = ls_arena_printf(w->arena, "%s/lock", w->seat);
	int own = ls_file_exists(ls_arena_printf(w->arena, "%s/.config", w->root)), fd, ret;

	w->out = ls_arena_printf(w->arena, "%s/build", w->seat);
	w->source = w->root;
	w->config = own ? "with its own .config" : "with allmodconfig";
	if (ls_file_mkdirs(w->out))
		return ls_tree_fail(w, "cannot write to the cache %s: %s", w->out, strerror(errno));
	/* Another lockstep may configure the same tree now. */
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0 || flock(fd, LOCK_EX)) {
		ret = ls_jobs_interrupted()
			      ? -1
			      : ls_tree_fail(w, "cannot lock %s: %s", lock, strerror(errno));
		goto out;
	}
	ret = 0;
	if (ls_tree_has_leftovers(w)) {
		w->source = ls_arena_printf(w->arena, "%s/source", w->seat);
		ret = ls_tree_shadow(w, w->source);
	}
	if (!ret && !is_configured(w, stamp))
		ret = configure(w, stamp);
out:
	if (fd >= 0)
		close(fd);
	return ret;
}
