/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_DEMO_H
#define LOCKSTEP_DEMO_H

#define LS_DEMO_MAX_PATHS      16
#define LS_DEMO_MAX_PLACEMENTS 8

/**
 * struct ls_demo - between `lockstep demo` and its module, drivers/refgem/refgem_demo.c
 * @nr_placements: rows of the tables
 * @nr_paths: columns of both tables together
 * @first_race: first column of the second table, where the free path has rivals
 * @large: first column that is too large to be covered
 * @placement: what each row is called
 * @placement_text: what it means, a few words
 * @path: what each column is called, a line break as '\n'
 * @order: the columns in the order to run them: those that teach where the lock is
 *	held already come before those that may have to say where it is missing
 * @run_placement: in: row of the cell to run
 * @run_path: in: column of the cell to run
 * @ret: out: 0, or -errno if the path could not be walked to its end
 * @wide_locks: out: how often the exporter's lock was held while the importer destroyed
 *	its own bindings
 *
 * The module has one, named lockstep_demo. The command fills in the cell, forks a worker and
 * explores the module's one case in it.
 */
struct ls_demo {
	unsigned int nr_placements, nr_paths, first_race, large;
	const char *placement[LS_DEMO_MAX_PLACEMENTS];
	const char *placement_text[LS_DEMO_MAX_PLACEMENTS];
	const char *path[LS_DEMO_MAX_PATHS];
	unsigned int order[LS_DEMO_MAX_PATHS];
	unsigned int run_placement, run_path;
	int ret;
	unsigned int wide_locks;
};

#endif /* LOCKSTEP_DEMO_H */
