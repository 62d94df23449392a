/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RATELIMIT_TYPES_H
#define _LINUX_RATELIMIT_TYPES_H

#include <linux/types.h>

#define DEFAULT_RATELIMIT_INTERVAL (5 * CONFIG_HZ)
#define DEFAULT_RATELIMIT_BURST    10
#define RATELIMIT_MSG_ON_RELEASE   1

/**
 * struct ratelimit_state - at most @burst times in @interval
 * @interval: jiffies; 0 switches the limit off
 * @burst: how often in one interval
 * @printed: how often so far in this one
 * @missed: how many were dropped
 * @flags: RATELIMIT_MSG_ON_RELEASE
 * @begin: jiffy at which the interval began, 0 for none
 */
struct ratelimit_state {
	int interval;
	int burst;
	int printed;
	int missed;
	unsigned int flags;
	unsigned long begin;
};

#define RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, flags_init)                    \
	{ .interval = interval_init, .burst = burst_init, .flags = flags_init, }
#define RATELIMIT_STATE_INIT(name, interval_init, burst_init)                                      \
	RATELIMIT_STATE_INIT_FLAGS(name, interval_init, burst_init, 0)
#define RATELIMIT_STATE_INIT_DISABLED RATELIMIT_STATE_INIT(ratelimit_state, 0, DEFAULT_RATELIMIT_BURST)
#define DEFINE_RATELIMIT_STATE(name, interval_init, burst_init)                                    \
	struct ratelimit_state name = RATELIMIT_STATE_INIT(name, interval_init, burst_init)

int ___ratelimit(struct ratelimit_state *rs, const char *func);
#define __ratelimit(state) ___ratelimit(state, __func__)

#endif
