/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TREE_WORK_H
#define LOCKSTEP_ANALYZE_TREE_WORK_H

/*
 * What the parts of ls_tree_build() share: tree.c (order of work), tree_config.c (recognise and
 * configure a tree), tree_shadow.c (a tree with leftovers of a build), tree_group.c (groups),
 * scan.c, tree_reach.c and tree_choose.c (which files matter), commands.c (how they are compiled),
 * cache.c (what is there already), tree_pch.c (headers for many), tree_compile.c and jobs.c (the
 * rest), tree_overlay.c (a patch's files).
 *
 * Functions that can fail return 0, or -1 after ls_tree_fail(), or -1 when interrupted.
 */

#include <stddef.h>
#include <stdint.h>

#include "map.h"
#include "tree.h"

struct ls_arena;
struct ls_cache;
struct json_object;

/* A source file that is wanted. */
struct ls_tree_file {
	const char *path;		/* relative to the tree */
	const char *group;
	int asked;
	const char *const *flags;	/* what of its command matters, then NULL */
	const char *dir;		/* where it is compiled */
	uint64_t makefiles;		/* hash of what Kbuild reads on the way to it */
	uint64_t key;			/* of the command, the tools, and where it is */
	const char *unit, *why;
	uint64_t hash;
	int fresh;
};

struct ls_work {
	const struct ls_tree_options *o;
	struct ls_arena *arena;
	char *error;

	const char *root;		/* absolute, no link in it */
	const char *release;		/* NULL: unknown */
	const char *json;		/* compile_commands.json, absolute; or NULL */
	struct json_object *database;	/* its content */
	const char *arch;		/* as Kbuild calls it; NULL: the machine's */
	const char *clang, *clang_version, *bitcode;
	const char *cache;		/* directory, absolute */
	const char *units, *temp;	/* directories in it */
	const char *seat;		/* directory of this tree in it */
	const char *out;		/* make's O= */
	const char *source;		/* what make calls the tree: @root or a shadow of it */
	const char *added;		/* tree of links to sources that a patch adds; or NULL */
	const char *config;		/* for the user: how it was configured */
	uint64_t tools;			/* hash of the versions of what makes units */
	unsigned int jobs;

	struct ls_tree_file *file;	/* sorted by path */
	size_t nr_files;
	size_t seen;			/* source files looked at */
};

/* Keep the first message for the user. Return: -1. */
int ls_tree_fail(struct ls_work *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Tell how far it is. */
void ls_tree_progress(const struct ls_work *w, const char *what, size_t done, size_t all);
/* Run a program with its output in files of w->temp. Return: 0 if it ran, whatever came of it. */
int ls_tree_run(struct ls_work *w, const char *const *argv, const char *dir, const char *out,
		const char *err, int *status);

/* tree_file.c: files */

/* Return: the content with a 0 behind it, to be freed; NULL with errno. */
char *ls_file_read(const char *path, size_t *size);
/* Put @size bytes at @path in one step. Return: 0, or -1 after ls_tree_fail(). */
int ls_file_write(struct ls_work *w, const char *path, const void *bytes, size_t size);
/* Make a directory and those above it. Return: 0, or -1 with errno. */
int ls_file_mkdirs(const char *path);
int ls_file_is_dir(const char *path);
int ls_file_exists(const char *path);
/* Remove a file, or a directory with all that is in it. Links are removed, not followed. */
void ls_file_remove(const char *path);
/* Return: the first line in @file with @word in it (NULL: not empty), in the arena; or NULL. */
const char *ls_file_line(struct ls_work *w, const char *file, const char *word);
/* Return: @path without "//", "." and ".."; relative ones are taken from @dir. In the arena. */
const char *ls_path_clean(struct ls_arena *arena, const char *dir, const char *path);
/* Return: @path relative to @root; NULL if it is not below it. */
const char *ls_path_below(const char *root, const char *path);
/* Return: whether @path is @dir or below it; both relative; "" is all. */
int ls_path_in(const char *path, const char *dir);

/* tree_config.c */
int ls_tree_recognise(struct ls_work *w);
int ls_tree_tools(struct ls_work *w);
int ls_tree_cache_dirs(struct ls_work *w);
int ls_tree_configure(struct ls_work *w);
/* make's words for this tree: make -C ... O=... ARCH=... CC=..., then @more, ended with NULL. */
const char *const *ls_tree_make(struct ls_work *w, const char *const *more, size_t nr_more);

/* tree_shadow.c */
/* Return: 1 if the tree has leftovers of a build in it, else 0. */
int ls_tree_has_leftovers(const struct ls_work *w);
/* Make a tree of links to all that is source. */
int ls_tree_shadow(struct ls_work *w, const char *at);

/* tree_group.c */
struct ls_groups {
	const struct ls_work *w;
	struct ls_names dirs;		/* what Kbuild descends to from each directory */
	struct ls_names known;		/* directory -> its group */
};
/* Return: the group that files of this directory belong to. */
const char *ls_tree_group(struct ls_groups *g, const char *dir);
/*
 * Return: the directory below the group's in which Kbuild makes all of it, as amd/amdgpu does with
 * ../display/dc.o; NULL: each is made where it is.
 */
const char *ls_tree_group_kbuild(struct ls_groups *g, const char *group);
void ls_tree_groups_fini(struct ls_groups *g);

/* tree_choose.c: fills @file */
int ls_tree_choose(struct ls_work *w);

/* commands.c: fills the flags */
int ls_tree_commands(struct ls_work *w);

/* commands_json.c */
int ls_commands_json_open(struct ls_work *w);
/* Call @add for each C file in it that is below the root; its path is relative. */
void ls_commands_json_files(struct ls_work *w, void (*add)(void *arg, const char *path), void *arg);

/* tree_overlay.c */
/* Return: the overlay for a path relative to the tree, or NULL. */
const struct ls_overlay *ls_tree_overlay(const struct ls_work *w, const char *path);
/* Set *file to the file for -ivfsoverlay; NULL if there is no overlay. */
int ls_tree_overlay_file(struct ls_work *w, const char **file);
/* Return: the path to give to the compiler for a source. */
const char *ls_tree_overlay_source(struct ls_work *w, const char *path);

/* tree_compile.c */
#define LS_TREE_OWN_FLAGS	12
extern const char *const ls_tree_own_flags[LS_TREE_OWN_FLAGS];	/* how all are compiled */
int ls_tree_compile(struct ls_work *w, struct ls_cache *cache);

#endif
