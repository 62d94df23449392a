/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_CACHE_H
#define LOCKSTEP_ANALYZE_CACHE_H

#include <time.h>

#include "tree_work.h"

/**
 * DOC: the cache of units
 *
 *	units/ab/abcdef0123456789.unit	units, each named by the hash of its content
 *	made/ab/abcdef0123456789	for a command: what it was made of and what came of it
 *	trees/HASH/			for a tree: build directory, commands, its files
 *	results/HASH.json		what came of a group: judge.h
 *	temp/				what is being made now
 *
 * A command's record says for each file that the compiler read what its content was. If all are
 * the same now, the unit is what the compiler would make. A record keeps the last few results, so
 * that a patch that is tried and left again costs nothing. Paths in it are relative to the tree: a
 * copy of the tree finds its units made.
 *
 * Each file is put in place by rename(): whatever stops the program, what is there is whole.
 * What was not used for 30 days is removed, and the longest unused if it grows over 4 GiB.
 */

/* Load what is known of the tree's files. Return: the cache, to be given to ls_cache_close(). */
struct ls_cache *ls_cache_open(struct ls_work *w);
/* Save it, and remove what is old, once a day. Return: 0, or -1 after ls_tree_fail(). */
int ls_cache_close(struct ls_cache *cache);

/* Return: 1 if @f has been made as it is now; its unit, hash and why are set then. */
int ls_cache_find(struct ls_cache *cache, struct ls_tree_file *f);

/**
 * ls_cache_add() - put in what was made
 * @f: the source; its unit and hash are set
 * @made: the unit's file, which is moved away; NULL: it did not compile, see @f->why
 * @depfile: rule of make that the compiler wrote
 * @start: when the compiler started
 *
 * Return: 0, or -1 after ls_tree_fail().
 */
int ls_cache_add(struct ls_cache *cache, struct ls_tree_file *f, const char *made,
		 const char *depfile, time_t start);

#endif
