/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RATELIMIT_H
#define _LINUX_RATELIMIT_H

#include <linux/bug.h>
#include <linux/ratelimit_types.h>

static inline void ratelimit_state_init(struct ratelimit_state *rs, int interval, int burst)
{
	*rs = (struct ratelimit_state)RATELIMIT_STATE_INIT(, interval, burst);
}

static inline void ratelimit_default_init(struct ratelimit_state *rs)
{
	ratelimit_state_init(rs, DEFAULT_RATELIMIT_INTERVAL, DEFAULT_RATELIMIT_BURST);
}

static inline void ratelimit_set_flags(struct ratelimit_state *rs, unsigned long flags)
{
	rs->flags = flags;
}

#define WARN_ON_RATELIMIT(condition, state)                                                        \
	({                                                                                         \
		bool __ls_rtn = !!(condition);                                                     \
		WARN_ON(__ls_rtn && __ratelimit(state));                                           \
		__ls_rtn;                                                                          \
	})
#define WARN_RATELIMIT(condition, format, ...) WARN(condition, format, ##__VA_ARGS__)

#endif
