/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PM_H
#define _LINUX_PM_H

#include <linux/types.h>
#include <linux/completion.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct device;

typedef struct pm_message {
	int event;
} pm_message_t;

struct dev_pm_ops {
	int (*prepare)(struct device *dev);
	void (*complete)(struct device *dev);
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
	int (*runtime_resume)(struct device *dev);
	int (*runtime_idle)(struct device *dev);
};

#define SET_SYSTEM_SLEEP_PM_OPS(s, r)		.suspend = (s), .resume = (r),
#define SET_RUNTIME_PM_OPS(s, r, i) \
	.runtime_suspend = (s), .runtime_resume = (r), .runtime_idle = (i),
#define pm_ptr(p)		(p)
#define pm_sleep_ptr(p)		(p)

#endif /* _LINUX_PM_H */
