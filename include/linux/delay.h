/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/sched.h>
#include <linux/jiffies.h>

/* These three keep the task busy; the others sleep. */
void __ndelay(unsigned long nsecs);
#define ndelay(x) __ndelay(x)
#define udelay(x) __ndelay((unsigned long)(x) * 1000)
#define mdelay(x) __ndelay((unsigned long)(x) * 1000000)

void msleep(unsigned int msecs);
unsigned long msleep_interruptible(unsigned int msecs);
void usleep_range_state(unsigned long min, unsigned long max, unsigned int state);

static inline void usleep_range(unsigned long min, unsigned long max)
{
	usleep_range_state(min, max, TASK_UNINTERRUPTIBLE);
}

static inline void usleep_idle_range(unsigned long min, unsigned long max)
{
	usleep_range_state(min, max, TASK_IDLE);
}

static inline void ssleep(unsigned int seconds)
{
	msleep(seconds * 1000);
}

static inline void fsleep(unsigned long usecs)
{
	usleep_range(usecs, usecs + usecs / 4);
}

#endif
