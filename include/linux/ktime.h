/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

/* ktime_t is a signed count of nanoseconds. */

#include <linux/types.h>
#include <linux/limits.h>
#include <linux/time.h>
#include <linux/jiffies.h>
#include <linux/bug.h>

#ifndef KTIME_MAX
#define KTIME_MAX ((s64)~((u64)1 << 63))
#endif
#ifndef KTIME_MIN
#define KTIME_MIN (-KTIME_MAX - 1)
#endif
#define KTIME_SEC_MAX (KTIME_MAX / NSEC_PER_SEC)

#define ktime_add(lhs, rhs)     ((lhs) + (rhs))
#define ktime_sub(lhs, rhs)     ((lhs) - (rhs))
#define ktime_add_unsafe(lhs, rhs) ((u64)(lhs) + (rhs))
#define ktime_add_ns(kt, nsval) ((kt) + (nsval))
#define ktime_sub_ns(kt, nsval) ((kt) - (nsval))
#define ktime_to_ns(kt)         (kt)

static inline ktime_t ktime_set(const s64 secs, const unsigned long nsecs)
{
	if (secs >= KTIME_SEC_MAX)
		return KTIME_MAX;
	return secs * NSEC_PER_SEC + (s64)nsecs;
}

static inline ktime_t ktime_add_safe(const ktime_t lhs, const ktime_t rhs)
{
	ktime_t res;

	if (__builtin_add_overflow(lhs, rhs, &res) || res < 0)
		return KTIME_MAX;
	return res;
}

static inline int ktime_compare(const ktime_t a, const ktime_t b)
{
	return a < b ? -1 : a > b;
}

static inline bool ktime_after(const ktime_t a, const ktime_t b)
{
	return a > b;
}

static inline bool ktime_before(const ktime_t a, const ktime_t b)
{
	return a < b;
}

static inline s64 ktime_divns(const ktime_t kt, s64 div)
{
	return kt / div;
}

static inline s64 ktime_to_us(const ktime_t kt)
{
	return kt / NSEC_PER_USEC;
}

static inline s64 ktime_to_ms(const ktime_t kt)
{
	return kt / NSEC_PER_MSEC;
}

static inline s64 ktime_us_delta(const ktime_t later, const ktime_t earlier)
{
	return ktime_to_us(later - earlier);
}

static inline s64 ktime_ms_delta(const ktime_t later, const ktime_t earlier)
{
	return ktime_to_ms(later - earlier);
}

static inline ktime_t ktime_add_us(const ktime_t kt, const u64 usec)
{
	return kt + (s64)usec * NSEC_PER_USEC;
}

static inline ktime_t ktime_add_ms(const ktime_t kt, const u64 msec)
{
	return kt + (s64)msec * NSEC_PER_MSEC;
}

static inline ktime_t ktime_sub_us(const ktime_t kt, const u64 usec)
{
	return kt - (s64)usec * NSEC_PER_USEC;
}

static inline ktime_t ktime_sub_ms(const ktime_t kt, const u64 msec)
{
	return kt - (s64)msec * NSEC_PER_MSEC;
}

static inline ktime_t ns_to_ktime(u64 ns)
{
	return (ktime_t)ns;
}

static inline ktime_t us_to_ktime(u64 us)
{
	return (ktime_t)us * NSEC_PER_USEC;
}

static inline ktime_t ms_to_ktime(u64 ms)
{
	return (ktime_t)ms * NSEC_PER_MSEC;
}

static inline ktime_t timespec64_to_ktime(const struct timespec64 ts)
{
	return ktime_set(ts.tv_sec, (unsigned long)ts.tv_nsec);
}

static inline struct timespec64 ktime_to_timespec64(const ktime_t kt)
{
	struct timespec64 ts = { .tv_sec = kt / NSEC_PER_SEC, .tv_nsec = kt % NSEC_PER_SEC };

	if (ts.tv_nsec < 0) {
		ts.tv_nsec += NSEC_PER_SEC;
		ts.tv_sec--;
	}
	return ts;
}

#include <linux/timekeeping.h>

#endif
