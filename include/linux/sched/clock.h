/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_CLOCK_H
#define _LINUX_SCHED_CLOCK_H

#include <linux/types.h>

u64 sched_clock(void);
u64 local_clock(void);
u64 cpu_clock(int cpu);
#define running_clock() sched_clock()

#endif
