// SPDX-License-Identifier: MIT
/*
 * Lists of findings.
 */
#include <stdlib.h>

#include "arena.h"
#include "finding.h"

void ls_findings_free(struct ls_findings *list)
{
	/* The list itself lies in its arena. */
	if (list)
		ls_arena_destroy(list->arena);
}
