// SPDX-License-Identifier: MIT
/* An array of objects, all locked by one call and used in a loop. */
/* expect: none */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ctx;
	struct drm_gem_object **objs;
	int nr;
};

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret = drm_gem_lock_reservations(job->objs, job->nr, &job->ctx);

	if (ret)
		return ret;
	for (int i = 0; i < job->nr && !ret; i++)
		ret = dma_resv_reserve_fences(job->objs[i]->resv, 1);
	drm_gem_unlock_reservations(job->objs, job->nr, &job->ctx);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
