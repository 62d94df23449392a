/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PM_RUNTIME_H
#define _LINUX_PM_RUNTIME_H

#include <linux/device.h>
#include <linux/pm.h>
#include <linux/jiffies.h>

/*
 * Devices are always on: usage is counted, so that an unbalanced driver
 * shows, and nothing is ever suspended.
 */
int pm_runtime_get_sync(struct device *dev);
int pm_runtime_resume_and_get(struct device *dev);
int pm_runtime_get(struct device *dev);
void pm_runtime_get_noresume(struct device *dev);
int pm_runtime_get_if_in_use(struct device *dev);
int pm_runtime_put(struct device *dev);
int pm_runtime_put_sync(struct device *dev);
int pm_runtime_put_autosuspend(struct device *dev);
void pm_runtime_put_noidle(struct device *dev);
void pm_runtime_enable(struct device *dev);
void pm_runtime_disable(struct device *dev);

#define __pm_runtime_get_if_active(dev)	pm_runtime_get_if_in_use(dev)
#if defined(LOCKSTEP_LINUX) && LOCKSTEP_LINUX < 0x060900
#define pm_runtime_get_if_active(dev, ign)	pm_runtime_get_if_in_use(dev)
#else
#define pm_runtime_get_if_active(dev)	pm_runtime_get_if_in_use(dev)
#endif

static inline bool pm_runtime_active(struct device *dev)
{
	return true;
}

static inline bool pm_runtime_suspended(struct device *dev)
{
	return false;
}

static inline bool pm_runtime_enabled(struct device *dev)
{
	return READ_ONCE(dev->power.runtime_enabled);
}

static inline int pm_runtime_set_active(struct device *dev)
{
	return 0;
}

static inline int pm_runtime_set_suspended(struct device *dev)
{
	return 0;
}

static inline void pm_runtime_mark_last_busy(struct device *dev)
{
}

static inline void pm_runtime_use_autosuspend(struct device *dev)
{
}

static inline void pm_runtime_dont_use_autosuspend(struct device *dev)
{
}

static inline void pm_runtime_set_autosuspend_delay(struct device *dev, int delay)
{
}

static inline void pm_runtime_allow(struct device *dev)
{
}

static inline void pm_runtime_forbid(struct device *dev)
{
}

#endif /* _LINUX_PM_RUNTIME_H */
