/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_TIMEKEEPING_H
#define _LINUX_TIMEKEEPING_H

#include <linux/types.h>
#include <linux/time.h>
#include <linux/ktime.h>

ktime_t ktime_get(void);
ktime_t ktime_get_real(void);
u64 ktime_get_ns(void);
u64 ktime_get_real_ns(void);

/* Nothing suspends and nothing sets the clock: these are all the monotonic one. */
#define ktime_get_raw()            ktime_get()
#define ktime_get_boottime()       ktime_get()
#define ktime_get_coarse()         ktime_get()
#define ktime_get_raw_ns()         ktime_get_ns()
#define ktime_get_boottime_ns()    ktime_get_ns()
#define ktime_get_mono_fast_ns()   ktime_get_ns()
#define ktime_get_raw_fast_ns()    ktime_get_ns()
#define ktime_get_boot_fast_ns()   ktime_get_ns()
#define ktime_get_coarse_ns()      ktime_get_ns()

static inline void ktime_get_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get());
}

static inline void ktime_get_real_ts64(struct timespec64 *ts)
{
	*ts = ktime_to_timespec64(ktime_get_real());
}

static inline void ktime_get_raw_ts64(struct timespec64 *ts)
{
	ktime_get_ts64(ts);
}

static inline time64_t ktime_get_seconds(void)
{
	return ktime_get() / NSEC_PER_SEC;
}

static inline time64_t ktime_get_real_seconds(void)
{
	return ktime_get_real() / NSEC_PER_SEC;
}

#endif
