/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TREE_PCH_H
#define LOCKSTEP_ANALYZE_TREE_PCH_H

#include <time.h>

#include "tree_work.h"

/**
 * DOC: precompiled headers
 *
 * Four fifths of what clang does for a driver's file is to read headers that hundreds of others
 * include, too. Those that many do are compiled once for each set of flags and loaded by the files
 * that come after. At most, a unit then has the members of a type that its file only has pointers
 * to, and does not know. A file whose unit could become another by that does without: one that defines a
 * macro before its last #include, since a header might look at it; one that does not compile
 * with them; and all of a run with a patch.
 */

struct ls_pchs;

struct ls_pch {
	const char *file;	/* for -include-pch */
	time_t start;		/* when its headers were read */
};

/**
 * ls_pch_make() - precompile what those files share that have no unit yet
 *
 * What cannot be precompiled is left out; so is the rest when a signal comes.
 * Return: all of them; to be given to ls_pch_fini().
 */
struct ls_pchs *ls_pch_make(struct ls_work *w);
/* Return: the one to use for the file, or NULL. */
const struct ls_pch *ls_pch_of(const struct ls_pchs *pchs, const struct ls_tree_file *f);
/* Remove their files. */
void ls_pch_fini(struct ls_pchs *pchs);

#endif
