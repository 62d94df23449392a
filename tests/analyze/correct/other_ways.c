// SPDX-License-Identifier: MIT
/*
 * Who asks for no objects locks none, and there are none in the job then. Low: that the two go
 * together is not to be seen, but on other ways to the same call the locks are held.
 */
/* expect: A resv-reserve-fences-held not_held low */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ctx;
	struct drm_gem_object **objs;
	int nr;
};

int look_up(struct job *job, unsigned long handles);

static void fence_and_unlock(struct job *job)
{
	for (int i = 0; i < job->nr; i++)
		dma_resv_reserve_fences(job->objs[i]->resv, 1); /* here: A */
	drm_gem_unlock_reservations(job->objs, job->nr, &job->ctx);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;

	if (arg) {
		int ret = look_up(job, arg);

		if (!ret)
			ret = drm_gem_lock_reservations(job->objs, job->nr, &job->ctx);
		if (ret)
			return ret;
	}
	fence_and_unlock(job);
	return 0;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
