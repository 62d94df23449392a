/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_PATCH_PRIVATE_H
#define LOCKSTEP_ANALYZE_PATCH_PRIVATE_H

#include "arena.h"
#include "map.h"
#include "patch.h"

/* Between patch.c, which applies patches, and patch_mail.c, which reads them. */

/* One patch of the mailbox. */
struct ls_patch_mail {
	const char *path;	/* of the diff */
	const char *subject;	/* or NULL */
	unsigned int number;	/* of "[PATCH 6/21]"; 0: has none */
	size_t place;		/* in the mailbox */
	struct ls_diff *diff;
};

struct ls_applying {
	struct ls_patch *patch;
	const char *root, *file;
	struct ls_patch_mail *mail;
	size_t nr;
	struct ls_names touched;	/* paths in the tree */
	int no_strip;			/* names in the diff have no "a/" */
	char **error;
};

/* Set the error for the user. Return: -1. */
int ls_patch_refuse(struct ls_applying *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * Run git in the scratch tree, with @in as standard input; its output goes to files "out" and "err" of
 * the scratch directory. Return: its exit status, or -1 with the error set.
 */
int ls_patch_git(struct ls_applying *a, const char *in, const char *const *argv);
/* Return: a file as a string, in the arena; NULL with errno set. */
char *ls_patch_read(struct ls_arena *arena, const char *path);

/* Read the mailbox, mail or diff: its patches in the order to apply them. Return: 0, or -1. */
int ls_patch_mails(struct ls_applying *a);

#endif
