// SPDX-License-Identifier: MIT
/* A driver's own context: a helper drops all that was locked with it. */
/* expect: none */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ctx;
	struct drm_gem_object *objs[4];
	int nr;
};

static int job_lock(struct job *job)
{
	return drm_gem_lock_reservations(job->objs, job->nr, &job->ctx);
}

static void job_unlock(struct job *job)
{
	drm_gem_unlock_reservations(job->objs, job->nr, &job->ctx);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct thing *thing = file->private_data;
	struct job job = { .objs = { &thing->base }, .nr = 1 };
	int ret = job_lock(&job);

	if (ret)
		return ret;
	ret = dma_resv_reserve_fences(job.objs[0]->resv, 1);
	job_unlock(&job);
	if (thing->base.dma_buf)
		dma_buf_put(thing->base.dma_buf);
	drm_gem_object_put(&thing->base);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
