// SPDX-License-Identifier: MIT
/* Dropped at the end of the scope, whichever way out is taken. */
/* expect: none */
#include "../kernel.h"

static inline struct dma_resv *resv_enter(struct dma_resv *resv)
{
	dma_resv_lock(resv, NULL);
	return resv;
}

static inline void resv_leave(struct dma_resv **resv)
{
	if (*resv)
		dma_resv_unlock(*resv);
}

#define scoped_resv(resv) \
	struct dma_resv *scope __attribute__((cleanup(resv_leave), unused)) = resv_enter(resv)

static int pin(struct thing *thing)
{
	scoped_resv(thing->base.resv);

	if (thing->dead)
		return -EINVAL;
	return drm_gem_pin_locked(&thing->base);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	int ret = pin(thing);

	return ret ? ret : drm_gem_pin(&thing->base);
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
