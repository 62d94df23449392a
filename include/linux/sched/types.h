/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_SCHED_TYPES_H
#define _LINUX_SCHED_TYPES_H

#include <linux/types.h>

#define SCHED_NORMAL 0
#define SCHED_FIFO   1
#define SCHED_RR     2
#define SCHED_BATCH  3
#define SCHED_IDLE   5

#define MAX_NICE     19
#define MIN_NICE     -20
#define MAX_RT_PRIO  100
#define DEFAULT_PRIO 120

struct sched_param {
	int sched_priority;
};

#endif
