/* SPDX-License-Identifier: MIT */
#ifndef LS_CMD_DEMO_H
#define LS_CMD_DEMO_H

#include "lockstep/demo.h"
#include "exploring.h"

/**
 * DOC: lockstep demo
 *
 * Where must a driver take the reservation lock when an imported buffer goes away? Each answer
 * that was proposed is tried on each path where it matters, alone and against rivals, in every
 * interleaving of the reference driver's tasks. Nothing here knows what the verdict of a cell
 * will be.
 */

enum demo_kind {
	KEEPS,
	LEAKS,
	BREACHES,
	DEADLOCKS,
	NR_KINDS,
	OTHER = NR_KINDS, /* anything else: the module is broken, not the convention */
};

/**
 * struct demo_cell - what came of one placement on one path
 * @verdict: worst of what was reported
 * @report: the report that decided; NULL if there is none
 * @e: the exploration
 */
struct demo_cell {
	enum demo_kind verdict;
	const struct ls_report *report;
	struct explored e;
};

struct demo {
	struct run run;
	struct item item;
	struct ls_demo *info;
	struct demo_cell cells[LS_DEMO_MAX_PLACEMENTS][LS_DEMO_MAX_PATHS];
	bool json;
};

/* demo_cells.c: explore all of them. 0, or EXIT_TROUBLE with the reason printed. */
int demo_run(struct demo *demo);
/* The kinds of failure, in the order in which they are told. */
#define DEMO_NR_KINDS 4
extern const enum demo_kind demo_kinds[DEMO_NR_KINDS];
/* The cell to show for a verdict, or NULL. */
const struct demo_cell *demo_first(const struct demo *demo, enum demo_kind verdict,
				   unsigned int *placement, unsigned int *path);
/* "free of an import": the name of a column on one line. */
const char *demo_path_name(const struct demo *demo, unsigned int path, char buf[64]);

/* demo_text.c */
void demo_print(const struct demo *demo);

/* demo_json.c */
void demo_print_json(const struct demo *demo);

#endif /* LS_CMD_DEMO_H */
