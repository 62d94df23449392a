// SPDX-License-Identifier: MIT
/* A work function relies on the lock of the task that queued it. */
/* expect: A gem-pin-locked-held not_held high */
#include "../kernel.h"

static void case_work(struct work_struct *work)
{
	struct thing *thing = container_of(work, struct thing, work);

	drm_gem_pin_locked(&thing->base); /* here: A */
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;

	INIT_WORK(&thing->work, case_work);
	dma_resv_lock(thing->base.resv, NULL);
	schedule_work(&thing->work);
	dma_resv_unlock(thing->base.resv);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
