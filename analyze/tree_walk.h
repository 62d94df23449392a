/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TREE_WALK_H
#define LOCKSTEP_ANALYZE_TREE_WALK_H

#include "tree_work.h"

/* A source file or header that is looked at. */
struct ls_walk_file {
	const char *path;	/* relative to the tree */
	const char *group;
	uint32_t group_nr;	/* UINT32_MAX: in include/ */
	char is_header;		/* or a source that another one includes */
	char has_command;	/* it is in the compile_commands.json */
};

struct ls_walk {
	struct ls_walk_file *file;	/* sorted by path */
	size_t nr, room, nr_groups;
	const char **path;	/* those asked for, relative to the tree, without "." */
	size_t nr_paths;
	int all_asked;		/* a compile_commands.json of something else: the default is all */
	struct ls_names makefiles;	/* directory -> hash of Kbuild's files in it */
	struct ls_groups groups;
};

/* Return: 1 if @path is in a directory that is looked at by default. */
int ls_walk_default(const struct ls_work *w, const char *path);
/* Find all files that may matter: in the paths asked for, the default directories and include/. */
int ls_walk_tree(struct ls_work *w, struct ls_walk *walk);
struct ls_walk_file *ls_walk_find(struct ls_walk *walk, const char *path);
/* Return: the content of a file of the tree, as a patch leaves it; to be freed. NULL with errno. */
char *ls_walk_read(struct ls_work *w, const char *path, size_t *size);
/* Return: hash of all that Kbuild reads for files of this group. */
uint64_t ls_walk_makefiles(const struct ls_walk *walk, const char *group);
void ls_walk_fini(struct ls_walk *walk);

#endif
