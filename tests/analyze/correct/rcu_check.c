// SPDX-License-Identifier: MIT
/*
 * RCU asks whether this lock is held or that one: that it is not this one is no mistake yet. And a
 * function that takes the lock if it is not held asks first.
 */
/* expect: none */
#include "../kernel.h"

int rcu_read_lock_held(void);
void lockdep_rcu_suspicious(const char *file, const int line, const char *s);

static void *fences(struct dma_resv *resv)
{
	if (debug_locks && !(dma_resv_held(resv) || rcu_read_lock_held()))
		lockdep_rcu_suspicious(__FILE__, __LINE__, "suspicious use");
	return resv->fences;
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	if (!fences(thing->base.resv))
		return 0;
	if (!dma_resv_held(thing->base.resv)) {
		dma_resv_lock(thing->base.resv, NULL);
		drm_gem_pin_locked(&thing->base);
		dma_resv_unlock(thing->base.resv);
	}
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
