// SPDX-License-Identifier: MIT
/* Time: jiffies, ktime, delays. All of it comes from the clock of the seam. */
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched/clock.h>
#include <linux/sched/signal.h>
#include "internal.h"

#define EXPLORED_EPOCH (1700000000ULL * NSEC_PER_SEC) /* wall clock of an explorer at its start */

static os_ns boot;

int ls_time_boot(void)
{
	boot = os_now();
	return 0;
}

/**
 * ls_jiffies() - behind jiffies
 *
 * Context: Any.
 * Return: milliseconds since boot, plus INITIAL_JIFFIES.
 */
unsigned long ls_jiffies(void)
{
	return INITIAL_JIFFIES + (unsigned long)((os_now() - boot) / TICK_NSEC);
}

/**
 * get_jiffies_64() - jiffies with 64 bits
 *
 * Context: Any.
 * Return: jiffies.
 */
u64 get_jiffies_64(void)
{
	return ls_jiffies();
}

/**
 * ls_jiffies_to_deadline() - when will it be so late?
 * @j: jiffies
 *
 * Context: Any.
 * Return: time of os_now() at which jiffies becomes @j; boot time if that is earlier.
 */
os_ns ls_jiffies_to_deadline(unsigned long j)
{
	long since_boot = (long)(j - INITIAL_JIFFIES);
	u64 ns;

	if (since_boot <= 0)
		return boot;
	if (__builtin_mul_overflow((u64)since_boot, (u64)TICK_NSEC, &ns) ||
	    __builtin_add_overflow(ns, boot, &ns))
		return OS_NEVER - 1;
	return ns;
}

/**
 * ktime_get() - monotonic time
 *
 * Context: Any.
 * Return: nanoseconds.
 */
ktime_t ktime_get(void)
{
	return (ktime_t)os_now();
}

/**
 * ktime_get_ns() - monotonic time
 *
 * Context: Any.
 * Return: nanoseconds.
 */
u64 ktime_get_ns(void)
{
	return os_now();
}

/* The same in each execution of an explorer. */
static os_ns real_time(void)
{
	return ls_exploring() ? EXPLORED_EPOCH + os_now() : os_now_real();
}

/**
 * ktime_get_real() - wall clock
 *
 * Context: Any.
 * Return: nanoseconds since 1970.
 */
ktime_t ktime_get_real(void)
{
	return (ktime_t)real_time();
}

/**
 * ktime_get_real_ns() - wall clock
 *
 * Context: Any.
 * Return: nanoseconds since 1970.
 */
u64 ktime_get_real_ns(void)
{
	return real_time();
}

/**
 * sched_clock() - time since boot
 *
 * Context: Any.
 * Return: nanoseconds.
 */
u64 sched_clock(void)
{
	return os_now() - boot;
}

/**
 * local_clock() - sched_clock()
 *
 * Context: Any.
 * Return: nanoseconds.
 */
u64 local_clock(void)
{
	return sched_clock();
}

/**
 * cpu_clock() - sched_clock()
 * @cpu: ignored
 *
 * Context: Any.
 * Return: nanoseconds.
 */
u64 cpu_clock(int cpu)
{
	return sched_clock();
}

/**
 * __ndelay() - keep the task busy for a time
 * @nsecs: nanoseconds
 *
 * Context: Any.
 */
void __ndelay(unsigned long nsecs)
{
	os_ns end = os_now() + nsecs;

	while (os_now() < end) {
		if (ls_exploring())
			ls_spin_until(end);
		else
			cpu_relax();
	}
}

/**
 * msleep() - sleep
 * @msecs: milliseconds, at least
 *
 * Context: Process context. Sleeps.
 */
void msleep(unsigned int msecs)
{
	os_ns end = os_now() + (os_ns)msecs * NSEC_PER_MSEC;

	might_sleep();
	if (ls_exploring()) {
		ls_spin_until(end);
		return;
	}
	do {
		set_current_state(TASK_UNINTERRUPTIBLE);
	} while (ls_schedule_until(end) && os_now() < end);
	__set_current_state(TASK_RUNNING);
}

/**
 * msleep_interruptible() - sleep until a signal comes
 * @msecs: milliseconds
 *
 * Context: Process context. Sleeps.
 * Return: milliseconds that were left.
 */
unsigned long msleep_interruptible(unsigned int msecs)
{
	unsigned long timeout = msecs_to_jiffies(msecs) + 1;

	might_sleep();
	while (timeout && !signal_pending(current))
		timeout = (unsigned long)schedule_timeout_interruptible((long)timeout);
	return jiffies_to_msecs(timeout);
}

/**
 * usleep_range_state() - sleep for a short time
 * @min: microseconds, at least
 * @max: microseconds, about at most
 * @state: TASK_* to sleep in; wake-ups do not end the sleep
 *
 * Context: Process context. Sleeps.
 */
void usleep_range_state(unsigned long min, unsigned long max, unsigned int state)
{
	os_ns end = os_now() + (os_ns)min * NSEC_PER_USEC;

	if (ls_exploring()) {
		ls_might_sleep(NULL, 0);
		ls_spin_until(end);
		return;
	}
	do {
		set_current_state(state);
		/* A pending signal would make this a busy loop: so it is in the kernel. */
	} while (ls_schedule_until(end) && os_now() < end);
	__set_current_state(TASK_RUNNING);
}

/**
 * schedule_hrtimeout_range() - sleep in the state that was set until a time
 * @expires: the time, NULL for never
 * @delta: how much later is all right
 * @mode: absolute or relative
 *
 * Context: Process context. Sleeps.
 * Return: 0 if the time came, -EINTR if a wake-up came first.
 */
int schedule_hrtimeout_range(ktime_t *expires, u64 delta, const enum hrtimer_mode mode)
{
	os_ns end;
	bool woken;

	if (expires && *expires == 0) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	if (!expires) {
		schedule();
		return -EINTR;
	}
	end = mode & HRTIMER_MODE_REL ? os_now() + (os_ns)*expires : (os_ns)*expires;
	woken = ls_schedule_until(end);
	__set_current_state(TASK_RUNNING);
	return woken ? -EINTR : 0;
}

/**
 * schedule_hrtimeout() - sleep in the state that was set until a time
 * @expires: the time, NULL for never
 * @mode: absolute or relative
 *
 * Context: Process context. Sleeps.
 * Return: 0 if the time came, -EINTR if a wake-up came first.
 */
int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range(expires, 0, mode);
}
