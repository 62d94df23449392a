/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <lockstep/os.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/typecheck.h>
#include <linux/time.h>

#define HZ              1000
#define USER_HZ         100
#define TICK_NSEC       (1000000000L / HZ)
#define TICK_USEC       (1000000UL / USER_HZ)
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)
/* Starts five minutes before it would wrap on 32 bits, as in the kernel. */
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))

/* Milliseconds of the seam's clock since boot. Reading it is a scheduling point. */
unsigned long ls_jiffies(void);
u64 get_jiffies_64(void);
#define jiffies    ls_jiffies()
#define jiffies_64 ((u64)ls_jiffies())
/* The seam's time at which jiffies becomes @j (at once if it is past). */
os_ns ls_jiffies_to_deadline(unsigned long j);

#define time_after(a, b)                                                                           \
	(typecheck(unsigned long, a) && typecheck(unsigned long, b) && ((long)((b) - (a)) < 0))
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b)                                                                        \
	(typecheck(unsigned long, a) && typecheck(unsigned long, b) && ((long)((a) - (b)) >= 0))
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define time_in_range_open(a, b, c) (time_after_eq(a, b) && time_before(a, c))
#define time_after64(a, b)     ((s64)((b) - (a)) < 0)
#define time_before64(a, b)    time_after64(b, a)
#define time_after_eq64(a, b)  ((s64)((a) - (b)) >= 0)
#define time_before_eq64(a, b) time_after_eq64(b, a)
#define time_is_before_jiffies(a)    time_after(jiffies, a)
#define time_is_after_jiffies(a)     time_before(jiffies, a)
#define time_is_before_eq_jiffies(a) time_after_eq(jiffies, a)
#define time_is_after_eq_jiffies(a)  time_before_eq(jiffies, a)

static inline unsigned int jiffies_to_msecs(const unsigned long j)
{
	return (unsigned int)j;
}

static inline unsigned int jiffies_to_usecs(const unsigned long j)
{
	return (unsigned int)(j * 1000);
}

static inline u64 jiffies_to_nsecs(const unsigned long j)
{
	return (u64)j * TICK_NSEC;
}

static inline u64 jiffies64_to_nsecs(u64 j)
{
	return j * TICK_NSEC;
}

static inline u64 jiffies64_to_msecs(const u64 j)
{
	return j;
}

/* A negative timeout means for ever. */
static inline unsigned long msecs_to_jiffies(const unsigned int m)
{
	return (int)m < 0 ? MAX_JIFFY_OFFSET : m;
}

static inline unsigned long usecs_to_jiffies(const unsigned int u)
{
	return ((unsigned long)u + 999) / 1000;
}

static inline u64 nsecs_to_jiffies64(u64 n)
{
	return n / TICK_NSEC;
}

static inline unsigned long nsecs_to_jiffies(u64 n)
{
	return (unsigned long)(n / TICK_NSEC);
}

#define secs_to_jiffies(secs) ((unsigned long)((secs) * HZ))

static inline unsigned long timespec64_to_jiffies(const struct timespec64 *value)
{
	return (unsigned long)value->tv_sec * HZ + DIV_ROUND_UP(value->tv_nsec, TICK_NSEC);
}

static inline unsigned long jiffies_delta_to_msecs(long delta)
{
	return delta < 0 ? 0 : (unsigned long)delta;
}

static inline clock_t jiffies_to_clock_t(unsigned long x)
{
	return (clock_t)(x / (HZ / USER_HZ));
}

#define round_jiffies(j)             (j)
#define round_jiffies_relative(j)    (j)
#define round_jiffies_up(j)          (j)
#define round_jiffies_up_relative(j) (j)

#endif
