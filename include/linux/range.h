/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_RANGE_H
#define _LINUX_RANGE_H
#include <linux/types.h>
/** struct range - from @start to @end, both included */
struct range {
	u64 start;
	u64 end;
};
static inline u64 range_len(const struct range *range)
{
	return range->end - range->start + 1;
}
#endif
