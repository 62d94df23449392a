/* SPDX-License-Identifier: MIT */
#ifndef HOST_SNAPSHOT_H
#define HOST_SNAPSHOT_H

/*
 * What host/arena.c does for a snapshot. Arenas are covered whole, page by page. A second
 * mapping of their pages can be written to without a fault of the first: pages that are, or
 * become, mapped writable are touched at once. What was mapped and unmapped since a snapshot
 * is undone by restore().
 */
void ls_arenas_take(void (*cover)(void *start, unsigned long size));
void ls_arenas_touch(void);
void ls_arenas_restore(void);

/* Whether there is a snapshot. */
int ls_snapshot_taken(void);

#endif
