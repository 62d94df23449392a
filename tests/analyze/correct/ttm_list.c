// SPDX-License-Identifier: MIT
/* Objects of a list that no path names: locked by one call, dropped by another. */
/* expect: none */
#include "../kernel.h"

struct job {
	struct ww_acquire_ctx ticket;
	struct list_head list;
	struct ttm_buffer_object *bo;
};

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret = ttm_eu_reserve_buffers(&job->ticket, &job->list, true, NULL);

	if (ret)
		return ret;
	ttm_bo_pin(job->bo);
	ttm_eu_backoff_reservation(&job->ticket, &job->list);
	ret = ttm_bo_reserve(job->bo, true, false, NULL);
	if (!ret)
		ttm_bo_unreserve(job->bo);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
