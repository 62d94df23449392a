/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_ANALYZE_TREE_REACH_H
#define LOCKSTEP_ANALYZE_TREE_REACH_H

#include "scan.h"

struct ls_arena;

#define LS_REACHES		1	/* a rule of the convention, by calls */
#define LS_REACHES_DIRECTLY	2	/* it names one, or is an ops table that has rules */

/* What is known of the items of a scan. */
struct ls_reach {
	const struct ls_scan *scan;
	const uint32_t *group;		/* of each file; UINT32_MAX: a header for all */
	const char *is_header;		/* of each file */
	uint8_t *reaches;		/* of each item */
	uint32_t *callee_at;		/* item -> what it names, in @callee; one more at the end */
	uint32_t *callee;
};

/**
 * ls_reach_find() - which functions can come to a rule
 * @r: @scan, @group and @is_header are set; the rest is filled
 *
 * A rule is a function of the convention's table about the reservation lock, or one in an ops
 * table of a type that has callbacks there.
 */
void ls_reach_find(struct ls_reach *r, struct ls_arena *arena);

/**
 * ls_reach_called() - what such code comes to on its way to a rule
 * @along: of each item: set for those to start from; set for what they call and reaches a rule
 */
void ls_reach_called(const struct ls_reach *r, uint8_t *along);

#endif
