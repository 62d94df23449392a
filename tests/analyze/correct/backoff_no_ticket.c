// SPDX-License-Identifier: MIT
/* Who gives up the locks of a list, taken without a context, keeps another that has none either. */
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
	int ret = ttm_eu_reserve_buffers(NULL, &job->list, true, NULL);

	if (ret)
		return ret;
	ret = ttm_bo_reserve(job->bo, false, true, NULL);
	ttm_eu_backoff_reservation(NULL, &job->list);
	if (!ret) {
		ttm_bo_pin(job->bo);
		ttm_bo_unreserve(job->bo);
	}
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
