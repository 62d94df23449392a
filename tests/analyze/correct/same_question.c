// SPDX-License-Identifier: MIT
/*
 * The same question is asked where the objects are locked and where they are used: there is no way
 * that uses them and has locked none. Low: which objects are on the list is not known.
 */
/* expect: A resv-reserve-fences-held not_held low */
#include "../kernel.h"

static inline int list_empty(const struct list_head *head)
{
	return *(struct list_head *const volatile *)&head->next == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && (head->next == head->prev);
}

struct job {
	struct ww_acquire_ctx ticket;
	struct list_head list;
	struct ttm_buffer_object *bo;
};

static int job_reserve(struct job *job)
{
	if (list_is_singular(&job->list))
		return 0;
	return ttm_eu_reserve_buffers(&job->ticket, &job->list, true, NULL);
}

static void job_fence(struct job *job)
{
	if (list_is_singular(&job->list))
		return;
	dma_resv_reserve_fences(job->bo->base.resv, 1); /* here: A */
	ttm_eu_backoff_reservation(&job->ticket, &job->list);
}

static long case_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct job *job = file->private_data;
	int ret = job_reserve(job);

	if (!ret)
		job_fence(job);
	return ret;
}

const struct file_operations case_fops = { .unlocked_ioctl = case_ioctl };
