/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_ANALYZE_H
#define LOCKSTEP_ANALYZE_ANALYZE_H

#include "finding.h"
#include "model.h"
#include "unit.h"

struct ls_program;

struct ls_analysis_options {
	const struct ls_model *model;
	const char *judge;		/* report on this group only */
	/* Everything that may be called. The findings refer to it: it must outlive them. */
	struct ls_program *program;
	const char *explain;		/* print what is known of this function; NULL: of none */
	size_t steps;			/* that may be done for the group; 0: the usual budget */
};

struct ls_analysis_counts {
	size_t functions, contexts;	/* function summaries made */
	size_t bounded;			/* functions given up on as too large: named in @bounded_names */
	const char *const *bounded_names;	/* lives as long as the findings */
};

/**
 * ls_program_create() - join units, once for all groups
 * @model: what is known of functions
 * @unit: the units; the array is copied, they themselves must outlive the program
 * @group: of each unit
 * @nr: how many
 *
 * Return: the program. ls_program_free() gives it back.
 */
struct ls_program *ls_program_create(const struct ls_model *model, struct ls_unit *const *unit,
				     const char *const *group, size_t nr);
void ls_program_free(struct ls_program *program);

/**
 * ls_analyze() - check one group against the model
 *
 * The result depends on nothing but the contents of the units and the model: not on their order.
 *
 * Return: the findings, to be given back with ls_findings_free(). Out of memory ends the program.
 */
struct ls_findings *ls_analyze(const struct ls_analysis_options *o,
			       struct ls_analysis_counts *counts);

#endif
