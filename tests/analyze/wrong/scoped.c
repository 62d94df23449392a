// SPDX-License-Identifier: MIT
/* The scope ends before the call. */
/* expect: A gem-pin-locked-held not_held high */
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

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	{
		struct dma_resv *scope __attribute__((cleanup(resv_leave), unused)) =
			resv_enter(thing->base.resv);

		thing->dead = true;
	}
	return drm_gem_pin_locked(&thing->base); /* here: A */
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
