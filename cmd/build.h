/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_BUILD_H
#define LS_CMD_BUILD_H

#include <stdbool.h>

#include "cmd.h"

/**
 * DOC: `lockstep build`
 *
 * 1. tree.c: which release the kernel tree is (it may still be an archive)
 * 2. kbuild.c: make evaluates the Kbuild file and prints the variables we read
 * 3. tree.c: a view of the tree is made of symbolic links, in a scratch directory; what
 *    an archive holds of it is unpacked into a cache first
 * 4. compile.c: compiler and linker
 * 5. undefined.c: names every function that nobody defines
 */

/**
 * struct build - one `lockstep build`
 * @inputs: directory or .c files, as given
 * @make_vars: NAME=VALUE for make
 * @tree: tree or archive, NULL without --linux
 * @out: module to write
 * @rules: release of the rules, or NULL
 * @cc: compiler
 * @jobs: how many at once
 * @verbose: print commands
 * @races: instrument for data races; @clang: @cc is clang, as far as that matters for it
 * @name: of the module
 * @src: absolute directory of the Kbuild file, NULL for a list of files
 * @version: major, minor, patch level of the tree (of 6.12.0 without one)
 * @objects: sources, absolute; those below @view come from the tree
 * @ccflags: flags for all
 * @file_flags: "NAME.o FLAGS" for one
 * @linux_files: files and globs that the view shows, relative to the tree
 * @linux_versions: releases the recipe is for; empty: any
 * @scratch: directory that is removed at the end
 * @view: the view of the tree, below @scratch
 */
struct build {
	struct strv inputs, make_vars;
	const char *tree, *rules, *cc;
	char *out;
	unsigned int jobs;
	bool verbose, races, clang;

	char *name, *src;
	int version[3];
	struct strv objects, ccflags, file_flags, linux_files, linux_versions;
	char *scratch, *view;
};

/* All return 0, or an exit status with the reason printed. */

/* tree.c */
int tree_version(struct build *b);
int tree_make_view(struct build *b);
/* The same for what an archive holds, read in cmd/archive.c. */
int archive_unpack(const char *archive, const struct strv *patterns, char **dir);
int archive_guess_version(const char *archive, int version[3]);
int read_version(const char *dir, int version[3]);
int make_dirs(const char *path);
/* kbuild.c */
int kbuild_evaluate(struct build *b);
/* compile.c */
int compile_all(struct build *b, struct strv *objs);
int link_module(struct build *b, const struct strv *objs);
/* Can this be done, and how is it said to the compiler? */
int races_prepare(struct build *b);
/* Run a command; its standard error goes to the file @err if that is not NULL. Returns the
 * exit status, -1 if it could not run or was killed. */
int run_command(const struct build *b, const struct strv *cmd, const char *err);
/* The same with its standard output in a file, and the reason printed; @input is what it reads. */
int run_to_file(const struct build *b, const struct strv *cmd, const char *out,
		const char *input);
/* undefined.c */
int check_undefined(struct build *b, const char *module, const struct strv *objs);

#endif /* LS_CMD_BUILD_H */
