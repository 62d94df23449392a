/* SPDX-License-Identifier: MIT */
#ifndef LOCKSTEP_FAULT_H
#define LOCKSTEP_FAULT_H

/**
 * DOC: failing the Nth allocation
 *
 * Each allocation that may fail counts; the one asked for returns NULL instead.
 * `lockstep test --fail-nth` runs a case with N = 1, 2, ... until a run ends in
 * which nothing was left to fail.
 */

/* Start counting at 0; fail the @n-th allocation from now, none for 0. */
void ls_fail_nth(unsigned int n);
/* Allocations counted since ls_fail_nth(). The failure was delivered if it is >= n. */
unsigned int ls_fail_nth_seen(void);
/* How many an explorer has let fail in this execution. */
unsigned int ls_fail_chosen(void);
/* Count one allocation with these gfp flags. Returns 1 if it is the one to fail. */
_Bool ls_should_fail_alloc(unsigned int gfp);
/* Allocations of the calling task between these neither count nor fail; they nest. */
void ls_fail_pause(void);
void ls_fail_resume(void);

#endif
