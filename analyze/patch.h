/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_PATCH_H
#define LOCKSTEP_ANALYZE_PATCH_H

#include "tree.h"

/**
 * DOC: patches
 *
 * A mailbox with one or several mails, or a plain diff, applied to copies of the files that it
 * touches. git does it: it decodes mails as it does for git am, and applies as git apply does, that is
 * without fuzz. A reply or a cover letter in the mailbox is no patch and is left out; a series that is
 * numbered is applied in that order.
 */

struct ls_patch {
	char *dir;			/* scratch directory; goes with ls_patch_free() */
	struct ls_overlay *overlay;	/* each touched file once, sorted by path */
	size_t nr;
	size_t nr_patches;		/* mails that are one */
	struct ls_arena *arena;
};

/**
 * ls_patch_apply() - apply a patch beside the tree
 * @root: of the tree; only read
 * @file: mailbox or diff
 * @error: set to a line for the user on failure, to be freed by the caller
 *
 * Return: the patch, or NULL: not there, no patch, a hunk that does not apply, no git.
 */
struct ls_patch *ls_patch_apply(const char *root, const char *file, char **error);
/* Remove the scratch directory. */
void ls_patch_free(struct ls_patch *patch);

/* --- reading diffs (diff.c) ------------------------------------------------------------- */

struct ls_diff_file {
	const char *from, *to;	/* as in the diff, with "a/"; NULL: /dev/null */
	unsigned int *hunk;	/* first line of each, in the old file */
	size_t nr_hunks;
};

struct ls_diff {
	struct ls_diff_file *file;
	size_t nr;
};

/* Return: what files and hunks the text of a diff has; none if it is no diff. */
struct ls_diff *ls_diff_read(struct ls_arena *arena, const char *text);
/* Return: @path without its first component. */
const char *ls_diff_strip(const char *path);

#endif
