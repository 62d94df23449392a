// SPDX-License-Identifier: MIT
/* From a tree to units: the order of work. */
#include "tree.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "arena.h"
#include "cache.h"
#include "jobs.h"
#include "tree_work.h"

int ls_tree_fail(struct ls_work *w, const char *format, ...)
{
	va_list args;

	if (w->error || ls_jobs_interrupted())
		return -1;
	va_start(args, format);
	if (vasprintf(&w->error, format, args) < 0)
		ls_no_memory();
	va_end(args);
	return -1;
}

void ls_tree_progress(const struct ls_work *w, const char *what, size_t done, size_t all)
{
	if (w->o->progress)
		w->o->progress(w->o->arg, what, done, all);
}

int ls_tree_run(struct ls_work *w, const char *const *argv, const char *dir, const char *out,
		const char *err, int *status)
{
	struct ls_command command = { .argv = argv, .dir = dir, .out = out, .err = err };
	int ret;

	*status = LS_JOB_NOT_STARTED;
	ret = ls_jobs_one(&command, status);
	if (ret == -EINTR)
		return -1;
	return ret ? ls_tree_fail(w, "cannot start %s: %s", argv[0], strerror(-ret)) : 0;
}

/* Kbuild's names differ from those of uname(1) and compilers. */
static const char *kbuild_arch(const char *arch)
{
	static const char *const names[][2] = {
		{ "aarch64", "arm64" }, { "amd64", "x86_64" },	  { "armv7l", "arm" },
		{ "armhf", "arm" },	{ "ppc64le", "powerpc" }, { "ppc64", "powerpc" },
		{ "s390x", "s390" },	{ "riscv64", "riscv" },	  { "loongarch64", "loongarch" },
	};

	for (size_t i = 0; arch && i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(arch, names[i][0]))
			return names[i][1];
	return arch;
}

/* Two names of Kbuild have no directory of their own. */
static int check_arch(struct ls_work *w)
{
	const char *dir = w->arch;

	if (!dir || w->json)
		return 0;
	if (!strcmp(dir, "x86_64") || !strcmp(dir, "i386"))
		dir = "x86";
	if (ls_file_exists(ls_arena_printf(w->arena, "%s/arch/%s", w->root, dir)))
		return 0;
	return ls_tree_fail(w, "there is no arch/%s in %s: name one of its architectures with --arch",
			    w->arch, w->o->tree);
}

static int check_cache(struct ls_work *w, struct ls_cache *cache)
{
	for (size_t i = 0; i < w->nr_files; i++) {
		if (!w->file[i].why)
			ls_cache_find(cache, &w->file[i]);
		if (i % 64 == 0)
			ls_tree_progress(w, "looking into the cache", i, w->nr_files);
		if (ls_jobs_interrupted())
			return -1;
	}
	return 0;
}

static int prepare(struct ls_work *w)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	w->arch = kbuild_arch(w->o->arch);
	w->jobs = w->o->jobs ? w->o->jobs : processors > 0 ? (unsigned int)processors : 1;
	if (ls_tree_recognise(w) || check_arch(w) || ls_tree_cache_dirs(w) || ls_tree_tools(w))
		return -1;
	/* So it is not taken for unused. */
	utimensat(AT_FDCWD, w->seat, NULL, 0);
	if (w->json) {
		w->source = w->root;
		w->config = "as its compile_commands.json says";
		return ls_commands_json_open(w);
	}
	return ls_tree_configure(w);
}

static int make_units(struct ls_work *w)
{
	struct ls_cache *cache;
	int ret;

	if (prepare(w) || ls_tree_choose(w))
		return -1;
	if (!w->nr_files)
		return 0;
	if (ls_tree_commands(w))
		return -1;
	cache = ls_cache_open(w);
	ret = check_cache(w, cache);
	if (!ret)
		ret = ls_tree_compile(w, cache);
	if (ls_cache_close(cache))
		ret = -1;
	return ret;
}

/* Not one file: that is no file's fault. */
static int check_result(struct ls_work *w, const struct ls_tree *tree)
{
	if (!tree->nr || tree->failed < tree->nr)
		return 0;
	return ls_tree_fail(w, "none of %zu files of %s compiles; %s: %s", tree->nr, w->o->tree,
			    tree->source[0].path, tree->source[0].why);
}

static struct ls_tree *result(struct ls_work *w)
{
	struct ls_tree *tree = ls_arena_alloc(w->arena, sizeof(*tree));

	tree->root = w->root;
	tree->release = w->release;
	tree->config = w->config;
	tree->unit_dir = w->units;
	tree->seen = w->seen;
	tree->arena = w->arena;
	tree->nr = w->nr_files;
	tree->source = ls_arena_array(w->arena, w->nr_files, sizeof(*tree->source));
	for (size_t i = 0; i < w->nr_files; i++) {
		const struct ls_tree_file *f = &w->file[i];

		tree->source[i] = (struct ls_source){
			.path = f->path,
			.group = f->group,
			.asked = f->asked,
			.unit = f->unit,
			.why = f->why,
			.hash = f->hash,
			.fresh = f->fresh,
		};
		if (!f->unit)
			tree->failed++;
		else if (f->fresh)
			tree->compiled++;
		else
			tree->cached++;
	}
	return check_result(w, tree) ? NULL : tree;
}

struct ls_tree *ls_tree_build(const struct ls_tree_options *o, char **error)
{
	struct ls_work w = { .o = o, .arena = ls_arena_create() };
	struct ls_tree *tree = NULL;

	ls_jobs_signals_begin();
	if (!make_units(&w) && !ls_jobs_interrupted())
		tree = result(&w);
	if (!tree && !ls_jobs_interrupted())
		*error = w.error;
	else {
		free(w.error);
		*error = NULL;
	}
	ls_jobs_signals_end();
	if (w.database)
		json_object_put(w.database);
	if (!tree)
		ls_arena_destroy(w.arena);
	return tree;
}

void ls_tree_free(struct ls_tree *tree)
{
	if (tree)
		ls_arena_destroy(tree->arena);
}
