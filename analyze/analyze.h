/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_ANALYZE_H
#define LOCKSTEP_ANALYZE_ANALYZE_H

#include "finding.h"
#include "model.h"
#include "unit.h"

struct ls_analysis_options {
	const struct ls_model *model;
	struct ls_unit **unit;		/* everything that may be called */
	size_t nr_units;
	const char *const *group;	/* of each unit */
	const char *judge;		/* report on this group only */
};

struct ls_analysis_counts {
	size_t functions, contexts;	/* function summaries made */
	size_t bounded;			/* functions given up on as too large: named in @bounded_names */
	const char *const *bounded_names;
};

/**
 * ls_analyze() - check one group against the model
 *
 * The result depends on nothing but the contents of the units and the model: not on their order.
 *
 * Return: the findings; NULL when out of memory.
 */
struct ls_findings *ls_analyze(const struct ls_analysis_options *o,
			       struct ls_analysis_counts *counts);

#endif
