/* SPDX-License-Identifier: MIT */
#ifndef LS_TIMER_INTERNAL_H
#define LS_TIMER_INTERNAL_H

#include "internal.h"

/* timer_explore.c: what the tree of timers and its task are natively */
int ls_timer_explore_stop(struct ls_timer *timer);
void ls_timer_explore_start(struct ls_timer *timer, os_ns when);
/* Does its function run, and does it in the running task? Reads no memory of the timer. */
bool ls_timer_explore_runs(const struct ls_timer *timer);
bool ls_timer_explore_self(const struct ls_timer *timer);
/* Wait until it does not run; a point. */
void ls_timer_explore_wait(const struct ls_timer *timer);
void ls_timer_explore_aborted(struct task_struct *t);

#endif
