// SPDX-License-Identifier: MIT
/* Objects of a list, locked by a helper of the driver's, used and dropped by others. */
/* Low: which objects are on the list is not known. */
/* expect: A resv-reserve-fences-held not_held low */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ticket;
	struct list_head list;
	struct ttm_buffer_object *bo;
	bool backoff;
};

static int job_validate(struct job *job)
{
	int ret = ttm_eu_reserve_buffers(&job->ticket, &job->list, true, NULL);

	if (ret)
		return ret;
	job->backoff = true;
	return 0;
}

static int job_fence(struct job *job)
{
	return dma_resv_reserve_fences(job->bo->base.resv, 1); /* here: A */
}

static void job_fini(struct job *job)
{
	if (job->backoff)
		ttm_eu_backoff_reservation(&job->ticket, &job->list);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret;

	job->backoff = false;
	ret = job_validate(job);
	if (!ret)
		ret = job_fence(job);
	job_fini(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
