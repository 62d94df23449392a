/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TREE_H
#define LOCKSTEP_ANALYZE_TREE_H

#include <stddef.h>
#include <stdint.h>

/**
 * DOC: trees
 *
 * From a kernel source tree, or a compile_commands.json, to units: which files matter, how they
 * are compiled, clang, the cache.
 *
 * A *group* is what is judged together: a driver, that is its top directory ("drivers/gpu/drm/i915",
 * "drivers/media/platform/verisilicon"), or a part of the core ("drivers/dma-buf",
 * "drivers/gpu/drm", "drivers/gpu/drm/ttm"). Code of a group calls into other groups' exported
 * functions; the analysis finds those by name in all units.
 */

struct ls_source {
	const char *path;	/* relative to the tree */
	const char *group;
	const char *unit;	/* path of its unit in the cache; NULL: it did not compile */
	const char *why;	/* first line of the compiler's complaint, if so */
	uint64_t hash;		/* of the unit's content */
	int fresh;		/* compiled in this run, not found in the cache */
	int asked;		/* to be judged; 0: along only because it is called */
};

struct ls_tree_options {
	const char *tree;		/* kernel tree, or path of a compile_commands.json */
	const char *const *paths;	/* only these directories or files, and what they call */
	size_t nr_paths;
	const char *cache;		/* directory; NULL: $XDG_CACHE_HOME/lockstep/check */
	const char *clang;		/* NULL: the clang of the LLVM Lockstep was built with */
	const char *arch;		/* NULL: that of the machine */
	unsigned int jobs;		/* 0: as many as processors */
	int may_be_none;		/* no file to check is no mistake: the tree then has none */
	/* Files that replace the tree's own, by path relative to the tree (a patch); NULL: none. */
	const struct ls_overlay *overlay;
	size_t nr_overlays;
	/* Called now and then: "compiling", 17, 63. May be NULL. */
	void (*progress)(void *arg, const char *what, size_t done, size_t all);
	void *arg;
};

struct ls_overlay {
	const char *path;	/* relative to the tree */
	const char *file;	/* where its content is; NULL: the patch removes the file */
};

struct ls_tree {
	const char *root;	/* absolute */
	const char *release;	/* "6.12.48", from the tree's Makefile; NULL: unknown */
	const char *config;	/* "with allmodconfig": for the user */
	struct ls_source *source;	/* sorted by path */
	size_t nr;
	size_t seen;			/* files that were looked at to choose these */
	size_t compiled, cached, failed;
	const char *unit_dir;
	void *arena;
};

/**
 * ls_tree_build() - bring all units of what is asked for up to date
 * @o: what and how
 * @error: set to a line for the user on failure, to be freed by the caller
 *
 * Never writes into the tree. Files that do not compile are in the result, with the reason.
 * SIGINT and SIGTERM stop it between files: what was made by then stays in the cache.
 *
 * Return: the tree, or NULL: not a kernel tree, no clang, nothing matches, no room on the disk,
 * interrupted (@error is then NULL).
 */
struct ls_tree *ls_tree_build(const struct ls_tree_options *o, char **error);
void ls_tree_free(struct ls_tree *tree);

/* Return: the group of a file at @path in the tree at @root, to be freed. */
char *ls_tree_group_of(const char *root, const char *path);

#endif
